"""The server's own description of its API, fuzzed: nearly right bodies are no server error, and none hangs."""

import json

from fixtures.kit import (
    FUZZ_ROUTES,
    MUST,
    NotApplicable,
    batch,
    clause,
    expect_no_server_error,
    expect_status,
    mutations,
    observe,
)

SOURCE = "the server's /openapi.json; vLLM #17972"
SEED = 20260928
EACH = {"/v1/chat/completions": 26, "/v1/completions": 18, "/v1/responses": 10, "/tokenize": 4, "/detokenize": 3}


@batch
def answers(ask):
    def fuzzed(route):
        described = yield ask.get("/openapi.json")
        model = ask.target.deployment.served_model
        for body in mutations(route, _description(described), model=model, seed=SEED, count=EACH[route.path]):
            yield ask.post(route.path, body)

    return {route.path: fuzzed(route) for route in FUZZ_ROUTES}


def _description(exchange):
    try:
        value = json.loads(exchange.body) if exchange.status == 200 else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _expect_no_server_errors(answers, *paths):
    for path in paths:
        described, *sent = answers.turns(path)
        if described.status == 404 or not sent:
            raise NotApplicable(f"the server does not describe {path}")
        observe(fuzz_seed=SEED)
        for exchange in sent:
            expect_no_server_error(exchange, exchange.request.decode("utf-8", "replace"))


@clause("FUZZ-001", "No body breaks the chat route", level=MUST, source=SOURCE)
def test_chat(answers):
    """A body derived from the chat route's own schema, one field of it spoiled, MUST NOT be a server error or hang."""
    _expect_no_server_errors(answers, "/v1/chat/completions")


@clause("FUZZ-002", "No body breaks text completions", level=MUST, source=SOURCE)
def test_text(answers):
    """A body derived from the text route's own schema, one field of it spoiled, MUST NOT be a server error or hang."""
    _expect_no_server_errors(answers, "/v1/completions")


@clause("FUZZ-003", "No body breaks responses", level=MUST, source=SOURCE)
def test_responses(answers):
    """A body derived from the Responses route's own schema, one field spoiled, MUST NOT be a server error or hang."""
    _expect_no_server_errors(answers, "/v1/responses")


@clause("FUZZ-004", "No body breaks the tokenizer", level=MUST, source=SOURCE)
def test_tokenizer(answers):
    """A body derived from the schemas of /tokenize and /detokenize MUST NOT be a server error or hang."""
    _expect_no_server_errors(answers, "/tokenize", "/detokenize")


@clause("FUZZ-005", "The server survives the fuzzing", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_survives(answers, wire):
    """After the fuzzed bodies a good chat MUST be answered."""
    observe(fuzzed_requests=sum(len(answers.turns(path)) - 1 for path in answers))
    expect_status(wire.send(wire.ask.chat("echo")), 200)
