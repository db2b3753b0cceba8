"""How slow this machine is just now: found once, by healthy runs beside each other, before faults are injected."""

from concurrent.futures import ThreadPoolExecutor

from tests.faults.expectations import FAST
from tests.faults.running import Ran, Runner

HEALTHY = ("suites/api/test_chat.py", "--target", str(FAST))
USUAL = 4.0  # seconds of such a run on a machine that does nothing else; a processor of 2017 takes 1.5
SLOW = 4.0  # by so much every time of a fault run is longer on a machine that takes more


def find_time_factor(runner: Runner, *, at_once: int) -> float:
    """1 on a quiet machine; `SLOW` where so many healthy runs at once take longer than usual, or where one is not healthy."""
    runner.run(HEALTHY)  # the first one loads what all others share
    with ThreadPoolExecutor(at_once) as pool:
        ran = list(pool.map(lambda _: runner.run(HEALTHY, limit=600.0), range(at_once)))
    return factor_of(ran)


def factor_of(ran: list[Ran]) -> float:
    """The factor that these healthy runs ask for."""
    slowest = max(one.seconds for one in ran)
    return SLOW if slowest > USUAL or any(one.with_outcome("FAIL", "ERROR", "BLOCKED") for one in ran) else 1.0
