"""Boots that fail, for real: the right diagnosis, the log kept, the report written, no container left."""

import re
import shlex

import pytest
from docker.errors import NotFound

from fixtures.knowledge.errors import known_errors
from tests.docker.suite_runs import run_suite, write_target

pytestmark = [pytest.mark.usefixtures("busybox_image"), pytest.mark.timeout(900)]
RULES = ("harmony-vocab", "free-memory", "tool-parser")


def assert_gone(docker_engine, name):
    with pytest.raises(NotFound):
        docker_engine.containers.get(name)


def test_a_container_that_exits_at_once(docker_engine, tmp_path):
    """An exit ends the wait, is diagnosed, and leaves log, record and report but no container."""
    target = write_target(tmp_path, name="gb10-test-exit", script="echo goodbye; exit 3")
    done = run_suite(target, tmp_path / "runs")
    assert done.status == 1, done.output
    assert done.record["verdict"] == "NOT_CERTIFIED"
    assert done.outcome("READY-001") == "FAIL"
    assert done.outcome("CHAT-001") == "BLOCKED"
    assert done.record["boot_diagnosis"]["id"] == "container-exited"
    assert "status 3" in done.output
    assert "goodbye" in (done.directory / "server.log").read_text()
    assert "READY-001" in (done.directory / "report.html").read_text()
    assert (done.directory / "junit.xml").exists()
    assert_gone(docker_engine, "gb10-test-exit")


@pytest.mark.parametrize("id", RULES)
def test_known_errors_are_diagnosed(docker_engine, tmp_path, id):
    """A known error in the log is named with its cause and its remedy."""
    row = next(e for e in known_errors() if e.id == id)
    target = write_target(tmp_path, name="gb10-test-known", script=f"echo {shlex.quote(row.sample)}; exit 1")
    done = run_suite(target, tmp_path / "runs")
    assert done.record["boot_diagnosis"]["id"] == id
    assert row.remedy.splitlines()[0] in done.output
    assert_gone(docker_engine, "gb10-test-known")


def test_a_server_that_never_gets_ready(docker_engine, tmp_path):
    """The readiness budget ends the wait."""
    target = write_target(
        tmp_path, name="gb10-test-never", script="while true; do echo loading; sleep 0.2; done", budget=1
    )
    done = run_suite(target, tmp_path / "runs")
    assert done.outcome("READY-001") == "FAIL"
    assert "not ready within 1 s" in done.output
    assert_gone(docker_engine, "gb10-test-never")


def test_a_server_that_stalls(docker_engine, tmp_path):
    """A log that says nothing for the stall limit ends the wait before the budget."""
    target = write_target(tmp_path, name="gb10-test-stall", script="echo loading; sleep 3600", stall=1)
    done = run_suite(target, tmp_path / "runs")
    assert re.search(r"stalled: no log line for \d+ s", done.output)
    assert_gone(docker_engine, "gb10-test-stall")


def test_a_name_that_is_taken_starts_nothing(docker_engine, tmp_path):
    """A foreign container of that name is a finding; it is not touched, and nothing is started."""
    other = docker_engine.containers.run("gb10-rig-busybox:1", ["sleep", "3600"], name="gb10-test-taken", detach=True)
    try:
        target = write_target(tmp_path, name="gb10-test-taken", script="exit 0")
        done = run_suite(target, tmp_path / "runs")
        assert done.outcome("HOST-009") == "FAIL"
        assert done.outcome("READY-001") == "BLOCKED"
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)


def test_the_token_is_in_no_artefact(docker_engine, tmp_path):
    """A planted HF_TOKEN that the container prints is found in no file of the run, and not on the terminal."""
    secret = "hf_" + "Canary" * 6
    target = write_target(tmp_path, name="gb10-test-token", script="echo token is $HF_TOKEN; exit 1", token=True)
    done = run_suite(target, tmp_path / "runs", env={"HF_TOKEN": secret})
    assert "token is [redacted]" in (done.directory / "server.log").read_text()
    assert done.outcome("DEPLOY-019") == "PASS"
    holding = [p for p in (tmp_path / "runs").rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    assert holding == []
    assert secret not in done.output
