"""The running container held against the deployment spec: what `docker inspect` says."""

from fixtures.kit import CONTAINER, MUST, clause, expect_finding

DOCKER = "deployment rules 1"
NAMES = "deployment rules 6"


@clause("DEPLOY-001", "The image is the mandated one", level=MUST, scope=CONTAINER, source="deployment rules, overview")
def test_image(audit):
    """The container MUST run the image of the deployment spec."""
    expect_finding(audit["image"])


@clause("DEPLOY-002", "The container has its name", level=MUST, scope=CONTAINER, source=NAMES)
def test_name(audit):
    """The container MUST have the name of the deployment spec."""
    expect_finding(audit["name"])


@clause("DEPLOY-003", "All GPUs are passed in", level=MUST, scope=CONTAINER, source=DOCKER)
def test_gpus(audit):
    """The container MUST have been given all GPUs (`--gpus all`)."""
    expect_finding(audit["gpus"])


@clause("DEPLOY-004", "The host's IPC namespace is shared", level=MUST, scope=CONTAINER, source=DOCKER)
def test_ipc(audit):
    """The container MUST share the host's IPC namespace (`--ipc=host`).

    Why: without it tensor parallelism fails.
    """
    expect_finding(audit["ipc"])


@clause("DEPLOY-005", "Memory may be locked", level=MUST, scope=CONTAINER, source=DOCKER)
def test_memlock(audit):
    """The limit of locked memory MUST be unlimited (`--ulimit memlock=-1`)."""
    expect_finding(audit["memlock"])


@clause("DEPLOY-006", "The stack limit is set", level=MUST, scope=CONTAINER, source=DOCKER)
def test_stack(audit):
    """The stack limit MUST be 67108864 bytes (`--ulimit stack=67108864`)."""
    expect_finding(audit["stack"])


@clause("DEPLOY-007", "TIKTOKEN_ENCODINGS_BASE is set", level=MUST, scope=CONTAINER, source=DOCKER)
def test_encodings_variable(audit):
    """The container's TIKTOKEN_ENCODINGS_BASE MUST name the path at which the encodings are mounted.

    Why: without it harmony downloads its vocabulary, or fails with a HarmonyError where it cannot.
    """
    expect_finding(audit["env:TIKTOKEN_ENCODINGS_BASE"])


@clause("DEPLOY-008", "The encodings are mounted read-only", level=MUST, scope=CONTAINER, source=DOCKER)
def test_encodings_mount(audit):
    """The encodings directory MUST be mounted at /etc/encodings, read-only."""
    expect_finding(audit["mount:/etc/encodings"])


@clause("DEPLOY-009", "The Hugging Face cache is mounted", level=MUST, scope=CONTAINER, source=DOCKER)
def test_cache_mount(audit):
    """The Hugging Face cache MUST be mounted at /root/.cache/huggingface, writable."""
    expect_finding(audit["mount:/root/.cache/huggingface"])


@clause("DEPLOY-010", "The port is published", level=MUST, scope=CONTAINER, source=NAMES)
def test_port(audit):
    """The server's port MUST be published as the deployment spec says, on no wider address."""
    expect_finding(audit["port"])


@clause(
    "DEPLOY-011",
    "The image's entrypoint is kept",
    level=MUST,
    scope=CONTAINER,
    source="NVIDIA's entrypoint sets up CUDA forward compatibility; langX101#409",
)
def test_entrypoint(audit):
    """The container's entrypoint MUST be the image's own."""
    expect_finding(audit["entrypoint"])
