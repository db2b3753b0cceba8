"""What is known of releases: measured ones, those between, and those of somebody else's build."""

import pytest

from fixtures.knowledge.releases import images
from fixtures.knowledge.versions import UnknownVersion, facts_for


@pytest.mark.parametrize(
    ("version", "fields"),
    [
        ("0.10.1.1+381074ae.nv25.09", ("reasoning_content",)),
        ("0.11.0", ("reasoning_content",)),
        ("0.13.0", ("reasoning_content+reasoning",)),
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


def test_nothing_read_is_demanded():
    """Where an entry was only read, what was measured before and after it is allowed too."""
    assert facts_for("0.11.1").reasoning_fields == ("reasoning_content+reasoning", "reasoning_content")
    assert facts_for("0.26.0").structured_enforced is False
    assert facts_for("0.20.2").dead_engine_health == (503, 500)


def test_between_two_measured_releases_both_are_allowed():
    """A release that was not measured may do as the one before or as the one after; a measured one is held to itself."""
    assert facts_for("0.27.1").responses_tool_choice == ("refused", "works")
    assert facts_for("0.28.0").responses_tool_choice == ("works",)
    assert facts_for("0.26.0").responses_json_object is False


@pytest.mark.parametrize(
    ("version", "slack", "said"),
    [
        ("0.10.1.1", 0, "vLLM 0.10.1.1 was measured"),
        ("0.10.1.1+cpu", 0, "vLLM 0.10.1.1 was measured"),
        ("0.10.1.1+381074ae.nv25.09", 16, "vLLM 0.10.1.1 was measured, not this build of it"),
        ("0.19.0", 16, "vLLM 0.19.0 was not measured: it stands between 0.17.1 and 0.20.2, which were"),
        ("0.40.0", 16, "vLLM 0.40.0 was not measured: the nearest that was is 0.32.0"),
    ],
)
def test_standing(version, slack, said):
    """The facts say whether the release was measured, and only a measured plain build is held to every token."""
    facts = facts_for(version)
    assert (facts.prompt_slack, facts.standing) == (slack, said)


def test_the_images_are_of_the_same_table():
    """NVIDIA's images are named once, oldest first, each with a release that has facts and with who says so."""
    assert images()[0].tag == "25.09-py3"
    assert [image.tag for image in images()] == sorted({image.tag for image in images()})
    assert all(facts_for(image.vllm) and image.source for image in images())


def test_a_build_of_somebody_elses_may_be_ahead():
    """NVIDIA's build of 0.10.1.1 may do as 0.10.1.1 or as the next measured release, and is asked for nothing else."""
    plain, nvidia = facts_for("0.10.1.1"), facts_for("0.10.1.1+381074ae.nv25.09")
    assert (plain.prompt_styles, nvidia.prompt_styles) == (("0.10.1",), ("0.10.1", "0.10.2"))
    assert set(nvidia.chat_tools) == {"not-rendered", "error", "leaked"}
    assert (nvidia.responses_usage, nvidia.reasoning_fields) == (False, ("reasoning_content",))
