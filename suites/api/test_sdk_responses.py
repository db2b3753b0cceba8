"""The official OpenAI SDK on the Responses API: answers, streams, structure, tools, errors."""

import json

from fixtures.kit import (
    MUST,
    SHOULD,
    NotApplicable,
    NotFoundError,
    Person,
    Symptom,
    chat_prompt,
    clause,
    expect_sdk_type,
    expect_true,
    raising_in_sdk,
    responses_tool,
    tool_case,
    using_sdk,
)

SOURCE = "openai-python"
CREATE = "responses.create"
STREAM = "responses.stream"
PARSE = "responses.parse"


def request(target, prompt="product", **options):
    messages = chat_prompt(prompt).as_messages()
    asked = {"model": target.deployment.served_model, "input": messages, "temperature": 0}
    return asked | {"max_output_tokens": 1024, "reasoning": {"effort": "low"}} | options


def expect_product(text, where):
    expect_true(isinstance(text, str) and "204" in text, expected=f"204 in {where}", got=repr(text))


@clause("SDK-011", "The SDK creates a response", level=MUST, source=SOURCE)
def test_create(sdk, target):
    """`client.responses.create` MUST return a completed response whose `output_text` is the right answer."""
    with using_sdk(CREATE):
        made = sdk.responses.create(**request(target))
        text, status = made.output_text, made.status
    expect_product(text, "`output_text`")
    expect_true(status == "completed", expected="`status` completed", got=repr(status))


@clause("SDK-012", "The SDK streams a response", level=MUST, source=SOURCE)
def test_stream(sdk, target):
    """The text events of a streamed response MUST add up to the right answer, which the last event's response has too."""
    with using_sdk(f"{CREATE}(stream=True)"):
        events = list(sdk.responses.create(**request(target), stream=True))
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        final = events[-1].response.output_text
    expect_product(text, "the deltas of `response.output_text.delta`")
    expect_true(final == text, expected=f"`output_text` of the last event to be {text!r}", got=repr(final))


@clause("SDK-013", "The SDK's response stream helper works", level=MUST, source=SOURCE, needs=["SDK-012"])
def test_helper(sdk, target, versions):
    """Where the release places its events, `client.responses.stream` MUST put them together to the right final response."""
    if not versions.responses_places:
        raise NotApplicable("this release is not known to place its events by item, which the helper needs")
    with using_sdk(STREAM), sdk.responses.stream(**request(target)) as stream:
        kinds = [event.type for event in stream]
        text = stream.get_final_response().output_text
    expect_product(text, "`output_text` of the final response")
    expect_true("response.output_text.done" in kinds, expected="a `response.output_text.done`", got=kinds[-5:])


@clause("SDK-014", "The SDK parses a structured response", level=MUST, source=SOURCE, needs=["SDK-011"])
def test_parse(sdk, target):
    """`client.responses.parse` with a pydantic model MUST return an instance of it with the right values."""
    with using_sdk(PARSE):
        parsed = sdk.responses.parse(**request(target, "json-person"), text_format=Person).output_parsed
    expect_true(parsed == Person(name="Alice", age=30), expected="name='Alice' age=30", got=repr(parsed))


@clause("SDK-015", "The SDK calls a tool and gives its result back", level=MUST, source=SOURCE, needs=["SDK-011"])
def test_tools(sdk, target, versions):
    """A tool call MUST arrive with name, arguments and `call_id`, and its result, sent back, MUST be used in the answer."""
    if versions.responses_tools != ("works",):
        raise NotApplicable("this release is not known to call tools on the Responses API")
    case = tool_case("weather-taipei")
    tools = [responses_tool(name) for name in case.tools]
    asked = request(target, tools=tools) | {"input": case.as_messages()}
    with using_sdk(f"{CREATE}(tools=…)"):
        made = sdk.responses.create(**asked)
        calls = [item for item in made.output if item.type == "function_call"]
        got = [item.type for item in made.output]
        expect_true(len(calls) == 1, expected="one item of type function_call", got=got, symptom=Symptom.NO_CALL)
        name, given, call_id = calls[0].name, json.loads(calls[0].arguments), calls[0].call_id
    expect_true(name == case.call.name, expected=f"a call of {case.call.name}", got=repr(name))
    expect_true(list(given) == list(case.call.values()), expected=f"arguments {case.call.arguments}", got=given)
    expect_true(isinstance(call_id, str) and bool(call_id), expected="a `call_id`", got=repr(call_id))
    result = {"type": "function_call_output", "call_id": call_id, "output": case.result}
    with using_sdk(f"{CREATE}(input=[…, function_call_output])"):
        answer = sdk.responses.create(**asked | {"input": [*case.as_messages(), *made.output, result]}).output_text
    expect_true(any(w in answer for w in case.expect), expected=" or ".join(case.expect), got=repr(answer))


@clause("SDK-016", "Responses have the SDK's types", level=SHOULD, source=SOURCE, needs=["SDK-011", "SDK-012"])
def test_types(sdk, target, versions):
    """What a response carries of the SDK's declared fields SHOULD have the declared type or value.

    So should its events, where the release is known to number and name them as OpenAI does.
    """
    with using_sdk(CREATE):
        expect_sdk_type(sdk.responses.create(**request(target)))
        events = sdk.responses.create(**request(target), stream=True) if versions.responses_final_ids else ()
        for event in events:
            expect_sdk_type(event)


@clause("SDK-017", "An unknown model is a NotFoundError here too", level=MUST, source=SOURCE, needs=["SDK-011"])
def test_not_found(sdk, target):
    """A model that is not served MUST raise the SDK's NotFoundError on the Responses API as well."""
    with raising_in_sdk(f"{CREATE}(model='nope')", NotFoundError):
        sdk.responses.create(**request(target, model="nope"))
