"""Clauses that a stand-in cannot break: the clause's own function, given a healthy deployment and a broken one.

They look at the host, the container and its log, which a rehearsal does not have. What they are given here is made by the
product's own judges: the audit of a `docker inspect` document, preflight's rules on observations, a start-up log read line
by line.
"""

import hashlib
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fixtures.adapters.host.encodings import ensure_encodings
from fixtures.adapters.host.preflight import Preflight
from fixtures.core.audit import audit, audit_log
from fixtures.core.diagnosis import diagnose
from fixtures.core.finding import Finding
from fixtures.core.observations import DockerFault, GpuSeen, ImageSeen, MemorySeen, Observations, PortSeen
from fixtures.core.preflight import GIB, judge
from fixtures.core.record import HostFacts
from fixtures.core.spec import EncodingFile, Encodings
from fixtures.core.startup import StartupLog
from fixtures.knowledge.errors import known_errors
from fixtures.knowledge.stages import figures, stages
from fixtures.plugin.boot_view import BootView
from fixtures.plugin.preparing import Prepared
from fixtures.plugin.specification import places
from tests.unit.boot.test_audit import GOOD as CONTAINER
from tests.unit.boot.test_audit import SPEC, changed, without
from tests.unit.host.test_judge import GOOD as HOST
from tests.unit.host.test_judge import OTHER, TARGET, docker

Given = Mapping[str, Any]
Change = Callable[[dict[str, Any]], object]
# As vLLM 0.32 logs them (tests/unit/boot/test_startup.py), with the arguments of the deployment spec.
LOG = """\
(APIServer pid=1) INFO 11-23 11:40:18 [api_utils.py:286] non-default args: {'model_tag': 'openai/gpt-oss-120b', \
'max_model_len': 32768, 'quantization': 'mxfp4', 'served_model_name': ['gpt-oss-120b'], 'gpu_memory_utilization': 0.85}
(APIServer pid=1) INFO 11-23 11:40:19 [model.py:733] Resolved architecture: GptOssForCausalLM
(EngineCore pid=2) INFO 11-23 11:40:20 [core.py:133] Initializing a V1 LLM engine (v0.32.0) with config: model='x'
(EngineCore pid=2) INFO 11-23 11:47:40 [core.py:402] init engine (profile, create kv cache, warmup model) took 61.21 s
(APIServer pid=1) INFO:     Application startup complete.
"""
ENGINE_DEAD = "(APIServer pid=1) ERROR vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """One way to break a clause: what its function is given when all is well, and when it is not."""

    clause: str
    summary: str
    healthy: Callable[[Path], Given]
    broken: Callable[[Path], Given]
    says: str

    def check(self, given: Given) -> None:
        """Call the clause's function with what it asks for of this."""
        module, _, name = places()[self.clause].partition("::")
        function = getattr(importlib.import_module(module.removesuffix(".py").replace("/", ".")), name)
        function(**{wanted: given[wanted] for wanted in inspect.signature(function).parameters})


def _preflight(seen: Observations) -> Given:
    found = {finding.rule: finding for finding in judge(TARGET, seen)}
    return {"preflight": Prepared(Preflight(findings=found, host=HostFacts()))}


def _measured(*, valid: bool, late: float) -> Given:
    level = SimpleNamespace(valid=valid, client_lag_p99_ms=late)
    return {"measurements": SimpleNamespace(levels=(1,), level=lambda _: level)}


def _host(clause: str, summary: str, seen: Observations, says: str) -> Direct:
    return Direct(
        clause=clause,
        summary=summary,
        healthy=lambda _: _preflight(HOST),
        broken=lambda _: _preflight(seen),
        says=says,
    )


def _encodings(directory: Path, *spoilt: str) -> Given:
    """Small files in place of the vocabularies, held to their own digests by the code that checks the real ones."""
    content = b"aGVsbG8= 0\n"
    names = ("o200k_base.tiktoken", "cl100k_base.tiktoken")
    digest = hashlib.sha256(content).hexdigest()
    files = tuple(EncodingFile(name=name, bytes=len(content), sha256=digest) for name in names)
    for name in names:
        (directory / name).write_bytes(content[:-4] if name in spoilt else content)
    wanted = Encodings(directory=str(directory), mirror="https://mirror.invalid", files=files)
    found = ensure_encodings(wanted, mirror=wanted.mirror, download=False, progress=lambda _: None)
    return _preflight(replace(HOST, encodings=found))


