"""No table is forgotten, and no request can harm a server."""

import json
from dataclasses import dataclass, field

import pytest

from fixtures.core.exchange import Call, Exchange
from fixtures.knowledge.versions import known_facts
from tests.rig.survey.questions import NO_QUESTION, QUESTIONS
from tests.rig.survey.server import DEADLINE, LIMITS, Server
from tests.rig.survey.surveying import Result, survey
from tests.rig.survey.told import Told


@dataclass
class Deaf:
    """A client whose server answers nothing."""

    calls: list[Call] = field(default_factory=list)

    def send(self, call):
        self.calls.append(call)
        return Exchange(number=1, method=call.method, path=call.path, request=call.body, failure="nobody listens")


def _survey(http):
    return list(survey(Server(http=http, model="served", version="0.32.0"), known_facts()))


def test_every_table_has_its_question():
    """Each table of vllm_versions.toml has a question, or a reason why there is none, and not both."""
    assert QUESTIONS.keys() | NO_QUESTION.keys() == known_facts().keys()
    assert not QUESTIONS.keys() & NO_QUESTION.keys()


def test_nothing_is_guessed():
    """Where a server does not answer, nothing is told, and each table has the reason."""
    results = _survey(Deaf())
    assert [result.table for result in results] == list(known_facts())
    assert all(result.told is None and result.reason for result in results)
    assert {result.table for result in results if result.in_order} == set(NO_QUESTION)


def test_requests_are_harmless():
    """Every body has a token limit and a deadline, and none is known to end a server."""
    http = Deaf()
    _survey(http)
    bodies = [json.loads(call.body) for call in http.calls if call.body]
    assert all(any(0 < body.get(name, 0) <= 1024 for name in LIMITS) for body in bodies)
    assert all(body.get("response_format", {}).get("type") != "text" for body in bodies)
    assert {call.deadline for call in http.calls} == {DEADLINE}
    assert {body["model"] for body in bodies} == {"served", "no-such-model"}


def test_a_body_without_a_limit_is_not_sent():
    """A question that forgets the token limit is a fault of ours."""
    server = Server(http=Deaf(), model="served", version="0.32.0")
    with pytest.raises(ValueError, match="without a token limit"):
        server.exchange({"method": "POST", "path": "/v1/chat/completions", "body": {"messages": []}})


@pytest.mark.parametrize(
    ("value", "known", "as_known"),
    [
        (True, (True,), True),
        (True, (False,), False),
        (True, (False, True), True),
        (["dropped"], (["dropped", "works"],), True),
        (["dropped", "works"], (["dropped"],), False),
        (["dropped", "works"], (["dropped"], ["works"]), True),
        ([], ([500],), False),
        ([], ([],), True),
        ([500], ([],), False),
    ],
)
def test_as_known(value, known, as_known):
    """A value is as known that the table has, or whose every answer stands in its lists; no answer at all is one of its own."""
    result = Result(table="any", known=known, told=Told(value=value))
    assert (result.as_known, result.in_order) == (as_known, as_known)
