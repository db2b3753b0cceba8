"""The tiktoken vocabularies that harmony needs, on the host."""

from fixtures.kit import BOOT, MUST, clause, expect_finding

SOURCE = "deployment rules 3; https://github.com/vllm-project/vllm/issues/22525"


@clause("HOST-001", "The o200k_base vocabulary is there", level=MUST, scope=BOOT, source=SOURCE)
def test_o200k_base(preflight):
    """`o200k_base.tiktoken` MUST lie in the encodings directory with its official size and sha256.

    Why: with a wrong or missing vocabulary the server starts, is healthy, and fails every chat with a HarmonyError.
    """
    expect_finding(preflight.finding("encoding:o200k_base.tiktoken"))


@clause("HOST-002", "The cl100k_base vocabulary is there", level=MUST, scope=BOOT, source=SOURCE)
def test_cl100k_base(preflight):
    """`cl100k_base.tiktoken` MUST lie in the encodings directory with its official size and sha256."""
    expect_finding(preflight.finding("encoding:cl100k_base.tiktoken"))
