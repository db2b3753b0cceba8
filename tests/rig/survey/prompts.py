"""The question how a request becomes harmony messages: told by the sizes of prompts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from fixtures.knowledge.harmony.render import CHAT, RESPONSES
from tests.rig.record.request import Json
from tests.rig.survey.bodies import prompt_requests
from tests.rig.survey.server import Server
from tests.rig.survey.styles import Measured, Miss, Nearest, Sizes, named_misses, nearest
from tests.rig.survey.told import CannotTell, Told, said

_SURFACES = {CHAT: "chat", RESPONSES: "Responses"}


def prompt_styles(server: Server) -> Told:
    """The known styles that fit every prompt; CannotTell, with the choices that come nearest, if none does."""
    measured, left_out = _measured(server)
    if not measured:
        raise CannotTell("no prompt was counted", *left_out)
    sizes = Sizes()
    missed = named_misses(measured, sizes)
    if fitting := [name for name, misses in missed.items() if not misses]:
        return Told(value=fitting, note=f"fits all {len(measured)} prompts", details=left_out)
    raise CannotTell(
        f"no style of fixtures/knowledge/harmony/style.py fits all {len(measured)} prompts",
        *(f"style {name} misses {len(misses)}" for name, misses in missed.items()),
        *(line for path in _SURFACES for line in _nearest(measured, path, sizes)),
        *left_out,
    )


def _measured(server: Server) -> tuple[list[Measured], tuple[str, ...]]:
    """The prompts that were counted, and a line for each that was not."""
    found, left_out, uncounted = [], [], []
    for name, request in prompt_requests().items():
        exchange = server.exchange(request)
        tokens = _tokens(exchange.text) if exchange.status == 200 and not exchange.failure else None
        if tokens:
            found.append(Measured(name=name, path=request["path"], body=request["body"], tokens=tokens))
        elif tokens == 0:
            uncounted.append(name)
        else:
            left_out.append(f"left out, {name}: {said(exchange)}")
    return found, (*left_out, *_uncounted(uncounted))


def _tokens(text: str) -> int | None:
    """The size of the prompt; 0 where the answer counts nothing, None where it is no answer."""
    try:
        usage: Any = json.loads(text).get("usage") or {}
        count = next((usage[name] for name in ("prompt_tokens", "input_tokens") if name in usage), 0)
    except (ValueError, AttributeError, TypeError):
        return None
    return count if type(count) is int else None


def _uncounted(names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"left out, for their answers count no tokens: {'; '.join(names)}"


def _nearest(measured: Sequence[Measured], path: str, sizes: Sizes) -> Iterator[str]:
    of_path = [each for each in measured if each.path == path]
    if not of_path:
        return
    found = nearest(of_path, path, sizes)
    yield f"{_SURFACES[path]}, {len(of_path)} prompts: {len(found.misses)} missed with {_choices(found)}"
    yield from map(_missed, found.misses)


def _choices(found: Nearest) -> str:
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in found.fields.items())


def _missed(miss: Miss) -> str:
    body: Json = {name: value for name, value in miss.measured.body.items() if name not in ("model", "temperature")}
    shown = json.dumps(body, ensure_ascii=False)
    return f"missed, {miss.measured.name}: expected {miss.expected}, got {miss.measured.tokens}: {shown}"
