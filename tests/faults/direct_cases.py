"""The clauses that a stand-in cannot break, each with what breaks it."""

from dataclasses import replace

from fixtures.core.docker_seen import CdiSeen
from fixtures.core.gpu_state import TenantSeen
from fixtures.core.image import Said
from fixtures.core.model_seen import ModelSeen
from fixtures.core.observations import DockerFault, GpuSeen, ImageSeen, MemorySeen, PortSeen, SwapSeen
from fixtures.core.preflight import GIB
from tests.faults.direct import (
    ENGINE_DEAD,
    HELP,
    LOG,
    Direct,
    booted,
    broken_encoding,
    exited,
    in_arguments_log,
    in_boot,
    in_container,
    in_image,
    measured,
    on_host,
    probed,
    pulses,
    under_load,
    without_env,
)
from tests.unit.boot.test_audit import without
from tests.unit.host.test_judge import GB10, MISMATCH, OTHER, cut, docker, gpu, how, image, model
from tests.unit.host.test_judge import GOOD as HOST

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
_CONTAINERS = (
    in_container(
        "DEPLOY-001", "another image runs", lambda i: i["Config"].update(Image="vllm:other"), "got vllm:other"
    ),
    in_container("DEPLOY-002", "the container has another name", lambda i: i.update(Name="/other"), "got other"),
    in_container(
        "DEPLOY-003",
        "no GPUs are passed in",
        lambda i: i["HostConfig"].update(DeviceRequests=None),
        "--gpus all; got none",
    ),
    in_container(
        "DEPLOY-004", "the IPC namespace is private", lambda i: i["HostConfig"].update(IpcMode="private"), "--ipc=host"
    ),
    in_container(
        "DEPLOY-005",
        "the memlock limit is left out",
        lambda i: i["HostConfig"]["Ulimits"].pop(0),
        "--ulimit memlock=-1",
    ),
    in_container(
        "DEPLOY-006",
        "the stack limit is left out",
        lambda i: i["HostConfig"]["Ulimits"].pop(1),
        "--ulimit stack=67108864",
    ),
    in_container(
        "DEPLOY-007",
        "TIKTOKEN_ENCODINGS_BASE is not set",
        lambda i: without_env(i, "TIKTOKEN_ENCODINGS_BASE"),
        "TIKTOKEN_ENCODINGS_BASE=/etc/encodings; got not set",
    ),
    in_container(
        "DEPLOY-008",
        "the encodings are mounted writable",
        lambda i: i["Mounts"][0].update(RW=True),
        "/etc/encodings:rw",
    ),
    in_container(
        "DEPLOY-009",
        "the cache is not mounted",
        lambda i: i["Mounts"].pop(1),
        "/root/.cache/huggingface; got not mounted",
    ),
    in_container(
        "DEPLOY-010",
        "the port is published on every address",
        lambda i: i["HostConfig"]["PortBindings"]["8000/tcp"][0].update(HostIp=""),
        "got 0.0.0.0:8000",
    ),
    in_container(
        "DEPLOY-011", "the entrypoint is a shell", lambda i: i["Config"].update(Entrypoint=["bash"]), "['bash']"
    ),
    in_container(
        "DEPLOY-012",
        "another model is served",
        lambda i: i["Config"]["Cmd"].__setitem__(2, "gpt-oss-20b"),
        "gpt-oss-20b",
    ),
    in_container(
        "DEPLOY-013", "--quantization is not given", without("--quantization"), "--quantization mxfp4; got not given"
    ),
    in_container(
        "DEPLOY-014",
        "--gpu-memory-utilization is not given",
        without("--gpu-memory-utilization"),
        "utilization 0.85; got not given",
    ),
    in_container(
        "DEPLOY-015", "--max-model-len is not given", without("--max-model-len"), "--max-model-len 32768; got not given"
    ),
    in_container(
        "DEPLOY-016", "--served-model-name is not given", without("--served-model-name"), "gpt-oss-120b; got not given"
    ),
    in_container(
        "DEPLOY-017",
        "--trust-remote-code is given",
        lambda i: i["Config"]["Cmd"].append("--trust-remote-code"),
        "trust-remote-code",
    ),
    in_container(
        "DEPLOY-018",
        "--enable_auto_tool_choice is given, with underscores",
        lambda i: i["Config"]["Cmd"].append("--enable_auto_tool_choice"),
        "enable-auto-tool-choice",
    ),
    in_container("DEPLOY-019", "HF_TOKEN is not passed", lambda i: without_env(i, "HF_TOKEN"), "['HF_TOKEN'] not set"),
    in_arguments_log(
        "LOG-001", "the server logged another length", "'max_model_len': 32768", "'max_model_len': 16384", "got 16384"
    ),
    in_arguments_log(
        "LOG-002",
        "the server logged no quantization",
        "'quantization': 'mxfp4', ",
        "",
        "quantization=mxfp4 in the server's log",
    ),
    in_container(
        "DEPLOY-020",
        "two sequences at most are served",
        lambda i: i["Config"]["Cmd"].extend(["--max-num-seqs", "2"]),
        "--max-num-seqs 2 (changes how many requests are served together",
    ),
    in_container(
        "DEPLOY-021",
        "Docker starts the container again",
        lambda i: i["HostConfig"].update(RestartPolicy={"Name": "unless-stopped"}),
        "--restart unless-stopped (starts the server again after it died",
    ),
    in_arguments_log(
        "LOG-006",
        "a file of arguments brought another precision of the cache",
        "'quantization': 'mxfp4', ",
        "'quantization': 'mxfp4', 'kv_cache_dtype': 'fp8', ",
        "kv_cache_dtype=fp8 (changes the KV cache",
    ),
    in_arguments_log(
        "LOG-007",
        "a file of arguments brought a level of logging",
        "'quantization': 'mxfp4', ",
        "'quantization': 'mxfp4', 'uvicorn_log_level': 'debug', ",
        "uvicorn_log_level=debug",
    ),
)
_BOOTS = (
    in_boot("BOOT-001", "the container has exited", exited, "'status': 'exited'"),
    in_boot("BOOT-002", "the load took 20 minutes", lambda: booted(ready_seconds=1199.0), "got 1199 s"),
    in_boot(
        "BOOT-002",
        "the load took 20 minutes after a download of 10",
        lambda: booted(ready_seconds=1799.0, downloading_seconds=600.0),
        "got 1199 s",
    ),
    in_boot(
        "LOG-003",
        "the log says that the engine died",
        lambda: booted(LOG + ENGINE_DEAD),
        "a log without known errors; got engine",
    ),
    in_boot(
        "LOG-005",
        "started with --enforce-eager",
        lambda: booted(LOG.replace("'quantization'", "'enforce_eager': True, 'quantization'")),
        "enforce_eager",
    ),
    in_boot(
        "AFTER-002",
        "the log says that the engine died",
        lambda: booted(LOG + ENGINE_DEAD),
        "a log without known errors; got engine",
    ),
    in_boot("AFTER-002", "the container has exited", exited, "'status': 'exited'"),
)
_CLIENTS = (
    Direct(
        clause="PERF-003",
        summary="the client was 9 ms late",
        healthy=lambda _: measured(valid=True, late=0.1),
        broken=lambda _: measured(valid=False, late=9.0),
        says="lag p99 in ms by streams: {1: 9.0}",
    ),
)
_KERNELS = (
    Direct(
        clause="LIVE-005",
        summary="the kernel's log has an Xid",
        healthy=lambda _: pulses(),
        broken=lambda _: pulses(kernel="xid-mmu: a kernel read or wrote at an address that is not mapped (Xid 31)"),
        says="without errors of the GPU or of the memory; got xid-mmu",
    ),
)
DIRECT = (*_KERNELS, *_HOSTS, *_GPUS, *_IMAGES, *_CONTAINERS, *_BOOTS, *_CLIENTS)
