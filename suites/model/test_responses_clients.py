"""What clients really send on Responses: Codex's options, their own items whole, tools of every form, odd inputs."""

from fixtures.kit import (
    BUILT_IN_TOOLS,
    MALFORMED_ARGUMENTS,
    MUST,
    TOOL_FORMS,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_no_markers,
    expect_no_server_error,
    part,
    read_response,
    read_response_body,
    read_response_usage,
    responses_tool,
    tool_case,
)

SOURCE = "OpenAI API reference, responses; requests of Codex and of the OpenAI SDKs"
CASE = tool_case("weather-taipei")
FEW = 16  # tokens, where it is the server's taking the request that matters
# What Codex sends with each request, beside model, input, instructions and tools.
CODEX = {
    "include": ["reasoning.encrypted_content"],
    "store": False,
    "parallel_tool_calls": False,
    "prompt_cache_key": "0199a1b2-0000-7000-8000-000000000000",
    "tool_choice": "auto",
    "reasoning": {"effort": "low", "summary": "auto"},
    "text": {"verbosity": "medium"},
}
UNSET = ("instructions", "previous_response_id", "metadata", "user", "include", "store", "top_p", "max_tool_calls")
# How an assistant's message comes back: the text's part, and the item's other fields.
MESSAGES = {
    "as the OpenAI SDK dumps it": ({"annotations": [], "logprobs": None}, {"id": "msg_1", "status": "completed"}),
    "with its phase": ({"annotations": []}, {"id": "msg_1", "status": "completed", "phase": "final_answer"}),
}
# How its reasoning comes back, where the client does not keep the text, or keeps it in another place.
REASONINGS = {
    "no content": {},
    "content null": {"content": None, "encrypted_content": None, "status": None},
    "no text in its content": {"content": []},
    "encrypted content": {"encrypted_content": "gAAAAABo"},
    "a summary": {"summary": [{"type": "summary_text", "text": "A name."}]},
}
WEATHER = {"role": "user", "content": CASE.user}
CALL = {"type": "function_call", "call_id": "call_1", "name": CASE.call.name, "arguments": CASE.call.arguments}
RESULT = {"type": "function_call_output", "call_id": "call_1", "output": CASE.result}
ECHO = chat_prompt("echo").as_messages()
# What some releases refuse and others take; none may stumble over it.
ODD = {
    "a refusal": [{"role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot."}]}, *ECHO],
    "no item": [],
    "a message of no parts": [{"role": "user", "content": []}],
    "a reference to an item": [{"type": "item_reference", "id": "msg_1"}, *ECHO],
    "a search that was made elsewhere": [{"type": "web_search_call", "id": "ws_1", "status": "completed"}, *ECHO],
    "a call of a custom tool": [{"type": "custom_tool_call", "call_id": "c", "name": "patch", "input": "x"}, *ECHO],
    "a summary of what was before": [{"type": "compaction", "encrypted_content": "gAAAAABo"}, *ECHO],
    "an item of no known type": [{"type": "frobnicate"}, *ECHO],
    "a call that was never answered": [WEATHER, CALL, *ECHO],
    "a result of no call": [{**RESULT, "call_id": "call_9"}, *ECHO],
    "a result that is empty": [WEATHER, CALL, {**RESULT, "output": ""}],
    "a result in parts": [WEATHER, CALL, {**RESULT, "output": [{"type": "input_text", "text": CASE.result}]}],
    "arguments that are an object": [WEATHER, {**CALL, "arguments": {"city": "Taipei"}}, RESULT],
    "an image": [{"role": "user", "content": [{"type": "input_image", "image_url": "data:image/png;base64,AAAA"}]}],
    "a file": [{"role": "user", "content": [{"type": "input_file", "filename": "a.txt", "file_data": "AAAA"}]}],
}
EFFORTS = ("minimal", "none", "xhigh")


def _said_back(part_fields, fields, *before):
    """The conversation of a name that is remembered, with the assistant's message as an item."""
    first, answer, question = chat_prompt("recall").as_messages()
    text = {"type": "output_text", "text": answer["content"], **part_fields}
    return [first, *before, {"type": "message", "role": "assistant", "content": [text], **fields}, question]


def _thought_back(fields):
    reasoning = {"type": "reasoning", "id": "rs_1", "summary": [], **fields}
    return _said_back(*MESSAGES["as the OpenAI SDK dumps it"], reasoning)


