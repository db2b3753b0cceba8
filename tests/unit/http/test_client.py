import json
import re
import socket
import threading
import time
from contextlib import contextmanager
from itertools import count

import httpx
import openai
import pytest

from fixtures.adapters.http.bridge import BridgeTransport
from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.redact import redactor

# These servers drip and are silent until the client leaves: one that waits for them waits for this.
pytestmark = pytest.mark.timeout(120)
OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"


@contextmanager
def server(*behave):
    """A socket server; the n-th connection gets the n-th behaviour, the last one for ever."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        for number in count():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(
                target=_conversation, args=(connection, behave[min(number, len(behave) - 1)]), daemon=True
            ).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)  # to close it alone would leave `accept` waiting
        listener.close()


def _conversation(connection, behaviour):
    with connection:
        try:
            hear(connection)
            behaviour(connection)
        except OSError:
            return


def hear(connection):
    """Read one request to its end, but for a chunked body: to close with bytes unread would reset the connection."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        if not (byte := connection.recv(1)):
            return
        head += byte
    length = re.search(rb"content-length: *(\d+)", head.lower())
    if length and int(length[1]):
        connection.recv(int(length[1]), socket.MSG_WAITALL)


def answer(connection):
    connection.sendall(OK)


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1\r\nx\r\n")
        time.sleep(0.05)


def drip_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nx-slow: ")
    while True:
        connection.sendall(b"x")
        time.sleep(0.05)


def silent(connection):
    connection.recv(1)  # until the client leaves


def cut(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "exchanges", redactor(["topsecretvalue"]))


def call(deadline=60.0, body=b"{}"):
    return Call(method="POST", path="/v1/x", body=body, deadline=deadline)


@pytest.mark.parametrize("behaviour", [drip, drip_head, silent], ids=["slow-body", "slow-head", "silent"])
def test_a_deadline_is_total(ledger, behaviour):
    """A drip or a silence ends with the deadline, however often a byte arrives, and the exchange says so."""
    with server(behaviour) as url, HttpClient(url, ledger=ledger) as http:
        exchange = http.send(call(deadline=0.5))
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


def test_a_batch_runs_together(ledger):
    """Calls run at the concurrency given, neither more of them at a time nor fewer."""
    together, busy, most = threading.Barrier(3), [], []

    def answer_three(connection):
        busy.append(connection)
        together.wait()
        most.append(len(busy))
        together.wait()
        busy.remove(connection)
        connection.sendall(OK)

    with server(answer_three) as url, HttpClient(url, ledger=ledger) as http:
        done = http.send_all([call()] * 6, concurrency=3, deadline=60)
    assert [exchange.failure for (exchange,) in done] == [None] * 6
    assert most == [3] * 6


def test_a_batch_ends_with_its_deadline(ledger):
    """What the batch's deadline cuts short, and what it leaves over, is named."""
    cut, unsent = "the deadline ran out", "not sent: the batch's deadline ran out"
    with server(silent) as url, HttpClient(url, ledger=ledger) as http:
        done = http.send_all([call(deadline=3600)] * 6, concurrency=3, deadline=0.5)
    failures = [exchange.failure for (exchange,) in done]
    assert set(failures) <= {cut, unsent}
    assert failures[-1] == unsent


def test_a_dialogue_goes_on_from_what_it_heard(ledger):
    """A dialogue's next call is made from the exchange before it, and all its turns come back in order."""
    heard = []

    def talk():
        for _ in range(2):
            heard.append((yield call()).status)

    with server(answer, answer, answer) as url, HttpClient(url, ledger=ledger) as http:
        turns, single = http.send_all([talk(), call()], concurrency=1, deadline=60)
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
        bridge = BridgeTransport(http, deadline=0.5)
        sdk = openai.OpenAI(
            base_url=f"{url}/v1", api_key="x", max_retries=0, http_client=httpx.Client(transport=bridge)
        )
        with pytest.raises(openai.APITimeoutError):
            sdk.models.list()
    assert len(ledger.exchanges) == 1
