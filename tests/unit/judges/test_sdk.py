"""What the SDK makes of an answer: errors of its own, typed exceptions, declared types; and the recordings pass."""

import warnings

import httpx
import openai
import pytest
from openai._models import construct_type
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent

from fixtures.core.errors import NotApplicable, Violation
from fixtures.judges.sdk import expect_sdk_type, raising_in_sdk, using_sdk
from tests.rig.record.files import load

KINDS = {
    "/v1/chat/completions": (ChatCompletion, ChatCompletionChunk),
    "/v1/responses": (Response, ResponseStreamEvent),
}


def status_error(kind, status, body):
    request = httpx.Request("POST", "http://x")
    return kind("m", response=httpx.Response(status, request=request), body=body)


def test_any_error_is_a_violation():
    """What the SDK stumbles over is the server's fault; what the suite says itself stays as it is."""
    with pytest.raises(Violation, match="`chat` of openai-python to work; got AttributeError"), using_sdk("chat"):
        None.content  # type: ignore[attr-defined] # noqa: B018 - as the SDK would read it
    with pytest.raises(NotApplicable), using_sdk("chat"):
        raise NotApplicable("n")


def test_a_warning_is_a_violation():
    """The SDK works without warnings."""
    with pytest.raises(Violation, match="without a warning; got odd"), using_sdk("chat"):
        warnings.warn("odd", UserWarning, stacklevel=1)


GOOD = {"message": "m", "type": "NotFoundError", "param": None, "code": 404}


def test_the_typed_exception():
    """The right exception with the error object is what was asked for."""
    with raising_in_sdk("chat", openai.NotFoundError):
        raise status_error(openai.NotFoundError, 404, GOOD)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (status_error(openai.BadRequestError, 400, GOOD), "to raise NotFoundError"),
        (status_error(openai.NotFoundError, 404, "text"), "to carry the error object"),
        (status_error(openai.NotFoundError, 404, {**GOOD, "message": ""}), "to carry the error object"),
        (status_error(openai.NotFoundError, 404, {**GOOD, "code": "404"}), "its `code` to be 404"),
        (status_error(openai.NotFoundError, 404, {**GOOD, "type": None}), "its `type` to be a string"),
        (None, "got an answer"),
    ],
)
def test_another_exception(error, said):
    """Another exception, another body, or none at all is a violation that names it."""
    with pytest.raises(Violation, match=said), raising_in_sdk("chat", openai.NotFoundError):
        if error:
            raise error


@pytest.mark.parametrize("config", ["mandated", "tool-flags"])
def test_the_real_server_has_the_sdks_types(config):
    """Everything that vLLM 0.32 answered has the types that the SDK declares."""
    for recording in load(f"vllm-0.32.0-{config}").values():
        kinds = KINDS.get(recording["request"]["path"])
        if recording["status"] != 200 or not kinds:
            continue
        events = [data for _, data in recording.get("events", []) if data != "[DONE]" and "error" not in data]
        for data in events or [recording["response"]] if "response" in recording else events:
            expect_sdk_type(construct_type(type_=kinds["events" in recording], value=data))