@batch
def answers(ask):
    offered = [responses_tool(name) for name in CASE.tools]
    few = {"max_output_tokens": FEW}
    return {
        "plain": ask.responses(chat_prompt("recall").as_messages()),
        "codex": ask.responses(ECHO, **CODEX),
        "unset": ask.responses(ECHO, **dict.fromkeys(UNSET)),
        "thirty": ask.responses(
            ECHO, tools=[_function(f"tool_{n}", {"description": "A tool."}) for n in range(30)], **few
        ),
        "large result": ask.responses(
            [WEATHER, CALL, {**RESULT, "output": "a line of a log\n" * 1200}], tools=offered, **few
        ),
        **{f"message {name}": ask.responses(_said_back(*fields)) for name, fields in MESSAGES.items()},
        **{f"reasoning of {name}": ask.responses(_thought_back(fields)) for name, fields in REASONINGS.items()},
        **{
            f"arguments {name}": ask.responses([WEATHER, {**CALL, "arguments": given}, RESULT], tools=offered, **few)
            for name, given in MALFORMED_ARGUMENTS.items()
        },
        **{
            f"function of {name}": ask.responses(ECHO, tools=[_function("a_tool", fields)], **few)
            for name, fields in TOOL_FORMS.items()
        },
        **{
            f"tool {name}": ask.responses(ECHO, tools=[*offered, given], **few)
            for name, given in BUILT_IN_TOOLS.items()
        },
        **{f"odd {name}": ask.responses(items, tools=offered, **few) for name, items in ODD.items()},
        **{f"effort {name}": ask.responses(ECHO, reasoning={"effort": name}, **few) for name in EFFORTS},
    }


def _function(name, fields):
    return {"type": "function", "name": name, **fields}


def _expect_echo(exchange):
    expect_any(exchange, read_response(exchange).text, chat_prompt("echo").expect, where="the output text")


def _expect_recalled(exchange):
    expect_any(exchange, read_response(exchange).text, chat_prompt("recall").expect, where="the output text")


def _expect_taken(exchange):
    """Answered as a response is, whatever it says, and as far as its tokens reach."""
    for text in _texts(read_response_body(exchange)):
        expect_no_markers(exchange, text)


def _texts(body):
    """The texts of its messages."""
    return [each.get("text", "") for item in body["output"] if item["type"] == "message" for each in item["content"]]


@clause("CLIENT-020", "Codex's options are taken", level=MUST, source=SOURCE)
def test_codex(answers):
    """A response with the options that Codex sends MUST be answered rightly: include, store, verbosity, a cache key."""
    _expect_echo(answers["codex"])


@clause("CLIENT-021", "Null means not set on Responses", level=MUST, source=SOURCE)
def test_unset(answers):
    """A response whose optional fields are null, as the API reference allows it, MUST be answered as one without them."""
    _expect_echo(answers["unset"])


@clause("CLIENT-022", "A response's own message is taken back", level=MUST, source=SOURCE)
def test_messages(answers, versions):
    """An assistant's message item, whole as SDKs dump it, MUST be read as its text: the right answer, and the same prompt."""
    for name in MESSAGES:
        with part():
            exchange = answers[f"message {name}"]
            _expect_recalled(exchange)
            if versions.responses_usage:
                wanted, got = _prompt_tokens(answers["plain"]), _prompt_tokens(exchange)
                expect(got == wanted, exchange, expected=f"{wanted} input_tokens for a message {name}", got=got)


def _prompt_tokens(exchange):
    return read_response_usage(exchange, read_response_body(exchange)).input


@clause("CLIENT-023", "Reasoning without its text is taken back", level=MUST, source=SOURCE)
def test_reasonings(answers):
    """A reasoning item without content, or with it encrypted, MUST be taken, and the conversation be answered rightly.

    Why: clients that store nothing, Codex among them, send reasoning back as they got it, and often without its text.
    """
    for name in REASONINGS:
        with part():
            _expect_recalled(answers[f"reasoning of {name}"])


@clause("CLIENT-024", "Odd inputs are no server error", level=MUST, source=SOURCE)
def test_odd_inputs(answers):
    """An input as clients keep it, with items that the server does not know, MUST be answered or refused with 4xx."""
    for name in ODD:
        with part():
            expect_no_server_error(answers[f"odd {name}"], name)


@clause(
    "CLIENT-025", "A malformed call of old blocks no response", level=MUST, source="operators: 400 for ever after it"
)
def test_malformed_arguments(answers):
    """A conversation in which the model once wrote malformed arguments MUST be answered, on every later turn."""
    for name in MALFORMED_ARGUMENTS:
        with part():
            _expect_taken(answers[f"arguments {name}"])


@clause("CLIENT-026", "Functions of every form are taken on Responses", level=MUST, source=SOURCE)
def test_functions(answers):
    """A function without description or parameters, strict, or with a schema of references or alternatives MUST be taken."""
    for name in TOOL_FORMS:
        with part():
            _expect_taken(answers[f"function of {name}"])


@clause("CLIENT-027", "Tools that are not the server's harm no response", level=MUST, source=SOURCE)
def test_built_in(answers):
    """A tool of a type that the server does not have MUST be refused with 4xx or ignored."""
    for name in BUILT_IN_TOOLS:
        with part():
            expect_no_server_error(answers[f"tool {name}"], f"a tool of type {name}")


@clause("CLIENT-028", "Many tools and a long result are taken on Responses", level=MUST, source=SOURCE)
def test_large(answers):
    """Thirty tools in one request, and a tool's result of 20 kB, MUST be taken."""
    for name in ("thirty", "large result"):
        with part():
            _expect_taken(answers[name])


@clause("CLIENT-029", "An effort of other models is no server error", level=MUST, source=SOURCE)
def test_efforts(answers):
    """An effort that only other models have MUST be refused with 4xx or answered."""
    for name in EFFORTS:
        with part():
            expect_no_server_error(answers[f"effort {name}"], f"the effort {name}")
