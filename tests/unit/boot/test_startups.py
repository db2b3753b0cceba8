"""The start-up logs of real servers, healthy ones: arguments, stages and figures are read from each, and no known error."""

from pathlib import Path

import pytest

from fixtures.core.startup import StartupLog
from fixtures.knowledge.errors import known_errors
from fixtures.knowledge.stages import figures, stages

# Trimmed to what tells of the start: vLLM's CPU builds in the rig's containers, and a CUDA build on an H100.
LOGS = sorted((Path(__file__).parent / "startups").glob("*.log"))
CUDA = [path for path in LOGS if "h100" in path.name]
EVERYWHERE = {"logged_version", "effective_quantization", "kv_cache_tokens", "max_concurrency", "engine_init_s"}
ON_CUDA = {"attention_backend", "moe_backend", "model_memory_gib", "model_load_s", "compile_s", "kv_cache_gib"}
GRAPHS = {"graph_capture_s", "graph_capture_gib"}


def read(path):
    log = StartupLog(stages(), figures())
    for at, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        log.feed(line, float(at))
    return log


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_every_release_is_read(path):
    """Arguments, every stage that occurs, and the figures are found in the log of each release."""
    log = read(path)
    assert log.args is not None
    assert log.args["max_model_len"] == 32768
    assert [log.phases[0][0], log.phases[-1][0]] == ["API server starting", "API server ready"]
    assert log.figures.keys() >= EVERYWHERE
    assert log.figures["logged_version"] == path.name.split("-")[0]
    assert ("mxfp4" in str(log.figures["effective_quantization"])) is ("quantization" in log.args)


@pytest.mark.parametrize("path", CUDA, ids=lambda path: path.stem)
def test_a_cuda_build_tells_more(path):
    """Backends, memory, compilation, KV cache and graphs are found where there is a GPU, in seconds and GiB."""
    found = read(path).figures
    assert found.keys() >= ON_CUDA | GRAPHS
    assert all(isinstance(found[name], float) for name in found if name.endswith(("_s", "_gib", "_tokens")))


def test_the_figures_are_those_of_the_log():
    """One log, number by number."""
    found = read(next(path for path in CUDA if "triton" in path.name)).figures
    assert found == {
        "logged_version": "0.24.0",
        "effective_quantization": "gpt_oss_mxfp4",
        "attention_backend": "FLASH_ATTN",
        "moe_backend": "Using 'TRITON' Mxfp4 MoE backend",
        "checkpoint_gib": 3.05,
        "weights_s": 1.95,
        "model_memory_gib": 3.14,
        "model_load_s": 2.340247,
        "compile_s": 12.85,
        "kv_cache_gib": 60.73,
        "kv_cache_tokens": 25383069.0,
        "max_concurrency": 774.63,
        "graph_capture_s": 58.0,
        "graph_capture_gib": 0.69,
        "engine_init_s": 93.99,
    }


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_no_healthy_start_is_diagnosed(path):
    """No known error matches a line of a start that went well."""
    text = path.read_text(encoding="utf-8")
    assert [error.id for error in known_errors() if error.pattern.search(text)] == []
