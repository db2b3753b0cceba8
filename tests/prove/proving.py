"""Proves the cases of a part that are not proven yet: some at a time, and those that surprise once more, alone."""

import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.injecting import AGAIN
from tests.prove.part import Part, Prover
from tests.prove.results import Result, Results

EVERY = 10.0  # seconds between two lines of progress


@dataclass(slots=True)
class Proving:
    """One part under way."""

    part: Part
    results: Results
    say: Callable[[str], None]
    _told: float = 0.0

    def run(self, cases: Sequence[str]) -> None:
        """Prove these cases, and keep what comes out at once."""
        known = self.results.of(self.part.name)
        left = [case for case in cases if not (case in known and known[case].right)]
        if proven := len(cases) - len(left):
            self.say(f"{self.part.name}: {proven} of {len(cases)} proven before")
        if not left:
            return
        with tempfile.TemporaryDirectory() as directory, self.part.proving(Path(directory)) as prove:
            self._first(prove, left)
            self._second(prove, left)

    def _first(self, prove: Prover, cases: Sequence[str]) -> None:
        began = self._told = time.monotonic()
        pool = ThreadPoolExecutor(self.part.at_once)
        under_way = [pool.submit(prove, case, False) for case in cases]
        try:
            for ended, done in enumerate(as_completed(under_way), 1):
                self._keep(done.result())
                self._tell(ended, len(cases), time.monotonic() - began)
        finally:
            # Not waited for: the part itself, which is left next, ends what is still under way.
            pool.shutdown(wait=False, cancel_futures=True)

    def _second(self, prove: Prover, cases: Sequence[str]) -> None:
        found = self.results.of(self.part.name)
        wrong = [case for case in cases if not found[case].right]
        for case in wrong if len(wrong) <= AGAIN else ():
            self.say(f"{self.part.name}: {case} once more, alone")
            self._keep(replace(prove(case, True), again=True))

    def _keep(self, result: Result) -> None:
        self.results.keep(result)
        if not result.right:
            self.say(f"{self.part.name}: {result.case} is not right ({result.seconds:.1f} s):\n{result.said}")

    def _tell(self, ended: int, whole: int, seconds: float) -> None:
        if time.monotonic() - self._told < EVERY and ended < whole:
            return
        self._told = time.monotonic()
        left = seconds / ended * (whole - ended)
        self.say(f"{self.part.name}: {ended} of {whole} after {seconds:.0f} s, about {left / 60:.0f} min left")
