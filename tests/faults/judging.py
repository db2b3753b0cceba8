"""Whether a run under a fault came out as expected, and all the reasons why not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fixtures.core.clause import Clause, Level
from tests.faults.expectations import Expected
from tests.faults.running import Ran

DEADLINE = 120.0  # seconds within which any single fault ends a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the run showed. `detected`: a clause failed, whichever; `right`: those that must, in the right words, in time."""

    detected: bool
    seconds: float
    problems: tuple[str, ...]
    last_words: str

    @property
    def right(self) -> bool:
        return not self.problems

    def sentence(self) -> str:
        """The problems, and the end of what the run said."""
        return "\n".join((*self.problems, "the run's last words:", self.last_words))


def judged(expected: Expected, ran: Ran, clauses: Mapping[str, Clause], *, deadline: float = DEADLINE) -> Verdict:
    """Hold a run against what is expected of it."""
    return Verdict(
        detected=bool(ran.with_outcome("FAIL")),
        seconds=ran.seconds,
        problems=tuple(_problems(expected, ran, clauses, deadline)),
        last_words=ran.output[-3000:],
    )


def _problems(expected: Expected, ran: Ran, clauses: Mapping[str, Clause], deadline: float) -> Iterator[str]:
    if not ran.record:
        yield f"no record was written; exit status {ran.status} after {ran.seconds:.1f} s"
        return
    yield from _ending(expected, ran, clauses)
    if ran.seconds >= deadline:
        yield f"the run took {ran.seconds:.0f} s; any single fault must end it within {deadline:.0f} s"
    for id in expected.fails:
        value = ran.clauses[id]
        if value["outcome"] != "FAIL":
            yield f"{id} must FAIL, but is {value['outcome']}: {value['message'][:500]}"
    if broken := ran.with_outcome("ERROR"):
        yield f"no clause may be an ERROR, but {', '.join(broken)} is: {ran.clauses[broken[0]]['message'][:500]}"
    said = [ran.clauses[id]["message"] for id in expected.fails]
    if not any(wanted in message for wanted in expected.says for message in said):
        yield f"no message of {', '.join(expected.fails)} has one of {list(expected.says)}: {[m[:500] for m in said]}"


def _ending(expected: Expected, ran: Ran, clauses: Mapping[str, Clause]) -> Iterator[str]:
    verdict = ran.record["verdict"]
    if any(clauses[id].level is Level.MUST for id in expected.fails):
        if (ran.status, verdict) != (1, "FAILED"):
            yield f"a MUST fails, so the run must end with FAILED and exit status 1; got {verdict} and {ran.status}"
    elif ran.status not in (0, 1, 6):
        # Only a SHOULD fails: a warning. A part of the suite that passes is INCONCLUSIVE.
        yield f"the run must end with a verdict; got {verdict} and exit status {ran.status}"
