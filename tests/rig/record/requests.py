"""All requests, by name."""

from __future__ import annotations

from tests.rig.record.answers import answers
from tests.rig.record.chats import chats, texts
from tests.rig.record.errors import body_errors, chat_errors, other_errors, routes
from tests.rig.record.request import Json
from tests.rig.record.tools import tools


def requests() -> dict[str, Json]:
    """The fixed list, in the order in which they are sent."""
    parts = (routes(), chats(), texts(), answers(), tools(), chat_errors(), body_errors(), other_errors())
    every: dict[str, Json] = {}
    for part in parts:
        assert not every.keys() & part.keys(), every.keys() & part.keys()
        every |= part
    return every
