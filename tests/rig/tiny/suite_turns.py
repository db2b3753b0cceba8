"""The conversations that the suite's clauses lead (suites/model/test_tools_turns.py), at each of their requests."""

from __future__ import annotations

from functools import cache

from tests.rig.tiny.case import Case, Message, assistant, called, resulted, user
from tests.rig.tiny.errands import Errand, suite_errands
from tests.rig.tiny.prompts import Prompts
from tests.rig.tiny.tool_cases import AFTER_RESULT, all_own_tools, errands_loop, suite_irrelevant

TOGETHER = ("weather-taipei", "weather-paris")
LOOP = (
    "weather-taipei",
    "multiply",
    "order-shipped",
    "timer-tea",
    "currency-usd",
    "database-names",
    "event-review",
    "search-vllm",
)


@cache
def errands_by_id(prompts: Prompts) -> dict[str, tuple[Errand, tuple[str, ...]]]:
    """The errands of `[[toolcase]]` tables by their ids."""
    ids = [case["id"] for case in prompts.toolcases if "call" in case]
    return dict(zip(ids, suite_errands(prompts), strict=True))


def clause_turns(prompts: Prompts) -> list[Case]:
    """Everything below."""
    loop = errands_loop(prompts, [errands_by_id(prompts)[id] for id in LOOP])
    return [*loop, *together(prompts), *after(prompts)]


def together(prompts: Prompts) -> list[Case]:
    """Two calls made at once and their results, in either order, with the reasoning given back and without."""
    cases = [errands_by_id(prompts)[id] for id in TOGETHER]
    tools = all_own_tools(prompts, [names for _, names in cases])
    made = []
    for errands in ([errand for errand, _ in cases], [errand for errand, _ in reversed(cases)]):
        answer = " ".join(errand.answer for errand in errands)
        for reasoning in (None, errands[0].analysis):
            messages = (asked_together(errands), *answered_together(errands, reasoning))
            made.append(Case(messages, AFTER_RESULT, answer, tools=tools, kind="suite-together"))
    return made


def asked_together(errands: list[Errand]) -> Message:
    """The question for two cities."""
    first, second = (errand.question.removeprefix("What is the weather in ").split("?")[0] for errand in errands)
    return user(f"What is the weather in {first} and in {second}?")


def answered_together(errands: list[Errand], reasoning: str | None) -> tuple[Message, ...]:
    """The calls, made at once, and their results."""
    results = (resulted(errand.result, number=place) for place, errand in enumerate(errands, start=1))
    return (called(*(errand.call for errand in errands), reasoning=reasoning), *results)


def after(prompts: Prompts) -> list[Case]:
    """A finished tool round trip, and each question that needs no tool."""
    errand, names = errands_by_id(prompts)[TOGETHER[0]]
    tools = tuple(prompts.tools[name] for name in names)
    said = (user(errand.question), called(errand.call, reasoning=errand.analysis), resulted(errand.result))
    done = (*said, assistant(errand.answer))
    return [
        Case((*done, *case.messages), case.analysis, case.answer, tools=tools, kind="suite-after")
        for case in suite_irrelevant(prompts)
    ]
