import os
import subprocess
import sys

from fixtures.adapters.docker import owner
from fixtures.adapters.docker.owner import is_alive, owner_mark


def test_this_process_is_alive():
    """The process that marks a container is alive, and its mark does not change."""
    assert owner_mark() == owner_mark(os.getpid())
    assert is_alive(owner_mark())


def test_a_process_that_has_ended_is_dead_even_before_it_is_reaped():
    """A zombie removes no container any more: it counts as dead, as one that is gone does."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = owner_mark(child.pid)
    assert is_alive(mark)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not is_alive(mark)
    child.communicate()
    assert not is_alive(mark)


def test_a_number_that_was_given_anew_is_another_process():
    """The same process number with another start is another process."""
    pid, start, *place = owner_mark().split(":")
    assert not is_alive(":".join([pid, str(int(start) + 1), *place]))


def test_the_clock_may_be_set(monkeypatch):
    """Setting the clock does not make a living owner look dead."""
    mark = owner_mark()
    monkeypatch.setattr("psutil.Process.create_time", lambda self: 0.0)
    assert is_alive(mark)


def test_another_boot_is_dead_and_another_namespace_unknown():
    """After a reboot all owners are dead; a process of another container is not ours to judge, and counts as alive."""
    pid, start, boot, namespace = owner_mark().split(":")
    assert not is_alive(f"{pid}:{start}:another-boot:{namespace}")
    assert is_alive(f"4194303:{start}:{boot}:1")


def test_what_cannot_be_read_counts_as_alive(monkeypatch):
    """A mark of another shape, or a process that may not be looked at, is left alone."""
    assert is_alive("")
    assert is_alive("somebody else's label")

    def refused(pid):
        raise PermissionError(pid)

    mark = owner_mark()
    monkeypatch.setattr(owner, "_start", refused)
    assert is_alive(mark)
