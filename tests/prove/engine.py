"""What needs the real vLLM and more than one start of it: attached, by URL, with tool flags; its prompts against ours."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rings.parts import LIMIT, ROOT


def _cases() -> Sequence[str]:
    return [path.stem for path in sorted((ROOT / "tests" / "engine").glob("test_*.py"))]


def _prove(case: str, again: bool) -> Result:
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-m", "prove", f"tests/engine/{case}.py"]
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT, check=False)
    # A part whose vLLM is not there is skipped by pytest, and not proven by that.
    right = done.returncode == 0 and " skipped" not in done.stdout
    return Result(
        part="engine",
        case=case,
        right=right,
        seconds=time.monotonic() - began,
        said="" if right else done.stdout[-3000:],
    )


@contextmanager
def _open(directory: Path) -> Iterator[Prover]:
    yield _prove


ENGINE = Part(
    name="engine",
    what="the real vLLM: attached, by URL, with tool flags, prompt by prompt",
    cases=_cases,
    proving=_open,
)
