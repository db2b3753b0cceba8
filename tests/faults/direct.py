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
from fixtures.core.diagnosis import diagnose
from fixtures.core.gpu_state import GpuState
from fixtures.core.host_gpu import judge_under_load
from fixtures.core.image import ProbeSeen, Said, judge_probe
from fixtures.core.observations import Observations
from fixtures.core.preflight import judge
from fixtures.core.spec import EncodingFile, Encodings
from fixtures.core.startup import StartupLog
from fixtures.given.boot import BootView
from fixtures.given.contract import audited
from fixtures.given.preflight import HostFindings
from fixtures.knowledge.errors import refusing_errors
from fixtures.knowledge.stages import figures, stages
from fixtures.plugin.heartbeat import Heartbeat
from fixtures.plugin.kernel import KernelFollower
from fixtures.specification.clauses import places
from tests.unit.boot.test_audit import GOOD as CONTAINER
from tests.unit.boot.test_audit import IMAGE, SPEC, changed
from tests.unit.host.hosts import GOOD as HOST
from tests.unit.host.hosts import TARGET

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
    return {"preflight": HostFindings(found)}


def measured(*, valid: bool, late: float) -> Given:
    level = SimpleNamespace(valid=valid, concurrency=1, client_lag_p99_ms=late)
    return {"measurements": SimpleNamespace(levels=(1,), level=lambda _: level)}


def under_load(states: list[GpuState]) -> Given:
    """Measurements during which a GPU was seen in these states."""
    return {"measurements": SimpleNamespace(gpu_under_load=lambda: judge_under_load(states))}


def on_host(clause: str, summary: str, seen: Observations, says: str) -> Direct:
    return Direct(
        clause=clause,
        summary=summary,
        healthy=lambda _: _preflight(HOST),
        broken=lambda _: _preflight(seen),
        says=says,
    )


HELP = " ".join(f"--option-{n}" for n in range(200)) + "".join(
    f" --{name} X" for name in TARGET.deployment.serve.arguments
)
INSIDE = "GPU 0: NVIDIA GB10 (UUID: GPU-0)"


def probed(help: str = HELP, gpus: Said | None = None) -> Given:
    """What an image said in two short containers."""
    seen = ProbeSeen(help=Said(text=help), gpus=gpus or Said(text=INSIDE))
    return {"preflight": HostFindings({finding.rule: finding for finding in judge_probe(TARGET, seen)})}


def in_image(clause: str, summary: str, broken: Callable[[], Given], says: str) -> Direct:
    return Direct(clause=clause, summary=summary, healthy=lambda _: probed(), broken=lambda _: broken(), says=says)


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


def broken_encoding(clause: str, name: str) -> Direct:
    return Direct(
        clause=clause,
        summary=f"{name} is cut short",
        healthy=_encodings,
        broken=lambda directory: _encodings(directory, name),
        says="bytes",
    )


def _audited(document: Given, log: str = LOG) -> Given:
    return {"audit": audited(SPEC, document, image=IMAGE, logged=_read(log).args)}


def in_container(clause: str, summary: str, change: Change, says: str) -> Direct:
    return Direct(
        clause=clause,
        summary=summary,
        healthy=lambda _: _audited(CONTAINER),
        broken=lambda _: _audited(changed(change)),
        says=says,
    )


def in_arguments_log(clause: str, summary: str, old: str, new: str, says: str) -> Direct:
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


def booted(log: str = LOG, **changed: Any) -> Given:
    """A deployment that became ready and wrote this log."""
    started = _read(log)
    view = BootView(
        ready=True,
        ready_seconds=460.0,
        args=started.args,
        log_figures=started.figures,
        state=lambda: {"status": "running", "running": True, "restarts": 0},
        log_text=lambda: log,
        diagnose=lambda text: diagnose(text, refusing_errors()),
    )
    return {"boot": replace(view, **changed), "target": TARGET}


def in_boot(clause: str, summary: str, broken: Callable[[], Given], says: str) -> Direct:
    return Direct(clause=clause, summary=summary, healthy=lambda _: booted(), broken=lambda _: broken(), says=says)


def exited() -> Given:
    return booted(state=lambda: {"status": "exited", "running": False, "restarts": 0, "exit_code": 137})


def pulses(**seen: str) -> Given:
    """Heartbeats after two modules, the first of which saw this; the kernel's log could be read."""
    taken = [Heartbeat(module="suites/api/test_chat.py", **seen), Heartbeat(module="the last module")]
    return {"heartbeats": SimpleNamespace(taken=taken, has_log=True, kernel=KernelFollower())}


def without_env(inspected: dict[str, Any], name: str) -> None:
    kept = [entry for entry in inspected["Config"]["Env"] if not entry.startswith(f"{name}=")]
    inspected["Config"]["Env"] = kept
