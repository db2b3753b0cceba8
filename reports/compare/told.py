"""What is said of a comparison, in the reader's language: one sentence first, then what changed, clauses, figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from fixtures.compare.bounds import Shift
from fixtures.compare.comparison import Answer, Comparison
from fixtures.compare.figures import Figure
from fixtures.compare.likeness import Difference
from reports.language import Words

NAMED = 12  # clauses named in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure of both runs; `low` and `high` are of the change's 95 % interval, `seen` what could have been seen."""

    name: str
    before: str
    after: str
    change: str
    interval: str
    seen: str
    worse: bool


def headline(found: Comparison, words: Words) -> str:
    """The answer in one line, with the figure that lost most and what could have been seen."""
    said = words(f"compare.{found.answer}", why=_why(found, words))
    seen = words("compare.seen", seen=signed(-found.seen)) if found.seen is not None else ""
    return f"{said}{seen}"


def _why(found: Comparison, words: Words) -> str:
    parts = []
    if found.flips.broke:
        parts.append(words("compare.broke", n=len(found.flips.broke), ids=_ids(found.flips.broke)))
    if found.worse:
        name = min(found.worse, key=lambda each: found.shifts[each].change)
        shift = found.shifts[name]
        parts.append(f"{name} {signed(shift.change)} {interval(shift)}")
    if found.answer is Answer.NOT_COMPARABLE:
        parts += [_difference(each) for each in found.unlike]
    return "; ".join(parts) or words("compare.nothing")


def rows(found: Comparison) -> list[Row]:
    """The figures that both runs have, those that lost most first."""
    names = sorted(found.shifts, key=lambda name: found.shifts[name].change)
    return [_row(found, name) for name in names]


def _row(found: Comparison, name: str) -> Row:
    shift = found.shifts[name]
    return Row(
        name=name,
        before=valued(found.before[name]) if name in found.before else "–",
        after=valued(found.after[name]),
        change=signed(shift.change),
        interval=interval(shift),
        seen=signed(-shift.seen),
        worse=name in found.worse,
    )


def sections(found: Comparison, words: Words) -> Iterator[tuple[str, list[str]]]:
    """What else there is to say: a heading and its lines; headings without lines are left out."""
    flips = found.flips
    parts = (
        ("compare.changed", [_difference(each) for each in found.changed]),
        ("compare.arguments", [_difference(each) for each in found.arguments]),
        ("compare.broken", list(flips.broke)),
        ("compare.warned", list(flips.warned)),
        ("compare.mended", list(flips.mended)),
        ("compare.lost", list(flips.lost)),
        ("compare.new", list(flips.new)),
        ("compare.retired", list(flips.retired)),
        ("compare.defects_new", list(flips.defects_new)),
        ("compare.defects_gone", list(flips.defects_gone)),
        ("compare.cells", [f"{name}: {was} → {now}" for name, was, now in flips.cells]),
    )
    yield from ((words(key), lines) for key, lines in parts if lines)


def signed(change: float) -> str:
    """A relative change with its sign, in per cent."""
    return f"{100 * change:+.1f} %".replace("-", "−")


def interval(shift: Shift) -> str:
    """The 95 % interval of a change."""
    return f"[{signed(shift.low)}, {signed(shift.high)}]"


def valued(figure: Figure) -> str:
    """A figure with its unit."""
    return f"{figure.value:,.0f} {figure.unit}" if figure.value >= 1000 else f"{figure.value:.4g} {figure.unit}"


def _difference(each: Difference) -> str:
    return f"{each.what}: {each.before} → {each.after}"


def _ids(ids: tuple[str, ...]) -> str:
    more = len(ids) - NAMED
    return ", ".join(ids[:NAMED]) + (f" … {more}" if more > 0 else "")
