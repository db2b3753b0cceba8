"""The terminal's last words: what failed, why, what to do, where the report is, and the verdict at the very end."""

from collections import Counter
from collections.abc import Iterator

from fixtures.core.outcome import Outcome, Verdict
from fixtures.core.record import ClauseResult, LevelMeasurement, RunRecord
from reports.visible import visible
from reports.words import broken, failing, last_line, remedy_of, stamp, warning

Line = tuple[str, str]
SHOWN = 600


def summary_lines(record: RunRecord, *, report_path: str) -> list[Line]:
    """(style, text) per line; styles are good, bad, warn, head and plain. The last line is the verdict."""
    lines = [("plain", ""), *_blocks(record), *_measured(record), ("plain", "")]
    lines += [("plain", f"{stamp(record)}."), *(("plain", f"not run: {s}") for s in record.not_run)]
    if record.interrupted:
        lines.append(("warn", f"the run ended early: {record.interrupted}"))
    lines.append(("head", f"report: {report_path}"))
    return [(style, visible(text)) for style, text in (*lines, (_style(record.verdict), last_line(record)))]


def _blocks(record: RunRecord) -> Iterator[Line]:
    for clause in failing(record):
        yield from _block("bad", "FAIL", clause)
    for clause in broken(record):
        yield from _block("bad", "ERROR", clause)
    for clause in warning(record):
        yield from _block("warn", "WARN", clause)
    blocked = [c for c in record.clauses if c.outcome is Outcome.BLOCKED]
    if blocked:
        reason, _ = Counter(c.message for c in blocked).most_common(1)[0]
        yield ("warn", f"BLOCKED {len(blocked)} clauses: {reason}")
    if record.log_tail:
        yield ("head", "the server's log ends with:")
        yield from (("plain", f"  | {line}") for line in record.log_tail[-15:])


def _block(style: str, word: str, clause: ClauseResult) -> Iterator[Line]:
    yield (style, f"{word} {clause.id} {clause.title}")
    yield ("plain", f"  {clause.message[:SHOWN]}")
    if clause.diagnosis:
        yield ("plain", f"  cause: {clause.diagnosis.cause}")
    if remedy := remedy_of(clause):
        first, *rest = remedy.splitlines()
        yield ("head", f"  remedy: {first}")
        yield from (("head", f"          {line}") for line in rest)


def _measured(record: RunRecord) -> Iterator[Line]:
    for level in record.measurements:
        yield ("plain", f"{level.concurrency:>4} streams: {_figures(level)}")


def _figures(level: LevelMeasurement) -> str:
    if level.output_tokens_per_s is None or level.ttft_ms is None:
        return f"no figures, errors {level.error_kinds}"
    tpot = f", TPOT p50 {level.tpot_ms.p50:.2f} ms" if level.tpot_ms else ""
    doubt = "" if level.valid else "  INVALID: the client was the bottleneck"
    return f"{level.output_tokens_per_s:.1f} tokens/s, TTFT p50 {level.ttft_ms.p50:.1f} ms{tpot}{doubt}"


def _style(verdict: Verdict) -> str:
    if verdict in {Verdict.CERTIFIED, Verdict.PASSED}:
        return "good"
    return "warn" if verdict is Verdict.INCONCLUSIVE else "bad"
