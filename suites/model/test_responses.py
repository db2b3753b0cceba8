"""The Responses API."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_no_markers,
    read_response,
    read_response_stream,
)

SOURCE = "OpenAI API reference, responses"


@batch
def answers(ask):
    spoken = chat_prompt("product").as_messages()
    return {"whole": ask.responses(spoken), "stream": ask.responses(spoken, stream=True)}


@clause("RESP-001", "A response is answered rightly", level=MUST, source=SOURCE)
def test_right_answer(answers):
    """A response MUST be completed, with the right answer in an output_text of a message and the reasoning in its item."""
    exchange = answers["whole"]
    reply = read_response(exchange)
    expect(reply.status == "completed", exchange, expected="status completed", got=reply.status)
    expect_any(exchange, reply.text, chat_prompt("product").expect, where="the output text")
    expect(bool(reply.reasoning), exchange, expected="a reasoning item with text", got=reply)
    expect_no_markers(exchange, reply.text, reply.reasoning)


@clause("RESP-002", "A streamed response says the same", level=MUST, source=SOURCE, needs=["RESP-001"])
def test_stream(answers):
    """A streamed response MUST begin with response.created, number its events, and end with the same answer."""
    exchange = answers["stream"]
    streamed, whole = read_response_stream(exchange), read_response(answers["whole"])
    expect(streamed.text == whole.text, exchange, expected=f"the text {whole.text!r}", got=streamed.text)


@clause("RESP-003", "Responses count their tokens", level=MUST, source="vLLM #22667", needs=["RESP-001"])
def test_usage(answers, versions):
    """The usage of a response MUST count input and output tokens, from the release on that counts them."""
    exchange = answers["whole"]
    usage = read_response(exchange).usage
    counted = all(isinstance(usage.get(k), int) and usage[k] > 0 for k in ("input_tokens", "output_tokens"))
    expect(counted or not versions.responses_usage, exchange, expected="tokens counted", got=usage)
