"""The command: what it asks, what it prints, and how it ends where there is nothing to survey."""

import socket
import tomllib

import pytest

from fixtures.knowledge.versions import known_facts
from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin
from tests.rig.survey.__main__ import main
from tests.unit.survey.surveyed import surveyed, tables_of


@pytest.fixture
def nobody():
    """A port that is held and on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


def _ended(capsys, *arguments):
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    return status, capsys.readouterr().err.strip().splitlines()


def test_no_server(nobody, capsys):
    """A server that cannot be reached is one sentence with its URL, and the exit status 2."""
    status, said = _ended(capsys, "--base-url", nobody)
    assert (status, len(said)) == (2, 1)
    assert f"no server answers at {nobody}: " in said[0]


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host", "http://", "http://host:port", "http://host/?a=1", ""])
def test_bad_url(url, capsys):
    """A URL that is none is one sentence with it, and the exit status 2."""
    status, said = _ended(capsys, "--base-url", url)
    assert (status, len(said)) == (2, 1)
    assert f"--base-url {url}: expected http://HOST[:PORT][/PREFIX]" in said[0]


def test_unknown_table(capsys):
    """A table that there is not is refused before anything is asked, with the names that there are."""
    status, said = _ended(capsys, "--base-url", "http://127.0.0.1:9", "--only", "chat_tool")
    assert status == 2
    assert "--only chat_tool: no such table; there are: " in said[-1]
    assert all(name in said[-1] for name in known_facts())


def test_help(capsys):
    """The help says what is printed, what the exit status means, and that no server is harmed."""
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "Standard output is TOML" in said
    assert "Exit status: 0 if all is as known" in said
    assert "none that is known to harm a server" in said


def test_another_model(tmp_path, capsys):
    """A server of another model is one sentence with both names; under --served-model the requests carry that name."""
    with start_standin(options=StandinOptions(served_model_name="other"), log=tmp_path / "log", timeout=120) as running:
        status, said = _ended(capsys, "--base-url", running.url)
        assert (status, len(said)) == (2, 1)
        assert "serves other, and not gpt-oss-120b: name one with --served-model" in said[0]
        arguments = ["--base-url", f"{running.url}/v1", "--served-model", "other", "--only", "reasoning_fields"]
        assert main(arguments) == 0
    assert tomllib.loads(capsys.readouterr().out) == {"reasoning_fields": {"0.32.0": ["reasoning"]}}


def test_toml(tmp_path, capsys):
    """What is printed is TOML with the release's entries, each with what the table says, and the rest are comments."""
    only = ("responses_stream_incomplete", "dead_engine_health", "chat_tool_choice")
    arguments = [part for name in only for part in ("--only", name)]
    status, printed, said = surveyed(tmp_path, capsys, *arguments, vllm_version="0.27.1+nv26.08")
    assert tomllib.loads(printed) == {"responses_stream_incomplete": {"0.27.1": ["completed"]}}
    assert '"0.27.1" = ["completed"]  # as known: the table allows ["completed"] or ["incomplete"]' in printed
    assert printed.startswith("# vLLM 0.27.1+nv26.08 (measured ")
    assert "# [dead_engine_health] is not told: it takes a server whose engine is dead" in printed
    assert "# [chat_tool_choice] is not told: chat parses no calls here" in printed
    assert (status, len(said.splitlines())) == (0, 4)


def test_errors_of_the_server(tmp_path, capsys):
    """An error is told with its status and first words: as an entry where the table is of errors, else as the reason for none."""
    only = ("--only", "responses_tool_choice", "--only", "image_input_errors", "--json")
    status, printed, _ = surveyed(tmp_path, capsys, *only, fault=("choice-crashes-responses", "image-500"))
    choice, image = tables_of(printed)["responses_tool_choice"], tables_of(printed)["image_input_errors"]
    assert (status, image["value"], image["as_known"]) == (1, [500], False)
    assert image["note"].startswith("POST /v1/chat/completions: status 500: ")
    assert "value" not in choice
    assert "tool_choice none on responses: POST /v1/responses: status 500: " in choice["reason"]
