"""A record as it lies on the disk, of this suite's schema or of an older one."""

import json
import re
from pathlib import Path
from typing import Any

from fixtures.core.record import RunRecord

# How schema 1 said which clause had blocked another: `because` has it since.
_BECAUSE = re.compile(
    r"^needs (\S+), which is|\(([A-Z]+-\d+)\)$|which ([A-Z]+-\d+) fails$|^what it stands on failed for (\S+):"
)


def read_record(path: Path) -> RunRecord:
    """The record of a file. OSError where it cannot be read, ValueError where it is none, with the reason."""
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or data.get("schema") not in ("1", "2"):
        raise ValueError(f"{path}: expected a record of schema 1 or 2")
    return RunRecord.model_validate(_migrated(data) if data["schema"] == "1" else data)


def _migrated(data: dict[str, Any]) -> dict[str, Any]:
    """Schema 1 in the words of 2: what it did not know, such as the host's name, stays unknown."""
    clauses = [{**clause, "because": _because(clause)} for clause in data["clauses"]]
    return {**data, "schema": "2", "clauses": clauses}


def _because(clause: dict[str, Any]) -> list[str]:
    found = _BECAUSE.search(clause["message"]) if clause["outcome"] == "BLOCKED" else None
    return [next(filter(None, found.groups()))] if found else []
