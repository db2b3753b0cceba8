"""A CTRF report (https://ctrf.io), made from the record: one test for each clause, in the five states that CTRF knows."""

import json
from collections import Counter
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from fixtures.core.outcome import Verdict
from fixtures.core.record import ClauseResult, RunRecord
from reports.causes import Cause
from reports.plain import PRODUCT, details, explained, first_line
from reports.told import named
from reports.visible import visible
from reports.words import counts, tone

SPEC_VERSION = "0.0.0"  # the only one that is published
# What is neither passed nor failed is `other`: the verdict does not turn on a warning, on what is waived or on a known defect,
# and what is blocked says nothing about its own clause.
STATUS = {
    "PASS": "passed",
    "FAIL": "failed",
    "ERROR": "failed",
    "WAIVED": "other",
    "WARN": "other",
    "DEFECT": "other",
    "BLOCKED": "other",
    "SKIPPED": "skipped",
    "NOT_RUN": "pending",
}
_STATES = ("passed", "failed", "skipped", "pending", "other")


def ctrf_json(record: RunRecord) -> str:
    """The report as text; no string in it steers a terminal or hides."""
    return json.dumps(_clean(ctrf(record)), ensure_ascii=False, indent=1) + "\n"


def ctrf(record: RunRecord) -> dict[str, Any]:
    """The report; what is not known is None, which `ctrf_json` leaves out. The id is the same however often it is made."""
    why = explained(record)
    return {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "reportId": str(uuid5(NAMESPACE_OID, visible(f"{PRODUCT}/{record.host.id}/{record.id}"))),
        "runId": record.id,
        "timestamp": record.finished,
        "generatedBy": PRODUCT,
        "results": {
            "tool": {"name": PRODUCT, "version": record.suite.version, "extra": {"commit": record.suite.commit}},
            "summary": _summary(record),
            "tests": [_test(clause, why.get(clause.id)) for clause in record.clauses],
            "environment": _environment(record),
            "extra": _run(record),
        },
    }


def _summary(record: RunRecord) -> dict[str, Any]:
    found = Counter(STATUS[tone(clause)] for clause in record.clauses)
    return {
        "tests": len(record.clauses),
        **{state: found[state] for state in _STATES},
        "suites": len({clause.area for clause in record.clauses}),
        "start": _milliseconds(record.started),
        "stop": _milliseconds(record.finished),
        "duration": round(record.seconds * 1000),
        "extra": counts(record),
    }


def _test(clause: ClauseResult, cause: Cause | None) -> dict[str, Any]:
    said = details(clause, cause)
    return {
        "testId": clause.id,
        "name": named(clause),
        "status": STATUS[tone(clause)],
        "rawStatus": tone(clause),
        "duration": round(clause.seconds * 1000),
        "suite": [clause.area],
        "message": first_line(clause.message) or None,
        "trace": said if said != first_line(clause.message) else None,
        "filePath": clause.node.partition("::")[0] or None,
        "tags": [clause.level.value, clause.scope.value],
        "extra": {"clause": clause.id, "level": clause.level.value, "outcome": tone(clause)},
    }


def _environment(record: RunRecord) -> dict[str, Any]:
    """Where it ran; `healthy` is the verdict's word on it."""
    deployment, host = record.deployment, record.host
    return {
        "reportName": record.target.title,
        "appName": "vLLM",
        "appVersion": deployment.vllm_version,
        "osPlatform": "linux",
        "osRelease": host.kernel,
        "osVersion": host.os,
        "testEnvironment": record.target.name,
        "healthy": record.verdict in {Verdict.CERTIFIED, Verdict.PASSED},
        "extra": {
            "host": host.name,
            "host_id": host.id,
            "gpu": host.gpu,
            "driver": host.driver,
            "image": deployment.image,
            "image_digest": deployment.digest,
            "model_revision": deployment.model_revision,
            "base_url": record.target.base_url,
        },
    }


def _run(record: RunRecord) -> dict[str, Any]:
    return {
        "verdict": record.verdict.value,
        "exit_status": record.exit_status,
        "kind": record.kind.value,
        "standin": record.standin,
        "interrupted": record.interrupted,
    }


def _milliseconds(at: str) -> int:
    return round(datetime.fromisoformat(at).timestamp() * 1000)


def _clean(value: Any) -> Any:
    """Strings that can be looked at, and no field without a value, for which CTRF has no null."""
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_clean(inner) for inner in value]
    return visible(value) if isinstance(value, str) else value
