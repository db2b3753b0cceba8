"""The connection: kept open, shared by nobody, and indifferent to how a request is cut."""

from dataclasses import replace

from fixtures.kit import (
    MUST,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_content,
    expect_own_answer,
    expect_status_class,
    observe,
    read_chat,
    read_stream,
)

# Questions with eight different answers, none of which holds another one.
EIGHT = ("product", "sum", "square", "sum-large", "capital-france", "capital-japan", "capital-germany", "echo")
LARGE = 100_000  # bytes


@batch
def answers(ask):
    return {
        "pieces": replace(ask.chat("echo"), pieces=5),
        "large": ask.chat("echo", padding="x" * LARGE),
        "plain": ask.chat("echo"),
        "stream": ask.chat("echo", stream=True),
    }


def _expect_kept(before, after):
    """The server kept the connection, or had said that it would not."""
    closing = "close" in before.header("connection").lower()
    # What had to be sent again went over a new connection, whichever address that got.
    kept = closing or (after.connection == before.connection and not after.first)
    got = f"another one, though no `connection: close` had been said in {before.label}"
    expect(kept, after, expected="the connection to stay open for the next request", got=got)
    return not closing


@clause("CONN-001", "A connection serves several requests", level=MUST, source="RFC 9112, section 9.3")
def test_kept(wire, ask):
    """Requests one after the other on a connection MUST each be answered rightly: whole, streamed, and whole again.

    A server that does not keep a connection MUST say `connection: close`.
    """
    calls = (ask.chat("echo"), ask.chat("sum", stream=True), ask.chat("capital-japan"))
    first, second, third = wire.in_turn(*calls)
    expect_content(first, read_chat(first), chat_prompt("echo").expect)
    expect_content(second, read_stream(second).answer, chat_prompt("sum").expect)
    expect_content(third, read_chat(third), chat_prompt("capital-japan").expect)
    kept = [_expect_kept(first, second), _expect_kept(second, third)]
    observe(connections_kept=all(kept))


@clause("CONN-002", "A request may come in pieces", level=MUST, source="RFC 9112, section 7.1")
def test_pieces(answers):
    """A request whose body comes in pieces, with the chunked transfer encoding, MUST be answered rightly."""
    expect_content(answers["pieces"], read_chat(answers["pieces"]), chat_prompt("echo").expect)


@clause("CONN-003", "A large request is answered", level=MUST, source="RFC 9110, section 15.5.14")
def test_large(answers):
    """A request of 100 kB MUST be answered or refused with 4xx in time, and never end in a 5xx or a hang."""
    expect_status_class(answers["large"], low=200, high=499, expected="2xx or 4xx for a request of 100 kB")


@clause(
    "CONN-004", "Requests at once each get their own answer", level=MUST, source="vLLM, the scheduler's own promise"
)
def test_own_answers(wire, ask):
    """Eight different questions at once MUST each get their own answer, and nothing of the others."""
    answers = wire.batch({name: ask.chat(name) for name in EIGHT}, at_once=len(EIGHT))
    for name in EIGHT:
        expect_own_answer(answers[name], read_chat(answers[name]), name, EIGHT)


@clause("CONN-005", "Streams at once each get their own answer", level=MUST, source="vLLM, the scheduler's own promise")
def test_own_streams(wire, ask):
    """Eight different questions at once, streamed, MUST each get their own answer, and nothing of the others."""
    answers = wire.batch({name: ask.chat(name, stream=True) for name in EIGHT}, at_once=len(EIGHT))
    for name in EIGHT:
        expect_own_answer(answers[name], read_stream(answers[name]).answer, name, EIGHT)


@clause("CONN-006", "Nothing is compressed unasked", level=MUST, source="RFC 9110, section 12.5.3")
def test_encoding(answers):
    """To a client that accepts no content encoding an answer MUST come without one, streamed or not."""
    for name in ("plain", "stream"):
        encoding = answers[name].header("content-encoding") or "identity"
        expect(encoding == "identity", answers[name], expected="no content-encoding", got=encoding)
