"""One boot against those before it: what is beyond the bound, what could have been seen, and where the spread comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.compare.bounds import ALPHA, LEAST_EFFECT, shift_of
from fixtures.compare.noise import PUBLISHED, Noise, noise_of

ALIKE = [100.0, 100.4, 99.8, 100.1, 99.9, 100.2, 99.7, 100.3, 100.0, 99.6]  # a spread of a quarter of a per cent


def test_a_loss_beyond_the_bound_is_worse_and_a_gain_is_better():
    """Four per cent either way, at a quarter of a per cent of noise; one and a half per cent is sure, and small."""
    assert shift_of(ALIKE, 96.0, better=+1).worse
    assert shift_of(ALIKE, 104.0, better=+1).better
    small = shift_of(ALIKE, 98.5, better=+1)
    assert small.p < ALPHA
    assert not small.worse


def test_less_is_better_where_it_is_said():
    """A time that grows is a loss: its change is below 0."""
    shift = shift_of([20.0] * 4 + [20.1], 22.0, better=-1)
    assert shift.worse
    assert shift.change == pytest.approx(-0.091, abs=0.001)
    assert shift.low < shift.change < shift.high


def test_without_enough_boots_the_hosts_noise_counts_and_then_the_published_one():
    """Fewer than five boots say nothing of a spread; it is said that it was assumed."""
    assumed = shift_of([100.0], 96.0, better=+1)
    assert (assumed.noise.spread, assumed.noise.assumed, assumed.worse) == (PUBLISHED, True, False)
    calibrated = shift_of([100.0], 96.0, better=+1, noise=Noise(spread=0.003, boots=5))
    assert calibrated.worse
    assert noise_of(ALIKE).boots == len(ALIKE)


def test_what_could_have_been_seen():
    """With little noise it is the least effect; with the published noise and one boot before, a tenth."""
    assert shift_of(ALIKE, 100.0, better=+1).seen == LEAST_EFFECT
    assert shift_of([100.0], 100.0, better=+1).seen == pytest.approx(0.078, abs=0.003)


@given(st.floats(0.5, 2.0), st.floats(1e-3, 1e6))
def test_the_unit_does_not_matter(ratio, scale):
    """Milliseconds or seconds: the same shift."""
    one = shift_of(ALIKE, 100 * ratio, better=+1)
    other = shift_of([scale * v for v in ALIKE], scale * 100 * ratio, better=+1)
    assert other.change == pytest.approx(one.change)
    assert other.p == pytest.approx(one.p, abs=1e-6)
