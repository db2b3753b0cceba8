"""Run records as real runs leave them: a certification, a failed boot, a rehearsal, an API run, one without figures."""

from fixtures.core.clause import Level, Scope
from fixtures.core.outcome import EXIT_STATUS, Kind, Outcome, Verdict, verdict_of
from fixtures.core.record import (
    Advice,
    Broke,
    ClauseResult,
    DeploymentFacts,
    Diagnosis,
    Figures,
    HostFacts,
    KnownDefect,
    LevelMeasurement,
    RunRecord,
    SuiteFacts,
    TargetFacts,
    WaiverResult,
    tallies,
)
from tests.unit.reports.parts import deployment, host

DOCKER_RUN = """docker run -d \\
  --name vllm-gpt-oss \\
  --gpus all \\
  --ipc=host \\
  -e HF_TOKEN \\
  nvcr.io/nvidia/vllm:25.09-py3 \\
  vllm serve openai/gpt-oss-120b \\
  --quantization mxfp4"""
OUT_OF_MEMORY = Diagnosis(
    id="kv-cache-does-not-fit",
    cause="After the weights, no memory is left for the key-value cache: another process holds 41 GiB.",
    remedy="nvidia-smi\nkill the other process, or lower --gpu-memory-utilization",
    source="vLLM 0.10.1, v1/core/kv_cache_utils.py",
)
SPECIFICATION = [
    ("HOST-001", Level.MUST, Scope.BOOT, "The o200k_base vocabulary is there"),
    ("HOST-011", Level.MUST, Scope.HOST, "The GPU is a GB10"),
    ("READY-001", Level.MUST, Scope.SERVER, "The server becomes ready"),
    ("DEPLOY-001", Level.MUST, Scope.CONTAINER, "The image is the mandated one"),
    ("DEPLOY-002", Level.MUST, Scope.CONTAINER, "The host's IPC namespace is used"),
    ("CHAT-001", Level.MUST, Scope.SERVER, "A chat is answered rightly"),
    ("CHAT-002", Level.MUST, Scope.SERVER, "The reasoning is in its field"),
    ("STREAM-004", Level.MUST, Scope.SERVER, "A stream ends with its terminator"),
    ("TOOL-001", Level.MUST, Scope.SERVER, "One surface calls tools rightly"),
    ("TOOL-009", Level.OBSERVE, Scope.SERVER, "What each surface does is recorded"),
    ("PERF-004", Level.SHOULD, Scope.SERVER, "One stream is as fast as this machine can be"),
]


def certification() -> RunRecord:
    """A GB10 that passes, with one warning."""
    slow = _clause(
        "PERF-004",
        outcome=Outcome.FAIL,
        message="expected at least 28 tokens/s; got 26.4",
        remedy="look for other load",
        facts={"output_tokens_per_s": 26.4, "floor": 28.0},
    )
    return _record(Kind.CERTIFICATION, [_clause(id) for id, *_ in SPECIFICATION[:-1]] + [slow])


def with_waivers() -> RunRecord:
    """A GB10 on which one MUST failed for which somebody answers; of two more waivers one expired, one was not needed."""
    reason = "the proxy closes it; a new one comes in January"
    clauses = [_clause(id) for id, *_ in SPECIFICATION]
    clauses[7] = _clause("STREAM-004", outcome=Outcome.FAIL, message="expected [DONE]; got an end", waived=reason)
    given = [("STREAM-004", reason, "2027-01-31", "used"), ("TOOL-001", "to be sure", "2027-01-31", "unused")]
    given.append(("CHAT-001", "long mended", "2026-11-23", "expired"))
    waivers = [
        WaiverResult.model_validate(dict(zip(("id", "reason", "until", "state"), w, strict=True))) for w in given
    ]
    return _record(Kind.CERTIFICATION, clauses).model_copy(update={"waivers": waivers})


def failed_boot() -> RunRecord:
    """The container exited while it started: one clause failed, everything behind it is blocked."""
    first = [_clause("HOST-001"), _clause("HOST-011")]
    ready = _clause(
        "READY-001",
        outcome=Outcome.FAIL,
        message="expected a server that becomes ready; got exit status 1",
        diagnosis=OUT_OF_MEMORY,
        broke=Broke(symptom="not-ready"),
        evidence=["server.log"],
    )
    needs = {"message": "needs READY-001, which is FAIL", "because": ["READY-001"]}
    rest = [_clause(id, outcome=Outcome.BLOCKED, evidence=[], facts={}, **needs) for id, *_ in SPECIFICATION[3:]]
    record = _record(Kind.CERTIFICATION, [*first, ready, *rest], measurements=[])
    tail = ["INFO engine starting", "ValueError: No available memory for the cache blocks.", "Engine core exited."]
    deployment = record.deployment.model_copy(update={"ready_seconds": None, "capabilities": {}, "vllm_version": None})
    return record.model_copy(
        update={"log_tail": tail, "boot_diagnosis": OUT_OF_MEMORY, "deployment": deployment, "server_log": "server.log"}
    )


