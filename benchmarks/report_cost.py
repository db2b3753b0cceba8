"""What the reports of a run cost: `python -m benchmarks.report_cost DIR`, a run's directory.

All that is written when the last clause is judged is written once more from the record, in a fresh process each time:
seconds on the clock and the largest resident set, in MB.
"""

import argparse
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fixtures.plugin.machine import FILES
from fixtures.plugin.page import pack
from reports.html import render
from reports.manifest import write_manifest
from reports.reading import read_record
from reports.terminal import summary_lines
from reports.writing import write_record

ROUNDS = 5


def _write_all(directory: Path) -> None:
    """What a run writes, but for pytest-html's own part of the page."""
    record = read_record(directory / "record.json")
    write_record(record, directory)
    for name, made in FILES.items():
        (directory / name).write_text(made(record), encoding="utf-8")
    page = render(record, evidence=lambda path: _read(directory / path))
    (directory / "report-again.html").write_text(page, encoding="utf-8", errors="replace")
    summary_lines(record, report_path="report.html")
    pack(directory)
    write_manifest(directory)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else None


def _once(directory: Path) -> None:
    """In a process of its own: print seconds and MB."""
    began = time.perf_counter()
    _write_all(directory)
    seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)


def _measured(directory: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "run"
        shutil.copytree(directory, copy)
        command = [sys.executable, "-m", "benchmarks.report_cost", "--once", str(copy)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, size = map(float, done.stdout.split())
    return seconds, size


def main() -> None:
    """Print the medians, and how many exchanges the run has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--once", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(options.directory)
        return
    found = [_measured(options.directory.resolve()) for _ in range(ROUNDS)]
    exchanges = len(list((options.directory / "exchanges").glob("*.json")))
    seconds, sizes = zip(*found, strict=True)
    print(
        f"{exchanges} exchanges: {statistics.median(seconds):.2f} s, {statistics.median(sizes):.0f} MB (medians of {ROUNDS})"
    )


if __name__ == "__main__":
    main()
