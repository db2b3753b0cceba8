"""The record on disk, and the link to the newest run."""

import json
import math
import os
import tempfile
from pathlib import Path

from fixtures.core.record import RunRecord


def write_record(record: RunRecord, directory: Path) -> Path:
    """Write `record.json`: whole or not at all. OSError when the disk does not take it."""
    values = _finite(record.model_dump(mode="json", by_alias=True))
    text = json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False)
    return write_whole(directory / "record.json", text + "\n")


def write_whole(path: Path, text: str) -> Path:
    """Write beside the place, flush to the disk, then rename into the place.

    A lone surrogate, which UTF-8 cannot carry, is written as its escape: inside a JSON string that is the same value.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_directory(path.parent)
    return path


def point_latest(runs: Path, run: Path) -> None:
    """Point `latest` at the run, in one step; an older link is replaced, anything else is left alone.

    The link is relative, so that the folder of runs can be moved. OSError when it cannot be made.
    """
    link = runs / "latest"
    if link.exists() and not link.is_symlink():
        raise FileExistsError(17, "it is there and is no link", str(link))
    fresh = runs / f".latest-{run.name}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(run, runs))
    fresh.replace(link)


def _finite(value: object) -> object:
    """JSON has no NaN and no infinity: a figure that could not be had is null."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _flush_directory(directory: Path) -> None:
    # The rename itself is on the disk only when the directory is.
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
