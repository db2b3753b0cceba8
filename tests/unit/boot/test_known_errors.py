import re

import pytest

from fixtures.core.clause import Level
from fixtures.core.diagnosis import Rank, Stage, diagnose, diagnose_exit
from fixtures.knowledge import errors
from fixtures.knowledge.errors import kernel_errors, known_errors, refusing_errors
from fixtures.knowledge.tomltable import KnowledgeError

ERRORS = known_errors()


@pytest.mark.parametrize("row", ERRORS, ids=[e.id for e in ERRORS])
def test_a_sample_matches_its_row_alone(row):
    """Every row's sample is recognised by that row, and by no other."""
    assert [e.id for e in ERRORS if e.pattern.search(row.sample)] == [row.id]


def test_ids_are_unique():
    """No id is used twice."""
    assert len({e.id for e in ERRORS}) == len(ERRORS)


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("openai_harmony.HarmonyError: error downloading or loading vocab file", "harmony-vocab"),
        ("ValueError: Free memory (99.0 GiB) less than desired (103.4 GiB)", "free-memory"),
        (
            "Free memory on device cuda:0 (9.1/121.69 GiB) on startup is less than desired GPU memory utilization (0.85)",
            "free-memory",
        ),
    ],
)
def test_the_rules_own_rows(text, id):
    """The errors that the deployment rules name are recognised in the wordings of all releases."""
    found = diagnose(text, ERRORS)
    assert found is not None
    assert found.id == id


def exit_of(code, *, oom=False, text="bye", beside=""):
    return diagnose_exit(exit_code=code, oom_killed=oom, seconds=1, text=text, errors=ERRORS, beside=beside).id


READY = "INFO:     Application startup complete.\n"
STOP = "INFO:     Shutting down\nINFO:     Application shutdown complete.\n"
DEAD = "ERROR 11-27 10:00:00 [async_llm.py:420] vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.\n"


@pytest.mark.parametrize(
    ("code", "oom", "id"),
    [
        (1, False, "container-exited"),
        (0, False, "clean-exit"),
        (126, False, "not-executable"),
        (127, False, "not-found"),
        (130, False, "interrupted"),
        (132, False, "illegal-cpu-instruction"),
        (134, False, "aborted"),
        (135, False, "bus-error"),
        (136, False, "arithmetic-error"),
        (137, False, "killed"),
        (137, True, "oom-killed"),
        (139, False, "segfault"),
        (143, False, "terminated"),
    ],
)
def test_an_exit_without_a_known_error(code, oom, id):
    """Where the log names no known error, the exit itself is the diagnosis."""
    assert exit_of(code, oom=oom) == id


def test_four_ends_are_four_things():
    """A stop from outside, a kill for memory, a clean exit and a crash are told apart, also where a log goes with them."""
    assert exit_of(0, text=READY + STOP + DEAD) == "stopped"
    assert exit_of(137, text=READY + STOP) == "stopped"
    assert exit_of(143, text=READY) == "terminated"
    assert exit_of(137, text=READY + DEAD) == "killed"
    assert exit_of(1, text=READY + DEAD, oom=True) == "oom-killed"
    assert exit_of(1, text=READY + DEAD) == "engine-dead"
    assert exit_of(0, text="done\n") == "clean-exit"
    assert exit_of(132, text=READY + DEAD) == "illegal-cpu-instruction"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("RuntimeError: Engine core initialization failed. Failed core proc(s): {'EngineCore_0': -9}", "engine-killed"),
        ("RuntimeError: Engine core initialization failed. Failed core proc(s): {'EngineCore_0': -4}", "engine-sigill"),
        (
            "RuntimeError: Engine core initialization failed. Failed core proc(s): {'EngineCore_0': -11}",
            "engine-segfault",
        ),
        ("RuntimeError: Engine core initialization failed. Failed core proc(s): {'EngineCore_0': 1}", "engine-init"),
        ("/opt/start.sh: line 7:     9 Killed                  vllm serve openai/gpt-oss-120b", "engine-killed"),
        ("Killed", "engine-killed"),
        (
            "/opt/start.sh: line 7:     9 Segmentation fault      (core dumped) vllm serve openai/gpt-oss-120b",
            "engine-segfault",
        ),
        ("Worker proc VllmWorker-0 died unexpectedly (exit code: -9), shutting down executor.", "engine-killed"),
        ("Worker proc VllmWorker-0 died unexpectedly (exit code: None), shutting down executor.", "worker-dead"),
    ],
)
def test_the_end_of_a_child_is_told(text, id):
    """The API server tells with which status its engine ended, and a signal's is no error of the engine's own."""
    assert exit_of(1, text=text) == id


