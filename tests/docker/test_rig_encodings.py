"""The mirror of the encoding files misbehaves in exactly the named way."""

import http.client
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.rig.encodings.mirror import Mirror

BODY = bytes(range(256)) * 40


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "o200k_base.tiktoken").write_bytes(BODY)
    return tmp_path


def fetch(mirror: Mirror, *, timeout: float = 60.0) -> bytes:
    with urllib.request.urlopen(f"{mirror.base_url}/o200k_base.tiktoken", timeout=timeout) as answer:
        return bytes(answer.read())


def test_without_a_fault_the_bytes_are_served(folder: Path) -> None:
    """A mirror without a fault serves the file as it is and remembers who asked."""
    with Mirror(folder) as mirror:
        assert fetch(mirror) == BODY
        assert mirror.requests == ["/o200k_base.tiktoken"]


@pytest.mark.parametrize("status", ["404", "500"])
def test_error_status(folder: Path, status: str) -> None:
    """An error fault answers every request with that status."""
    with Mirror(folder, fault=status) as mirror, pytest.raises(urllib.error.HTTPError, match=status) as caught:
        fetch(mirror)
    caught.value.close()


def test_truncated(folder: Path) -> None:
    """A truncated answer promises more bytes than it sends."""
    with Mirror(folder, fault="truncated") as mirror, pytest.raises(http.client.IncompleteRead):
        fetch(mirror)


def test_wrong_bytes(folder: Path) -> None:
    """Wrong bytes have the right length."""
    with Mirror(folder, fault="wrong") as mirror:
        body = fetch(mirror)
    assert len(body) == len(BODY)
    assert body != BODY


def test_slow_is_whole(folder: Path) -> None:
    """A slow answer arrives whole in the end."""
    with Mirror(folder, fault="slow", pause=0.01) as mirror:
        assert fetch(mirror) == BODY


def test_stalled(folder: Path) -> None:
    """A stalled answer trips the client's read timeout."""
    with Mirror(folder, fault="stalled") as mirror, pytest.raises(TimeoutError):
        fetch(mirror, timeout=0.3)


def test_unknown_fault(folder: Path) -> None:
    """An unknown fault is refused by name."""
    with pytest.raises(ValueError, match="'odd'"):
        Mirror(folder, fault="odd")
