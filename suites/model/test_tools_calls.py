"""The calls themselves, of every kind of argument, on each surface that gives them: chat and Responses, streamed or not."""

from fixtures.kit import (
    CHATS,
    MUST,
    RESPONSES,
    NotApplicable,
    Surface,
    ToolConversation,
    batch,
    clause,
    expect_call_form,
    expect_finish,
    expect_nothing_beside,
    expect_right_call,
    expect_same_calls,
    expect_true,
    expect_unique_ids,
    expect_usage,
    fields_named,
    read_called,
    said_fields,
    tool_case,
)

SOURCE = "OpenAI API reference, function calling"
SCHEMA = "JSON Schema of the offered tools; OpenAI cookbook, verifying gpt-oss implementations"
# A string, Traditional Chinese, a number with an enum, a boolean, an array of numbers, nested objects, no argument at all.
KINDS = (
    "weather-taipei",
    "message-zh",
    "currency-twd",
    "light-off",
    "chart-line",
    "event-review",
    "order-two",
    "timers",
)


@batch
def calls(ask):
    return {f"{surface}:{kind}": _asked(ask, surface, tool_case(kind)) for surface in Surface for kind in KINDS}


def _asked(ask, surface, case):
    return ToolConversation(ask=ask, surface=surface, tools=case.tools).user(case.user).send()


@clause("TOOL-010", "A call on chat has its form", level=MUST, source=SOURCE)
def test_chat_form(calls, tool_use):
    """A tool call of a chat completion MUST have an id of its own, the type function, a plain name and JSON text as arguments."""
    _expect_forms(calls, tool_use.among(CHATS))


@clause("TOOL-011", "A call on Responses has its form", level=MUST, source=SOURCE)
def test_responses_form(calls, tool_use):
    """A function_call item MUST have a call_id of its own, a plain name and JSON text as arguments."""
    _expect_forms(calls, tool_use.among(RESPONSES))


@clause("TOOL-012", "Chat calls rightly", level=MUST, source=SCHEMA)
def test_chat_right(calls, tool_use):
    """On a chat completion every kind of argument MUST arrive in the one right call, as the tool's schema says."""
    _expect_right(calls, tool_use, Surface.CHAT)


@clause("TOOL-013", "Streamed chat calls rightly", level=MUST, source=SCHEMA)
def test_chat_stream_right(calls, tool_use):
    """On a streamed chat completion every kind of argument MUST arrive in the one right call, as the tool's schema says."""
    _expect_right(calls, tool_use, Surface.CHAT_STREAM)


@clause("TOOL-014", "Responses calls rightly", level=MUST, source=SCHEMA)
def test_responses_right(calls, tool_use):
    """On the Responses API every kind of argument MUST arrive in the one right call, as the tool's schema says."""
    _expect_right(calls, tool_use, Surface.RESPONSES)


@clause("TOOL-015", "Streamed Responses calls rightly", level=MUST, source=SCHEMA)
def test_responses_stream_right(calls, tool_use):
    """On the streamed Responses API every kind of argument MUST arrive in the one right call, as the tool's schema says."""
    _expect_right(calls, tool_use, Surface.RESPONSES_STREAM)


@clause("TOOL-016", "A call ends a chat with tool_calls", level=MUST, source=SOURCE)
def test_chat_finish(calls, tool_use):
    """A chat completion in which the model chose to call a tool MUST have the finish_reason tool_calls."""
    for exchange, called in _made(calls, tool_use.among(CHATS)):
        expect_finish(exchange, called, "tool_calls")


@clause("TOOL-017", "A response with a call is completed", level=MUST, source=SOURCE)
def test_responses_finish(calls, tool_use):
    """A response that ends with a tool call MUST have the status completed."""
    for exchange, called in _made(calls, tool_use.among(RESPONSES)):
        expect_finish(exchange, called, "completed")


@clause("TOOL-018", "Nothing stands beside a call on chat", level=MUST, source=SOURCE)
def test_chat_beside(calls, tool_use):
    """The content of a chat completion that calls a tool MUST be null or empty: its arguments are not leaked there."""
    for exchange, called in _made(calls, tool_use.among(CHATS)):
        expect_nothing_beside(exchange, called)


@clause("TOOL-019", "Nothing stands beside a call on Responses", level=MUST, source=SOURCE)
def test_responses_beside(calls, tool_use):
    """A response that calls a tool MUST NOT carry a message text as well: its arguments are not leaked there."""
    for exchange, called in _made(calls, tool_use.among(RESPONSES)):
        expect_nothing_beside(exchange, called)


