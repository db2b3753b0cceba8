import pytest

from fixtures.knowledge.versions import UnknownVersion, facts_for


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("0.10.1.1+381074ae.nv25.09", ("reasoning_content",)),
        ("0.11.0", ("reasoning_content",)),
        ("0.13.0", ("reasoning_content", "reasoning")),
        ("0.17.1", ("reasoning",)),
        ("0.33.0", ("reasoning",)),
        ("0.32.0rc1.dev3+g123", ("reasoning",)),
    ],
)
def test_reasoning_fields(version, fields):
    """The field of the reasoning follows the release, local and pre-release parts included."""
    assert facts_for(version).reasoning_fields == fields


def test_tool_surfaces_of_the_pinned_image():
    """On 0.10.1.1 only the Responses API calls tools."""
    facts = facts_for("0.10.1.1")
    assert facts.tools("responses") == ("works",)
    assert "works" not in facts.tools("chat") + facts.tools("chat-stream") + facts.tools("responses-stream")


@pytest.mark.parametrize("version", ["0.9.2", "", "banana"])
def test_unknown_versions_are_refused(version):
    """A release that the table does not know is an error, not a guess."""
    with pytest.raises(UnknownVersion):
        facts_for(version)
