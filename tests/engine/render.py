"""Run in the engine's environment: requests on standard input, the prompts that the installed vLLM makes of them on output."""

import json
import sys
from types import SimpleNamespace

from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest
from vllm.entrypoints.openai.parser.harmony_utils import render_for_completion
from vllm.entrypoints.openai.responses.protocol import ResponsesRequest
from vllm.renderers.online_renderer import OnlineRenderer


def renderer():
    """vLLM's renderer without a model behind it: what it asks of one is the context's length."""
    made = object.__new__(OnlineRenderer)
    made.use_harmony, made.parser, made.renderer = True, None, None
    made.supports_browsing = made.supports_code_interpreter = False
    made.exclude_tools_when_tool_choice_none = False
    made.model_config = SimpleNamespace(max_model_len=32768)
    made.render_responses_harmony_messages = lambda messages, **_: render_for_completion(messages)
    return made


def prompt(made, path, body):
    """The tokens of one request's prompt."""
    if path == "/v1/chat/completions":
        request = ChatCompletionRequest.model_validate(body)
        _, inputs = made._make_request_with_harmony(request, request.tools is not None)
        return list(inputs[0]["prompt_token_ids"])
    request = ResponsesRequest.model_validate(body)
    request.__class__.build_tok_params = lambda *_: None
    result = made._render_responses_with_harmony(
        request, previous_messages=None, previous_response_outputs=None, tool_server=None
    )
    return list(result.engine_input)


def answer(made, path, body):
    """The tokens, or what vLLM raised: the test shows it beside the body."""
    try:
        return prompt(made, path, body)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test reports it
        return repr(error)


if __name__ == "__main__":
    made = renderer()
    answers = [answer(made, path, body) for path, body in json.load(sys.stdin)]
    sys.stdout.write("\n" + json.dumps(answers))
