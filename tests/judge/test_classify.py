import re
from dataclasses import replace

import pytest

from fixtures.core.clause import Clause, Level
from fixtures.core.defect import Defect, Sign, explained_by
from fixtures.core.errors import Blocked, NotApplicable, Violation
from fixtures.core.exchange import Exchange
from fixtures.core.outcome import Outcome
from fixtures.core.record import Broke
from fixtures.plugin.classify import Judged, cascaded, judge, not_met, once_hung, worst

A, B = (Clause(id=id, title="t", level=Level.MUST, requirement="It MUST.") for id in ("A-001", "B-001"))


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


def test_one_cause_fails_one_clause():
    """What a fixture raised fails the clause that met it first; for the others it is what they stand on."""
    broken = Violation("no container")
    assert cascaded(clause(), broken, None) is broken
    assert str(cascaded(clause(), broken, "READY-001")) == "what it stands on failed for READY-001: no container"
    assert isinstance(cascaded(clause(Level.OBSERVE), broken, None), Blocked)
    assert cascaded(clause(), None, None) is None
    assert isinstance(cascaded(clause(), KeyError("ours"), None), KeyError)


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


KNOWN = Defect(
    id="known", title="It is known", what="w", surfaces=("chat",), first="0.10.1.1", last="0.10.1.1", source="s",
    signs=(Sign(clauses=("X-001",), says=re.compile("^known")),),
)  # fmt: skip


def explain(clause_id, violation):
    return explained_by([KNOWN], clause_id, violation)


def test_a_known_defect_is_no_failure():
    """A clause that met the defect of its release and nothing else is DEFECT, and names it."""
    judged = judge(clause(), Violation("known thing"), explain=explain)
    assert (judged.outcome, judged.defects) == (Outcome.DEFECT, ("known",))
    assert judged.message == "known defect of this release: known: It is known\nknown thing"


def test_worse_than_known_is_a_failure():
    """One part that is not the defect fails the clause, and the message tells that part alone."""
    parts = [Violation("known thing"), Violation("another thing")]
    judged = judge(clause(), Violation("known again"), parts=parts, explain=explain)
    assert judged == Judged(outcome=Outcome.FAIL, message="another thing", broke=Broke())


@pytest.mark.parametrize("error", [None, Blocked("b"), NotApplicable("n"), KeyError("k")])
def test_a_broken_part_breaks_the_clause(error):
    """Whatever ends the clause after it, a part that broke is a violation."""
    assert judge(clause(), error, parts=[Violation("v")]).outcome is Outcome.FAIL


def test_all_broken_parts_are_told_once():
    """Each broken part has its line, a repeated one once, and the rest is counted."""
    parts = [Violation(str(number)) for number in (1, 1, 2, 3, 4, 5, 6)]
    assert judge(clause(), None, parts=parts).message == "1\n2\n3\n4\nand 2 more"


def test_a_defect_that_is_gone_is_told():
    """A clause that its release is known to break, and that passes, says so; a skipped or a broken one does not."""
    passed, skipped = Judged(outcome=Outcome.PASS), Judged(outcome=Outcome.SKIPPED)
    assert not_met(clause(), passed, [KNOWN]).message == "known defect of this release, not met here: known"
    assert not_met(clause(), skipped, [KNOWN]) is skipped
    assert not_met(clause(), passed, [replace(KNOWN, always=False)]) is passed


def hung(number):
    """An exchange that was never answered."""
    return Exchange(number=number, method="POST", path="/v1/x", failure="the deadline ran out (9 s)")


def test_a_request_that_hung_fails_one_clause():
    """The first that meets it; the next is blocked by it, and one with an exchange of its own is judged."""
    told = {}
    error = Violation("expected an answer", hung(5))
    assert once_hung(A, error, [], told) == (error, [])
    assert once_hung(A, error, [], told) == (error, [])
    blocked, _ = once_hung(B, error, [], told)
    assert isinstance(blocked, Blocked)
    assert str(blocked) == "exchange 0005 (POST /v1/x) was never answered, for which A-001 fails"
    both = Violation("expected the same", hung(5), Exchange(number=6, method="POST", path="/v1/x", status=200))
    assert once_hung(B, both, [], told) == (both, [])


def test_parts_that_hung_before():
    """What is left of a clause's parts is judged; where nothing is, it is blocked."""
    told = {5: "A-001"}
    first, own = Violation("expected an answer", hung(5)), Violation("expected an answer", hung(6))
    assert once_hung(B, None, [first, own], told) == (None, [own])
    error, parts = once_hung(B, None, [first], told)
    assert (type(error), parts) == (Blocked, [])


def test_a_warning_takes_no_failure_from_a_must():
    """A SHOULD that meets the hung request first warns, and the MUST after it still fails."""
    told, error = {}, Violation("expected an answer", hung(5))
    assert once_hung(clause(Level.SHOULD), error, [], told) == (error, [])
    assert once_hung(A, error, [], told) == (error, [])
    assert told == {5: "A-001"}
