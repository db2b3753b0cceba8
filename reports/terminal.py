"""The terminal's last words: what failed, why, what to do, where the report is, and the verdict at the very end."""

from collections import Counter
from collections.abc import Iterator, Sequence

from fixtures.core.outcome import Verdict
from fixtures.core.record import ClauseResult, LevelMeasurement, RunRecord
from fixtures.core.waiver import WaiverState
from reports.causes import Cause, Kind, causes
from reports.compare import told as compare
from reports.defects import heading, told
from reports.language import Words, words_of
from reports.told import headline, named, remedy
from reports.views import unexpected
from reports.visible import visible
from reports.words import last_line, stamp, tone, unjudged, waivers

Line = tuple[str, str]
SHOWN = 600  # characters of one clause's message; the report has all of it
TAIL = 15  # lines of the server's log
NAMED = 8  # clauses named with a cause,
CAUSES = 8  # and causes told in full: the page has all of them


def summary_lines(record: RunRecord, *, report_path: str, language: str = "en") -> list[Line]:
    """(style, text) per line; styles are good, bad, warn, head and plain. The last line is the verdict.

    No text holds a line break or a character that steers a terminal: nothing from outside can pose as a line of ours.
    """
    words = words_of(language)
    parts = (_causes, _advised, _boot, _open, _defective, _capable, _measured, _compared)
    lines = [("plain", ""), *(line for part in parts for line in part(record, words)), ("plain", "")]
    lines.append(("plain", stamp(record, words) + words("word.stop")))
    lines += [("plain", words("terminal.not_run", sentence=words.of_record(sentence))) for sentence in record.not_run]
    lines += [("plain" if state is WaiverState.UNUSED else "warn", line) for state, line in waivers(record, words)]
    if record.interrupted:
        lines.append(("warn", words("terminal.ended_early", why=record.interrupted)))
    lines += [("head", words("terminal.report", path=report_path)), (_style(record.verdict), last_line(record, words))]
    return [(style, flat(text)) for style, text in lines]


def _causes(record: RunRecord, words: Words) -> Iterator[Line]:
    """What decides first, then what warns; each cause once, however many clauses break by it."""
    found = causes(record)
    for number, cause in enumerate(found[:CAUSES], start=1):
        yield from _cause(number, cause, words, advised=record.advice is not None)
    for cause in found[CAUSES:]:
        yield (_tone(cause), f"{_word(cause)} {words('terminal.also_fails', title=headline(cause, words))}")


def _cause(number: int, cause: Cause, words: Words, *, advised: bool) -> Iterator[Line]:
    """One cause; the remedies of the host's findings come together, in an order that works."""
    yield (_tone(cause), f"{_word(cause)} {number}. {headline(cause, words)}")
    if cause.kind is Kind.HOST:
        yield from (line for each in cause.all for line in _indented("plain", f"{each.id} ", _clip(each.message)))
    else:
        yield from _indented("plain", "", _clip(cause.first.message))
    if not (advised and cause.first.area == "HOST"):
        yield from _indented("head", words("terminal.remedy"), remedy(cause, words))
    for said in _taken_down(cause, words):
        yield ("plain", f"  {said}")


def _taken_down(cause: Cause, words: Words) -> Iterator[str]:
    """Which clauses break by it, unless the headline names the only one, and how many it blocked."""
    alone = len(cause.all) == 1 and named(cause.first) in headline(cause, words)
    if cause.kind is not Kind.HOST and not alone:
        yield f"{words('cause.fails', n=len(cause.all))} {_ids(cause.all, words)}"
    if cause.blocked:
        yield words("cause.blocked", n=len(cause.blocked))


def _ids(clauses: Sequence[ClauseResult], words: Words) -> str:
    more = len(clauses) - NAMED
    ids = ", ".join(clause.id for clause in clauses[:NAMED])
    return f"{ids} {words('cause.more', n=more)}" if more > 0 else ids


def _word(cause: Cause) -> str:
    return tone(cause.first)


def _tone(cause: Cause) -> str:
    return "bad" if cause.must or cause.kind is Kind.OURS else "warn"


def _open(record: RunRecord, words: Words) -> Iterator[Line]:
    """The clauses that stayed open for no cause above, with the reason that holds for most of them."""
    by_outcome: dict[str, list[tuple[str, int]]] = {}
    for group in unjudged(record):
        by_outcome.setdefault(group.outcome.value, []).append((group.reason, len(group.ids)))
    for outcome, groups in by_outcome.items():
        said = words("terminal.open", n=sum(n for _, n in groups), outcome=outcome, reason=groups[0][0][:SHOWN])
        yield ("warn", said + (words("terminal.open_more", n=len(groups) - 1) if len(groups) > 1 else ""))


def _indented(style: str, label: str, text: str) -> Iterator[Line]:
    """Lines of a text from outside, below its label and never at the margin, where the verdict stands."""
    first, *rest = text.splitlines() or [""]
    yield (style, f"  {label}{first}")
    yield from ((style, f"  {' ' * len(label)}{line}") for line in rest)


