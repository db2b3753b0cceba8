"""Stand-ins forked from the run, which has imported them already, in place of fresh interpreters."""

import multiprocessing
import os
import signal
import subprocess
import sys
from typing import IO, Any

from fixtures.standin.__main__ import main
from fixtures.standin.options import StandinOptions
from fixtures.standin.process import launch


def fork_standins() -> None:
    """From now on, in this process, a stand-in is forked; its options, port, log and ways to end are the same."""
    launch._spawn = _forked  # type: ignore[assignment]  # it has of Popen what RunningStandin uses


class _Forked:
    """A forked stand-in with the part of Popen's interface that its owner uses."""

    def __init__(self, child: Any, stdin: IO[bytes]) -> None:
        self._child, self.stdin = child, stdin
        self.pid = int(child.pid)
        self.terminate, self.kill = child.terminate, child.kill

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        status: int | None = self._child.exitcode
        return status

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, when it has ended."""
        self._child.join(timeout)
        status = self.poll()
        if status is None:
            raise subprocess.TimeoutExpired("the stand-in", timeout or 0.0)
        return status


def _forked(options: StandinOptions, output: IO[bytes]) -> _Forked:
    theirs, ours = os.pipe()
    # A daemon: if the run breaks before it stops its stand-in, its end does not wait for it.
    child = multiprocessing.get_context("fork").Process(
        target=_serve, args=(options, theirs, ours, output.fileno()), daemon=True
    )
    child.start()
    os.close(theirs)
    return _Forked(child, os.fdopen(ours, "wb", buffering=0))


def _serve(options: StandinOptions, stdin: int, other_end: int, output: int) -> None:
    """In the child: what a fresh interpreter would have been given."""
    os.close(other_end)  # so that the run alone holds it
    os.dup2(stdin, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    sys.stdout, sys.stderr = (os.fdopen(number, "w", buffering=1, closefd=False) for number in (1, 2))
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    sys.argv = ["fixtures.standin", *options.as_arguments(), "--exit-with-stdin"]
    sys.exit(main())
