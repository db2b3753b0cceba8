"""The whole suite through --base-url against the stand-in of every release, while other clients ask it: no alarm is right."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import httpx

from fixtures.standin.families import VERSIONS
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin
from tests.faults.running import runner
from tests.prove.alarms import OURS, alarms, told
from tests.prove.part import Part, Prover
from tests.prove.results import Result

LIMIT = 600.0  # seconds of one run
CLIENTS = 3
PAUSE = 0.15  # seconds between two requests of one client
_CHAT = {"model": "gpt-oss-120b", "messages": [{"role": "user", "content": "Count from 1 to 50."}], "max_tokens": 120}
_RESPONSE = {"model": "gpt-oss-120b", "input": "Good morning.", "max_output_tokens": 40}
_ASKED = (
    ("/v1/chat/completions", _CHAT),
    ("/v1/responses", _RESPONSE),
    ("/v1/chat/completions", {**_CHAT, "stream": True}),
)


@contextmanager
def others(url: str) -> Iterator[None]:
    """Clients that ask the server one request after the other, for as long as the block runs."""
    over = threading.Event()
    clients = [threading.Thread(target=_ask, args=(url, over), daemon=True) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    try:
        yield
    finally:
        over.set()
        for client in clients:
            client.join()


def _ask(url: str, over: threading.Event) -> None:
    with httpx.Client(base_url=url, timeout=60) as client:
        for path, body in cycle(_ASKED):
            if over.wait(PAUSE):
                return
            client.post(path, json=body).raise_for_status()


@contextmanager
def _shared(directory: Path) -> Iterator[Prover]:
    with runner(directory) as runs:

        def prove(case: str, again: bool) -> Result:
            options = StandinOptions(vllm_version=case, pace="10:1")
            with start_standin(options=options, log=directory / f"standin-{case}.log") as standin, others(standin.url):
                ran = runs.run(["suites/", "--base-url", standin.url], limit=LIMIT)
            found = alarms(ran)
            right = not set(found) - OURS
            return Result(part="shared", case=case, right=right, seconds=ran.seconds, said=told(found))

        yield prove


def _cases() -> Sequence[str]:
    return [*VERSIONS]


SHARED = Part(
    name="shared",
    what="the whole suite through --base-url against the stand-in of every release, while other clients ask it",
    cases=_cases,
    proving=_shared,
)
