"""Render the training set exactly as vLLM renders requests: the installed one, and older ones.

    python -m tests.rig.tiny.render --out dataset.npz

Runs in the engine's environment. The file holds token ids of the reduced vocabulary, so that training needs nothing but torch.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from openai_harmony import Message, Role
from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionToolsParam
from vllm.entrypoints.openai.parser import harmony_utils as vllm_harmony

from tests.rig.tiny.case import Call, Case
from tests.rig.tiny.corpus import must_be_right, should_be_right, stream
from tests.rig.tiny.prompt_ids import PLACEHOLDER_DATE, prompt_ids
from tests.rig.tiny.prompts import prompts_digest, read_prompts
from tests.rig.tiny.renderings import TODAY
from tests.rig.tiny.tasks import Task, drawn_tasks, prompt_of, suite_tasks, told

os.environ["VLLM_SYSTEM_START_DATE"] = PLACEHOLDER_DATE  # vLLM reads it whenever it renders

ENCODING = vllm_harmony.get_encoding()
NOISY_KINDS = ("load", "unknown")  # nonces and random words: their tokens stay outside of the vocabulary
SPECIAL_IDS = range(199998, 200013)
ROLES = ("<|start|>", "user", "developer", " namespace", "system")


def tokens(text: str) -> list[int]:
    """Token ids of a text in which special tokens count as such."""
    return list(ENCODING.encode(text, allowed_special="all"))


RETURN = tokens("<|return|>")[0]
HEAD = tokens("<|start|>assistant")
DATE = tokens(PLACEHOLDER_DATE)


def vllm_prompt_ids(case: Case) -> list[int]:
    """The steps of vLLM 0.32's OnlineRenderer._make_request_with_harmony; the Responses API renders the same."""
    instructions, rest = vllm_harmony.extract_instructions_from_messages(list(case.messages))
    tools = [ChatCompletionToolsParam(**tool) for tool in case.tools] or None
    messages = vllm_harmony.build_harmony_preamble(
        instructions=instructions, tools=tools, reasoning_effort=case.effort, with_custom_tools=tools is not None
    )
    messages.extend(vllm_harmony.parse_chat_inputs_to_harmony_messages(rest))
    return list(vllm_harmony.render_for_completion(messages))


def raw_ids(case: Case) -> tuple[list[int], list[int]]:
    """Prompt and answer of a text completion: the question as the only harmony message, or as bare text."""
    question = case.messages[-1]["content"]
    if case.analysis:
        return tokens(f"<|start|>user<|message|>{question}<|end|><|start|>assistant"), answer_ids(case)
    return tokens(question), [*tokens(str(case.answer)), RETURN]


def forced_ids(case: Case) -> tuple[list[int], list[int]]:
    """A prompt that goes on to the header which a grammar forces, and the arguments."""
    if not isinstance(case.answer, Call):
        raise TypeError(f"only a call can be forced: {case.answer}")
    said = [*analysis_ids(case), *HEAD, *tokens(case.forced)]
    return [*prompt_ids(case, TODAY), *said], [*tokens(case.answer.arguments), *tokens("<|call|>")]


def analysis_ids(case: Case) -> list[int]:
    """The reasoning after `<|start|>assistant`."""
    analysis = Message.from_role_and_content(Role.ASSISTANT, case.analysis).with_channel("analysis")
    return list(ENCODING.render(analysis)[len(HEAD) :])


def answer_ids(case: Case) -> list[int]:
    """What the model has to generate after `<|start|>assistant`."""
    return [*analysis_ids(case), *answer_message_ids(case)]


def answer_message_ids(case: Case) -> list[int]:
    """The answer's own message: a call, which ends with `<|call|>`, or final text, which ends with `<|return|>`."""
    if isinstance(case.answer, Call):
        call = Message.from_role_and_content(Role.ASSISTANT, case.answer.arguments).with_channel("commentary")
        call = call.with_recipient("functions." + case.answer.name).with_content_type("<|constrain|>json")
        return list(ENCODING.render(call))
    final = Message.from_role_and_content(Role.ASSISTANT, case.answer).with_channel("final")
    if case.json:
        final = final.with_content_type("<|constrain|>json")
    return [*ENCODING.render(final)[:-1], RETURN]


def date_position(ids: list[int]) -> int:
    """Where the system message's date stands; -1 where there is none."""
    places = (at for at in range(min(len(ids), 200)) if ids[at : at + len(DATE)] == DATE)
    return next(places, -1)


