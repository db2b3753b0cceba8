"""What clients send, to record: the requests of the clauses on clients, as their modules build them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module

from fixtures.adapters.targets import load_target
from fixtures.core.exchange import Call
from fixtures.given.ask import Ask
from tests.rig.record.request import Json, post, raw

# Imported when it runs: the suite has no types, and a checker that follows the import would ask for them.
_MODULES = {"chat": "suites.api.test_clients", "responses": "suites.model.test_responses_clients"}
# Judged by their size alone, which a recording does not keep.
_UNKEPT = ("chat echo", "response echo")


def clients() -> dict[str, Json]:
    """Requests of chat and Responses, each named after its surface and its name in its clause's module."""
    return {name: request for surface in _MODULES for name, request in _named(surface)}


def _named(surface: str) -> Iterator[tuple[str, Json]]:
    calls: dict[str, Call] = import_module(_MODULES[surface]).answers.calls(Ask(load_target("cpu")))
    for name, call in calls.items():
        if name not in _UNKEPT:
            yield f"client_{surface}_{re.sub(r'[^a-z0-9]+', '_', name.lower())}", _request(call)


def _request(call: Call) -> Json:
    text = call.body.decode()
    # Half a surrogate is no text, and can be sent only as it was spelled.
    return raw(call.path, text) if r"\ud83d" in text else post(call.path, json.loads(text))
