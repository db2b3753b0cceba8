"""The seals without the signature: the files are those of the manifest, and the certificate is what the record gives."""

from collections.abc import Iterable, Mapping
from typing import Any

from fixtures.core.record import RunRecord
from reports.certificate import NoCertificate, statement_of, statement_text
from reports.manifest import CERTIFICATE, MANIFEST, RECORD, sha256
from reports.verify.checks import Wrong
from reports.verify.held import Held
from reports.verify.record import evidence_of
from reports.verify.strict import read_strictly

_NAMED = 3  # files in one sentence


def manifest_holds(held: Held) -> str:
    """Wrong for each file that is gone, added or changed since the manifest was written, and for what is no file."""
    if held.strangers:
        raise Wrong(f"{_listed(held.strangers)}: no file of the run, nor a link to one")
    listed = _manifest(held.manifest)
    changed = [name for name, digest in listed.items() if held.digests.get(name, digest) != digest]
    told = {
        "not as the run left it": changed,
        f"in {MANIFEST}, and not there": sorted(set(listed) - set(held.digests)),
        f"not in {MANIFEST}: the run did not leave it": sorted(set(held.digests) - set(listed)),
    }
    if faults := [f"{_listed(names)}: {what}" for what, names in told.items() if names]:
        raise Wrong("; ".join(faults))
    return f"{len(listed)} files are as the run left them"


def evidence_there(held: Held, record: RunRecord) -> str:
    """Wrong where the record names a file that is not there."""
    named = evidence_of(record)
    if missing := sorted(named - set(held.digests)):
        raise Wrong(f"{_listed(missing)}: named in {RECORD}, and not there")
    return f"{len(named)} files that the record names are there"


def digests_hold(held: Held) -> str:
    """Wrong where the certificate is about another record or manifest."""
    for name, data in ((RECORD, held.record), (MANIFEST, held.manifest)):
        if data is None:
            raise Wrong(f"{name} is not there")
        told = _digest(_statement(held), name)
        if told != sha256(data):
            raise Wrong(f"{name} has the sha256 {sha256(data)}, and the certificate is about {told}")
    return f"{RECORD} and {MANIFEST} are those of the certificate"


def subjects_hold(held: Held, record: RunRecord) -> str:
    """Wrong where the certificate is about another image or model than the record."""
    due = _due(held, record)["subject"]
    _same(due, _statement(held).get("subject"), "subject")
    return ", ".join(f"{each['name']} {'/'.join(each['digest'].values())}" for each in due)


def certificate_follows(held: Held, record: RunRecord) -> str:
    """Wrong where the suite would have written another certificate for this record, were it by one byte."""
    due, found = _due(held, record), _statement(held)
    _same(due, found, "")
    if held.certificate != statement_text(due).encode("utf-8", "backslashreplace"):
        raise Wrong(f"{CERTIFICATE} says what the record gives, but is not written as the suite writes it")
    predicate = due["predicate"]
    return f"{predicate['result']}: {len(predicate['passedTests'])} passed, {len(predicate['warnedTests'])} warned"


def _manifest(data: bytes | None) -> dict[str, str]:
    if data is None:
        raise Wrong(f"{MANIFEST} is not there")
    value = read_strictly(data, MANIFEST)
    if not isinstance(value, dict) or not all(isinstance(digest, str) for digest in value.values()):
        raise Wrong(f"{MANIFEST} is no table of files and digests")
    return value


def _statement(held: Held) -> dict[str, Any]:
    value = read_strictly(held.certificate or b"", CERTIFICATE)
    if not isinstance(value, dict):
        raise Wrong(f"{CERTIFICATE} is no Statement")
    return value


def _due(held: Held, record: RunRecord) -> dict[str, Any]:
    """The certificate that this record gives."""
    manifest = sha256(held.manifest or b"")
    try:
        return statement_of(record, record_sha256=sha256(held.record), manifest_sha256=manifest)
    except NoCertificate as error:
        raise Wrong(f"this record gives no certificate: {error}") from None


def _digest(statement: Mapping[str, Any], name: str) -> str:
    """The digest of a file of the run in the certificate; Wrong where it is not there once, and only once."""
    try:
        found = [each["digest"]["sha256"] for each in statement["predicate"]["configuration"] if each["name"] == name]
    except (KeyError, TypeError):
        found = []
    if len(found) != 1:
        raise Wrong(f"{CERTIFICATE} does not have the digest of {name} once")
    return str(found[0])


def _same(due: Any, found: Any, where: str) -> None:
    """Wrong at the first place that differs; true is not 1 here, and 1 not 1.0."""
    if type(due) is not type(found):
        raise Wrong(f"{CERTIFICATE}: {where or 'top level'}: {found!r:.200}, and from the record follows {due!r:.200}")
    if isinstance(due, dict):
        _same(sorted(due), sorted(found), f"{where} keys".strip())
        for key in due:
            _same(due[key], found[key], f"{where}.{key}".strip("."))
    elif isinstance(due, list):
        for number, (one, other) in enumerate(zip(due, found, strict=False)):
            _same(one, other, f"{where}[{number}]")
        _same(len(due), len(found), f"length of {where}")
    elif due != found:
        raise Wrong(f"{CERTIFICATE}: {where}: {found!r:.200}, and from the record follows {due!r:.200}")


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
