import json

import pytest

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange
from fixtures.judges.basic import expect_answered, expect_status, read_json
from fixtures.judges.chat import expect_content, expect_no_markers, expect_reasoning_field, expect_usage, read_chat
from fixtures.judges.responses import read_response_stream
from fixtures.judges.stream import read_stream
from fixtures.judges.tools import Surface, expect_as_version, expect_no_call, expect_right_call, read_called
from fixtures.knowledge.prompts import tool_case

CASE = tool_case("weather-taipei")


def exchange(body=b"", status=200, failure=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(number=7, method="POST", path="/v1/x", status=status, body=data, size=len(data), failure=failure)


def chat(content="204", calls=(), finish="stop", stop=None, **message):
    return exchange(
        {
            "object": "chat.completion",
            "choices": [
                {
                    "message": {"role": "assistant", "content": content, "tool_calls": list(calls), **message},
                    "finish_reason": finish,
                    "stop_reason": stop,
                }
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
        }
    )


def call(name="get_weather", arguments='{"city": "Taipei"}', id="call_1"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def sse(*frames):
    return exchange("".join(f"data: {f if isinstance(f, str) else json.dumps(f)}\n\n" for f in frames).encode())


def delta(finish=None, **fields):
    return {"choices": [{"index": 0, "delta": fields, "finish_reason": finish}]}


def refused(function, *arguments, said):
    with pytest.raises(Violation) as caught:
        function(*arguments)
    assert said in str(caught.value)
    return str(caught.value)


def test_a_message_names_requirement_observation_and_exchange():
    """A violation says what was expected, what came, and in which exchange."""
    text = refused(expect_status, exchange(b"oops", status=500), 200, said="expected status 200; got status 500: oops")
    assert "exchange 0007 (POST /v1/x)" in text


def test_a_broken_answer_is_no_answer():
    """An answer that broke off is refused whatever its status says."""
    refused(expect_answered, exchange(failure="the deadline ran out"), said="the deadline ran out")
    refused(read_json, exchange(b"<html>"), said="a JSON body")
    refused(read_json, exchange(b"[1]"), said="a JSON object")


def test_chat_content():
    """The right answer stands in content; only in the reasoning, or nowhere, is a violation of its own."""
    good = chat()
    expect_content(good, read_chat(good), ("204",))
    only = chat(content=None, reasoning="It is 204.")
    refused(expect_content, only, read_chat(only), ("204",), said="it only in the reasoning")
    empty = chat(content=None)
    refused(expect_content, empty, read_chat(empty), ("204",), said="neither content nor reasoning, with 4 tokens")
    wrong = chat(content="205")
    refused(expect_content, wrong, read_chat(wrong), ("204",), said="'204' in `content`")


@pytest.mark.parametrize(
    "text", ["<|channel|>final", "analysisI thinkassistantfinal204", "commentary x assistant final y"]
)
def test_markup_is_recognised(text):
    """Harmony's control tokens and their debris are refused."""
    refused(expect_no_markers, chat(), text, said="no harmony marker")


def test_reasoning_fields():
    """The reasoning must be in exactly the fields of the release."""
    both = chat(reasoning="r", reasoning_content="r")
    expect_reasoning_field(both, read_chat(both), ("reasoning", "reasoning+reasoning_content"))
    refused(expect_reasoning_field, both, read_chat(both), ("reasoning",), said="reasoning in `reasoning`")
    refused(expect_reasoning_field, chat(), read_chat(chat()), ("reasoning",), said="no reasoning at all")


@pytest.mark.parametrize(
    "usage",
    [
        {},
        {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 4},
        {"prompt_tokens": 0, "completion_tokens": 2, "total_tokens": 2},
    ],
    ids=["none", "sum", "zero"],
)
def test_usage_must_add_up(usage):
    """Missing, zero and wrongly summed usage is refused."""
    refused(expect_usage, chat(), usage, said="usage with prompt_tokens > 0")


def test_streams_are_put_together():
    """Deltas of reasoning, content and tool calls are reassembled by field and index."""
    stream = read_stream(
        sse(
            delta(role="assistant", content=""),
            delta(reasoning="th"),
            delta(reasoning="ink"),
            delta(content="2"),
            delta(content="04"),
            delta(
                tool_calls=[{"index": 0, "id": "a", "type": "function", "function": {"name": "f", "arguments": '{"'}}]
            ),
            delta(tool_calls=[{"index": 0, "function": {"arguments": 'x": 1}'}}]),
            delta(finish="stop"),
            {"choices": [], "usage": {"prompt_tokens": 1}},
            "[DONE]",
        )
    )
    assert stream.answer.content == "204"
    assert stream.answer.thought == "think"
    assert stream.answer.tool_calls[0]["function"] == {"name": "f", "arguments": '{"x": 1}'}
    assert stream.answer.usage == {"prompt_tokens": 1}
    assert stream.answer.finish_reason == "stop"


def test_broken_streams_are_refused():
    """An error frame inside a 200, a frame that is no JSON, a cut event and an empty stream are violations."""
    refused(read_stream, sse({"error": {"message": "boom", "code": 500}}, "[DONE]"), said="no error inside the stream")
    refused(read_stream, sse("{broken"), said="every `data:` to be JSON")
    refused(read_stream, exchange(b'data: {"choices": []}'), said="ends with a whole event")
    refused(read_stream, exchange(b""), said="at least one event")


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (chat(None, [call()], finish="tool_calls"), "works"),
        (chat('{"city": "Taipei"}'), "leaked"),
        (chat('[{"name": "get_weather", "parameters": {}}]'), "leaked"),
        (chat(None, stop=200012), "dropped"),
        (chat("It is sunny."), "not-rendered"),
        (exchange(b"", status=500), "error"),
    ],
    ids=["works", "leaked", "leaked-list", "dropped", "prose", "error"],
)
def test_what_a_surface_did(answer, word):
    """Every known way to answer a request with tools has its own word."""
    assert read_called(answer, Surface.CHAT, CASE).word == word


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (call(name="search"), "a call of get_weather"),
        (call(name="get_weather<|channel|>commentary"), "a call of get_weather"),
        (call(arguments="{"), "not JSON"),
        (call(arguments='{"town": "Taipei"}'), "obey the tool's JSON Schema"),
        (call(arguments='{"city": "Paris"}'), 'arguments {"city": "Taipei"}'),
        (call(id=""), "non-empty id"),
    ],
    ids=["tool", "polluted", "json", "schema", "value", "id"],
)
def test_wrong_calls_are_refused(wrong, said):
    """A call of another tool, of bad arguments or without an id is refused with its reason."""
    answer = chat(None, [wrong], finish="tool_calls")
    refused(expect_right_call, answer, read_called(answer, Surface.CHAT, CASE), CASE, said=said)


