"""What the commands of both rings share: a line at once, names that must be known, an end by Ctrl-C or SIGTERM."""

import argparse
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from types import FrameType


def say(line: str) -> None:
    """A line at once: a pipe and a CI log have it as soon as a terminal."""
    print(line, flush=True)


def known(command: argparse.ArgumentParser, given: Sequence[str], names: Iterable[str]) -> Sequence[str]:
    """The given names; one that there is not ends the command, with those that there are."""
    if unknown := sorted(set(given) - set(names)):
        command.error(f"no part is called {', '.join(unknown)}; there are {', '.join(names)}")
    return given


def run(main: Callable[[], int], *, afterwards: str = "") -> int:
    """The exit status of `main`; 130 when it is ended from outside, by SIGTERM as by Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        return main()
    except KeyboardInterrupt as error:
        print(f"ended by {error or 'SIGINT'}{afterwards}", file=sys.stderr)
        return 130


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)
