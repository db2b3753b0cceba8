"""`python -m tests.faults.table`: write docs/FAULTS.md, each fault with its clauses and each clause with its faults."""

import sys
from collections.abc import Iterator

from fixtures.adapters.targets import CHECKOUT
from fixtures.core.clause import Level
from fixtures.faults.catalogue import AREAS, FAULTS
from fixtures.specification.clauses import all_clauses
from fixtures.specification.page import table
from tests.faults.direct_cases import DIRECT
from tests.faults.expectations import expectations

FILE = CHECKOUT / "docs" / "FAULTS.md"
_HEAD = """\
# Faults, and the clauses that catch them

Every clause that can fail has been seen to fail. A fault is a way in which the embedded stand-in misbehaves
(`--fault NAME`); `make prove PARTS=faults` injects each into a real run of the suite and demands that the clauses beside
it FAIL, that one of them names the cause, and that the run ends within two minutes; `make test` injects the fewest that
break every clause (`tests/faults/cover.toml`). Clauses on the host, the container and
its log look at what a stand-in does not have: their own functions are given a broken host, container or log.

This file is written from the faults and their expectations by `make docs`.
"""


def document() -> str:
    """The whole of FAULTS.md."""
    lines = [_HEAD, f"{len(FAULTS)} faults, {len(DIRECT)} broken hosts, containers and logs.", ""]
    return "\n".join([*lines, *_faults(), *_direct(), *_clauses()][:-1]) + "\n"


def _faults() -> Iterator[str]:
    yield from ("## The faults of the stand-in", "")
    for area, faults in AREAS.items():
        if faults:
            yield from (f"### {area}", "")
            rows = [(f"`{fault.name}`", fault.summary, ", ".join(_fails(fault.name))) for fault in faults]
            yield from table(("fault", "what is wrong", "clauses that FAIL"), rows)


def _fails(name: str) -> tuple[str, ...]:
    found = expectations().get(name)
    return found.fails if found else ()


def _direct() -> Iterator[str]:
    yield from ("## Hosts, containers and logs", "")
    yield from table(("what is wrong", "clause that FAILs"), [(case.summary, case.clause) for case in DIRECT])


def _clauses() -> Iterator[str]:
    yield from ("## The clauses", "", "An OBSERVE clause records what it sees and cannot fail.", "")
    rows = [
        (id, value.title, ", ".join(_killers(id)))
        for id, value in all_clauses().items()
        if value.level is not Level.OBSERVE
    ]
    yield from table(("clause", "title", "broken by"), rows)


def _killers(id: str) -> list[str]:
    faults = [f"`{expected.name}`" for expected in expectations().values() if id in expected.fails]
    return [*faults, *(case.summary for case in DIRECT if case.clause == id)]


if __name__ == "__main__":
    FILE.write_text(document(), encoding="utf-8")
    sys.exit(0)
