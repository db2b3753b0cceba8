"""What a ring tells: a line as each part ends, what is under way, the table at the end, the tests that took longest."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.rings.parts import Part

SLOWEST = 10
_PERCENT = re.compile(rb"\[ *(\d+)%\]")
_COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A part that has ended: its exit status, seconds, and where its output and its JUnit file lie."""

    part: Part
    status: int
    seconds: float
    output: Path
    junit: Path

    @property
    def good(self) -> bool:
        return self.status == 0

    def last_line(self) -> str:
        """The last words of its output, without pytest's frame."""
        lines = [line for line in self.output.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1].strip("= ") if lines else "ok" if self.good else "said nothing"

    def counts(self) -> dict[str, int]:
        """How many tests passed, failed and so on, as pytest's last line says; nothing for a tool."""
        return {word: int(n) for n, word in _COUNTED.findall(self.last_line())} if self.part.junit else {}


def progress(output: Path) -> str:
    """How far a pytest run has come, as its output says: ` 45 %`, or nothing."""
    found = _PERCENT.findall(output.read_bytes()) if output.exists() else []
    return f" {int(found[-1])} %" if found else ""


def table(done: Sequence[Done]) -> list[str]:
    """A line for each part."""
    width = max(len(one.part.name) for one in done)
    lines = [f"{'part':<{width}}  seconds  outcome"]
    for one in done:
        lines.append(f"{one.part.name:<{width}}  {one.seconds:7.1f}  {'' if one.good else 'FAILED  '}{one.last_line()}")
    return lines


def slowest(done: Iterable[Done]) -> list[str]:
    """The tests that took longest, over all parts."""
    found = sorted((entry for one in done for entry in _timed(one.junit)), reverse=True)[:SLOWEST]
    return [f"{seconds:7.1f} s  {name}" for seconds, name in found]


def _timed(junit: Path) -> list[tuple[float, str]]:
    try:
        root = ElementTree.parse(junit).getroot()
    except (OSError, ElementTree.ParseError):  # a part that is no pytest, or that broke off
        return []
    return [
        (float(case.get("time", 0)), f"{case.get('classname', '')}::{case.get('name', '')}")
        for case in root.iter("testcase")
    ]


def skips(done: Iterable[Done]) -> list[str]:
    """What pytest says of the tests that were skipped, with the reasons: nothing is left out in silence."""
    lines = (line for one in done if one.part.junit for line in one.output.read_text(errors="replace").splitlines())
    return [line for line in lines if line.startswith("SKIPPED [")]


def closing(done: Iterable[Done]) -> str:
    """The one line that every CI reads; a tool counts as one test."""
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for one in done:
        counts = one.counts() or {"passed" if one.good else "failed": 1}
        if not one.good and not counts.get("failed"):
            counts["failed"] = counts.get("error", 0) + counts.get("errors", 0) or 1
        for word in total:
            total[word] += counts.get(word, 0)
    return ", ".join(f"{total[word]} {word}" for word in total)
