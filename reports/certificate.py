"""The certificate: a run that is CERTIFIED, as an in-toto Statement with the predicate "test result", for other programs.

https://github.com/in-toto/attestation: spec/v1/statement.md, spec/predicates/test-result.md
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from fixtures.core.outcome import Kind, Outcome, Verdict
from fixtures.core.record import ClauseResult, RunRecord
from reports.manifest import MANIFEST, RECORD, sha256

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
NAMESPACE = "gb10-acceptance"  # of the signature: one that was made for anything else does not count
_IMAGE = re.compile(r"(?:.*@)?sha256:([0-9a-f]{64})")  # a digest of a repository, or the id of an image without one
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_WARNED = {Outcome.FAIL, Outcome.ERROR, Outcome.DEFECT}
Json = dict[str, Any]


class NoCertificate(Exception):
    """Why a run gives no certificate, in a sentence without a full stop."""


def statement_of(record: RunRecord, *, record_sha256: str, manifest_sha256: str) -> Json:
    """The Statement about the image and the model of this run; NoCertificate with the first reason why there is none.

    The digests are those of the run's record.json and manifest.json, as they lie on the disk.
    """
    if reason := refusal(record):
        raise NoCertificate(reason)
    return {
        "_type": STATEMENT,
        "subject": _subjects(record),
        "predicateType": PREDICATE,
        "predicate": {
            **_result(record.clauses),
            "configuration": [
                _suite(record),
                _of_value("target", record.target.spec, name=record.target.name),
                _file(RECORD, record_sha256, run=record.id, started=record.started, finished=record.finished),
                _file(MANIFEST, manifest_sha256),
                _of_value("command-line", record.target.command_line, arguments=record.target.command_line),
                _host(record),
            ],
        },
    }


def statement_text(statement: Json) -> str:
    """The certificate as it is written."""
    return json.dumps(statement, ensure_ascii=False, indent=1) + "\n"


def refusal(record: RunRecord) -> str | None:
    """Why this run gives no certificate; None if it gives one."""
    ids = ", ".join(clause.id for clause in record.clauses if clause.waived is not None)
    waived = f", with waived failures ({ids})" if ids else ""
    reasons = (
        (record.standin, "it was made with the embedded stand-in, a test double"),
        (record.kind is not Kind.CERTIFICATION, f"its kind is {record.kind}, and only a certification certifies"),
        (record.interrupted is not None, f"it ended early: {record.interrupted}"),
        (record.verdict is not Verdict.CERTIFIED or waived, f"its verdict is {record.verdict}{waived}"),
        (record.exit_status != 0, f"its exit status is {record.exit_status}"),
        (_image(record) is None, f"the digest of its image is not known: {record.deployment.digest}"),
        (_revision(record) is None, f"the commit of its model is not known: {record.deployment.model_revision}"),
        (_model(record) is None, "its target names no model"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def canonical(value: object) -> bytes:
    """JSON in UTF-8 with sorted keys and no white space, of which digests are taken."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def _subjects(record: RunRecord) -> list[Json]:
    return [
        {"name": record.deployment.image or "image", "digest": {"sha256": _image(record)}},
        {"name": _model(record), "digest": {"gitCommit": _revision(record)}},
    ]


def _image(record: RunRecord) -> str | None:
    found = _IMAGE.fullmatch(record.deployment.digest or "")
    return found[1] if found else None


def _revision(record: RunRecord) -> str | None:
    revision = record.deployment.model_revision
    return revision if revision and _COMMIT.fullmatch(revision) else None


def _model(record: RunRecord) -> str | None:
    """The model's name on the hub, from the target."""
    deployment = record.target.spec.get("deployment")
    model = deployment.get("model") if isinstance(deployment, dict) else None
    return model if isinstance(model, str) and model else None


def _result(clauses: Iterable[ClauseResult]) -> Json:
    """What passed, and what warned: what did not hold of a SHOULD, and known defects of the release. No MUST has failed."""
    passed = [clause.id for clause in clauses if clause.outcome is Outcome.PASS]
    warned = [clause.id for clause in clauses if clause.outcome in _WARNED]
    return {
        "result": "WARNED" if warned else "PASSED",
        "passedTests": passed,
        "warnedTests": warned,
        "failedTests": [],
    }


def _suite(record: RunRecord) -> Json:
    """Which suite judged. Where it was fetched from is not known, so the address has no host."""
    commit = record.suite.commit if _COMMIT.fullmatch(record.suite.commit or "") else None
    return {
        "name": "suite",
        "uri": f"git+file:///gb10-acceptance{f'@{commit}' if commit else ''}",
        **({"digest": {"gitCommit": commit}} if commit else {}),
        "annotations": {"version": record.suite.version, "dirty": record.suite.dirty},
    }


def _host(record: RunRecord) -> Json:
    host = record.host
    said = {"name": host.name, "id": host.id, "product": host.product, "driver": host.driver}
    return _of_value("host", host.model_dump(mode="json"), **{k: v for k, v in said.items() if v is not None})


def _file(name: str, digest: str, **annotations: object) -> Json:
    return _descriptor(name, digest, annotations)


def _of_value(descriptor: str, value: object, /, **annotations: object) -> Json:
    """A value of the record, by the digest of its canonical JSON."""
    return _descriptor(descriptor, sha256(canonical(value)), annotations)


def _descriptor(name: str, digest: str, annotations: Json) -> Json:
    """A ResourceDescriptor (spec/v1/resource_descriptor.md)."""
    said = {"annotations": annotations} if annotations else {}
    return {"name": name, "digest": {"sha256": digest}, "mediaType": "application/json", **said}
