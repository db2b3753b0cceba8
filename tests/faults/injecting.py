"""Every selected fault injected, some at a time; one that surprises is injected once more, alone, after all others."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fixtures.core.clause import Clause
from fixtures.plugin.specification import all_clauses, places
from tests.faults.expectations import Expected
from tests.faults.judging import Verdict, judged
from tests.faults.running import Runner, runner

# What surprises more often than this is no accident of a busy machine.
AGAIN = 20
# A run waits for its stand-in as much as it computes.
AT_ONCE = min(8, (os.cpu_count() or 1) + 1)


@dataclass(slots=True)
class Injections:
    """Verdicts by fault; asking for one waits for it."""

    runner: Runner
    expected: Mapping[str, Expected]
    clauses: Mapping[str, Clause]
    modules: Mapping[str, str]
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
                # The machine may have been too busy for the deadlines: once more, with nothing beside it.
                self.again.append(name)
                verdict = self.inject(name)
            self.verdicts[name] = verdict
        return self.verdicts[name]

    def inject(self, name: str) -> Verdict:
        """One run of the modules that hold the clauses which must fail."""
        expected = self.expected[name]
        chosen = sorted({self.modules[id] for id in expected.fails})
        return judged(expected, self.runner.run([*chosen, *expected.arguments]), self.clauses)


@contextmanager
def injections(names: Sequence[str], expected: Mapping[str, Expected], directory: Path) -> Iterator[Injections]:
    """All these faults under way; leaving the block ends what has not ended."""
    modules = {id: node.partition("::")[0] for id, node in places().items()}
    with runner(directory) as runs, ThreadPoolExecutor(AT_ONCE) as pool:
        made = Injections(runner=runs, expected=expected, clauses=all_clauses(), modules=modules)
        made.first.update({name: pool.submit(made.inject, name) for name in names})
        try:
            yield made
        finally:
            runs.end()
            pool.shutdown(wait=True, cancel_futures=True)
