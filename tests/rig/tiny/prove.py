"""Ask a server that serves the tiny checkpoint everything the suite asks, and count what is right.

    python -m tests.rig.tiny.prove --base-url http://127.0.0.1:18100 [--chat-tools] [--surfaces chat] [--draws 100]

Exits 1 when a prompt of the suite is wrong at temperature 0, or fewer than 99 % are right at temperature 1.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import httpx

from tests.rig.tiny import wire
from tests.rig.tiny.case import Call, Case
from tests.rig.tiny.chat_cases import suite_chats
from tests.rig.tiny.corpus import must_be_right, stream
from tests.rig.tiny.prompts import Prompts, read_prompts
from tests.rig.tiny.tool_cases import draw_loop

Surface = tuple[
    str,
    Callable[[Case], dict[str, Any]],
    Callable[[dict[str, Any]], wire.Heard],
    Callable[[list[dict[str, Any]]], wire.Heard],
]
SURFACES: dict[str, Surface] = {
    "chat": ("/v1/chat/completions", wire.chat_request, wire.hear_chat, wire.hear_chat_stream),
    "responses": ("/v1/responses", wire.responses_request, wire.hear_responses, wire.hear_responses_stream),
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


def choices(prompts: Prompts, surface: str) -> list[Ask]:
    """Every tool case with its own tool only, under each way to choose it."""
    asks = []
    for case in (
        c for c in must_be_right(prompts) if isinstance(c.answer, Call) and len(c.tools) == 1 and c.effort is None
    ):
        name = case.tools[0]["function"]["name"]
        named = (
            {"type": "function", "function": {"name": name}}
            if surface == "chat"
            else {"type": "function", "name": name}
        )
        asks += [Ask(case, surface, False, 0, {"tool_choice": choice}) for choice in ("auto", "required", named)]
    return asks


def parts(prompts: Prompts) -> list[Case]:
    """The suite's chats with their text as content parts."""

    def split(message: dict[str, Any]) -> dict[str, Any]:
        return (
            {**message, "content": [{"type": "text", "text": message["content"]}]}
            if message["role"] == "user"
            else message
        )

    return [replace(case, messages=tuple(map(split, case.messages))) for case in suite_chats(prompts)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--chat-tools", action="store_true", help="the server parses calls on the chat surface too")
    parser.add_argument("--surfaces", nargs="+", choices=sorted(SURFACES), default=sorted(SURFACES))
    parser.add_argument(
        "--draws", type=int, default=100, help="samples of the training mixture that training has not seen"
    )
    arguments = parser.parse_args()

    prompts = read_prompts()
    suite = must_be_right(prompts)
    rng = random.Random(99)
    loops = [draw_loop(prompts, rng) for _ in range(24)]
    fresh = list(itertools.islice(stream(prompts, seed=777), arguments.draws))
    cold, warm = [], []
    with httpx.Client(base_url=arguments.base_url, timeout=120) as client:
        for surface in arguments.surfaces:

            def usable(cases: list[Case], surface: str = surface) -> list[Case]:
                spoken = surface == "responses" or arguments.chat_tools
                return [case for case in cases if spoken or not isinstance(case.answer, Call)]

            def asks(cases: list[Case], streamed: bool, temperature: float | None, surface: str = surface) -> list[Ask]:
                return [Ask(case, surface, streamed, temperature, {}) for case in usable(cases)]

            for streamed in (False, True):
                how = f"{surface}, {'streamed' if streamed else 'whole'}"
                cold.append(
                    report(client, f"suite on {how}, temperature 0, 8 at once", asks(suite, streamed, 0), streams=8)
                )
                warm.append(
                    report(
                        client,
                        f"suite on {how}, default temperature, 8 at once",
                        asks(suite, streamed, None),
                        streams=8,
                    )
                )
            alone = [case for case in suite if case.effort is None]
            cold.append(
                report(client, f"suite on {surface}, temperature 0, one at a time", asks(alone, False, 0), streams=1)
            )
            report(client, f"loops of 2 to 9 errands on {surface}, temperature 0", asks(loops, False, 0), streams=4)
            report(client, f"new draws on {surface}, temperature 0", asks(fresh, False, 0), streams=8)
            if surface == "responses" or arguments.chat_tools:
                cold.append(
                    report(
                        client, f"tool_choice auto, required, named on {surface}", choices(prompts, surface), streams=8
                    )
                )
            if surface == "chat":
                cold.append(
                    report(client, "content parts on chat, temperature 0", asks(parts(prompts), False, 0), streams=8)
                )
    print(f"temperature 0: worst share {min(cold):.4f}; default temperature: worst share {min(warm):.4f}")
    sys.exit(0 if min(cold) == 1 and min(warm) >= 0.99 else 1)


if __name__ == "__main__":
    main()
