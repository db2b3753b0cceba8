"""What keeps the GPU from the container, or slows it. These warn."""

from fixtures.kit import BOOT, HOST, SHOULD, clause, expect_finding


@clause(
    "HOST-017",
    "Docker can hand out the GPU",
    level=SHOULD,
    scope=BOOT,
    needs=["HOST-005"],
    source="NVIDIA container toolkit, install guide and CDI support",
)
def test_gpu_hook(preflight):
    """Docker SHOULD know the NVIDIA container toolkit, by a runtime, its hook or a CDI device that fits the driver.

    Why: otherwise the start ends at once in `could not select device driver` or an unresolvable CDI device.
    """
    expect_finding(preflight.asked("gpu-hook"))


@clause(
    "HOST-018",
    "Docker is neither a snap nor rootless",
    level=SHOULD,
    scope=HOST,
    needs=["HOST-005"],
    source="Docker's install guide",
)
def test_docker_kind(preflight):
    """Docker SHOULD come from its own packages and be run by root.

    Why: a snap does not see /vllm, and a rootless engine can neither lock memory nor hand out GPUs by `--gpus`.
    """
    expect_finding(preflight.asked("docker-kind"))


@clause("HOST-019", "Nobody else computes on the GPU", level=SHOULD, scope=BOOT, source="known limits 2")
def test_gpu_tenants(preflight):
    """No other process SHOULD hold 1 GiB or more of the GPU before the start; who does is named with its memory."""
    expect_finding(preflight.asked("gpu-tenants"))


@clause(
    "HOST-020",
    "Nothing slows the GPU",
    level=SHOULD,
    scope=HOST,
    source="https://github.com/parallelArchitect/spark-gpu-throttle-check; eugr/spark-vllm-docker issue 334",
)
def test_gpu_clock(preflight):
    """The GPU SHOULD NOT be slowed by heat, by its power supply, or by a clock that is stuck near 700 MHz.

    Why: such a box serves half of its tokens, and has died of illegal memory accesses; only unplugging it helps.
    """
    expect_finding(preflight.asked("gpu-clock"))


@clause(
    "HOST-021",
    "Swap has a guard",
    level=SHOULD,
    scope=HOST,
    source="https://github.com/NVIDIA/open-gpu-kernel-modules/issues/1358; sparkrun",
)
def test_swap(preflight):
    """Where swap is on, earlyoom SHOULD run beside it.

    Why: on unified memory a host that runs full swaps until nobody can log in, and needs its power cut.
    """
    expect_finding(preflight.asked("swap"))
