"""The whole suite against the real vLLM: booted by the suite, and found running."""

import json
import subprocess
import sys
from pathlib import Path

import docker
import jsonschema
import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.command import docker_run_line
from tests.engine.judged import left_open, right_exit

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.usefixtures("cpu_image"), pytest.mark.timeout(3600)]


def suite(runs, *arguments, paths=("suites/",)):
    command = [sys.executable, "-m", "pytest", *paths, *arguments, "--runs-dir", str(runs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    return done, json.loads((runs / "latest" / "record.json").read_text())


def test_the_suite_boots_and_passes(tmp_path):
    """Target cpu passes on the real vLLM, with its version, phases and figures in the record, and leaves nothing."""
    done, record = suite(tmp_path, "--target", "cpu")
    assert left_open(record) == {}, done.stdout[-6000:]
    assert done.returncode == right_exit(record)
    jsonschema.validate(record, json.loads((ROOT / "reports/record.schema.json").read_text()))
    assert (record["kind"], record["standin"]) == ("rehearsal", False)
    deployment = record["deployment"]
    assert deployment["vllm_version"] == "0.32.0"
    assert deployment["args"]["max_model_len"] == 32768
    assert {"loading weights", "engine ready"} <= {p["name"] for p in deployment["phases"]}
    # What vLLM 0.32 does without tool flags: recorded, not wished for.
    cells = {cell: c["observed"] for cell, c in deployment["capabilities"].items()}
    assert {cell: word for cell, word in cells.items() if cell.endswith("/tools")} == {
        "chat/tools": "dropped",
        "chat-stream/tools": "dropped",
        "responses/tools": "works",
        "responses-stream/tools": "works",
    }
    assert [cell for cell, c in deployment["capabilities"].items() if not c["as_expected"]] == []
    assert all(m["output_tokens_per_s"] > 0 and not m["errors"] for m in record["measurements"])
    skipped = {c["id"]: c["message"] for c in record["clauses"] if c["outcome"] == "SKIPPED"}
    assert "only a GB10 can show this" in skipped["HOST-011"]
    assert not docker.from_env().containers.list(all=True, filters={"name": "^/vllm-gpt-oss$"})


@pytest.fixture(scope="module")
def running_vllm(cpu_image):
    """A container that somebody started with the line that the suite prints."""
    spec = load_target("cpu").deployment
    started = subprocess.run(["bash", "-c", docker_run_line(spec)], capture_output=True, text=True, check=False)
    assert started.returncode == 0, started.stderr
    container = docker.from_env(timeout=120).containers.get(spec.name)
    yield container
    container.remove(force=True, v=True)


@pytest.mark.prove
def test_a_running_container_is_audited(running_vllm, tmp_path):
    """--attach audits and checks the container that the printed line started, and lets it run."""
    done, record = suite(tmp_path, "--attach", "--target", "cpu")
    assert left_open(record) == {}, done.stdout[-6000:]
    assert done.returncode == right_exit(record)
    assert record["deployment"]["container"] == running_vllm.id
    running_vllm.reload()
    assert running_vllm.status == "running"


@pytest.mark.prove
def test_its_api_is_checked_by_url(running_vllm, tmp_path):
    """--base-url checks the same server's API alone, held to a target's file; a part of the clauses, which are INCONCLUSIVE."""
    target = ("--target", "tests/rig/targets/cpu-api.toml")
    done, record = suite(
        tmp_path, "--base-url", "http://127.0.0.1:8000", *target, paths=("suites/api", "suites/aftermath")
    )
    assert left_open(record, chosen=True) == {}, done.stdout[-6000:]
    assert (done.returncode, record["kind"]) == (6, "api")
