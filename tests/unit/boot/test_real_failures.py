"""Excerpts of the real vLLM 0.32.0 (CPU build), made to fail: each is recognised, whatever stands around it."""

import pytest

from fixtures.core.diagnosis import diagnose
from fixtures.core.startup import StartupLog
from fixtures.knowledge.errors import known_errors
from fixtures.knowledge.stages import figures, stages

CORE_FAILED = """\
    raise RuntimeError(
RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {'EngineCore': 1}
"""
EAGER = (
    "(APIServer pid=1) WARNING 11-23 11:44:40 [vllm.py:1703] Enforce eager set, disabling torch.compile, CUDAGraphs, "
    "and JIT kernel warmup."
)
FAILURES = {
    "harmony-vocab": """\
INFO:     127.0.0.1:41912 - "POST /v1/chat/completions HTTP/1.1" 500 Internal Server Error
ERROR:    Exception in ASGI application
openai_harmony.HarmonyError: error downloading or loading vocab file: failed to download or load vocab file
""",
    "kv-cache-small": f"""\
(EngineCore pid=32319) ERROR 11-23 12:28:39 [core.py:1510] ValueError: To serve at least one request with the model's max \
seq len (10000000), (2.38 GiB KV cache is needed, which is larger than the available KV cache memory (1.0 GiB). Based on \
the available memory, the estimated maximum model length is 4191872. Try increasing `gpu_memory_utilization`
(EngineCore pid=32319) EngineCore encountered an issue.
{CORE_FAILED}""",
    "weights-truncated": f"""\
(Worker pid=2) ERROR [multiproc_executor.py:953] safetensors._safetensors_rust.SafetensorError: Error while deserializing \
header: incomplete metadata, file not fully covered
{CORE_FAILED}""",
    "mxfp4-backend": f"""\
(Worker pid=17489) ERROR [multiproc_executor.py:953] NotImplementedError: No MXFP4 MoE backend supports the deployment \
configuration. weight_key=kMxfp4Static, activation_key=None. Candidate backends were: ['MARLIN', 'CPU', 'EMULATION'].
{CORE_FAILED}""",
    "length-over-config": """\
pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig
  Value error, User-specified max_model_len (262144) is greater than the derived max_model_len \
(max_position_embeddings=131072.0 or model_max_length=None in model's config.json).
""",
    "model-not-cached": """\
pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig
  Value error, Invalid repository ID or local directory specified: '/models/model_empty'.
""",
    "bad-value": """\
pydantic_core._pydantic_core.ValidationError: 1 validation error for VllmConfig
  Value error, invalid literal for int() with base 10: '0.001' [type=value_error]
""",
    "bad-argument": """\
usage: vllm [-h] [-v]
vllm: error: unrecognized arguments: --no-such-flag
""",
    "port-taken": """\
    sock.bind(addr)
OSError: [Errno 98] Address already in use
""",
    "engine-dead": """\
(APIServer pid=29077) WARNING 11-23 12:22:24 [core_client.py:817] [shutdown] MPClient: engine core exited unexpectedly
(APIServer pid=29077) ERROR 11-23 12:22:24 [async_llm.py:906] vllm.v1.engine.exceptions.EngineDeadError: EngineCore \
encountered an issue. See stack trace (above) for the root cause.
""",
}
HEALTHY = """\
(APIServer pid=1) WARNING 11-23 12:51:20 [system_utils.py:255] Found ulimit of 20000 and failed to automatically increase \
with error current limit exceeds maximum limit. This can cause fd limit errors like `OSError: [Errno 24] Too many open files`.
[W1123 12:51:50.843321597 utils.cpp:41] Warning: numa_migrate_pages failed. errno: 1 (function init_cpu_memory_env)
get_mempolicy: Operation not permitted
(APIServer pid=1) WARNING 11-23 12:52:36 [serving.py:175] For gpt-oss, we ignore --enable-auto-tool-choice and always \
enable tool use.
(APIServer pid=1) ERROR [serving.py:274] Error with model error=ErrorInfo(message='The model `nope` does not exist.', code=404)
INFO:     Application startup complete.
"""


@pytest.mark.parametrize("id", FAILURES)
def test_a_real_failure_is_recognised(id):
    """The cause is named, not what follows from it."""
    found = diagnose(FAILURES[id], known_errors())
    assert found is not None
    assert found.id == id


def test_the_body_of_the_first_chat_is_enough():
    """Without a log the server's answer names the broken vocabulary."""
    for message in (
        "error downloading or loading vocab file: failed to download or load vocab file",
        "invalid tiktoken vocab file: No such file or directory (os error 2)",
        "invalid tiktoken vocab file: hash mismatch: computed=b8069d0f, expected=446a9538",
    ):
        found = diagnose(f'{{"error":{{"message":"{message}","type":"InternalServerError"}}}}', known_errors())
        assert found is not None
        assert found.id == "harmony-vocab"


def test_a_healthy_log_has_no_known_error():
    """Warnings of a good start are no errors."""
    assert diagnose(HEALTHY, known_errors()) is None


def fed(*lines):
    log = StartupLog(stages(), figures())
    for at, line in enumerate(lines):
        log.feed(line, float(at))
    return log


def test_eager_mode_is_not_compiling():
    """The warning that compilation is off does not begin the stage of compiling."""
    assert "compiling" not in [name for name, _ in fed(EAGER).phases]
    warming = "(Worker pid=30) INFO 11-23 12:51:51 [cpu_model_runner.py:87] Warming up model for the compilation..."
    assert fed(warming).stage == "compiling"


def test_the_driver_is_not_vllm():
    """NVIDIA's entrypoint names the versions of drivers before vLLM names its own."""
    log = fed(
        "NOTE: CUDA Forward Compatibility mode ENABLED.",
        "  Using CUDA 13.0 driver version 580.82.07 with kernel driver version 570.172.08",
        "(APIServer pid=1) INFO 09-26 08:00:00 [api_server.py:1805] vLLM API server version 0.10.1.1+381074ae.nv25.09",
    )
    assert log.phases == [("API server starting", 2.0)]
    assert log.figures["logged_version"] == "0.10.1.1+381074ae.nv25.09"


def test_the_stand_ins_log_is_read_too():
    """The banner without its drawing, as the stand-in prints it."""
    assert fed("(APIServer pid=1) INFO 11-23 12:51:20 [api_utils.py:347]  version 0.32.0").figures == {
        "logged_version": "0.32.0"
    }
