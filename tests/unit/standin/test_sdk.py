"""The official openai client against the stand-in."""

from typing import Any

import httpx
import pytest
from openai import OpenAI

from fixtures.knowledge.prompts import responses_tool, tool_case

MODEL = "gpt-oss-120b"
PONG: Any = [{"role": "user", "content": "Reply with exactly: PONG"}]


@pytest.fixture
def sdk(flags: httpx.Client) -> OpenAI:
    """The client, without retries, on the server with the tool flags."""
    return OpenAI(base_url=f"{str(flags.base_url).rstrip('/')}/v1", api_key="none", max_retries=0)


def test_chat(sdk: OpenAI) -> None:
    """A chat completion has content and usage."""
    given = sdk.chat.completions.create(model=MODEL, messages=PONG)

    assert given.choices[0].message.content == "PONG"
    assert given.usage and given.usage.total_tokens == given.usage.prompt_tokens + given.usage.completion_tokens


def test_chat_stream(sdk: OpenAI) -> None:
    """A streamed chat completion gives the same text."""
    chunks = list(
        sdk.chat.completions.create(model=MODEL, messages=PONG, stream=True, stream_options={"include_usage": True})
    )

    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "PONG"
    assert chunks[-1].usage


@pytest.mark.parametrize("stream", [False, True])
def test_tools(sdk: OpenAI, stream: bool) -> None:
    """A tool is called, streamed or not."""
    case = tool_case("weather-taipei")
    offered: Any = {"model": MODEL, "messages": case.as_messages(), "tools": case.as_tools()}
    if stream:
        with sdk.chat.completions.stream(**offered) as events:
            message: Any = events.get_final_completion().choices[0].message
    else:
        message = sdk.chat.completions.create(**offered).choices[0].message

    assert case.call and message.tool_calls[0].function.arguments == case.call.arguments


def test_responses(sdk: OpenAI) -> None:
    """A response has its text, and its call where a tool is offered."""
    weather: Any = responses_tool("get_weather")
    called = sdk.responses.create(model=MODEL, input="What is the weather in Taipei?", tools=[weather])

    assert sdk.responses.create(model=MODEL, input="Reply with exactly: PONG").output_text == "PONG"
    assert [item.type for item in called.output] == ["reasoning", "function_call"]


def test_responses_stream(sdk: OpenAI) -> None:
    """A streamed response gives its text piece by piece, and the whole at the end."""
    with sdk.responses.stream(model=MODEL, input="Reply with exactly: PONG") as events:
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        final = events.get_final_response()

    assert (text, final.output_text) == ("PONG", "PONG")


def test_models(sdk: OpenAI) -> None:
    """The one model is listed."""
    assert [model.id for model in sdk.models.list()] == [MODEL]
    assert sdk.models.list().data[0].owned_by == "vllm"
