"""Reasoning: how much, where it stands, and that it can be sent back."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_reasoning_field,
    observe,
    read_answer,
    read_chat,
    read_response,
    sent_back,
)

PROMPTS = ("effort-sheep", "effort-pens", "effort-train", "effort-sequence")
PAIRED = ("low", "high")
EFFORTS = ("low", "medium", "high")
SOURCE = "OpenAI harmony, reasoning effort"


@batch
def answers(ask):
    return {
        **{f"{p}:{e}": ask.chat(p, reasoning_effort=e, max_tokens=2048) for p in PROMPTS for e in PAIRED},
        "effort-pens:medium": ask.chat("effort-pens", reasoning_effort="medium", max_tokens=2048),
        **{f"stream:{e}": ask.chat("effort-train", reasoning_effort=e, max_tokens=2048, stream=True) for e in EFFORTS},
        **{
            f"response:{p}:{e}": ask.responses(chat_prompt(p).as_messages(), reasoning={"effort": e})
            for p in PROMPTS[:2]
            for e in PAIRED
        },
        "back": sent_back(ask, "recall", "effort-pens"),
        "back:stream": sent_back(ask, "recall", "effort-pens", stream=True),
    }


def _chats(answers):
    return {n: e for n, e in answers.items() if n.startswith("effort-")}


@clause("REASON-001", "More effort thinks more", level=MUST, needs=["CHAT-001"], source=SOURCE)
def test_effort(answers):
    """Over several prompts, high reasoning effort MUST spend more tokens in all than low effort."""
    spent = {e: sum(_tokens(answers[f"{p}:{e}"]) for p in PROMPTS) for e in PAIRED}
    observe(**{f"tokens_{e}": n for e, n in spent.items()})
    last = answers[f"{PROMPTS[0]}:high"]
    expect(spent["high"] > spent["low"], last, expected="more tokens at high effort than at low", got=spent)


def _tokens(exchange):
    return read_chat(exchange).usage.get("completion_tokens", 0)


@clause("REASON-002", "Every effort answers rightly", level=MUST, needs=["CHAT-001"], source=SOURCE)
def test_every_effort(answers):
    """At low, medium and high effort the answer MUST be right, and stand in the content."""
    for name, exchange in _chats(answers).items():
        expect_content(exchange, read_chat(exchange), chat_prompt(name.split(":")[0]).expect)


@clause("REASON-003", "Every effort shows its reasoning", level=MUST, needs=["CHAT-001"], source="vLLM #27752, #33402")
def test_fields(answers, versions):
    """At every effort the reasoning MUST stand in the field of this release, in whole answers and in streams."""
    for name, exchange in answers.items():
        if name.startswith(("effort-", "stream:")) and not name.endswith("low"):
            expect_reasoning_field(exchange, read_answer(exchange), versions.reasoning_fields)


@clause("REASON-004", "Streams heed the effort", level=MUST, needs=["STREAM-001"], source=SOURCE)
def test_streamed_effort(answers):
    """A stream at high effort MUST spend more tokens than one at low effort, and each MUST be answered rightly."""
    spent = {}
    for effort in EFFORTS:
        exchange = answers[f"stream:{effort}"]
        answer = read_answer(exchange)
        expect_content(exchange, answer, chat_prompt("effort-train").expect)
        spent[effort] = answer.usage.get("completion_tokens", 0)
    observe(**{f"tokens_{e}": n for e, n in spent.items()})
    more = spent["high"] > spent["low"]
    expect(more, answers["stream:high"], expected="more tokens at high effort than at low", got=spent)


@clause("REASON-005", "The reasoning is not said twice", level=MUST, needs=["CHAT-001"], source="vLLM #23694")
def test_apart(answers):
    """The reasoning MUST NOT stand in the content as well."""
    for name, exchange in answers.items():
        if not name.startswith(("effort-", "stream:")):
            continue
        answer = read_answer(exchange)
        thought, content = answer.thought.strip(), answer.content or ""
        # A thought as short as an answer may well be the answer.
        twice = len(thought) > 20 and thought in content
        expect(not twice, exchange, expected="the reasoning apart from the content", got=repr(content))


@clause(
    "REASON-006", "The tokens of reasoning are counted", level=MUST, needs=["CHAT-003"], source="vLLM 0.32, recorded"
)
def test_counted(answers):
    """Where usage tells the tokens of reasoning, they MUST be above zero and below the completion's tokens."""
    counts = {}
    for name, exchange in _chats(answers).items():
        usage = read_chat(exchange).usage
        told = (usage.get("completion_tokens_details") or {}).get("reasoning_tokens")
        if told is not None and not name.endswith("low"):
            counts[name] = told
            held = 0 < told < usage["completion_tokens"]
            expect(held, exchange, expected="reasoning_tokens above 0 and below completion_tokens", got=usage)
    if not counts:
        raise NotApplicable("this release does not tell the tokens of reasoning")


@clause("REASON-007", "Responses heed the effort", level=MUST, needs=["RESP-001"], source=SOURCE)
def test_responses_effort(answers):
    """Over several prompts, responses at high effort MUST hold more reasoning than at low effort.

    Why: the Responses API has a parameter of its own for the effort. Its text is measured: not every release counts.
    """
    text = {e: sum(_thought(answers[f"response:{p}:{e}"]) for p in PROMPTS[:2]) for e in PAIRED}
    observe(**{f"characters_{e}": n for e, n in text.items()})
    last = answers[f"response:{PROMPTS[0]}:high"]
    expect(text["high"] > text["low"], last, expected="more reasoning at high effort than at low", got=text)


def _thought(exchange):
    return len(read_response(exchange).reasoning)


@clause("REASON-008", "Reasoning can be sent back", level=MUST, needs=["CHAT-007"], source="vLLM, reasoning outputs")
def test_sent_back(answers):
    """A conversation MUST go on when the client sends an earlier message back with its reasoning in it.

    Why: clients send back whole messages as they got them; gpt-oss drops the reasoning of earlier turns by itself.
    """
    for name in ("back", "back:stream"):
        last = answers.turns(name)[-1]
        expect_content(last, read_answer(last), chat_prompt("recall").expect)
