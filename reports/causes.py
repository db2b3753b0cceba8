"""Why a run came out as it did: failures by their cause, each with the clauses that it took down. From the record alone."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome, Verdict
from fixtures.core.record import ClauseResult, Diagnosis, RunRecord
from fixtures.core.symptom import Symptom
from fixtures.core.timeout_budget import HUNG

MANY = 3  # clauses that break by one thing: then the sums over their answers break by it too
_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_SURFACE = re.compile(r"\b(?:chat|responses)(?:-stream)?\b")
_EXPECTED = re.compile(r"expected (.*?); got ", re.DOTALL)


class Kind(StrEnum):
    """What kind of cause; the order is that of a report."""

    HOST = "host"  # it was not ready, and nothing was started
    BOOT = "boot"  # the server did not become ready
    DEATH = "death"
    HANG = "hang"
    ERROR = "error"  # a known error, recognised in a log or an answer
    ANSWER = "answer"  # requests that are answered with one status and one message
    BROKEN = "broken"  # answers that break off
    SYMPTOM = "symptom"
    CLAUSE = "clause"  # one requirement, which one clause or several have
    OURS = "ours"  # the suite broke


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """`clauses` break by it, the one that shows it best first; `with_it` are of the same area and have no answer of their own.

    `blocked` could not be judged for it.
    """

    kind: Kind
    clauses: tuple[ClauseResult, ...]
    with_it: tuple[ClauseResult, ...] = ()
    blocked: tuple[ClauseResult, ...] = ()

    @property
    def first(self) -> ClauseResult:
        """The clause that shows it best."""
        return self.clauses[0]

    @property
    def all(self) -> tuple[ClauseResult, ...]:
        """Every clause that fails for it."""
        return self.clauses + self.with_it

    @property
    def must(self) -> bool:
        """Whether it decides the verdict; otherwise it warns, or is waived."""
        return any(_decides(clause) for clause in self.all)

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The known error that it is, if it is one."""
        return next((clause.diagnosis for clause in self.clauses if clause.diagnosis), None)

    @property
    def exchange(self) -> str:
        """The file of the first exchange that shows it; empty if none does."""
        return self.first.broke.exchange if self.first.broke else ""

    @property
    def requests(self) -> tuple[str, ...]:
        """What was asked where it shows, as method and path, each once."""
        broken = (clause.broke for clause in self.clauses if clause.broke and clause.broke.path)
        return tuple(dict.fromkeys(f"{broke.method} {broke.path}" for broke in broken))

    @property
    def remedy(self) -> str:
        """What to do, where the diagnosis or one of its clauses knows."""
        told = (self.diagnosis.remedy if self.diagnosis else "", *(clause.remedy for clause in self.all))
        return next(filter(None, told), "")


def causes(record: RunRecord) -> tuple[Cause, ...]:
    """Those that decide the verdict first, then those that warn; each failed or broken clause is in exactly one of them."""
    unstarted = record.verdict is Verdict.NOT_STARTED
    failed = [clause for clause in record.clauses if clause.outcome in {Outcome.FAIL, Outcome.ERROR}]
    groups: dict[tuple[Kind, str], list[ClauseResult]] = {}
    for clause in failed:
        groups.setdefault(_signature(clause, unstarted=unstarted), []).append(clause)
    found = [Cause(kind=kind, clauses=_shown_first(group)) for (kind, _), group in groups.items()]
    return tuple(_blocking(record, sorted(_summed(found), key=_rank)))


def unexplained(record: RunRecord) -> tuple[ClauseResult, ...]:
    """Clauses that are BLOCKED by nothing that failed here."""
    told = {clause.id for cause in causes(record) for clause in cause.blocked}
    return tuple(c for c in record.clauses if c.outcome is Outcome.BLOCKED and c.id not in told)


def _signature(clause: ClauseResult, *, unstarted: bool) -> tuple[Kind, str]:
    """What two clauses share that break by one thing."""
    broke = clause.broke
    if clause.outcome is Outcome.ERROR:
        return Kind.OURS, _plain(clause.message)
    if unstarted and clause.area == "HOST":
        return (Kind.HOST, "") if clause.level is Level.MUST else (Kind.CLAUSE, clause.id)
    if broke and broke.symptom in _KINDS:
        return _KINDS[broke.symptom], ""
    if clause.diagnosis:
        return Kind.ERROR, clause.diagnosis.id
    if broke is None or clause.level is not Level.MUST:
        return Kind.CLAUSE, clause.id
    if broke.failure:
        return Kind.BROKEN, _plain(broke.failure)
    if (broke.status or 0) >= 500 or f"got status {broke.status}" in clause.message:
        return Kind.ANSWER, f"{broke.status} {_plain(broke.said)}"
    if broke.symptom:
        return Kind.SYMPTOM, broke.symptom
    wanted = _EXPECTED.match(clause.message)
    return Kind.CLAUSE, _plain(wanted[1]) if wanted else clause.id


_KINDS: dict[str, Kind] = {Symptom.NOT_READY: Kind.BOOT, Symptom.DIED: Kind.DEATH, Symptom.HANGS: Kind.HANG}


def _plain(text: str) -> str:
    """A message without what differs from one request to the next."""
    return re.sub(r"\d+", "0", _SURFACE.sub("…", _QUOTED.sub("…", text)))


def _decides(clause: ClauseResult) -> bool:
    return clause.level is Level.MUST and clause.waived is None


def _shown_first(group: Sequence[ClauseResult]) -> tuple[ClauseResult, ...]:
    """One that decides before others, and one with an exchange before one without."""
    return tuple(sorted(group, key=lambda clause: (not _decides(clause), not (clause.broke and clause.broke.exchange))))


def _summed(found: Sequence[Cause]) -> list[Cause]:
    """Where one cause breaks many clauses of an area, those of it that only sum up answers break by it too."""
    sums = [cause for cause in found if cause.kind is Kind.CLAUSE and not cause.exchange and cause.must]
    kept = [cause for cause in found if cause not in sums]
    for cause in sums:
        at = _largest(kept, cause.first.area)
        if at is None:
            kept.append(cause)
        else:
            kept[at] = replace(kept[at], with_it=(*kept[at].with_it, *cause.clauses))
    return kept


def _largest(found: Sequence[Cause], area: str) -> int | None:
    """The place of the cause that breaks most clauses of an area, and many; None if there is none."""
    counts = [sum(clause.area == area for clause in cause.clauses) for cause in found]
    most = max(counts, default=0)
    return counts.index(most) if most >= MANY else None


def _rank(cause: Cause) -> tuple[bool, int, int]:
    return not cause.must, list(Kind).index(min(cause.kind, Kind.ERROR, key=list(Kind).index)), -len(cause.all)


def _blocking(record: RunRecord, found: Sequence[Cause]) -> Iterable[Cause]:
    """Each cause with what it took down, over however many clauses in between."""
    by_id = {clause.id: clause for clause in record.clauses}
    for cause in found:
        ids = {clause.id for clause in cause.all}
        blocked = [c for c in record.clauses if c.outcome is Outcome.BLOCKED and _led_to(c, by_id, ids, cause.kind)]
        yield replace(cause, blocked=tuple(blocked))


def _led_to(clause: ClauseResult, by_id: dict[str, ClauseResult], ids: set[str], kind: Kind) -> bool:
    if kind is Kind.HOST or (kind is Kind.HANG and not clause.because and HUNG in clause.message):
        return True
    first = next(iter(clause.because), None)
    return first is not None and (first in ids or (first in by_id and _led_to(by_id[first], by_id, ids, kind)))
