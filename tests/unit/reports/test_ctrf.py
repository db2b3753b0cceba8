"""ctrf.json: held to the published schema, with a state for each outcome."""

import json
from collections import Counter
from pathlib import Path

import jsonschema
import pytest

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome
from reports.ctrf import ctrf_json
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, STEERING, poisoned

SCHEMA = json.loads((Path(__file__).parent / "schemas/ctrf-schema-0.0.json").read_text(encoding="utf-8"))
SAMPLES = [samples.certification, samples.failed_boot, samples.rehearsal, samples.api, samples.empty]
EVERY = samples.every_outcome()
STATES = {
    Outcome.PASS: "passed",
    Outcome.DEFECT: "other",
    Outcome.ERROR: "failed",
    Outcome.BLOCKED: "other",
    Outcome.SKIPPED: "skipped",
    Outcome.NOT_RUN: "pending",
}


def report_of(record):
    return json.loads(ctrf_json(record), parse_constant=pytest.fail)


@pytest.mark.parametrize("sample", [*SAMPLES, samples.every_outcome], ids=lambda s: s.__name__)
def test_every_report_fits_the_published_schema(sample):
    """The schema is closed: a field that CTRF does not know is an error."""
    checker = jsonschema.Draft7Validator.FORMAT_CHECKER
    jsonschema.validate(report_of(sample()), SCHEMA, jsonschema.Draft7Validator, format_checker=checker)


def test_every_outcome_at_every_level():
    """One state for each, and our own words beside it; a warning is neither passed nor failed."""
    for clause, test in zip(EVERY.clauses, report_of(EVERY)["results"]["tests"], strict=True):
        failed = "failed" if clause.level is Level.MUST else "other"
        warned = clause.outcome is Outcome.FAIL and clause.level is not Level.MUST
        word = "WARN" if warned else clause.outcome.value
        assert test["status"] == STATES.get(clause.outcome, failed)
        assert test["rawStatus"] == word
        assert test["extra"] == {"clause": clause.id, "level": clause.level.value, "outcome": word}
        assert test.get("message", "") == clause.message.partition("\n")[0]
        assert test["duration"] == 250


def test_the_summary_adds_up():
    """Every test is counted in one state; times are milliseconds since 1970."""
    results = report_of(EVERY)["results"]
    summary, found = results["summary"], Counter(test["status"] for test in results["tests"])
    states = {state: summary[state] for state in ("passed", "failed", "skipped", "pending", "other")}
    assert states == dict(found) == {"passed": 3, "failed": 4, "skipped": 3, "pending": 3, "other": 8}
    assert summary["tests"] == sum(found.values()) == 21
    assert (summary["start"], summary["stop"]) == (1795486500000, 1795487224500)
    assert summary["duration"] == summary["stop"] - summary["start"] == 724500
    assert summary["extra"]["WARN"] == 2


def test_a_failure_says_all():
    """The trace has the remedy and the cause; the environment has what was tested where."""
    results = report_of(samples.failed_boot())["results"]
    ready = next(test for test in results["tests"] if test["testId"] == "READY-001")
    assert ready["trace"].splitlines()[1] == "Remedy: nvidia-smi"
    assert ready["trace"].splitlines()[-1].startswith("Cause: After the weights")
    assert results["extra"]["verdict"] == "NOT_CERTIFIED"
    assert results["environment"]["healthy"] is False
    assert results["environment"]["extra"]["image"] == "nvcr.io/nvidia/vllm:25.09-py3"


def test_the_same_run_has_the_same_id():
    """A report that is made again is the same report."""
    assert ctrf_json(EVERY) == ctrf_json(EVERY)
    assert report_of(EVERY)["reportId"] != report_of(EVERY.model_copy(update={"id": "another"}))["reportId"]


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_stays_text(text):
    """Any text makes a report that fits the schema, in UTF-8, and nothing in it steers."""
    times = {"started": EVERY.started, "finished": EVERY.finished}
    said = ctrf_json(poisoned(EVERY, text).model_copy(update=times))
    jsonschema.validate(json.loads(said.encode()), SCHEMA)
    assert not STEERING & set(said)
