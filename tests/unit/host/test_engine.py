"""The Docker engine as preflight sees it: from a socket that answers, and from sockets that do not."""

import os
import socket

import pytest
from docker.errors import DockerException

from fixtures.adapters.host import engine as subject
from fixtures.adapters.host.engine import look_at_docker
from fixtures.adapters.targets import load_target
from fixtures.core.observations import ContainerSeen, DockerFault
from tests.unit.host.engine_double import engine

pytestmark = pytest.mark.timeout(120)
SPEC = load_target("gb10").deployment
CONFIG = {"Entrypoint": ["/opt/nvidia/nvidia_entrypoint.sh"], "Env": ["CUDA_VERSION=13.0.1", "PATH=/bin"]}
IMAGE = {"Id": "sha256:" + "ab" * 32, "Architecture": "arm64", "Config": CONFIG}


def container(name: str, *, ports: list[dict] | None = None) -> dict:
    return {"Id": "cd" * 32, "Names": [f"/{name}"], "Status": "Exited (0) 3 days ago", "Ports": ports or []}


@pytest.fixture
def look(tmp_path, monkeypatch):
    """What is seen of an engine with these images and containers, however long it takes to answer."""
    monkeypatch.setattr(subject, "TIMEOUT", 60)

    def seen(*, images=None, containers=(), info=None):
        with engine(tmp_path / "docker.sock", images=images or {}, containers=list(containers), info=info) as address:
            monkeypatch.setenv("DOCKER_HOST", address)
            return look_at_docker(SPEC)

    return seen


def test_image_there(look):
    """An image is seen with its architecture, and nothing holds the name or the port."""
    seen = look(images={SPEC.image: IMAGE})

    assert (seen.fault, seen.version, seen.namesake, seen.publisher) == (None, "29.2.1", None, None)
    assert seen.image is not None
    assert seen.image.architecture == "arm64"
    assert seen.image.entrypoint == ("/opt/nvidia/nvidia_entrypoint.sh",)
    assert dict(seen.image.environment)["CUDA_VERSION"] == "13.0.1"
    assert seen.where.startswith("unix:///")


def test_an_image_without_a_configuration(look):
    """An image that was made from nothing has neither entrypoint nor environment."""
    image = look(images={SPEC.image: {**IMAGE, "Config": None}}).image

    assert (image.entrypoint, image.environment) == ((), ())


def test_image_missing(look):
    """A missing image is no fault of the engine."""
    seen = look()

    assert (seen.fault, seen.image) == (None, None)


@pytest.mark.parametrize(
    ("info", "snap", "rootless"),
    [
        (
            {"Runtimes": {"runc": {}, "nvidia": {}}, "DockerRootDir": "/var/lib/docker", "SecurityOptions": []},
            False,
            False,
        ),
        ({"DockerRootDir": "/var/snap/docker/common/var-lib-docker", "SecurityOptions": None}, True, False),
        ({"DockerRootDir": "/home/x/.local/share/docker", "SecurityOptions": ["name=rootless"]}, False, True),
    ],
)
def test_how_it_is_installed(look, info, snap, rootless):
    """Runtimes, a snap's directory and a rootless engine are seen in what it says of itself."""
    how = look(info=info).how

    assert (how.snap, how.rootless, how.runtimes) == (snap, rootless, tuple(info.get("Runtimes") or ()))


def test_an_engine_that_says_nothing_of_itself(look):
    """An engine without /info is one all the same."""
    seen = look()

    assert (seen.fault, seen.how) == (None, None)


def test_name_held(look):
    """A container of the very name holds it, running or not; a longer name does not."""
    assert look(containers=[container("vllm-gpt-oss-2")]).namesake is None


def test_name_held_by_a_stopped_one(look):
    """A container that holds the name is seen with its status and age."""
    seen = look(containers=[container("other"), container("vllm-gpt-oss")])

    assert seen.namesake == ContainerSeen(id="cd" * 6, name="vllm-gpt-oss", status="Exited (0) 3 days ago")


@pytest.mark.parametrize(
    ("address", "port", "holds"),
    [("127.0.0.1", 8000, True), ("0.0.0.0", 8000, True), ("10.0.0.5", 8000, False), ("0.0.0.0", 8001, False)],
)
def test_port_published(look, address, port, holds):
    """A container that publishes the port on an address that overlaps holds it."""
    published = {"IP": address, "PrivatePort": 80, "PublicPort": port, "Type": "tcp"}

    seen = look(containers=[container("web", ports=[published, {"PrivatePort": 8000, "Type": "tcp"}])])

    assert (seen.publisher is not None) is holds


def unanswered(monkeypatch, address):
    monkeypatch.setenv("DOCKER_HOST", address)
    seen = look_at_docker(SPEC)
    return seen.fault, seen.detail


def test_not_installed(monkeypatch, tmp_path):
    """No socket and no docker command: Docker is not installed."""
    monkeypatch.setenv("PATH", str(tmp_path))

    fault, detail = unanswered(monkeypatch, f"unix://{tmp_path}/none.sock")

    assert fault is DockerFault.NOT_INSTALLED
    assert "No such file or directory" in detail


@pytest.mark.parametrize("stale", [False, True], ids=["no-socket", "stale-socket"])
def test_daemon_down(monkeypatch, tmp_path, stale):
    """The command but no listener: the daemon does not run."""
    docker = tmp_path / "docker"
    docker.write_text("#!/bin/sh\n")
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    if stale:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "docker.sock"))

    fault, _ = unanswered(monkeypatch, f"unix://{tmp_path}/docker.sock")

    assert fault is DockerFault.DOWN


def test_denied(monkeypatch, tmp_path):
    """A socket that this user may not open is told from one that is not there, through all wrapping."""

    def refuse(**_):
        inner = PermissionError(13, os.strerror(13))
        raise DockerException(f"Error while fetching server API version: {inner}") from OSError("aborted", inner)

    monkeypatch.setattr(subject.docker, "from_env", refuse)

    fault, detail = unanswered(monkeypatch, f"unix://{tmp_path}/docker.sock")

    assert fault is DockerFault.DENIED
    assert "Permission denied" in detail


def test_hanging_engine(monkeypatch, tmp_path):
    """An engine that accepts and says nothing is given up after the timeout agreed."""
    monkeypatch.setattr(subject, "TIMEOUT", 0.3)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "docker.sock"))
        listener.listen(5)
        fault, _ = unanswered(monkeypatch, f"unix://{tmp_path}/docker.sock")

    assert fault is DockerFault.OTHER


def test_strange_address(monkeypatch):
    """A DOCKER_HOST that cannot be read is an engine that does not answer, named."""
    fault, detail = unanswered(monkeypatch, "strange://nowhere")

    assert fault is DockerFault.OTHER
    assert "strange" in detail
