"""The terminal's last words: what failed, why, what to do, where the report is, and the verdict at the very end."""

from collections import Counter
from collections.abc import Iterator

from fixtures.core.outcome import Outcome, Verdict
from fixtures.core.record import ClauseResult, LevelMeasurement, RunRecord
from reports.defects import heading, told
from reports.views import unexpected
from reports.visible import visible
from reports.words import broken, failing, last_line, remedy_of, stamp, unjudged, warning

Line = tuple[str, str]
SHOWN = 600  # characters of one clause's message; the report has all of it
TAIL = 15  # lines of the server's log


def summary_lines(record: RunRecord, *, report_path: str) -> list[Line]:
    """(style, text) per line; styles are good, bad, warn, head and plain. The last line is the verdict.

    No text holds a line break or a character that steers a terminal: nothing from outside can pose as a line of ours.
    """
    parts = (_blocks, _advised, _boot, _defective, _capable, _measured)
    lines = [("plain", ""), *(line for part in parts for line in part(record)), ("plain", "")]
    lines.append(("plain", f"{stamp(record)}."))
    lines += [("plain", f"not run: {sentence}") for sentence in record.not_run]
    if record.interrupted:
        lines.append(("warn", f"the run ended early: {record.interrupted}"))
    lines += [("head", f"report: {report_path}"), (_style(record.verdict), last_line(record))]
    return [(style, _flat(text)) for style, text in lines]


def _blocks(record: RunRecord) -> Iterator[Line]:
    for clause in failing(record):
        yield from _block("bad", "FAIL", clause, advised=record.advice is not None)
    for clause in broken(record):
        yield from _block("bad", "ERROR", clause)
    for clause in warning(record):
        yield from _block("warn", "WARN", clause, advised=record.advice is not None)
    for outcome in (Outcome.BLOCKED, Outcome.SKIPPED, Outcome.NOT_RUN):
        yield from _open(record, outcome)


def _open(record: RunRecord, outcome: Outcome) -> Iterator[Line]:
    """The clauses that stayed open, with the reason that holds for most of them."""
    groups = [group for group in unjudged(record) if group.outcome is outcome]
    if groups:
        number = sum(len(group.ids) for group in groups)
        word = "clause" if number == 1 else "clauses"
        yield ("warn", f"{outcome} {number} {word}: {groups[0].reason[:SHOWN]}")


def _block(style: str, word: str, clause: ClauseResult, *, advised: bool = False) -> Iterator[Line]:
    """One clause; the remedies of the host's findings come together, in an order that works."""
    yield (style, f"{word} {clause.id} {clause.title}")
    message = clause.message if len(clause.message) <= SHOWN else f"{clause.message[:SHOWN]} …"
    yield from _indented("plain", "", message)
    if clause.diagnosis:
        yield from _indented("plain", "cause: ", clause.diagnosis.cause)
    if (remedy := remedy_of(clause)) and not (advised and clause.area == "HOST"):
        yield from _indented("head", "remedy: ", remedy)


def _indented(style: str, label: str, text: str) -> Iterator[Line]:
    """Lines of a text from outside, below its label and never at the margin, where the verdict stands."""
    first, *rest = text.splitlines() or [""]
    yield (style, f"  {label}{first}")
    yield from ((style, f"  {' ' * len(label)}{line}") for line in rest)


def _advised(record: RunRecord) -> Iterator[Line]:
    """What to do after a failed preflight: nothing but lines for a shell between the two sentences."""
    advice = record.advice
    if advice is None:
        return
    yield from (line for text in advice.unfit for line in _indented("bad", "this machine: ", text))
    if advice.commands:
        yield ("head", "run this, in this order:")
        yield from (("plain", f"  {line}") for line in advice.commands)
    if advice.besides:
        yield ("head", "and what no command does for you:" if advice.commands else "what to do:")
        yield from (line for text in advice.besides for line in _indented("plain", "- ", text))


def _boot(record: RunRecord) -> Iterator[Line]:
    found = record.boot_diagnosis
    told = {c.diagnosis.id for c in record.clauses if c.diagnosis and c.outcome in {Outcome.FAIL, Outcome.ERROR}}
    if found and found.id not in told:
        yield ("bad", f"the start failed: {found.id}")
        yield from _indented("plain", "cause: ", found.cause)
        yield from _indented("head", "remedy: ", found.remedy)
    if record.log_tail:
        yield ("head", "the server's log ends with:")
        yield from (("plain", f"  | {line}") for line in record.log_tail[-TAIL:])


def _defective(record: RunRecord) -> Iterator[Line]:
    """The known defects: those that were met, those that are gone, and those that this run did not meet or look for."""
    found = told(record)
    if not found:
        return
    yield ("warn", heading(found))
    for each in found.met:
        clauses = ", ".join((*each.met, *(f"{id} skipped" for id in each.skips)))
        yield ("plain", f"  {each.title} ({clauses})")
    for each in found.gone:
        yield ("good", f"  not met: {each.title} ({', '.join(each.gone)})")
    if found.known:
        yield ("plain", f"  also known of it: {'; '.join(each.title for each in found.known)}")


def _capable(record: RunRecord) -> Iterator[Line]:
    """One line for the capability matrix, and what in it is not known of the release."""
    cells = record.deployment.capabilities
    if not cells:
        return
    counts = Counter(cell.state.value for cell in cells.values())
    strange = unexpected(cells)
    told = f"; not as its release is known: {', '.join(strange)}" if strange else ", all as the release is known to do"
    said = ", ".join(f"{number} {state}" for state, number in counts.items())
    yield ("warn" if strange else "plain", f"capabilities: {said} of {len(cells)}{told}")


def _measured(record: RunRecord) -> Iterator[Line]:
    for level in record.measurements:
        streams = "stream: " if level.concurrency == 1 else "streams:"
        style = "plain" if level.valid and not level.errors else "warn"
        yield (style, f"{level.concurrency:>4} {streams} {_figures(level)}")


def _figures(level: LevelMeasurement) -> str:
    errors = ", ".join(f"{n} {kind}" for kind, n in level.error_kinds.items()) or f"{level.errors} errors"
    failed = f", of {level.requests} requests failed: {errors}" if level.errors else ""
    if level.output_tokens_per_s is None:
        return f"no figures{failed}"
    ttft = f", TTFT p50 {level.ttft_ms.p50:.1f} ms" if level.ttft_ms else ""
    tpot = f", TPOT p50 {level.tpot_ms.p50:.2f} ms" if level.tpot_ms else ""
    doubt = "" if level.valid else "  INVALID: the client was the bottleneck"
    return f"{level.output_tokens_per_s:.1f} tokens/s{ttft}{tpot}{failed}{doubt}"


def _flat(text: str) -> str:
    return visible(text).replace("\n", " ")


def _style(verdict: Verdict) -> str:
    if verdict in {Verdict.CERTIFIED, Verdict.PASSED}:
        return "good"
    return "warn" if verdict is Verdict.INCONCLUSIVE else "bad"
