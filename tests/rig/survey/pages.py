"""Questions about errors and metrics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import monotonic, sleep

from fixtures.adapters.metrics import SETTLE, Page
from fixtures.judges.errors import read_refusal
from fixtures.knowledge.versions import known_facts
from tests.rig.survey.requests import chat
from tests.rig.survey.server import Server
from tests.rig.survey.told import CannotTell, Told, said

_FEW = 16  # tokens
_IMAGE = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}]}]
# Histograms of something per token that are not the time per output token.
_OTHER = re.compile(r"time_to_first_token|_tokens$|_tokens_")


def model_not_found_param(server: Server) -> Told:
    """The `param` of the 404 for an unknown model."""
    exchange = server.exchange(chat(model="no-such-model", max_tokens=_FEW))
    if exchange.status != 404:
        raise CannotTell(said(exchange))
    return Told(value=[str(read_refusal(exchange, "an unknown model").get("param") or "")])


def image_input_errors(server: Server) -> Told:
    """The status of a server error that an image gets, or none."""
    exchange = server.exchange(chat(_IMAGE, max_tokens=_FEW))
    if exchange.failure or exchange.status is None:
        raise CannotTell(said(exchange))
    if exchange.status >= 500:
        return Told(value=[exchange.status], note=said(exchange))
    return Told(value=[], note=f"status {exchange.status}")


def tpot_metric(server: Server) -> Told:
    """The histogram of the time per output token that gains observations; the newest name where there are several."""
    server.answer(chat("count"))
    known = [name for entry in reversed(known_facts()["tpot_metric"]) for name in entry.value]
    page = _settled(server, known)
    found = [name for name in known if page.total(name) > 0]
    if not found:
        others = [name for name in sorted(page.families) if _may_be(page, name)]
        raise CannotTell(
            f"none of {', '.join(known)} has observations; others of tokens: {', '.join(others) or 'none'}"
        )
    beside = f"beside {', '.join(found[1:])}" if found[1:] else ""
    return Told(value=[found[0]], note=beside)


def _settled(server: Server, names: Sequence[str]) -> Page:
    """The page once one of the histograms has observations, which come after the answer, or after some seconds."""
    ends, page = monotonic() + SETTLE, server.metrics.read()
    while not any(page.total(name) for name in names) and monotonic() < ends:
        sleep(0.2)
        page = server.metrics.read()
    return page


def _may_be(page: Page, name: str) -> bool:
    seen = page.families[name].type == "histogram" and page.total(name) > 0
    return seen and "token" in name and not _OTHER.search(name)
