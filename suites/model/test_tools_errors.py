"""Wrong requests for tools are refused, on chat and on Responses, and the server lives on."""

from fixtures.kit import (
    MUST,
    Surface,
    batch,
    clause,
    expect,
    expect_right_call,
    expect_status_class,
    field,
    read_called,
    read_json,
    tool_case,
)

SOURCE = "OpenAI API reference, error codes; recorded on vLLM 0.32"
CHAT = "/v1/chat/completions"
RESPONSES = "/v1/responses"
CASE = "weather-paris"
GOOD = {"type": "function", "function": {"name": "nope"}}


@batch
def refused(ask):
    case = tool_case(CASE)
    good = ask.chat_body(case.as_messages(), tools=case.as_tools(), max_tokens=256)
    bare = {name: value for name, value in good.items() if name != "tools"}
    wrong = {
        "unknown-name": good | {"tool_choice": GOOD},
        "unknown-word": good | {"tool_choice": "bogus"},
        "no-tools": bare | {"tool_choice": "required"},
        "bad-type": good | {"tools": [{"type": "nope"}]},
        "no-name": good | {"tools": [{"type": "function", "function": {}}]},
        "no-list": good | {"tools": "x"},
    }
    streamed = {f"{name}-stream": body | {"stream": True} for name, body in wrong.items()}
    other = {"model": good["model"], "input": case.user, "tools": "x"}
    return {
        **{name: ask.post(CHAT, body) for name, body in (wrong | streamed).items()},
        "empty": ask.post(CHAT, good | {"tools": []}),
        "responses-no-list": ask.post(RESPONSES, other),
        "responses-bad-type": ask.post(RESPONSES, other | {"tools": [{"type": "nope"}]}),
    }


@clause("TOOL-070", "A tool_choice that names no offered tool is refused", level=MUST, source=SOURCE)
def test_unknown_name(refused):
    """A chat whose tool_choice names a tool that is not offered MUST answer 4xx with an `error` object, streamed or not."""
    _expect_refused(refused, "unknown-name")


@clause("TOOL-071", "A tool_choice of no meaning is refused", level=MUST, source=SOURCE)
def test_unknown_word(refused):
    """A chat whose tool_choice is no known word MUST answer 4xx with an `error` object, streamed or not."""
    _expect_refused(refused, "unknown-word")


@clause("TOOL-072", "A tool_choice without tools is refused", level=MUST, source=SOURCE)
def test_no_tools(refused):
    """A chat that requires a tool and offers none MUST answer 4xx with an `error` object, streamed or not."""
    _expect_refused(refused, "no-tools")


@clause("TOOL-073", "Tools that are none are refused", level=MUST, source=SOURCE)
def test_bad_tools(refused):
    """A chat whose tools have a wrong type, no name, or are no list MUST answer 4xx with an `error` object, streamed or not."""
    _expect_refused(refused, "bad-type", "no-name", "no-list")


@clause("TOOL-074", "An empty list of tools does no harm", level=MUST, source=SOURCE)
def test_empty(refused):
    """A chat with an empty list of tools MUST be answered, or refused with a 4xx: never a 5xx, never a hang."""
    expect_status_class(refused["empty"], low=200, high=499, expected="an answer or a 4xx for an empty list of tools")


@clause("TOOL-075", "Tools that are none are refused on Responses", level=MUST, source=SOURCE)
def test_responses_bad_tools(refused):
    """A response whose tools are no list, or of an unknown type, MUST answer 4xx with an `error` object."""
    for name in ("responses-no-list", "responses-bad-type"):
        _expect_error(refused[name], name)


@clause("TOOL-076", "The server survives wrong tools", level=MUST, source="vLLM #17972", needs=["TOOL-004"])
def test_survives(refused, wire):
    """After wrong requests for tools the next right one MUST be answered with the right call."""
    expect(len(refused) > 0, refused["no-list"], expected="wrong requests before", got=len(refused))
    case = tool_case(CASE)
    exchange = wire.send(wire.ask.responses_tool(case))
    expect_right_call(exchange, read_called(exchange, Surface.RESPONSES, case), case, where=" after wrong requests")


def _expect_refused(refused, *names):
    for name in (*names, *(f"{name}-stream" for name in names)):
        _expect_error(refused[name], name)


def _expect_error(exchange, name):
    expect_status_class(exchange, low=400, high=499, expected=f"4xx for {name}")
    error = field(exchange, read_json(exchange), "error", dict)
    expect(bool(error.get("message")), exchange, expected=f"an error with a message for {name}", got=error)
