"""Tool use to record: chat and Responses, whole and streamed, calls, results and choices."""

from __future__ import annotations

from fixtures.knowledge.prompts import responses_tool, tool_case
from tests.rig.record.request import Json, chat, chat_tool, responses, responses_case, streamed

CASE = "weather-taipei"
NAMED: Json = {"type": "function", "function": {"name": "get_weather"}}


def tools() -> dict[str, Json]:
    """Tool use on every surface."""
    every = _chat_tools() | _responses_tools()
    return every | streamed(every)


def _chat_tools() -> dict[str, Json]:
    return {
        "tool_auto": chat_tool(CASE),
        "tool_explicit_auto": chat_tool(CASE, tool_choice="auto"),
        "tool_none": chat_tool("irrelevant-echo", tool_choice="none"),
        "tool_required": chat_tool(CASE, tool_choice="required"),
        "tool_named": chat_tool(CASE, tool_choice=NAMED),
        "tool_no_arguments": chat_tool("health"),
        "tool_integers": chat_tool("multiply"),
        "tool_irrelevant": chat_tool("irrelevant-product"),
        "tool_cut": chat_tool(CASE, max_tokens=24),
        "tool_no_reasoning": chat_tool(CASE, include_reasoning=False),
        "tool_result": chat(_chat_round()),
        "tool_result_with_tools": chat(_chat_round(), tools=tool_case(CASE).as_tools()),
        "tool_usage": chat_tool(CASE, stream=True, stream_options={"include_usage": True}),
    }


def _chat_round() -> list[Json]:
    case = tool_case(CASE)
    assert case.call is not None
    call = {"id": "call_1", "type": "function", "function": {"name": case.call.name, "arguments": case.call.arguments}}
    spoken = {"role": "assistant", "content": None, "reasoning": case.analysis, "tool_calls": [call]}
    return [*case.as_messages(), spoken, {"role": "tool", "tool_call_id": "call_1", "content": case.result}]


def _responses_tools() -> dict[str, Json]:
    known = [responses_tool(name) for name in tool_case(CASE).tools]
    return {
        "responses_tool": responses_case(CASE),
        "responses_tool_required": responses_case(CASE, tool_choice="required"),
        "responses_tool_named": responses_case(CASE, tool_choice={"type": "function", "name": "get_weather"}),
        "responses_tool_none": responses_case("irrelevant-echo", tool_choice="none"),
        "responses_tool_no_arguments": responses_case("health"),
        "responses_tool_integers": responses_case("multiply"),
        "responses_tool_irrelevant": responses_case("irrelevant-product"),
        "responses_tool_cut": responses_case(CASE, max_output_tokens=24),
        "responses_tool_result": responses(_responses_round(), tools=known),
    }


def _responses_round() -> list[Json]:
    case = tool_case(CASE)
    assert case.call is not None
    return [
        *case.as_messages(),
        {"type": "function_call", "call_id": "call_1", "name": case.call.name, "arguments": case.call.arguments},
        {"type": "function_call_output", "call_id": "call_1", "output": case.result},
    ]
