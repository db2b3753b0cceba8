"""The chat surface of vLLM 0.32: limits, counts, answers."""

from typing import Any

import httpx
import pytest

from fixtures.knowledge.prompts import chat_prompts, load_prompt, tool_cases
from tests.unit.standin.shape import parse_events

MODEL = "gpt-oss-120b"


def _chat(client: httpx.Client, messages: list[dict[str, Any]], **body: Any) -> dict[str, Any]:
    response = client.post("/v1/chat/completions", json={"model": MODEL, "messages": messages, **body})
    given: dict[str, Any] = response.json()
    return given


def _ask(client: httpx.Client, question: str, **body: Any) -> dict[str, Any]:
    return _chat(client, [{"role": "user", "content": question}], **body)


@pytest.mark.parametrize("prompt", chat_prompts(), ids=lambda prompt: prompt.id)
def test_answers(prompt: Any, plain: httpx.Client) -> None:
    """Every conversation of prompts.toml gets its answer."""
    given = _chat(plain, prompt.as_messages())["choices"][0]["message"]

    assert (given["content"], given["reasoning"]) == (prompt.answer, prompt.analysis)


@pytest.mark.parametrize("case", tool_cases(), ids=lambda case: case.id)
def test_tool_cases(case: Any, flags: httpx.Client) -> None:
    """Every tool case gets its call, or its answer; and after the tool's result, the final answer."""
    message = _chat(flags, case.as_messages(), tools=case.as_tools())["choices"][0]["message"]
    if case.call is None:
        assert message["content"] == case.answer
        return
    call = message["tool_calls"][0]
    assert call["function"] == {"name": case.call.name, "arguments": case.call.arguments}
    result = {"role": "tool", "tool_call_id": call["id"], "content": case.result}
    final = _chat(flags, [*case.as_messages(), message, result], tools=case.as_tools())

    assert final["choices"][0]["message"]["content"] == case.answer


def test_memory_is_the_conversation(plain: httpx.Client) -> None:
    """What was not said in the conversation is not known."""
    given = _ask(plain, "What is my name? Answer in one word.")

    assert "Alice" not in given["choices"][0]["message"]["content"]


@pytest.mark.parametrize("limit", range(1, 41))
def test_limit(limit: int, plain: httpx.Client) -> None:
    """max_tokens cuts anywhere: the count is exact, and a header that is cut shows as content, as recorded of 0.32."""
    choice, usage = (given := _ask(plain, "Count from 1 to 50.", max_tokens=limit))["choices"][0], given["usage"]

    assert (choice["finish_reason"], usage["completion_tokens"]) == ("length", limit)
    assert bool(choice["message"]["reasoning"]) == (limit > 3)
    content, after = choice["message"]["content"] or "", limit - 3 - usage_reasoning(usage)
    assert content.startswith("<|") == (limit in (1, 2) or 1 < after < 6)
    assert bool(content) == (content.startswith("<|") or after > 6)


def usage_reasoning(usage: dict[str, Any]) -> int:
    """The reasoning tokens of a usage."""
    return int(usage["completion_tokens_details"]["reasoning_tokens"])


def test_stream_equals_whole(plain: httpx.Client) -> None:
    """The deltas of a stream, put together, and its usage are those of the whole answer."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": load_prompt("x1", 100)}]}
    whole = plain.post("/v1/chat/completions", json=body).json()
    streamed = {**body, "stream": True, "stream_options": {"include_usage": True}}
    events = [data for _, data in parse_events(plain.post("/v1/chat/completions", json=streamed).text)][:-1]
    deltas = [event["choices"][0]["delta"] for event in events if event["choices"]]

    assert "".join(delta.get("content", "") for delta in deltas) == whole["choices"][0]["message"]["content"]
    assert "".join(delta.get("reasoning", "") for delta in deltas) == whole["choices"][0]["message"]["reasoning"]
    assert {**events[-1]["usage"], "prompt_tokens_details": None} == whole["usage"]


def test_visible_deltas(plain: httpx.Client) -> None:
    """Every token but harmony's ten control tokens has one delta of its own."""
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Count from 1 to 50."}], "stream": True}
    body["stream_options"] = {"include_usage": True}
    events = [data for _, data in parse_events(plain.post("/v1/chat/completions", json=body).text)][:-1]
    shown = [e for e in events if e["choices"] and set(e["choices"][0]["delta"]) & {"reasoning", "content"}]

    assert events[-1]["usage"]["completion_tokens"] == len(shown) - 1 + 10


def test_effort(plain: httpx.Client) -> None:
    """More effort is more reasoning."""
    given = [_ask(plain, "What is 12*17?", reasoning_effort=effort) for effort in ("low", "medium", "high")]
    counts = [usage_reasoning(each["usage"]) for each in given]

    assert counts == sorted(set(counts))


def test_prompt_grows(plain: httpx.Client) -> None:
    """The prompt's count is the same every time, and grows with turns, instructions and tools."""
    one = {"role": "user", "content": "What is 12*17?"}
    counts = [
        _chat(plain, messages, **body)["usage"]["prompt_tokens"]
        for messages, body in (
            ([one], {}),
            ([{"role": "system", "content": "Be brief."}, one], {}),
            ([one, {"role": "assistant", "content": "204"}, one], {}),
            ([one], {"tools": tool_cases()[0].as_tools()}),
        )
    ]

    assert counts[0] == _chat(plain, [one])["usage"]["prompt_tokens"] < min(counts[1:])


def test_schema(plain: httpx.Client) -> None:
    """An answer with a schema follows it, whatever was asked."""
    schema = {
        "type": "object",
        "properties": {"city": {"enum": ["Rome"]}, "sizes": {"type": "array", "items": {"type": "integer"}}},
        "required": ["city", "sizes"],
    }
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    given = _ask(plain, "Anything.", response_format=form)

    assert given["choices"][0]["message"]["content"] == '{"city": "Rome", "sizes": [1]}'


def test_unknown_question(plain: httpx.Client) -> None:
    """To what it does not know it says that it is a stand-in."""
    assert "stand-in" in _ask(plain, "Why is the sky blue?")["choices"][0]["message"]["content"]


def test_says_so(plain: httpx.Client) -> None:
    """Every response says that it comes from a double, errors too."""
    for path in ("/health", "/v1/models", "/nothing", "/metrics"):
        headers = plain.get(path).headers
        assert (headers["server"], headers["x-standin"]) == ("gb10-standin", "1")
