"""The Responses API, streamed: the events, their order and nesting, and what they say."""

from fixtures.kit import (
    MUST,
    NotApplicable,
    batch,
    chat_prompt,
    clause,
    expect,
    expect_any,
    expect_done_texts,
    expect_item_order,
    expect_nested,
    expect_no_markers,
    expect_numbered,
    expect_one_end,
    expect_opening,
    expect_placed,
    field,
    items_of,
    part,
    read_events,
    read_items,
    read_response,
    read_response_body,
    read_response_usage,
    response_text,
)

SOURCE = "OpenAI API reference, streaming responses"
TEXT, REASONING = "response.output_text", "response.reasoning_text"
STREAMS = ("product", "multibyte", "count")
# At effort low gpt-oss may leave the reasoning out, which would be no defect.
MEDIUM = {"effort": "medium"}


@batch
def answers(ask):
    asked = {name: chat_prompt(name).as_messages() for name in STREAMS}
    return {
        **{name: ask.responses(messages, reasoning=MEDIUM, stream=True) for name, messages in asked.items()},
        "whole": ask.responses(asked["product"], reasoning=MEDIUM),
    }


@clause("RESP-030", "A streamed response is an event stream", level=MUST, source=SOURCE)
def test_content_type(answers):
    """A streamed response MUST have the content type text/event-stream."""
    exchange = answers["product"]
    read_events(exchange)
    kind = exchange.header("content-type")
    expect(kind.startswith("text/event-stream"), exchange, expected="content type text/event-stream", got=kind)


@clause("RESP-031", "Every event is named by its type", level=MUST, source=SOURCE)
def test_events(answers):
    """Every event of a stream MUST be a JSON object with its type as the name of the event, and none an error."""
    for name in STREAMS:
        read_events(answers[name])


