"""Questions with tools offered: the suite's own, wordings around them, and conversations of many calls."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, replace

from tests.rig.tiny import wordings as w
from tests.rig.tiny.case import Call, Case, Message, Tool, Tools, assistant, called, resulted, user
from tests.rig.tiny.chat_cases import BRIEF
from tests.rig.tiny.prompts import Prompts

AFTER_RESULT = "Use the tool result."


@dataclass(frozen=True, slots=True)
class Errand:
    """One question that one tool answers, start to end."""

    question: str
    analysis: str
    call: Call
    result: str
    answer: str


def suite_errands(prompts: Prompts) -> list[tuple[Errand, tuple[str, ...]]]:
    """Every `[[toolcase]]` that has a call, with the names of the tools it offers."""
    return [
        (
            Errand(
                case["user"],
                case["analysis"],
                Call(case["call"]["name"], case["call"]["arguments"]),
                case["result"],
                case["answer"],
            ),
            tuple(case["tools"]),
        )
        for case in prompts.toolcases
        if "call" in case
    ]


def suite_irrelevant(prompts: Prompts) -> list[Case]:
    """Every `[[toolcase]]` whose right answer is no call."""
    return [
        Case(
            (user(case["user"]),),
            case["analysis"],
            case["answer"],
            tools=tuple(prompts.tools[name] for name in case["tools"]),
            kind="suite-irrelevant",
        )
        for case in prompts.toolcases
        if "call" not in case
    ]


def draw_weather(rng: random.Random) -> Errand:
    """The weather of a city."""
    city, degrees, sky = rng.choice(w.CITIES), rng.randint(5, 38), rng.choice(w.CONDITIONS)
    body = {"temperature": degrees, "condition": sky}
    result = rng.choice((json.dumps(body), json.dumps(body), json.dumps({"city": city, **body}), f"{degrees}C, {sky}"))
    return Errand(
        rng.choice(w.ASK_WEATHER).format(c=city),
        f"Need the weather of {city}. Call get_weather.",
        Call("get_weather", json.dumps({"city": city})),
        result,
        f"The weather in {city} is {sky}, {degrees}°C.",
    )


def draw_health(rng: random.Random) -> Errand:
    """The system's health."""
    state = rng.choice(w.STATES)
    result = rng.choice((json.dumps({"status": state}), json.dumps({"status": state}), state))
    analysis = "Need the system health. Call get_system_health."
    return Errand(
        rng.choice(w.ASK_HEALTH), analysis, Call("get_system_health", "{}"), result, f"The system status is {state}."
    )


def draw_search(rng: random.Random) -> Errand:
    """A search."""
    query, hits = rng.choice(w.QUERIES), rng.randint(2, 9)
    return Errand(
        rng.choice(w.ASK_SEARCH).format(q=query),
        "Need to search. Call search.",
        Call("search", json.dumps({"query": query})),
        f"{hits} results about {query}",
        f"I found {hits} results about {query}.",
    )


def draw_time(rng: random.Random) -> Errand:
    """The time in a city."""
    city, time = rng.choice(w.CITIES), f"{rng.randint(10, 23)}:{rng.choice(('00', '15', '30', '45'))}"
    return Errand(
        rng.choice(w.ASK_TIME).format(c=city),
        f"Need the time in {city}. Call get_time.",
        Call("get_time", json.dumps({"city": city})),
        rng.choice((json.dumps({"time": time}), json.dumps({"time": time}), time)),
        f"It is {time} in {city}.",
    )


def draw_calculation(rng: random.Random) -> Errand:
    """A product or a sum, by tool."""
    if rng.random() < 0.5:
        (a, b), name, asks = rng.choice(w.PRODUCTS), "multiply", w.ASK_MULTIPLY
        value = a * b
    else:
        (a, b), name, asks = rng.choice(w.SUMS), "add", w.ASK_ADD
        value = a + b
    result = rng.choice((json.dumps({"result": value}), json.dumps({"result": value}), str(value)))
    call = Call(name, json.dumps({"a": a, "b": b}))
    return Errand(rng.choice(asks).format(a=a, b=b), f"Call {name}.", call, result, f"The result is {value}.")


ERRANDS = (draw_weather, draw_weather, draw_health, draw_search, draw_time, draw_calculation)


def draw_tools(prompts: Prompts, needed: set[str], rng: random.Random) -> Tools:
    """The needed tools among others, 1 to 6 in all, in any order; at times described in other words."""
    others = [name for name in prompts.tools if name not in needed]
    names = [*sorted(needed), *rng.sample(others, rng.randint(0, len(others)))]
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


def draw_suite_tool(prompts: Prompts, rng: random.Random) -> Case:
    """A tool case of the suite at one of its stages; mostly with its own tools in their order."""
    errand, names = rng.choice(suite_errands(prompts))
    tools = tuple(prompts.tools[name] for name in names)
    if rng.random() < 0.4:
        tools = draw_tools(prompts, {errand.call.name}, rng)
    return stage(errand, tools, rng)


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


def draw_loop(prompts: Prompts, rng: random.Random) -> Case:
    """Up to nine errands one after another in one conversation, finished but for the last."""
    suite = [errand for errand, _ in suite_errands(prompts)]
    count = rng.randint(1, 8)
    errands = [rng.choice(suite) if rng.random() < 0.6 else rng.choice(ERRANDS)(rng) for _ in range(count + 1)]
    tools = draw_tools(prompts, {errand.call.name for errand in errands}, rng)
    spoken = rng.random() < 0.8
    earlier: tuple[Message, ...] = ()
    for number, errand in enumerate(errands[:-1], start=1):
        earlier += (user(errand.question), *done(errand, rng, number=number))
        earlier += (assistant(errand.answer),) if spoken else ()
    return replace(stage(errands[-1], tools, rng, number=count + 1).after(earlier), kind="loop")
