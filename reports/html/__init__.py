"""The report's body: a Jinja2 template with autoescape, filled from the run record alone."""

from collections.abc import Callable
from functools import cache
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from fixtures.core.record import RunRecord
from reports.charts import phases_chart, throughput_chart
from reports.visible import visible
from reports.words import MEANING, broken, counts, failing, last_line, remedy_of, stamp, warning

CLIP = 4000  # characters of one exchange that the page shows; the file beside it has all that was kept
FILES = Path(__file__).parent


def render(record: RunRecord, *, evidence: Callable[[str], str | None]) -> str:
    """The report as one HTML section; `evidence` reads a file of the run by its path."""
    return _template().render(
        record=record,
        style=Markup((FILES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
        meaning=MEANING[record.verdict],
        stamp=stamp(record),
        counts=counts(record),
        problems=[*failing(record), *broken(record), *warning(record)],
        areas=[(area, list(group)) for area, group in groupby(record.clauses, key=lambda c: c.area)],
        throughput=Markup(throughput_chart(record.measurements)),  # noqa: S704 - matplotlib escapes its texts
        phases=Markup(phases_chart(record.deployment.phases)),  # noqa: S704 - matplotlib escapes its texts
        last=last_line(record),
        evidence=lambda path: _clipped(evidence(path)),
        remedy=remedy_of,
    )


def _clipped(text: str | None) -> str:
    if text is None:
        return "(this file is missing)"
    return text if len(text) <= CLIP else f"{text[:CLIP]}\n… {len(text) - CLIP} more characters in the file"


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.finalize = _finalize
    return environment.get_template("report.html.j2")


def _finalize(value: object) -> object:
    """Every string from outside passes here before it is escaped."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