@clause("RESP-032", "Events are numbered", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_numbers(answers):
    """The sequence_number of the events MUST begin with 0 and count by one."""
    for name in STREAMS:
        expect_numbered(answers[name], read_events(answers[name]))


@clause("RESP-033", "A stream opens with the response in progress", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_opening(answers):
    """A stream MUST open with response.created and response.in_progress, once each, whose response is in progress and empty."""
    expect_opening(answers["product"], read_events(answers["product"]))


@clause("RESP-034", "A stream ends once", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_one_end(answers):
    """A stream MUST have exactly one terminal event, and it MUST be the last."""
    for name in STREAMS:
        expect_one_end(answers[name], read_events(answers[name]))


@clause("RESP-035", "Events are nested", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_nesting(answers, versions):
    """Items MUST be added and done one after the other, with their deltas inside; and inside each, from the release on that
    numbers them, the part is added, its deltas follow, then its text is done and then the part.
    """
    for name in STREAMS:
        exchange, events = answers[name], read_events(answers[name])
        if versions.responses_item_ids:
            expect_nested(exchange, events)
        items = list(items_of(exchange, events))
        expect(len(items) > 1, exchange, expected="an item of reasoning and one of the message", got=events.kinds)


@clause("RESP-036", "Events name their item and place", level=MUST, source="vLLM #24788", needs=["RESP-035"])
def test_places(answers, versions):
    """Every event about an item MUST carry the item's id and, from the release on that counts them right, its place among the
    items, which counts from 0.
    """
    if not versions.responses_item_ids:
        raise NotApplicable(f"vLLM {versions.version} does not number the items of a stream")
    for name in STREAMS:
        expect_placed(answers[name], read_events(answers[name]), places=versions.responses_places)


@clause("RESP-037", "The deltas are the text", level=MUST, source=SOURCE, needs=["RESP-035"])
def test_deltas(answers):
    """The deltas of an item put together MUST be the text of its done event and of the item in the final response."""
    for name in STREAMS:
        exchange, events = answers[name], read_events(answers[name])
        with part():
            expect_done_texts(exchange, events)
        for kind, of in ((TEXT, "message"), (REASONING, "reasoning")):
            with part():
                final = response_text(exchange, events.final(exchange), of)
                joined = events.joined(kind)
                expect(joined == final, exchange, expected=f"the final {of}'s text {final!r} as deltas", got=joined)


@clause("RESP-038", "Done items are the final items", level=MUST, source=SOURCE, needs=["RESP-035"])
def test_done_items(answers, versions):
    """Each item, as its done event gives it, MUST stand in the final response: in that order, with that type, text and,
    from the release on that keeps it, id.
    """
    exchange, events = answers["product"], read_events(answers["product"])
    ids = versions.responses_final_ids
    final = [_known(exchange, item, ids=ids) for item in read_items(exchange, events.final(exchange))]
    items = [field(exchange, event, "item", dict) for *_, event in items_of(exchange, events)]
    done = [_known(exchange, item, ids=ids) for item in items]
    expect(done == final, exchange, expected=f"the final items {final}", got=done)


def _known(exchange, item, *, ids):
    kind = item.get("type")
    return kind, response_text(exchange, {"output": [item]}, kind), item.get("id") if ids else None


@clause("RESP-039", "The final response is the whole one", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_final(answers):
    """The response of the last event MUST be completed, and have the fields, the order of items and the text of one that is not
    streamed, under the id with which the stream began.
    """
    exchange, events = answers["product"], read_events(answers["product"])
    final, whole = events.final(exchange), read_response_body(answers["whole"])
    expect(final.get("status") == "completed", exchange, expected="status completed", got=final.get("status"))
    # Up to 0.11 the events carry OpenAI's own model of a response, which has more fields.
    missing = sorted(set(whole) - set(final))
    expect(not missing, exchange, expected="the fields of a response that is not streamed", got=f"it without {missing}")
    with part():
        expect_item_order(exchange, read_items(exchange, final))
    begun = field(exchange, events.events[0], "response", dict).get("id")
    expect(final.get("id") == begun, exchange, expected=f"the id {begun} of response.created", got=final.get("id"))
    with part():
        text = response_text(exchange, final, "message")
        wanted = read_response(answers["whole"]).text
        expect(text == wanted, exchange, expected=f"the text {wanted!r}", got=text)


@clause("RESP-040", "Reasoning is streamed before the answer", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_reasoning(answers):
    """The reasoning MUST come as response.reasoning_text.delta events before the first delta of the answer."""
    for name in STREAMS:
        exchange, events = answers[name], read_events(answers[name])
        kinds = [kind for kind in events.kinds if kind in (f"{TEXT}.delta", f"{REASONING}.delta")]
        expect(kinds[:1] == [f"{REASONING}.delta"], exchange, expected="reasoning deltas first", got=kinds[:1])
        expect(f"{TEXT}.delta" in kinds, exchange, expected="deltas of the answer", got="none")
        after = kinds[kinds.index(f"{TEXT}.delta") :]
        expect(f"{REASONING}.delta" not in after, exchange, expected="no reasoning after the answer began", got="some")


@clause("RESP-041", "A long answer comes in pieces", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_pieces(answers):
    """An answer of many tokens MUST come in many deltas."""
    exchange, events = answers["count"], read_events(answers["count"])
    deltas = [event.get("delta") for event in events.of(f"{TEXT}.delta")]
    expect(len(deltas) > 5, exchange, expected="more than five deltas of a long answer", got=f"{len(deltas)}: {deltas}")
    expect_any(exchange, events.joined(TEXT), chat_prompt("count").expect, where="the deltas put together")


@clause("RESP-042", "Streams never cut a character", level=MUST, source=SOURCE, needs=["RESP-031"])
def test_multibyte(answers):
    """Every delta MUST hold whole characters, and the deltas put together MUST be the text that was asked for."""
    exchange, events = answers["multibyte"], read_events(answers["multibyte"])
    for event in events.of(f"{TEXT}.delta", f"{REASONING}.delta"):
        expect("\ufffd" not in str(event.get("delta")), exchange, expected="no replacement character", got=event)
    expect_any(exchange, events.joined(TEXT), chat_prompt("multibyte").expect, where="the deltas put together")


@clause("RESP-043", "No harmony marker in a stream", level=MUST, source="harmony format", needs=["RESP-031"])
def test_markers(answers):
    """The events MUST be free of harmony's control tokens, and of what is left of them."""
    for name in STREAMS:
        exchange, events = answers[name], read_events(answers[name])
        expect_no_markers(exchange, events.joined(TEXT), events.joined(REASONING))


@clause("RESP-044", "The last event counts the tokens", level=MUST, source="vLLM 0.32, recorded", needs=["RESP-031"])
def test_usage(answers, versions):
    """Where the release counts them in streams, the usage of the final response MUST add up, count the input as the same request
    does that is not streamed, and have the same parts: strict clients stop where `output_tokens_details` is missing.
    """
    if not versions.responses_stream_usage:
        raise NotApplicable(f"whether vLLM {versions.version} counts the tokens of streamed responses is not known")
    exchange = answers["product"]
    usage = read_response_usage(exchange, read_events(exchange).final(exchange))
    whole = read_response_body(answers["whole"])
    wanted = read_response_usage(answers["whole"], whole).input
    expect(usage.input == wanted, exchange, expected=f"input_tokens {wanted}, as without streaming", got=usage)
    parts = [part for part in whole["usage"] if whole["usage"][part] is not None]
    told = read_events(exchange).final(exchange)["usage"]
    missing = [part for part in parts if told.get(part) is None]
    expect(not missing, exchange, expected=f"a usage of {parts}, as without streaming", got=f"none of {missing}")
