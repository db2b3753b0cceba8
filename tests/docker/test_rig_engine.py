"""The rig's engine takes the mandated options unchanged, and refuses what a real engine refuses."""

import os
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import docker
import pytest
from docker.errors import APIError
from docker.types import DeviceRequest, Ulimit
from testcontainers.core.config import testcontainers_config
from testcontainers.core.container import DockerContainer

ENGINE = Path(__file__).parents[1] / "rig" / "engine"
ALL_GPUS = [DeviceRequest(count=-1, capabilities=[["gpu"]])]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def mandated(image: str, *, name: str, port: int, models: Path, encodings: Path) -> DockerContainer:
    """A busybox that serves HTTP on port 8000, with every Docker option of the mandated command line."""
    container = (
        DockerContainer(image)
        .with_name(name)
        .with_command(["httpd", "-f", "-p", "8000", "-h", "/root/.cache/huggingface"])
        .with_env("TIKTOKEN_ENCODINGS_BASE", "/etc/encodings")
        .with_volume_mapping(str(models), "/root/.cache/huggingface", "rw")
        .with_volume_mapping(str(encodings), "/etc/encodings", "ro")
        .with_kwargs(
            device_requests=ALL_GPUS,
            ipc_mode="host",
            ulimits=[Ulimit(name="memlock", soft=-1, hard=-1), Ulimit(name="stack", soft=67108864, hard=67108864)],
        )
    )
    # with_bind_ports publishes on every address of the host; this form keeps it on the loopback.
    published = cast("dict[str, Any]", container.ports)
    published["8000/tcp"] = ("127.0.0.1", port)
    return container


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def running(
    docker_engine: docker.DockerClient, busybox_image: str, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """The container of ``mandated``, as the docker SDK sees it."""
    models, encodings = tmp_path_factory.mktemp("models"), tmp_path_factory.mktemp("encodings")
    (models / "index.html").write_text("rig\n")
    testcontainers_config.ryuk_disabled = True  # its image cannot be pulled without a registry
    name = f"gb10-rig-{uuid.uuid4().hex[:8]}"
    with mandated(busybox_image, name=name, port=port, models=models, encodings=encodings) as container:
        wrapped = container.get_wrapped_container()
        wrapped.reload()
        yield wrapped


def test_host_options_are_read_back(running: Any) -> None:
    """GPUs, IPC mode and both ulimits are in the container's HostConfig exactly as asked."""
    host = running.attrs["HostConfig"]
    request = host["DeviceRequests"][0]
    assert (request["Count"], request["Capabilities"]) == (-1, [["gpu"]])
    assert host["IpcMode"] == "host"
    limits = {limit["Name"]: (limit["Soft"], limit["Hard"]) for limit in host["Ulimits"]}
    assert limits == {"memlock": (-1, -1), "stack": (67108864, 67108864)}


def test_mounts_name_and_environment_are_read_back(running: Any) -> None:
    """Both mounts keep their modes, and name and environment are as asked."""
    modes = {mount["Destination"]: mount["RW"] for mount in running.attrs["Mounts"]}
    assert modes == {"/root/.cache/huggingface": True, "/etc/encodings": False}
    assert "TIKTOKEN_ENCODINGS_BASE=/etc/encodings" in running.attrs["Config"]["Env"]
    assert running.name.startswith("gb10-rig-")


def test_read_only_mount_cannot_be_written(running: Any) -> None:
    """A read-only mount refuses a write from inside, and the read-write one takes it."""
    assert b"Read-only file system" in running.exec_run(["touch", "/etc/encodings/x"]).output
    assert running.exec_run(["touch", "/root/.cache/huggingface/x"]).exit_code == 0


def test_stack_limit_holds_inside(running: Any) -> None:
    """The stack limit reaches the process: 67108864 bytes are 65536 kB."""
    status = running.exec_run(["sh", "-c", "grep 'Max stack' /proc/1/limits"]).output.decode()
    assert status.split()[3:5] == ["67108864", "67108864"]


def test_port_is_published_on_the_loopback_only(running: Any, port: int) -> None:
    """The published port answers on 127.0.0.1, and the engine says that it is bound there."""
    assert running.attrs["NetworkSettings"]["Ports"]["8000/tcp"] == [{"HostIp": "127.0.0.1", "HostPort": str(port)}]
    assert answer(port).endswith(b"rig\n")


def answer(port: int) -> bytes:
    """The whole answer to GET /; waits up to a minute for busybox to listen."""
    deadline = time.monotonic() + 60
    while True:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"GET /index.html HTTP/1.0\r\n\r\n")
            body = connection.makefile("rb").read()
        if body or time.monotonic() > deadline:
            return body
        time.sleep(0.05)


@pytest.fixture
def engine_without_gpu_hook(docker_engine: docker.DockerClient, tmp_path: Path) -> Iterator[docker.DockerClient]:
    """A second engine beside the first, without the GPU shim; starting it takes about half a second."""
    env = os.environ | {"RIG_ENGINE_DIR": str(tmp_path / "engine"), "RIG_OWN_ENGINE": "1", "RIG_NO_GPU_HOOK": "1"}
    start = subprocess.run(
        ["bash", ENGINE / "start.sh"], env=env, capture_output=True, text=True, check=False, timeout=300
    )
    try:
        if start.returncode != 0 and os.environ.get("CI") != "true":
            pytest.skip(f"a second engine cannot be started here: {start.stderr}")
        assert start.returncode == 0, start.stderr
        client = docker.DockerClient(start.stdout.strip().removeprefix("export DOCKER_HOST="))
        yield client
        client.close()
    finally:
        subprocess.run(["bash", ENGINE / "stop.sh", "--wipe"], env=env, capture_output=True, check=True, timeout=300)


def test_without_the_hook_gpus_are_refused(
    docker_engine: docker.DockerClient, busybox_image: str, engine_without_gpu_hook: docker.DockerClient
) -> None:
    """Without NVIDIA's hook on dockerd's PATH, ``--gpus all`` ends in the engine's real error."""
    saved = b"".join(docker_engine.images.get(busybox_image).save(named=True))
    engine_without_gpu_hook.images.load(saved)
    with pytest.raises(APIError, match="could not select device driver"):
        engine_without_gpu_hook.containers.run(busybox_image, ["true"], device_requests=ALL_GPUS)


def test_second_start_says_it_is_up(docker_engine: docker.DockerClient) -> None:
    """start.sh leaves an engine that answers alone and says so."""
    start = subprocess.run(["bash", ENGINE / "start.sh"], capture_output=True, text=True, check=False, timeout=300)
    assert start.returncode == 0
    assert "already up" in start.stderr or "used as it is" in start.stderr
