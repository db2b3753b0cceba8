"""Fixtures of the tests that need a real Docker engine (tests/rig/README.md says how to get one)."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

RIG = Path(__file__).parents[1] / "rig"
BUSYBOX = "gb10-rig-busybox:1"


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[docker.DockerClient]:
    """A client of the engine that answers; without one the test is skipped, in CI (``CI=true``) it fails."""
    try:
        client = docker.from_env(timeout=180)
        client.ping()
    except DockerException as error:
        reason = f"no Docker engine answers ({error}): run bash tests/rig/engine/start.sh"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    yield client
    client.close()


@pytest.fixture(scope="session")
def busybox_image(docker_engine: docker.DockerClient) -> str:
    """The tag of the busybox image, built if it is missing or older than its inputs."""
    build = subprocess.run(
        ["bash", RIG / "images/build.sh", "busybox"], capture_output=True, text=True, check=False, timeout=600
    )
    assert build.returncode == 0, build.stderr
    return str(docker_engine.images.get(BUSYBOX).tags[0])
