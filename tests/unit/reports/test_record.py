"""The record's shape is a promise, and writing it is all or nothing."""

import json
import math
from pathlib import Path

import jsonschema
import pytest

from fixtures.core.record import RunRecord
from reports.html import render
from reports.reading import read_record
from reports.record_schema import SCHEMA_FILE, schema_text
from reports.writing import point_latest, write_record, write_whole
from tests.unit.reports import samples

SAMPLES = [
    samples.certification,
    samples.failed_boot,
    samples.rehearsal,
    samples.api,
    samples.empty,
    samples.with_waivers,
]


def test_the_published_schema_is_the_models_own():
    """record.schema.json is what `python -m reports.record_schema` writes."""
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_a_written_record_fits_its_schema_and_reads_back(sample, tmp_path):
    """Each kind of run gives a record that the schema accepts and that is read back equal."""
    path = write_record(sample(), tmp_path)
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), json.loads(schema_text()))
    assert RunRecord.model_validate_json(path.read_bytes()) == sample()
    assert [p.name for p in tmp_path.iterdir()] == ["record.json"]


def test_the_schema_refuses_what_it_does_not_know():
    """A field that the schema does not name is an error, so a change of shape is seen."""
    record = json.loads(samples.rehearsal().model_dump_json(by_alias=True))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record, "surprise": 1}, json.loads(schema_text()))


def test_a_figure_that_is_no_number_is_null(tmp_path):
    """JSON has no NaN: strict readers get null."""
    level = samples.level(output_tokens_per_s=math.nan, client_lag_p99_ms=math.inf)
    path = write_record(samples.certification().model_copy(update={"measurements": [level]}), tmp_path)
    found = json.loads(path.read_text(), parse_constant=pytest.fail)["measurements"][0]
    assert (found["output_tokens_per_s"], found["client_lag_p99_ms"]) == (None, None)


def test_a_failed_write_leaves_the_old_record(tmp_path, monkeypatch):
    """When the disk fails, the old file stays whole and no temporary file is left."""
    old = write_whole(tmp_path / "record.json", "old")
    monkeypatch.setattr("reports.writing.os.fsync", _full)
    with pytest.raises(OSError, match="No space left"):
        write_record(samples.certification(), tmp_path)
    assert old.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["record.json"]


def test_latest_follows_the_newest_run(tmp_path):
    """`latest` is a relative link, replaced in one step, a dangling one included, and survives a move of the folder."""
    runs = tmp_path / "runs"
    for name in ("first", "second"):
        (runs / name).mkdir(parents=True)
        point_latest(runs, runs / name)
        assert (runs / "latest").readlink() == Path(name)
    (runs / "second").rmdir()
    point_latest(runs, runs / "first")
    runs.rename(tmp_path / "moved")
    assert (tmp_path / "moved" / "latest").resolve() == tmp_path / "moved" / "first"
    assert sorted(p.name for p in (tmp_path / "moved").iterdir()) == ["first", "latest"]


def test_latest_never_replaces_a_directory(tmp_path):
    """Something else called `latest` is left alone, and the error names it."""
    (tmp_path / "latest").mkdir()
    (tmp_path / "run").mkdir()
    with pytest.raises(FileExistsError, match="latest"):
        point_latest(tmp_path, tmp_path / "run")
    assert not (tmp_path / "latest").is_symlink()


def _full(_):
    raise OSError(28, "No space left on device")


OLD = Path(__file__).with_name("schema-1.json")  # a real run, with a part of its clauses


def test_a_record_of_the_first_schema_is_read():
    """It tells its causes as a new one does: what its messages said of who blocked whom is in its place."""
    record = read_record(OLD)
    old = json.loads(OLD.read_text(encoding="utf-8"))

    assert record.schema_ == "2"
    assert [(c.id, c.outcome.value) for c in record.clauses] == [(c["id"], c["outcome"]) for c in old["clauses"]]
    assert {c.id: c.because for c in record.clauses if c.message.startswith("needs ")} == {
        c["id"]: [c["message"].split()[1].rstrip(",")] for c in old["clauses"] if c["message"].startswith("needs ")
    }
    assert render(record, evidence=lambda _: None).startswith("<style>")


@pytest.mark.parametrize(
    ("text", "said"), [("[]", "expected a record"), ('{"schema": "3"}', "schema 1 or 2"), ("{", "Expecting")]
)
def test_what_is_no_record_is_refused(text, said, tmp_path):
    """A list, an unknown schema, half a file: each with the reason."""
    (tmp_path / "record.json").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_record(tmp_path / "record.json")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_a_new_record_is_read_as_it_was_written(sample, tmp_path):
    """Nothing is migrated that need not be."""
    assert read_record(write_record(sample(), tmp_path)) == sample()
