"""The Responses API: what of a request reaches the model."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_true,
    items_to_send_back,
    read_response,
    read_response_body,
    read_response_usage,
)

SOURCE = "OpenAI API reference, responses"
EFFORT_PROMPTS = ("product", "sum", "capital-france")


def conversation(ask, *kinds):
    """A first question, and a second one behind those output items of the first answer that have these types."""
    first, _, second = chat_prompt("json-second-turn").as_messages()
    exchange = yield ask.responses([first])
    items = [item for item in items_to_send_back(exchange) if item["type"] in kinds]
    if items:
        yield ask.responses([first, *items, second])


@batch
def answers(ask):
    said, recall, (rule, question) = (
        chat_prompt("product").messages[0].content,
        chat_prompt("recall"),
        chat_prompt("system").messages,
    )
    parts = [{"role": "user", "content": [{"type": "input_text", "text": said}]}]
    return {
        "text": ask.responses(said),
        "list": ask.responses(chat_prompt("product").as_messages()),
        "parts": ask.responses(parts),
        "turns": ask.responses(recall.as_messages()),
        "instructions": ask.responses(question.content, instructions=rule.content),
        "message back": conversation(ask, "message"),
        "all back": conversation(ask, "reasoning", "message"),
        **{f"low {name}": ask.responses(chat_prompt(name).as_messages()) for name in EFFORT_PROMPTS},
        **{
            f"high {name}": ask.responses(chat_prompt(name).as_messages(), reasoning={"effort": "high"})
            for name in EFFORT_PROMPTS
        },
    }


@clause("RESP-020", "A string is an input", level=MUST, source=SOURCE)
def test_text(answers):
    """An input that is a string MUST be answered as one message of the user."""
    exchange = answers["text"]
    expect_any(exchange, read_response(exchange).text, chat_prompt("product").expect, where="the output text")


@clause("RESP-021", "Content parts are an input", level=MUST, source=SOURCE)
def test_parts(answers):
    """A message whose content is a list of input_text parts MUST be read."""
    exchange = answers["parts"]
    expect_any(exchange, read_response(exchange).text, chat_prompt("product").expect, where="the output text")


@clause("RESP-022", "The form of the input does not change the prompt", level=MUST, source=SOURCE)
def test_same_prompt(answers, versions):
    """The same text as a string, a message or content parts MUST make the same prompt: as many input tokens, where counted."""
    if versions.responses_usage:
        counts = {
            n: read_response_usage(answers[n], read_response_body(answers[n])).input for n in ("text", "list", "parts")
        }
        expect_true(len(set(counts.values())) == 1, expected="the same input_tokens for all three forms", got=counts)
    else:
        texts = {n: read_response(answers[n]).text for n in ("text", "list", "parts")}
        expect_true(len(set(texts.values())) == 1, expected="the same text for all three forms", got=texts)


@clause("RESP-023", "Earlier turns reach the model", level=MUST, source=SOURCE)
def test_turns(answers):
    """What was said in earlier messages of the input MUST reach the model."""
    exchange = answers["turns"]
    expect_any(exchange, read_response(exchange).text, chat_prompt("recall").expect, where="the output text")


@clause("RESP-024", "Instructions reach the model", level=MUST, source=SOURCE)
def test_instructions(answers, versions):
    """Where the release renders them without tools, what the `instructions` say MUST reach the model."""
    if not versions.responses_instructions:
        raise NotApplicable(f"vLLM {versions.version} may drop instructions where no tools are offered (#44330)")
    exchange, wanted = answers["instructions"], chat_prompt("system").expect
    expect_any(exchange, read_response(exchange).text, wanted, where="the output text")


@clause("RESP-025", "A message is taken back", level=MUST, source=SOURCE)
def test_message_back(answers):
    """The message of a response, sent back with the next question, MUST be accepted, and its content MUST reach the model."""
    _expect_second(answers, "message back")


@clause(
    "RESP-026", "Reasoning is taken back", level=MUST, source="OpenAI, handling the raw chain of thought in gpt-oss"
)
def test_reasoning_back(answers):
    """All output items of a response, its reasoning among them, MUST be accepted in the input of the next."""
    _expect_second(answers, "all back")


def _expect_second(answers, name):
    turns = answers.turns(name)
    read_response(turns[0])
    expect(len(turns) == 2, turns[0], expected="an answer that can be sent back", got=turns[0].text)
    text = read_response(turns[1]).text
    for wanted in ("Alice", "31"):
        expect_any(turns[1], text, [wanted], where="the second answer")


@clause("RESP-027", "More effort means more reasoning", level=MUST, source="OpenAI, gpt-oss model card")
def test_effort(answers):
    """Over several questions, the reasoning at effort high MUST be longer than at effort low."""
    length = {
        effort: sum(len(read_response(answers[f"{effort} {name}"]).reasoning) for name in EFFORT_PROMPTS)
        for effort in ("low", "high")
    }
    expect_true(length["high"] > length["low"], expected="more characters of reasoning at high than at low", got=length)
