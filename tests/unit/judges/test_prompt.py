"""A wrong number of prompt tokens is explained."""

import json

import pytest

from fixtures.core.errors import NotApplicable, Violation
from fixtures.core.exchange import Exchange
from fixtures.judges.prompt import expect_prompt_tokens
from fixtures.knowledge.harmony.render import CHAT, count, today
from fixtures.knowledge.harmony.style import TODAY
from fixtures.knowledge.prompts import tool_case
from fixtures.knowledge.versions import facts_for

CASE = tool_case("weather-taipei")
SYSTEM = {"role": "system", "content": "Be brief."}
BODY = {"messages": [SYSTEM, {"role": "user", "content": CASE.user}], "tools": CASE.as_tools()}


def _exchange(body, tokens):
    answer = json.dumps({"usage": {"prompt_tokens": tokens}}).encode()
    sent = json.dumps(body).encode()
    return Exchange(number=7, method="POST", path=CHAT, request=sent, status=200, body=answer, size=len(answer))


def _count(body):
    return count(CHAT, body, style=TODAY, date=today())


def _said(body, tokens):
    with pytest.raises(Violation) as raised:
        expect_prompt_tokens(_exchange(body, tokens), facts_for("0.32.0"))
    return str(raised.value)


def test_right_number():
    """The right number passes."""
    expect_prompt_tokens(_exchange(BODY, _count(BODY)), facts_for("0.32.0"))


def test_tools_dropped():
    """The number of a prompt without tools is recognized as such."""
    without = {name: value for name, value in BODY.items() if name != "tools"}
    assert "as if no tools were offered" in _said(BODY, _count(without))


def test_last_turn_only():
    """The number of a prompt without the earlier turns is recognized as such."""
    assert "system message of the request were left out" in _said(
        BODY, _count({**BODY, "messages": BODY["messages"][1:]})
    )


def test_no_cause():
    """A number that fits nothing says so."""
    assert "no usual cause fits" in _said(BODY, 31)


def test_unknown_rendering():
    """At a release that was not measured, a small difference is no violation, and a large one is."""
    facts = facts_for("0.19.0")
    with pytest.raises(NotApplicable):
        expect_prompt_tokens(_exchange(BODY, _count(BODY) + 12), facts)
    with pytest.raises(Violation):
        expect_prompt_tokens(_exchange(BODY, _count(BODY) - 60), facts)
