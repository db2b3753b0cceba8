"""The training set holds what the suite asks."""

from __future__ import annotations

import itertools
import random

from tests.rig.tiny.case import Call
from tests.rig.tiny.corpus import must_be_right, stream
from tests.rig.tiny.prompts import read_prompts
from tests.rig.tiny.tool_cases import draw_loop, draw_tools

PROMPTS = read_prompts()


def test_every_prompt_is_trained() -> None:
    """Every chat and every tool case of prompts.toml MUST be among the cases that have to be right."""
    asked = {message["content"] for case in must_be_right(PROMPTS) for message in case.messages}

    assert {chat["messages"][-1]["content"] for chat in PROMPTS.chats} <= asked
    assert {case["user"] for case in PROMPTS.toolcases} <= asked


def test_every_prompt_occurs_in_the_stream() -> None:
    """A few thousand draws MUST hold every prompt of the suite, and calls as well as answers after results."""
    cases = list(itertools.islice(stream(PROMPTS, seed=5), 4000))
    asked = {case.messages[-1]["content"] for case in cases if case.messages[-1]["role"] == "user"}

    assert {chat["messages"][-1]["content"] for chat in PROMPTS.chats} <= asked
    assert {case["user"] for case in PROMPTS.toolcases} <= asked
    assert any(isinstance(case.answer, Call) for case in cases)
    assert any(case.messages[-1]["role"] == "tool" for case in cases)


def test_stream_repeats_for_a_seed() -> None:
    """The same seed MUST give the same cases, or a training could not be repeated."""
    first = list(itertools.islice(stream(PROMPTS, seed=3), 50))

    assert first == list(itertools.islice(stream(PROMPTS, seed=3), 50))


def test_high_effort_reasons_longer() -> None:
    """The reasoning trained for high effort MUST be longer than the one for low effort, for every case."""
    case = must_be_right(PROMPTS)[0]

    assert len(case.at_effort("high").analysis) > len(case.at_effort("low").analysis)


def test_needed_tools_are_offered_once() -> None:
    """Drawn tools MUST hold each needed one exactly once, and never more than there are."""
    rng = random.Random(1)
    for _ in range(50):
        names = [tool["function"]["name"] for tool in draw_tools(PROMPTS, {"search", "add"}, rng)]
        assert {"search", "add"} <= set(names)
        assert len(names) == len(set(names)) <= len(PROMPTS.tools)


def test_loops_answer_every_call() -> None:
    """In a conversation of many calls every tool message MUST answer the call before it."""
    rng = random.Random(2)
    for messages in (draw_loop(PROMPTS, rng).messages for _ in range(50)):
        for before, message in itertools.pairwise(messages):
            if message["role"] == "tool":
                assert message["tool_call_id"] == before["tool_calls"][0]["id"]
