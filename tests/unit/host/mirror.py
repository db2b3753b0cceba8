"""A mirror that answers each path in one faulty way: its name says which."""

import contextlib
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"IQ== 0\nIg== 1\n" * 20_000
PAGE = b"<!DOCTYPE html><html><body>Log in to the network</body></html>"


class Handler(BaseHTTPRequestHandler):
    """The first path element is the behaviour."""

    def do_GET(self) -> None:
        behaviour = self.path.split("/")[1]
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client gave up, as it should
            getattr(self, f"_{behaviour}")()

    def _send(self, body: bytes, *, length: int | None = None, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def _good(self) -> None:
        self._send(CONTENT)

    def _page(self) -> None:
        self._send(PAGE)

    def _gone(self) -> None:
        self._send(b"gone", status=404)

    def _truncated(self) -> None:
        self._send(CONTENT[: len(CONTENT) // 2], length=len(CONTENT))

    def _short(self) -> None:
        self._send(CONTENT[:-1])

    def _oversized(self) -> None:
        self._send(CONTENT + b"x")

    def _endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(CONTENT)

    def _wrong(self) -> None:
        self._send(b"x" + CONTENT[1:])

    def _moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.path.replace("/moved/", "/good/"))
        self.end_headers()

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def _silent(self) -> None:
        self.connection.recv(1)  # until the client leaves

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def mirror() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
