"""Is it alive, and which release is it?"""

from fixtures.kit import MUST, batch, clause, expect, expect_status, field, observe, read_ok


@batch
def answers(ask):
    return {"health": ask.get("/health"), "version": ask.get("/version")}


@clause("HEALTH-001", "The health check is green", level=MUST, source="deployment rules 5.1")
def test_health(answers):
    """GET /health MUST answer 200."""
    expect_status(answers["health"], 200)


@clause("HEALTH-002", "The server names its release", level=MUST, source="vLLM API server, /version")
def test_version(answers):
    """GET /version MUST answer 200 with the release that serves.

    Why: an image's tag says little; what the clauses expect depends on the release.
    """
    exchange = answers["version"]
    version = field(exchange, read_ok(exchange), "version", str)
    observe(vllm_version=version)
    expect(version[:1].isdigit(), exchange, expected="a version number", got=version)
