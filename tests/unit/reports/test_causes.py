"""Failures by their cause: what two clauses share that break by one thing, and what each cause took down."""

from fixtures.core.clause import Level, Scope
from fixtures.core.outcome import Kind as RunKind
from fixtures.core.outcome import Outcome, Verdict
from fixtures.core.record import Broke, ClauseResult, Diagnosis, RunRecord
from reports.causes import Kind, causes, unexplained
from tests.unit.reports import samples

KNOWN = Diagnosis(id="engine-dead", cause="The engine died", remedy="start it again")


def clause(id: str, message: str = "", *, outcome: Outcome = Outcome.FAIL, **changes: object) -> ClauseResult:
    """One clause that broke, unless said otherwise."""
    values: dict[str, object] = {
        "id": id, "level": Level.MUST, "title": f"title of {id}", "requirement": "it MUST", "scope": Scope.SERVER,
        "area": id.partition("-")[0], "source": "", "outcome": outcome, "seconds": 0.1, "message": message, "needs": [],
        "node": "suites/api/test_x.py::test_x",
    }  # fmt: skip
    return ClauseResult.model_validate(values | changes)


def broke(**changes: object) -> Broke:
    """Broken in one exchange."""
    return Broke.model_validate(
        {"exchange": "exchanges/0001.json", "method": "POST", "path": "/v1/chat/completions"} | changes
    )


def record(*clauses: ClauseResult, verdict: Verdict = Verdict.FAILED) -> RunRecord:
    """A run of these clauses."""
    found = samples.certification()
    return found.model_copy(update={"clauses": list(clauses), "kind": RunKind.API, "verdict": verdict})


def ids(*clauses: ClauseResult, verdict: Verdict = Verdict.FAILED) -> list[tuple[Kind, str, int]]:
    """Kind, first clause and number of clauses of each cause."""
    return [(c.kind, c.first.id, len(c.all)) for c in causes(record(*clauses, verdict=verdict))]


def test_one_error_of_the_server_is_one_cause():
    """The same status and message, whatever the numbers and surfaces in it, on whatever path."""
    one = broke(status=500, said="no attribute 'a' in request 17")
    other = broke(status=500, said="no attribute 'b' in request 4", path="/v1/responses")
    found = causes(record(clause("A-001", broke=one), clause("B-001", broke=other)))
    assert [(c.kind, len(c.clauses)) for c in found] == [(Kind.ANSWER, 2)]
    assert found[0].requests == ("POST /v1/chat/completions", "POST /v1/responses")


def test_two_errors_are_two_causes():
    """Another message, or another status, is another cause."""
    said = [broke(status=500, said="this"), broke(status=500, said="that"), broke(status=503, said="this")]
    assert len(ids(*(clause(f"A-{n}", broke=each) for n, each in enumerate(said)))) == 3


def test_a_refusal_that_was_asked_for_is_no_answer_gone_wrong():
    """A 400 with a wrong body breaks by what is wrong with it; a 400 in place of an answer by its message."""
    wrong = clause("A-001", "expected error.code 400, the status; got None", broke=broke(status=400, said="bad"))
    refused = clause("A-002", "expected status 200; got status 400: bad", broke=broke(status=400, said="bad"))
    assert [kind for kind, *_ in ids(wrong, refused)] == [Kind.CLAUSE, Kind.ANSWER]


def test_a_symptom_a_known_error_and_a_requirement():
    """Each groups what shares it; a requirement is the same whatever is quoted, counted or called chat in it."""
    found = ids(
        clause("A-001", broke=broke(symptom="no-call")),
        clause("B-001", broke=broke(symptom="no-call")),
        clause("C-001", diagnosis=KNOWN),
        clause("D-001", diagnosis=KNOWN),
        clause("E-001", "expected 'a' on chat; got 1", broke=broke()),
        clause("E-002", "expected 'b' on responses-stream; got 2", broke=broke()),
    )
    assert found == [(Kind.SYMPTOM, "A-001", 2), (Kind.ERROR, "C-001", 2), (Kind.CLAUSE, "E-001", 2)]


