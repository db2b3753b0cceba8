"""What a run and its outcomes are called, and which clauses stayed open."""

from collections import Counter
from dataclasses import dataclass

from fixtures.core.clause import Level
from fixtures.core.outcome import Kind, Outcome, Verdict
from fixtures.core.record import ClauseResult, RunRecord
from fixtures.core.waiver import WaiverState
from reports.causes import unexplained
from reports.language import Words

OUTCOMES = (*(outcome.value for outcome in Outcome), "WAIVED", "WARN")
_WAIVER = {
    WaiverState.USED: "waiver.used",
    WaiverState.UNUSED: "waiver.unused",
    WaiverState.EXPIRED: "waiver.expired",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """Clauses that were not judged, all for one reason."""

    outcome: Outcome
    reason: str
    ids: tuple[str, ...]


def counts(record: RunRecord) -> dict[str, int]:
    """Clauses by the word for what became of them, in the order of the outcomes; those that do not occur are left out."""
    found = Counter(tone(c) for c in record.clauses)
    return {word: found[word] for word in OUTCOMES if found[word]}


def unjudged(record: RunRecord) -> list[Unjudged]:
    """What no cause explains: BLOCKED, NOT_RUN and skips that the target does not allow, by reason, the commonest first."""
    blocked = unexplained(record)
    groups: dict[tuple[Outcome, str], list[str]] = {}
    for clause in record.clauses:
        if clause.outcome is Outcome.NOT_RUN or clause in blocked or _skipped_without_leave(clause):
            groups.setdefault((clause.outcome, clause.message), []).append(clause.id)
    found = [Unjudged(outcome=outcome, reason=reason, ids=tuple(ids)) for (outcome, reason), ids in groups.items()]
    return sorted(found, key=lambda group: -len(group.ids))


def _skipped_without_leave(clause: ClauseResult) -> bool:
    return clause.outcome is Outcome.SKIPPED and not clause.excused


def is_real(record: RunRecord) -> bool:
    """True where the run looked at the deployment itself, on its host."""
    return record.kind is Kind.CERTIFICATION and not record.standin


def stamp(record: RunRecord, words: Words) -> str:
    """What kind of run this was, said loudly where it is no certification; without a full stop."""
    if record.standin:
        return words("stamp.standin")
    return words({Kind.REHEARSAL: "stamp.cpu", Kind.API: "stamp.api"}.get(record.kind, "stamp.certification"))


def tone(clause: ClauseResult) -> str:
    """The one name of what became of a clause, everywhere: one that failed is WARN if it is no MUST, WAIVED if it is."""
    if clause.outcome is not Outcome.FAIL:
        return clause.outcome.value
    return "WARN" if clause.level is not Level.MUST else "FAIL" if clause.waived is None else "WAIVED"


def meaning(record: RunRecord, words: Words) -> str:
    """The verdict in one sentence."""
    waived = record.verdict is Verdict.PASSED and any(clause.waived is not None for clause in record.clauses)
    return words("meaning.waived" if waived else f"meaning.{record.verdict}")


def waivers(record: RunRecord, words: Words) -> list[tuple[WaiverState, str]]:
    """Each waiver in a line, with what became of it."""
    return [
        (each.state, words(_WAIVER[each.state], id=each.id, until=each.until, reason=each.reason))
        for each in record.waivers
    ]


def last_line(record: RunRecord, words: Words) -> str:
    """The verdict with its numbers and the exit status."""
    said = ", ".join(f"{n} {word}" for word, n in counts(record).items()) or words("terminal.no_clause")
    return f"{record.verdict}  {record.target.name}  {said}  (exit {record.exit_status})"
