"""The figures of repeated tool cases."""

import pytest

from fixtures.core.trials import Trial, trial_figures


def trial(case, *, wanted=True, calls=1, valid=1, failure="", wrong=""):
    return Trial(case=case, wanted=wanted, calls=calls, valid=valid, failure=failure, wrong=wrong)


def test_pass_at_k_and_pass_hat_k():
    """A case that is right once counts for pass@k, and for pass^k only if it is right every time."""
    trials = [
        trial("a"),
        trial("a"),
        trial("b"),
        trial("b", wrong="no"),
        trial("c", wrong="no"),
        trial("c", wrong="no"),
    ]
    figures = trial_figures(trials)
    assert (figures.cases, figures.trials) == (3, 6)
    assert figures.pass_at_k == pytest.approx(2 / 3)
    assert figures.pass_hat_k == pytest.approx(1 / 3)


def test_failures_stay_in_the_denominator():
    """A request that failed is a trial that was not right, and a call that did not come."""
    figures = trial_figures([trial("a"), trial("a", calls=0, valid=0, failure="a hang")])
    assert figures.failures == 1
    assert figures.pass_hat_k == 0
    assert figures.trigger_recall == pytest.approx(0.5)


def test_trigger_and_schema():
    """Precision counts calls where none is right, schema accuracy calls that obey none."""
    trials = [
        trial("a"),
        trial("b", wanted=False, wrong="called"),
        trial("c", valid=0, wrong="bad"),
        trial("d", wanted=False, calls=0, valid=0),
    ]
    figures = trial_figures(trials)
    assert figures.trigger_precision == pytest.approx(2 / 3)
    assert figures.trigger_recall == 1
    assert figures.schema_accuracy == pytest.approx(2 / 3)


def test_nothing_is_no_success():
    """No trials at all is an error, and shares of nothing are 0."""
    with pytest.raises(ValueError, match="no trials"):
        trial_figures([])
    figures = trial_figures([trial("a", calls=0, valid=0, wrong="prose")])
    assert (figures.schema_accuracy, figures.trigger_precision) == (0, 0)
