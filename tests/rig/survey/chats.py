"""Questions to the chat surface, and those about structured output."""

from __future__ import annotations

from functools import partial

from fixtures.core.exchange import Exchange
from fixtures.judges.chat import read_chat
from fixtures.judges.either import read_answer
from fixtures.judges.responses import read_response
from fixtures.judges.stream import read_stream
from fixtures.judges.structured import expect_schema, read_object
from fixtures.knowledge.prompts import chat_prompt
from fixtures.knowledge.schemas import schema_case
from tests.rig.record.request import Json
from tests.rig.survey.requests import chat, responses
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotTell, Told, broken_by, said

UNASKED = schema_case("unasked")
FEW = 200  # tokens for an answer that may be prose without end
_STREAM = {"stream": True}


def reasoning_fields(server: Server) -> Told:
    """The fields of message and delta that carry reasoning."""
    asked = [chat("product", reasoning_effort="medium", **stream) for stream in ({}, _STREAM)]
    found = [tuple(read_answer(server.answer(each)).reasoning) for each in asked]
    # In the order of the table: the older name first.
    entries = ["+".join(sorted(fields, reverse=True)) for fields in found if fields]
    if not entries:
        raise CannotTell("the model gave no reasoning, neither whole nor streamed")
    return Told(value=list(dict.fromkeys(entries)))


def structured_enforced(server: Server) -> Told:
    """Whether a schema binds where the question does not speak of JSON."""
    exchanges = {name: server.exchange(each) for name, each in _unasked().items()}
    errors = [said(each) for each in exchanges.values() if each.failure or each.status != 200]
    free = {name: _freely(each) for name, each in exchanges.items() if not each.failure and each.status == 200}
    broken = [f"{name}: {found}" for name, found in free.items() if found]
    if errors and not broken:
        raise CannotTell("; ".join(errors))
    return Told(value=not broken, note=broken[0] if broken else "")


def _unasked() -> dict[str, Json]:
    messages, form = UNASKED.as_messages(), UNASKED.as_response_format()
    return {
        "chat": chat(messages, response_format=form, max_tokens=FEW),
        "streamed chat": chat(messages, response_format=form, max_tokens=FEW, stream=True),
        "Responses": responses(messages, text=UNASKED.as_text(), max_output_tokens=FEW),
    }


def _freely(exchange: Exchange) -> str:
    """How an answer breaks the schema; empty where it obeys."""
    return broken_by(lambda: expect_schema(exchange, read_object(exchange, _text(exchange)), UNASKED))


def _text(exchange: Exchange) -> str | None:
    if exchange.path.endswith("/responses"):
        return read_response(exchange).text
    return read_stream(exchange).answer.content if exchange.streamed else read_chat(exchange).content


def responses_json_object(server: Server) -> Told:
    """Whether text.format json_object gives an object: also to a question that does not speak of JSON, or not at all."""
    for prompt in ("json-person", UNASKED.prompt.id):
        asked = partial(responses, chat_prompt(prompt).as_messages(), text={"format": {"type": "json_object"}})
        exchange = server.exchange(asked(max_output_tokens=FEW))
        if exchange.failure:
            raise CannotTell(said(exchange))
        if exchange.status != 200:
            return Told(value=False, note=said(exchange))
        if found := broken_by(partial(_expect_object, exchange)):
            return _no_object(prompt, found)
    return Told(value=True, note="an object also where the question does not speak of JSON")


def _expect_object(exchange: Exchange) -> None:
    read_object(exchange, read_response(exchange).text)


def _no_object(prompt: str, found: str) -> Told:
    if prompt == UNASKED.prompt.id:
        raise CannotTell(f"asked for JSON, the model writes an object; not asked for it, it does not ({found})")
    return Told(value=False, note=found)
