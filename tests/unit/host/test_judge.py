"""Each rule of preflight, kept and broken, from what was seen alone."""

from dataclasses import replace

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.docker_seen import CdiSeen, DockerHow
from fixtures.core.finding import Finding, Stage
from fixtures.core.gpu_state import GpusSeen, GpuState, TenantSeen
from fixtures.core.model_seen import ModelSeen, ShardSeen
from fixtures.core.observations import (
    ContainerSeen,
    DockerFault,
    DockerSeen,
    GpuSeen,
    ImageSeen,
    MemorySeen,
    Observations,
    PortSeen,
    SwapSeen,
)
from fixtures.core.preflight import GIB, judge
from fixtures.core.remedies import directory_remedy

TARGET = load_target("gb10")
OTHER = ContainerSeen(id="0123456789ab", name="vllm-gpt-oss", status="Up 3 hours")
CDI = CdiSeen(files=("/var/run/cdi/nvidia.yaml",), devices=("0", "all"), drivers=("580.126.09",))
HOW = DockerHow(runtimes=("runc", "nvidia"), hook=True, toolkit=True, root="/var/lib/docker", cdi=CDI)
IMAGE = ImageSeen(
    id="sha256:ab",
    architecture="arm64",
    entrypoint=("/opt/nvidia/nvidia_entrypoint.sh",),
    environment=(("CUDA_VERSION", "13.0.1.012"), ("VLLM_VERSION", "0.10.1.1+381074ae")),
)
DOCKER = DockerSeen(version="29.2.1", where="unix:///x", image=IMAGE, how=HOW)
GB10 = GpuState(name="NVIDIA GB10", sm_mhz=208, most_mhz=3003, watts=4.0, utilisation=0, pstate=8, reasons=("idle",))
MODEL = ModelSeen(
    there=True,
    snapshot="/vllm/huggingface/hub/models--openai--gpt-oss-120b/snapshots/8b19",
    configured=True,
    indexed=True,
    total=65_248_815_744,
    shards=tuple(ShardSeen(name=f"model-{n}", path=f"/x/model-{n}", size=4_350_000_000) for n in range(15)),
    arrived=65_250_000_000,
    eos=(200002, 199999, 200012),
    free=2_000_000_000_000,
)
GOOD = Observations(
    docker=DOCKER,
    port=PortSeen(free=True),
    gpu=GpuSeen(names=("NVIDIA GB10",), driver="580.126.09", cuda="13.0"),
    memory=MemorySeen(total=120 * GIB, free=110 * GIB, available=115 * GIB),
    machine="aarch64",
    token_set=True,
    model=MODEL,
    gpus=GpusSeen(gpus=(GB10,)),
    swap=SwapSeen(total=0),
)
DROP = "sudo sh -c 'sync; echo 3 > /proc/sys/vm/drop_caches'"
ROOM = "sudo mkdir -p /vllm/encodings /vllm/huggingface\nsudo chown -R $USER:$USER /vllm"
PULL = "docker pull nvcr.io/nvidia/vllm:25.09-py3"
JOIN = "sudo usermod -aG docker $USER && newgrp docker"
CACHE_RULES = ["cache", "weights", "model-cache", "generation-config", "disk"]
GPU_RULES = ["gpu-hook", "docker-kind", "image-entrypoint", "image-cuda", "gpu-tenants", "gpu-clock", "swap"]
CONTAINER_RULES = ["docker", "image", "image-architecture", "port", "name"]
RULES = [*CACHE_RULES, "token", *CONTAINER_RULES, "machine", "gpu", *GPU_RULES, "memory"]


def gpu(**changed) -> Observations:
    return replace(GOOD, gpus=GpusSeen(gpus=(replace(GB10, **changed),)))


def image(**changed) -> Observations:
    return docker(image=replace(IMAGE, **changed))


def how(**changed) -> Observations:
    return docker(how=replace(HOW, **changed))


def model(**changed) -> Observations:
    return replace(GOOD, model=replace(MODEL, **changed))


def cut(number: int) -> tuple[ShardSeen, ...]:
    """The shards, one of which is cut short."""
    fault = "1000 bytes, and its own header says 4350000000"
    return tuple(replace(s, size=1000, fault=fault) if n == number else s for n, s in enumerate(MODEL.shards))


def docker(**changed) -> Observations:
    return replace(GOOD, docker=replace(DOCKER, **changed))


