"""One server, checked again and again: the suite changes its mind about nothing, and the stand-in does not grow."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import RunningStandin, start_standin
from tests.faults.running import Runner, runner
from tests.prove.alarms import OURS, alarms
from tests.prove.part import Part, Prover
from tests.prove.results import Result

MINUTES = float(os.environ.get("SOAK_MINUTES", "20"))
# By so much the stand-in may be larger at the end than after the first run: its prefix cache fills.
GROWTH = 1.5


def _cases() -> Sequence[str]:
    return [f"{MINUTES:g} minutes"]


def _problems(server: RunningStandin, runs: Runner) -> Iterator[str]:
    process, first = psutil.Process(server.pid), 0
    ends, number = time.monotonic() + 60 * MINUTES, 0
    while time.monotonic() < ends or number < 2:
        number += 1
        ran = runs.run(["suites/", "--base-url", server.url])
        yield from (f"run {number}: {said}" for id, said in alarms(ran).items() if id not in OURS)
        first = first or process.memory_info().rss
    if process.memory_info().rss > GROWTH * first:
        yield f"the stand-in grew from {first} to {process.memory_info().rss} bytes in {number} runs"


@contextmanager
def _open(directory: Path) -> Iterator[Prover]:
    options = StandinOptions(pace="20:2")
    with runner(directory) as runs, start_standin(options=options, log=directory / "standin.log") as server:

        def prove(case: str, again: bool) -> Result:
            began = time.monotonic()
            said = "\n".join(_problems(server, runs))
            return Result(part="soak", case=case, right=not said, seconds=time.monotonic() - began, said=said)

        yield prove


SOAK = Part(
    name="soak", what="one stand-in, checked again and again (SOAK_MINUTES, default 20)", cases=_cases, proving=_open
)
