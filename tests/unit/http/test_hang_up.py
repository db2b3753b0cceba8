"""Clients that hang up, and a client that loses patience."""

import time

from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.patience import Patience
from fixtures.core.redact import redactor
from tests.unit.http.test_client import answer, drip, server

CALL = Call(method="GET", path="/slow", deadline=5.0)


def client(url, tmp_path, patience=None):
    return HttpClient(url, ledger=Ledger(tmp_path / "exchanges", redactor(())), patience=patience)


def test_by_time_and_by_reads(tmp_path):
    """A client that is told to hang up does, and the exchange says that it was no failure of the server."""
    with server(drip) as url, client(url, tmp_path) as http:
        soon = http.send(CALL.leaving(seconds=0.3))
        after = http.send(CALL.leaving(reads=2))

    assert (soon.hung_up, soon.failure, soon.ours) == (True, "the client hung up, as it was meant to", False)
    assert 0.3 <= soon.seconds < 4
    assert after.hung_up
    assert len(after.chunks) == 2


def test_too_late(tmp_path):
    """An answer that is complete before the client would leave is whole."""
    with server(answer) as url, client(url, tmp_path) as http:
        whole = http.send(CALL.leaving(seconds=3.0))

    assert (whole.status, whole.hung_up, whole.failure) == (200, False, None)


def test_patience(tmp_path):
    """After one hang the next is cut, then nothing is sent; each says why."""
    patience = Patience(hangs=1, session=100.0)
    patience.begin()
    with server(drip) as url, client(url, tmp_path, patience) as http:
        began = time.monotonic()
        seen = [http.send(Call(method="GET", path="/slow", deadline=3.0)).failure for _ in range(4)]

    assert seen[0] == "the deadline ran out"
    assert seen[1:] == [
        "the deadline ran out (cut to 2 s: 1 of its kind before it hung)",
        "the deadline ran out (cut to 2 s: 2 of its kind before it hung)",
        "not sent: 3 requests of its kind before it hung",
    ]
    assert time.monotonic() - began < 9
