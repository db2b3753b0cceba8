"""Chats and responses whose prompts tell all fields of a style apart (fixtures/knowledge/harmony/style.py)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fixtures.knowledge.prompts import responses_tool, tools
from tests.engine.bodies import CALL, DEVELOPER, HELLO, PARTS, RESULT, SPOKEN_CALL, SYSTEM, THOUGHT
from tests.rig.record.request import Json
from tests.rig.survey.requests import chat, responses

ANSWER: Json = {"role": "assistant", "content": "Hi."}
CALLED: Json = {"role": "assistant", "content": None, "reasoning": "Ask.", "tool_calls": [CALL]}
NAMED = {**RESULT, "name": "get_time"}
FUNCTION = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "get_time", "arguments": '{"city": "Oslo"}'}
OUTPUT = {"type": "function_call_output", "call_id": "c1", "output": "noon"}
REASONING = {"type": "reasoning", "id": "rs_1", "summary": [], "content": [{"type": "reasoning_text", "text": "Ask."}]}
INPUT_PARTS = [{"type": "input_text", "text": part["text"]} for part in PARTS]
_BRIEF = "Be brief."


def _chat(*messages: Json, **options: Any) -> Json:
    return chat(list(messages), **({"max_tokens": 1, "reasoning_effort": "medium"} | options))


def _response(given: Any, **options: Any) -> Json:
    return responses(given, **({"max_output_tokens": 1, "reasoning": {"effort": "medium"}} | options))


def _chats() -> dict[str, Json]:
    offered = tools("get_time")
    return {
        "plain": _chat(HELLO),
        "low effort": _chat(HELLO, reasoning_effort="low"),
        "high effort": _chat(HELLO, reasoning_effort="high"),
        "parts": _chat({"role": "user", "content": PARTS}),
        "system": _chat(SYSTEM, HELLO),
        "developer": _chat(DEVELOPER, HELLO),
        "system and developer": _chat(SYSTEM, DEVELOPER, HELLO),
        "developer and system": _chat(DEVELOPER, SYSTEM, HELLO),
        "a later system": _chat(HELLO, ANSWER, SYSTEM, HELLO),
        "an earlier answer": _chat(HELLO, ANSWER, HELLO),
        "earlier reasoning": _chat(HELLO, THOUGHT, HELLO),
        "tools": _chat(HELLO, tools=offered),
        "system and tools": _chat(SYSTEM, HELLO, tools=offered),
        "system, developer and tools": _chat(SYSTEM, DEVELOPER, HELLO, tools=offered),
        "a call": _chat(HELLO, CALLED, RESULT, tools=offered),
        "a call, its result named": _chat(HELLO, CALLED, NAMED, tools=offered),
        "a call beside text": _chat(HELLO, SPOKEN_CALL, NAMED, tools=offered),
        "a call, no tools": _chat(HELLO, CALLED, NAMED),
        "an earlier call": _chat(SYSTEM, HELLO, CALLED, NAMED, THOUGHT, HELLO, tools=offered),
    }


def _responses() -> dict[str, Json]:
    offered = [responses_tool("get_time")]
    return {
        "plain": _response("Hello"),
        "low effort": _response("Hello", reasoning={"effort": "low"}),
        "high effort": _response("Hello", reasoning={"effort": "high"}),
        "parts": _response([{"role": "user", "content": INPUT_PARTS}]),
        "system": _response([SYSTEM, HELLO]),
        "developer": _response([DEVELOPER, HELLO]),
        "instructions": _response("Hello", instructions=_BRIEF),
        "instructions and system": _response([SYSTEM, HELLO], instructions=_BRIEF),
        "an earlier answer": _response([HELLO, ANSWER, HELLO]),
        "earlier reasoning": _response([HELLO, REASONING, ANSWER, HELLO]),
        "reasoning in two turns": _response([HELLO, REASONING, ANSWER, HELLO, REASONING, ANSWER, HELLO]),
        "tools": _response("Hello", tools=offered),
        "instructions and tools": _response("Hello", instructions=_BRIEF, tools=offered),
        "system and tools": _response([SYSTEM, HELLO], tools=offered),
        "a call": _response([HELLO, FUNCTION, OUTPUT], tools=offered),
        "a call after reasoning": _response([HELLO, REASONING, FUNCTION, OUTPUT], tools=offered),
        "a call after an answer": _response(
            [HELLO, REASONING, ANSWER, HELLO, REASONING, FUNCTION, OUTPUT], tools=offered
        ),
        "a call, no tools": _response([HELLO, FUNCTION, OUTPUT]),
    }


def prompt_requests() -> Mapping[str, Json]:
    """The requests by name; the same ones every time."""
    chats = {f"chat: {name}": request for name, request in _chats().items()}
    return MappingProxyType(chats | {f"Responses: {name}": request for name, request in _responses().items()})
