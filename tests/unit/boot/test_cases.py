"""Logs from the field and recorded ones: what each must say, in every dress, and the healthy ones that must say nothing."""

import re
import tomllib
from pathlib import Path

import pytest

from fixtures.core.clause import Level
from fixtures.core.diagnosis import diagnose, examine, served
from fixtures.knowledge.errors import known_errors
from tests.unit.boot.dresses import DRESSES

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases/expected.toml").read_text())["case"]
HEALTHY = sorted([*(HERE / "cases/healthy").glob("*.log"), *(HERE / "startups").glob("*.log")])
SERVED = sorted((HERE / "cases/served").glob("*.log"))


def log_of(case):
    return (HERE / "cases/logs" / f"{case['file']}.log").read_text(encoding="utf-8")


def test_every_log_is_expected():
    """No log of the folder lies there unread."""
    assert sorted(path.stem for path in (HERE / "cases/logs").glob("*.log")) == sorted(case["file"] for case in CASES)


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_the_cause_is_told(case, dress):
    """The error, its cause and its remedy are those that an operator needs, whatever stands around the lines."""
    found = diagnose(DRESSES[dress](log_of(case)), known_errors())
    assert found is not None
    assert found.id == case["id"]
    assert re.search(case["cause"], found.cause)
    assert re.search(case["remedy"], found.remedy, re.MULTILINE)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["file"])
def test_the_decisive_lines_are_in_the_log(case):
    """What is shown as evidence was written by the server."""
    found = examine(log_of(case), known_errors())[0]
    assert found.lines
    assert all(line == "…" or line in log_of(case) for line in found.lines)


@pytest.mark.parametrize("dress", [name for name in DRESSES if name != "no processes"])
@pytest.mark.parametrize("path", HEALTHY, ids=lambda path: path.stem)
def test_a_healthy_log_says_nothing(path, dress):
    """A start that went well, and a stop that did, hold no error, whatever was got over on the way."""
    assert examine(DRESSES[dress](path.read_text(encoding="utf-8")), known_errors()) == ()


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.stem)
def test_refusals_are_no_errors(path):
    """A server that refuses what it is wrongly asked logs tracebacks for it, and is well."""
    found = served(path.read_text(encoding="utf-8"), known_errors())
    assert [f.error.id for f in found if f.error.level is Level.MUST] == []
