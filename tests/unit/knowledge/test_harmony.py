"""Prompts are counted offline as the real vLLM counted them."""

import pytest

from fixtures.knowledge.harmony.render import CHAT, RESPONSES, count, dates_now, encode
from fixtures.knowledge.harmony.style import STYLES, styles_named
from fixtures.knowledge.versions import facts_for
from tests.rig.record.files import load, recordings

RECORDED = "2026-11-23"
HELLO = {"messages": [{"role": "user", "content": "Hello"}]}


def _recordings():
    for name in recordings():
        yield name, name.split("-")[1], load(name)


# No clause counts a name with a marker in it, and a message with an empty list of calls is a known defect of three releases.
_UNCOUNTED = ("client_chat_odd_a_call_of_a_name_with_a_marker_in_it", "client_chat_dressed_with_an_empty_list_of_calls")


def _counted():
    for file, version, recorded in _recordings():
        for name, exchange in recorded.items():
            path, body = exchange["request"]["path"], exchange["request"].get("body")
            usage = _usage(exchange)
            # No clause counts a prompt with an empty list of tools, for which 0.13.0 lists the channel of tools.
            counted = path in (CHAT, RESPONSES) and isinstance(body, dict) and body.get("tools") != []
            if counted and usage and usage["total_tokens"] and name not in _UNCOUNTED:
                yield pytest.param(version, path, body, usage, id=f"{file}-{name}")


def _usage(exchange):
    """The usage of a whole response, or the last one of a stream."""
    events = [event for _, event in exchange.get("events") or ()]
    answers = [each for each in (exchange.get("response"), *events) if isinstance(each, dict)]
    found = [answer.get("usage") or (answer.get("response") or {}).get("usage") for answer in answers]
    return next((usage for usage in reversed(found) if usage), None)


@pytest.mark.parametrize(("version", "path", "body", "usage"), _counted())
def test_recorded_usage(version, path, body, usage):
    """Every recorded chat and response of a release has the prompt tokens that we count in its style."""
    wanted = usage.get("prompt_tokens", usage.get("input_tokens"))
    (style,) = styles_named(facts_for(version).prompt_styles)
    assert count(path, body, style=style, date=RECORDED) == wanted


def test_enough_recorded():
    """The recordings hold chats with tools, several turns and instructions, not one plain question."""
    assert len(list(_counted())) >= 30


def test_vocabulary():
    """The vocabulary is gpt-oss's: the two tokens that the real server gave."""
    assert encode("Hello world") == [13225, 2375]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_style_renders(style):
    """Each style renders a conversation with all kinds of turns."""
    calls = [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": None, "tool_calls": calls},
        {"role": "tool", "tool_call_id": "c", "name": "f", "content": "1"},
        {"role": "assistant", "content": "One.", "reasoning": "It said 1."},
        {"role": "user", "content": "Thanks"},
    ]
    assert count(CHAT, {"messages": turns}, style=style, date=RECORDED) > 80


def test_styles_differ():
    """A chat with tools tells 0.10.1 from 0.10.2, and a bare one 0.13 from 0.15."""
    first, second, third, fourth = (STYLES[name] for name in ("0.10.1", "0.10.2", "0.13", "0.15"))
    tools = {**HELLO, "tools": [{"type": "function", "function": {"name": "f"}}]}
    assert count(CHAT, tools, style=first, date=RECORDED) < count(CHAT, tools, style=second, date=RECORDED)
    assert count(CHAT, HELLO, style=third, date=RECORDED) > count(CHAT, HELLO, style=fourth, date=RECORDED)


@pytest.mark.parametrize("version", ["0.10.1.1", "0.10.2", "0.11.0", "0.13.0", "0.17.1", "0.20.1", "0.24.0", "0.33.0"])
def test_every_release_has_styles(version):
    """The version table names styles that there are."""
    assert styles_named(facts_for(version).prompt_styles)


def test_dates_are_near():
    """Midnight is in no reader's way: two or three dates count as today."""
    assert 2 <= len(dates_now()) <= 3
