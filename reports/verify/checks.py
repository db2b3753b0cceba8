"""What a check says, and how one that finds something wrong says it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What came of one check."""

    OK = "ok"
    WRONG = "wrong"
    NOTE = "note"  # there is nothing to be checked, which is no fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line: what was looked at, and what was found."""

    name: str
    state: State
    said: str


class Wrong(Exception):
    """What is not as it must be, in a sentence without a full stop."""


class Unreadable(Exception):
    """What cannot be looked at at all: nothing is said about the run."""


def checked(name: str, look: Callable[[], str]) -> Check:
    """The check, with what `look` returns or with the Wrong that it raises."""
    try:
        return Check(name=name, state=State.OK, said=look())
    except Wrong as error:
        return Check(name=name, state=State.WRONG, said=str(error))
