"""Ports and directories, tried for real; and the whole preflight, ended whatever hangs."""

import os
import socket
import threading
from pathlib import Path

import pytest

from fixtures.adapters.host import encodings, facts, preflight
from fixtures.adapters.host import probe as subject
from fixtures.adapters.host.downloads import Limits
from fixtures.adapters.host.preflight import run_preflight
from fixtures.adapters.host.probe import look_at_directory, look_at_port
from fixtures.adapters.targets import load_target
from fixtures.core.spec import Target

pytestmark = pytest.mark.timeout(120)
SECRET = "hf_" + "x" * 34


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_free_port():
    """A port that was just given back is free."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    assert look_at_port("127.0.0.1", port).free


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_taken_port(listener, address):
    """A port that somebody listens on is taken, on the wildcard address too, and the process is named."""
    seen = look_at_port(address, listener)

    assert not seen.free
    assert f"pid {os.getpid()}" in seen.holder


def test_foreign_address():
    """An address that is not this machine's is named."""
    assert "192.0.2.1 cannot be listened on" in look_at_port("192.0.2.1", 8000).problem


def test_no_address():
    """A publish address must be one."""
    assert look_at_port("example.invalid", 8000).problem == "'example.invalid' is not an IP address"


def test_directory(tmp_path):
    """A directory that can be written is right, and nothing is left in it."""
    assert look_at_directory(str(tmp_path)) == ""
    assert [path.name for path in tmp_path.iterdir()] == []


def test_directory_faults(tmp_path):
    """A missing directory, a file, and one below a file each say what they are."""
    (tmp_path / "file").write_text("")

    assert look_at_directory(str(tmp_path / "none")) == "no such directory"
    assert look_at_directory(str(tmp_path / "file")) == "not a directory"
    assert look_at_directory(str(tmp_path / "file" / "below")) == "cannot be written: Not a directory"


@pytest.mark.skipif(
    not Path("/proc/self/attr").is_dir(), reason="needs a directory that nobody can write: Linux's /proc"
)
def test_directory_that_cannot_be_written():
    """A directory that refuses a file, even to root, is not writable."""
    assert look_at_directory("/proc/self/attr").startswith(("cannot be written: ", "no such directory"))


def target_in(directory: Path) -> Target:
    """Target gb10, with its host directories elsewhere."""
    return load_target(
        "gb10",
        {
            "encodings.directory": ("test", str(directory / "encodings")),
            "host.cache": ("test", str(directory / "huggingface")),
        },
    )


@pytest.fixture
def hang():
    """A look that hangs until the test is over, as a call into a wedged driver does."""
    over = threading.Event()
    yield lambda *_, **__: over.wait()
    over.set()


def test_everything_hangs(tmp_path, monkeypatch, hang):
    """With name service, Docker, GPU, port and disk all hanging, every rule has its finding."""
    monkeypatch.setattr(socket, "getaddrinfo", hang)
    looks = (
        "look_at_docker",
        "look_at_port",
        "look_at_directory",
        "look_at_gpu",
        "look_at_gpus",
        "look_at_swap",
        "seen_for",
    )
    for look in looks:
        monkeypatch.setattr(subject, look, hang)
    for module in (subject, preflight, facts):
        monkeypatch.setattr(module, "BUDGET", 0.5)
    quick = encodings.ensure_encodings.__kwdefaults__ | {"limits": Limits(connect=0.3)}
    monkeypatch.setattr(encodings.ensure_encodings, "__kwdefaults__", quick)

    found = run_preflight(target_in(tmp_path), token_set=False, download=True, mirror=None, progress=lambda _: None)

    assert len(found.findings) == 18
    assert "no connection within 0.3 s" in found.finding("encoding:o200k_base.tiktoken").observed
    assert all(
        subject.LATE in found.finding(rule).observed for rule in ("docker", "port", "gpu", "cache", "model-cache")
    )


def test_all_findings_at_once(tmp_path, monkeypatch):
    """Everything wrong with a bare host is reported together, each with its remedy, and no secret in it."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setenv("HF_TOKEN", SECRET)

    found = run_preflight(target_in(tmp_path), token_set=False, download=False, mirror=None, progress=lambda _: None)

    broken = {rule for rule, finding in found.findings.items() if not finding.ok}
    assert {
        "cache",
        "token",
        "docker",
        "image",
        "image-architecture",
        "name",
        "encoding:cl100k_base.tiktoken",
    } <= broken
    assert all(found.finding(rule).remedy for rule in broken)
    assert SECRET not in repr(found)
    assert found.host.arch


def test_unknown_rule(tmp_path):
    """A rule that the target does not have is refused with those that it has."""
    found = run_preflight(
        load_target("rehearsal"), token_set=False, download=False, mirror=None, progress=lambda _: None
    )

    assert dict(found.findings) == {}
    with pytest.raises(KeyError, match="no finding 'gpu'"):
        found.finding("gpu")
