"""Every fault of the catalogue is injected into a real run of the suite, and the right clause fails with the right words."""

import pytest

from fixtures.core.clause import Level
from fixtures.faults.catalogue import FAULTS
from fixtures.specification.clauses import all_clauses
from tests.faults.cover import cover
from tests.faults.direct_cases import DIRECT
from tests.faults.expectations import expectations
from tests.faults.injecting import injections

AT_LEAST = 80  # faults


@pytest.fixture(scope="module")
def injected(request, tmp_path_factory):
    """The selected faults, all under way from the first test on."""
    names = [item.callspec.params["fault_name"] for item in request.session.items if _injects(item)]
    with injections(names, tmp_path_factory.mktemp("faults")) as made:
        yield made


def _injects(item):
    return getattr(item, "function", None) is test_fault


def _marked(name):
    """A fault outside the cover is for `make prove`, which injects every one."""
    return pytest.param(name, marks=() if name in set(cover().values()) else pytest.mark.prove)


@pytest.mark.parametrize("fault_name", map(_marked, expectations()))
def test_fault(fault_name, injected):
    """The clauses of `fails` FAIL, one of them in the words of `says`; the run is FAILED, in time, and nothing is an ERROR."""
    verdict = injected.verdict(fault_name)
    assert verdict.right, verdict.sentence()


def test_every_fault_has_an_expectation():
    """A fault that nobody expects anything of proves nothing."""
    assert sorted(set(FAULTS) - set(expectations())) == []


def test_every_clause_is_killed():
    """Each clause that can fail is made to fail by at least one fault, or directly where a stand-in cannot break it."""
    killed = {id for expected in expectations().values() for id in expected.fails} | {case.clause for case in DIRECT}
    can_fail = {id for id, value in all_clauses().items() if value.level is not Level.OBSERVE}
    assert sorted(can_fail - killed) == []


def test_totals(request, injected, capsys):
    """Faults injected, detected, and detected by the right clause: all the same number, and enough of them."""
    whole = [item.callspec.params["fault_name"] for item in request.session.items if _injects(item)]
    if not set(whole) >= set(cover().values()):
        pytest.skip("only a part of the faults was selected")
    verdicts = [injected.verdict(name) for name in whole]
    detected, right = sum(v.detected for v in verdicts), sum(v.right for v in verdicts)
    slowest = max((v.seconds, name) for name, v in zip(whole, verdicts, strict=True))
    with capsys.disabled():
        print(f"\nevery time {injected.injector.time_factor:g} times as long as on a quiet machine")
        print(f"faults injected {len(verdicts)}, detected {detected}, right clause {right}")
        print(
            f"slowest run {slowest[0]:.1f} s ({slowest[1]}); run a second time: {', '.join(injected.again) or 'none'}"
        )
    assert len(verdicts) == detected == right
    assert len(verdicts) >= AT_LEAST
