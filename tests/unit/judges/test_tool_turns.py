"""Conversations with tools: the same turns on each surface, dialogues that end quietly, and trials that stay counted."""

import json

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.errors import NotApplicable
from fixtures.core.exchange import Exchange
from fixtures.given.ask import Ask
from fixtures.given.conversation import ToolConversation, tool_round_trip, tool_round_trips
from fixtures.given.tool_use import ToolUse
from fixtures.judges.tool_trials import expect_no_failures, expect_share, trial_of
from fixtures.judges.tool_turns import expect_turns
from fixtures.judges.tools import CHATS, RESPONSES, Surface
from fixtures.knowledge.prompts import tool_case
from tests.unit.judges.tooling import call, chat, exchange, refused

CASE = tool_case("weather-taipei")


def conversation(surface=Surface.CHAT):
    return ToolConversation(ask=Ask(load_target("rehearsal")), surface=surface, tools=CASE.tools)


def body(sent):
    return json.loads(sent.body)


def test_a_result_goes_back_with_its_call():
    """On chat the call, the reasoning in its own field and the result are messages, and the result carries the call's id."""
    dialogue = tool_round_trip(conversation(), CASE)
    next(dialogue)
    messages = body(dialogue.send(chat(call(id="call_7"))))["messages"]
    assert [m["role"] for m in messages] == ["user", "assistant", "tool"]
    assert messages[1]["reasoning"] == "Call it."
    assert messages[1]["tool_calls"][0]["id"] == messages[2]["tool_call_id"] == "call_7"
    assert messages[2]["content"] == CASE.result


def test_parts_and_no_reasoning():
    """A result may be a list of text parts, and the reasoning may stay away."""
    dialogue = tool_round_trip(conversation(), CASE, parts=True, reasoning=False, tool_choice="none")
    next(dialogue)
    sent = body(dialogue.send(chat(call())))
    assert "reasoning" not in sent["messages"][1]
    assert sent["messages"][2]["content"] == [{"type": "text", "text": CASE.result}]
    assert sent["tool_choice"] == "none"


def test_responses_send_items():
    """On the Responses API the same turns are items."""
    spoken = conversation(Surface.RESPONSES_STREAM)
    made = spoken.made(CASE.call)
    sent = body(spoken.user(CASE.user).called(made).resulted(made, CASE.result).send())
    assert [item.get("type") for item in sent["input"]] == [None, "function_call", "function_call_output"]
    assert sent["stream"] is True
    assert "max_output_tokens" in sent


def test_no_tools():
    """A request may leave the tools out."""
    assert "tools" not in body(conversation().user("Hello").send(tools=None))


@pytest.mark.parametrize(
    "answer", [chat(), exchange(b"nonsense"), exchange(status=500), Exchange(number=1, method="", path="")]
)
def test_a_dialogue_ends_without_a_call(answer):
    """A turn without a call ends the conversation; the clause then says in which turn."""
    dialogue = tool_round_trips(conversation(), [CASE, CASE])
    next(dialogue)
    with pytest.raises(StopIteration):
        dialogue.send(answer)
    refused(expect_turns, [answer], 3, said="the end of the conversation in turn 1")


def test_trials_keep_what_failed():
    """A hang, a 5xx and a wrong call are trials like any other, each with its words."""
    hang = exchange(failure="the deadline ran out")
    answers = [chat(call()), chat(call(name="search")), exchange(b"{}", status=500), hang]
    trials = [trial_of(answer, Surface.CHAT, CASE) for answer in answers]
    assert [t.right for t in trials] == [True, False, False, False]
    refused(expect_no_failures, trials, said="2 failed: weather-taipei: a 5xx")
    refused(expect_share, trials, "pass_hat_k", 0.9, said="expected pass^k over 90%; got 0.0% of 4 trials")
    expect_share(trials, "pass_at_k", 0.9)


def test_surfaces_without_calls_are_not_judged():
    """Where the release is known to drop calls, and does, clauses do not apply; where it should call, they do."""
    seen = {s: "dropped" if s.of_chat else "works" for s in Surface}
    use = ToolUse(seen=seen, known={s: ("dropped",) if s.of_chat else ("works",) for s in Surface})
    assert use.among(Surface) == RESPONSES
    with pytest.raises(NotApplicable, match="chat: dropped"):
        use.among(CHATS)
    ToolUse(seen=seen, known=dict.fromkeys(Surface, ("works",))).need(Surface.CHAT)
