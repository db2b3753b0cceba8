"""The table of known defects: read strictly, and each sign fits the exchange it was made from and no healthy one."""

import pytest
from packaging.version import Version

from fixtures.core.defect import explained_by
from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange
from fixtures.knowledge import defects
from fixtures.knowledge.defects import all_defects, defects_of
from fixtures.knowledge.releases import measured_releases
from fixtures.knowledge.tomltable import KnowledgeError
from fixtures.specification.clauses import all_clauses


def ids(version: str) -> set[str]:
    return {defect.id for defect in defects_of(version)}


def test_every_entry_names_clauses_that_there_are():
    """Each id and pattern of the table names at least one clause, and each defect has an id of its own."""
    known = set(all_clauses())
    for defect in all_defects():
        assert set(defect.skips) <= known, defect.id
        for sign in defect.signs:
            assert all(any(sign.names(id) for id in known) for _ in sign.clauses), defect.id
            assert all("*" in id or "?" in id or "[" in id or id in known for id in sign.clauses), defect.id
    assert len({defect.id for defect in all_defects()}) == len(all_defects())


def test_a_defect_spans_measured_releases():
    """First and last were measured, and are in order."""
    for defect in all_defects():
        assert {Version(defect.first), Version(defect.last)} <= set(measured_releases()), defect.id
        assert Version(defect.first) <= Version(defect.last), defect.id


@pytest.mark.parametrize(
    ("version", "has"),
    [("0.10.1.1+381074ae.nv25.09", True), ("0.11.0", True), ("0.11.1", True), ("0.11.2", False), ("0.33.0", False)],
)
def test_a_release_between_may_have_it_still(version, has):
    """A defect holds up to the next measured release, which is without it."""
    assert ("responses-tool-result-refused" in ids(version)) is has


def test_the_newest_measured_release_hides_nothing_new():
    """A defect that nothing has mended yet is met by its own words alone: each sign names message, status and body.

    A violation that no exchange carries has its whole message named.
    """
    newest = set(ids(str(measured_releases()[-1])))
    for sign in (sign for defect in all_defects() if defect.id in newest for sign in defect.signs):
        assert sign.says
        whole = sign.says.pattern.startswith("^") and sign.says.pattern.endswith("$")
        assert whole or (sign.status and sign.body)


REFUSED = Exchange(
    number=7,
    method="POST",
    path="/v1/responses",
    request=b'{"input": []}',
    status=400,
    body=b'{"error":{"message":"No call message found for call_1 None"}}',
)


@pytest.mark.parametrize(
    ("clause", "exchange", "known"),
    [
        ("TOOL-008", REFUSED, "responses-tool-result-refused"),
        ("TOOL-001", REFUSED, None),
        ("TOOL-008", None, None),
        ("TOOL-008", Exchange(number=8, method="POST", path="/v1/responses", status=400, body=b"another"), None),
        ("TOOL-008", Exchange(number=9, method="POST", path="/v1/responses", status=500, body=REFUSED.body), None),
    ],
)
def test_only_the_exact_defect_is_one(clause, exchange, known):
    """Clause, surface, status and body must all be those of the defect."""
    violation = Violation("expected status 200; got 400", *([exchange] if exchange else []))
    found = explained_by(defects_of("0.10.1.1"), clause, violation)
    assert (found.id if found else None) == known


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('first = "0.9.0"', "expected a release that was measured, got 0.9.0"),
        ('colour = "red"', "key 'colour': unknown"),
        ("sign = [{clauses = ['A'], says = '('}]", "no regular expression"),
    ],
)
def test_a_bad_entry_is_refused(change, said, tmp_path, monkeypatch):
    """A wrong entry is an error that names the file, the entry and the key."""
    entry = 'id="x"\ntitle="t"\nwhat="w"\nsurfaces=["chat"]\nlast="0.11.0"\nsource="s"\n'
    first = "" if change.startswith("first") else 'first="0.11.0"\n'
    file = tmp_path / "known_defects.toml"
    file.write_text(f"[[defect]]\n{entry}{first}{change}\n", encoding="utf-8")
    monkeypatch.setattr(defects, "DEFECTS_FILE", file)
    with pytest.raises(KnowledgeError, match=r"known_defects\.toml") as caught:
        all_defects.__wrapped__()
    assert said in str(caught.value)
