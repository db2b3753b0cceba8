"""A streaming server whose timing is known: event i is due at t0 + TTFT + i * ITL, and its writes are stamped.

t0 is the moment the request is complete. Due times are absolute, so nothing drifts. The stamp is taken before each
write on CLOCK_MONOTONIC, which all processes of a host share: client times can be held against it directly. The stock
event loop is used on purpose: its transports write at once, while uvloop's gather writes until the end of the loop's turn.

Run: python -m benchmarks.truth_server        prints its port, serves until its standard input closes
The request body's object `truth` says what to do (`Truth`); GET /stats returns what was done, and forgets it.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import httptools
import orjson

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What one answer looks like. `role_ms` is when the empty role event leaves, with the first token if None."""

    id: int = 0
    tokens: int = 60
    ttft_ms: float = 200.0
    itl_ms: float = 20.0
    per_event: int = 1
    role_ms: float | None = None
    reasoning: int = 0  # how many of the first tokens are reasoning
    hidden: int = 0  # tokens made before the first visible one, and counted by usage
    usage_per_event: bool = True
    usage: bool = True


@dataclass(slots=True)
class Served:
    """One request as it really went; seconds on CLOCK_MONOTONIC. `writes` are the stamps of the token events."""

    id: int
    received: float
    role: float = 0.0
    writes: list[float] = field(default_factory=list)


class _Answer:
    """Writes one answer, each event at its time."""

    def __init__(self, transport: asyncio.Transport, truth: Truth, served: Served) -> None:
        self._transport = transport
        self._truth = truth
        self._served = served
        self._loop = asyncio.get_running_loop()
        self._sent = 0
        self._zero = self._loop.time() - (time.monotonic() - served.received)

    def start(self) -> None:
        if self._truth.role_ms is not None:
            self._loop.call_at(self._zero + self._truth.role_ms / 1e3, self._role)
        self._loop.call_at(self._zero + self._truth.ttft_ms / 1e3, self._next)

    def _role(self) -> None:
        self._served.role = time.monotonic()
        self._transport.write(_HEAD + self._event({"role": "assistant", "content": ""}, done=0))

    def _next(self) -> None:
        truth = self._truth
        opening = b""
        if self._sent == 0 and truth.role_ms is None:
            opening = _HEAD + self._event({"role": "assistant", "content": ""}, done=0)
        count = min(truth.per_event, truth.tokens - self._sent)
        name = "reasoning" if self._sent < truth.reasoning else "content"
        self._sent += count
        event = self._event({name: " tok" * count}, done=self._sent + truth.hidden)
        closing = b"" if self._sent < truth.tokens else self._closing()
        self._served.writes.append(time.monotonic())
        self._transport.write(opening + event + closing)
        if self._sent < truth.tokens:
            due = self._zero + (truth.ttft_ms + self._sent * truth.itl_ms) / 1e3
            self._loop.call_at(due, self._next)

    def _closing(self) -> bytes:
        total = self._truth.tokens + self._truth.hidden
        events = self._event({}, done=total, finish="stop")
        if self._truth.usage:
            events += _chunk(b'data: {"choices":[],"usage":%b}\n\n' % orjson.dumps(_usage(total)))
        return events + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"

    def _event(self, delta: dict[str, str], *, done: int, finish: str | None = None) -> bytes:
        value: dict[str, Any] = {
            "id": f"chatcmpl-{self._truth.id:032x}",
            "object": "chat.completion.chunk",
            "created": 1,
        }
        value |= {
            "model": "truth",
            "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}],
        }
        if self._truth.usage_per_event:
            value["usage"] = _usage(done)
        return _chunk(b"data: " + orjson.dumps(value) + b"\n\n")


class _Server(asyncio.Protocol):
    def __init__(self, log: list[Served]) -> None:
        self._log = log
        self._parser = httptools.HttpRequestParser(self)
        self._url = self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        self._url, self._body = url, b""

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        now = time.monotonic()
        if self._url == b"/stats":
            body = orjson.dumps([asdict(s) for s in self._log])
            self._log.clear()
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            return
        truth = Truth(**orjson.loads(self._body)["truth"])
        served = Served(id=truth.id, received=now)
        self._log.append(served)
        _Answer(self._transport, truth, served).start()


class TruthServer:
    """The server in a process of its own, as its user sees it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def stats(self) -> dict[int, Served]:
        """What was served since the last call, by request id."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=30) as response:
            return {s["id"]: Served(**s) for s in json.load(response)}


@contextlib.contextmanager
def truth_server() -> Iterator[TruthServer]:
    """Start the server, and end it with the block: it leaves when its standard input closes."""
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "benchmarks.truth_server"]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        if process.stdout is None:
            raise RuntimeError("the truth server has no standard output")
        yield TruthServer(int(process.stdout.readline()))
        # Leaving the block closes standard input, which ends the process, and waits for it.


def body(truth: Truth) -> bytes:
    """The request that asks for this answer."""
    asked = {k: v for k, v in asdict(truth).items() if v is not None}
    messages = [{"role": "user", "content": "Tell the truth."}]
    return orjson.dumps({"model": "truth", "messages": messages, "stream": True, "truth": asked})


def _usage(tokens: int) -> dict[str, int]:
    return {"prompt_tokens": 20, "total_tokens": 20 + tokens, "completion_tokens": tokens}


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    log: list[Served] = []
    server = await loop.create_server(lambda: _Server(log), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
