"""Chat completions, streamed: the parameters of a request."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_ended_once,
    expect_status,
    expect_stopped,
    expect_usage,
    field,
    read_json,
    read_stream,
)

SOURCE = "OpenAI API reference, chat streaming"
STOPS = ["31, 32", "31,32"]
CONTINUOUS = {"include_usage": True, "continuous_usage_stats": True}
# Refused before the first token: the client must not have to look for the error in a 200.
REFUSED = {"unknown model": (404, {"model": "nobody"}), "negative temperature": (400, {"temperature": -1})}


@batch
def answers(ask):
    return {
        "continuous": ask.chat("product", stream=True, stream_options=CONTINUOUS),
        "two": ask.chat("echo", stream=True, n=2, temperature=1, top_p=0.1),
        "stop": ask.chat("count", stream=True, stop=STOPS),
        "length": ask.chat("count", stream=True, max_tokens=8),
        "hidden": ask.chat("product", stream=True, include_reasoning=False),
        "options": ask.chat("echo", stream_options={"include_usage": True}),
    } | {name: ask.chat("echo", stream=True, **options) for name, (_, options) in REFUSED.items()}


@clause("STREAM-020", "A stop sequence ends a stream", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_stop(answers):
    """Where a stop sequence comes up the stream MUST end, with the finish_reason `stop` and `stop_reason` naming it."""
    exchange = answers["stop"]
    stream = read_stream(exchange)
    expect_stopped(exchange, stream.answer, stops=STOPS, before="30", after="33")
    expect_ended_once(exchange, stream)


@clause("STREAM-021", "max_tokens ends a stream", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_length(answers):
    """A stream cut by max_tokens MUST have one finish_reason, `length`, and as many tokens as were allowed."""
    exchange = answers["length"]
    stream = read_stream(exchange)
    expect_ended_once(exchange, stream, reason="length")
    spent = stream.answer.usage.get("completion_tokens")
    expect(spent == 8, exchange, expected="8 completion tokens", got=spent)


@clause("STREAM-022", "A running usage grows", level=MUST, source="vLLM, stream_options", needs=["STREAM-005"])
def test_continuous_usage(answers):
    """With continuous_usage_stats every chunk MUST carry a usage; it never falls, and ends in that of the last chunk."""
    exchange = answers["continuous"]
    chunks = read_stream(exchange).chunks
    counted = [(chunk.get("usage") or {}).get("completion_tokens") for chunk in chunks]
    whole = all(isinstance(n, int) for n in counted)
    expect(whole, exchange, expected="a usage in every chunk", got=counted)
    expect(counted == sorted(counted), exchange, expected="completion_tokens that never fall", got=counted)
    expect(counted[0] < counted[-1], exchange, expected="completion_tokens that grow", got=counted)
    expect(
        counted[-2] == counted[-1], exchange, expected="the last chunk's usage to repeat the one before", got=counted
    )
    expect_usage(exchange, chunks[-1]["usage"])


@clause("STREAM-023", "A stream keeps its choices apart", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_two_choices(answers):
    """With n=2 the deltas of each index MUST add up to an answer of its own, with a role and an end of its own."""
    exchange = answers["two"]
    stream = read_stream(exchange)
    indexes = {choice.get("index") for choice in stream.choices}
    expect(indexes == {0, 1}, exchange, expected="choices of index 0 and 1", got=sorted(map(str, indexes)))
    for index in (0, 1):
        answer = stream.answer_of(index)
        expect_content(exchange, answer, chat_prompt("echo").expect)
        text = (answer.content or "").strip().rstrip(".")
        expect(text == "PONG", exchange, expected=f"choice {index} to say PONG, and once", got=answer.content)
        roles = [c["delta"]["role"] for c in stream.choices if c.get("index") == index and c["delta"].get("role")]
        expect(roles == ["assistant"], exchange, expected=f"one role of choice {index}", got=roles)
        expect_ended_once(exchange, stream, index=index)


@clause("STREAM-024", "A refused stream is refused over HTTP", level=MUST, source="RFC 9110, section 15.5")
def test_refused(answers):
    """A streamed request that cannot be served MUST answer 4xx with an error in JSON, and not a 200 with an error in it."""
    for name, (status, _) in REFUSED.items():
        expect_status(answers[name], status)
        error = field(answers[name], read_json(answers[name]), "error", dict)
        said = error.get("message")
        expect(bool(said) and isinstance(said, str), answers[name], expected="an error with a message", got=error)


@clause("STREAM-025", "Stream options without a stream are refused", level=MUST, source=SOURCE)
def test_options_alone(answers):
    """`stream_options` without `stream` MUST answer 400 with an error that says so."""
    exchange = answers["options"]
    expect_status(exchange, 400)
    error = field(exchange, read_json(exchange), "error", dict)
    named = "stream" in str(error.get("message")).lower()
    expect(named, exchange, expected="a message on the stream options", got=error)


@clause("STREAM-026", "Reasoning can be left out of a stream", level=MUST, source="vLLM, include_reasoning")
def test_hidden_reasoning(answers):
    """With `include_reasoning` false the stream MUST carry the answer, and no delta may carry reasoning."""
    exchange = answers["hidden"]
    answer = read_stream(exchange).answer
    expect_content(exchange, answer, chat_prompt("product").expect)
    expect(not answer.thought, exchange, expected="no reasoning, as it was to be left out", got=answer.reasoning)
