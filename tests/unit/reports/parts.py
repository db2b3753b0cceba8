"""Parts of the sample records: the deployment and the host of a certification, and an exchange as its file has it."""

import json

from fixtures.core.capability import state_of
from fixtures.core.record import Capability, DeploymentFacts, HostFacts, Phase


def deployment() -> DeploymentFacts:
    stages = [
        "API server starting",
        "reading the model's configuration",
        "engine starting",
        "loading weights",
        "warm-up",
    ]
    spans = [9.5, 17.1, 22.0, 241.7, 64.2]
    return DeploymentFacts(
        image="nvcr.io/nvidia/vllm:25.09-py3",
        digest="sha256:" + "8e43161dd7c104d6" * 4,
        container="0cb09ca73591",
        vllm_version="0.10.1.1",
        args={"quantization": "mxfp4", "served_model_name": ["gpt-oss-120b"]},
        model_revision="b5c939de8f754692c1647ca79fbf85e8c1e70f8a",
        phases=[Phase(name=n, at=sum(spans[:i]), seconds=spans[i]) for i, n in enumerate(stages)],
        log_figures={"weights_s": 241.7, "moe_backend": "Marlin"},
        ready_seconds=354.5,
        capabilities={
            "chat/tools": _cell("dropped", "dropped", as_expected=True),
            "chat/answer": _cell("works", "works", as_expected=True),
            "responses/tools": _cell("dropped", "works", as_expected=False),
            "text/reasoning": _cell("differs", "differs", as_expected=True),
        },
    )


def _cell(observed: str, expected: str, *, as_expected: bool) -> Capability:
    return Capability(observed=observed, state=state_of(observed), expected=expected, as_expected=as_expected)


def host() -> HostFacts:
    return HostFacts(
        name="spark-01",
        id="f5e9d6a5400d4c1f9b7e2d3c4b5a6978",
        product="NVIDIA DGX Spark",
        firmware="5.36_0ACUM018",
        os="Ubuntu 24.04.3 LTS",
        kernel="6.11.0-1016-nvidia",
        arch="aarch64",
        cpu="Cortex-X925",
        cpus=20,
        memory_bytes=128 * 10**9,
        memory_available_bytes=117 * 10**9,
        gpu="NVIDIA GB10",
        driver="580.95.05",
        cuda="13.0",
        docker="28.3.3",
        toolkit="1.18.0",
    )


def exchange_file(*, asked: str = "Say 204.", answered: str = "I say 205.") -> str:
    """An exchange as a run keeps it."""
    request = {"model": "gpt-oss-120b", "messages": [{"role": "user", "content": asked}]}
    body = {"choices": [{"message": {"role": "assistant", "content": answered}}]}
    kept = {
        "number": 23,
        "request": {"method": "POST", "path": "/v1/chat/completions", "body": json.dumps(request)},
        "status": 200,
        "headers": [["content-type", "application/json"]],
        "body": json.dumps(body),
        "seconds": 0.125,
        "failure": None,
        "log": [10, 400],
    }
    return json.dumps(kept)
