"""Every fault of the catalogue, injected into the modules of its clauses; and the whole suite under every fault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.expectations import Expected, expectations
from tests.faults.injecting import AT_ONCE, Injector, injector
from tests.faults.judging import DEADLINE
from tests.faults.running import LIMIT, Ran, runner
from tests.faults.slowness import SLOW
from tests.prove.part import Part, Prover
from tests.prove.results import Result


def _cases() -> Sequence[str]:
    return list(expectations())


@contextmanager
def _injecting(directory: Path) -> Iterator[Prover]:
    with injector(directory) as made:

        def prove(case: str, again: bool) -> Result:
            return _injected(made, case, again=again)

        yield prove


def _injected(made: Injector, case: str, *, again: bool) -> Result:
    verdict = made.inject(case, time_factor=SLOW if again else None)
    said = "" if verdict.right else f"{'' if verdict.detected else 'not detected: '}{verdict.sentence()}"
    return Result(part="faults", case=case, right=verdict.right, seconds=verdict.seconds, said=said)


def _whole_suite(expected: Expected, *, time_factor: float) -> list[str]:
    """The arguments of a run of everything, at the target of a rehearsal where the fault needs none of its own."""
    own = expected.target != Expected.model_fields["target"].default
    there = expected if own else expected.model_copy(update={"target": "rehearsal"})
    return ["suites/", *there.arguments(time_factor=time_factor)]


def _caught(ran: Ran, deadline: float) -> bool:
    """Something failed in time, and nothing of ours broke."""
    return bool(ran.with_outcome("FAIL")) and not ran.with_outcome("ERROR") and ran.seconds < deadline


@contextmanager
def _whole(directory: Path) -> Iterator[Prover]:
    with runner(directory) as runs:

        def prove(case: str, again: bool) -> Result:
            factor = SLOW if again else 1.0
            ran = runs.run(_whole_suite(expectations()[case], time_factor=factor), limit=factor * LIMIT)
            failed = " ".join(ran.with_outcome("FAIL", "ERROR"))
            right = _caught(ran, factor * DEADLINE)
            return Result(part="matrix", case=case, right=right, seconds=ran.seconds, said=failed)

        yield prove


FAULTS = Part(
    name="faults",
    what="every fault, injected into the modules of the clauses that it breaks",
    cases=_cases,
    proving=_injecting,
    at_once=AT_ONCE,
)
MATRIX = Part(
    name="matrix",
    what="the whole suite under every fault: is it caught in time, and does the suite itself hold",
    cases=_cases,
    proving=_whole,
    at_once=2,
)
