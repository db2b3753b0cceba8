"""What a part of ring 2 is: cases by name, and a way to prove one of them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.prove.results import Result

# Proves one case; `again` is true for the second try of one that surprised, which has nothing beside it and more time.
Prover = Callable[[str, bool], Result]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part. `proving` opens it in a directory of its own; `at_once` cases are proven beside each other."""

    name: str
    what: str
    cases: Callable[[], Sequence[str]]
    proving: Callable[[Path], AbstractContextManager[Prover]]
    at_once: int = 1
    write: Callable[[], None] | None = None  # a page of its own, beside docs/PROOF.md
