"""After everything: is it still well, and was it all along?"""

from fixtures.kit import (
    CONTAINER,
    HOST,
    MUST,
    SHOULD,
    NotApplicable,
    chat_prompt,
    clause,
    expect_closings_said,
    expect_content,
    expect_no_hang,
    expect_quiet_log,
    expect_status,
    expect_steady,
    expect_true,
    read_chat,
)


@clause("AFTER-001", "The server is well after the load", level=MUST, source="vLLM #39863: hung behind a green /health")
def test_still_answers(wire):
    """After all other clauses /health MUST answer 200 and a chat MUST be answered rightly."""
    expect_status(wire.send(wire.ask.get("/health")), 200)
    exchange = wire.send(wire.ask.chat("square"))
    expect_content(exchange, read_chat(exchange), chat_prompt("square").expect)


@clause(
    "AFTER-002",
    "The log stayed clean",
    level=MUST,
    scope=CONTAINER,
    needs=["READY-001"],
    source="EngineDeadError, HarmonyError in the log",
)
def test_log(boot):
    """After all other clauses the container MUST still run, and its log MUST NOT hold a known error."""
    boot.expect_running()
    found = boot.known_error()
    expect_true(found is None, expected="a log without known errors", got=f"{found.id}: {found.cause}" if found else "")


@clause("LIVE-001", "Health stayed green", level=MUST, source="vLLM #24897: an engine dies between two requests")
def test_health(heartbeats):
    """After every module /health MUST answer 200, within half of a request's deadline."""
    expect_steady(heartbeats, "health")


@clause("LIVE-002", "Generation stayed alive", level=MUST, source="vLLM #39863: hung behind a green /health")
def test_generation(heartbeats):
    """After every module a generation MUST be answered with 200 and at least one token.

    Why: /health, /version and the model list stay green while the engine is gone or hangs.
    """
    expect_steady(heartbeats, "generation")


@clause(
    "LIVE-003", "The log stayed free of known errors", level=MUST, source="vLLM logs what a client is not always told"
)
def test_log_after_modules(heartbeats):
    """What the server logs while it is used MUST NOT hold a known error.

    Why: an EngineDeadError or a HarmonyError in the log means that requests were lost, whoever sent them.
    """
    if not heartbeats.has_log:
        raise NotApplicable("the server's log is not seen from here")
    expect_quiet_log(heartbeats)


@clause("LIVE-004", "The log told of no lost request", level=SHOULD, source="vLLM #22513, #46464; harmony #38")
def test_lost_after_modules(heartbeats):
    """What the server logs while it is used SHOULD NOT tell of requests that its parsers or its grammar lost.

    Why: a tool call that could not be read, or a grammar that refused a token, reaches the client as an answer that is
    short or odd. Releases are known for it, so it warns.
    """
    if not heartbeats.has_log:
        raise NotApplicable("the server's log is not seen from here")
    expect_quiet_log(heartbeats, "lost")


@clause(
    "LIVE-005",
    "The kernel's log stayed quiet",
    level=SHOULD,
    scope=HOST,
    source="open-gpu-kernel-modules #1358; https://docs.nvidia.com/deploy/xid-errors",
)
def test_kernel_after_modules(heartbeats):
    """What the kernel logs while the server is used SHOULD NOT hold an Xid, a refused allocation or a killed process.

    Why: what the driver has to say of the GPU it says there alone, and a GB10 that runs out of memory freezes next.
    """
    if heartbeats.kernel.problem:
        raise NotApplicable(f"the kernel's log cannot be read: {heartbeats.kernel.problem}")
    expect_quiet_log(heartbeats, "kernel")


@clause(
    "LIVE-006", "No request waits for ever", level=MUST, source="vLLM #39863; operators: one generation in twenty hangs"
)
def test_waiting(waiting):
    """Every request MUST be answered before its deadline.

    Why: a server that hangs now and then looks well in between. Once some requests have hung, those of their kind get
    less time, or are not sent, and the clauses that need them are BLOCKED: this one says how many it were.
    """
    expect_no_hang(waiting)


@clause("CONN-007", "A server says that it closes", level=SHOULD, source="RFC 9112, section 9.6")
def test_closings_said(exchanges):
    """A server that closes a connection after an answer SHOULD say `connection: close` in that answer.

    Why: the next request goes out on that connection and is lost. This suite sends it once more on a new one; a client
    that does not shows its user a reset.
    """
    expect_closings_said(exchanges)
