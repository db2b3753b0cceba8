"""`python -m reports.compare`: the answer first, in each form, with its exit status."""

import json

import pytest

from fixtures.core.outcome import Outcome
from reports.compare.__main__ import main
from reports.writing import write_record
from tests.unit.compare.test_comparison import CERTIFIED, slower, with_clause
from tests.unit.reports.hostile import PAYLOADS, STEERING, poisoned


@pytest.fixture
def runs(tmp_path):
    """A directory for each record."""

    def written(*records):
        folders = [tmp_path / f"run-{number}" for number in range(len(records))]
        for folder, record in zip(folders, records, strict=True):
            folder.mkdir()
            write_record(record, folder)
        return [str(folder) for folder in folders]

    return written


def test_as_good(runs, capsys):
    """Exit 0, and what could have been seen."""
    assert main(runs(CERTIFIED, CERTIFIED)) == 0
    said = capsys.readouterr().out
    assert said.startswith("AS GOOD AS BEFORE: ")
    assert "could have seen −7" in said
    assert "The noise between boots is assumed (1.8 %" in said


def test_a_tenth_slower(runs, capsys):
    """Exit 8, the figure with its interval, marked in the table."""
    assert main(runs(CERTIFIED, slower(CERTIFIED, 0.88))) == 8
    said = capsys.readouterr().out
    assert said.startswith("SUSPECTED: tokens/s at 1 −12.0 % [")
    assert "! tokens/s at 8" in said


def test_a_broken_clause(runs, capsys):
    """Exit 8, with the clause; in the other language, too."""
    broken = with_clause(CERTIFIED, "CHAT-001", outcome=Outcome.FAIL)
    assert main([*runs(CERTIFIED, broken), "--language", "zh-TW"]) == 8
    assert capsys.readouterr().out.startswith("退步：1 條條文變成不成立（CHAT-001）")


def test_unlike(runs, capsys):
    """Exit 6: what differs is named."""
    other = CERTIFIED.model_copy(update={"host": CERTIFIED.host.model_copy(update={"id": "x"})})
    assert main(runs(CERTIFIED, other)) == 6
    assert "NOT COMPARABLE: host: " in capsys.readouterr().out


def test_forms(runs, tmp_path, capsys):
    """Markdown to a file, JSON to the terminal."""
    assert main([*runs(CERTIFIED, CERTIFIED), "--md", str(tmp_path / "c.md"), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["answer"] == "AS_GOOD"
    assert "| tokens&#47;s at 1 |" in (tmp_path / "c.md").read_text(encoding="utf-8")


def test_what_cannot_be_read(tmp_path, runs, capsys):
    """Exit 2 with the reason: a directory without a record, one run alone."""
    assert main([str(tmp_path), *runs(CERTIFIED)]) == 2
    assert "record.json" in capsys.readouterr().err
    assert main([str(tmp_path / "run-0")]) == 2


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_text_steers_nothing(text, runs, capsys):
    """No line of the text has a character that steers a terminal, and no cell of the table breaks it."""
    main([*runs(CERTIFIED, poisoned(CERTIFIED, text)), "--md", "-"])
    said = capsys.readouterr().out
    assert not STEERING & set(said)
    assert "<script" not in said
