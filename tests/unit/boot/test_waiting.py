"""The wait for a server, on a clock of its own: downloads, stalls, spent budgets, and ports at which nobody listens."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from fixtures.adapters import readiness as subject
from fixtures.adapters.growth import GAP, Growth, size_of
from fixtures.adapters.http.transport import NO_CONNECTION
from fixtures.adapters.readiness import ABSENT, Waited, Watch, wait_until_ready
from fixtures.core.exchange import Call, Exchange
from fixtures.core.spec import Readiness

pytestmark = pytest.mark.timeout(120)
LIMITS = Readiness(budget=1200, stall=300, download=14400)
CHAT = Call(method="POST", path="/v1/chat/completions", body={})
REFUSED = f"{NO_CONNECTION}: [Errno 111] Connection refused"
GB = 1_000_000_000


@dataclass
class World:
    """A clock that a request and a sleep move on, a server that is ready at a time, and a cache that is filled."""

    ready_at: float = float("inf")
    size: Callable[[float], float] = lambda now: 0
    refused: bool = True
    now: float = 0.0
    asked: list[float] = field(default_factory=list)
    base_url: str = "http://127.0.0.1:9"

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        # A wait of hours in steps of a tenth would take this test minutes.
        self.now += max(seconds, 1.0 if self.now > 60 else 0.0)

    def send(self, call: Call) -> Exchange:
        self.asked.append(self.now)
        self.now += 0.01
        answer = {"number": 1, "method": call.method, "path": call.path, "request": None}
        if self.now < self.ready_at:
            return Exchange(**answer, **({"failure": REFUSED} if self.refused else {"status": 503}))
        body = b'{"data": [{"id": "m"}], "usage": {"completion_tokens": 3}}'
        return Exchange(**answer, status=200, body=body)

    def growth(self, missing: int | None = 65 * GB) -> Growth:
        return Growth(size=lambda: int(self.size(self.now)), missing=missing, clock=self.clock)


@pytest.fixture
def wait(monkeypatch):
    """Waits in a world: how it ended, and what was told."""

    def run(world: World, *, limits: Readiness = LIMITS, **watch) -> tuple[Waited, list[str]]:
        monkeypatch.setattr(subject, "monotonic", world.clock)
        monkeypatch.setattr(subject, "sleep", world.sleep)
        told: list[str] = []
        ended = wait_until_ready(
            world, model="m", chat=CHAT, readiness=limits, watch=Watch(**watch), progress=told.append
        )
        return ended, told

    return run


def filling(rate: float, *, until: float = 65 * GB) -> Callable[[float], float]:
    return lambda now: min(rate * now, until)


def test_a_silent_download_is_no_stall(wait):
    """65 GB at 20 MB/s without a line of log: no stall, no spent budget, and the load behind it has its whole budget."""
    world = World(ready_at=3250 + 1100, size=filling(20e6))
    speaks = lambda: world.now if world.now < 3250 else 0.0

    ended, told = wait(world, silent_for=speaks, growth=world.growth())

    assert ended.ready, ended.failure
    assert ended.seconds - ended.downloading == pytest.approx(1100, abs=10)
    assert ended.downloading == pytest.approx(3250, abs=5)
    assert any(
        re.search(r"downloading the model: 3\d\.\d of 65\.0 GB, 20\.\d MB/s, 2\d min left", line) for line in told
    )


def test_a_download_that_stands_still_is_a_stall(wait):
    """A download that gains nothing any more, and a log that says nothing, end the wait; it is said what is there."""
    world = World(size=filling(20e6, until=24 * GB))

    ended, _ = wait(world, silent_for=lambda: world.now, growth=world.growth())

    assert ended.failure.startswith("stalled: no log line for ")
    assert "the model's cache has not grown for 30" in ended.failure
    assert "24.0 of 65.0 GB" in ended.failure
    assert ended.seconds == pytest.approx(1200 + 300, abs=5)


def test_a_drip_is_no_download(wait):
    """A megabyte every two minutes keeps no wait alive beyond its budget."""
    world = World(size=lambda now: now // 120 * 1.1e6)

    ended, _ = wait(world, silent_for=lambda: world.now, growth=world.growth())

    assert ended.failure.startswith("not ready within 1200 s; ")
    assert ended.downloading == 0


def test_a_download_has_a_limit_of_its_own(wait):
    """A download that never ends is ended by its own limit, and told as what it is."""
    world = World(size=filling(1e6))

    ended, _ = wait(world, growth=world.growth(), limits=LIMITS.model_copy(update={"download": 5000.0}))

    assert ended.failure.startswith("the model was not downloaded within 5000 s")


def test_without_growth_the_limits_are_as_ever(wait):
    """A cache that does not grow changes nothing: the stall and the budget end the wait in their words."""
    world = World()
    assert wait(world, silent_for=lambda: world.now, growth=world.growth(0))[0].failure.startswith(
        "stalled: no log line for 300 s; stage: waiting"
    )
    world = World()
    assert wait(world, growth=world.growth(0))[0].failure.startswith("not ready within 1200 s; stage")


def test_a_budget_after_a_download_says_so(wait):
    """A budget that is spent after a download says which time it did not count."""
    world = World(size=filling(100e6))

    ended, _ = wait(world, growth=world.growth())

    assert "not ready within 1200 s, not counting 65" in ended.failure


def test_nobody_listens(wait):
    """Where nothing of ours starts, a port that refuses is given up within seconds, after a handful of looks."""
    world = World()

    ended, _ = wait(world, starting=False)

    assert ended.failure == f"nothing listens at http://127.0.0.1:9: {REFUSED}"
    assert ABSENT <= ended.seconds < 5
    assert len(world.asked) < 10


def test_a_server_that_is_there_is_waited_for(wait):
    """A server that answers, be it 503, is waited for as ever; so is one that begins to listen in time."""
    assert wait(World(ready_at=200, refused=False), starting=False)[0].ready
    assert wait(World(ready_at=2), starting=False)[0].ready


def test_our_own_server_may_take_its_time(wait):
    """A container that was started refuses for minutes, and is waited for."""
    assert wait(World(ready_at=460))[0].ready


def test_growth_is_counted_on_the_disk(tmp_path):
    """What a file holds counts, not the length that it was given; what is not there counts nothing."""
    (tmp_path / "written").write_bytes(b"x" * 100_000)
    with (tmp_path / "ab.incomplete").open("wb") as file:
        file.truncate(4 * GB)

    assert 100_000 <= size_of(tmp_path) < 1_000_000
    assert size_of(tmp_path / "none") == 0


def test_a_removed_file_is_no_growth():
    """A size that falls and comes back is counted from where it fell to."""
    sizes = iter([5 * GB, 4 * GB, 4 * GB + 2_000_000, 4 * GB + 2_000_100])
    world = World()
    growth = Growth(size=lambda: next(sizes), missing=None, clock=world.clock)
    for _ in range(3):
        world.now += 5
        growth.look()

    assert growth.arrived == 2_000_000
    assert growth.active
    world.now += GAP + 1
    assert not growth.active
