"""What the client reports, held against a server that stamps its own writes.

Only what holds on every machine, however busy: order, counts, and formulas over the stamps. How many milliseconds lie
between a write and its stamp is for `python -m benchmarks.load_accuracy`.
"""

from collections.abc import Iterator, Sequence

import pytest

from benchmarks.truth_server import Served, Truth, TruthServer, body, truth_server
from fixtures.adapters.load import LoadPlan, LoadRun, run_load
from fixtures.core.figures import LevelFigures, level_figures
from fixtures.core.samples import RequestSample
from tests.unit.load.scripted import GOOD, scripted

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def server() -> Iterator[TruthServer]:
    with truth_server() as running:
        yield running


def load(server: TruthServer, truths: Sequence[Truth], concurrency: int = 1) -> tuple[LoadRun, LevelFigures]:
    plan = LoadPlan(
        host="127.0.0.1", port=server.port, bodies=[body(t) for t in truths], concurrency=concurrency,
        request_deadline_s=100, total_deadline_s=100,
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


def watched(server: TruthServer, truth: Truth) -> tuple[RequestSample, LevelFigures, Served, float]:
    """One answer: its sample, its figures, what the server says of it, and the zero of the sample's times."""
    server.stats()
    run, figures = load(server, [truth])
    (served,) = server.stats().values()
    return run.samples[0], figures, served, run.zero


def true_tpot(sample: RequestSample, truth: Truth) -> float:
    """Milliseconds a token by the sample's stamps and the counts that the server knows: hidden tokens lie before both."""
    first, last = sample.event_times[0], sample.event_times[-1]
    early = min(truth.tokens, truth.per_event * list(sample.event_times).count(first))
    return 1e3 * (last - first) / (truth.tokens - early)


@pytest.mark.parametrize("trap", TRAPS)
def test_traps(server: TruthServer, trap: str) -> None:
    """A role event, several tokens in one event, reasoning and hidden tokens leave TTFT, TPOT and ITL true."""
    truth = TRAPS[trap]
    sample, figures, served, zero = watched(server, truth)

    assert figures.errors == 0
    assert figures.output_tokens == truth.tokens + truth.hidden
    assert len(sample.event_times) == len(served.writes)
    assert all(seen + zero >= sent for sent, seen in zip(served.writes, sample.event_times, strict=True))
    assert figures.ttft.p50 == pytest.approx(1e3 * (sample.event_times[0] - sample.started))
    assert figures.tpot is not None
    assert figures.itl is not None
    assert figures.tpot.p50 == pytest.approx(true_tpot(sample, truth))
    assert figures.itl.mean == pytest.approx(figures.tpot.p50)  # one gap for each token, or all events of one size


def test_role_event_is_no_token(server: TruthServer) -> None:
    """The event that only names the role is the first event, and is stamped before the first token."""
    sample, figures, served, zero = watched(server, TRAPS["early-role-event"])

    assert sample.first_event is not None
    assert served.role <= sample.first_event + zero
    assert sample.first_event <= sample.event_times[0]
    assert figures.ttft_event.p50 == pytest.approx(1e3 * (sample.first_event - sample.started))


def test_first_answer_is_after_reasoning(server: TruthServer) -> None:
    """The first answer is the first content, and not the first visible event if reasoning came first."""
    sample, _, _, _ = watched(server, TRAPS["half-is-reasoning"])

    assert sample.first_visible == sample.event_times[0]
    assert sample.first_answer == sample.event_times[15]


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
    """Two waves are told apart, each with figures, and the client reports on itself."""
    truths = [Truth(tokens=5 if i % 2 else 20, ttft_ms=50) for i in range(8)]
    run, figures = load(server, truths, concurrency=4)

    assert [s.first_wave for s in run.samples] == [True] * 4 + [False] * 4
    assert figures.first_wave is not None
    assert figures.steady is not None
    assert 0 < run.client.cpu_share < 1.5
    assert run.client.lag_ticks > 0


def test_slots_are_handed_over() -> None:
    """A slot takes its next request while the other is still busy: the first answer here waits for the fourth request."""
    with scripted([4, GOOD], [GOOD]) as server:
        run = run_load(server.plan(6, concurrency=2))

    assert [s.error for s in run.samples] == [None] * 6
    assert sum(s.first_wave for s in run.samples) == 2
