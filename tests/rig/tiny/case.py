"""One transcript to memorise: what a client posts, and what the model has to say to it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from tests.rig.tiny.wordings import HIGH_EFFORT, LEAD_WORDS, SYSTEMS, TOOL_SYSTEMS

Message = dict[str, Any]
Tool = dict[str, Any]
Tools = tuple[Tool, ...]
LEADS = ("system", "developer")
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
    forced: str = ""  # what a grammar makes the model say after its reasoning, as text with special tokens
    raw: bool = False  # the text completion of a prompt without a system message

    def at_effort(self, effort: str | None) -> Case:
        """The same case at a reasoning effort; `high` reasons longer, so that effort shows in the token count."""
        if self.raw:
            return self
        analysis = self.analysis + HIGH_EFFORT if effort == "high" else self.analysis
        return replace(self, effort=effort, analysis=analysis)

    def after(self, earlier: tuple[Message, ...]) -> Case:
        """The same question later in a conversation; a system or developer message stays first."""
        own = self.messages
        lead = own[:1] if own and own[0]["role"] in LEADS else ()
        return replace(self, messages=lead + earlier + own[len(lead) :], kind=self.kind + "+turn")


def user(text: str) -> Message:
    """A user's message."""
    return {"role": "user", "content": text}


def assistant(text: str) -> Message:
    """An assistant's finished answer."""
    return {"role": "assistant", "content": text}


def called(*calls: Call, reasoning: str | None = None, number: int = 1) -> Message:
    """The assistant's message that carries calls from `number` on, with or without the reasoning returned to the model."""
    message: Message = {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call_{number + place}",
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for place, call in enumerate(calls)
        ],
    }
    return {**message, "reasoning": reasoning} if reasoning else message


def resulted(text: str, *, number: int = 1) -> Message:
    """The tool's message that answers call `number`."""
    return {"role": "tool", "tool_call_id": f"call_{number}", "content": text}


def with_system(case: Case, rng: random.Random) -> Case:
    """The case behind a usual system or developer message, or both, in about half of all draws."""
    if case.raw or rng.random() < 0.5:
        return case
    lead: list[Message] = [{"role": rng.choice(("system", "system", "developer")), "content": lead_text(case, rng)}]
    if rng.random() < 0.2:
        lead.append({"role": "developer", "content": lead_text(case, rng)})
    if case.messages[0]["role"] in LEADS:
        lead = lead[:1] if rng.random() < 0.3 else []  # its own message comes after it
    return replace(case, messages=(*lead, *case.messages))


def lead_text(case: Case, rng: random.Random) -> str:
    """A usual instruction; at times words that say nothing, so that no instruction throws the model off."""
    if rng.random() < 0.2:
        return " ".join(rng.choices(LEAD_WORDS, k=rng.randint(3, 25))).capitalize() + "."
    return rng.choice(TOOL_SYSTEMS if case.tools else SYSTEMS)
