"""What the JUnit report says of the run and of each clause besides pytest's own words."""

from collections.abc import Iterable

from fixtures.core.record import ClauseResult, RunRecord
from reports.visible import visible

Properties = list[tuple[str, str]]


def junit_properties(record: RunRecord) -> Properties:
    """Properties of the test suite: the verdict, what was checked, and how it was found. Unknown ones are left out."""
    deployment, host = record.deployment, record.host
    pairs: list[tuple[str, object]] = [
        ("verdict", record.verdict),
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
        ("gpu", host.gpu),
        ("driver", host.driver),
        ("interrupted", record.interrupted),
    ]
    pairs += [(f"output_tokens_per_s_at_{m.concurrency}", m.output_tokens_per_s) for m in record.measurements]
    return _told(pairs)


def clause_properties(clause: ClauseResult) -> Properties:
    """Properties of one test case: the clause it judged, with the outcome in the suite's own words."""
    pairs: list[tuple[str, object]] = [
        ("clause", clause.id),
        ("title", clause.title),
        ("level", clause.level),
        ("outcome", clause.outcome),
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
