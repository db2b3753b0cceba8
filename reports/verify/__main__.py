"""`python -m reports.verify DIR`: whether what a run left holds together, and whether its certificate is what it says.

Every run: the record fits its schema, the verdict and the exit status follow from the clauses, each file is as the run
left it. A certificate: it is the one that this record gives, byte for byte, about the same image and model. A signature:
ssh-keygen accepts it. Without one, whoever can write the files can write others that hold together as well: what shows
that a host was certified is a signature by somebody you know (--allowed-signers).

Exit status: 0 everything that is there holds, and with --allowed-signers it is a certificate that one of them signed;
1 something does not hold, and the line says what; 2 it cannot be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from reports.verify.checks import Check, State, Unreadable
from reports.verify.held import read_run
from reports.verify.run import conclusion, verify
from reports.verify.signature import Signers
from reports.visible import visible

SIGNERS = "a file with who may sign, as `ssh-keygen -Y verify` takes it: IDENTITY KEYTYPE KEY on each line"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each check on a line of its own; the exit status."""
    parser = _parser()
    values = parser.parse_args(arguments)
    if values.signer is not None and values.allowed_signers is None:
        parser.error("--signer needs --allowed-signers FILE, which has the key of this identity")
    if values.allowed_signers is not None and not values.allowed_signers.is_file():
        parser.error(f"--allowed-signers {values.allowed_signers}: no such file")
    signers = Signers(allowed=values.allowed_signers, identity=values.signer)
    demanded = values.allowed_signers is not None
    try:
        held = read_run(values.directory)
        checks = verify(held, signed=signers.check, demanded=demanded)
    except Unreadable as error:
        print(visible(f"cannot be verified: {error}"), file=sys.stderr)
        return 2
    wrong = [check for check in checks if check.state is State.WRONG]
    for check in checks:
        print(_line(check))
    print(visible(f"REFUSED: {wrong[0].said}" if wrong else f"HOLDS: {conclusion(held, demanded=demanded)}"))
    return int(bool(wrong))


def _line(check: Check) -> str:
    return visible(f"{check.state:<6}{check.name:<13}{check.said}").replace("\n", " ")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reports.verify", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", metavar="DIR", type=Path, help="the directory of a run, as in reports/runs/latest")
    parser.add_argument("--allowed-signers", metavar="FILE", type=Path, help=SIGNERS)
    parser.add_argument("--signer", metavar="IDENTITY", help="who must have signed; without it anybody in FILE may")
    return parser


if __name__ == "__main__":
    sys.exit(main())
