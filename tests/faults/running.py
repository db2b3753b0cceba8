"""Real runs of the suite, several at once, each in a process forked from one that has imported everything already."""

import json
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from fixtures.adapters.targets import CHECKOUT
from tests.faults.standins import fork_standins

LIMIT = 150.0  # seconds until a run is killed; more than a run may take
# Plain asserts: the modules of the suite, which have none, are imported before pytest could rewrite them.
_ALWAYS = ("-q", "--assert=plain")
_PRELOAD = ("tests.faults.preload", "tests.faults.running")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run: its exit status (negative: killed by that signal), its record if it wrote one, its words, its seconds.

    `directory` is the run's own, with its evidence, for as long as the runner is there.
    """

    status: int | None
    seconds: float
    output: str
    record: dict[str, Any] = field(default_factory=dict)
    directory: Path | None = None

    @property
    def clauses(self) -> dict[str, dict[str, Any]]:
        """The record's clauses by id."""
        return {value["id"]: value for value in self.record.get("clauses", ())}

    def with_outcome(self, *outcomes: str) -> list[str]:
        """The ids of the clauses with one of these outcomes."""
        return [id for id, value in self.clauses.items() if value["outcome"] in outcomes]


class Runner:
    """Starts runs of the suite; may be used from several threads."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(list(_PRELOAD))
        self._under_way: set[BaseProcess] = set()
        self._lock = threading.Lock()
        self._count = 0
        self._ended = False
        with _importable():
            forkserver.ensure_running()

    @property
    def pids(self) -> list[int]:
        """The process ids of the runs under way."""
        with self._lock:
            return [child.pid for child in self._under_way if child.pid]

    def run(self, arguments: Sequence[str], *, limit: float = LIMIT) -> Ran:
        """One run with these arguments of pytest, to its end or to `limit` seconds."""
        home = self._home()
        child = self._context.Process(target=_child, args=(list(arguments), str(home)))
        began = monotonic()
        with self._lock:
            if self._ended:
                raise InterruptedError("no more runs: the session is at its end")
            child.start()
            self._under_way.add(child)
        status = self._status(child, limit)
        seconds = monotonic() - began
        if status is None:
            child.kill()
            status = self._status(child, None)
        output = (home / "output").read_text(errors="replace") if (home / "output").exists() else ""
        directory = home / "runs" / "latest"
        return Ran(status=status, seconds=seconds, output=output, record=_record(home), directory=directory)

    def _status(self, child: BaseProcess, limit: float | None) -> int | None:
        """The exit status, None while it runs. Two threads that asked at once could lose it, so only one asks at a time."""
        wait([child.sentinel], limit)
        with self._lock:
            child.join(0)
            if child.exitcode is not None:
                self._under_way.discard(child)
            return child.exitcode

    def end(self) -> None:
        """Kill what still runs; a stand-in ends with the run that started it."""
        with self._lock:
            self._ended = True
            for child in self._under_way:
                child.kill()

    def _home(self) -> Path:
        with self._lock:
            self._count += 1
            home = self.directory / f"run-{self._count}"
        home.mkdir(parents=True)
        return home


@contextmanager
def runner(directory: Path) -> Iterator[Runner]:
    """A runner that leaves nothing running."""
    made = Runner(directory)
    try:
        yield made
    finally:
        made.end()


def _record(home: Path) -> dict[str, Any]:
    path = home / "runs" / "latest" / "record.json"
    value: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return value


@contextmanager
def _importable() -> Iterator[None]:
    """The fork server imports this checkout's modules wherever it is started."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(CHECKOUT), *([before] if before else [])])
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _child(arguments: list[str], home: str) -> None:
    """In the child: the suite, with its output in a file; ends when the parent does."""
    os.setsid()  # Ctrl-C at the terminal is the parent's to handle
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    os.chdir(CHECKOUT)
    output = os.open(f"{home}/output", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    fork_standins()
    sys.exit(int(pytest.main([*_ALWAYS, *arguments, "--runs-dir", f"{home}/runs"], plugins=[_NoPage()])))


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


class _NoPage:
    """Leaves the HTML page out: nothing is judged by it here, and it costs as much as a run."""

    @pytest.hookimpl(tryfirst=True)  # after the suite's own, which is registered later, and before pytest-html's
    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.htmlpath = None
