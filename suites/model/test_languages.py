"""Traditional Chinese in and out, and what else is not ASCII."""

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect_clean,
    expect_content,
    expect_no_mojibake,
    expect_status,
    expect_traditional,
    expect_utf8,
    read_answer,
)

CHINESE = ("zh-tw", "zh-france", "zh-computer", "zh-library", "zh-school", "zh-sum")
STREAMED = ("zh-computer", "zh-sentence")
SOURCE = "the deployment is used in Traditional Chinese"


@batch
def answers(ask):
    return {
        **{name: ask.chat(name) for name in (*CHINESE, "zh-sentence", "zh-from-english", "emoji", "multibyte")},
        **{f"{name}:stream": ask.chat(name, stream=True) for name in (*STREAMED, "emoji")},
    }


def _chinese(answers):
    return {name: answers[name] for name in answers if name.startswith("zh-")}


def _expect_right(answers, *names):
    for name in names:
        exchange = answers[name]
        expect_content(exchange, read_answer(exchange), chat_prompt(name.removesuffix(":stream")).expect)


@clause("LANG-001", "Traditional Chinese is understood and spoken", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_chinese(answers):
    """Short questions in Traditional Chinese MUST be answered rightly, in Traditional Chinese."""
    _expect_right(answers, *CHINESE)


@clause("LANG-002", "Streamed Chinese is the same", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_streamed(answers):
    """Streamed answers in Traditional Chinese MUST be right, put together again from their deltas.

    Why: most characters are several bytes and some are several tokens; a detokenizer that cuts them loses them.
    """
    _expect_right(answers, *(f"{name}:stream" for name in STREAMED))


@clause("LANG-003", "A sentence comes back unchanged", level=MUST, source=SOURCE, needs=["LANG-001"])
def test_sentence(answers):
    """A Chinese sentence that is to be repeated MUST come back character by character."""
    _expect_right(answers, "zh-sentence")


@clause("LANG-004", "An English question can be answered in Chinese", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_from_english(answers):
    """An English question for an answer in Traditional Chinese MUST get it."""
    _expect_right(answers, "zh-from-english")


@clause("LANG-005", "No Simplified forms", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_traditional(answers):
    """Answers that are to be in Traditional Chinese MUST NOT hold characters in their Simplified form."""
    for exchange in _chinese(answers).values():
        expect_traditional(exchange, read_answer(exchange).content or "")


@clause("LANG-006", "Text is UTF-8, encoded once", level=MUST, source="RFC 8259, section 8.1")
def test_utf8(answers):
    """Bodies MUST be UTF-8, and their text MUST NOT be UTF-8 that was read as Latin-1 and encoded again."""
    for name in answers:
        exchange = answers[name]
        expect_status(exchange, 200)
        expect_utf8(exchange)
        answer = read_answer(exchange)
        expect_no_mojibake(exchange, answer.content or "", answer.thought)


@clause("LANG-007", "Emoji survive", level=MUST, source="characters beyond the basic plane", needs=["CHAT-001"])
def test_emoji(answers):
    """Emoji that are to be repeated MUST come back, at once and streamed."""
    _expect_right(answers, "emoji", "emoji:stream")


@clause("LANG-008", "No character is broken", level=MUST, source="vLLM, incremental detokenization")
def test_clean(answers):
    """An answer in another script, and its reasoning, MUST NOT hold a replacement character or half of one."""
    for name in answers:
        answer = read_answer(answers[name])
        expect_clean(answers[name], answer.content or "", answer.thought)
