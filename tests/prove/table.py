"""What ring 2 has found, as one table for people and for docs/PROOF.md."""

from collections.abc import Iterable, Sequence

from tests.prove.part import Part
from tests.prove.results import Result, Results

COLUMNS = ("part", "cases", "right", "wrong", "not run", "only at the second try", "seconds", "slowest")


def row(part: Part, cases: Sequence[str], results: Results) -> tuple[str, ...]:
    """A part: how many of its cases came out right; seconds are the sum over its cases, several of which ran at once."""
    known = results.of(part.name)
    found = [known[case] for case in cases if case in known]
    right = sum(one.right for one in found)
    slowest = max(found, key=lambda one: one.seconds, default=None)
    return (
        part.name,
        str(len(cases)),
        str(right),
        str(len(found) - right),
        str(len(cases) - len(found)),
        str(sum(one.again and one.right for one in found)),
        f"{sum(one.seconds for one in found):.0f}",
        f"{slowest.case} {slowest.seconds:.1f} s" if slowest else "",
    )


def printed(rows: Iterable[Sequence[str]]) -> str:
    """The table for a terminal."""
    lines = [COLUMNS, *rows]
    widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def wrong(results: Iterable[Result]) -> list[str]:
    """What is not right, a line each."""
    return [
        f"{one.part}: {one.case}: {one.said.splitlines()[0] if one.said else ''}" for one in results if not one.right
    ]
