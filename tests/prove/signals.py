"""Signals in every phase of a run: nothing is left running, and what was learned is written."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.docker.suite_runs import write_target
from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rings.parts import ROOT
from tests.rings.signals import with_default_signals
from tests.waiting import LONG, WITHIN, wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a run: the arguments that bring it about, and how its coming is seen in the run's directory."""

    arguments: Callable[[Path], Sequence[str]]
    come: Callable[[Path, str], bool]


def _boots(directory: Path) -> Sequence[str]:
    endless = "while true; do echo loading; sleep 0.2; done"
    return ["--target", str(write_target(directory, name="gb10-prove-signal", script=endless, budget=LONG))]


def _wrote(pattern: str) -> Callable[[Path, str], bool]:
    return lambda runs, _: any(runs.glob(f"*/{pattern}"))


PHASES: Mapping[str, Phase] = {
    "collecting": Phase(lambda _: [], lambda runs, said: "run: " in said),
    "booting": Phase(_boots, _wrote("server.log")),
    "asking": Phase(lambda _: ["--fault", "engine-hung"], _wrote("exchanges/*")),
    "loading": Phase(lambda _: ["-k", "throughput", "--pace", "20:40"], lambda _, said: "measuring" in said),
    "reporting": Phase(lambda _: ["-k", "health"], _wrote("record.json")),
}


def _cases() -> Sequence[str]:
    return [f"{phase} {number.name}" for phase in PHASES for number in SIGNALS]


def _problems(directory: Path, phase: Phase, number: signal.Signals) -> Iterator[str]:
    runs, output = directory / "runs", directory / "output"
    command = [sys.executable, "-m", "pytest", "suites/", *phase.arguments(directory), "--runs-dir", str(runs)]
    with output.open("wb") as file:
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=file, stderr=file, start_new_session=True, preexec_fn=with_default_signals
        )
    try:
        if not wait_until(lambda: phase.come(runs, output.read_text()) or child.poll() is not None):
            yield "the phase never came"
        started = _tree(child.pid)
        child.send_signal(number)
        child.wait(WITHIN)
    finally:
        child.kill()
    if not wait_until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in started)):
        yield f"left running: {[one.pid for one in started if one.is_running()]}"
    if number is not signal.SIGKILL:
        yield from _unwritten(runs, child.returncode, output)


def _tree(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []


def _unwritten(runs: Path, status: int, output: Path) -> Iterator[str]:
    directory = next(runs.glob("2*"), runs)
    for name in ("record.json", "report.html", "junit.xml"):
        if not (directory / name).exists():
            yield f"no {name}; exit status {status}: {output.read_text()[-1000:]}"
            return
    record = json.loads((directory / "record.json").read_text())
    if status not in (2, record["exit_status"]):
        yield f"exit status {status}, and the record says {record['exit_status']}"


@contextmanager
def _open(directory: Path) -> Iterator[Prover]:
    def prove(case: str, again: bool) -> Result:
        phase, _, name = case.partition(" ")
        home = directory / f"{case.replace(' ', '-')}{'-again' if again else ''}"
        home.mkdir()
        began = time.monotonic()
        said = "\n".join(_problems(home, PHASES[phase], signal.Signals[name]))
        return Result(part="signals", case=case, right=not said, seconds=time.monotonic() - began, said=said)

    yield prove


PART = Part(name="signals", what="four signals in every phase of a run", cases=_cases, proving=_open)