def test_less_than_the_release_can_is_refused():
    """A surface may do better than its release, not worse."""
    leaked = read_called(chat('{"city": "Taipei"}'), Surface.CHAT, CASE)
    refused(expect_as_version, chat(), Surface.CHAT, leaked, ("works",), said="to be works")
    works = read_called(chat(None, [call()]), Surface.CHAT, CASE)
    expect_as_version(chat(), Surface.CHAT, works, ("dropped",))


def test_a_needless_call_is_refused():
    """A tool that does not help must not be called."""
    case = tool_case("irrelevant-product")
    answer = chat(None, [call()])
    refused(expect_no_call, answer, read_called(answer, Surface.CHAT, case), case, said="no tool call")


def test_response_streams_are_numbered():
    """A streamed response starts with response.created, counts its events and ends with the response."""
    final = {"object": "response", "status": "completed", "output": []}

    def events(*pairs):
        return exchange("".join(f"event: {e}\ndata: {json.dumps(d)}\n\n" for e, d in pairs).encode())

    created = ("response.created", {"type": "response.created", "sequence_number": 0})
    done = ("response.completed", {"type": "response.completed", "sequence_number": 1, "response": final})
    assert read_response_stream(events(created, done)).status == "completed"
    refused(read_response_stream, events(done), said="response.created first")
    refused(read_response_stream, events(created), said="response.completed or response.incomplete last")
    late = ("response.completed", {**done[1], "sequence_number": 5})
    refused(read_response_stream, events(created, late), said="sequence_number 0, 1, 2")
