"""Which styles explain the sizes of prompts, and, where no known one does, which choices of their fields come nearest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType

from fixtures.knowledge.harmony.render import CHAT, RESPONSES, dates_now, encode, messages_of, to_first, tokens_of
from fixtures.knowledge.harmony.style import STYLES, Roles, Style
from tests.rig.record.request import Json

# What of a style shows in the prompts of a surface, beside the roles.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        CHAT: (
            "chat_tools",
            "empty_developer",
            "commentary",
            "chat_commentary",
            "final_channel",
            "answers_to",
            "name_by_id",
        ),
        RESPONSES: (
            "response_developer",
            "bare_instructions",
            "commentary",
            "response_answers_to",
            "response_thoughts",
            "response_drops_to_first",
            "response_identity",
        ),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One prompt, and the tokens that the server counts for it."""

    name: str
    path: str
    body: Json
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A prompt that a style gives another size; `expected` is the style's."""

    measured: Measured
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The choices that miss the fewest prompts of one surface: for each field its values among them, and what one misses."""

    fields: Mapping[str, tuple[str, ...]]
    misses: tuple[Miss, ...]


@dataclass(slots=True)
class Sizes:
    """Counts prompts. Most styles write a request alike, and what was counted once is not counted again."""

    known: dict[str, int] = field(default_factory=dict)

    def of(self, measured: Measured, style: Style, date: str) -> int:
        """The tokens that a style gives a prompt on a day."""
        messages = messages_of(measured.path, measured.body, style=style, date=date)
        first = to_first(measured.path, style)
        key = f"{first}{messages}"
        if key not in self.known:
            self.known[key] = len(tokens_of(messages, to_first=first))
        return self.known[key]

    def misses(self, every: Iterable[Measured], style: Style, date: str) -> Iterator[Miss]:
        """The prompts that the style gives another size."""
        for measured in every:
            expected = self.of(measured, style, date)
            if expected != measured.tokens:
                yield Miss(measured=measured, expected=expected)


def dates() -> tuple[str, ...]:
    """A date for each length that the date's tokens may have today: most days there is one."""
    return tuple({len(encode(date)): date for date in dates_now()}.values())


def named_misses(every: Sequence[Measured], sizes: Sizes) -> dict[str, tuple[Miss, ...]]:
    """What each known style misses."""
    return {name: _fewest([tuple(sizes.misses(every, style, d)) for d in dates()]) for name, style in STYLES.items()}


def _fewest(found: Sequence[tuple[Miss, ...]]) -> tuple[Miss, ...]:
    return min(found, key=len)


def nearest(every: Sequence[Measured], path: str, sizes: Sizes) -> Nearest:
    """The choices that miss the fewest of these prompts, which are all of one surface."""
    best: list[tuple[Style, tuple[Miss, ...]]] = []
    for style, date in product(_choices(FIELDS[path]), dates()):
        misses = _up_to(sizes.misses(every, style, date), len(best[0][1]) if best else len(every))
        if misses is not None:
            best = [(style, misses)] if best and len(misses) < len(best[0][1]) else [*best, (style, misses)]
    values = {name: tuple(dict.fromkeys(_shown(style, name) for style, _ in best)) for name in ("roles", *FIELDS[path])}
    return Nearest(fields=values, misses=best[0][1])


def _choices(names: Sequence[str]) -> Iterator[Style]:
    for roles, flags in product(Roles, product((True, False), repeat=len(names))):
        yield Style(roles=roles, **dict(zip(names, flags, strict=True)))


def _up_to(misses: Iterator[Miss], most: int) -> tuple[Miss, ...] | None:
    """All of them, or None once there are more than `most`, which ends the counting."""
    found: list[Miss] = []
    for miss in misses:
        if len(found) == most:
            return None
        found.append(miss)
    return tuple(found)


def _shown(style: Style, name: str) -> str:
    value = getattr(style, name)
    return value.name if isinstance(value, Roles) else str(value)
