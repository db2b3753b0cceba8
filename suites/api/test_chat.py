"""Chat completions, at once."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_about_now,
    expect_clean,
    expect_content,
    expect_no_markers,
    expect_reasoning_field,
    expect_said,
    expect_usage,
    field,
    read_chat,
    read_ok,
)

SOURCE = "deployment rules 5.3; OpenAI API reference, chat completions"
FACTS = ("product", "sum", "capital-france", "capital-japan", "echo")
TALKS = (*FACTS, "zh-tw", "recall", "recall-long", "system", "developer", "count")


def _in_parts(ask):
    """The product's question as two text parts."""
    first, rest = chat_prompt("product").messages[0].content.split("?")
    parts = [{"type": "text", "text": f"{first}?"}, {"type": "text", "text": rest}]
    return ask.chat([{"role": "user", "content": parts}])


@batch
def answers(ask):
    named = [{**message, "name": "alice"} for message in chat_prompt("echo").as_messages()]
    return {name: ask.chat(name) for name in TALKS} | {
        "default": ask.chat("product", reasoning_effort="medium"),
        "parts": _in_parts(ask),
        "named": ask.chat(named),
    }


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
    """Content and reasoning MUST NOT show a control token of the harmony format."""
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


@clause("CHAT-009", "An answer has the shape of a completion", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_shape(answers):
    """An answer MUST be one `chat.completion` with an id, and with one choice of index 0 by the role `assistant`."""
    for name in answers:
        exchange, body = answers[name], read_ok(answers[name])
        read_chat(exchange)
        made = field(exchange, body, "id", str)
        expect(made.startswith("chatcmpl-"), exchange, expected="an `id` that begins with chatcmpl-", got=made)
        indexes = [choice.get("index") for choice in body["choices"]]
        expect(indexes == [0], exchange, expected="one choice, of `index` 0", got=indexes)
        role = body["choices"][0]["message"].get("role")
        expect(role == "assistant", exchange, expected="the `role` assistant", got=role)


@clause("CHAT-010", "An answer names its model and its time", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_model_and_time(answers, target):
    """`model` MUST be the served name, and `created` the time of the answer in seconds, within a day of the client's."""
    for name in answers:
        exchange, body = answers[name], read_ok(answers[name])
        served = target.deployment.served_model
        expect(body.get("model") == served, exchange, expected=f"`model` {served}", got=body.get("model"))
        expect_about_now(exchange, field(exchange, body, "created", int))


@clause("CHAT-011", "No two answers share an id", level=MUST, source=SOURCE, needs=["CHAT-009"])
def test_ids(answers):
    """Every answer MUST have an id of its own."""
    seen = {}
    for name in answers:
        exchange, made = answers[name], read_ok(answers[name])["id"]
        expect(made not in seen, exchange, expected="an `id` of its own", got=f"{made}, as {seen.get(made)} had")
        seen[made] = exchange.label


@clause("CHAT-012", "Tokens that are spent say something", level=MUST, source="vLLM #37030, #41902")
def test_said(answers):
    """An answer on which tokens were spent MUST have content, reasoning or a call.

    Why: on some kernels of sm_121 the first harmony token goes wrong, and then nothing of the answer is parsed.
    """
    for name in answers:
        expect_said(answers[name], read_chat(answers[name]))


@clause("CHAT-013", "The answer stands in the content", level=MUST, source="vLLM #23694", needs=["CHAT-012"])
def test_in_content(answers):
    """A finished answer MUST have `content`: an answer that stands in the reasoning alone is lost to a client."""
    for name in answers:
        answer = read_chat(answers[name])
        lost = answer.finish_reason == "stop" and not answer.content
        expect(not lost, answers[name], expected="the answer in `content`", got=f"only reasoning: {answer.thought!r}")


@clause("CHAT-014", "The tokens that are counted were spent", level=MUST, source=SOURCE, needs=["CHAT-003"])
def test_counted(answers):
    """`completion_tokens` of a long count MUST be at least its numbers and commas, and fewer than its characters."""
    exchange = answers["count"]
    answer = read_chat(exchange)
    text, spent = f"{answer.content}{answer.thought}", answer.usage["completion_tokens"]
    expect_content(exchange, answer, chat_prompt("count").expect)
    plausible = 99 <= spent < len(text)
    expect(plausible, exchange, expected=f"99 to {len(text) - 1} completion tokens for 50 numbers", got=spent)


@clause("CHAT-015", "An answer says that it is JSON", level=MUST, source="RFC 8259, section 11")
def test_content_type(answers):
    """An answer MUST have the content type application/json."""
    for name in answers:
        kind = answers[name].header("content-type")
        expect(kind.split(";")[0].strip() == "application/json", answers[name], expected="application/json", got=kind)


@clause("CHAT-016", "The developer message reaches the model", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_developer_message(answers):
    """The answer MUST use what a message of the role `developer` said."""
    expect_content(answers["developer"], read_chat(answers["developer"]), chat_prompt("developer").expect)


@clause("CHAT-017", "Text parts are one text", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_text_parts(answers):
    """A message whose content is a list of text parts MUST be answered as the same text in one string, part for part."""
    exchange = answers["parts"]
    expect_content(exchange, read_chat(exchange), chat_prompt("product").expect)
    once, parts = (read_chat(answers[name]).usage.get("prompt_tokens") for name in ("product", "parts"))
    expect(once == parts, exchange, expected=f"{once} prompt tokens, as for one string", got=parts)


@clause("CHAT-018", "A long conversation is remembered", level=MUST, source=SOURCE, needs=["CHAT-007"])
def test_long_conversation(answers):
    """The answer MUST use what the first of many turns said."""
    expect_content(answers["recall-long"], read_chat(answers["recall-long"]), chat_prompt("recall-long").expect)


@clause("CHAT-019", "A message may have a name", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_named(answers):
    """A user message with a `name` MUST be answered like one without."""
    expect_content(answers["named"], read_chat(answers["named"]), chat_prompt("echo").expect)


@clause("CHAT-020", "Text is made of whole characters", level=MUST, source="Unicode 16, section 3.9")
def test_characters(answers):
    """Content and reasoning MUST hold no replacement character, no half of a surrogate pair and no NUL."""
    for name in answers:
        answer = read_chat(answers[name])
        expect_clean(answers[name], answer.content or "", answer.thought)
