"""What is said of a comparison, in the reader's language: one sentence first, then what changed, clauses, figures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fixtures.core.record import Changed, ComparedFigure, ComparisonFacts
from reports.language import Words

NAMED = 12  # clauses named in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of both runs in words; `seen` is the smallest loss that could have been seen."""

    name: str
    before: str
    after: str
    change: str
    interval: str
    seen: str
    worse: bool


def headline(found: ComparisonFacts, words: Words) -> str:
    """The answer in one line, with the figure that lost most and what could have been seen."""
    said = words(f"compare.{found.answer}", why="; ".join(_why(found, words)) or words("compare.nothing"))
    least = min((figure.seen for figure in found.figures), default=None)
    return said if least is None else said + words("compare.seen", seen=signed(-least))


def _why(found: ComparisonFacts, words: Words) -> Iterator[str]:
    if found.flips.broke:
        yield words("compare.broke", n=len(found.flips.broke), ids=_ids(found.flips.broke))
    worst = next((figure for figure in found.figures if figure.worse), None)
    if worst:
        yield f"{worst.name} {signed(worst.change)} {interval(worst)}"
    if found.answer == "NOT_COMPARABLE":
        yield from (difference(each) for each in found.unlike)


def rows(found: ComparisonFacts) -> list[Row]:
    """The figures that both runs have, those that lost most first."""
    return [_row(figure) for figure in found.figures]


def _row(figure: ComparedFigure) -> Row:
    return Row(
        name=figure.name,
        before=_valued(figure.before, figure.unit),
        after=_valued(figure.after, figure.unit),
        change=signed(figure.change),
        interval=interval(figure),
        seen=signed(-figure.seen),
        worse=figure.worse,
    )


def sections(found: ComparisonFacts, words: Words) -> Iterator[tuple[str, list[str]]]:
    """What else there is to say: a heading and its lines; headings without lines are left out."""
    flips = found.flips
    parts: tuple[tuple[str, Sequence[str]], ...] = (
        ("compare.changed", [difference(each) for each in found.changed]),
        ("compare.arguments", [difference(each) for each in found.arguments]),
        ("compare.broken", flips.broke),
        ("compare.warned", flips.warned),
        ("compare.mended", flips.mended),
        ("compare.lost", flips.lost),
        ("compare.new", flips.new),
        ("compare.retired", flips.retired),
        ("compare.defects_new", flips.defects_new),
        ("compare.defects_gone", flips.defects_gone),
        ("compare.cells", [difference(each) for each in found.cells]),
    )
    yield from ((words(key), list(lines)) for key, lines in parts if lines)


def noise_of(found: ComparisonFacts, words: Words) -> str:
    """Where the noise between boots comes from: measured on this host, or published and assumed."""
    key = "compare.assumed" if found.assumed else "compare.measured"
    return words(key, spread=f"{100 * (found.noise or 0.0):.1f} %", boots=found.boots)


def signed(change: float) -> str:
    """A relative change with its sign, in per cent."""
    return f"{100 * change:+.1f} %".replace("-", "−")


def interval(figure: ComparedFigure) -> str:
    """The 95 % interval of a change."""
    return f"[{signed(figure.low)}, {signed(figure.high)}]"


def difference(each: Changed) -> str:
    """One thing that changed."""
    return f"{each.what}: {each.before} → {each.after}"


def _valued(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:.4g} {unit}"


def _ids(ids: Sequence[str]) -> str:
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" … {more}" if more > 0 else "")
