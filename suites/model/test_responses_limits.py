"""The Responses API at its limits: answers that are cut, and requests that are refused."""

import json

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_cut,
    expect_one_end,
    expect_status,
    expect_status_class,
    read_events,
    read_json,
    read_response,
    read_response_body,
    read_response_usage,
    response_text,
)

SOURCE = "OpenAI API reference, responses"
LIMIT = 60
UNKNOWN = "resp_00000000000000000000000000000000"


def bad_bodies(ask):
    """Bodies that no release accepts, by what is wrong with them."""
    good = json.loads(ask.responses("Reply with exactly: PONG").body)
    return {
        "no input": {key: value for key, value in good.items() if key != "input"},
        "a number as input": good | {"input": 7},
        "a word as temperature": good | {"temperature": "hot"},
        "a negative temperature": good | {"temperature": -1},
        "a negative max_output_tokens": good | {"max_output_tokens": -5},
        "tools that are no list": good | {"tools": "none"},
        "a body that is no JSON": b'{"input": ',
    }


def refused_then_asked(ask):
    """A request that is refused, and a good one after it."""
    yield ask.post("/v1/responses", bad_bodies(ask)["a number as input"])
    yield ask.responses(chat_prompt("echo").as_messages())


@batch
def answers(ask):
    long, short = chat_prompt("count").as_messages(), chat_prompt("echo").as_messages()
    return {
        "cut": ask.responses(long, max_output_tokens=LIMIT),
        "cut stream": ask.responses(long, max_output_tokens=LIMIT, stream=True),
        "previous": ask.responses(short, previous_response_id=UNKNOWN),
        "stored": ask.get(f"/v1/responses/{UNKNOWN}"),
        "model": ask.responses(short, model="no-such-model"),
        "model stream": ask.responses(short, model="no-such-model", stream=True),
        "after": refused_then_asked(ask),
        **{name: ask.post("/v1/responses", body) for name, body in bad_bodies(ask).items()},
    }


@clause("RESP-050", "A cut response says so", level=MUST, source="vLLM #24561, #24184")
def test_cut(answers, versions):
    """A response that max_output_tokens cut MUST have the status that its release gives it: incomplete, with the reason
    max_output_tokens, from 0.11 on.
    """
    exchange = answers["cut"]
    expect_cut(exchange, read_response_body(exchange), versions.responses_incomplete)


@clause("RESP-051", "A cut stream ends and says so", level=MUST, source="vLLM #24561")
def test_cut_stream(answers, versions):
    """A stream that max_output_tokens cut MUST end with one terminal event, whose response says so where the release does."""
    exchange = answers["cut stream"]
    events = read_events(exchange)
    expect_one_end(exchange, events)
    expect_cut(exchange, events.final(exchange), versions.responses_stream_incomplete)


@clause("RESP-052", "max_output_tokens is kept", level=MUST, source=SOURCE)
def test_limit(answers, versions):
    """A long answer MUST break off at max_output_tokens, and the output tokens, where they are counted, MUST keep to it."""
    for name in ("cut", "cut stream"):
        exchange = answers[name]
        body = read_response_body(exchange) if name == "cut" else read_events(exchange).final(exchange)
        text = response_text(exchange, body, "message")
        whole = any(end in text for end in chat_prompt("count").expect)
        expect(not whole, exchange, expected=f"an answer cut after {LIMIT} tokens", got=text)
        if versions.responses_usage and name == "cut":
            made = read_response_usage(exchange, body).output
            expect(made <= LIMIT, exchange, expected=f"at most {LIMIT} output_tokens", got=made)


@clause("RESP-054", "An unknown previous response is refused", level=MUST, source="vLLM 0.10.1 and 0.32")
def test_previous(answers):
    """A previous_response_id that is not stored MUST be refused with 404, and not be ignored."""
    expect_status(answers["previous"], 404)
    _expect_error(answers["previous"])


@clause("RESP-055", "An unknown response is not found", level=MUST, source="vLLM 0.10.1 and 0.32")
def test_stored(answers):
    """GET of a response that is not stored MUST answer 404."""
    expect_status(answers["stored"], 404)


@clause("RESP-056", "An unknown model is refused", level=MUST, source="vLLM 0.10.1 and 0.32")
def test_model(answers):
    """A model that is not served MUST be refused with 404 and an error object, also where a stream was asked for."""
    for name in ("model", "model stream"):
        expect_status(answers[name], 404)
        _expect_error(answers[name])


def _expect_error(exchange):
    error = read_json(exchange).get("error")
    told = isinstance(error, dict) and bool(error.get("message"))
    expect(told, exchange, expected="an `error` object with a message", got=exchange.text)


@clause("RESP-057", "Bad requests are refused", level=MUST, source="vLLM 0.10.1 and 0.32")
def test_bad_bodies(answers):
    """A request whose body is no JSON, lacks its input, or has values of a wrong type or sign MUST be refused with a 4xx."""
    for name in answers:
        if name.startswith(("a ", "no ", "tools ")):
            expect_status_class(answers[name], low=400, high=499, expected=f"a 4xx for {name}")


@clause("RESP-058", "A refused request leaves no trace", level=MUST, source="deployment rules")
def test_after(answers):
    """The next request after a refused one MUST be answered rightly."""
    turns = answers.turns("after")
    expect_any(turns[-1], read_response(turns[-1]).text, chat_prompt("echo").expect, where="the output text")
