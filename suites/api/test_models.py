"""The model list."""

from fixtures.kit import MUST, batch, clause, expect, field, read_ok

RULE = "deployment rules 5.2 and 6"


@batch
def answers(ask):
    return {"models": ask.get("/v1/models")}


def _models(exchange):
    return {m.get("id"): m for m in field(exchange, read_ok(exchange), "data", list)}


@clause("MODEL-001", "The model is listed under its name", level=MUST, source=RULE)
def test_listed(answers, target):
    """GET /v1/models MUST list the served model name."""
    exchange, name = answers["models"], target.deployment.served_model
    models = _models(exchange)
    expect(name in models, exchange, expected=f"{name} in the model list", got=sorted(map(str, models)))


@clause("MODEL-002", "The context length is the mandated one", level=MUST, needs=["MODEL-001"], source=RULE)
def test_context_length(answers, target):
    """The listed model's `max_model_len` MUST be the context length of the deployment spec."""
    exchange, length = answers["models"], target.deployment.max_model_len
    model = _models(exchange)[target.deployment.served_model]
    expect(
        model.get("max_model_len") == length,
        exchange,
        expected=f"max_model_len {length}",
        got=model.get("max_model_len"),
    )
