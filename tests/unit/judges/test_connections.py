"""What the exchanges of a run say of its connections."""

import pytest

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange, FirstSending
from fixtures.core.notebook import open_notebook
from fixtures.judges.connections import expect_closings_said
from suites.api.test_connections import _expect_kept


def exchange(number, status=200, *, after=None, connection="a"):
    first = FirstSending(failure="the connection was reset", after=after) if after is not None else None
    failure = None if status else "the connection was reset"
    return Exchange(
        number=number,
        method="POST",
        path="/v1/x",
        status=status,
        failure=failure,
        file=f"{number}.json",
        connection=connection,
        first=first,
    )


def test_nothing_was_lost():
    """A run in which nothing had to be sent again says so in a fact, and looks at no exchange."""
    notebook = open_notebook()
    expect_closings_said([exchange(1), exchange(2, 400)])
    assert (notebook.facts, list(notebook.evidence)) == ({"sent_again": 0}, [])


def test_what_was_closed_is_named():
    """How many requests had to be sent again, and after which answers; the first of each kind is evidence."""
    notebook = open_notebook()
    lost = [exchange(3, after=1), exchange(4, after=1), exchange(5, after=2), exchange(6, after=0)]
    with pytest.raises(Violation) as caught:
        expect_closings_said([exchange(1, 400), exchange(2, 501), *lost])
    assert str(caught.value).endswith(
        "had to be sent again: 4, after status 400 of POST /v1/x (2), status 501 of POST /v1/x (1),"
        " an answer that is not known (1)"
    )
    assert notebook.facts == {"sent_again": 4}
    assert sorted(notebook.evidence) == ["1.json", "2.json", "3.json", "5.json", "6.json"]


def test_many_kinds_are_counted():
    """Five kinds of answers are named, and the others counted."""
    before = [exchange(number, 400 + number) for number in range(1, 8)]
    with pytest.raises(Violation, match=r"status 405 of POST /v1/x \(1\) and 2 other kinds of answers$"):
        expect_closings_said([*before, *(exchange(10 + e.number, after=e.number) for e in before)])


def test_a_request_that_kills_shows_no_closing():
    """A request that died twice may have been the cause itself."""
    expect_closings_said([exchange(1), exchange(2, None, after=1)])


def test_a_connection_that_lost_a_request_was_not_kept():
    """What was sent again went over another connection, even one that has the same address."""
    _expect_kept(exchange(1), exchange(2))
    with pytest.raises(Violation, match="the connection to stay open"):
        _expect_kept(exchange(1), exchange(2, after=1))
