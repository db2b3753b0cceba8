"""The whole context is usable: a prompt that fills it, with a needle at the start, in the middle and at the end.

The three questions share the long text, and are asked one after the other: a server that caches prefixes reads it once.
"""

from fixtures.kit import (
    CODES,
    MUST,
    PLACES,
    clause,
    expect,
    expect_any,
    expect_prompt_tokens,
    expect_status,
    haystack,
    once,
    read_chat,
)

SOURCE = "deployment rules 6: max-model-len 32768; known limits 2"
ANSWER = 768


@once
def answers(wire, versions):
    ask = wire.ask
    length = ask.target.deployment.max_model_len
    hay = haystack(tokens=length - ANSWER, styles=versions.prompt_styles)

    def asking():
        for place in PLACES:
            yield ask.chat([{"role": "user", "content": hay.question(place)}], max_tokens=length - hay.tokens)

    return wire.batch({"asking": asking()})


def _asked(answers, place):
    return answers.turns("asking")[PLACES.index(place)]


def _expect_found(exchange, place):
    expect_status(exchange, 200)
    expect_any(exchange, read_chat(exchange).content or "", [CODES[place]], where="the answer")


@clause("LONG-001", "The start of a full context is read", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_start(answers):
    """In a prompt that fills the context but for the answer, what stands at its start MUST be found."""
    _expect_found(_asked(answers, "red"), "red")


@clause("LONG-002", "The middle of a full context is read", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_middle(answers):
    """In a prompt that fills the context but for the answer, what stands in its middle MUST be found."""
    _expect_found(_asked(answers, "blue"), "blue")


@clause("LONG-003", "The end of a full context is read", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_end(answers):
    """In a prompt that fills the context but for the answer, what stands at its end MUST be found."""
    _expect_found(_asked(answers, "green"), "green")


@clause("LONG-004", "A full context arrives whole", level=MUST, source=SOURCE, needs=["PROMPT-001"])
def test_whole(answers, versions, target):
    """A prompt that fills the context but for the answer MUST be counted in full: nothing of it is cut off."""
    length = target.deployment.max_model_len
    for exchange in answers.turns("asking"):
        answer = read_chat(exchange)
        expect_prompt_tokens(exchange, versions, usage=answer.usage)
        total = answer.usage.get("total_tokens", 0)
        expect(total <= length, exchange, expected=f"at most {length} tokens in all", got=total)
