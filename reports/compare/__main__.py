"""`python -m reports.compare BEFORE... AFTER`: is the last run as good as those before it? From their records, offline.

Each is a run's directory or its record.json, of this suite's schema or an older one. Of several before, the figures of all that
are like the last one make the noise between boots; clauses are held against the newest of them.

Exit status: 0 as good; 8 regressed, or suspected by this one boot (another one decides); 6 not comparable; 2 cannot be read.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from fixtures.compare.comparison import Answer, compare
from fixtures.compare.figures import figures_of
from fixtures.compare.likeness import unlike
from fixtures.core.record import ComparisonFacts, RunRecord
from reports.compare.written import as_json, as_markdown, as_text
from reports.language import LANGUAGES, Words, words_of
from reports.reading import read_record
from reports.writing import write_whole

EXIT_STATUS = {Answer.AS_GOOD: 0, Answer.REGRESSED: 8, Answer.SUSPECTED: 8, Answer.NOT_COMPARABLE: 6}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the comparison, or write it where it is wanted; the exit status."""
    options = _parser().parse_args(arguments)
    try:
        *runs, after = (_record(path) for path in options.runs)
    except (OSError, ValueError) as error:
        print(f"cannot be compared: {error}", file=sys.stderr)
        return 2
    if not runs:
        print("cannot be compared: give two runs at least", file=sys.stderr)
        return 2
    before, words = runs[-1], words_of(options.language)
    older = [_figures(record) for record in runs[:-1] if not unlike(before, record)]
    found = compare(before, after, older=older)
    _tell(options, found, words)
    return EXIT_STATUS[Answer(found.answer)]


def _tell(options: argparse.Namespace, found: ComparisonFacts, words: Words) -> None:
    """Every form that is asked for; the text on the terminal, unless another one goes there."""
    made = {options.md: as_markdown(found, words), options.json: as_json(found)}
    for place, text in made.items():
        if place and place != "-":
            write_whole(Path(place).resolve(), text)
    print(made.get("-") or as_text(found, words), end="")


def _figures(record: RunRecord) -> dict[str, float]:
    return {name: figure.value for name, figure in figures_of(record).items()}


def _record(path: Path) -> RunRecord:
    return read_record(path / "record.json" if path.is_dir() else path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m reports.compare", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "runs", metavar="RUN", nargs="+", type=Path, help="directories of runs or records, oldest first"
    )
    parser.add_argument("--md", metavar="FILE", help="as Markdown; - for the terminal")
    parser.add_argument("--json", metavar="FILE", help="as JSON; - for the terminal")
    parser.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    return parser


if __name__ == "__main__":
    sys.exit(main())
