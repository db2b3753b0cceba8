"""Responses of the Responses API to record, without tools."""

from __future__ import annotations

from typing import Any

from fixtures.knowledge.prompts import chat_prompt
from tests.rig.record.chats import PERSON
from tests.rig.record.request import Json, responses, streamed

_FORMAT = {"type": "json_schema", "name": "person", "schema": PERSON}


def _options() -> dict[str, dict[str, Any]]:
    return {
        "plain": {},
        "effort_low": {"reasoning": {"effort": "low"}},
        "effort_high": {"reasoning": {"effort": "high"}},
        "instructions": {"instructions": "You are a helpful assistant."},
        "sampling": {"temperature": 0.7, "top_p": 0.9},
        "store_false": {"store": False},
        "metadata": {"metadata": {"a": "b"}, "user": "u"},
        "truncation": {"truncation": "auto"},
        "cut_in_reasoning": {"max_output_tokens": 5},
        "cut_in_answer": {"max_output_tokens": 15},
        "cut_at_once": {"max_output_tokens": 1},
        "unknown_field": {"no_such_field": 1},
        "logprobs": {"include": ["message.output_text.logprobs"], "top_logprobs": 1},
    }


def answers() -> dict[str, Json]:
    """The Responses API, whole and streamed."""
    optional = {f"responses_{name}": responses(**options) for name, options in _options().items()}
    person = chat_prompt("json-person").as_messages()
    more = {
        "responses_schema": responses(person, text={"format": _FORMAT}),
        "responses_json_object": responses(person, text={"format": {"type": "json_object"}}),
        "responses_multibyte": responses(chat_prompt("multibyte").as_messages()),
        "responses_recall": responses(chat_prompt("recall").as_messages()),
        "responses_parts": responses(
            [{"role": "user", "content": [{"type": "input_text", "text": "Reply with exactly: PONG"}]}]
        ),
    }
    every = optional | more
    return every | streamed(every)
