"""One catalogue for each language, all with the same sentences."""

import re
from pathlib import Path

import pytest

from fixtures.core.outcome import Verdict
from fixtures.core.symptom import Symptom
from reports.language import LANGUAGES, catalogue, words_of

ROOT = Path(__file__).parents[3]
OTHERS = [language for language in LANGUAGES if language != "en"]


def places(key: str, language: str) -> set[str]:
    """The values that a sentence has a place for."""
    sentence = catalogue(language)[key]
    text = " ".join(sentence.values()) if isinstance(sentence, dict) else sentence
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_sentences_with_the_same_places(language):
    """No sentence is missing or left over, and none has a place that the other does not have, but for a number."""
    assert catalogue(language).keys() == catalogue("en").keys()
    for key in catalogue("en"):
        assert places(key, language) ^ places(key, "en") <= {"n"}, key


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language):
    """What is the same in both is a name or a figure."""
    same = {key for key, text in catalogue(language).items() if text == catalogue("en")[key]}
    assert same <= {"word.outcome", "terminal.figures", "first.vllm", "first.gpu", "host.gpu", "host.cuda", "host.docker"} | {
        "host.toolkit", "deployment.base_url"
    }  # fmt: skip


def test_every_sentence_is_said_somewhere():
    """Each key is in a template or a module, whole or by its table."""
    sources = [
        *(ROOT / "reports").rglob("*.py"),
        *(ROOT / "reports").rglob("*.j2"),
        *(ROOT / "fixtures/plugin").glob("*.py"),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    by_table = (
        "compare.AS_",
        "compare.REG",
        "compare.SUS",
        "compare.NOT",
        "compare.head.",
        "meaning.",
        "symptom.",
        "remedy.",
        "record.",
        "cause.boot",
        "cause.hang",
        "host.",
        "stamp.",
    )
    assert [
        k for k in catalogue("en") if not k.startswith(by_table) and not re.search(f"[\"']{re.escape(k)}[\"']", text)
    ] == []


def test_every_verdict_and_symptom_has_its_sentence():
    """What the record can say, a report can tell."""
    told = {Symptom.NOT_READY, Symptom.DIED, Symptom.HANGS}  # as kinds of causes
    for language in LANGUAGES:
        assert all(words_of(language)(f"meaning.{verdict}") for verdict in Verdict)
        assert all(words_of(language)(f"symptom.{symptom}") for symptom in set(Symptom) - told)


def test_sentences_of_the_record_are_known_by_their_english():
    """Those that the record has in English are said in the reader's language, with what stands in them; others stay."""
    words = words_of("zh-TW")
    assert words.of_record(words_of("en")("record.api")) == words("record.api")
    assert words.of_record("3 clauses did not run: A-001, B-002") == "3 條條文沒有執行：A-001, B-002"
    assert words.of_record("Something else.") == "Something else."


def test_one_and_many():
    """A number chooses the form."""
    words = words_of("en")
    assert (words("cause.blocked", n=1), words("cause.blocked", n=2)) == (
        "one clause could not be judged for it",
        "2 clauses could not be judged for it",
    )


def test_an_unknown_language_is_named():
    """The value and what would be right."""
    with pytest.raises(ValueError, match="fr: expected en or zh-TW"):
        words_of("fr")
