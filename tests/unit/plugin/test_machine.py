"""What a run leaves for machines is written, whatever one of the files comes to; and what GitHub's log is told, and when."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures.core.redact import redactor
from fixtures.plugin import artefacts, machine
from fixtures.plugin.config import read_config
from fixtures.plugin.run import RUN
from tests.unit.reports import samples

RECORD = samples.failed_boot()
FILES = {"junit.xml", "ctrf.json", "metrics.prom"}


@pytest.fixture
def run(tmp_path):
    """A run that is over, with its directory and no GitHub."""
    directory = tmp_path / "runs" / "one"
    directory.mkdir(parents=True)
    config = SimpleNamespace(
        runs_dir=tmp_path / "runs", github_actions=False, step_summary=None, language="en", sign_key=None
    )
    said = []
    return SimpleNamespace(
        directory=directory, config=config, problems=[], redactor=redactor(["s3cret-value"]), said=said, say=said.append
    )


@pytest.fixture
def session(run):
    """pytest's configuration, as far as the artefacts look at it."""
    lines = []
    reporter = SimpleNamespace(write_line=lambda line, **style: lines.append(line))
    plugins = SimpleNamespace(getplugin=lambda name: reporter)
    option, over = SimpleNamespace(htmlpath=None, xmlpath=None), SimpleNamespace(exitstatus=1)
    return SimpleNamespace(option=option, stash={RUN: run, artefacts.SESSION: over}, pluginmanager=plugins, lines=lines)


def written(run):
    return {path.name for path in run.directory.iterdir()}


def test_every_file_is_there(run, session):
    """The record and a file in each format, without a problem."""
    artefacts.write(session, run, RECORD)
    assert written(run) == {"record.json", *FILES}
    assert run.problems == []


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_that_fails_keeps_no_other_back(run, session, monkeypatch, name):
    """A disk that does not take one, or a writer that stumbles, is a problem of the run; secrets are not told with it."""
    monkeypatch.setitem(machine.FILES, name, lambda record: 1 / len(""))
    (run.directory / "ctrf.json").mkdir() if name != "ctrf.json" else None
    artefacts.write(session, run, RECORD)
    assert written(run) >= {"record.json", *FILES} - {name}
    assert any(problem.startswith(f"{name} could not be written: ZeroDivisionError") for problem in run.problems)
    assert any("IsADirectoryError" in problem for problem in run.problems) == (name != "ctrf.json")


def test_a_secret_in_a_problem_is_masked(run, monkeypatch):
    """An error may quote what it stumbled over."""
    monkeypatch.setitem(machine.FILES, "ctrf.json", lambda record: {}["s3cret-value"])
    machine.write_files(run, RECORD)
    assert run.problems == ["ctrf.json could not be written: KeyError: '[redacted]'"]


def test_the_users_junit_is_ours_in_the_end(run, session, tmp_path, monkeypatch):
    """pytest writes its own to --junitxml=PATH, and ours takes its place, wherever a variable puts it."""
    monkeypatch.setenv("PLACE", str(tmp_path))
    session.option.xmlpath = "$PLACE/mine.xml"
    artefacts.write(session, run, RECORD)
    (tmp_path / "mine.xml").write_text("pytest's own")
    artefacts.last_words(session, run)
    assert (tmp_path / "mine.xml").read_text() == (run.directory / "junit.xml").read_text()
    assert run.problems == []


def test_the_users_junit_may_be_the_runs_own(run, session):
    """--junitxml=reports/runs/latest/junit.xml: what pytest writes over ours is written over again."""
    session.option.xmlpath = str(run.directory.parent / "latest" / "junit.xml")
    artefacts.write(session, run, RECORD)
    (run.directory / "junit.xml").write_text("pytest's own")
    artefacts.last_words(session, run)
    assert 'name="gb10-acceptance"' in (run.directory / "junit.xml").read_text()
    assert run.problems == []


def test_a_junit_that_cannot_be_placed_is_a_problem(run, session):
    """It is said, and the verdict is still the last line."""
    session.option.xmlpath = "/proc/nowhere/mine.xml"
    artefacts.write(session, run, RECORD)
    artefacts.last_words(session, run)
    assert run.problems[0].startswith("--junitxml=/proc/nowhere/mine.xml could not be written: FileNotFoundError")
    assert session.lines[-1].startswith("NOT_CERTIFIED")


def test_secrets_are_swept_out_of_every_file(run, session, monkeypatch):
    """The last net is below these files too, and the user's copy is made of the clean one."""
    session.option.xmlpath = str(run.directory.parent / "mine.xml")
    monkeypatch.setitem(machine.FILES, "junit.xml", lambda record: "<x>s3cret-value</x>")
    artefacts.write(session, run, RECORD)
    artefacts.last_words(session, run)
    assert (run.directory / "junit.xml").read_text() == "<x>[redacted]</x>"
    assert (run.directory.parent / "mine.xml").read_text() == "<x>[redacted]</x>"


def test_without_github_nothing_is_a_command(run, session):
    """No annotation, no stop; the verdict is the last line."""
    machine.hush_commands(run)
    artefacts.write(session, run, RECORD)
    artefacts.last_words(session, run)
    assert run.said == []
    assert not any(line.startswith("::") for line in session.lines)


def test_github_is_told(run, session, tmp_path):
    """Commands stop before anything from outside is logged and are obeyed again for ours; the summary is added to."""
    run.config.github_actions, run.config.step_summary = True, tmp_path / "summary.md"
    run.config.step_summary.write_text("before\n")
    hostile = RECORD.clauses[2].model_copy(update={"message": "a\n::add-mask::b\n##[error]c"})
    record = RECORD.model_copy(update={"clauses": [*RECORD.clauses[:2], hostile, *RECORD.clauses[3:]]})
    machine.hush_commands(run)
    artefacts.write(session, run, record)
    artefacts.last_words(session, run)
    (stopped,) = run.said
    assert session.lines[0] == f"::{stopped.rpartition(':')[2]}::"
    assert [line.partition(" ")[0] for line in session.lines if line.lstrip().startswith("::")][1:] == ["::error"]
    assert not any("##[" in line for line in session.lines)
    assert session.lines[-1].startswith("NOT_CERTIFIED")
    assert run.config.step_summary.read_text().startswith("before\n## gb10-acceptance: NOT_CERTIFIED")


def test_commands_are_obeyed_again_after_a_run_without_a_record(run, session):
    """Whatever ended it, the next command of the step is not deaf."""
    run.config.github_actions = True
    artefacts.last_words(session, run)
    assert len(session.lines) == 1


def test_a_summary_that_cannot_be_written_is_a_problem(run):
    """The files are there all the same."""
    run.config.step_summary = Path("/proc/nowhere/summary.md")
    machine.write_files(run, RECORD)
    assert written(run) == FILES
    assert run.problems[0].startswith("the step summary could not be written: FileNotFoundError")


@pytest.mark.parametrize(("value", "on"), [("true", True), ("false", False), ("", False)])
def test_the_environment_says_whether_it_is_github(pytestconfig, monkeypatch, value, on):
    """Both variables count together: a summary's path alone is no GitHub."""
    monkeypatch.setenv("GITHUB_ACTIONS", value)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "/tmp/summary.md")
    found = read_config(pytestconfig)
    assert (found.github_actions, found.step_summary) == (on, Path("/tmp/summary.md") if on else None)
