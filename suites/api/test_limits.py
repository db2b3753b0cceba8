"""Limits: the context's, and the answer's."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    clause,
    expect,
    expect_no_server_error,
    expect_status,
    field,
    read_chat,
    read_json,
    read_ok,
    read_refusal,
    read_stream,
)

SOURCE = "known limits 2; vLLM's input validation"
SWEEP = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40)
CUT = 96  # in the middle of the list, behind the reasoning
LENGTH = ("context length", "max_tokens", "max_model_len", "too long", "maximum")
HUGE = ("huge", "context")


@batch
def answers(ask):
    long = "word " * (ask.target.deployment.max_model_len + 7000)
    turns = [{"role": "user", "content": long}]
    text = {"model": ask.target.deployment.served_model, "prompt": long, "max_tokens": 1}
    sweep = {f"at-{most}": ask.chat("count", max_tokens=most) for most in SWEEP}
    return sweep | {
        "short": ask.chat("count", max_tokens=8),
        "cut": ask.chat("count", max_tokens=CUT),
        "cut-stream": ask.chat("count", max_tokens=CUT, stream=True),
        "long": ask.chat(turns),
        "long-stream": ask.chat(turns, stream=True),
        "long-response": ask.responses(long),
        "long-text": ask.post("/v1/completions", text),
        "huge": ask.chat("echo", max_tokens=10_000_000),
        "context": ask.chat("echo", max_tokens=ask.target.deployment.max_model_len),
    }


def _expect_too_long(exchange, what):
    error = read_refusal(exchange, what)
    said = str(error.get("message")).lower()
    expect(any(word in said for word in LENGTH), exchange, expected="a message on the length", got=error)


@clause("LIMIT-001", "The context limit is enforced", level=MUST, source=SOURCE)
def test_context_limit(answers, wire):
    """A prompt longer than the context MUST answer 4xx with an error that says so, and the next request MUST work."""
    _expect_too_long(answers["long"], "a prompt of 40,000 words")
    expect_status(wire.send(wire.ask.chat("echo")), 200)


@clause("LIMIT-002", "max_tokens ends an answer", level=MUST, source="OpenAI API reference", needs=["CHAT-001"])
def test_max_tokens(answers):
    """An answer cut by max_tokens MUST have the finish_reason `length` and no more tokens than allowed."""
    exchange = answers["short"]
    answer = read_chat(exchange)
    expect(answer.finish_reason == "length", exchange, expected="finish_reason length", got=answer.finish_reason)
    spent = answer.usage.get("completion_tokens")
    expect(spent == 8, exchange, expected="8 completion tokens", got=spent)
    read_ok(exchange)


@clause("LIMIT-003", "A stream that is too long is refused as such", level=MUST, source=SOURCE)
def test_long_stream(answers):
    """An over-long prompt for a stream MUST answer a plain 4xx in JSON that speaks of the length."""
    _expect_too_long(answers["long-stream"], "an over-long prompt, streamed")


@clause("LIMIT-004", "Every surface refuses what is too long", level=MUST, source=SOURCE)
def test_long_elsewhere(answers):
    """An over-long prompt MUST answer 4xx as a response and as a text completion too, with an error on the length."""
    for name in ("long-response", "long-text"):
        _expect_too_long(answers[name], name)


@clause("LIMIT-005", "Too large a max_tokens is clipped or refused", level=MUST, source=SOURCE)
def test_huge_max_tokens(answers):
    """A max_tokens beyond what the context leaves MUST be clipped or answer 4xx, and be no server error."""
    for name in HUGE:
        exchange = answers[name]
        expect_no_server_error(exchange, f"max_tokens beyond the context ({name})")
        if exchange.status == 200:
            read_chat(exchange)
        else:
            read_refusal(exchange, name)


@clause("LIMIT-006", "Any small max_tokens works", level=MUST, source="vLLM #26480, harmony cut in a header")
def test_sweep(answers):
    """Chats with a max_tokens from 1 to 40 MUST all be answered: a cut inside harmony's own markup is no server error."""
    for most in SWEEP:
        expect_no_server_error(answers[f"at-{most}"], f"max_tokens {most}")
        expect_status(answers[f"at-{most}"], 200)


@clause("LIMIT-007", "No answer is longer than allowed", level=MUST, source="OpenAI API reference", needs=["LIMIT-006"])
def test_sweep_counts(answers):
    """The completion tokens of each cut answer MUST be at least 1 and at most its max_tokens."""
    for most in SWEEP:
        exchange = answers[f"at-{most}"]
        usage = field(exchange, read_ok(exchange), "usage", dict)
        spent = field(exchange, usage, "completion_tokens", int)
        expect(1 <= spent <= most, exchange, expected=f"1 to {most} completion tokens", got=spent)


@clause("LIMIT-008", "A cut answer says length", level=MUST, source="OpenAI API reference", needs=["LIMIT-006"])
def test_sweep_reasons(answers):
    """Each answer that spent all of its max_tokens in the middle of a list MUST have the finish_reason `length`."""
    for most in SWEEP:
        exchange = answers[f"at-{most}"]
        choice = _choice(exchange)
        reason = choice.get("finish_reason")
        expect(reason == "length", exchange, expected=f"finish_reason length at max_tokens {most}", got=reason)


@clause("LIMIT-009", "A cut answer keeps its shape", level=MUST, source="OpenAI API reference", needs=["LIMIT-006"])
def test_sweep_shapes(answers):
    """Wherever an answer is cut, `content` MUST be a text or null, and the role `assistant`."""
    for most in SWEEP:
        exchange = answers[f"at-{most}"]
        message = field(exchange, _choice(exchange), "message", dict)
        content = message.get("content")
        expect(isinstance(content, str | None), exchange, expected="content to be a text or null", got=content)
        expect(message.get("role") == "assistant", exchange, expected="the role assistant", got=message.get("role"))


@clause("LIMIT-010", "A cut answer keeps what was written", level=MUST, source="OpenAI API reference; operators")
def test_cut_text(answers):
    """The text that was written before max_tokens cut the answer MUST stand in its content, as a stream of it has it.

    Why: an answer of null with finish_reason `length` looks like reasoning that took all tokens, and the text is lost.
    """
    streamed = read_stream(answers["cut-stream"]).answer
    if not streamed.content:
        raise NotApplicable(f"the model had written no text after {CUT} tokens")
    exchange = answers["cut"]
    content = read_chat(exchange).content
    expect(bool(content), exchange, expected=f"text, as {streamed.content[:40]!r} in a stream", got=content)


def _choice(exchange):
    choices = field(exchange, read_json(exchange), "choices", list)
    expect(len(choices) == 1, exchange, expected="one choice", got=len(choices))
    return choices[0]
