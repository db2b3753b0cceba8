import pytest

from fixtures.core.clause import Clause, Level
from fixtures.core.errors import Blocked, NotApplicable, Violation
from fixtures.core.outcome import Outcome
from fixtures.plugin.classify import Judged, judge, worst


def clause(level=Level.MUST):
    return Clause(id="X-001", title="t", level=level, requirement="It MUST.")


@pytest.mark.parametrize(
    ("error", "outcome", "excused"),
    [
        (None, Outcome.PASS, False),
        (Violation("v"), Outcome.FAIL, False),
        (Blocked("b"), Outcome.BLOCKED, False),
        (NotApplicable("n"), Outcome.SKIPPED, True),
        (pytest.skip.Exception("s"), Outcome.SKIPPED, False),
        (AssertionError("a"), Outcome.ERROR, False),
        (pytest.fail.Exception("timeout"), Outcome.ERROR, False),
        (KeyError("k"), Outcome.ERROR, False),
    ],
    ids=["pass", "violation", "blocked", "not-applicable", "skip", "assert", "timeout", "bug"],
)
def test_who_failed(error, outcome, excused):
    """Only a Violation blames the deployment; every other surprise is ours."""
    judged = judge(clause(), error)
    assert (judged.outcome, judged.excused) == (outcome, excused)


def test_observe_cannot_fail():
    """An OBSERVE clause records what it saw, and passes."""
    judged = judge(clause(Level.OBSERVE), Violation("seen"))
    assert judged == Judged(outcome=Outcome.PASS, message="seen")


def test_a_violation_stands():
    """A violation in the call is not hidden by an error in the teardown, and an error is not hidden by a pass."""
    passed, failed = Judged(outcome=Outcome.PASS), Judged(outcome=Outcome.FAIL, message="f")
    broken = Judged(outcome=Outcome.ERROR, message="e")
    assert worst([passed, failed, broken]).outcome is Outcome.FAIL
    assert worst([passed, passed, broken]).outcome is Outcome.ERROR
    assert worst([passed, passed, passed]).outcome is Outcome.PASS
