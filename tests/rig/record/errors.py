"""Requests that are refused, to record: of every kind that a client may send by mistake."""

from __future__ import annotations

import json
from typing import Any

from tests.rig.record.request import CHAT, MODEL, RESPONSES, TEXT, Json, chat, get, post, raw, responses, streamed, text

_TOOL: Json = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}
_PING = [{"role": "user", "content": "Reply with exactly: PONG"}]


def _values() -> dict[str, dict[str, Any]]:
    """Fields of a chat that have a wrong type, or a value out of range."""
    return {
        "model": {"model": "nope"},
        "model_number": {"model": 5},
        "max_tokens_zero": {"max_tokens": 0},
        "max_tokens_negative": {"max_tokens": -1},
        "max_tokens_string": {"max_tokens": "many"},
        "max_tokens_float": {"max_tokens": 1.5},
        "max_completion_tokens_zero": {"max_completion_tokens": 0},
        "temperature_negative": {"temperature": -1},
        "temperature_three": {"temperature": 3},
        "temperature_string": {"temperature": "hot"},
        "top_p_zero": {"top_p": 0},
        "top_p_two": {"top_p": 2},
        "top_k": {"top_k": -5},
        "min_p": {"min_p": 2},
        "presence_penalty": {"presence_penalty": 3},
        "frequency_penalty": {"frequency_penalty": -3},
        "repetition_penalty": {"repetition_penalty": 0},
        "n_zero": {"n": 0},
        "n_string": {"n": "two"},
        "seed_string": {"seed": "x"},
        "stop_numbers": {"stop": [1, 2]},
        "stop_empty": {"stop": [""]},
        "stream_string": {"stream": "perhaps"},
        "stream_options": {"stream_options": {"include_usage": True}},
        "logprobs_missing": {"top_logprobs": 2},
        "top_logprobs_many": {"logprobs": True, "top_logprobs": 100},
        "top_logprobs_negative": {"logprobs": True, "top_logprobs": -5},
        "logit_bias": {"logit_bias": {"9999999": 1}},
        "effort": {"reasoning_effort": "extreme"},
        "effort_none": {"reasoning_effort": "none"},
        "format_type": {"response_format": {"type": "nope"}},
        "format_no_schema": {"response_format": {"type": "json_schema"}},
        "format_bad_schema": {
            "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}
        },
        "tools_empty": {"tools": []},
        "tools_string": {"tools": "x"},
        "tools_type": {"tools": [{"type": "nope"}]},
        "tools_no_name": {"tools": [{"type": "function", "function": {}}]},
        "choice_without_tools": {"tool_choice": "required"},
        "choice_bogus": {"tools": [_TOOL], "tool_choice": "bogus"},
        "choice_unknown": {"tools": [_TOOL], "tool_choice": {"type": "function", "function": {"name": "x"}}},
    }


def _messages() -> dict[str, Any]:
    return {
        "messages_empty": [],
        "messages_string": "hello",
        "messages_null": None,
        "message_string": ["hello"],
        "message_no_role": [{"content": "x"}],
        "message_no_content": [{"role": "user"}],
        "message_role": [{"role": "robot", "content": "x"}],
        "message_content_number": [{"role": "user", "content": 5}],
        "message_content_null": [{"role": "user", "content": None}],
        "message_empty": [{"role": "user", "content": ""}],
        "message_part_type": [{"role": "user", "content": [{"type": "nope"}]}],
        "message_image": [
            {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}
        ],
        "message_tool_alone": [{"role": "tool", "content": "x"}],
    }


def chat_errors() -> dict[str, Json]:
    """Chats that are refused; some of them streamed, whose refusal is no stream."""
    values = {f"error_{name}": chat(**options) for name, options in _values().items()}
    messages = {f"error_{name}": post(CHAT, {"model": MODEL, "messages": each}) for name, each in _messages().items()}
    long = {"error_too_long": {**chat(_PING), "repeat": 40000}}
    again = {n: values[f"error_{n}"] for n in ("model", "n_zero", "top_p_two", "format_bad_schema", "tools_empty")}
    return values | messages | long | streamed({f"error_{name}": each for name, each in again.items()})


