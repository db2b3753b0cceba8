"""What clients really send on chat: their own messages whole, nulls for the unset, tools of every form, odd histories."""

import json

from fixtures.kit import (
    BUILT_IN_TOOLS,
    MALFORMED_ARGUMENTS,
    MUST,
    TOOL_FORMS,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_no_markers,
    expect_no_server_error,
    expect_status_class,
    part,
    read_chat,
    read_ok,
    tool_case,
)

SOURCE = "OpenAI API reference; requests of the OpenAI SDKs, Open WebUI, LangChain and Codex"
CASE = tool_case("weather-taipei")
FEW = 16  # tokens, where it is the server's taking the request that matters
# How clients dress an assistant's message that they send back.
DRESSED = {
    "as the OpenAI SDK dumps it": {
        "refusal": None,
        "annotations": [],
        "audio": None,
        "function_call": None,
        "tool_calls": None,
    },
    "with an empty list of calls": {"tool_calls": []},
    "with its reasoning": {"reasoning": "The user tells me a name.", "reasoning_content": "The user tells me a name."},
    "with fields of the client's own": {"id": "msg-1", "timestamp": 1753900000, "done": True},
}
UNSET = (
    "stop",
    "seed",
    "n",
    "user",
    "logit_bias",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "logprobs",
    "top_logprobs",
    "response_format",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "stream_options",
    "metadata",
    "service_tier",
    "max_completion_tokens",
)
DESCRIBED = {"description": "A tool."}
LONG = "x y " * 25_000
HALF = "Say OK \ud83d"  # and the first half of an emoji


def _asked(*messages):
    return [*messages, *chat_prompt("echo").as_messages()]


def _call(arguments=CASE.call.arguments, *, name=CASE.call.name, **fields):
    function = {"name": name, "arguments": arguments}
    made = [{"id": "call_1", "type": "function", "function": function}]
    return {"role": "assistant", "content": None, "tool_calls": made, **fields}


RESULT = {"role": "tool", "tool_call_id": "call_1", "content": CASE.result}
WEATHER = {"role": "user", "content": CASE.user}
# What some releases refuse and others take; none may stumble over it.
ODD = {
    "a refusal": _asked({"role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot."}]}),
    "a part of thinking": _asked({"role": "assistant", "content": [{"type": "thinking", "thinking": "Hm."}]}),
    "an answer that is null": _asked({"role": "assistant", "content": None}),
    "a question of no content": [{"role": "user"}],
    "a question of no parts": [{"role": "user", "content": []}],
    "a call without content": [WEATHER, {k: v for k, v in _call().items() if k != "content"}, RESULT],
    "a call that was never answered": _asked(WEATHER, _call()),
    "a result of no call": _asked(RESULT),
    "a result without its call's id": [WEATHER, _call(), {"role": "tool", "content": CASE.result}],
    "a call of a name with a marker in it": [WEATHER, _call(name="get_weather<|channel|>commentary"), RESULT],
    "a call of a tool that is not offered": [WEATHER, _call(name="no_such_tool"), RESULT],
    "a call of no name": [WEATHER, _call(name=""), RESULT],
    "arguments that are an object": [WEATHER, _call({"city": "Taipei"}), RESULT],
    "arguments that are null": [WEATHER, _call(None), RESULT],
    "a result of the role function": [WEATHER, {"role": "function", "name": "get_weather", "content": CASE.result}],
    "an assistant that has the last word": _asked({"role": "assistant", "content": "PO"})[::-1],
    "two system messages": _asked(*({"role": "system", "content": text} for text in ("Be brief.", "Be kind."))),
    "a system message at the end": _asked({"role": "system", "content": "Be brief."})[::-1],
}


def _dressed(ask, fields):
    messages = chat_prompt("recall").as_messages()
    return ask.chat([{**each, **fields} if each["role"] == "assistant" else each for each in messages])


def _without_limit(ask, **options):
    body = ask.chat_body("echo", **options)
    del body["max_tokens"]
    return ask.post("/v1/chat/completions", body)


def _function(name, fields):
    return {"type": "function", "function": {"name": name, **fields}}


def _half(ask, path, **body):
    """A body that holds half a surrogate, as JSON can spell it."""
    made = {"model": ask.target.deployment.served_model, "max_tokens": FEW, **body}
    return ask.post(path, json.dumps(made).encode())


@batch
def answers(ask):
    offered = CASE.as_tools()
    return {
        "plain": ask.chat("recall"),
        "unset": ask.chat("echo", **dict.fromkeys(UNSET)),
        "unlimited": _without_limit(ask),
        "large result": ask.chat(
            [WEATHER, _call(), {**RESULT, "content": "one more line of a log\n" * 900}], tools=offered, max_tokens=FEW
        ),
        "thirty": ask.chat("echo", tools=[_function(f"tool_{n}", DESCRIBED) for n in range(30)], max_tokens=FEW),
        "half a chat": _half(ask, "/v1/chat/completions", messages=[{"role": "user", "content": HALF}]),
        "half a response": _half(ask, "/v1/responses", input=HALF),
        "half a text": _half(ask, "/v1/completions", prompt=HALF),
        "half a tokenization": _half(ask, "/tokenize", prompt=HALF),
        "chat echo": ask.chat([{"role": "user", "content": LONG}, {"role": "assistant", "content": {"a": 5}}]),
        "response echo": ask.responses([{"role": "user", "content": LONG}, {"type": "function_call", "name": "a"}]),
        **{f"dressed {name}": _dressed(ask, fields) for name, fields in DRESSED.items()},
        **{
            f"arguments {name}": ask.chat([WEATHER, _call(given), RESULT], tools=offered, max_tokens=FEW)
            for name, given in MALFORMED_ARGUMENTS.items()
        },
        **{
            f"function of {name}": ask.chat("echo", tools=[_function("a_tool", fields)], max_tokens=FEW)
            for name, fields in TOOL_FORMS.items()
        },
        **{f"tool {name}": ask.chat("echo", tools=[*offered, given]) for name, given in BUILT_IN_TOOLS.items()},
        **{f"odd {name}": ask.chat(messages, tools=offered, max_tokens=FEW) for name, messages in ODD.items()},
    }


