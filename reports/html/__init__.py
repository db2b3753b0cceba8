"""The report's body: Jinja2 templates with autoescape, filled from the run record alone."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from fixtures.core.record import RunRecord
from reports import charts, defects, told, views, words
from reports.causes import Cause, causes, unexplained
from reports.compare import told as compare
from reports.exchange import Reader, Shown, shown
from reports.language import words_of
from reports.visible import visible

FILES = Path(__file__).parent
EXCHANGES = 60  # causes shown with an exchange: beyond them the page would be a book


def render(record: RunRecord, *, evidence: Reader, language: str = "en") -> str:
    """The report as one <style> and one <section>, to be placed in any HTML page.

    `evidence` reads a file of the run by its path and gives None where there is none. Nothing in the result needs a
    script or another file.
    """
    found, t = causes(record), words_of(language)
    return _template().render(
        record=record,
        t=t,
        style=_own("style.css") + _own("page.css"),
        defects=defects,
        views=views,
        words=words,
        told=told,
        compare=compare,
        compared=charts.compared(record.comparison.figures, t) if record.comparison else None,
        causes=found,
        exchanges=dict(_exchanges(record, found, evidence)),
        cause_of={
            clause.id: number for number, cause in enumerate(found, start=1) for clause in cause.all + cause.blocked
        },
        unexplained={clause.id for clause in unexplained(record)},
        throughput=charts.throughput(record.measurements, t),
        latencies=charts.latencies(record.measurements, t),
        stages=charts.stages(record.deployment.phases, t),
    )


def _exchanges(record: RunRecord, found: Sequence[Cause], read: Reader) -> Iterator[tuple[int, Shown]]:
    """The exchange that shows each cause, by the cause's number."""
    log = (read(record.server_log) or "").encode("utf-8", "replace") if found and record.server_log else b""
    for number, cause in enumerate(found[:EXCHANGES], start=1):
        message, url = cause.first.message, record.target.base_url
        one = cause.exchange and shown(cause.exchange, read, message=message, base_url=url, log=log)
        if one:
            yield number, one


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.finalize = _finalize
    return environment.get_template("report.html.j2")


def _own(name: str) -> Markup:
    return Markup((FILES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def _finalize(value: object) -> object:
    """Every value passes here before it is escaped; only our own style and what macros made, marked as such, pass unread."""
    return value if isinstance(value, Markup) else visible(str(value))
