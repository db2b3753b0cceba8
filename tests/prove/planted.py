"""Faults planted between the suite and the real server of old releases: what is excused there hides nothing else."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from fixtures.specification.clauses import places
from tests.faults.expectations import expectations
from tests.faults.running import Ran, Runner, runner
from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rig.releases.serving import build, free_port, serving
from tests.rings.parts import ROOT

RELEASES = ("0.10.1.1", "0.13.0", "0.20.2")
LIMIT = 600.0  # seconds of one case: a few clauses, against a server that is up
# Of each surface and each kind; each breaks a clause that these releases are held to.
FAULTS = (
    "any-model-chat",
    "arguments-object",
    "call-doubled",
    "call-id-same",
    "chat-model-path",
    "chat-no-finish",
    "chat-reasoning-renamed",
    "chat-usage-no-sum",
    "connection-gzip",
    "cut-says-stop",
    "error-flat",
    "limit-ignored",
    "metrics-family-missing",
    "models-short",
    "reasoning-in-content",
    "response-delta-lost",
    "response-delta-twice",
    "response-message-as-string",
    "response-numbers-gap",
    "response-reasoning-missing",
    "sample-logprobs-positive",
    "sample-stop-ignored",
    "schema-bad-accepted",
    "stream-loses-content",
    "stream-no-done",
    "stream-reasoning-renamed",
    "stream-usage-zero",
    "text-usage-zero",
)


def _cases() -> Sequence[str]:
    return [f"{release} {fault}" for release in RELEASES for fault in FAULTS]


@contextmanager
def _planting(directory: Path) -> Iterator[Prover]:
    """One server at a time: the cases of a release come one after the other."""
    with runner(directory) as runs, ExitStack() as stack:
        up: dict[str, str] = {}

        def prove(case: str, again: bool) -> Result:
            release, fault = case.split()
            if release not in up:
                stack.close()
                up.clear()
                build(release)
                up[release] = stack.enter_context(serving(release))
            with _proxy(up[release], fault) as url:
                ran = _run(runs, url, fault)
            return _judged(case, ran, fault)

        yield prove


def _run(runs: Runner, url: str, fault: str) -> Ran:
    """The clauses that the fault is known to break, and no others."""
    where = places()
    return runs.run([*(where[id] for id in expectations()[fault].fails), "--base-url", url], limit=LIMIT)


def _judged(case: str, ran: Ran, fault: str) -> Result:
    """Right where the run FAILED by one of the fault's own clauses."""
    failed = set(ran.with_outcome("FAIL")) & set(expectations()[fault].fails)
    right = bool(failed) and ran.status == 1
    outcomes = {id: ran.clauses.get(id, {}).get("outcome") for id in expectations()[fault].fails}
    said = "" if right else f"exit {ran.status}, {outcomes}: {ran.output[-600:]}"
    return Result(part="planted", case=case, right=right, seconds=ran.seconds, said=said)


@contextmanager
def _proxy(url: str, fault: str) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "tests.rig.proxy", "--to", url, "--port", str(port), "--fault", fault]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the proxy takes connections. RuntimeError if it ends."""
    while process.poll() is None:
        try:
            httpx.get(f"{url}/health", timeout=60)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"the proxy ended with {process.returncode}")


PLANTED = Part(
    name="planted",
    what=f"{len(FAULTS)} faults between the suite and the real servers of {', '.join(RELEASES)}",
    cases=_cases,
    proving=_planting,
)
