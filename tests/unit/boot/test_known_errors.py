import pytest

from fixtures.core.diagnosis import diagnose, diagnose_exit
from fixtures.knowledge.errors import known_errors

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


@pytest.mark.parametrize(
    ("code", "oom", "id"),
    [(1, False, "container-exited"), (137, False, "killed"), (137, True, "oom-killed"), (127, False, "not-found")],
)
def test_an_exit_without_a_known_error(code, oom, id):
    """Where the log names no known error, the exit itself is the diagnosis."""
    assert diagnose_exit(exit_code=code, oom_killed=oom, seconds=1, text="bye", errors=ERRORS).id == id


def test_a_known_error_beats_the_exit_code():
    """The log knows better than the status."""
    text = "vllm: error: unrecognized arguments: --nope"
    assert diagnose_exit(exit_code=2, oom_killed=False, seconds=1, text=text, errors=ERRORS).id == "bad-argument"
