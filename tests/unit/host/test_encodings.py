"""The vocabularies: whatever the mirror or the disk does, a file under its right name is right, and nothing is left."""

import errno
import hashlib
import os
import socket
import threading
from pathlib import Path

import pytest

from fixtures.adapters.host import encodings as subject
from fixtures.adapters.host.downloads import Limits
from fixtures.adapters.host.encodings import ensure_encodings
from fixtures.core.finding import Finding
from fixtures.core.spec import EncodingFile, Encodings
from tests.unit.host.mirror import CONTENT, mirror

OFFICIAL = "https://openaipublic.blob.core.windows.net/encodings"
NAMES = ("o200k_base.tiktoken", "cl100k_base.tiktoken")
# A mirror that gives its file, or breaks off, may take its time; one that never ends is given up soon.
PATIENT, QUICK = Limits(connect=60.0, total=100.0), Limits(connect=60.0, total=0.5)
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """A look at the disk may take as long as a busy machine needs."""
    monkeypatch.setattr(subject, "LOOK", 60.0)


@pytest.fixture(scope="module")
def address():
    with mirror() as url:
        yield url


def encodings(directory: Path, *, names: tuple[str, ...] = NAMES[:1]) -> Encodings:
    digest = hashlib.sha256(CONTENT).hexdigest()
    files = tuple(EncodingFile(name=name, bytes=len(CONTENT), sha256=digest) for name in names)
    return Encodings(directory=str(directory), mirror=OFFICIAL, files=files)


def ensure(
    directory: Path,
    source: str,
    *,
    download: bool = True,
    lines: list[str] | None = None,
    limits: Limits = PATIENT,
    **more,
) -> Finding:
    said: list[str] = [] if lines is None else lines
    (found,) = ensure_encodings(
        encodings(directory), mirror=source, download=download, progress=said.append, limits=limits, **more
    )
    return found


def test_right_file_is_left_alone(tmp_path):
    """A right file is ok without a word to any mirror."""
    (tmp_path / NAMES[0]).write_bytes(CONTENT)
    lines: list[str] = []

    found = ensure(tmp_path, "http://127.0.0.1:9", lines=lines)

    assert (found.rule, found.ok, found.remedy, lines) == (f"encoding:{NAMES[0]}", True, "", [])


@pytest.mark.parametrize("way", ["good", "moved"])
def test_missing_file_is_fetched(tmp_path, address, way):
    """A missing file is fetched, redirects are followed, the directory is made, and progress is told in percent."""
    directory, lines = tmp_path / "new" / "encodings", []

    found = ensure(directory, f"{address}/{way}", lines=lines)

    assert found.ok, found
    assert (directory / NAMES[0]).read_bytes() == CONTENT
    assert (directory / NAMES[0]).stat().st_mode & 0o777 == 0o644
    assert [path.name for path in directory.iterdir()] == [NAMES[0]]
    assert lines[0].startswith(f"{NAMES[0]}: downloading 0.3 MB from {address}")
    assert lines[-1] == f"{NAMES[0]}: 100 %"


@pytest.mark.parametrize("before", [b"short", b"y" * len(CONTENT)], ids=["size", "bytes"])
def test_wrong_file_is_replaced(tmp_path, address, before):
    """A wrong file is replaced by a right one, and the finding says what was there."""
    (tmp_path / NAMES[0]).write_bytes(before)

    found = ensure(tmp_path, f"{address}/good")

    assert found.ok
    assert "before that: " in found.observed
    assert (tmp_path / NAMES[0]).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("way", "cause"),
    [
        ("page", "it is an HTML page"),
        ("gone", "HTTP 404 Not Found"),
        ("truncated", "peer closed connection"),
        ("short", f"{len(CONTENT) - 1} bytes instead of {len(CONTENT)}"),
        ("oversized", f"more than the expected {len(CONTENT)} bytes"),
        ("endless", f"more than the expected {len(CONTENT)} bytes"),
        ("wrong", "the right size, but sha256 "),
        ("drip", f"of {len(CONTENT)} bytes after 0.5 s"),
        ("silent", f"0 of {len(CONTENT)} bytes after 0.5 s"),
    ],
)
def test_faulty_mirror(tmp_path, address, way, cause):
    """A mirror's fault is named with its URL, and leaves the directory as it was."""
    found = ensure(tmp_path, f"{address}/{way}", limits=QUICK if way in {"drip", "silent"} else PATIENT)

    assert not found.ok
    assert f"no such file (download from {address}/{way}/{NAMES[0]} failed: " in found.observed
    assert cause in found.observed
    assert "--encodings-mirror URL" in found.remedy
    assert f'curl -L -o {tmp_path}/{NAMES[0]} \\\n  "{OFFICIAL}/{NAMES[0]}"' in found.remedy
    assert "mkdir" not in found.remedy
    assert [path.name for path in tmp_path.iterdir()] == []


def test_wrong_file_stays_when_the_mirror_fails(tmp_path, address):
    """A failed download does not touch the wrong file that is there."""
    (tmp_path / NAMES[0]).write_bytes(b"short")

    found = ensure(tmp_path, f"{address}/truncated")

    assert not found.ok
    assert found.observed.startswith("5 bytes (download from ")
    assert (tmp_path / NAMES[0]).read_bytes() == b"short"


