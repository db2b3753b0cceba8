"""Requests that have ended servers: sent last, where their harm falls on no other clause, and to no server that others use."""

import json

from fixtures.kit import (
    MUST,
    chat_prompt,
    clause,
    expect_content,
    expect_status,
    expect_status_class,
    read_chat,
)

FEW = 8
CHAT = "/v1/chat/completions"


def _expect_well(wire):
    """The server still answers, and rightly."""
    expect_status(wire.send(wire.ask.get("/health")), 200)
    exchange = wire.send(wire.ask.chat("sum"))
    expect_content(exchange, read_chat(exchange), chat_prompt("sum").expect)


@clause("RISK-001", "response_format text harms nothing", level=MUST, source="OpenAI API reference; vLLM 0.11.0, run")
def test_text_format(wire, at_risk):
    """A chat with the response_format text, which is what no format means, MUST be answered, and the server go on.

    Why: client libraries send it unasked, and vLLM 0.11.0 ends at the first one.
    """
    exchange = wire.send(wire.ask.chat("echo", response_format={"type": "text"}))
    expect_content(exchange, read_chat(exchange), chat_prompt("echo").expect)
    _expect_well(wire)


@clause("RISK-002", "A temperature that is no number harms nothing", level=MUST, source="RFC 8259; vLLM 0.10.1.1, run")
def test_no_number(wire, at_risk):
    """A chat whose temperature is NaN MUST be refused with 4xx or answered, and the server go on.

    Why: Python's own JSON writer sends NaN for a number that went wrong.
    """
    body = json.dumps(wire.ask.chat_body("echo", max_tokens=FEW, temperature=float("nan"))).encode()
    exchange = wire.send(wire.ask.post(CHAT, body))
    expect_status_class(exchange, low=200, high=499, expected="a 4xx or an answer to a temperature of NaN")
    _expect_well(wire)


@clause("RISK-003", "Log probabilities of a long prompt harm nothing", level=MUST, source="vLLM #5907; operators")
def test_prompt_logprobs(wire, at_risk):
    """A long prompt of which `prompt_logprobs` are asked for MUST be answered or refused with 4xx, and the server go on.

    Why: the logits of every token of the prompt are kept at once, 400 kB each: engines have run out of memory by one request.
    """
    words = "word " * 1500
    exchange = wire.send(wire.ask.chat([{"role": "user", "content": words}], max_tokens=FEW, prompt_logprobs=5))
    expect_status_class(exchange, low=200, high=499, expected="a 4xx or an answer to prompt_logprobs")
    _expect_well(wire)
