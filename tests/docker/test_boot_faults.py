"""Servers and containers that misbehave while they start: every failure is a value, and nothing is left.

What ends a wait here is what it is meant to end by: every other limit is longer than the watchdog. How soon an exit and
readiness are noticed is for `python -m benchmarks.noticing`.
"""

import json
import platform
from collections import Counter
from threading import Thread

import pytest
from docker.errors import NotFound

from tests.docker.boots import free_port, reply, rig, server
from tests.docker.suite_runs import run_suite, write_target
from tests.waiting import wait_until

pytestmark = [pytest.mark.usefixtures("busybox_image"), pytest.mark.timeout(300)]
MODELS = '{"data": [{"id": "gpt-oss-120b"}]}'
ANSWER = '{"choices": [{"message": {"content": "204"}}], "usage": {"completion_tokens": 3}}'


def assert_gone(docker_engine, name):
    with pytest.raises(NotFound):
        docker_engine.containers.get(name)


def boot(tmp_path, script_for, name, **options):
    """Boot the script that `script_for` makes of a port; gives the boot, the rig and the port."""
    port = free_port()
    with rig(tmp_path, name, script_for(str(port)), port=port, **options) as made:
        booted = made.start()
        made.state = dict(booted.state())
    return booted, made


def test_a_server_that_answers_is_ready(docker_engine, tmp_path):
    """Health, the model list and one chat make a server ready."""
    answers = {"health": reply("200 OK"), "models": reply("200 OK", MODELS), "chat": reply("200 OK", ANSWER)}
    booted, made = boot(tmp_path, lambda port: server(port, **answers), "gb10-test-ready")
    assert booted.waited.ready, booted.waited
    assert booted.image["Entrypoint"] is None
    assert made.state["running"] is True
    assert_gone(docker_engine, "gb10-test-ready")


@pytest.mark.parametrize("delay", [0.0, 0.5])
def test_an_exit_ends_the_wait(docker_engine, tmp_path, delay):
    """The wait ends with the container's exit, at once or later, and the log's last line is kept."""
    with rig(tmp_path, "gb10-test-soon", f"sleep {delay}; echo last words; exit 3") as made:
        booted = made.start()
    assert "status 3" in booted.waited.failure
    assert booted.waited.exited
    assert booted.log.tail()[-1] == "last words"
    assert booted.diagnosis.id == "container-exited"


@pytest.mark.parametrize(
    ("health", "why"),
    [
        ("head -c 200000 /dev/urandom", "garbage"),
        ("while :; do printf x; sleep 0.2; done", "a drip"),
        ("sleep 3600", "silence"),
        (reply("503 Service Unavailable"), "not yet"),
        ("printf 'HTTP/1.1 200 OK\\r\\nContent-Length: 99\\r\\n\\r\\nshort'", "a cut body"),
    ],
    ids=["garbage", "drip", "silence", "503", "cut"],
)
def test_a_bad_health_cannot_hold_the_wait(docker_engine, tmp_path, health, why):
    """Garbage, a drip, silence and errors on /health are not ready; the budget ends the wait."""
    booted, _ = boot(tmp_path, lambda port: server(port, health=health), "gb10-test-bad-health", budget=1)
    assert not booted.waited.ready, why
    assert "not ready within 1 s" in booted.waited.failure
    assert_gone(docker_engine, "gb10-test-bad-health")


def test_a_first_chat_that_is_an_error_ends_the_wait(tmp_path):
    """A healthy server whose first chat is a 500 is waited for no longer, and the body is diagnosed."""
    error = '{"error": {"message": "error downloading or loading vocab file: failed to download or load vocab file"}}'
    booted, _ = boot(
        tmp_path,
        lambda port: server(
            port,
            health=reply("200 OK"),
            models=reply("200 OK", MODELS),
            chat=reply("500 Internal Server Error", error),
        ),
        "gb10-test-chat-500",
    )
    assert "the first chat got 500" in booted.waited.failure
    assert booted.diagnosis is not None
    assert booted.diagnosis.id == "harmony-vocab"


def test_another_model_is_no_ready_server(tmp_path):
    """A server that lists another model is not the deployment."""
    booted, _ = boot(
        tmp_path,
        lambda port: server(port, health=reply("200 OK"), models=reply("200 OK", '{"data": [{"id": "other"}]}')),
        "gb10-test-other-model",
    )
    assert "other" in booted.waited.failure
    assert "gpt-oss-120b" in booted.waited.failure


def test_a_container_removed_by_somebody_else_is_a_failed_boot(docker_engine, tmp_path):
    """A container that vanishes during the wait is a failed boot, not a crash of ours."""
    name = "gb10-test-vanishes"
    log = tmp_path / "server.log"

    def remove():
        wait_until(lambda: log.exists() and "loading" in log.read_text())
        docker_engine.containers.get(name).remove(force=True)

    remover = Thread(target=remove, daemon=True)
    remover.start()
    with rig(tmp_path, name, "while :; do echo loading; sleep 0.1; done") as made:
        booted = made.start()
    remover.join()
    assert not booted.waited.ready
    assert booted.waited.exited
    assert booted.state()["running"] is False


