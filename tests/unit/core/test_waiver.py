"""What a waiver can do to a verdict, and what it cannot, whatever the run."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.core.clause import Clause, Level
from fixtures.core.outcome import EXIT_STATUS, Kind, Outcome, Tally, Verdict, verdict_of
from fixtures.core.waiver import Waiver, Waivers, WaiverState

UNTIL = date(2027, 1, 31)
TALLY = st.builds(
    Tally,
    id=st.sampled_from("ABCDEF"),
    level=st.sampled_from(Level),
    outcome=st.sampled_from(Outcome),
    excused=st.booleans(),
    waived=st.booleans(),
)
RUN = st.lists(TALLY, max_size=8)
KIND = st.sampled_from(Kind)
GOODNESS = {
    Verdict.CERTIFIED: 3,
    Verdict.PASSED: 2,
    Verdict.INCONCLUSIVE: 1,
    Verdict.NOT_CERTIFIED: 0,
    Verdict.FAILED: 0,
    Verdict.NOT_STARTED: 0,
}
PASS = Tally(id="A", level=Level.MUST, outcome=Outcome.PASS)
WAIVED = Tally(id="B", level=Level.MUST, outcome=Outcome.FAIL, waived=True)


def without(run):
    return [replace(tally, waived=False) for tally in run]


def used(run):
    return any(t.waived and t.outcome is Outcome.FAIL and t.level is Level.MUST for t in run)


@given(KIND, RUN, st.booleans())
def test_no_waiver_makes_a_certificate(kind, run, unstarted):
    """A run that is CERTIFIED with its waivers is so without them, and uses none."""
    if verdict_of(kind, run, unstarted=unstarted) is Verdict.CERTIFIED:
        assert verdict_of(kind, without(run), unstarted=unstarted) is Verdict.CERTIFIED
        assert not used(run)


@given(KIND, RUN, st.booleans(), st.data())
def test_taking_a_waiver_away_never_helps(kind, run, unstarted, data):
    """Without any of its waivers the verdict is the same, or worse."""
    fewer = [replace(t, waived=t.waived and data.draw(st.booleans())) for t in run]
    with_all = verdict_of(kind, run, unstarted=unstarted)
    assert GOODNESS[verdict_of(kind, fewer, unstarted=unstarted)] <= GOODNESS[with_all]


@given(KIND, RUN, st.booleans())
def test_a_waiver_that_is_not_used_changes_nothing(kind, run, unstarted):
    """Only a MUST that FAILs can be waived: an ERROR, what is BLOCKED, and lower levels are as they were."""
    if not used(run):
        found = verdict_of(kind, run, unstarted=unstarted)
        assert found is verdict_of(kind, without(run), unstarted=unstarted)


@given(KIND, RUN, st.booleans())
def test_with_a_waiver_the_best_is_passed(kind, run, unstarted):
    """A run that uses a waiver is PASSED exactly where it would be good with a pass in its place, if anything has passed."""
    if not used(run):
        return
    mended = [replace(t, outcome=Outcome.PASS) if t.let_pass and t.level is Level.MUST else t for t in run]
    would_be_good = GOODNESS[verdict_of(kind, mended, unstarted=unstarted)] >= GOODNESS[Verdict.PASSED]
    some = any(t.level is Level.MUST and t.outcome is Outcome.PASS for t in run)
    found = verdict_of(kind, run, unstarted=unstarted)
    assert (found is Verdict.PASSED) == (would_be_good and some)
    assert found is not Verdict.CERTIFIED
    assert EXIT_STATUS[found] != 0 or found is Verdict.PASSED


@given(KIND, RUN, st.booleans())
def test_one_failure_without_a_waiver_decides(kind, run, unstarted):
    """However many are waived, the one that is not decides."""
    failed = Tally(id="Z", level=Level.MUST, outcome=Outcome.FAIL)
    assert GOODNESS[verdict_of(kind, [*run, failed], unstarted=unstarted)] == 0


@pytest.mark.parametrize(
    ("kind", "others", "verdict"),
    [
        (Kind.CERTIFICATION, [PASS], Verdict.PASSED),
        (Kind.API, [PASS], Verdict.PASSED),
        (Kind.CERTIFICATION, [], Verdict.INCONCLUSIVE),
        (Kind.CERTIFICATION, [PASS, replace(PASS, outcome=Outcome.BLOCKED)], Verdict.INCONCLUSIVE),
        (Kind.CERTIFICATION, [PASS, replace(PASS, outcome=Outcome.BLOCKED, waived=True)], Verdict.INCONCLUSIVE),
        (Kind.CERTIFICATION, [PASS, replace(PASS, outcome=Outcome.ERROR, waived=True)], Verdict.INCONCLUSIVE),
        (Kind.CERTIFICATION, [PASS, replace(WAIVED, waived=False)], Verdict.NOT_CERTIFIED),
        (Kind.CERTIFICATION, [PASS, replace(WAIVED, level=Level.SHOULD)], Verdict.PASSED),
    ],
    ids=["certification", "api", "alone", "blocked", "blocked-waived", "error-waived", "another", "should"],
)
def test_the_verdict_of_a_run_with_a_waived_failure(kind, others, verdict):
    """A waived failure lets a run pass, certifies nothing, and answers for nothing else, not for what it blocks either."""
    assert verdict_of(kind, [WAIVED, *others]) is verdict


def waiver(**changed):
    return Waiver.model_validate({"id": "CHAT-001", "reason": "known", "until": UNTIL} | changed)


@pytest.mark.parametrize(
    ("day", "waived", "state"),
    [
        (UNTIL, True, WaiverState.USED),
        (UNTIL, False, WaiverState.UNUSED),
        (date(2027, 2, 1), False, WaiverState.EXPIRED),
    ],
    ids=["used", "unused", "expired"],
)
def test_a_waiver_holds_to_the_end_of_its_last_day(day, waived, state):
    """On its last day a waiver still holds, and on the next it is expired."""
    assert waiver().state(day, waived) is state
    assert (Waivers("f", (waiver(),)).of("CHAT-001", day) is None) == (state is WaiverState.EXPIRED)
    assert Waivers("f", (waiver(),)).of("CHAT-002", day) is None


def test_what_names_no_must_is_refused():
    """An id that no clause has, and a clause that fails no run, is a fault that names file, entry and id."""
    values = [("CHAT-001", Level.MUST), ("PERF-004", Level.SHOULD)]
    known = {id: Clause(id=id, title="t", level=level, requirement="r") for id, level in values}
    assert Waivers("f.toml", (waiver(),)).fault(known) is None
    said = Waivers("f.toml", (waiver(), waiver(id="CHAT-999"))).fault(known)
    assert said == "f.toml: [[waiver]] 2: id = 'CHAT-999': no clause has this id; --clauses prints them all"
    assert "is a SHOULD, which fails no run" in str(Waivers("f.toml", (waiver(id="PERF-004"),)).fault(known))
