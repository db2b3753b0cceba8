"""One transcript to memorise: what a client posts, and what the model has to say to it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from tests.rig.tiny.wordings import HIGH_EFFORT, SYSTEMS, TOOL_SYSTEMS

Message = dict[str, Any]
Tool = dict[str, Any]
Tools = tuple[Tool, ...]
EFFORTS = (None, "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Call:
    """A function call: `arguments` is JSON text, exactly as it is to be generated."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation up to the model's turn, and that turn: `answer` is the final text or the call to make."""

    messages: tuple[Message, ...]
    analysis: str
    answer: str | Call
    tools: Tools = ()
    json: bool = False
    effort: str | None = None
    kind: str = ""

    def at_effort(self, effort: str | None) -> Case:
        """The same case at a reasoning effort; `high` reasons longer, so that effort shows in the token count."""
        analysis = self.analysis + HIGH_EFFORT if effort == "high" else self.analysis
        return replace(self, effort=effort, analysis=analysis)

    def after(self, earlier: tuple[Message, ...]) -> Case:
        """The same question later in a conversation; a system message stays first."""
        own = self.messages
        lead = own[:1] if own and own[0]["role"] == "system" else ()
        return replace(self, messages=lead + earlier + own[len(lead) :], kind=self.kind + "+turn")


def user(text: str) -> Message:
    """A user's message."""
    return {"role": "user", "content": text}


def assistant(text: str) -> Message:
    """An assistant's finished answer."""
    return {"role": "assistant", "content": text}


def called(call: Call, *, reasoning: str | None = None, number: int = 1) -> Message:
    """The assistant's message that carries a call, with or without the reasoning returned to the model."""
    function = {"name": call.name, "arguments": call.arguments}
    message: Message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{number}", "type": "function", "function": function}],
    }
    return {**message, "reasoning": reasoning} if reasoning else message


def resulted(text: str, *, number: int = 1) -> Message:
    """The tool's message that answers call `number`."""
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": text}


def with_system(case: Case, rng: random.Random) -> Case:
    """The case behind a usual system message, in about half of all draws, unless it has its own."""
    if case.messages[0]["role"] == "system" or rng.random() < 0.5:
        return case
    text = rng.choice(TOOL_SYSTEMS if case.tools else SYSTEMS)
    return replace(case, messages=({"role": "system", "content": text}, *case.messages))
