"""The reaper: whatever ends a run, its containers go and nobody else's."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from fixtures.adapters.docker.client import LABEL_RUN
from fixtures.adapters.docker.reaper import Reaper
from tests.rings.signals import with_default_signals
from tests.waiting import WITHIN, wait_until

pytestmark = [pytest.mark.usefixtures("busybox_image"), pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
LOOP = "trap 'exit 0' TERM; while :; do sleep 0.1; done"
DRIVER = """
import sys
from pathlib import Path
from tests.docker.boots import rig
with rig(Path(sys.argv[1]), sys.argv[2], sys.argv[3]) as made:
    made.start()
"""
# Dies of SIGKILL at one moment of its talk with Docker: before it sends a request, or when it has sent it and reads no answer.
MORTAL = """
import http.client, os, signal, sys
from fixtures.adapters.docker.reaper import Reaper
part, moment = sys.argv[4], sys.argv[5]
send, read = http.client.HTTPConnection.putrequest, http.client.HTTPConnection.getresponse
def die_if(here, url):
    if here == moment and part in url:
        os.kill(os.getpid(), signal.SIGKILL)
def sends(self, method, url, *rest, **more):
    self.asked = url
    die_if("before", url)
    return send(self, method, url, *rest, **more)
def reads(self, *rest, **more):
    die_if("asked", self.asked)
    return read(self, *rest, **more)
http.client.HTTPConnection.putrequest, http.client.HTTPConnection.getresponse = sends, reads
Reaper.__init__.__kwdefaults__["look_again"] = float(sys.argv[6])
"""


def labelled(docker_engine, run_id):
    return docker_engine.containers.list(all=True, filters={"label": f"{LABEL_RUN}={run_id}"}, ignore_removed=True)


def start_driver(tmp_path, name, *more, code=DRIVER):
    command = [sys.executable, "-c", code, str(tmp_path), name, LOOP, *more]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True, preexec_fn=with_default_signals)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_a_signal_to_the_whole_group_leaves_nothing(docker_engine, tmp_path, number):
    """A signal that the terminal sends to the whole group during a boot leaves no container."""
    name = f"gb10-test-reap-{number.name.lower()}"
    driver = start_driver(tmp_path, name)
    try:
        assert wait_until(lambda: [c.status for c in labelled(docker_engine, f"{name}-run")] == ["running"])
        os.killpg(driver.pid, number)
        assert wait_until(lambda: not labelled(docker_engine, f"{name}-run"))
    finally:
        driver.kill()
        driver.wait()


@pytest.mark.parametrize(
    ("part", "moment", "look_again"),
    [
        ("/containers/create", "before", 0.0),  # nothing will come: one look is enough
        ("/containers/create", "asked", WITHIN),
        ("/start", "before", WITHIN),
        ("/start", "asked", WITHIN),
    ],
    ids=["not-asked", "creating", "created", "starting"],
)
def test_a_kill_while_docker_still_creates(docker_engine, tmp_path, part, moment, look_again):
    """A kill at any moment of the creation leaves nothing either: the reaper looks again."""
    name = "gb10-test-reap-early"
    driver = start_driver(tmp_path, name, part, moment, str(look_again), code=MORTAL + DRIVER)
    try:
        assert driver.wait(WITHIN) == -signal.SIGKILL
        assert wait_until(lambda: not reapers(f"{name}-run"))
        assert labelled(docker_engine, f"{name}-run") == []
    finally:
        driver.kill()


def reapers(run_id):
    """The living reapers of a run: they outlive the process that they watch; an orphan may stay a zombie."""
    found = psutil.process_iter(["cmdline", "status"])
    lives = [p.info["cmdline"] or [] for p in found if p.info["status"] != psutil.STATUS_ZOMBIE]
    return [line for line in lives if Reaper.__module__ in line and run_id in line]


def test_the_reaper_touches_its_own_run_alone(docker_engine):
    """Containers of another run, and without a label, outlive the reaper."""
    run = lambda labels: docker_engine.containers.run(
        "gb10-rig-busybox:1", ["sleep", "3600"], labels=labels, detach=True
    )
    _mine, other, foreign = run({LABEL_RUN: "gb10-reap-a"}), run({LABEL_RUN: "gb10-reap-b"}), run({})
    try:
        reaper = Reaper("gb10-reap-a", grace=1)
        assert reapers("gb10-reap-a")
        reaper._child.stdin.close()
        assert reaper._child.wait(WITHIN) == 0
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
        "gb10-rig-busybox:1", ["sleep", "3600"], labels={LABEL_RUN: "gb10-reap-done"}, detach=True
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
        ["sh", "-c", "trap 'echo asked > /out/asked; exit 0' TERM; touch /out/ready; while :; do sleep 0.1; done"],
        labels={LABEL_RUN: "gb10-reap-grace"},
        volumes={str(tmp_path / "out"): {"bind": "/out"}},
        detach=True,
    )
    assert wait_until((tmp_path / "out" / "ready").exists)
    reaper = Reaper("gb10-reap-grace", grace=60)
    reaper._child.stdin.close()
    assert reaper._child.wait(WITHIN) == 0
    assert (tmp_path / "out" / "asked").read_text() == "asked\n"
    assert mine.id not in {c.id for c in docker_engine.containers.list(all=True)}