def not_started() -> RunRecord:
    """Two findings on the host forbid the start: nothing was started."""
    failed = [
        _clause(id, outcome=Outcome.FAIL, message=f"expected {what}", remedy=f"mend {what}", evidence=[], facts={})
        for id, what in (("HOST-001", "the file o200k_base.tiktoken"), ("HOST-011", "a GB10"))
    ]
    ids = [clause.id for clause in failed]
    said = "nothing was started: preflight failed (encodings, gpu)"
    rest = [
        _clause(id, outcome=Outcome.BLOCKED, message=said, because=ids, evidence=[], facts={})
        for id, *_ in SPECIFICATION[2:]
    ]
    advice = Advice(
        unfit=["expected a GB10; got no GPU"],
        commands=["sudo mkdir -p /vllm/encodings", "sudo cp o200k_base.tiktoken /vllm/encodings/"],
        besides=["run it on the DGX Spark"],
    )
    changed = {"verdict": Verdict.NOT_STARTED, "exit_status": 7, "advice": advice, "deployment": DeploymentFacts()}
    return _record(Kind.CERTIFICATION, [*failed, *rest], measurements=[]).model_copy(update=changed)


EXCHANGE = "exchanges/0023-post-v1-chat-completions.json"


def dead() -> RunRecord:
    """The server died while it was asked: one clause tells of it, the rest is blocked by that."""
    asked = {"exchange": EXCHANGE, "method": "POST", "path": "/v1/chat/completions"}
    told = _clause(
        "CHAT-001",
        outcome=Outcome.FAIL,
        message="the server died during suites/api/test_sample.py: exchange 0023 (POST /v1/chat/completions): status 500",
        remedy="read the end of the server's log",
        broke=Broke(symptom="died", status=500, said="engine dead", **asked),
    )
    said = "the server died during suites/api/test_sample.py (CHAT-001)"
    rest = [
        _clause(id, outcome=Outcome.BLOCKED, message=said, because=["CHAT-001"], evidence=[], facts={})
        for id, *_ in SPECIFICATION[6:]
    ]
    good = [_clause(id) for id, *_ in SPECIFICATION[:5]]
    record = _record(Kind.CERTIFICATION, [*good, told, *rest], measurements=[])
    return record.model_copy(update={"server_log": "server.log"})


def rehearsal() -> RunRecord:
    """The stand-in: a test double, which says so."""
    reason = "a rehearsal has no container and judges no host"
    clauses = [
        _clause(id) if scope is Scope.SERVER else _clause(id, outcome=Outcome.SKIPPED, message=reason, excused=True)
        for id, _, scope, _ in SPECIFICATION
    ]
    record = _record(Kind.REHEARSAL, clauses, standin=True)
    target = record.target.model_copy(
        update={"name": "rehearsal", "docker_run": None, "command_line": ["pytest", "suites/"]}
    )
    return record.model_copy(
        update={"target": target, "host": HostFacts(), "deployment": DeploymentFacts(vllm_version="0.32.0")}
    )


def api() -> RunRecord:
    """A base URL alone: nothing is said about host and container."""
    return rehearsal().model_copy(update={"kind": Kind.API, "standin": False})


def every_outcome() -> RunRecord:
    """Each outcome at each level, the MUST clauses first; what is blocked is blocked by the MUST that failed."""
    made = [(level, outcome) for level in Level for outcome in Outcome]
    clauses = [_outcome(f"CHAT-{n:03}", level, outcome) for n, (level, outcome) in enumerate(made, start=1)]
    failed = next(clause.id for clause in clauses if clause.outcome is Outcome.FAIL)
    blocked = {"because": [failed], "message": f"needs {failed}, which is FAIL"}
    told = [c.model_copy(update=blocked) if c.outcome is Outcome.BLOCKED else c for c in clauses]
    return _record(Kind.CERTIFICATION, told)


def _outcome(id: str, level: Level, outcome: Outcome) -> ClauseResult:
    """A clause with everything that its outcome can bring with it."""
    said = f"{outcome}: expected one thing; got another\nat the end"
    told = {Outcome.PASS: "", Outcome.DEFECT: "known defect of this release: lost: Text is lost"}
    values: dict[str, object] = {
        "id": id,
        "level": level,
        "title": f"The {outcome.lower()} of a {level}",
        "message": told.get(outcome, said),
        "remedy": "mend the server" if outcome is Outcome.FAIL else "",
        "broke": Broke(exchange="exchanges/0007.json", status=500) if outcome is Outcome.FAIL else None,
        "defects": ["lost"] if outcome is Outcome.DEFECT else [],
        "outcome": outcome,
    }
    return _clause("CHAT-001").model_copy(update=values)


