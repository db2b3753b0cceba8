"""The model list."""

from fixtures.kit import MUST, NotApplicable, batch, clause, expect, expect_status, field, read_ok, read_refusal

RULE = "deployment rules 5.2 and 6"


@batch
def answers(ask):
    served, hub = ask.target.deployment.served_model, ask.target.deployment.model
    return {
        "models": ask.get("/v1/models"),
        "chat": ask.chat("echo", max_tokens=1),
        "text": ask.post("/v1/completions", {"model": served, "prompt": "Hello", "max_tokens": 1}),
        "response": ask.responses("Hello", max_output_tokens=1),
        "hub": ask.chat("echo", model=hub, max_tokens=1),
    }


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


@clause("MODEL-003", "The model list has its shape", level=MUST, source="OpenAI API reference, models")
def test_shape(answers):
    """The model list MUST be an object `list`, and each entry an object `model` with id, creation time and owner."""
    exchange = answers["models"]
    listed = read_ok(exchange)
    expect(listed.get("object") == "list", exchange, expected="the object `list`", got=listed.get("object"))
    for model in field(exchange, listed, "data", list):
        expect(isinstance(model, dict), exchange, expected="each model to be an object", got=model)
        expect(model.get("object") == "model", exchange, expected="the object `model`", got=model.get("object"))
        field(exchange, model, "id", str)
        created = field(exchange, model, "created", int)
        expect(created > 0, exchange, expected="a creation time above zero", got=created)
        owner = field(exchange, model, "owned_by", str)
        expect(bool(owner), exchange, expected="an owner", got=owner)


@clause("MODEL-004", "Nothing else is served", level=MUST, source=RULE, needs=["MODEL-001"])
def test_alone(answers, target):
    """The model list MUST have the one served model and no other: no second name, no adapter."""
    exchange = answers["models"]
    names = [str(model.get("id")) for model in field(exchange, read_ok(exchange), "data", list)]
    name = target.deployment.served_model
    expect(names == [name], exchange, expected=f"{name} alone in the model list", got=", ".join(names))


@clause("MODEL-005", "The name stands for the mandated model", level=MUST, source=RULE, needs=["MODEL-001"])
def test_root(answers, target):
    """The `root` of the listed model MUST be the mandated model, by its name on the Hub or a directory of that name."""
    exchange = answers["models"]
    root = field(exchange, _models(exchange)[target.deployment.served_model], "root", str)
    wanted = target.deployment.model.rsplit("/", 1)[-1]
    found = root.rstrip("/").rsplit("/", 1)[-1]
    expect(found == wanted, exchange, expected=f"a root that ends in {wanted}", got=root)


@clause("MODEL-006", "The served name is the only name", level=MUST, source=RULE, needs=["MODEL-001"])
def test_hub_name(answers, target):
    """A chat that asks for the model by its name on the Hub MUST answer 404, where another name is served."""
    if target.deployment.model == target.deployment.served_model:
        raise NotApplicable("the model is served under its name on the Hub")
    expect_status(answers["hub"], 404)
    read_refusal(answers["hub"], "the model's name on the Hub")


@clause("MODEL-007", "Answers name the served model", level=MUST, source="OpenAI API reference", needs=["MODEL-001"])
def test_answers(answers, target):
    """Chats, text completions and responses MUST carry the served name in `model`."""
    name = target.deployment.served_model
    for kind in ("chat", "text", "response"):
        exchange = answers[kind]
        got = field(exchange, read_ok(exchange), "model", str)
        expect(got == name, exchange, expected=f"model {name} in the {kind}", got=got)
