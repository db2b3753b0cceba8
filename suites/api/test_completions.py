"""Text completions: what gpt-oss says without the chat around it."""

from fixtures.kit import (
    DONE,
    MUST,
    batch,
    clause,
    expect,
    expect_about_now,
    expect_any,
    expect_ended_once,
    expect_usage,
    field,
    read_ok,
    read_text,
    read_text_stream,
)

SOURCE = "OpenAI API reference, completions"
# In harmony's own words: a bare text would leave it to the model what it is.
PROMPT = "<|start|>user<|message|>Reply with exactly: PONG<|end|><|start|>assistant"
STREAMS = ("stream", "again")


@batch
def answers(ask):
    return {"whole": ask.text(PROMPT), "short": ask.text(PROMPT, max_tokens=6)} | {
        name: ask.text(PROMPT, stream=True) for name in STREAMS
    }


@clause("TEXT-001", "A text is completed", level=MUST, source=SOURCE)
def test_completed(answers):
    """A text completion MUST answer 200 with a text that holds the answer to the prompt."""
    exchange = answers["whole"]
    # What stands before the last channel's name is the model's reasoning: a text completion shows it.
    expect_any(exchange, read_text(exchange).text.rpartition("final")[2], ("PONG",), where="the end of `text`")


@clause("TEXT-002", "A completed text has its shape", level=MUST, source=SOURCE, needs=["TEXT-001"])
def test_shape(answers, target):
    """A text completion MUST have an id, one choice of index 0, the served model's name and the time."""
    exchange, body = answers["whole"], read_ok(answers["whole"])
    made = field(exchange, body, "id", str)
    expect(made.startswith("cmpl-"), exchange, expected="an `id` that begins with cmpl-", got=made)
    indexes = [choice.get("index") for choice in body["choices"]]
    expect(indexes == [0], exchange, expected="one choice, of `index` 0", got=indexes)
    served = target.deployment.served_model
    expect(body.get("model") == served, exchange, expected=f"`model` {served}", got=body.get("model"))
    expect_about_now(exchange, field(exchange, body, "created", int))


@clause("TEXT-003", "A completed text has a usage that adds up", level=MUST, source=SOURCE, needs=["TEXT-001"])
def test_usage(answers):
    """`usage` MUST count prompt and completion tokens above zero, and their sum as the total."""
    expect_usage(answers["whole"], read_text(answers["whole"]).usage)


@clause("TEXT-004", "A text ends by itself or by its limit", level=MUST, source=SOURCE, needs=["TEXT-001"])
def test_finish(answers):
    """A text that the model ended MUST finish with `stop`; one cut by max_tokens with `length` after as many tokens."""
    whole, short = read_text(answers["whole"]), read_text(answers["short"])
    expect(whole.finish_reason == "stop", answers["whole"], expected="finish_reason stop", got=whole.finish_reason)
    cut = (short.finish_reason, short.usage.get("completion_tokens"))
    expect(cut == ("length", 6), answers["short"], expected="finish_reason length after 6 tokens", got=cut)


@clause("TEXT-005", "A streamed text is the whole text", level=MUST, source=SOURCE, needs=["TEXT-001"])
def test_streamed(answers):
    """At temperature 0 the events of a stream MUST add up to the text of the same request answered at once.

    Why one of two streams is enough: in other company in its batch a model may word its reasoning otherwise.
    """
    whole = read_text(answers["whole"]).text
    streamed = [read_text_stream(answers[name])[1].text for name in STREAMS]
    expect(whole in streamed, answers["stream"], expected=f"text {whole!r}", got=streamed[0])


@clause("TEXT-006", "A streamed text ends once", level=MUST, source=SOURCE, needs=["TEXT-001"])
def test_stream_ends(answers):
    """A streamed text MUST have one finish_reason, at its end, and `data: [DONE]` once, as the last event."""
    for name in STREAMS:
        stream, _ = read_text_stream(answers[name])
        expect_ended_once(answers[name], stream)
        once = stream.frames.count(DONE) == 1 and stream.frames[-1] == DONE
        expect(once, answers[name], expected="[DONE] once and last", got=stream.tail)


@clause("TEXT-007", "A streamed text says what it used", level=MUST, source=SOURCE, needs=["TEXT-003"])
def test_stream_usage(answers):
    """With include_usage the last chunk MUST have empty `choices` and a usage that adds up.

    Its prompt tokens are as many as those of the same request answered at once.
    """
    prompt = read_text(answers["whole"]).usage["prompt_tokens"]
    for name in STREAMS:
        exchange = answers[name]
        last = read_text_stream(exchange)[0].chunks[-1]
        expect(last.get("choices") == [], exchange, expected="a last chunk with `choices: []`", got=last)
        expect_usage(exchange, last.get("usage") or {})
        spent = last["usage"]["prompt_tokens"]
        expect(spent == prompt, exchange, expected=f"{prompt} prompt tokens, as answered at once", got=spent)
