"""The training set holds what the suite asks."""

from __future__ import annotations

import itertools
import random

from tests.rig.tiny.case import Call
from tests.rig.tiny.corpus import must_be_right, should_be_right, stream
from tests.rig.tiny.errands import suite_errands
from tests.rig.tiny.prompts import read_prompts
from tests.rig.tiny.tool_cases import draw_forced, draw_loop, draw_together, draw_tools, suite_loop

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


def test_calls_made_together_are_answered_together() -> None:
    """The answer to several results MUST be what each errand is answered with, one after the other."""
    rng = random.Random(3)
    known = {errand.result: errand.answer for errand, _ in suite_errands(PROMPTS)}
    for case in (draw_together(PROMPTS, rng) for _ in range(30)):
        results = [message["content"] for message in case.messages if message["role"] == "tool"]
        assert len(results) == len(case.messages[1]["tool_calls"]) > 1
        if len(known) == len(suite_errands(PROMPTS)):  # else two errands share a result
            assert case.answer == " ".join(known[result] for result in results)


def test_forced_calls_name_an_offered_tool() -> None:
    """A call that a grammar forces MUST name one of the tools offered, and not the one that the question is about."""
    rng = random.Random(4)
    wanted = {errand.question: errand.call.name for errand, _ in suite_errands(PROMPTS)}
    for case in (draw_forced(PROMPTS, rng) for _ in range(50)):
        assert isinstance(case.answer, Call)
        assert case.answer.name in {tool["function"]["name"] for tool in case.tools}
        assert f" to=functions.{case.answer.name} " in case.forced
        assert wanted.get(case.messages[-1]["content"]) != case.answer.name


def test_a_suite_loop_has_every_request_of_it() -> None:
    """A conversation of eight errands MUST be trained at each of its sixteen requests."""
    requests = suite_loop(PROMPTS, random.Random(5))

    assert len(requests) == 16
    assert [message["role"] for message in requests[-1].messages] == ["user", "assistant", "tool", "assistant"] * 7 + [
        "user",
        "assistant",
        "tool",
    ]


def test_conversations_are_held_back() -> None:
    """What judges the training MUST be cases that a clause may ask, and that the training stream does not begin with."""
    held = should_be_right(PROMPTS, seed=99, number=50)

    assert len(held) == 50
    assert all(case not in held for case in itertools.islice(stream(PROMPTS, seed=1), 50) if len(case.messages) > 5)
