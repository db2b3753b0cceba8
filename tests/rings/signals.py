"""Signals of the processes that tests start: for `preexec_fn`, since what is ignored is inherited."""

import signal


def with_ctrl_c() -> None:
    """Let SIGINT end the child, though a script's background job starts with it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def with_default_signals() -> None:
    """The same for every signal that a test sends; nohup leaves SIGHUP ignored."""
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
