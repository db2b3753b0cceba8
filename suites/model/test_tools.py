"""Tool use, per surface: chat, streamed chat, Responses, streamed Responses."""

from fixtures.kit import (
    MUST,
    OBSERVE,
    Surface,
    batch,
    clause,
    expect_as_version,
    expect_right_call,
    expect_true,
    read_called,
    tool_case,
    works,
)

SOURCE = "OpenAI cookbook, verifying gpt-oss implementations; vllm_versions.toml"
CASE = "weather-taipei"


@batch
def answers(ask):
    case = tool_case(CASE)
    return {
        "chat": ask.chat_tool(case),
        "chat-stream": ask.chat_tool(case, stream=True),
        "responses": ask.responses_tool(case),
        "responses-stream": ask.responses_tool(case, stream=True),
    }


@clause("TOOL-001", "Tools can be called", level=MUST, source=SOURCE)
def test_some_surface(answers):
    """At least one surface MUST make exactly the right tool call: the offered name, arguments that obey the schema."""
    case = tool_case(CASE)
    working = [s for s in Surface if works(answers[s], s, case)]
    expect_true(bool(working), expected="tool use on at least one surface", got="none works")


@clause("TOOL-002", "Chat does what its release does", level=MUST, source=SOURCE)
def test_chat(answers, tool_use, capability):
    """Tool use on a chat completion MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.CHAT, answers, tool_use, capability)


@clause("TOOL-003", "Streamed chat does what its release does", level=MUST, source=SOURCE)
def test_chat_stream(answers, tool_use, capability):
    """Tool use on a streamed chat completion MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.CHAT_STREAM, answers, tool_use, capability)


@clause("TOOL-004", "Responses does what its release does", level=MUST, source=SOURCE)
def test_responses(answers, tool_use, capability):
    """Tool use on the Responses API MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.RESPONSES, answers, tool_use, capability)


@clause("TOOL-005", "Streamed Responses does what its release does", level=MUST, source=SOURCE)
def test_responses_stream(answers, tool_use, capability):
    """Tool use on the streamed Responses API MUST be what the serving release is known to do under the contract, or better."""
    _judge(Surface.RESPONSES_STREAM, answers, tool_use, capability)


@clause("TOOL-009", "The capability matrix is recorded", level=OBSERVE, source=SOURCE)
def test_matrix(answers, tool_use, capability):
    """What each surface did with a tool, and what its release is expected to do, is recorded."""
    for surface in Surface:
        capability(surface, read_called(answers[surface], surface, tool_case(CASE)).word, tool_use.known[surface])


def _judge(surface, answers, tool_use, capability):
    case, exchange, known = tool_case(CASE), answers[surface], tool_use.known[surface]
    called = read_called(exchange, surface, case)
    capability(surface, called.word, known)
    expect_as_version(exchange, surface, called, known)
    if called.word == "works":
        expect_right_call(exchange, called, case)
