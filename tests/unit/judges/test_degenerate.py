"""Text that no healthy model writes."""

import re

import pytest

from fixtures.judges import degenerate
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


class Watched:
    """A pattern that notes how long the texts are that it searches."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.longest = pattern, 0

    def finditer(self, text: str):
        """As the pattern's own."""
        self.longest = max(self.longest, len(text))
        return self.pattern.finditer(text)


@pytest.mark.timeout(120)
def test_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile text costs no time: of a text of megabytes its two ends are searched, and defects there are found."""
    patterns = [Watched(degenerate._LOOP), Watched(degenerate._RUN)]
    monkeypatch.setattr(degenerate, "_LOOP", patterns[0])
    monkeypatch.setattr(degenerate, "_RUN", patterns[1])
    texts = ("ab" * 1_000_000, "a" * 2_000_000, "abcdefghij" * 3 + "x" * 100_000, " ".join(map(str, range(200_000))))
    found = [(loop(text) != "", run_of_one(text) != "") for text in texts]

    assert found == [(True, False), (False, True), (False, True), (False, False)]
    assert all(0 < pattern.longest <= 2 * degenerate.LOOKED_AT + 1 for pattern in patterns)
