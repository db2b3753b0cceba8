"""The training set holds the conversations of every release, as each of them writes them."""

from __future__ import annotations

import itertools
import random

import pytest

from fixtures.knowledge.harmony.render import CHAT, RESPONSES, encoding
from fixtures.knowledge.harmony.style import STYLES
from suites.model import test_tools_turns as clauses
from tests.rig.tiny import suite_turns
from tests.rig.tiny.case import Case, assistant, called, resulted, user
from tests.rig.tiny.corpus import must_be_right, stream
from tests.rig.tiny.prompt_ids import prompt_ids
from tests.rig.tiny.prompts import read_prompts
from tests.rig.tiny.renderings import RELEASES, TODAY, draw_rendering, renderings
from tests.rig.tiny.suite_turns import clause_turns
from tests.rig.tiny.tasks import Style, Task, drawn_tasks, prompt_of, styled_prompt_ids, suite_tasks, told

PROMPTS = read_prompts()
TURNS = clause_turns(PROMPTS)
STYLED = [Style(name, path) for name in STYLES for path in (CHAT, RESPONSES)]


def last_of(kind: str) -> Case:
    """The longest conversation of a kind."""
    return max((case for case in TURNS if case.kind == kind), key=lambda case: len(case.messages))


def text(case: Case, name: str) -> str:
    """The conversation as a release writes it, without its first two messages."""
    return encoding().decode(prompt_ids(case, RELEASES[name])).partition("<|start|>user")[2]


@pytest.mark.parametrize("style", STYLED, ids=str)
@pytest.mark.parametrize("kind", ["suite-together", "suite-loop", "suite-after"])
def test_every_style_is_drawn_for_tool_conversations(style: Style, kind: str) -> None:
    """What the suite holds a release to MUST be among the renderings that the training set draws from."""
    case = last_of(kind)
    prompt = styled_prompt_ids(case, style)
    if not told(Task(case, style), prompt):
        return  # this release's chats have no tools
    drawn = renderings("listed", "final", "thought", "dropped", "result", "named")

    assert any(prompt == prompt_ids(case, rendering) for rendering in drawn)


def test_every_style_and_release_judges_the_training() -> None:
    """Each tool conversation of the clauses MUST be among the transcripts that have to be right, in every way."""
    asked = must_be_right(PROMPTS)
    assert all(case in asked for case in TURNS)
    for case in TURNS:
        tasks = list(suite_tasks([case]))
        assert {task.how for task in tasks} == {TODAY, *RELEASES.values(), *STYLED}
        prompts = {tuple(prompt) for task in tasks if told(task, prompt := prompt_of(task))}
        assert len(prompts) >= 5 if len(case.messages) > 1 else prompts


def test_half_of_the_draws_are_older() -> None:
    """A few thousand draws MUST hold tool conversations of every release that has any, and as many of today."""
    tasks = list(drawn_tasks(itertools.islice(stream(PROMPTS, seed=7), 6000), seed=7))
    talks = [task for task in tasks if any(message["role"] == "tool" for message in task.case.messages)]
    older = [task for task in talks if task.name]

    assert {rendering for rendering in RELEASES.values() if rendering.tools} <= {task.how for task in older}
    assert 0.4 < len(older) / len(talks) < 0.6
    assert all(task.how is TODAY for task in tasks if task.case.forced or task.case.raw)


def test_draws_repeat_for_a_seed() -> None:
    """The same seed MUST give the same renderings, or a training could not be repeated."""
    cases = list(itertools.islice(stream(PROMPTS, seed=3), 50))

    assert list(drawn_tasks(cases, seed=3)) == list(drawn_tasks(cases, seed=3))
    assert draw_rendering(random.Random(1)) == draw_rendering(random.Random(1))


def test_todays_rendering_is_the_suites() -> None:
    """The rendering called today MUST write what the suite's style of that name does."""
    for case in (*TURNS, *must_be_right(PROMPTS)[::40]):
        if not case.raw:
            assert prompt_ids(case, TODAY) == styled_prompt_ids(case, Style("today", CHAT))


def test_the_clauses_conversations_are_trained() -> None:
    """The conversations MUST be those that the clauses lead."""
    assert suite_turns.LOOP == clauses.LOOP
    assert suite_turns.TOGETHER == clauses.TOGETHER


CALL = suite_turns.errands_by_id(PROMPTS)["health"][0].call
TALK = Case(
    (
        user("1"),
        called(CALL, reasoning="2"),
        resulted("3"),
        assistant("4"),
        user("5"),
        called(CALL, reasoning="6", number=2),
        resulted("7", number=2),
    ),
    "",
    "",
)
MADE = "<|start|>assistant to=functions.get_system_health<|channel|>commentary json<|message|>{}<|call|>"
TOOL = "<|start|>functions.get_system_health"
ADDRESSED = f"{TOOL} to=assistant<|channel|>commentary"
ANALYSIS, FINAL = "<|start|>assistant<|channel|>analysis", "<|start|>assistant<|channel|>final"
SAID, ASKED = "<|start|>assistant", "<|start|>user"
NAMELESS = "<|start|>functions.<|channel|>commentary"


@pytest.mark.parametrize(
    ("name", "thoughts", "result", "answer"),
    [
        ("chat 0.11.2", (None, None), NAMELESS, SAID),
        ("chat 0.13", (None, ANALYSIS), ADDRESSED, FINAL),
        ("chat 0.17", (None, ANALYSIS), ADDRESSED, FINAL),
        ("responses 0.10.2", (SAID, SAID), TOOL, FINAL),
        ("responses 0.17", (SAID, SAID), TOOL, FINAL),
        ("responses 0.20", (ANALYSIS, ANALYSIS), TOOL, FINAL),
        ("responses 0.24", (ANALYSIS, ANALYSIS), ADDRESSED, FINAL),
        ("chat 0.24, both 0.28", (None, ANALYSIS), ADDRESSED, FINAL),
    ],
)
def test_releases_write_calls_as_their_source_says(
    name: str, thoughts: tuple[str | None, str | None], result: str, answer: str
) -> None:
    """Earlier thoughts, calls, results and answers MUST stand as the release's own helpers write them."""
    first, second = (f"{begin}<|message|>{n}<|end|>" if begin else "" for begin, n in zip(thoughts, "26", strict=True))
    expected = (
        f"<|message|>1<|end|>{first}{MADE}{result}<|message|>3<|end|>{answer}<|message|>4<|end|>"
        f"{ASKED}<|message|>5<|end|>{second}{MADE}{result}<|message|>7<|end|>{SAID}"
    )

    assert text(TALK, name) == expected


def test_a_choice_has_to_be_one() -> None:
    """A choice that there is not MUST be refused by name."""
    with pytest.raises(ValueError, match="no such choices: \\['colour'\\]"):
        next(renderings("colour"))
