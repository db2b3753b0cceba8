"""Suspected after one boot, confirmed by a second."""

from fixtures.compare.figures import Figure
from fixtures.compare.nightly import first_look, second_look

BEFORE = {name: [100.0, 100.4, 99.8, 100.1, 99.9, 100.2] for name in ("a", "b", "c")}


def boot(**values: float) -> dict[str, Figure]:
    """The figures of one boot: more is better."""
    return {name: Figure(name=name, value=value, better=+1, unit="tokens/s") for name, value in values.items()}


def test_a_loss_that_comes_again_is_confirmed():
    """Both boots show it; what only the first had is let go."""
    night = first_look(BEFORE, boot(a=90.0, b=95.0, c=100.0))
    assert night.suspected == ("a", "b")
    assert second_look(night, BEFORE, boot(a=90.5, b=100.1, c=80.0)).confirmed == ("a",)


def test_what_was_not_suspected_is_not_asked_again():
    """A loss that only the second boot has is the second boot's noise."""
    night = first_look(BEFORE, boot(a=100.0))
    assert second_look(night, BEFORE, boot(a=80.0)).confirmed == ()


def test_a_figure_that_one_side_lacks_is_left_out():
    """New figures and missing ones are compared with nothing."""
    assert first_look({**BEFORE, "gone": [1.0]}, boot(a=100.0, new=3.0)).shifts.keys() == {"a"}
