"""A stream that lost text on its way is told from a server that says something else."""

import json

import pytest

from fixtures.core.exchange import Exchange
from fixtures.judges.lost_text import TRIES, is_part, lost_text, texts_of


def stream(*pieces, status=200, failure=None, tokens=9):
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    chunks.append({"choices": [], "usage": {"completion_tokens": tokens}})
    body = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + "data: [DONE]\n\n"
    made = Exchange(number=1, method="POST", path="/v1/chat/completions", status=status, failure=failure)
    return Exchange(
        number=made.number,
        method=made.method,
        path=made.path,
        status=status,
        failure=failure,
        headers=(("content-type", "text/event-stream"),),
        body=body.encode(),
        size=len(body),
    )


def resending(*answers):
    given = iter(answers)
    return lambda exchange: next(given)


def test_lost_pieces_are_seen():
    """The same request says all of it, and more in between, another time."""
    assert lost_text(stream("1, 2, ", "4"), resending(stream("1, 2, ", "3, ", "4")))


def test_each_try_counts():
    """The second answer may have lost text too: the third shows it."""
    short = stream("1, 4")
    assert lost_text(short, resending(short, short, stream("1, 2, 3, 4")))


@pytest.mark.parametrize(
    "again", [("1, 2, 4",), ("something else",), ("1, 4",), ("4, 2, 1, 3, 2",)], ids=["same", "else", "less", "order"]
)
def test_what_a_server_says_is_no_loss(again):
    """An answer that repeats, or that does not hold the first one in its order, is the server's own."""
    assert not lost_text(stream("1, 2, 4"), resending(*[stream(*again)] * TRIES))


@pytest.mark.parametrize("broken", [{"status": 500}, {"failure": "the connection was reset"}])
def test_a_broken_stream_is_no_loss(broken):
    """Only a complete stream can have lost text on its way; nothing is asked again for another."""
    assert not lost_text(stream("1", **broken), resending())


def test_texts_of_calls_and_responses():
    """Arguments of calls, reasoning and content, and the deltas of a response each have a text of their own."""
    call = {"choices": [{"index": 0, "delta": {"reasoning": "r", "tool_calls": [{"function": {"arguments": "{}"}}]}}]}
    delta = {"type": "response.output_text.delta", "output_index": 1, "delta": "x"}
    body = f"data: {json.dumps(call)}\n\ndata: {json.dumps(delta)}\n\n".encode()
    made = Exchange(number=1, method="POST", path="/", status=200, body=body, size=len(body))
    assert texts_of(made) == {"0 reasoning": "r", "0 arguments": "{}", "response.output_text.delta 1": "x"}


def test_a_whole_text_is_no_part():
    """Equal texts lack nothing."""
    assert not is_part({"a": "x"}, {"a": "x"})
    assert is_part({"a": "x"}, {"a": "x", "b": "y"})


def test_all_of_a_text_can_be_lost():
    """A stream that counts its tokens and says nothing is complete another time."""
    assert lost_text(stream(), resending(stream("1, 2")))


def test_other_tokens_are_another_answer():
    """An answer that took more tokens said more: nothing was lost on its way."""
    assert not lost_text(stream("1, 4"), resending(*[stream("1, 2, 3, 4", tokens=12)] * TRIES))
