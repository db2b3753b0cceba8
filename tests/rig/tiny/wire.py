"""A case as requests of the two APIs, and what their answers say, streamed or not."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.rig.tiny.case import Case, Message

Json = dict[str, Any]
MODEL = "gpt-oss-120b"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a server answered: final text, reasoning, and the calls as (name, JSON arguments)."""

    text: str
    reasoning: str
    calls: tuple[tuple[str, str], ...]


def chat_request(case: Case) -> Json:
    """The body for /v1/chat/completions."""
    body: Json = {"model": MODEL, "messages": list(case.messages)}
    if case.tools:
        body["tools"] = list(case.tools)
    return {**body, "reasoning_effort": case.effort} if case.effort else body


def responses_request(case: Case) -> Json:
    """The body for /v1/responses; the first system message becomes `instructions`."""
    first = case.messages[0]
    lead, rest = (first["content"], case.messages[1:]) if first["role"] == "system" else (None, case.messages)
    body: Json = {"model": MODEL, "input": [item for message in rest for item in items(message)]}
    if case.tools:
        body["tools"] = [{"type": "function", **tool["function"]} for tool in case.tools]
    if case.effort:
        body["reasoning"] = {"effort": case.effort}
    return {**body, "instructions": lead} if lead else body


def text_request(case: Case) -> Json:
    """The body for /v1/completions: the question in harmony's own words, or as bare text."""
    question = case.messages[-1]["content"]
    harmony = f"<|start|>user<|message|>{question}<|end|><|start|>assistant"
    prompt = harmony if case.analysis else question
    return {"model": MODEL, "prompt": prompt, "max_tokens": 400, "skip_special_tokens": False}


def items(message: Message) -> list[Json]:
    """A chat message as Responses input items."""
    if message["role"] == "tool":
        return [{"type": "function_call_output", "call_id": message["tool_call_id"], "output": message["content"]}]
    if "tool_calls" not in message:
        return [{"role": message["role"], "content": message["content"]}]
    calls = [{"type": "function_call", "call_id": call["id"], **call["function"]} for call in message["tool_calls"]]
    if reasoning := message.get("reasoning"):
        content = [{"type": "reasoning_text", "text": reasoning}]
        calls.insert(0, {"type": "reasoning", "id": "rs_1", "summary": [], "content": content})
    return calls


def hear_chat(body: Json) -> Heard:
    """A chat.completion."""
    message = body["choices"][0]["message"]
    calls = tuple((call["function"]["name"], call["function"]["arguments"]) for call in message.get("tool_calls") or ())
    return Heard(message.get("content") or "", message.get("reasoning") or "", calls)


def hear_responses(body: Json) -> Heard:
    """A response object."""
    output = body["output"]
    text = "".join(part["text"] for item in output if item["type"] == "message" for part in item["content"])
    reasoning = "".join(part["text"] for item in output if item["type"] == "reasoning" for part in item["content"])
    calls = tuple((item["name"], item["arguments"]) for item in output if item["type"] == "function_call")
    return Heard(text, reasoning, calls)


def hear_text(body: Json) -> Heard:
    """A text_completion: harmony's messages one after the other, up to the stop token."""
    text = body["choices"][0]["text"].removesuffix("<|return|>")
    thought, _, answer = text.rpartition("<|end|><|start|>assistant")
    said = answer.rpartition("<|message|>")[2]
    return Heard(said, thought.removeprefix("<|channel|>analysis<|message|>"), ())


def events(lines: Iterable[str]) -> list[Json]:
    """The JSON of a stream's `data:` lines."""
    data = (line.removeprefix("data: ") for line in lines if line.startswith("data: "))
    return [json.loads(text) for text in data if text != "[DONE]"]


def hear_chat_stream(chunks: list[Json]) -> Heard:
    """The chunks of a streamed chat completion, put together."""
    text, reasoning = "", ""
    calls: dict[int, list[str]] = {}
    for choice in (choice for chunk in chunks for choice in chunk.get("choices", ())):
        delta = choice["delta"]
        text += delta.get("content") or ""
        reasoning += delta.get("reasoning") or ""
        for part in delta.get("tool_calls") or ():
            call = calls.setdefault(part["index"], ["", ""])
            call[0] += part["function"].get("name") or ""
            call[1] += part["function"].get("arguments") or ""
    return Heard(text, reasoning, tuple((name, arguments) for name, arguments in calls.values()))


def hear_responses_stream(chunks: list[Json]) -> Heard:
    """A streamed response: its deltas have to add up to what `response.completed` holds."""
    final = next(chunk["response"] for chunk in chunks if chunk["type"] == "response.completed")
    whole = hear_responses(final)
    spoken = "".join(chunk["delta"] for chunk in chunks if chunk["type"] == "response.output_text.delta")
    if spoken != whole.text:
        raise ValueError(f"the deltas say {spoken!r}, response.completed says {whole.text!r}")
    return whole
