"""The capability matrix: the words for what came, and what they stand for."""

import json

import pytest

from fixtures.core.capability import State, is_expected, state_of
from fixtures.core.exchange import Exchange
from fixtures.judges.known_matrix import known_words
from fixtures.judges.matrix import matrix_words
from fixtures.knowledge.versions import facts_for


def exchange(body, *, path="/v1/chat/completions", status=200):
    headers = (("content-type", "application/json"),)
    data = json.dumps(body).encode()
    return Exchange(number=1, method="POST", path=path, status=status, headers=headers, body=data, size=len(data))


def chat(content="PONG", finish="stop", usage=3, **message):
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
    return exchange({"object": "chat.completion", "choices": [choice], "usage": {"completion_tokens": usage}})


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (chat(reasoning="r"), {"answer": "works", "reasoning": "works", "usage": "works"}),
        (chat(), {"answer": "works", "reasoning": "missing", "usage": "works"}),
        (chat("no"), {"answer": "missing", "reasoning": "missing", "usage": "works"}),
        (chat("analysis… PONG", usage=0), {"answer": "differs", "reasoning": "differs", "usage": "missing"}),
        (exchange({}, status=400), {"answer": "refused", "reasoning": "refused", "usage": "refused"}),
        (exchange([]), {"answer": "error", "reasoning": "error", "usage": "error"}),
        (exchange({}, status=500), {"answer": "error", "reasoning": "error", "usage": "error"}),
    ],
)
def test_plain(given, words):
    """A plain answer shows answer, reasoning and usage; what is no answer is a word too, and never an error of ours."""
    assert matrix_words(given, "plain", ("PONG",)) == words


@pytest.mark.parametrize(
    ("given", "kind", "word"),
    [
        (chat(None, "length"), "limit", "works"),
        (chat(None, "stop"), "limit", "missing"),
        (chat('{"a": 1}'), "structured", "works"),
        (chat("a"), "structured", "missing"),
        (chat(None, tool_calls=[{"id": "1"}]), "tool-choice", "works"),
        (chat(None), "tool-choice", "missing"),
        (chat(), "logprobs", "missing"),
        (chat("x", logprobs={"content": [{"logprob": -1}]}), "logprobs", "works"),
    ],
)
def test_one(given, kind, word):
    """Every other exchange shows one capability."""
    assert matrix_words(given, kind, ()) == {kind: word}


def test_what_is_known():
    """The release decides what is expected; what is better is as expected too."""
    old, new = facts_for("0.10.1.1"), facts_for("0.32.0")
    assert known_words(old, "responses", "usage") == ("missing",)
    assert known_words(new, "responses", "usage") == ("works",)
    assert known_words(old, "responses", "tool-choice") == ("refused", "error")
    assert known_words(new, "chat", "tool-choice") == ("missing", "error")
    assert known_words(new, "text", "reasoning") == ("differs",)
    assert is_expected("works", ("missing",))
    assert not is_expected("missing", ("works",))


def test_states():
    """Words of the version table are one of three states."""
    assert {word: state_of(word) for word in ("works", "leaked", "dropped", "refused")} == {
        "works": State.WORKS,
        "leaked": State.DIFFERENTLY,
        "dropped": State.MISSING,
        "refused": State.MISSING,
    }
