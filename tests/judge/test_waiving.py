"""Waivers from outside: what a waived run says, and which files are refused."""

import json
from pathlib import Path

import jsonschema
import pytest

from tests.judge.test_command_line import record_of, suite

ROOT = Path(__file__).parents[2]
ENTRY = '[[waiver]]\nid = "{}"\nreason = "{}"\nuntil = {}\n'


def waivers(tmp_path, *entries):
    path = tmp_path / "waivers.toml"
    path.write_text("".join(ENTRY.format(*entry) for entry in entries))
    return str(path)


def test_a_waived_failure_lets_a_run_pass(tmp_path):
    """With its one failure waived a run is PASSED and exits 0; the record keeps FAIL, and every waiver is told."""
    given = [
        ("CHAT-016", "mended in January", "2099-01-31"),
        ("CHAT-001", "old", "2020-01-31"),
        ("HEALTH-001", "no", "2099-01-31"),
    ]
    done = suite("--fault", "chat-no-developer", "--waivers", waivers(tmp_path, *given), runs=tmp_path / "runs")
    assert done.returncode == 0, done.stdout[-4000:]
    record = record_of(tmp_path / "runs")
    jsonschema.validate(record, json.loads((ROOT / "reports/record.schema.json").read_text()))
    failed = next(c for c in record["clauses"] if c["id"] == "CHAT-016")
    assert (record["verdict"], failed["outcome"], failed["waived"]) == ("PASSED", "FAIL", "mended in January")
    assert [w["state"] for w in record["waivers"]] == ["used", "expired", "unused"]
    assert "waived: CHAT-016 until 2099-01-31: mended in January" in done.stdout
    assert "waiver expired, without effect: CHAT-001 until 2020-01-31: old" in done.stdout
    assert "1 WAIVED" in done.stdout.splitlines()[-1]


def test_what_is_not_waived_decides(tmp_path):
    """An expired waiver lets nothing pass: the failure decides, and the exit status is its own."""
    file = waivers(tmp_path, ("HEALTH-001", "old", "2020-01-31"))
    done = suite("--fault", "health-500", "--waivers", file, runs=tmp_path, paths=("suites/api/test_health.py",))
    assert done.returncode == 1, done.stdout[-3000:]
    failed = next(c for c in record_of(tmp_path)["clauses"] if c["id"] == "HEALTH-001")
    assert (failed["outcome"], failed["waived"]) == ("FAIL", None)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("CHAT-999", "r", "2099-01-31"), "waivers.toml: [[waiver]] 1: id = 'CHAT-999': no clause has this id"),
        (("PERF-003", "r", "2099-01-31"), "waivers.toml: [[waiver]] 1: id = 'PERF-003': this clause is a SHOULD"),
        (
            ("CHAT-001", " ", "2099-01-31"),
            "waivers.toml: [[waiver]] 1: reason: String should have at least 1 character",
        ),
    ],
    ids=["unknown", "should", "empty"],
)
def test_a_bad_waiver_is_a_usage_error(entry, said, tmp_path):
    """A waiver that cannot be meant ends with exit 4 and one clear sentence; nothing runs."""
    done = suite("--waivers", waivers(tmp_path, entry), runs=tmp_path / "runs")
    assert done.returncode == 4, done.stdout
    assert said in done.stderr + done.stdout
    assert not (tmp_path / "runs" / "latest").exists()
