"""The training set: an endless stream of cases, and the fixed list that must be right."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

from tests.rig.tiny.case import EFFORTS, Case, Message, user, with_system
from tests.rig.tiny.chat_cases import (
    BRIEF,
    PLAIN,
    draw_code,
    draw_load,
    draw_name,
    draw_raw,
    draw_unknown,
    suite_chats,
    suite_openings,
    turn,
)
from tests.rig.tiny.errands import suite_errands
from tests.rig.tiny.prompts import Prompts
from tests.rig.tiny.suite_turns import clause_turns
from tests.rig.tiny.tool_cases import (
    AFTER_RESULT,
    done,
    draw_forced,
    draw_loop,
    draw_no_call,
    draw_suite_tool,
    draw_together,
    draw_tool,
    draw_tools,
    suite_irrelevant,
    suite_loop,
)


def draw_follow_up(prompts: Prompts, rng: random.Random) -> Case:
    """One to six finished exchanges, then a question of the suite: the last question is the one to answer."""
    known = suite_chats(prompts)
    earlier: tuple[Message, ...] = ()
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        earlier += turn(rng.choice(known) if rng.random() < 0.6 else rng.choice(BRIEF)(rng))
    if rng.random() < 0.2:
        earlier = (*earlier, *earlier[-2:])  # the same once more
    last = rng.choice(known) if rng.random() < 0.7 else rng.choice((*BRIEF, draw_name, draw_code))(rng)
    if rng.random() < 0.2:
        last = replace(last, tools=draw_tools(prompts, set(), rng))
    return last.after(earlier)


def draw_suite(prompts: Prompts, rng: random.Random) -> Case:
    """A chat of the suite or an opening of one, at times with tools beside it."""
    case = rng.choice((*suite_chats(prompts), *suite_irrelevant(prompts), *suite_openings(prompts)))
    if not case.tools and rng.random() < 0.25:
        return replace(case, tools=draw_tools(prompts, set(), rng))
    return case


def draw_toolless(prompts: Prompts, rng: random.Random) -> Case:
    """What nothing offered can answer: an unknown question, at times one whose tool is missing."""
    case = draw_unknown(rng)
    if rng.random() < 0.35:
        errand, _ = rng.choice(suite_errands(prompts))
        case = replace(case, messages=(user(errand.question),), kind="suite-toolless")
    elif rng.random() < 0.25:
        case = replace(case, tools=draw_tools(prompts, set(), rng))
    return case


def draw(prompts: Prompts, rng: random.Random) -> Case:
    """One case of the mixture, at any effort, with or without a system message."""
    kinds = {
        "suite": 20,
        "suite-tool": 20,
        "load": 5,
        "plain": 9,
        "tool": 8,
        "no-call": 3,
        "follow-up": 9,
        "loop": 12,
        "together": 5,
        "forced": 3,
        "raw": 3,
        "unknown": 5,
    }
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    makers = {
        "suite": lambda: draw_suite(prompts, rng),
        "suite-tool": lambda: draw_suite_tool(prompts, rng),
        "load": lambda: draw_load(prompts, rng),
        "plain": lambda: rng.choice(PLAIN)(rng),
        "tool": lambda: draw_tool(prompts, rng),
        "no-call": lambda: draw_no_call(prompts, rng),
        "follow-up": lambda: draw_follow_up(prompts, rng),
        "loop": lambda: draw_loop(prompts, rng),
        "together": lambda: draw_together(prompts, rng),
        "forced": lambda: draw_forced(prompts, rng),
        "raw": lambda: draw_raw(prompts, rng),
        "unknown": lambda: draw_toolless(prompts, rng),
    }
    return with_system(makers[kind](), rng).at_effort(rng.choice(EFFORTS))


def stream(prompts: Prompts, *, seed: int) -> Iterator[Case]:
    """Cases without end, the same for the same seed."""
    rng = random.Random(seed)
    while True:
        yield draw(prompts, rng)


def must_be_right(prompts: Prompts) -> list[Case]:
    """Every prompt of the suite, every tool case at every stage, and conversations, at every effort."""
    rng = random.Random(0)
    cases = [*suite_chats(prompts), *suite_irrelevant(prompts), *suite_openings(prompts)]
    cases += [draw_load(prompts, rng) for _ in range(12)]
    for errand, names in suite_errands(prompts):
        tools = tuple(prompts.tools[name] for name in names)
        alone = (prompts.tools[errand.call.name],)
        asked = (user(errand.question),)
        for offered in (tools, alone, tuple(reversed(tools))):
            cases.append(Case(asked, errand.analysis, errand.call, tools=offered, kind="suite-call"))
        for _ in range(3):
            messages = (*asked, *done(errand, rng, number=1))
            cases.append(Case(messages, AFTER_RESULT, errand.answer, tools=tools, kind="suite-result"))
    cases += clause_turns(prompts)
    everywhere = [case.at_effort(effort) for case in cases for effort in EFFORTS]
    loops = [case.at_effort(EFFORTS[place % 4]) for place in range(12) for case in suite_loop(prompts, rng)]
    return everywhere + loops + [case for case in (draw_raw(prompts, rng) for _ in range(200)) if case.analysis]


def should_be_right(prompts: Prompts, *, seed: int, number: int) -> list[Case]:
    """Conversations that a clause may lead, drawn from the mixture: training does not see these very ones."""
    kinds = ("loop", "loop-end", "suite-", "call", "result", "together", "forced", "load")
    drawn = (case for case in stream(prompts, seed=seed) if case.kind.startswith(kinds))
    return list(itertools.islice(drawn, number))
