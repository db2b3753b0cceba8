"""The Responses API: the answer and its object."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_item_order,
    expect_message,
    expect_no_markers,
    field,
    item_text,
    read_chat,
    read_items,
    read_ok,
    read_response,
    read_response_body,
    read_response_stream,
    read_response_usage,
)

SOURCE = "OpenAI API reference, responses"
METADATA = {"suite": "acceptance"}
LIMIT = 512
# At effort low gpt-oss may leave the reasoning out, which would be no defect.
MEDIUM = {"effort": "medium"}


@batch
def answers(ask):
    spoken = chat_prompt("product").as_messages()
    return {
        "whole": ask.responses(spoken, reasoning=MEDIUM),
        "stream": ask.responses(spoken, reasoning=MEDIUM, stream=True),
        "again": ask.responses(spoken, reasoning=MEDIUM),
        "chat": ask.chat("product", reasoning_effort="medium"),
        "multibyte": ask.responses(chat_prompt("multibyte").as_messages(), reasoning=MEDIUM),
        "named": ask.responses(
            spoken,
            instructions="You are a helpful assistant.",
            metadata=METADATA,
            max_output_tokens=LIMIT,
        ),
    }


@clause("RESP-001", "A response is answered rightly", level=MUST, source=SOURCE)
def test_right_answer(answers):
    """A response MUST be completed, with the right answer in an output_text of a message and the reasoning in its item."""
    exchange = answers["whole"]
    reply = read_response(exchange)
    expect(reply.status == "completed", exchange, expected="status completed", got=reply.status)
    expect_any(exchange, reply.text, chat_prompt("product").expect, where="the output text")
    expect(bool(reply.reasoning), exchange, expected="a reasoning item with text", got=reply)
    expect_no_markers(exchange, reply.text, reply.reasoning)


@clause("RESP-002", "A streamed response says the same", level=MUST, source=SOURCE, needs=["RESP-001"])
def test_stream(answers):
    """A streamed response MUST begin with response.created, number its events, and end with the same answer."""
    exchange = answers["stream"]
    streamed, whole = read_response_stream(exchange), read_response(answers["whole"])
    expect(streamed.text == whole.text, exchange, expected=f"the text {whole.text!r}", got=streamed.text)


@clause("RESP-003", "Responses count their tokens", level=MUST, source="vLLM #22667", needs=["RESP-001"])
def test_usage(answers, versions):
    """The usage of a response MUST count input and output tokens, from the release on that counts them."""
    exchange = answers["whole"]
    usage = read_response(exchange).usage
    counted = all(isinstance(usage.get(k), int) and usage[k] > 0 for k in ("input_tokens", "output_tokens"))
    expect(counted or not versions.responses_usage, exchange, expected="tokens counted", got=usage)


@clause("RESP-004", "A response is an object with an id, a time and the model", level=MUST, source=SOURCE)
def test_object(answers, target):
    """A response MUST be an object `response` with an id that begins with resp_, the time of its making and the served model."""
    exchange = answers["whole"]
    body = read_response_body(exchange)
    name = field(exchange, body, "id", str)
    expect(name.startswith("resp_") and len(name) > 5, exchange, expected="an id that begins with resp_", got=name)
    made = field(exchange, body, "created_at", (int, float))
    expect(made > 1_600_000_000, exchange, expected="`created_at` in seconds since 1970", got=made)
    wanted = target.deployment.served_model
    expect(body.get("model") == wanted, exchange, expected=f"`model` {wanted}", got=body.get("model"))


@clause("RESP-005", "Two responses have two ids", level=MUST, source=SOURCE, needs=["RESP-004"])
def test_ids_differ(answers):
    """Each response MUST have an id of its own, and so MUST each of its output items."""
    bodies = [read_response_body(answers[name]) for name in ("whole", "again", "multibyte")]
    exchange = answers["again"]
    ids = [body["id"] for body in bodies] + [i["id"] for body in bodies for i in read_items(exchange, body)]
    expect(len(set(ids)) == len(ids), exchange, expected="ids of responses and items that all differ", got=ids)


@clause("RESP-006", "A finished response is completed, without error", level=MUST, source=SOURCE)
def test_completed(answers):
    """A response that ran to its end MUST have the status completed, no `error` and no `incomplete_details`."""
    exchange = answers["multibyte"]
    body = read_response_body(exchange)
    expect(body.get("status") == "completed", exchange, expected="status completed", got=body.get("status"))
    for name in ("error", "incomplete_details"):
        expect(body.get(name) is None, exchange, expected=f"`{name}` null or absent", got=body.get(name))


@clause("RESP-007", "Reasoning comes before the message", level=MUST, source=SOURCE)
def test_item_order(answers):
    """The output of a response without tools MUST be its reasoning items and then one message, each with an id of its own."""
    exchange = answers["whole"]
    expect_item_order(exchange, read_items(exchange, read_response_body(exchange)))


@clause("RESP-008", "Reasoning stands in reasoning_text", level=MUST, source="vLLM 0.10.1, serving_responses.py")
def test_reasoning_item(answers):
    """A reasoning item MUST carry its text in content parts of type reasoning_text, and a list of summaries."""
    exchange = answers["whole"]
    items = [i for i in read_items(exchange, read_response_body(exchange)) if i["type"] == "reasoning"]
    expect(bool(items), exchange, expected="a reasoning item", got="none")
    for item in items:
        expect(bool(item_text(exchange, item).strip()), exchange, expected="text in the reasoning item", got=item)
        summary = item.get("summary")
        expect(isinstance(summary, list), exchange, expected="`summary` to be a list in the reasoning item", got=item)


@clause("RESP-009", "The answer stands in a message of the assistant", level=MUST, source=SOURCE)
def test_message_item(answers):
    """The message MUST be the assistant's and completed, with content parts of type output_text that list annotations."""
    exchange = answers["whole"]
    items = [i for i in read_items(exchange, read_response_body(exchange)) if i["type"] == "message"]
    expect(bool(items), exchange, expected="a message", got="none")
    for item in items:
        expect_message(exchange, item)


