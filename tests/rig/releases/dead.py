"""What /health says when the engine is dead: python -m tests.rig.releases.dead [VERSION …]  (all measured, if none is named).

The one table of vllm_versions.toml that a survey cannot fill: it takes a server that may be harmed.
"""

import os
import signal
import subprocess
import sys
import time

import httpx

from fixtures.knowledge.releases import measured_releases
from tests.rig.releases.serving import build, serving

# As vLLM names the process, 0.10.1.1 in another word.
_ENGINES = ("EngineCore", "multiprocessing.spawn")
_WAIT_S = 30.0


def _engine_of(container: str) -> int:
    """The engine's process id on this host. LookupError, with what runs there, if there is none."""
    listed = subprocess.run(
        ["docker", "top", container, "-eo", "pid,args"], check=True, capture_output=True, text=True
    ).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()[1:]]
    for name in _ENGINES:
        for pid, command in lines:
            if name in command and "resource_tracker" not in command:
                return int(pid)
    raise LookupError(f"no engine among:\n{listed}")


def _health(url: str) -> str:
    """The status, or what came in its place."""
    try:
        return str(httpx.get(f"{url}/health", timeout=5).status_code)
    except httpx.HTTPError as error:
        return type(error).__name__


def _told(url: str, container: str) -> list[str]:
    """What /health says one after the other, once its engine was killed, until it is gone or half a minute is over."""
    os.kill(_engine_of(container), signal.SIGKILL)
    found: list[str] = []
    ends = time.monotonic() + _WAIT_S
    while time.monotonic() < ends and "ConnectError" not in found:
        said = _health(url)
        found += [said] if said not in found[-1:] else []
        time.sleep(0.2)
    return found


def main(versions: list[str]) -> int:
    """Print a line for each release."""
    for version in versions or map(str, measured_releases()):
        build(version)
        with serving(version) as url:
            print(f"{version}: {', then '.join(_told(url, f'gb10-rig-{version}'))}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
