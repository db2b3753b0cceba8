"""Charts as inline SVG, by matplotlib: no script, readable on a dark page and on paper."""

import io
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fixtures.core.record import LevelMeasurement, Phase
from reports.visible import visible

BLUE, ORANGE, GREY = "#3b82f6", "#f59e0b", "#8a8f98"


def throughput_chart(levels: Sequence[LevelMeasurement]) -> str:
    """Output tokens per second and time to first token by concurrency; empty without figures."""
    good = [m for m in levels if m.output_tokens_per_s is not None and m.ttft_ms is not None]
    if not good:
        return ""
    figure, (left, right) = _figure(2, 2.6)
    names = [str(m.concurrency) for m in good]
    _bars(left, names, [m.output_tokens_per_s for m in good], "output tokens/s", BLUE)
    _bars(right, names, [m.ttft_ms.p50 for m in good if m.ttft_ms], "TTFT p50 (ms)", ORANGE)
    return _svg(figure, "Output tokens per second and time to first token by number of streams")


def phases_chart(phases: Sequence[Phase]) -> str:
    """When each stage of the start-up began, in seconds; empty without stages."""
    if not phases:
        return ""
    figure, axes = _figure(1, 0.6 + 0.28 * len(phases))
    names = [visible(p.name) for p in phases][::-1]
    axes.barh(names, [p.seconds or 0.1 for p in phases][::-1], left=[p.at for p in phases][::-1], color=BLUE)
    axes.set_xlabel("seconds since the container's start")
    return _svg(figure, "Stages of the start-up")


def _figure(columns: int, height: float) -> tuple[Any, Any]:
    # matplotlib takes half a second to import, and wants a directory of its own to write to.
    os.environ.setdefault("MPLCONFIGDIR", str(Path(tempfile.gettempdir()) / f"gb10-matplotlib-{os.getuid()}"))
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update(
        {
            "svg.fonttype": "none",
            "svg.hashsalt": "gb10",
            "text.parse_math": False,
            "font.size": 9,
            "text.color": GREY,
            "axes.labelcolor": GREY,
            "axes.edgecolor": GREY,
            "xtick.color": GREY,
            "ytick.color": GREY,
        }
    )
    figure = Figure(figsize=(8, height), layout="constrained")
    return figure, figure.subplots(1, columns)


def _bars(axes: Any, names: list[str], values: list[float | None], label: str, colour: str) -> None:
    bars = axes.bar(names, [v or 0.0 for v in values], color=colour, width=0.6)
    axes.bar_label(bars, fmt="%.3g", padding=2, color=GREY)
    axes.set_title(label)
    axes.set_xlabel("streams")
    axes.margins(y=0.15)
    axes.spines[["top", "right"]].set_visible(False)


def _svg(figure: Any, title: str) -> str:
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Title": title, "Date": None})
    text = out.getvalue()
    # Inside HTML an SVG has no XML prolog.
    return re.sub(r"^.*?(?=<svg )", "", text, flags=re.S)
