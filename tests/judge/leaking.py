"""A server that says the client's key in every spelling and everywhere: a body, an error, a header, a stream cut into pieces."""

import base64
import html
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

# Of every alphabet that has spellings of its own: letters, base64's, quotes and slashes, JSON's escapes, dots, percent signs.
SECRETS = (
    "sk-canary-0123456789abcdef",
    "AbC+/dEf0123456789+/==",
    'quo"te\\back/slash<&>tail',
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJncHUtYm94In0.c2lnbmF0dXJlLW9mLWEtdG9rZW4",
    "per%20cent%2Bsigned%25key",
    "hf_" + "Zx9" * 12,
)


def spelled(secret: str) -> dict[str, str]:
    """The secret in each spelling in which it may travel, by its name."""
    data = secret.encode()
    return {
        "raw": secret,
        "URL-encoded": quote(secret, safe=""),
        "base64": base64.b64encode(data).decode(),
        "base64 of a login": base64.b64encode(b"user:" + data).decode(),
        "JSON-escaped": json.dumps(secret)[1:-1],
        "HTML-escaped": html.escape(secret),
    }


class _Leaking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        models = {"object": "list", "data": [{"id": "gpt-oss-120b", "object": "model", "max_model_len": 32768}]}
        self._answer(models if self.path == "/v1/models" else {"version": "0.32.0"})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])) or b"{}")
        told = " ".join(("391", *spelled(self._key()).values()))
        if asked.get("stream"):
            self._stream(told)
        elif self.path != "/v1/chat/completions":
            self._answer({"error": {"message": told, "type": told, "param": told, "code": 500}}, status=500)
        else:
            message = {"role": "assistant", "content": told, "reasoning": told}
            self._answer({"id": told, "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

    def _key(self) -> str:
        # http.server reads a header as latin-1, and the client had sent the key's bytes.
        return (
            self.headers.get("authorization", "").removeprefix("Bearer ").encode("latin-1").decode("utf-8", "replace")
        )

    def _answer(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("x-echo", quote(self._key(), safe=""))
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, told: str) -> None:
        """Every byte of the answer in a piece of its own, so that no read has the whole secret."""
        delta = {"choices": [{"index": 0, "delta": {"content": told}, "finish_reason": None}]}
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for byte in f"data: {json.dumps(delta)}\n\ndata: [DONE]\n\n".encode():
            self.wfile.write(b"1\r\n" + bytes([byte]) + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: object) -> None:
        """Nothing: the test's own output is enough."""


@contextmanager
def leaking_server() -> Iterator[str]:
    """Its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Leaking)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
