"""Chat completions, at once."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_no_markers,
    expect_reasoning_field,
    expect_usage,
    read_chat,
)

SOURCE = "deployment rules 5.3; OpenAI API reference, chat completions"
FACTS = ("product", "sum", "capital-france", "capital-japan", "echo")


@batch
def answers(ask):
    prompts = (*FACTS, "zh-tw", "recall", "system")
    return {name: ask.chat(name) for name in prompts} | {"default": ask.chat("product", reasoning_effort="medium")}


@clause("CHAT-001", "A chat is answered rightly", level=MUST, source=SOURCE)
def test_right_answers(answers):
    """A chat completion MUST answer 200 with the right answer in `content`: sums, facts, and an echo."""
    for name in FACTS:
        expect_content(answers[name], read_chat(answers[name]), chat_prompt(name).expect)


@clause("CHAT-002", "The reasoning is in its field", level=MUST, source="vLLM #27752, #33402", needs=["CHAT-001"])
def test_reasoning_field(answers, versions):
    """The reasoning MUST stand in the field, or fields, of the serving release, and not be empty."""
    exchange = answers["default"]
    expect_reasoning_field(exchange, read_chat(exchange), versions.reasoning_fields)


@clause("CHAT-003", "The usage adds up", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_usage(answers):
    """`usage` MUST count prompt and completion tokens above zero, and their sum as the total."""
    for name in FACTS:
        expect_usage(answers[name], read_chat(answers[name]).usage)


@clause("CHAT-004", "A finished answer says stop", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_finish_reason(answers):
    """An answer that the model ended itself MUST have the finish_reason `stop`."""
    for name in FACTS:
        reason = read_chat(answers[name]).finish_reason
        expect(reason == "stop", answers[name], expected="finish_reason stop", got=reason)


@clause("CHAT-005", "No harmony markup leaks", level=MUST, source="OpenAI harmony format; TensorRT-LLM #9256")
def test_no_markup(answers):
    """Neither content nor reasoning MUST show a control token of the harmony format."""
    for name in answers:
        answer = read_chat(answers[name])
        expect_no_markers(answers[name], answer.content or "", answer.thought)


@clause(
    "CHAT-006", "Traditional Chinese goes in and out", level=MUST, source="the deployment's users", needs=["CHAT-001"]
)
def test_traditional_chinese(answers):
    """A question in Traditional Chinese MUST be answered rightly in Traditional Chinese."""
    expect_content(answers["zh-tw"], read_chat(answers["zh-tw"]), chat_prompt("zh-tw").expect)


@clause("CHAT-007", "Earlier turns are remembered", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_earlier_turns(answers):
    """The answer MUST use what earlier turns of the conversation said."""
    expect_content(answers["recall"], read_chat(answers["recall"]), chat_prompt("recall").expect)


@clause("CHAT-008", "The system message reaches the model", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_system_message(answers):
    """The answer MUST use what the system message said."""
    expect_content(answers["system"], read_chat(answers["system"]), chat_prompt("system").expect)
