"""The manifest of a run: the sha256 of each of its files, written when nothing more is written but what seals it."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from reports.writing import write_whole

RECORD = "record.json"
MANIFEST = "manifest.json"
CERTIFICATE = "certificate.intoto.json"
SIGNATURE = f"{CERTIFICATE}.sig"
SEALS = frozenset(
    (MANIFEST, CERTIFICATE, SIGNATURE)
)  # what is written after every other file, and so not in the manifest


def write_manifest(directory: Path) -> Path:
    """Write `manifest.json`: path to sha256 of every other file that is there. OSError when the disk does not take it."""
    return write_whole(directory / MANIFEST, manifest_text(digests(directory)))


def manifest_text(found: dict[str, str]) -> str:
    """The manifest as it is written, by path."""
    return json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1) + "\n"


def digests(directory: Path) -> dict[str, str]:
    """The sha256 of each file of a run but its seals, by its path in the run's directory; a link has its file's.

    So a copy that has a file in place of a link, as scp makes it, is the same run.
    """
    root = directory.resolve()
    return {name: _sha256(path) for name, path in _entries(directory) if name not in SEALS and _within(path, root)}


def strangers(directory: Path) -> list[str]:
    """What is neither a file of the run nor a link to one: behind a link elsewhere is whatever somebody likes."""
    root = directory.resolve()
    return [
        name for name, path in _entries(directory) if not _within(path, root) or (name in SEALS and path.is_symlink())
    ]


def sha256(data: bytes) -> str:
    """The digest of bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def _entries(directory: Path) -> Iterator[tuple[str, Path]]:
    """Everything but real folders, by its path in the directory; no link is followed."""
    for folder, folders, files in os.walk(directory, onerror=_raise):
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for path in (Path(folder, name) for name in (*files, *links)):
            yield path.relative_to(directory).as_posix(), path


def _raise(error: OSError) -> None:
    raise error


def _within(path: Path, root: Path) -> bool:
    """A file in this directory, by its own name or by a link to another name in it, such as report.html is."""
    return path.is_file() and path.resolve().is_relative_to(root)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
