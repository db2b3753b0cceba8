"""The same problems, twice: McNemar's test on the pairs that changed."""

import pytest

from fixtures.compare.paired import exact_mcnemar, paired


def test_five_points_lost_of_two_hundred_are_found():
    """Ten answers lost and none won: 5 points, and a p of 1 in 1024."""
    before = {str(n): True for n in range(200)}
    found = paired(before, before | {str(n): False for n in range(10)})
    assert (found.points, len(found.lost), found.won) == (-5.0, 10, ())
    assert found.p == pytest.approx(1 / 1024)


def test_as_many_won_as_lost_is_no_loss():
    """Answers that change both ways are the noise of sampling."""
    before = {str(n): n % 2 == 0 for n in range(20)}
    found = paired(before, {name: not right for name, right in before.items()})
    assert found.points == 0.0
    assert found.p > 0.5


def test_problems_of_one_run_alone_are_left_out():
    """Nothing in common is no finding."""
    found = paired({"a": True}, {"b": False})
    assert (found.both, found.points, found.p) == (0, 0.0, 1.0)


@pytest.mark.parametrize(("lost", "won", "p"), [(0, 0, 1.0), (1, 0, 0.5), (5, 1, 7 / 64), (0, 4, 1.0)])
def test_exact(lost, won, p):
    """Binomial tails, by hand."""
    assert exact_mcnemar(lost, won) == pytest.approx(p)
