"""JUnit XML, made from the record: one test case for each clause, and in its properties what JUnit has no word for."""

from collections.abc import Iterable
from io import BytesIO

from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome
from fixtures.core.record import ClauseResult, RunRecord
from reports.causes import Cause
from reports.plain import PRODUCT, details, explained, first_line
from reports.told import named
from reports.visible import visible
from reports.words import tone

Properties = list[tuple[str, str]]
Broken = type[Failure] | type[Error] | type[Skipped]
_KNOWN = "known defect of this release: "  # how the message of a DEFECT begins


def junit_xml(record: RunRecord) -> str:
    """The document; its time is that of the whole run, in seconds, the start of the server included."""
    suite, why = TestSuite(PRODUCT), explained(record)
    suite.timestamp = visible(record.started)
    suite.hostname = visible(record.host.name or "localhost")
    for name, value in junit_properties(record):
        suite.add_property(name, value)
    suite.add_testcases([_case(clause, why.get(clause.id)) for clause in record.clauses])
    document = JUnitXml(PRODUCT)
    document.add_testsuite(suite)
    document.update_statistics()
    suite.time = document.time = round(record.seconds, 3)
    text = BytesIO()
    document.write(text)
    return text.getvalue().decode()


def _case(clause: ClauseResult, cause: Cause | None) -> TestCase:
    case = TestCase(visible(named(clause)), visible(clause.area), round(clause.seconds, 3))
    for name, value in clause_properties(clause):
        case.add_property(name, value)
    if broken := _broken(clause):
        case.result = _result(broken, clause, cause)
    elif said := (f"{tone(clause)} " if clause.outcome is Outcome.FAIL else "") + details(clause, cause):
        case.system_out = visible(said)
    return case


def _broken(clause: ClauseResult) -> Broken | None:
    """JUnit's word; it has none for a warning and for what is waived, which pass, as the verdict has it."""
    must = clause.level is Level.MUST
    match clause.outcome:
        case Outcome.PASS:
            return None
        case Outcome.FAIL:
            return Failure if must and clause.waived is None else None
        case Outcome.ERROR:
            return Error
        case Outcome.BLOCKED:
            return Error if must else Skipped  # a MUST that could not be judged keeps the run from its certificate
    return Skipped


def _result(broken: Broken, clause: ClauseResult, cause: Cause | None) -> Failure | Error | Skipped:
    """The first line for lists of failures, all of it as text; the type is the level that failed, or else our outcome."""
    message = first_line(clause.message)
    if clause.outcome is Outcome.DEFECT:
        message = f"known defect: {message.removeprefix(_KNOWN)}"
    kind = clause.level if clause.outcome is Outcome.FAIL else clause.outcome
    result = broken(visible(message), kind.value)
    result.text = visible(details(clause, cause))
    return result


def junit_properties(record: RunRecord) -> Properties:
    """Properties of the test suite: the verdict, what was checked, and how it was found. Unknown ones are left out."""
    deployment, host = record.deployment, record.host
    pairs: list[tuple[str, object]] = [
        ("verdict", record.verdict),
        ("exit_status", record.exit_status),
        ("kind", record.kind),
        ("standin", record.standin),
        ("target", record.target.name),
        ("run", record.id),
        ("suite_version", record.suite.version),
        ("suite_commit", record.suite.commit),
        ("base_url", record.target.base_url),
        ("image", deployment.image),
        ("image_digest", deployment.digest),
        ("model_revision", deployment.model_revision),
        ("vllm_version", deployment.vllm_version),
        ("vllm_release", deployment.release),
        ("ready_seconds", deployment.ready_seconds),
        ("host", host.name),
        ("host_id", host.id),
        ("gpu", host.gpu),
        ("driver", host.driver),
        ("interrupted", record.interrupted),
        *(("waived", clause.id) for clause in record.clauses if clause.waived is not None),
    ]
    pairs += [(f"output_tokens_per_s_at_{m.concurrency}", m.output_tokens_per_s) for m in record.measurements]
    return _told(pairs)


def clause_properties(clause: ClauseResult) -> Properties:
    """Properties of one test case: the clause it judged, with the outcome in the suite's own words."""
    pairs: list[tuple[str, object]] = [
        ("clause", clause.id),
        ("title", clause.title),
        ("level", clause.level),
        ("outcome", tone(clause)),
        ("waived", clause.waived),
        ("scope", clause.scope),
        ("source", clause.source or None),
        ("diagnosis", clause.diagnosis.id if clause.diagnosis else None),
        *(("known_defect", id) for id in clause.defects),
        *(("evidence", path) for path in clause.evidence),
        *((f"fact.{name}", value) for name, value in clause.facts.items()),
    ]
    return _told(pairs)


def _told(pairs: Iterable[tuple[str, object]]) -> Properties:
    return [(visible(name), visible(str(value))) for name, value in pairs if value is not None]
