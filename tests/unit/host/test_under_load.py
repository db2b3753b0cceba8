"""The GPUs while they work."""

import threading
from dataclasses import replace

import pytest

from fixtures.adapters.host.under_load import watched_gpus
from fixtures.core.gpu_state import GpusSeen
from fixtures.core.host_gpu import judge_under_load
from tests.unit.host.hosts import GB10

pytestmark = pytest.mark.timeout(120)
STUCK = replace(GB10, sm_mhz=702, utilisation=96, pstate=0, reasons=())
WORKS = replace(STUCK, sm_mhz=2405)


def test_it_looks_until_the_block_ends():
    """Looks are taken while the block runs, in their order, and none after it."""
    looked = threading.Semaphore(0)
    count = iter(range(10**6))

    def look() -> GpusSeen:
        looked.release()
        return GpusSeen(gpus=(replace(WORKS, sm_mhz=next(count)),))

    with watched_gpus(look, every=0.01) as states:
        for _ in range(4):
            looked.acquire()
    seen = list(states)

    assert [state.sm_mhz for state in seen[:3]] == [0, 1, 2]
    assert not any(thread.name == "gpu-watch" for thread in threading.enumerate())


def test_a_driver_that_hangs_does_not_hold_the_run():
    """A look that never ends is left behind when the block ends."""
    over = threading.Event()

    def hang() -> GpusSeen:
        over.wait()
        return GpusSeen()

    with watched_gpus(hang, every=0.01) as states:
        pass

    assert states == []
    over.set()


def test_no_gpu():
    """A host that tells nothing of its GPUs is not judged by it."""
    finding = judge_under_load([])

    assert (finding.ok, finding.observed) == (True, "no GPU was seen")


def test_the_median_is_told():
    """Where nothing slows it, the look with the median clock is what is told."""
    finding = judge_under_load([replace(WORKS, sm_mhz=mhz) for mhz in (2400, 2600, 1500)])

    assert finding.ok
    assert "2400 MHz" in finding.observed


@pytest.mark.parametrize(("stuck", "ok"), [(0, True), (4, True), (5, False), (10, False)])
def test_half_of_the_looks(stuck, ok):
    """A moment's cap is none; half of the looks are."""
    finding = judge_under_load([STUCK] * stuck + [WORKS] * (10 - stuck))

    assert finding.ok is ok
    assert ok or "unplug its power for a minute" in finding.remedy
