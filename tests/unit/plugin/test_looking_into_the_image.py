"""When a run starts the short containers that look into the image, and when it does not; Docker is played."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.errors import Blocked, NotApplicable
from fixtures.core.finding import Finding
from fixtures.core.image import ProbeSeen, Said
from fixtures.given.preflight import HostFindings
from fixtures.plugin import preparing as subject
from fixtures.plugin.config import RunConfig

FIT = HostFindings({"memory": Finding(rule="memory", ok=False, expected="x", observed="y")})
UNFIT = HostFindings({"port": Finding(rule="port", ok=False, expected="x", observed="y")})


@pytest.fixture
def look(tmp_path, monkeypatch):
    """What becomes of findings; how often the image was asked, and the removals that the run will do at its end."""
    asked: list[str] = []

    def probe(_client, spec, *, run_id):
        asked.append(spec.image)
        return ProbeSeen(help=Said(), gpus=Said(text="GPU 0: NVIDIA GB10"))

    monkeypatch.setattr(subject, "engine", lambda: None)
    monkeypatch.setattr(subject, "probe_image", probe)

    def run(findings, **changed):
        config = replace(RunConfig(target=load_target("gb10"), runs_dir=tmp_path), **changed)
        state = SimpleNamespace(config=config, closers=[], say=lambda _: None, id="run-1")
        return subject._probed(state, findings), asked, state.closers

    return run


def test_a_fit_host_is_looked_into(look):
    """A host that is fit, warnings aside, has its image asked once, and whatever is left is removed at the end."""
    findings, asked, closers = look(FIT)

    assert asked == ["nvcr.io/nvidia/vllm:25.09-py3"]
    assert findings.asked("gpu-inside").ok
    assert not findings.finding("memory").ok
    assert len(closers) == 1


def test_an_unfit_host_starts_nothing(look):
    """Where a MUST of preflight failed, no container is started, and its rules are blocked."""
    findings, asked, _ = look(UNFIT)

    assert asked == []
    with pytest.raises(Blocked, match="port"):
        findings.asked("gpu-inside")


def test_without_leave_nothing_is_started(look):
    """--no-probe starts nothing, and its rules do not apply."""
    findings, asked, _ = look(FIT, probe=False)

    assert asked == []
    with pytest.raises(NotApplicable, match="--no-probe"):
        findings.asked("image-arguments")
