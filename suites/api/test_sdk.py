"""The official OpenAI SDK works without a workaround."""

from fixtures.kit import MUST, chat_prompt, clause, expect_true

SOURCE = "openai-python"


@clause("SDK-001", "The SDK chats", level=MUST, source=SOURCE, needs=["CHAT-001"])
def test_chat(sdk, target):
    """`client.chat.completions.create` of the official SDK MUST return the right answer."""
    done = sdk.chat.completions.create(
        model=target.deployment.served_model,
        messages=chat_prompt("product").as_messages(),
        temperature=0,
        max_tokens=1024,
        reasoning_effort="low",
    )
    content = done.choices[0].message.content or ""
    expect_true("204" in content, expected="204 in the content", got=content)


@clause("SDK-002", "The SDK streams", level=MUST, source=SOURCE, needs=["STREAM-001"])
def test_stream(sdk, target):
    """A stream of the official SDK MUST add up to the right answer and end with the usage."""
    stream = sdk.chat.completions.create(
        model=target.deployment.served_model,
        messages=chat_prompt("product").as_messages(),
        temperature=0,
        max_tokens=1024,
        reasoning_effort="low",
        stream=True,
        stream_options={"include_usage": True},
    )
    chunks = list(stream)
    content = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    expect_true("204" in content, expected="204 in the streamed content", got=content)
    expect_true(chunks[-1].usage is not None, expected="usage in the last chunk", got=chunks[-1])


@clause("SDK-003", "The SDK lists the model", level=MUST, source=SOURCE, needs=["MODEL-001"])
def test_models(sdk, target):
    """`client.models.list` of the official SDK MUST name the served model."""
    names = [m.id for m in sdk.models.list()]
    expect_true(target.deployment.served_model in names, expected=target.deployment.served_model, got=names)
