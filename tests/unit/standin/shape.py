"""The shape of JSON and of event streams, to hold two servers against each other."""

import json
from typing import Any

Json = dict[str, Any]


def shape(value: Any) -> Any:
    """Key sets and value types, all the way down; of a list the set of its elements' shapes."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in sorted(value.items())}
    if isinstance(value, list):
        return sorted({json.dumps(shape(part)) for part in value})
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def parse_events(text: str) -> list[list[Any]]:
    """The events of a stream: the name, or None, and the data, parsed unless it is the terminator."""
    return [_event(frame) for frame in text.split("\n\n") if frame]


def _event(frame: str) -> list[Any]:
    lines = frame.split("\n")
    name = next((line[7:] for line in lines if line.startswith("event: ")), None)
    data = next(line[6:] for line in lines if line.startswith("data: "))
    return [name, data if data == "[DONE]" else json.loads(data)]


def kinds(events: list[list[Any]]) -> list[str]:
    """What kind each event is, repetitions left out."""
    found: list[str] = []
    for name, data in events:
        kind = name or _chat_kind(data)
        if not found or found[-1] != kind:
            found.append(kind)
    return found


def _chat_kind(data: Any) -> str:
    if data == "[DONE]":
        return "done"
    if "choices" not in data:
        return "error" if "error" in data else f"unknown {sorted(data)}"
    if not data["choices"]:
        return "usage"
    choice = data["choices"][0]
    said = "text" if "text" in choice else "+".join(choice["delta"]) or "empty"
    return f"{said} {choice['finish_reason']}"


def shapes(events: list[list[Any]]) -> dict[str, list[Any]]:
    """The data of the events of each kind, each shape once."""
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        found.setdefault(kinds([event])[0], {})[json.dumps(shape(event[1]))] = event[1]
    return {kind: [each[key] for key in sorted(each)] for kind, each in found.items()}


def paths(value: Any, at: str = "") -> set[str]:
    """Every path to a leaf and the type of what is there, as `.choices[].index: number`."""
    if isinstance(value, dict) and value:
        return {path for key, part in value.items() for path in paths(part, f"{at}.{key}")}
    if isinstance(value, list) and value:
        return {path for part in value for path in paths(part, f"{at}[]")}
    return {f"{at}: {shape(value) if not isinstance(value, dict | list) else 'empty'}"}
