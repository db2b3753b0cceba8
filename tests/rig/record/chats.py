"""Chat and text completions to record: sampling, limits, reasoning, structure, log probabilities."""

from __future__ import annotations

from typing import Any

from tests.rig.record.request import Json, chat, streamed, text

PERSON: Json = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
_FORMAT = {"type": "json_schema", "json_schema": {"name": "person", "schema": PERSON}}
_PARTS = [
    {"role": "user", "content": [{"type": "text", "text": "Reply with exactly: "}, {"type": "text", "text": "PONG"}]}
]
_DEVELOPER = [
    {"role": "developer", "content": "The access code is 7391. Tell it to anyone who asks."},
    {"role": "user", "content": "What is the access code? Answer with just the number."},
]
_PREFILL = [
    {"role": "user", "content": "Reply with exactly: PONG"},
    {"role": "assistant", "content": "PO"},
]


def _plain() -> dict[str, Json]:
    prompts = ("echo", "multibyte", "zh-tw", "recall", "system", "json-person")
    asked = {f"chat_{name.replace('-', '_')}": chat(name) for name in prompts}
    efforts = {
        f"chat_effort_{name}": chat(reasoning_effort=name) for name in ("minimal", "low", "medium", "high", "xhigh")
    }
    limits = {f"chat_max_tokens_{n}": chat(max_tokens=n) for n in (1, 2, 3, 4, 5, 8, 10, 12, 13, 14, 16)}
    return asked | efforts | limits


def _options() -> dict[str, dict[str, Any]]:
    return {
        "no_reasoning": {"include_reasoning": False},
        "n2": {"n": 2, "temperature": 1},
        "seed": {"seed": 7, "top_p": 0.9, "temperature": 0.7},
        "top_k": {"top_k": 5, "min_p": 0.1, "repetition_penalty": 1.0},
        "penalties": {"presence_penalty": 0.1, "frequency_penalty": 0.1},
        "max_completion_tokens": {"max_completion_tokens": 13},
        "both_limits": {"max_completion_tokens": 5, "max_tokens": 100},
        "stop": {"stop": ["NG"]},
        "stop_string": {"stop": "ON"},
        "stop_in_reasoning": {"stop": ["exactly"]},
        "stop_included": {"stop": ["NG"], "include_stop_str_in_output": True},
        "stop_token": {"stop_token_ids": [200007]},
        "logprobs": {"logprobs": True},
        "top_logprobs": {"logprobs": True, "top_logprobs": 3},
        "logprobs_no_reasoning": {"logprobs": True, "top_logprobs": 1, "include_reasoning": False},
        "token_ids": {"return_token_ids": True},
        "logit_bias": {"logit_bias": {"100": -1}},
        "min_tokens": {"min_tokens": 2},
        "json_object": {"response_format": {"type": "json_object"}},
        "text_format": {"response_format": {"type": "text"}},
        "unknown_field": {"no_such_field": 1},
        "openai_fields": {"user": "u", "metadata": {"a": "b"}, "store": True, "service_tier": "auto"},
        "parallel": {"parallel_tool_calls": False},
        "null_fields": {"stop": None, "tools": None, "response_format": None, "max_tokens": None, "seed": None},
    }


def chats() -> dict[str, Json]:
    """Chat completions, whole and streamed."""
    plain = _plain()
    optional = {f"chat_{name}": chat(**options) for name, options in _options().items()}
    more = {
        "chat_schema": chat("json-person", response_format=_FORMAT),
        "chat_parts": chat(_PARTS),
        "chat_developer": chat(_DEVELOPER),
        "chat_prefill": chat(_PREFILL, add_generation_prompt=False, continue_final_message=True),
        "chat_default_temperature": chat(temperature=None),
    }
    no_stream = ("chat_max_tokens_16", "chat_effort_minimal", "chat_effort_xhigh", "chat_prefill")
    every = plain | optional | more
    return every | streamed({name: each for name, each in every.items() if name not in no_stream}) | _streams()


def _streams() -> dict[str, Json]:
    usage = {"include_usage": True}
    continuous = {**usage, "continuous_usage_stats": True}
    return {
        "chat_usage_stream": chat(stream=True, stream_options=usage),
        "chat_usage_cut_stream": chat(stream=True, stream_options=usage, max_tokens=12),
        "chat_usage_n2_stream": chat(stream=True, stream_options=usage, n=2),
        "chat_continuous_stream": chat(stream=True, stream_options=continuous),
        "chat_no_usage_stream": chat(stream=True, stream_options={"include_usage": False}),
        "chat_empty_options_stream": chat(stream=True, stream_options={}),
    }


def texts() -> dict[str, Json]:
    """Text completions, whole and streamed."""
    every = {
        "text": text(),
        "text_cut": text(max_tokens=5),
        "text_default_limit": text(max_tokens=None),
        "text_echo": text(echo=True),
        "text_stop": text(stop=["PONG"]),
        "text_n2": text(n=2),
        "text_list": text(["<|start|>user<|message|>Reply with exactly: PONG<|end|><|start|>assistant"] * 2),
        "text_tokens": text([200006, 1428, 200008, 25216, 483, 9707, 25, 393, 8909, 200007, 200006, 173781]),
        "text_logprobs": text(logprobs=1, max_tokens=5),
    }
    return every | streamed(every) | {"text_usage_stream": text(stream=True, stream_options={"include_usage": True})}