@clause("TOOL-020", "Chat keeps the reasoning of its calls", level=MUST, source="vllm_versions.toml")
def test_chat_reasoning(calls, tool_use, versions):
    """The reasoning before a tool call MUST reach the client in the fields of the serving release: it is to be sent back."""
    _expect_reasoning(calls, tool_use.among(CHATS), versions.reasoning_fields)


@clause("TOOL-021", "Responses keeps the reasoning of its calls", level=MUST, source=SOURCE)
def test_responses_reasoning(calls, tool_use):
    """The reasoning before a tool call MUST reach the client as a reasoning item: it is to be sent back."""
    _expect_reasoning(calls, tool_use.among(RESPONSES), ("reasoning",))


@clause("TOOL-022", "Calls on chat are counted", level=MUST, source=SOURCE)
def test_chat_usage(calls, tool_use):
    """The usage of a chat completion that calls a tool MUST count its prompt and its tokens, and their sum."""
    for exchange, called in _made(calls, tool_use.among(CHATS)):
        expect_usage(exchange, called.usage)


@clause("TOOL-023", "Calls on Responses are counted", level=MUST, source="vLLM #22667; vllm_versions.toml")
def test_responses_usage(calls, tool_use, versions):
    """The usage of a response that calls a tool MUST count its input and its output, and their sum."""
    counted = {Surface.RESPONSES: versions.responses_usage, Surface.RESPONSES_STREAM: versions.responses_stream_usage}
    surfaces = [surface for surface in tool_use.among(RESPONSES) if counted[surface]]
    if not surfaces:
        raise NotApplicable("this release is not known to count on the Responses API")
    for exchange, called in _made(calls, surfaces):
        names = {"prompt_tokens": "input_tokens", "completion_tokens": "output_tokens", "total_tokens": "total_tokens"}
        expect_usage(exchange, {name: called.usage.get(known) for name, known in names.items()})


@clause("TOOL-024", "Streamed chat calls as whole chat does", level=MUST, source="vLLM #27641, #30437")
def test_chat_same(calls, tool_use):
    """At temperature 0 a streamed chat completion MUST make the same calls as one that is not streamed."""
    _expect_same(calls, tool_use, *CHATS)


@clause("TOOL-025", "Streamed Responses calls as whole Responses does", level=MUST, source="vLLM #24317")
def test_responses_same(calls, tool_use):
    """At temperature 0 a streamed response MUST make the same calls as one that is not streamed."""
    _expect_same(calls, tool_use, *RESPONSES)


def _read(calls, surface, kind):
    exchange = calls[f"{surface}:{kind}"]
    return exchange, read_called(exchange, surface, tool_case(kind))


def _made(calls, surfaces):
    """The answers with a call; whether there is one, and the right one, is for other clauses to say."""
    read = [_read(calls, surface, kind) for surface in surfaces for kind in KINDS]
    found = [(exchange, called) for exchange, called in read if called.calls]
    expect_true(bool(found), expected=f"calls on {' and '.join(surfaces)}", got="none")
    return found


def _expect_forms(calls, surfaces):
    for surface in surfaces:
        for kind in KINDS:
            expect_call_form(*_with(surface, *_read(calls, surface, kind)))
    expect_unique_ids(_made(calls, surfaces))


def _with(surface, exchange, called):
    return exchange, surface, called


def _expect_right(calls, tool_use, surface):
    tool_use.need(surface)
    for kind in KINDS:
        exchange, called = _read(calls, surface, kind)
        expect_right_call(exchange, called, tool_case(kind), where=f" on {surface}")


def _expect_reasoning(calls, surfaces, fields):
    # A model at low effort may call without a thought; not every time.
    for surface in surfaces:
        found = {name for _, called in _made(calls, (surface,)) for name in called.reasoning}
        wanted = f"reasoning in {said_fields(fields)} before calls on {surface}"
        expect_true(fields_named(fields, found), expected=wanted, got=sorted(found))


def _expect_same(calls, tool_use, whole, streamed):
    tool_use.need(whole)
    tool_use.need(streamed)
    for kind in KINDS:
        _, other = _read(calls, whole, kind)
        exchange, called = _read(calls, streamed, kind)
        expect_same_calls(exchange, called, other)