def test_the_kernel_knows_who_was_killed():
    """A container that was killed and is no OOM kill of its own: the kernel's log says more than the status."""
    beside = "Nov 27 10:00:00 spark kernel: Out of memory: Killed process 4123 (VLLM::EngineCor) total-vm:204931876kB"
    assert exit_of(137, text=READY, beside=beside) == "kernel-oom"


def test_a_known_error_beats_the_exit_code():
    """The log knows better than the status."""
    text = "vllm: error: unrecognized arguments: --nope"
    assert exit_of(2, text=text) == "bad-argument"
    assert exit_of(137, text="torch.OutOfMemoryError: CUDA out of memory.") == "cuda-oom"


def test_a_lost_request_is_not_why_a_container_ended():
    """What cost one answer an hour before explains no exit."""
    text = READY + "openai_harmony.HarmonyError: unexpected tokens remaining in message header: []\n"
    assert exit_of(137, text=text) == "killed"
    assert exit_of(1, text=text) == "container-exited"


def test_every_row_says_what_an_operator_needs():
    """Cause, remedy, releases and source stand in every row, and every stage of a deployment has rows."""
    assert len(ERRORS) >= 90
    assert {e.stage for e in ERRORS} == set(Stage)
    for row in ERRORS:
        assert all(word.strip() for word in (row.title, row.cause, row.remedy, row.releases, row.source)), row.id


@pytest.mark.parametrize("row", ERRORS, ids=[e.id for e in ERRORS])
def test_a_sample_is_diagnosed_as_its_row(row):
    """The row's sample, alone and with what follows from it, says the row; a name in its cause is filled in."""
    found = diagnose(row.sample, ERRORS)
    assert found is not None
    assert found.id == row.id
    assert not re.search(r"\{(wanted|found|number|name|value|backend|file)\}", found.cause)
    if row.rank is Rank.CAUSE and row.stage is not Stage.SERVING:
        follows = "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}"
        assert exit_of(1, text=f"{row.sample}\n{follows}") == row.id


def test_what_warns_does_not_refuse():
    """Errors for which releases are known, and the kernel's, are left to the clauses that warn."""
    assert set(refusing_errors()) == {e for e in ERRORS if e.level is Level.MUST}
    assert not set(kernel_errors()) & set(refusing_errors())
    assert {e.id for e in refusing_errors()} >= {
        "engine-dead",
        "harmony-header",
        "harmony-vocab",
        "cuda-oom",
        "xgrammar",
    }


ROW = """
[[error]]
id = "x"
stage = "driver"
title = "x"
pattern = "a(?P<n>b)"
cause = "{n}"
remedy = "x"
releases = "all"
source = "x"
sample = "ab"
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('stage = "driver"', 'stage = "moon"', "key 'stage': expected one of docker, driver"),
        ('cause = "{n}"', 'cause = "{m}"', "key 'cause': names no group of the pattern: m"),
        ('pattern = "a(?P<n>b)"', 'pattern = "a("', "key 'pattern'"),
        ('releases = "all"', "", "key 'releases': missing"),
        ('id = "x"', 'id = "x"\nrank = "first"', "key 'rank': expected one of cause, hint, generic"),
        ('id = "x"', 'id = "x"\ncolour = "red"', "key 'colour': unknown"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path, monkeypatch, old, new, says):
    """A row that cannot be meant ends in one sentence that names the key."""
    assert old in ROW
    file = tmp_path / "known_errors.toml"
    file.write_text(ROW.replace(old, new))
    monkeypatch.setattr(errors, "ERRORS_FILE", file)
    with pytest.raises(KnowledgeError, match=re.escape(says)):
        errors.known_errors.__wrapped__()
