"""The real vLLM with the tool flags that the contract forbids: every surface calls tools, and the matrix says so."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.engine.judged import left_open

ROOT = Path(__file__).parents[2]
VLLM = ROOT / ".cache" / "engine-venv" / "bin" / "vllm"
TARGET = ROOT / "tests" / "rig" / "targets" / "cpu-tools.toml"
CACHE = ROOT / ".cache" / "cpu"
# Compiling the graph changes nothing that a clause of the API sees, and takes half a minute.
FLAGS = ("--enable-auto-tool-choice", "--tool-call-parser", "openai", "--enforce-eager")
READY_S, STOP_S = 1800, 60
pytestmark = [pytest.mark.prove, pytest.mark.timeout(5400)]


def missing():
    """What a start needs and this machine has not."""
    if not VLLM.exists():
        return "no engine environment: run bash tests/rig/tiny/install.sh .cache/engine-venv"
    if not (CACHE / "huggingface" / "hub").is_dir():
        return "no tiny checkpoint in .cache/cpu: run `make cpu-image`"
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment():
    """As the image of target cpu has it; no variable of this machine's own vLLM leaks in."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VLLM_")}
    return own | {
        "HF_HOME": str(CACHE / "huggingface"),
        "HF_HUB_OFFLINE": "1",
        "TIKTOKEN_ENCODINGS_BASE": str(CACHE / "encodings"),
        "VLLM_CPU_KVCACHE_SPACE": "1",
        "VLLM_NO_USAGE_STATS": "1",
    }


def wait_until_healthy(server, url, log):
    """Return when /health is 200; fail with the end of the log when the server ends or takes too long."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        if server.poll() is not None:
            pytest.fail(f"vLLM ended with {server.returncode}: {log.read_text(errors='replace')[-4000:]}")
        try:
            if httpx.get(f"{url}/health", timeout=60).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(1)
    pytest.fail(f"vLLM is not ready after {READY_S} s: {log.read_text(errors='replace')[-4000:]}")


def stop(server):
    """End the server and what it started, by its own process group."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, sign)
            server.wait(STOP_S)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The real vLLM with tool flags on a free port."""
    if reason := missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    log = tmp_path_factory.mktemp("vllm") / "server.log"
    port = free_port()
    command = [VLLM, "serve", "openai/gpt-oss-120b", "--served-model-name", "gpt-oss-120b", *FLAGS]
    command += ["--max-model-len", "32768", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until_healthy(server, f"http://127.0.0.1:{port}", log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(server)


def test_every_surface_calls_tools(url, tmp_path):
    """With tool flags all API and model clauses hold, and the capability matrix has tool use on all four surfaces."""
    command = [sys.executable, "-m", "pytest", "suites/api", "suites/model", "--base-url", url]
    command += ["--target", str(TARGET), "--runs-dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    record = json.loads((tmp_path / "latest" / "record.json").read_text())
    assert left_open(record, chosen=True) == {}, done.stdout[-6000:]
    cells = record["deployment"]["capabilities"]
    tools = {cell: seen["observed"] for cell, seen in cells.items() if cell.endswith("/tools")}
    surfaces = ("chat", "chat-stream", "responses", "responses-stream")
    assert tools == {f"{surface}/tools": "works" for surface in surfaces}
    assert [cell for cell, seen in cells.items() if not seen["as_expected"]] == []
