"""A run as GitHub Actions shows it: annotations, a step summary, and a log in which nothing from outside is a command."""

import re
from collections.abc import Sequence

from fixtures.core.record import LevelMeasurement, RunRecord
from reports.causes import Cause, Kind, causes
from reports.plain import PRODUCT, first_line, headline
from reports.visible import plain_markdown, visible
from reports.words import counts, tone

ANNOTATIONS = 10  # of one kind in a step: GitHub drops what is more
ROWS = 40  # causes in the table, with
TITLE, CELL = (
    200,
    600,
)  # characters of a headline and of a message or remedy: far below the 1 MiB that a summary may have
NAMED = 12  # clauses named with a cause
# The runner obeys a line that begins with `::`, after whatever space, and `##[` wherever it stands.
_COMMAND = re.compile(r"^(\s*:)(?=:)|(##)(?=\[)")


def stopped(token: str) -> str:
    """The line after which the runner takes no line for a command, up to that of `resumed` with the same token.

    The token must be one that nobody whose words are logged can know.
    """
    return f"::stop-commands::{token}"


def resumed(token: str) -> str:
    """The line after which the runner obeys commands again."""
    return f"::{token}::"


def harmless(line: str) -> str:
    """A line that the runner only shows: a space in what would make it a command."""
    return _COMMAND.sub(lambda found: f"{found[0]} ", line)


def annotations(record: RunRecord) -> list[str]:
    """A workflow command for each cause, those that decide the verdict first; ten at most."""
    return [_annotation(cause) for cause in causes(record)[:ANNOTATIONS]]


def _annotation(cause: Cause) -> str:
    said = [
        _clip(cause.first.message, CELL),
        f"Remedy: {_clip(cause.remedy, CELL)}" if cause.remedy else "",
        _ids(cause),
    ]
    title = _clip(" ".join(headline(cause).split()), TITLE)
    return f"::{_command(cause)} title={_property(title)}::{_data(chr(10).join(filter(None, said)))}"


def _command(cause: Cause) -> str:
    return "error" if cause.must or cause.kind is Kind.OURS else "warning"


def _data(text: str) -> str:
    return harmless(visible(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def step_summary(record: RunRecord) -> str:
    """The run in Markdown: the verdict, what was checked, and one table of causes."""
    said = ", ".join(f"{number} {word}" for word, number in counts(record).items()) or "no clause"
    facts = (f"{name} {plain_markdown(str(value))}" for name, value in _facts(record) if value is not None)
    parts = [f"## {PRODUCT}: {record.verdict}", f"{said} (exit {record.exit_status})", " · ".join(facts)]
    return "\n\n".join(filter(None, [*parts, _table(causes(record))])) + "\n\n"


def _facts(record: RunRecord) -> list[tuple[str, object]]:
    deployment = record.deployment
    facts: list[tuple[str, object]] = [
        ("target", record.target.name),
        ("run", record.id),
        ("kind", "rehearsal against the stand-in" if record.standin else record.kind),
        ("host", record.host.name),
        ("image", deployment.image),
        ("vLLM", deployment.vllm_version),
        ("ready after", None if deployment.ready_seconds is None else f"{deployment.ready_seconds:.1f} s"),
        ("ended early:", record.interrupted),
    ]
    return facts + [(f"{_streams(level)}:", _rate(level)) for level in record.measurements]


def _streams(level: LevelMeasurement) -> str:
    return "1 stream" if level.concurrency == 1 else f"{level.concurrency} streams"


def _rate(level: LevelMeasurement) -> str | None:
    return None if level.output_tokens_per_s is None else f"{level.output_tokens_per_s:.1f} tokens/s"


def _table(found: Sequence[Cause]) -> str:
    if not found:
        return ""
    rows: list[tuple[str, ...]] = [("", "cause", "clauses", "seen", "what to do"), ("---",) * 5]
    rows += [_row(cause) for cause in found[:ROWS]]
    if len(found) > ROWS:
        rows.append(("", f"and {len(found) - ROWS} more", "", "", ""))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(cause: Cause) -> tuple[str, ...]:
    cells = (headline(cause), _ids(cause), first_line(cause.first.message), cause.remedy)
    return (tone(cause.first), *(plain_markdown(_clip(cell, CELL)) for cell in cells))


def _ids(cause: Cause) -> str:
    """The clauses that break by it, and how many could not be judged for it."""
    more = len(cause.all) - NAMED
    ids = ", ".join(clause.id for clause in cause.all[:NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{ids}; {len(cause.blocked)} blocked" if cause.blocked else ids


def _clip(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
