"""Reasoning effort."""

from fixtures.kit import MUST, batch, clause, expect, observe, read_chat

PROMPTS = ("product", "capital-france", "sum-large")


@batch
def answers(ask):
    return {f"{p}:{e}": ask.chat(p, reasoning_effort=e, max_tokens=2048) for p in PROMPTS for e in ("low", "high")}


@clause(
    "REASON-001",
    "More effort thinks more",
    level=MUST,
    needs=["CHAT-001"],
    source="OpenAI harmony, reasoning effort",
)
def test_effort(answers):
    """Over several prompts, high reasoning effort MUST spend more tokens in all than low effort."""
    spent = {e: sum(_tokens(answers[f"{p}:{e}"]) for p in PROMPTS) for e in ("low", "high")}
    observe(**{f"tokens_{e}": n for e, n in spent.items()})
    last = answers[f"{PROMPTS[0]}:high"]
    expect(spent["high"] > spent["low"], last, expected="more tokens at high effort than at low", got=spent)


def _tokens(exchange):
    return read_chat(exchange).usage.get("completion_tokens", 0)
