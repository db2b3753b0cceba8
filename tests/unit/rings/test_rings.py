"""Ring 1: every part is run whatever fails, what it prints can be read by people and by CI, nothing is left running."""

import sys

import psutil
import pytest

from tests.rings.parts import RING_1, ROOT, Part
from tests.rings.running import Lanes, end_group
from tests.rings.telling import Done, closing, progress, skips, slowest, table

GOOD = "print('3 passed in 0.1s')"
BAD = "import sys; print('1 failed, 2 passed in 0.1s'); sys.exit(1)"
XML = '<testsuites><testsuite><testcase classname="a" name="b" time="{}"/></testsuite></testsuites>'


def part(name, code, *, junit=True):
    return Part(name=name, what="a test", command=(sys.executable, "-c", code), junit=junit)


def run(directory, *parts, lanes=2):
    said = []
    return Lanes(directory, said.append, lanes=lanes).run(parts), "\n".join(said)


def test_all_parts_are_run_whatever_fails(tmp_path):
    """A part that fails ends nothing; its output is shown whole, and a good part's last line."""
    done, said = run(tmp_path, part("bad", BAD), part("good", GOOD), lanes=1)
    assert [(one.part.name, one.good) for one in done] == [("bad", False), ("good", True)]
    assert "== bad FAILED; its output:" in said
    assert "good: 3 passed in 0.1s (" in said


def test_the_closing_line_counts_every_test(tmp_path):
    """The last line is the sum over pytest's own counts, and a tool counts as one test."""
    done, _ = run(tmp_path, part("bad", BAD), part("good", GOOD), part("tool", "print('ok')", junit=False))
    assert closing(done) == "6 passed, 1 failed, 0 skipped"


def test_a_part_that_breaks_off_counts_as_failed(tmp_path):
    """A pytest that dies without a last line, or ends with errors alone, is no success of zero tests."""
    done, _ = run(
        tmp_path, part("dead", "import os; os._exit(3)"), part("errors", f"{BAD}".replace("1 failed", "2 errors"))
    )
    assert closing(done) == "2 passed, 3 failed, 0 skipped"
    assert any("FAILED  said nothing" in line for line in table(done))


def test_the_slowest_tests_of_all_parts_are_told(tmp_path):
    """The times come from the JUnit files; a part without one, or with half of one, has none."""
    for name, text in (("a", XML.format(2.5)), ("b", XML.format(7)), ("c", "<testsuite>")):
        (tmp_path / f"{name}.xml").write_text(text)
    done = [
        Done(part=part(name, GOOD), status=0, seconds=1.0, output=tmp_path, junit=tmp_path / f"{name}.xml")
        for name in ("a", "b", "c", "d")
    ]
    assert slowest(done) == ["    7.0 s  a::b", "    2.5 s  a::b"]


def test_skipped_tests_are_told_with_their_reasons(tmp_path):
    """What pytest skipped is said at the end, so that a green run without Docker is no silent one."""
    done, _ = run(tmp_path, part("a", "print('SKIPPED [2] tests/x.py: no Docker\\n1 passed, 2 skipped in 1s')"))
    assert skips(done) == ["SKIPPED [2] tests/x.py: no Docker"]
    assert closing(done) == "1 passed, 0 failed, 2 skipped"


def test_progress_is_read_from_pytests_own_output(tmp_path):
    """The last percentage is how far a part has come."""
    (tmp_path / "log").write_text("....  [ 24%]\n....  [ 48%]\n")
    assert (progress(tmp_path / "log"), progress(tmp_path / "none")) == (" 48 %", "")


def test_an_end_takes_the_whole_group(tmp_path):
    """What a part started ends with it."""
    lanes = Lanes(tmp_path, print)
    code = "import subprocess, time; print(subprocess.Popen(['sleep', '600']).pid, flush=True); time.sleep(600)"
    under = lanes._start(part("long", code))
    while not (said := under.output.read_text().strip()):
        assert under.child.poll() is None
    end_group(under.child)
    assert not psutil.pid_exists(int(said)) or psutil.Process(int(said)).status() == psutil.STATUS_ZOMBIE


def test_every_folder_of_tests_is_a_part():
    """No test is left out of ring 1 because its folder is new."""
    folders = {path.parent.relative_to(ROOT / "tests").parts[0] for path in (ROOT / "tests").rglob("test_*.py")}
    assert folders == {one.name for one in RING_1 if one.junit}


@pytest.mark.parametrize("one", RING_1, ids=lambda one: one.name)
def test_ring_2_stays_out(one):
    """No part of ring 1 runs a test that is marked for ring 2."""
    assert not one.junit or "not prove" in one.command
