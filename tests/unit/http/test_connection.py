"""What the strict client knows of its connection: which one it was, how a body went out, and when to stop reading."""

from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.redact import redactor
from tests.unit.http.test_client import OK, answer, hear, server

KEPT = OK.replace(b"connection: close\r\n", b"")
GET = Call(method="GET", path="/", deadline=60)


def client(url, tmp_path):
    return HttpClient(url, ledger=Ledger(tmp_path, redactor(())))


def twice(connection):
    connection.sendall(KEPT)
    hear(connection)
    connection.sendall(KEPT)


def endless(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
    while True:
        connection.sendall(b"x" * 1_000_000)


def test_a_kept_connection_is_known(tmp_path):
    """Two calls in turn share the connection that the server keeps."""
    with server(twice) as url, client(url, tmp_path) as http:
        first, second = http.send_in_turn((GET, GET))
    assert first.failure is None
    assert first.connection
    assert first.connection == second.connection


def test_a_closed_connection_is_known(tmp_path):
    """Where the server closes, the next call goes over another one, and the answer had said so."""
    with server(answer) as url, client(url, tmp_path) as http:
        first, second = http.send_in_turn((GET, GET))
    assert first.header("connection") == "close"
    assert second.failure is None
    assert first.connection != second.connection


def test_a_body_in_pieces(tmp_path):
    """A body in pieces goes out chunked and whole."""
    heard = []

    def listen(connection):  # the head was read before
        data = b""
        while not data.endswith(b"0\r\n\r\n"):
            data += connection.recv(65536)
        heard.append(data)
        connection.sendall(OK)

    call = Call(method="POST", path="/", body=b"abcdefghij", pieces=3, deadline=60)
    with server(listen) as url, client(url, tmp_path) as http:
        assert http.send(call).status == 200
    assert heard == [b"4\r\nabcd\r\n4\r\nefgh\r\n2\r\nij\r\n0\r\n\r\n"]


def test_an_endless_answer_ends(tmp_path):
    """We stop reading after 4 MB, and keep one of them."""
    with server(endless) as url, client(url, tmp_path) as http:
        exchange = http.send(Call(method="GET", path="/", deadline=60))
    assert exchange.failure == "the answer did not end within 4,000,000 bytes"
    assert len(exchange.body) == 1_000_000
    assert exchange.clipped