def body_errors() -> dict[str, Json]:
    """Bodies that are no request at all."""
    good = json.dumps({"model": MODEL, "messages": _PING})
    return {
        "error_no_body": raw(CHAT, ""),
        "error_not_json": raw(CHAT, "hello"),
        "error_bad_json": raw(CHAT, '{"model": "gpt-oss-120b", "messages": [,]}'),
        "error_cut_json": raw(CHAT, good[:-5]),
        "error_two_values": raw(CHAT, good + good),
        "error_list": raw(CHAT, "[]"),
        "error_string": raw(CHAT, '"hello"'),
        "error_null": raw(CHAT, "null"),
        "error_empty_object": raw(CHAT, "{}"),
        "error_not_utf8": raw(CHAT, '{"model": "\xff\xfe"}'),
        "error_nan": raw(CHAT, good[:-1] + ', "temperature": NaN}'),
        "error_infinity": raw(CHAT, good[:-1] + ', "temperature": Infinity}'),
        "error_huge_integer": raw(CHAT, good[:-1] + ', "max_tokens": 99999999999999999999999}'),
        "error_content_type_text": raw(CHAT, good, "text/plain"),
        "error_content_type_form": raw(CHAT, good, "application/x-www-form-urlencoded"),
        "content_type_charset": raw(CHAT, good[:-1] + ', "temperature": 0}', "application/json; charset=utf-8"),
    }


def other_errors() -> dict[str, Json]:
    """What the other surfaces refuse."""
    return {
        "error_text_model": text(model="nope"),
        "error_text_no_prompt": post(TEXT, {"model": MODEL}),
        "error_text_prompt_empty": text(""),
        "error_text_prompt_list": text([]),
        "error_text_prompt_number": text(5),
        "error_text_max_tokens": text(max_tokens=0),
        "error_text_n": text(n=0),
        "error_text_suffix": text(suffix="x"),
        "error_text_logprobs": text(logprobs=100),
        "error_text_token": text([99999999]),
        "error_responses_model": responses(model="nope"),
        "error_responses_no_input": post(RESPONSES, {"model": MODEL}),
        "error_responses_input_number": responses(5),
        "error_responses_input_empty": responses([]),
        "error_responses_role": responses([{"role": "robot", "content": "x"}]),
        "error_responses_item": responses([{"type": "nope"}]),
        "error_responses_max_tokens": responses(max_output_tokens=0),
        "error_responses_temperature": responses(temperature=-1),
        "error_responses_top_p": responses(top_p=2),
        "error_responses_effort": responses(reasoning={"effort": "extreme"}),
        "error_responses_previous": responses(previous_response_id="resp_nope"),
        "error_responses_previous_bad": responses(previous_response_id="nope"),
        "error_responses_background": responses(background=True),
        "error_responses_tools": responses(tools=[{"type": "nope"}]),
        "error_responses_choice": responses(tool_choice="bogus"),
        "error_responses_format": responses(text={"format": {"type": "nope"}}),
        "error_responses_not_json": raw(RESPONSES, "hello"),
        "error_responses_model_stream": responses(model="nope", stream=True),
        "error_stored": get("/v1/responses/resp_nope"),
        "error_stored_bad": get("/v1/responses/nope"),
        "error_cancel": post("/v1/responses/resp_nope/cancel", None),
    }


def routes() -> dict[str, Json]:
    """Pages, and routes and methods that do not exist."""
    return {
        "health": get("/health"),
        "health_head": get("/health", "HEAD"),
        "health_post": get("/health", "POST"),
        "ping": get("/ping"),
        "ping_post": get("/ping", "POST"),
        "load": get("/load"),
        "version": get("/version"),
        "models": get("/v1/models"),
        "models_post": get("/v1/models", "POST"),
        "model_by_name": get(f"/v1/models/{MODEL}"),
        "metrics": get("/metrics"),
        "openapi": get("/openapi.json"),
        "docs": get("/docs"),
        "root": get("/"),
        "no_route": get("/v1/nope"),
        "chat_get": get(CHAT),
        "chat_options": get(CHAT, "OPTIONS"),
        "chat_delete": get(CHAT, "DELETE"),
        "responses_get": get(RESPONSES),
        "trailing_slash": get("/v1/models/"),
        "embeddings": post("/v1/embeddings", {"model": MODEL, "input": "x"}),
        "tokenize": post("/tokenize", {"model": MODEL, "prompt": "Hello world"}),
        "tokenize_strings": post("/tokenize", {"model": MODEL, "prompt": "Hello world", "return_token_strs": True}),
        "tokenize_model": post("/tokenize", {"model": "nope", "prompt": "Hello world"}),
        "detokenize": post("/detokenize", {"model": MODEL, "tokens": [13225, 2375]}),
        "request_id": {**chat(), "headers": {"X-Request-Id": "mine-1"}},
    }
