"""The specification as text and as a table."""

from fixtures.core.clause import Clause, Level, clause, clause_of
from fixtures.specification.chapters import Chapter, Section, chapters
from fixtures.specification.clauses import all_clauses
from fixtures.specification.page import row
from fixtures.specification.printing import printed

CLAUSE = Clause(id="X-001", title="It ends", level=Level.MUST, requirement="It MUST end.", why="Clients wait.")


def test_every_clause_has_one_place():
    """The chapters hold each clause once, in the order in which the folders run."""
    found = [value.id for chapter in chapters() for value in chapter.clauses]
    assert sorted(found) == sorted(all_clauses())
    assert [chapter.path for chapter in chapters()][:3] == ["suites/host", "suites/deployment", "suites/api"]


def test_a_clause_is_printed_with_its_reason():
    """Level, title, requirement and reason stand under the title of their module."""
    section = Section(title="Endings", path="suites/api/test_endings.py", clauses=(CLAUSE,))
    text = printed([Chapter(title="The API", path="suites/api", sections=(section,))])
    assert text.index("The API") < text.index("Endings") < text.index("X-001  MUST  It ends")
    assert "    It MUST end.\n    Why: Clients wait.\n" in text


def test_the_reason_is_the_paragraph_that_begins_so():
    """`Why:` begins the reason; without it there is none."""

    @clause("X-001", "t", level=Level.MUST)
    def with_reason():
        """It MUST end.

        Why: clients
        wait.
        """

    @clause("X-002", "t", level=Level.MUST)
    def without():
        """It MUST end."""

    assert [clause_of(f).why for f in (with_reason, without)] == ["clients wait.", ""]


def test_a_cell_cannot_end_its_row():
    """Bars are escaped everywhere, brackets outside of code."""
    assert row(["a|b", "`<|call|>` <b>"]) == r"| a\|b | `<\|call\|>` &lt;b> |"
