"""What a clause leaves behind."""

from fixtures.core.notebook import look_at, open_notebook


def test_the_breaking_file_comes_first():
    """Evidence keeps the order in which it was looked at, but for the file in which the clause broke."""
    notebook = open_notebook()
    for path in ("a", "b", "c", "b"):
        look_at(path)
    look_at("b", breaking=True)
    look_at("")

    assert list(notebook.evidence) == ["b", "a", "c"]
