"""The cover of `make test` is complete: whichever fault is taken from it, a clause is left that nothing breaks."""

from functools import cache

from fixtures.core.clause import Level
from fixtures.specification.clauses import all_clauses
from tests.faults.cover import chosen, cover
from tests.faults.direct_cases import DIRECT
from tests.faults.expectations import Expected, expectations


@cache
def can_fail():
    """The clauses that a fault must break: an OBSERVE clause cannot fail, and direct_cases.py breaks others."""
    values = all_clauses().values()
    return {value.id for value in values if value.level is not Level.OBSERVE} - {case.clause for case in DIRECT}


def unbroken(table):
    """The clauses that can fail, and that no fault of this table breaks."""
    return sorted(can_fail() - {id for id, name in table.items() if id in expectations()[name].fails})


def test_every_clause_is_covered():
    """Each clause that can fail stands in cover.toml with a fault whose expectation says that it fails."""
    assert unbroken(cover()) == [], "run python -m tests.faults.cover"
    assert sorted(set(cover()) - set(all_clauses())) == []


def test_no_fault_of_the_cover_can_be_spared():
    """Without any one of its faults the cover leaves a clause unbroken, which the test above reports."""
    for fault_name in set(cover().values()):
        assert unbroken({id: name for id, name in cover().items() if name != fault_name}), fault_name


def fault(name, *fails):
    return Expected(name=name, fails=fails, says=("x",))


def test_the_fewest_are_chosen():
    """One fault that breaks two clauses is taken before two that break one, and one that waits costs more."""
    both, one, other = fault("both", "A-001", "A-002"), fault("one", "A-001"), fault("other", "A-003")
    assert chosen([one, both, other]) == {"A-001": "both", "A-002": "both", "A-003": "other"}
    assert chosen([fault("hang", "A-001"), one]) == {"A-001": "one"}
    assert chosen([one, other], without=["A-001"]) == {"A-003": "other"}
