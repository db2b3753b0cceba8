"""Does it go on answering, and does it make sense? Short questions, many times over."""

from fixtures.kit import (
    MUST,
    SHOULD,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    counting,
    expect,
    expect_clean,
    expect_content,
    expect_latin,
    expect_no_loop,
    expect_no_run,
    expect_status,
    expect_true,
    observe,
    read_answer,
    read_chat,
    sampled_while_running,
)

SUMS = ("sum", "sum-carry", "sum-large", "product", "product-two-digits", "square", "difference")
FACTS = ("capital-france", "capital-japan", "capital-germany", "fact-gold", "fact-week")
ROUND = (*SUMS, *FACTS)
SEED = 7
# Seconds: close together for a server that is done in half a second, long enough for one that needs 50 ms a token.
READ_AT_S = (0.06, 0.12, 0.18, 0.25, 0.35, 0.5, 0.7)
HEALTH_AT_S = (0.1, 0.3, 0.6)
APART_S = 0.15  # in which a server of seven tokens a second says one


@batch
def series(ask):
    number = ask.target.load.repeats
    return {f"{at + 1}": ask.chat(ROUND[at % len(ROUND)], seed=SEED) for at in range(number)}


@batch
def busy(ask):
    """One long answer; meanwhile the counters and the health check are asked every now and then."""
    return {
        "long": ask.chat(counting(100), stream=True, max_tokens=400),
        **{f"metrics:{at}": ask.get("/metrics", after_s=at) for at in READ_AT_S},
        **{f"health:{at}": ask.get("/health", after_s=at) for at in HEALTH_AT_S},
    }


def _prompt(number):
    return ROUND[(int(number) - 1) % len(ROUND)]


def _first(series, prompts):
    return [(prompt, series[str(ROUND.index(prompt) + 1)]) for prompt in prompts]


def _right(exchange, prompt):
    return any(text in (read_chat(exchange).content or "") for text in chat_prompt(prompt).expect)


@clause("LIVE-010", "Sums are right", level=MUST, source="vLLM #37030: wrong kernels say nothing and compute wrongly")
def test_sums(series):
    """Sums, differences and products of numbers up to three digits MUST be right.

    Why: broken weights or kernels still give fluent text; arithmetic is the cheapest thing that they cannot do.
    """
    for prompt, exchange in _first(series, SUMS):
        expect_content(exchange, read_chat(exchange), chat_prompt(prompt).expect)


@clause("LIVE-011", "Facts are right", level=MUST, source="vLLM #37030")
def test_facts(series):
    """Plain facts that everybody knows MUST be right."""
    for prompt, exchange in _first(series, FACTS):
        expect_content(exchange, read_chat(exchange), chat_prompt(prompt).expect)


@clause("LIVE-012", "Every request of a series is answered", level=MUST, source="vLLM #39863")
def test_answered(series):
    """Every one of many short requests MUST be answered with 200."""
    for number in series:
        expect_status(series[number], 200)


@clause(
    "LIVE-013",
    "The last is as good as the first",
    level=MUST,
    source="vLLM #52877: sick after a while",
    needs=["LIVE-012"],
)
def test_last_as_first(series):
    """A question that was answered rightly MUST be answered rightly again, however many requests came between."""
    good = {prompt for prompt, exchange in _first(series, ROUND) if _right(exchange, prompt)}
    for number in series:
        exchange, prompt = series[number], _prompt(number)
        answer = read_chat(exchange)
        if prompt in good:
            expected = f"request {number} of {len(series)} to be answered as rightly as before"
            expect(_right(exchange, prompt), exchange, expected=expected, got=repr(answer.content))


@clause(
    "LIVE-014",
    "No character runs on",
    level=MUST,
    source="vLLM #22881, #27364: NaN logits give !!!!",
    needs=["LIVE-012"],
)
def test_no_run(series):
    """An answer and its reasoning MUST NOT repeat one character over and over.

    Why: logits that are not numbers make the model say token 0, an exclamation mark, for ever.
    """
    for number in series:
        answer = read_chat(series[number])
        expect_no_run(series[number], answer.content or "", answer.thought)


