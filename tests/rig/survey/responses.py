"""Questions to the Responses API: its counts, its limits, what of a request reaches the model, and its events."""

from __future__ import annotations

from functools import partial

from fixtures.core.exchange import Exchange
from fixtures.judges.basic import expect
from fixtures.judges.chat import read_chat
from fixtures.judges.response_events import EventList, expect_nested, expect_placed, items_of, read_events
from fixtures.judges.response_items import (
    expect_cut,
    read_items,
    read_response_body,
    read_response_usage,
    response_text,
)
from fixtures.judges.responses import read_response
from fixtures.knowledge.prompts import chat_prompt
from tests.rig.record.request import Json
from tests.rig.survey.requests import chat, responses
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotTell, Told, broken_by

_CUT = 60  # tokens, of an answer that has three times as many
_RULE, _QUESTION = chat_prompt("system").messages
_HELLO = {"role": "user", "content": "Hello"}
_CONVERSATIONS: tuple[list[Json], ...] = (
    [_HELLO],
    [{"role": "system", "content": "Be brief."}, _HELLO],
    [{"role": "developer", "content": "Be brief."}, _HELLO],
    [_HELLO, {"role": "assistant", "content": "Hi."}, _HELLO],
)


def _asked(**options: object) -> Json:
    # At effort low gpt-oss may leave the reasoning out, and several questions are about it.
    return responses(chat_prompt("product").as_messages(), reasoning={"effort": "medium"}, **options)


def responses_usage(server: Server) -> Told:
    """Whether a response counts its tokens."""
    usage = read_response(server.answer(_asked())).usage
    counts = [usage.get(name) for name in ("input_tokens", "output_tokens")]
    return Told(value=all(isinstance(count, int) and count > 0 for count in counts), note=_numbers(usage))


def _numbers(usage: Json) -> str:
    return ", ".join(f"{name} {value}" for name, value in usage.items() if isinstance(value, int)) or "no usage"


def responses_reasoning_tokens(server: Server) -> Told:
    """Whether the tokens of reasoning are counted."""
    exchange = server.answer(_asked())
    if not read_response(exchange).reasoning:
        raise CannotTell("the model gave no reasoning")
    broken = broken_by(partial(_expect_reasoning_counted, exchange))
    return Told(value=not broken, note=broken)


def _expect_reasoning_counted(exchange: Exchange) -> None:
    usage = read_response_usage(exchange, read_response_body(exchange))
    counted = 0 < usage.reasoning < usage.output
    expect(counted, exchange, expected="reasoning_tokens above 0 and below output_tokens", got=usage)


def responses_stream_usage(server: Server) -> Told:
    """Whether the last event of a stream counts, and the same prompt as without a stream."""
    whole, stream = server.answer(_asked()), server.answer(_asked(stream=True))
    events = read_events(stream)
    broken = broken_by(partial(_expect_same_usage, stream, events, whole))
    return Told(value=not broken, note=broken)


def _expect_same_usage(stream: Exchange, events: EventList, whole: Exchange) -> None:
    usage = read_response_usage(stream, events.final(stream))
    wanted = read_response_usage(whole, read_response_body(whole)).input
    expect(usage.input == wanted, stream, expected=f"input_tokens {wanted}, as without streaming", got=usage)


def responses_same_prompt(server: Server) -> Told:
    """Whether conversations without tools have as many tokens as on the chat surface."""
    pairs = []
    for messages in _CONVERSATIONS:
        on_chat = read_chat(server.answer(chat(messages, max_tokens=1))).usage.get("prompt_tokens")
        given = read_response(server.answer(responses(messages, max_output_tokens=1))).usage.get("input_tokens")
        pairs.append((" ".join(message["role"] for message in messages), given, on_chat))
    apart = [
        f"{roles}: input_tokens {given}, prompt_tokens {on_chat}" for roles, given, on_chat in pairs if given != on_chat
    ]
    return Told(value=not apart, note="; ".join(apart))


def responses_instructions(server: Server) -> Told:
    """Whether instructions without tools reach the model: by the tokens, or by the answer where none are counted."""
    asked = [responses(_QUESTION.content, **given) for given in ({}, {"instructions": _RULE.content})]
    without, with_rule = (read_response(server.answer(each)) for each in asked)
    counts = [reply.usage.get("input_tokens") or 0 for reply in (without, with_rule)]
    if all(counts):
        return Told(value=counts[1] > counts[0], note=f"{counts[0]} input_tokens, and {counts[1]} with instructions")
    if any(word in with_rule.text for word in chat_prompt("system").expect):
        return Told(value=True, note="the answer has what only the instructions say")
    raise CannotTell(
        f"no tokens are counted, and the answer does not have what the instructions say: {with_rule.text!r}"
    )


def responses_incomplete(server: Server) -> Told:
    """The status of a response that max_output_tokens cut."""
    exchange = server.answer(responses(chat_prompt("count").as_messages(), max_output_tokens=_CUT))
    return _cut(exchange, read_response_body(exchange))


def responses_stream_incomplete(server: Server) -> Told:
    """The same in the last event of a stream."""
    exchange = server.answer(responses(chat_prompt("count").as_messages(), max_output_tokens=_CUT, stream=True))
    return _cut(exchange, read_events(exchange).final(exchange))


def _cut(exchange: Exchange, body: Json) -> Told:
    text = response_text(exchange, body, "message")
    if any(end in text for end in chat_prompt("count").expect):
        raise CannotTell(f"the answer was over before max_output_tokens {_CUT}: {text!r}")
    status = str(body.get("status"))
    expect_cut(exchange, body, (status,))
    return Told(value=[status])


def responses_item_ids(server: Server) -> Told:
    """Whether the events of a stream have the ids of their items, and its items their parts."""
    exchange = server.answer(_asked(stream=True))
    events = read_events(exchange)
    placed = partial(expect_placed, exchange, events, places=False)
    broken = broken_by(partial(expect_nested, exchange, events), placed)
    return Told(value=not broken, note=broken)


def responses_places(server: Server) -> Told:
    """Whether events have their item's place."""
    exchange = server.answer(_asked(stream=True))
    events = read_events(exchange)
    broken = broken_by(partial(expect_placed, exchange, events, places=True))
    if not broken and len(list(items_of(exchange, events))) < 2:
        raise CannotTell("the model gave no reasoning, and one item alone has no other place to be at")
    return Told(value=not broken, note=broken)


def responses_final_ids(server: Server) -> Told:
    """Whether the final response has the ids of the events."""
    exchange = server.answer(_asked(stream=True))
    broken = broken_by(partial(_expect_same_ids, exchange, read_events(exchange)))
    return Told(value=not broken, note=broken)


def _expect_same_ids(exchange: Exchange, events: EventList) -> None:
    final = [item["id"] for item in read_items(exchange, events.final(exchange))]
    done = [event["item"].get("id") for *_, event in items_of(exchange, events)]
    expect(done == final, exchange, expected=f"the final items' ids {final}", got=done)
