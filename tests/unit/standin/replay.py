"""A recorded exchange held against what another server answers to the same request."""

import json
from typing import Any

import httpx

from tests.rig.record.send import body_of, events, send
from tests.unit.standin.shape import kinds, shape, shapes

Json = dict[str, Any]
# Of these pages a double has a part: what it has must be in the recording too.
_PARTIAL = ("/metrics", "/openapi.json")


def differences(client: httpx.Client, recording: Json) -> dict[str, str]:
    """What differs, by aspect: status, content-type, kinds, shape, error, ends."""
    response = send(client, recording["request"])
    pairs = {"status": (recording["status"], response.status_code)}
    pairs["content-type"] = (_kind(recording["content_type"]), _kind(response.headers.get("content-type")))
    if _differ(pairs):
        return _differ(pairs)
    if "events" in recording:
        given = events(response.text)
        pairs |= {
            "kinds": (kinds(recording["events"]), kinds(given)),
            "shape": (shapes(recording["events"]), shapes(given)),
        }
    else:
        wanted, got = recording["response"], body_of(recording["request"], response)
        if recording["request"]["path"] in _PARTIAL:
            wanted = {name: part for name, part in wanted.items() if name in got}
            pairs["shape"] = (wanted, got)
        else:
            pairs |= {"shape": (shape(wanted), shape(got)), "error": (_error(wanted), _error(got))}
            pairs["ends"] = (_ends(wanted), _ends(got))
    return _differ(pairs)


def _kind(content_type: str | None) -> str | None:
    return content_type.lower().replace(" ", "") if content_type else None


def _differ(pairs: dict[str, tuple[Any, Any]]) -> dict[str, str]:
    told = {}
    for aspect, (wanted, got) in pairs.items():
        if wanted != got:
            less, more = _unlike(wanted, got), _unlike(got, wanted)
            told[aspect] = f"recorded {json.dumps(less)}, given {json.dumps(more)}"
    return told


def _unlike(one: Any, other: Any) -> Any:
    """The part of `one` that `other` does not have."""
    if isinstance(one, dict) and isinstance(other, dict):
        return {key: _unlike(part, other.get(key)) for key, part in one.items() if part != other.get(key)}
    if isinstance(one, list) and isinstance(other, list) and one and isinstance(one[0], str) and one[0].startswith("{"):
        return [part for part in one if part not in other]
    return one


def _error(body: Any) -> Any:
    error = body.get("error") if isinstance(body, dict) else None
    return [error.get(key) for key in ("type", "param", "code")] if isinstance(error, dict) else None


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
