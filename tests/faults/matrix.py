"""`python -m tests.faults.matrix`: the whole suite under each fault, with the seconds it took and every clause that failed."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.faults.expectations import Expected, expectations
from tests.faults.judging import DEADLINE
from tests.faults.running import Ran, run_all, runner

HEAD = "| fault | seconds | verdict | clauses that FAIL | ERROR |\n| --- | --- | --- | --- | --- |"


def line(name: str, ran: Ran) -> str:
    """One fault as a row of the table."""
    verdict = ran.record.get("verdict", f"no record, exit status {ran.status}")
    failed, broken = (" ".join(ran.with_outcome(outcome)) for outcome in ("FAIL", "ERROR"))
    return f"| {name} | {ran.seconds:.1f} | {verdict} | {failed} | {broken} |"


def bad(ran: Ran) -> bool:
    """A fault that nothing caught, that broke the suite itself, or that outlasted the deadline."""
    return not ran.with_outcome("FAIL") or bool(ran.with_outcome("ERROR")) or ran.seconds >= DEADLINE


def _at(target: str, expected: Expected) -> Expected:
    own = expected.target != Expected.model_fields["target"].default
    return expected if own else expected.model_copy(update={"target": target})


def main() -> int:
    """1 if any fault was not caught in time."""
    command = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    command.add_argument("--faults", metavar="A,B", help="only these")
    command.add_argument("--at-once", type=int, default=2, metavar="K")
    command.add_argument("--target", default="rehearsal", metavar="NAME", help="where the fault needs none of its own")
    command.add_argument("--output", type=Path, metavar="FILE", help="write the table there, too")
    options = command.parse_args()
    chosen = options.faults.split(",") if options.faults else list(expectations())
    if unknown := sorted(set(chosen) - set(expectations())):
        command.error(f"--faults: no expectation of {', '.join(unknown)}")
    jobs = {name: ["suites/", *_at(options.target, expectations()[name]).arguments] for name in chosen}
    rows, wrong = dict[str, str](), list[str]()
    print(HEAD)
    with tempfile.TemporaryDirectory() as directory, runner(Path(directory)) as runs:
        for name, ran in run_all(runs, jobs, at_once=options.at_once):
            rows[name] = line(name, ran)
            wrong += [name] if bad(ran) else []
            print(rows[name], flush=True)
    if options.output:
        options.output.write_text("\n".join([HEAD, *(rows[name] for name in chosen)]) + "\n", encoding="utf-8")
    print(f"faults {len(chosen)}, not caught in {DEADLINE:.0f} s or not at all: {', '.join(wrong) or 'none'}")
    return int(bool(wrong))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
