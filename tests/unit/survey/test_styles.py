"""Styles of prompts: what each field shows in, which style fits, and what is nearest where none does."""

from dataclasses import fields, replace

import pytest

from fixtures.knowledge.harmony.render import CHAT, RESPONSES, count
from fixtures.knowledge.harmony.style import STYLES, TODAY, V0_13, Roles, Style
from tests.rig.survey.bodies import prompt_requests
from tests.rig.survey.styles import FIELDS, Measured, Sizes, dates, named_misses, nearest

DATE = dates()[0]
MIXED = replace(V0_13, commentary=True, answers_to=True)


@pytest.fixture(scope="module")
def sizes():
    """What was counted by an earlier test is not counted again."""
    return Sizes()


def _measured(sizes, style):
    """The prompts as a server of this style would count them."""
    found = [
        Measured(name=name, path=each["path"], body=each["body"], tokens=0) for name, each in prompt_requests().items()
    ]
    return [replace(each, tokens=sizes.of(each, style, DATE)) for each in found]


def test_all_fields_are_tried():
    """Every field of a style is tried on a surface."""
    assert {name for names in FIELDS.values() for name in names} | {"roles"} == {each.name for each in fields(Style)}


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in FIELDS.items() for name in names])
def test_bodies_tell_fields_apart(sizes, path, name):
    """A style that differs in one field alone gives some prompt another size."""
    style = replace(TODAY, commentary=False, roles=Roles.RAW)
    other = replace(style, **{name: not getattr(style, name)})
    misses = sizes.misses(_measured(sizes, style), other, DATE)
    assert path in {miss.measured.path for miss in misses}


@pytest.mark.parametrize("path", [CHAT, RESPONSES])
def test_bodies_tell_roles_apart(sizes, path):
    """Each way with the roles gives some prompt of each surface another size than the others do."""
    for roles in Roles:
        measured = [each for each in _measured(sizes, replace(TODAY, roles=roles)) if each.path == path]
        assert nearest(measured, path, sizes).fields["roles"] == (roles.name,)


@pytest.mark.parametrize("name", STYLES)
def test_a_known_style_alone_fits(sizes, name):
    """The prompts of a known style are missed by no other name but its own."""
    missed = named_misses(_measured(sizes, STYLES[name]), sizes)
    assert [other for other, misses in missed.items() if not misses] == [name]


def test_an_unknown_style_is_found_by_its_fields(sizes):
    """Where no known style fits, the choices that miss nothing are those of the style."""
    measured = [each for each in _measured(sizes, MIXED) if each.path == CHAT]
    assert all(named_misses(measured, sizes).values())
    found = nearest(measured, CHAT, sizes)
    wanted = {name: (str(getattr(MIXED, name)),) for name in FIELDS[CHAT]} | {"roles": ("RAW",)}
    # Where the channel is always listed, whether tools alone would list it does not show.
    assert found.fields == wanted | {"chat_commentary": ("True", "False")}
    assert found.misses == ()


def test_a_prompt_that_nothing_fits_is_named(sizes):
    """The prompts that the nearest choices miss are told, with what was expected and what was counted."""
    measured = [each for each in _measured(sizes, TODAY) if each.path == RESPONSES]
    odd = replace(measured[4], tokens=measured[4].tokens + 3)
    found = nearest([*measured[:4], odd, *measured[5:]], RESPONSES, sizes)
    assert [(miss.measured.name, miss.expected) for miss in found.misses] == [(odd.name, odd.tokens - 3)]


def test_sizes_are_those_of_the_suite(sizes):
    """What is counted here is what the clauses count."""
    for each in _measured(sizes, MIXED)[::7]:
        assert each.tokens == count(each.path, each.body, style=MIXED, date=DATE)
