"""A release of vLLM in a container of its own, for what asks a server more than one run does."""

import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from fixtures.adapters.targets import load_target
from fixtures.core.command import docker_run_line

CHECKOUT = Path(__file__).parents[3]
TARGET = CHECKOUT / "tests" / "rig" / "targets" / "release.toml"
PLAIN = CHECKOUT / "fixtures" / "targets" / "cpu.toml"
RELEASES = Path(__file__).with_name("releases.toml")
READY_S = 600.0
QUESTION = {
    "model": "gpt-oss-120b",
    "messages": [{"role": "user", "content": "Reply with exactly: PONG"}],
    "max_tokens": 40,
}


def image_of(release: str) -> str:
    """The image that `build.sh release` makes of a release."""
    return f"gb10-rig-vllm-cpu:{release}"


def target_of(release: str) -> Path:
    """The target that the release can be served under on this processor.

    Its own MXFP4 kernel for a CPU, which 0.31 and later are served with, needs AMX; without it they serve the checkpoint
    unquantised, as target cpu does.
    """
    own = not tomllib.loads(RELEASES.read_text(encoding="utf-8"))["release"][release]["plugin"]
    amx = "amx_tile" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return PLAIN if own and not amx else TARGET


def build(release: str) -> None:
    """Make the image, or leave it where nothing has changed. CalledProcessError, with its output, if it cannot be made."""
    command = ["bash", str(CHECKOUT / "tests" / "rig" / "images" / "build.sh"), "release", release]
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def serving(release: str) -> Iterator[str]:
    """The URL of the release, ready, under the mandated arguments; the container is gone afterwards."""
    port = free_port()
    overrides: dict[str, tuple[str, object]] = {
        "deployment.image": ("here", image_of(release)),
        "deployment.name": ("here", f"gb10-rig-{release}"),
        "deployment.port": ("here", port),
    }
    line = docker_run_line(load_target(str(target_of(release)), overrides).deployment)
    # The line is for a shell: it goes over several.
    container = subprocess.run(["bash", "-c", line], check=True, capture_output=True, text=True).stdout.strip()
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, container)
        yield url
    finally:
        subprocess.run(["docker", "rm", "-f", container], check=False, capture_output=True)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, container: str) -> None:
    """Until a chat is answered. RuntimeError, with the end of the log, if that takes too long or the container ends."""
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends and _runs(container):
        try:
            if httpx.post(f"{url}/v1/chat/completions", json=QUESTION, timeout=120).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # not yet
        time.sleep(1)
    log = subprocess.run(["docker", "logs", "--tail", "40", container], check=False, capture_output=True, text=True)
    raise RuntimeError(f"not ready: {log.stdout}{log.stderr}")


def _runs(container: str) -> bool:
    command = ["docker", "inspect", "--format", "{{.State.Running}}", container]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip() == "true"
