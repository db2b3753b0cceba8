"""A survey of a stand-in, as its command prints it."""

import json
from pathlib import Path

from fixtures.standin.options import StandinOptions
from fixtures.standin.process.launch import start_standin
from tests.rig.survey.__main__ import main


def surveyed(directory: Path, capsys, *arguments, **options):
    """The exit status, standard output, and standard error."""
    made = StandinOptions(**options)
    with start_standin(options=made, log=directory / "standin.log", timeout=120) as running:
        status = main(["--base-url", running.url, *arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def tables_of(printed):
    """The tables of a survey that was printed as JSON."""
    return json.loads(printed)["tables"]
