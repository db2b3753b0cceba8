"""metrics.prom: read back by Prometheus' own parser."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fixtures.core.clause import Level
from fixtures.core.outcome import Outcome, Verdict
from reports.openmetrics import metrics_text
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, STEERING, poisoned

SAMPLES = [samples.certification, samples.failed_boot, samples.rehearsal, samples.api, samples.empty]
EVERY = samples.every_outcome()


def read(text):
    """Each sample by its name and labels."""
    families = list(text_string_to_metric_families(text))
    assert {family.type for family in families} == {"gauge"}
    return {(s.name, *sorted(s.labels.items())): s.value for family in families for s in family.samples}


def series(record, name):
    """The samples of one name, by the values of their labels in the order of the labels' names."""
    found = read(metrics_text(record))
    return {tuple(v for _, v in key[1:]): value for key, value in found.items() if key[0] == name}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_the_verdict_is_one_of_all(sample):
    """1 for the verdict of the run and 0 for each other, for one host and one image."""
    record = sample()
    found = series(record, "gb10_acceptance_verdict")
    assert {labels[2] for labels in found} == set(Verdict)
    assert [labels[2] for labels, value in found.items() if value == 1] == [record.verdict]
    assert sum(found.values()) == 1
    assert series(record, "gb10_acceptance_exit_status") == {(): record.exit_status}
    assert series(record, "gb10_acceptance_finished_timestamp_seconds") == {(): 1795487224.5}


def test_every_outcome_at_every_level_is_counted():
    """Also what did not occur, so that no series goes away; a SHOULD that failed is WARN, and a MUST that is waived WAIVED."""
    found = series(EVERY, "gb10_acceptance_clauses")
    assert set(found) == {(level, outcome) for level in Level for outcome in (*Outcome, "WAIVED", "WARN")}
    for level in Level:
        for outcome in set(Outcome) - {Outcome.FAIL}:
            assert found[level, outcome] == 1
    assert [found[level, "FAIL"] for level in Level] == [1, 0, 0]
    assert [found[level, "WARN"] for level in Level] == [0, 1, 1]
    assert [series(samples.with_waivers(), "gb10_acceptance_clauses")["MUST", word] for word in ("FAIL", "WAIVED")] == [
        0,
        1,
    ]


def test_figures_are_seconds_under_their_public_names():
    """Each quantile at each number of streams, and what came out of all streams in a second."""
    record = samples.certification()
    assert series(record, "gb10_acceptance_ready_seconds") == {(): 354.5}
    ttft = series(record, "gen_ai_server_time_to_first_token_seconds")
    assert set(ttft) == {(q, n) for q in ("0.5", "0.9", "0.99") for n in ("1", "2", "4", "8")}
    assert ttft["0.5", "1"] == pytest.approx(0.205)
    assert series(record, "gen_ai_server_time_per_output_token_seconds")["0.5", "1"] == pytest.approx(1 / 31.5)
    assert series(record, "gen_ai_server_request_duration_seconds")["0.99", "8"] == pytest.approx(9 * 1.6)
    assert series(record, "gb10_acceptance_output_tokens_per_second")["1",] == 31.5


def test_what_is_not_known_has_no_series():
    """No zero stands for a figure that could not be had, and none is the server's where the client was too slow."""
    levels = [samples.level(1, tpot_ms=None, output_tokens_per_s=None), samples.level(8, valid=False)]
    record = samples.failed_boot().model_copy(update={"measurements": levels})
    assert series(record, "gb10_acceptance_ready_seconds") == {}
    assert series(record, "gb10_acceptance_output_tokens_per_second") == {}
    assert series(record, "gen_ai_server_time_per_output_token_seconds") == {}
    assert {streams for _, streams in series(record, "gen_ai_server_time_to_first_token_seconds")} == {"1"}


@pytest.mark.parametrize("text", [*PAYLOADS.values(), 'a"} 1\nb{c="'], ids=[*PAYLOADS, "label"])
def test_hostile_text_stays_a_label(text):
    """Whatever a host or an image is called, the same series are read back."""
    record = poisoned(EVERY, text).model_copy(update={"finished": EVERY.finished})
    record = record.model_copy(update={"host": record.host.model_copy(update={"name": text})})
    said = metrics_text(record)
    assert [key[0] for key in read(said)] == [key[0] for key in read(metrics_text(EVERY))]
    assert not STEERING & set(said)
