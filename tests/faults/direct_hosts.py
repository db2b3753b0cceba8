"""The clauses on the host, its GPU and its image, each with what breaks it."""

from dataclasses import replace

from fixtures.core.docker_seen import CdiSeen
from fixtures.core.gpu_state import TenantSeen
from fixtures.core.image import Said
from fixtures.core.model_seen import ModelSeen
from fixtures.core.observations import DockerFault, GpuSeen, ImageSeen, MemorySeen, PortSeen, SwapSeen
from fixtures.core.preflight import GIB
from tests.faults.direct import (
    HELP,
    Direct,
    broken_encoding,
    in_image,
    on_host,
    probed,
    under_load,
)
from tests.unit.host.hosts import GB10, MISMATCH, OTHER, cut, docker, gpu, how, image, model
from tests.unit.host.hosts import GOOD as HOST

_HOSTS = (
    broken_encoding("HOST-001", "o200k_base.tiktoken"),
    broken_encoding("HOST-002", "cl100k_base.tiktoken"),
    on_host(
        "HOST-003", "the cache directory is missing", replace(HOST, cache="no such directory"), "no such directory"
    ),
    on_host(
        "HOST-004", "HF_TOKEN is not set", replace(HOST, token_set=False), "HF_TOKEN set and not empty; got not set"
    ),
    on_host("HOST-005", "the daemon does not run", docker(fault=DockerFault.DOWN), "the Docker daemon does not run"),
    on_host("HOST-006", "the image was never pulled", docker(image=None), "no such image"),
    on_host(
        "HOST-007",
        "the image is for another architecture",
        docker(image=ImageSeen(id="x", architecture="amd64")),
        "an image for arm64, as this machine is; got amd64",
    ),
    on_host(
        "HOST-008",
        "another process has the port",
        replace(HOST, port=PortSeen(free=False, holder="python (pid 7)")),
        "in use by python (pid 7)",
    ),
    on_host("HOST-009", "another container has the name", docker(namesake=OTHER), "container 0123456789ab"),
    on_host("HOST-010", "the machine is x86_64", replace(HOST, machine="x86_64"), "expected aarch64; got x86_64"),
    on_host("HOST-011", "the GPU is another", replace(HOST, gpu=GpuSeen(names=("NVIDIA H200",))), "NVIDIA H200"),
    on_host(
        "HOST-012",
        "the page cache holds the memory",
        replace(HOST, memory=MemorySeen(total=120 * GIB, free=60 * GIB, available=110 * GIB)),
        "the difference is page cache",
    ),
    on_host("HOST-013", "a shard is cut short", model(shards=cut(7)), "model-7: 1000 bytes, and its own header says"),
    on_host("HOST-014", "the download was broken off", model(snapshot=None, unfinished=2), "2 unfinished downloads"),
    on_host("HOST-015", "the revision is of the first days", model(eos=(200002, 199999)), "got [200002, 199999]"),
    on_host(
        "HOST-016",
        "the disk is nearly full, and the cache is empty",
        replace(HOST, model=ModelSeen(free=20_000_000_000)),
        "room for 65.3 GB on the disk of /vllm/huggingface; got 20.0 GB free",
    ),
)
_GPUS = (
    on_host(
        "HOST-011",
        "the driver was updated under the running kernel",
        replace(HOST, gpu=GpuSeen(problem=MISMATCH)),
        "Driver/library version mismatch",
    ),
    on_host(
        "HOST-017",
        "the container toolkit is not known to Docker",
        how(runtimes=("runc",), hook=False, cdi=CdiSeen()),
        "not known to Docker",
    ),
    on_host("HOST-018", "Docker is a snap", how(root="/var/snap/docker/common/var-lib-docker"), "a snap"),
    on_host(
        "HOST-019",
        "another server holds the GPU",
        gpu(tenants=(TenantSeen(pid=7, name="VLLM::EngineCore", memory=64 * GIB),)),
        "VLLM::EngineCore (pid 7): 64.0 GiB",
    ),
    on_host(
        "HOST-020",
        "the clock is stuck",
        gpu(sm_mhz=702, utilisation=96, pstate=0, reasons=()),
        "a clock stuck at 702 MHz",
    ),
    on_host("HOST-021", "swap without a guard", replace(HOST, swap=SwapSeen(total=16 * GIB)), "and no earlyoom"),
)
_STUCK = replace(GB10, sm_mhz=702, utilisation=96, pstate=0, reasons=())
_AT_WORK = replace(_STUCK, sm_mhz=2405)
_IMAGES = (
    Direct(
        clause="HOST-026",
        summary="the clock is stuck under load",
        healthy=lambda _: under_load([_AT_WORK] * 9 + [_STUCK]),
        broken=lambda _: under_load([_AT_WORK] + [_STUCK] * 9),
        says="a clock stuck at 702 MHz in 9 of 10 looks",
    ),
    on_host(
        "HOST-022",
        "the image's CUDA is newer than the driver's",
        image(environment=(("CUDA_VERSION", "13.2.1"),)),
        "a driver that knows CUDA 13.2; got a driver for CUDA 13.0",
    ),
    on_host("HOST-023", "the entrypoint is the server", image(entrypoint=("vllm", "serve")), "got vllm serve"),
    in_image(
        "HOST-024",
        "the release has dropped an argument",
        lambda: probed(help=HELP.replace("--quantization", "--quantisation")),
        "without --quantization",
    ),
    in_image(
        "HOST-025",
        "Docker cannot hand out the GPU",
        lambda: probed(gpus=Said(problem='could not select device driver "" with capabilities: [[gpu]]')),
        "could not select device driver",
    ),
)
HOSTS = (*_HOSTS, *_GPUS, *_IMAGES)
