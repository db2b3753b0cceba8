"""Strict reading: JSON, framing, shapes and log probabilities."""

import json

import pytest

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange
from fixtures.core.strict import strict_json
from fixtures.judges.basic import expect_answered, read_json
from fixtures.judges.chat import expect_clean, expect_no_markers, read_choices
from fixtures.judges.framing import expect_framing
from fixtures.judges.logprobs import read_logprobs
from fixtures.judges.stream import expect_ended_once, read_stream


def exchange(body, status=200):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(number=7, method="POST", path="/v1/x", status=status, body=data, size=len(data))


def refused(function, *arguments, said, **options):
    with pytest.raises(Violation) as caught:
        function(*arguments, **options)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"a": NaN}', "NaN is not JSON"),
        (b'{"a": -Infinity}', "-Infinity is not JSON"),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', "the key 'c' twice"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deep"),
        (b'\xef\xbb\xbf{"a": 1}', "a byte order mark"),
        (b'{"a": "\xe9"}', "'utf-8' codec can't decode"),
        (b'{"a": "\0"}', "Invalid control character"),
        (b'{\0"\0a\0"\0', "Expecting property name"),
    ],
)
def test_what_only_forgiving_parsers_read(data, said):
    """What other clients cannot read is no JSON, and the reason is named."""
    with pytest.raises(ValueError, match=said):
        strict_json(data)


def test_json_that_is_fine():
    """Equal keys in different objects, escapes and large numbers are JSON."""
    assert strict_json('{"a": {"b": 1}, "c": {"b": "\\ud83c\\udf0f"}}') == {"a": {"b": 1}, "c": {"b": "🌏"}}


def test_an_answer_that_was_clipped_is_not_read():
    """More than we keep is said as such, not as broken JSON."""
    long = Exchange(number=7, method="GET", path="/x", status=200, body=b"{", size=9_000_000)
    refused(expect_answered, long, said="an answer of at most 1 bytes; got 9000000 bytes")
    refused(read_json, long, said="9000000 bytes")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"\xef\xbb\xbfdata: {}\n\n", "no byte order mark"),
        (b"data: {}\ndata: {}\n\n", "a blank line between two events"),
        (b"event: x\ndata: {}\n\n", "only `data:` lines; got 'event: x'"),
        (b'data: {"a": "\xe9"}\n\n', "a stream in UTF-8"),
        (b"data: {}\r\rdata: {}\r\r", "lines that end with a line feed"),
    ],
)
def test_framing(body, said):
    """Each way to frame events badly has its own words."""
    refused(expect_framing, exchange(body), said=said)


def test_framing_that_is_fine():
    """Comments, CRLF and a character that others take for a line's end are allowed."""
    expect_framing(exchange(b": hello\n\ndata: {}\n\ndata: [DONE]\n\n"))
    expect_framing(exchange('data: {"a": "\u2028"}\r\n\r\ndata: [DONE]\r\n\r\n'.encode()))


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ("no object", "every entry of `choices` to be an object"),
        ({"message": "hello"}, "`message` to be an object"),
        ({"message": {"content": 7}}, "`content` a string or null"),
        ({"message": {"reasoning": ["a"]}}, "`reasoning` a string or null"),
        ({"message": {"tool_calls": {"a": 1}}}, "`tool_calls` to be a list"),
        ({"message": {"tool_calls": [{"function": {"name": 3}}]}}, "name and arguments to be strings"),
    ],
)
def test_shapes(choice, said):
    """A choice of the wrong shape is the server's violation, and no crash of ours."""
    refused(read_choices, exchange({"object": "chat.completion", "choices": [choice]}), said=said)


def test_stream_shapes():
    """So is a chunk of the wrong shape; an error's own words are told first."""
    for chunk, said in (
        ({"choices": {"a": 1}}, "`choices` to be a list"),
        ({"choices": [{"delta": "x"}]}, "`delta` to be an object"),
        ({"choices": [], "usage": [1]}, "`usage` to be an object"),
        ({"error": {"message": "gone"}}, "no error inside the stream; got 'gone'"),
    ):
        refused(read_stream, exchange(f"data: {json.dumps(chunk)}\n\n".encode()), said=said)


def test_choices_of_a_stream_are_kept_apart():
    """Each index has its own content and its own end."""
    parts = [(0, "A", None), (1, "x", None), (0, "B", "stop"), (1, "y", "length")]
    chunks = [{"choices": [{"index": i, "delta": {"content": t}, "finish_reason": f}]} for i, t, f in parts]
    given = exchange("".join(f"data: {json.dumps(c)}\n\n" for c in chunks).encode())
    stream = read_stream(given)
    assert [stream.answer_of(index).content for index in (0, 1)] == ["AB", "xy"]
    expect_ended_once(given, stream, index=0)
    refused(expect_ended_once, given, stream, index=1, said="one finish_reason, stop, at the end")


def test_clean_text():
    """NUL, the replacement character and half of a pair are not clean; what looks odd but is whole is."""
    expect_clean(exchange({}), "é 🌏 \u2028 東京\n")
    for bad in ("a\0", "\ufffd", "\ud83c"):
        refused(expect_clean, exchange({}), "fine", bad, said="whole characters")


def test_glued_words():
    """Harmony's words without their tokens are markers, wherever they stand; an assistant that speaks of itself is not."""
    expect_no_markers(exchange({}), "As an assistant I give a final answer.")
    refused(expect_no_markers, exchange({}), "ok.assistantfinal204", said="no harmony marker")


def test_logprobs():
    """Every entry has its token, its number and its alternatives."""
    good = {"token": "a", "logprob": -0.1, "bytes": [97]}

    def body(**changes):
        entry = {**good, "top_logprobs": [good], **changes}
        return exchange({"object": "chat.completion", "choices": [{"message": {}, "logprobs": {"content": [entry]}}]})

    assert len(read_logprobs(body(), alternatives=1)) == 1
    for changes, said in (
        ({"logprob": 0.5}, "a finite `logprob`"),
        ({"logprob": None}, "a finite `logprob`"),
        ({"bytes": [300]}, "`bytes` to be bytes"),
        ({"token": None}, "`token` to be a string"),
        ({"top_logprobs": []}, "1 top_logprobs for each token; got 0"),
        ({"top_logprobs": None}, "`top_logprobs` to be a list"),
    ):
        refused(read_logprobs, body(**changes), alternatives=1, said=said)
