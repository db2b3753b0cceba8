"""The prompt of a case, as a release of vLLM writes it; needs openai_harmony alone, none of the releases."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache

from openai_harmony import RenderOptions

from fixtures.knowledge.harmony import pieces
from fixtures.knowledge.harmony.render import encode, encoding
from tests.rig.tiny.case import LEADS, Case, Message
from tests.rig.tiny.renderings import Dropped, Lead, Listed, Rendering, Thought

PLACEHOLDER_DATE = "2025-06-28"
Ids = tuple[int, ...]
Part = tuple[str, Ids]  # what is written, by kind ("final", "analysis", "call" and others), and its tokens


@dataclass(slots=True)
class Opening:
    """What the leading messages of a conversation become: parts of the first two messages, and the rest."""

    identity: str | None = None
    instructions: str | None = None
    rest: list[Message] = field(default_factory=list)


def prompt_ids(case: Case, rendering: Rendering) -> list[int]:
    """The tokens of the case's prompt in this rendering, with the opening of the assistant's turn."""
    if not rendering.tools:
        case = replace(case, tools=())
    opening = opened(case, rendering)
    names = names_of(case)
    parts = [part for message in opening.rest for part in message_parts(message, names, rendering)]
    ids = list(preamble_ids(opening.identity, opening.instructions, json.dumps(case.tools), case.effort, rendering))
    for _, written in kept(parts, rendering.dropped):
        ids += written
    return [*ids, *head("<|start|>assistant")]


def opened(case: Case, rendering: Rendering) -> Opening:
    """Where each system or developer message goes."""
    opening = Opening()
    for place, message in enumerate(case.messages):
        how = lead_of(message, place, rendering)
        if how is Lead.JOINED:
            opening.instructions = message["content"]
        elif how is Lead.IDENTITY and opening.identity is None:
            opening.identity = message["content"]
        else:
            opening.rest.append(message)
    return opening


def lead_of(message: Message, place: int, rendering: Rendering) -> Lead | None:
    """What becomes of a message that leads; None for any other. Only the first message can join the tools."""
    if message["role"] not in LEADS:
        return None
    how = rendering.system if message["role"] == "system" else rendering.developer
    return Lead.OWN if how is Lead.JOINED and place > 0 else how


def names_of(case: Case) -> dict[str, str]:
    """The tools' names by call id."""
    calls = (call for message in case.messages for call in message.get("tool_calls", ()))
    return {call["id"]: call["function"]["name"] for call in calls}


@cache
def preamble_ids(
    identity: str | None, instructions: str | None, tools: str, effort: str | None, rendering: Rendering
) -> Ids:
    """System message, and developer message where there is one; `tools` is their JSON."""
    offered = [pieces.tool(tool["function"]) for tool in json.loads(tools)]
    listed = rendering.listed is Listed.ALWAYS or (rendering.listed is Listed.WITH_TOOLS and bool(offered))
    system = pieces.system(effort=effort, date=PLACEHOLDER_DATE, commentary=listed)
    if identity is not None:
        system.content[0].with_model_identity(identity)
    messages = [system]
    if instructions or offered or rendering.empty_developer:
        messages.append(pieces.developer(instructions, offered))
    options = RenderOptions(conversation_has_function_tools=bool(offered))
    return tuple(token for message in messages for token in encoding().render(message, options))


def message_parts(message: Message, names: dict[str, str], rendering: Rendering) -> list[Part]:
    """A chat message as what is written for it."""
    role, content = message["role"], message["content"]
    if role in LEADS:
        return [("lead", lead_ids(role, content, rendering))]
    if role == "tool":
        name = names[message["tool_call_id"]] if rendering.named else ""
        return [("result", written(f"<|start|>functions.{name}{rendering.result.value}", content))]
    if role == "user":
        return [("user", written("<|start|>user", content))]
    return [*thought_parts(message, rendering), *call_parts(message, rendering), *answer_parts(message, rendering)]


def lead_ids(role: str, content: str, rendering: Rendering) -> Ids:
    """A system or developer message that stands where the client has it."""
    how = rendering.system if role == "system" else rendering.developer
    if how is Lead.RAW:
        return written(f"<|start|>{role}", content)
    prefix = "Instructions:\n" if how in (Lead.PREFIXED, Lead.IDENTITY) else "# Instructions\n\n"
    return written("<|start|>developer", prefix + content)


def thought_parts(message: Message, rendering: Rendering) -> list[Part]:
    """The reasoning that the client gave back."""
    thought = message.get("reasoning")
    if not thought or rendering.thought is Thought.LEFT_OUT:
        return []
    if rendering.thought is Thought.BARE:
        return [("thought", written("<|start|>assistant", thought))]
    return [("analysis", written("<|start|>assistant<|channel|>analysis", thought))]


def call_parts(message: Message, rendering: Rendering) -> list[Part]:
    """The calls of an assistant's message."""
    functions = [call["function"] for call in message.get("tool_calls", ())]
    begin = rendering.call.value
    return [("call", written(begin.format(made["name"]), made["arguments"], end="<|call|>")) for made in functions]


def answer_parts(message: Message, rendering: Rendering) -> list[Part]:
    """The text of an assistant's message."""
    if not message["content"]:
        return []
    if not rendering.final:
        return [("answer", written("<|start|>assistant", message["content"]))]
    return [("final", written("<|start|>assistant<|channel|>final", message["content"]))]


def kept(parts: list[Part], dropped: Dropped) -> list[Part]:
    """The parts without the reasoning that is dropped."""
    finals = [place for place, (kind, _) in enumerate(parts) if kind == "final"]
    said = [kind for kind, _ in parts if kind in ("final", "analysis", "call", "thought", "answer")]
    if not finals or dropped is Dropped.NEVER or (dropped is Dropped.LIBRARY and said[-1] != "final"):
        return parts
    until = finals[0] if dropped is Dropped.LIBRARY else finals[-1]
    return [part for place, part in enumerate(parts) if place >= until or part[0] != "analysis"]


def written(begin: str, text: str, *, end: str = "<|end|>") -> Ids:
    """A message: its header, text in which special tokens are none, and its end."""
    return (*head(begin), *head("<|message|>"), *plain(text), *head(end))


@cache
def head(text: str) -> Ids:
    """The tokens of a text in which special tokens count as such."""
    return tuple(encode(text))


@cache
def plain(text: str) -> Ids:
    """The tokens of a text in which they do not."""
    return tuple(encoding().encode(text, disallowed_special=()))
