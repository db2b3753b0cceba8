"""Whether a server is there at all: what makes one doubt it, and what settles the doubt."""

import asyncio
from types import SimpleNamespace

import pytest

from fixtures.adapters.http import presence
from fixtures.adapters.http.presence import Presence
from fixtures.core.exchange import Call, Exchange

HEALTH, GENERATION = Call(method="GET", path="/health"), Call(method="POST", path="/v1/chat/completions")


def came(status=None, failure=None, **more):
    """An exchange that came to this end."""
    return Exchange(number=7, method="POST", path="/v1/x", status=status, failure=failure, file="7.json", **more)


class Server:
    """A server that answers looks as `health` and `generation` say, and counts them."""

    def __init__(self, *, health=200, generation=200, failure=None):
        self.health, self.generation, self.failure, self.asked = health, generation, failure, []

    async def ask(self, call):
        self.asked.append(call.path)
        if self.failure:
            return came(failure=self.failure)
        return came(self.health if call is HEALTH else self.generation)

    def after(self, *exchanges):
        """What is known of it when these exchanges have ended, together."""
        watch = Presence(self.ask)
        watch.begin(HEALTH, GENERATION)

        async def all_of_them():
            await asyncio.gather(*(watch.after(exchange) for exchange in exchanges))

        asyncio.run(all_of_them())
        return watch


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    """The looks follow each other without a pause; good ones still count for some time."""
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(presence.anyio, "sleep", sleep)
    return slept


@pytest.mark.parametrize("exchange", [came(500), came(503), came(failure="the connection was reset"), came(200, "cut")])
def test_a_dead_server_is_lost(exchange):
    """Two looks without a generation, after a request that failed as those to a dead server do."""
    server = Server(generation=500, health=503)
    watch = server.after(exchange)
    assert watch.gone.startswith("exchange 0007 (POST /v1/x): ")
    assert watch.gone.endswith("; then a small chat: status 500, and /health: status 503, looked at twice")
    assert server.asked == [GENERATION.path, HEALTH.path] * 2
    assert watch.files == ("7.json", "7.json")


def test_a_green_health_does_not_save_it():
    """An engine dies behind a health check that stays green."""
    assert Server(generation=500, health=200).after(came(500)).gone


def test_where_nobody_listens_health_is_not_asked():
    """A port that refuses says all."""
    server = Server(failure="no connection: refused")
    assert server.after(came(failure="the connection was reset")).gone.endswith(
        "no connection: refused, looked at twice"
    )
    assert server.asked == [GENERATION.path] * 2


def test_one_good_generation_is_enough():
    """A server error alone is no death."""
    server = Server()
    assert not server.after(came(500)).gone
    assert server.asked == [GENERATION.path]


@pytest.mark.parametrize(("health", "gone"), [(200, False), (503, True)])
def test_a_late_generation_alone_is_no_death(health, gone):
    """A busy server answers its health check, and the small chat when its turn comes."""
    server = Server()
    late = came(failure="the deadline ran out")
    server.ask = lambda call: _later(came(health) if call is HEALTH else late)
    assert bool(server.after(came(500)).gone) is gone


def test_a_server_that_comes_back_is_there():
    """The second look finds it well."""
    server = Server(generation=500)
    answers = iter([500, 200])
    server.ask = lambda call: _later(came(503 if call is HEALTH else next(answers)))
    assert not server.after(came(500)).gone


async def _later(exchange):
    return exchange


@pytest.mark.parametrize(
    "exchange",
    [
        came(200),
        came(400),
        came(501),
        came(failure="the deadline ran out"),
        came(failure="the answer did not end within 4,000,000 bytes"),
        came(failure="not sent: the server is gone", ours=True),
        came(200, "the client hung up, as it was meant to", hung_up=True),
    ],
)
def test_what_makes_no_doubt(exchange):
    """An answer, a refusal, a hang, and what the client did itself."""
    server = Server(generation=500)
    assert not server.after(exchange).gone
    assert server.asked == []


def test_many_that_fail_together_cause_one_look():
    """A batch whose connections break is one cause."""
    server = Server()
    server.after(*[came(failure="the connection was reset")] * 8)
    assert server.asked == [GENERATION.path]


def test_before_readiness_nothing_is_lost():
    """A server that starts answers 503, and that is the wait's affair."""
    watch = Presence(SimpleNamespace())
    asyncio.run(watch.after(came(503)))
    watch.lose("seen")
    assert not watch.gone
