"""Questions about reasoning on the chat surface, and about structured output on every surface."""

from __future__ import annotations

from functools import partial
from typing import Any

from jsonschema import Draft202012Validator

from fixtures.core.exchange import Exchange
from fixtures.judges.basic import expect
from fixtures.judges.chat import read_chat
from fixtures.judges.either import read_answer
from fixtures.judges.responses import read_response, read_response_stream
from fixtures.judges.stream import read_stream
from fixtures.judges.structured import read_object
from fixtures.knowledge.prompts import chat_prompt
from tests.rig.record.request import Json
from tests.rig.survey.requests import chat, responses
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotTell, Told, broken_by, said

FEW = 200  # tokens for an answer that may go on without end
# Asked for a bare number, no model writes this by itself; and a grammar leaves it nothing else to write.
QUESTION = "product"
SCHEMA: Json = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["204"]}},
    "required": ["answer"],
    "additionalProperties": False,
}
_NAMED = {"name": "answer", "schema": SCHEMA, "strict": True}
_OBJECT = {"format": {"type": "json_object"}}
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
    """Whether a schema binds, both where the model would write no JSON and where it would write another object.

    Before an object that it was asked for, gpt-oss writes <|constrain|>json, which some releases do not take for the
    beginning of an answer (vLLM #23120).
    """
    exchanges = {name: server.exchange(each) for name, each in _bound().items()}
    good = {name: each for name, each in exchanges.items() if each.status == 200 and not each.failure}
    broken = [f"{name}: {found}" for name, each in good.items() if (found := broken_by(partial(_expect_bound, each)))]
    if not broken and len(good) < len(exchanges):
        raise CannotTell("; ".join(said(each) for name, each in exchanges.items() if name not in good))
    return Told(value=not broken, note=broken[0] if broken else "")


def _bound() -> dict[str, Json]:
    options: dict[str, Any] = {"response_format": {"type": "json_schema", "json_schema": _NAMED}, "max_tokens": FEW}
    form = {"format": {"type": "json_schema", **_NAMED}}
    made: dict[str, Json] = {}
    for prompt in (QUESTION, "json-person"):
        messages = chat_prompt(prompt).as_messages()
        made[f"{prompt}, chat"] = chat(messages, **options)
        made[f"{prompt}, streamed chat"] = chat(messages, **options, stream=True)
        made[f"{prompt}, Responses"] = responses(messages, text=form, max_output_tokens=FEW)
    return made


def _expect_bound(exchange: Exchange) -> None:
    value = read_object(exchange, _text(exchange))
    obeys = Draft202012Validator(SCHEMA).is_valid(value)
    expect(obeys, exchange, expected=f"an object of the schema {SCHEMA}", got=value)


def _text(exchange: Exchange) -> str | None:
    if exchange.path.endswith("/responses"):
        return (read_response_stream if exchange.streamed else read_response)(exchange).text
    return read_stream(exchange).answer.content if exchange.streamed else read_chat(exchange).content


def responses_json_object(server: Server) -> Told:
    """Whether text.format json_object gives an object; CannotTell where the model may have written it by itself."""
    person = chat_prompt("json-person").as_messages()
    for stream in ({}, _STREAM):
        exchange = server.exchange(responses(person, text=_OBJECT, max_output_tokens=FEW, **stream))
        if exchange.failure:
            raise CannotTell(said(exchange))
        if exchange.status != 200:
            return Told(value=False, note=said(exchange))
        if found := broken_by(partial(_expect_object, exchange)):
            return Told(value=False, note=found)
    return _object_unasked(server)


def _expect_object(exchange: Exchange) -> None:
    read_object(exchange, _text(exchange))


def _object_unasked(server: Server) -> Told:
    """An object that nobody asked for in words is the format's doing."""
    asked = responses(chat_prompt(QUESTION).as_messages(), text=_OBJECT, max_output_tokens=FEW)
    text = _text(server.answer(asked)) or ""
    if not text.lstrip().startswith("{"):
        raise CannotTell(f"asked for JSON, the model writes an object; asked for a number, it writes {text!r}")
    return Told(value=True, note=f"also asked for a number, the model writes {text!r}")
