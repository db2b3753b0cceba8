"""The stand-in against what `python -m tests.rig.record` recorded of the real releases, exchange by exchange.

Known differences stand in recordings/allowed.toml, each with its reason.
"""

import tomllib
from collections.abc import Callable
from fnmatch import filter as filter_names
from fnmatch import fnmatch
from pathlib import Path

import httpx
import pytest
from packaging.version import Version

from fixtures.knowledge.releases import measured_releases
from tests.rig.record.files import load, recordings
from tests.rig.record.requests import requests
from tests.unit.standin.replay import differences

ALLOWED = tomllib.loads((Path(__file__).parent / "recordings/allowed.toml").read_text(encoding="utf-8"))["allow"]
RECORDINGS = recordings()
_ASPECTS = {"status", "crash", "content-type", "broken", "kinds", "shape", "error", "words", "ends", "calls"}


def _parts(recording: str) -> tuple[str, str]:
    """The release and the configuration, as vllm-0.32.0-tool-flags has them."""
    _, release, configuration = recording.split("-", 2)
    return release, configuration


def _allowed(recording: str, name: str) -> set[str]:
    """The aspects of an exchange that may differ."""
    release, configuration = _parts(recording)
    return {
        aspect
        for entry in ALLOWED
        if any(fnmatch(name, pattern) for pattern in entry["requests"])
        and entry.get("config", configuration) == configuration
        and Version(entry.get("first", release)) <= Version(release) <= Version(entry.get("last", release))
        for aspect in entry["aspects"]
    }


@pytest.mark.parametrize("recording", RECORDINGS)
def test_answers_as_recorded(recording: str, of_release: Callable[..., httpx.Client]) -> None:
    """Status, content type, shape, error, kinds of events and ends are those of the recording, but for what is allowed.

    What the real server did not answer in time is held against nothing.
    """
    release, configuration = _parts(recording)
    client = of_release(release, tool_flags=configuration == "tool-flags")
    surprising = {}
    for name, exchange in load(recording).items():
        found = differences(client, exchange) if exchange["status"] is not None else {}
        surprising[name] = {aspect: what for aspect, what in found.items() if aspect not in _allowed(recording, name)}

    assert {name: found for name, found in surprising.items() if found} == {}


def test_every_measured_release_was_recorded() -> None:
    """Each with the mandated arguments, and with every request that there is."""
    assert {f"vllm-{release}-mandated" for release in measured_releases()} <= set(RECORDINGS)
    assert [name for name in RECORDINGS if set(requests()) - set(load(name))] == []


def test_every_difference_has_a_reason() -> None:
    """The list names requests that are recorded and aspects that there are, and says why each may differ."""
    for entry in ALLOWED:
        assert len(entry["reason"]) > 20, entry
        assert [pattern for pattern in entry["requests"] if not filter_names(requests(), pattern)] == [], entry
        assert set(entry["aspects"]) <= _ASPECTS, entry
