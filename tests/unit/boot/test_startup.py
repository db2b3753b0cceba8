from fixtures.core.startup import StartupLog, parse_args
from fixtures.knowledge.stages import figures, stages

# Lines of the real vLLM 0.32.0 (CPU build).
REAL = """\
(APIServer pid=1) INFO 11-23 11:40:18 [api_utils.py:347]   █▄█▀ █     █     █     █  version 0.32.0
(APIServer pid=1) INFO [api_utils.py:286] non-default args: {'model_tag': 'openai/gpt-oss-120b', 'max_model_len': 32768, \
'served_model_name': ['gpt-oss-120b'], 'gpu_memory_utilization': 0.85}
(APIServer pid=1) INFO [model.py:733] Resolved architecture: GptOssForCausalLM
(EngineCore pid=2) INFO [core.py:133] Initializing a V1 LLM engine (v0.32.0) with config: model='x', quantization=mxfp4
(Worker pid=3) INFO [cpu_model_runner.py:68] Starting to load model openai/gpt-oss-120b...
(Worker pid=3) INFO [unquantized.py:364] Using CPU Unquantized MoE backend out of potential backends: ['CPU'].
(Worker pid=3) INFO [default_loader.py:501] Loading weights took 0.14 seconds
(EngineCore pid=2) INFO [kv_cache_utils.py:2327] CPU KV cache size: 3,273,603 tokens, Maximum concurrency for 16,384 \
tokens per request: 199.80x
(EngineCore pid=2) INFO [core.py:402] init engine (profile, create kv cache, warmup model) took 4.21 s
(APIServer pid=1) INFO:     Application startup complete.
"""


def test_a_real_start():
    """Stages come in order with their times, figures as numbers, and the arguments as the server took them."""
    log = StartupLog(stages(), figures())
    for at, line in enumerate(REAL.splitlines()):
        log.feed(line, float(at))
    assert [name for name, _ in log.phases] == [
        "API server starting",
        "reading the model's configuration",
        "engine starting",
        "loading weights",
        "weights loaded",
        "sizing the KV cache",
        "engine ready",
        "API server ready",
    ]
    assert log.stage == "API server ready"
    assert log.args is not None
    assert log.args["max_model_len"] == 32768
    assert log.figures["weights_s"] == 0.14
    assert log.figures["kv_cache_tokens"] == 3273603
    assert log.figures["logged_version"] == "0.32.0"
    assert log.figures["effective_quantization"] == "mxfp4"


def test_arguments_with_objects_are_read():
    """Enum members in the printed dictionary do not hide the rest."""
    assert parse_args("{'level': <CompilationLevel.PIECEWISE: 3>, 'port': 8000}") == {
        "level": "<CompilationLevel.PIECEWISE: 3>",
        "port": 8000,
    }
    assert parse_args("{'broken': }") is None
