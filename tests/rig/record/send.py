"""Sends one request and keeps what came, as a recording has it."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.rig.record.redact import metric_names, redacted, routes_of

Json = dict[str, Any]


def send(client: httpx.Client, request: Json) -> httpx.Response:
    """The answer to a request of a recording; httpx.HTTPError where it is not complete."""
    return client.send(_built(client, request))


def hear(client: httpx.Client, request: Json) -> tuple[httpx.Response, bool]:
    """What came of the answer, and whether it broke off; httpx.HTTPError where there was none at all."""
    response = client.send(_built(client, request), stream=True)
    data, broken = b"", False
    try:
        for piece in response.iter_raw():
            data += piece
    except httpx.HTTPError:
        broken = True
    finally:
        response.close()
    return httpx.Response(response.status_code, headers=response.headers, content=data), broken


def _built(client: httpx.Client, request: Json) -> httpx.Request:
    method, path, headers = request["method"], request["path"], dict(request.get("headers") or {})
    if "raw" in request:
        headers["content-type"] = request["content_type"]
        return client.build_request(method, path, content=request["raw"].encode("latin-1"), headers=headers)
    body = request["body"]
    if "repeat" in request:
        body = {**body, "messages": [{"role": "user", "content": "hello " * request["repeat"]}]}
    if body is None:
        return client.build_request(method, path, headers=headers)
    return client.build_request(method, path, headers=headers, json=body)


def record(client: httpx.Client, request: Json) -> Json:
    """The exchange: request, status, content type, and the redacted body or events; `failure` where the answer broke off.

    httpx.HTTPError where there was no answer at all.
    """
    response, broken = hear(client, request)
    kind = response.headers.get("content-type")
    made: Json = {"request": request, "status": response.status_code, "content_type": kind}
    if broken:
        made["failure"] = "broke off"
    if kind and kind.startswith("text/event-stream"):
        return {**made, "events": events(response.text)}
    return {**made, "response": body_of(request, response)}


def body_of(request: Json, response: httpx.Response) -> Any:
    """The body: JSON, redacted; of the long pages the names; of other text its length alone; null where empty."""
    if not response.content:
        return None
    if request["path"] == "/metrics":
        return metric_names(response.text)
    try:
        value = response.json()
    except ValueError:
        return {"text": len(response.text) > 0}
    return routes_of(value) if request["path"] == "/openapi.json" else redacted(value)


def events(text: str) -> list[list[Any]]:
    """The events of a stream: the name, or None, and the data, redacted, or the terminator."""
    return [_event(frame) for frame in text.split("\n\n") if frame.strip()]


def _event(frame: str) -> list[Any]:
    lines = frame.split("\n")
    name = next((line[7:] for line in lines if line.startswith("event: ")), None)
    data = next(line[6:] for line in lines if line.startswith("data: "))
    return [name, data if data == "[DONE]" else redacted(json.loads(data))]
