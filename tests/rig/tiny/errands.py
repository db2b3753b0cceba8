"""Errands: questions that one tool answers, the suite's own and others in other words."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import cache

from tests.rig.tiny import wordings as w
from tests.rig.tiny.case import Call
from tests.rig.tiny.prompts import Prompts


@dataclass(frozen=True, slots=True)
class Errand:
    """One question that one tool answers, start to end."""

    question: str
    analysis: str
    call: Call
    result: str
    answer: str


@cache
def suite_errands(prompts: Prompts) -> tuple[tuple[Errand, tuple[str, ...]], ...]:
    """Every `[[toolcase]]` that has a call, with the names of the tools it offers."""
    return tuple(
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
    )


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
