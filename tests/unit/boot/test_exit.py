"""When the wait for a container asks Docker whether it has exited."""

from threading import Event
from types import SimpleNamespace

import pytest

from fixtures.adapters.docker import ended


class Container:
    """A container that counts how often Docker is asked for its state."""

    def __init__(self):
        self.asked, self.attrs = 0, {"State": {"Running": True, "ExitCode": 0, "OOMKilled": False}}

    def reload(self):
        self.asked += 1

    def logs(self):
        return b""

    def exit(self, code):
        self.attrs["State"] |= {"Running": False, "ExitCode": code}


@pytest.fixture
def clock(monkeypatch):
    """The time that the look for an exit sees."""
    now = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr(ended, "monotonic", lambda: now.seconds)
    return now


@pytest.fixture
def log():
    """A log that goes on until `ended` is set."""
    return SimpleNamespace(ended=Event(), join=lambda _: None, complete=lambda _: None)


def test_docker_is_asked_now_and_then(clock, log):
    """While the log goes on Docker is asked once a second, however often the wait looks."""
    container = Container()
    look = ended.ExitWatch(container, log)
    for clock.seconds in (1000.0, 1000.1, 1000.9, 1001.1, 1001.2):
        assert look.seen() is None
    assert container.asked == 2


def test_the_end_of_the_log_is_looked_into_at_once(clock, log):
    """When the log ends Docker is asked with the next look, though it was asked a moment before."""
    container = Container()
    look = ended.ExitWatch(container, log)
    assert look.seen() is None
    log.ended.set()
    container.exit(3)
    assert look.seen() == "the container exited with status 3"
    assert container.asked == 2


def test_an_exit_is_found_while_the_log_hangs(clock, log):
    """A log that never ends, as after a lost connection, hides an exit for no longer than until the next time of asking."""
    container = Container()
    look = ended.ExitWatch(container, log)
    assert look.seen() is None
    container.exit(1)
    assert look.seen() is None
    clock.seconds += ended._INSPECT_EVERY
    assert look.seen() == "the container exited with status 1"
