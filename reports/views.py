"""What the page shows of a record, ready to be laid out: groups, counts, and values as a person writes them."""

import json
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fixtures.core.outcome import Kind
from fixtures.core.record import Capability, ClauseResult, HostFacts, RunRecord
from reports.compare.told import headline
from reports.language import Words
from reports.words import OUTCOMES, tone

EVIDENCE = 8  # files named with one clause; record.json names them all
SHORT = 140  # characters of a remedy's first line
# The columns of the capability matrix; what is not named here follows.
_ORDER = ("answer", "reasoning", "usage", "limit", "tools", "tool-choice", "structured", "logprobs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The clauses of one area by id; `unfold` where a reader will want to see them."""

    name: str
    clauses: tuple[ClauseResult, ...]
    counts: Mapping[str, int]
    unfold: bool


def areas(record: RunRecord) -> list[Area]:
    """Areas in the order in which they were run."""
    groups: dict[str, list[ClauseResult]] = {}
    for clause in record.clauses:
        groups.setdefault(clause.area, []).append(clause)
    return [_area(name, sorted(group, key=lambda c: c.id)) for name, group in groups.items()]


def _area(name: str, clauses: Sequence[ClauseResult]) -> Area:
    found = Counter(map(tone, clauses))
    return Area(
        name=name,
        clauses=tuple(clauses),
        counts={word: found[word] for word in OUTCOMES if found[word]},
        unfold=not set(found).isdisjoint(("FAIL", "ERROR", "WAIVED", "WARN")),
    )


def evidence_of(clause: ClauseResult) -> list[str]:
    """The files of a clause that the page names: the one in which it broke is the first of them."""
    return clause.evidence[:EVIDENCE]


def first_line(text: str) -> str:
    """The first line of a remedy, for a list; the whole stands below."""
    line = next(iter(text.splitlines()), "")
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"


def seconds(value: float) -> str:
    """A duration with its unit and two digits, as minutes where it is long."""
    if value >= 120:
        return f"{value // 60:.0f} min {value % 60:.0f} s"
    return f"{value:.0f} s" if value >= 10 else f"{value:.1f} s" if value >= 1 else f"{1000 * value:.0f} ms"


def first_facts(record: RunRecord, words: Words) -> list[tuple[str, str]]:
    """What was checked, where, when and with what: the facts of the first screen; what is not known is left out."""
    found, host = record.deployment, record.host
    machine = " · ".join(filter(None, (host.name, host.product, host.firmware, host.id and host.id[:12])))
    rows = [
        (words("first.host" if record.kind is Kind.CERTIFICATION else "first.asked_from"), machine),
        (words("first.image"), " ".join(filter(None, (found.image, _digest(found.digest))))),
        (words("first.vllm"), found.vllm_version),
        (words("first.model"), found.model_revision),
        (words("first.gpu"), " · ".join(filter(None, (host.gpu, host.driver)))),
        (words("first.date"), f"{record.started[:16].replace('T', ' ')} UTC, {_took(record, words)}"),
        (words("first.suite"), _suite(record, words)),
        (
            words("first.changes"),
            headline(record.comparison, words) if record.comparison else words("first.no_baseline"),
        ),
    ]
    return [(name, value) for name, value in rows if value]


def _took(record: RunRecord, words: Words) -> str:
    return f"{words('first.took', seconds=seconds(record.seconds))}, {words('first.exit', status=record.exit_status)}"


def _suite(record: RunRecord, words: Words) -> str:
    suite = record.suite
    changed = words("first.local_changes") if suite.dirty else ""
    return " ".join(filter(None, (suite.version, (suite.commit or "")[:12], changed)))


def _digest(digest: str | None) -> str | None:
    """The beginning of a digest: the whole stands with the deployment."""
    return digest and f"({digest.partition('@')[2] or digest})"[:24].rstrip(")") + "…)"


def host_rows(host: HostFacts, words: Words) -> list[tuple[str, str]]:
    """What is known of the machine."""
    known = {key: value for key, value in host.model_dump().items() if value is not None}
    return [
        (words(f"host.{key}"), _gib(value) if key.startswith("memory") else shown(value))
        for key, value in known.items()
    ]


def deployment_rows(record: RunRecord, words: Words) -> list[tuple[str, str]]:
    """What is known of the deployment, the figures of its log included."""
    found = record.deployment
    ready = found.ready_seconds
    rows: list[tuple[str, object]] = [
        (words("deployment.image"), found.image),
        (words("deployment.digest"), found.digest),
        (words("deployment.container"), found.container),
        (words("first.vllm"), found.vllm_version),
        (words("deployment.release"), found.release),
        (words("first.model"), found.model_revision),
        (words("deployment.base_url"), record.target.base_url),
        (words("deployment.ready"), ready and words("deployment.ready_after", seconds=seconds(ready))),
        (words("deployment.downloading"), found.downloading_seconds and seconds(found.downloading_seconds)),
        *((name.replace("_", " "), value) for name, value in found.log_figures.items()),
    ]
    return [(name, shown(value)) for name, value in rows if value not in (None, 0.0)]


Row = tuple[str, list[Capability | None]]


def matrix(capabilities: Mapping[str, Capability]) -> tuple[list[str], list[Row]]:
    """The names of the capabilities, and for each surface its cells in their order; None where nothing was seen."""
    parted = {key.partition("/")[::2]: cell for key, cell in capabilities.items()}
    names = sorted({name for _, name in parted}, key=lambda name: (_ORDER.index(name) if name in _ORDER else 99, name))
    surfaces = sorted({surface for surface, _ in parted})
    return names, [(surface, [parted.get((surface, name)) for name in names]) for surface in surfaces]


def matrix_names(cell: str) -> tuple[str, int, str]:
    """Where a cell, `surface/capability`, stands among all: by surface, then in the order of the capabilities."""
    surface, _, name = cell.partition("/")
    return surface, _ORDER.index(name) if name in _ORDER else 99, name


def unexpected(capabilities: Mapping[str, Capability]) -> list[str]:
    """The cells that their release is not known for."""
    return [f"{key} {cell.observed}" for key, cell in sorted(capabilities.items()) if not cell.as_expected]


def command(record: RunRecord) -> str:
    """The command line, as a shell takes it."""
    return shlex.join(record.target.command_line)


def shown(value: object) -> str:
    """A value from the record as text."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def pretty(value: object) -> str:
    """A nested value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _gib(value: float) -> str:
    return f"{value / 2**30:.1f} GiB"
