"""The block that ends a failed preflight: it is run by a real shell, with commands that only note that they were called."""

import os
import subprocess
from dataclasses import replace

import pytest

from fixtures.adapters.host.encodings import ensure_encodings
from fixtures.adapters.targets import load_target
from fixtures.core.advice import advice_of
from fixtures.core.model_seen import ModelSeen
from fixtures.core.observations import DockerFault, GpuSeen, MemorySeen
from fixtures.core.preflight import GIB, judge
from fixtures.core.spec import Encodings
from tests.unit.host.hosts import BROKEN, DOCKER, GOOD, TARGET, cut, docker, model

pytestmark = pytest.mark.timeout(120)
NOTE = 'echo "$(basename "$0") $*" >>"$NOTES"\n'
# sudo does what it is told; curl writes where it is told, and fails where there is no directory.
STUBS = {
    "sudo": NOTE + 'case $1 in mkdir|chown) exec "$@";; esac',
    "chown": NOTE,
    "docker": NOTE,
    "hf": NOTE + 'echo "HF_HOME=$HF_HOME" >>"$NOTES"',
    "newgrp": NOTE,
    "usermod": NOTE,
    "curl": NOTE + ': >"$3"',
}
CACHED = MemorySeen(total=120 * GIB, free=60 * GIB, available=110 * GIB)


@pytest.fixture
def shell(tmp_path):
    """Runs lines as a shell does that ends at the first error; the calls that were made."""
    stubs, notes = tmp_path / "bin", tmp_path / "notes"
    stubs.mkdir()
    for name, body in STUBS.items():
        (stubs / name).write_text(f"#!/bin/sh\n{body}\n")
        (stubs / name).chmod(0o755)
    env = {"PATH": f"{stubs}:{os.environ['PATH']}", "USER": "operator", "NOTES": str(notes), "HOME": str(tmp_path)}

    def run(lines: list[str]) -> list[str]:
        done = subprocess.run(["bash", "-eu"], input="\n".join(lines), env=env, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return notes.read_text().splitlines()

    return run


def bare(directory):
    """A host on which nothing was prepared: no directories, no vocabularies, no image, a cut shard."""
    host = {"encodings.directory": f"{directory}/vllm/encodings", "host.cache": f"{directory}/vllm/huggingface"}
    target = load_target("gb10", {key: ("test", value) for key, value in host.items()})
    assert isinstance(target.encodings, Encodings)
    files = ensure_encodings(
        target.encodings, mirror="", download=False, progress=lambda _: None, beside=target.host.cache
    )
    broken = replace(GOOD.model, shards=cut(3)) if GOOD.model else None
    seen = replace(
        GOOD,
        cache="no such directory",
        encodings=files,
        docker=replace(DOCKER, image=None),
        model=broken,
        memory=CACHED,
    )
    return advice_of(judge(target, seen))


def test_the_block_works_from_top_to_bottom(tmp_path, shell):
    """On a bare host every line can be run after those before it: directories, image, vocabularies, model, memory."""
    advice = bare(tmp_path)
    calls = shell(advice.commands)

    assert [" ".join(call.split()[:2]) for call in calls] == [
        "sudo mkdir",
        "sudo chown",
        "chown -R",
        "docker pull",
        "curl -L",
        "curl -L",
        "hf download",
        f"HF_HOME={tmp_path}/vllm/huggingface",
        "sudo sh",
    ]
    assert (tmp_path / "vllm" / "encodings" / "cl100k_base.tiktoken").exists()


def test_no_line_comes_twice(tmp_path):
    """What several findings ask for is done once."""
    advice = bare(tmp_path)

    for what in ("mkdir", "docker pull", "hf download"):
        assert sum(what in line for line in advice.commands) == 1


@pytest.mark.parametrize("broken", BROKEN, ids=[f"{n}-{b[0]}" for n, b in enumerate(BROKEN)])
def test_every_command_is_one(broken):
    """Whatever is broken: the lines are a script without placeholders, and there is something to do."""
    advice = advice_of(judge(TARGET, broken[1]))

    assert advice.commands or advice.besides or advice.unfit
    script = "\n".join(advice.commands)
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0
    assert not any(word in script for word in ("...", "NAME", "URL", "PORT", " if it ", " or "))


def test_a_login_to_a_group_comes_last():
    """newgrp opens a shell of its own, so nothing stands behind it."""
    seen = replace(docker(fault=DockerFault.DENIED), cache="no such directory", memory=CACHED)

    commands = advice_of(judge(TARGET, seen)).commands

    assert commands[0] == "sudo usermod -aG docker $USER"
    assert commands[-1] == "newgrp docker"
    assert len(commands) == 5


def test_the_machine_comes_first():
    """What no command mends, the machine itself, is told before all others, with its reason."""
    seen = replace(GOOD, machine="x86_64", gpu=GpuSeen(names=("NVIDIA H200",)), token_set=False)

    advice = advice_of(judge(TARGET, seen))

    assert [text.split(";")[0] for text in advice.unfit] == [
        "expected aarch64",
        "expected a GPU that nvidia-smi names NVIDIA GB10",
    ]
    assert advice.commands == []
    assert advice.besides == ["export HF_TOKEN=hf_... (from https://huggingface.co/settings/tokens)"]


def test_a_warning_is_mended_along(tmp_path):
    """An empty cache is no finding, and asks for no download; a broken one asks for it."""
    assert advice_of(judge(TARGET, replace(GOOD, model=ModelSeen()))).commands == []
    assert "hf download" in advice_of(judge(TARGET, model(snapshot=None, shards=()))).commands[0]
