"""The record on disk, and the link to the newest run."""

import json
import os
import tempfile
from pathlib import Path

from fixtures.core.record import RunRecord


def write_record(record: RunRecord, directory: Path) -> Path:
    """Write `record.json`: whole or not at all. OSError when the disk does not take it."""
    text = json.dumps(record.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1)
    return write_whole(directory / "record.json", text)


def write_whole(path: Path, text: str) -> Path:
    """Write beside the place, flush to the disk, then rename into the place."""
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
    return path


def point_latest(runs: Path, run: Path) -> None:
    """Point `latest` at the run, in one step; an older link is replaced, anything else is left alone."""
    link = runs / "latest"
    if link.exists() and not link.is_symlink():
        raise FileExistsError(17, "it is there and is no link", str(link))
    fresh = runs / f".latest-{run.name}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(run.name)
    fresh.replace(link)