def _clip(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} …"


def _advised(record: RunRecord, words: Words) -> Iterator[Line]:
    """What to do after a failed preflight: nothing but lines for a shell between the two sentences."""
    advice = record.advice
    if advice is None:
        return
    yield from (line for text in advice.unfit for line in _indented("bad", words("terminal.machine"), text))
    if advice.commands:
        yield ("head", words("terminal.commands"))
        yield from (("plain", f"  {line}") for line in advice.commands)
    if advice.besides:
        yield ("head", words("terminal.besides" if advice.commands else "terminal.besides_alone"))
        yield from (line for text in advice.besides for line in _indented("plain", "- ", text))


def _boot(record: RunRecord, words: Words) -> Iterator[Line]:
    found = record.boot_diagnosis
    if found and not any(cause.diagnosis and cause.diagnosis.id == found.id for cause in causes(record)):
        yield ("bad", words("terminal.start_failed", id=found.id))
        yield from _indented("plain", words("terminal.cause"), found.cause)
        yield from _indented("head", words("terminal.remedy"), found.remedy)
    if record.log_tail:
        yield ("head", words("terminal.log_ends"))
        yield from (("plain", f"  | {line}") for line in record.log_tail[-TAIL:])


def _defective(record: RunRecord, words: Words) -> Iterator[Line]:
    """The known defects: those that were met, those that are gone, and those that this run did not meet or look for."""
    found = told(record)
    if not found:
        return
    yield ("warn", heading(found, words))
    for each in found.met:
        clauses = ", ".join((*each.met, *(words("terminal.skipped", id=id) for id in each.skips)))
        yield ("plain", f"  {each.title} ({clauses})")
    for each in found.gone:
        yield ("good", f"  {words('terminal.gone', title=each.title, ids=', '.join(each.gone))}")
    if found.known:
        yield ("plain", f"  {words('terminal.also_known', titles='; '.join(each.title for each in found.known))}")


def _capable(record: RunRecord, words: Words) -> Iterator[Line]:
    """One line for the capability matrix, and what in it is not known of the release."""
    cells = record.deployment.capabilities
    if not cells:
        return
    counts = Counter(cell.state.value for cell in cells.values())
    strange = unexpected(cells)
    told = words("terminal.strange", cells=", ".join(strange)) if strange else words("terminal.all_known")
    said = ", ".join(f"{number} {state}" for state, number in counts.items())
    yield ("warn" if strange else "plain", words("terminal.capabilities", said=said, n=len(cells)) + told)


def _measured(record: RunRecord, words: Words) -> Iterator[Line]:
    for level in record.measurements:
        style = "plain" if level.valid and not level.errors else "warn"
        yield (
            style,
            f"{level.concurrency:>4} {words('terminal.stream', n=level.concurrency)} {_figures(level, words)}",
        )


def _compared(record: RunRecord, words: Words) -> Iterator[Line]:
    """The answer in one line, what changed beside, and every figure that is worse."""
    found = record.comparison
    if not found:
        return
    style = {"AS_GOOD": "good", "NOT_COMPARABLE": "warn"}.get(found.answer, "bad")
    yield (style, compare.headline(found, words))
    yield ("plain", f"  {words('compare.heading', before=found.before)}")
    for row in compare.rows(found):
        if row.worse:
            yield ("bad", f"  {row.name}: {row.before} → {row.after}, {row.change} {row.interval}")
    yield from (("plain", f"  {name}: {'; '.join(lines[:NAMED])}") for name, lines in compare.sections(found, words))


def _figures(level: LevelMeasurement, words: Words) -> str:
    kinds = ", ".join(f"{n} {kind}" for kind, n in level.error_kinds.items()) or words(
        "terminal.errors", n=level.errors
    )
    failed = words("terminal.of_failed", requests=level.requests, errors=kinds) if level.errors else ""
    if level.output_tokens_per_s is None:
        return words("terminal.no_figures") + failed
    rate = words("terminal.figures", rate=f"{level.output_tokens_per_s:.1f}")
    ttft = words("terminal.ttft", value=f"{level.ttft_ms.p50:.1f}") if level.ttft_ms else ""
    tpot = words("terminal.tpot", value=f"{level.tpot_ms.p50:.2f}") if level.tpot_ms else ""
    return f"{rate}{ttft}{tpot}{failed}{'' if level.valid else words('terminal.invalid')}"


def flat(text: str) -> str:
    """A text on one line, in which nothing steers a terminal."""
    return visible(text).replace("\n", " ")


def _style(verdict: Verdict) -> str:
    if verdict in {Verdict.CERTIFIED, Verdict.PASSED}:
        return "good"
    return "warn" if verdict in {Verdict.INCONCLUSIVE, Verdict.NOT_STARTED} else "bad"
