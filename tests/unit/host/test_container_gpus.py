"""CDI specifications as nvidia-ctk writes them, and as other programs do."""

import json

import pytest

from fixtures.adapters.host.container_gpus import look_at_cdi

YAML = """\
---
cdiVersion: 0.5.0
containerEdits:
  env:
  - NVIDIA_VISIBLE_DEVICES=void
  hooks:
  - args:
    - nvidia-cdi-hook
    hookName: createContainer
  mounts:
  - containerPath: /usr/lib/aarch64-linux-gnu/libcuda.so.580.126.09
    hostPath: /usr/lib/aarch64-linux-gnu/libcuda.so.580.126.09
devices:
- containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
  name: "0"
- name: all
  containerEdits:
    deviceNodes:
    - path: /dev/nvidia0
kind: nvidia.com/gpu
"""
VALUE = {
    "cdiVersion": "0.6.0",
    "kind": "nvidia.com/gpu",
    "devices": [{"name": "0"}, {"name": "all"}],
    "containerEdits": {"mounts": [{"hostPath": "/usr/lib/libcuda.so.580.126.09"}]},
}


@pytest.mark.parametrize(("name", "text"), [("nvidia.yaml", YAML), ("nvidia.json", json.dumps(VALUE))])
def test_a_specification(tmp_path, name, text):
    """Devices and driver are read from either spelling."""
    (tmp_path / name).write_text(text)

    seen = look_at_cdi((tmp_path / "none", tmp_path))

    assert seen.files == (str(tmp_path / name),)
    assert set(seen.devices) == {"0", "all"}
    assert seen.drivers == ("580.126.09",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nvidia.yaml", YAML[: YAML.index("devices:")] + "devices: []\nkind: nvidia.com/gpu\n"),
        ("nvidia.json", json.dumps({**VALUE, "devices": None})),
    ],
)
def test_a_specification_without_a_device(tmp_path, name, text):
    """A specification that names no device is there, and names none."""
    (tmp_path / name).write_text(text)

    seen = look_at_cdi((tmp_path,))

    assert (len(seen.files), seen.devices) == (1, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.yaml", YAML.replace("nvidia.com/gpu", "vendor.example/gpu")),
        ("other.json", json.dumps({**VALUE, "kind": "vendor.example/gpu"})),
        ("list.json", "[1]"),
        ("notes.txt", YAML),
    ],
)
def test_what_is_none(tmp_path, name, text):
    """Another vendor's devices, other JSON and other files say nothing of NVIDIA's GPUs."""
    (tmp_path / name).write_text(text)

    assert look_at_cdi((tmp_path,)).files == ()
