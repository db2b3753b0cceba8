from fixtures.adapters.targets import load_target
from fixtures.core.slowed import slowed


def test_every_time_grows_and_every_speed_falls():
    """Times are so many times as long and speeds as many times lower; counts, and a factor of one, change nothing."""
    target = load_target("gb10")
    slow = slowed(target, 3.0)
    assert slowed(target, 1.0) is target
    assert slow.readiness.budget == 3 * target.readiness.budget
    assert slow.deadlines.request == 3 * target.deadlines.request
    assert slow.deadlines.hangs == target.deadlines.hangs
    assert slow.load.floor == target.load.floor / 3
    assert slow.load.first_token == 3 * target.load.first_token
    assert slow.load.levels == target.load.levels


def test_a_target_without_limits_of_speed():
    """Where the target sets no floor, a slow machine has none either."""
    assert slowed(load_target("rehearsal"), 2.0).load.floor is None
