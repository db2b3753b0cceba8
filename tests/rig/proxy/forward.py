"""An ASGI application that asks another server, and hands its answers through the points where a fault can act."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
from starlette.types import Receive, Scope, Send

from fixtures.faults.liveness import GENERATING
from fixtures.standin.families.family import Family
from fixtures.standin.points.fault import Exchange, Faults
from fixtures.standin.points.request import current

Json = dict[str, Any]
# Ours to say: how the body travels on each side is between that side and us.
_OURS = ("content-length", "transfer-encoding", "connection", "host")
_END = b"\n\n"


class Forward:
    """Answers as the server at `url` does, changed by the faults that change bodies, events, frames and the metrics."""

    def __init__(self, url: str, *, faults: Faults, family: Family) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=None, limits=httpx.Limits(max_keepalive_connections=0))
        self._faults, self._family = faults, family

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask, and send on what comes, as it comes."""
        exchange = Exchange(family=self._family, method=scope["method"], path=scope["path"])
        headers = [(n, v) for n, v in scope["headers"] if n.decode("latin-1") not in _OURS]
        request = self._client.build_request(
            scope["method"], _target(scope), headers=headers, content=current().raw or None
        )
        try:
            response = await self._client.send(request, stream=True)
        except httpx.HTTPError:
            # The server gave no answer, so neither do we.
            current().reset()
            return
        try:
            await self._answer(exchange, response, send)
        finally:
            await response.aclose()

    async def _answer(self, exchange: Exchange, response: httpx.Response, send: Send) -> None:
        kept = [(n, v) for n, v in response.headers.raw if n.decode("latin-1").lower() not in _OURS]
        await send({"type": "http.response.start", "status": response.status_code, "headers": kept})
        try:
            async for data in self._body(exchange, response):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        except httpx.HTTPError:
            # It broke off; so must we, without the end of the body.
            current().transport.close()
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _body(self, exchange: Exchange, response: httpx.Response) -> AsyncIterator[bytes]:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            async for data in self._faults.frames(exchange, self._frames(exchange, response)):
                yield data
            return
        yield self._whole(exchange, response.status_code, await response.aread())

    def _whole(self, exchange: Exchange, status: int, data: bytes) -> bytes:
        if exchange.path == "/metrics":
            return self._faults.metrics(data)
        if exchange.path not in GENERATING or status != 200:
            return data
        return orjson.dumps(self._faults.body(exchange, json.loads(data)))

    async def _frames(self, exchange: Exchange, response: httpx.Response) -> AsyncIterator[bytes]:
        """The frames of a stream, those that came together in one piece, their events changed by the faults."""
        left = b""
        async for data in response.aiter_raw():
            *frames, left = (left + data).split(_END)
            if frames:
                yield b"".join(self._changed(exchange, frame) for frame in frames)
        if left:
            yield left

    def _changed(self, exchange: Exchange, frame: bytes) -> bytes:
        head, mark, data = frame.partition(b"data: ")
        if not mark or data == b"[DONE]":
            return frame + _END
        named = head.startswith(b"event: ")
        return b"".join(_framed(event, named=named) for event in self._faults.events(exchange, [json.loads(data)]))


def _framed(event: Json, *, named: bool) -> bytes:
    name = b"event: %b\n" % str(event.get("type")).encode() if named else b""
    return b"%bdata: %b%b" % (name, orjson.dumps(event), _END)


def _target(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    path: str = scope.get("raw_path", scope["path"].encode()).decode("latin-1")
    return f"{path}?{query}" if query else path
