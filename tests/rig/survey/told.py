"""What a question comes to: a value for the table, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange

# How judges name an exchange; nobody keeps the numbers of a survey.
_NUMBERED = re.compile(r"exchange \d+ \((.+?)\)")
SHOWN = 200  # characters of a server's answer that are told
Value = bool | list[str] | list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the server does, as its table would have it. `note` says what it was seen by; `details` are further lines."""

    value: Value
    note: str = ""
    details: tuple[str, ...] = ()


class CannotTell(Exception):
    """It was asked, and the answer does not say: an error of the server, or an answer that the model decides."""

    def __init__(self, reason: str, *details: str) -> None:
        super().__init__(reason)
        self.details = details


class CannotAsk(Exception):
    """This server cannot be asked: it takes one that was started in another way, or whose engine is dead."""


def said(exchange: Exchange) -> str:
    """What came instead of an answer: the status and the beginning of the body, or how the exchange failed."""
    where = f"{exchange.method} {exchange.path}"
    if exchange.failure:
        return f"{where}: {exchange.failure}"
    return f"{where}: status {exchange.status}: {exchange.text.strip()[:SHOWN] or 'an empty body'}"


def why(violation: Violation) -> str:
    """A violation in a line: an error of the server by its status and first words, anything else by the judge's."""
    bad = [each for each in violation.exchanges if each.failure or each.status != 200]
    return said(bad[0]) if bad else _NUMBERED.sub(r"\1", str(violation))


def broken_by(*checks: Callable[[], None]) -> str:
    """What the first check that fails finds wrong; empty where all hold. CannotTell where there was no answer to check."""
    try:
        for check in checks:
            check()
    except Violation as violation:
        if any(each.failure for each in violation.exchanges):
            raise CannotTell(why(violation)) from violation
        return why(violation)
    return ""
