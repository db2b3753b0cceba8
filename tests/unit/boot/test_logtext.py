"""What a line says, whatever it was carried in."""

import pytest

from fixtures.core.logtext import lines_of

STAMP = "2026-11-27T10:00:00.123456789Z "


@pytest.mark.parametrize(
    ("raw", "text", "process", "level"),
    [
        ("(EngineCore_DP0 pid=271) ERROR 11-27 10:00:00 [core.py:712] x", "x", "EngineCore", "ERROR"),
        ("(EngineCore_0 pid=71) ERROR 11-27 10:00:00 [v1/engine/core.py:842]   File", "  File", "EngineCore", "ERROR"),
        ("(APIServer pid=1) (EngineCore_DP0 pid=7) INFO 01-29 10:27:47 [core.py:710] x", "x", "EngineCore", "INFO"),
        ("(VllmWorker rank=1 pid=2978) ERROR 03-16 06:12:38 [multiproc_executor.py:375] x", "x", "VllmWorker", "ERROR"),
        ("(Worker_TP0 pid=829034) INFO 12-17 18:48:07 [backends.py:278] x", "x", "Worker", "INFO"),
        ("ERROR 06-15 13:57:57 [core.py:517] x", "x", "EngineCore", "ERROR"),
        ("ERROR 02-28 23:38:00 serving_chat.py:1278] x", "x", "", "ERROR"),
        ("INFO:     Application startup complete.", "Application startup complete.", "", "INFO"),
        (
            "(APIServer pid=1) ERROR:    Exception in ASGI application",
            "Exception in ASGI application",
            "APIServer",
            "ERROR",
        ),
        (
            "(EngineCore pid=7) [rank0]:[W926 08:00:10.1 utils.cpp:7] x",
            "[W926 08:00:10.1 utils.cpp:7] x",
            "EngineCore",
            "WARNING",
        ),
        ("(APIServer pid=1)", "", "APIServer", ""),
        ("RuntimeError: x", "RuntimeError: x", "", ""),
        (f"{STAMP}vllm  | {STAMP}(APIServer pid=1) RuntimeError: x", "RuntimeError: x", "APIServer", ""),
        ("[ 1234.567890] NVRM: Xid (PCI:000f:01:00): 79", "NVRM: Xid (PCI:000f:01:00): 79", "", ""),
        ("Nov 27 10:00:00 spark kernel: NVRM: x", "NVRM: x", "", ""),
        ("2026-11-27T10:00:00,123456+00:00 NVRM: x", "NVRM: x", "", ""),
    ],
)
def test_a_line_is_taken_out_of_its_carrier(raw, text, process, level):
    """Stamps, prefixes and the name of the process are told from the message."""
    (line,) = lines_of(raw)
    assert (line.text, line.process, line.level) == (text, process, level)


def test_a_line_of_json_that_is_no_log_stays():
    """An answer of a server that begins like Docker's own file is text like any other."""
    assert lines_of('{"log": "unclosed')[0].text == '{"log": "unclosed'
    assert lines_of('{"log":[1]}')[0].text == "[1]"


def test_a_progress_bar_is_many_lines():
    """A carriage return ends a line, alone or before a line feed."""
    assert [line.text for line in lines_of("bar 1\rbar 2\r\nend\r\r\n")] == ["bar 1", "bar 2", "end", ""]
