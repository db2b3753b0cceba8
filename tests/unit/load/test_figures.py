"""The formulas, on samples made by hand."""

from array import array
from collections.abc import Sequence

import pytest

from fixtures.core.figures import NoFigures, itl, level_figures, percentiles_ms, tpot
from fixtures.core.samples import ClientHealth, RequestSample


def sample(
    times: Sequence[float],
    tokens: Sequence[int] = (),
    *,
    total: int,
    start: float = 0.0,
    index: int = 0,
    first: bool = True,
) -> RequestSample:
    stamps = [start + t for t in times]
    return RequestSample(
        index=index, started=start, ended=stamps[-1] + 0.01, first_wave=first, first_event=start + 0.001,
        first_visible=stamps[0], last_visible=stamps[-1], event_times=array("d", stamps),
        event_tokens=array("q", tokens), prompt_tokens=10, completion_tokens=total, status=200,
    )  # fmt: skip


def failed(error: str) -> RequestSample:
    return RequestSample(index=9, started=0.0, ended=1.0, first_wave=True, error=error)


def test_tpot_divides_by_the_tokens_that_came_after_the_first_event() -> None:
    """Four tokens per event every 80 ms are 20 ms per token, with usage per event and without."""
    times = [0.2 + 0.08 * i for i in range(15)]
    assert tpot(sample(times, [4 * (i + 1) for i in range(15)], total=60)) == pytest.approx(0.02)
    assert tpot(sample(times, total=60)) == pytest.approx(0.02)


def test_itl_is_weighted_by_token() -> None:
    """An event of four tokens after 80 ms is four gaps of 20 ms, one of a single token after 50 ms is one of 50 ms."""
    gaps = itl(sample([0.2, 0.28, 0.33], [1, 5, 6], total=6))

    assert gaps == pytest.approx([0.02] * 4 + [0.05])


def test_events_of_one_read_came_together() -> None:
    """Two events in one read are one arrival of two tokens, not a gap of zero."""
    assert itl(sample([0.2, 0.24, 0.24], [1, 2, 3], total=3)) == pytest.approx([0.02, 0.02])


def test_invisible_tokens_do_not_count_for_the_first_event() -> None:
    """Tokens made before the first visible event (harmony's channel mark) are not divided into what came after."""
    times = [0.2 + 0.02 * i for i in range(11)]
    assert tpot(sample(times, [4 + i for i in range(11)], total=15)) == pytest.approx(0.02)


@pytest.mark.parametrize("counts", [[0, 0, 0], [5, 5, 5], [3, 2, 1], [1, 2, 9], [1, 2]])
def test_usage_that_cannot_be_true_is_spread(counts: list[int]) -> None:
    """Usage per event that does not rise from a token to at most the total is not used."""
    assert tpot(sample([0.2, 0.22, 0.24], counts, total=3)) == pytest.approx(0.02)


def test_one_event_has_no_tpot() -> None:
    """An answer that came in one read has no time per token, and the level says None, not zero."""
    figures = level_figures([sample([0.2], [5], total=5)], concurrency=1)

    assert (figures.tpot, figures.itl) == (None, None)


@pytest.mark.parametrize("samples", [[], [failed("reset"), failed("http_500")], [failed("not_started")]])
def test_nothing_good_gives_no_figures(samples: list[RequestSample]) -> None:
    """An empty or all-failed level raises with the errors by kind; there are no zeros."""
    with pytest.raises(NoFigures) as caught:
        level_figures(samples, concurrency=4)

    assert sum(caught.value.errors.values()) == len(samples)


def test_rates_and_errors() -> None:
    """Rates are over the time from first start to last end, count good requests only, and errors are by kind."""
    good = sample([0.2, 0.99], [1, 50], total=50)
    figures = level_figures([good, failed("reset"), failed("reset"), failed("http_500")], concurrency=4)

    assert (figures.requests, figures.errors) == (4, 3)
    assert figures.error_kinds == {"reset": 2, "http_500": 1}
    assert figures.output_tokens_per_s == pytest.approx(50.0)
    assert figures.total_tokens_per_s == pytest.approx(60.0)


def test_first_wave_apart_from_steady_state() -> None:
    """The requests that started together are reported apart from those that came later, if there were any."""
    burst = [sample([0.9, 1.0], [1, 2], total=2, index=i) for i in range(4)]
    later = [sample([0.2, 0.3], [1, 2], total=2, start=1.0 + i, index=4 + i, first=False) for i in range(3)]
    figures = level_figures(burst + later, concurrency=4)

    assert figures.first_wave is not None
    assert figures.steady is not None
    assert (figures.first_wave.requests, figures.steady.requests) == (4, 3)
    assert (figures.first_wave.ttft.p50, figures.steady.ttft.p50) == pytest.approx((900.0, 200.0))
    assert level_figures(burst, concurrency=4).first_wave is None


def test_percentiles() -> None:
    """Percentiles include both ends and are linear between values; one value is all of them; none is None."""
    found = percentiles_ms([i / 1000 for i in range(101)])
    assert found is not None
    assert (found.p50, found.p90, found.p99, found.mean) == pytest.approx((50, 90, 99, 50))
    one = percentiles_ms([0.005])
    assert one is not None
    assert one.p50 == one.p99 == pytest.approx(5.0)
    assert percentiles_ms([]) is None


def test_late_client_is_the_bottleneck() -> None:
    """A client whose lag p99 is above a tenth of a token's time was the bottleneck."""
    health = ClientHealth(cpu_share=0.5, cpu_s=1, lag_p99_ms=2.1, lag_max_ms=5, lag_ticks=100)

    assert health.was_bottleneck(20.0)
    assert not health.was_bottleneck(22.0)
