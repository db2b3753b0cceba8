"""A server that plays a script of bytes, pauses and ends, for each connection and request anew."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fixtures.adapters.load import LoadPlan

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
CLOSE, RESET, HALF_CLOSE, HANG = "close", "reset", "half-close", "hang"
Step = bytes | float | int | str
"""Bytes to send, seconds to wait, the number of requests to wait for, or one of the ends; a hang ends with the server."""


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def delta(text: str, *, field: str = "content", usage: int | None = None) -> bytes:
    """One event with one delta."""
    counted = f',"usage":{{"prompt_tokens":5,"completion_tokens":{usage}}}' if usage is not None else ""
    return f'data: {{"choices":[{{"index":0,"delta":{{"{field}":"{text}"}}}}]{counted}}}\n\n'.encode()


def usage(tokens: int) -> bytes:
    return f'data: {{"choices":[],"usage":{{"prompt_tokens":5,"completion_tokens":{tokens}}}}}\n\n'.encode()


DONE = b"data: [DONE]\n\n"
GOOD = HEAD + chunk(delta("Hello") + delta(" world") + usage(2) + DONE) + END


@dataclass(slots=True)
class Scripted:
    """Where it listens, and what it saw."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)  # a client closed while a script was playing

    def plan(self, bodies: int = 1, *, deadline: float = 60.0, total: float = 100.0, concurrency: int = 1) -> LoadPlan:
        return LoadPlan(
            host="127.0.0.1", port=self.port, bodies=[b"{}"] * bodies, concurrency=concurrency,
            request_deadline_s=deadline, total_deadline_s=total,
        )  # fmt: skip


@contextlib.contextmanager
def scripted(*scripts: Sequence[Step], family: int = socket.AF_INET) -> Iterator[Scripted]:
    """Request n of the server plays script n, the last one from then on."""
    listener = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
    server = Scripted(port=listener.getsockname()[1])
    stop = threading.Event()

    def serve() -> None:
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            threading.Thread(target=_play, args=(peer, scripts, server, stop), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _play(peer: socket.socket, scripts: Sequence[Sequence[Step]], server: Scripted, stop: threading.Event) -> None:
    with peer:
        try:
            _serve(peer, scripts, server, stop)
        except OSError:
            server.left.set()


def _serve(peer: socket.socket, scripts: Sequence[Sequence[Step]], server: Scripted, stop: threading.Event) -> None:
    while request := _request(peer):
        server.requests.append(request)
        for step in scripts[min(len(server.requests), len(scripts)) - 1]:
            if not _step(peer, step, server, stop):
                return


def _step(peer: socket.socket, step: Step, server: Scripted, stop: threading.Event) -> bool:
    if isinstance(step, bytes):
        peer.sendall(step)
    elif isinstance(step, float):
        time.sleep(step)
    elif isinstance(step, int):
        while len(server.requests) < step and not stop.is_set():
            time.sleep(0.005)
    elif step == HALF_CLOSE:
        peer.shutdown(socket.SHUT_WR)
    elif step == HANG:
        stop.wait()
    elif step == RESET:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return step not in (CLOSE, RESET)


def _request(peer: socket.socket) -> bytes:
    data = b""
    while not data.endswith(b"\r\n\r\n{}"):
        got = peer.recv(65536)
        if not got:
            return b""
        data += got
    return data
