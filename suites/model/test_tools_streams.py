"""Tool calls as they are streamed: a client that follows the API reference must be able to put them together."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    Surface,
    ToolConversation,
    batch,
    clause,
    expect_arguments_in_pieces,
    expect_call_arguments,
    expect_call_item,
    expect_header_first,
    expect_indexes,
    expect_reasoning_first,
    expect_single_finish,
    read_events,
    read_stream,
    tool_case,
)

CHAT = "OpenAI API reference, chat completion chunks; vLLM #27641, #23335, #30437"
RESPONSES = "OpenAI API reference, streaming events of responses; vLLM #24317"
KINDS = ("weather-taipei", "order-two", "timers")


@batch
def streams(ask):
    asked = {
        f"{surface}:{kind}": ToolConversation(ask=ask, surface=surface, tools=tool_case(kind).tools).user(
            tool_case(kind).user
        )
        for surface in (Surface.CHAT_STREAM, Surface.RESPONSES_STREAM)
        for kind in KINDS
    }
    return {name: conversation.send() for name, conversation in asked.items()}


@clause("TOOL-030", "A streamed call begins with its header", level=MUST, source=CHAT)
def test_header(streams, tool_use):
    """The first delta of a streamed tool call MUST carry its id, type and name, and no later one may repeat or change them."""
    _each_chat(streams, tool_use, expect_header_first)


@clause("TOOL-031", "Streamed calls are numbered", level=MUST, source=CHAT)
def test_index(streams, tool_use):
    """Every delta of a streamed tool call MUST carry the call's index, from 0 on, in the order in which calls begin."""
    _each_chat(streams, tool_use, expect_indexes)


@clause("TOOL-032", "Argument deltas join to JSON", level=MUST, source=CHAT)
def test_arguments(streams, tool_use):
    """The argument deltas of a streamed tool call, joined by its index, MUST be one JSON object."""
    _each_chat(streams, tool_use, expect_arguments_in_pieces)


@clause("TOOL-033", "A streamed call ends once", level=MUST, source=CHAT)
def test_end(streams, tool_use):
    """A stream with a tool call MUST have exactly one finish_reason, and no part of the call after it."""
    _each_chat(streams, tool_use, expect_single_finish)


@clause("TOOL-034", "Reasoning comes before the call", level=MUST, source=CHAT)
def test_order(streams, tool_use):
    """All reasoning of a streamed chat completion MUST come before its tool call, and no content after it."""
    _each_chat(streams, tool_use, expect_reasoning_first)


@clause("TOOL-035", "A streamed call is an item with a begin and an end", level=MUST, source=RESPONSES)
def test_item(streams, tool_use):
    """A streamed response MUST announce a call's item with name and call_id, send its arguments, and close the same item."""
    _each_response(streams, tool_use, expect_call_item)


@clause("TOOL-036", "Argument events say the same", level=MUST, source=RESPONSES)
def test_argument_events(streams, tool_use):
    """The argument deltas of a streamed response, joined, MUST be the arguments of the done event and of the finished item."""
    _each_response(streams, tool_use, expect_call_arguments)


def _each_chat(streams, tool_use, judge):
    tool_use.need(Surface.CHAT_STREAM)
    for kind in KINDS:
        exchange = streams[f"chat-stream:{kind}"]
        judge(exchange, read_stream(exchange))


def _each_response(streams, tool_use, judge):
    tool_use.need(Surface.RESPONSES_STREAM)
    if "works" not in tool_use.known[Surface.RESPONSES_STREAM]:
        raise NotApplicable("this release is known to give a streamed response's call in its last event alone")
    for kind in KINDS:
        exchange = streams[f"responses-stream:{kind}"]
        judge(exchange, read_events(exchange).events)
