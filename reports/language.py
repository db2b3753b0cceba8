"""What the reports say, in the reader's language: a catalogue of sentences for each, all with the same keys."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh-TW")
_FILES = Path(__file__).parent / "catalogue"


class Words:
    """The sentences of one language: `words("cause.host", n=3)`.

    A sentence with a number `n` in it may have two forms, `one` and `other`. KeyError for a key that the catalogue lacks.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = catalogue(language)

    def __call__(self, key: str, /, **values: object) -> str:
        """The sentence of a key, with the values in their places."""
        found = self._sentences[key]
        if isinstance(found, dict):
            found = found["one" if values.get("n") == 1 else "other"]
        return found.format(**values)

    def of_record(self, sentence: str) -> str:
        """A sentence of the record, which is in English there: in this language, where the catalogue knows it."""
        for key, pattern in _known():
            if found := pattern.fullmatch(sentence):
                return self(key, **found.groupdict())
        return sentence

    def or_else(self, key: str, other: str, /, **values: object) -> str:
        """The sentence of a key, or of another one where there is none for it."""
        return self(key if key in self._sentences else other, **values)


@cache
def _known() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The sentences that a record may have, as patterns: what stands in braces is whatever stands there."""
    sentences = ((key, text) for key, text in catalogue("en").items() if key.startswith("record."))
    return tuple((key, _pattern(text)) for key, text in sentences if isinstance(text, str))


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(sentence)))


@cache
def words_of(language: str) -> Words:
    """The sentences of a language; ValueError for one that there is no catalogue of."""
    if language not in LANGUAGES:
        raise ValueError(f"{language}: expected {' or '.join(LANGUAGES)}")
    return Words(language)


@cache
def catalogue(language: str) -> dict[str, str | dict[str, str]]:
    """Every sentence by its key, the table and the name in it joined by a dot."""
    tables = tomllib.loads((_FILES / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flat("", tables))


def _flat(prefix: str, tables: dict[str, Any]) -> list[tuple[str, str | dict[str, str]]]:
    found: list[tuple[str, str | dict[str, str]]] = []
    for name, value in tables.items():
        key = f"{prefix}{name}"
        leaf = isinstance(value, str) or set(value) == {"one", "other"}
        found += [(key, value)] if leaf else _flat(f"{key}.", value)
    return found
