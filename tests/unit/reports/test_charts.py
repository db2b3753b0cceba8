"""Charts: rows of marks on one scale that begins at 0 and ends at a round number."""

from dataclasses import astuple
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.core.record import ComparedFigure, Phase
from reports import charts
from reports.language import words_of
from tests.unit.reports import samples

EN = words_of("en")
throughput, latencies, stages = (
    partial(draw, words=EN) for draw in (charts.throughput, charts.latencies, charts.stages)
)
LEVELS = [samples.level(n) for n in (1, 4)]
PHASES = [Phase(name="loading $weights$ <b>", at=1.0, seconds=20.0), Phase(name="模型", at=21.0)]


def test_bars_are_as_long_as_their_figures():
    """What is measured twice as large is drawn twice as long, and said in words."""
    levels = [samples.level(n, output_tokens_per_s=speed) for n, speed in ((1, 30.0), (4, 60.0))]
    one, four = throughput(levels).rows

    assert (one.name, one.said, four.name, four.said) == ("1 stream", "30", "4 streams", "60")
    assert four.marks[0].end == pytest.approx(2 * one.marks[0].end, abs=0.02)


def test_a_span_has_its_percentiles_in_place():
    """From p50 to p99, a tick at p90, a dot at p50, all on the one scale."""
    for chart in latencies(LEVELS):
        for row in chart.rows:
            span, tick, dot = row.marks
            assert [mark.kind for mark in row.marks] == ["span", "tick", "dot"]
            assert dot.start == span.start <= tick.start <= span.end <= 100


def test_stages_lie_one_after_the_other():
    """Each begins where its time says; one that has not ended is a mark without length, and without words."""
    loading, last = stages(PHASES).rows

    assert (loading.name, loading.said, last.name, last.said) == ("loading $weights$ <b>", "20.0 s", "模型", "")
    assert loading.marks[0].end == pytest.approx(last.marks[0].start) == pytest.approx(last.marks[0].end)


def test_invalid_is_said():
    """A level in which the client was the bottleneck is marked as such beside its bar."""
    assert throughput([samples.level(valid=False)]).rows[0].name.endswith("invalid")


def test_without_figures_there_is_no_chart():
    """No figures, no axes."""
    bare = samples.level(output_tokens_per_s=None, ttft_ms=None, tpot_ms=None, itl_ms=None)
    assert [throughput([]), throughput([bare]), latencies([bare]), stages([])] == [None, None, (), None]


@given(st.floats(min_value=0, max_value=1e9, allow_nan=False))
def test_a_scale_is_round_and_holds_its_figures(top):
    """From 0 to 100 percent, at most nine ticks, none twice, and no mark beyond the end."""
    chart = throughput([samples.level(output_tokens_per_s=top)])
    places = [at for at, _ in chart.ticks]

    assert places[0] == 0
    assert places[-1] == 100
    assert 2 <= len(places) <= 9
    assert places == sorted(set(places))
    assert all(0 <= place <= 100 for row in chart.rows for mark in row.marks for place in astuple(mark)[1:])


def test_what_did_not_change_stands_in_the_middle():
    """A loss is left of it, a gain right, and the interval reaches as far to both sides as it does."""
    figures = [
        ComparedFigure(name="a", unit="", before=1, after=1, change=change, low=low, high=high, seen=0.1, worse=False)
        for change, low, high in ((0.0, -0.05, 0.05), (-0.1, -0.15, -0.05), (0.1, 0.05, 0.15))
    ]
    same, loss, gain = (row.marks[1].start for row in charts.compared(figures, EN).rows)
    assert (same, loss < 50 < gain) == (50.0, True)
    assert charts.compared([], EN) is None
