"""Clauses on host, container and log: each passes on a healthy deployment and fails, with the cause, on a broken one."""

import pytest

from fixtures.core.clause import Level, Scope
from fixtures.core.errors import Violation
from fixtures.specification.clauses import all_clauses
from tests.faults.direct_cases import DIRECT

IDS = [f"{case.clause}-{case.summary}".replace(" ", "-") for case in DIRECT]


@pytest.mark.parametrize("direct_case", DIRECT, ids=IDS)
def test_direct(direct_case, tmp_path):
    """The clause's own function passes on the healthy deployment, and names the cause on the broken one."""
    direct_case.check(direct_case.healthy(tmp_path))
    with pytest.raises(Violation) as caught:
        direct_case.check(direct_case.broken(tmp_path))
    assert direct_case.says in str(caught.value)


def test_every_clause_beyond_the_stand_in_has_a_case():
    """What a rehearsal cannot judge is broken here."""
    beyond = {c.id for c in all_clauses().values() if c.scope is not Scope.SERVER and c.level is not Level.OBSERVE}
    assert sorted(beyond - {case.clause for case in DIRECT}) == []
