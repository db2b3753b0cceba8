import pytest

from fixtures.adapters.targets import load_target, target_names
from fixtures.core.command import docker_run_line, serve_command
from fixtures.core.errors import ConfigError


def test_every_target_loads():
    """The targets that come with the suite are valid."""
    assert target_names() == ("api", "cpu", "gb10", "rehearsal", "rehearsal-tools")
    for name in target_names():
        assert load_target(name).name == name


def test_the_mandated_command():
    """The printed line holds every mandated option of the rules, and none that is forbidden."""
    line = docker_run_line(load_target("gb10").deployment)
    for part in (
        "--name vllm-gpt-oss",
        "--gpus all",
        "--ipc=host",
        "--ulimit memlock=-1",
        "--ulimit stack=67108864",
        "-p 127.0.0.1:8000:8000",
        "-e HF_TOKEN",
        "-e TIKTOKEN_ENCODINGS_BASE=/etc/encodings",
        "-v /vllm/encodings:/etc/encodings:ro",
        "-v /vllm/huggingface:/root/.cache/huggingface",
        "nvcr.io/nvidia/vllm:25.09-py3",
        "vllm serve openai/gpt-oss-120b",
        "--quantization mxfp4",
        "--gpu-memory-utilization 0.85",
        "--max-model-len 32768",
        "--served-model-name gpt-oss-120b",
    ):
        assert part in line
    assert "--trust-remote-code" not in line
    assert "--enable-auto-tool-choice" not in line


def test_flags_without_a_value():
    """True is a bare flag and False leaves the option out."""
    target = load_target("gb10", {"deployment.serve.arguments.enforce-eager": ("test", True)})
    assert serve_command(target.deployment)[-1] == "--enforce-eager"
    target = load_target("gb10", {"deployment.serve.arguments.enforce-eager": ("test", False)})
    assert "--enforce-eager" not in serve_command(target.deployment)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "x"\nport', "Expected '=' after a key"),
        (
            'name = "x"\ntitle = "t"\nkind = "certification"\nengine = "standin"\n[deployment]\nmodel = "m"\n'
            "[deployment.serve]\narguments = {}\n",
            "only a container is certified",
        ),
        ('name = "x"\ntitle = "t"\nkind = "certification"\nengine = "container"\nport = 1\n', "deployment"),
    ],
)
def test_a_bad_file_is_named(tmp_path, text, said):
    """A bad TOML file ends in one sentence with its path and place."""
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_target(str(path))
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_a_bad_value_is_named():
    """A bad value is named with its key, or with the option that set it."""
    with pytest.raises(ConfigError, match=r"--port 99999: .*65535, got 99999"):
        load_target("gb10", {"deployment.port": ("--port 99999", 99999)})


def test_an_unknown_target_lists_the_known_ones():
    """An unknown target is an error that names what there is."""
    with pytest.raises(ConfigError, match="nope: no such target; there are api, cpu, gb10, rehearsal"):
        load_target("nope")
