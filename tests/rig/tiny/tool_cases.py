"""Questions with tools offered: the suite's own, wordings around them, and conversations of many calls."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from tests.rig.tiny import wordings as w
from tests.rig.tiny.case import Call, Case, Message, Tool, Tools, assistant, called, resulted, user
from tests.rig.tiny.chat_cases import BRIEF, suite_chats, turn
from tests.rig.tiny.errands import ERRANDS, Errand, suite_errands
from tests.rig.tiny.prompts import Prompts

AFTER_RESULT = "Use the tool result."


@cache
def suite_irrelevant(prompts: Prompts) -> tuple[Case, ...]:
    """Every `[[toolcase]]` whose right answer is no call."""
    return tuple(
        Case(
            (user(case["user"]),),
            case["analysis"],
            case["answer"],
            tools=tuple(prompts.tools[name] for name in case["tools"]),
            kind="suite-irrelevant",
        )
        for case in prompts.toolcases
        if "call" not in case
    )


def draw_tools(prompts: Prompts, needed: set[str], rng: random.Random) -> Tools:
    """The needed tools among others, mostly a few and at times all, in any order; at times described in other words."""
    others = [name for name in prompts.tools if name not in needed]
    most = len(others) if rng.random() < 0.12 else min(4, len(others))
    names = [*sorted(needed), *rng.sample(others, rng.randint(0, most))]
    rng.shuffle(names)
    return tuple(reworded(prompts.tools[name], rng) if rng.random() < 0.1 else prompts.tools[name] for name in names)


def reworded(tool: Tool, rng: random.Random) -> Tool:
    """The same tool without descriptions, or with a longer one."""
    other = copy.deepcopy(tool)
    other["function"]["description"] = rng.choice(("", other["function"]["description"] + " right now."))
    for parameter in other["function"]["parameters"]["properties"].values():
        parameter.pop("description", None)
    return other


def stage(errand: Errand, tools: Tools, rng: random.Random, *, number: int = 1) -> Case:
    """The errand before its call, or after its result (with its reasoning returned, or without)."""
    if rng.random() < 0.5:
        return Case((user(errand.question),), errand.analysis, errand.call, tools=tools, kind="call")
    return Case(
        (user(errand.question), *done(errand, rng, number=number)),
        AFTER_RESULT,
        errand.answer,
        tools=tools,
        kind="result",
    )


def done(errand: Errand, rng: random.Random, *, number: int) -> tuple[Message, Message]:
    """The call and its result as the client sends them back."""
    reasoning = rng.choice((None, errand.analysis, errand.analysis + w.HIGH_EFFORT))
    return called(errand.call, reasoning=reasoning, number=number), resulted(errand.result, number=number)


def own_tools(prompts: Prompts, names: tuple[str, ...], call: Call, rng: random.Random) -> Tools:
    """Mostly a case's own tools in their order, else its tool among any."""
    if rng.random() < 0.4:
        return draw_tools(prompts, {call.name}, rng)
    return tuple(prompts.tools[name] for name in names)


def draw_suite_tool(prompts: Prompts, rng: random.Random) -> Case:
    """A tool case of the suite at one of its stages; after the result at times without tools offered."""
    errand, names = rng.choice(suite_errands(prompts))
    case = stage(errand, own_tools(prompts, names, errand.call, rng), rng)
    return replace(case, tools=()) if case.kind == "result" and rng.random() < 0.05 else case


def draw_together(prompts: Prompts, rng: random.Random) -> Case:
    """Two or three calls made at once: their results are answered one after the other."""
    known = suite_errands(prompts)
    weather = [case for case in known if case[0].call.name == "get_weather"]
    cases = rng.sample(weather, 2) if rng.random() < 0.4 else rng.sample(known, rng.choice((2, 2, 3)))
    errands = [errand for errand, _ in cases]
    asked = errands if rng.random() < 0.7 else errands[:1]
    question = rng.choice((" ", "\n")).join(errand.question for errand in asked)
    if all(case in weather for case in cases) and rng.random() < 0.8:
        places = [json.loads(errand.call.arguments)["city"] for errand in errands]
        question = f"What is the weather in {places[0]} and in {places[1]}?"
    reasoning = rng.choice((None, errands[0].analysis))
    results = (resulted(errand.result, number=place) for place, errand in enumerate(errands, start=1))
    messages = (user(question), called(*(errand.call for errand in errands), reasoning=reasoning), *results)
    answer = " ".join(errand.answer for errand in errands)
    if rng.random() < 0.5:
        tools = all_own_tools(prompts, [names for _, names in cases])
    else:
        tools = draw_tools(prompts, {errand.call.name for errand in errands}, rng)
    return Case(messages, AFTER_RESULT, answer, tools=tools, kind="together")


def all_own_tools(prompts: Prompts, names: Iterable[tuple[str, ...]]) -> Tools:
    """The tools of several cases, each once."""
    return tuple(prompts.tools[name] for name in dict.fromkeys(itertools.chain.from_iterable(names)))


def draw_tool(prompts: Prompts, rng: random.Random) -> Case:
    """A tool case in other words."""
    errand = rng.choice(ERRANDS)(rng)
    return stage(errand, draw_tools(prompts, {errand.call.name}, rng), rng)


