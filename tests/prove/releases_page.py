"""docs/RELEASES.md: what each real release did with the whole suite, run by run."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fixtures.knowledge.releases import images
from fixtures.specification.page import table
from reports.views import matrix_names
from tests.rings.parts import ROOT

FILE = ROOT / "docs" / "RELEASES.md"
Record = Mapping[str, Any]
_HEAD = """\
# Every release for real

The whole suite against the real server of each release, in a container, with the mandated arguments (`--quantization mxfp4`
included), on a CPU, serving the tiny checkpoint: `make prove PARTS=releases`. Server, parsers, scheduler and engine are the
release's own; up to 0.28 its model class and attention are the rig's ([tests/rig/README.md](../tests/rig/README.md)). So this
says what a release does on the wire, and nothing about a GPU. `python -m tests.prove releases --write` writes this page.
"""


def document(records: Mapping[str, Sequence[Record]]) -> str:
    """The page; `records` are the runs of each release, in the order of the releases."""
    lines = [_HEAD, f"Written {datetime.now(UTC).date().isoformat()}.", "", "## Verdicts", "", *_verdicts(records)]
    lines += [
        "## What each surface can do",
        "",
        *_matrices(records),
        "## Known defects, and the clauses that met them",
        "",
        *_defects(records),
    ]
    return "\n".join(lines).rstrip() + "\n"


def kept(folder: Path, releases: Sequence[str]) -> dict[str, list[Record]]:
    """The records of the runs that are kept, by release."""
    found = {release: sorted(folder.glob(f"{release}-[0-9].json")) for release in releases}
    return {r: [json.loads(p.read_text(encoding="utf-8")) for p in paths] for r, paths in found.items() if paths}


def _verdicts(records: Mapping[str, Sequence[Record]]) -> Iterator[str]:
    tags = {}
    for image in images():
        tags.setdefault(image.vllm, []).append(image.tag)
    rows = [
        (release, ", ".join(tags.get(release, ())), record["verdict"], *_counts(record), f"{record['seconds']:.0f}")
        for release, runs in records.items()
        for record in runs
    ]
    columns = (
        "vLLM",
        "NVIDIA's image",
        "verdict",
        "PASS",
        "DEFECT",
        "FAIL",
        "ERROR",
        "BLOCKED",
        "SKIPPED",
        "warnings",
        "seconds",
    )
    yield from table(columns, rows)


def _counts(record: Record) -> tuple[str, ...]:
    found = Counter(_word(clause) for clause in record["clauses"])
    return tuple(str(found[word]) for word in ("PASS", "DEFECT", "FAIL", "ERROR", "BLOCKED", "SKIPPED", "warning"))


def _word(clause: Mapping[str, str]) -> str:
    warning = clause["outcome"] == "FAIL" and clause["level"] != "MUST"
    return "warning" if warning else clause["outcome"]


def _matrices(records: Mapping[str, Sequence[Record]]) -> Iterator[str]:
    cells = {release: runs[-1]["deployment"]["capabilities"] for release, runs in records.items()}
    names = sorted({name for each in cells.values() for name in each}, key=matrix_names)
    rows = [
        (f"`{name}`", *(cells[release].get(name, {}).get("observed", "–") for release in records)) for name in names
    ]
    yield from table(("surface/capability", *records), rows)


def _defects(records: Mapping[str, Sequence[Record]]) -> Iterator[str]:
    rows = [
        (
            release,
            f"`{defect['id']}`",
            defect["title"],
            ", ".join((*defect["met"], *(f"{id} skipped" for id in defect["skips"]))),
        )
        for release, runs in records.items()
        for defect in runs[-1]["known_defects"]
    ]
    yield from table(("vLLM", "defect", "what", "clauses"), rows)
