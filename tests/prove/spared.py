"""The whole suite through --base-url against real releases: afterwards the server answers, and as fast as before."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from fixtures.knowledge.releases import measured_releases
from tests.faults.running import runner
from tests.prove.alarms import OURS, alarms, told
from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rig.releases.serving import QUESTION, build, serving

TARGET = "tests/rig/targets/cpu-api.toml"  # what the tiny checkpoint has not learned is not asked
LIMIT = 1800.0  # seconds of one run, on a machine that does other work
TIMES = 25
SLOWER = (
    1.25  # of two medians, by which a busy machine misses; a server that keeps what was left to it is slower by far
)


def _cases() -> Sequence[str]:
    return [str(release) for release in measured_releases()]


@contextmanager
def _by_url(directory: Path) -> Iterator[Prover]:
    with runner(directory) as runs:

        def prove(case: str, again: bool) -> Result:
            build(case)
            with serving(case) as url:
                _median(url)  # the first ones compile
                before = _median(url)
                ran = runs.run(["suites/", "--base-url", url, "--target", TARGET], limit=LIMIT)
                after = _median(url)
            found = alarms(ran)
            ratio = after / before
            right = not set(found) - OURS and ratio < SLOWER
            said = f"a chat took {before * 1000:.0f} ms before and {after * 1000:.0f} ms after: {ratio:.2f} times"
            lines = "" if right else f"\n{told(found)}"
            return Result(part="spared", case=case, right=right, seconds=ran.seconds, said=said + lines)

        yield prove


def _median(url: str) -> float:
    """The median of the seconds that one small chat takes. httpx.HTTPError where the server does not answer it."""
    taken = []
    with httpx.Client(base_url=url, timeout=120) as client:
        for _ in range(TIMES):
            began = time.monotonic()
            client.post("/v1/chat/completions", json=QUESTION).raise_for_status()
            taken.append(time.monotonic() - began)
    return statistics.median(taken)


SPARED = Part(
    name="spared",
    what="the whole suite through --base-url against the real servers: alive and as fast afterwards",
    cases=_cases,
    proving=_by_url,
)
