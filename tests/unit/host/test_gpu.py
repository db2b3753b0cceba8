"""nvidia-smi: what a GB10 and others answer, and what is made of no answer. A stand-in for it lies first on the PATH."""

from pathlib import Path

import pytest

from fixtures.adapters.host import command, facts, gpu
from fixtures.adapters.host.facts import host_facts
from fixtures.adapters.host.gpu import look_at_gpu

pytestmark = pytest.mark.timeout(120)
HEADER = """\
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 580.126.09             Driver Version: 580.126.09     CUDA Version: 13.0     |
|   0  NVIDIA GB10                    On  |   0000000F:01:00.0 Off |                  N/A |
| N/A   41C    P8              3W /  N/A  | Not Supported          |      0%      Default |
+-----------------------------------------------------------------------------------------+
"""


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Commands that answer have the time that a busy machine takes to start them."""
    monkeypatch.setattr(command.ask, "__kwdefaults__", {"timeout": 60.0})
    monkeypatch.setattr(gpu, "TIMEOUT", 60.0)
    monkeypatch.setattr(facts, "BUDGET", 60.0)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Puts a script on the PATH, in front of everything else."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def put(name: str, script: str) -> None:
        path: Path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return put


def smi(query: str, header: str = HEADER) -> str:
    """A script that answers the query in one way and the bare call in another."""
    return f"if [ $# -gt 0 ]; then cat <<'EOT'\n{query}\nEOT\nelse cat <<'EOT'\n{header}\nEOT\nfi"


def test_gb10(install):
    """A GB10 gives its name, driver and CUDA version."""
    install("nvidia-smi", smi("NVIDIA GB10, 580.126.09"))

    seen = look_at_gpu()

    assert (seen.names, seen.driver, seen.cuda, seen.problem) == (("NVIDIA GB10",), "580.126.09", "13.0", "")


def test_not_available(install):
    """`[N/A]` is no driver and no version, and no fault of its own."""
    install("nvidia-smi", smi("NVIDIA GB10, [N/A]", HEADER.replace("13.0", "N/A")))

    seen = look_at_gpu()

    assert (seen.names, seen.driver, seen.cuda, seen.problem) == (("NVIDIA GB10",), None, None, "")


def test_several(install):
    """Every GPU is named, in nvidia-smi's order."""
    install("nvidia-smi", smi("NVIDIA H200, 580.1\nNVIDIA GB10, 580.1"))

    assert look_at_gpu().names == ("NVIDIA H200", "NVIDIA GB10")


def test_no_gpu(install):
    """An answer without a GPU is said to be one."""
    install("nvidia-smi", "echo 'No devices were found'")

    assert look_at_gpu().problem == "nvidia-smi names no GPU"


def test_driver_failed(install):
    """A driver that does not answer is quoted in its own words."""
    install(
        "nvidia-smi", 'echo "NVIDIA-SMI has failed because it couldn\'t communicate with the NVIDIA driver."; exit 9'
    )

    assert "ended with status 9: NVIDIA-SMI has failed because it couldn't" in look_at_gpu().problem


def test_missing(install):
    """A missing nvidia-smi is named as missing."""
    assert look_at_gpu().problem == "nvidia-smi is not installed"


def test_hanging(install, monkeypatch):
    """A wedged driver costs the timeout agreed, and no more."""
    install("nvidia-smi", "exec sleep 3600")
    monkeypatch.setattr(command.ask, "__kwdefaults__", {"timeout": 0.3})

    assert look_at_gpu().problem == "nvidia-smi did not answer within 0.3 s"


def test_facts(install, monkeypatch):
    """The record's facts come from nvidia-smi, nvidia-ctk, lscpu and the kernel; no Docker is no fact."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere.sock")
    install("nvidia-smi", smi("NVIDIA GB10, 580.126.09"))
    install("nvidia-ctk", "echo 'NVIDIA Container Toolkit CLI version 1.19.0'; echo 'commit: abc'")
    install("lscpu", "echo 'Model name:  Cortex-X925'; echo 'Model name:  Cortex-A725'")

    facts = host_facts()

    assert (facts.gpu, facts.driver, facts.cuda) == ("NVIDIA GB10", "580.126.09", "13.0")
    assert (facts.toolkit, facts.docker) == ("1.19.0", None)
    assert facts.cpu == "Cortex-X925 + Cortex-A725"
    assert facts.memory_bytes
    assert facts.cpus
    assert facts.kernel


def test_facts_without_tools(monkeypatch):
    """A machine without any of the tools still has facts, and nothing is raised."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("DOCKER_HOST", "strange://")

    facts = host_facts()

    assert (facts.gpu, facts.toolkit, facts.docker) == (None, None, None)
    assert facts.arch
