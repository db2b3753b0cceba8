import copy

import pytest

from fixtures.adapters.targets import load_target
from fixtures.core.audit import audit, audit_log, parsed_options
from fixtures.core.command import serve_command

SPEC = load_target("gb10").deployment
GOOD = {
    "Name": "/vllm-gpt-oss",
    "Config": {
        "Image": "nvcr.io/nvidia/vllm:25.09-py3",
        "Cmd": list(serve_command(SPEC)),
        "Entrypoint": ["/opt/nvidia/nvidia_entrypoint.sh"],
        "Env": ["PATH=/usr/bin", "CUDA_VERSION=13.0", "TIKTOKEN_ENCODINGS_BASE=/etc/encodings", "HF_TOKEN=hf_x"],
    },
    "HostConfig": {
        "IpcMode": "host",
        "DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}],
        "Ulimits": [
            {"Name": "memlock", "Soft": -1, "Hard": -1},
            {"Name": "stack", "Soft": 67108864, "Hard": 67108864},
        ],
        "PortBindings": {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8000"}]},
    },
    "Mounts": [
        {"Source": "/vllm/encodings", "Destination": "/etc/encodings", "RW": False},
        {"Source": "/vllm/huggingface", "Destination": "/root/.cache/huggingface", "RW": True},
    ],
}
# What the image brings by itself: its entrypoint and its environment.
IMAGE = {"Entrypoint": ["/opt/nvidia/nvidia_entrypoint.sh"], "Env": ["PATH=/usr/bin", "CUDA_VERSION=13.0"]}


def wrong(inspect):
    return [f.rule for f in audit(SPEC, inspect, image_entrypoint=["/opt/nvidia/nvidia_entrypoint.sh"]) if not f.ok]


def changed(change):
    inspect = copy.deepcopy(GOOD)
    change(inspect)
    return inspect


def without(option, count=2):
    def change(inspect):
        command = inspect["Config"]["Cmd"]
        at = command.index(option)
        del command[at : at + count]

    return change


def test_the_mandated_container_has_no_fault():
    """A container as mandated gives findings that are all ok."""
    assert wrong(GOOD) == []


FAULTS = [
    ("image", lambda i: i["Config"].update(Image="nvcr.io/nvidia/vllm:25.10-py3")),
    ("name", lambda i: i.update(Name="/other")),
    ("gpus", lambda i: i["HostConfig"].update(DeviceRequests=None)),
    ("gpus", lambda i: i["HostConfig"]["DeviceRequests"][0].update(Count=1)),
    ("ipc", lambda i: i["HostConfig"].update(IpcMode="private")),
    ("memlock", lambda i: i["HostConfig"]["Ulimits"].pop(0)),
    ("stack", lambda i: i["HostConfig"]["Ulimits"][1].update(Soft=8388608)),
    ("env:TIKTOKEN_ENCODINGS_BASE", lambda i: i["Config"]["Env"].pop(2)),
    ("token", lambda i: i["Config"]["Env"].pop(3)),
    ("mount:/etc/encodings", lambda i: i["Mounts"][0].update(RW=True)),
    ("mount:/etc/encodings", lambda i: i["Mounts"].pop(0)),
    ("mount:/root/.cache/huggingface", lambda i: i["Mounts"][1].update(Source="/elsewhere")),
    ("port", lambda i: i["HostConfig"]["PortBindings"]["8000/tcp"][0].update(HostIp="")),
    ("port", lambda i: i["HostConfig"].update(PortBindings={})),
    ("entrypoint", lambda i: i["Config"].update(Entrypoint=["bash"])),
    ("arg:quantization", without("--quantization")),
    ("arg:gpu-memory-utilization", without("--gpu-memory-utilization")),
    ("arg:max-model-len", without("--max-model-len")),
    ("arg:served-model-name", without("--served-model-name")),
    ("forbidden:--trust-remote-code", lambda i: i["Config"]["Cmd"].append("--trust-remote-code")),
    ("forbidden:--enable-auto-tool-choice", lambda i: i["Config"]["Cmd"].append("--enable_auto_tool_choice")),
    ("command", lambda i: i["Config"]["Cmd"].__setitem__(2, "openai/gpt-oss-20b")),
]


@pytest.mark.parametrize(("rule", "change"), FAULTS, ids=[f"{n}-{rule}" for n, (rule, _) in enumerate(FAULTS)])
def test_each_fault_gives_its_own_finding(rule, change):
    """Every option that is missing or wrong gives exactly one finding, with a remedy."""
    inspect = changed(change)
    assert wrong(inspect) == [rule]
    found = next(f for f in audit(SPEC, inspect, image_entrypoint=["/opt/nvidia/nvidia_entrypoint.sh"]) if not f.ok)
    assert found.remedy


def test_options_in_every_spelling():
    """argparse takes blanks, equal signs and underscores."""
    assert parsed_options(["vllm", "--a-b", "1", "--c_d=2", "--flag"]) == {"a-b": ["1"], "c-d": ["2"], "flag": []}


def test_the_servers_own_arguments():
    """The log's arguments are compared by value: lists, floats and the new name of mxfp4 are the same."""
    args = {
        "quantization": "gpt_oss_mxfp4",
        "gpu_memory_utilization": 0.85,
        "max_model_len": 32768,
        "served_model_name": ["gpt-oss-120b"],
    }
    assert all(f.ok for f in audit_log(SPEC, args))
    assert [f.rule for f in audit_log(SPEC, {**args, "max_model_len": 16384}) if not f.ok] == ["logged:max-model-len"]
    assert not any(f.ok for f in audit_log(SPEC, None))
