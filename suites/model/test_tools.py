"""Tool use, per surface: chat, streamed chat, Responses, streamed Responses."""

from fixtures.kit import (
    MUST,
    OBSERVE,
    Surface,
    batch,
    clause,
    expect_any,
    expect_as_version,
    expect_no_call,
    expect_right_call,
    expect_true,
    read_called,
    read_response,
    tool_case,
    tool_cases,
    works,
)

SOURCE = "OpenAI cookbook, verifying gpt-oss implementations; vllm_versions.toml"
CASE = "weather-taipei"


@batch
def answers(ask):
    case = tool_case(CASE)
    calls = {f"responses:{c.id}": ask.responses_tool(c) for c in tool_cases()}
    return calls | {
        "chat": ask.chat_tool(case),
        "chat-stream": ask.chat_tool(case, stream=True),
        "responses": ask.responses_tool(case),
        "responses-stream": ask.responses_tool(case, stream=True),
    }


@batch
def round_trip(ask):
    case = tool_case(CASE)
    spoken = [
        *case.as_messages(),
        {"type": "function_call", "call_id": "call_1", "name": case.call.name, "arguments": case.call.arguments},
        {"type": "function_call_output", "call_id": "call_1", "output": case.result},
    ]
    return {"responses": ask.responses(spoken, tools=[{"type": "function", **t["function"]} for t in case.as_tools()])}


@clause("TOOL-001", "Tools can be called", level=MUST, source=SOURCE)
def test_some_surface(answers):
    """At least one surface MUST make exactly the right tool call: the offered name, arguments that obey the schema."""
    case = tool_case(CASE)
    working = [s for s in Surface if works(answers[s], s, case)]
    expect_true(bool(working), expected="tool use on at least one surface", got="none works")


@clause("TOOL-002", "Chat does what its release does", level=MUST, source=SOURCE)
def test_chat(answers, versions, capability):
    """Tool use on a chat completion MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.CHAT, answers, versions, capability)


@clause("TOOL-003", "Streamed chat does what its release does", level=MUST, source=SOURCE)
def test_chat_stream(answers, versions, capability):
    """Tool use on a streamed chat completion MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.CHAT_STREAM, answers, versions, capability)


@clause("TOOL-004", "Responses does what its release does", level=MUST, source=SOURCE)
def test_responses(answers, versions, capability):
    """Tool use on the Responses API MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.RESPONSES, answers, versions, capability)


@clause("TOOL-005", "Streamed Responses does what its release does", level=MUST, source=SOURCE)
def test_responses_stream(answers, versions, capability):
    """Tool use on the streamed Responses API MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.RESPONSES_STREAM, answers, versions, capability)


@clause("TOOL-006", "Every tool is called rightly", level=MUST, needs=["TOOL-004"], source=SOURCE)
def test_every_case(answers):
    """On the Responses API each tool case MUST end in exactly its right call."""
    for case in (c for c in tool_cases() if c.call):
        exchange = answers[f"responses:{case.id}"]
        expect_right_call(exchange, read_called(exchange, Surface.RESPONSES, case), case)


@clause("TOOL-007", "Tools that do not help are left alone", level=MUST, needs=["TOOL-004"], source=SOURCE)
def test_irrelevant(answers):
    """A question that no offered tool helps with MUST be answered without a call."""
    for case in (c for c in tool_cases() if not c.call):
        exchange = answers[f"responses:{case.id}"]
        expect_no_call(exchange, read_called(exchange, Surface.RESPONSES, case), case)


@clause("TOOL-008", "A tool's result becomes the answer", level=MUST, needs=["TOOL-004"], source=SOURCE)
def test_round_trip(round_trip):
    """After a tool's result the model MUST answer with it."""
    exchange = round_trip["responses"]
    expect_any(exchange, read_response(exchange).text, tool_case(CASE).expect, where="the answer")


@clause("TOOL-009", "The capability matrix is recorded", level=OBSERVE, source=SOURCE)
def test_matrix(answers, versions, capability):
    """What each surface did with a tool, and what its release is expected to do, is recorded."""
    for surface in Surface:
        capability(surface, read_called(answers[surface], surface, tool_case(CASE)).word, versions.tools(surface))


def _judge(surface, answers, versions, capability):
    case, exchange = tool_case(CASE), answers[surface]
    called = read_called(exchange, surface, case)
    capability(surface, called.word, versions.tools(surface))
    expect_as_version(exchange, surface, called, versions.tools(surface))
    if called.word == "works":
        expect_right_call(exchange, called, case)
