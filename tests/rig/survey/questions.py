"""For each table of vllm_versions.toml its question, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fixtures.judges.tools import Surface
from tests.rig.survey import chats, pages, prompts, responses, tools
from tests.rig.survey.server import Server
from tests.rig.survey.told import Told

Question = Callable[[Server], Told]

# Asked in this order, after a table's own place in the file.
QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "reasoning_fields": chats.reasoning_fields,
        "chat_tools": tools.tool_use(Surface.CHAT),
        "chat_stream_tools": tools.tool_use(Surface.CHAT_STREAM),
        "responses_tools": tools.tool_use(Surface.RESPONSES),
        "responses_stream_tools": tools.tool_use(Surface.RESPONSES_STREAM),
        "responses_usage": responses.responses_usage,
        "model_not_found_param": pages.model_not_found_param,
        "tpot_metric": pages.tpot_metric,
        "prompt_styles": prompts.prompt_styles,
        "responses_incomplete": responses.responses_incomplete,
        "responses_stream_incomplete": responses.responses_stream_incomplete,
        "responses_item_ids": responses.responses_item_ids,
        "responses_places": responses.responses_places,
        "responses_final_ids": responses.responses_final_ids,
        "responses_reasoning_tokens": responses.responses_reasoning_tokens,
        "responses_stream_usage": responses.responses_stream_usage,
        "responses_same_prompt": responses.responses_same_prompt,
        "responses_instructions": responses.responses_instructions,
        "responses_json_object": chats.responses_json_object,
        "structured_enforced": chats.structured_enforced,
        "chat_tool_choice": tools.chat_tool_choice,
        "responses_tool_choice": tools.responses_tool_choice,
        "tool_text_parts": tools.tool_text_parts,
        "image_input_errors": pages.image_input_errors,
    }
)

NO_QUESTION: Mapping[str, str] = MappingProxyType(
    {"dead_engine_health": "it takes a server whose engine is dead, and a survey harms none"}
)
