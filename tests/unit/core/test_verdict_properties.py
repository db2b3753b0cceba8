"""What holds of every verdict, whatever the run."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from fixtures.core.clause import Level
from fixtures.core.errors import Blocked, NotApplicable, Violation
from fixtures.core.outcome import EXIT_STATUS, Kind, Outcome, Tally, Verdict, verdict_of
from fixtures.plugin.classify import Judged, worst

TALLY = st.builds(
    Tally,
    id=st.sampled_from("ABCDEF"),
    level=st.sampled_from(Level),
    outcome=st.sampled_from(Outcome),
    excused=st.booleans(),
)
RUN = st.lists(TALLY, max_size=8)
KIND = st.sampled_from(Kind)
GOOD, BAD = {Verdict.CERTIFIED, Verdict.PASSED}, {Verdict.NOT_CERTIFIED, Verdict.FAILED}
FAILED = Tally(id="Z", level=Level.MUST, outcome=Outcome.FAIL)
JUDGED = st.builds(Judged, outcome=st.sampled_from(Outcome), message=st.sampled_from(["", "m"]))


@given(KIND, RUN, st.randoms(use_true_random=False))
def test_the_order_does_not_matter(kind, run, random):
    """The same clauses give the same verdict in every order."""
    shuffled = list(run)
    random.shuffle(shuffled)
    assert verdict_of(kind, shuffled) is verdict_of(kind, run)


@given(KIND, RUN)
def test_a_failed_must_is_never_outweighed(kind, run):
    """With one failed MUST no run is good, nor open."""
    assert verdict_of(kind, [*run, FAILED]) in BAD


@given(KIND, RUN)
def test_only_musts_decide(kind, run):
    """Without its SHOULD and OBSERVE clauses a run has the same verdict."""
    assert verdict_of(kind, run) is verdict_of(kind, [t for t in run if t.level is Level.MUST])


@given(KIND, RUN, st.data())
def test_losing_a_pass_never_helps(kind, run, data):
    """A clause that passed and now fails, errs, is blocked or never runs makes no verdict better, nor does a known defect."""
    if not run:
        return
    at = data.draw(st.integers(0, len(run) - 1))
    worse = data.draw(st.sampled_from([o for o in Outcome if o not in (Outcome.PASS, Outcome.SKIPPED)]))
    before = [*run[:at], replace(run[at], outcome=Outcome.PASS), *run[at + 1 :]]
    after = [*run[:at], replace(run[at], outcome=worse), *run[at + 1 :]]
    if verdict_of(kind, after) in GOOD:
        assert verdict_of(kind, before) in GOOD
        assert run[at].level is not Level.MUST or worse is Outcome.DEFECT


@given(KIND, RUN)
def test_only_a_certification_is_certified(kind, run):
    """No other kind of run ends in a word of certification, and exit status 0 goes with the good words alone."""
    verdict = verdict_of(kind, run)
    words = {Verdict.CERTIFIED, Verdict.NOT_CERTIFIED}
    assert verdict not in (words if kind is not Kind.CERTIFICATION else {Verdict.PASSED, Verdict.FAILED})
    assert (EXIT_STATUS[verdict] == 0) == (verdict in GOOD)


@given(st.lists(JUDGED, max_size=4))
def test_a_violation_in_any_phase_stands(phases):
    """Setup, call and teardown add up: a FAIL first, then an ERROR, and a PASS only if every phase passed."""
    outcomes = {judged.outcome for judged in phases}
    found = worst(phases).outcome
    assert (found is Outcome.FAIL) == (Outcome.FAIL in outcomes)
    assert found is not Outcome.ERROR or Outcome.FAIL not in outcomes
    assert found is not Outcome.PASS or outcomes <= {Outcome.PASS}


def test_the_words_for_who_failed_are_apart():
    """No exception that blames one party is also one that blames another."""
    kinds = (Violation, Blocked, NotApplicable)
    assert not [(a, b) for a in kinds for b in kinds if a is not b and issubclass(a, b)]
