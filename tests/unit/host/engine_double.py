"""A Docker engine's socket that answers four questions from a table."""

import contextlib
import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

VERSION = {"Version": "29.2.1", "ApiVersion": "1.41", "MinAPIVersion": "1.24"}


@contextlib.contextmanager
def engine(
    socket: Path, *, images: dict[str, Any], containers: list[dict[str, Any]], info: dict[str, Any] | None = None
) -> Iterator[str]:
    """Its DOCKER_HOST."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            image = path.partition("/images/")[2].removesuffix("/json")
            if path.endswith("/version"):
                self._answer(VERSION)
            elif path.endswith("/info") and info is not None:
                self._answer(info)
            elif path.endswith("/containers/json"):
                self._answer(containers)
            elif image in images:
                self._answer(images[image])
            else:
                self._answer({"message": f"No such image: {image}"}, status=404)

        def _answer(self, value: Any, *, status: int = 200) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "unix"

        def log_message(self, *_: object) -> None:
            """Nothing."""

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    with Server(str(socket), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"unix://{socket}"
        server.shutdown()
