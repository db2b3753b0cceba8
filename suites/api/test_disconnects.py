"""Clients that leave before they are answered."""

from fixtures.kit import (
    MUST,
    chat_prompt,
    clause,
    counting,
    expect,
    expect_abandoned,
    expect_content,
    hung_up_batch,
    observe,
    read_chat,
)

EACH = 4
MANY = 10
LONG = {"max_tokens": 400}
SOURCE = "vLLM #54947, #24584: disconnects that do not abort"


@hung_up_batch
def midway(ask):
    return {f"{at}": ask.chat(counting(100), stream=True, **LONG).leaving(reads=2) for at in range(EACH)}


@hung_up_batch
def early(ask):
    return {f"{at}": ask.chat(counting(100), **LONG).leaving(seconds=0.1) for at in range(EACH)}


@hung_up_batch
def many(ask):
    return {
        **{f"stream:{at}": ask.chat(counting(100), stream=True, **LONG).leaving(reads=2) for at in range(MANY)},
        **{f"whole:{at}": ask.chat(counting(100), **LONG).leaving(seconds=0.1) for at in range(MANY)},
    }


@clause("DROP-001", "A stream that is left is ended", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_midway(midway):
    """When clients hang up in the middle of a stream, no request MUST be left running a few seconds later.

    Why: what runs for nobody takes its share of every other answer, and holds its part of the cache.
    """
    expect_abandoned(midway)


@clause("DROP-002", "A request that is left is ended", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_early(early):
    """When clients hang up before the first byte of an answer, no request MUST be left running a few seconds later."""
    expect_abandoned(early)


@clause("DROP-003", "Many that leave do no harm", level=MUST, source=SOURCE)
def test_many(many, wire):
    """After many clients in a row have hung up, the next requests MUST be answered rightly."""
    observe(left=many.left, asked=len(many.answers))
    for name in ("sum", "capital-japan"):
        exchange = wire.send(wire.ask.chat(name))
        expect_content(exchange, read_chat(exchange), chat_prompt(name).expect)


@clause("DROP-004", "Nothing is left behind", level=MUST, source=SOURCE, needs=["METRIC-001"])
def test_nothing_left(many):
    """After many clients in a row have hung up, no request MUST be left running or waiting, nor hold any cache."""
    expect_abandoned(many)
    used = many.after.total("vllm:kv_cache_usage_perc")
    observe(kv_cache_usage=used)
    expect(used < 0.5, many.after.exchange, expected="a KV cache that is not held", got=used)
