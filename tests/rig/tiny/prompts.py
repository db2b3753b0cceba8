"""The suite's prompts as the trainer needs them (the engine's environment has none of the suite's packages)."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KNOWLEDGE = Path(__file__).resolve().parents[3] / "fixtures" / "knowledge"
PROMPTS_FILES = (_KNOWLEDGE / "prompts.toml", *sorted(_KNOWLEDGE.glob("prompts_*.toml")))


@dataclass(frozen=True, slots=True, eq=False)
class Prompts:
    """Everything the prompt files hold, tools by name as OpenAI tool objects; hashed by identity."""

    chats: tuple[dict[str, Any], ...]
    toolcases: tuple[dict[str, Any], ...]
    tools: dict[str, dict[str, Any]]
    load_template: str
    load_numbers: tuple[int, ...]


def as_openai_tool(table: dict[str, Any]) -> dict[str, Any]:
    """A `[[tool]]` table as a Chat Completions tool; raises json.JSONDecodeError where `parameters` is no JSON."""
    function = {**table, "parameters": json.loads(table["parameters"])}
    return {"type": "function", "function": function}


def read_prompts(paths: tuple[Path, ...] = PROMPTS_FILES) -> Prompts:
    """Read the prompt files; raises KeyError for a missing table."""
    every = [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]
    return Prompts(
        chats=tuple(chat for raw in every for chat in raw.get("chat", ())),
        toolcases=tuple(case for raw in every for case in raw.get("toolcase", ())),
        tools={table["name"]: as_openai_tool(table) for raw in every for table in raw.get("tool", ())},
        load_template=every[0]["load"]["template"],
        load_numbers=tuple(every[0]["load"]["n"]),
    )


def prompts_digest(paths: tuple[Path, ...] = PROMPTS_FILES) -> str:
    """The sha256 of the files' bytes, one after the other: what the weights say they were trained on."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()
