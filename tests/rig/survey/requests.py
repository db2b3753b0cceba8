"""The bodies that are sent: those of tests/rig/record, each with a token limit."""

from __future__ import annotations

from typing import Any

from fixtures.judges.tools import Surface
from fixtures.knowledge.prompts import ToolCase, responses_tool
from tests.rig.record.request import PROMPT, Json
from tests.rig.record.request import chat as recorded_chat
from tests.rig.record.request import responses as recorded_responses

LIMIT = 1024  # tokens: enough for reasoning at low or medium effort, and the answer


def chat(prompt: str | list[Json] = PROMPT, /, **options: Any) -> Json:
    """A chat at temperature 0 and low effort: the id of a prompt, or messages. A stream counts its tokens."""
    usage = {"stream_options": {"include_usage": True}} if options.get("stream") else {}
    return recorded_chat(prompt, **({"max_tokens": LIMIT, "reasoning_effort": "low"} | usage | options))


def responses(given: Any, /, **options: Any) -> Json:
    """A request of the Responses API at temperature 0 and low effort."""
    return recorded_responses(given, **({"max_output_tokens": LIMIT, "reasoning": {"effort": "low"}} | options))


def tool_request(surface: Surface, case: ToolCase, /, **options: Any) -> Json:
    """A tool case on any surface; `tools=None` offers none."""
    form = case.as_tools() if surface.of_chat else [responses_tool(name) for name in case.tools]
    merged = {"tools": form} | ({"stream": True} if surface.streamed else {}) | options
    sent = {name: value for name, value in merged.items() if value is not None}
    ask = chat if surface.of_chat else responses
    return ask(case.as_messages(), **sent)
