"""What a run left is believed only as it was left: every edit and every flipped byte is refused, with a reason."""

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest

from reports.manifest import CERTIFICATE, MANIFEST, RECORD, SIGNATURE
from reports.verify.checks import State, Wrong
from reports.verify.held import read_run
from reports.verify.run import verify
from reports.verify.signature import Signers
from tests.unit.reports.sealed import SIGNER, allowed_signers, certified, key_pair, sealed
from tests.unit.reports.tampering import edits, flips, with_file

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
FLIPS, SEED = 1000, 20271

Signed = Callable[[bytes, bytes], str]


def once(check: Signed) -> Signed:
    """The same answer for the same certificate and signature: ssh-keygen takes milliseconds, and there are thousands."""
    known: dict[tuple[bytes, bytes], str | Wrong] = {}

    def remembered(certificate: bytes, signature: bytes) -> str:
        if (certificate, signature) not in known:
            try:
                known[certificate, signature] = check(certificate, signature)
            except Wrong as error:
                known[certificate, signature] = error
        found = known[certificate, signature]
        if isinstance(found, Wrong):
            raise found
        return found

    return remembered


@pytest.fixture(scope="module")
def signed(tmp_path_factory):
    """A signed run as it is read, and what checks its signature."""
    directory = tmp_path_factory.mktemp("signed")
    key = key_pair(directory / "keys")
    run = sealed(directory / "run", certified(), key=key)
    assert run.problems == []
    return read_run(run.directory), once(Signers(allowed=allowed_signers(key), identity=SIGNER).check)


def nobody(certificate, signature):
    raise AssertionError("there is no signature to be checked")


def refusals(held, check, *, demanded=True):
    """What is wrong, with its check; every reason is a sentence on one line."""
    wrong = [each for each in verify(held, signed=check, demanded=demanded) if each.state is State.WRONG]
    assert all(each.said and "\n" not in each.said for each in wrong)
    return {each.name: each.said for each in wrong}


def test_a_signed_run_holds(signed):
    """Nothing of a run as it was left is refused, and every check is one line."""
    held, check = signed
    found = verify(held, signed=check, demanded=True)
    assert {each.state for each in found} == {State.OK}
    assert [each.name for each in found] == [
        "record",
        "verdict",
        "exit status",
        "files",
        "evidence",
        "digests",
        "subjects",
        "certificate",
        "signature",
    ]
    assert found[1].said == "CERTIFIED follows from 11 clauses"
    assert found[-1].said.startswith(f'Good "gb10-acceptance" signature for {SIGNER} with ED25519 key SHA256:')


def test_every_edit_of_the_record_is_refused(signed):
    """Each leaf, key and item of record.json, changed for itself: its digest is not that of the manifest and the certificate."""
    held, check = signed
    made = list(edits(held.record))
    assert len(made) > 1500
    for said, data in made:
        found = refusals(with_file(held, RECORD, data), check)
        assert "record" in found or {"files", "digests"} <= set(found), said


def test_every_edit_of_the_manifest_is_refused(signed):
    """Each entry of manifest.json, changed for itself: its digest is not that of the certificate."""
    held, check = signed
    for said, data in edits(held.manifest):
        assert "digests" in refusals(with_file(held, MANIFEST, data), check), said


def test_every_edit_of_the_certificate_is_refused(signed):
    """Each leaf, key and item of the certificate, changed for itself: twice over, by the signature and by the record."""
    held, check = signed
    made = list(edits(held.certificate))
    assert len(made) > 200
    for said, data in made:
        edited = with_file(held, CERTIFICATE, data)
        assert {"signature", "certificate"} <= set(refusals(edited, check)), said
        assert "certificate" in refusals(replace(edited, signature=None), nobody, demanded=False), said


def test_every_flipped_byte_is_refused(signed):
    """A byte of record, manifest, certificate or signature, another one, a thousand times: also where JSON means the same."""
    held, check = signed
    for name, said, data in flips(held, FLIPS, SEED):
        flipped = with_file(held, name, data)
        found = refusals(flipped, check)
        assert found, said
        if name != SIGNATURE:
            assert refusals(replace(flipped, signature=None), nobody, demanded=False), said


def test_every_byte_of_the_signature_counts(signed):
    """ssh-keygen overlooks what surrounds a signature; here what is added, cut off or wrapped otherwise is refused."""
    held, check = signed
    lines = held.signature.split(b"\n")
    others = [
        held.signature + b"\n",
        b"\n" + held.signature,
        held.signature[:-1],
        held.signature.replace(b"\n", b"\r\n"),
        b"\n".join([lines[0], b"".join(lines[1:-2]), *lines[-2:]]),
        b"\n".join([lines[0], lines[1][:9], lines[1][9:] + lines[2], *lines[3:]]),
        held.signature + held.signature,
        b"",
    ]
    for data in others:
        found = refusals(with_file(held, SIGNATURE, data), check)
        assert found == {"signature": f"{SIGNATURE} is no signature as ssh-keygen writes it"}


def test_a_seal_that_is_taken_away_is_missed(signed):
    """Without signature, manifest or certificate the run is refused where a signature is demanded."""
    held, check = signed
    assert refusals(replace(held, signature=None), check) == {"signature": "not signed"}
    assert "digests" in refusals(replace(held, manifest=None), check)
    gone = replace(held, certificate=None, signature=None)
    assert refusals(gone, check) == {"signature": "there is no certificate to be signed"}
    assert refusals(replace(held, certificate=None), check) == {
        "signature": f"{SIGNATURE} is there, and no {CERTIFICATE}"
    }


def test_other_files_of_the_run_are_sealed_too(signed):
    """Evidence that is changed, gone or added is refused by its name."""
    held, check = signed
    name = "exchanges/0001-get-health.json"
    changed = replace(held, digests={**held.digests, name: "0" * 64})
    assert refusals(changed, check) == {"files": f"{name}: not as the run left it"}
    gone = replace(held, digests={path: digest for path, digest in held.digests.items() if path != name})
    assert refusals(gone, check) == {
        "files": f"{name}: in {MANIFEST}, and not there",
        "evidence": f"{name}: named in {RECORD}, and not there",
    }
    added = replace(held, digests={**held.digests, "notes.txt": "0" * 64})
    assert refusals(added, check) == {"files": f"notes.txt: not in {MANIFEST}: the run did not leave it"}
    linked = replace(held, strangers=("report.html",))
    assert refusals(linked, check) == {"files": "report.html: no file of the run, nor a link to one"}
