"""A survey says of a stand-in what its family does."""

import pytest

from fixtures.knowledge.versions import facts_for
from fixtures.standin.families import family_of
from fixtures.standin.families.family import ToolChoice, ToolUse
from tests.unit.survey.surveyed import surveyed, tables_of

WORDS = {ToolUse.WORKS: "works", ToolUse.DROPPED: "dropped", ToolUse.LEAKED: "leaked", ToolUse.UNSEEN: "not-rendered"}


def _values(printed):
    return {name: table["value"] for name, table in tables_of(printed).items() if "value" in table}


@pytest.mark.parametrize("version", ["0.10.1.1", "0.24.0"])
def test_family(version, tmp_path, capsys):
    """What a family decides is told as it decides, and the style is the one that the stand-in renders in."""
    _, printed, said = surveyed(tmp_path, capsys, "--json", vllm_version=version)
    decided, values = _decided(family_of(version)), _values(printed)
    assert {name: values.get(name) for name in decided} == decided
    assert values["prompt_styles"] == [facts_for(version).prompt_styles[0]]
    assert "Traceback" not in said


def _decided(family):
    counted = dict.fromkeys(("usage", "reasoning_tokens", "stream_usage"), family.response_usage)
    return {
        "reasoning_fields": ["+".join(sorted(family.reasoning_fields, reverse=True))],
        "chat_tools": [WORDS[family.plain.chat]],
        "chat_stream_tools": [WORDS[family.plain.chat_stream]],
        "responses_tools": [WORDS[family.plain.responses]],
        **{f"responses_{name}": value for name, value in counted.items()},
        "responses_incomplete": ["incomplete" if family.response_incomplete else "completed"],
        "responses_stream_incomplete": ["incomplete" if family.response_stream_incomplete else "completed"],
        "responses_item_ids": family.response_item_ids,
        "responses_places": not family.response_moves,
        "responses_final_ids": family.response_final_ids,
        "responses_tool_choice": ["works" if family.response_choices is ToolChoice.ALL else "refused"],
    }


def test_newest(tmp_path, capsys):
    """Of the release that the stand-in plays best, everything is as known."""
    status, printed, said = surveyed(tmp_path, capsys, "--json")
    assert status == 0
    assert all(table.get("as_known", not table.get("askable", True)) for table in tables_of(printed).values())
    assert "23 as known, 0 differ, 0 not told, 2 not to be asked of this server" in said


def test_tool_flags(tmp_path, capsys):
    """With tool flags tool_choice on chat can be told, and calls on chat are told as what no server without them does."""
    only = ("--only", "chat_tools", "--only", "chat_tool_choice", "--json")
    status, printed, _ = surveyed(tmp_path, capsys, *only, tool_flags=True)
    tables = tables_of(printed)
    assert (status, tables["chat_tool_choice"]["value"], tables["chat_tools"]["value"]) == (1, True, ["works"])
    assert "the table is of servers without --enable-auto-tool-choice" in tables["chat_tools"]["note"]


def test_unknown_style(tmp_path, capsys):
    """Prompts that no known style explains are not told as one, but by the nearest choices and what those miss."""
    arguments = ("--only", "prompt_styles", "--json")
    status, printed, _ = surveyed(tmp_path, capsys, *arguments, fault=("prompt-no-developer",))
    found = tables_of(printed)["prompt_styles"]
    assert (status, "value" in found) == (1, False)
    assert found["reason"] == "no style of fixtures/knowledge/harmony/style.py fits all 37 prompts"
    assert any(line.startswith("Responses, 18 prompts: ") for line in found["details"])
    assert any(line.startswith("missed, chat: developer: expected ") for line in found["details"])
