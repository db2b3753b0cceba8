"""One request to record, as it is kept in the recording, and the ways of writing one down."""

from __future__ import annotations

from typing import Any

from fixtures.knowledge.prompts import chat_prompt, responses_tool, tool_case

Json = dict[str, Any]
MODEL = "gpt-oss-120b"
CHAT, TEXT, RESPONSES = "/v1/chat/completions", "/v1/completions", "/v1/responses"
# What the tiny checkpoint knows, and what is short.
PROMPT = "echo"


def get(path: str, method: str = "GET") -> Json:
    """A request without a body."""
    return {"method": method, "path": path, "body": None}


def post(path: str, body: Any, headers: dict[str, str] | None = None) -> Json:
    """A request with a JSON body."""
    made: Json = {"method": "POST", "path": path, "body": body}
    return {**made, "headers": headers} if headers else made


def raw(path: str, text: str, content_type: str = "application/json") -> Json:
    """A request with a body that is sent as it stands; each character is one byte (latin-1)."""
    return {"method": "POST", "path": path, "raw": text, "content_type": content_type}


def chat(prompt: str | list[Json] = PROMPT, /, **options: Any) -> Json:
    """A chat completion at temperature 0: the id of a prompt, or messages."""
    messages = chat_prompt(prompt).as_messages() if isinstance(prompt, str) else prompt
    return post(CHAT, {"model": MODEL, "messages": messages, "temperature": 0, **options})


def chat_tool(case: str, /, **options: Any) -> Json:
    """A tool case on the chat surface."""
    known = tool_case(case)
    return chat(known.as_messages(), tools=known.as_tools(), **options)


def text(
    prompt: Any = "<|start|>user<|message|>Reply with exactly: PONG<|end|><|start|>assistant", /, **options: Any
) -> Json:
    """A text completion."""
    return post(TEXT, {"model": MODEL, "prompt": prompt, "max_tokens": 40, "temperature": 0, **options})


def responses(given: Any = "Reply with exactly: PONG", /, **options: Any) -> Json:
    """A request of the Responses API."""
    return post(RESPONSES, {"model": MODEL, "input": given, "temperature": 0, **options})


def responses_case(case: str, /, **options: Any) -> Json:
    """A tool case on the Responses API."""
    known = tool_case(case)
    return responses(known.as_messages(), tools=[responses_tool(name) for name in known.tools], **options)


def streamed(requests: dict[str, Json], *, usage: bool = False) -> dict[str, Json]:
    """The same requests, streamed, under names that say so."""
    options = {"stream": True} | ({"stream_options": {"include_usage": True}} if usage else {})
    return {f"{name}_stream": {**each, "body": {**each["body"], **options}} for name, each in requests.items()}
