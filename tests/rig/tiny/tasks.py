"""What has to be rendered: each case of the training set, and the way in which it is written."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fixtures.knowledge.harmony.render import CHAT, RESPONSES, encode, messages_of, tokens_of
from fixtures.knowledge.harmony.style import STYLES
from tests.rig.tiny.case import LEADS, Call, Case
from tests.rig.tiny.prompt_ids import PLACEHOLDER_DATE, prompt_ids
from tests.rig.tiny.renderings import RELEASES, TODAY, Rendering, draw_rendering
from tests.rig.tiny.wire import chat_request, responses_request

OLDER = 0.5  # the share of the cases that are not written as vLLM 0.32 does
TOOLS = encode(" namespace")[0]


@dataclass(frozen=True, slots=True)
class Style:
    """A style of the suite's own rendering, by name, on one API."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Task:
    """A case, and how it is written: in a rendering or in a style."""

    case: Case
    how: Rendering | Style = TODAY
    name: str = ""

    @property
    def kind(self) -> str:
        """What the trainer calls it where it is wrong."""
        return f"{self.case.kind}@{self.name}" if self.name else self.case.kind


def prompt_of(task: Task) -> list[int]:
    """The prompt of a task."""
    if isinstance(task.how, Style):
        return styled_prompt_ids(task.case, task.how)
    return prompt_ids(task.case, task.how)


def styled_prompt_ids(case: Case, style: Style) -> list[int]:
    """The prompt as the suite counts it for a release of this style."""
    body = chat_request(case) if style.path == CHAT else responses_request(case)
    return tokens_of(messages_of(style.path, body, style=STYLES[style.name], date=PLACEHOLDER_DATE))


def told(task: Task, prompt: list[int]) -> bool:
    """Whether the prompt still says what the answer needs: some releases leave out tools or instructions."""
    case = task.case
    if isinstance(task.how, Style) and task.how.path == RESPONSES and case.messages[0]["role"] in LEADS:
        return False
    return not needs_tools(case) or TOOLS in prompt


def needs_tools(case: Case) -> bool:
    """Whether the case is of a call or its result, with tools offered."""
    return bool(case.tools) and (isinstance(case.answer, Call) or any(m["role"] == "tool" for m in case.messages))


def suite_tasks(cases: Iterable[Case]) -> Iterator[Task]:
    """Each case as vLLM 0.32 writes it, as every release does by its source, and in each of the suite's styles."""
    for case in cases:
        yield Task(case)
        if case.raw:
            continue
        yield from (Task(case, rendering, name) for name, rendering in RELEASES.items())
        for path, api in ((CHAT, "chat"), (RESPONSES, "responses")):
            yield from (Task(case, Style(name, path), f"style {name} {api}") for name in STYLES)


def drawn_tasks(cases: Iterable[Case], *, seed: int) -> Iterator[Task]:
    """Each case as vLLM 0.32 writes it or in a rendering drawn at random, the same for the same seed."""
    rng = random.Random(seed)
    for case in cases:
        older = rng.random() < OLDER and not (case.raw or case.forced)
        yield Task(case, draw_rendering(rng), "older") if older else Task(case)
