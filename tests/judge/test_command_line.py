"""The suite as a command: exit statuses, records and messages, seen from outside."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from fixtures.plugin.options import OPTIONS
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin

ROOT = Path(__file__).parents[2]


def suite(*arguments, runs=None, env=None, paths=("suites/",)):
    command = [sys.executable, "-m", "pytest", *paths, *arguments, *(["--runs-dir", str(runs)] if runs else [])]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False, env={**os.environ, **(env or {})}
    )


def record_of(runs):
    return json.loads((runs / "latest" / "record.json").read_text())


def test_a_rehearsal_passes_and_says_what_it_is(tmp_path):
    """A rehearsal exits 0 with record, report and JUnit, a valid record, and the stamp of a test double."""
    done = suite(runs=tmp_path)
    assert done.returncode == 0, done.stdout
    record = record_of(tmp_path)
    jsonschema.validate(record, json.loads((ROOT / "reports/record.schema.json").read_text()))
    assert (record["kind"], record["verdict"], record["standin"]) == ("rehearsal", "PASSED", True)
    assert all(c["outcome"] in {"PASS", "DEFECT", "SKIPPED"} or c["level"] != "MUST" for c in record["clauses"])
    assert record["deployment"]["vllm_version"] == "0.32.0"
    assert record["measurements"][0]["tpot_ms"]["p50"] > 0
    page = (tmp_path / "latest" / "report.html").read_text()
    assert "test double" in page
    assert "PASSED" in page
    junit = (tmp_path / "latest" / "junit.xml").read_text()
    assert 'name="verdict" value="PASSED"' in junit
    assert 'value="STREAM-004"' in junit
    assert json.loads((tmp_path / "latest" / "ctrf.json").read_text())["results"]["summary"]["failed"] == 0
    assert 'verdict="PASSED"} 1.0' in (tmp_path / "latest" / "metrics.prom").read_text()
    assert re.fullmatch(r"PASSED  rehearsal  .*\(exit 0\)", done.stdout.strip().splitlines()[-1])


def test_the_pinned_release_is_rehearsed(tmp_path):
    """The suite passes on the stand-in of vLLM 0.10.1.1 as well, whose wire differs."""
    done = suite("--vllm-version", "0.10.1.1", runs=tmp_path)
    assert done.returncode == 0, done.stdout[-4000:]
    record = record_of(tmp_path)
    assert record["deployment"]["capabilities"]["chat/tools"]["observed"] == "not-rendered"
    assert record["deployment"]["release"] == "vLLM 0.10.1.1 was measured"
    assert "responses-tool-result-refused" in {defect["id"] for defect in record["known_defects"]}
    assert "known defect" in done.stdout


def outcomes(runs, *ids):
    """What became of these clauses, each with what was said."""
    found = {c["id"]: (c["outcome"], c["excused"], c["message"]) for c in record_of(runs)["clauses"]}
    return [found[id] for id in ids]


def test_a_release_is_spared_what_ends_it(tmp_path):
    """vLLM 0.11.0 is known to end by one chat: it is not sent, the reason is told, and the other one is."""
    suite("--vllm-version", "0.11.0", runs=tmp_path, paths=("suites/aftermath/test_risky.py",))
    spared, sent = outcomes(tmp_path, "RISK-001", "RISK-002")
    assert spared[:2] == ("SKIPPED", True)
    assert "known to end by this request (chat-text-format-kills-engine)" in spared[2]
    assert sent[0] == "PASS"


@pytest.mark.parametrize(("options", "outcome"), [((), "SKIPPED"), (("--risky",), "PASS")], ids=["spared", "asked"])
def test_a_shared_server_is_spared(options, outcome, tmp_path):
    """A server that others may use gets the requests that have ended servers only where --risky asks for it."""
    with start_standin(options=StandinOptions(), log=tmp_path / "log", timeout=120) as server:
        runs, paths = tmp_path / "runs", ("suites/aftermath/test_risky.py",)
        suite("--base-url", server.url, *options, runs=runs, paths=paths)
    assert {word for word, *_ in outcomes(runs, "RISK-001", "RISK-002")} == {outcome}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "nope"], "--target nope: no such target"),
        (["--gb10", "--base-url", "http://127.0.0.1:1"], "name different targets"),
        (["--gb10", "--target", "cpu"], "name different targets"),
        (["--base-url", "localhost:8000"], "--base-url localhost:8000: expected http"),
        (["--base-url", "http://127.0.0.1:1", "--target", "fixtures/targets/gb10.toml"], "whose engine is remote"),
        (["--target", "fixtures/targets/api.toml"], "--target fixtures/targets/api.toml: needs --base-url URL"),
        (["--gb10", "--port", "99999"], "--port 99999"),
        (["--image", ""], "--image: an empty image name"),
        (["--target", "rehearsal", "--port", "8001"], "--port: goes with"),
        (["-n", "2"], "two 65 GB models"),
        (["--no-such-option"], "unrecognized arguments: --no-such-option"),
        (["--attach=suites"], "that is a path"),
    ],
    ids=[
        "target",
        "two",
        "two-names",
        "url",
        "url-engine",
        "no-url",
        "port",
        "image",
        "useless",
        "xdist",
        "unknown",
        "attach",
    ],
)
def test_bad_options_are_usage_errors(arguments, said, tmp_path):
    """A bad option ends with exit 4 and one clear sentence; nothing runs."""
    done = suite(*arguments, runs=tmp_path)
    assert done.returncode == 4, done.stdout
    assert said in done.stderr + done.stdout
    assert not (tmp_path / "latest").exists()


def test_a_bad_target_file_is_a_usage_error(tmp_path):
    """A bad value in a target's TOML file is named with file and key."""
    text = (ROOT / "fixtures/targets/gb10.toml").read_text().replace("port = 8000", 'port = "eighty"')
    (tmp_path / "mine.toml").write_text(text)
    done = suite("--target", str(tmp_path / "mine.toml"), runs=tmp_path)
    assert done.returncode == 4
    assert "mine.toml: deployment.port" in done.stderr
    assert "'eighty'" in done.stderr


