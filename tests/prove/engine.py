"""What needs the real vLLM and more than one start of it: attached, by URL, with tool flags; its prompts against ours."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rings.parts import ROOT
from tests.rings.parts import Part as RingPart
from tests.rings.running import Lanes


def _cases() -> Sequence[str]:
    return [path.stem for path in sorted((ROOT / "tests" / "engine").glob("test_*.py"))]


def _part(case: str) -> RingPart:
    command = (sys.executable, "-m", "pytest", "-q", "-rs", "-m", "prove", f"tests/engine/{case}.py")
    return RingPart(name=case, what=case, command=command, junit=True)


@contextmanager
def _open(directory: Path) -> Iterator[Prover]:
    lanes = Lanes(directory, lambda line: None)

    def prove(case: str, again: bool) -> Result:
        (done,) = lanes.run([_part(case)])
        # Where vLLM is not there pytest skips the tests, which proves nothing.
        right = done.good and not done.counts().get("skipped")
        said = "" if right else done.output.read_text(errors="replace")[-3000:]
        return Result(part="engine", case=case, right=right, seconds=done.seconds, said=said)

    try:
        yield prove
    finally:
        lanes.end()


ENGINE = Part(
    name="engine",
    what="the real vLLM: attached, by URL, with tool flags, prompt by prompt",
    cases=_cases,
    proving=_open,
)
