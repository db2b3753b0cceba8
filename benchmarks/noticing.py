"""How soon the suite notices what happens to a container, and how soon it is gone from a machine.

    python -m benchmarks.noticing --help

Needs a Docker engine and the image gb10-rig-busybox:1 (`make engine`, `bash tests/rig/images/build.sh busybox`).
Times in seconds, from the event to its being known:

    exit noticed        from Docker's FinishedAt to the end of the boot, which has its diagnosis by then
    readiness noticed   from the moment when /health can answer 200 to the first chat: two GETs and at most one pause
    boot returned       from the same moment to the end of the boot: that chat, and what Docker says of the container
    gone after SIGNAL   from a signal to the whole process group of a boot until Docker lists none of its containers
    certification       of a machine that is no GB10, from start to the record: `seconds` of the record
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Thread

import docker
from docker.models.containers import Container

from fixtures.adapters.docker.client import LABEL_RUN
from fixtures.core.spec import Mount
from tests.docker.boots import free_port, reply, rig, server

ROOT = Path(__file__).resolve().parent.parent
NAME = "gb10-benchmark"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
MODELS = '{"data": [{"id": "gpt-oss-120b"}]}'
ANSWER = '{"choices": [{"message": {"content": "204"}}], "usage": {"completion_tokens": 3}}'
HEALTH = f"if [ -e /switch/on ]; then {reply('200 OK')}; else {reply('503 Service Unavailable')}; fi"
LOADING = "trap 'exit 0' TERM; while :; do echo loading; sleep 0.1; done"
BOOT = """
import sys
from pathlib import Path
from tests.docker.boots import rig
with rig(Path(sys.argv[1]), sys.argv[2], sys.argv[3]) as made:
    made.start()
"""
Figures = dict[str, float]


def exit_noticed(directory: Path) -> Figures:
    """A container that exits a second after its start."""
    with rig(directory, NAME, "echo loading; sleep 1; exit 3") as made:
        booted = made.start()
        known = time.time()  # Docker's stamp is a time of day
        state = booted.container.attrs["State"] if booted.container else {}
    return {"exit noticed": known - datetime.fromisoformat(state["FinishedAt"][:26].rstrip("Z") + "+00:00").timestamp()}


def readiness_noticed(directory: Path) -> Figures:
    """A server that answers 503 and is then switched on, at any moment between two looks of the wait."""
    port, switch, told, on = free_port(), directory / "switch", list[float](), list[float]()
    switch.mkdir()
    script = server(str(port), health=HEALTH, models=reply("200 OK", MODELS), chat=reply("200 OK", ANSWER))

    def say(line: str) -> None:
        if "first chat" in line:
            told.append(time.monotonic())

    def answers_503() -> bool:
        return any('"status": 503' in file.read_text() for file in (directory / "exchanges").glob("*"))

    def turn_on() -> None:
        time.sleep(random.uniform(0.5, 0.7))
        on.append(time.monotonic())
        (switch / "on").touch()

    mounts = (Mount(source=str(switch), target="/switch"),)
    with rig(directory, NAME, script, port=port, say=say, mounts=mounts) as made:
        Thread(target=lambda: _when(answers_503, turn_on), daemon=True).start()
        booted = made.start()
        returned = time.monotonic()
    if not booted.waited.ready:
        raise RuntimeError(f"no ready server: {booted.waited.failure}")
    return {"readiness noticed": told[0] - on[0], "boot returned": returned - on[0]}


def gone_after(number: signal.Signals) -> Callable[[Path], Figures]:
    """A boot in a process group of its own, which gets the signal as soon as its container runs."""

    def measured(directory: Path) -> Figures:
        client = docker.from_env()
        command = [sys.executable, "-c", BOOT, str(directory), NAME, LOADING]
        with subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL) as boot:
            _when(lambda: [c.status for c in _containers(client)] == ["running"], lambda: None)
            began = time.monotonic()
            os.killpg(boot.pid, number)
            _when(lambda: not _containers(client), lambda: None)
            return {f"gone after {number.name}": time.monotonic() - began}

    return measured


def certification(directory: Path) -> Figures:
    """The whole suite against a machine without a GB10."""
    command = [sys.executable, "-m", "pytest", "suites/", "--gb10", "--no-download", "--runs-dir", str(directory)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False, env={**os.environ, "HF_TOKEN": ""})
    record = json.loads((directory / "latest" / "record.json").read_text())
    if "GB10" in (record["host"]["gpu"] or ""):
        raise RuntimeError("this machine has a GB10: leave it out with --no-certification")
    return {"certification": record["seconds"]}


def _containers(client: docker.DockerClient) -> Sequence[Container]:
    label = f"{LABEL_RUN}={NAME}-run"
    return client.containers.list(all=True, filters={"label": label}, ignore_removed=True)


def _when(condition: Callable[[], object], then: Callable[[], None]) -> None:
    while not condition():
        time.sleep(0.005)
    then()


def table(measure: Callable[[Path], Figures], repetitions: int) -> None:
    """One line for each figure: its median, least and most."""
    found: dict[str, list[float]] = {}
    for _ in range(repetitions):
        with tempfile.TemporaryDirectory() as directory:
            for name, seconds in measure(Path(directory)).items():
                found.setdefault(name, []).append(seconds)
    for name, values in found.items():
        print(f"{name:20s} {statistics.median(values):8.3f} {min(values):8.3f} {max(values):8.3f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=5, help="of each measurement (default 5)")
    parser.add_argument("--no-certification", action="store_true", help="leave the run of the whole suite out")
    options = parser.parse_args()
    print(f"{'seconds':20s} {'median':>8s} {'least':>8s} {'most':>8s}")
    for measure in (exit_noticed, readiness_noticed, *map(gone_after, SIGNALS)):
        table(measure, options.repetitions)
    if not options.no_certification:
        table(certification, 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
