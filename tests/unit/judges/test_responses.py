"""The judges of the Responses API and of structured output accept what the real vLLM 0.32 answered."""

import json
from typing import Any

import pytest

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange
from fixtures.judges.response_events import (
    TEXT,
    EventList,
    expect_done_texts,
    expect_nested,
    expect_numbered,
    expect_one_end,
    expect_opening,
    expect_placed,
    read_events,
)
from fixtures.judges.response_items import (
    expect_cut,
    expect_item_order,
    expect_message,
    items_to_send_back,
    read_items,
    read_response_body,
    read_response_usage,
    response_text,
)
from fixtures.judges.structured import expect_object, expect_schema, read_object
from fixtures.knowledge.schemas import schema_case
from tests.rig.record.files import load

ANSWERS: dict[str, Any] = {
    name: one
    for name, one in load("vllm-0.32.0-mandated").items()
    if name.startswith("responses_") and one["status"] == 200
}
PLAIN = [name for name in ANSWERS if "_tool" not in name and "_cut" not in name]
WHOLE = [name for name in PLAIN if not name.endswith("_stream")]
STREAMS = [name for name in PLAIN if name.endswith("_stream")]
CUT = [name for name in ANSWERS if "responses_cut" in name]


def exchange(name: str) -> Exchange:
    """A recorded answer as the suite would have received it."""
    one = ANSWERS[name]
    if "events" in one:
        body = "".join(f"event: {kind}\ndata: {json.dumps(data)}\n\n" for kind, data in one["events"])
    else:
        body = json.dumps(one["response"])
    return Exchange(number=1, method="POST", path="/v1/responses", status=200, body=body.encode())


@pytest.mark.parametrize("name", WHOLE)
def test_whole_responses_are_right(name: str) -> None:
    """A recorded response has items in order, a message, and a usage that adds up."""
    answer = exchange(name)
    body = read_response_body(answer)
    items = read_items(answer, body)
    expect_item_order(answer, items)
    expect_message(answer, items[-1])
    read_response_usage(answer, body)
    assert [item["type"] for item in items_to_send_back(answer)] == ["reasoning", "message"]
    assert "status" not in items_to_send_back(answer)[0]


@pytest.mark.parametrize("name", STREAMS)
def test_streams_are_right(name: str) -> None:
    """A recorded stream opens, counts, nests and ends as the clauses want it."""
    answer = exchange(name)
    events = read_events(answer)
    for judge in (expect_opening, expect_numbered, expect_nested, expect_done_texts, expect_one_end):
        judge(answer, events)
    expect_placed(answer, events, places=True)
    assert events.joined(TEXT) == response_text(answer, events.final(answer), "message")


@pytest.mark.parametrize("name", CUT)
def test_cut_responses_are_incomplete(name: str) -> None:
    """A recorded response that was cut says so, streamed or not."""
    answer = exchange(name)
    body = read_events(answer).final(answer) if name.endswith("_stream") else read_response_body(answer)
    expect_cut(answer, body, ("incomplete",))


@pytest.mark.parametrize("name", [name for name in WHOLE if "schema" in name or "json_object" in name])
def test_objects_are_right(name: str) -> None:
    """A recorded answer under a schema, or with json_object, is the object that was asked for."""
    answer = exchange(name)
    expect_object(answer, response_text(answer, read_response_body(answer), "message"), schema_case("person"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no answer"),
        (None, "no answer"),
        ('```json\n{"name": "Alice", "age": 30}\n```', "markdown fence"),
        ('{"name": "Alice", "age": 30} done', "JSON and nothing else"),
        ('[{"name": "Alice", "age": 30}]', "a JSON object"),
        ('{"name": "Alice", "name": "Alice", "age": 30}', "twice"),
        ('{"name": "Alice", "age": NaN}', "NaN"),
        ('{"name": "Alice"}', "'age' is a required property"),
        ('{"name": "Alice", "age": true}', "not of type 'integer'"),
        ('{"name": "Alice", "age": 31}', "the object {'name': 'Alice', 'age': 30}"),
    ],
)
def test_wrong_objects_are_named(text: str | None, said: str) -> None:
    """What is wrong with an object is said."""
    with pytest.raises(Violation, match=said.replace("{", r"\{")):
        expect_object(exchange("responses_schema"), text, schema_case("person"))


def test_case_and_order_do_not_matter() -> None:
    """An object is right in any order of keys, and with any case of its strings."""
    answer = exchange("responses_schema")
    expect_object(answer, ' {"age": 30, "name": "ALICE"}\n', schema_case("person"))
    expect_schema(answer, read_object(answer, '{"name": "Bob", "age": 1}'), schema_case("person"))


def test_unreadable_answers_have_nothing_to_send_back() -> None:
    """A dialogue ends quietly where an answer cannot be read."""
    for body in (b"", b"[]", b"null", b'{"output": 7}', b'{"output": [7, {"type": 7}]}', b"\xff"):
        assert items_to_send_back(Exchange(number=1, method="POST", path="/", status=200, body=body)) == []


@pytest.mark.parametrize("kinds", [["response.output_text.delta"], ["response.output_item.done"]])
def test_events_outside_of_items_are_named(kinds: list[str]) -> None:
    """An event that belongs into an item, and stands in none, breaks the nesting."""
    events = EventList(events=tuple({"type": kind} for kind in kinds))
    with pytest.raises(Violation, match=r"inside an open item|before it is done"):
        expect_nested(exchange("responses_plain"), events)