def test_an_image_that_is_not_there_is_never_pulled(tmp_path):
    """A missing image is a failed boot with a clear message; no registry is asked."""
    with rig(tmp_path, "gb10-test-no-image", "exit 0", image="registry.invalid/none:1") as made:
        booted = made.start()
    assert not booted.waited.ready
    assert "No such image: registry.invalid/none:1" in booted.waited.failure
    assert booted.diagnosis.id == "image-missing"
    assert "lookup" not in booted.waited.failure


def test_a_taken_port_leaves_no_container(docker_engine, tmp_path):
    """A port that is taken is diagnosed, and the container that Docker had created is removed."""
    port = free_port()
    other = docker_engine.containers.run(
        "gb10-rig-busybox:1", ["sleep", "3600"], ports={"80/tcp": ("127.0.0.1", port)}, detach=True
    )
    try:
        with rig(tmp_path, "gb10-test-port", "sleep 3600", port=port) as made:
            booted = made.start()
        assert booted.diagnosis is not None
        assert booted.diagnosis.id == "port-allocated"
        assert_gone(docker_engine, "gb10-test-port")
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)


def test_a_taken_name_touches_nobody(docker_engine, tmp_path):
    """A foreign container of our name is left alone, and the message names the conflict."""
    other = docker_engine.containers.run("gb10-rig-busybox:1", ["sleep", "3600"], name="gb10-test-name", detach=True)
    try:
        with rig(tmp_path, "gb10-test-name", "sleep 3600") as made:
            booted = made.start()
        assert "already in use" in booted.waited.failure
        assert booted.diagnosis.id == "name-taken"
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)


def test_the_log_survives_broken_bytes_and_bars(docker_engine, tmp_path):
    """Bytes that are no UTF-8 and progress bars that rewrite their line are kept, one line each."""
    script = "printf 'a\\377b\\nbar 10%%\\rbar 20%%\\rbar 30%%\\nend without newline'; exit 1"
    _booted, _ = boot(tmp_path, lambda port: script, "gb10-test-bytes")
    assert (tmp_path / "server.log").read_text().splitlines() == [
        "a\ufffdb",
        "bar 10%",
        "bar 20%",
        "bar 30%",
        "end without newline",
    ]


def test_the_value_of_a_boot_holds_no_secret(tmp_path):
    """What a boot gives back names the token, and never its value."""
    secret = "hf_" + "Canary" * 6
    booted, made = boot(tmp_path, lambda port: "echo $HF_TOKEN; exit 1", "gb10-test-secret")
    assert "HF_TOKEN" in str(booted.inspect["Config"]["Env"])
    assert secret not in repr(booted)
    assert secret not in json.dumps(booted.inspect)
    assert secret not in "".join(made.said)
    assert secret not in (tmp_path / "server.log").read_text()


def test_an_attached_container_is_never_stopped(docker_engine, tmp_path):
    """Attaching reads the log and the container, and stops nothing."""
    other = docker_engine.containers.run(
        "gb10-rig-busybox:1", ["sh", "-c", "echo earlier; sleep 3600"], name="gb10-test-attach", detach=True
    )
    try:
        with rig(tmp_path, "gb10-test-attach", "unused", budget=1) as made:
            booted = made.boot.attach("gb10-test-attach")
            assert wait_until(booted.log.tail)
            booted.stop()
            booted.stop()
        assert booted.log.tail() == ("earlier",)
        other.reload()
        assert other.status == "running"
    finally:
        other.remove(force=True)


def test_attaching_to_nothing_fails_once(docker_engine, tmp_path):
    """--attach at a name that no container has: one clause says so, and what is running; the rest stands on it."""
    made = run_suite(
        write_target(tmp_path, name="gb10-test-absent", script="true"), tmp_path, "--attach=gb10-test-absent"
    )
    outcomes = Counter(c["outcome"] for c in made.record["clauses"])
    assert made.status == 1
    assert (outcomes["FAIL"], outcomes["ERROR"], made.outcome("READY-001")) == (1, 0, "FAIL")
    assert "no container is named gb10-test-absent" in made.output


def test_nothing_is_sent_on_another_machine(docker_engine, tmp_path):
    """--attach on a machine that is not the target's: one clause says so, and no request goes out."""
    target = write_target(tmp_path, name="gb10-test-elsewhere", script="true")
    other = "x86_64" if platform.machine() == "aarch64" else "aarch64"
    target.write_text(f'{target.read_text()}[host]\nmachine = "{other}"\n')
    made = run_suite(target, tmp_path, "--attach=gb10-test-elsewhere")
    assert (made.outcome("HOST-010"), made.outcome("READY-001"), made.outcome("DEPLOY-001")) == (
        "FAIL",
        "BLOCKED",
        "BLOCKED",
    )
    ready = next(clause for clause in made.record["clauses"] if clause["id"] == "READY-001")
    assert ready["message"].startswith("nothing was sent")
    assert (made.status, made.record["verdict"]) == (7, "NOT_STARTED")
    assert list((made.directory / "exchanges").glob("*")) == []
