"""What lies in the directory of a run, read once: all checks are about the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.manifest import CERTIFICATE, MANIFEST, RECORD, SIGNATURE, digests, sha256, strangers
from reports.verify.checks import Unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The files that say something, the digests of all but the seals, and what is no file at all."""

    record: bytes
    manifest: bytes | None
    certificate: bytes | None
    signature: bytes | None
    digests: Mapping[str, str]
    strangers: tuple[str, ...]


def read_run(directory: Path) -> Held:
    """The directory of a run; Unreadable with the reason."""
    try:
        return _read(directory)
    except OSError as error:
        raise Unreadable(f"{error.filename or directory}: {error.strerror}") from None


def _read(directory: Path) -> Held:
    record = _bytes(directory / RECORD)
    if record is None:
        raise Unreadable(f"{directory}: there is no {RECORD}: this is not the directory of a run")
    return Held(
        record=record,
        manifest=_bytes(directory / MANIFEST),
        certificate=_bytes(directory / CERTIFICATE),
        signature=_bytes(directory / SIGNATURE),
        # What was read, not what may lie there by now.
        digests={**digests(directory), RECORD: sha256(record)},
        strangers=tuple(strangers(directory)),
    )


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
