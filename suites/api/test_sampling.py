"""Chat completions, at once: the parameters of a request."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_stopped,
    expect_usage,
    read_chat,
    read_choices,
    read_logprobs,
    read_ok,
)

SOURCE = "OpenAI API reference, chat completions"
# Nearly greedy: random enough for two choices, and still the right answer.
NARROW = {"temperature": 1, "top_p": 0.1}
# Spelled as gpt-oss may spell it; neither stands in reasoning on how to count.
STOPS = ["31, 32", "31,32"]
ACCEPTED = {
    "seed": {"seed": 7, **NARROW},
    "penalties": {"presence_penalty": 0.1, "frequency_penalty": 0.1},
    "bias": {"logit_bias": {"1000": -5}},
    "labels": {"user": "acceptance", "metadata": {"run": "1"}},
    "unknown": {"no_such_field": 1},
}


def _repeat(ask):
    """The same request twice, the second after the first."""
    yield ask.chat("product")
    yield ask.chat("product")


@batch
def answers(ask):
    return {name: ask.chat("echo", **options) for name, options in ACCEPTED.items()} | {
        "limit": ask.chat("count", max_tokens=None, max_completion_tokens=8),
        "two": ask.chat("echo", n=2, **NARROW),
        "stop": ask.chat("count", stop=STOPS),
        "repeat": _repeat(ask),
        "logprobs": ask.chat("echo", logprobs=True, top_logprobs=2),
        "hidden": ask.chat("echo", include_reasoning=False),
    }


def _expect_echo(exchange):
    expect_content(exchange, read_chat(exchange), chat_prompt("echo").expect)


@clause("SAMPLE-001", "max_completion_tokens ends an answer", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_max_completion_tokens(answers):
    """An answer cut by max_completion_tokens MUST have the finish_reason `length` and as many tokens as were allowed."""
    exchange = answers["limit"]
    answer = read_chat(exchange)
    expect(answer.finish_reason == "length", exchange, expected="finish_reason length", got=answer.finish_reason)
    spent = answer.usage.get("completion_tokens")
    expect(spent == 8, exchange, expected="8 completion tokens", got=spent)


@clause("SAMPLE-002", "Two choices are two answers", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_two_choices(answers):
    """With n=2 there MUST be two choices of index 0 and 1, each with the right answer, and a usage that counts both."""
    exchange = answers["two"]
    choices = read_choices(exchange)
    indexes = [choice.get("index") for choice in read_ok(exchange)["choices"]]
    expect(indexes == [0, 1], exchange, expected="choices of index 0 and 1", got=indexes)
    for choice in choices:
        expect_content(exchange, choice, chat_prompt("echo").expect)
        expect(choice.finish_reason == "stop", exchange, expected="finish_reason stop", got=choice.finish_reason)


@clause("SAMPLE-003", "The usage counts every choice", level=MUST, source=SOURCE, needs=["SAMPLE-002", "CHAT-003"])
def test_usage_of_choices(answers):
    """With n=2 the usage MUST count the tokens of both choices: well over those of the same question's one answer."""
    exchange = answers["two"]
    one, usage = (read_chat(answers[name]).usage for name in ("labels", "two"))
    expect_usage(exchange, usage)
    least = one["completion_tokens"] * 3 // 2
    spent = usage["completion_tokens"]
    expect(spent >= least, exchange, expected=f"the tokens of both choices, at least {least}", got=spent)


@clause("SAMPLE-004", "A stop sequence ends an answer", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_stop(answers):
    """Where a stop sequence comes up the answer MUST end, with the finish_reason `stop` and `stop_reason` naming it.

    Why: for gpt-oss vLLM keeps the sequence itself in the content, so that is allowed; nothing may come after it.
    """
    exchange = answers["stop"]
    expect_stopped(exchange, read_chat(exchange), stops=STOPS, before="30", after="33")


@clause("SAMPLE-005", "Temperature 0 repeats", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_repeats(answers):
    """The same request at temperature 0 MUST be answered with the same content twice."""
    first, second = answers.turns("repeat")[0], answers["repeat"]
    before, after = read_chat(first).content, read_chat(second).content
    expect(before == after, second, expected=f"content {before!r} as in {first.label}", got=after)


@clause("SAMPLE-006", "Seed and top_p are accepted", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_seed(answers):
    """A request with `seed`, `top_p` and temperature 1 MUST be answered rightly."""
    _expect_echo(answers["seed"])


@clause("SAMPLE-007", "Penalties are accepted", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_penalties(answers):
    """A request with small `presence_penalty` and `frequency_penalty` MUST be answered rightly."""
    _expect_echo(answers["penalties"])


@clause("SAMPLE-008", "A bias of other tokens is accepted", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_logit_bias(answers):
    """A request with a `logit_bias` against a token that the answer does not use MUST be answered rightly."""
    _expect_echo(answers["bias"])


@clause("SAMPLE-009", "Labels of a request are accepted", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_labels(answers):
    """A request with `user` and `metadata` MUST be answered rightly."""
    _expect_echo(answers["labels"])


@clause("SAMPLE-010", "Unknown fields are ignored", level=MUST, source="vLLM, protocol.py: extra fields are allowed")
def test_unknown_field(answers):
    """A request with a field that nobody knows MUST be answered rightly."""
    _expect_echo(answers["unknown"])


@clause("SAMPLE-011", "Log probabilities come when asked for", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_logprobs(answers):
    """With logprobs each token MUST have its text, bytes, a log probability of at most 0 and the alternatives asked for.

    The tokens MUST hold the content; without logprobs there MUST be none.
    """
    exchange = answers["logprobs"]
    content = read_chat(exchange).content or ""
    entries = read_logprobs(exchange, alternatives=2)
    text = "".join(entry["token"] for entry in entries)
    expect(bool(content) and content in text, exchange, expected=f"tokens that hold {content!r}", got=repr(text))
    unasked = read_ok(answers["labels"])["choices"][0].get("logprobs")
    expect(not unasked, answers["labels"], expected="no logprobs, as none were asked for", got=unasked)


@clause("SAMPLE-012", "Reasoning can be left out", level=MUST, source="vLLM, include_reasoning", needs=["CHAT-001"])
def test_hidden_reasoning(answers):
    """With `include_reasoning` false the answer MUST stand in the content, and no field may carry reasoning."""
    exchange = answers["hidden"]
    _expect_echo(exchange)
    answer = read_chat(exchange)
    expect(not answer.thought, exchange, expected="no reasoning, as it was to be left out", got=answer.reasoning)
