"""How a stand-in starts and ends: as a process, with a port and a log."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from fixtures.standin.options import StandinOptions, from_namespace, parser
from fixtures.standin.process.launch import RunningStandin, StandinFailed, launch_standin, start_standin
from tests.waiting import WITHIN, wait_until

pytestmark = pytest.mark.timeout(300)
_ROOT = Path(__file__).resolve().parents[3]


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "fixtures.standin", *arguments]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=WITHIN, check=False)


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_sigterm(running: RunningStandin) -> None:
    """SIGTERM ends it at once and quietly, in the middle of a stream too."""
    before = running.read_log()
    os.kill(running.pid, signal.SIGTERM)

    assert running.child.wait(WITHIN) == 0
    assert running.read_log() == before


def test_stop_twice(running: RunningStandin, monkeypatch: pytest.MonkeyPatch) -> None:
    """To stop a stopped stand-in is no error."""
    monkeypatch.setattr("fixtures.standin.process.launch._STOP", WITHIN)
    assert (running.stop(), running.stop()) == (0, 0)


def test_parent_killed(tmp_path: Path) -> None:
    """Nothing is left over when the process that started it is killed with SIGKILL."""
    script = (
        "import sys, time, pathlib\n"
        "from fixtures.standin.process.launch import launch_standin\n"
        "from fixtures.standin.options import StandinOptions\n"
        "made = launch_standin(options=StandinOptions(), log=pathlib.Path(sys.argv[1]))\n"
        "print(made.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.kill()

    assert wait_until(lambda: _gone(pid))


def test_parent_pid() -> None:
    """With --parent-pid it ends when that process does."""
    with subprocess.Popen(["sleep", "600"]) as parent:
        command = [sys.executable, "-m", "fixtures.standin", "--parent-pid", str(parent.pid)]
        with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout and b"stand-in: http://127.0.0.1:" in child.stdout.readline()
            parent.kill()
            assert child.wait(WITHIN) == 0


def test_delay(tmp_path: Path) -> None:
    """It is ready after the delay and not before; the log tells the phases of the load in order."""
    began = time.monotonic()
    with start_standin(options=StandinOptions(startup_delay=0.5), log=tmp_path / "log") as running:
        running.wait_ready(timeout=WITHIN)
        assert time.monotonic() - began >= 0.5
        assert httpx.get(f"{running.url}/health", trust_env=False, timeout=WITHIN).status_code == 200
        log = running.read_log()

    phases = (
        "version 0.32.0",
        "non-default args: {",
        "Starting to load model",
        "Loading weights took",
        "torch.compile takes",
        "Graph capturing finished",
        "Starting vLLM server on",
        "Application startup complete.",
    )
    assert [log.index(phase) for phase in phases] == sorted(log.index(phase) for phase in phases)


def test_never_ready(tmp_path: Path) -> None:
    """While it loads its port is known and refuses connections, as vLLM's does; told never to be ready, it says no more."""
    with start_standin(options=StandinOptions(never_ready=True), log=tmp_path / "log") as running:
        assert wait_until(lambda: "Loading safetensors" in running.read_log())
        host, port = running.url.removeprefix("http://").split(":")
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=WITHIN)
        with pytest.raises(StandinFailed, match="did not say"):
            running.wait_ready(timeout=0.2)
        assert "Loading weights took" not in running.read_log()


def test_exit_after(tmp_path: Path) -> None:
    """Told to exit it does, in the middle of the load, with the status that was asked for."""
    options = StandinOptions(startup_delay=3600, exit_after=1, exit_code=7)
    with pytest.raises(StandinFailed, match="ended with status 7"):
        launch_standin(options=options, log=tmp_path / "log", timeout=WITHIN).wait_ready(timeout=WITHIN)

    assert "Application startup complete." not in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--vllm-version", "0.9.2"), 2, "--vllm-version 0.9.2: no such family; the stand-in knows 0.10.1 and later"),
        (("--pace", "fast"), 2, "--pace fast: expected instant, gb10 or TTFT_MS:TPOT_MS"),
        (("--fault", "nope"), 2, "--fault nope: no such fault"),
        (("--port", "70000"), 2, "a port is 0 (any) to 65535, not 70000"),
        (("--max-model-len", "0"), 2, "must be at least 1, not 0"),
        (("--vllm-version", "0.10.1.1", "--tool-flags"), 1, "KeyError: 'invalid tool call parser: openai"),
        (("--help",), 0, "A test double of vLLM serving gpt-oss-120b"),
    ],
)
def test_command_line(arguments: tuple[str, ...], status: int, said: str) -> None:
    """A wrong option is named and exits 2; a start that vLLM itself would refuse exits 1."""
    ended = _run(*arguments)

    assert ended.returncode == status
    assert said in ended.stdout + ended.stderr


def test_port_taken() -> None:
    """A port that is in use is named, and exits 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = _run("--port", str(port))

    assert ended.returncode == 2
    assert f"127.0.0.1:{port}: " in ended.stderr and "in use" in ended.stderr


def test_options_round_trip() -> None:
    """The command line made from options gives the same options."""
    options = StandinOptions(tool_flags=True, pace="200:30", startup_delay=1.5, exit_after=2.0, port=81)

    assert from_namespace(parser().parse_args(options.as_arguments())) == options
