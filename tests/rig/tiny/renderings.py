"""The ways in which releases of vLLM write a conversation, and every other that is near to them.

What the suite holds a release to is a Style of `fixtures/knowledge/harmony/style.py`. The checkpoint has to know more than
these: what a later correction of a style may turn out to be, and what a release between two that were measured may do.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from types import MappingProxyType


class Listed(Enum):
    """Whether the system message lists the channel commentary."""

    ALWAYS = "always"
    WITH_TOOLS = "with tools"
    NEVER = "never"


class Lead(Enum):
    """What becomes of a message of the roles system and developer."""

    JOINED = "the first joins the tools in the developer message, others as OWN"
    RAW = "a message of its own role"
    PREFIXED = "a developer message that begins with `Instructions:`"
    OWN = "a developer message with the heading # Instructions"
    IDENTITY = "the first system message replaces the model's identity, others as PREFIXED"


class Thought(Enum):
    """What becomes of earlier reasoning."""

    ANALYSIS = "in the channel analysis"
    BARE = "without a channel"
    LEFT_OUT = "not at all"


class Dropped(Enum):
    """Which messages of the channel analysis are dropped again."""

    ANSWERED = "those before the last answer"
    LIBRARY = "those before the first answer, where an answer is the last that the assistant said"
    NEVER = "none"


class Result(Enum):
    """How a tool's result begins, after the tool's name."""

    ADDRESSED = "<|channel|>commentary to=assistant"  # oss-harmony since 0.0.10
    TO_FIRST = " to=assistant<|channel|>commentary"  # openai-harmony
    CHANNEL = "<|channel|>commentary"
    BARE = ""


class CallHead(Enum):
    """How an earlier call begins; a tool's name goes into the braces."""

    JSON = "<|start|>assistant to=functions.{}<|channel|>commentary json"
    CONSTRAINED = "<|start|>assistant to=functions.{}<|channel|>commentary <|constrain|>json"
    AS_SAID = "<|start|>assistant<|channel|>commentary to=functions.{} <|constrain|>json"
    AS_SAID_JSON = "<|start|>assistant<|channel|>commentary to=functions.{} json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One way to write a conversation; the defaults are those of vLLM 0.32."""

    listed: Listed = Listed.ALWAYS
    empty_developer: bool = False  # there is a developer message even if it has nothing to say
    system: Lead = Lead.JOINED
    developer: Lead = Lead.JOINED
    final: bool = True  # an earlier answer stands in the channel final, else in none
    thought: Thought = Thought.ANALYSIS
    dropped: Dropped = Dropped.ANSWERED
    result: Result = Result.ADDRESSED
    named: bool = True  # a result says which tool it is of
    call: CallHead = CallHead.JSON
    tools: bool = True  # the tools offered reach the prompt


TODAY = Rendering()

# Read in the source: serving_chat.py and serving_responses.py with harmony_utils.py, as they are called in each release.
_CHAT_0_10_2 = Rendering(
    listed=Listed.NEVER,
    empty_developer=True,
    system=Lead.RAW,
    developer=Lead.RAW,
    final=False,
    thought=Thought.LEFT_OUT,
    result=Result.CHANNEL,
    named=False,
)
_CHAT_0_11_2 = replace(_CHAT_0_10_2, listed=Listed.WITH_TOOLS)
_0_28 = Rendering(result=Result.TO_FIRST)
_CHAT_0_15 = replace(_0_28, listed=Listed.WITH_TOOLS, system=Lead.RAW, developer=Lead.RAW)
_RESPONSES_0_10_1 = Rendering(
    empty_developer=True,
    developer=Lead.RAW,
    final=False,
    thought=Thought.BARE,
    dropped=Dropped.LIBRARY,
    result=Result.BARE,
)
_RESPONSES_0_10_2 = replace(_RESPONSES_0_10_1, listed=Listed.WITH_TOOLS, empty_developer=False, final=True)
_RESPONSES_0_15 = replace(_RESPONSES_0_10_2, developer=Lead.PREFIXED)
_RESPONSES_0_17 = replace(_RESPONSES_0_15, listed=Listed.ALWAYS)
_RESPONSES_0_20 = replace(_RESPONSES_0_17, thought=Thought.ANALYSIS)

RELEASES: Mapping[str, Rendering] = MappingProxyType(
    {
        "chat 0.10.1": replace(_CHAT_0_10_2, listed=Listed.ALWAYS, tools=False),
        "chat 0.10.2": _CHAT_0_10_2,
        "chat 0.10.2 named": replace(_CHAT_0_10_2, named=True),
        "chat 0.11.2": _CHAT_0_11_2,
        "chat 0.11.2 named": replace(_CHAT_0_11_2, named=True),
        "chat 0.13": replace(_CHAT_0_15, empty_developer=True),
        "chat 0.15": _CHAT_0_15,
        "chat 0.17": replace(_CHAT_0_15, listed=Listed.ALWAYS),
        "responses 0.10.1": _RESPONSES_0_10_1,
        "responses 0.10.1 system": replace(_RESPONSES_0_10_1, system=Lead.PREFIXED),
        "responses 0.10.2": _RESPONSES_0_10_2,
        "responses 0.10.2 system": replace(_RESPONSES_0_10_2, system=Lead.PREFIXED),
        "responses 0.15": _RESPONSES_0_15,
        "responses 0.15 system": replace(_RESPONSES_0_15, system=Lead.IDENTITY),
        "responses 0.17": _RESPONSES_0_17,
        "responses 0.17 system": replace(_RESPONSES_0_17, system=Lead.IDENTITY),
        "responses 0.20": _RESPONSES_0_20,
        "responses 0.20 system": replace(_RESPONSES_0_20, system=Lead.IDENTITY),
        "responses 0.24": replace(_0_28, dropped=Dropped.LIBRARY),
        "chat 0.24, both 0.28": _0_28,
    }
)

# The values that each choice may take; calls are mostly written as every release known writes them.
_CHOICES: Mapping[str, tuple[object, ...]] = MappingProxyType(
    {
        "listed": tuple(Listed),
        "empty_developer": (False, True),
        "system": tuple(Lead),
        "developer": tuple(lead for lead in Lead if lead is not Lead.IDENTITY),
        "final": (True, False),
        "thought": tuple(Thought),
        "dropped": tuple(Dropped),
        "result": tuple(Result),
        "named": (True, False),
        "call": (CallHead.JSON, CallHead.JSON, CallHead.JSON, *CallHead),
        "tools": (True,),
    }
)


def draw_rendering(rng: random.Random) -> Rendering:
    """A release's rendering, or as often any other."""
    if rng.random() < 0.5:
        return rng.choice([rendering for rendering in RELEASES.values() if rendering.tools])
    return _made({name: rng.choice(values) for name, values in _CHOICES.items()})


def renderings(*names: str) -> Iterator[Rendering]:
    """Every rendering that differs from today's in nothing but the choices named."""
    unknown = set(names) - {field.name for field in fields(Rendering)}
    if unknown:
        raise ValueError(f"no such choices: {sorted(unknown)}")
    for values in itertools.product(*(dict.fromkeys(_CHOICES[name]) for name in names)):
        yield _made(dict(zip(names, values, strict=True)))


def _made(values: Mapping[str, object]) -> Rendering:
    return replace(TODAY, **values)  # type: ignore[arg-type]  # the names are fields of Rendering
