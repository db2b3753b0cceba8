"""Where the weights lie, and the token that fetches them."""

from fixtures.kit import BOOT, MUST, clause, expect_finding

SOURCE = "deployment rules 3"


@clause("HOST-003", "The Hugging Face cache can be written", level=MUST, scope=BOOT, source=SOURCE)
def test_cache(preflight):
    """The Hugging Face cache directory MUST exist and be writable."""
    expect_finding(preflight.finding("cache"))


@clause("HOST-004", "HF_TOKEN is set", level=MUST, scope=BOOT, source=SOURCE)
def test_token(preflight):
    """The environment variable HF_TOKEN MUST be set and not empty."""
    expect_finding(preflight.finding("token"))
