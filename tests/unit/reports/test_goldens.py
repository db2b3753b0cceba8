"""What the reports say is in the repository, so that a change of it is seen in a review."""

import pytest

from tests.unit.reports.goldens import FOLDER, NAMES, said


@pytest.mark.parametrize("name", NAMES)
def test_a_report_says_what_its_golden_says(name):
    """`python -m tests.unit.reports.goldens` writes them anew."""
    assert said(name) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
