"""What the verdicts and outcomes mean, in one sentence each."""

from collections import Counter

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome, Verdict
from fixtures.core.record import ClauseResult, RunRecord

MEANING = {
    Verdict.CERTIFIED: "Every MUST clause that applies passed on this host: the deployment is as mandated, and works.",
    Verdict.NOT_CERTIFIED: "At least one MUST clause failed: the deployment is not as mandated, or does not work.",
    Verdict.PASSED: "Every MUST clause that applies passed. This is no certificate.",
    Verdict.FAILED: "At least one MUST clause failed.",
    Verdict.INCONCLUSIVE: "No MUST clause failed, but not all of them could be judged: nothing is certified.",
}


def counts(record: RunRecord) -> dict[str, int]:
    """Clauses by outcome, in the order of the outcomes; those that do not occur are left out."""
    found = Counter(c.outcome for c in record.clauses)
    return {o.value: found[o] for o in Outcome if found[o]}


def failing(record: RunRecord) -> list[ClauseResult]:
    """MUST clauses that failed."""
    return [c for c in record.clauses if c.outcome is Outcome.FAIL and c.level is Level.MUST]


def warning(record: RunRecord) -> list[ClauseResult]:
    """SHOULD clauses that failed."""
    return [c for c in record.clauses if c.outcome is Outcome.FAIL and c.level is not Level.MUST]


def broken(record: RunRecord) -> list[ClauseResult]:
    """Clauses on which the suite itself broke."""
    return [c for c in record.clauses if c.outcome is Outcome.ERROR]


def remedy_of(clause: ClauseResult) -> str:
    """What to do: the diagnosis knows better than the rule."""
    return clause.diagnosis.remedy if clause.diagnosis else clause.remedy


def stamp(record: RunRecord) -> str:
    """What kind of run this was, said loudly where it is no certification."""
    if record.standin:
        return "REHEARSAL against the embedded stand-in, a test double: it proves the suite, not a deployment"
    if record.kind == "rehearsal":
        return "REHEARSAL on the CPU engine: the real vLLM, but no GB10 and not the real weights"
    if record.kind == "api":
        return "API ONLY: neither the host nor the container was checked"
    return "CERTIFICATION of the deployment on this host"


def last_line(record: RunRecord) -> str:
    """The verdict with its numbers and the exit status."""
    number = counts(record)
    said = ", ".join(f"{n} {outcome}" for outcome, n in number.items())
    return f"{record.verdict}  {record.target.name}  {said}  (exit {record.exit_status})"
