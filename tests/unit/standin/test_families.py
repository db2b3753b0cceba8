"""The families of versions: which version is which, and that each differs from the one before."""

from itertools import pairwise

import pytest
from packaging.version import Version

from fixtures.knowledge.versions import facts_for
from fixtures.standin.families import FAMILIES, VERSIONS, family_of
from fixtures.standin.families.family import ToolUse


@pytest.mark.parametrize(
    ("version", "since"),
    [
        ("0.10.1.1+381074ae.nv25.09", "0.10.1"),
        ("0.10.2", "0.10.2"),
        ("0.11.2", "0.11.1"),
        ("0.15.1", "0.15.0"),
        ("0.24.0+092c4842", "0.24.0"),
        ("0.27.1", "0.24.0"),
        ("0.32.1rc1", "0.32.0"),
        ("0.40", "0.32.0"),
    ],
)
def test_newest_not_newer(version: str, since: str) -> None:
    """A version belongs to the newest family that is not newer; what is newer than all is played as the newest."""
    assert family_of(version).since == since


@pytest.mark.parametrize("version", ["0.9.2", "0.10.0", "latest"])
def test_unknown(version: str) -> None:
    """A release that does not serve gpt-oss, or no version number, is refused by name."""
    with pytest.raises(ValueError, match=f"--vllm-version {version}: "):
        family_of(version)


def test_in_order() -> None:
    """The families stand in order, and no two that follow each other are the same but for their names."""
    assert [Version(f.since) for f in FAMILIES] == sorted(Version(f.since) for f in FAMILIES)
    for older, newer in pairwise(FAMILIES):
        fields = [name for name in type(older).__dataclass_fields__ if name != "since"]
        assert any(getattr(older, name) != getattr(newer, name) for name in fields), newer.since


def test_every_family_is_tried() -> None:
    """VERSIONS has a release of every family."""
    assert {family_of(version).since for version in VERSIONS} == {family.since for family in FAMILIES}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_agrees(version: str) -> None:
    """What the clauses ask of a release is what its family does."""
    family, facts = family_of(version), facts_for(version)
    words = {
        ToolUse.WORKS: "works",
        ToolUse.DROPPED: "dropped",
        ToolUse.LEAKED: "leaked",
        ToolUse.UNSEEN: "not-rendered",
    }

    assert set(family.reasoning_fields) in [set(known.split("+")) for known in facts.reasoning_fields]
    for surface in ("chat", "chat_stream", "responses", "responses_stream"):
        assert words[getattr(family.plain, surface)] in facts.tools(surface), surface
    assert family.response_usage or not facts.responses_usage
    assert family.dead_health in facts.dead_engine_health
    assert set(facts.tpot_metric) & set(family.extra_metrics)
