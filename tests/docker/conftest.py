"""Fixtures of the tests that need a real Docker engine (tests/rig/README.md says how to get one)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import DockerException

RIG = Path(__file__).parents[1] / "rig"
BUSYBOX = "gb10-rig-busybox:1"
PYTHON = "gb10-rig-python:1"


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
    return _built(docker_engine, "busybox", BUSYBOX)


@pytest.fixture(scope="session")
def python_image(docker_engine: docker.DockerClient) -> str:
    """The tag of the image with Python, built as the other one is."""
    return _built(docker_engine, "python", PYTHON)


@pytest.fixture(scope="session")
def harmony_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the encodings of harmony, as a container mounts it."""
    folder = tmp_path_factory.mktemp("encodings")
    subprocess.run([sys.executable, RIG / "encodings/make.py", folder], check=True, capture_output=True, timeout=120)
    return folder


def _built(engine: docker.DockerClient, name: str, tag: str) -> str:
    build = subprocess.run(
        ["bash", RIG / "images/build.sh", name], capture_output=True, text=True, check=False, timeout=600
    )
    assert build.returncode == 0, build.stderr
    return str(engine.images.get(tag).tags[0])
