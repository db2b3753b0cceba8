"""Spoiled bodies are few, always the same, and wrong in one field."""

from fixtures.knowledge.fuzz import ROUTES, mutations

CHAT = ROUTES[0]
DESCRIPTION = {
    "paths": {
        CHAT.path: {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Chat"}}}}
            }
        }
    },
    "components": {
        "schemas": {
            "Chat": {
                "properties": {
                    "messages": {"type": "array"},
                    "n": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
                    "user": {"type": "string"},
                    "chat_template": {"type": "string"},
                }
            }
        }
    },
}


def _made(**options):
    return mutations(CHAT, DESCRIPTION, model="m", **{"seed": 7, "count": 99} | options)


def test_same_every_time():
    """The same seed gives the same bodies, another seed another order."""
    assert _made() == _made()
    assert _made() != _made(seed=8)


def test_one_field_is_wrong():
    """Each body differs from the good one in one field of the allowed ones."""
    good = {"model": "m", **CHAT.good}
    for body in _made():
        changed = {name for name in good | body if good.get(name, "-") != body.get(name, "-")}
        assert len(changed) == 1
        assert changed <= {"messages", "n", "user"}


def test_allowed_types_are_not_wrong():
    """A value of a type that the schema allows is not sent, and null messages never: vLLM 0.32 answers them with a 500."""
    bodies = _made()
    assert {"model": "m", **CHAT.good, "n": None} not in bodies
    assert {"model": "m", **CHAT.good, "n": 0} in bodies
    assert {"model": "m", **CHAT.good, "messages": None} not in bodies


def test_budget():
    """No more than `count`, and nothing where the route is not described."""
    assert len(_made(count=3)) == 3
    assert mutations(CHAT, {}, model="m", seed=1, count=9) == []
