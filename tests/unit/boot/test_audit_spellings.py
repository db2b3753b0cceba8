"""The spellings that vLLM's argparse takes: none may hide a fault, none may be taken for one."""

import copy

import pytest

from tests.unit.boot.test_audit import GOOD, wrong

COMMAND = ["vllm", "serve", "openai/gpt-oss-120b"]
ARGUMENTS = {
    "--quantization": "mxfp4",
    "--gpu-memory-utilization": "0.85",
    "--max-model-len": "32768",
    "--served-model-name": "gpt-oss-120b",
}


def faults_of(*words):
    inspect = copy.deepcopy(GOOD)
    inspect["Config"]["Cmd"] = [*COMMAND, *words]
    return wrong(inspect)


def words_with(**changes):
    """The mandated words with some options spelled as given."""
    spelled = {name: [name, value] for name, value in ARGUMENTS.items()}
    for name, words in changes.items():
        spelled[f"--{name.replace('_', '-')}"] = words
    return [word for words in spelled.values() for word in words]


@pytest.mark.parametrize(
    "words",
    [
        words_with(max_model_len=["--max_model_len=32768"]),
        words_with(max_model_len=["--max-model-len", "32K"]),
        words_with(quantization=["-q", "mxfp4"]),
        words_with(gpu_memory_utilization=["--gpu-memory-utilization=.850"]),
        [*words_with(quantization=[]), "-q", "mxfp4"],
        ["--max-model-len", "16384", *words_with()],
    ],
)
def test_other_spellings_are_the_same(words):
    """Equal signs, underscores, short options, sizes with a K and a value that a later one replaces are all taken."""
    assert faults_of(*words) == []


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (words_with(max_model_len=["--max-model-len", "32k"]), "arg:max-model-len"),
        (words_with(max_model_len=["--max-model-len", "many"]), "arg:max-model-len"),
        ([*words_with(), "--max-model-len=16384"], "arg:max-model-len"),
        (words_with(gpu_memory_utilization=["--gpu-memory-utilization", "0.9"]), "arg:gpu-memory-utilization"),
        (words_with(quantization=["--quantization", "awq"]), "arg:quantization"),
        (words_with(quantization=["--quantization"]), "arg:quantization"),
        (words_with(served_model_name=["--served-model-name", "gpt-oss-120b", "other"]), "arg:served-model-name"),
        ([*words_with(), "--trust_remote_code"], "forbidden:--trust-remote-code"),
        ([*words_with(), "--trust-remote"], "forbidden:--trust-remote-code"),
        ([*words_with(), "--trust-remote-code=true"], "forbidden:--trust-remote-code"),
        ([*words_with(), "--enable-auto"], "forbidden:--enable-auto-tool-choice"),
    ],
)
def test_a_fault_in_any_spelling_is_one_finding(words, rule):
    """32k is 32,000; the last value counts; a forbidden option may be shortened."""
    assert faults_of(*words) == [rule]


def test_a_neighbour_of_a_forbidden_option_is_allowed():
    """Options that only begin alike are no fault."""
    assert faults_of(*words_with(), "--enable-prefix-caching", "--seed", "-1") == []


def test_a_command_inside_a_shell_is_a_fault():
    """What a shell is told cannot be read as options: the command is not the mandated one."""
    inspect = copy.deepcopy(GOOD)
    inspect["Config"]["Cmd"] = ["bash", "-c", "vllm serve openai/gpt-oss-120b --trust-remote-code"]
    assert "command" in wrong(inspect)
