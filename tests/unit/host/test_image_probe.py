"""The short containers that look into the image, on a Docker client that is played; none is started here."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from docker.errors import APIError, NotFound

from fixtures.adapters.docker.client import LABEL_OWNER, LABEL_RUN
from fixtures.adapters.docker.image_probe import probe_image
from fixtures.adapters.targets import load_target
from fixtures.core.errors import Blocked, NotApplicable
from fixtures.core.image import FEWEST, ProbeSeen, Said, judge_probe
from fixtures.given.preflight import HostFindings

TARGET = load_target("gb10")
LIST = "GPU 0: NVIDIA GB10 (UUID: GPU-ab)"
FULL = " ".join(f"--option-{n} N," for n in range(FEWEST)) + "".join(
    f" [--{name} X]" for name in TARGET.deployment.serve.arguments
)


@dataclass
class Made:
    """A container of the double; `wait` may raise."""

    docker: "Docker"
    command: list[str]
    options: dict[str, Any]
    removed: bool = False

    def start(self) -> None:
        if isinstance(self.docker.start, Exception):
            raise self.docker.start

    def wait(self, *, timeout: float) -> dict[str, int]:
        assert timeout > 0
        if isinstance(self.docker.status, BaseException):
            raise self.docker.status
        return {"StatusCode": self.docker.status}

    def logs(self) -> bytes:
        return (LIST if self.command[0] == "nvidia-smi" else self.docker.help).encode()

    def remove(self, *, v: bool, force: bool) -> None:
        assert v
        assert force
        self.removed = True
        if self.docker.gone:
            raise NotFound("gone")


@dataclass
class Docker:
    """A client whose containers all end in one way."""

    help: str = FULL
    status: Any = 0
    start: Any = None
    create: Exception | None = None
    gone: bool = False
    made: list[Made] = field(default_factory=list)

    @property
    def containers(self) -> Any:
        class Containers:
            @staticmethod
            def create(image: str, command: list[str], **options: Any) -> Made:
                assert image == TARGET.deployment.image
                if self.create:
                    raise self.create
                self.made.append(Made(self, command, options))
                return self.made[-1]

        return Containers


def probed(docker: Docker) -> ProbeSeen:
    return probe_image(docker, TARGET.deployment, run_id="run-1")


def broken(seen: ProbeSeen) -> list[str]:
    return [finding.rule for finding in judge_probe(TARGET, seen) if not finding.ok]


def test_a_good_image():
    """The GPU is listed with the GPU, the help is asked without it; both are ours by label, without network, and removed."""
    docker = Docker()

    assert broken(probed(docker)) == []

    gpus, text = docker.made
    assert gpus.command == ["nvidia-smi", "-L"]
    assert gpus.options["device_requests"][0]["Capabilities"] == [["gpu"]]
    assert text.command == ["bash", "-c", "vllm serve --help=all; vllm serve --help"]
    assert text.options["device_requests"] == []
    for each in docker.made:
        assert each.removed
        assert each.options["network_disabled"]
        assert each.options["labels"][LABEL_RUN] == "run-1"
        assert each.options["labels"][LABEL_OWNER]


def test_no_way_to_the_gpu():
    """What Docker refuses is told in its words, and the container that was made is removed."""
    refusal = APIError("500", explanation='could not select device driver "" with capabilities: [[gpu]]')
    docker = Docker(start=refusal)

    seen = probed(docker)

    assert "could not select device driver" in seen.gpus.problem
    assert broken(seen) == ["gpu-inside"]
    assert all(each.removed for each in docker.made)


def test_an_image_that_is_gone():
    """An image that was removed meanwhile is told, and nothing is there to remove."""
    assert "No such image" in probed(Docker(create=NotFound("No such image"))).gpus.problem


def test_a_container_that_does_not_end():
    """One that does not end in time is given up and removed; a help that did not come is not judged."""
    docker = Docker(status=requests.exceptions.ReadTimeout("read timed out"))

    assert broken(probed(docker)) == ["gpu-inside"]
    assert all(each.removed for each in docker.made)


def test_an_interrupt_removes_it():
    """Ctrl-C passes through, and leaves no container."""
    docker = Docker(status=KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        probed(docker)

    assert [each.removed for each in docker.made] == [True]


def test_a_container_that_somebody_else_removed():
    """What is gone already needs no removal."""
    assert broken(probed(Docker(gone=True))) == []


@pytest.mark.parametrize(
    ("help", "rules"),
    [
        (FULL.replace("--max-model-len", "--max-length"), ["image-arguments"]),
        (FULL.replace("--quantization", "--quantization-config"), ["image-arguments"]),
        ("usage: vllm serve [model_tag] [options]\n --help=listgroup --max-num-seqs", []),
        ("RuntimeError: Failed to infer device type", []),
        ("", []),
    ],
    ids=["dropped", "longer-name", "summary", "error", "nothing"],
)
def test_the_help(help, rules):
    """A whole help without an argument is a warning; a summary, an error and silence are not judged."""
    assert broken(ProbeSeen(help=Said(text=help), gpus=Said(text=LIST))) == rules


def test_another_gpu_inside():
    """A container that sees another GPU, or a slice of one, is named with what it sees."""
    (found,) = [
        finding
        for finding in judge_probe(TARGET, ProbeSeen(help=Said(), gpus=Said(text="GPU 0: NVIDIA H100 MIG 1g.10gb")))
        if finding.rule == "gpu-inside"
    ]

    assert not found.ok
    assert "H100 MIG" in found.observed


@pytest.mark.parametrize("reason", [Blocked("the image was not looked into"), NotApplicable("--no-probe")])
def test_what_was_not_asked_is_not_judged(reason):
    """Without a probe its rules are open for the reason given, and others as they are."""
    findings = HostFindings({}, unprobed=reason)

    with pytest.raises(type(reason), match=str(reason)):
        findings.asked("gpu-inside")
    with pytest.raises(NotApplicable, match="asks nothing of its host"):
        findings.asked("swap")
