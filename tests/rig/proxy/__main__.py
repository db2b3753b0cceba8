"""Stand between a client and a server, and misbehave.

    python -m tests.rig.proxy --to http://127.0.0.1:8000 --port 8001 --fault stream-no-done

Any fault of `python -m fixtures.standin --list-faults` that acts on requests or answers; one that acts inside the
stand-in (what the model says, how the prompt is rendered) is refused.
"""

import argparse
import sys

import uvicorn

from fixtures.faults.catalogue import faults_of
from fixtures.standin.families import family_of
from fixtures.standin.wire.faulty import Faulty
from tests.rig.proxy.forward import Forward
from tests.rig.proxy.outside import acts_outside


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.rig.proxy", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--to", required=True, metavar="URL", help="the server behind it")
    parser.add_argument("--port", required=True, type=int, help="where it listens, on the loopback address")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="may be given several times")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is ended; 2 for a fault that cannot act here."""
    options = _options(arguments)
    try:
        faults = faults_of(options.fault)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    inside = [fault.name for fault in faults.active if not acts_outside(fault)]
    if inside:
        print(f"{', '.join(inside)}: acts inside the stand-in, not between a client and a server", file=sys.stderr)
        return 2
    family = family_of("0.32.0")  # a fault may look at the family of the stand-in that it spoils; here there is none
    app = Faulty(Forward(options.to, faults=faults, family=family), faults=faults, family=family)
    uvicorn.run(app, host="127.0.0.1", port=options.port, http="httptools", log_level="warning", server_header=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
