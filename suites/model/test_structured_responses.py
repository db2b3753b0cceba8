"""Structured output on the Responses API: text.format, streamed and not, in one turn and in several."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_no_markers,
    expect_object,
    expect_schema,
    expect_status_class,
    part,
    read_events,
    read_object,
    read_response,
    response_text,
    schema_case,
)

SOURCE = "OpenAI API reference, structured outputs"
WHOLE = ("person", "order", "people", "color", "types", "zh")
STREAMED = ("person", "order", "zh")
TEXT = "response.output_text"
JSON_OBJECT = {"format": {"type": "json_object"}}
BAD_SCHEMA = {"format": {"type": "json_schema", "name": "x", "schema": {"type": "nonsense"}}}


def asked(ask, name, **options):
    """A question with its schema."""
    case = schema_case(name)
    if name == "person":
        # At effort low gpt-oss may leave the reasoning out, which would be no defect.
        options["reasoning"] = {"effort": "medium"}
    return ask.responses(case.as_messages(), text=case.as_text(), **options)


def then_plain(ask, text):
    """A question with a text format, and after it one without."""
    yield ask.responses(chat_prompt("json-person").as_messages(), text=text)
    yield ask.responses(chat_prompt("product").as_messages())


@batch
def answers(ask):
    person = chat_prompt("json-person").as_messages()
    return {
        **{name: asked(ask, name) for name in WHOLE},
        **{f"{name} stream": asked(ask, name, stream=True) for name in STREAMED},
        "second-turn": asked(ask, "second-turn"),
        "second-turn stream": asked(ask, "second-turn", stream=True),
        "unasked": asked(ask, "unasked", max_output_tokens=200),
        "object": ask.responses(person, text=JSON_OBJECT),
        "object stream": ask.responses(person, text=JSON_OBJECT, stream=True),
        "leak": then_plain(ask, schema_case("person").as_text()),
        "bad": then_plain(ask, BAD_SCHEMA),
    }


def _expect_streamed(exchange, case):
    events = read_events(exchange)
    text = events.joined(TEXT)
    expect_object(exchange, text, case)
    final = response_text(exchange, events.final(exchange), "message")
    expect(final == text, exchange, expected=f"the deltas' object {text} in the final response", got=final)


@clause("STRUCT-020", "A response obeys its schema", level=MUST, source=SOURCE)
def test_whole(answers):
    """With text.format json_schema the message MUST be one JSON object and nothing else, obey the schema and say what was asked:
    flat, nested, with arrays, enumerations, every type and Traditional Chinese.
    """
    for name in WHOLE:
        with part():
            expect_object(answers[name], read_response(answers[name]).text, schema_case(name))


@clause("STRUCT-021", "A streamed response obeys its schema", level=MUST, source=SOURCE)
def test_stream(answers):
    """A streamed message with a json_schema MUST, put together from its deltas and in the final response, obey the schema."""
    for name in STREAMED:
        with part():
            _expect_streamed(answers[f"{name} stream"], schema_case(name))


@clause("STRUCT-022", "Reasoning stays in its item", level=MUST, source=SOURCE, needs=["STRUCT-020"])
def test_reasoning_apart(answers):
    """With a schema the reasoning MUST still stand in its item, and the response be completed and free of harmony markers."""
    exchange = answers["person"]
    reply = read_response(exchange)
    expect(bool(reply.reasoning), exchange, expected="a reasoning item with text", got=reply)
    expect(reply.status == "completed", exchange, expected="status completed", got=reply.status)
    expect_no_markers(exchange, reply.text, reply.reasoning)


@clause("STRUCT-023", "A schema binds where nobody spoke of JSON", level=MUST, source="vLLM #23120, #45560")
def test_enforced(answers, versions):
    """Where the release enforces schemas, a message MUST obey the schema though the question does not speak of JSON."""
    if not versions.structured_enforced:
        raise NotApplicable(
            f"vLLM {versions.version} may leave the answer free until the model writes JSON itself (#23120)"
        )
    exchange = answers["unasked"]
    expect_schema(exchange, read_object(exchange, read_response(exchange).text), schema_case("unasked"))


@clause("STRUCT-024", "json_object gives an object", level=MUST, source="vLLM #47831")
def test_json_object(answers, versions):
    """Where the release knows text.format json_object, the message MUST be one JSON object, streamed and not."""
    if not versions.responses_json_object:
        raise NotApplicable(f"whether vLLM {versions.version} knows text.format json_object is not known (#47831)")
    exchange = answers["object"]
    expect_object(exchange, read_response(exchange).text, schema_case("person"))
    _expect_streamed(answers["object stream"], schema_case("person"))


@clause("STRUCT-025", "A second turn obeys its schema", level=MUST, source="vLLM #32791, #34454")
def test_turns(answers):
    """In a second turn the message MUST obey the schema and know the first turn, streamed and not."""
    case = schema_case("second-turn")
    with part():
        expect_object(answers["second-turn"], read_response(answers["second-turn"]).text, case)
    with part():
        _expect_streamed(answers["second-turn stream"], case)


@clause("STRUCT-026", "A schema ends with its request", level=MUST, source="deployment rules")
def test_no_leak(answers):
    """A response without a format MUST be plain text, right after one with a schema and beside others."""
    exchange = answers.turns("leak")[-1]
    text = read_response(exchange).text.strip()
    expect(not text.startswith("{"), exchange, expected="plain text, without the schema of another request", got=text)
    expect_any(exchange, text, chat_prompt("product").expect, where="the output text")


@clause(
    "STRUCT-027", "A bad schema is refused and harms no other request", level=MUST, source="vLLM 0.10.1, protocol.py"
)
def test_bad_schema(answers):
    """A text.format whose schema is none MUST be refused with a 4xx, and the next request MUST be answered rightly."""
    turns = answers.turns("bad")
    expect_status_class(turns[0], low=400, high=499, expected="a 4xx for a schema that is none")
    expect_any(turns[-1], read_response(turns[-1]).text, chat_prompt("product").expect, where="the output text")
