"""The results as TOML for the tables, as JSON for machines, and as lines of progress."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from fixtures.knowledge.releases import standing_of
from tests.rig.survey.surveying import Result

_COMMAND = "python -m tests.rig.survey"


def as_toml(version: str, results: Sequence[Result]) -> str:
    """Entries to paste; whatever is no entry is a comment."""
    today = datetime.now(UTC).date().isoformat()
    heading = [_comment(f"vLLM {version} (measured {today} by {_COMMAND})"), _comment(standing_of(version).sentence())]
    release = str(standing_of(version).release)
    return "\n".join([*heading, *(line for result in results for line in ("", *_lines(release, result)))])


def _lines(release: str, result: Result) -> list[str]:
    details = [_comment(f"  {line}") for line in result.details]
    if result.told is None:
        head = [_comment(f"[{result.table}] is not told: {result.reason}")]
        return [*head, *details, _comment(f"  the table says {_known(result)}")]
    entry = f'"{release}" = {toml_value(result.told.value)}  {_comment(_verdict(result))}'
    note = [_comment(f"  {result.told.note}")] if result.told.note else []
    return [f"[{result.table}]", entry, *note, *details]


def _verdict(result: Result) -> str:
    if not result.as_known:
        return f"the table says {_known(result)}"
    same = result.told is not None and result.known == (result.told.value,)
    return "as known" if same else f"as known: the table allows {_known(result)}"


def _known(result: Result) -> str:
    return " or ".join(dict.fromkeys(map(toml_value, result.known)))


def toml_value(value: Any) -> str:
    """A flag or a list as TOML writes it, which for these is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> str:
    """A comment of one line: what a server said may hold anything."""
    return "# " + "".join(c if c.isprintable() else " " for c in text).rstrip()


def as_json(version: str, results: Sequence[Result]) -> str:
    """Everything that the TOML says, by table."""
    standing = standing_of(version)
    tables = {result.table: _object(result) for result in results}
    whole = {"version": version, "release": str(standing.release), "standing": standing.sentence(), "tables": tables}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _object(result: Result) -> dict[str, Any]:
    common = {"known": list(result.known), "details": list(result.details)}
    if result.told is None:
        return {"reason": result.reason, "askable": result.askable, **common}
    return {"value": result.told.value, "as_known": result.as_known, "note": result.told.note, **common}


def progress(result: Result, done: int, of: int) -> str:
    """A line for a table that is done."""
    said = (
        f"not told: {result.reason}" if result.told is None else f"{toml_value(result.told.value)}, {_verdict(result)}"
    )
    return f"[{done}/{of}] {result.table}: {_comment(said)[2:]}"


def closing(results: Iterable[Result]) -> str:
    """The last line of progress: how many are as known, differ, or are not told."""
    every = list(results)
    known, differ = sum(r.as_known for r in every), sum(r.told is not None and not r.as_known for r in every)
    unasked = sum(not r.askable for r in every)
    untold = len(every) - known - differ - unasked
    return f"{known} as known, {differ} differ, {untold} not told, {unasked} not to be asked of this server"
