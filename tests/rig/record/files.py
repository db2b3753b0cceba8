"""Recordings on disk: JSON, one exchange a line, compressed; what repeats itself in two megabytes is twenty kilobytes."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "unit/standin/recordings"
SUFFIX = ".json.xz"


def path_of(config: str, folder: Path = FOLDER) -> Path:
    """Where a recording lies."""
    return folder / f"{config}{SUFFIX}"


def load(config: str, folder: Path = FOLDER) -> dict[str, Any]:
    """A recording by its name: exchanges by theirs. FileNotFoundError if there is none."""
    found: dict[str, Any] = json.loads(lzma.decompress(path_of(config, folder).read_bytes()))
    return found


def save(recorded: dict[str, Any], config: str, folder: Path = FOLDER) -> Path:
    """Write a recording in the order given; the same exchanges give the same bytes."""
    lines = [f"{json.dumps(name)}: {json.dumps(each, ensure_ascii=False)}" for name, each in recorded.items()]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    path = path_of(config, folder)
    path.write_bytes(lzma.compress(text.encode(), preset=9))
    return path


def recordings(pattern: str = "*", folder: Path = FOLDER) -> list[str]:
    """The names of the recordings that match."""
    return sorted(path.name.removesuffix(SUFFIX) for path in folder.glob(f"{pattern}{SUFFIX}"))
