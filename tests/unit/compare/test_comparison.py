"""Two records put together: like with like, what flipped, and what the figures say."""

import pytest

from fixtures.compare.comparison import Answer, compare
from fixtures.compare.figures import figures_of
from fixtures.compare.flips import flips
from fixtures.compare.likeness import changed, unlike
from fixtures.core.outcome import Outcome
from tests.unit.reports import samples


def slower(record, factor):
    """The same run with every stream so many times as fast."""
    levels = [
        level.model_copy(update={"output_tokens_per_s": level.output_tokens_per_s * factor})
        for level in record.measurements
    ]
    return record.model_copy(update={"measurements": levels})


def with_clause(record, id, **update):
    """The same run with one clause judged otherwise."""
    clauses = [c.model_copy(update=update) if c.id == id else c for c in record.clauses]
    return record.model_copy(update={"clauses": clauses})


CERTIFIED = samples.certification()


def test_the_same_run_is_as_good():
    """Nothing differs, and it is said what could have been seen."""
    found = compare(CERTIFIED, CERTIFIED)
    assert (found.answer, found.unlike, found.changed, found.assumed) == (Answer.AS_GOOD, [], [], True)
    assert {figure.worse for figure in found.figures} == {False}
    assert found.figures[0].seen == pytest.approx(0.078, abs=0.003)


def test_figures_of_a_record():
    """Medians by level, seconds to ready without the download; an invalid level has none."""
    names = set(figures_of(CERTIFIED))
    assert {"tokens/s at 1", "TPOT at 8", "TTFT at 2", "ready"} <= names
    invalid = CERTIFIED.model_copy(update={"measurements": [samples.level(valid=False)]})
    assert set(figures_of(invalid)) == {"ready"}


def test_a_tenth_slower_is_suspected_with_names():
    """Beyond the published noise of one boot; the levels are named."""
    found = compare(CERTIFIED, slower(CERTIFIED, 0.90))
    assert found.answer == Answer.SUSPECTED
    worse = [figure.name for figure in found.figures if figure.worse]
    assert "tokens/s at 1" in worse
    assert "TPOT at 1" not in worse


def test_a_clause_that_broke_is_a_regression_whatever_the_figures_say():
    """A MUST that held and fails; a SHOULD only warns."""
    broke = with_clause(CERTIFIED, "CHAT-001", outcome=Outcome.FAIL)
    assert compare(CERTIFIED, broke).answer == Answer.REGRESSED
    warned = flips(with_clause(CERTIFIED, "PERF-004", outcome=Outcome.PASS), CERTIFIED)
    assert (warned.broke, warned.warned) == ((), ("PERF-004",))
    assert flips(broke, CERTIFIED).mended == ("CHAT-001",)


def test_unlike_is_not_red():
    """Another host is named, and its figures are compared with nothing."""
    other = CERTIFIED.model_copy(update={"host": CERTIFIED.host.model_copy(update={"id": "another"})})
    found = compare(CERTIFIED, slower(other, 0.5))
    assert (found.answer, found.figures) == (Answer.NOT_COMPARABLE, [])
    assert [each.what for each in unlike(CERTIFIED, other)] == ["host"]


def test_what_an_upgrade_changes_is_told():
    """Image, digest, release and driver: the reason for the comparison, no obstacle to it."""
    deployment = CERTIFIED.deployment.model_copy(update={"image": "new", "vllm_version": "0.11.0"})
    newer = CERTIFIED.model_copy(update={"deployment": deployment})
    assert [each.what for each in changed(CERTIFIED, newer)] == ["image", "vLLM"]
    assert compare(CERTIFIED, newer).answer == Answer.AS_GOOD
