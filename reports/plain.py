"""What the reports for machines say of a clause and of a cause: its name, a headline, why it came out so, and what to do."""

from fixtures.core.record import ClauseResult, RunRecord
from reports import told
from reports.causes import Cause, causes
from reports.language import words_of
from reports.told import named

PRODUCT = "gb10-acceptance"
ENGLISH = words_of("en")  # programs and their users search for one wording


def headline(cause: Cause) -> str:
    """One sentence, without a full stop."""
    return told.headline(cause, ENGLISH)


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
    remedy = known or clause.remedy or (told.remedy(cause, ENGLISH) if cause else "")
    why = headline(cause) if cause else ""
    parts = [clause.message]
    parts += [f"Remedy: {remedy}"] if remedy else []
    parts += [f"Cause: {why}"] if why and why != named(clause) else []
    return "\n".join(filter(None, parts))


def first_line(text: str) -> str:
    """What a list shows of a message."""
    return next(iter(text.splitlines()), "")
