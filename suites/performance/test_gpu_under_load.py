"""The GPU while throughput is measured: what a slow figure is to be blamed on."""

from fixtures.kit import HOST, SHOULD, clause, expect_finding, observe


@clause(
    "HOST-026",
    "Nothing slows the GPU under load",
    level=SHOULD,
    scope=HOST,
    needs=["PERF-001"],
    source="https://github.com/parallelArchitect/spark-gpu-throttle-check; eugr/spark-vllm-docker issue 334",
)
def test_gpu_under_load(measurements):
    """While throughput is measured the GPU SHOULD NOT be slowed by heat, by its power supply, or by a stuck clock.

    Why: an idle GPU does not show it; a GB10 stuck near 700 MHz serves half of its tokens, and only unplugging it helps.
    """
    finding = measurements.gpu_under_load()
    observe(gpu=finding.observed)
    expect_finding(finding)
