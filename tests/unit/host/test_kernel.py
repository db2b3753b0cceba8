"""The kernel's log, through commands that play journalctl and dmesg."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fixtures.adapters.host.command import Answer
from fixtures.adapters.host.kernel import kernel_log
from fixtures.core.diagnosis import served
from fixtures.knowledge.errors import kernel_errors
from fixtures.plugin.kernel import KernelFollower

NOW = datetime(2026, 11, 27, 10, 0, 0, tzinfo=UTC)
XID = "2026-11-27T10:00:01+0000 spark kernel: NVRM: Xid (PCI:000f:01:00): 31, pid=4123, name=VLLM::EngineCor"


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """Writes a command; none of this host's is found."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name, script):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    return write


def test_the_journal_is_asked_for_what_is_new(commands):
    """From the moment on that is asked for."""
    commands(
        "journalctl", f"case \"$*\" in *'--since @{NOW.timestamp():.0f}'*) echo '{XID}';; *'-n 1'*) echo old;; esac"
    )
    assert kernel_log(NOW) == Answer(text=f"{XID}\n")


def test_dmesg_is_asked_where_the_journal_says_nothing(commands):
    """A user who may not read the journal is shown an empty one; of dmesg the later lines are taken, whole."""
    commands("journalctl", "exit 0")
    commands(
        "dmesg",
        "echo '2026-11-27T09:59:59,900000+00:00 before'; echo '2026-11-27T10:00:00,100000+00:00 NVRM: x'; echo ' goes on'",
    )
    assert kernel_log(NOW).text == "2026-11-27T10:00:00,100000+00:00 NVRM: x\n goes on"


def test_who_may_not_read_it_is_told_so(commands):
    """Neither of the two, and the words of the last."""
    commands("journalctl", "exit 0")
    commands("dmesg", "echo 'dmesg: read kernel buffer failed: Operation not permitted' >&2; exit 1")
    assert "Operation not permitted" in kernel_log(NOW).problem
    Path(os.environ["PATH"], "dmesg").unlink()
    assert "dmesg is not installed" in kernel_log(NOW).problem


def test_a_follower_reads_on():
    """Each line is told once, in the module in which it came, and a log that cannot be read is asked for once."""
    said = []
    asked = []
    log = KernelFollower(read=lambda since: asked.append(since) or Answer(text="\n".join(said)), began=NOW)
    assert log.new() == ""
    said += ["one", XID]
    assert log.new() == f"one\n{XID}"
    assert log.new() == ""
    said.append("three")
    assert log.new() == "three"
    refused = KernelFollower(read=lambda since: asked.append(since) or Answer(problem="no"))
    count = len(asked)
    assert [refused.new(), refused.new(), refused.problem, len(asked) - count] == ["", "", "no", 1]
    assert set(asked[:count]) == {NOW}


def test_an_xid_is_known():
    """The line of the journal is recognised in its own dress."""
    assert [f.error.id for f in served(XID, kernel_errors())] == ["xid-mmu"]
