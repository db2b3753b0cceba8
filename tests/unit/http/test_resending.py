"""A request that a closed connection loses is sent once more, on a new one; what a server has lost is not."""

import json
import socket
import struct
import threading
import time

import httpx
import openai
import pytest

from fixtures.adapters.http.bridge import BridgeTransport
from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call, Exchange, FirstSending
from fixtures.core.redact import redactor
from tests.unit.http.test_client import answer, call, hear, server, silent
from tests.unit.http.test_connection import KEPT

# Longer than the watchdog: whoever waits for it is found by that.
LONG = 3600.0
RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for 0 seconds
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy the machine is, a connection that is lost is lost at once."""
    monkeypatch.setattr("fixtures.adapters.http.connections.STALE_S", LONG)


@pytest.fixture
def ledger(tmp_path):
    return Ledger(tmp_path / "exchanges", redactor(["topsecretvalue"]))


def close(connection):
    """The end of the connection, in order."""


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def one_byte(connection):
    connection.sendall(b"H")


def once(then, *, together=None):
    """A connection that answers one request, and does `then` to the next one."""

    def behaviour(connection):
        if together:
            together.wait()
        connection.sendall(KEPT)
        hear(connection)
        then(connection)

    return behaviour


def in_turn(url, ledger, *calls):
    with HttpClient(url, ledger=ledger) as http:
        return [http.send(one) for one in calls]


@pytest.mark.parametrize("end", [close, reset], ids=["closed", "reset"])
def test_a_closed_connection_loses_nothing(ledger, tmp_path, end):
    """A request that dies on a used connection without a byte is answered on a new one, and the exchange says so."""
    with server(once(end), answer) as url:
        first, second = in_turn(url, ledger, call(), call())
    assert (second.status, second.failure) == (200, None)
    assert second.first.after == first.number
    assert second.connection != first.connection
    assert [e.number for e in ledger.exchanges] == [1, 2]
    stored = json.loads((tmp_path / second.file).read_text())
    assert stored["first_sending"] == {"failure": second.first.failure, "after": 1}
    assert json.loads((tmp_path / first.file).read_text())["first_sending"] is None


@pytest.mark.parametrize("end", [close, reset], ids=["closed", "reset"])
def test_a_new_connection_is_the_servers(ledger, end):
    """A request that dies on a new connection is not sent again."""
    with server(end, answer) as url:
        (exchange,) = in_turn(url, ledger, call())
    assert exchange.status is None
    assert exchange.failure
    assert exchange.first is None


def test_an_answer_begun_is_the_servers(ledger):
    """A request whose answer breaks off after one byte is not sent again."""
    with server(once(one_byte), answer) as url:
        _, exchange = in_turn(url, ledger, call(), call())
    assert exchange.status is None
    assert exchange.failure
    assert exchange.first is None


def test_a_late_death_is_the_servers(ledger, monkeypatch):
    """A request that dies after a wait may have been read, and is not sent again."""
    monkeypatch.setattr("fixtures.adapters.http.connections.STALE_S", 0.0)
    with server(once(close), answer) as url:
        _, exchange = in_turn(url, ledger, call(), call())
    assert exchange.status is None
    assert exchange.failure
    assert exchange.first is None


def test_it_is_sent_no_third_time(ledger):
    """A request that dies on the new connection too is a failure that tells both ends."""
    with server(once(close), reset, answer) as url:
        _, exchange = in_turn(url, ledger, call(), call())
    assert exchange.status is None
    assert exchange.failure.startswith("the connection was reset")
    assert f"(sent again; the first time, on a used connection: {exchange.first.failure})" in exchange.failure
    assert "Server disconnected" in exchange.first.failure


def test_a_used_connection_is_not_tried_twice(ledger):
    """The second sending takes a new connection, also where others wait that were used."""
    together = threading.Barrier(2)
    with (
        server(once(close, together=together), once(close, together=together), answer) as url,
        HttpClient(url, ledger=ledger) as http,
    ):
        http.send_all([call()] * 2, concurrency=2, deadline=60)
        exchange = http.send(call())
    assert (exchange.status, exchange.failure) == (200, None)
    assert exchange.first


def test_many_at_once_are_each_sent_again(ledger):
    """Requests that lose their connections together are each sent once more, each on its own."""
    used = once(close, together=threading.Barrier(4))
    with server(used, used, used, used, answer) as url, HttpClient(url, ledger=ledger) as http:
        before = http.send_all([call()] * 4, concurrency=4, deadline=60)
        after = http.send_all([call()] * 4, concurrency=4, deadline=60)
    assert [e.status for (e,) in after] == [200] * 4
    assert sorted(e.first.after for (e,) in after) == sorted(e.number for (e,) in before)


def test_the_deadline_is_for_both(ledger):
    """The second sending has what the first has left of the deadline."""
    with server(once(close), silent) as url:
        _, exchange = in_turn(url, ledger, call(), call(deadline=0.5))
    assert exchange.failure.startswith("the deadline ran out")


def test_the_clock_begins_again(ledger):
    """The times of an exchange count from its second sending."""
    lost = []

    def late(connection):
        time.sleep(0.3)  # that must not be counted
        lost.append(time.monotonic())

    with server(once(late), answer) as url:
        _, exchange = in_turn(url, ledger, call(), call())
        since = time.monotonic() - lost[0]
    assert exchange.first
    assert exchange.chunks[0][0] <= exchange.seconds <= since


def test_a_client_that_leaves_is_not_sent_again(ledger):
    """A client that hangs up before the first byte, on a used connection, has left for good."""
    with server(once(silent), answer) as url:
        _, exchange = in_turn(url, ledger, call(), call(deadline=LONG).leaving(seconds=0.3))
    assert exchange.hung_up
    assert exchange.first is None


def test_a_body_in_pieces_is_whole_again(ledger):
    """A body in pieces goes out in the same pieces the second time."""
    heard = []

    def listen(connection):  # the head was read before
        data = b""
        while not data.endswith(b"0\r\n\r\n"):
            data += connection.recv(65536)
        heard.append(data)
        connection.sendall(KEPT)

    pieces = Call(method="POST", path="/", body=b"abcdefghij", pieces=3, deadline=60)
    with server(once(close), listen) as url:
        _, exchange = in_turn(url, ledger, call(), pieces)
    assert exchange.status == 200
    assert exchange.first
    assert heard == [b"4\r\nabcd\r\n4\r\nefgh\r\n2\r\nij\r\n0\r\n\r\n"]


def test_over_one_connection(ledger):
    """Calls in turn that lose their connection go on over another, which the exchanges show."""
    with server(once(close), answer) as url, HttpClient(url, ledger=ledger) as http:
        first, second = http.send_in_turn((call(), call()))
    assert second.status == 200
    assert second.first.after == first.number
    assert second.connection != first.connection


def test_the_sdk_is_spared_too(ledger):
    """The SDK, which repeats nothing itself, does not hear of a connection that the server had closed."""
    with server(once(close), answer) as url, HttpClient(url, ledger=ledger) as http:
        bridge = BridgeTransport(http, deadline=60)
        sdk = openai.OpenAI(
            base_url=f"{url}/v1", api_key="x", max_retries=0, http_client=httpx.Client(transport=bridge)
        )
        sdk.models.list()
        sdk.models.list()
    assert [(e.status, bool(e.first)) for e in ledger.exchanges] == [(200, False), (200, True)]


def test_what_is_told_of_the_first_sending_is_redacted(ledger, tmp_path):
    """The failure of the first sending is masked like that of the second."""
    first = FirstSending(failure="reset by topsecretvalue", after=1)
    kept = ledger.keep(Exchange(number=2, method="GET", path="/", first=first))
    assert kept.first.failure == "reset by [redacted]"
    assert "topsecretvalue" not in (tmp_path / kept.file).read_text()
