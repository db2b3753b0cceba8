"""Asks the questions, and holds what came against what the tables say of the release today."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fixtures.core.errors import Blocked, Violation
from fixtures.knowledge.versions import values_for
from tests.rig.survey.questions import NO_QUESTION, QUESTIONS
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotAsk, CannotTell, Told, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One table: what the server does, or the reason why that is not told; and every value that the table allows it."""

    table: str
    known: tuple[Any, ...]
    told: Told | None = None
    reason: str = ""
    details: tuple[str, ...] = ()
    askable: bool = True  # False: no answer of this server could have told it

    @property
    def as_known(self) -> bool:
        """Whether the table says the same: one of its values, or answers that all stand in its lists."""
        if self.told is None:
            return False
        value = self.told.value
        if value in self.known:
            return True
        if isinstance(value, bool) or not value:
            return False
        return set(value) <= {each for entry in self.known for each in entry}

    @property
    def in_order(self) -> bool:
        """Whether there is nothing to look at: as known, or not to be asked of this server."""
        return self.as_known if self.told else not self.askable


def survey(server: Server, tables: Iterable[str]) -> Iterator[Result]:
    """The tables one after the other, each as soon as it is told."""
    known = values_for(server.version)
    for table in tables:
        yield _result(server, table, known[table])


def _result(server: Server, table: str, known: tuple[Any, ...]) -> Result:
    if table in NO_QUESTION:
        return Result(table=table, known=known, reason=NO_QUESTION[table], askable=False)
    try:
        told = QUESTIONS[table](server)
        return Result(table=table, known=known, told=told, details=told.details)
    except CannotAsk as error:
        return Result(table=table, known=known, reason=str(error), askable=False)
    except CannotTell as error:
        return Result(table=table, known=known, reason=str(error), details=error.details)
    except Violation as violation:
        return Result(table=table, known=known, reason=why(violation))
    except Blocked as blocked:
        return Result(table=table, known=known, reason=str(blocked))
