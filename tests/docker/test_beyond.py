"""What an operator's own `docker run` line adds to the contract, as a real Docker engine tells it."""

import shlex
import subprocess
from collections.abc import Iterator

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.beyond import KNOWN, OTHER
from fixtures.core.command import docker_run_line
from fixtures.given.contract import audited

NAME = "gb10-test-beyond"
SPEC = load_target(
    "gb10",
    {
        "deployment.image": ("here", "gb10-rig-busybox:1"),
        "deployment.name": ("here", NAME),
        "deployment.gpus": ("here", None),  # the rig's engine has none
    },
).deployment
# Docker's options go before the image, the server's arguments to the end.
CASES = [
    (KNOWN, "--memory 64g", ""),
    (KNOWN, "--cpus 2", ""),
    (KNOWN, "--cpuset-cpus 0", ""),
    (KNOWN, "-e VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8=1", ""),
    (KNOWN, "-e VLLM_ATTENTION_BACKEND=FLASH_ATTN", ""),
    (KNOWN, "-e CUDA_LAUNCH_BLOCKING=1", ""),
    (KNOWN, "-e PYTHONPATH=/patches", ""),
    (KNOWN, "-v /tmp:/usr/local/lib/python3.12/dist-packages/vllm", ""),
    (KNOWN, "", "--async-scheduling"),
    (KNOWN, "", "--max-num-seqs 1"),
    (KNOWN, "", "--kv-cache-dtype fp8"),
    (KNOWN, "", "--tool-call-parser openai"),
    (KNOWN, "", """--override-generation-config '{"temperature":0.2}'"""),
    (KNOWN, "", "-tp 2"),
    (OTHER, "--network host", ""),
    (OTHER, "--restart unless-stopped", ""),
    (OTHER, "--privileged", ""),
    (OTHER, "--cap-add SYS_PTRACE", ""),
    (OTHER, "--ulimit nofile=1024:1024", ""),
    (OTHER, "-p 127.0.0.1:9000:9000", ""),
    (OTHER, "--user 1000", ""),
    (OTHER, "-e GREETING=hello", ""),
    (OTHER, "-v /tmp:/data", ""),
    (OTHER, "", "--uvicorn-log-level debug"),
]


@pytest.fixture
def created(docker_engine, busybox_image) -> Iterator[None]:
    """Containers of this name are gone before and afterwards."""
    _remove()
    yield
    _remove()


def _remove():
    subprocess.run(["docker", "rm", "-f", NAME], capture_output=True, check=False)


def beyond(client, options, arguments):
    """The two findings on a container that is made, not started, by the mandated line and these."""
    words = shlex.split(docker_run_line(SPEC).replace("\\\n", " "))
    at = words.index(SPEC.image)
    line = ["docker", "create", *words[3:at], *shlex.split(options), *words[at:], *shlex.split(arguments)]
    made = subprocess.run(
        line, capture_output=True, text=True, check=False, env={"HF_TOKEN": "hf_x", "PATH": "/usr/bin"}
    )
    assert made.returncode == 0, made.stderr
    container = client.containers.get(NAME)
    image = client.images.get(container.attrs["Image"]).attrs["Config"]
    findings = audited(SPEC, container.attrs, image=image, logged=None)
    return {rule: findings[rule].observed for rule in (KNOWN, OTHER)}


def test_the_mandated_line_adds_nothing(docker_engine, created):
    """What the printed line makes is the contract, with whatever the image and Docker add by themselves."""
    assert beyond(docker_engine, "", "") == {KNOWN: "", OTHER: ""}


@pytest.mark.parametrize(("rule", "options", "arguments"), CASES, ids=[f"{o}{a}" for _, o, a in CASES])
def test_what_is_added_is_found(rule, options, arguments, docker_engine, created):
    """It is told as it was written, by the rule that fails or by the one that warns, and nothing else is."""
    told = beyond(docker_engine, options, arguments)
    written = shlex.split(options or arguments)[0]
    assert told[rule].startswith(
        {"-p": "--publish 9000/tcp", "-tp": "--tensor-parallel-size 2"}.get(written, written)
    ), told
    assert told[OTHER if rule == KNOWN else KNOWN] == ""
