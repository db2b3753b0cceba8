"""Clients that hang up, and a client that whose time runs out."""

import time

import pytest

from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.redact import redactor
from fixtures.core.timeout_budget import TimeoutBudget
from tests.unit.http.test_client import answer, drip, server

# Longer than the watchdog: whoever waits for it is found by that.
LONG = 3600.0
CALL = Call(method="GET", path="/slow", deadline=LONG)
pytestmark = pytest.mark.timeout(120)


def client(url, tmp_path, budget=None):
    return HttpClient(url, ledger=Ledger(tmp_path / "exchanges", redactor(())), budget=budget)


def test_by_time_and_by_reads(tmp_path):
    """A client that is told to hang up does, and the exchange says that it was no failure of the server."""
    with server(drip) as url, client(url, tmp_path) as http:
        began = time.monotonic()
        soon = http.send(CALL.leaving(seconds=0.3))
        stayed = time.monotonic() - began
        after = http.send(CALL.leaving(reads=2))

    assert (soon.hung_up, soon.failure, soon.ours) == (True, "the client hung up, as it was meant to", False)
    assert stayed > 0.29
    assert after.hung_up
    assert len(after.chunks) == 2


def test_too_late(tmp_path):
    """An answer that is complete before the client would leave is whole."""
    with server(answer) as url, client(url, tmp_path) as http:
        whole = http.send(CALL.leaving(seconds=LONG / 2))

    assert (whole.status, whole.hung_up, whole.failure) == (200, False, None)


def test_the_deadline_comes_first(tmp_path):
    """Where the request's deadline is shorter than the client would stay, the server hung, and nobody hung up."""
    call = Call(method="GET", path="/slow", deadline=0.3)
    with server(drip) as url, client(url, tmp_path) as http:
        hung = http.send(call.leaving(seconds=LONG))

    assert (hung.hung_up, hung.failure) == (False, "the deadline ran out")


def test_a_spent_budget(tmp_path, monkeypatch):
    """After one hang the next is cut, then nothing is sent; each says why, and answers for nothing."""
    monkeypatch.setattr("fixtures.core.timeout_budget.SHORT", 10 * LONG)
    monkeypatch.setattr("fixtures.core.timeout_budget.LEAST", 0.6)
    budget = TimeoutBudget(hangs=1, session=LONG)
    budget.begin()
    with server(drip) as url, client(url, tmp_path, budget) as http:
        first = http.send(Call(method="GET", path="/slow", deadline=0.5))
        others = [http.send(CALL) for _ in range(3)]

    assert (first.failure, first.ours) == ("the deadline ran out", False)
    assert all(other.ours for other in others)
    assert [other.failure for other in others] == [
        "the deadline ran out (cut to 1 s: 1 requests before it hung)",
        "the deadline ran out (cut to 1 s: 2 requests before it hung)",
        "not sent: 3 requests of its kind before it hung",
    ]


def test_the_runs_own_end_is_no_hang(tmp_path):
    """A request that the run's own time cuts short is neither the server's fault nor counted as hung."""
    budget = TimeoutBudget(hangs=1, session=0.1)
    budget.begin()
    with server(drip) as url, client(url, tmp_path, budget) as http:
        cut = http.send(CALL)

    assert (cut.ours, budget.waiting().hung) == (True, {})
    assert cut.failure.startswith(("the deadline ran out (the run's ", "not sent: the run's "))
