"""When the engine deals out its tokens, on a clock of our own: the machine's load changes nothing."""

import asyncio

import pytest

from fixtures.standin.engine import jobs
from fixtures.standin.engine.answers import Reply
from fixtures.standin.engine.generation import Channel, generate
from fixtures.standin.engine.jobs import Engine, Job, Step
from fixtures.standin.engine.metrics import Metrics
from fixtures.standin.engine.pace import Fixed
from fixtures.standin.families import V0_32

LATE = 0.0011  # seconds that each sleep takes too long, as a real event loop's does


class Clock:
    """A monotonic clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """The time, in seconds."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move the clock, a little too far."""
        self.now += seconds + LATE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that the engine sees."""
    made = Clock()
    monkeypatch.setattr(jobs, "monotonic", made.monotonic)
    monkeypatch.setattr("fixtures.standin.engine.jobs.asyncio.sleep", made.sleep)
    return made


def _dealt(clock: Clock, pace: Fixed, numbers: int) -> list[tuple[float, Step]]:
    reply = Reply(analysis="Count.", answer=", ".join(map(str, range(numbers))))
    job = Job(prompt=["x"] * 70, choices=(generate(reply, limit=100_000),), limit=100_000)
    served = Engine(pace=pace, metrics=Metrics(family=V0_32, model="m"))

    async def collect() -> list[tuple[float, Step]]:
        return [(clock.now - 1000, step) async for batch in served.steps(job) for step in batch]

    return asyncio.run(collect())


def test_no_drift(clock: Clock) -> None:
    """Token i comes at ttft + i * tpot, never early: what each sleep is late does not add up."""
    dealt = _dealt(clock, Fixed(ttft=0.1, tpot=0.002), 300)
    late = [at - (0.1 + number * 0.002) for number, (at, _) in enumerate(dealt)]

    assert len(dealt) > 800
    assert min(late) > -1e-9
    assert max(late) < 2 * LATE


def test_control_tokens_take_time(clock: Clock) -> None:
    """The first visible token is the fourth, and seven steps lie between the reasoning and the answer."""
    dealt = _dealt(clock, Fixed(ttft=0.2, tpot=0.03), 3)
    analysis = [at for at, step in dealt if step.token.channel is Channel.ANALYSIS]
    final = [at for at, step in dealt if step.token.channel is Channel.FINAL]

    assert analysis[0] == pytest.approx(0.2 + 3 * 0.03, abs=2 * LATE)
    assert final[0] - analysis[-1] == pytest.approx(7 * 0.03, abs=2 * LATE)


def test_instant_is_dealt_in_batches(clock: Clock) -> None:
    """Tokens that are due together come together, a bounded number at a time, each once and in order."""
    dealt = _dealt(clock, Fixed(), 300)

    assert [step.number for _, step in dealt] == list(range(1, len(dealt) + 1))
    assert [step.last for _, step in dealt].count(True) == 1 and dealt[-1][1].last
    assert len({at for at, _ in dealt}) >= len(dealt) / 32
