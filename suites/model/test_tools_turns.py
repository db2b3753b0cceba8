"""Tool use over several turns, on each surface: the result becomes the answer, and the next call is as right as the first."""

from dataclasses import replace

from fixtures.kit import (
    CHATS,
    MUST,
    NotApplicable,
    Surface,
    ToolConversation,
    batch,
    call_of,
    clause,
    expect_answer,
    expect_any,
    expect_no_markers,
    expect_right_call,
    expect_true,
    expect_turns,
    expect_unasked,
    part,
    read_called,
    tool_case,
    tool_round_trip,
    tool_round_trips,
)

SOURCE = "OpenAI cookbook, handling the raw chain of thought; OpenAI API reference, function calling"
CASE = "weather-taipei"
LOOP = (
    "weather-taipei",
    "multiply",
    "order-shipped",
    "timer-tea",
    "currency-usd",
    "database-names",
    "event-review",
    "search-vllm",
)
TOGETHER = ("weather-taipei", "weather-paris")


@batch
def turns(ask):
    made = {}
    for surface in Surface:
        conversation = _conversation(ask, surface, CASE)
        made |= {
            f"{surface}:trip": tool_round_trip(conversation, tool_case(CASE)),
            f"{surface}:forgotten": tool_round_trip(conversation, tool_case(CASE), reasoning=False),
            f"{surface}:error": tool_round_trip(_conversation(ask, surface, "order-error"), tool_case("order-error")),
            f"{surface}:after": _after(_conversation(ask, surface, CASE)),
            f"{surface}:alone": _alone(conversation),
            f"{surface}:together": _together(_conversation(ask, surface, *TOGETHER)),
        }
    for surface in CHATS:
        conversation = _conversation(ask, surface, CASE)
        made[f"{surface}:parts"] = tool_round_trip(conversation, tool_case(CASE), parts=True)
        made[f"{surface}:none"] = tool_round_trip(conversation, tool_case(CASE), tool_choice="none")
    return made


@batch
def loops(ask):
    return {surface: tool_round_trips(_conversation(ask, surface, *LOOP), _loop()) for surface in Surface}


def _conversation(ask, surface, *ids):
    tools = dict.fromkeys(name for id in ids for name in tool_case(id).tools)
    return ToolConversation(ask=ask, surface=surface, tools=tuple(tools))


def _loop():
    """The cases of the loop, each with the tools of all."""
    tools = tuple(dict.fromkeys(name for id in LOOP for name in tool_case(id).tools))
    return [replace(tool_case(id), tools=tools) for id in LOOP]


def _after(conversation):
    """a finished tool round trip, and a question that needs no tool, with the tools still offered."""
    case, other = tool_case(CASE), tool_case("irrelevant-product")
    asked = conversation.user(case.user)
    called = yield from call_of(asked, case)
    if called:
        done = asked.called(called).resulted(called, case.result)
        yield done.send()
        yield done.answered(case.answer).user(other.user).send()


def _alone(conversation):
    """A call, and then the same question in a request of its own without tools."""
    asked = conversation.user(tool_case(CASE).user)
    yield asked.send()
    yield asked.send(tools=None)


def _together(conversation):
    """Two calls that were made at once, and both results."""
    cases = [tool_case(id) for id in TOGETHER]
    made = conversation.made(*(case.call for case in cases))
    asked = conversation.user("What is the weather in Taipei and in Paris?")
    yield asked.called(made).resulted(made, *(case.result for case in cases)).send()


@clause("TOOL-008", "A tool's result becomes the answer on Responses", level=MUST, source=SOURCE)
def test_responses_trip(turns, tool_use):
    """After a tool's result, with the reasoning sent back, a response MUST answer with it."""
    _expect_trip(turns, tool_use, Surface.RESPONSES)


@clause("TOOL-050", "A tool's result becomes the answer on streamed Responses", level=MUST, source=SOURCE)
def test_responses_stream_trip(turns, tool_use):
    """After a tool's result, with the reasoning sent back, a streamed response MUST answer with it."""
    _expect_trip(turns, tool_use, Surface.RESPONSES_STREAM)


@clause("TOOL-051", "A tool's result becomes the answer on chat", level=MUST, source=f"{SOURCE}; vLLM #28729")
def test_chat_trip(turns, tool_use):
    """After a tool's result, with the reasoning sent back, a chat completion MUST answer with it."""
    _expect_trip(turns, tool_use, Surface.CHAT)


@clause("TOOL-052", "A tool's result becomes the answer on streamed chat", level=MUST, source=f"{SOURCE}; vLLM #28729")
def test_chat_stream_trip(turns, tool_use):
    """After a tool's result, with the reasoning sent back, a streamed chat completion MUST answer with it."""
    _expect_trip(turns, tool_use, Surface.CHAT_STREAM)


@clause("TOOL-053", "Clients that forget the reasoning are answered", level=MUST, source=SOURCE)
def test_forgotten(turns, tool_use):
    """A tool's result MUST become the answer also where the client does not send the reasoning back."""
    _expect_trips(turns, tool_use.among(Surface), "forgotten", tool_case(CASE))


