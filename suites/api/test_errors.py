"""Bad requests get an error, and the server lives on."""

from fixtures.kit import MUST, batch, clause, expect, expect_status, expect_status_class, field, read_json

SOURCE = "OpenAI API reference, error codes; vLLM ErrorResponse (#22099)"
CHAT = "/v1/chat/completions"


@batch
def answers(ask):
    good = ask.chat_body("echo")
    return {
        "unknown-model": ask.post(CHAT, {**good, "model": "no-such-model"}),
        "unknown-model-stream": ask.post(CHAT, {**good, "model": "no-such-model", "stream": True}),
        "broken-json": ask.post(CHAT, b'{"model": '),
        "no-messages": ask.post(CHAT, {k: v for k, v in good.items() if k != "messages"}),
        "wrong-type": ask.post(CHAT, {**good, "temperature": "hot"}),
        "negative": ask.post(CHAT, {**good, "max_tokens": -1}),
        "content-type": ask.post(CHAT, b"model=x", content_type="application/x-www-form-urlencoded"),
    }


@clause("ERR-001", "An unknown model is not found", level=MUST, source=SOURCE)
def test_unknown_model(answers, versions):
    """A request for an unknown model MUST answer 404 with an `error` object, streamed or not."""
    for name in ("unknown-model", "unknown-model-stream"):
        exchange = answers[name]
        expect_status(exchange, 404)
        error = field(exchange, read_json(exchange), "error", dict)
        expect(error.get("code") == 404, exchange, expected="error.code 404", got=error)
        expect(
            "no-such-model" in str(error.get("message")), exchange, expected="a message that names the model", got=error
        )
        param = error.get("param") or ""
        wanted = versions.model_not_found_param
        expect(param == wanted, exchange, expected=f"error.param {wanted!r}", got=param)


@clause("ERR-002", "Bad bodies are refused", level=MUST, source=SOURCE)
def test_bad_bodies(answers):
    """Broken JSON, missing or wrong fields and a wrong content type MUST answer 4xx with an `error` object, never 5xx."""
    for name in ("broken-json", "no-messages", "wrong-type", "negative", "content-type"):
        exchange = answers[name]
        expect_status_class(exchange, low=400, high=499, expected=f"4xx for {name}")
        error = field(exchange, read_json(exchange), "error", dict)
        expect(bool(error.get("message")), exchange, expected="an error with a message", got=error)


@clause("ERR-003", "The server survives bad requests", level=MUST, source="vLLM #17972", needs=["CHAT-001"])
def test_survives(answers, wire):
    """After bad requests the next good one MUST be answered."""
    expect(len(answers) > 0, answers["broken-json"], expected="bad requests before", got=len(answers))
    expect_status(wire.send(wire.ask.chat("echo")), 200)
