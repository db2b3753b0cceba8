"""`python -m tests.prove [PART …]`: ring 2, which is `make prove`. What is proven of this tree is not proven again."""

import argparse
import sys
from collections.abc import Sequence
from fnmatch import fnmatch

from tests.prove import alarms, faults, page, planted, pytests, releases, shared, signals, soak, spared
from tests.prove.part import Part
from tests.prove.proving import Proving
from tests.prove.results import Results, tree_digest
from tests.prove.table import printed, row, wrong
from tests.rings.command import known, run, say
from tests.rings.parts import ROOT

STATE = ROOT / ".cache" / "prove"
PARTS = {
    part.name: part
    for part in (
        faults.FAULTS,
        alarms.ALARMS,
        shared.SHARED,
        pytests.ENGINE,
        pytests.JUDGE,
        pytests.BROWSER,
        signals.PART,
        soak.SOAK,
    )
}
# Hours: only when they are asked for by name.
ALL = PARTS | {part.name: part for part in (faults.MATRIX, releases.RELEASES, planted.PLANTED, spared.SPARED)}


def _options() -> argparse.Namespace:
    listed = "\n".join(f"  {part.name:<8} {part.what}" for part in ALL.values())
    command = argparse.ArgumentParser(
        prog="python -m tests.prove",
        description=f"{__doc__}\n\nparts (all but matrix, releases, planted and spared where none is named):\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("parts", nargs="*", metavar="PART")
    command.add_argument("--only", metavar="GLOB", default="*", help="only cases of such a name, as in 'tools-*'")
    command.add_argument(
        "--write",
        action="store_true",
        help="write docs/PROOF.md (releases: docs/RELEASES.md) from what is kept, and prove nothing",
    )
    command.add_argument("--again", action="store_true", help="also what is proven already")
    options = command.parse_args()
    known(command, options.parts, ALL)
    return options


def _prove(part: Part, cases: Sequence[str], results: Results, *, again: bool) -> None:
    if again:
        results.forget(part.name)
    say(f"\n== {part.name}: {part.what}")
    Proving(part, results, say).run(cases)


def _write(chosen: Sequence[Part], proof: str) -> None:
    """The pages of the parts that have one; docs/PROOF.md is of the others."""
    for part in chosen:
        if part.write:
            part.write()
    if not all(part.write for part in chosen):
        page.FILE.write_text(proof, encoding="utf-8")


def main() -> int:
    """1 if a case is not right, or was not run."""
    options = _options()
    chosen = [ALL[name] for name in options.parts] or list(PARTS.values())
    cases = {part.name: [case for case in part.cases() if fnmatch(case, options.only)] for part in chosen}
    STATE.mkdir(parents=True, exist_ok=True)
    results = Results(STATE / "results.jsonl", tree_digest())
    results.read()
    try:
        for part in () if options.write else chosen:
            _prove(part, cases[part.name], results, again=options.again)
    finally:
        rows = [row(part, cases[part.name], results) for part in chosen]
        found = [r for part in chosen for case, r in results.of(part.name).items() if case in cases[part.name]]
        say("\n".join([f"\ntree {results.tree}", printed(rows), *wrong(found)]))
        if options.write:
            _write(chosen, page.document(chosen, rows, found, tree=results.tree))
    return int(any(line[1] != line[2] for line in rows))


if __name__ == "__main__":
    sys.exit(run(main, afterwards=": the same command goes on from here"))
