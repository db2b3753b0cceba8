import json
import socket
import threading
import time
from contextlib import contextmanager

import httpx
import openai
import pytest

from fixtures.adapters.http.bridge import BridgeTransport
from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.redact import redactor

OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"


@contextmanager
def server(*behave):
    """A socket server; the n-th connection gets the n-th behaviour, the last one for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def serve():
        for number in range(100):
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(connection, behave[min(number, len(behave) - 1)]), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


def _talk(connection, behaviour):
    with connection:
        try:
            connection.recv(65536)
            behaviour(connection)
        except OSError:
            return


def answer(connection):
    connection.sendall(OK)


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(200):
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.1)


def drip_head(connection):
    for letter in OK.decode():
        connection.sendall(letter.encode())
        time.sleep(0.1)


def silent(connection):
    time.sleep(20)


def cut(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "exchanges", redactor(["topsecretvalue"]))


def call(deadline=1.0, body=b"{}"):
    return Call(method="POST", path="/v1/x", body=body, deadline=deadline)


@pytest.mark.parametrize("behaviour", [drip, drip_head, silent], ids=["slow-body", "slow-head", "silent"])
def test_a_deadline_is_total(ledger, behaviour):
    """A drip or a silence ends with the deadline, however often a byte arrives, and the exchange says so."""
    with server(behaviour) as url, HttpClient(url, ledger=ledger) as http:
        began = time.monotonic()
        exchange = http.send(call(deadline=1.0))
        assert time.monotonic() - began < 3
    assert exchange.failure == "the deadline ran out"
    assert ledger.exchanges == [exchange]


def test_a_cut_answer_is_a_failure(ledger):
    """An answer that breaks off is kept with what arrived, and is no success."""
    with server(cut) as url, HttpClient(url, ledger=ledger) as http:
        exchange = http.send(call())
    assert exchange.status == 200
    assert exchange.body == b"{"
    assert exchange.failure is not None


def test_nobody_there(ledger):
    """A refused connection is an exchange with a failure, not an exception."""
    with HttpClient("http://127.0.0.1:9", ledger=ledger) as http:
        assert "no connection" in (http.send(call()).failure or "")


def test_a_batch_runs_together_and_ends_with_its_deadline(ledger):
    """Calls run at the concurrency given; what the batch's deadline leaves over is named, and nothing hangs."""
    with server(answer, silent) as url, HttpClient(url, ledger=ledger) as http:
        began = time.monotonic()
        done = http.send_all([call(deadline=9)] * 6, concurrency=3, deadline=1.0)
        assert time.monotonic() - began < 3
    assert len(done) == 6
    assert sum(exchange.failure is None for (exchange,) in done) == 1


def test_a_dialogue_goes_on_from_what_it_heard(ledger):
    """A dialogue's next call is made from the exchange before it, and all its turns come back in order."""
    heard = []

    def talk():
        for _ in range(2):
            heard.append((yield call()).status)

    with server(answer, answer, answer) as url, HttpClient(url, ledger=ledger) as http:
        turns, single = http.send_all([talk(), call()], concurrency=1, deadline=5)
    assert heard == [200, 200]
    assert [len(turns), len(single)] == [2, 1]


def test_evidence_is_written_without_secrets(ledger, tmp_path):
    """Every exchange is one file, redacted in request and response, with the time of each chunk."""

    def echo(connection):
        body = b'{"token": "topsecretvalue"}'
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))

    with server(echo) as url, HttpClient(url, ledger=ledger) as http:
        exchange = http.send(call(body=b'{"key": "topsecretvalue"}'))
    stored = (tmp_path / exchange.file).read_text()
    assert "topsecretvalue" not in stored
    assert json.loads(stored)["request"]["body"] == '{"key": "[redacted]"}'
    assert exchange.chunks
    assert exchange.text == '{"token": "[redacted]"}'


def test_the_sdk_runs_on_the_same_transport(ledger):
    """The SDK's requests are recorded, are not repeated, and end with the total deadline."""
    with server(drip) as url, HttpClient(url, ledger=ledger) as http:
        bridge = BridgeTransport(http.portal, http.transport, deadline=1.0)
        sdk = openai.OpenAI(
            base_url=f"{url}/v1", api_key="x", max_retries=0, http_client=httpx.Client(transport=bridge)
        )
        began = time.monotonic()
        with pytest.raises((openai.APIError, TimeoutError)):
            sdk.models.list()
        assert time.monotonic() - began < 3
    assert len(ledger.exchanges) == 1
