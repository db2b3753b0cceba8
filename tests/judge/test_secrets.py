"""No artefact of a run has a secret, whatever the server says of it and in which spelling."""

import zipfile

import pytest

from tests.judge.leaking import SECRETS, leaking_server, spelled
from tests.judge.test_command_line import suite


def artefacts(directory):
    """Every file of a run by its name, those inside of archives included."""
    for path in (p for p in directory.rglob("*") if p.is_file()):
        yield str(path.relative_to(directory)), path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from ((f"{path.name}/{name}", packed.read(name)) for name in packed.namelist())


def holding(files, secret):
    """Which files have the secret, and how it is spelled there."""
    return [(name, how) for name, data in files for how, text in spelled(secret).items() if text.encode() in data]


IN_RING_1 = 2  # a run for each costs seconds
CASES = [
    pytest.param(each, id=str(n), marks=pytest.mark.prove if n >= IN_RING_1 else ()) for n, each in enumerate(SECRETS)
]


@pytest.mark.parametrize("secret", CASES)
def test_a_key_is_in_no_artefact(secret, tmp_path):
    """A server says the key in six spellings, in bodies, errors, a header and byte by byte: no file and no line has it."""
    with leaking_server() as url:
        done = suite(
            "--base-url", url, runs=tmp_path, env={"VLLM_API_KEY": secret},
            paths=("suites/api/test_chat.py", "suites/api/test_streaming.py", "suites/api/test_sdk.py"),
        )  # fmt: skip
    files = dict(artefacts(tmp_path))
    assert any(name.endswith("record.json") for name in files), done.stdout[-3000:]
    assert any(b"[redacted]" in data for data in files.values())
    assert holding(files.items(), secret) == []
    assert holding({"stdout": done.stdout.encode(), "stderr": done.stderr.encode()}.items(), secret) == []


def test_a_key_that_no_header_can_carry_is_refused(tmp_path):
    """A key with a line's end is refused before anything is asked, by its name, and is not told."""
    done = suite("--base-url", "http://127.0.0.1:9", runs=tmp_path, env={"VLLM_API_KEY": "sk-canary-0123456789\n"})
    assert done.returncode == 4
    assert "VLLM_API_KEY: it has characters that an HTTP header cannot carry" in done.stderr
    assert "canary" not in done.stdout + done.stderr
