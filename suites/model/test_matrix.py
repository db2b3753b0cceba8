"""The capability matrix: what each surface makes of each capability, recorded and not judged."""

from fixtures.kit import (
    OBSERVE,
    batch,
    chat_prompt,
    clause,
    known_words,
    matrix_words,
    schema_case,
    tool_case,
)

SOURCE = "vllm_versions.toml"
# In harmony's own words: a bare text would leave it to the model what it is.
PROMPT = "<|start|>user<|message|>Reply with exactly: PONG<|end|><|start|>assistant"
STREAMS = {"": {}, "-stream": {"stream": True}}


@batch
def answers(ask):
    echo, person, case = chat_prompt("echo").as_messages(), schema_case("person"), tool_case("weather-taipei")
    calls = {"text/plain": ask.text(PROMPT), "text/limit": ask.text(PROMPT, max_tokens=6)}
    for tail, stream in STREAMS.items():
        calls |= {
            f"chat{tail}/plain": ask.chat("echo", **stream),
            f"chat{tail}/limit": ask.chat("echo", max_tokens=8, **stream),
            f"chat{tail}/logprobs": ask.chat("echo", logprobs=True, top_logprobs=1, **stream),
            f"chat{tail}/tool-choice": ask.chat_tool(case, tool_choice="required", **stream),
            f"chat{tail}/structured": ask.chat(
                person.as_messages(), response_format=person.as_response_format(), **stream
            ),
            f"responses{tail}/plain": ask.responses(echo, **stream),
            f"responses{tail}/limit": ask.responses(echo, max_output_tokens=8, **stream),
            f"responses{tail}/tool-choice": ask.responses_tool(case, tool_choice="required", **stream),
            f"responses{tail}/structured": ask.responses(person.as_messages(), text=person.as_text(), **stream),
        }
    return calls


@clause("CAP-001", "The capability matrix is recorded", level=OBSERVE, source=SOURCE)
def test_matrix(answers, versions, capability):
    """What each surface makes of answers, reasoning, usage, limits, structure and choice is recorded."""
    for asked in answers:
        surface, kind = asked.split("/")
        for name, word in matrix_words(answers[asked], kind, chat_prompt("echo").expect).items():
            capability(surface, word, known_words(versions, surface, name), name)
