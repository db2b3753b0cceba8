"""Which part of a log is judged, and which of the errors there explains the others."""

import pytest

from fixtures.core.diagnosis import diagnose, examine, served
from fixtures.core.lives import lives
from fixtures.core.logtext import lines_of
from fixtures.knowledge.errors import known_errors

ERRORS = known_errors()
BANNER = "(APIServer pid=1) INFO 11-27 10:00:00 [api_server.py:1805] vLLM API server version 0.10.1.1\n"
ARGS = "(APIServer pid=1) INFO 11-27 10:00:00 [utils.py:326] non-default args: {'max_model_len': 32768}\n"
BEGUN = BANNER + ARGS
NGC = "== vLLM ==\nNVIDIA Release 25.09 (build 208387)\nvLLM Version 0.10.1.1+381074ae\n"
ENGINE = (
    "(EngineCore_0 pid=7) INFO 11-27 10:00:20 [core.py:74] Initializing a V1 LLM engine (v0.10.1.1) with config: x\n"
)
LOADED = "(EngineCore_0 pid=7) INFO 11-27 10:05:20 [gpu_model_runner.py:2007] Model loading took 65.97 GiB and 320.1 seconds\n"
READY = "INFO:     Application startup complete.\n"
SERVING = 'INFO:     127.0.0.1:50024 - "POST /v1/chat/completions HTTP/1.1" 200 OK\n'
STOP = (
    "INFO:     Shutting down\nINFO:     Waiting for application shutdown.\nINFO:     Application shutdown complete.\n"
)
CORE = "(EngineCore_0 pid=7) ERROR 11-27 10:06:00 [core.py:718] "
API = "(APIServer pid=1) ERROR 11-27 10:06:00 [async_llm.py:420] "
OOM = CORE + "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.\n"
ASTRAY = CORE + "torch.AcceleratorError: CUDA error: an illegal memory access was encountered\n"
DEAD = API + "vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.\n"
NOT_BEGUN = "RuntimeError: Engine core initialization failed. See root cause above. Failed core proc(s): {}\n"
PARSER = API + "openai_harmony.HarmonyError: unexpected tokens remaining in message header: []\n"
RATE = "(APIServer pid=1) ERROR 11-27 10:00:01 [config.py:133] Error retrieving file list: 429 Client Error: Too Many Requests\n"
LEVELS = ("DEBUG", "INFO", "WARNING")


def id_of(text):
    found = diagnose(text, ERRORS)
    return found.id if found else None


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (BEGUN + OOM + NOT_BEGUN, "cuda-oom"),
        (BEGUN + NOT_BEGUN + OOM, "cuda-oom"),
        (BEGUN + ENGINE + OOM + ASTRAY + NOT_BEGUN, "cuda-oom"),
        (BEGUN + ENGINE + ASTRAY + OOM + NOT_BEGUN, "illegal-address"),
        (BEGUN + ENGINE + NOT_BEGUN, "engine-init"),
        (BEGUN + ENGINE + LOADED + READY + SERVING + DEAD, "engine-dead"),
        (BEGUN + ENGINE + LOADED + READY + SERVING + ASTRAY + DEAD, "illegal-address"),
        (BEGUN + ENGINE + LOADED + READY + SERVING + DEAD + ASTRAY + STOP, "illegal-address"),
    ],
)
def test_the_earliest_cause_wins(text, id):
    """The earliest exact cause is told; what says only that something went wrong is told where nothing else is."""
    assert id_of(text) == id


@pytest.mark.parametrize(
    "text",
    [
        BEGUN + RATE + ENGINE + LOADED + READY,
        BEGUN + OOM + READY + SERVING,
        BEGUN + RATE + "(APIServer pid=1) INFO 11-27 10:00:05 [config.py:1604] Using max model len 32768\n",
    ],
    ids=["a rate limit", "an allocation that was tried again", "a start that goes on"],
)
def test_what_a_start_got_over_is_no_error(text):
    """An error before the server was ready, or before the next step of its start, did not stop it."""
    assert id_of(text) is None


def test_what_a_start_did_not_get_over_is_its_cause():
    """The last words before the silence are the cause where nothing went on."""
    assert id_of(BEGUN + RATE) == "hf-rate"
    assert id_of(BEGUN + RATE + ENGINE + OOM + NOT_BEGUN) == "cuda-oom"


def test_a_driver_is_not_got_over_by_reading_a_configuration():
    """What lies below the server shows late: the engine starts, and dies when it first needs the GPU."""
    banner = "ERROR: This container was built for NVIDIA Driver Release 590.48 or later, but\n"
    banner += "       version 580.95.05 was detected and compatibility mode is UNAVAILABLE.\n"
    late = CORE + "RuntimeError: The NVIDIA driver on your system is too old (found version 13000).\n"
    assert id_of(banner + BEGUN + ENGINE + late + NOT_BEGUN) == "ngc-driver-too-old"
    assert id_of(banner + BEGUN + ENGINE + LOADED + OOM + NOT_BEGUN) == "cuda-oom"


