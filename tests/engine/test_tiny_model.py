"""The trainer's own gpt-oss is the real one, computed with less."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".cache" / "engine-venv" / "bin" / "python"
pytestmark = pytest.mark.prove


def test_forward_equals_transformers():
    """The trainer's forward pass gives the logits of transformers' GptOssForCausalLM for the same parameters."""
    if not PYTHON.exists():
        reason = "no engine environment: run bash tests/rig/tiny/install.sh .cache/engine-venv"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    done = subprocess.run(
        [PYTHON, "-m", "tests.rig.tiny.compare"], cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False
    )
    assert done.returncode == 0, done.stderr
