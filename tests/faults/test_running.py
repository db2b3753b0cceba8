"""A forked run is a run like any other: it judges, it can be interrupted, and its stand-in ends with it."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.faults.expectations import FAST
from tests.faults.running import runner

HUNG = ["suites/api/test_chat.py", "--fault", "engine-hung", "--target", str(FAST)]


@pytest.fixture
def runs(tmp_path):
    with runner(tmp_path) as made:
        yield made


def begun(runs):
    """The process of the run under way, and its stand-in, once it answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for pid in runs.pids:
            children = psutil.Process(pid).children()
            if children and any(runs.directory.rglob("exchanges/*")):
                return psutil.Process(pid), children[0]
        time.sleep(0.05)
    raise AssertionError("no run began within 60 s")


def gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE or process.wait(10) is None


def test_a_healthy_module(runs):
    """A part of the suite that passes is INCONCLUSIVE, and the record says what passed."""
    ran = runs.run(["suites/api/test_health.py", "--target", str(FAST)])
    assert (ran.status, ran.record["verdict"]) == (6, "INCONCLUSIVE"), ran.output
    assert ran.clauses["HEALTH-001"]["outcome"] == "PASS"
    assert ran.with_outcome("FAIL", "ERROR", "BLOCKED") == []


def test_a_run_that_is_interrupted(runs):
    """SIGTERM in the middle of a hang ends run and stand-in, and the record says so."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(runs.run, HUNG)
        run, standin = begun(runs)
        run.send_signal(signal.SIGTERM)
        ran = future.result(60)
    assert (ran.status, ran.record["interrupted"]) == (2, "SIGTERM"), ran.output
    assert gone(standin)


def test_a_run_that_is_killed(runs):
    """To end the runner kills what runs, and the stand-ins with it."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(runs.run, HUNG)
        _, standin = begun(runs)
        runs.end()
        assert future.result(60).status == -signal.SIGKILL
    assert gone(standin)
    with pytest.raises(InterruptedError):
        runs.run(HUNG)
