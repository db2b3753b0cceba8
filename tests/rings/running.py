"""Runs parts, two at a time, each in a process group of its own with its output in a file; tells as they end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.rings.parts import LIMIT, ROOT, Part
from tests.rings.signals import with_ctrl_c
from tests.rings.telling import Done, progress

EVERY = 30.0  # seconds between two lines about what is under way
_POLL = 0.2


@dataclass(slots=True)
class _Under:
    """A part under way."""

    part: Part
    child: "subprocess.Popen[bytes]"
    began: float
    output: Path
    junit: Path

    def ended(self) -> Done | None:
        """The part, once its process has ended; one that takes longer than LIMIT is ended."""
        seconds = time.monotonic() - self.began
        if self.child.poll() is None and seconds > LIMIT:
            end_group(self.child)
        if self.child.poll() is None:
            return None
        return Done(part=self.part, status=self.child.returncode, seconds=seconds, output=self.output, junit=self.junit)


@dataclass(slots=True)
class Lanes:
    """Parts in so many lanes. Ctrl-C and SIGTERM end what is under way."""

    directory: Path
    say: Callable[[str], None]
    lanes: int = 2
    _under: list[_Under] = field(default_factory=list)

    def run(self, parts: Sequence[Part]) -> list[Done]:
        """Every part, in the order in which they end; all are run, whatever fails."""
        began, waiting, done = time.monotonic(), list(parts), list[Done]()
        told = began
        try:
            while waiting or self._under:
                while waiting and len(self._under) < self.lanes:
                    self._under.append(self._start(waiting.pop(0)))
                done += self._collected(began)
                if time.monotonic() - told > EVERY:
                    told = time.monotonic()
                    self.say(self._under_way(told - began, len(done), len(parts)))
                time.sleep(_POLL)
        finally:
            self.end()
        return done

    def end(self) -> None:
        """End what is under way."""
        for one in self._under:
            end_group(one.child)

    def _start(self, part: Part) -> _Under:
        output, junit = self.directory / f"{part.name}.log", self.directory / f"{part.name}.xml"
        junit.unlink(missing_ok=True)
        command = [*part.command, *([f"--junitxml={junit}"] if part.junit else [])]
        with output.open("wb") as file:
            child = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
                preexec_fn=with_ctrl_c,
            )
        return _Under(part, child, time.monotonic(), output, junit)

    def _collected(self, began: float) -> Iterator[Done]:
        for one in list(self._under):
            if (done := one.ended()) is None:
                continue
            self._under.remove(one)
            if not done.good:
                self.say(f"\n== {one.part.name} FAILED; its output:\n{one.output.read_text(errors='replace')}")
            word = "" if done.good else "FAILED  "
            at = time.monotonic() - began
            self.say(f"[{at:4.0f} s] {one.part.name}: {word}{done.last_line()} ({done.seconds:.1f} s)")
            yield done

    def _under_way(self, at: float, ended: int, whole: int) -> str:
        names = ", ".join(f"{one.part.name}{progress(one.output)}" for one in self._under)
        return f"[{at:4.0f} s] {ended} of {whole} parts done; under way: {names}"


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """Interrupt a part and all that it started, so that pytest cleans up; end what does not end by that."""
    for number, limit in ((signal.SIGINT, 30.0), (signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0)):
        if child.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with suppress(subprocess.TimeoutExpired):
            child.wait(limit)
