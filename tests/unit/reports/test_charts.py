"""Charts are plain SVG of their own: the same every time, without style, script or address."""

import os
import subprocess
import sys

import pytest

from fixtures.core.record import Phase
from reports.charts import latency_chart, phases_chart, throughput_chart
from tests.unit.reports import samples

LEVELS = [samples.level(n) for n in (1, 4)]
PHASES = [Phase(name="loading $weights$ <b>", at=1.0, seconds=20.0), Phase(name="模型", at=21.0)]
CHARTS = pytest.mark.parametrize(
    "draw",
    [lambda: throughput_chart(LEVELS), lambda: latency_chart(LEVELS), lambda: phases_chart(PHASES)],
    ids=["throughput", "latency", "phases"],
)


@CHARTS
def test_a_chart_is_one_plain_element(draw):
    """One <svg> with a title, texts that can be read, the page's own ink, and the same bytes every time."""
    svg = draw()
    assert svg == draw()
    assert svg.startswith("<svg ")
    assert "<title>" in svg
    assert "<text" in svg
    assert "currentColor" in svg
    for never in ("<style", "<script", "<metadata", "http", "<!DOCTYPE", "#010203"):
        assert never not in svg


def test_names_are_shown_as_they_are():
    """Dollar signs are no formula and angle brackets no tag."""
    assert "loading $weights$ &lt;b&gt;" in phases_chart(PHASES)


def test_without_figures_there_is_no_chart():
    """No figures, no axes."""
    bare = samples.level(output_tokens_per_s=None, ttft_ms=None, tpot_ms=None, itl_ms=None)
    assert [throughput_chart([]), throughput_chart([bare]), latency_chart([bare]), phases_chart([])] == [""] * 4


def test_a_home_that_cannot_be_written_is_no_matter(tmp_path):
    """Charts are drawn without a warning where the home directory does not exist, and nothing is left in it."""
    code = (
        "from reports.charts import phases_chart; from fixtures.core.record import Phase; "
        "print(phases_chart([Phase(name='x', at=0.0, seconds=1.0)])[:5])"
    )
    clean = {k: v for k, v in os.environ.items() if k != "MPLCONFIGDIR"} | {"HOME": str(tmp_path / "none")}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=clean, capture_output=True, text=True, timeout=600, check=True
    )
    assert (done.stdout, done.stderr) == ("<svg \n", "")
    assert not (tmp_path / "none").exists()


def test_reading_the_reports_does_not_load_matplotlib():
    """Who only wants the record does not pay for the charts."""
    code = "import sys, reports.html, reports.terminal, reports.junit; print('matplotlib' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True, timeout=600) == "False\n"
