"""The server's own counters."""

from fixtures.kit import MUST, clause, expect, expect_status, observe, read_chat

NAMES = (
    "vllm:num_requests_running",
    "vllm:num_requests_waiting",
    "vllm:kv_cache_usage_perc",
    "vllm:prompt_tokens",
    "vllm:generation_tokens",
    "vllm:request_success",
    "vllm:time_to_first_token_seconds",
    "vllm:e2e_request_latency_seconds",
)
SOURCE = "vLLM, production metrics"


@clause("METRIC-001", "The metrics are there", level=MUST, source=SOURCE)
def test_names(metrics):
    """GET /metrics MUST answer in the Prometheus format with the metrics that every release of vLLM has."""
    exchange, families = metrics.read()
    missing = [name for name in NAMES if name not in families]
    expect(not missing, exchange, expected="the common metrics", got=f"missing {missing}")


@clause(
    "METRIC-002", "The counters move with the requests", level=MUST, source=SOURCE, needs=["METRIC-001", "CHAT-001"]
)
def test_counters(metrics, wire):
    """A request MUST raise the token counters by what its usage says, and leave no request running.

    Why: counters that stand still while requests run are the mark of a hung engine behind a green /health.
    """
    before = metrics.totals()
    exchange = wire.send(wire.ask.chat("sum"))
    expect_status(exchange, 200)
    usage = read_chat(exchange).usage
    wanted = {"vllm:generation_tokens": usage["completion_tokens"], "vllm:prompt_tokens": usage["prompt_tokens"]}
    grown = metrics.grown(before, wanted)
    observe(**{name.removeprefix("vllm:"): n for name, n in grown.items()})
    expect(grown == wanted, exchange, expected=f"counters to grow by {wanted}", got=grown)
    running = metrics.totals()["vllm:num_requests_running"]
    expect(running == 0, exchange, expected="no request running", got=running)
