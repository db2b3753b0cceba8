"""A recorded exchange held against what another server answers to the same request."""

import json
import re
from typing import Any

import httpx

from tests.rig.record.send import body_of, events, hear
from tests.unit.standin.shape import kinds, paths, shape, shapes

Json = dict[str, Any]
# Of these pages a double has a part: what it has must be in the recording too.
_PARTIAL = ("/metrics", "/openapi.json")


def differences(client: httpx.Client, recording: Json) -> dict[str, str]:
    """What differs, by aspect: status, crash, content-type, broken, kinds, shape, error, words, ends, calls.

    `crash`: whether it was an error of the server. `broken`: whether the connection was closed before the answer was whole.
    `words`: the message of an error.
    """
    response, broken = hear(client, recording["request"])
    head = {
        "status": _unlike(recording["status"], response.status_code),
        "crash": _unlike(recording["status"] >= 500, response.status_code >= 500),
        "broken": _unlike("failure" in recording, broken),
        "content-type": _unlike(_kind(recording["content_type"]), _kind(response.headers.get("content-type"))),
    }
    if any(head.values()):
        return _said(head)
    if "events" in recording:
        return _said(_streams(recording["events"], events(response.text)))
    return _said(_bodies(recording, body_of(recording["request"], response)))


def _said(found: dict[str, str]) -> dict[str, str]:
    return {aspect: what for aspect, what in found.items() if what}


def _streams(wanted: list[list[Any]], got: list[list[Any]]) -> dict[str, str]:
    return {"kinds": _unlike(kinds(wanted), kinds(got)), "shape": _shapes(shapes(wanted), shapes(got))}


def _bodies(recording: Json, got: Any) -> dict[str, str]:
    wanted = recording["response"]
    if recording["request"]["path"] in _PARTIAL:
        return {"shape": _unlike([], sorted(name for name, part in got.items() if wanted.get(name) != part))}
    parts = {"error": _error, "words": _words, "ends": _ends, "calls": _calls}
    return {"shape": _shape(wanted, got), **{name: _unlike(part(wanted), part(got)) for name, part in parts.items()}}


def _shapes(wanted: dict[str, list[Any]], got: dict[str, list[Any]]) -> str:
    """The kinds that both have: which there are is an aspect of its own."""
    told = {kind: _shape(part, got[kind]) for kind, part in wanted.items() if kind in got}
    return "; ".join(f"{kind}: {what}" for kind, what in told.items() if what)


def _shape(wanted: Any, got: Any) -> str:
    """What one has and the other has not, as paths; whole shapes where only their combinations differ."""
    if shape(wanted) == shape(got):
        return ""
    less, more = sorted(paths(wanted) - paths(got)), sorted(paths(got) - paths(wanted))
    return _unlike(less, more) or _unlike(shape(wanted), shape(got))


def _kind(content_type: str | None) -> str | None:
    return content_type.lower().replace(" ", "") if content_type else None


def _unlike(wanted: Any, got: Any) -> str:
    return "" if wanted == got else f"recorded {json.dumps(wanted)}, given {json.dumps(got)}"


def _error(body: Any) -> Any:
    error = body.get("error") if isinstance(body, dict) else None
    return [error.get(key) for key in ("type", "param", "code")] if isinstance(error, dict) else None


def _words(body: Any) -> Any:
    error = body.get("error") if isinstance(body, dict) else None
    # The size of a prompt is one that our own splitting of text gives.
    return re.sub("20006[89]", "N", str(error.get("message"))) if isinstance(error, dict) else None


def _calls(body: Any) -> Any:
    """What each choice calls."""
    choices = body.get("choices", ()) if isinstance(body, dict) else ()
    messages = [choice.get("message") or {} for choice in choices]
    return [[call["function"] for call in message.get("tool_calls") or ()] for message in messages]


def _ends(body: Any) -> Any:
    """How each answer ended: finish and stop reason, or status and what the output consists of."""
    if not isinstance(body, dict):
        return None
    if "choices" in body:
        return [[choice.get("finish_reason"), choice.get("stop_reason")] for choice in body["choices"]]
    if "output" in body:
        items = [[item["type"], item.get("status")] for item in body["output"]]
        return [body["status"], body.get("incomplete_details"), items]
    return None