def test_sums_go_with_what_they_sum_up():
    """Where one cause breaks three of an area, those of the area that no exchange shows break by it; elsewhere not."""
    three = [clause(f"TOOL-{n}", broke=broke(symptom="no-call")) for n in range(3)]
    found = causes(
        record(*three, clause("TOOL-9", "expected a sum; got 0", broke=Broke()), clause("LIVE-1", broke=Broke()))
    )
    assert [(c.first.id, [w.id for w in c.with_it]) for c in found] == [("TOOL-0", ["TOOL-9"]), ("LIVE-1", [])]


def test_what_a_cause_took_down_is_followed_to_its_end():
    """A clause blocked by a blocked one is blocked by what blocked that; one blocked by nothing that failed stays open."""
    down = {"outcome": Outcome.BLOCKED}
    run = record(
        clause("A-001", broke=broke()),
        clause("A-002", because=["A-001"], **down),
        clause("A-003", because=["A-002"], **down),
        clause("A-004", **down),
    )
    assert [[c.id for c in cause.blocked] for cause in causes(run)] == [["A-002", "A-003"]]
    assert [c.id for c in unexplained(run)] == ["A-004"]


def test_hangs_took_down_what_was_not_sent_for_them():
    """What was cut short or not sent for others' hangs names no clause, and belongs to the hangs."""
    blocked = clause("B-001", "not sent: 7 requests before it hung, for 240 s together", outcome=Outcome.BLOCKED)
    found = causes(record(clause("A-001", broke=broke(symptom="hangs")), blocked))
    assert [(c.kind, [b.id for b in c.blocked]) for c in found] == [(Kind.HANG, ["B-001"])]


def test_a_host_that_is_not_ready_is_one_cause():
    """All that the host lacks, and everything that was not started for it."""
    found = causes(samples.not_started())
    assert [(c.kind, len(c.all), len(c.blocked)) for c in found] == [(Kind.HOST, 2, 9)]


def test_what_decides_comes_first_and_ours_is_no_failure_of_the_server():
    """MUST before SHOULD, a death before other things; an ERROR is the suite's own."""
    found = ids(
        clause("W-001", level=Level.SHOULD),
        clause("A-001", "NameError: x", outcome=Outcome.ERROR),
        clause("B-001", broke=broke()),
        clause("C-001", broke=broke(symptom="died")),
    )
    assert [(kind, id) for kind, id, _ in found] == [
        (Kind.DEATH, "C-001"),
        (Kind.OURS, "A-001"),
        (Kind.CLAUSE, "B-001"),
        (Kind.CLAUSE, "W-001"),
    ]


def test_every_failure_is_in_exactly_one_cause():
    """Nothing is told twice, and nothing is left out."""
    for sample in (
        samples.failed_boot,
        samples.dead,
        samples.not_started,
        samples.certification,
        samples.every_outcome,
    ):
        told = [c.id for cause in causes(sample()) for c in cause.all]
        wanted = [c.id for c in sample().clauses if c.outcome in (Outcome.FAIL, Outcome.ERROR)]
        assert sorted(told) == sorted(wanted)


def test_what_is_waived_decides_nothing():
    """A waived failure is a cause of its own that does not decide, and comes after those that do."""
    record = samples.with_waivers()
    waived = causes(record)
    assert [(cause.first.id, cause.must) for cause in waived] == [("STREAM-004", False)]
    failed = record.clauses[0].model_copy(update={"outcome": Outcome.FAIL, "message": "expected a file; got none"})
    found = causes(record.model_copy(update={"clauses": [*record.clauses[1:], failed]}))
    assert [(cause.first.id, cause.must) for cause in found] == [("HOST-001", True), ("STREAM-004", False)]
