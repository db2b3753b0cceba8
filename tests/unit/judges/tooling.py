"""Answers with tool calls, as a server would give them, for the tests of the judges."""

import json

import pytest

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange


def exchange(body=b"", status=200, failure=None):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(number=7, method="POST", path="/v1/x", status=status, body=data, size=len(data), failure=failure)


def call(name="get_weather", arguments='{"city": "Taipei"}', id="call_1", type="function"):
    return {"id": id, "type": type, "function": {"name": name, "arguments": arguments}}


def chat(*calls, content=None, finish="tool_calls", stop=200012):
    message = {"role": "assistant", "content": content, "tool_calls": list(calls), "reasoning": "Call it."}
    choice = {"index": 0, "message": message, "finish_reason": finish, "stop_reason": stop}
    usage = {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}
    return exchange({"object": "chat.completion", "choices": [choice], "usage": usage})


def streamed(*deltas, finish="tool_calls"):
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    ended = [*choices, {"index": 0, "delta": {}, "finish_reason": finish}] if finish else choices
    frames = [json.dumps({"choices": [choice]}) for choice in ended]
    return exchange("".join(f"data: {frame}\n\n" for frame in (*frames, "[DONE]")).encode())


def header(index=0, id="call_1", type="function", name="get_weather"):
    return {"tool_calls": [{"index": index, "id": id, "type": type, "function": {"name": name, "arguments": ""}}]}


def piece(text, index=0, **more):
    return {"tool_calls": [{"index": index, "function": {"arguments": text}, **more}]}


def refused(function, *arguments, said, **named):
    with pytest.raises(Violation) as caught:
        function(*arguments, **named)
    assert said in str(caught.value)
