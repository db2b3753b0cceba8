"""One line a run, for ever: appended whole, read back in order, and never lost to a bad line."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from fixtures.adapters.history import FILE, Line, recall, remember, state_directory

LINE = Line(
    id="20261128T000000Z-gb10", started="2026-11-28T00:00:00+00:00", verdict="CERTIFIED", exit_status=0, target="gb10",
    host="f5e9", image="image:tag", digest="sha256:1", vllm="0.10.1.1", like="a1b2", figures={"tokens/s at 1": 33.1},
    directory="/runs/1",
)  # fmt: skip


def test_lines_are_read_back_in_order(tmp_path):
    """Whatever a name holds, a line stays a line."""
    lines = [replace(LINE, id=str(n), image="a\nb \u2028 模型") for n in range(3)]
    for line in lines:
        remember(tmp_path / "state", line)
    assert list(recall(tmp_path / "state")) == lines


def test_runs_that_end_at_once_do_not_mix(tmp_path):
    """Forty lines by eight writers: forty lines that can be read."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: remember(tmp_path, replace(LINE, id=str(n), directory="x" * 5000)), range(40)))
    assert sorted(int(line.id) for line in recall(tmp_path)) == list(range(40))


def test_a_line_that_is_cut_costs_itself_alone(tmp_path):
    """A disk that was full, a line of another program, a field that is not known: the others are there."""
    remember(tmp_path, LINE)
    with (tmp_path / FILE).open("a", encoding="utf-8") as file:
        file.write('{"id": "cut", "sta\n[1]\n{"id": "other", "unknown": 1}\n')
    remember(tmp_path, replace(LINE, id="last"))
    assert [line.id for line in recall(tmp_path)] == [LINE.id, "last"]


def test_nothing_to_recall(tmp_path):
    """A host that has never run has no history, and that is no error."""
    assert list(recall(tmp_path / "none")) == []


def test_where_it_is_kept(monkeypatch, tmp_path):
    """The option, then XDG_STATE_HOME if it is absolute, then ~/.local/state."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert state_directory() == tmp_path / ".local/state/gb10-acceptance"
    monkeypatch.setenv("XDG_STATE_HOME", "relative")
    assert state_directory() == tmp_path / ".local/state/gb10-acceptance"
    monkeypatch.setenv("XDG_STATE_HOME", "/var/lib/state")
    assert str(state_directory()) == "/var/lib/state/gb10-acceptance"
    assert str(state_directory("/elsewhere")) == "/elsewhere"
