"""The suite's prompts as the trainer needs them (the engine's environment has none of the suite's packages)."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROMPTS_FILE = Path(__file__).resolve().parents[3] / "fixtures" / "knowledge" / "prompts.toml"


@dataclass(frozen=True, slots=True)
class Prompts:
    """Everything `prompts.toml` holds, tools by name as OpenAI tool objects."""

    chats: tuple[dict[str, Any], ...]
    toolcases: tuple[dict[str, Any], ...]
    tools: dict[str, dict[str, Any]]
    load_template: str
    load_numbers: tuple[int, ...]


def as_openai_tool(table: dict[str, Any]) -> dict[str, Any]:
    """A `[[tool]]` table as a Chat Completions tool; raises json.JSONDecodeError where `parameters` is no JSON."""
    function = {**table, "parameters": json.loads(table["parameters"])}
    return {"type": "function", "function": function}


def read_prompts(path: Path = PROMPTS_FILE) -> Prompts:
    """Read `prompts.toml`; raises KeyError for a missing table."""
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    return Prompts(
        chats=tuple(raw["chat"]),
        toolcases=tuple(raw["toolcase"]),
        tools={table["name"]: as_openai_tool(table) for table in raw["tool"]},
        load_template=raw["load"]["template"],
        load_numbers=tuple(raw["load"]["n"]),
    )


def prompts_digest(path: Path = PROMPTS_FILE) -> str:
    """The sha256 of the file's bytes: what the weights say they were trained on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
