"""The machine: its processor, its GPU, its memory."""

from fixtures.kit import BOOT, HOST, MUST, SHOULD, clause, expect_finding


@clause("HOST-010", "The machine is aarch64", level=MUST, scope=HOST, source="deployment rules, overview")
def test_machine(preflight):
    """The machine's architecture MUST be aarch64."""
    expect_finding(preflight.finding("machine"))


@clause("HOST-011", "The GPU is a GB10", level=MUST, scope=HOST, source="deployment rules, overview")
def test_gpu(preflight):
    """nvidia-smi MUST name the GPU `NVIDIA GB10`."""
    expect_finding(preflight.finding("gpu"))


@clause(
    "HOST-012",
    "Memory is free for the server's share",
    level=SHOULD,
    scope=BOOT,
    source="vLLM 0.10.1.1, gpu_worker: free < total * gpu_memory_utilization is refused; vLLM #48140",
)
def test_memory(preflight):
    """The memory that is free SHOULD cover `--gpu-memory-utilization` of the whole before the start.

    Why: on unified memory the page cache counts as used; a second start in a night is the likeliest to be refused.
    """
    expect_finding(preflight.finding("memory"))
