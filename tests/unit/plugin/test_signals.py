"""Signals: each ends a run as Ctrl-C does, once; at the end of a run none does; what was ignored stays ignored."""

import signal

import pytest

from fixtures.plugin.signals import hold_signals, watch_signals

ALL = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def dispositions():
    """As at a terminal; put back afterwards."""
    before = {number: signal.getsignal(number) for number in ALL}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_ctrl_c(number):
    """The first one interrupts and is noted by its name; a second one is noted only."""
    noted = []
    watch_signals(noted.append)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    signal.raise_signal(signal.SIGTERM)
    assert noted == [number.name, "SIGTERM"]


def test_where_ctrl_c_is_ignored_a_signal_still_interrupts():
    """A script's background job starts with SIGINT ignored, and SIGTERM must end it all the same."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    watch_signals(lambda name: None)
    with pytest.raises(KeyboardInterrupt, match="SIGTERM"):
        signal.raise_signal(signal.SIGTERM)


def test_what_nohup_ignores_stays_ignored():
    """A run under nohup outlives the terminal, in its clauses and at its end."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    watch_signals(lambda name: None)
    hold_signals(lambda line: None)
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_the_end_of_a_run_is_not_cut_short():
    """While the report is written signals are answered with a line."""
    said = []
    hold_signals(said.append)
    for number in ALL:
        signal.raise_signal(number)
    assert [line.split(":")[0].strip() for line in said] == [number.name for number in ALL]


def test_the_old_ways_come_back():
    """After the run everything is as it was before."""
    before = [signal.getsignal(number) for number in ALL]
    restore = watch_signals(lambda name: None)
    hold_signals(lambda line: None)
    restore()
    assert [signal.getsignal(number) for number in ALL] == before
