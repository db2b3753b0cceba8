"""The end of a run: manifest, certificate, signature, in this order, and what is said where one of them cannot be."""

import hashlib
import json
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from fixtures.adapters.signing import SigningFailed, sign
from fixtures.plugin.artefacts import settle
from reports.certificate import NAMESPACE
from tests.unit.reports import samples
from tests.unit.reports.sealed import certified, key_pair, sealed

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
SEALS = {"manifest.json", "certificate.intoto.json", "certificate.intoto.json.sig"}


def files(directory):
    return {str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file()}


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_certified_run_is_sealed(tmp_path):
    """The manifest has every file but the seals, the certificate has the manifest's digest, and both are said."""
    run = sealed(tmp_path / "run", certified())
    manifest = json.loads((run.directory / "manifest.json").read_text())
    assert manifest == {name: digest(run.directory / name) for name in files(run.directory) - SEALS}
    statement = json.loads((run.directory / "certificate.intoto.json").read_text())
    told = {each["name"]: each.get("digest") for each in statement["predicate"]["configuration"]}
    for name in ("record.json", "manifest.json"):
        assert told[name] == {"sha256": digest(run.directory / name)}
    assert run.said == [("head", f"certificate: {run.directory}/certificate.intoto.json, not signed")]
    assert run.problems == []


def test_a_key_signs(tmp_path):
    """With a key the certificate is signed for this suite's namespace, and ssh-keygen accepts it for no other."""
    key = key_pair(tmp_path / "keys")
    run = sealed(tmp_path / "run", certified(), key=key)
    assert run.said == [("head", f"certificate: {run.directory}/certificate.intoto.json, signed with {key}")]
    certificate = run.directory / "certificate.intoto.json"
    command = ["ssh-keygen", "-Y", "check-novalidate", "-s", f"{certificate}.sig", "-n"]
    for namespace, accepted in ((NAMESPACE, True), ("file", False)):
        done = subprocess.run([*command, namespace], input=certificate.read_bytes(), capture_output=True, check=False)
        assert (done.returncode == 0) is accepted


@pytest.mark.parametrize(
    "record", [samples.rehearsal, samples.api, samples.failed_boot, samples.empty], ids=lambda s: s.__name__
)
def test_any_other_run_has_its_manifest_alone(record, tmp_path):
    """A run that certifies nothing has a manifest and no certificate, of which nothing is said."""
    run = sealed(tmp_path, record())
    assert files(run.directory) & SEALS == {"manifest.json"}
    assert (run.said, run.problems) == ([], [])


def test_a_certificate_that_cannot_be_is_said(tmp_path):
    """CERTIFIED without a certificate is told with the reason."""
    run = sealed(tmp_path / "unknown", samples.certification())
    assert run.said == [("warn", "no certificate: its target names no model")]
    assert files(run.directory) & SEALS == {"manifest.json"}


def test_a_run_with_problems_has_no_certificate(tmp_path):
    """What does not exit 0 certifies nothing: a secret that was masked late, a report that was not written."""
    run = sealed(tmp_path, certified(), problems=("a secret was masked in junit.xml",))
    assert run.said == [("warn", "no certificate: the run has problems: a secret was masked in junit.xml")]
    assert files(run.directory) & SEALS == {"manifest.json"}


def test_a_link_is_no_evidence(tmp_path):
    """Behind a link elsewhere other files could be shown: with one in the run's directory there is no certificate."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "elsewhere").symlink_to(tmp_path)
    run = sealed(tmp_path / "run", certified())
    assert run.said == [("warn", "no certificate: elsewhere is no file of a run")]


def test_a_signature_that_cannot_be_is_a_problem(tmp_path):
    """Who asks for a signature and gets none is told by a problem, where the exit status would be 0, and by a line elsewhere."""
    key = key_pair(tmp_path / "keys")
    waived = sealed(tmp_path / "waived", samples.with_waivers(), key=key)
    assert waived.problems == [
        f"--sign-key {key}: there is no certificate to sign: its verdict is PASSED, with waived failures (STREAM-004)"
    ]
    failed = sealed(tmp_path / "failed", samples.failed_boot(), key=key)
    assert (failed.said, failed.problems) == ([("warn", "no certificate: its verdict is NOT_CERTIFIED")], [])


def test_a_passphrase_is_never_asked_for(tmp_path):
    """A key with a passphrase does not sign, does not wait, and the problem says what to do; the certificate stays."""
    key = key_pair(tmp_path / "keys", passphrase="correct horse")
    run = sealed(tmp_path / "run", certified(), key=key)
    assert len(run.problems) == 1
    assert f"the certificate is not signed: {key} has a passphrase, which is never asked for" in run.problems[0]
    assert files(run.directory) & SEALS == {"manifest.json", "certificate.intoto.json"}


def test_what_is_no_key_is_named(tmp_path):
    """A file that is no key, and an ssh-keygen that is not there, end in one sentence each."""
    (tmp_path / "note").write_text("no key")
    (tmp_path / "file").write_text("content")
    with pytest.raises(SigningFailed, match=f"{tmp_path}/note: "):
        sign(tmp_path / "file", key=tmp_path / "note", namespace=NAMESPACE)


def test_without_ssh_keygen(tmp_path, monkeypatch):
    """Where ssh-keygen is not there, the sentence names it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningFailed, match="ssh-keygen cannot be run: No such file"):
        sign(tmp_path / "file", key=tmp_path / "key", namespace=NAMESPACE)


def test_a_full_disk_is_a_problem(tmp_path, monkeypatch):
    """A seal that the disk does not take is a problem of the run."""

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.writing.os.fsync", full)
    monkeypatch.setattr("tests.unit.reports.sealed.write_files", lambda directory, record: None)
    run = sealed(tmp_path, certified())
    assert run.problems == [f"the run could not be sealed in {tmp_path}: No space left on device"]


@pytest.mark.parametrize(
    ("before", "problems", "after"), [(0, [], 0), (0, ["one"], 6), (1, ["one"], 1), (2, ["one"], 2)]
)
def test_a_problem_at_the_very_end_is_no_success(before, problems, after):
    """A problem of the seal, as of anything before it, keeps the exit status from being 0, and changes no other."""
    session = SimpleNamespace(exitstatus=before)
    assert settle(session, SimpleNamespace(problems=problems)) == session.exitstatus == after
