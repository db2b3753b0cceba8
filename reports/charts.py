"""What each chart shows. A chart without figures is an empty string: the page then says so in words."""

from collections.abc import Callable, Sequence
from typing import Any

from fixtures.core.record import Figures, LevelMeasurement, Phase
from reports.svg import drawing, inline
from reports.visible import visible

BLUE, AMBER, TEAL = "#3b82f6", "#d97706", "#0d9488"  # readable on white and on near-black
SHORT = 48  # characters of a stage's name that fit beside its bar
Reading = Callable[[LevelMeasurement], Figures | None]


def throughput_chart(levels: Sequence[LevelMeasurement]) -> str:
    """Output tokens per second, over all streams, by number of streams; empty without figures."""
    good = [(_streams(m), m.output_tokens_per_s) for m in levels if m.output_tokens_per_s is not None]
    if not good:
        return ""
    with drawing(3.1, 2.5) as (figure, (axes,)):
        bars = axes.bar([name for name, _ in good], [v for _, v in good], color=BLUE, width=0.55)
        axes.bar_label(bars, fmt=_number, padding=2)
        axes.set_title("output tokens/s, all streams")
        axes.set_xlabel("streams")
        axes.margins(y=0.15)
        return inline(figure, name="gb10-throughput", title="Output tokens per second by number of streams")


def latency_chart(levels: Sequence[LevelMeasurement]) -> str:
    """Time to first token and time between tokens, p50 to p99 in ms, by number of streams; empty without figures."""
    panels: list[tuple[str, str, Reading]] = [
        ("time to first token, ms", AMBER, lambda m: m.ttft_ms),
        ("time per output token, ms", TEAL, lambda m: m.tpot_ms),
        ("gap between tokens, ms", TEAL, lambda m: m.itl_ms),
    ]
    panels = [panel for panel in panels if any(panel[2](m) for m in levels)]
    if not panels:
        return ""
    with drawing(2.35 * len(panels), 2.5, columns=len(panels)) as (figure, every):
        for axes, (title, colour, reading) in zip(every, panels, strict=True):
            _spans(axes, [(_streams(m), f) for m in levels if (f := reading(m))], colour)
            axes.set_title(title)
            axes.set_xlabel("streams")
        return inline(figure, name="gb10-latency", title="Latencies by number of streams: p50, p90 and p99")


def phases_chart(phases: Sequence[Phase]) -> str:
    """When each stage of the start-up began and how long it took, in seconds; empty without stages."""
    if not phases:
        return ""
    with drawing(7.6, 0.7 + 0.26 * len(phases)) as (figure, (axes,)):
        rows = range(len(phases))
        spans = [phase.seconds or 0.0 for phase in phases]
        bars = axes.barh(rows, spans, left=[phase.at for phase in phases], height=0.6, color=BLUE)
        axes.bar_label(bars, labels=[_seconds(phase) for phase in phases], padding=4)
        axes.set_yticks(rows, [_short(phase.name) for phase in phases])
        axes.invert_yaxis()
        axes.grid(visible=False)
        axes.margins(x=0.12)
        axes.set_xlim(left=0)
        axes.set_xlabel("seconds since the container's start")
        return inline(figure, name="gb10-phases", title="Stages of the start-up, in seconds")


def _spans(axes: Any, rows: Sequence[tuple[str, Figures]], colour: str) -> None:
    """A line from p50 to p99 for each number of streams, with a dot at p50 and a tick at p90."""
    names = [name for name, _ in rows]
    axes.vlines(names, [f.p50 for _, f in rows], [f.p99 for _, f in rows], color=colour, alpha=0.45, linewidth=6)
    axes.plot(names, [f.p90 for _, f in rows], "_", color=colour, markersize=11, markeredgewidth=2)
    axes.plot(names, [f.p50 for _, f in rows], "o", color=colour, markersize=5)
    for name, figures in rows:
        axes.annotate(_number(figures.p50), (name, figures.p50), xytext=(7, -3), textcoords="offset points", size=8)
    axes.set_ylim(0, max(f.p99 for _, f in rows) * 1.15 or 1.0)
    axes.margins(x=0.3 if len(rows) > 1 else 1.0)


def _streams(level: LevelMeasurement) -> str:
    return f"{level.concurrency}" if level.valid else f"{level.concurrency}\ninvalid"


def _number(value: float) -> str:
    """Three figures, and never an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _seconds(phase: Phase) -> str:
    return "" if phase.seconds is None else f"{phase.seconds:.1f} s"


def _short(name: str) -> str:
    text = " ".join(visible(name).split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
