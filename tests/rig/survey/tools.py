"""Questions about tools: what becomes of a call on each surface, tool_choice, and results that are text parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange
from fixtures.judges.basic import expect
from fixtures.judges.tool_choice import expect_choice
from fixtures.judges.tools import CHATS, Called, Surface, expect_right_call, read_called
from fixtures.knowledge.prompts import ToolCase, tool_case
from tests.rig.record.request import Json
from tests.rig.survey.requests import chat, tool_request
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotAsk, CannotTell, Told, broken_by, said, why

CASES = ("weather-taipei", "multiply")
PLAIN = tool_case("irrelevant-product")
CASE = tool_case(CASES[0])
CHOSEN = tool_case("weather-paris")
_FLAGS = "--enable-auto-tool-choice --tool-call-parser openai"


def tool_use(surface: Surface) -> Callable[[Server], Told]:
    """The question what becomes of a call on a surface, in the words of the table."""
    return partial(_tool_use, surface)


def _tool_use(surface: Surface, server: Server) -> Told:
    exchanges = {name: server.exchange(tool_request(surface, tool_case(name))) for name in CASES}
    words = [_word(server, surface, tool_case(name), exchange) for name, exchange in exchanges.items()]
    errors = [said(exchange) for exchange, word in zip(exchanges.values(), words, strict=True) if word == "error"]
    flags = f"the table is of servers without {_FLAGS}" if surface is Surface.CHAT and "works" in words else ""
    return Told(value=list(dict.fromkeys(words)), note="; ".join([*errors, flags]).strip("; "))


def _word(server: Server, surface: Surface, case: ToolCase, exchange: Exchange) -> str:
    called = read_called(exchange, surface, case)
    if called.finish in ("length", "incomplete"):
        raise CannotTell(f"the answer to {case.id!r} was cut before its end")
    if called.word == "not-rendered" and _offered(server, surface, case, called):
        raise CannotTell(f"the tools of {case.id!r} reached the model, and it answered without a call: {called.text!r}")
    return called.word


def _offered(server: Server, surface: Surface, case: ToolCase, called: Called) -> bool:
    """Whether the prompt is longer with the tools than without them."""
    alone = read_called(server.answer(tool_request(surface, case, tools=None)), surface, case)
    return _prompt_tokens(called) > _prompt_tokens(alone)


def _prompt_tokens(called: Called) -> int:
    found = (called.usage.get(name) for name in ("prompt_tokens", "input_tokens"))
    return next((count for count in found if isinstance(count, int)), 0)


def chat_tool_choice(server: Server) -> Told:
    """Whether chat honours none, required and a name, on the surfaces that parse calls."""
    parsing = [s for s in CHATS if read_called(server.exchange(tool_request(s, CASE)), s, CASE).word == "works"]
    if not parsing:
        raise CannotAsk(f"chat parses no calls here; it takes a server with {_FLAGS}")
    broken = broken_by(*(check for surface in parsing for check in _chat_choices(server, surface)))
    if broken:
        return Told(value=False, note=broken)
    if free := [surface for surface in parsing if not _forced(server, surface)]:
        raise CannotTell(
            f"asked what no tool helps with, required calls none on {' and '.join(free)}; else the model calls"
        )
    return Told(value=True, note=f"on {' and '.join(parsing)}")


def _forced(server: Server, surface: Surface) -> bool:
    """Whether required makes a call that the model would not make."""
    exchange = server.answer(tool_request(surface, PLAIN, tool_choice="required"))
    return bool(read_called(exchange, surface, PLAIN).calls)


def _chat_choices(server: Server, surface: Surface) -> Iterator[Callable[[], None]]:
    # With tool flags some releases stream a call though the choice is none, which TOOL-040 does not judge either.
    if not surface.streamed:
        yield partial(_expect_none, server, surface)
    for choice in ("required", {"type": "function", "function": {"name": "get_weather"}}):
        exchange = server.exchange(tool_request(surface, CHOSEN, tool_choice=choice))
        yield partial(_expect_call, exchange, surface, choice)


def _expect_none(server: Server, surface: Surface) -> None:
    exchange = server.exchange(tool_request(surface, CHOSEN, tool_choice="none"))
    called = read_called(exchange, surface, CHOSEN)
    expect(not called.calls, exchange, expected=f"no call on {surface} with tool_choice none", got=called.calls)


def _expect_call(exchange: Exchange, surface: Surface, choice: object) -> None:
    expect_right_call(exchange, read_called(exchange, surface, CHOSEN), CHOSEN, where=f" on {surface} with {choice}")


def responses_tool_choice(server: Server) -> Told:
    """What Responses make of a tool_choice other than auto: refused, or honoured."""
    named = {"type": "function", "name": "get_weather"}
    asked = [(s, PLAIN, "none") for s in (Surface.RESPONSES, Surface.RESPONSES_STREAM)]
    called = [
        (s, CHOSEN, choice) for choice in ("required", named) for s in (Surface.RESPONSES, Surface.RESPONSES_STREAM)
    ]
    words = [_choice(server, *each) for each in (*asked, *called)]
    refused = [words_of for word, words_of in words if word == "refused"]
    return Told(value=["refused" if refused else "works"], note=refused[0] if refused else "")


def _choice(server: Server, surface: Surface, case: ToolCase, choice: object) -> tuple[str, str]:
    exchange = server.exchange(tool_request(surface, case, tool_choice=choice))
    try:
        expect_choice(exchange, surface, case, ("works", "refused"))
    except Violation as violation:
        raise CannotTell(f"tool_choice {choice} on {surface}: {why(violation)}") from violation
    return ("works", "") if exchange.status == 200 else ("refused", f"tool_choice {choice}: {said(exchange)}")


def tool_text_parts(server: Server) -> Told:
    """Whether a tool's result that is a list of one text part makes the prompt of the same text as a string."""
    assert CASE.result is not None
    parts = server.exchange(_result([{"type": "text", "text": CASE.result}]))
    if parts.failure:
        raise CannotTell(said(parts))
    if parts.status != 200:
        return Told(value=False, note=said(parts))
    text = server.answer(_result(CASE.result))
    wanted, got = (_prompt_tokens(read_called(each, Surface.CHAT, CASE)) for each in (text, parts))
    return Told(value=wanted == got, note=f"{got} prompt tokens, and {wanted} as a string")


def _result(content: object) -> Json:
    assert CASE.call is not None
    function = {"name": CASE.call.name, "arguments": CASE.call.arguments}
    call = {"id": "call_1", "type": "function", "function": function}
    spoken = {"role": "assistant", "content": None, "reasoning": CASE.analysis, "tool_calls": [call]}
    result = {"role": "tool", "tool_call_id": "call_1", "name": CASE.call.name, "content": content}
    return chat([*CASE.as_messages(), spoken, result], tools=CASE.as_tools(), max_tokens=1)