@clause("TOOL-054", "A result may be text parts", level=MUST, source="vLLM #25593; vllm_versions.toml")
def test_parts(turns, tool_use, versions):
    """A tool message whose content is a list of text parts MUST be taken as its text."""
    surfaces = tool_use.among(CHATS)
    if not versions.tool_text_parts:
        raise NotApplicable("this release is known to refuse lists in tool messages")
    _expect_trips(turns, surfaces, "parts", tool_case(CASE))


@clause("TOOL-055", "A tool's error becomes the answer", level=MUST, source=SOURCE)
def test_error(turns, tool_use):
    """After a tool's result that is an error the model MUST say so, and the server carry on."""
    _expect_trips(turns, tool_use.among(Surface), "error", tool_case("order-error"))


@clause("TOOL-056", "Results of calls made together become one answer", level=MUST, source=SOURCE)
def test_together(turns, tool_use):
    """After two calls of one message and their results the answer MUST use both."""
    for surface in tool_use.among(Surface):
        with part():
            exchange = turns[f"{surface}:together"]
            called = read_called(exchange, surface, tool_case(CASE))
            for id in TOGETHER:
                expect_any(exchange, called.text, tool_case(id).expect, where=f"the answer on {surface} to two results")
            expect_no_markers(exchange, called.text)


@clause("TOOL-057", "Eight calls in one chat", level=MUST, source="openai/harmony #114")
def test_chat_loop(loops, tool_use):
    """Eight different tool calls, one after the other in one chat, MUST each be right, and the last result become the answer."""
    _expect_loop(loops, tool_use, Surface.CHAT)


@clause("TOOL-058", "Eight calls in one streamed chat", level=MUST, source="openai/harmony #114")
def test_chat_stream_loop(loops, tool_use):
    """Eight different tool calls in one streamed chat MUST each be right, and the last result become the answer."""
    _expect_loop(loops, tool_use, Surface.CHAT_STREAM)


@clause("TOOL-059", "Eight calls on Responses", level=MUST, source="openai/harmony #114")
def test_responses_loop(loops, tool_use):
    """Eight different tool calls in one conversation of responses MUST each be right, and the last result become the answer."""
    _expect_loop(loops, tool_use, Surface.RESPONSES)


@clause("TOOL-060", "Eight calls on streamed Responses", level=MUST, source="openai/harmony #114")
def test_responses_stream_loop(loops, tool_use):
    """Eight different tool calls in one streamed conversation MUST each be right, and the last result become the answer."""
    _expect_loop(loops, tool_use, Surface.RESPONSES_STREAM)


@clause("TOOL-061", "A conversation goes on after its answer", level=MUST, source=SOURCE)
def test_after(turns, tool_use):
    """After a final answer, with the tools still offered, a question that needs none MUST be answered without a call."""
    for surface in tool_use.among(Surface):
        with part():
            exchange = expect_turns(turns.turns(f"{surface}:after"), 3)[-1]
            expect_answer(exchange, surface, tool_case("irrelevant-product"))


@clause("TOOL-062", "none after a result gives the answer", level=MUST, source=SOURCE)
def test_none_after(turns, tool_use, versions):
    """With tool_choice none after a tool's result the answer MUST come, and no further call."""
    surfaces = tool_use.among(CHATS)
    if not versions.chat_tool_choice:
        raise NotApplicable("whether this release honours tool_choice on chat is not known")
    _expect_trips(turns, surfaces, "none", tool_case(CASE))


@clause("TOOL-063", "Tools do not leak into the next request", level=MUST, source="vLLM #22578, the other way round")
def test_alone(turns, tool_use):
    """A request without tools MUST NOT be answered with a call, though the one before offered some, and its prompt is shorter."""
    for surface in tool_use.among(Surface):
        before, exchange = expect_turns(turns.turns(f"{surface}:alone"), 2)
        called = read_called(exchange, surface, tool_case(CASE))
        expect_true(not called.calls, expected=f"no call on {surface} without tools", got=called.calls)
        expect_unasked(exchange, called, read_called(before, surface, tool_case(CASE)))


def _expect_trip(turns, tool_use, surface):
    tool_use.need(surface)
    _expect_trips(turns, (surface,), "trip", tool_case(CASE))


def _expect_trips(turns, surfaces, name, case):
    for surface in surfaces:
        with part():
            made = turns.turns(f"{surface}:{name}")
            expect_right_call(made[0], read_called(made[0], surface, case), case, where=f" on {surface}")
            expect_answer(expect_turns(made, 2)[-1], surface, case)


def _expect_loop(loops, tool_use, surface):
    tool_use.need(surface)
    made = loops.turns(surface)
    for number, (exchange, case) in enumerate(zip(made, _loop(), strict=False), start=1):
        called = read_called(exchange, surface, case)
        expect_right_call(exchange, called, case, where=f" in turn {number} of {len(LOOP)} on {surface}")
    expect_answer(expect_turns(made, len(LOOP) + 1)[-1], surface, tool_case(LOOP[-1]))
