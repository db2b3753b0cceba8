from pathlib import Path

from urllib3.exceptions import ProtocolError

from fixtures.adapters.docker.logs import KEEP, LONGEST, LogFollower, split_lines
from fixtures.core.redact import redactor
from fixtures.core.startup import StartupLog
from fixtures.knowledge.stages import figures, stages

SECRET = "hf_" + "Canary" * 6


def follow(source, path):
    log = LogFollower(source, path=path, redactor=redactor([SECRET]), startup=StartupLog(stages(), figures()))
    log.join(60)
    assert log.ended.is_set()
    return log


def test_pieces_make_lines():
    """Pieces cut anywhere give whole lines; a progress bar's carriage return ends one."""
    text = "ä\nbar 1\rbar 2\r\nend".encode()
    for size in (1, 2, 3, 100):
        pieces = [text[i : i + size] for i in range(0, len(text), size)]
        assert list(split_lines(pieces)) == ["ä", "bar 1", "bar 2", "end"]


def test_a_line_that_never_ends_is_cut():
    """A stream without a line break does not fill the memory."""
    lines = list(split_lines(b"x" * 10_000 for _ in range(20)))
    assert max(len(line) for line in lines) <= LONGEST + 10_000
    assert sum(len(line) for line in lines) == 200_000


def test_a_broken_connection_ends_the_log_without_a_crash(tmp_path: Path):
    """When Docker goes away the log ends with what was read, and says why."""

    def source():
        yield b"one\ntwo\n"
        raise ProtocolError("Connection broken")

    log = follow(source(), tmp_path / "server.log")
    assert log.tail() == ("one", "two")
    assert "Connection broken" in log.broken


def test_a_disk_that_refuses_costs_the_file_alone(tmp_path: Path):
    """Where the file cannot be written the log is still followed to its end, and its last lines are there."""
    log = follow((f"line {n}\n".encode() for n in range(1000)), tmp_path)
    assert log.last_line == "line 999"
    assert len(log.text().splitlines()) == KEEP


def test_a_full_disk_in_the_middle(tmp_path: Path):
    """A disk that fills up while the log is written loses no line for the diagnosis."""
    log = follow((f"line {n} Application startup complete\n".encode() for n in range(50)), Path("/dev/full"))
    assert len(log.tail(KEEP)) == 50
    assert log.startup.stage == "API server ready"


def test_secrets_never_reach_the_disk(tmp_path: Path):
    """A secret that is cut between two pieces is masked, for lines are masked whole."""
    log = follow([f"token {SECRET[:9]}".encode(), f"{SECRET[9:]} end\n".encode()], tmp_path / "server.log")
    assert SECRET not in (tmp_path / "server.log").read_text()
    assert log.tail() == ("token [redacted] end",)


def test_a_last_line_that_was_not_handed_on_is_taken_in(tmp_path: Path):
    """The log that the engine kept completes the one that was followed, without doubling a line."""
    log = follow([b"one\ntwo\n"], tmp_path / "server.log")
    log.complete(f"one\ntwo\nthree {SECRET}".encode())
    assert log.tail() == ("one", "two", "three [redacted]")
    log.complete(f"one\ntwo\nthree {SECRET}".encode())
    assert (tmp_path / "server.log").read_text() == "one\ntwo\nthree [redacted]\n"
