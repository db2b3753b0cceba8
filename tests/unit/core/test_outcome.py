import pytest

from fixtures.core.clause import Level
from fixtures.core.outcome import EXIT_STATUS, Kind, Outcome, Tally, Verdict, verdict_of

PASS = Tally(id="A", level=Level.MUST, outcome=Outcome.PASS)


def verdict(*tallies, kind=Kind.REHEARSAL):
    return verdict_of(kind, tallies)


def must(outcome, excused=False):
    return Tally(id="B", level=Level.MUST, outcome=outcome, excused=excused)


def test_silence_certifies_nothing():
    """An empty run, and a run in which nothing passed, is INCONCLUSIVE."""
    assert verdict() is Verdict.INCONCLUSIVE
    assert verdict(must(Outcome.SKIPPED, excused=True)) is Verdict.INCONCLUSIVE


def test_only_a_certification_certifies():
    """All MUSTs passed: CERTIFIED for a certification, PASSED for every other kind."""
    assert verdict(PASS, kind=Kind.CERTIFICATION) is Verdict.CERTIFIED
    assert verdict(PASS) is Verdict.PASSED
    assert verdict(PASS, kind=Kind.API) is Verdict.PASSED


def test_a_failed_must_decides():
    """A MUST that FAILs decides, whatever else is open."""
    assert verdict(PASS, must(Outcome.FAIL), must(Outcome.ERROR), kind=Kind.CERTIFICATION) is Verdict.NOT_CERTIFIED
    assert verdict(PASS, must(Outcome.FAIL)) is Verdict.FAILED


@pytest.mark.parametrize("outcome", [Outcome.ERROR, Outcome.BLOCKED, Outcome.NOT_RUN, Outcome.SKIPPED])
def test_an_open_must_leaves_the_question_open(outcome):
    """A MUST without an answer is INCONCLUSIVE."""
    assert verdict(PASS, must(outcome)) is Verdict.INCONCLUSIVE


def test_an_allowed_skip_is_no_question():
    """A skip that the target allows does not stand in the way."""
    assert verdict(PASS, must(Outcome.SKIPPED, excused=True)) is Verdict.PASSED


@pytest.mark.parametrize("level", [Level.SHOULD, Level.OBSERVE])
def test_lower_levels_do_not_decide(level):
    """SHOULD and OBSERVE never change the verdict."""
    assert verdict(PASS, Tally(id="S", level=level, outcome=Outcome.FAIL)) is Verdict.PASSED


def test_exit_statuses():
    """0 is good, 1 is bad, 6 is open, 7 is not begun: pytest's own statuses are not used."""
    assert [EXIT_STATUS[v] for v in Verdict] == [0, 1, 0, 1, 6, 7]
