"""The clauses that a stand-in cannot break, each with what breaks it."""

from tests.faults.direct import (
    ENGINE_DEAD,
    LOG,
    Direct,
    booted,
    exited,
    in_arguments_log,
    in_boot,
    in_container,
    measured,
    pulses,
    without_env,
)
from tests.faults.direct_hosts import HOSTS
from tests.unit.boot.test_audit import without

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
        says="a lag (p99) of 9.0 ms at 1 streams",
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
DIRECT = (*_KERNELS, *HOSTS, *_CONTAINERS, *_BOOTS, *_CLIENTS)
