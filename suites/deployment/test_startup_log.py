"""What the server itself logged while it started."""

from fixtures.kit import CONTAINER, MUST, OBSERVE, SHOULD, clause, expect_finding, expect_true, observe

LOGGED = "vLLM logs `non-default args: {…}` as it starts"


@clause(
    "LOG-001", "The server took the context length", level=MUST, scope=CONTAINER, needs=["READY-001"], source=LOGGED
)
def test_logged_length(audit):
    """The server's own log MUST name the context length of the deployment spec among its arguments."""
    expect_finding(audit["logged:max-model-len"])


@clause(
    "LOG-002", "The server took the other arguments", level=MUST, scope=CONTAINER, needs=["READY-001"], source=LOGGED
)
def test_logged_arguments(audit):
    """Every argument that the deployment spec mandates MUST stand in the server's own log with its value."""
    for slug in audit:
        if slug.startswith("logged:") and slug != "logged:max-model-len":
            expect_finding(audit[slug])


@clause("LOG-003", "No known error is in the log", level=MUST, scope=CONTAINER, needs=["READY-001"])
def test_no_known_error(boot):
    """The server's log MUST NOT hold a known error, even where clients saw none."""
    found = boot.known_error()
    expect_true(found is None, expected="a log without known errors", got=f"{found.id}: {found.cause}" if found else "")


@clause(
    "LOG-004",
    "The MXFP4 kernel is recorded",
    level=OBSERVE,
    scope=CONTAINER,
    source="known limits 3",
    needs=["READY-001"],
)
def test_kernel(boot):
    """The kernel that computes the experts is recorded from the log: on a GB10 it is Marlin, not native FP4."""
    observe(**{k: v for k, v in boot.log_figures.items() if "kernel" in k or "backend" in k or "quant" in k})


@clause(
    "LOG-005", "CUDA graphs were captured", level=SHOULD, scope=CONTAINER, source="known limits 4", needs=["READY-001"]
)
def test_graphs(boot):
    """The log SHOULD show that graphs were captured or compiled: `--enforce-eager` halves the speed of a GB10."""
    eager = bool((boot.args or {}).get("enforce_eager"))
    expect_true(not eager, expected="no --enforce-eager", got="enforce_eager in the server's arguments")