MISMATCH = (
    "nvidia-smi ended with status 18: Failed to initialize NVML: Driver/library version mismatch NVML library version: "
    "580.126"
)
NO_MODULE = (
    "nvidia-smi ended with status 9: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
)
BROKEN = [
    ("cache", replace(GOOD, cache="no such directory"), "no such directory", ROOM),
    ("weights", model(shards=cut(3)), "model-3: 1000 bytes, and its own header says 4350000000", "hf download"),
    ("model-cache", model(snapshot=None, shards=()), "points at no snapshot", "hf download openai/gpt-oss-120b"),
    ("model-cache", model(there=False, problem="denied"), "denied", "sudo ls -l /vllm/huggingface/hub"),
    ("generation-config", model(eos=(200002, 199999)), "[200002, 199999]", "hf download"),
    ("disk", replace(GOOD, model=ModelSeen(free=10**9)), "1.0 GB free", "make room"),
    ("token", replace(GOOD, token_set=False), "not set, or empty", "export HF_TOKEN="),
    ("docker", docker(fault=DockerFault.DENIED, detail="x"), "this user may not use Docker: x", JOIN),
    ("docker", docker(fault=DockerFault.DOWN), "does not run", "sudo systemctl start docker"),
    ("docker", docker(fault=DockerFault.NOT_INSTALLED), "not installed", "https://docs.docker.com/engine/install/"),
    ("image", docker(image=None), "no such image", PULL),
    ("image", docker(fault=DockerFault.DENIED), "Docker did not answer", JOIN),
    ("image-architecture", docker(image=None), "no such image", PULL),
    (
        "image-architecture",
        image(architecture="amd64"),
        "amd64",
        "docker pull --platform linux/arm64 nvcr.io/nvidia/vllm:25.09-py3",
    ),
    ("image-architecture", docker(fault=DockerFault.DOWN), "Docker did not answer", "systemctl"),
    ("name", docker(namesake=OTHER), "container 0123456789ab: Up 3 hours", "docker rm -f vllm-gpt-oss if it is yours"),
    ("name", docker(namesake=OTHER), "container 0123456789ab", "--attach=vllm-gpt-oss"),
    ("name", docker(fault=DockerFault.DOWN), "Docker did not answer", "systemctl"),
    (
        "port",
        replace(GOOD, port=PortSeen(free=False, holder="python (pid 7)")),
        "in use by python (pid 7)",
        "--port PORT",
    ),
    ("port", replace(GOOD, port=PortSeen(free=False)), "may not see", "sport = :8000"),
    ("port", replace(GOOD, port=PortSeen(free=False, problem="no IP")), "no IP", "--publish ADDRESS"),
    ("port", docker(publisher=OTHER), "container vllm-gpt-oss (0123456789ab, Up 3 hours) publishes it", "--attach="),
    ("machine", replace(GOOD, machine="x86_64"), "x86_64", "on the GB10 itself"),
    ("gpu", replace(GOOD, gpu=GpuSeen(names=("NVIDIA H200",))), "NVIDIA H200", "on the GB10 itself"),
    ("gpu", replace(GOOD, gpu=GpuSeen(problem="nvidia-smi is not installed")), "not installed", "NVIDIA driver"),
    ("gpu", replace(GOOD, gpu=GpuSeen(problem=MISMATCH)), "version mismatch", "reboot"),
    ("gpu", replace(GOOD, gpu=GpuSeen(problem=NO_MODULE)), "couldn't communicate", "dkms status"),
    (
        "gpu-hook",
        how(runtimes=("runc",), hook=False, cdi=CdiSeen()),
        "not known to Docker",
        "nvidia-ctk runtime configure",
    ),
    (
        "gpu-hook",
        how(runtimes=(), hook=False, toolkit=False, cdi=CdiSeen()),
        "not known to Docker",
        "install the NVIDIA",
    ),
    (
        "gpu-hook",
        how(runtimes=(), hook=False, cdi=replace(CDI, devices=())),
        "/var/run/cdi/nvidia.yaml names no GPU",
        "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml",
    ),
    (
        "gpu-hook",
        how(cdi=replace(CDI, drivers=("580.95.05",))),
        "is of driver 580.95.05, and 580.126.09 runs",
        "nvidia-ctk cdi generate",
    ),
    ("gpu-hook", how(runtimes=(), hook=False, cdi=replace(CDI, devices=("0",))), "names 0, not all", "cdi generate"),
    ("docker-kind", how(root="/var/snap/docker/common/var-lib-docker"), "a snap", "snap remove docker"),
    ("docker-kind", how(rootless=True), "rootless", "run by root"),
    (
        "gpu-tenants",
        gpu(tenants=(TenantSeen(pid=7, name="python3", memory=41 * GIB), TenantSeen(pid=8, name="Xorg", memory=10**7))),
        "python3 (pid 7): 41.0 GiB",
        "kill 7",
    ),
    ("gpu-clock", gpu(sm_mhz=702, utilisation=96, pstate=0, reasons=()), "stuck at 702 MHz", "unplug its power"),
    ("gpu-clock", gpu(sm_mhz=690, utilisation=0, pstate=0, reasons=()), "stuck at 690 MHz", "unplug its power"),
    ("gpu-clock", gpu(reasons=("hardware thermal slowdown",)), "hardware thermal slowdown", "let it cool"),
    ("gpu-clock", gpu(reasons=("hardware power brake",)), "hardware power brake", "unplug the box"),
    (
        "image-entrypoint",
        image(entrypoint=("vllm", "serve")),
        "vllm serve",
        "this one is given the server's name as an argument",
    ),
    (
        "image-entrypoint",
        image(entrypoint=("python3", "-m", "vllm.entrypoints.openai.api_server")),
        "api_server",
        "NVIDIA's, from nvcr.io",
    ),
    ("image-cuda", image(environment=(("CUDA_VERSION", "13.2.1"),)), "a driver for CUDA 13.0", "upgrade the driver"),
    ("swap", replace(GOOD, swap=SwapSeen(total=16 * GIB)), "16.0 GiB of swap, and no earlyoom", "install -y earlyoom"),
    (
        "memory",
        replace(GOOD, memory=MemorySeen(total=120 * GIB, free=60 * GIB, available=110 * GIB)),
        "60.0 GiB free, 110.0 GiB available: the difference is page cache",
        DROP,
    ),
    (
        "memory",
        replace(GOOD, memory=MemorySeen(total=120 * GIB, free=60 * GIB, available=70 * GIB)),
        "60.0 GiB free, 70.0 GiB available",
        "end what holds memory",
    ),
    ("memory", replace(GOOD, memory=None), "could not be read", "/proc/meminfo"),
]


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
