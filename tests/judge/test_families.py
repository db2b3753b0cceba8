"""The suite passes on a healthy server of every kind of release, from the first that serves gpt-oss on."""

import pytest

from tests.judge.test_command_line import record_of, suite

# 0.10.1.1 and 0.32 are rehearsed whole in test_command_line.py.
RELEASES = ("0.10.2", "0.11.0", "0.13.0", "0.17.1", "0.20.1", "0.24.0", "0.29.0", "0.33.0")
PATHS = ("suites/api", "suites/model")
# What a clause says when the suite's own client was late: that is the machine's, not the release's.
LATE = ("client", "late")


@pytest.mark.parametrize("version", RELEASES)
def test_a_healthy_release_passes(version: str, tmp_path) -> None:
    """No clause on API and model is FAIL, ERROR or BLOCKED, whichever release the stand-in plays."""
    done = suite("--vllm-version", version, runs=tmp_path, paths=PATHS)
    assert done.returncode in {1, 6}, done.stdout[-4000:]
    record = record_of(tmp_path)
    bad = [c for c in record["clauses"] if c["outcome"] in {"FAIL", "ERROR", "BLOCKED"}]
    assert [f"{c['id']} {c['outcome']}: {c['message']}" for c in bad if not _late(c["message"])] == []
    assert record["deployment"]["vllm_version"] == version


def _late(message: str) -> bool:
    return all(word in message for word in LATE)
