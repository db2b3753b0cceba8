"""junit.xml: each clause as JUnit can say it, with the outcome in our words beside it."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from junitparser import JUnitXml

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome
from reports.junit import clause_properties, junit_properties, junit_xml
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, STEERING, poisoned

SAMPLES = [samples.certification, samples.failed_boot, samples.rehearsal, samples.api, samples.empty]
EVERY = samples.every_outcome()
PLAIN, REPORT = "", "system-out"
# What stands in the test case, and its type.
WANTED = {
    (Level.MUST, Outcome.FAIL): ("failure", "MUST"),
    (Level.MUST, Outcome.BLOCKED): ("error", "BLOCKED"),
    **{(level, Outcome.PASS): (PLAIN, None) for level in Level},
    **{(level, Outcome.ERROR): ("error", "ERROR") for level in Level},
    **{
        (level, outcome): ("skipped", outcome.value)
        for level in Level
        for outcome in (Outcome.DEFECT, Outcome.SKIPPED, Outcome.NOT_RUN)
    },
    **{(level, Outcome.FAIL): (REPORT, None) for level in (Level.SHOULD, Level.OBSERVE)},
    **{(level, Outcome.BLOCKED): ("skipped", "BLOCKED") for level in (Level.SHOULD, Level.OBSERVE)},
}


def suite_of(record):
    return ElementTree.fromstring(junit_xml(record)).find("testsuite")


def case_of(level, outcome):
    """The test case of a level and an outcome, without its properties: what is in it, and the properties."""
    at = next(n for n, clause in enumerate(EVERY.clauses) if (clause.level, clause.outcome) == (level, outcome))
    case = suite_of(EVERY).findall("testcase")[at]
    properties = {each.get("name"): each.get("value") for each in case.find("properties")}
    return [each for each in case if each.tag != "properties"], properties


@pytest.mark.parametrize(("level", "outcome"), WANTED, ids=str)
def test_every_outcome_at_every_level(level, outcome):
    """One element for each outcome, and the outcome in our words as a property; a warning passes."""
    tag, kind = WANTED[level, outcome]
    found, properties = case_of(level, outcome)
    assert [each.tag for each in found] == ([tag] if tag else [])
    assert [each.get("type") for each in found] == ([kind] if tag else [])
    warned = outcome is Outcome.FAIL and level is not Level.MUST
    assert properties["outcome"] == ("WARN" if warned else outcome)
    assert properties["level"] == level


def test_a_failure_says_all():
    """The first line in the list; message, remedy and cause as text."""
    (failure,), _ = case_of(Level.MUST, Outcome.FAIL)
    assert failure.get("message") == "FAIL: expected one thing; got another"
    assert failure.text == "FAIL: expected one thing; got another\nat the end\nRemedy: mend the server"
    ready = suite_of(samples.failed_boot()).find("testcase/failure")
    assert ready.text.splitlines()[-1].startswith("Cause: After the weights, no memory is left")


def test_what_is_blocked_names_its_cause():
    """A reader of one blocked test finds what to mend."""
    (blocked,), _ = case_of(Level.MUST, Outcome.BLOCKED)
    assert blocked.get("message") == "needs CHAT-003, which is FAIL"
    assert "Cause: CHAT-003 The fail of a MUST" in blocked.text


def test_a_warning_and_a_known_defect_are_named():
    """JUnit has no word for either."""
    (warned,), _ = case_of(Level.SHOULD, Outcome.FAIL)
    assert warned.text.startswith("WARN FAIL: expected one thing")
    (known,), properties = case_of(Level.MUST, Outcome.DEFECT)
    assert known.get("message") == "known defect: lost: Text is lost"
    assert properties["known_defect"] == "lost"


@pytest.mark.parametrize("read", [JUnitXml.fromstring, ElementTree.fromstring], ids=["junitparser", "etree"])
def test_the_counts_add_up(read):
    """Document and suite count alike; times are those of the run and of each clause."""
    document = read(junit_xml(EVERY).encode())
    root = getattr(document, "_elem", document)
    suite = root.find("testsuite")
    for each in (root, suite):
        counts = {name: int(each.get(name)) for name in ("tests", "failures", "errors")}
        assert counts == {"tests": 21, "failures": 1, "errors": 4}
        assert (each.get("name"), float(each.get("time"))) == ("gb10-acceptance", 724.5)
    assert int(suite.get("skipped")) == 11
    assert len(suite.findall("testcase")) == 21
    assert {case.get("time") for case in suite.findall("testcase")} == {"0.25"}
    first = suite.find("testcase")
    assert (first.get("name"), first.get("classname")) == ("CHAT-001 The pass of a MUST", "CHAT")


@pytest.mark.parametrize("sample", [*SAMPLES, samples.every_outcome], ids=lambda s: s.__name__)
def test_the_document_fits_the_schema_of_jenkins(sample):
    """The schema has no properties of a test case, which Jenkins, GitLab and pytest have: without them it holds."""
    root = ElementTree.fromstring(junit_xml(sample()))
    for case in root.iter("testcase"):
        case.remove(case.find("properties"))
    xmlschema.validate(ElementTree.tostring(root, encoding="unicode"), Path(__file__).parent / "schemas/junit-10.xsd")


def test_junit_says_what_was_judged():
    """The suite's properties carry verdict, image, host and figures; unknown ones are left out."""
    record = samples.certification()
    host = record.host.model_copy(update={"name": "spark", "id": "0f3a"})
    found = dict(junit_properties(record.model_copy(update={"host": host})))
    assert found["verdict"] == "CERTIFIED"
    assert found["vllm_version"] == "0.10.1.1"
    assert (found["host"], found["host_id"]) == ("spark", "0f3a")
    assert float(found["output_tokens_per_s_at_1"]) == 31.5
    assert "gpu" not in dict(junit_properties(samples.rehearsal()))


def test_junit_tells_each_clause_in_our_words():
    """A test case carries its clause: id, level, our outcome, diagnosis and evidence."""
    found = clause_properties(samples.failed_boot().clauses[2])
    assert ("clause", "READY-001") in found
    assert ("outcome", "FAIL") in found
    assert ("diagnosis", "kv-cache-does-not-fit") in found
    assert ("evidence", "server.log") in found


@pytest.mark.parametrize("text", [*PAYLOADS.values(), "a ]]> b\n::error::c"], ids=[*PAYLOADS, "command"])
def test_hostile_text_stays_text(text):
    """Any text makes a document that a strict parser reads back with the same elements, and nothing in it steers."""
    document = junit_xml(poisoned(EVERY, text))
    calm = [each.tag for each in ElementTree.fromstring(junit_xml(poisoned(EVERY, "x"))).iter()]
    assert [each.tag for each in ElementTree.fromstring(document).iter()] == calm
    assert not STEERING & set(document)
    assert len(JUnitXml.fromstring(document.encode())) == 1


def test_a_waived_failure_passes_and_says_so():
    """What is waived is no failure to a CI, as the exit status has it: its text begins with WAIVED, its reason is a property."""
    record = samples.with_waivers()
    suite = suite_of(record)
    assert (suite.get("failures"), suite.get("errors")) == ("0", "0")
    assert suite.findall("testcase")[7].find(REPORT).text.startswith("WAIVED expected [DONE]; got an end")
    assert [value for name, value in junit_properties(record) if name == "waived"] == ["STREAM-004"]
    found = dict(clause_properties(record.clauses[7]))
    assert (found["outcome"], found["waived"]) == ("WAIVED", "the proxy closes it; a new one comes in January")
