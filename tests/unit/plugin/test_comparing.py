"""A run held against those that its host remembers: only good ones of its like, and its exit status when it is worse."""

from types import SimpleNamespace

import pytest

from fixtures.adapters.history import recall
from fixtures.core.outcome import REGRESSED, Verdict
from fixtures.core.spec import Engine
from fixtures.plugin.comparing import compared, remembered
from reports.writing import write_record
from tests.unit.compare.test_comparison import CERTIFIED, slower


@pytest.fixture
def run(tmp_path):
    """A run of a container's target, with nothing remembered yet."""
    config = SimpleNamespace(
        baseline="last-certified", state=tmp_path / "state", state_given=False, runs_dir=tmp_path / "runs",
        target=SimpleNamespace(engine=Engine.CONTAINER),
    )  # fmt: skip
    return SimpleNamespace(config=config, problems=[], directory=tmp_path, redactor=SimpleNamespace(text=str))


def keep(run, record, name):
    """A run that has ended: its record on the disk, and its line in the history."""
    run.directory = run.config.runs_dir / name
    run.directory.mkdir(parents=True)
    record = record.model_copy(update={"id": name})
    write_record(record, run.directory)
    remembered(run, record)
    return record


def test_the_first_run_has_nothing_to_be_compared_with(run):
    """That is said, and is no error."""
    found = compared(run, CERTIFIED)
    assert found.comparison is None
    assert found.not_run[-1].startswith("Nothing was compared")
    assert (found.exit_status, run.problems) == (0, [])


def test_a_run_as_good_as_the_last_certified_one(run):
    """Its exit status stays, and the record says with which it was compared."""
    keep(run, CERTIFIED, "one")
    found = compared(run, CERTIFIED)
    assert (found.comparison.answer, found.comparison.before, found.exit_status) == ("AS_GOOD", "one", 0)


def test_a_slower_run_has_its_own_exit_status_and_feeds_no_baseline(run):
    """Exit 8; and the run after it is held against the good one, not against the slow one."""
    keep(run, CERTIFIED, "good")
    slow = compared(run, slower(CERTIFIED, 0.88))
    assert (slow.comparison.answer, slow.exit_status) == ("SUSPECTED", REGRESSED)
    keep(run, slow, "slow")
    again = compared(run, slower(CERTIFIED, 0.88))
    assert (again.comparison.before, again.exit_status) == ("good", REGRESSED)


def test_a_worse_exit_status_stays(run):
    """A run that failed is no regression of a good one: 1 is worse than 8."""
    keep(run, CERTIFIED, "good")
    assert compared(run, slower(CERTIFIED, 0.5).model_copy(update={"exit_status": 1})).exit_status == 1


def test_other_hosts_and_failed_runs_are_no_baseline(run):
    """What is not like this run, or was not certified, is passed over."""
    keep(run, CERTIFIED.model_copy(update={"host": CERTIFIED.host.model_copy(update={"id": "x"})}), "elsewhere")
    keep(run, CERTIFIED.model_copy(update={"verdict": Verdict.NOT_CERTIFIED, "exit_status": 1}), "failed")
    assert compared(run, CERTIFIED).comparison is None


def test_five_boots_give_the_hosts_own_noise(run):
    """From then on nothing is assumed."""
    for number, factor in enumerate((1.0, 1.002, 0.998, 1.001, 0.999)):
        keep(run, slower(CERTIFIED, factor), f"night-{number}")
    found = compared(run, CERTIFIED).comparison
    speeds = [figure for figure in found.figures if figure.name.startswith("tokens/s")]
    assert (found.boots, found.assumed) == (5, False)
    assert all(figure.seen < 0.03 for figure in speeds)


def test_a_run_by_name_and_one_that_is_not_there(run):
    """A name among the runs, or a file; what cannot be found is a problem of the run, which does not end well then."""
    keep(run, CERTIFIED, "by-name")
    run.config.baseline = "by-name"
    assert compared(run, CERTIFIED).comparison.before == "by-name"
    run.config.baseline = str(run.directory / "record.json")
    assert compared(run, CERTIFIED).comparison.before == "by-name"
    run.config.baseline = "no-such-run"
    assert compared(run, CERTIFIED).comparison is None
    assert "--baseline no-such-run: " in run.problems[0]


def test_a_rehearsal_is_not_remembered_unless_told_where(run):
    """The stand-in says nothing of this host."""
    run.config.target.engine = Engine.STANDIN
    remembered(run, CERTIFIED)
    assert list(recall(run.config.state)) == []
    run.config.state_given = True
    remembered(run, CERTIFIED)
    assert [line.verdict for line in recall(run.config.state)] == ["CERTIFIED"]


def test_a_disk_that_is_full_is_a_problem_of_the_run(run, monkeypatch):
    """The run goes on, and says it."""

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fixtures.plugin.comparing.remember", full)
    remembered(run, CERTIFIED)
    assert "could not be remembered" in run.problems[0]
