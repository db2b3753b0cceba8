"""What is said of a cause, in the reader's language: its headline, its remedy, and what it took down."""

from fixtures.core.record import ClauseResult
from reports.causes import Cause, Kind
from reports.language import Words

SAID = 160  # characters of a server's own message in a headline


def headline(cause: Cause, words: Words) -> str:
    """One sentence, without a full stop."""
    if cause.diagnosis:
        return cause.diagnosis.cause.rstrip(".")
    match cause.kind:
        case Kind.HOST:
            return words("cause.host", n=len(cause.all))
        case Kind.BOOT | Kind.HANG:
            return words(f"cause.{cause.kind}")
        case Kind.DEATH:
            return words("cause.death", during=cause.first.node.partition("::")[0])
        case Kind.ANSWER | Kind.BROKEN if cause.requests:
            return _answered(cause, words)
        case Kind.SYMPTOM:
            return words.or_else(f"symptom.{cause.first.broke.symptom if cause.first.broke else ''}", "cause.boot")
        case Kind.OURS:
            return words("cause.ours", said=_short(cause.first.message))
    return _alike(cause, words)


def _answered(cause: Cause, words: Words) -> str:
    broke = cause.first.broke
    assert broke is not None  # what makes a cause of this kind
    requests = words("word.and").join(cause.requests)
    if cause.kind is Kind.BROKEN:
        return words("cause.broken", requests=requests, failure=_short(broke.failure or ""))
    return words("cause.answer", requests=requests, status=broke.status, said=_short(broke.said) or "–")


def _alike(cause: Cause, words: Words) -> str:
    title, others = named(cause.first), len(cause.all) - 1
    return words("cause.alike", title=title, n=others) if others else title


def named(clause: ClauseResult) -> str:
    """A clause with its title, as one line."""
    return " ".join(f"{clause.id} {clause.title}".split())


def remedy(cause: Cause, words: Words) -> str:
    """What to do: what the diagnosis or a clause knows, or else what holds for its area."""
    if cause.remedy:
        return cause.remedy
    if cause.kind is Kind.OURS:
        return words("remedy.OURS")
    if cause.exchange:
        return words.or_else(f"remedy.{cause.first.area}", "remedy.default", exchange=cause.exchange)
    return words.or_else(f"remedy.{cause.first.area}", "remedy.nothing")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SAID else f"{line[:SAID]}…"