@clause(
    "LIVE-015", "No answer goes in circles", level=MUST, source="vLLM #53717: endless repetition", needs=["LIVE-012"]
)
def test_no_loop(series):
    """An answer and its reasoning MUST NOT say the same words over and over."""
    for number in series:
        answer = read_chat(series[number])
        expect_no_loop(series[number], answer.content or "", answer.thought)


@clause(
    "LIVE-016",
    "English is answered in English",
    level=MUST,
    source="mixed scripts mark broken weights",
    needs=["LIVE-012"],
)
def test_english(series):
    """The answer to an English question MUST NOT hold letters of other alphabets."""
    for number in series:
        expect_latin(series[number], read_chat(series[number]).content or "")


@clause("LIVE-017", "Short answers come to an end", level=MUST, source="vLLM #53717", needs=["LIVE-012"])
def test_ends(series):
    """The answer to a short question MUST end by itself, and not at the limit of its tokens."""
    for number in series:
        exchange = series[number]
        answer = read_chat(exchange)
        got = f"{answer.finish_reason} after {answer.usage.get('completion_tokens')} tokens"
        expect(answer.finish_reason == "stop", exchange, expected="finish_reason stop", got=got)


@clause(
    "LIVE-018",
    "No answer holds broken characters",
    level=MUST,
    source="detokenizers cut characters",
    needs=["LIVE-012"],
)
def test_clean(series):
    """An answer and its reasoning MUST NOT hold a replacement character, a lone surrogate or a NUL."""
    for number in series:
        answer = read_chat(series[number])
        expect_clean(series[number], answer.content or "", answer.thought)


@clause("LIVE-019", "The same seed says the same", level=SHOULD, source="vLLM, reproducibility", needs=["LIVE-012"])
def test_repeats(series):
    """At temperature 0 and with one seed, a question that was answered SHOULD be answered in the same words again."""
    said = {}
    for number in series:
        content = read_chat(series[number]).content
        first = said.setdefault(_prompt(number), content)
        expect(content == first, series[number], expected=f"{first!r} as before", got=repr(content))


@clause(
    "LIVE-020",
    "The counters move while a request runs",
    level=MUST,
    source="vLLM #39863: counters frozen, requests running",
)
def test_counters_move(busy):
    """While a request runs, `vllm:generation_tokens` MUST grow from one reading to a later one.

    Why: requests that run while the counter stands still are the surest mark of a hung engine.
    """
    readings = [busy[name] for name in busy if name.startswith("metrics:")]
    seen = sampled_while_running(readings)
    observe(readings=len(seen))
    if len(seen) < 3:
        # Two may both come before the first token, or while a busy machine lets the engine stand.
        raise NotApplicable("the answer was there before the counters could be read three times")
    # A server that is short of processor time may answer all of them in one moment, in any order.
    ends = [at + exchange.seconds for at, exchange in zip(READ_AT_S, readings[: len(seen)], strict=False)]
    # And one that has not said its first token, however long that takes it, has no counter to move.
    began = next((at for at, _ in busy["long"].chunks), max(ends))
    if max(ends) - max(began, min(ends)) < APART_S:
        raise NotApplicable("no two readings came far enough apart while the answer was being given")
    expect_true(max(seen) > min(seen), expected="vllm:generation_tokens to grow while a request runs", got=seen)


@clause(
    "LIVE-021", "Health is green while requests run", level=MUST, source="load balancers take a server out for less"
)
def test_health_while_busy(busy):
    """While a request runs, GET /health MUST answer 200."""
    for name in busy:
        if name.startswith("health:"):
            expect_status(busy[name], 200)


@clause("LIVE-022", "A long answer survives being watched", level=MUST, source="vLLM #39863")
def test_long(busy):
    """A long stream MUST be answered rightly while health and metrics are asked beside it."""
    exchange = busy["long"]
    expect_content(exchange, read_answer(exchange), ("98, 99, 100", "98,99,100"))
