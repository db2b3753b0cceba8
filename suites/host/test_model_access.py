"""Where the weights lie, and the token that fetches them."""

from fixtures.kit import BOOT, MUST, SHOULD, clause, expect_finding

SOURCE = "deployment rules 3"


@clause("HOST-003", "The Hugging Face cache can be written", level=MUST, scope=BOOT, source=SOURCE)
def test_cache(preflight):
    """The Hugging Face cache directory MUST exist and be writable."""
    expect_finding(preflight.finding("cache"))


@clause("HOST-004", "HF_TOKEN is set", level=MUST, scope=BOOT, source=SOURCE)
def test_token(preflight):
    """The environment variable HF_TOKEN MUST be set and not empty."""
    expect_finding(preflight.finding("token"))


@clause(
    "HOST-013",
    "No weights file is cut short",
    level=MUST,
    scope=BOOT,
    source="safetensors, README, Format; SafetensorError recorded from vLLM 0.32",
)
def test_weights(preflight):
    """A weights file in the cache MUST be as long as its own header says; what is not there yet is no fault.

    Why: the server takes a file of the right name for a right one, and dies of it minutes after the start.
    """
    expect_finding(preflight.asked("weights"))


@clause(
    "HOST-014",
    "The model is in the cache whole, or not at all",
    level=SHOULD,
    scope=BOOT,
    source="huggingface_hub, cache-system reference",
)
def test_model_cache(preflight):
    """The model SHOULD lie whole where the server looks for it, or nothing of it; the finding says what is missing.

    Why: a download that somebody believes to be done goes on during the start, 65 GB of it at worst.
    """
    expect_finding(preflight.asked("model-cache"))


@clause(
    "HOST-015",
    "The cached configuration ends a tool call",
    level=SHOULD,
    scope=BOOT,
    source="https://github.com/vllm-project/vllm/issues/22519",
)
def test_generation_config(preflight):
    """A cached generation_config.json SHOULD have <|call|> (200012) among the tokens that end a generation.

    Why: with the configuration of the first days the model writes on after a tool call, and the parser fails.
    """
    expect_finding(preflight.asked("generation-config"))


@clause("HOST-016", "The disk has room for what is missing of the model", level=SHOULD, scope=BOOT, source=SOURCE)
def test_disk(preflight):
    """The disk of the Hugging Face cache SHOULD have room for what is still to be downloaded."""
    expect_finding(preflight.asked("disk"))
