"""The server's own counters."""

from fixtures.kit import (
    MUST,
    OBSERVE,
    SHOULD,
    NotApplicable,
    clause,
    counted_batch,
    expect,
    expect_number,
    observe,
    read_answer,
    spent_by,
)

GAUGES = ("vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc")
COUNTERS = ("vllm:prompt_tokens", "vllm:generation_tokens", "vllm:request_success")
HISTOGRAMS = ("vllm:time_to_first_token_seconds", "vllm:e2e_request_latency_seconds")
KINDS = {"gauge": GAUGES, "counter": COUNTERS, "histogram": HISTOGRAMS}
NAMES = (*GAUGES, *COUNTERS, *HISTOGRAMS)
SOURCE = "vLLM, production metrics"


@counted_batch
def counted(ask):
    return {
        "plain": ask.chat("sum"),
        "stream": ask.chat("product", stream=True),
        "again": ask.chat("capital-france"),
        "cut": ask.chat("count", max_tokens=12),
    }


@clause("METRIC-001", "The metrics are there", level=MUST, source=SOURCE)
def test_names(metrics):
    """GET /metrics MUST answer in the Prometheus format with the metrics that every release of vLLM has."""
    page = metrics.read()
    missing = [name for name in NAMES if name not in page.families]
    expect(not missing, page.exchange, expected="the common metrics", got=f"missing {missing}")


@clause(
    "METRIC-002", "The counters move with the requests", level=MUST, source=SOURCE, needs=["METRIC-001", "CHAT-001"]
)
def test_counters(counted, metrics):
    """Requests, streamed or not, MUST raise the token counters by what their usage says.

    Why: counters that stand still while requests run are the mark of a hung engine behind a green /health.
    """
    spent = spent_by(counted.answers.values())
    wanted = {
        "vllm:generation_tokens": spent["completion_tokens"],
        "vllm:prompt_tokens": spent["prompt_tokens"],
    }
    grown = {name: counted.grown(name) for name in wanted}
    observe(**{name.removeprefix("vllm:"): n for name, n in grown.items()})
    expect(
        metrics.agree(grown, wanted), counted.after.exchange, expected=f"counters to grow by {wanted}", got=str(grown)
    )


@clause("METRIC-003", "The metrics have their types", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_types(metrics):
    """Each common metric MUST be declared as what it is: a gauge, a counter or a histogram.

    Why: a monitoring system computes rates of counters and percentiles of histograms, and of nothing else.
    """
    page = metrics.read()
    wrong = {
        name: page.families[name].type
        for kind, names in KINDS.items()
        for name in names
        if page.families[name].type != kind
    }
    expect(not wrong, page.exchange, expected="each metric to have its type", got=wrong)


@clause("METRIC-004", "Finished requests are counted by their reason", level=MUST, source=SOURCE, needs=["METRIC-002"])
def test_reasons(counted, metrics):
    """`vllm:request_success` MUST count each finished request, under the finish reason that its client was told."""
    told = [read_answer(exchange).finish_reason for exchange in counted.answers.values()]
    wanted = {reason: float(told.count(reason)) for reason in ("stop", "length")}
    grown = {reason: counted.grown("vllm:request_success", finished_reason=reason) for reason in wanted}
    expect(
        metrics.agree(grown, wanted),
        counted.after.exchange,
        expected=f"finished requests by reason to grow by {wanted}",
        got=str(grown),
    )


@clause("METRIC-005", "Latencies are observed", level=MUST, source=SOURCE, needs=["METRIC-002"])
def test_latencies(counted, metrics):
    """Each request MUST be observed once in the histograms of time to first token and of whole latency."""
    wanted = {name: float(len(counted.answers)) for name in HISTOGRAMS}
    grown = {name: counted.grown(name) for name in HISTOGRAMS}
    expect(
        metrics.agree(grown, wanted),
        counted.after.exchange,
        expected=f"{len(counted.answers)} more observations of each latency",
        got=str(grown),
    )


@clause("METRIC-006", "Histograms add up", level=MUST, source="Prometheus, exposition formats", needs=["METRIC-001"])
def test_buckets(counted):
    """The buckets of each latency histogram MUST grow up to its count."""
    uneven = {name: wrong for name in HISTOGRAMS if (wrong := counted.after.uneven(name))}
    expect(not uneven, counted.after.exchange, expected="buckets that grow up to the count", got=uneven)


@clause("METRIC-007", "The cache's use is a share", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_cache_usage(counted):
    """`vllm:kv_cache_usage_perc` MUST lie between 0 and 1."""
    used = counted.after.total("vllm:kv_cache_usage_perc")
    observe(kv_cache_usage=used)
    expect(0 <= used <= 1, counted.after.exchange, expected="a KV cache use between 0 and 1", got=used)


@clause("METRIC-008", "The time per token is observed", level=MUST, source="vLLM #32661", needs=["METRIC-002"])
def test_token_times(counted, versions):
    """The release's histogram of the time between output tokens MUST gain observations."""
    names = versions.tpot_metric
    grown = {name: counted.grown(name) for name in names}
    expected = f"more observations of {' or '.join(names)}"
    expect(any(n > 0 for n in grown.values()), counted.after.exchange, expected=expected, got=grown)


@clause("METRIC-009", "Counters never fall", level=MUST, source="Prometheus, counters", needs=["METRIC-001"])
def test_monotone(metrics):
    """A counter MUST NOT fall while the server runs.

    Why: a counter that falls is the mark of a restart, or of a worker that answers for another.
    """
    now = metrics.read()
    exchange, fallen = metrics.fallen() or (now.exchange, {})
    expect(not fallen, exchange, expected="counters that only grow", got=fallen)


@clause("METRIC-010", "Nothing runs when all is answered", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_idle(counted, metrics):
    """When every request is answered, `vllm:num_requests_running` and `vllm:num_requests_waiting` MUST be 0 again.

    Why: a request that never ends in the engine holds its cache for ever.
    """
    if not metrics.alone:
        raise NotApplicable("others may be asking this server")
    page = metrics.idle()
    left = {name.removeprefix("vllm:num_"): page.total(name) for name in GAUGES[:2]}
    observe(**left)
    expect(not any(left.values()), page.exchange, expected="no request left", got=left)


@clause("METRIC-011", "The cache's configuration is told", level=SHOULD, source=SOURCE, needs=["METRIC-001"])
def test_cache_config(metrics):
    """`vllm:cache_config_info` SHOULD tell the size of a cache block."""
    page = metrics.read()
    size = page.labels("vllm:cache_config_info").get("block_size")
    observe(block_size=size)
    expect_number(page.exchange, size, where="label `block_size` of vllm:cache_config_info")


@clause("METRIC-012", "Prefix cache hits", level=OBSERVE, source="vLLM #33524: hits stood at 0 for gpt-oss")
def test_prefix_cache(metrics):
    """How many of the prompt tokens the prefix cache was asked for it had."""
    page = metrics.read()
    observe(queries=page.total("vllm:prefix_cache_queries"), hits=page.total("vllm:prefix_cache_hits"))
