"""The judges of tool calls say what is wrong with one, and never break on what a server may send."""

import pytest

from fixtures.judges.stream import read_stream
from fixtures.judges.tool_form import expect_call_form, expect_nothing_beside, expect_same_calls, expect_unique_ids
from fixtures.judges.tool_streams import (
    expect_arguments_in_pieces,
    expect_header_first,
    expect_indexes,
    expect_reasoning_first,
    expect_single_finish,
)
from fixtures.judges.tools import Surface, expect_right_call, read_called, readable, same_value
from fixtures.knowledge.prompts import tool_case
from tests.unit.judges.tooling import call, chat, exchange, header, piece, refused, streamed

CASE = tool_case("weather-taipei")


def called(answer, surface=Surface.CHAT):
    return read_called(answer, surface, CASE)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (call(id=""), "a non-empty id"),
        (call(type=None), "the type function"),
        (call(name="functions.get_weather"), "a plain function name"),
        (call(name="get_weather<|channel|>commentary"), "a plain function name"),
        (call(arguments="{"), "arguments that are JSON"),
        (call(arguments='"{}"'), "one JSON object"),
        (call(arguments="[" * 100_000), "arguments that are JSON"),
    ],
)
def test_form(wrong, said):
    """Each part of a call's form is named when it is wrong."""
    answer = chat(wrong)
    refused(expect_call_form, answer, Surface.CHAT, called(answer), said=said)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (call(name="get_time"), "which was not offered"),
        (call(name="search", arguments='{"query": "Taipei"}'), "got a call of search"),
        (call(arguments="{}"), "'city' is a required property"),
        (call(arguments='{"city": 5}'), "is not of type 'string'"),
        (call(arguments='{"city": "Taipei", "x": 1}'), "Additional properties"),
        (call(arguments='{"city": "Paris"}'), 'expected arguments {"city": "Taipei"}'),
    ],
)
def test_right(wrong, said):
    """Each way in which a well-formed call is the wrong one is named."""
    answer = chat(wrong)
    refused(expect_right_call, answer, called(answer), CASE, said=said)


def test_values():
    """Text is compared without case, numbers by value, booleans as such; unasked optional parameters may be there."""
    assert same_value({"city": " taipei, Taiwan", "unit": "c"}, {"city": "Taipei"})
    assert same_value({"data": [1.0, 2]}, {"data": [1, 2]})
    assert not same_value({"on": 1}, {"on": True})
    assert not same_value([1], [1, 2])
    assert not same_value({}, {"city": "Taipei"})


def test_ids_are_unique_over_answers():
    """The same id in two answers is refused."""
    first, second = chat(call()), chat(call())
    refused(expect_unique_ids, [(first, called(first)), (second, called(second))], said="an id of its own")


def test_leaks_and_drops_have_their_own_words():
    """A dropped call, a leaked one and prose are told apart."""
    words = [called(chat(content=text)).word for text in (None, '{"city": "Taipei"}', "It is sunny.")]
    assert words == ["dropped", "leaked", "dropped"]
    assert called(chat(content="It is sunny.", stop=None)).word == "not-rendered"
    beside = chat(call(), content='{"city": "Taipei"}')
    refused(expect_nothing_beside, beside, called(beside), said="no content beside a call")


def test_a_streamed_call():
    """A healthy streamed call passes every judge, and is the same as the whole one."""
    answer = streamed({"role": "assistant", "reasoning": "Call it."}, header(), piece('{"city": '), piece('"Taipei"}'))
    stream = read_stream(answer)
    for judge in (
        expect_header_first,
        expect_indexes,
        expect_arguments_in_pieces,
        expect_single_finish,
        expect_reasoning_first,
    ):
        judge(answer, stream)
    expect_same_calls(answer, called(answer, Surface.CHAT_STREAM), called(chat(call())))


@pytest.mark.parametrize(
    ("judge", "deltas", "said"),
    [
        (expect_header_first, [header(id="")], "id, type and name"),
        (expect_header_first, [header(), piece("{}", id="call_2")], "the call's id once"),
        (expect_header_first, [header(), piece("{}", function={"name": "get_weather"})], "the call's name once"),
        (expect_indexes, [header(index=1)], "index 0, 1, 2"),
        (expect_arguments_in_pieces, [header(), piece('"Taipei"}'), piece('{"city": ')], "one JSON object"),
        (expect_arguments_in_pieces, [header(), piece("{}", index=1)], "one JSON object"),
        (expect_reasoning_first, [header(), {"reasoning": "Hm."}], "all reasoning before the call"),
        (expect_indexes, [{"content": "no"}], "deltas with tool_calls"),
    ],
)
def test_streamed_faults(judge, deltas, said):
    """Each rule of a streamed call is named when it is broken."""
    answer = streamed(*deltas)
    refused(judge, answer, read_stream(answer), said=said)


def test_ends():
    """A stream that never ends, or ends twice, is refused."""
    never = streamed(header(), piece("{}"), finish=None)
    refused(expect_single_finish, never, read_stream(never), said="exactly one finish_reason")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"choices": 5}', b'{"object": "chat.completion", "choices": [5]}']
)
@pytest.mark.parametrize("surface", list(Surface))
def test_nonsense_ends_a_dialogue_quietly(body, surface):
    """What cannot be read is None to a dialogue, and never an error of ours."""
    assert readable(exchange(body), surface, CASE) is None
