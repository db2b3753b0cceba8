"""What the reports for machines say of a clause and of a cause: its name, a headline, why it came out so, and what to do."""

from collections import Counter

from fixtures.core.outcome import Outcome
from fixtures.core.record import ClauseResult, RunRecord
from reports.causes import Cause, Kind, causes
from reports.words import tone

PRODUCT = "gb10-acceptance"
OUTCOMES = (*(outcome.value for outcome in Outcome), "WARN")
_HEADLINES = {
    Kind.HOST: "The host is not ready, and nothing was started",
    Kind.BOOT: "The server did not become ready",
    Kind.DEATH: "The server died",
    Kind.HANG: "Requests are never answered",
}


def counted(record: RunRecord) -> dict[str, int]:
    """How many clauses came out how; a clause that failed and is no MUST is WARN. What does not occur is left out."""
    found = Counter(tone(clause) for clause in record.clauses)
    return {word: found[word] for word in OUTCOMES if found[word]}


def named(clause: ClauseResult) -> str:
    """A clause with its title, as one line."""
    return " ".join(f"{clause.id} {clause.title}".split())


def headline(cause: Cause) -> str:
    """One sentence, without a full stop."""
    if cause.diagnosis:
        return cause.diagnosis.cause.rstrip(".")
    if cause.kind in _HEADLINES:
        return _HEADLINES[cause.kind]
    others = len(cause.all) - 1
    alike = f", and {others} like it" if others else ""
    return f"{'The suite itself broke: ' if cause.kind is Kind.OURS else ''}{named(cause.first)}{alike}"


def explained(record: RunRecord) -> dict[str, Cause]:
    """The cause of each clause that broke, and of each that is blocked, by the clause's id; of several the first."""
    found: dict[str, Cause] = {}
    for cause in causes(record):
        for clause in (*cause.all, *cause.blocked):
            found.setdefault(clause.id, cause)
    return found


def details(clause: ClauseResult, cause: Cause | None) -> str:
    """Why it came out so, in full: the message, what to do, and the cause where other words than the clause's own tell it."""
    known = clause.diagnosis.remedy if clause.diagnosis else ""
    remedy = known or clause.remedy or (cause.remedy if cause else "")
    told = headline(cause) if cause else ""
    parts = [clause.message]
    parts += [f"Remedy: {remedy}"] if remedy else []
    parts += [f"Cause: {told}"] if told and told != named(clause) else []
    return "\n".join(filter(None, parts))


def first_line(text: str) -> str:
    """What a list shows of a message."""
    return next(iter(text.splitlines()), "")
