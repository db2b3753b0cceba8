"""The proxy hands on what a server says, and changes what its faults change."""

import anyio
import httpx
import pytest

from fixtures.faults.catalogue import faults_of
from fixtures.standin.families import family_of
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin
from fixtures.standin.wire.faulty import Faulty
from tests.rig.proxy.__main__ import main
from tests.rig.proxy.forward import Forward

CHAT = {
    "model": "gpt-oss-120b",
    "messages": [{"role": "user", "content": "Reply with exactly: PONG"}],
    "temperature": 0,
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    log = tmp_path_factory.mktemp("standin") / "standin.log"
    with start_standin(options=StandinOptions(), log=log, timeout=120) as running:
        yield running.url


def asked(server, *faults, path="/v1/chat/completions", body=None, before=0):
    """The answer through a proxy with these faults, after so many other chats."""
    family = family_of("0.32.0")
    active = faults_of(faults)

    async def ask():
        app = Faulty(Forward(server, faults=active, family=family), faults=active, family=family)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://proxy", timeout=120
        ) as client:
            for _ in range(before):
                await client.post("/v1/chat/completions", json=CHAT)
            return await (client.post(path, json=body) if body else client.get(path))

    return anyio.run(ask)


def test_without_faults_all_is_handed_on(server):
    """Status, headers and content are the server's: a body, a stream, a refusal, a page."""
    chat = asked(server, body=CHAT)
    assert chat.json()["choices"][0]["message"]["content"] == "PONG"
    assert chat.headers["content-type"] == "application/json"
    stream = asked(server, body={**CHAT, "stream": True})
    assert stream.text.endswith("data: [DONE]\n\n")
    assert stream.headers["content-type"].startswith("text/event-stream")
    refused = asked(server, body={**CHAT, "model": "none"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (404, 404)
    assert "vllm:num_requests_running" in asked(server, path="/metrics").text


@pytest.mark.parametrize(
    ("fault", "body", "seen"),
    [
        ("chat-model-path", CHAT, lambda answer: "/" in answer.json()["model"]),
        ("stream-no-done", {**CHAT, "stream": True}, lambda answer: "[DONE]" not in answer.text),
        ("any-model-chat", {**CHAT, "model": "no-such-model"}, lambda answer: answer.status_code == 200),
        ("error-flat", {**CHAT, "temperature": -1}, lambda answer: "error" not in answer.json()),
    ],
)
def test_a_fault_acts(server, fault, body, seen):
    """Bodies, streams, headers and refusals are changed, once the first chat is over."""
    assert not seen(asked(server, body=body))
    assert seen(asked(server, fault, body=body, before=1))


def test_a_fault_of_the_inside_is_refused(capsys):
    """What acts inside the stand-in cannot act here, and the command says so."""
    assert main(["--to", "http://127.0.0.1:1", "--port", "1", "--fault", "chat-wrong-sum"]) == 2
    assert "chat-wrong-sum" in capsys.readouterr().err
