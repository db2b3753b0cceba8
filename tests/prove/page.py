"""docs/PROOF.md: what ring 2 has found, of which tree, and on what machine."""

import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from fixtures.specification.page import table
from tests.prove.part import Part
from tests.prove.results import Result
from tests.prove.table import COLUMNS
from tests.rings.parts import ROOT

FILE = ROOT / "docs" / "PROOF.md"
_HEAD = """\
# What has been proven

`make prove` runs what takes too long for every change: every fault, the healthy stand-in of every release, the real vLLM in
every way to it, every signal in every phase, a soak. `python -m tests.prove --write` writes this page from what is kept of
the tree. A case that surprised is tried once more, alone and with more time: a busy machine proves nothing.
"""


def document(parts: Sequence[Part], rows: Iterable[Sequence[str]], found: Iterable[Result], *, tree: str) -> str:
    """The page: the table, what each part is, and every case that is not right or was so only at the second try."""
    lines = [_HEAD, *(f"* **{part.name}**: {part.what}" for part in parts), "", _where(tree), ""]
    lines += table(COLUMNS, rows)
    odd = [one for one in found if one.again or not one.right]
    if odd:
        lines += table(("part", "case", "came out right", "what was said"), map(_told, odd))
    return "\n".join(lines).rstrip() + "\n"


def _where(tree: str) -> str:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return f"Tree `{tree}`, {datetime.now(UTC).date().isoformat()}, {machine}. Seconds are the sum over the cases of a part."


def _told(one: Result) -> tuple[str, ...]:
    right = "at the second try" if one.right else "no"
    return (one.part, one.case, right, one.said.splitlines()[0] if one.said else "")
