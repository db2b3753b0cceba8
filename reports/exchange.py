"""One exchange as a reader wants it: what was asked, what came, where they differ, what the log said, and how to ask again."""

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Reader = Callable[[str], str | None]
CLIP = 3000  # characters of a request or an answer,
LONG = 1500  # of a body within a curl line,
LINES = 14  # and lines of the log
_GOT = re.compile(r"; got (?:status \d+: )?['\"]?(.+?)['\"]?(?:, in exchange |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marked:
    """A text in three pieces: what differs is the middle one, and may be empty."""

    before: str
    differs: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An exchange to be read. `status` is None where no answer came, and `failure` says why or where it broke off."""

    path: str
    asked: str
    request: str
    status: int | None
    seconds: float
    failure: str | None
    answer: Marked
    log: tuple[str, ...]
    curl: str
    long: bool


def shown(path: str, read: Reader, *, message: str, base_url: str | None, log: bytes = b"") -> Shown | None:
    """The exchange of a file, with what the clause's message says of it marked; None where it cannot be read.

    `log` is the server's, of which the lines around the exchange are shown.
    """
    try:
        kept: dict[str, Any] = json.loads(read(path) or "")
        request, body = kept["request"], kept["body"]
    except (ValueError, KeyError, TypeError):
        return None
    sent = request["body"] if isinstance(request["body"], str) else ""
    return Shown(
        path=path,
        asked=f"{request['method']} {request['path']}",
        request=_clipped(_readable(sent)),
        status=kept["status"],
        seconds=kept["seconds"],
        failure=kept["failure"],
        answer=_marked(_readable(body) if isinstance(body, str) else json.dumps(body), message),
        log=_log(log, kept.get("log") or [0, 0]),
        curl=_curl(request["method"], request["path"], sent, path, base_url),
        long=len(sent) > LONG,
    )


def _readable(text: str) -> str:
    """JSON over several lines; anything else, a stream among them, as it came."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return text


def _clipped(text: str) -> str:
    return text if len(text) <= CLIP else f"{text[: CLIP * 3 // 4]}\n…\n{text[-CLIP // 4 :]}"


def _marked(text: str, message: str) -> Marked:
    """The first place in which the answer has what the message says that it got, and what stands around it."""
    at, length = _place(text, message)
    if not length:
        return Marked(_clipped(text))
    before, after = text[:at], text[at + length :]
    if at > CLIP // 2:
        before = f"{before[: CLIP // 6]}\n…\n{before[-CLIP // 3 :]}"
    return Marked(before, text[at : at + length], after if len(after) <= CLIP // 2 else f"{after[: CLIP // 2]}\n…")


def _place(text: str, message: str) -> tuple[int, int]:
    found = _GOT.search(message)
    if not found:
        return 0, 0
    for got in (found[1], json.dumps(found[1], ensure_ascii=False)[1:-1], found[1][:60]):
        at = text.find(got) if len(got) > 1 else -1
        if at >= 0:
            return at, len(got)
    return 0, 0


def _log(log: bytes, span: list[int]) -> tuple[str, ...]:
    """Whole lines that were written while the exchange ran, and a little before and after."""
    if not log or span[1] <= 0:
        return ()
    around = log[max(0, span[0] - 400) : span[1] + 800].decode("utf-8", "replace").splitlines()
    return tuple(line[:400] for line in around[1:-1][-LINES:])


def _curl(method: str, path: str, body: str, file: str, base_url: str | None) -> str:
    """A line for a shell that asks the same; the key stays in the environment."""
    url = shlex.quote(f"{base_url or 'http://127.0.0.1:8000'}{path}")
    line = f'curl -sS -X {method} {url} -H "Authorization: Bearer $VLLM_API_KEY"'
    if not body:
        return line
    head = f"{line} -H 'content-type: application/json'"
    if len(body) <= LONG:
        return f"{head} --data-raw {shlex.quote(body)}"
    return f"jq -r .request.body {shlex.quote(file)} | {head} --data-binary @-"
