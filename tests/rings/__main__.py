"""`python -m tests.rings [PART …]`: ring 1, which is `make test`; all parts, or those that are named."""

import argparse
import sys
import time

from tests.rings.command import known, run, say
from tests.rings.parts import RING_1, ROOT
from tests.rings.running import Lanes
from tests.rings.telling import closing, skips, slowest, table

STATE = ROOT / ".cache" / "rings"


def main() -> int:
    """1 if any part failed."""
    command = argparse.ArgumentParser(prog="python -m tests.rings", description=__doc__)
    names = [part.name for part in RING_1]
    command.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(names)}")
    command.add_argument("--lanes", type=int, default=2, metavar="N", help="parts at a time (default: 2)")
    options = command.parse_args()
    wanted = known(command, options.parts, names) or names
    chosen = [part for part in RING_1 if part.name in wanted]
    STATE.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    done = Lanes(STATE, say, lanes=options.lanes).run(chosen)
    told = {"parts": table(done), "skipped": skips(done), "the tests that took longest": slowest(done)}
    for title, lines in told.items():
        say("\n".join([f"\n{title}:", *lines]) if lines else "")
    say(f"\n{len(done)} parts in {time.monotonic() - began:.0f} s")
    say(closing(done))
    return int(not all(one.good for one in done))


if __name__ == "__main__":
    sys.exit(run(main))
