"""Chat completions, streamed."""

from fixtures.kit import (
    DONE,
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_about_now,
    expect_clean,
    expect_content,
    expect_ended_once,
    expect_framing,
    expect_no_markers,
    expect_reasoning_field,
    expect_said,
    expect_usage,
    read_chat,
    read_stream,
)

SOURCE = "OpenAI API reference, chat streaming"
# Asked streamed and at once, to be compared.
PAIRS = ("product", "echo", "capital-france")
STREAMED = (*PAIRS, "count", "multibyte")


@batch
def answers(ask):
    return (
        {name: ask.chat(name, stream=True) for name in STREAMED}
        | {f"{name}, whole": ask.chat(name) for name in PAIRS}
        | {
            "no-usage": ask.chat("echo", stream=True, stream_options={"include_usage": False}),
        }
    )


@clause("STREAM-001", "A stream is an event stream", level=MUST, source="WHATWG HTML, server-sent events")
def test_content_type(answers):
    """A streamed answer MUST have the content type text/event-stream, and every event MUST be JSON without an error."""
    for name in (*STREAMED, "no-usage"):
        exchange = answers[name]
        read_stream(exchange)
        kind = exchange.header("content-type")
        expect(kind.startswith("text/event-stream"), exchange, expected="text/event-stream", got=kind)


