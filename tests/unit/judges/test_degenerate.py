"""Text that no healthy model writes."""

import time

from fixtures.judges.degenerate import foreign, loop, mojibake, run_of_one, simplified
from fixtures.knowledge.prompts import prompts


def test_good_answers() -> None:
    """None of the answers that are expected is taken for degenerate."""
    answers = [prompt.answer for prompt in (*prompts().chats.values(), *prompts().cases.values())]

    assert [text for text in answers if run_of_one(text) or loop(text) or mojibake(text) or simplified(text)] == []


def test_harmless() -> None:
    """Rules, short runs and numbers are no defect."""
    for text in ("-" * 80, "1\n2\n3\n" + "=" * 40, "a" * 15, ", ".join(map(str, range(1, 101))), ""):
        assert run_of_one(text) == loop(text) == ""


def test_found() -> None:
    """Runs, loops, scripts and decodings are found and named."""
    assert run_of_one("ok " + "!" * 60) == "!" * 60
    assert loop("So: " + "the answer is " * 9).strip() == "the answer is"
    assert loop("4" + "2 " * 30) == ""  # a number and its spaces: too little to say
    assert foreign("The answer is 答案 or ответ, about π/2 and naïve") == "答案отве"
    assert simplified("我的电脑在學校") == "电脑"
    assert mojibake("東京".encode().decode("latin-1")) == "東京"
    assert mojibake("café") == ""


def test_quick() -> None:
    """Hostile text costs no time."""
    began = time.monotonic()
    for text in (
        "ab" * 1_000_000,
        "a" * 2_000_000,
        "abcdefghij" * 3 + "x" * 100_000,
        " ".join(map(str, range(200_000))),
    ):
        loop(text), run_of_one(text)
    assert time.monotonic() - began < 5
