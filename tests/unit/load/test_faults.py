"""Whatever a server does, it becomes the error of one sample, and the run goes on and ends in time."""

import asyncio
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from math import inf

import pytest

from fixtures.adapters.load import LoadPlan, run_load
from fixtures.adapters.load.client import Connection
from fixtures.adapters.load.reading import Reading
from fixtures.adapters.load.sse import EventSplitter
from tests.unit.load.scripted import (
    CLOSE,
    DONE,
    END,
    GOOD,
    HALF_CLOSE,
    HANG,
    HEAD,
    RESET,
    Scripted,
    Step,
    chunk,
    delta,
    scripted,
    usage,
)  # fmt: skip

# A server hangs until its test is over, and deadlines that must not come are longer than the watchdog.
LONG = 3600.0
pytestmark = pytest.mark.timeout(120)

ERROR = b'data: {"error":{"message":"EngineCore encountered an issue.","code":500}}\n\n'
BODY_500 = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops"
PLAIN = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b"
WORDS = delta("Hello") + delta(" world")

HANGS: dict[str, Sequence[Step]] = {
    "hang-before-head": [HANG],
    "hang-after-head": [HEAD, HANG],
    "slow-drip": [HEAD, *[s for _ in range(5000) for s in (chunk(delta("x")), 0.05)]],
    "drip-within-line": [HEAD, *[s for _ in range(5000) for s in (chunk(b"d"), 0.05)]],
    "done-but-open": [HEAD, chunk(WORDS + usage(2) + DONE), HANG],
}
FAULTS: dict[str, tuple[str, Sequence[Step]]] = {
    "reset-before-head": ("reset", [0.1, RESET]),
    "reset-mid-stream": ("reset", [HEAD + chunk(WORDS), 0.05, RESET]),
    "close-mid-stream": ("truncated", [HEAD + chunk(WORDS), CLOSE]),
    "close-mid-chunk": ("truncated", [HEAD + b"ff\r\ndata: ", CLOSE]),
    "half-close": ("truncated", [HEAD + chunk(WORDS), HALF_CLOSE, HANG]),
    "not-http": ("malformed", [b"SSH-2.0-OpenSSH_9.6\r\n", HANG]),
    "bad-chunk-size": ("malformed", [HEAD + b"zz\r\n", HANG]),
    "not-json": ("malformed", [HEAD + chunk(b"data: {oops\n\n" + DONE) + END]),
    "no-object": ("malformed", [HEAD + chunk(b"data: [1]\n\n" + DONE) + END]),
    "no-utf8": ("malformed", [HEAD + chunk(b'data: {"choices":[{"delta":{"content":"\xff"}}]}\n\n' + DONE) + END]),
    "bad-choices": ("malformed", [HEAD + chunk(b'data: {"choices":[7]}\n\n' + DONE) + END]),
    "bad-content": ("malformed", [HEAD + chunk(b'data: {"choices":[{"delta":{"content":[1]}}]}\n\n' + DONE) + END]),
    "negative-usage": ("malformed", [HEAD + chunk(WORDS + usage(-1) + DONE) + END]),
    "no-events": ("malformed", [PLAIN % (9, b'{"id": 1}')]),
    "error-frame": ("error_frame", [HEAD + chunk(WORDS + ERROR + DONE) + END]),
    "no-done": ("no_done", [HEAD + chunk(WORDS + usage(2)) + END]),
    "no-usage": ("no_usage", [HEAD + chunk(WORDS + DONE) + END]),
    "zero-usage": ("no_usage", [HEAD + chunk(WORDS + usage(0) + DONE) + END]),
    "empty-body": ("empty", [PLAIN % (0, b"")]),
    "no-content": ("empty", [HEAD + chunk(delta("") + usage(3) + DONE) + END]),
    "status-500": ("http_500", [BODY_500]),
    "status-500-then-close": ("http_500", [BODY_500.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n"), CLOSE]),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_typed_and_run_goes_on(fault: str) -> None:
    """A fault of one response is that sample's error, and the next request of the same slot is measured."""
    error, script = FAULTS[fault]
    with scripted(script, [GOOD]) as server:
        bad, good = run_load(server.plan(2, deadline=LONG, total=LONG)).samples

    assert (bad.error, good.error) == (error, None)
    assert good.text == "Hello world"


@pytest.mark.parametrize("hang", HANGS)
def test_hang_ends_by_its_deadline_and_the_slot_goes_on(hang: str) -> None:
    """A request that hangs or drips ends by its own deadline, and the next one of the same slot is read."""

    async def exchanges(port: int) -> tuple[Reading, Reading]:
        slot, (request,) = Connection("127.0.0.1", port), _plan("127.0.0.1", port, bodies=1).requests()
        await slot.open(LONG)
        return tuple([await slot.exchange(request, within_s=within, until=inf) for within in (0.3, LONG)])

    with scripted(HANGS[hang], [GOOD]) as server:
        bad, good = asyncio.run(exchanges(server.port))

    assert (bad.error, good.error) == ("deadline", None)


def test_request_deadline_is_the_plans() -> None:
    """A hang costs a run the deadline of the plan's requests, and not that of the whole."""
    with scripted([HANG]) as server:
        (sample,) = run_load(server.plan(deadline=1.0, total=LONG)).samples

    assert sample.error == "deadline"


GOOD_STREAMS: dict[str, Sequence[Step]] = {
    "one-recv": [GOOD],
    "byte-by-byte": [GOOD[i : i + 1] for i in range(len(GOOD))],
    "crlf": [HEAD + chunk((WORDS + usage(2) + DONE).replace(b"\n", b"\r\n")) + END],
    "no-space": [HEAD + chunk((WORDS + usage(2) + DONE).replace(b"data: ", b"data:")) + END],
    "comments-and-ids": [HEAD + chunk(b": ping\n\nid: 1\nevent: m\n" + WORDS + usage(2) + DONE) + END],
    "data-in-two-lines": [HEAD + chunk(WORDS.replace(b'{"index"', b'\ndata: {"index"') + usage(2) + DONE) + END],
    "no-length": [b"HTTP/1.1 200 OK\r\n\r\n" + WORDS + usage(2) + DONE, CLOSE],
    "http-1.0": [b"HTTP/1.0 200 OK\r\n\r\n" + WORDS + usage(2) + DONE, CLOSE],
}


@pytest.mark.parametrize("stream", GOOD_STREAMS)
def test_legal_stream_is_read(stream: str) -> None:
    """Every legal way to cut and write a stream gives the same sample."""
    with scripted(GOOD_STREAMS[stream]) as server:
        (sample,) = run_load(server.plan()).samples

    assert (sample.error, sample.detail) == (None, "")
    assert (sample.text, sample.completion_tokens, len(sample.event_times)) == ("Hello world", 2, 2)


def test_cut_inside_utf8_character() -> None:
    """A chunk border inside a UTF-8 character does not harm the text."""
    stream = delta("快樂🙂") + usage(1) + DONE
    pieces = [chunk(stream[i : i + 1]) for i in range(len(stream))]
    with scripted([HEAD, *[s for p in pieces for s in (p, 0.001)], END]) as server:
        (sample,) = run_load(server.plan()).samples

    assert (sample.error, sample.text) == (None, "快樂🙂")


def test_huge_event() -> None:
    """An event of eight megabytes is read, and the sample keeps only a clip of its text."""
    stream = delta("x" * 8_000_000) + usage(1) + DONE
    with scripted([HEAD + chunk(stream) + END]) as server:
        (sample,) = run_load(server.plan()).samples

    assert sample.error is None
    assert len(sample.text) < 10_000


def test_huge_event_in_small_pieces() -> None:
    """An event is read in linear time: to copy what came before with each piece would outlast the watchdog."""
    splitter, piece = EventSplitter(), b"x" * 100
    began = list(splitter.feed(b"data: "))
    whole = [event for _ in range(200_000) for event in splitter.feed(piece)]
    ended = list(splitter.feed(b"\n\n"))

    assert (began, whole, [len(event) for event in ended]) == ([], [], [20_000_000])


def test_endless_line_is_bounded() -> None:
    """A line that never ends is malformed once it is longer than any honest event."""
    block = chunk(b"x" * 1_000_000)
    with scripted([HEAD + b"".join([block] * 40) + END]) as server:
        (sample,) = run_load(server.plan()).samples

    assert (sample.error, "bytes" in sample.detail) == ("malformed", True)


def test_refused() -> None:
    """Where nobody listens, every request is refused and the run still ends with a sample for each."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    run = run_load(_plan("127.0.0.1", port, bodies=3))

    assert [s.error for s in run.samples] == ["refused"] * 3


def test_unknown_host() -> None:
    """A name that does not resolve is a connect error."""
    run = run_load(_plan("no-such-host.invalid", 80, bodies=1))

    assert [s.error for s in run.samples] == ["connect"]


def test_total_deadline_ends_the_run() -> None:
    """The run ends by its total deadline; what was in flight is a deadline error, and what was not started says so."""
    with scripted([HANG]) as server:
        run = run_load(server.plan(6, deadline=LONG, total=1.5, concurrency=2))

    assert [s.error for s in run.samples] == ["deadline"] * 2 + ["not_started"] * 4


def test_closed_between_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that the server closes between requests is opened again, and no request is lost."""
    # The time within which a loss is taken for such a close: this server may be slow to come to it.
    monkeypatch.setattr("fixtures.adapters.load.client.STALE_S", LONG)
    with scripted([GOOD, CLOSE]) as server:
        run = run_load(server.plan(5))

    assert [s.error for s in run.samples] == [None] * 5
    assert (server.connections, run.client.reopened) == (5, 4)


def test_keep_alive() -> None:
    """A slot keeps its connection over all its requests."""
    with scripted([GOOD]) as server:
        run = run_load(server.plan(20, concurrency=2))

    assert (server.connections, run.client.reopened) == (2, 0)
    assert sum(s.first_wave for s in run.samples) == 2


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C as at a terminal: a script's background job starts with SIGINT ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
def test_interrupt_ends_the_run() -> None:
    """KeyboardInterrupt in mid-request ends the run before any deadline, and the server sees the socket close."""
    with scripted([HEAD, *[step for _ in range(5000) for step in (chunk(b": ping\n"), 0.05)]]) as server:
        main = threading.main_thread().ident
        interrupter = threading.Thread(target=_interrupt_when_busy, args=(server, main), daemon=True)
        interrupter.start()
        with pytest.raises(KeyboardInterrupt):
            run_load(server.plan(2, deadline=LONG, total=LONG))
        interrupter.join()
        assert server.left.wait(60)


def _interrupt_when_busy(server: Scripted, thread: int) -> None:
    while not server.requests:
        time.sleep(0.005)
    signal.pthread_kill(thread, signal.SIGINT)


def test_progress_and_its_exception() -> None:
    """Progress is told at the end at the latest, and an exception of the listener is not swallowed."""
    told: list[int] = []
    with scripted([GOOD]) as server:
        run_load(server.plan(3), lambda p: told.append(p.done))
        with pytest.raises(ZeroDivisionError):
            run_load(server.plan(1), lambda p: print(p.done // 0))

    assert told[-1] == 3


def test_ipv6_and_hostname() -> None:
    """IPv6 addresses and names work, and the Host header has brackets where it must."""
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with scripted([GOOD], family=socket.AF_INET6) as server:
        (sample,) = run_load(_plan("::1", server.port, bodies=1)).samples
        assert b"Host: [::1]:" in server.requests[0]
    with scripted([GOOD]) as server:
        (named,) = run_load(_plan("localhost", server.port, bodies=1)).samples

    assert (sample.error, named.error) == (None, None)


def test_secret_is_sent_and_never_shown() -> None:
    """The Authorization header reaches the server, and no repr and no detail shows it, even if the server echoes it."""
    secret = "sk-very-secret-token"
    echo = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: %d\r\n\r\nbad key %b" % (8 + len(secret), secret.encode())
    with scripted([echo]) as server:
        plan = _plan("127.0.0.1", server.port, bodies=1, headers={"Authorization": f"Bearer {secret}"})
        run = run_load(plan)
        sent = server.requests[0]

    assert secret.encode() in sent
    assert run.samples[0].error == "http_401"
    assert secret not in repr(plan) + repr(run)


def _plan(host: str, port: int, *, bodies: int, headers: dict[str, str] | None = None) -> LoadPlan:
    return LoadPlan(
        host=host, port=port, headers=headers or {}, bodies=[b"{}"] * bodies, concurrency=1,
        request_deadline_s=60, total_deadline_s=100,
    )  # fmt: skip
