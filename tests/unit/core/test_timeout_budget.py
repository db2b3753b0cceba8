"""How long a run waits for a server that hangs."""

from fixtures.core.timeout_budget import TimeoutBudget, kind_of

CHAT, STREAM = "POST /v1/chat/completions", "POST /v1/chat/completions streamed"


def patient(*, hangs: int = 3, session: float = 100.0, now: list[float] | None = None) -> TimeoutBudget:
    """A budget that has begun, on a clock that stands still."""
    times = now if now is not None else [0.0]
    made = TimeoutBudget(hangs=hangs, session=session, clock=lambda: times[0])
    made.begin()
    return made


def test_before_readiness() -> None:
    """Until the server is ready everything gets what it asks for, however often it hangs."""
    budget = TimeoutBudget(hangs=1, session=1.0)
    for _ in range(9):
        budget.ended(CHAT, hung=True)

    assert budget.grant(CHAT, 10.0).seconds == 10.0


def test_of_a_kind() -> None:
    """The first hangs have their whole deadline, then a part of it, then nothing, with the reason."""
    budget = patient()
    granted = []
    for _ in range(10):
        granted.append(budget.grant(CHAT, 20.0).seconds)
        budget.ended(CHAT, hung=True)

    assert granted == [20.0] * 3 + [4.0] * 6 + [0.0]
    assert budget.grant(CHAT, 20.0).reason == "not sent: 10 requests of its kind before it hung"


def test_others_live_on() -> None:
    """A kind that has answered keeps its deadline, until many have hung; one that never did loses it with the rest."""
    budget = patient()
    budget.ended(CHAT, hung=False)
    for _ in range(3):
        budget.ended(STREAM, hung=True)

    assert budget.grant(CHAT, 20.0).seconds == 20.0
    assert budget.grant("GET /metrics", 20.0).seconds == 4.0
    for _ in range(6):
        budget.ended(STREAM, hung=True)
    assert budget.grant(CHAT, 20.0).seconds == 4.0


def test_recovery() -> None:
    """Now and then one is sent all the same, and an answer sets its kind right."""
    budget = patient(hangs=1)
    for _ in range(3):
        budget.ended(CHAT, hung=True)
    sent = [budget.grant(CHAT, 5.0).seconds for _ in range(24)]
    budget.ended(CHAT, hung=False)

    assert sent == [0.0] * 23 + [2.0]
    assert budget.grant(CHAT, 5.0).seconds == 2.0  # three requests hung, so none is waited for as before
    assert not budget.grant(CHAT, 5.0).ours


def test_session() -> None:
    """After the session nothing is sent; whose fault that is depends on whether anything hung."""
    now = [0.0]
    budget = patient(hangs=1, now=now)
    budget.ended(CHAT, hung=False, slow=True)
    now[0] = 95.0
    last = budget.grant(CHAT, 10.0)
    now[0] = 101.0

    assert (last.seconds, last.ours) == (5.0, True)
    assert budget.grant(CHAT, 10.0).ours
    budget.ended(CHAT, hung=True)
    over = budget.grant(CHAT, 10.0)
    assert (over.seconds, over.ours) == (0.0, False)
    assert over.reason == "not sent: the run's 100 s are over, 1 requests hung"


def test_slow_machine() -> None:
    """Where nothing hung and nothing was slow, a run has several times as long."""
    now = [0.0]
    budget = patient(now=now)
    now[0] = 300.0
    assert budget.grant(CHAT, 10.0).seconds == 10.0
    now[0] = 501.0
    assert budget.grant(CHAT, 10.0).reason == "not sent: the run's 500 s are over"


def test_kinds() -> None:
    """A kind is method, path and whether it streams."""
    assert kind_of("POST", "/v1/chat/completions?x=1", b'{"stream": true}') == STREAM
    assert kind_of("POST", "/v1/chat/completions", b"{}") == CHAT
