"""The reaper: whatever ends a run, its containers go and nobody else's."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.adapters.docker.client import LABEL_RUN
from fixtures.adapters.docker.reaper import Reaper

pytestmark = pytest.mark.usefixtures("busybox_image")
ROOT = Path(__file__).parents[2]
LIMIT = 8.0  # seconds: the grace of one second, and a busy machine
LOOP = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
DRIVER = """
import sys
from pathlib import Path
from tests.docker.boots import rig
with rig(Path(sys.argv[1]), sys.argv[2], sys.argv[3], budget=60) as made:
    made.start()
"""


def labelled(docker_engine, run_id):
    return docker_engine.containers.list(all=True, filters={"label": f"{LABEL_RUN}={run_id}"}, ignore_removed=True)


def wait_until(condition, limit):
    began = time.monotonic()
    while time.monotonic() - began < limit:
        if condition():
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def start_driver(tmp_path, name, script=LOOP):
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tmp_path), name, script], cwd=ROOT, start_new_session=True
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_a_signal_to_the_whole_group_leaves_nothing(docker_engine, tmp_path, number):
    """A signal that the terminal sends to the whole group during a boot leaves no container within seconds."""
    name = f"gb10-test-reap-{number.name.lower()}"
    driver = start_driver(tmp_path, name)
    try:
        assert wait_until(lambda: labelled(docker_engine, f"{name}-run"), 30) is not None
        time.sleep(0.3)
        os.killpg(driver.pid, number)
        gone = wait_until(lambda: not labelled(docker_engine, f"{name}-run"), LIMIT)
        assert gone is not None
        print(f"{number.name}: gone after {gone:.2f} s")
    finally:
        driver.kill()
        driver.wait()


@pytest.mark.parametrize("after", [0.0, 0.05, 0.2, 0.4])
def test_a_kill_while_docker_still_creates(docker_engine, tmp_path, after):
    """A kill around the moment of creation leaves nothing either: the reaper looks again."""
    name = "gb10-test-reap-early"
    driver = start_driver(tmp_path, name)
    try:
        assert wait_until(lambda: "reaper" in _children(driver.pid), 30) is not None
        time.sleep(after)
    finally:
        driver.kill()
        driver.wait()
    time.sleep(6.0 if after == 0.0 else 4.0)
    assert labelled(docker_engine, f"{name}-run") == []


def _children(pid):
    """The command lines of a process's children, in one string."""
    found = subprocess.run(["ps", "--ppid", str(pid), "-o", "args="], capture_output=True, text=True, check=False)
    return found.stdout


def test_the_reaper_touches_its_own_run_alone(docker_engine):
    """Containers of another run, and without a label, outlive the reaper."""
    run = lambda labels: docker_engine.containers.run("gb10-rig-busybox:1", ["sleep", "60"], labels=labels, detach=True)
    _mine, other, foreign = run({LABEL_RUN: "gb10-reap-a"}), run({LABEL_RUN: "gb10-reap-b"}), run({})
    try:
        reaper = Reaper("gb10-reap-a", grace=1)
        reaper._child.stdin.close()
        assert reaper._child.wait(15) == 0
        assert labelled(docker_engine, "gb10-reap-a") == []
        for container in (other, foreign):
            container.reload()
            assert container.status == "running"
    finally:
        for container in (other, foreign):
            container.remove(force=True)
        for container in labelled(docker_engine, "gb10-reap-a"):
            container.remove(force=True)


def test_a_reaper_that_is_dismissed_does_nothing(docker_engine):
    """After `done` the reaper ends by itself and removes nothing."""
    mine = docker_engine.containers.run(
        "gb10-rig-busybox:1", ["sleep", "60"], labels={LABEL_RUN: "gb10-reap-done"}, detach=True
    )
    try:
        reaper = Reaper("gb10-reap-done", grace=1)
        reaper.dismiss()
        reaper.dismiss()
        mine.reload()
        assert mine.status == "running"
        assert reaper._child.poll() == 0
    finally:
        mine.remove(force=True)


def test_the_reaper_stops_gracefully(docker_engine, tmp_path):
    """The container is asked to end before it is killed."""
    (tmp_path / "out").mkdir(mode=0o777)
    mine = docker_engine.containers.run(
        "gb10-rig-busybox:1",
        ["sh", "-c", "trap 'echo asked > /out/asked; exit 0' TERM; while :; do sleep 0.1; done"],
        labels={LABEL_RUN: "gb10-reap-grace"},
        volumes={str(tmp_path / "out"): {"bind": "/out"}},
        detach=True,
    )
    time.sleep(0.5)
    reaper = Reaper("gb10-reap-grace", grace=5)
    reaper._child.stdin.close()
    assert reaper._child.wait(20) == 0
    assert (tmp_path / "out" / "asked").read_text() == "asked\n"
    assert mine.id not in {c.id for c in docker_engine.containers.list(all=True)}
