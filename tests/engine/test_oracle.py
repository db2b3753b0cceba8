"""Our rendering of a prompt is that of the installed vLLM, token by token."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from fixtures.knowledge.harmony.render import messages_of, tokens_of
from fixtures.knowledge.harmony.style import TODAY
from tests.engine.bodies import bodies

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".cache" / "engine-venv" / "bin" / "python"
DATE = "2026-09-28"
pytestmark = pytest.mark.prove


@pytest.fixture(scope="module")
def vllms():
    """The prompts that vLLM makes of the bodies."""
    if not PYTHON.exists():
        reason = "no engine environment: run bash tests/rig/tiny/install.sh .cache/engine-venv"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    done = subprocess.run(
        [PYTHON, "-m", "tests.engine.render"],
        cwd=ROOT,
        input=json.dumps(bodies()),
        env={**os.environ, "VLLM_SYSTEM_START_DATE": DATE, "VLLM_LOGGING_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.rsplit("\n", 1)[-1])


def test_every_body(vllms):
    """Each body has the same tokens in our rendering as in vLLM's."""
    different = []
    for (path, body), theirs in zip(bodies(), vllms, strict=True):
        ours = tokens_of(messages_of(path, body, style=TODAY, date=DATE))
        if ours != theirs:
            different.append((path, body, len(ours), theirs if isinstance(theirs, str) else len(theirs)))
    assert different == []
    assert len(vllms) >= 60