def test_a_part_of_the_suite_is_inconclusive(tmp_path):
    """Clauses that were not selected are NOT_RUN: a part that passes proves no whole."""
    done = suite("-k", "test_health", runs=tmp_path)
    assert done.returncode == 6, done.stdout
    record = record_of(tmp_path)
    assert record["verdict"] == "INCONCLUSIVE"
    assert {c["outcome"] for c in record["clauses"] if c["id"] == "CHAT-001"} == {"NOT_RUN"}


def test_nothing_selected_keeps_pytests_own_status(tmp_path):
    """pytest's status 5 stays: nothing was collected."""
    assert suite("-k", "no_such_clause", runs=tmp_path).returncode == 5


def test_clauses_prints_the_specification():
    """--clauses prints every clause with its level and requirement, and starts nothing."""
    done = suite("--clauses")
    assert done.returncode == 0
    assert "STREAM-004  MUST  A stream ends with its terminator" in done.stdout
    assert "`data: [DONE]`" in done.stdout


def test_collect_only_runs_nothing(tmp_path):
    """--collect-only works as everywhere."""
    done = suite("--collect-only", "-q", runs=tmp_path)
    assert done.returncode == 0
    assert "test_terminator" in done.stdout
    assert not (tmp_path / "latest").exists()


def test_a_running_server_is_checked_by_its_url(tmp_path):
    """--base-url checks the API alone and says so; the user's own report files keep their places."""
    with start_standin(options=StandinOptions(pace="20:2"), log=tmp_path / "log", timeout=120) as server:
        done = suite("--base-url", f"{server.url}/v1", "--junitxml", str(tmp_path / "mine.xml"), runs=tmp_path / "runs")
    assert done.returncode == 0, done.stdout[-4000:]
    record = record_of(tmp_path / "runs")
    assert (record["kind"], record["verdict"]) == ("api", "PASSED")
    assert any("host and the container were not looked at" in s for s in record["not_run"])
    assert (tmp_path / "mine.xml").read_text() == (tmp_path / "runs" / "latest" / "junit.xml").read_text()


def test_a_server_that_is_not_there_fails(tmp_path):
    """A URL that nobody answers is a FAILED run with the reason, not a crash."""
    text = (ROOT / "fixtures/targets/api.toml").read_text().replace("budget = 60", "budget = 2")
    assert "budget = 2" in text
    (tmp_path / "api.toml").write_text(text)
    done = suite("--base-url", "http://127.0.0.1:9", "--target", str(tmp_path / "api.toml"), runs=tmp_path)
    assert done.returncode == 1, done.stdout[-3000:]
    assert record_of(tmp_path)["verdict"] == "FAILED"


def test_a_closed_port_is_said_to_be_one(tmp_path):
    """Where nothing listens at --base-url, a few looks are enough; no log is spoken of that nobody has."""
    done = suite("--base-url", "http://127.0.0.1:9", runs=tmp_path)
    assert done.returncode == 1, done.stdout[-3000:]
    ready = next(c for c in record_of(tmp_path)["clauses"] if c["id"] == "READY-001")
    assert "nothing listens at http://127.0.0.1:9: no connection" in ready["message"]
    assert "server's log" not in ready["remedy"]
    assert "server's log" not in done.stdout
    assert len(list((tmp_path / "latest" / "exchanges").iterdir())) < 10


def test_gb10_on_another_machine(tmp_path):
    """Without a GB10 host clauses FAIL with remedies, the rest is BLOCKED, and nothing starts."""
    done = suite("--gb10", "--no-download", runs=tmp_path, env={"HF_TOKEN": ""})
    record = record_of(tmp_path)
    if record["host"]["gpu"] and "GB10" in record["host"]["gpu"]:
        pytest.skip("this machine has a GB10")
    assert done.returncode == 7
    assert record["verdict"] == "NOT_STARTED"
    failed = {c["id"]: c for c in record["clauses"] if c["outcome"] == "FAIL"}
    assert {"HOST-004", "HOST-011"} <= set(failed)
    assert all(c["remedy"] for c in failed.values())
    assert {c["outcome"] for c in record["clauses"] if c["area"] not in {"HOST"}} == {"BLOCKED"}


def test_every_option_is_in_the_readmes():
    """Both READMEs name every option of the suite."""
    for name in ("README.md", "README.zh-TW.md"):
        text = (ROOT / name).read_text()
        assert [o.name for o in OPTIONS if o.name not in text] == []


def test_pytest_base_url_does_no_harm(tmp_path):
    """A plugin that claims --base-url, as pytest-base-url does, is left out: the suite starts with its own option."""
    entry = tmp_path / "pytest_base_url-2.1.0.dist-info"
    entry.mkdir()
    (entry / "METADATA").write_text("Metadata-Version: 2.1\nName: pytest-base-url\nVersion: 2.1.0\n")
    (entry / "entry_points.txt").write_text("[pytest11]\nbase_url = base_url_double\n")
    (tmp_path / "base_url_double.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--base-url', help='theirs')\n"
    )
    clashes = suite("--collect-only", "-q", "-p", "base_url_double", env={"PYTHONPATH": str(tmp_path)})
    assert "--base-url" in clashes.stderr
    done = suite("--collect-only", "-q", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "test_terminator" in done.stdout
