"""Throughput and latency: one stream, then several. These clauses run alone."""

from fixtures.kit import MUST, SHOULD, NotApplicable, clause, expect_true, observe

SOURCE = "known limits 4; throughput is measured after a warm-up, for the first inference compiles"


@clause("PERF-001", "A single stream is measured", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_single_stream(measurements):
    """A single stream MUST complete without an error and give TTFT, TPOT, ITL and output tokens per second."""
    level = measurements.level(measurements.levels[0])
    observe(output_tokens_per_s=level.output_tokens_per_s)
    expect_true(not level.errors, expected="no errors", got=f"{level.errors} of {level.requests}: {level.error_kinds}")
    figures = (level.ttft_ms, level.tpot_ms, level.itl_ms, level.output_tokens_per_s)
    expect_true(all(figures), expected="TTFT, TPOT, ITL and tokens/s", got=level)


@clause("PERF-002", "Several streams are served together", level=MUST, source=SOURCE, needs=["PERF-001"])
def test_levels(measurements):
    """At every concurrency level all requests MUST complete without an error."""
    for concurrency in measurements.levels[1:]:
        level = measurements.level(concurrency)
        observe(**{f"tokens_per_s_at_{concurrency}": level.output_tokens_per_s})
        got = f"{level.errors} of {level.requests} at {concurrency} streams: {level.error_kinds}"
        expect_true(not level.errors, expected="no errors", got=got)


@clause("PERF-003", "The client kept up", level=SHOULD, source="own event-loop lag", needs=["PERF-001"])
def test_client(measurements):
    """The client's own lag SHOULD stay below a tenth of the time per output token.

    Why: figures of a client that was late are invalid, not slow; clauses that judge speed are then BLOCKED.
    """
    late = [measurements.level(n) for n in measurements.levels if not measurements.level(n).valid]
    got = ", ".join(f"{level.client_lag_p99_ms:.1f} ms at {level.concurrency} streams" for level in late)
    expect_true(not late, expected="a client that keeps up", got=f"a lag (p99) of {got}")


@clause(
    "PERF-004",
    "A single stream is fast enough",
    level=SHOULD,
    source="figures published for a GB10",
    needs=["PERF-001"],
)
def test_floor(measurements, target):
    """A single stream SHOULD reach the target's floor of output tokens per second.

    Why: 24 to 28 tokens/s mark a GB10 whose clock is stuck; the remedy is to unplug it for a minute.
    """
    if target.load.floor is None:
        raise NotApplicable("the target sets no floor")
    speed = measurements.valid_level(measurements.levels[0]).output_tokens_per_s
    observe(output_tokens_per_s=speed, floor=target.load.floor)
    expect_true(speed >= target.load.floor, expected=f"at least {target.load.floor} tokens/s", got=f"{speed:.1f}")


@clause(
    "PERF-005", "No figure beats the bandwidth", level=SHOULD, source="5.003 GB per token, 273 GB/s", needs=["PERF-001"]
)
def test_ceiling(measurements, target, boot):
    """A single stream's decode rate SHOULD NOT exceed what the memory's bandwidth allows for what the server loaded.

    Why: a higher rate is a question, no defect: layers quantized beside the experts, speculative decoding, a measuring error.
    """
    loaded = boot.log_figures.get("model_memory_gib")
    ceiling = target.load.ceiling_of(loaded)
    if ceiling is None:
        raise NotApplicable("the target sets no ceiling")
    apart = measurements.valid_level(measurements.levels[0]).tpot_ms.p50
    rate = 1000 / apart if apart else float("inf")
    observe(decode_tokens_per_s=rate, ceiling=ceiling, loaded_gib=loaded)
    expect_true(rate <= ceiling, expected=f"at most {ceiling:.1f} tokens/s", got=f"{rate:.1f}")


@clause("PERF-006", "More streams give more tokens", level=SHOULD, source="batching", needs=["PERF-002"])
def test_scaling(measurements):
    """The highest concurrency level SHOULD give more output tokens per second than a single stream."""
    one, many = (measurements.level(measurements.levels[i]).output_tokens_per_s for i in (0, -1))
    expect_true(many > one, expected=f"more than {one:.1f} tokens/s", got=f"{many:.1f}")


@clause(
    "PERF-007", "Answers under load are right", level=MUST, source="vLLM #37030: wrong under load", needs=["PERF-001"]
)
def test_answers(measurements, target):
    """At every concurrency level each answer MUST count to its end.

    Why: a server that is fast and wrong is not fast.
    """
    last = target.load.count_to
    for concurrency in measurements.levels:
        wrong = [text for text in measurements.answers(concurrency) if not _counts_to(text, last)]
        got = f"{len(wrong)} at {concurrency} streams do not, as {wrong[0][-120:]!r}" if wrong else ""
        expect_true(not wrong, expected=f"answers under load that count to {last}", got=got)


def _counts_to(text, last):
    return all(f"{number}" in text for number in (1, last - 1, last))


@clause(
    "PERF-008", "The first token comes soon", level=SHOULD, source="eugr/spark-vllm-docker #345", needs=["PERF-001"]
)
def test_first_token(measurements, target):
    """The median time to first token of a single stream SHOULD stay below the target's limit."""
    if target.load.first_token is None:
        raise NotApplicable("the target sets no limit for the first token")
    first = measurements.valid_level(measurements.levels[0]).ttft_ms.p50 / 1000
    observe(first_token_s=first, limit=target.load.first_token)
    limit = target.load.first_token
    expect_true(first <= limit, expected=f"a first token within {limit} s", got=f"{first:.2f} s")