def _encoding(clause: str, name: str) -> Direct:
    return Direct(
        clause=clause,
        summary=f"{name} is cut short",
        healthy=_encodings,
        broken=lambda directory: _encodings(directory, name),
        says="bytes",
    )


def _audited(document: Given, log: str = LOG) -> Given:
    started = _read(log)
    found: tuple[Finding, ...] = (
        *audit(SPEC, document, image_entrypoint=CONTAINER["Config"]["Entrypoint"]),
        *audit_log(SPEC, started.args),
    )
    return {"audit": {finding.rule: finding for finding in found}}


def _container(clause: str, summary: str, change: Change, says: str) -> Direct:
    return Direct(
        clause=clause,
        summary=summary,
        healthy=lambda _: _audited(CONTAINER),
        broken=lambda _: _audited(changed(change)),
        says=says,
    )


def _logged(clause: str, summary: str, old: str, new: str, says: str) -> Direct:
    assert old in LOG
    return Direct(
        clause=clause,
        summary=summary,
        healthy=lambda _: _audited(CONTAINER),
        broken=lambda _: _audited(CONTAINER, LOG.replace(old, new)),
        says=says,
    )


def _read(log: str) -> StartupLog:
    started = StartupLog(stages(), figures())
    for at, line in enumerate(log.splitlines()):
        started.feed(line, float(at))
    return started


def _boot(log: str = LOG, **changed: Any) -> Given:
    """A deployment that became ready and wrote this log."""
    started = _read(log)
    view = BootView(
        ready=True,
        ready_seconds=460.0,
        args=started.args,
        log_figures=started.figures,
        state=lambda: {"status": "running", "running": True, "restarts": 0},
        log_text=lambda: log,
        diagnose=lambda text: diagnose(text, known_errors()),
    )
    return {"boot": replace(view, **changed), "target": TARGET}


def _started(clause: str, summary: str, broken: Callable[[], Given], says: str) -> Direct:
    return Direct(clause=clause, summary=summary, healthy=lambda _: _boot(), broken=lambda _: broken(), says=says)


def _exited() -> Given:
    return _boot(state=lambda: {"status": "exited", "running": False, "restarts": 0, "exit_code": 137})


def _env(inspected: dict[str, Any], name: str) -> None:
    kept = [entry for entry in inspected["Config"]["Env"] if not entry.startswith(f"{name}=")]
    inspected["Config"]["Env"] = kept