@clause("STREAM-002", "The role comes first", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_role_first(answers):
    """The first delta of a stream MUST carry the role `assistant`."""
    for name in STREAMED:
        first = read_stream(answers[name]).deltas[:1]
        named = bool(first) and first[0].get("role") == "assistant"
        expect(named, answers[name], expected="role assistant first", got=first)


@clause("STREAM-003", "A stream finishes once", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_one_finish_reason(answers):
    """Exactly one chunk of a choice MUST carry a finish_reason, and it MUST be the last with a choice."""
    for name in STREAMED:
        expect_ended_once(answers[name], read_stream(answers[name]))


@clause("STREAM-004", "A stream ends with its terminator", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_terminator(answers):
    """A streamed chat completion MUST end with the event `data: [DONE]`, and nothing may follow it.

    Why: clients that wait for the terminator hang, and the OpenAI SDK does not notice that it is missing.
    """
    for name in (*STREAMED, "no-usage"):
        stream = read_stream(answers[name])
        once = stream.frames.count(DONE) == 1 and stream.frames[-1] == DONE
        expect(once, answers[name], expected="[DONE] once and last", got=stream.tail)


@clause("STREAM-005", "The usage chunk comes when asked for", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_usage(answers):
    """With include_usage the last chunk MUST have empty `choices` and a usage that adds up; without it none has usage."""
    for name in STREAMED:
        last = read_stream(answers[name]).chunks[-1]
        expect(last.get("choices") == [], answers[name], expected="a last chunk with `choices: []`", got=last)
        expect_usage(answers[name], last.get("usage") or {})
    plain = [c["usage"] for c in read_stream(answers["no-usage"]).chunks if c.get("usage")]
    expect(not plain, answers["no-usage"], expected="no usage, as none was asked for", got=plain)


@clause("STREAM-006", "Streamed and whole answers agree", level=MUST, source=SOURCE, needs=["STREAM-001", "CHAT-001"])
def test_same_as_whole(answers):
    """At temperature 0 the deltas of a stream MUST add up to the content of the same request answered at once.

    Its finish_reason and its prompt tokens MUST be the same too.
    """
    for name in PAIRS:
        exchange = answers[name]
        streamed, whole = read_stream(exchange).answer, read_chat(answers[f"{name}, whole"])
        expect(streamed.content == whole.content, exchange, expected=f"content {whole.content!r}", got=streamed.content)
        ends = (streamed.finish_reason, whole.finish_reason)
        expect(ends[0] == ends[1], exchange, expected=f"finish_reason {ends[1]}, as at once", got=ends[0])
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
    """Characters of several bytes MUST arrive whole, in every delta: no replacement character, no half of a surrogate."""
    exchange = answers["multibyte"]
    stream = read_stream(exchange)
    for name in STREAMED:
        for delta in read_stream(answers[name]).deltas:
            expect_clean(answers[name], *(text for text in delta.values() if isinstance(text, str)))
    expect_content(exchange, stream.answer, chat_prompt("multibyte").expect)


@clause(
    "STREAM-008", "Reasoning is streamed in its field", level=MUST, source="vLLM #27752, #33402", needs=["STREAM-001"]
)
def test_reasoning_field(answers, versions):
    """Streamed reasoning MUST come in the field, or fields, of the serving release."""
    exchange = answers["product"]
    expect_reasoning_field(exchange, read_stream(exchange).answer, versions.reasoning_fields)


@clause("STREAM-009", "A long stream is whole", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_long_stream(answers):
    """A long streamed answer MUST arrive in full, and in many events."""
    exchange = answers["count"]
    stream = read_stream(exchange)
    expect_content(exchange, stream.answer, chat_prompt("count").expect)
    filled = sum(bool(d.get("content")) for d in stream.deltas)
    expect(filled >= 10, exchange, expected="content in at least 10 deltas", got=filled)


@clause("STREAM-010", "Events are framed strictly", level=MUST, source="WHATWG HTML, server-sent events, 9.2.5")
def test_framing(answers):
    """A stream MUST be UTF-8 without a byte order mark, of `data:` lines with a blank line after each.

    Why: clients split at blank lines and read what follows `data:`; what a lenient parser forgives, they lose.
    """
    for name in (*STREAMED, "no-usage"):
        expect_framing(answers[name])


@clause(
    "STREAM-011",
    "No harmony markup leaks into a stream",
    level=MUST,
    source="OpenAI harmony format; TensorRT-LLM #9256",
    needs=["STREAM-001"],
)
def test_no_markup(answers):
    """Streamed content and reasoning MUST NOT show a control token of the harmony format, or what is left of one."""
    for name in STREAMED:
        answer = read_stream(answers[name]).answer
        expect_no_markers(answers[name], answer.content or "", answer.thought)


@clause("STREAM-012", "The chunks of a stream belong together", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_one_head(answers, target):
    """Every chunk MUST be a `chat.completion.chunk` with the stream's one id and time, and the served model's name."""
    for name in STREAMED:
        exchange, chunks = answers[name], read_stream(answers[name]).chunks
        for key, wanted in (("object", "chat.completion.chunk"), ("model", target.deployment.served_model)):
            seen = sorted({str(chunk.get(key)) for chunk in chunks})
            expect(seen == [wanted], exchange, expected=f"`{key}` {wanted} in every chunk", got=seen)
        ids, times = ({str(chunk.get(key)) for chunk in chunks} for key in ("id", "created"))
        one = len(ids) == 1 and min(ids).startswith("chatcmpl-")
        expect(one, exchange, expected="one `id`, of chatcmpl-, in all chunks", got=sorted(ids))
        expect(len(times) == 1, exchange, expected="one `created` in all chunks", got=sorted(times))
        expect_about_now(exchange, chunks[0]["created"])


@clause("STREAM-013", "The role comes once", level=MUST, source=SOURCE, needs=["STREAM-002"])
def test_role_once(answers):
    """The role MUST NOT be repeated after the first delta: clients that add the deltas up would read it twice."""
    for name in STREAMED:
        roles = [delta["role"] for delta in read_stream(answers[name]).deltas if delta.get("role")]
        expect(len(roles) == 1, answers[name], expected="one role in all deltas", got=roles)


@clause("STREAM-014", "A stream has the choice that was asked for", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_index(answers):
    """Every choice in a stream of one choice MUST have the index 0."""
    for name in STREAMED:
        indexes = [choice.get("index") for choice in read_stream(answers[name]).choices]
        odd = [index for index in indexes if index != 0 or isinstance(index, bool)]
        expect(not odd, answers[name], expected="`index` 0 in every choice", got=odd)


@clause("STREAM-015", "Reasoning comes before the answer", level=MUST, source="OpenAI harmony format")
def test_reasoning_first(answers):
    """Once content has come, no reasoning may come any more: every reasoning delta MUST be ahead of the content."""
    for name in STREAMED:
        late, content = [], ""
        for delta in read_stream(answers[name]).deltas:
            content += delta.get("content") or ""
            late += [delta] if content and (delta.get("reasoning") or delta.get("reasoning_content")) else []
        expect(not late, answers[name], expected=f"reasoning only before {content!r}", got=late)


@clause("STREAM-016", "A stream loses nothing", level=MUST, source="vLLM #27641", needs=["STREAM-006"])
def test_nothing_lost(answers):
    """At temperature 0 a stream's reasoning and token counts MUST be those of the same request answered at once.

    Why one of several pairs is enough: in other company in its batch a model may word its reasoning otherwise.
    """
    pairs = [(read_stream(answers[n]).answer, read_chat(answers[f"{n}, whole"])) for n in PAIRS]
    same = [
        streamed.thought == whole.thought
        and streamed.usage.get("completion_tokens") == whole.usage.get("completion_tokens")
        for streamed, whole in pairs
    ]
    streamed, whole = pairs[0]
    wanted = f"in one of {len(pairs)} pairs the same, as reasoning {whole.thought!r} with {whole.usage}"
    got = f"{streamed.thought!r} with {streamed.usage}"
    expect(any(same), answers[PAIRS[0]], expected=wanted, got=got)


@clause("STREAM-017", "A stream counts what it sends", level=MUST, source="vLLM #6705", needs=["STREAM-005"])
def test_counts(answers):
    """`completion_tokens` MUST be at least the deltas that carry text: a token may be silent, but none speaks twice."""
    for name in STREAMED:
        stream = read_stream(answers[name])
        spent, texts = stream.answer.usage.get("completion_tokens"), ("content", "reasoning", "reasoning_content")
        filled = sum(any(delta.get(key) for key in texts) for delta in stream.deltas)
        expect(spent >= filled, answers[name], expected=f"at least {filled} completion tokens", got=spent)


@clause("STREAM-018", "Usage comes once", level=MUST, source=SOURCE, needs=["STREAM-005"])
def test_usage_once(answers):
    """Without continuous_usage_stats only the last chunk may carry usage: one MUST, and no other."""
    for name in STREAMED:
        counted = [chunk["usage"] for chunk in read_stream(answers[name]).chunks if chunk.get("usage")]
        expect(len(counted) == 1, answers[name], expected="usage in one chunk", got=counted)


@clause("STREAM-019", "Tokens of a stream say something", level=MUST, source="vLLM #37030, #41902")
def test_said(answers):
    """A stream on which tokens were spent MUST carry content, reasoning or a call."""
    for name in STREAMED:
        expect_said(answers[name], read_stream(answers[name]).answer)
