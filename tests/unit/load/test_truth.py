"""What the client reports, held against a server that knows its own timing. Limits are generous: machines are busy."""

from collections.abc import Iterator, Sequence

import pytest

from benchmarks.truth_server import Truth, TruthServer, body, truth_server
from fixtures.adapters.load import LoadPlan, LoadRun, run_load
from fixtures.core.figures import LevelFigures, level_figures


@pytest.fixture(scope="module")
def server() -> Iterator[TruthServer]:
    with truth_server() as running:
        yield running


def load(server: TruthServer, truths: Sequence[Truth], concurrency: int = 1) -> tuple[LoadRun, LevelFigures]:
    plan = LoadPlan(
        host="127.0.0.1", port=server.port, bodies=[body(t) for t in truths], concurrency=concurrency,
        request_deadline_s=20, total_deadline_s=40,
    )  # fmt: skip
    run = run_load(plan)
    return run, level_figures(run.samples, concurrency=concurrency)


TRAPS = {
    "plain": Truth(tokens=30),
    "early-role-event": Truth(tokens=30, role_ms=1.0),
    "four-tokens-per-event": Truth(tokens=40, per_event=4),
    "four-tokens-per-event-without-usage": Truth(tokens=40, per_event=4, usage_per_event=False),
    "half-is-reasoning": Truth(tokens=30, reasoning=15),
    "all-is-reasoning": Truth(tokens=30, reasoning=30),
    "hidden-tokens": Truth(tokens=30, hidden=3),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(server: TruthServer, trap: str) -> None:
    """A role event, several tokens in one event, reasoning and hidden tokens leave TTFT, TPOT and ITL true."""
    _, figures = load(server, [TRAPS[trap]])

    assert figures.errors == 0
    assert figures.output_tokens == TRAPS[trap].tokens + TRAPS[trap].hidden
    assert figures.ttft.p50 == pytest.approx(200, rel=0.3)
    assert figures.tpot is not None
    assert figures.itl is not None
    assert figures.tpot.p50 == pytest.approx(20, rel=0.3)
    assert figures.itl.p50 == pytest.approx(20, rel=0.3)
    assert figures.ttft_event.p50 == pytest.approx(1 if trap == "early-role-event" else 200, abs=60)


def test_first_answer_is_after_reasoning(server: TruthServer) -> None:
    """The first answer is the first content, later than the first visible event if reasoning came first."""
    run, _ = load(server, [TRAPS["half-is-reasoning"]])
    (sample,) = run.samples

    assert sample.first_visible is not None
    assert sample.first_answer is not None
    assert sample.first_answer - sample.first_visible == pytest.approx(0.3, rel=0.3)


def test_stamps_never_precede_the_server(server: TruthServer) -> None:
    """No event is stamped before the server wrote it: both clocks are the host's monotonic clock."""
    server.stats()
    run, _ = load(server, [Truth(id=i, tokens=20, ttft_ms=50) for i in range(16)], concurrency=8)
    served = server.stats()

    assert len(served) == 16
    for sample in run.samples:
        truth = served[sample.index]
        sent = [t - truth.received for t in truth.writes]
        seen = [t - sample.started for t in sample.event_times]
        assert all(b >= a for a, b in zip(sent, seen, strict=True))


def test_waves_and_health(server: TruthServer) -> None:
    """Two waves are told apart, slots are handed over without draining, and the client reports on itself."""
    truths = [Truth(tokens=5 if i % 2 else 20, ttft_ms=50) for i in range(8)]
    run, figures = load(server, truths, concurrency=4)

    assert [s.first_wave for s in run.samples] == [True] * 4 + [False] * 4
    assert figures.first_wave is not None
    assert figures.steady is not None
    assert min(s.started for s in run.samples[4:]) < max(s.ended for s in run.samples[:4])
    assert 0 < run.client.cpu_share < 1.5
    assert run.client.lag_ticks > 10