_HOSTS = (
    _encoding("HOST-001", "o200k_base.tiktoken"),
    _encoding("HOST-002", "cl100k_base.tiktoken"),
    _host("HOST-003", "the cache directory is missing", replace(HOST, cache="no such directory"), "no such directory"),
    _host("HOST-004", "HF_TOKEN is not set", replace(HOST, token_set=False), "HF_TOKEN set and not empty; got not set"),
    _host("HOST-005", "the daemon does not run", docker(fault=DockerFault.DOWN), "the Docker daemon does not run"),
    _host("HOST-006", "the image was never pulled", docker(image=None), "no such image"),
    _host(
        "HOST-007",
        "the image is for another architecture",
        docker(image=ImageSeen(id="x", architecture="amd64")),
        "an image for arm64, as this machine is; got amd64",
    ),
    _host(
        "HOST-008",
        "another process has the port",
        replace(HOST, port=PortSeen(free=False, holder="python (pid 7)")),
        "in use by python (pid 7)",
    ),
    _host("HOST-009", "another container has the name", docker(namesake=OTHER), "container 0123456789ab"),
    _host("HOST-010", "the machine is x86_64", replace(HOST, machine="x86_64"), "expected aarch64; got x86_64"),
    _host("HOST-011", "the GPU is another", replace(HOST, gpu=GpuSeen(names=("NVIDIA H200",))), "NVIDIA H200"),
    _host(
        "HOST-012",
        "the page cache holds the memory",
        replace(HOST, memory=MemorySeen(total=120 * GIB, free=60 * GIB, available=110 * GIB)),
        "the difference is page cache",
    ),
)
_CONTAINERS = (
    _container("DEPLOY-001", "another image runs", lambda i: i["Config"].update(Image="vllm:other"), "got vllm:other"),
    _container("DEPLOY-002", "the container has another name", lambda i: i.update(Name="/other"), "got other"),
    _container(
        "DEPLOY-003",
        "no GPUs are passed in",
        lambda i: i["HostConfig"].update(DeviceRequests=None),
        "--gpus all; got none",
    ),
    _container(
        "DEPLOY-004", "the IPC namespace is private", lambda i: i["HostConfig"].update(IpcMode="private"), "--ipc=host"
    ),
    _container(
        "DEPLOY-005",
        "the memlock limit is left out",
        lambda i: i["HostConfig"]["Ulimits"].pop(0),
        "--ulimit memlock=-1",
    ),
    _container(
        "DEPLOY-006",
        "the stack limit is left out",
        lambda i: i["HostConfig"]["Ulimits"].pop(1),
        "--ulimit stack=67108864",
    ),
    _container(
        "DEPLOY-007",
        "TIKTOKEN_ENCODINGS_BASE is not set",
        lambda i: _env(i, "TIKTOKEN_ENCODINGS_BASE"),
        "TIKTOKEN_ENCODINGS_BASE=/etc/encodings; got not set",
    ),
    _container(
        "DEPLOY-008",
        "the encodings are mounted writable",
        lambda i: i["Mounts"][0].update(RW=True),
        "/etc/encodings:rw",
    ),
    _container(
        "DEPLOY-009",
        "the cache is not mounted",
        lambda i: i["Mounts"].pop(1),
        "/root/.cache/huggingface; got not mounted",
    ),
    _container(
        "DEPLOY-010",
        "the port is published on every address",
        lambda i: i["HostConfig"]["PortBindings"]["8000/tcp"][0].update(HostIp=""),
        "got 0.0.0.0:8000",
    ),
    _container(
        "DEPLOY-011", "the entrypoint is a shell", lambda i: i["Config"].update(Entrypoint=["bash"]), "['bash']"
    ),
    _container(
        "DEPLOY-012",
        "another model is served",
        lambda i: i["Config"]["Cmd"].__setitem__(2, "gpt-oss-20b"),
        "gpt-oss-20b",
    ),
    _container(
        "DEPLOY-013", "--quantization is not given", without("--quantization"), "--quantization mxfp4; got not given"
    ),
    _container(
        "DEPLOY-014",
        "--gpu-memory-utilization is not given",
        without("--gpu-memory-utilization"),
        "utilization 0.85; got not given",
    ),
    _container(
        "DEPLOY-015", "--max-model-len is not given", without("--max-model-len"), "--max-model-len 32768; got not given"
    ),
    _container(
        "DEPLOY-016", "--served-model-name is not given", without("--served-model-name"), "gpt-oss-120b; got not given"
    ),
    _container(
        "DEPLOY-017",
        "--trust-remote-code is given",
        lambda i: i["Config"]["Cmd"].append("--trust-remote-code"),
        "trust-remote-code",
    ),
    _container(
        "DEPLOY-018",
        "--enable_auto_tool_choice is given, with underscores",
        lambda i: i["Config"]["Cmd"].append("--enable_auto_tool_choice"),
        "enable-auto-tool-choice",
    ),
    _container("DEPLOY-019", "HF_TOKEN is not passed", lambda i: _env(i, "HF_TOKEN"), "['HF_TOKEN'] not set"),
    _logged(
        "LOG-001", "the server logged another length", "'max_model_len': 32768", "'max_model_len': 16384", "got 16384"
    ),
    _logged(
        "LOG-002",
        "the server logged no quantization",
        "'quantization': 'mxfp4', ",
        "",
        "quantization=mxfp4 in the server's log",
    ),
)
_BOOTS = (
    _started("BOOT-001", "the container has exited", _exited, "'status': 'exited'"),
    _started("BOOT-002", "the load took 20 minutes", lambda: _boot(ready_seconds=1199.0), "got 1199 s"),
    _started(
        "LOG-003",
        "the log says that the engine died",
        lambda: _boot(LOG + ENGINE_DEAD),
        "a log without known errors; got engine",
    ),
    _started(
        "LOG-005",
        "started with --enforce-eager",
        lambda: _boot(LOG.replace("'quantization'", "'enforce_eager': True, 'quantization'")),
        "enforce_eager",
    ),
    _started(
        "AFTER-002",
        "the log says that the engine died",
        lambda: _boot(LOG + ENGINE_DEAD),
        "a log without known errors; got engine",
    ),
    _started("AFTER-002", "the container has exited", _exited, "'status': 'exited'"),
)
_CLIENTS = (
    Direct(
        clause="PERF-003",
        summary="the client was 9 ms late",
        healthy=lambda _: _measured(valid=True, late=0.1),
        broken=lambda _: _measured(valid=False, late=9.0),
        says="lag p99 in ms by streams: {1: 9.0}",
    ),
)
DIRECT = (*_HOSTS, *_CONTAINERS, *_BOOTS, *_CLIENTS)
