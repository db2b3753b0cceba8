"""One log in every dress in which it reaches an operator."""

import json
import re


def _lines(dress):
    return lambda text: "".join(f"{dress(line)}\n" for line in text.splitlines())


def _coloured(line):
    """As vLLM colours the name of its process, and others their words."""
    return re.sub(r"^(\(\w+ pid=\d+\))", "\x1b[0;36m\\1\x1b[0;0m", line).replace("ERROR", "\x1b[31mERROR\x1b[0m")


def _kept(line):
    return json.dumps({"log": f"{line}\n", "stream": "stderr", "time": "2026-11-27T04:21:24.224042Z"})


DRESSES = {
    "as it is": lambda text: text,
    "docker logs -t": _lines(lambda line: f"2026-11-27T04:21:24.224042123Z {line}"),
    "coloured": _lines(_coloured),
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "a terminal's own CR": lambda text: text.replace("\n", "\r\r\n"),
    "docker compose logs": _lines(lambda line: f"vllm-gpt-oss-1  | {line}"),
    "docker compose logs -t": _lines(lambda line: f"vllm-gpt-oss-1  | 2026-11-27T04:21:24.224042123Z {line}"),
    "Docker's own file": _lines(_kept),
    "the journal": _lines(lambda line: f"Nov 27 04:21:24 spark-1 vllm-gpt-oss[4123]: {line}"),
    "the journal, ISO": _lines(lambda line: f"2026-11-27T04:21:24+0000 spark-1 vllm-gpt-oss[4123]: {line}"),
    "another release's process": lambda text: re.sub(r"\bEngineCore(_0|_DP0)?(?= pid)", "EngineCore_DP1", text),
    "through its parent": lambda text: re.sub(r"^(?=\(EngineCore)", "(APIServer pid=1) ", text, flags=re.MULTILINE),
    "no processes": lambda text: re.sub(r"^\(\w+ pid=\d+\) ?", "", text, flags=re.MULTILINE),
}
