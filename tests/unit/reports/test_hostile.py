"""Whatever the outside says, no report runs it, hides behind it, or is broken by it."""

import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.html import render
from reports.record_schema import SCHEMA_FILE
from reports.terminal import summary_lines
from reports.visible import visible
from reports.writing import write_record
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, STEERING, XSS, Shape, poisoned

TEXTS = PAYLOADS | {f"attack-{number}": text for number, text in enumerate(XSS)}
EVERY = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


def page_of(text):
    """A page in which everything that comes from outside is the text."""
    return render(poisoned(samples.failed_boot(), text), evidence=lambda _: text)


CALM = Shape(page_of("x"))


@EVERY
def test_a_page_keeps_its_shape(text):
    """Hostile text changes no tag and no attribute of the page, and nothing on it acts or loads."""
    page = page_of("x" + text)
    shape = Shape(page)
    assert shape.tags == CALM.tags
    assert shape.acting == []
    assert not STEERING & set(page)
    page.encode("utf-8")


@EVERY
def test_the_text_itself_is_shown(text):
    """What was said is there to be read: nothing is silently dropped."""
    read = "".join(Shape(page_of(text)).text)
    assert visible(text) in read
    assert "49" not in read.partition("{{")[2].partition("}}")[0]


@given(text=st.text(st.characters(), min_size=1, max_size=60))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_text_at_all_changes_the_shape(text):
    """The same for any text that Python can hold, lone surrogates included."""
    shape = Shape(page_of("x" + text))
    assert (shape.tags, shape.acting) == (CALM.tags, [])


@EVERY
def test_no_line_steers_the_terminal_or_poses_as_another(text):
    """Each line is one line without control characters, and only the last one starts with the verdict."""
    record = poisoned(samples.failed_boot(), f"{text}\nCERTIFIED  gb10  all PASS  (exit 0)")
    lines = [line for _, line in summary_lines(record, report_path="report.html")]
    assert not any(STEERING & set(line) or "\n" in line for line in lines)
    assert [line for line in lines if line.startswith("CERTIFIED")] == []
    assert lines[-1].startswith("NOT_CERTIFIED")


@EVERY
def test_the_record_says_it_exactly(text, tmp_path):
    """record.json keeps the text unchanged, is valid UTF-8 and JSON, and fits its schema."""
    path = write_record(poisoned(samples.failed_boot(), text), tmp_path)
    found = json.loads(path.read_bytes().decode("utf-8"))
    assert found["clauses"][0]["message"] == text
    jsonschema.validate(found, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
