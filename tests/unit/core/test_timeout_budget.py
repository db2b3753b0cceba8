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


def test_now_and_then() -> None:
    """An answer in between restores no patience: after three hangs, of whatever kind, what ever hung has little time."""
    budget = patient()
    for kind in (CHAT, STREAM, CHAT):
        assert budget.grant(kind, 20.0).seconds == 20.0
        budget.ended(kind, hung=True)
        budget.ended(kind, hung=False)

    assert budget.grant(CHAT, 20.0).seconds == budget.grant(STREAM, 20.0).seconds == 4.0
    assert budget.grant(CHAT, 20.0).reason == "cut to 4 s: 3 requests before it hung"


def test_others_live_on() -> None:
    """A kind that has always answered keeps its deadline, until many have hung; one that never did has a short one."""
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
    """Now and then one is sent all the same, and an answer sets its row right."""
    budget = patient(hangs=1)
    for _ in range(3):
        budget.ended(CHAT, hung=True)
    sent = [budget.grant(CHAT, 5.0).seconds for _ in range(24)]
    budget.ended(CHAT, hung=False)

    assert sent == [0.0] * 23 + [2.0]
    assert budget.grant(CHAT, 5.0).seconds == 2.0  # requests hung, so none is waited for as before


def test_the_waiting_is_over() -> None:
    """Two deadlines of waiting, however many hung in them side by side: then nothing is sent that ever hung."""
    now = [0.0]
    budget = patient(now=now, session=1000.0)
    budget.ended("GET /metrics", hung=False)
    for at in (20.0, 20.0, 25.0):
        now[0] = at
        budget.ended(CHAT, hung=True, seconds=20.0)
    now[0] = 60.0
    budget.ended(CHAT, hung=False)
    assert budget.grant(CHAT, 20.0).seconds == 4.0
    budget.ended(CHAT, hung=True, seconds=20.0)

    assert budget.waiting().seconds == 45.0  # from 0 to 25, and from 40 to 60
    assert budget.grant(CHAT, 20.0).reason == "not sent: 4 requests before it hung, for 45 s together"
    assert budget.grant("GET /metrics", 20.0).seconds == budget.grant(STREAM, 20.0).seconds == 4.0
    assert budget.grant(STREAM, 20.0).seconds < budget.grant(STREAM, 200.0).seconds


def test_what_was_waited_for() -> None:
    """Hung, asked and unsent are told by kind; before readiness nothing counts."""
    budget = patient(hangs=1)
    budget.ended(STREAM, hung=False)
    for _ in range(3):
        budget.ended(CHAT, hung=True)
    assert not budget.grant(CHAT, 5.0).seconds

    told = budget.waiting()
    assert (told.asked, told.hung, told.unsent) == ({STREAM: 1, CHAT: 3}, {CHAT: 3}, 1)


def test_session() -> None:
    """After the session nothing is sent, with the reason."""
    now = [0.0]
    budget = patient(hangs=1, now=now)
    budget.ended(CHAT, hung=False, slow=True)
    now[0] = 95.0
    last = budget.grant(CHAT, 10.0)
    now[0] = 101.0

    assert (last.seconds, last.reason) == (5.0, "the run's 100 s are over")
    assert budget.grant(CHAT, 10.0).reason == "not sent: the run's 100 s are over"
    budget.ended(CHAT, hung=True)
    assert budget.grant(CHAT, 10.0).reason == "not sent: the run's 100 s are over, 1 requests hung"


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
