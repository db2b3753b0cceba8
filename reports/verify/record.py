"""The record alone: its shape, and whether the verdict follows from its clauses. No other file is needed for it."""

from collections import Counter
from datetime import UTC, date, datetime

from pydantic import ValidationError

from fixtures.core.clause import Level
from fixtures.core.outcome import EXIT_STATUS, REGRESSED, Outcome, Verdict, verdict_of
from fixtures.core.record import SCHEMA, ClauseResult, RunRecord, WaiverResult, tallies
from fixtures.core.waiver import WaiverState
from reports.manifest import RECORD
from reports.verify.checks import Wrong
from reports.verify.strict import read_strictly

_INTERRUPTED = 2
_PYTESTS_OWN = frozenset((_INTERRUPTED, 3, 4, 5))  # exit statuses that stand whatever the verdict is


def read_record(data: bytes) -> RunRecord:
    """The record; Wrong for what does not fit the schema, as published in reports/record.schema.json."""
    value = read_strictly(data, RECORD)
    version = value.get("schema") if isinstance(value, dict) else None
    if version != SCHEMA:
        raise Wrong(f"{RECORD} is of schema {version!r}, and this suite reads schema {SCHEMA!r}")
    try:
        return RunRecord.model_validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise Wrong(f"{RECORD} does not fit schema {SCHEMA}: {_place(first['loc'])}: {first['msg']}") from None


def verdict_follows(record: RunRecord) -> str:
    """Wrong where the suite would have given another verdict for these clauses."""
    _consistent(record)
    unstarted = record.verdict is Verdict.NOT_STARTED and _nothing_started(record)
    found = verdict_of(record.kind, tallies(record.clauses), unstarted=unstarted)
    if found is not record.verdict:
        raise Wrong(f"the verdict is {record.verdict}, and from the clauses follows {found}")
    return f"{found} follows from {len(record.clauses)} clauses"


def exit_status_follows(record: RunRecord) -> str:
    """Wrong where the exit status is not that of the verdict, nor one of pytest's own."""
    worse = record.comparison is not None and record.comparison.answer in ("REGRESSED", "SUSPECTED")
    status, due = record.exit_status, EXIT_STATUS[record.verdict]
    due = REGRESSED if worse and due == 0 else due
    if record.interrupted is not None and status not in _PYTESTS_OWN:
        raise Wrong(f"the exit status is {status}, although the run ended early: {record.interrupted}")
    if status == _INTERRUPTED and record.interrupted is None:
        raise Wrong(f"the exit status is {status}, and nothing is said of an interruption")
    if status not in _PYTESTS_OWN and status != due:
        raise Wrong(f"the exit status is {status}, and that of {record.verdict} is {due}")
    return f"{status}, " + ("pytest's own" if status in _PYTESTS_OWN else f"that of {record.verdict}")


def evidence_of(record: RunRecord) -> frozenset[str]:
    """Every file that the record names, by its path in the run's directory."""
    named = {path for clause in record.clauses for path in clause.evidence}
    named |= {clause.broke.exchange for clause in record.clauses if clause.broke and clause.broke.exchange}
    named |= {level.samples for level in record.measurements if level.samples}
    return frozenset(named | ({record.server_log} if record.server_log else set()))


def _nothing_started(record: RunRecord) -> bool:
    unfit = any(c.area == "HOST" and c.level is Level.MUST and c.outcome is Outcome.FAIL for c in record.clauses)
    return unfit and record.deployment.container is None and record.deployment.ready_seconds is None


def _consistent(record: RunRecord) -> None:
    """What decides must mean one thing: no clause twice, no skip excused that is none, no waiver without its entry."""
    twice = [id for id, number in Counter(clause.id for clause in record.clauses).items() if number > 1]
    if twice:
        raise Wrong(f"{twice[0]} stands in the record twice")
    known = {each.id for each in record.known_defects}
    for clause in record.clauses:
        if clause.excused and clause.outcome is not Outcome.SKIPPED:
            raise Wrong(f"{clause.id} is {clause.outcome}, and excused as if it were SKIPPED")
        if clause.outcome is Outcome.DEFECT and not set(clause.defects or [""]) <= known:
            raise Wrong(f"{clause.id} is DEFECT, and met none of the known defects of the record")
    _waived(record)


def _waived(record: RunRecord) -> None:
    """Each waiver is what it says it is, and each waived failure has one."""
    day, waived = _day(record), {clause.id: clause for clause in record.clauses if clause.waived is not None}
    given = {each.id: each for each in record.waivers}
    if len(given) < len(record.waivers):
        raise Wrong("a clause is waived twice")
    for id, clause in waived.items():
        if clause.outcome is not Outcome.FAIL or clause.level is not Level.MUST:
            raise Wrong(f"{id} is waived, and is a {clause.level} that is {clause.outcome}")
        if id not in given or given[id].reason != clause.waived:
            raise Wrong(f"{id} is waived, and no waiver of the run says so for this reason")
    by_id = {clause.id: clause for clause in record.clauses}
    for each in record.waivers:
        _is(each, by_id.get(each.id), day)


def _is(waiver: WaiverResult, clause: ClauseResult | None, day: date) -> None:
    expired = day > waiver.until
    failed = clause is not None and clause.level is Level.MUST and clause.outcome is Outcome.FAIL
    due = WaiverState.EXPIRED if expired else WaiverState.USED if failed else WaiverState.UNUSED
    if waiver.state is not due:
        raise Wrong(f"the waiver of {waiver.id} is said to be {waiver.state}, and is {due}")
    if (due is WaiverState.USED) != (clause is not None and clause.waived is not None):
        raise Wrong(f"the waiver of {waiver.id} is {due}, and its clause says otherwise")


def _day(record: RunRecord) -> date:
    """The day on which the run began, in UTC."""
    try:
        return datetime.fromisoformat(record.started).astimezone(UTC).date()
    except (ValueError, OverflowError):
        raise Wrong(f"the run is said to have started at {record.started!r}, which is no time") from None


def _place(where: tuple[int | str, ...]) -> str:
    return ".".join(map(str, where)) or "top level"
