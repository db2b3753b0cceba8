"""The family of the pinned image, vLLM 0.10.1.1: what its sources say, and recordings told, written down by hand."""

from typing import Any

import httpx

from fixtures.knowledge.prompts import responses_tool, tool
from tests.unit.standin.shape import kinds, parse_events

MODEL = "gpt-oss-120b"
WEATHER = [{"role": "user", "content": "What is the weather in Taipei?"}]


def _chat(client: httpx.Client, **body: Any) -> httpx.Response:
    return client.post("/v1/chat/completions", json={"model": MODEL, "messages": WEATHER, **body})


def test_message_keys(pinned: httpx.Client) -> None:
    """A message carries its reasoning in `reasoning_content` only, and an empty list of tool calls."""
    body = _chat(pinned).json()

    assert list(body["choices"][0]["message"]) == [
        "role",
        "content",
        "refusal",
        "annotations",
        "audio",
        "function_call",
        "tool_calls",
        "reasoning_content",
    ]
    assert body["choices"][0]["message"]["tool_calls"] == []
    assert list(body["choices"][0]) == ["index", "message", "logprobs", "finish_reason", "stop_reason"]
    assert list(body["usage"]) == ["prompt_tokens", "total_tokens", "completion_tokens", "prompt_tokens_details"]
    assert body["system_fingerprint"] is None


def test_tools_unseen(pinned: httpx.Client) -> None:
    """The chat surface never renders tools: the prompt does not grow, and the answer is prose."""
    without, offered = _chat(pinned).json(), _chat(pinned, tools=[tool("get_weather")]).json()

    assert offered["usage"]["prompt_tokens"] == without["usage"]["prompt_tokens"]
    assert offered["choices"][0]["finish_reason"] == "stop"
    assert offered["choices"][0]["message"]["content"]


def test_stream_of_tools(pinned: httpx.Client) -> None:
    """A stream with tools is prose as well, and control tokens show as empty deltas."""
    events = parse_events(_chat(pinned, tools=[tool("get_weather")], stream=True).text)

    assert kinds(events) == [
        "role+content None",
        "reasoning_content None",
        "content None",
        "reasoning_content stop",
        "done",
    ]
    assert events[1][1]["choices"][0]["delta"] == {"reasoning_content": ""}
    assert "system_fingerprint" not in events[-2][1]


def test_responses_call(pinned: httpx.Client) -> None:
    """The Responses API calls the tool, says nothing of the usage, and is always completed."""
    body = {"model": MODEL, "input": WEATHER[0]["content"], "tools": [responses_tool("get_weather")]}
    given = pinned.post("/v1/responses", json=body).json()

    assert [item["type"] for item in given["output"]] == ["reasoning", "function_call"]
    assert given["usage"]["total_tokens"] == 0
    assert given["status"] == "completed" and "incomplete_details" not in given


def test_responses_stream_has_no_call(pinned: httpx.Client) -> None:
    """A streamed function call shows in no event, not even in the last, whose output is empty."""
    body = {"model": MODEL, "input": WEATHER[0]["content"], "tools": [responses_tool("get_weather")], "stream": True}
    events = parse_events(pinned.post("/v1/responses", json=body).text)

    assert not [name for name, _ in events if "function_call" in name]
    assert events[-1][0] == "response.completed"
    assert events[-1][1]["response"]["output"] == []


def test_responses_tool_choice(pinned: httpx.Client) -> None:
    """A tool choice other than auto is refused, with the None that vLLM appends."""
    body = {"model": MODEL, "input": "x", "tools": [responses_tool("get_weather")], "tool_choice": "required"}
    given = pinned.post("/v1/responses", json=body)

    assert given.status_code == 400
    wanted = "Only 'auto' tool_choice is supported in response API with Harmony None"
    assert given.json()["error"]["message"] == wanted


def test_errors(pinned: httpx.Client) -> None:
    """Errors have the new shape, with no parameter and no list of aliases."""
    unknown = _chat(pinned, model="x")
    missing = pinned.post("/v1/chat/completions", json={"model": MODEL})
    long = _chat(pinned, messages=[{"role": "user", "content": "hello " * 40000}])

    message = "The model `x` does not exist."
    assert unknown.json() == {"error": {"message": message, "type": "NotFoundError", "param": None, "code": 404}}
    assert (missing.status_code, missing.json()["error"]["type"]) == (400, "Bad Request")
    assert missing.json()["error"]["param"] is None and "Field required" in missing.json()["error"]["message"]
    assert long.json()["error"]["message"].startswith("max_tokens must be at least 1, got -")
    assert _chat(pinned, temperature=3).status_code == 200


def test_metrics_names(pinned: httpx.Client) -> None:
    """The counters have the names of that time."""
    page = pinned.get("/metrics").text

    assert "vllm:time_per_output_token_seconds_count" in page and "vllm:gpu_cache_usage_perc" in page
    assert "vllm:inter_token_latency_seconds" not in page
