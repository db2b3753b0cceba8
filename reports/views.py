"""What the page shows of a record, ready to be laid out: groups, counts, and values as a person writes them."""

import json
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome
from fixtures.core.record import Capability, ClauseResult, HostFacts, RunRecord

EVIDENCE = 8  # files shown of one clause; record.json names them all
CLIP = 4096  # characters of one piece of evidence; the file beside the page has all that was kept
# The columns of the capability matrix; what is not named here follows.
_ORDER = ("answer", "reasoning", "usage", "limit", "tools", "tool-choice", "structured", "logprobs")
_HOST = {
    "os": "operating system",
    "arch": "architecture",
    "cpu": "processor",
    "cpus": "logical processors",
    "memory_bytes": "memory",
    "memory_available_bytes": "memory available at the start",
    "gpu": "GPU",
    "cuda": "CUDA",
    "docker": "Docker",
    "toolkit": "NVIDIA container toolkit",
}


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
    found = Counter(c.outcome for c in clauses)
    judged = {Outcome.PASS, Outcome.DEFECT, Outcome.FAIL, Outcome.ERROR} & set(found)
    return Area(
        name=name,
        clauses=tuple(clauses),
        counts={o.value: found[o] for o in Outcome if found[o]},
        unfold=bool(judged),
    )


def tally(record: RunRecord) -> list[tuple[str, dict[str, int]]]:
    """Clauses by level and outcome; levels without clauses are left out."""
    rows = [(level.value, Counter(c.outcome.value for c in record.clauses if c.level is level)) for level in Level]
    return [(level, dict(row)) for level, row in rows if row]


def evidence_of(clause: ClauseResult) -> list[str]:
    """The files of a clause that the page shows: the one in which it broke is the first of them."""
    return clause.evidence[:EVIDENCE]


def numbered_evidence(record: RunRecord) -> dict[str, int]:
    """Each file that the page shows, once, numbered in the order of the page."""
    paths = [path for area in areas(record) for clause in area.clauses for path in evidence_of(clause)]
    return {path: number for number, path in enumerate(dict.fromkeys(paths), start=1)}


def clipped(text: str | None, path: str) -> str:
    """Beginning and end of a file: a log says most at its end, an exchange at its beginning."""
    if text is None:
        return "(this file is missing)"
    if len(text) <= CLIP:
        return text
    head, tail = CLIP * 3 // 4, CLIP // 4
    return f"{text[:head]}\n… {len(text) - head - tail} characters left out here; they are in {path} …\n{text[-tail:]}"


def host_rows(host: HostFacts) -> list[tuple[str, str]]:
    """What is known of the machine."""
    known = {key: value for key, value in host.model_dump().items() if value is not None}
    return [
        (_HOST.get(key, key), _gib(value) if key.startswith("memory") else shown(value)) for key, value in known.items()
    ]


def deployment_rows(record: RunRecord) -> list[tuple[str, str]]:
    """What is known of the deployment, the figures of its log included."""
    found = record.deployment
    ready = None if found.ready_seconds is None else f"{found.ready_seconds:.1f} s after the container's start"
    rows: list[tuple[str, object]] = [
        ("image", found.image),
        ("image digest", found.digest),
        ("container", found.container),
        ("vLLM", found.vllm_version),
        ("what is known of it", found.release),
        ("model revision", found.model_revision),
        ("base URL", record.target.base_url),
        ("ready", ready),
        *((name.replace("_", " "), value) for name, value in found.log_figures.items()),
    ]
    return [(name, shown(value)) for name, value in rows if value is not None]


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
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def pretty(value: object) -> str:
    """A nested value as indented JSON."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _gib(value: float) -> str:
    return f"{value / 2**30:.1f} GiB"
