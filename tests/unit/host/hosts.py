"""What is seen of a host that is fit, and the ways in which one is not: for every test that judges a host."""

from dataclasses import replace

from fixtures.adapters.targets import load_target
from fixtures.core.docker_seen import CdiSeen, DockerHow
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
from fixtures.core.preflight import GIB

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
