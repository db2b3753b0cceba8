"""What GitHub Actions is told: a command for each cause, a summary, and nothing that the outside says is a command."""

import re

import pytest

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome
from reports.github import annotations, harmless, resumed, step_summary, stopped
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, STEERING, Shape, poisoned

COMMAND = re.compile(r"::(error|warning) title=([^:,\r\n]*)::([^\r\n]*)")
NASTY = [*PAYLOADS.values(), "a\r\n::error::b", "##[add-mask]a", "100%0A::x", "a | b\n| c | `d` **e** ](f)", "&#60;b>"]


def broken(number, level=Level.MUST, message="wrong"):
    """A run in which so many clauses fail, each for a reason of its own."""
    record = samples.certification()
    failed = {"outcome": Outcome.FAIL, "level": level, "message": message, "remedy": message}
    clauses = [record.clauses[0].model_copy(update={"id": f"CHAT-{n:03}", **failed}) for n in range(number)]
    return record.model_copy(update={"clauses": clauses})


def rows(summary):
    """The cells of each row of the table, without its head."""
    return [re.split(r" \| ", line.strip("| ")) for line in summary.splitlines() if line.startswith("|")][2:]


def test_each_cause_is_told_once():
    """One error for a boot that failed, however many clauses it blocked, with what to do."""
    (line,) = annotations(samples.failed_boot())
    kind, title, said = COMMAND.fullmatch(line).groups()
    assert kind == "error"
    assert title.startswith("After the weights%2C no memory is left for the key-value cache%3A another process")
    assert said.startswith("expected a server that becomes ready; got exit status 1%0ARemedy: nvidia-smi%0A")
    assert said.endswith("%0AREADY-001; 8 blocked")


def test_what_decides_is_an_error_and_what_does_not_is_a_warning():
    """FAIL of a MUST and ERROR are errors; a SHOULD that failed warns; a run without either says nothing."""
    (warned,) = annotations(samples.certification())
    assert warned.startswith("::warning title=PERF-004 One stream")
    found = [COMMAND.fullmatch(line)[1] for line in annotations(samples.every_outcome())]
    assert found == ["error"] * found.count("error") + ["warning"] * 2
    assert annotations(samples.rehearsal()) == []


@pytest.mark.parametrize("number", [1, 10, 11, 60])
def test_there_are_ten_at_most(number):
    """GitHub drops what is more; what decides comes first."""
    assert len(annotations(broken(number))) == min(number, 10)


@pytest.mark.parametrize("text", NASTY)
def test_an_annotation_is_one_command(text):
    """No text ends the line, the title or the command."""
    for line in annotations(poisoned(samples.every_outcome(), text)):
        assert COMMAND.fullmatch(line)
        assert not STEERING & set(line)


def test_the_summary_has_the_verdict_and_one_table():
    """The verdict, what was checked, the figures, and a row for each cause."""
    said = step_summary(samples.failed_boot())
    assert said.startswith("## gb10-acceptance: NOT_CERTIFIED\n\n2 PASS, 1 FAIL, 8 BLOCKED (exit 1)\n\n")
    (row,) = rows(said)
    assert row[0] == "FAIL"
    read = "".join(Shape(said).text)
    assert "READY-001; 8 blocked" in read
    assert "image nvcr.io/nvidia/vllm:25.09-py3" in read
    assert "ready after" not in read
    fine = "".join(Shape(step_summary(samples.certification())).text)
    assert "ready after 354.5 s" in fine
    assert "1 stream: 31.5 tokens/s" in fine


def test_a_run_without_causes_has_no_table():
    """Nothing is wrong, and nothing is laid out."""
    assert rows(step_summary(samples.rehearsal())) == []
    assert "no clause (exit 6)" in step_summary(samples.empty())


@pytest.mark.parametrize("text", NASTY)
def test_the_summary_is_text(text):
    """Rows stay rows of five cells, no tag but our line breaks, no markup, and what was said can be read."""
    record = poisoned(samples.every_outcome(), text)
    said = step_summary(record)
    assert all(len(row) == 5 for row in rows(said))
    assert {tag for tag, _ in Shape(said).tags} <= {"br"}
    assert not STEERING & set(said)
    outside = said.replace("<br>", "").partition("(exit 1)")[2]
    assert not set("<>`*_[]\\~!") & set(outside)
    said.encode("utf-8")


def test_the_summary_is_far_below_a_mebibyte():
    """Also where everything is as long as it can be, and each character needs six for itself."""
    said = step_summary(broken(200, message="|" * 5000))
    assert len(said.encode()) < 2**20 // 2
    assert "and 160 more" in said


@pytest.mark.parametrize("line", ["::error::x", "  ::add-mask::x", "\u3000::x::", "it says ##[error]x", "a ##[b]##[c]"])
def test_a_line_that_quotes_is_no_command(line):
    """Neither at the line's beginning, after whatever space, nor in the old form, which counts anywhere."""
    shown = harmless(line)
    assert not shown.strip().startswith("::")
    assert "##[" not in shown
    assert shown.replace(" ", "") == line.replace(" ", "")


def test_other_lines_are_left_alone():
    """Two colons in the middle are a node's id, and no command."""
    line = "FAILED suites/api/test_chat.py::test_square # [1]"
    assert harmless(line) == line


def test_commands_are_stopped_and_resumed_by_one_word():
    """The word is what the runner waits for."""
    assert (stopped("abc"), resumed("abc")) == ("::stop-commands::abc", "::abc::")
