"""Signals of the processes that tests start."""

import signal


def with_default_signals() -> None:
    """For `preexec_fn`: nohup leaves SIGHUP ignored, and a script's background job SIGINT; a child that is to be
    signalled must not inherit that."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
