"""Whatever ends pytest during the boot, no container is left."""

import signal

import pytest
from docker.errors import NotFound

from tests.docker.suite_runs import start_suite, write_target
from tests.waiting import wait_until

pytestmark = [pytest.mark.usefixtures("busybox_image"), pytest.mark.timeout(600)]


def exists(docker_engine, name):
    try:
        docker_engine.containers.get(name)
    except NotFound:
        return False
    return True


def is_loading(docker_engine, name):
    return exists(docker_engine, name) and b"loading" in docker_engine.containers.get(name).logs()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda n: n.name)
def test_no_container_survives(docker_engine, tmp_path, number):
    """INT, TERM, HUP and KILL during the boot leave no container; all but KILL leave record and report."""
    name = f"gb10-test-{number.name.lower()}"
    target = write_target(tmp_path, name=name, script="while true; do echo loading; sleep 0.2; done")
    child = start_suite(target, tmp_path / "runs")
    try:
        assert wait_until(lambda: is_loading(docker_engine, name))
        child.send_signal(number)
        output, _ = child.communicate(timeout=300)
        assert wait_until(lambda: not exists(docker_engine, name))
    finally:
        child.kill()
    if number is not signal.SIGKILL:
        latest = tmp_path / "runs" / "latest"
        assert (latest / "record.json").exists(), output
        assert (latest / "report.html").exists(), output
        assert child.returncode == 2, output


def test_the_next_start_sweeps_what_a_dead_run_left(docker_engine, tmp_path):
    """A labelled container whose owner is dead is removed; one whose owner lives, or without our label, is not."""
    from fixtures.adapters.docker.client import LABEL_OWNER
    from fixtures.adapters.docker.owner import owner_mark
    from fixtures.adapters.docker.removal import sweep

    def start(name, labels):
        return docker_engine.containers.run(
            "gb10-rig-busybox:1", ["sleep", "3600"], name=name, labels=labels, detach=True
        )

    mine = owner_mark()
    dead = ":".join(["4194303", *mine.split(":")[1:]])
    made = [
        start("gb10-test-dead", {LABEL_OWNER: dead}),
        start("gb10-test-alive", {LABEL_OWNER: mine}),
        start("gb10-test-foreign", {}),
    ]
    try:
        assert sweep(docker_engine, grace=1) == ["gb10-test-dead"]
        assert exists(docker_engine, "gb10-test-alive")
        assert exists(docker_engine, "gb10-test-foreign")
    finally:
        for container in made[1:]:
            container.remove(force=True)
