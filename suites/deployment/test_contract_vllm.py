"""The server's command line held against the deployment spec."""

from fixtures.kit import CONTAINER, MUST, clause, expect_finding

VLLM = "deployment rules 2"


@clause("DEPLOY-012", "The command serves the model", level=MUST, scope=CONTAINER, source=VLLM)
def test_command(audit):
    """The container's command MUST be `vllm serve` with the model of the deployment spec."""
    expect_finding(audit["command"])


@clause("DEPLOY-013", "The quantization is mxfp4", level=MUST, scope=CONTAINER, source=VLLM)
def test_quantization(audit):
    """The server MUST be started with `--quantization mxfp4`."""
    expect_finding(audit["arg:quantization"])


@clause("DEPLOY-014", "The memory share is 0.85", level=MUST, scope=CONTAINER, source=VLLM)
def test_memory_share(audit):
    """The server MUST be started with `--gpu-memory-utilization 0.85`.

    Why: more leaves the host of a unified memory nothing, and it freezes.
    """
    expect_finding(audit["arg:gpu-memory-utilization"])


@clause("DEPLOY-015", "The context length is 32768", level=MUST, scope=CONTAINER, source=VLLM)
def test_context_length(audit):
    """The server MUST be started with `--max-model-len 32768`."""
    expect_finding(audit["arg:max-model-len"])


@clause("DEPLOY-016", "The served name is set", level=MUST, scope=CONTAINER, source="deployment rules 6")
def test_served_name(audit):
    """The server MUST be started with the served model name of the deployment spec."""
    expect_finding(audit["arg:served-model-name"])


@clause("DEPLOY-017", "No remote code is trusted", level=MUST, scope=CONTAINER, source=VLLM)
def test_no_remote_code(audit):
    """The server MUST NOT be started with `--trust-remote-code`: gpt-oss needs none."""
    expect_finding(audit["forbidden:--trust-remote-code"])


@clause("DEPLOY-018", "Automatic tool choice is left alone", level=MUST, scope=CONTAINER, source=VLLM)
def test_no_auto_tool_choice(audit):
    """The server MUST NOT be started with `--enable-auto-tool-choice`: gpt-oss enables tool use itself."""
    expect_finding(audit["forbidden:--enable-auto-tool-choice"])


@clause("DEPLOY-019", "HF_TOKEN is passed through", level=MUST, scope=CONTAINER, source="deployment rules 3")
def test_token(audit):
    """The container's environment MUST hold HF_TOKEN."""
    expect_finding(audit["token"])