def empty() -> RunRecord:
    """A run that was interrupted before it had judged or measured anything."""
    record = _record(Kind.CERTIFICATION, [], measurements=[])
    gone = {"deployment": DeploymentFacts(), "host": HostFacts(), "interrupted": "Ctrl-C", "not_run": []}
    return record.model_copy(update=gone)


def level(concurrency: int = 1, **changes: object) -> LevelMeasurement:
    """One level with every figure."""
    rate = 31.5 * concurrency**0.8
    values: dict[str, object] = {
        "concurrency": concurrency,
        "requests": 4 * concurrency,
        "errors": 0,
        "duration_s": 21.5,
        "output_tokens": 2048,
        "output_tokens_per_s": rate,
        "ttft_ms": _figures(180 + 25 * concurrency),
        "tpot_ms": _figures(1000 * concurrency / rate),
        "itl_ms": _figures(1010 * concurrency / rate),
        "e2e_ms": _figures(9000.0),
        "client_lag_p99_ms": 0.4,
        "samples": f"samples/concurrency-{concurrency}.json",
    }
    return LevelMeasurement.model_validate(values | changes)


def _figures(p50: float) -> Figures:
    return Figures(p50=p50, p90=p50 * 1.2, p99=p50 * 1.6, mean=p50 * 1.05)


def _clause(id: str, **changes: object) -> ClauseResult:
    weight, scope, title = next(rest for known, *rest in SPECIFICATION if known == id)
    values: dict[str, object] = {
        "id": id,
        "level": weight,
        "scope": scope,
        "title": title,
        "area": id.partition("-")[0],
        "requirement": f"{title}: the deployment {weight.value} do this.",
        "source": "OpenAI API reference, chat",
        "outcome": Outcome.PASS,
        "seconds": 0.25,
        "message": "",
        "needs": ["READY-001"] if id > "READY" else [],
        "evidence": ["exchanges/0001-get-health.json"],
        "facts": {"answers": 3, "right": True, "note": None},
        "node": f"suites/api/test_sample.py::test_{id.replace('-', '_').lower()}",
    }
    return ClauseResult.model_validate(values | changes)


def _record(
    kind: Kind,
    clauses: list[ClauseResult],
    *,
    standin: bool = False,
    measurements: list[LevelMeasurement] | None = None,
) -> RunRecord:
    verdict = verdict_of(kind, tallies(clauses))
    return RunRecord(
        id="20261124T021500Z-gb10",
        verdict=Verdict(verdict),
        kind=kind,
        standin=standin,
        started="2026-11-24T02:15:00.000+00:00",
        finished="2026-11-24T02:27:04.500+00:00",
        seconds=724.5,
        exit_status=EXIT_STATUS[verdict],
        suite=SuiteFacts(version="0.1.0", commit="e9d5d5a123e2efd5", dirty=True),
        target=TargetFacts(
            name="gb10",
            title="vLLM + gpt-oss-120b on NVIDIA GB10",
            spec={"name": "gb10", "port": 8000},
            command_line=["pytest", "suites/", "--gb10", "-k", "a or b"],
            base_url="http://127.0.0.1:8000",
            docker_run=DOCKER_RUN,
        ),
        deployment=deployment(),
        host=host(),
        clauses=clauses,
        measurements=[level(n) for n in (1, 2, 4, 8)] if measurements is None else measurements,
        not_run=["Endurance was not asked for.", "No baseline was given."],
    )


def with_known_defects() -> RunRecord:
    """A certification of a release with three known defects: one met, one gone, one that nothing looks for."""
    record = certification()
    broken = _clause("TOOL-001", outcome=Outcome.DEFECT, message="known defect of this release: lost", defects=["lost"])
    clauses = [broken if each.id == "TOOL-001" else each for each in record.clauses]
    known = [_defect("lost", met=["TOOL-001"]), _defect("mended", gone=["CHAT-001"]), _defect("quiet")]
    return record.model_copy(update={"clauses": clauses, "known_defects": known})


def _defect(id: str, met: list[str] | None = None, gone: list[str] | None = None) -> KnownDefect:
    return KnownDefect(
        id=id,
        title=f"The {id} defect",
        what="what a client sees",
        surfaces=["chat"],
        releases="0.10.1.1 to 0.11.0",
        source="serving_chat.py",
        met=met or [],
        gone=gone or [],
    )
