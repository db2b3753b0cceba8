"""The committed weights belong to the committed prompts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.rig.tiny.prompts import prompts_digest

WEIGHTS = Path(__file__).resolve().parents[1] / "rig" / "tiny" / "weights"
RETRAIN = "retrain the tiny checkpoint: bash tests/rig/tiny/retrain.sh .cache/engine-venv"


def test_weights_know_these_prompts() -> None:
    """The weights MUST have been trained on the prompts that are committed."""
    about = json.loads((WEIGHTS / "compact.json").read_text(encoding="utf-8"))

    assert about["prompts_sha256"] == prompts_digest(), f"fixtures/knowledge/prompts*.toml have changed; {RETRAIN}"


def test_training_got_the_suite_right() -> None:
    """The trainer MUST have found every prompt of the suite right when it saved the weights."""
    training = json.loads((WEIGHTS / "compact.json").read_text(encoding="utf-8"))["training"]

    assert training["suite"]["transcripts"] > 0
    assert training["suite"]["wrong"] == {}, RETRAIN
    assert training["suite"]["likely_least"] > 0.99, RETRAIN


def test_weights_stay_small() -> None:
    """The committed weights MUST stay below 1 MB."""
    assert sum(file.stat().st_size for file in WEIGHTS.iterdir()) < 1_000_000