def _prompt_tokens(exchange):
    return read_chat(exchange).usage["prompt_tokens"]


def _expect_taken(exchange):
    """Answered as a chat is, whatever the answer says."""
    for choice in read_ok(exchange)["choices"]:
        expect_no_markers(exchange, choice["message"].get("content") or "")


@clause("CLIENT-001", "A client's own messages are taken back", level=MUST, source=SOURCE, needs=["CHAT-007"])
def test_own_messages(answers):
    """An assistant's message, sent back as clients keep it, MUST be read as its plain text: the same prompt, the right answer.

    Why: SDKs and user interfaces send back every field that they were given, and some of their own.
    """
    for name in DRESSED:
        with part():
            exchange = answers[f"dressed {name}"]
            expect_content(exchange, read_chat(exchange), chat_prompt("recall").expect)
            wanted, got = _prompt_tokens(answers["plain"]), _prompt_tokens(exchange)
            expect(got == wanted, exchange, expected=f"{wanted} prompt tokens for a message {name}", got=got)


@clause("CLIENT-002", "Null means not set", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_unset(answers):
    """A chat whose optional fields are all null MUST be answered as one without them.

    Why: clients in typed languages write out every field that they have.
    """
    expect_content(answers["unset"], read_chat(answers["unset"]), chat_prompt("echo").expect)


@clause("CLIENT-003", "A chat without a limit comes to its end", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_unlimited(answers):
    """A chat without max_tokens MUST be answered to the end: most clients send none."""
    exchange = answers["unlimited"]
    answer = read_chat(exchange)
    expect_content(exchange, answer, chat_prompt("echo").expect)
    expect(answer.finish_reason == "stop", exchange, expected="finish_reason stop", got=answer.finish_reason)


@clause("CLIENT-004", "Odd histories are no server error", level=MUST, source=SOURCE)
def test_odd_histories(answers):
    """A conversation as it is left by a refusal, an interruption or a model's slip MUST be answered or refused with 4xx."""
    for name in ODD:
        with part():
            expect_no_server_error(answers[f"odd {name}"], name)


@clause("CLIENT-005", "A malformed call of old blocks nothing", level=MUST, source="operators: 400 for ever after it")
def test_malformed_arguments(answers):
    """A conversation in which the model once wrote malformed arguments MUST be answered, on every later turn.

    Why: the client keeps what the model wrote, and sends it back with each request: one slip would end the conversation.
    """
    for name in MALFORMED_ARGUMENTS:
        with part():
            _expect_taken(answers[f"arguments {name}"])


@clause("CLIENT-006", "Functions of every form are taken", level=MUST, source=SOURCE)
def test_functions(answers):
    """A function without description or parameters, strict, or with a schema of references or alternatives MUST be taken."""
    for name in TOOL_FORMS:
        with part():
            _expect_taken(answers[f"function of {name}"])


@clause("CLIENT-007", "Tools that are not the server's harm nothing", level=MUST, source=SOURCE)
def test_built_in(answers):
    """A tool of a type that the server does not have MUST be refused with 4xx or ignored."""
    for name in BUILT_IN_TOOLS:
        with part():
            expect_no_server_error(answers[f"tool {name}"], f"a tool of type {name}")


@clause("CLIENT-008", "Many tools and a long result are taken", level=MUST, source=SOURCE)
def test_large(answers):
    """Thirty tools in one request, and a tool's result of 20 kB, MUST be taken."""
    for name in ("thirty", "large result"):
        with part():
            _expect_taken(answers[name])


@clause("CLIENT-009", "Half a character is no server error", level=MUST, source="RFC 8259, section 8.2")
def test_half_a_character(answers):
    """Half a surrogate in a text MUST be refused with 4xx or answered, on every surface.

    Why: a client that cuts a text at a length cuts emoji in two.
    """
    for name in ("chat", "response", "text", "tokenization"):
        with part():
            expect_no_server_error(answers[f"half a {name}"], f"half a character in a {name}")


@clause("CLIENT-010", "A refusal is no echo", level=MUST, source="operators: megabytes of refusal")
def test_no_echo(answers):
    """A refused request MUST be answered with less than it brought: the refusal names the fault, and repeats no conversation."""
    for name in ("chat echo", "response echo"):
        with part():
            exchange = answers[name]
            asked, told = len(exchange.request), exchange.size
            if not exchange.clipped:
                expect_status_class(exchange, low=400, high=499, expected="4xx for an item without its fields")
            expect(told < asked, exchange, expected=f"a refusal shorter than the {asked} bytes asked", got=told)