def draw_no_call(prompts: Prompts, rng: random.Random) -> Case:
    """A question that none of the tools offered is for."""
    case = rng.choice(BRIEF)(rng)
    if rng.random() < 0.3:
        question = rng.choice(w.WITHOUT_TOOLS).format(q=case.messages[-1]["content"])
        case = replace(case, messages=(user(question),))
    return replace(case, tools=draw_tools(prompts, set(), rng) or tuple(prompts.tools.values()), kind="no-call")


def usual_call(prompts: Prompts, name: str) -> Call:
    """The call of a tool that the suite makes first."""
    return next((e.call for e, _ in suite_errands(prompts) if e.call.name == name), Call(name, "{}"))


def draw_forced(prompts: Prompts, rng: random.Random) -> Case:
    """A call that a grammar forced against the question (`tool_choice` required or named): any valid arguments do."""
    if rng.random() < 0.5:
        case = rng.choice((*suite_chats(prompts), *suite_irrelevant(prompts)))
        tools = draw_tools(prompts, set(), rng) or tuple(prompts.tools.values())
        channel = rng.choice(("final", "final", "commentary"))
    else:
        errand, names = rng.choice(suite_errands(prompts))
        case = Case((user(errand.question),), errand.analysis, errand.call)
        tools = tuple(
            t for t in own_tools(prompts, names, errand.call, rng) if t["function"]["name"] != errand.call.name
        )
        tools = tools or draw_tools(prompts, {"search" if errand.call.name != "search" else "get_time"}, rng)
        tools = (*tools, prompts.tools[errand.call.name])
        channel = "commentary"
    name = tools[0]["function"]["name"]
    shuffled = tuple(rng.sample(tools, len(tools)))
    header = f"<|channel|>{channel} to=functions.{name} <|constrain|>json<|message|>"
    return replace(case, tools=shuffled, answer=usual_call(prompts, name), json=False, forced=header, kind="forced")


def draw_loop(prompts: Prompts, rng: random.Random) -> Case:
    """Up to nine errands one after another in one conversation, finished but for the last; at times other talk between."""
    count = rng.randint(1, 8)
    errands = [any_errand(prompts, rng) for _ in range(count + 1)]
    needed = errands if rng.random() < 0.75 else errands[-1:]
    tools = draw_tools(prompts, {errand.call.name for errand in needed}, rng)
    if rng.random() < 0.3:
        own = dict(suite_errands(prompts))
        tools = all_own_tools(prompts, [own.get(errand, (errand.call.name,)) for errand in errands])
    spoken = rng.random() < 0.8
    earlier: tuple[Message, ...] = ()
    for number, errand in enumerate(errands[:-1], start=1):
        earlier += (user(errand.question), *done(errand, rng, number=number))
        earlier += (assistant(errand.answer),) if spoken else ()
        earlier += small_talk(prompts, rng) if spoken and rng.random() < 0.1 else ()
    if rng.random() < 0.2:
        return loop_end(prompts, earlier, tools, rng)
    return replace(stage(errands[-1], tools, rng, number=count + 1).after(earlier), kind="loop")


def any_errand(prompts: Prompts, rng: random.Random) -> Errand:
    """An errand of the suite, or one in other words."""
    return rng.choice(suite_errands(prompts))[0] if rng.random() < 0.7 else rng.choice(ERRANDS)(rng)


def small_talk(prompts: Prompts, rng: random.Random) -> tuple[Message, ...]:
    """A finished exchange without a call."""
    return turn(rng.choice((*suite_chats(prompts), *suite_irrelevant(prompts))))


def loop_end(prompts: Prompts, earlier: tuple[Message, ...], tools: Tools, rng: random.Random) -> Case:
    """A conversation of calls that goes on with a question for which no tool is needed."""
    case = rng.choice((*suite_chats(prompts), *suite_irrelevant(prompts)))
    if earlier[-1]["role"] == "tool":
        earlier = (*earlier, assistant("Got it."))
    return replace(case.after(earlier), tools=tools, kind="loop-end")


def suite_loop(prompts: Prompts, rng: random.Random, *, length: int = 8) -> list[Case]:
    """A conversation of different cases of the suite as a clause leads it."""
    return errands_loop(prompts, rng.sample(suite_errands(prompts), length))


def errands_loop(prompts: Prompts, cases: Sequence[tuple[Errand, tuple[str, ...]]]) -> list[Case]:
    """One errand after the other, with the tools of all: every request of the conversation, reasoning returned."""
    tools = all_own_tools(prompts, [names for _, names in cases])
    made: list[Case] = []
    said: tuple[Message, ...] = ()
    for number, (errand, _) in enumerate(cases, start=1):
        said = (*said, user(errand.question))
        made.append(Case(said, errand.analysis, errand.call, tools=tools, kind="suite-loop"))
        said = (*said, called(errand.call, reasoning=errand.analysis, number=number))
        said = (*said, resulted(errand.result, number=number))
        made.append(Case(said, AFTER_RESULT, errand.answer, tools=tools, kind="suite-loop"))
        said = (*said, assistant(errand.answer))
    return made
