"""tool_choice, and questions that no tool helps with."""

from fixtures.kit import (
    CHATS,
    MUST,
    OBSERVE,
    RESPONSES,
    NotApplicable,
    Surface,
    ToolConversation,
    batch,
    clause,
    expect_choice,
    expect_finish,
    expect_no_call,
    expect_right_call,
    expect_true,
    observe,
    read_called,
    readable,
    tool_case,
)

SOURCE = "OpenAI API reference, tool_choice; vllm_versions.toml"
CASE = "weather-paris"
PLAIN = "irrelevant-product"
IRRELEVANT = ("irrelevant-capital", "irrelevant-minutes", "irrelevant-zh")
NAMED = "get_weather"


@batch
def choices(ask):
    case = tool_case(CASE)
    asked = {s: ToolConversation(ask=ask, surface=s, tools=case.tools).user(case.user) for s in Surface}
    made = {
        f"{s}:{c}": conversation.send(tool_choice=c) for s, conversation in asked.items() for c in ("none", "required")
    }
    plain = {
        s: ToolConversation(ask=ask, surface=s, tools=tool_case(PLAIN).tools).user(tool_case(PLAIN).user)
        for s in RESPONSES
    }
    made |= {f"{s}:none-plain": conversation.send(tool_choice="none") for s, conversation in plain.items()}
    made |= {f"{s}:named": conversation.send(tool_choice=_named(s)) for s, conversation in asked.items()}
    for id in IRRELEVANT:
        other = tool_case(id)
        conversations = {s: ToolConversation(ask=ask, surface=s, tools=other.tools).user(other.user) for s in Surface}
        made |= {f"{s}:{id}": conversation.send() for s, conversation in conversations.items()}
    return made


def _named(surface):
    if surface.of_chat:
        return {"type": "function", "function": {"name": NAMED}}
    return {"type": "function", "name": NAMED}


@clause("TOOL-040", "none calls nothing on chat", level=MUST, source=f"{SOURCE}; vLLM #30867")
def test_none_chat(choices, tool_use, versions):
    """With tool_choice none a chat completion that is not streamed MUST NOT carry a tool call, though a tool would help.

    Why not streamed: with tool flags, vLLM 0.32.0 streams the call all the same (its harmony parser does not see the choice).
    """
    for surface, exchange in _chats(choices, tool_use, versions, "none"):
        if surface.streamed:
            continue
        called = read_called(exchange, surface, tool_case(CASE))
        expect_true(not called.calls, expected=f"no call on {surface} with tool_choice none", got=called.calls)


@clause("TOOL-041", "none is taken on Responses", level=MUST, source=SOURCE)
def test_none_responses(choices, tool_use, versions):
    """With tool_choice none a question that needs no tool MUST be answered in a response, unless the release refuses `none`."""
    for surface, exchange in _responses(choices, tool_use, "none-plain"):
        expect_choice(exchange, surface, tool_case(PLAIN), versions.responses_tool_choice)


@clause("TOOL-042", "required calls on chat", level=MUST, source=f"{SOURCE}; vLLM #44216, #24509")
def test_required_chat(choices, tool_use, versions):
    """With tool_choice required a chat completion MUST make the right call, and end with the finish_reason tool_calls."""
    for surface, exchange in _chats(choices, tool_use, versions, "required"):
        called = read_called(exchange, surface, tool_case(CASE))
        expect_right_call(exchange, called, tool_case(CASE), where=f" on {surface} with tool_choice required")
        expect_finish(exchange, called, "tool_calls")


@clause("TOOL-043", "required calls on Responses", level=MUST, source=SOURCE)
def test_required_responses(choices, tool_use, versions):
    """With tool_choice required a response MUST make the right call, or the request is refused where the release is known to."""
    for surface, exchange in _responses(choices, tool_use, "required"):
        expect_choice(exchange, surface, tool_case(CASE), versions.responses_tool_choice)


@clause("TOOL-044", "A named tool is called on chat", level=MUST, source=SOURCE)
def test_named_chat(choices, tool_use, versions):
    """With a tool named in tool_choice a chat completion MUST call that tool, and end with stop or tool_calls."""
    for surface, exchange in _chats(choices, tool_use, versions, "named"):
        called = read_called(exchange, surface, tool_case(CASE))
        expect_right_call(exchange, called, tool_case(CASE), where=f" on {surface} with the tool named")
        expect_finish(exchange, called, "stop", "tool_calls")


@clause("TOOL-045", "A named tool is called on Responses", level=MUST, source=SOURCE)
def test_named_responses(choices, tool_use, versions):
    """With a tool named in tool_choice a response MUST call it, or the request is refused where the release is known to."""
    for surface, exchange in _responses(choices, tool_use, "named"):
        expect_choice(exchange, surface, tool_case(CASE), versions.responses_tool_choice)


@clause("TOOL-046", "Chat leaves tools alone that do not help", level=MUST, source=SOURCE)
def test_irrelevant_chat(choices, tool_use):
    """A question that no offered tool helps with MUST be answered on a chat completion without a call."""
    _expect_no_calls(choices, tool_use.among(CHATS))


@clause("TOOL-047", "Responses leaves tools alone that do not help", level=MUST, source=SOURCE)
def test_irrelevant_responses(choices, tool_use):
    """A question that no offered tool helps with MUST be answered in a response without a call."""
    _expect_no_calls(choices, tool_use.among(RESPONSES))


@clause("TOOL-048", "What none does on Responses is recorded", level=OBSERVE, source=SOURCE)
def test_none_tempted(choices, tool_use):
    """Whether a response with tool_choice none calls a tool that would help is recorded: no source says what releases do."""
    for surface, exchange in _responses(choices, tool_use, "none"):
        called = readable(exchange, surface, tool_case(CASE))
        observe(**{str(surface): "not readable" if called is None else "called" if called.calls else "not called"})


def _chats(choices, tool_use, versions, choice):
    surfaces = tool_use.among(CHATS)
    if not versions.chat_tool_choice:
        raise NotApplicable("whether this release honours tool_choice on chat is not known")
    return [(surface, choices[f"{surface}:{choice}"]) for surface in surfaces]


def _responses(choices, tool_use, choice):
    return [(surface, choices[f"{surface}:{choice}"]) for surface in tool_use.among(RESPONSES)]


def _expect_no_calls(choices, surfaces):
    for surface in surfaces:
        for id in IRRELEVANT:
            exchange = choices[f"{surface}:{id}"]
            expect_no_call(exchange, read_called(exchange, surface, tool_case(id)), tool_case(id))
