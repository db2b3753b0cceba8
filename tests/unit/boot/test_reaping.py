"""How often the reaper looks, on a clock that only its pauses move."""

import pytest

from fixtures.adapters.docker.reaper import PAUSE, reap


class Looks:
    """An engine in which the container appears at look number `appears`; never where that is 0."""

    def __init__(self, appears: int) -> None:
        self.appears = appears
        self.count = 0
        self.now = 1000.0

    def remove(self) -> int:
        self.count += 1
        return int(self.count == self.appears)

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def reaped(self, look_again: float) -> int:
        reap(self.remove, look_again=look_again, clock=lambda: self.now, pause=self.pause)
        return self.count


@pytest.mark.parametrize("appears", [1, 2, 7])
def test_it_looks_until_it_finds(appears):
    """A container that the engine makes late is found at the look after, and nobody looks once more."""
    assert Looks(appears).reaped(look_again=5.0) == appears


def test_it_gives_up_when_its_time_is_over():
    """Where nothing appears, the looking ends with its time and not before."""
    looks = Looks(0)

    looks.reaped(look_again=5.0)

    assert 1005.0 < looks.now <= 1005.0 + 2 * PAUSE
    assert Looks(0).reaped(look_again=0.0) == 2
