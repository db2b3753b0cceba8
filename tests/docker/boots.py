"""Boots a busybox container through the adapter alone, with no pytest session around it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fixtures.adapters.docker.boot import Boot, Booted
from fixtures.adapters.http.client import HttpClient
from fixtures.adapters.http.ledger import Ledger
from fixtures.core.exchange import Call
from fixtures.core.outcome import Kind
from fixtures.core.redact import redactor
from fixtures.core.spec import Deployment, Engine, HostRules, Mount, Readiness, Serve, Target
from tests.waiting import LONG

MODEL = "gpt-oss-120b"
CHAT = Call(
    method="POST",
    path="/v1/chat/completions",
    body=b'{"model": "gpt-oss-120b", "messages": [{"role": "user", "content": "What is 12*17?"}]}',
    headers=(("content-type", "application/json"),),
    deadline=60.0,
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def target_of(
    name: str,
    script: str,
    *,
    port: int,
    image: str,
    budget: float = LONG,
    stall: float = LONG,
    grace: float = 1,
    mounts: tuple[Mount, ...] = (),
    cache: Path | None = None,
) -> Target:
    serve = Serve(command=("/bin/sh", "-c", script), arguments={"served-model-name": MODEL})
    deployment = Deployment(
        image=image,
        name=name,
        port=port,
        container_port=port,
        model="openai/gpt-oss-120b" if cache else "m",
        pass_env=("HF_TOKEN",),
        serve=serve,
        mounts=mounts,
    )
    return Target(
        name="busybox",
        title="a container of the tests",
        kind=Kind.CERTIFICATION,
        engine=Engine.CONTAINER,
        deployment=deployment,
        host=HostRules(cache=str(cache) if cache else None),
        readiness=Readiness(budget=budget, stall=stall, stop_grace=grace),
    )


@dataclass
class Rig:
    """One boot: what was said meanwhile, and what stops it."""

    boot: Boot
    said: list[str] = field(default_factory=list)
    closers: list[Callable[[], None]] = field(default_factory=list)

    def start(self) -> Booted:
        return self.boot.start()

    def stop(self) -> None:
        for closer in reversed(self.closers):
            closer()


@contextmanager
def rig(
    directory: Path,
    name: str,
    script: str,
    *,
    image: str = "gb10-rig-busybox:1",
    port: int | None = None,
    secret: str = "hf_" + "Canary" * 6,
    say: Callable[[str], None] = lambda _: None,
    mounts: tuple[Mount, ...] = (),
    cache: Path | None = None,
    **limits: float,
) -> Iterator[Rig]:
    port = port or free_port()
    mask = redactor([secret])
    said: list[str] = []
    closers: list[Callable[[], None]] = []

    def hear(line: str) -> None:
        said.append(line)
        say(line)

    with HttpClient(f"http://127.0.0.1:{port}", ledger=Ledger(directory / "exchanges", mask)) as http:
        boot = Boot(
            target=target_of(name, script, port=port, image=image, mounts=mounts, cache=cache, **limits),
            run_id=f"{name}-run",
            directory=directory,
            http=http,
            chat=CHAT,
            redactor=mask,
            environment={"HF_TOKEN": secret},
            say=hear,
            defer=closers.append,
        )
        made = Rig(boot, said, closers)
        try:
            yield made
        finally:
            made.stop()


def server(port_words: str, *, health: str, models: str = "", chat: str = "", then: str = "") -> str:
    """A shell script that serves HTTP with busybox's nc: each argument is the shell code that answers one path."""
    handler = f"""#!/bin/sh
read -r method path rest
case $path in
/health) {health} ;;
/v1/models) {models or ":"} ;;
*) {chat or ":"} ;;
esac
"""
    return f"cat > /handler <<'END'\n{handler}END\nchmod +x /handler; {then} exec nc -ll -p {port_words} -e /handler"


def reply(status: str, body: str = "") -> str:
    """Shell code that answers one request and closes."""
    quoted = body.replace("'", "'\\''")
    return (
        f"body='{quoted}'; printf 'HTTP/1.1 {status}\\r\\nContent-Type: application/json\\r\\n"
        f'Content-Length: %d\\r\\nConnection: close\\r\\n\\r\\n%s\' ${{#body}} "$body"'
    )
