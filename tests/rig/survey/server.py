"""The server that is surveyed: found, named, and asked, every request once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.adapters.metrics import Metrics
from fixtures.core.errors import Violation
from fixtures.core.exchange import Call, Exchange
from fixtures.core.redact import Redactor
from fixtures.core.timeout_budget import TimeoutBudget
from fixtures.judges.basic import read_ok
from tests.rig.record.request import MODEL, Json, get
from tests.rig.survey.told import CannotTell, said, why

DEADLINE = 120.0  # seconds for one request, all of its answer included
HANGS = 3  # requests of a kind that may take all of it, one after the other; those after them get less
LIMITS = ("max_tokens", "max_output_tokens")


class NoServer(Exception):
    """There is nothing to survey: no server, none that names its release, or another model; the message says which."""


@dataclass(slots=True)
class Server:
    """A server that answers. What two questions need is sent once, and both read the same exchange."""

    http: HttpClient
    model: str
    version: str
    asked: dict[str, Exchange] = field(default_factory=dict)

    def exchange(self, request: Json) -> Exchange:
        """What came, whatever it is; ValueError for a body without a token limit."""
        key = json.dumps(request, sort_keys=True)
        if key not in self.asked:
            self.asked[key] = self.http.send(_call(request, self.model))
        return self.asked[key]

    def answer(self, request: Json) -> Exchange:
        """What came with status 200; CannotTell, with what came instead, for anything else."""
        exchange = self.exchange(request)
        if exchange.failure or exchange.status != 200:
            raise CannotTell(said(exchange))
        return exchange

    @property
    def metrics(self) -> Metrics:
        """The server's counters."""
        return Metrics(self.http, deadline=DEADLINE)


def _call(request: Json, model: str) -> Call:
    body = request["body"]
    if body is None:
        return Call(method=request["method"], path=request["path"], deadline=DEADLINE)
    if not any(body.get(name) for name in LIMITS):
        raise ValueError(f"a request without a token limit: {request}")
    sent = {**body, "model": model} if body.get("model") == MODEL else body
    data = json.dumps(sent, ensure_ascii=False, allow_nan=False).encode()
    headers = (("content-type", "application/json"),)
    return Call(method=request["method"], path=request["path"], body=data, headers=headers, deadline=DEADLINE)


@contextmanager
def connected(base_url: str, model: str) -> Iterator[Server]:
    """The server at a URL, which must answer and serve `model`; NoServer if it does not."""
    url = _checked(base_url)
    budget = TimeoutBudget(hangs=HANGS, session=inf)
    with (
        TemporaryDirectory(prefix="survey-") as directory,
        HttpClient(url, ledger=Ledger(Path(directory), Redactor()), budget=budget) as http,
    ):
        version = _text(_body(http, url, "/version").get("version"))
        if not version:
            raise NoServer(f"{url}/version names no version, so there is no telling which release this is")
        _expect_model(_body(http, url, "/v1/models"), url, model)
        budget.begin()
        yield Server(http=http, model=model, version=version)


def _checked(base_url: str) -> str:
    try:
        parts = urlsplit(base_url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise NoServer(f"--base-url {base_url}: expected http://HOST[:PORT][/PREFIX]")
    return base_url.rstrip("/").removesuffix("/v1")


def _body(http: HttpClient, url: str, path: str) -> Json:
    exchange = http.send(_call(get(path), MODEL))
    if exchange.status is None:
        raise NoServer(f"no server answers at {url}: {exchange.failure}")
    try:
        return read_ok(exchange)
    except Violation as violation:
        raise NoServer(f"{url} does not answer as vLLM does: {why(violation)}") from violation


def _expect_model(body: Json, url: str, model: str) -> None:
    listed = body.get("data")
    served = [_text(each.get("id")) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    if model not in served:
        found = ", ".join(served) or "no model"
        raise NoServer(f"{url} serves {found}, and not {model}: name one with --served-model")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
