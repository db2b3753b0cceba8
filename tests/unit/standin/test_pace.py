"""Time: tokens come when they are due, and the counters agree with what was sent."""

import json
import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import httpx
import pytest

from fixtures.standin.engine.pace import Fixed, Gb10, pace_of
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin

MODEL = "gpt-oss-120b"
pytestmark = pytest.mark.timeout(120)


def _body(upto: int) -> dict[str, object]:
    options = {"include_usage": True}
    messages = [{"role": "user", "content": f"Count from 1 to {upto}."}]
    return {"model": MODEL, "messages": messages, "stream": True, "stream_options": options}


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[httpx.Client]:
    """A stand-in that takes an hour for each token but the first: nothing but an abort ends its requests."""
    yield from _served(tmp_path, pace="50:3600000")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[httpx.Client]:
    """A stand-in that nobody has asked anything yet."""
    yield from _served(tmp_path, pace="instant")


def _served(directory: Path, *, pace: str) -> Iterator[httpx.Client]:
    with (
        start_standin(options=StandinOptions(pace=pace), log=directory / "log", timeout=120) as running,
        httpx.Client(base_url=running.url, timeout=120, trust_env=False) as client,
    ):
        yield client


def _value(client: httpx.Client, name: str) -> float:
    """The sum of a counter over its labels that contain nothing but what `name` asks for."""
    found = re.findall(rf"^{name}\S* (\S+)$", client.get("/metrics").text, re.MULTILINE)
    assert found, name
    return sum(map(float, found))


def _until(client: httpx.Client, name: str, value: float) -> bool:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if _value(client, name) == value:
            return True
        time.sleep(0.02)
    return False


def _assert_aborted(client: httpx.Client) -> None:
    assert _until(client, "vllm:num_requests_running", 0)
    assert _until(client, 'vllm:request_success_total{engine="0",finished_reason="abort"', 1)
    assert _value(client, "vllm:generation_tokens_total") <= 1


def test_disconnect_aborts_stream(slow: httpx.Client) -> None:
    """A client that leaves a stream ends its request: nothing runs any more, and the abort is counted."""
    with slow.stream("POST", "/v1/chat/completions", json=_body(50)) as response:
        lines = response.iter_lines()  # kept: without it httpx closes the response
        assert next(lines)
        assert _until(slow, "vllm:num_requests_running", 1)

    _assert_aborted(slow)


def test_disconnect_aborts_whole(slow: httpx.Client) -> None:
    """A client that stops waiting for a whole answer ends its request as well."""
    body = json.dumps({**_body(50), "stream": False, "stream_options": None})
    asking = HTTPConnection(slow.base_url.host, slow.base_url.port or 80, timeout=60)
    asking.request("POST", "/v1/chat/completions", body, {"content-type": "application/json"})
    assert _until(slow, "vllm:num_requests_running", 1)
    asking.close()

    _assert_aborted(slow)


def test_counters_agree(fresh: httpx.Client) -> None:
    """The counters move by what the usage says."""
    body = {**_body(50), "stream": False, "stream_options": None, "n": 2}
    usage = fresh.post("/v1/chat/completions", json=body).json()["usage"]

    assert _value(fresh, "vllm:generation_tokens_total") == usage["completion_tokens"]
    assert _value(fresh, "vllm:prompt_tokens_total") == usage["prompt_tokens"]
    assert _value(fresh, "vllm:time_to_first_token_seconds_count") == 1


def test_prefix_cache(fresh: httpx.Client) -> None:
    """The second of two equal prompts finds its blocks in the prefix cache."""
    counts = []
    for _ in range(2):
        messages = [{"role": "user", "content": "The quick brown fox. " * 100}]
        fresh.post("/v1/chat/completions", json={"model": MODEL, "messages": messages})
        counts.append(_value(fresh, "vllm:prefix_cache_hits_total"))

    assert counts[0] == 0 and counts[1] > 400


def test_gb10_is_as_published() -> None:
    """One stream has 33 to 34 tokens/s; more streams are slower each and faster together."""
    pace = Gb10()
    each = [pace.each(running) for running in (1, 2, 3, 4, 8, 32)]

    assert 33 <= 1 / each[0] <= 34
    assert each == sorted(each)
    assert 32 / each[-1] > 8 / each[-2] > 1 / each[0]


def test_pace_names() -> None:
    """A pace is named, or given in milliseconds."""
    assert (pace_of("instant"), pace_of("gb10"), pace_of("200:30")) == (Fixed(), Gb10(), Fixed(0.2, 0.03))
    for wrong in ("1", "a:b", "-1:2", "1:nan", ""):
        with pytest.raises(ValueError, match="--pace"):
            pace_of(wrong)
