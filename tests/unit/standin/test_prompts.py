"""The loader of prompts.toml."""

from pathlib import Path

import pytest

from fixtures.knowledge.prompts import (
    PROMPTS_FILE,
    ChatPrompt,
    KnowledgeError,
    ToolCase,
    chat_prompt,
    load_counts,
    load_prompt,
    prompts,
    read_prompts,
    responses_tool,
    tool,
    tool_case,
)


def test_all_of_it() -> None:
    """The file has conversations, tools and cases, and every answer holds one of the strings expected of it."""
    known = prompts()
    answered: list[ChatPrompt | ToolCase] = [*known.chats.values(), *known.cases.values()]

    assert known.chats and known.tools and known.cases
    assert [each.id for each in answered if not any(text in each.answer for text in each.expect)] == []


def test_forms() -> None:
    """Tools come in the forms of both APIs, and are copies."""
    changed = tool("get_weather")
    changed["function"]["name"] = "other"

    assert tool("get_weather")["function"]["name"] == responses_tool("get_weather")["name"] == "get_weather"
    case = tool_case("multiply")
    assert case.call and case.call.values() == {"a": 17, "b": 23}


def test_load() -> None:
    """The load question carries its nonce and its number."""
    assert load_prompt("x9", load_counts()[0]) == f"[x9] Count from 1 to {load_counts()[0]}, separated by commas."
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        load_prompt("x", 0)


def test_unknown() -> None:
    """An unknown id is named, with the known ones."""
    with pytest.raises(KeyError, match=r"no \[\[chat\]\] 'nope'; there are: product, "):
        chat_prompt("nope")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('answer = "204"', "answer = 204", r"\[\[chat\]\] 1: key 'answer': expected str, got 204"),
        ('expect = ["204"]', "expect = []", r"\[\[chat\]\] 1: key 'expect': expected a list of non-empty strings"),
        ('id = "sum"', 'id = "product"', r"key 'id': 'product' is there twice"),
        ('id = "product"', 'idd = "product"', r"key 'idd': unknown"),
        ('tools = ["get_weather", "get_time"]', 'tools = ["gone"]', r"no \[\[tool\]\] is named 'gone'"),
        ("arguments = '{}'", "arguments = '[]'", r"\[call\]: key 'arguments': expected a JSON object"),
        ("[{nonce}] Count", "Count", r"\[load\]: key 'template': needs"),
        ("[load]\n", "[load\n", r"prompts.toml: "),
    ],
)
def test_wrong(before: str, after: str, said: str, tmp_path: Path) -> None:
    """Wrong data is refused with the file, the table and the key."""
    text = PROMPTS_FILE.read_text(encoding="utf-8")
    source = tmp_path / "prompts.toml"
    source.write_text(text.replace(before, after, 1), encoding="utf-8")

    assert before in text
    with pytest.raises(KnowledgeError, match=said):
        read_prompts(source)
