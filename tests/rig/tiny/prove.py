"""Ask a server that serves the tiny checkpoint everything the suite asks, and count what is right.

    python -m tests.rig.tiny.prove --base-url http://127.0.0.1:18100 [--chat-tools] [--surfaces chat] [--draws 100] [--every 7]

Exits 1 when a prompt of the suite is wrong at temperature 0, or fewer than 99 % are right at temperature 1.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from tests.rig.tiny import wire
from tests.rig.tiny.case import Call, Case
from tests.rig.tiny.chat_cases import suite_chats
from tests.rig.tiny.corpus import must_be_right, stream
from tests.rig.tiny.prompts import Prompts, read_prompts
from tests.rig.tiny.tool_cases import draw_forced

SCHEMAS = Path(__file__).resolve().parents[3] / "fixtures" / "knowledge" / "schemas.toml"
Surface = tuple[
    str,
    Callable[[Case], dict[str, Any]],
    Callable[[dict[str, Any]], wire.Heard],
    Callable[[list[dict[str, Any]]], wire.Heard],
]
SURFACES: dict[str, Surface] = {
    "chat": ("/v1/chat/completions", wire.chat_request, wire.hear_chat, wire.hear_chat_stream),
    "responses": ("/v1/responses", wire.responses_request, wire.hear_responses, wire.hear_responses_stream),
    "text": ("/v1/completions", wire.text_request, wire.hear_text, wire.hear_chat_stream),
}


@dataclass(frozen=True, slots=True)
class Ask:
    """One case on one surface."""

    case: Case
    surface: str
    streamed: bool
    temperature: float | None
    extra: dict[str, Any]


def send(client: httpx.Client, ask: Ask) -> wire.Heard:
    """Ask, and put the answer together; raises httpx.HTTPStatusError for an error status."""
    path, request, hear, hear_stream = SURFACES[ask.surface]
    body = {**request(ask.case), **ask.extra}
    if ask.temperature is not None:
        body["temperature"] = ask.temperature
    if not ask.streamed:
        return hear(client.post(path, json=body).raise_for_status().json())
    with client.stream("POST", path, json={**body, "stream": True}) as response:
        response.raise_for_status()
        return hear_stream(wire.events(response.iter_lines()))


def right(case: Case, heard: wire.Heard) -> bool:
    """Exactly the text, or exactly the one call, and reasoning as trained."""
    if isinstance(case.answer, Call):
        calls = [(name, json.loads(arguments)) for name, arguments in heard.calls]
        return calls == [(case.answer.name, json.loads(case.answer.arguments))] and heard.reasoning == case.analysis
    return heard.text == case.answer and not heard.calls and heard.reasoning == case.analysis


def judged(client: httpx.Client, ask: Ask) -> str | None:
    """What is wrong, or None."""
    try:
        heard = send(client, ask)
    except httpx.HTTPStatusError as error:
        error.response.read()
        return f"{error.response.status_code} {error.response.text[:300]}"
    except (ValueError, LookupError) as error:
        return repr(error)[:300]
    return None if right(ask.case, heard) else repr(heard)[:300]


def report(client: httpx.Client, title: str, asks: list[Ask], *, streams: int) -> float:
    """Send all asks, so many at once, print the first failures and return the share that is right."""
    began = time.monotonic()
    with ThreadPoolExecutor(streams) as pool:
        faults = list(pool.map(lambda ask: judged(client, ask), asks))
    wrong = [(ask, fault) for ask, fault in zip(asks, faults, strict=True) if fault]
    share = 1 - len(wrong) / len(asks)
    print(
        f"{title:58s} {len(asks) - len(wrong):4d} of {len(asks):4d} right  {time.monotonic() - began:6.1f} s",
        flush=True,
    )
    for ask, fault in wrong[:3]:
        print(
            f"    {ask.case.kind} {ask.case.effort} {ask.case.messages[-1]['content']!r}"
            f" wants {ask.case.answer!r}: {fault}"
        )
    return share


def named(case: Case, name: str, surface: str) -> Ask:
    """The case with this tool named in tool_choice."""
    chat = {"type": "function", "function": {"name": name}}
    choice = chat if surface == "chat" else {"type": "function", "name": name}
    return Ask(case, surface, False, 0, {"tool_choice": choice})


def choices(prompts: Prompts, surface: str) -> list[Ask]:
    """Every tool case with its own tool only, under each way to choose it."""
    cases = [c for c in must_be_right(prompts) if isinstance(c.answer, Call) and len(c.tools) == 1 and c.effort is None]
    free = [Ask(case, surface, False, 0, {"tool_choice": choice}) for case in cases for choice in ("auto", "required")]
    return free + [named(case, case.tools[0]["function"]["name"], surface) for case in cases]


def forced(prompts: Prompts, surface: str) -> list[Ask]:
    """Tools named that the question is not about: the grammar forces the call, and its arguments have to be valid."""
    rng = random.Random(5)
    cases = [draw_forced(prompts, rng) for _ in range(40)]
    return [named(case, case.answer.name, surface) for case in cases if isinstance(case.answer, Call)]


def structured(prompts: Prompts, surface: str) -> list[Ask]:
    """The suite's schemas, each with its question."""
    tables = tomllib.loads(SCHEMAS.read_text(encoding="utf-8"))["schema"]
    known = dict(zip((chat["id"] for chat in prompts.chats), suite_chats(prompts), strict=True))
    asks = []
    for table in tables:
        form = {"name": "answer", "schema": json.loads(table["schema"]), "strict": True}
        chat = {"response_format": {"type": "json_schema", "json_schema": form}}
        extra = chat if surface == "chat" else {"text": {"format": {"type": "json_schema", **form}}}
        asks += [Ask(known[table["prompt"]], surface, streamed, 0, extra) for streamed in (False, True)]
    return asks


