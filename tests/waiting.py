"""How the tests wait: for what must happen, and long enough for a busy machine."""

import time
from collections.abc import Callable

WITHIN = 120.0  # seconds; far more than anything here takes, and less than the watchdogs
LONG = 3600.0  # seconds; a limit that must not be what ends something: the watchdog would come first


def wait_until(condition: Callable[[], object]) -> bool:
    """Whether the condition came to hold."""
    ends = time.monotonic() + WITHIN
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.02)
    return False
