"""Structured output on the chat surface: response_format, streamed and not, in one turn and in several."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_no_markers,
    expect_object,
    expect_schema,
    expect_status_class,
    expect_true,
    part,
    read_chat,
    read_object,
    read_stream,
    schema_case,
)

SOURCE = "OpenAI API reference, structured outputs"
WHOLE = (
    "person",
    "nested",
    "order",
    "people",
    "people-by-reference",
    "numbers",
    "color",
    "types",
    "null",
    "quotes",
    "zh",
)
STREAMED = ("person", "order", "people", "zh")
# At effort low gpt-oss may leave the reasoning out, which would be no defect.
REASONED = ("person", "order")
JSON_OBJECT = {"type": "json_object"}
BAD_SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}


def asked(ask, name, **options):
    """A question with its schema."""
    case = schema_case(name)
    if name in REASONED:
        options["reasoning_effort"] = "medium"
    return ask.chat(case.as_messages(), response_format=case.as_response_format(), **options)


def two_turns(ask, **options):
    """Two turns of one conversation, both with the schema; the second changes the object of the first."""
    case = schema_case("second-turn")
    first, _, second = case.as_messages()
    form = case.as_response_format()
    exchange = yield ask.chat([first], response_format=form)
    if exchange.status != 200:
        return
    said = {"role": "assistant", "content": case.prompt.messages[1].content}
    yield ask.chat([first, said, second], response_format=form, **options)


def then_plain(ask, form):
    """A question with a response format, and after it one without."""
    yield ask.chat("json-person", response_format=form)
    yield ask.chat("product")


@batch
def answers(ask):
    return {
        **{name: asked(ask, name) for name in WHOLE},
        **{f"{name} stream": asked(ask, name, stream=True) for name in STREAMED},
        "unasked": asked(ask, "unasked", max_tokens=200),
        "unasked stream": asked(ask, "unasked", max_tokens=200, stream=True),
        "object": ask.chat("json-person", response_format=JSON_OBJECT),
        "object stream": ask.chat("json-person", response_format=JSON_OBJECT, stream=True),
        "turns": two_turns(ask),
        "turns stream": two_turns(ask, stream=True),
        "leak": then_plain(ask, schema_case("person").as_response_format()),
        "bad": then_plain(ask, BAD_SCHEMA),
    }


def _expect_whole(answers, *names):
    for name in names:
        with part():
            exchange = answers[name]
            expect_object(exchange, read_chat(exchange).content, schema_case(name))


@clause("STRUCT-001", "A flat object obeys its schema", level=MUST, source=SOURCE)
def test_flat(answers):
    """With a json_schema the answer MUST be one JSON object and nothing else, obey the schema and say what was asked."""
    _expect_whole(answers, "person")


@clause("STRUCT-002", "Objects within objects obey their schema", level=MUST, source=SOURCE)
def test_nested(answers):
    """An answer with objects within objects MUST obey the schema at every depth."""
    _expect_whole(answers, "nested", "order")


@clause("STRUCT-003", "Arrays obey their schema", level=MUST, source=SOURCE)
def test_arrays(answers):
    """Arrays of objects and of numbers MUST obey the schema, with every element that was asked for."""
    _expect_whole(answers, "people", "numbers")


@clause("STRUCT-004", "Enumerations are kept", level=MUST, source=SOURCE)
def test_enum(answers):
    """A value whose schema is an enum MUST be one of its members."""
    _expect_whole(answers, "color")


@clause("STRUCT-005", "Types are kept", level=MUST, source=SOURCE)
def test_types(answers):
    """Integers, numbers, booleans and null MUST have the types of the schema: none of them as a string."""
    _expect_whole(answers, "types", "null")


@clause("STRUCT-006", "Strings are escaped and decoded rightly", level=MUST, source=SOURCE)
def test_strings(answers):
    """Quotation marks and Traditional Chinese within strings MUST survive as JSON."""
    _expect_whole(answers, "quotes", "zh")


@clause("STRUCT-007", "References within a schema are followed", level=MUST, source="pydantic, model_json_schema()")
def test_reference(answers):
    """A schema with $defs and $ref, as pydantic writes it, MUST be obeyed."""
    _expect_whole(answers, "people-by-reference")


@clause(
    "STRUCT-008", "Reasoning stays out of the object", level=MUST, source="vLLM 0.32, recorded", needs=["STRUCT-001"]
)
def test_reasoning_apart(answers):
    """With a schema the reasoning MUST still stand in its field, the answer end by itself, and no harmony marker be in either."""
    for name in REASONED:
        with part():
            exchange = answers[name]
            answer = read_chat(exchange)
            expect(bool(answer.thought), exchange, expected="reasoning in its field", got=answer)
            expect(answer.finish_reason == "stop", exchange, expected="finish_reason stop", got=answer.finish_reason)
            expect_no_markers(exchange, answer.content or "", answer.thought)


@clause("STRUCT-009", "Streamed objects obey their schema", level=MUST, source=SOURCE)
def test_stream(answers):
    """A streamed answer with a json_schema MUST, put together, be the object that was asked for, and obey the schema."""
    for name in STREAMED:
        with part():
            exchange = answers[f"{name} stream"]
            answer = read_stream(exchange).answer
            expect_object(exchange, answer.content, schema_case(name))
            expect(answer.finish_reason == "stop", exchange, expected="finish_reason stop", got=answer.finish_reason)


@clause("STRUCT-010", "A schema binds where nobody spoke of JSON", level=MUST, source="vLLM #23120, #45560")
def test_enforced(answers, versions):
    """Where the release enforces schemas, an answer MUST obey the schema though the question does not speak of JSON."""
    if not versions.structured_enforced:
        raise NotApplicable(
            f"vLLM {versions.version} may leave the answer free until the model writes JSON itself (#23120)"
        )
    case, exchange, streamed = schema_case("unasked"), answers["unasked"], answers["unasked stream"]
    expect_schema(exchange, read_object(exchange, read_chat(exchange).content), case)
    expect_schema(streamed, read_object(streamed, read_stream(streamed).answer.content), case)


@clause("STRUCT-011", "json_object gives an object", level=MUST, source=SOURCE)
def test_json_object(answers):
    """With response_format json_object the answer MUST be one JSON object and nothing else, with what was asked for."""
    exchange = answers["object"]
    expect_object(exchange, read_chat(exchange).content, schema_case("person"))


@clause("STRUCT-012", "json_object gives an object in a stream", level=MUST, source=SOURCE)
def test_json_object_stream(answers):
    """With response_format json_object a streamed answer MUST, put together, be one JSON object with what was asked for."""
    exchange = answers["object stream"]
    expect_object(exchange, read_stream(exchange).answer.content, schema_case("person"))


@clause("STRUCT-013", "A second turn obeys its schema", level=MUST, source="vLLM #32791, #34454")
def test_turns(answers):
    """In a second turn the answer MUST obey the schema and know the first, streamed and not."""
    for name in ("turns", "turns stream"):
        with part():
            second = _second(answers.turns(name))
            content = read_stream(second).answer.content if "stream" in name else read_chat(second).content
            expect_object(second, content, schema_case("second-turn"))


def _second(turns):
    """The second turn, once the first, which is never streamed, was right."""
    expect_object(turns[0], read_chat(turns[0]).content, schema_case("person"))
    return turns[-1]


@clause("STRUCT-014", "A schema ends with its request", level=MUST, source="deployment rules")
def test_no_leak(answers):
    """A request without a schema MUST be answered in plain text, right after one with a schema and beside others."""
    turns = answers.turns("leak")
    answer = read_chat(turns[-1])
    given = (answer.content or "").strip()
    expect(
        not given.startswith("{"), turns[-1], expected="plain text, without the schema of another request", got=given
    )
    expect_content(turns[-1], answer, chat_prompt("product").expect)


@clause("STRUCT-015", "A bad schema is refused", level=MUST, source="vLLM 0.32, recorded")
def test_bad_schema(answers):
    """A json_schema whose schema is none MUST be refused with a 4xx."""
    expect_status_class(answers.turns("bad")[0], low=400, high=499, expected="a 4xx for a schema that is none")


@clause("STRUCT-016", "A bad schema harms no other request", level=MUST, source="deployment rules")
def test_after_bad_schema(answers):
    """The next request after one with a bad schema MUST be answered rightly."""
    turns = answers.turns("bad")
    expect_true(len(turns) == 2, expected="an answer to the next request", got=f"{len(turns)} answers")
    expect_content(turns[1], read_chat(turns[1]), chat_prompt("product").expect)
