"""The parts of ring 1, as data: what `make test` runs, in the order in which it is begun."""

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# The most that any part may take, in seconds, on however busy a machine: a hang ends, a slow machine is let be.
LIMIT = 3600.0
_BIN = Path(sys.executable).parent
_FORMATTED = ("suites", "fixtures", "reports", "tests", "benchmarks", "conftest.py")
_PYTEST = (sys.executable, "-m", "pytest", "-m", "not prove", "-rs", "--color=no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One command of a ring. `junit`: it is a pytest run, and its slowest tests are told from its JUnit file."""

    name: str
    what: str
    command: tuple[str, ...]
    junit: bool = False


def _tool(name: str, what: str, *command: str) -> Part:
    return Part(name=name, what=what, command=(str(_BIN / command[0]), *command[1:]))


def _tests(name: str, what: str) -> Part:
    return Part(name=name, what=what, command=(*_PYTEST, f"tests/{name}"), junit=True)


# The long ones first: two run at a time, and the last to end should not have begun late.
RING_1 = (
    _tool("lint", "ruff: rules", "ruff", "check", "."),
    _tool("format", "ruff: format", "ruff", "format", "--check", "--quiet", *_FORMATTED),
    _tool("imports", "import-linter: who may import whom", "lint-imports", "--no-logo"),
    _tests("engine", "the real vLLM, booted by the suite in a container"),
    _tests("faults", "every clause that can fail, broken by a fault of the cover"),
    _tool("types", "mypy --strict", "mypy"),
    _tests("judge", "verdict, exit status and command line; whole rehearsals"),
    _tests("unit", "the suite's own parts"),
    _tests("docker", "a real Docker engine: boots, signals, clean-up"),
    _tests("browser", "the report in a real browser"),
)
