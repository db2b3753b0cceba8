"""Seals from outside: what every run leaves can be verified, and a key that cannot sign anything is refused at once."""

import json

import pytest

from reports.verify.__main__ import main
from tests.judge.test_command_line import suite


def test_a_run_can_be_verified(tmp_path, capsys):
    """The directory of a real run holds together as it was left, each file is in its manifest, and there is no certificate."""
    suite(runs=tmp_path, paths=("suites/api/test_health.py",))
    run = (tmp_path / "latest").resolve()
    names = {str(path.relative_to(run)) for path in run.rglob("*") if path.is_file()}
    assert set(json.loads((run / "manifest.json").read_text())) == names - {"manifest.json"}
    assert {"record.json", "report.html", "junit.xml", "server.log"} <= names
    assert main([str(run)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"ok    files        {len(names) - 1} files are as the run left them" in said
    assert said[-1].startswith("HOLDS: no certificate: it was made with the embedded stand-in")
    (run / "junit.xml").write_text("<testsuites/>")
    assert main([str(run)]) == 1
    assert "REFUSED: junit.xml: not as the run left it" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--gb10", "--sign-key", "/no/such"], "--sign-key /no/such: no such file"),
        (["--gb10", "--sign-key", "suites"], "--sign-key suites: that is no file"),
        (["--sign-key", "pyproject.toml"], "--sign-key: goes with a target that can be certified only"),
        (["--base-url", "http://127.0.0.1:1", "--sign-key", "pyproject.toml"], "a target that can be certified only"),
        (["--target", "cpu", "--sign-key", "pyproject.toml"], "a target that can be certified only"),
    ],
    ids=["missing", "folder", "rehearsal", "api", "cpu"],
)
def test_a_key_that_signs_nothing_is_a_usage_error(arguments, said, tmp_path):
    """A key that is not there, and a key for a run that never certifies, end with exit 4 and one clear sentence."""
    done = suite(*arguments, runs=tmp_path)
    assert done.returncode == 4, done.stdout
    assert said in done.stderr + done.stdout
    assert not (tmp_path / "latest").exists()
