"""Boots in turn: every way to deal the labels, all figures at once."""

import pytest

from fixtures.compare.permuted import holm, permuted

STEADY = [100.0, 100.2, 99.9]


def test_three_boots_each_can_find_a_loss_among_many_figures():
    """One figure of twelve lost a tenth: p is 1 in 20, the smallest there is, and the others stay."""
    first = {str(n): STEADY for n in range(12)}
    second = {**first, "0": [90.0, 90.3, 89.8]}
    found = permuted(first, second, dict.fromkeys(first, +1))
    assert found["0"].p == pytest.approx(1 / 20)
    assert found["0"].change == pytest.approx(-0.105, abs=0.002)
    assert all(found[str(n)].p > 0.05 for n in range(1, 12))


def test_a_gain_is_no_loss():
    """The test is one-sided: what is better has a p near 1."""
    found = permuted({"a": STEADY}, {"a": [110.0, 110.2, 109.9]}, {"a": +1})
    assert found["a"].p > 0.9
    assert permuted({"a": STEADY}, {"a": [110.0, 110.2, 109.9]}, {"a": -1})["a"].p == pytest.approx(1 / 20)


def test_only_what_both_have():
    """A figure of one image alone is compared with nothing, and none at all is no error."""
    assert permuted({"a": STEADY}, {"b": STEADY}, {}) == {}


def test_holm():
    """The smallest against alpha by how many there are, the next by one fewer, until one does not stand."""
    assert list(holm({"a": 0.004, "b": 0.03, "c": 0.0001}, 0.01)) == ["c", "a"]
    assert list(holm({}, 0.01)) == []
