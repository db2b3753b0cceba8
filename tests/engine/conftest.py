"""Fixtures of the tests that need the real vLLM in a container (`make engine cpu-image`)."""

import os

import docker
import pytest
from docker.errors import DockerException

from fixtures.adapters.targets import load_target


@pytest.fixture(scope="session")
def cpu_image():
    """The image of target cpu; without it the test is skipped, in CI it fails."""
    image = load_target("cpu").deployment.image
    try:
        docker.from_env(timeout=60).images.get(image)
    except DockerException as error:
        reason = f"no image {image} ({error}): run `make engine cpu-image`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return image