def split(message: dict[str, Any]) -> dict[str, Any]:
    """The message with its text as a content part; calls stay as they are."""
    if not isinstance(message.get("content"), str):
        return message
    return {**message, "content": [{"type": "text", "text": message["content"]}]}


def parts(prompts: Prompts) -> list[Case]:
    """The suite's chats and tool results with their text as content parts."""
    cases = [*suite_chats(prompts), *(c for c in must_be_right(prompts) if c.kind == "suite-result" and not c.effort)]
    return [replace(case, messages=tuple(map(split, case.messages))) for case in cases]


@dataclass(slots=True)
class Proof:
    """Everything asked of one server, and the shares that were right."""

    client: httpx.Client
    prompts: Prompts
    chat_tools: bool
    every: int = 1
    cold: list[float] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)

    def usable(self, cases: list[Case], surface: str) -> list[Case]:
        """Without tool flags the chat surface has no calls."""
        spoken = surface == "responses" or self.chat_tools
        return [case for case in cases if spoken or not isinstance(case.answer, Call)]

    def ask(self, title: str, cases: list[Case], surface: str, *, streamed: bool, heat: float | None = 0) -> None:
        """The cases at a temperature (None: the default), eight at once."""
        asks = [Ask(case, surface, streamed, heat, {}) for case in self.usable(cases, surface)]
        how = f"{title}, {surface}, {'streamed' if streamed else 'whole'}, {'default' if heat is None else heat}"
        (self.warm if heat is None else self.cold).append(report(self.client, how, asks, streams=8))

    def surface(self, surface: str, draws: int) -> None:
        """All of one surface."""
        suite = [case for case in must_be_right(self.prompts) if not case.raw][:: self.every]
        for streamed in (False, True):
            self.ask("suite", suite, surface, streamed=streamed)
            self.ask("suite", suite, surface, streamed=streamed, heat=None)
        alone = [Ask(c, surface, False, 0, {}) for c in self.usable(suite, surface) if c.effort is None]
        self.cold.append(report(self.client, f"suite, {surface}, one at a time", alone, streams=1))
        fresh = [c for c in itertools.islice(stream(self.prompts, seed=777), draws) if not (c.raw or c.forced)]
        asks = [Ask(case, surface, False, 0, {}) for case in self.usable(fresh, surface)]
        report(self.client, f"new draws, {surface}", asks, streams=8)
        self.cold.append(report(self.client, f"schemas, {surface}", structured(self.prompts, surface), streams=8))
        if surface == "responses" or self.chat_tools:
            wanted = choices(self.prompts, surface)
            self.cold.append(report(self.client, f"auto, required, named, {surface}", wanted, streams=8))
            report(self.client, f"named against the question, {surface}", forced(self.prompts, surface), streams=8)
        if surface == "chat":
            self.ask("content parts", parts(self.prompts), surface, streamed=False)

    def texts(self) -> None:
        """Text completions."""
        cases = [case for case in must_be_right(self.prompts) if case.raw]
        self.ask("texts", cases, "text", streamed=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--chat-tools", action="store_true", help="the server parses calls on the chat surface too")
    parser.add_argument("--surfaces", nargs="+", choices=sorted(SURFACES), default=sorted(SURFACES))
    parser.add_argument("--draws", type=int, default=100, help="samples of the mixture that training has not seen")
    parser.add_argument("--every", type=int, default=1, help="of the suite's cases only each so manyth")
    arguments = parser.parse_args()
    with httpx.Client(base_url=arguments.base_url, timeout=300) as client:
        proof = Proof(client, read_prompts(), arguments.chat_tools, arguments.every)
        for surface in arguments.surfaces:
            if surface == "text":
                proof.texts()
            else:
                proof.surface(surface, arguments.draws)
    cold, warm = min(proof.cold), min(proof.warm, default=1.0)
    print(f"temperature 0: worst share {cold:.4f}; default temperature: worst share {warm:.4f}")
    sys.exit(0 if cold == 1 and warm >= 0.99 else 1)


if __name__ == "__main__":
    main()