@pytest.mark.parametrize("beginning", [BEGUN, NGC + BEGUN, BANNER, ARGS], ids=["vLLM", "NGC", "version", "arguments"])
def test_an_earlier_life_is_not_judged(beginning):
    """`docker logs` tells all lives of a container; only the last is this run's."""
    first = beginning + ENGINE + OOM + NOT_BEGUN
    assert id_of(first) == "cuda-oom"
    assert id_of(first + beginning + ENGINE + LOADED + READY + SERVING) is None
    assert id_of(first + beginning + ENGINE + ASTRAY + NOT_BEGUN) == "illegal-address"
    assert len(lives(lines_of(first + beginning + READY))) == 2


def test_a_prompt_begins_no_life():
    """A client that quotes a log does not hide what came before it."""
    quoted = (
        "(APIServer pid=1) INFO 11-27 10:07:00 [logger.py:41] Received request x: prompt: 'vLLM API server version 9'\n"
    )
    assert id_of(BEGUN + ENGINE + LOADED + READY + SERVING + ASTRAY + quoted + DEAD) == "illegal-address"


def test_one_life_has_one_beginning():
    """The banners of image, version and arguments of one start do not cut it."""
    assert len(lives(lines_of(NGC + BEGUN + READY))) == 1


@pytest.mark.parametrize(
    "stop",
    [
        STOP,
        "(APIServer pid=1) INFO 11-27 10:09:00 [launcher.py:101] Shutting down FastAPI HTTP server.\n",
        "(APIServer pid=1) INFO 11-27 10:09:00 [launcher.py:270] [shutdown] API server: shutdown triggered\n",
    ],
    ids=["uvicorn", "vLLM up to 0.20", "vLLM later"],
)
def test_what_comes_after_a_clean_stop_is_no_error(stop):
    """A server that was asked to stop ends its engine, and says so in an error."""
    assert id_of(BEGUN + ENGINE + LOADED + READY + SERVING + stop + DEAD) is None
    assert id_of(BEGUN + ENGINE + LOADED + READY + SERVING + ASTRAY + stop + DEAD) == "illegal-address"


def test_a_request_does_not_explain_a_death():
    """A parser that lost an answer an hour before did not end the engine."""
    served_well = BEGUN + ENGINE + LOADED + READY + SERVING
    assert id_of(served_well + PARSER) == "harmony-header"
    assert id_of(served_well + PARSER + DEAD) == "engine-dead"
    assert id_of(served_well + PARSER + OOM + DEAD) == "cuda-oom"


@pytest.mark.parametrize("level", LEVELS)
def test_what_the_server_calls_no_error_is_none(level):
    """Errors are named in warnings and quoted in prompts: vLLM logs each request that it receives."""
    said = f"(APIServer pid=1) {level} 11-27 10:07:00 [logger.py:41] prompt: 'Why CUDA out of memory?'\n"
    assert id_of(BEGUN + said) is None
    assert id_of(BEGUN + ENGINE + LOADED + READY + said) is None


def test_a_server_that_serves_needs_no_hub():
    """A picture that a client names and that cannot be fetched is no error of the server's."""
    fetched = (
        API + "aiohttp.ClientConnectorDNSError: Cannot connect to host x.invalid:443 [Name or service not known]\n"
    )
    assert id_of(BEGUN + fetched) == "hf-dns"
    assert id_of(BEGUN + ENGINE + LOADED + READY + SERVING + fetched) is None


def test_a_tail_that_serves_has_started():
    """Where the log is cut before the server was ready, its requests show that it was."""
    assert id_of(RATE + SERVING + PARSER + DEAD) == "engine-dead"
    assert id_of(OOM + SERVING) is None


def test_a_cause_may_span_lines():
    """A message that is broken into lines, and a traceback whose frame says more than its end."""
    assert id_of(
        "ValueError: Free memory on device cuda:0 (9.1/121.69 GiB) on startup is\nless than desired GPU memory\n"
    ) == ("free-memory")
    traced = (
        CORE + '  File "x.py", line 5121, in _get_prompt_logprobs_dict\n' + CORE + "    logprobs = compute()\n" + OOM
    )
    assert id_of(BEGUN + ENGINE + LOADED + READY + SERVING + traced + DEAD) == "prompt-logprobs-oom"


def test_a_piece_of_a_log_is_judged_from_its_first_line():
    """What a server wrote while it was used has no start; a restart in between hides nothing of what was before."""
    assert [f.error.id for f in served(PARSER + SERVING, ERRORS)] == ["harmony-header"]
    assert served(SERVING + STOP + DEAD, ERRORS) == ()
    assert [f.error.id for f in served(ASTRAY + DEAD + BEGUN + RATE + READY, ERRORS)] == [
        "illegal-address",
        "engine-dead",
    ]


def test_what_others_say_comes_after_the_log():
    """Docker's words and the kernel's count where the log knows nothing better, also after a clean stop."""
    killed = "Out of memory: Killed process 4123 (VLLM::EngineCor) total-vm:204931876kB"
    found = diagnose(BEGUN + ENGINE + NOT_BEGUN, ERRORS, beside=killed)
    assert found is not None
    assert found.id == "kernel-oom"
    assert "VLLM::EngineCor" in found.cause
    assert [f.error.id for f in examine(BEGUN + OOM, ERRORS, beside=killed)] == ["cuda-oom", "kernel-oom"]
    assert [f.error.id for f in examine(READY + STOP, ERRORS, beside=killed)] == ["kernel-oom"]
