"""Reports to look at: the record's section in a page that pytest-html itself wrote, finished as a run finishes it."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from fixtures.core.outcome import Outcome
from fixtures.core.record import Broke, RunRecord
from fixtures.plugin.page import finish_page
from reports.html import render
from tests.unit.reports import parts, samples

PLACE = "<i>the report comes here</i>"
_BESIDE = f"""
def pytest_html_results_summary(prefix):
    prefix.append({PLACE!r})
"""


def broken_everywhere() -> RunRecord:
    """A red run of 600 clauses and 5,000 exchanges: every third clause fails, each in its own way."""
    model = samples.certification().clauses[5]
    clauses = [
        model.model_copy(
            update={
                "id": f"{area}-{number:03}",
                "area": area,
                "title": f"The {number}. requirement of this area holds",
                "outcome": Outcome.PASS if number % 3 else Outcome.FAIL,
                "message": ""
                if number % 3
                else f"expected {'a' * (number % 40)}thing; got 'I say 205.', in exchange {number}",
                "evidence": [f"exchanges/{number:04}-{part}.json" for part in range(9)],
                "broke": None if number % 3 else Broke(exchange=samples.EXCHANGE, method="POST", path="/v1/responses"),
            }
        )
        for area in ("CHAT", "STREAM", "RESP")
        for number in range(1, 201)
    ]
    return samples.dead().model_copy(update={"clauses": clauses})


STATES = {
    "passing": samples.certification,
    "defects": samples.with_known_defects,
    "failing": samples.every_outcome,
    "boot": samples.failed_boot,
    "not-started": samples.not_started,
    "dead": samples.dead,
    "empty": samples.empty,
    "large": broken_everywhere,
}


def write_page(folder: Path, record: RunRecord, *, language: str = "en", evidence: str | None = None) -> Path:
    """The finished page; every file that it asks for is the exchange of the samples, or `evidence`."""
    told = parts.exchange_file() if evidence is None else evidence
    report = folder / "report.html"
    report.write_text(
        _shell().replace(PLACE, render(record, evidence=lambda _: told, language=language)), encoding="utf-8"
    )
    finish_page(report, record, language)
    return report.resolve()


@cache
def _shell() -> str:
    """pytest-html's page around our part."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "conftest.py").write_text(_BESIDE)
        (folder / "test_one.py").write_text("def test_one(): pass\n")
        command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", name, name]
        subprocess.run(
            [*command, "-p", "no:cacheprovider", f"--html={name}/report.html", "--self-contained-html"],
            cwd=folder, check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        return (folder / "report.html").read_text(encoding="utf-8")
