"""Is it alive, and which release is it?"""

from fixtures.kit import MUST, NotApplicable, batch, clause, expect, expect_status, field, observe, read_ok

ROUTES = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/models", "/health", "/version")


@batch
def answers(ask):
    return {"health": ask.get("/health"), "version": ask.get("/version"), "openapi": ask.get("/openapi.json")}


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


@clause("HEALTH-003", "The health check is the server's own", level=MUST, source="vLLM API server, /health")
def test_health_body(answers):
    """The answer of GET /health MUST be empty or a short JSON text: a page of HTML comes from something else.

    Why: a proxy or a portal that answers 200 for every path looks healthy and serves nothing.
    """
    exchange = answers["health"]
    kind = exchange.header("content-type")
    expect("html" not in kind, exchange, expected="no HTML", got=kind)
    expect(exchange.size <= 1000, exchange, expected="an empty or short body", got=f"{exchange.size} bytes")


@clause(
    "HEALTH-004", "The release serves gpt-oss", level=MUST, needs=["HEALTH-002"], source="vLLM 0.10.1, release notes"
)
def test_release(answers, versions):
    """The release MUST be a version number of vLLM 0.10.1 or newer: older ones do not know gpt-oss."""
    observe(vllm_release=versions.version)
    expect_status(answers["version"], 200)


@clause("HEALTH-005", "The API describes itself", level=MUST, source="vLLM API server, /openapi.json")
def test_description(answers):
    """GET /openapi.json, where the server has it, MUST list the routes that clients use."""
    exchange = answers["openapi"]
    if exchange.status == 404:
        raise NotApplicable("this server does not describe its API")
    paths = field(exchange, read_ok(exchange), "paths", dict)
    missing = [route for route in ROUTES if route not in paths]
    expect(not missing, exchange, expected=f"the routes {', '.join(ROUTES)}", got=f"no {', '.join(missing)}")