def test_refused(tmp_path):
    """A refused connection is named as one."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        found = ensure(tmp_path, f"http://127.0.0.1:{closed.getsockname()[1]}")

    assert "Connection refused" in found.observed


def test_name_service_that_hangs(tmp_path, monkeypatch):
    """A name that is never resolved costs the connect limit for all files, not the whole deadline."""
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait())

    found = ensure_encodings(
        encodings(tmp_path, names=NAMES),
        mirror=OFFICIAL,
        download=True,
        progress=lambda _: None,
        limits=Limits(connect=0.5, total=3600.0),
    )
    over.set()

    assert [f.rule for f in found] == [f"encoding:{name}" for name in NAMES]
    assert all("no connection within 0.5 s" in f.observed for f in found)


def test_file_mirror(tmp_path):
    """A directory can be the mirror, with characters that a URL must quote."""
    source = tmp_path / "a mirror"
    source.mkdir()
    (source / NAMES[0]).write_bytes(CONTENT)

    found = ensure(tmp_path / "encodings", source.as_uri())

    assert found.ok, found


def test_file_mirror_without_the_file(tmp_path):
    """A missing file in a directory mirror is named."""
    assert "No such file or directory" in ensure(tmp_path, f"file://{tmp_path}/nowhere").observed


def test_strange_mirror(tmp_path):
    """A mirror of another scheme is refused, with what is accepted."""
    assert "an https, http or file URL" in ensure(tmp_path, "ftp://host/encodings").observed


def test_password_of_a_mirror_is_kept_to_itself(tmp_path, address):
    """A password in the mirror's URL is in no finding and in no progress line."""
    lines: list[str] = []

    found = ensure(tmp_path, address.replace("http://", "http://user:s3cret@") + "/gone", lines=lines)

    assert "HTTP 404" in found.observed
    assert "s3cret" not in f"{found}{lines}"


def test_no_download(tmp_path, address):
    """Without leave to download nothing is fetched and nothing is made; the remedy makes the directories too."""
    directory = tmp_path / "vllm" / "encodings"

    found = ensure(directory, f"{address}/good", download=False, beside=str(tmp_path / "vllm" / "huggingface"))

    assert (found.ok, found.observed) == (False, "no such file")
    assert not directory.exists()
    assert found.remedy.splitlines()[:2] == [
        f"sudo mkdir -p {tmp_path}/vllm/encodings {tmp_path}/vllm/huggingface",
        f"sudo chown -R $USER:$USER {tmp_path}/vllm",
    ]


def test_directory_that_cannot_be_made(tmp_path, address):
    """A directory that cannot be made is a finding with the lines of the rules."""
    (tmp_path / "file").write_text("")

    found = ensure(tmp_path / "file" / "encodings", f"{address}/good")

    assert f"{tmp_path}/file/encodings cannot be made: Not a directory" in found.observed
    assert found.remedy.startswith(f"sudo mkdir -p {tmp_path}/file/encodings\nsudo chown -R $USER:$USER ")


def test_disk_full(tmp_path, address, monkeypatch):
    """A full disk is named, its remedy is room, and no part of the file stays."""
    real = os.fsync

    def full(descriptor: int) -> None:
        if os.fstat(descriptor).st_size > 1000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)

    found = ensure(tmp_path, f"{address}/good")

    assert "cannot be written: No space left on device" in found.observed
    assert found.remedy.startswith("make room on the disk of ")
    assert [path.name for path in tmp_path.iterdir()] == []


def test_directory_under_the_name(tmp_path, address):
    """A directory under the file's name is not removed by us; the remedy is."""
    (tmp_path / NAMES[0]).mkdir()

    found = ensure(tmp_path, f"{address}/good")

    assert not found.ok
    assert found.observed.startswith("not a regular file")
    assert f"rm -r {tmp_path}/{NAMES[0]}\ncurl" in found.remedy
    assert [path.name for path in tmp_path.iterdir()] == [NAMES[0]]


def test_link_out_of_the_mount(tmp_path, address):
    """A symbolic link out of the directory is wrong, because the container cannot follow it, and is replaced."""
    (tmp_path / "elsewhere").write_bytes(CONTENT)
    directory = tmp_path / "encodings"
    directory.mkdir()
    (directory / NAMES[0]).symlink_to("../elsewhere")

    before = ensure(directory, address, download=False)
    after = ensure(directory, f"{address}/good")

    assert "which the container does not see" in before.observed
    assert after.ok
    assert not (directory / NAMES[0]).is_symlink()


def test_link_inside_the_mount(tmp_path, address):
    """A relative link inside the directory works in the container, and is right."""
    (tmp_path / "blob").write_bytes(CONTENT)
    (tmp_path / NAMES[0]).symlink_to("blob")

    assert ensure(tmp_path, address, download=False).ok


def test_a_name_that_is_not_found_is_not_asked_again(tmp_path, monkeypatch):
    """Where the name look-up failed, no line fetches from the same host: the remedy is the look-up, or another way."""

    def lost(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lost)
    found = ensure(tmp_path, OFFICIAL)

    assert "Name or service not known" in found.observed
    assert "curl" not in found.remedy
    assert OFFICIAL not in found.remedy
    assert "this host does not reach openaipublic.blob.core.windows.net" in found.remedy
    assert "copy it into" in found.remedy
    assert "--encodings-mirror URL" in found.remedy
    assert found.steps == ()


def test_another_mirror_that_is_not_reached(tmp_path):
    """Where the user's own mirror refuses the connection, the official one may still do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    found = ensure(tmp_path, f"http://127.0.0.1:{port}")

    assert f'"{OFFICIAL}/{NAMES[0]}"' in found.remedy
