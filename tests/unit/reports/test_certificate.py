"""The certificate is a valid in-toto Statement, says what the record says, and is given to nothing else."""

import hashlib
import json
from datetime import date

import pytest
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

from fixtures.core.clause import Level
from fixtures.core.outcome import Kind, Outcome, Verdict
from fixtures.core.record import WaiverResult
from reports.certificate import NoCertificate, canonical, refusal, statement_of, statement_text
from tests.unit.reports import samples
from tests.unit.reports.sealed import certified

RECORD, MANIFEST = "a" * 64, "b" * 64


def statement(record=None):
    return statement_of(record or certified(), record_sha256=RECORD, manifest_sha256=MANIFEST)


def described(name, record=None):
    return next(each for each in statement(record)["predicate"]["configuration"] if each["name"] == name)


def changed(**update):
    return certified().model_copy(update=update)


def deployed(**update):
    return changed(deployment=certified().deployment.model_copy(update=update))


def test_it_is_a_valid_statement():
    """The reference implementation reads the Statement, its predicate and each descriptor, and knows every field."""
    read = json_format.Parse(statement_text(statement()), statement_pb2.Statement())
    Statement.copy_from_pb(read).validate()
    assert read.type == "https://in-toto.io/Statement/v1"
    assert read.predicate_type == "https://in-toto.io/attestation/test-result/v0.1"
    result = json_format.ParseDict(statement()["predicate"], test_result_pb2.TestResult())
    for each in result.configuration:
        ResourceDescriptor.copy_from_pb(each).validate()
        assert each.uri or each.digest or each.content  # what the specification demands, and validate() does not
    assert len({each.name for each in result.configuration}) == len(result.configuration)


def test_its_subjects_are_the_image_and_the_model():
    """The image by its sha256, also where the digest comes with a repository, and the model by its commit."""
    image = {"name": "nvcr.io/nvidia/vllm:25.09-py3", "digest": {"sha256": "8e43161dd7c104d6" * 4}}
    model = {"name": "openai/gpt-oss-120b", "digest": {"gitCommit": "b5c939de8f754692c1647ca79fbf85e8c1e70f8a"}}
    assert statement()["subject"] == [image, model]
    assert statement(deployed(digest="nvcr.io/nvidia/vllm@sha256:" + "8e43161dd7c104d6" * 4))["subject"][0] == image


def test_a_warning_is_told():
    """A SHOULD that failed and a known defect are warned tests, and the result is WARNED; nothing is a failed test."""
    predicate = statement()["predicate"]
    assert (predicate["result"], predicate["warnedTests"], predicate["failedTests"]) == ("WARNED", ["PERF-004"], [])
    assert len(predicate["passedTests"]) == 10
    defect = certified().clauses[8].model_copy(update={"outcome": Outcome.DEFECT, "defects": ["lost"]})
    good = [c.model_copy(update={"outcome": Outcome.PASS}) for c in certified().clauses]
    assert statement(changed(clauses=[*good[:8], defect, *good[9:]]))["predicate"]["warnedTests"] == ["TOOL-001"]
    predicate = statement(changed(clauses=good))["predicate"]
    assert (predicate["result"], predicate["warnedTests"]) == ("PASSED", [])


def test_its_configuration_is_what_judged_and_where():
    """Suite, target, record, manifest, command line and host, each by its digest."""
    suite, commit = described("suite"), certified().suite.commit
    assert suite["uri"] == f"git+file:///gb10-acceptance@{commit}"
    assert suite["digest"] == {"gitCommit": commit}
    assert suite["annotations"] == {"version": "0.1.0", "dirty": True}
    assert described("record.json")["digest"] == {"sha256": RECORD}
    assert described("record.json")["annotations"]["run"] == "20261124T021500Z-gb10"
    assert described("manifest.json")["digest"] == {"sha256": MANIFEST}
    assert described("command-line")["annotations"]["arguments"] == ["pytest", "suites/", "--gb10", "-k", "a or b"]
    assert described("host")["annotations"] == {
        "name": "spark-1",
        "id": "3f2c",
        "product": "NVIDIA DGX Spark",
        "driver": "580.95.05",
    }


def test_a_suite_without_a_commit_has_no_digest():
    """Where the suite is no checkout, its version is all that is known."""
    suite = described("suite", changed(suite=certified().suite.model_copy(update={"commit": None, "dirty": None})))
    assert suite["uri"] == "git+file:///gb10-acceptance"
    assert "digest" not in suite


def test_the_digest_of_the_target_can_be_taken_by_anybody():
    """It is the sha256 of the spec as JSON with sorted keys, without white space, in UTF-8."""
    spec = json.loads(certified().model_dump_json(by_alias=True))["target"]["spec"]
    text = json.dumps(spec, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert described("target")["digest"] == {"sha256": hashlib.sha256(text.encode()).hexdigest()}
    assert canonical({"b": "語", "a": [1, 1.5]}) == '{"a":[1,1.5],"b":"語"}'.encode()


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (samples.rehearsal(), "it was made with the embedded stand-in, a test double"),
        (samples.api(), "its kind is api, and only a certification certifies"),
        (changed(kind=Kind.REHEARSAL), "its kind is rehearsal, and only a certification certifies"),
        (changed(standin=True), "it was made with the embedded stand-in, a test double"),
        (changed(interrupted="SIGTERM"), "it ended early: SIGTERM"),
        (samples.failed_boot(), "its verdict is NOT_CERTIFIED"),
        (changed(verdict=Verdict.INCONCLUSIVE), "its verdict is INCONCLUSIVE"),
        (samples.with_waivers(), "its verdict is PASSED, with waived failures (STREAM-004)"),
        (samples.with_waivers().model_copy(update={"verdict": Verdict.CERTIFIED}), "with waived failures (STREAM-004)"),
        (changed(exit_status=6), "its exit status is 6"),
        (deployed(digest=None), "the digest of its image is not known: None"),
        (deployed(digest="sha256:abc"), "the digest of its image is not known: sha256:abc"),
        (deployed(model_revision=None), "the commit of its model is not known: None"),
        (deployed(model_revision="main"), "the commit of its model is not known: main"),
        (samples.certification(), "its target names no model"),
    ],
)
def test_nothing_else_is_certified(record, reason):
    """A rehearsal, an API run, an early end, another verdict, waived failures, an unknown image or model: the reason is told."""
    with pytest.raises(NoCertificate) as caught:
        statement(record)
    assert reason in str(caught.value)
    assert refusal(record) == str(caught.value)


def test_a_waiver_that_was_not_used_costs_nothing():
    """A certification that needed none of its waivers is certified."""
    unused = WaiverResult(id="CHAT-001", reason="to be sure", until=date(2027, 1, 31), state="unused")
    assert refusal(changed(waivers=[unused])) is None


def test_every_level_is_listed_where_it_belongs():
    """Every clause that was judged is in one of the three lists, and only there; what was skipped is in none."""
    skipped = certified().clauses[0].model_copy(update={"outcome": Outcome.SKIPPED, "excused": True})
    record = changed(clauses=[skipped, *certified().clauses[1:]])
    predicate = statement(record)["predicate"]
    told = predicate["passedTests"] + predicate["warnedTests"]
    assert sorted(told) == sorted(c.id for c in record.clauses[1:])
    assert Level.OBSERVE in {c.level for c in record.clauses if c.id in told}
