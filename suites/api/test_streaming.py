"""Chat completions, streamed."""

from fixtures.kit import (
    DONE,
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_no_markers,
    expect_reasoning_field,
    expect_usage,
    read_chat,
    read_stream,
)

SOURCE = "OpenAI API reference, chat streaming"


@batch
def answers(ask):
    return {
        "stream": ask.chat("product", stream=True),
        "whole": ask.chat("product"),
        "count": ask.chat("count", stream=True),
        "multibyte": ask.chat("multibyte", stream=True),
        "no-usage": ask.chat("echo", stream=True, stream_options={"include_usage": False}),
    }


@clause("STREAM-001", "A stream is an event stream", level=MUST, source="WHATWG HTML, server-sent events")
def test_content_type(answers):
    """A streamed answer MUST have the content type text/event-stream, and every event MUST be JSON without an error."""
    exchange = answers["stream"]
    read_stream(exchange)
    kind = exchange.header("content-type")
    expect(kind.startswith("text/event-stream"), exchange, expected="text/event-stream", got=kind)


@clause("STREAM-002", "The role comes first", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_role_first(answers):
    """The first delta of a stream MUST carry the role `assistant`."""
    exchange = answers["stream"]
    first = read_stream(exchange).deltas[:1]
    expect(bool(first) and first[0].get("role") == "assistant", exchange, expected="role assistant first", got=first)


@clause("STREAM-003", "A stream finishes once", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_one_finish_reason(answers):
    """Exactly one chunk of a choice MUST carry a finish_reason, and it MUST be the last with a choice."""
    exchange = answers["stream"]
    reasons = [c["choices"][0].get("finish_reason") for c in read_stream(exchange).chunks if c.get("choices")]
    once = [r for r in reasons if r] == reasons[-1:]
    expect(once and reasons[-1:] == ["stop"], exchange, expected="one finish_reason, stop, at the end", got=reasons)


@clause("STREAM-004", "A stream ends with its terminator", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_terminator(answers):
    """A streamed chat completion MUST end with the event `data: [DONE]`, and nothing may follow it.

    Why: clients that wait for the terminator hang, and the OpenAI SDK does not notice that it is missing.
    """
    for name in answers:
        if name != "whole":
            frames = read_stream(answers[name]).frames
            once = frames.count(DONE) == 1 and frames[-1] == DONE
            expect(once, answers[name], expected="[DONE] once and last", got=frames[-2:])


@clause("STREAM-005", "The usage chunk comes when asked for", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_usage(answers):
    """With include_usage the last chunk MUST have empty `choices` and a usage that adds up; without it none has usage."""
    exchange = answers["stream"]
    last = read_stream(exchange).chunks[-1]
    expect(last.get("choices") == [], exchange, expected="a last chunk with `choices: []`", got=last)
    expect_usage(exchange, last.get("usage") or {})
    plain = [c["usage"] for c in read_stream(answers["no-usage"]).chunks if c.get("usage")]
    expect(not plain, answers["no-usage"], expected="no usage, as none was asked for", got=plain)


@clause("STREAM-006", "Streamed and whole answers agree", level=MUST, source=SOURCE, needs=["STREAM-001", "CHAT-001"])
def test_same_as_whole(answers):
    """At temperature 0 the deltas of a stream MUST add up to the content of the same request answered at once."""
    exchange = answers["stream"]
    streamed, whole = read_stream(exchange).answer, read_chat(answers["whole"])
    expect(streamed.content == whole.content, exchange, expected=f"content {whole.content!r}", got=streamed.content)
    same = streamed.usage.get("prompt_tokens") == whole.usage.get("prompt_tokens")
    expect(same, exchange, expected=f"prompt_tokens as in {whole.usage}", got=streamed.usage)


@clause(
    "STREAM-007",
    "Characters are never cut",
    level=MUST,
    source="UTF-8; vLLM's incremental detokenizer",
    needs=["STREAM-001"],
)
def test_multibyte(answers):
    """Characters of several bytes MUST arrive whole: no delta may hold a replacement character."""
    exchange = answers["multibyte"]
    stream = read_stream(exchange)
    expect("\ufffd" not in exchange.text, exchange, expected="no replacement character", got=exchange.text)
    expect_content(exchange, stream.answer, chat_prompt("multibyte").expect)


@clause(
    "STREAM-008", "Reasoning is streamed in its field", level=MUST, source="vLLM #27752, #33402", needs=["STREAM-001"]
)
def test_reasoning_field(answers, versions):
    """Streamed reasoning MUST come in the field, or fields, of the serving release."""
    exchange = answers["stream"]
    expect_reasoning_field(exchange, read_stream(exchange).answer, versions.reasoning_fields)


@clause("STREAM-009", "A long stream is whole", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_long_stream(answers):
    """A long streamed answer MUST arrive in full, in many events, without harmony markup."""
    exchange = answers["count"]
    stream = read_stream(exchange)
    expect_content(exchange, stream.answer, chat_prompt("count").expect)
    expect_no_markers(exchange, stream.answer.content or "", stream.answer.thought)
    filled = sum(bool(d.get("content")) for d in stream.deltas)
    expect(filled >= 10, exchange, expected="content in at least 10 deltas", got=filled)
