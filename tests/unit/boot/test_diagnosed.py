"""What a failed boot is diagnosed with: log, exit, the answer of the first chat, and the kernel's log."""

from types import SimpleNamespace

import pytest

from fixtures.adapters.docker import boot, ended
from fixtures.adapters.host.command import Answer

BEGUN = "(APIServer pid=1) INFO 11-27 10:00:00 [api_server.py:1805] vLLM API server version 0.10.1.1\n"
EARLIER = BEGUN + "torch.OutOfMemoryError: CUDA out of memory.\n"
READY = "INFO:     Application startup complete.\n"
VOCABULARY = '{"error":{"message":"error downloading or loading vocab file: failed to download or load vocab file"}}'
KILLED = "Nov 27 10:00:00 spark kernel: Out of memory: Killed process 4123 (VLLM::EngineCor) total-vm:204931876kB\n"


@pytest.fixture
def kernel(monkeypatch):
    """What the kernel's log says; nothing, unless a test writes into it."""
    said = []
    monkeypatch.setattr(ended, "kernel_log", lambda since: Answer(text="".join(said)))
    return said


def diagnosed(log, *, code=None, oom=False, answer="", ready=False):
    waited = SimpleNamespace(
        ready=ready,
        exited=code is not None,
        failure="the container exited" if code is not None else "not ready within 1 s",
        exchange=SimpleNamespace(text=answer) if answer else None,
        seconds=400.0,
    )
    booted = SimpleNamespace(state=lambda: {"exit_code": code, "oom_killed": oom})
    found = boot._diagnosed(booted, waited, SimpleNamespace(text=lambda: log))
    return found and found.id


def test_the_log_is_asked_first(kernel):
    """A cause in the log explains an exit better than status and kernel."""
    kernel.append(KILLED)
    assert diagnosed(BEGUN + "vllm: error: unrecognized arguments: --nope\n", code=2) == "bad-argument"


def test_the_kernel_is_asked_where_the_log_says_nothing(kernel):
    """An end by SIGKILL without Docker's word on memory: the kernel knows."""
    assert diagnosed(BEGUN, code=137) == "killed"
    kernel.append(KILLED)
    assert diagnosed(BEGUN, code=137) == "kernel-oom"


def test_of_the_kernels_log_its_own_errors_count(kernel):
    """The kernel tells of all of the host: what is an error in a server's log is none in its."""
    kernel.append("Nov 27 10:00:00 spark kernel: backup[88]: No space left on device\n")
    assert diagnosed(BEGUN, code=1) == "container-exited"


def test_the_answer_of_the_first_chat_is_asked(kernel):
    """It stands beside the log, whatever lives the log holds."""
    assert diagnosed(EARLIER + BEGUN + READY, answer=VOCABULARY) == "harmony-vocab"
    assert diagnosed(EARLIER + BEGUN + READY) is None


def test_a_stop_is_told_from_a_crash(kernel):
    """By the status, and where that is 0 by the log."""
    stopped = BEGUN + READY + "INFO:     Shutting down\n"
    assert [diagnosed(stopped, code=c) for c in (0, 143, 132, 139)] == [
        "stopped",
        "terminated",
        "illegal-cpu-instruction",
        "segfault",
    ]
    assert diagnosed(BEGUN, code=137, oom=True) == "oom-killed"


def test_a_ready_server_has_no_diagnosis(kernel):
    """Whatever its log holds: LOG-003 reads that."""
    assert diagnosed(EARLIER, ready=True) is None
