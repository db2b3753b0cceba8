"""What the stand-in plays of the known defects."""

import httpx
import pytest

from fixtures.knowledge.defects import all_defects
from fixtures.standin.defects import PLAYED, defects_played
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin

MODEL = "gpt-oss-120b"
PONG = [{"role": "user", "content": "Reply with exactly: PONG"}]


def test_each_is_a_known_defect() -> None:
    """A defect is played under its id, so that a release has it as long as the table says."""
    assert {fault.name for fault in PLAYED} <= {defect.id for defect in all_defects()}


@pytest.mark.parametrize(
    ("version", "has", "has_not"),
    [
        ("0.10.1.1", "responses-stream-ends-empty", "chat-n-500"),
        ("0.10.1.1+381074ae.nv25.09", "chat-tool-result-refused", "chat-second-turn-unparsed"),
        ("0.15.1", "responses-stream-schema-breaks", "responses-tool-result-refused"),
    ],
)
def test_by_release(version: str, has: str, has_not: str) -> None:
    """A release plays its own."""
    names = {fault.name for fault in defects_played(version)}
    assert has in names and has_not not in names


def test_what_is_mended_is_not_played() -> None:
    """The newest release has what nothing has mended yet, and no more."""
    assert [fault.name for fault in defects_played("0.32.0")] == ["chat-marker-in-a-name-500"]


def test_the_engine_ends(tmp_path) -> None:
    """The chat that ends the real 0.11.0 is answered with its error, and ends the stand-in."""
    options = StandinOptions(vllm_version="0.11.0", time_factor=0.1)
    body = {"model": MODEL, "messages": PONG, "response_format": {"type": "text"}}
    with start_standin(options=options, log=tmp_path / "log", timeout=120) as running:
        given = httpx.post(f"{running.url}/v1/chat/completions", json=body, timeout=60, trust_env=False)
        assert (given.status_code, given.json()["error"]["type"]) == (500, "Internal Server Error")
        assert running.child.wait(60) == 1
