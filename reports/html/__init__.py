"""The report's body: Jinja2 templates with autoescape, filled from the run record alone."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from fixtures.core.record import RunRecord
from reports import charts, defects, views, words
from reports.visible import visible

FILES = Path(__file__).parent
Reader = Callable[[str], str | None]


def render(record: RunRecord, *, evidence: Reader) -> str:
    """The report as one <style> and one <section>, to be placed in any HTML page.

    `evidence` reads a file of the run by its path and gives None where there is none; each file is shown once, clipped.
    Nothing in the result needs a script or another file.
    """
    numbers = views.numbered_evidence(record)
    return _template().render(
        record=record,
        style=_own("style.css") + _own("page.css"),
        defects=defects,
        views=views,
        words=words,
        problems=[*words.failing(record), *words.broken(record), *words.warning(record)],
        throughput=charts.throughput(record.measurements),
        latencies=charts.latencies(record.measurements),
        stages=charts.stages(record.deployment.phases),
        numbers=numbers,
        evidence={path: views.clipped(evidence(path), path) for path in numbers},
    )


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