@clause("RESP-010", "The answer is not left in the reasoning", level=MUST, source=SOURCE)
def test_answer_not_only_in_reasoning(answers):
    """The answer MUST stand in the message, whole and alone: neither only in the reasoning, nor the reasoning with it."""
    exchange = answers["multibyte"]
    reply = read_response(exchange)
    wanted = chat_prompt("multibyte").expect[0]
    if wanted in reply.reasoning:
        expect(bool(reply.text), exchange, expected="the answer in the message", got="it only in the reasoning")
    thought = reply.reasoning.strip()
    mixed = bool(thought) and thought in reply.text and thought not in wanted
    expect(not mixed, exchange, expected="the reasoning apart from the answer", got=reply.text)


@clause("RESP-011", "Multi-byte text arrives whole", level=MUST, source=SOURCE)
def test_multibyte(answers):
    """Characters of several bytes MUST arrive unchanged."""
    exchange = answers["multibyte"]
    text = read_response(exchange).text
    expect("\ufffd" not in text, exchange, expected="no replacement character", got=text)
    expect_any(exchange, text, chat_prompt("multibyte").expect, where="the output text")


@clause("RESP-012", "The usage of a response adds up", level=MUST, source="vLLM #22667")
def test_usage_adds_up(answers, versions):
    """Where the release counts, input_tokens and output_tokens MUST be above zero and add up to total_tokens."""
    if not versions.responses_usage:
        raise NotApplicable(f"vLLM {versions.version} counts no tokens of responses")
    for name in ("whole", "multibyte"):
        read_response_usage(answers[name], read_response_body(answers[name]))


@clause("RESP-013", "The tokens of reasoning are counted", level=MUST, source="vLLM 0.32, recorded")
def test_reasoning_tokens(answers, versions):
    """Where the release counts them, the tokens of reasoning MUST be above zero and below the output tokens."""
    if not versions.responses_reasoning_tokens:
        raise NotApplicable(f"whether vLLM {versions.version} counts the tokens of reasoning is not known")
    exchange = answers["whole"]
    usage = read_response_usage(exchange, read_response_body(exchange))
    counted = 0 < usage.reasoning < usage.output
    expect(counted, exchange, expected="reasoning_tokens above 0 and below output_tokens", got=usage)


@clause("RESP-014", "Both APIs see the same prompt", level=MUST, source="vLLM 0.32, recorded")
def test_same_prompt(answers, versions):
    """Where the release renders both surfaces alike, a conversation MUST have the same number of prompt tokens on both."""
    if not versions.responses_same_prompt:
        raise NotApplicable(f"whether vLLM {versions.version} renders both surfaces alike is not known")
    exchange, chat = answers["whole"], read_ok(answers["chat"])
    given = read_response_usage(exchange, read_response_body(exchange)).input
    wanted = (chat.get("usage") or {}).get("prompt_tokens")
    expect(given == wanted, exchange, expected=f"input_tokens {wanted}, as chat counts", got=given)


@clause("RESP-015", "Both APIs answer alike", level=MUST, source="deployment rules")
def test_same_answer(answers):
    """At temperature 0 a question with one short answer MUST be answered alike by the chat and the Responses API."""
    exchange = answers["whole"]
    text, chat = read_response(exchange).text.strip(), (read_chat(answers["chat"]).content or "").strip()
    expect(text == chat, exchange, expected=f"the text {chat!r}, as chat says", got=text)


@clause("RESP-016", "A response repeats at temperature 0", level=MUST, source="deployment rules")
def test_repeats(answers):
    """At temperature 0 the same question with one short answer MUST get the same text again."""
    exchange = answers["again"]
    text, before = read_response(exchange).text, read_response(answers["whole"]).text
    expect(text == before, exchange, expected=f"the text {before!r} again", got=text)


@clause("RESP-017", "A response names what was asked", level=MUST, source=SOURCE)
def test_echo(answers):
    """A response MUST name the instructions, metadata, temperature and max_output_tokens of its request."""
    exchange = answers["named"]
    body = read_response_body(exchange)
    wanted = {
        "instructions": "You are a helpful assistant.",
        "metadata": METADATA,
        "temperature": 0,
        "max_output_tokens": LIMIT,
    }
    for name, value in wanted.items():
        expect(body.get(name) == value, exchange, expected=f"`{name}` {value!r}", got=body.get(name))
