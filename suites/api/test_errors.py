"""Bad requests get an error, and the server lives on."""

from fixtures.kit import (
    MUST,
    batch,
    clause,
    expect,
    expect_discreet,
    expect_no_server_error,
    expect_status,
    expect_status_class,
    field,
    read_json,
    read_refusal,
)

SOURCE = "OpenAI API reference, error codes; vLLM ErrorResponse (#22099)"
CHAT, TEXT, RESPONSES = "/v1/chat/completions", "/v1/completions", "/v1/responses"
CANARY = "canary-5f1d0c7a"
UNKNOWN = ("unknown-model", "unknown-model-stream")
BODIES = ("broken-json", "no-messages", "wrong-type", "negative", "content-type")
MISSING = ("no-messages", "no-prompt", "no-input")
TYPES = {
    "wrong-type": {"temperature": "hot"},
    "max-tokens-text": {"max_tokens": "many"},
    "n-text": {"n": "two"},
    "messages-text": {"messages": "hello"},
    "messages-number": {"messages": [5]},
    "stream-text": {"stream": "perhaps"},
    "top-p-list": {"top_p": [0.5]},
    "stop-object": {"stop": {"at": "end"}},
    "model-number": {"model": 5},
    "format-text": {"response_format": "json"},
}
RANGES = {
    "negative": {"max_tokens": -1},
    "no-tokens": {"max_tokens": 0},
    "cold": {"temperature": -1},
    "top-p-2": {"top_p": 2},
    "n-0": {"n": 0},
    "penalty": {"presence_penalty": 9},
}
LOGPROBS = {
    "logprobs-negative": {"logprobs": True, "top_logprobs": -5},
    "logprobs-many": {"logprobs": True, "top_logprobs": 100_000},
    "logprobs-unasked": {"logprobs": False, "top_logprobs": 5},
}
# What some releases refuse and others take; none may stumble over it.
ODD = {
    "no-turns": {"messages": []},
    "hot": {"temperature": 3},
    "unknown-field": {"no_such_field": {"at": [1]}},
    "role": {"messages": [{"role": "robot", "content": "Beep."}]},
    "effort-none": {"reasoning_effort": "none"},
}
IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]
STREAMED = ("unknown-model-stream", "cold-stream", "type-stream")


@batch
def answers(ask):
    good = ask.chat_body("echo", max_tokens=16)
    name = good["model"]

    def changed(**changes):
        return ask.post(CHAT, {**good, **changes})

    def without(path, **body):
        return ask.post(path, {"model": name, "max_tokens": 4, **body})

    cases = {case: changed(**changes) for cases in (TYPES, RANGES, LOGPROBS, ODD) for case, changes in cases.items()}
    return cases | {
        "unknown-model": changed(model="no-such-model"),
        "unknown-model-stream": changed(model="no-such-model", stream=True),
        "unknown-model-text": ask.post(TEXT, {"model": "no-such-model", "prompt": "Hello", "max_tokens": 1}),
        "unknown-model-response": ask.post(RESPONSES, {"model": "no-such-model", "input": "Hello"}),
        "broken-json": ask.post(CHAT, b'{"model": '),
        "no-messages": without(CHAT),
        "no-prompt": without(TEXT),
        "no-input": without(RESPONSES),
        "content-type": ask.post(CHAT, b"model=x", content_type="application/x-www-form-urlencoded"),
        "no-body": ask.post(CHAT, b""),
        "not-utf8": ask.post(CHAT, b'{"model": "\xff\xfe"}'),
        "no-route": ask.get("/v1/no-such-route"),
        "get-chat": ask.get(CHAT),
        "effort": changed(reasoning_effort="extreme"),
        "stream-options": changed(stream_options={"include_usage": True}),
        "image": changed(messages=IMAGE),
        "cold-stream": changed(temperature=-1, stream=True),
        "type-stream": changed(temperature="hot", stream=True),
        "canary": ask.post(CHAT, {**good, "temperature": "hot"}, headers=(("x-request-canary", CANARY),)),
    }


@clause("ERR-001", "An unknown model is not found", level=MUST, source=SOURCE)
def test_unknown_model(answers, versions):
    """A request for an unknown model MUST answer 404 with an `error` object, streamed or not."""
    for name in UNKNOWN:
        exchange = answers[name]
        expect_status(exchange, 404)
        error = field(exchange, read_json(exchange), "error", dict)
        expect(error.get("code") == 404, exchange, expected="error.code 404", got=error)
        expect(
            "no-such-model" in str(error.get("message")), exchange, expected="a message that names the model", got=error
        )
        param = error.get("param") or ""
        wanted = " or ".join(map(repr, versions.model_not_found_param))
        expect(param in versions.model_not_found_param, exchange, expected=f"error.param {wanted}", got=param)


@clause("ERR-002", "Bad bodies are refused", level=MUST, source=SOURCE)
def test_bad_bodies(answers):
    """Broken JSON, missing or wrong fields and a wrong content type MUST answer 4xx with an `error` object, never 5xx."""
    for name in BODIES:
        read_refusal(answers[name], name)


