"""Limits: the context's, and the answer's."""

from fixtures.kit import (
    MUST,
    batch,
    clause,
    expect,
    expect_status,
    expect_status_class,
    field,
    read_chat,
    read_json,
    read_ok,
)

SOURCE = "known limits 2; vLLM's input validation"


@batch
def answers(ask):
    return {"short": ask.chat("count", max_tokens=8), "long": ask.chat([{"role": "user", "content": "word " * 40000}])}


@clause("LIMIT-001", "The context limit is enforced", level=MUST, source=SOURCE)
def test_context_limit(answers, wire):
    """A prompt longer than the context MUST answer 4xx with an error that says so, and the next request MUST work."""
    exchange = answers["long"]
    expect_status_class(exchange, low=400, high=499, expected="4xx for a prompt of 40,000 words")
    error = field(exchange, read_json(exchange), "error", dict)
    said = str(error.get("message")).lower()
    names = any(word in said for word in ("context length", "max_tokens", "too long", "maximum"))
    expect(names, exchange, expected="a message on the length", got=error)
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
