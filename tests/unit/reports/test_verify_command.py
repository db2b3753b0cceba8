"""`python -m reports.verify`: what it prints, and with which status it ends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reports.verify.__main__ import main
from tests.unit.reports import samples
from tests.unit.reports.sealed import SIGNER, allowed_signers, certified, key_pair, sealed

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture
def signed(tmp_path):
    """The directory of a signed run, and the file with who may sign."""
    key = key_pair(tmp_path / "keys")
    return sealed(tmp_path / "run", certified(), key=key).directory, allowed_signers(key)


def said(capsys, *arguments):
    status = main([str(argument) for argument in arguments])
    return status, capsys.readouterr().out.splitlines()


def test_a_signed_run(signed, capsys):
    """With the signers known, one line for each check, the last word is who signed, and the status is 0."""
    directory, signers = signed
    for chosen in ((), ("--signer", SIGNER)):
        status, lines = said(capsys, directory, "--allowed-signers", signers, *chosen)
        assert status == 0
        assert all(line.startswith("ok    ") for line in lines[:-1])
        assert lines[-1].startswith("HOLDS: a certificate, signed by one who may: vLLM + gpt-oss-120b on NVIDIA GB10")


def test_without_signers_nobody_is_believed(signed, capsys):
    """Without the file a signature is only said to be one; the last line tells what that is worth."""
    status, lines = said(capsys, signed[0])
    assert status == 0
    assert "whose key that is only --allowed-signers can say" in lines[-2]
    assert "signed, by whom nobody has asked" in lines[-1]
    (signed[0] / "certificate.intoto.json.sig").unlink()
    status, lines = said(capsys, signed[0])
    assert (status, lines[-2]) == (0, "note  signature    not signed")
    assert "a certificate, not signed" in lines[-1]


def test_somebody_else_signed(signed, tmp_path, capsys):
    """A signature by a key that is not in the file, or by another identity of it, is refused."""
    other = allowed_signers(key_pair(tmp_path / "others"))
    for arguments in (
        (signed[0], "--allowed-signers", other),
        (signed[0], "--allowed-signers", other, "--signer", SIGNER),
        (signed[0], "--allowed-signers", signed[1], "--signer", "somebody@example.com"),
    ):
        status, lines = said(capsys, *arguments)
        assert status == 1
        assert lines[-1].startswith("REFUSED: the signature does not hold")


def test_an_unsigned_certificate_where_a_signer_is_demanded(tmp_path, signed, capsys):
    """With --allowed-signers a certificate that is not signed is refused, and a run without one too."""
    for name, record, told in (
        ("unsigned", certified(), "REFUSED: not signed"),
        ("rehearsal", samples.rehearsal(), "REFUSED: there is no certificate to be signed"),
    ):
        directory = sealed(tmp_path / name, record).directory
        status, lines = said(capsys, directory, "--allowed-signers", signed[1])
        assert (status, lines[-1]) == (1, told)


def test_any_run_can_be_verified(tmp_path, capsys):
    """Without a certificate the record is checked alone, and its end is no claim."""
    status, lines = said(capsys, sealed(tmp_path, samples.failed_boot()).directory)
    assert status == 0
    assert lines[-1] == "HOLDS: no certificate: its verdict is NOT_CERTIFIED; what is here holds together"
    (tmp_path / "manifest.json").unlink()
    status, lines = said(capsys, tmp_path)
    assert status == 0
    assert "note  files        there is no manifest.json: whether a file was changed cannot be told" in lines
    (tmp_path / "server.log").unlink()
    status, lines = said(capsys, tmp_path)
    assert (status, lines[-1]) == (1, "REFUSED: server.log: named in record.json, and not there")


def test_a_changed_file_is_named(signed, capsys):
    """A file that was changed, added or linked to on the disk is refused by its name."""
    directory, _ = signed
    (directory / "report.html").write_text("CERTIFIED")
    (directory / "samples" / "more.json").write_text("{}")
    status, lines = said(capsys, directory)
    assert status == 1
    told = "report.html: not as the run left it; samples/more.json: not in manifest.json: the run did not leave it"
    assert lines[-1] == f"REFUSED: {told}"
    (directory / "samples" / "link").symlink_to("/")
    assert "samples/link: no file of the run, nor a link to one" in said(capsys, directory)[1][-1]


def test_a_link_within_the_run_is_its_file(tmp_path, capsys):
    """report.html may be a link to the page's own name: as a link and as a copy it holds, and not where it leads elsewhere."""
    directory, page = tmp_path / "run", tmp_path / "run" / "report.html"
    directory.mkdir()
    (directory / "host-CERTIFIED.html").write_text("page")
    page.symlink_to("host-CERTIFIED.html")
    sealed(directory, certified())
    assert (directory / "host-CERTIFIED.html").read_text() == "what report.html says\n"
    assert said(capsys, directory)[0] == 0
    page.unlink()
    shutil.copyfile(directory / "host-CERTIFIED.html", page)
    assert said(capsys, directory)[0] == 0
    page.rename(tmp_path / "elsewhere.html")
    page.symlink_to("../elsewhere.html")
    assert said(capsys, directory)[1][-1] == "REFUSED: report.html: no file of the run, nor a link to one"


@pytest.mark.parametrize("what", ["nothing", "empty", "file", "pipe"])
def test_what_cannot_be_read(what, tmp_path, capsys):
    """No directory, one without a record, a file, and a record that is a pipe end with status 2 and one line."""
    directory = tmp_path / "run"
    if what == "file":
        directory.write_text("")
    elif what != "nothing":
        directory.mkdir()
    if what == "pipe":
        os.mkfifo(directory / "record.json")
    assert main([str(directory)]) == 2
    assert capsys.readouterr().err.startswith(f"cannot be verified: {directory}")


def test_without_ssh_keygen_a_signature_cannot_be_checked(signed, capsys, monkeypatch):
    """Where ssh-keygen is not there, nothing is said about the run: status 2."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert main([str(signed[0])]) == 2
    assert "ssh-keygen, which checks signatures, cannot be run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--signer", "x"], "--signer needs --allowed-signers"),
        (["run", "--allowed-signers", "/no/such"], "--allowed-signers /no/such: no such file"),
        ([], "DIR"),
    ],
    ids=["signer", "signers", "nothing"],
)
def test_usage(arguments, told, capsys):
    """What cannot be meant ends with argparse's status 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert told in capsys.readouterr().err


def test_nothing_from_a_run_steers_a_terminal(tmp_path, capsys):
    """What a record says is shown with its control characters as escapes, on its line."""
    record = certified()
    clauses = [record.clauses[0].model_copy(update={"evidence": ["a\x1b[2J\nok    signature"]}), *record.clauses[1:]]
    directory = sealed(tmp_path, certified()).directory
    (directory / "record.json").write_text(
        record.model_copy(update={"clauses": clauses}).model_dump_json(by_alias=True)
    )
    status, lines = said(capsys, directory)
    assert status == 1
    assert "a\\u001b[2J ok    signature" in next(line for line in lines if "evidence" in line)
    assert not any("\x1b" in line for line in lines)


def test_it_is_a_command(tmp_path):
    """The module runs by itself and explains itself."""
    command = [sys.executable, "-m", "reports.verify"]
    done = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert "Exit status: 0 everything that is there holds" in done.stdout
