"""`python -m tests.faults.cover`: choose the fewest faults that break every clause, and write cover.toml.

The cover is what `make test` injects; `make prove` injects every fault.
"""

import sys
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from tests.faults.direct_cases import DIRECT
from tests.faults.expectations import Expected, expectations

FILE = Path(__file__).parent / "cover.toml"
# A run that waits for a hang to be noticed costs the time of several that do not.
_WAITS = ("hang", "hung", "drip", "endless", "slow", "hold", "stuck")
_HEAD = """\
# Which fault breaks which clause in `make test`: every clause that can fail stands here once, but those that
# direct_cases.py breaks. Written by `python -m tests.faults.cover`, a greedy set cover of the expectations.
[cover]
"""


@cache
def cover() -> Mapping[str, str]:
    """The fault that breaks each clause, by the clause's id, as cover.toml has it."""
    found: dict[str, str] = tomllib.loads(FILE.read_text(encoding="utf-8"))["cover"]
    return found


def chosen(expected: Iterable[Expected], *, without: Iterable[str] = ()) -> dict[str, str]:
    """A greedy set cover: again and again the fault that breaks the most unbroken clauses for its cost.

    `without`: clauses that need no fault. Among equals the first by name is taken, so that the choice is repeatable.
    """
    candidates = sorted(expected, key=lambda one: one.name)
    left = {id for one in candidates for id in one.fails} - set(without)
    found: dict[str, str] = {}
    while left:
        best = max(candidates, key=lambda one: len(left & set(one.fails)) / _cost(one))
        found |= dict.fromkeys(left & set(best.fails), best.name)
        left -= set(best.fails)
    return dict(sorted(found.items()))


def _cost(one: Expected) -> int:
    return 5 if any(word in one.name for word in _WAITS) else 1


def main() -> int:
    """Write the file."""
    found = chosen(expectations().values(), without=[case.clause for case in DIRECT])
    rows = "".join(f'{clause} = "{fault}"\n' for clause, fault in found.items())
    FILE.write_text(_HEAD + rows, encoding="utf-8")
    print(f"{len(set(found.values()))} of {len(expectations())} faults break {len(found)} clauses")
    return 0


if __name__ == "__main__":
    sys.exit(main())
