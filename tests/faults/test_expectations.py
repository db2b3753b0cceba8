"""The expectations are read strictly, and a run is judged by every one of them."""

from dataclasses import replace

import pytest

from fixtures.core.clause import Clause, Level
from tests.faults.expectations import Expected, WrongExpectation, read
from tests.faults.judging import judged
from tests.faults.running import Ran

GOOD = 'name = "no-done"\nfails = ["STREAM-004"]\nsays = ["last"]\n'
CLAUSES = {
    "STREAM-004": Clause(id="STREAM-004", title="t", level=Level.MUST, requirement="It MUST."),
    "PERF-006": Clause(id="PERF-006", title="t", level=Level.SHOULD, requirement="It SHOULD."),
}


def read_text(directory, *texts):
    for number, text in enumerate(texts):
        (directory / f"area{number}.toml").write_text(text)
    return read(sorted(directory.glob("*.toml")), faults=["no-done", "slow"], clauses=CLAUSES)


def test_a_good_file(tmp_path):
    """A fault with its clauses and words; the rest has defaults."""
    found = read_text(tmp_path, f"[[fault]]\n{GOOD}", '[[fault]]\nname = "slow"\nfails = ["PERF-006"]\nsays = ["x"]\n')
    assert list(found) == ["no-done", "slow"]
    assert found["no-done"].arguments()[:3] == ["--fault", "no-done", "--target"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[[fault]]\n{GOOD}kills = 1\n", "area0.toml: no-done: kills: Extra inputs"),
        (f"[[fault]]\n{GOOD}"[:-16], "area0.toml: no-done: says: Field required"),
        (f"[[faults]]\n{GOOD}", "area0.toml: unknown key faults"),
        (f"[[fault]]\n{GOOD}[[fault]]\n{GOOD}", "area0.toml: no-done: there is already"),
        (f"[[fault]]\n{GOOD}".replace("no-done", "nope"), "area0.toml: nope: the stand-in has no such fault"),
        (f"[[fault]]\n{GOOD}".replace("-004", "-999"), "area0.toml: no-done: no clause is called STREAM-999"),
        (f"[[fault]]\n{GOOD}".replace('["last"]', "[]"), "area0.toml: no-done: says: Tuple should have at least 1"),
        ("[[fault]\n", "area0.toml: Expected"),
    ],
    ids=["key", "missing", "table", "twice", "fault", "clause", "empty", "toml"],
)
def test_a_wrong_file_is_named(tmp_path, text, said):
    """What cannot be meant is refused, with the file's name."""
    with pytest.raises(WrongExpectation) as caught:
        read_text(tmp_path, text)
    assert said in str(caught.value)


def ran(outcome="FAIL", message="[DONE] is not the last", *, other="PASS", verdict="FAILED", status=1, seconds=3.0):
    clauses = [
        {"id": "STREAM-004", "outcome": outcome, "message": message},
        {"id": "PERF-006", "outcome": other, "message": "expected more"},
    ]
    return Ran(status=status, seconds=seconds, output="", record={"verdict": verdict, "clauses": clauses})


EXPECTED = Expected(name="no-done", fails=("STREAM-004",), says=("never", "last"))


def test_the_right_run():
    """The clause fails in the expected words, the verdict and the exit status say so."""
    verdict = judged(EXPECTED, ran(), CLAUSES)
    assert (verdict.right, verdict.detected) == (True, True)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (ran("PASS"), "STREAM-004 must FAIL, but is PASS"),
        (ran("BLOCKED"), "must FAIL, but is BLOCKED"),
        (ran(message="something else"), "no message of STREAM-004 has one of"),
        (ran(other="ERROR"), "no clause may be an ERROR, but PERF-006"),
        (ran(verdict="INCONCLUSIVE", status=6), "got INCONCLUSIVE and 6"),
        (ran(status=0), "got FAILED and 0"),
        (ran(seconds=120.0), "the run took 120 s"),
        (replace(ran(), record={}), "no record was written"),
    ],
    ids=["pass", "blocked", "words", "error", "verdict", "status", "late", "record"],
)
def test_a_wrong_run(run, said):
    """Each way in which a run can surprise is told."""
    verdict = judged(EXPECTED, run, CLAUSES)
    assert not verdict.right
    assert any(said in problem for problem in verdict.problems), verdict.problems


def test_a_warning_leaves_the_verdict():
    """A fault that only breaks a SHOULD does not fail the run: a part that passes is INCONCLUSIVE."""
    warned = ran("PASS", other="FAIL", verdict="INCONCLUSIVE", status=6)
    assert judged(Expected(name="slow", fails=("PERF-006",), says=("more",)), warned, CLAUSES).right
    assert not judged(
        Expected(name="slow", fails=("PERF-006",), says=("more",)), replace(warned, status=3), CLAUSES
    ).right
