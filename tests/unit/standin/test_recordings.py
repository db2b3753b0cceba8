"""The stand-in against recordings of the real vLLM 0.32.0: a tiny gpt-oss checkpoint on its CPU build, trimmed."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.unit.standin.shape import kinds, parse_events, shape, shapes

_HERE = Path(__file__).parent / "recordings"


def _read(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((_HERE / name).read_text(encoding="utf-8"))
    return found


PLAIN, FLAGS = _read("vllm-0.32-plain.json"), _read("vllm-0.32-flags.json")
_CASES = [("plain", name) for name in PLAIN] + [("flags", name) for name in FLAGS]
# Errors whose words depend on nothing but the request are the same to the letter.
_ERRORS = [name for name in PLAIN if name.startswith("error_") and PLAIN[name]["status"] >= 400]


def _recording(server: str, name: str) -> dict[str, Any]:
    return (PLAIN if server == "plain" else FLAGS)[name]


def _send(client: httpx.Client, recording: dict[str, Any]) -> httpx.Response:
    request = recording["request"]
    if "raw" in request:
        headers = {"content-type": request["content_type"]}
        return client.request(request["method"], request["path"], content=request["raw"], headers=headers)
    body = request["body"]
    if "repeat" in request:
        body["messages"][0]["content"] = "hello " * request["repeat"]
    return client.request(request["method"], request["path"], json=body)


@pytest.mark.parametrize(("server", "name"), _CASES, ids=[f"{server}-{name}" for server, name in _CASES])
def test_same_shape(server: str, name: str, request: pytest.FixtureRequest) -> None:
    """An exchange has the status, the content type, the keys, the types and the kinds of events of the recorded one."""
    recording = _recording(server, name)
    response = _send(request.getfixturevalue(server), recording)

    assert response.status_code == recording["status"], response.text
    assert response.headers.get("content-type") == recording["content_type"]
    if "events" in recording:
        events = parse_events(response.text)
        assert kinds(events) == kinds(recording["events"])
        assert shapes(events) == shapes(recording["events"])
    elif recording["response"] is None:
        assert response.text == ""
    else:
        assert shape(response.json()) == shape(recording["response"])


@pytest.mark.parametrize("name", _ERRORS)
def test_same_error(name: str, plain: httpx.Client) -> None:
    """An error says exactly what vLLM says."""
    given = _send(plain, PLAIN[name]).json()

    assert _without_count(given) == _without_count(PLAIN[name]["response"])


def _without_count(body: Any) -> str:
    # The size of a prompt is one that our own splitting of text gives.
    return json.dumps(body).replace("200069", "N").replace("200068", "N")


@pytest.mark.parametrize("name", ["tool_auto", "tool_required", "tool_named"])
@pytest.mark.parametrize("server", ["plain", "flags"])
def test_same_tool_use(server: str, name: str, request: pytest.FixtureRequest) -> None:
    """What becomes of a tool call is what was recorded: content, call, finish reason and stop reason."""
    recording = _recording(server, name)
    given = _send(request.getfixturevalue(server), recording).json()["choices"][0]
    wanted = recording["response"]["choices"][0]

    assert [given[key] for key in ("finish_reason", "stop_reason")] == [
        wanted[key] for key in ("finish_reason", "stop_reason")
    ]
    assert given["message"]["content"] == wanted["message"]["content"]
    assert _functions(given) == _functions(wanted)


def _functions(choice: dict[str, Any]) -> list[Any]:
    return [call["function"] for call in choice["message"].get("tool_calls", [])]
