"""What runs for clients that have left is told from a gauge that stands still."""

from types import SimpleNamespace

import pytest

from fixtures.given.counting import Abandoned


class Server:
    """Metrics and wire of a server whose gauge is written when a request comes."""

    def __init__(self, *pages, alone=True):
        self.pages, self.alone, self.asked = list(pages), alone, 0
        self.ask = SimpleNamespace(chat=lambda *_, **__: "a small chat")

    def idle(self):
        running = self.pages.pop(0)
        return SimpleNamespace(total=lambda name: running)

    def send(self, call):
        self.asked += 1


@pytest.mark.parametrize(
    ("pages", "alone", "running", "asked"),
    [((0,), True, 0, 0), ((3, 0), True, 0, 1), ((3, 3), True, 3, 1), ((3,), False, 3, 0)],
    ids=["idle", "stood-still", "still-runs", "shared"],
)
def test_one_small_request_moves_the_gauge(pages, alone, running, asked):
    """Where something seems to run, one request makes the server write its gauges; a shared server is left alone."""
    server = Server(*pages, alone=alone)
    abandoned = Abandoned(answers={}, metrics=server, wire=server)
    assert abandoned.after.total("vllm:num_requests_running") == running
    assert server.asked == asked
