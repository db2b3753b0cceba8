"""Every selected fault injected, some at a time; one that surprises is injected once more, alone, after all others.

A machine that is slow from the start has longer times in every run; a second run has them on any machine.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fixtures.core.clause import Clause
from fixtures.specification.clauses import all_clauses, places
from tests.faults.expectations import Expected, expectations
from tests.faults.judging import DEADLINE, Verdict, judged
from tests.faults.running import LIMIT, Runner, runner
from tests.faults.slowness import SLOW, find_time_factor

# What surprises more often than this is no accident of a busy machine.
AGAIN = 20
# A run waits for its stand-in as much as it computes.
AT_ONCE = min(8, (os.cpu_count() or 1) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Injector:
    """Injects faults by name; may be used from several threads."""

    runner: Runner
    expected: Mapping[str, Expected]
    clauses: Mapping[str, Clause]
    modules: Mapping[str, str]
    time_factor: float

    def inject(self, name: str, *, time_factor: float | None = None) -> Verdict:
        """One run of the modules that hold the clauses which must fail."""
        expected, factor = self.expected[name], time_factor or self.time_factor
        chosen = sorted({self.modules[id] for id in expected.fails})
        ran = self.runner.run([*chosen, *expected.arguments(time_factor=factor)], limit=factor * LIMIT)
        return judged(expected, ran, self.clauses, deadline=factor * DEADLINE)


@contextmanager
def injector(directory: Path) -> Iterator[Injector]:
    """An injector that leaves nothing running; the speed of the machine is found first."""
    modules = {id: node.partition("::")[0] for id, node in places().items()}
    with runner(directory) as runs:
        factor = find_time_factor(runs, at_once=AT_ONCE)
        yield Injector(runner=runs, expected=expectations(), clauses=all_clauses(), modules=modules, time_factor=factor)


@dataclass(slots=True)
class Injections:
    """Verdicts by fault; asking for one waits for it."""

    injector: Injector
    first: dict[str, "Future[Verdict]"] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    again: list[str] = field(default_factory=list)

    def verdict(self, name: str) -> Verdict:
        """The verdict of this fault's run; of the second run, if the first was not as expected."""
        if name not in self.verdicts:
            verdict = self.first[name].result()
            if not verdict.right:
                wait(self.first.values())
            if not verdict.right and len(self.again) < AGAIN:
                # The machine may have been too busy for the deadlines: once more, with nothing beside it and more time.
                self.again.append(name)
                verdict = self.injector.inject(name, time_factor=SLOW)
            self.verdicts[name] = verdict
        return self.verdicts[name]


@contextmanager
def injections(names: Sequence[str], directory: Path) -> Iterator[Injections]:
    """All these faults under way; leaving the block ends what has not ended."""
    with injector(directory) as made, ThreadPoolExecutor(AT_ONCE) as pool:
        begun = Injections(made)
        begun.first.update({name: pool.submit(made.inject, name) for name in names})
        try:
            yield begun
        finally:
            made.runner.end()
            pool.shutdown(wait=True, cancel_futures=True)
