"""Tests of ring 2 that pytest runs: the real vLLM started more than once, and every attack in a real browser."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rings.parts import ROOT
from tests.rings.parts import Part as RingPart
from tests.rings.running import Lanes


def _cases(folder: str) -> Sequence[str]:
    """The files that have a test of ring 2."""
    files = sorted((ROOT / "tests" / folder).glob("test_*.py"))
    return [path.stem for path in files if "mark.prove" in path.read_text(encoding="utf-8")]


def _part(folder: str, case: str) -> RingPart:
    command = (sys.executable, "-m", "pytest", "-q", "-rs", "-m", "prove", f"tests/{folder}/{case}.py")
    return RingPart(name=case, what=case, command=command, junit=True)


@contextmanager
def _open(folder: str, directory: Path) -> Iterator[Prover]:
    lanes = Lanes(directory, lambda line: None)

    def prove(case: str, again: bool) -> Result:
        (done,) = lanes.run([_part(folder, case)])
        # Where vLLM or the browser is not there pytest skips the tests, which proves nothing.
        right = done.good and not done.counts().get("skipped")
        said = "" if right else done.output.read_text(errors="replace")[-3000:]
        return Result(part=folder, case=case, right=right, seconds=done.seconds, said=said)

    try:
        yield prove
    finally:
        lanes.end()


def _of(folder: str, what: str) -> Part:
    return Part(name=folder, what=what, cases=partial(_cases, folder), proving=partial(_open, folder))


ENGINE = _of("engine", "the real vLLM: attached, by URL, with tool flags, prompt by prompt")
JUDGE = _of("judge", "six keys that a server says in six spellings: no file of a run has one")
BROWSER = _of("browser", "40 attacks in every field of a report, in a real browser")