def all_dates() -> list[list[int]]:
    """Days of ten years; every one has as many tokens as the placeholder."""
    days = [f"{y}-{m:02d}-{d:02d}" for y in range(2025, 2036) for m in range(1, 13) for d in range(1, 32)]
    dates = [tokens(day) for day in days]
    if any(len(date) != len(DATE) for date in dates):
        raise ValueError("dates differ in their number of tokens")
    return dates


Rendered = tuple[list[int], list[int], str]


def render(task: Task) -> Rendered | None:
    """Prompt and answer of a task, with its kind; None where the prompt leaves out what the answer needs."""
    case = task.case
    if case.raw:
        return *raw_ids(case), case.kind
    if case.forced:
        return *forced_ids(case), case.kind
    prompt = prompt_of(task)
    return (prompt, answer_ids(case), task.kind) if told(task, prompt) else None


def check(case: Case) -> None:
    """Raise ValueError where today's rendering is not that of the installed vLLM's own helpers."""
    if not case.raw and prompt_ids(case, TODAY) != vllm_prompt_ids(case):
        raise ValueError(f"rendered otherwise than vLLM does: {case}")


def unique(rendered: Iterable[Rendered | None]) -> list[Rendered]:
    """Each transcript once: most releases write most prompts alike."""
    known: dict[tuple[tuple[int, ...], tuple[int, ...]], Rendered] = {}
    for each in rendered:
        if each is not None:
            known.setdefault((tuple(each[0]), tuple(each[1])), each)
    return list(known.values())


def vocabulary(rendered: list[Rendered], dates: list[list[int]]) -> list[int]:
    """Tokens the model tells apart: all but those that only nonces and random words bring."""
    noisy = [r for r in rendered if r[2].startswith(NOISY_KINDS)]
    seen = Counter(itertools.chain.from_iterable(set(prompt) for prompt, _, kind in noisy if kind.startswith("load")))
    loads = sum(kind.startswith("load") for _, _, kind in noisy)
    vocab = {token for token, count in seen.items() if count > loads / 2} | set(SPECIAL_IDS)
    vocab.update(itertools.chain.from_iterable(p for p, _, kind in rendered if not kind.startswith(NOISY_KINDS)))
    vocab.update(itertools.chain.from_iterable(answer for _, answer, _ in rendered))
    vocab.update(itertools.chain.from_iterable(dates))
    return sorted(vocab)


def save(path: Path, rendered: list[Rendered], suite: int, held: int) -> None:
    """Write ids (one flat row), lengths, dates and the vocabulary.

    The first `suite` transcripts are the suite's, the next `held` are kept from training, to judge it.
    """
    dates = all_dates()
    vocab = vocabulary(rendered, dates)
    lookup = np.full(201088, len(vocab), dtype=np.uint16)
    lookup[vocab] = np.arange(len(vocab), dtype=np.uint16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        ids=lookup[np.concatenate([np.array(p + a) for p, a, _ in rendered])],
        prompt_lengths=np.array([len(p) for p, _, _ in rendered]),
        answer_lengths=np.array([len(a) for _, a, _ in rendered]),
        date_positions=np.array([date_position(p) for p, _, _ in rendered]),
        kinds=np.array([kind for _, _, kind in rendered]),
        dates=lookup[np.array(dates)],
        vocab=np.array(vocab),
        roles=lookup[np.array([tokens(role)[0] for role in ROLES])],
        about=np.array(json.dumps({"suite": suite, "held": held, "prompts_sha256": prompts_digest()})),
    )
    print(
        f"{path}: {len(rendered)} transcripts, {suite} of the suite, {len(vocab)} tokens, {path.stat().st_size} bytes"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--transcripts", type=int, default=160_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    prompts = read_prompts()
    asked = must_be_right(prompts)
    held_cases = should_be_right(prompts, seed=arguments.seed + 1000, number=4000)
    for case in (*asked[::7], *held_cases[::40]):
        check(case)
    others = itertools.islice(stream(prompts, seed=arguments.seed), arguments.transcripts)
    with ProcessPoolExecutor(arguments.processes, mp_context=multiprocessing.get_context("fork")) as pool:
        suite = unique(pool.map(render, list(suite_tasks(asked)), chunksize=1000))
        held = unique(pool.map(render, list(drawn_tasks(held_cases, seed=arguments.seed + 1)), chunksize=1000))
        rest = pool.map(render, list(drawn_tasks(others, seed=arguments.seed)), chunksize=1000)
        rendered = [*suite, *held, *(each for each in rest if each is not None)]
    save(arguments.out, rendered, len(suite), len(held))


if __name__ == "__main__":
    main()
