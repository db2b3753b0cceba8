"""The stand-in against what `python -m tests.rig.record` recorded of the real vLLM 0.32.0, exchange by exchange.

Known differences stand in recordings/allowed.toml, each with its reason.
"""

import tomllib
from pathlib import Path

import pytest

from tests.rig.record.files import load
from tests.unit.standin.replay import differences

_HERE = Path(__file__).parent / "recordings"
_CONFIGS = {"mandated": "vllm-0.32.0-mandated", "tool_flags": "vllm-0.32.0-tool-flags"}
RECORDINGS = {server: load(name) for server, name in _CONFIGS.items()}
_FILE = tomllib.loads((_HERE / "allowed.toml").read_text(encoding="utf-8"))
# By server, or for "both", and by request: the aspects that may differ.
ALLOWED = {
    (entry.get("config", "both"), name): entry["aspects"] for entry in _FILE["allow"] for name in entry["requests"]
}
_CASES = [(server, name) for server, recording in RECORDINGS.items() for name in recording]


def _allowed(server: str, name: str) -> list[str]:
    return ALLOWED.get((server, name), ALLOWED.get(("both", name), []))


@pytest.mark.parametrize(("server", "name"), _CASES, ids=[f"{server}-{name}" for server, name in _CASES])
def test_answers_as_recorded(server: str, name: str, request: pytest.FixtureRequest) -> None:
    """Status, content type, shape, error, kinds of events and ends are those of the recording, but for what is allowed."""
    found = differences(request.getfixturevalue(server), RECORDINGS[server][name])

    assert {aspect: what for aspect, what in found.items() if aspect not in _allowed(server, name)} == {}


def test_every_difference_has_a_reason() -> None:
    """The list names requests that were recorded, and says why each may differ."""
    known = {name for recording in RECORDINGS.values() for name in recording}
    for entry in _FILE["allow"]:
        assert len(entry["reason"]) > 20, entry
        assert set(entry["requests"]) <= known, set(entry["requests"]) - known
