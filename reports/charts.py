"""What each chart shows: rows of marks on one scale. The template draws them; a chart without figures is None."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Literal

from fixtures.core.record import ComparedFigure, Figures, LevelMeasurement, Phase
from reports.language import Words

_STEPS = (1, 2, 2.5, 5, 10)
_TICKS = 4  # as many as fit beside each other on a telephone
LEAST_SHOWN = 0.05  # a chart of smaller changes would make noise look like news
SHORT = 48  # characters of a stage's name that fit beside its bar
Kind = Literal["bar", "span", "tick", "dot"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something on a row's track, from `start` to `end` in percent of the track."""

    kind: Kind
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A name, its marks, and the figure in words."""

    name: str
    marks: tuple[Mark, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Rows on one scale; `ticks` are places in percent of the track, with what stands there."""

    title: str
    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class _Scale:
    """From 0 to the first round number at or above `top`."""

    top: float  # below a billionth it counts as nothing, and the scale ends at 1

    @property
    def step(self) -> float:
        raw = (self.top if self.top > 1e-9 else 1.0) / _TICKS
        power = 10.0 ** floor(log10(raw))
        return next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9))

    @property
    def end(self) -> float:
        return self.step * max(1, -floor(-self.top / self.step + 1e-9))

    def at(self, value: float) -> float:
        """Where a value stands, in percent."""
        return round(100 * value / self.end, 2)

    def ticks(self) -> tuple[tuple[float, str], ...]:
        """Every round number."""
        values = [self.step * number for number in range(round(self.end / self.step) + 1)]
        return tuple((self.at(value), number(value)) for value in values)


def throughput(levels: Sequence[LevelMeasurement], words: Words) -> Chart | None:
    """Output tokens per second, over all streams, by number of streams."""
    good = [(_streams(m, words), m.output_tokens_per_s) for m in levels if m.output_tokens_per_s is not None]
    if not good:
        return None
    scale = _Scale(max(value for _, value in good))
    rows = (Row(name=name, marks=(Mark("bar", 0, scale.at(v)),), said=number(v)) for name, v in good)
    return Chart(title=words("performance.chart_rate"), rows=tuple(rows), ticks=scale.ticks())


def latencies(levels: Sequence[LevelMeasurement], words: Words) -> tuple[Chart, ...]:
    """Time to first token and time between tokens in ms, by number of streams; none that has no figures."""
    found = (
        _spans(words("performance.chart_ttft"), [(_streams(m, words), m.ttft_ms) for m in levels]),
        _spans(words("performance.chart_tpot"), [(_streams(m, words), m.tpot_ms) for m in levels]),
        _spans(words("performance.chart_itl"), [(_streams(m, words), m.itl_ms) for m in levels]),
    )
    return tuple(chart for chart in found if chart)


def stages(phases: Sequence[Phase], words: Words) -> Chart | None:
    """When each stage of the start-up began and how long it took, in seconds since the container's start."""
    if not phases:
        return None
    scale = _Scale(max(phase.at + (phase.seconds or 0.0) for phase in phases))
    rows = (Row(name=_short(phase.name), marks=(_stage(scale, phase),), said=_seconds(phase)) for phase in phases)
    return Chart(title=words("startup.axis"), rows=tuple(rows), ticks=scale.ticks())


def compared(figures: Sequence[ComparedFigure], words: Words) -> Chart | None:
    """How each figure moved, in per cent: a dot on its 95 % interval, and nothing changed in the middle."""
    if not figures:
        return None
    widest = max(abs(end) for figure in figures for end in (figure.low, figure.high))
    scale = _Scale(100 * max(widest, LEAST_SHOWN))
    rows = (_moved(scale, figure) for figure in figures)
    ticks = tuple((_around(scale, at), f"{at:+g}" if at else "0") for at in (-scale.end, 0.0, scale.end))
    return Chart(title=words("compare.chart"), rows=tuple(rows), ticks=ticks)


def _moved(scale: _Scale, figure: ComparedFigure) -> Row:
    low, at, high = (_around(scale, 100 * value) for value in (figure.low, figure.change, figure.high))
    said = f"{100 * figure.change:+.1f} %".replace("-", "−")
    return Row(name=figure.name, marks=(Mark("span", low, high), Mark("dot", at, at)), said=said)


def _around(scale: _Scale, value: float) -> float:
    """Where a value stands on a track whose middle is 0."""
    return round(50 + scale.at(value) / 2, 2)


def number(value: float) -> str:
    """Three figures, and never an exponent."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _spans(title: str, measured: Sequence[tuple[str, Figures | None]]) -> Chart | None:
    """A line from p50 to p99 for each number of streams, with a dot at p50 and a tick at p90."""
    rows = [(name, figures) for name, figures in measured if figures]
    if not rows:
        return None
    scale = _Scale(max(figures.p99 for _, figures in rows))
    return Chart(title=title, rows=tuple(_span(scale, name, figures) for name, figures in rows), ticks=scale.ticks())


def _span(scale: _Scale, name: str, figures: Figures) -> Row:
    p50, p90, p99 = scale.at(figures.p50), scale.at(figures.p90), scale.at(figures.p99)
    marks = (Mark("span", p50, p99), Mark("tick", p90, p90), Mark("dot", p50, p50))
    return Row(name=name, marks=marks, said=number(figures.p50))


def _stage(scale: _Scale, phase: Phase) -> Mark:
    return Mark("bar", scale.at(phase.at), scale.at(phase.at + (phase.seconds or 0.0)))


def _streams(level: LevelMeasurement, words: Words) -> str:
    name = words("performance.stream", n=level.concurrency)
    return name if level.valid else words("performance.invalid_row", name=name)


def _seconds(phase: Phase) -> str:
    return "" if phase.seconds is None else f"{phase.seconds:.1f} s"


def _short(name: str) -> str:
    text = " ".join(name.split())
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"
