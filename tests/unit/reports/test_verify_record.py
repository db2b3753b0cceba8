"""A record alone: whether its verdict and its exit status follow from its clauses, with or without a certificate."""

import json
from datetime import date

import pytest

from fixtures.core.outcome import Kind, Outcome, Verdict
from fixtures.core.record import RunRecord
from reports.certificate import statement_of, statement_text
from reports.manifest import manifest_text, sha256
from reports.verify.checks import State, Wrong
from reports.verify.held import Held
from reports.verify.record import exit_status_follows, read_record, verdict_follows
from reports.verify.run import verify
from tests.unit.reports import samples
from tests.unit.reports.sealed import certified

SAMPLES = [
    samples.certification,
    samples.failed_boot,
    samples.rehearsal,
    samples.api,
    samples.empty,
    samples.with_known_defects,
    samples.with_waivers,
]


def written(record: RunRecord) -> bytes:
    return (json.dumps(record.model_dump(mode="json", by_alias=True), ensure_ascii=False, indent=1) + "\n").encode()


def changed(record: RunRecord, id: str, **update) -> RunRecord:
    clauses = [c.model_copy(update=update) if c.id == id else c for c in record.clauses]
    return record.model_copy(update={"clauses": clauses})


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_the_verdict_of_every_run_follows(sample):
    """What the suite writes is read back, and its verdict and exit status follow."""
    record = read_record(written(sample()))
    assert record == sample()
    assert verdict_follows(record) == f"{record.verdict} follows from {len(record.clauses)} clauses"
    if record.interrupted is None:
        exit_status_follows(record)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (changed(certified(), "CHAT-001", outcome=Outcome.FAIL), "from the clauses follows NOT_CERTIFIED"),
        (changed(certified(), "CHAT-001", outcome=Outcome.ERROR), "from the clauses follows INCONCLUSIVE"),
        (changed(certified(), "CHAT-001", outcome=Outcome.SKIPPED), "from the clauses follows INCONCLUSIVE"),
        (changed(samples.failed_boot(), "READY-001", outcome=Outcome.PASS), "from the clauses follows INCONCLUSIVE"),
        (samples.api().model_copy(update={"kind": Kind.CERTIFICATION}), "from the clauses follows CERTIFIED"),
        (samples.with_waivers().model_copy(update={"verdict": Verdict.CERTIFIED}), "follows PASSED"),
        (samples.failed_boot().model_copy(update={"verdict": Verdict.NOT_STARTED}), "follows NOT_CERTIFIED"),
        (changed(certified(), "CHAT-001", excused=True), "CHAT-001 is PASS, and excused as if it were SKIPPED"),
        (changed(certified(), "CHAT-001", outcome=Outcome.DEFECT), "CHAT-001 is DEFECT, and met none"),
        (changed(certified(), "CHAT-001", waived="so"), "CHAT-001 is waived, and is a MUST that is PASS"),
        (changed(certified(), "PERF-004", waived="so"), "PERF-004 is waived, and is a SHOULD that is FAIL"),
        (changed(samples.with_waivers(), "STREAM-004", waived=None), "waiver of STREAM-004 is used, and its clause"),
        (changed(samples.with_waivers(), "STREAM-004", waived="another"), "no waiver of the run says so"),
        (samples.with_waivers().model_copy(update={"waivers": []}), "no waiver of the run says so"),
    ],
)
def test_a_verdict_that_does_not_follow(record, said):
    """A verdict, an outcome, an excuse or a waiver that was changed alone is found out."""
    with pytest.raises(Wrong) as caught:
        verdict_follows(RunRecord.model_validate(record.model_dump(by_alias=True)))
    assert said in str(caught.value)


def waivers_with(at, **update):
    waivers = list(samples.with_waivers().waivers)
    waivers[at] = waivers[at].model_copy(update=update)
    return samples.with_waivers().model_copy(update={"waivers": waivers})


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (waivers_with(0, until=date(2026, 11, 23)), "the waiver of STREAM-004 is said to be used, and is expired"),
        (waivers_with(2, until=date(2026, 11, 24)), "the waiver of CHAT-001 is said to be expired, and is unused"),
        (waivers_with(1, id="STREAM-004"), "a clause is waived twice"),
        (samples.with_waivers().model_copy(update={"started": "today"}), "started at 'today', which is no time"),
    ],
    ids=["expired", "not-expired", "twice", "no-time"],
)
def test_a_waiver_is_what_it_says(record, said):
    """Whether a waiver was used or expired follows from its day, the day of the run and its clause."""
    with pytest.raises(Wrong) as caught:
        verdict_follows(record)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"exit_status": 1}, "the exit status is 1, and that of CERTIFIED is 0"),
        ({"exit_status": 2}, "the exit status is 2, and nothing is said of an interruption"),
        ({"interrupted": "SIGTERM"}, "the exit status is 0, although the run ended early: SIGTERM"),
    ],
    ids=["other", "not-interrupted", "interrupted"],
)
def test_an_exit_status_that_does_not_follow(update, said):
    """The exit status is that of the verdict, or pytest's own, and 2 is that of an early end."""
    with pytest.raises(Wrong) as caught:
        exit_status_follows(certified().model_copy(update=update))
    assert said in str(caught.value)
    assert exit_status_follows(certified().model_copy(update={"interrupted": "SIGTERM", "exit_status": 2}))


