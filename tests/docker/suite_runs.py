"""Runs the suite itself, as a user does, against a container of busybox; the record says what it made of it."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.rings.signals import with_default_signals
from tests.waiting import LONG

ROOT = Path(__file__).parents[2]
TARGET = """
name = "busybox"
title = "a container of the tests"
kind = "certification"
engine = "container"
[deployment]
image = "gb10-rig-busybox:1"
name = "{name}"
port = {port}
model = "openai/gpt-oss-120b"
pass_env = {pass_env}
[deployment.serve]
command = ["/bin/sh", "-c", {script}]
arguments = {{ max-model-len = 32768, served-model-name = "gpt-oss-120b" }}
[readiness]
budget = {budget}
stall = {stall}
load_time = 600
stop_grace = 1
"""


@dataclass(frozen=True)
class SuiteRun:
    """A finished run: exit status, what it printed, its record and its directory."""

    status: int
    output: str
    directory: Path

    @property
    def record(self) -> dict[str, Any]:
        return json.loads((self.directory / "record.json").read_text())

    def outcome(self, clause: str) -> str:
        return next(c["outcome"] for c in self.record["clauses"] if c["id"] == clause)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def write_target(
    path: Path, *, name: str, script: str, budget: float = LONG, stall: float = LONG, token: bool = False
) -> Path:
    text = TARGET.format(
        name=name,
        port=free_port(),
        script=json.dumps(script),
        budget=budget,
        stall=stall,
        pass_env='["HF_TOKEN"]' if token else "[]",
    )
    file = path / "busybox.toml"
    file.write_text(text)
    return file


def start_suite(
    target: Path, runs: Path, *options: str, env: dict[str, str] | None = None, what: Sequence[str] = ("suites/",)
) -> "subprocess.Popen[str]":
    command = [sys.executable, "-u", "-m", "pytest", *what, "--target", str(target), "--runs-dir", str(runs), *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=with_default_signals,
    )


def run_suite(target: Path, runs: Path, *options: str, env: dict[str, str] | None = None) -> SuiteRun:
    child = start_suite(target, runs, *options, env=env)
    output, _ = child.communicate(timeout=600)
    return SuiteRun(child.returncode, output, (runs / "latest").resolve())
