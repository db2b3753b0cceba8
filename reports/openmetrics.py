"""Metrics of a run for the textfile collector of Prometheus' node_exporter, made from the record.

Figures have the names of OpenTelemetry's GenAI conventions as Prometheus spells them, with the number of streams that
ran side by side. They are gauges, one value of one measurement: a summary would want a sum and a count that go on.
"""

from collections import Counter
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from fixtures.core.clause import Level
from fixtures.core.outcome import Verdict
from fixtures.core.record import Figures, LevelMeasurement, RunRecord
from reports.visible import visible
from reports.words import OUTCOMES, tone

_QUANTILES = {"0.5": "p50", "0.9": "p90", "0.99": "p99"}
# Our name of a distribution in the record, in ms; its name in the conventions, in s; what it is.
_FIGURES = (
    ("ttft_ms", "gen_ai_server_time_to_first_token_seconds", "Time to the first token that a client can see."),
    ("tpot_ms", "gen_ai_server_time_per_output_token_seconds", "Time per output token after the first."),
    ("e2e_ms", "gen_ai_server_request_duration_seconds", "Time from a request's first byte to its answer's last."),
)


def metrics_text(record: RunRecord) -> str:
    """Prometheus' text format, which the collector reads; the file's name must end in .prom."""
    registry = CollectorRegistry()
    _verdict(record, registry)
    _times(record, registry)
    _clauses(record, registry)
    # Where our client was the bottleneck, the figures are not the server's.
    _measured([level for level in record.measurements if level.valid], registry)
    return generate_latest(registry).decode()


def _verdict(record: RunRecord, registry: CollectorRegistry) -> None:
    """1 for the verdict that came out and 0 for each other, so that a series never goes away."""
    words = "Whether the last run had this verdict."
    gauge = Gauge("gb10_acceptance_verdict", words, ["host", "image", "verdict"], registry=registry)
    image = record.deployment.image or ("stand-in" if record.standin else "")
    for verdict in Verdict:
        gauge.labels(visible(record.host.name or ""), visible(image), verdict.value).set(verdict is record.verdict)


def _times(record: RunRecord, registry: CollectorRegistry) -> None:
    finished = datetime.fromisoformat(record.finished).timestamp()
    _set("gb10_acceptance_exit_status", "The exit status of the last run.", record.exit_status, registry)
    _set("gb10_acceptance_finished_timestamp_seconds", "When the last run ended.", finished, registry)
    ready = record.deployment.ready_seconds
    _set("gb10_acceptance_ready_seconds", "From the container's start to the first answer.", ready, registry)


def _set(name: str, words: str, value: float | None, registry: CollectorRegistry) -> None:
    """What is not known has no series."""
    if value is not None:
        Gauge(name, words, registry=registry).set(value)


def _clauses(record: RunRecord, registry: CollectorRegistry) -> None:
    words = "Clauses of the last run; a clause that failed and is no MUST is WARN, and one that is waived is WAIVED."
    gauge = Gauge("gb10_acceptance_clauses", words, ["level", "outcome"], registry=registry)
    found = Counter((clause.level, tone(clause)) for clause in record.clauses)
    for level in Level:
        for outcome in OUTCOMES:
            gauge.labels(level.value, outcome).set(found[level, outcome])


def _measured(levels: list[LevelMeasurement], registry: CollectorRegistry) -> None:
    rate = Gauge(
        "gb10_acceptance_output_tokens_per_second", "Output tokens of all streams.", ["streams"], registry=registry
    )
    for level in levels:
        if level.output_tokens_per_s is not None:
            rate.labels(str(level.concurrency)).set(level.output_tokens_per_s)
    for field, name, words in _FIGURES:
        gauge = Gauge(name, words, ["quantile", "streams"], registry=registry)
        for level in levels:
            _quantiles(gauge, getattr(level, field), str(level.concurrency))


def _quantiles(gauge: Gauge, figures: Figures | None, streams: str) -> None:
    for quantile, field in _QUANTILES.items() if figures else ():
        gauge.labels(quantile, streams).set(getattr(figures, field) / 1000)