def test_a_host_that_let_nothing_start():
    """NOT_STARTED follows where a MUST on the host failed and no container was seen; nowhere else."""
    record = changed(samples.failed_boot(), "HOST-011", outcome=Outcome.FAIL)
    record = record.model_copy(update={"verdict": Verdict.NOT_STARTED, "exit_status": 7})
    unstarted = record.deployment.model_copy(update={"container": None})
    assert verdict_follows(record.model_copy(update={"deployment": unstarted})).startswith("NOT_STARTED follows")
    with pytest.raises(Wrong, match="follows NOT_CERTIFIED"):
        verdict_follows(record)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "record.json is no JSON"),
        (b"\xff", "record.json is no JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b"[]", "of schema None"),
        (b'{"schema": "1"}', "record.json is of schema '1', and this suite reads schema '2'"),
        (b'{"schema": "2", "schema": "2"}', "the key 'schema' twice in one object"),
        (b'{"schema": NaN}', "NaN is not JSON"),
        (b'{"schema": "2"}', "record.json does not fit schema 2: id: Field required"),
        (b"9" * 5000, "record.json is no JSON"),
        (written(certified()).replace(b'"seconds": 724.5', b'"seconds": "724.5"'), "seconds: Input should be a valid"),
        (written(certified()).replace(b'"CERTIFIED"', b'"CERTIFIED\\ud800"'), "record.json does not fit schema 2"),
    ],
)
def test_what_is_no_record_is_refused(data, said):
    """What is not JSON, not of this schema, or can be read in two ways ends in one sentence."""
    with pytest.raises(Wrong) as caught:
        read_record(data)
    assert said in str(caught.value)


def held(record: RunRecord, *, of: RunRecord | None = None, certificate: bool = True) -> Held:
    """A run without a signature, all of whose digests fit; `of` is the record that its certificate is about."""
    named = {path: "0" * 64 for clause in record.clauses for path in clause.evidence}
    named |= {level.samples: "0" * 64 for level in record.measurements if level.samples}
    digests = {**named, "record.json": sha256(written(record))}
    manifest = manifest_text(digests).encode()
    said = {"record_sha256": sha256(written(record)), "manifest_sha256": sha256(manifest)}
    return Held(
        record=written(record),
        manifest=manifest,
        certificate=statement_text(statement_of(of or record, **said)).encode() if certificate else None,
        signature=None,
        digests=digests,
        strangers=(),
    )


def wrong(run: Held) -> dict[str, str]:
    checks = verify(run, signed=lambda certificate, signature: "", demanded=False)
    return {check.name: check.said for check in checks if check.state is State.WRONG}


def test_a_certificate_beside_a_record_that_gives_none():
    """With every digest made to fit, a record that failed has no certificate, whatever lies beside it."""
    failed = changed(certified(), "CHAT-001", outcome=Outcome.FAIL)
    assert set(wrong(held(failed, of=certified()))) == {"verdict", "certificate"}
    honest = failed.model_copy(update={"verdict": Verdict.NOT_CERTIFIED, "exit_status": 1})
    said = "this record gives no certificate: its verdict is NOT_CERTIFIED"
    assert wrong(held(honest, of=certified())) == {"subjects": said, "certificate": said}


@pytest.mark.parametrize(
    ("of", "said"),
    [
        ({"model_revision": "0" * 40}, "subject[1].digest.gitCommit: '0000"),
        ({"digest": f"sha256:{'0' * 64}"}, "subject[0].digest.sha256: '0000"),
        ({"image": "another:tag"}, "subject[0].name: 'another:tag', and from the record follows 'nvcr.io"),
    ],
    ids=["model", "digest", "image"],
)
def test_a_certificate_about_something_else(of, said):
    """The subjects are the image and the model of the record: what differs is named with both values."""
    about = certified().model_copy(update={"deployment": certified().deployment.model_copy(update=of)})
    found = wrong(held(certified(), of=about))
    assert set(found) == {"subjects", "certificate"}
    assert said in found["subjects"]


def test_a_run_without_seals_is_told_as_one():
    """Any run can be checked: what is not there is noted, and the verdict must follow all the same."""
    run = held(samples.rehearsal(), certificate=False)
    found = verify(run, signed=lambda certificate, signature: "", demanded=False)
    assert [(c.name, c.said) for c in found if c.state is State.NOTE] == [("certificate", "no certificate here")]
    assert wrong(run) == {}
    lied = samples.rehearsal().model_copy(update={"verdict": Verdict.INCONCLUSIVE})
    assert set(wrong(held(lied, certificate=False))) == {"verdict", "exit status"}
