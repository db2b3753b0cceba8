"""What the verdicts, kinds and outcomes mean, in one sentence each, and which clauses a reader must see first."""

from collections import Counter
from dataclasses import dataclass

from fixtures.core.clause import Level
from fixtures.core.outcome import Kind, Outcome, Verdict
from fixtures.core.record import ClauseResult, RunRecord

MEANING = {
    Verdict.CERTIFIED: "Every MUST clause that applies holds on this host: the deployment is as mandated, and works.",
    Verdict.NOT_CERTIFIED: "At least one MUST clause failed: the deployment is not as mandated, or does not work.",
    Verdict.PASSED: "Every MUST clause that applies holds. This is no certificate.",
    Verdict.FAILED: "At least one MUST clause failed.",
    Verdict.INCONCLUSIVE: "No MUST clause failed, but not all of them could be judged: nothing is certified.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """Clauses that were not judged, all for one reason."""

    outcome: Outcome
    reason: str
    ids: tuple[str, ...]


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


def unjudged(record: RunRecord) -> list[Unjudged]:
    """BLOCKED, NOT_RUN and skips that the target does not allow, by reason; the reason that holds most comes first."""
    groups: dict[tuple[Outcome, str], list[str]] = {}
    for clause in record.clauses:
        if clause.outcome in {Outcome.BLOCKED, Outcome.NOT_RUN} or _skipped_without_leave(clause):
            groups.setdefault((clause.outcome, clause.message), []).append(clause.id)
    found = [Unjudged(outcome=outcome, reason=reason, ids=tuple(ids)) for (outcome, reason), ids in groups.items()]
    return sorted(found, key=lambda group: -len(group.ids))


def _skipped_without_leave(clause: ClauseResult) -> bool:
    return clause.outcome is Outcome.SKIPPED and not clause.excused


def remedy_of(clause: ClauseResult) -> str:
    """What to do: the diagnosis knows better than the rule."""
    return clause.diagnosis.remedy if clause.diagnosis else clause.remedy


def is_real(record: RunRecord) -> bool:
    """True where the run looked at the deployment itself, on its host."""
    return record.kind is Kind.CERTIFICATION and not record.standin


def stamp(record: RunRecord) -> str:
    """What kind of run this was, said loudly where it is no certification."""
    if record.standin:
        return "REHEARSAL against the embedded stand-in, a test double: it proves the suite, not a deployment"
    if record.kind is Kind.REHEARSAL:
        return "REHEARSAL on the CPU engine: the real vLLM, but no GB10 and not the real weights"
    if record.kind is Kind.API:
        return "API ONLY: the clauses on host and container did not apply, so nothing is said about the deployment"
    return "CERTIFICATION of the deployment on this host"


def tone(clause: ClauseResult) -> str:
    """The outcome's colour: that of a warning where a clause failed that is no MUST."""
    return "WARN" if clause.outcome is Outcome.FAIL and clause.level is not Level.MUST else clause.outcome.value


def last_line(record: RunRecord) -> str:
    """The verdict with its numbers and the exit status; SHOULD clauses that failed are counted as warnings."""
    found = Counter(tone(c) for c in record.clauses)
    order = [*(o.value for o in Outcome), "WARN"]
    said = ", ".join(f"{found[word]} {word}" for word in order if found[word]) or "no clause"
    return f"{record.verdict}  {record.target.name}  {said}  (exit {record.exit_status})"
