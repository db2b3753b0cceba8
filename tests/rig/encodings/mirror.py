"""A local HTTP mirror of the encoding files that can misbehave.

By hand: ``python3 tests/rig/encodings/mirror.py --port P --dir DIR --fault slow``. Tests use
``Mirror(directory, fault=...)`` as a context manager; ``base_url`` has its address.
"""

import argparse
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

FAULTS = ("none", "404", "500", "truncated", "wrong", "slow", "stalled")


class Mirror:
    """Serves the files of ``directory`` on 127.0.0.1 as GET /NAME; ``port`` 0 takes a free one.

    Faults, for every file: ``404`` and ``500`` answer with that status; ``truncated`` promises all bytes and sends
    half; ``wrong`` changes one byte; ``slow`` sends the file in 20 pieces with ``pause`` seconds before each;
    ``stalled`` sends half and then nothing until the mirror closes. ``requests`` lists the paths asked for.
    Raises ``ValueError`` for an unknown fault, ``OSError`` for a taken port.
    """

    def __init__(self, directory: Path, *, port: int = 0, fault: str = "none", pause: float = 0.5) -> None:
        if fault not in FAULTS:
            raise ValueError(f"fault {fault!r}: expected one of {', '.join(FAULTS)}")
        self.directory, self.fault, self.pause = directory, fault, pause
        self.requests: list[str] = []
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._server.daemon_threads = True
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self) -> None:
        """Serve until ``close`` is called from another thread."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving and free the port."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve, name="encodings-mirror", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _pieces(body: bytes, mirror: Mirror) -> list[bytes]:
    """What is really sent, in pieces, for the mirror's fault."""
    if mirror.fault in {"truncated", "stalled"}:
        return [body[: len(body) // 2]]
    if mirror.fault == "wrong" and body:
        return [body[:-2] + bytes([body[-2] ^ 1]) + body[-1:]]
    if mirror.fault == "slow":
        step = max(1, -(-len(body) // 20))
        return [body[start : start + step] for start in range(0, len(body), step)]
    return [body]


def _handler(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.requests.append(self.path)
            if mirror.fault in {"404", "500"}:
                return self.send_error(int(mirror.fault))
            path = mirror.directory / Path(self.path).name
            if not path.is_file():
                return self.send_error(404)
            return self._send(path.read_bytes())

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for piece in _pieces(body, mirror):
                    if mirror.fault == "slow":
                        time.sleep(mirror.pause)
                    self.wfile.write(piece)
                    self.wfile.flush()
                if mirror.fault == "stalled":
                    mirror.closing.wait()
            except (BrokenPipeError, ConnectionResetError):
                # The client gave up on a faulty answer, which is what such a test is about.
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing: the base class writes a line to standard error for every request."""

    return Handler


def main() -> None:
    """Command line: serve until interrupted."""
    parser = argparse.ArgumentParser(description="Serve encoding files, with faults.")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--dir", type=Path, required=True)
    parser.add_argument("--fault", choices=FAULTS, default="none")
    parser.add_argument("--pause", type=float, default=0.5, help="seconds before each of 20 pieces, with --fault slow")
    given = parser.parse_args()
    mirror = Mirror(given.dir, port=given.port, fault=given.fault, pause=given.pause)
    print(f"{mirror.base_url} serves {given.dir}, fault: {given.fault}", flush=True)
    mirror.serve()


if __name__ == "__main__":
    main()
