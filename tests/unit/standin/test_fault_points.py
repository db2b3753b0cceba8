"""Each point at which a fault can act, over ASGI, without a process."""

import json
from dataclasses import replace

import anyio
import httpx
import pytest

from fixtures.faults.catalogue import faults_of
from fixtures.standin.options import StandinOptions
from fixtures.standin.points.broken import Drip, Hang, Whole
from fixtures.standin.points.fault import Fault, Faults
from fixtures.standin.state import standin
from fixtures.standin.wire import app as standin_app

CHAT = {"model": "gpt-oss-120b", "messages": [{"role": "user", "content": "What is 2+2?"}], "temperature": 0}


def answers(*requests, **points):
    """What a stand-in with this one fault answers to these requests, in order."""
    fault = Fault(name="x", summary="x", **points)
    made = replace(standin(StandinOptions()), faults=Faults(active=(fault,)))
    transport = httpx.ASGITransport(standin_app.application(made))

    async def ask():
        async with httpx.AsyncClient(transport=transport, base_url="http://standin") as client:
            return [
                await client.request(*request[:2], json=request[2] if request[2:] else None) for request in requests
            ]

    return anyio.run(ask)


def test_respond_sees_the_request_and_those_before_it():
    """A fault can let the first chat through, look at the body that was sent, and answer in the server's place."""
    refused = Whole(status=503, body=b'{"error": "gone"}')
    first, second, page = answers(
        ("POST", "/v1/chat/completions", CHAT),
        ("POST", "/v1/chat/completions", CHAT),
        ("GET", "/health"),
        respond=lambda exchange: refused if exchange.earlier and exchange.asked.get("temperature") == 0 else None,
    )
    assert [first.status_code, second.status_code, page.status_code] == [200, 503, 200]
    assert second.json() == {"error": "gone"}


def test_whole_changes_every_response_that_is_not_streamed():
    """Status, headers and body of an answer can be changed as it goes out; a stream is left to `event` and `frames`."""

    def spoil(exchange, whole):
        assert whole.status == 200
        return replace(whole, status=418, headers=(("content-type", "text/html"),))

    page, chat, stream = answers(
        ("GET", "/v1/models"),
        ("POST", "/v1/chat/completions", CHAT),
        ("POST", "/v1/chat/completions", {**CHAT, "stream": True}),
        whole=spoil,
    )
    assert [page.status_code, chat.status_code, stream.status_code] == [418, 418, 200]
    assert chat.headers["content-type"] == "text/html"
    assert chat.json()["choices"]


def test_whole_with_other_json():
    """The JSON of an answer can be changed as a value."""
    [page] = answers(("GET", "/version"), whole=lambda _, whole: whole.with_json({**whole.json, "version": None}))
    assert page.json() == {"version": None}
    assert int(page.headers["content-length"]) == len(page.content)


def test_conversation_keeps_a_message_from_the_model():
    """What the model does not see it cannot answer; the count of the prompt has points of its own."""
    secret = [{"role": "system", "content": "The access code is 7391."}]
    asked = {**CHAT, "messages": [*secret, {"role": "user", "content": "What is the access code?"}]}
    [healthy] = answers(("POST", "/v1/chat/completions", asked))
    [spoilt] = answers(
        ("POST", "/v1/chat/completions", asked),
        conversation=lambda _, conversation: replace(conversation, turns=conversation.turns[1:]),
    )
    assert "7391" in healthy.json()["choices"][0]["message"]["content"]
    assert "7391" not in spoilt.json()["choices"][0]["message"]["content"]


def test_log_lines(capsys):
    """A fault can make the server log lines when a request comes."""
    answers(("GET", "/health"), log=lambda exchange: [f"ERROR seen {exchange.path}"])
    assert "ERROR seen /health" in capsys.readouterr().out


def test_parts_of_a_body():
    """A drip gives the parts one after the other, and a hang can end in an answer."""
    drip = Drip(parts=(b"[1", b",2]"), every=0.01)
    late = Hang(seconds=0.01, then=Whole(body=b"{}"))
    dripped, waited = answers(
        ("GET", "/health"), ("GET", "/version"), respond=lambda e: drip if e.path == "/health" else late
    )
    assert json.loads(dripped.content) == [1, 2]
    assert waited.json() == {}


def test_an_unknown_fault_names_its_neighbours():
    """A name that does not exist is refused."""
    with pytest.raises(ValueError, match="--fault nope: no such fault"):
        faults_of(["nope"])
