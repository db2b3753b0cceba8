"""The tables in the documents are what the clauses and faults say."""

from fixtures.specification import page
from tests.faults import table


def test_the_table_of_clauses_is_true():
    """CLAUSES.md is written from the clauses, and from nothing else."""
    written = page.FILE.read_text(encoding="utf-8") == page.document()
    assert written, "CLAUSES.md is not what the clauses say: run make docs"


def test_the_table_of_faults_is_true():
    """FAULTS.md is written from the faults and their expectations, and from nothing else."""
    written = table.FILE.read_text(encoding="utf-8") == table.document()
    assert written, "FAULTS.md is not what the faults say: run make docs"
