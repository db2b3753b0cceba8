"""Ring 2: what is proven stays proven, what surprises is tried once more, and the table tells all of it."""

from contextlib import contextmanager

import pytest

from tests.faults.injecting import AGAIN
from tests.prove.page import document
from tests.prove.part import Part
from tests.prove.proving import Proving
from tests.prove.results import Result, Results, tree_digest
from tests.prove.table import COLUMNS, printed, row, wrong


class Tried:
    """A part whose cases come out as told: right, wrong, or right at the second try."""

    def __init__(self, **outcomes):
        self.outcomes, self.tried = outcomes, []
        self.part = Part(name="p", what="a test", cases=lambda: list(outcomes), proving=self.proving)

    @contextmanager
    def proving(self, directory):
        yield self.prove

    def prove(self, case, again):
        self.tried.append(f"{case}{' again' if again else ''}")
        outcome = self.outcomes[case]
        if outcome == "interrupt":
            raise KeyboardInterrupt
        right = outcome == "right" or (outcome == "second" and again)
        return Result(part="p", case=case, right=right, seconds=2.0, said="" if right else "because\nof this")

    def run(self, results):
        Proving(self.part, results, lambda line: None).run(list(self.outcomes))


def results(directory, tree="t"):
    made = Results(directory / "results.jsonl", tree)
    made.read()
    return made


def test_what_is_right_is_not_tried_again(tmp_path):
    """A later start goes on with what is left, and with what was wrong."""
    first = Tried(a="right", b="wrong")
    first.run(results(tmp_path))
    assert first.tried == ["a", "b", "b again"]
    later = Tried(a="right", b="right", c="right")
    later.run(results(tmp_path))
    assert later.tried == ["b", "c"]


def test_what_was_proven_before_an_interrupt_is_kept(tmp_path):
    """Ctrl-C loses the case under way and no other."""
    with pytest.raises(KeyboardInterrupt):
        Tried(a="right", b="interrupt").run(results(tmp_path))
    assert list(results(tmp_path).of("p")) == ["a"]


def test_another_tree_is_another_proof(tmp_path):
    """What was proven of other files proves nothing of these."""
    Tried(a="right").run(results(tmp_path, "one"))
    assert results(tmp_path, "two").of("p") == {}
    assert len(tree_digest()) == 16
    assert tree_digest() == tree_digest()


def test_a_half_written_line_is_no_result(tmp_path):
    """A start that was killed while it wrote spoils nothing."""
    Tried(a="right").run(results(tmp_path))
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('{"tree": "t", "part": "p", "ca')
    assert list(results(tmp_path).of("p")) == ["a"]


def test_a_second_try_is_told(tmp_path):
    """A case that is right only alone counts as right, and the table says so."""
    tried, kept = Tried(a="right", b="second", c="wrong"), results(tmp_path)
    tried.run(kept)
    line = dict(zip(COLUMNS, row(tried.part, ["a", "b", "c", "d"], kept), strict=True))
    assert (line["right"], line["wrong"], line["not run"], line["only at the second try"]) == ("2", "1", "1", "1")
    assert wrong(kept.of("p").values()) == ["p: c: because"]
    assert "only at the second try" in printed([row(tried.part, ["a"], kept)])


def test_many_surprises_are_no_accident(tmp_path):
    """A machine that is too busy spoils a few cases; where most are wrong, none is tried again."""
    tried = Tried(**{f"c{number}": "second" for number in range(AGAIN + 1)})
    tried.run(results(tmp_path))
    assert len(tried.tried) == AGAIN + 1


def test_the_page_tells_what_is_odd(tmp_path):
    """The page has the table, and every case that is wrong or was right only at the second try, with what was said."""
    tried, kept = Tried(good="right", odd="second", bad="wrong"), results(tmp_path)
    tried.run(kept)
    rows = [row(tried.part, list(tried.outcomes), kept)]
    page = document([tried.part], rows, kept.of("p").values(), tree="0123")

    assert "Tree `0123`" in page
    assert "| p | 3 | 2 | 1 | 0 | 1 |" in page
    assert "| p | odd | at the second try |" in page
    assert "| p | bad | no | because |" in page
    assert "| p | good |" not in page
