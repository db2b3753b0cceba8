"""All requests, by name."""

from __future__ import annotations

from tests.rig.record.answers import answers
from tests.rig.record.chats import chats, texts
from tests.rig.record.clients import clients
from tests.rig.record.errors import body_errors, chat_errors, other_errors, routes
from tests.rig.record.request import Json
from tests.rig.record.tools import tools

RISKY = ("error_nan", "error_infinity", "chat_text_format_stream", "chat_text_format")


def requests() -> dict[str, Json]:
    """The fixed list, in the order in which they are sent."""
    parts = (routes(), chats(), texts(), answers(), tools(), chat_errors(), body_errors(), other_errors(), clients())
    every: dict[str, Json] = {}
    for part in parts:
        assert not every.keys() & part.keys(), every.keys() & part.keys()
        every |= part
    # Last: they have ended servers, or keep one busy for minutes.
    return {name: each for name, each in every.items() if name not in RISKY} | {name: every[name] for name in RISKY}
