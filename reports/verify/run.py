"""All checks of a run's directory, in their order. What is not there is noted; what is there must hold."""

from collections.abc import Callable, Iterator

from fixtures.core.record import RunRecord
from reports.certificate import refusal
from reports.manifest import CERTIFICATE, MANIFEST, RECORD, SIGNATURE
from reports.verify.certificate import (
    certificate_follows,
    digests_hold,
    evidence_there,
    manifest_holds,
    subjects_hold,
)
from reports.verify.checks import Check, State, Wrong, checked
from reports.verify.held import Held
from reports.verify.record import exit_status_follows, read_record, verdict_follows

Signed = Callable[[bytes, bytes], str]  # certificate, signature: who made it; raises Wrong


def verify(held: Held, *, signed: Signed, demanded: bool) -> list[Check]:
    """Each check with what was found; `demanded` is whether there must be a signature that `signed` accepts."""
    try:
        record = read_record(held.record)
    except Wrong as error:
        unread = [Check(name="record", state=State.WRONG, said=str(error))]
        return [*unread, *_files(held), *_signature(held, signed, demanded)]
    checks = (_record(record), _files(held), _evidence(held, record), _certificate(held, record))
    return [*(check for each in checks for check in each), *_signature(held, signed, demanded)]


def conclusion(held: Held, *, demanded: bool) -> str:
    """What is shown, where every check holds: one sentence without a full stop."""
    record = read_record(held.record)
    if held.certificate is None:
        return f"no certificate: {refusal(record) or 'the run has left none'}; what is here holds together"
    about = f"{record.target.title}, {record.host.name or 'host unknown'}, {record.finished}"
    if demanded:
        return f"a certificate, signed by one who may: {about}"
    known = "signed, by whom nobody has asked" if held.signature else "not signed"
    return f"a certificate, {known}: {about}; whoever can write these files can write others that hold as well"


def _record(record: RunRecord) -> Iterator[Check]:
    yield checked("record", lambda: f"{RECORD} fits schema {record.schema_}")
    yield checked("verdict", lambda: verdict_follows(record))
    yield checked("exit status", lambda: exit_status_follows(record))


def _files(held: Held) -> Iterator[Check]:
    if held.manifest is None and held.certificate is None and not held.strangers:
        yield _note("files", f"there is no {MANIFEST}: whether a file was changed cannot be told")
    else:
        yield checked("files", lambda: manifest_holds(held))


def _evidence(held: Held, record: RunRecord) -> Iterator[Check]:
    yield checked("evidence", lambda: evidence_there(held, record))


def _certificate(held: Held, record: RunRecord) -> Iterator[Check]:
    if held.certificate is None:
        yield _note("certificate", "no certificate here")
        return
    yield checked("digests", lambda: digests_hold(held))
    yield checked("subjects", lambda: subjects_hold(held, record))
    yield checked("certificate", lambda: certificate_follows(held, record))


def _signature(held: Held, signed: Signed, demanded: bool) -> Iterator[Check]:
    certificate, signature = held.certificate, held.signature
    if certificate is not None and signature is not None:
        yield checked("signature", lambda: signed(certificate, signature))
    elif signature is not None:
        yield Check(name="signature", state=State.WRONG, said=f"{SIGNATURE} is there, and no {CERTIFICATE}")
    elif demanded:
        said = "not signed" if certificate is not None else "there is no certificate to be signed"
        yield Check(name="signature", state=State.WRONG, said=said)
    elif certificate is not None:
        yield _note("signature", "not signed")


def _note(name: str, said: str) -> Check:
    return Check(name=name, state=State.NOTE, said=said)
