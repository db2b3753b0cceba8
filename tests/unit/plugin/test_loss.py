"""A server that dies in the middle: who fails for it, and what the others are told."""

from types import SimpleNamespace

import pytest

from fixtures.core.clause import Level
from fixtures.core.errors import Blocked, Violation
from fixtures.core.loss import Death, LostServer
from fixtures.core.record import Diagnosis
from fixtures.plugin.loss import Loss, charged, check_there

MODULE = "suites/api/test_chat.py"
OOM = Diagnosis(id="cuda-oom", cause="the GPU's memory was full", remedy="free some", source="here")


def value(id="CHAT-001", level=Level.MUST):
    return SimpleNamespace(id=id, level=level)


@pytest.fixture
def loss():
    """A server that has been lost, and nobody was told."""
    view = SimpleNamespace(log_file="server.log", death=lambda: Death("the container exited with status 137", OOM))
    return Loss(SimpleNamespace(gone="exchange 0007: status 500", files=("7.json",)), view)


def test_the_clause_at_hand_fails(loss):
    """The first that can fail does, whatever came of its own requests, with the cause and its remedy."""
    error = charged(loss, value(), MODULE, None)
    assert isinstance(error, LostServer)
    assert str(error) == (
        f"the server died during {MODULE}: exchange 0007: status 500; the container exited with status 137;"
        " the GPU's memory was full"
    )
    assert (error.remedy, loss.told, loss.diagnosis) == ("free some", "CHAT-001", OOM)


def test_the_others_are_blocked(loss):
    """One cause, one failure: a violation after it says nothing more, and what was right before stays so."""
    charged(loss, value(), MODULE, None)
    after = charged(loss, value("CHAT-002"), MODULE, Violation("status 500"))
    assert isinstance(after, Blocked)
    assert str(after) == f"the server died during {MODULE} (CHAT-001)"
    assert charged(loss, value("CHAT-003"), MODULE, None) is None
    with pytest.raises(Blocked, match="the server died during"):
        check_there(loss)


def test_a_clause_that_cannot_refuse_leaves_it_to_the_next(loss):
    """SHOULD and OBSERVE clauses do not decide: the failure waits for a MUST."""
    assert isinstance(charged(loss, value(level=Level.SHOULD), MODULE, Violation("slow")), Blocked)
    assert isinstance(charged(loss, value("CHAT-002"), MODULE, Blocked("gone")), LostServer)


def test_while_it_is_there_nothing_changes(loss):
    """A violation stays one."""
    loss.presence.gone = ""
    error = Violation("wrong")
    assert charged(loss, value(), MODULE, error) is error
    assert charged(None, value(), MODULE, error) is error
    check_there(loss)
    check_there(None)


def test_nobody_knows_how_it_died(loss):
    """Behind a URL only answers are seen: the remedy does not send to a log that is not there."""
    loss.view = SimpleNamespace(log_file="", death=Death)
    error = charged(loss, value(), MODULE, None)
    assert error.remedy == "look at the server and its own log where it runs: this run has seen its answers only"
