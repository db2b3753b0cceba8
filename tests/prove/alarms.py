"""The whole suite against the healthy stand-in of every release: no alarm is right."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from fixtures.standin.families import VERSIONS
from tests.faults.running import Ran, runner
from tests.faults.slowness import SLOW
from tests.prove.part import Part, Prover
from tests.prove.results import Result

ROUNDS = 2
# It says that our own client was late, which on a busy machine is true: it is told, and counts as no alarm.
OURS = frozenset({"PERF-003"})


def alarms(ran: Ran) -> dict[str, str]:
    """Every clause that neither passed nor met a known defect of its release, nor was rightly skipped, with a line about it."""
    if not ran.record:
        return {"": f"no record; exit status {ran.status}: {ran.output[-500:]}"}
    return {
        id: f"{id} {value['outcome']}: {value['message'][:300]}"
        for id, value in ran.clauses.items()
        if value["outcome"] not in ("PASS", "DEFECT") and not (value["outcome"] == "SKIPPED" and value["excused"])
    }


def told(found: Mapping[str, str]) -> str:
    """The alarms in lines: what stands on them is only counted."""
    own = [line for line in found.values() if " BLOCKED: " not in line]
    blocked = len(found) - len(own)
    return "\n".join([*own, f"{blocked} BLOCKED"] if blocked else own)


def _cases() -> Sequence[str]:
    return [f"{version} {number}" for number in range(1, ROUNDS + 1) for version in VERSIONS]


@contextmanager
def _rehearsing(directory: Path) -> Iterator[Prover]:
    with runner(directory) as runs:

        def prove(case: str, again: bool) -> Result:
            slowed = ["--time-factor", str(SLOW)] if again else []
            ran = runs.run(["suites/", "--vllm-version", case.split()[0], *slowed], limit=SLOW * 150)
            found = alarms(ran)
            right = not set(found) - OURS
            return Result(part="alarms", case=case, right=right, seconds=ran.seconds, said=told(found))

        yield prove


ALARMS = Part(
    name="alarms",
    what=f"the whole suite against the healthy stand-in of every release, {ROUNDS} times",
    cases=_cases,
    proving=_rehearsing,
    at_once=2,
)
