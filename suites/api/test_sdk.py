"""The official OpenAI SDK chats without a workaround: lists, chats, streams, structure, errors."""

import json

from fixtures.kit import (
    MUST,
    BadRequestError,
    NotApplicable,
    NotFoundError,
    Person,
    chat_prompt,
    clause,
    expect_sdk_type,
    expect_true,
    raising_in_sdk,
    tool_case,
    using_sdk,
)

SOURCE = "openai-python"
CHAT = "chat.completions.create"
STREAM = "chat.completions.stream"
PARSE = "chat.completions.parse"


def request(target, prompt="product", **options):
    messages = chat_prompt(prompt).as_messages()
    asked = {"model": target.deployment.served_model, "messages": messages, "temperature": 0}
    return asked | {"max_tokens": 1024, "reasoning_effort": "low"} | options


def expect_product(text, where):
    expect_true(isinstance(text, str) and "204" in text, expected=f"204 in {where}", got=repr(text))


@clause("SDK-001", "The SDK chats", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_chat(sdk, target):
    """`client.chat.completions.create` of the official SDK MUST return the right answer."""
    with using_sdk(CHAT):
        content = sdk.chat.completions.create(**request(target)).choices[0].message.content
    expect_product(content, "the content")


@clause("SDK-002", "The SDK streams", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_stream(sdk, target):
    """A stream of the official SDK MUST add up to the right answer and end with the usage."""
    with using_sdk(f"{CHAT}(stream=True)"):
        stream = sdk.chat.completions.create(**request(target), stream=True, stream_options={"include_usage": True})
        chunks = list(stream)
        content = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    expect_product(content, "the streamed content")
    expect_true(chunks[-1].usage is not None, expected="usage in the last chunk", got=chunks[-1])


@clause("SDK-003", "The SDK lists the model", level=MUST, source=SOURCE, needs=["MODEL-001"])
def test_models(sdk, target):
    """`client.models.list` of the official SDK MUST name the served model."""
    with using_sdk("models.list"):
        names = [m.id for m in sdk.models.list()]
    expect_true(target.deployment.served_model in names, expected=target.deployment.served_model, got=names)


@clause("SDK-004", "A chat completion has the SDK's type", level=MUST, source=SOURCE, needs=["SDK-001"])
def test_type(sdk, target):
    """What a chat completion carries of the SDK's declared fields MUST have the declared type or value."""
    with using_sdk(CHAT):
        done = sdk.chat.completions.create(**request(target))
        expect_sdk_type(done)


@clause("SDK-005", "The chunks of a stream have the SDK's type", level=MUST, source=SOURCE, needs=["SDK-002"])
def test_chunk_types(sdk, target):
    """What a streamed chunk carries of the SDK's declared fields MUST have the declared type or value."""
    with using_sdk(f"{CHAT}(stream=True)"):
        for chunk in sdk.chat.completions.create(**request(target), stream=True):
            expect_sdk_type(chunk)


@clause("SDK-006", "The SDK's stream helper works", level=MUST, source=SOURCE, needs=["SDK-002"])
def test_helper(sdk, target):
    """`client.chat.completions.stream` MUST give content events, one `content.done`, and the same final completion."""
    with using_sdk(STREAM), sdk.chat.completions.stream(**request(target)) as stream:
        events = list(stream)
        final = stream.get_final_completion().choices[0]
    spoken = "".join(event.delta for event in events if event.type == "content.delta")
    done = [event.content for event in events if event.type == "content.done"]
    expect_product(spoken, "the deltas of `content.delta`")
    expect_true(done == [spoken], expected=f"one `content.done` with {spoken!r}", got=done)
    expect_true(final.finish_reason == "stop", expected="the final finish_reason stop", got=final.finish_reason)


@clause("SDK-007", "The SDK parses structured output", level=MUST, source=SOURCE, needs=["SDK-001"])
def test_parse(sdk, target):
    """`client.chat.completions.parse` with a pydantic model MUST return an instance of it with the right values."""
    with using_sdk(PARSE):
        done = sdk.chat.completions.parse(**request(target, "json-person"), response_format=Person)
        parsed = done.choices[0].message.parsed
    expect_true(parsed == Person(name="Alice", age=30), expected="name='Alice' age=30", got=repr(parsed))


@clause("SDK-008", "The SDK's raw response works", level=MUST, source=SOURCE, needs=["SDK-001"])
def test_raw(sdk, target):
    """`with_raw_response` MUST show status 200 and a JSON content type, and parse to the same completion."""
    with using_sdk("chat.completions.with_raw_response.create"):
        raw = sdk.chat.completions.with_raw_response.create(**request(target))
        status, kind, content = raw.status_code, raw.headers.get("content-type"), raw.parse().choices[0].message.content
    expect_true(status == 200, expected="status 200", got=status)
    plain = (kind or "").split(";")[0].strip()
    expect_true(plain == "application/json", expected="content-type application/json", got=repr(kind))
    expect_product(content, "the parsed content")


@clause("SDK-009", "An unknown model is a NotFoundError", level=MUST, source=SOURCE, needs=["SDK-001"])
def test_not_found(sdk, target):
    """A model that is not served MUST raise the SDK's NotFoundError, with message, type and code, streamed or not."""
    for stream in (False, True):
        with raising_in_sdk(f"{CHAT}(model='nope', stream={stream})", NotFoundError):
            sdk.chat.completions.create(**request(target, model="nope"), stream=stream)


@clause("SDK-010", "A bad request is a BadRequestError", level=MUST, source=SOURCE, needs=["SDK-001"])
def test_bad_request(sdk, target):
    """A temperature below zero MUST raise the SDK's BadRequestError, with message, type and code, streamed or not."""
    for stream in (False, True):
        with raising_in_sdk(f"{CHAT}(temperature=-1, stream={stream})", BadRequestError):
            sdk.chat.completions.create(**request(target, temperature=-1), stream=stream)


@clause("SDK-018", "The SDK streams a tool call", level=MUST, source=SOURCE, needs=["SDK-002"])
def test_tool_stream(sdk, target, versions):
    """Where the release parses calls on streamed chat, the deltas MUST add up to one call, with name, id and arguments."""
    if versions.tools("chat-stream") != ("works",):
        raise NotApplicable("this release is not known to parse calls on streamed chat without the forbidden flags")
    case = tool_case("weather-taipei")
    asked = request(target, tools=case.as_tools()) | {"messages": case.as_messages()}
    with using_sdk(f"{CHAT}(stream=True, tools=…)"):
        chunks = [c for c in sdk.chat.completions.create(**asked, stream=True) if c.choices]
        parts = [part for c in chunks for part in c.choices[0].delta.tool_calls or ()]
        names = "".join(part.function.name or "" for part in parts)
        arguments = json.loads("".join(part.function.arguments or "" for part in parts))
        ids = [part.id for part in parts if part.id]
    expect_true({part.index for part in parts} == {0}, expected="parts of `index` 0", got=[p.index for p in parts])
    expect_true(names == case.call.name, expected=f"a call of {case.call.name}", got=repr(names))
    expect_true(list(arguments) == list(case.call.values()), expected=f"arguments {case.call.arguments}", got=arguments)
    expect_true(len(ids) == 1, expected="one `id`", got=ids)
    ended = chunks[-1].choices[0].finish_reason
    expect_true(ended == "tool_calls", expected="finish_reason tool_calls at the end", got=repr(ended))
