"""Each rule of preflight, kept and broken, from what was seen alone."""

from dataclasses import replace

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.docker_seen import CdiSeen, DockerHow
from fixtures.core.finding import Finding, Stage
from fixtures.core.gpu_state import GpusSeen, TenantSeen
from fixtures.core.observations import (
    GpuSeen,
    MemorySeen,
    Observations,
    SwapSeen,
)
from fixtures.core.preflight import GIB, judge
from fixtures.core.remedies import directory_remedy
from tests.unit.host.hosts import BROKEN, DOCKER, GOOD, GPU_RULES, MISMATCH, RULES, TARGET, docker, gpu, how, image


def found(seen: Observations) -> dict[str, Finding]:
    return {finding.rule: finding for finding in judge(TARGET, seen)}


def test_fit_host():
    """On a fit host every rule has a finding, every one is ok, and says what was seen."""
    findings = found(GOOD)

    assert list(findings) == RULES
    assert all(f.ok and f.expected and f.observed and not f.remedy for f in findings.values())


@pytest.mark.parametrize(
    ("rule", "seen", "observed", "remedy"), BROKEN, ids=[f"{n}-{b[0]}" for n, b in enumerate(BROKEN)]
)
def test_broken_rule(rule, seen, observed, remedy):
    """A broken rule says what was seen and what to do."""
    finding = found(seen)[rule]

    assert not finding.ok
    assert finding.expected
    assert observed in finding.observed
    assert remedy in finding.remedy


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_can_break(rule):
    """No rule is without a case that breaks it."""
    assert rule in {broken[0] for broken in BROKEN}


def test_one_fault_breaks_one_rule():
    """A rule that is broken leaves the others as they are."""
    findings = found(replace(GOOD, token_set=False))

    assert [f.rule for f in findings.values() if not f.ok] == ["token"]


def test_memory_boundary():
    """Exactly the share that vLLM asks for is enough."""
    total = 100 * GIB
    exactly = MemorySeen(total=total, free=int(0.85 * total), available=total)

    assert found(replace(GOOD, memory=exactly))["memory"].ok
    assert not found(replace(GOOD, memory=replace(exactly, free=int(0.85 * total) - 1)))["memory"].ok


def test_a_target_without_a_rule_has_no_finding():
    """A rehearsal asks nothing of its host, and the CPU target neither GPU nor token."""
    assert judge(load_target("rehearsal"), GOOD) == ()
    assert {f.rule for f in judge(load_target("cpu"), GOOD)} == {*RULES} - {
        *GPU_RULES,
        "token",
        "machine",
        "gpu",
        "generation-config",
    }


def test_cpu_image_remedy():
    """A target may say how its image is made."""
    seen = docker(image=None)

    assert {f.remedy for f in judge(load_target("cpu"), seen) if f.rule == "image"} == {"make cpu-image"}


@pytest.mark.parametrize(
    ("directories", "owned"),
    [
        (("/vllm/encodings", "/vllm/huggingface"), "/vllm"),
        (("/home/encodings", "/home/huggingface"), "/home/encodings /home/huggingface"),
        (("/a/encodings", "/b/huggingface"), "/a/encodings /b/huggingface"),
        (("/vllm/encodings",), "/vllm/encodings"),
    ],
)
def test_only_a_parent_of_their_own_is_handed_over(directories, owned):
    """`chown -R` takes in the parent only where it is for these directories alone."""
    assert directory_remedy(*directories).splitlines()[1] == f"sudo chown -R $USER:$USER {owned}"


@pytest.mark.parametrize(
    "seen",
    [
        gpu(sm_mhz=208, pstate=8, utilisation=0),
        gpu(sm_mhz=2405, pstate=0, utilisation=96, reasons=()),
        gpu(sm_mhz=600, pstate=0, reasons=("idle",)),
        gpu(sm_mhz=None, pstate=None, utilisation=None, watts=None, reasons=()),
        gpu(name="NVIDIA H200", sm_mhz=345, pstate=0, reasons=()),
        gpu(reasons=("software power cap",)),
        gpu(tenants=(TenantSeen(pid=8, name="Xorg", memory=40_000_000), TenantSeen(pid=9, name="x"))),
        replace(GOOD, gpus=GpusSeen(problem="NVML: Driver Not Loaded")),
        replace(GOOD, swap=SwapSeen(total=16 * GIB, guards=("earlyoom",))),
        replace(GOOD, swap=None),
        how(hook=False, cdi=CdiSeen()),
        how(runtimes=("runc",), cdi=CdiSeen()),
        how(runtimes=("runc",), hook=False),
        docker(how=None),
        image(entrypoint=(), environment=()),
        image(environment=(("CUDA_VERSION", "12.9.1"),)),
        image(environment=(("CUDA_VERSION", "rolling"),)),
        replace(image(environment=(("CUDA_VERSION", "14.0"),)), gpu=replace(GOOD.gpu, cuda=None)),
    ],
)
def test_a_healthy_box_is_not_warned(seen):
    """An idle clock, a GPU that tells nothing, a desktop, a guarded swap, and every single way to the GPU are in order."""
    assert [f.rule for f in found(seen).values() if not f.ok] == []


def test_without_a_gpu_only_its_own_rule_fails():
    """A machine without a GPU, driver and toolkit fails for it once: what stands on the GPU says nothing."""
    bare = DockerHow(runtimes=("runc",), root="/var/lib/docker")
    seen = replace(
        GOOD,
        gpu=GpuSeen(problem="nvidia-smi is not installed"),
        gpus=GpusSeen(problem="NVML: NVML Shared Library Not Found"),
        docker=replace(DOCKER, how=bare),
    )

    assert [f.rule for f in found(seen).values() if not f.ok] == ["gpu"]


def test_an_image_tells_its_release():
    """What the image's builder wrote of vLLM and CUDA stands beside its id."""
    assert found(GOOD)["image"].observed == "sha256:ab (CUDA_VERSION=13.0.1.012, VLLM_VERSION=0.10.1.1+381074ae)"


def test_a_reboot_is_the_last_line():
    """A driver that was updated under the running kernel needs a reboot, and no line stands behind it."""
    finding = found(replace(GOOD, gpu=GpuSeen(problem=MISMATCH)))["gpu"]

    assert finding.remedy.startswith("reboot: the driver was updated")
    assert [step.lines for step in finding.steps] == ["sudo reboot"]
    assert max(step.stage for step in finding.steps) == Stage.REBOOT
