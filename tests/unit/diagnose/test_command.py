"""`python -m fixtures.diagnose`, as an operator and as a CI calls it."""

import io
import os
import pty
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.diagnose.__main__ import main
from fixtures.diagnose.words import wants_colour

ROOT = Path(__file__).parents[3]
CASES = ROOT / "tests/unit/boot/cases"
OOM = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n"


@pytest.fixture
def call(monkeypatch, capfdbinary):
    """Calls the command in this process; what it printed is told as a process's."""

    def called(*arguments, stdin=b"", env=None):
        for name, value in (env or {}).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = end.code
        said = capfdbinary.readouterr()
        return SimpleNamespace(returncode=status, stdout=said.out, stderr=said.err)

    return called


def process(*arguments, stdin=b"", env=None, stdout=subprocess.PIPE):
    return subprocess.run(
        [sys.executable, "-m", "fixtures.diagnose", *arguments],
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        timeout=60,
        check=False,
    )


def test_a_cause_is_printed(call):
    """Cause, remedy, stage, releases, source and the decisive lines, each at the left edge; exit status 1."""
    done = call(str(CASES / "logs/ngc-driver-unavailable.log"))
    said = done.stdout.decode()
    assert done.returncode == 1
    assert [line.split()[0] for line in said.splitlines() if line and line[0] != " "] == [
        "cause",
        "remedy",
        "where",
        "source",
        "lines",
        "also",
    ]
    assert "driver 590.48 or later, the host has 580.159.03" in said
    assert "  |        version 580.159.03 was detected and compatibility mode is UNAVAILABLE." in said
    assert "no-device-type" in said
    assert "\x1b" not in said


def test_standard_input_is_read():
    """`docker logs NAME 2>&1 | python -m fixtures.diagnose -`, and without the dash."""
    for arguments in (["-"], []):
        done = process(*arguments, stdin=OOM.encode())
        assert done.returncode == 1
        assert b"(cuda-oom)" in done.stdout


def test_nothing_is_found_in_a_healthy_log(call):
    """Exit status 0, and no cause."""
    done = call(str(CASES / "healthy/local-path.log"))
    assert done.returncode == 0
    assert done.stdout.decode().startswith("nothing known was found")
    assert b"clean stop" in call(str(CASES / "healthy/stopped-cleanly.log")).stdout


@pytest.mark.parametrize(
    ("name", "says"),
    [("/no/such.log", "No such file or directory"), ("/tmp", "Is a directory")],
    ids=["none", "directory"],
)
def test_a_file_that_cannot_be_read(call, name, says):
    """Exit status 2, and one line on standard error that names the file and the reason."""
    done = call(name)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"diagnose: {name}: {says}\n"


def test_a_wrong_option_is_refused(call):
    """Exit status 2, as for a file that cannot be read: a caller's mistake is never a clean log."""
    assert call("--exit-code", "many").returncode == 2


def test_bytes_that_are_no_text_harm_nothing(call, tmp_path):
    """A log that is cut in a character, or holds what moves the cursor, is read and shown without it."""
    file = tmp_path / "x.log"
    file.write_bytes(b"\xff\xfe\x00\x07\x1b[2J\x9b31m" + OOM.encode())
    done = call(str(file))
    assert done.returncode == 1
    assert not {b"\x1b", b"\x07", b"\x00"} & {bytes([b]) for b in done.stdout}


def test_an_empty_log_holds_nothing(call):
    """No line, no cause."""
    assert call("-").returncode == 0


def test_the_exit_helps(call):
    """With the container's status an end without words is told, too."""
    done = call("-", "--exit-code", "132", stdin=b"bye\n")
    assert done.returncode == 1
    assert b"(illegal-cpu-instruction)" in done.stdout
    assert b"(oom-killed)" in call("-", "--exit-code", "137", "--oom-killed", stdin=b"bye\n").stdout
    assert b"(cuda-oom)" in call("-", "--exit-code", "137", stdin=OOM.encode()).stdout


def test_lives_are_told(call):
    """That earlier lives were left out is said, or an operator would wonder."""
    begun = "(APIServer pid=1) INFO 11-27 10:00:00 [api_server.py:1] vLLM API server version 0.10.1.1\n"
    done = call("-", stdin=(begun + OOM + begun).encode())
    assert done.returncode == 0
    assert b"2 lives of the server" in done.stdout


def test_help_helps(call):
    """What to type, and what the exit status says."""
    said = call("--help").stdout.decode()
    assert "docker logs vllm-gpt-oss 2>&1 | python -m fixtures.diagnose -" in said
    assert "1  a cause was found" in said


def test_secrets_are_masked(call):
    """A log may hold the token: what is shown of it does not."""
    token = "hf_" + "Canary" * 6
    done = call(
        "-",
        stdin=f"OSError: [Errno 28] No space left on device: '{token} sesame'\n".encode(),
        env={"HF_TOKEN": "sesame"},
    )
    assert b"(disk-full)" in done.stdout
    assert token.encode() not in done.stdout
    assert b"sesame" not in done.stdout


def test_a_terminal_gets_colours():
    """On a terminal the labels are bright; NO_COLOR, --no-color and a dumb terminal go without."""
    assert b"\x1b[1;91mcause" in _on_terminal("-")
    assert b"\x1b" not in _on_terminal("-", "--no-color")
    assert b"\x1b" not in _on_terminal("-", env={"NO_COLOR": "1"})
    assert not wants_colour(terminal=True, environment={"TERM": "dumb"})
    assert not wants_colour(terminal=False, environment={})


def _on_terminal(*arguments, env=None):
    """What a terminal is written."""
    reader, terminal = pty.openpty()
    process(
        *arguments, stdin=OOM.encode(), stdout=terminal, env={"TERM": "xterm-256color", "NO_COLOR": "", **(env or {})}
    )
    os.close(terminal)
    said = os.read(reader, 65536)
    os.close(reader)
    return said


def test_a_terminal_of_few_letters_is_enough():
    """An output that can print ASCII only gets what it can print."""
    done = process(
        "-", stdin="OSError: [Errno 28] No space left on device: 'å'\n".encode(), env={"PYTHONIOENCODING": "ascii"}
    )
    assert done.returncode == 1
    assert b"device: '?'" in done.stdout


def test_a_reader_that_goes_is_no_error():
    """`| head -1` ends the reading, not in a traceback."""
    line = f"{sys.executable} -m fixtures.diagnose {CASES}/logs/ngc-driver-unavailable.log | true"
    done = subprocess.run(line, shell=True, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""


def test_it_can_be_called_as_a_function(capfdbinary):
    """The same, without a process."""
    assert main([str(CASES / "logs/snap-mount.log")]) == 1
    assert b"snap remove docker" in capfdbinary.readouterr().out
