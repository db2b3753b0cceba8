"""The peer of the accuracy benchmark: what everybody writes first, httpx with `aiter_lines` and json.

It measures what our client measures, as a closed loop on one event loop; its times are those its user sees.
"""

import asyncio
import json
import time
from array import array
from collections.abc import Iterator, Sequence

import httpx

from fixtures.core.samples import RequestSample


def run_httpx(port: int, bodies: Sequence[bytes], concurrency: int) -> tuple[list[RequestSample], float]:
    """The samples, with times on the monotonic clock, and the CPU seconds of this thread."""
    return asyncio.run(_run(port, bodies, concurrency))


async def _run(port: int, bodies: Sequence[bytes], concurrency: int) -> tuple[list[RequestSample], float]:
    queue = enumerate(bodies)
    samples: list[RequestSample] = []
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, limits=limits, timeout=60, trust_env=False) as client:
        cpu = time.thread_time()
        await asyncio.gather(*(_slot(client, queue, samples, concurrency) for _ in range(concurrency)))
        return samples, time.thread_time() - cpu


async def _slot(
    client: httpx.AsyncClient, queue: Iterator[tuple[int, bytes]], samples: list[RequestSample], concurrency: int
) -> None:
    for index, body in queue:
        started = time.monotonic()
        times: array[float] = array("d")
        tokens: array[int] = array("q")
        async with client.stream("POST", "/v1/chat/completions", content=body) as response:
            async for line in response.aiter_lines():
                if line.startswith("data: {"):
                    _take(json.loads(line[6:]), times, tokens)
        samples.append(_sample(index, started, times, tokens, first_wave=index < concurrency))


def _take(chunk: dict[str, list[dict[str, dict[str, str]]]], times: "array[float]", tokens: "array[int]") -> None:
    delta = chunk["choices"][0]["delta"] if chunk["choices"] else {}
    if delta.get("content") or delta.get("reasoning"):
        times.append(time.monotonic())
        tokens.append(len(times))


def _sample(
    index: int, started: float, times: "array[float]", tokens: "array[int]", *, first_wave: bool
) -> RequestSample:
    return RequestSample(
        index=index, started=started, ended=time.monotonic(), first_wave=first_wave, first_event=times[0],
        first_visible=times[0], last_visible=times[-1], event_times=times, event_tokens=tokens,
        completion_tokens=len(times), status=200,
    )  # fmt: skip
