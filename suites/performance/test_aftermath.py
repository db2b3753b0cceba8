"""After everything: is it still well?"""

from fixtures.kit import CONTAINER, MUST, chat_prompt, clause, expect_content, expect_status, expect_true, read_chat


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