@clause("ERR-003", "The server survives bad requests", level=MUST, source="vLLM #17972", needs=["CHAT-001"])
def test_survives(answers, wire):
    """After bad requests the next good one MUST be answered."""
    expect(len(answers) > 0, answers["broken-json"], expected="bad requests before", got=len(answers))
    expect_status(wire.send(wire.ask.chat("echo")), 200)


@clause("ERR-004", "What is missing is named missing", level=MUST, source=SOURCE)
def test_missing(answers):
    """A chat without messages, a completion without prompt and a response without input MUST answer 4xx, never 5xx."""
    for name in MISSING:
        read_refusal(answers[name], name)


@clause("ERR-005", "Fields of a wrong type are refused", level=MUST, source=SOURCE)
def test_types(answers):
    """A field of a wrong type MUST answer 4xx with an `error` object, whichever common field it is."""
    for name in TYPES:
        read_refusal(answers[name], name)


@clause("ERR-006", "Values out of range are refused", level=MUST, source="vLLM, SamplingParams")
def test_ranges(answers):
    """Zero or negative max_tokens and n, a negative temperature, top_p or a penalty out of range MUST answer 4xx."""
    for name in RANGES:
        read_refusal(answers[name], name)


@clause("ERR-007", "No surface serves an unknown model", level=MUST, source=SOURCE)
def test_unknown_model_elsewhere(answers):
    """Text completions and responses for an unknown model MUST answer 404 with an `error` object, as chats do."""
    for name in ("unknown-model-text", "unknown-model-response"):
        expect_status(answers[name], 404)
        read_refusal(answers[name], name)


@clause("ERR-008", "A body that is no JSON object is refused", level=MUST, source=SOURCE)
def test_no_object(answers):
    """An empty body MUST answer 4xx with an `error` object, and bytes that are no UTF-8 4xx in JSON; never a hang.

    Why without an `error` object: the bytes are refused by the web framework, before vLLM sees them.
    """
    read_refusal(answers["no-body"], "an empty body")
    expect_status_class(answers["not-utf8"], low=400, high=499, expected="4xx for bytes that are no UTF-8")
    read_json(answers["not-utf8"])


@clause("ERR-009", "Unknown routes and methods are refused", level=MUST, source="RFC 9110, 15.5.5 and 15.5.6")
def test_routes(answers):
    """An unknown route MUST answer 404 and a GET of the chat route 405, both in JSON."""
    for name, status in (("no-route", 404), ("get-chat", 405)):
        expect_status(answers[name], status)
        read_json(answers[name])


@clause("ERR-010", "An unknown reasoning effort is refused", level=MUST, source="OpenAI API reference, chat")
def test_effort(answers):
    """A `reasoning_effort` that does not exist MUST answer 4xx: ignored, it would hide what the model was told."""
    read_refusal(answers["effort"], "an unknown effort")


@clause("ERR-011", "Stream options need a stream", level=MUST, source="OpenAI API reference, chat")
def test_stream_options(answers):
    """`stream_options` without `stream` MUST answer 4xx."""
    read_refusal(answers["stream-options"], "stream options without a stream")


@clause("ERR-012", "Bad logprobs are refused", level=MUST, source="OpenAI API reference, chat")
def test_logprobs(answers):
    """A negative or huge `top_logprobs`, and one without `logprobs`, MUST answer 4xx."""
    for name in LOGPROBS:
        read_refusal(answers[name], name)


@clause("ERR-013", "Odd requests are no server error", level=MUST, source="vLLM #17972")
def test_odd(answers):
    """No messages, an unknown role or field, a high temperature, effort none: the answer MUST NOT be a server error."""
    for name in ODD:
        expect_no_server_error(answers[name], name)


@clause("ERR-014", "An image does not break a text model", level=MUST, source="vLLM at v0.10.1.1, parse_chat_input")
def test_image(answers, versions):
    """An image sent to this text model MUST be refused or left out, and not be a server error where the release can."""
    expect_no_server_error(answers["image"], "an image", also=versions.image_input_errors)


@clause("ERR-015", "A refused stream is no stream", level=MUST, source="OpenAI API reference, streaming")
def test_streamed(answers):
    """A bad request for a stream MUST answer a plain 4xx in JSON, not a 200 with an error inside."""
    for name in STREAMED:
        read_refusal(answers[name], name)


@clause("ERR-016", "Errors tell nothing", level=MUST, source="OWASP, improper error handling")
def test_discreet(answers):
    """An error MUST NOT repeat the request's headers, nor show a stack trace or a path of the server."""
    for name in ("canary", *BODIES, *ODD):
        expect_discreet(answers[name], CANARY)


@clause("ERR-017", "Bad requests disturb no good one", level=MUST, source="vLLM #17972", needs=["CHAT-001"])
def test_crowd(wire):
    """A good chat among twenty bad requests at once MUST be answered, and every bad one refused."""
    ask = wire.ask
    bad = {f"bad-{at}": ask.post(CHAT, {**ask.chat_body("echo"), "temperature": "hot"}) for at in range(20)}
    together = wire.batch({**bad, "good": ask.chat("echo", user="amid-bad-requests")}, at_once=21)
    expect_status(together["good"], 200)
    for name in bad:
        read_refusal(together[name], "a bad request among twenty")
