"""The model's cache on a real disk, in every state that a download, a mount or a copy has left one."""

import errno
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.adapters.host.model_cache import look_at_model, revision_for
from fixtures.adapters.targets import load_target
from fixtures.core.finding import Finding
from fixtures.core.model_cache import is_hub_model, judge_model
from fixtures.core.model_seen import ModelSeen
from tests.unit.host.hub_cache import COMMIT, REPOSITORY, link, shard_name, write_cache, write_shard

SIZE, SHARDS = 100_000, 3
MODEL = "openai/gpt-oss-120b"
pytestmark = pytest.mark.timeout(120)


def look(root: Path, revision: str = "main") -> ModelSeen:
    return look_at_model(str(root), MODEL, revision, ("original", "metal"))


def judged(root: Path, **changed) -> dict[str, Finding]:
    target = load_target("gb10", {"host.cache": ("test", str(root))})
    return {found.rule: found for found in judge_model(target, replace(look(root), **changed))}


@pytest.fixture
def snapshot(tmp_path):
    return write_cache(tmp_path, shards=SHARDS, size=SIZE)


def broken(found: dict[str, Finding]) -> list[str]:
    return [rule for rule, finding in found.items() if not finding.ok]


def test_a_whole_cache(tmp_path, snapshot):
    """A whole cache breaks no rule, has nothing to note, and every shard was seen at its size."""
    found = judged(tmp_path)

    assert (broken(found), [f.note for f in found.values()]) == ([], [""] * 4)
    assert {shard.size for shard in look(tmp_path).shards} == {SIZE}
    assert found["weights"].observed == "3 whole"


def test_fifteen_files_named_of_fourteen(tmp_path):
    """The names' own count is one too few for gpt-oss-120b: the index decides how many there are."""
    write_cache(tmp_path, shards=15)

    assert len(look(tmp_path).shards) == 15
    assert broken(judged(tmp_path)) == []


@pytest.mark.parametrize("size", [SIZE - 1, SIZE // 2, SIZE + 1, 50, 7, 0])
def test_a_shard_of_another_length(tmp_path, snapshot, size):
    """A shard that is not as long as its header says refuses the start; link and blob are removed before it is fetched."""
    shard = snapshot / shard_name(1, SHARDS)
    os.truncate(shard.resolve(), size)

    found = judged(tmp_path)["weights"]

    assert not found.ok
    assert f"{shard.name}: {size} bytes" in found.observed
    assert f'rm -f "$(readlink -f {shard})" {shard}\nHF_HOME={tmp_path} hf download {MODEL} ' in found.remedy
    assert '--exclude "original/*" "metal/*"' in found.remedy


def test_the_remedy_of_a_cut_shard_works(tmp_path, snapshot):
    """The line removes the blob too: with the blob left, the hub's client would link it again."""
    shard = snapshot / shard_name(1, SHARDS)
    blob = shard.resolve()
    os.truncate(blob, 10)

    assert os.system(judged(tmp_path)["weights"].steps[0].lines) == 0

    assert not blob.exists()
    assert not os.path.lexists(shard)


@pytest.mark.parametrize(
    "content", [b"\x10\0\0\0\0\0\0\0{not json at all", b"<!doctype html>" * 9, b"\x02\0\0\0\0\0\0\0[]"]
)
def test_a_shard_that_is_none(tmp_path, snapshot, content):
    """Garbage, a portal's page, and JSON of another kind are no weights."""
    (snapshot / shard_name(0, SHARDS)).resolve().write_bytes(content)

    assert broken(judged(tmp_path)) == ["weights"]


def test_a_tensorless_shard(tmp_path, snapshot):
    """A header without tensors ends the file, and is right."""
    header = b'{"__metadata__":{"a":"b"}}'
    (snapshot / shard_name(0, SHARDS)).resolve().write_bytes(len(header).to_bytes(8, "little") + header)

    assert look(tmp_path).shards[0].fault == ""


def test_missing_shards_are_no_fault_of_the_others(tmp_path, snapshot):
    """Dangling links are missing shards: a warning with what is there, what will come, and how to fetch it before."""
    for number in (0, 2):
        (snapshot / shard_name(number, SHARDS)).resolve().unlink()
    blobs = snapshot.parents[1] / "blobs"
    (blobs / "ab.incomplete").write_bytes(b"x" * 4096)

    found = judged(tmp_path)

    assert broken(found) == ["model-cache"]
    assert (
        "1 of 3 weights files, without model-00000-of-00002.safetensors; model-00002" in found["model-cache"].observed
    )
    assert "1 unfinished downloads (.incomplete)" in found["model-cache"].observed
    assert "hf download" in found["model-cache"].remedy
    assert "the server will download" in found["model-cache"].note


def test_what_is_missing_is_counted(tmp_path):
    """What will come is the index's whole, less what is there; a preallocated unfinished file counts what it holds."""
    snapshot = write_cache(tmp_path, shards=15, size=4_000_000_000)
    for number in range(5):
        (snapshot / shard_name(number, 15)).resolve().unlink()
    with (snapshot.parents[1] / "blobs" / "cd.incomplete").open("wb") as file:
        file.truncate(4_000_000_000)

    found = judged(tmp_path)

    assert (
        "will download 20.0 GB on this start: 3 min at 110 MB/s (a gigabit line), 30 min at 11"
        in found["model-cache"].note
    )


def test_an_empty_cache_is_no_fault(tmp_path):
    """Nothing there is allowed, and says how much will come, how long that takes, and how to fetch what is needed."""
    found = judged(tmp_path)

    assert broken(found) == []
    note = found["model-cache"].note
    assert "the server will download 65.3 GB on this start: 10 min at 110 MB/s (a gigabit line), 99 min at 11" in note
    assert f'HF_HOME={tmp_path} hf download {MODEL} --exclude "original/*" "metal/*"' in note
    assert found["generation-config"].observed == "no such file in the cache"


def test_no_cache_at_all(tmp_path):
    """A directory that is not there holds nothing, and the disk below is still known."""
    seen = look(tmp_path / "none" / "huggingface")

    assert (seen.there, seen.problem, seen.elsewhere) == (False, "", ())
    assert seen.free


def test_no_room(tmp_path):
    """Less room than what is missing is a warning with both figures."""
    found = judged(tmp_path, free=20_000_000_000)["disk"]

    assert not found.ok
    assert "65.3 GB" in found.expected
    assert found.observed == "20.0 GB free"
    assert "df -h" in found.remedy


def test_a_whole_model_needs_no_room(tmp_path, snapshot):
    """A full disk is no fault where nothing is missing."""
    assert judged(tmp_path, free=0)["disk"].ok


@pytest.mark.parametrize("place", [".", "huggingface/hub", "other", "../hub"])
def test_one_level_off(tmp_path, snapshot, place):
    """The model's folder one level off is named with the line that moves it, and the line does."""
    root = tmp_path / "below" / "cache"
    (root / place).resolve().mkdir(parents=True)
    root.mkdir(exist_ok=True)
    shutil.move(tmp_path / "hub" / REPOSITORY, root / place / REPOSITORY)

    found = judged(root)["model-cache"]

    assert "the cache is one level off, the server looks in" in found.observed
    assert os.system(found.steps[0].lines) == 0
    assert broken(judged(root)) == []


def test_local_dir(tmp_path, snapshot):
    """Files as `--local-dir` puts them are named as such: a fetch is the remedy, for nothing else makes a cache of them."""
    root = tmp_path / "below" / "cache"
    shutil.copytree(snapshot, root / "gpt-oss-120b")

    found = judged(root)["model-cache"]

    assert "as `--local-dir` puts them" in found.observed
    assert "hf download" in found.remedy


def test_surplus_is_named(tmp_path, snapshot):
    """original/ and metal/ are named as not needed, and break no rule."""
    blob = snapshot.parents[1] / "blobs" / "ef"
    with blob.open("wb") as file:
        file.truncate(65_200_000_000)
    link(snapshot / "original" / "model--00001-of-00007.safetensors", blob)

    found = judged(tmp_path)

    assert broken(found) == []
    assert "not needed by any server: original/ (65.2 GB)" in found["model-cache"].note


@pytest.mark.parametrize(("value", "ok"), [([200002, 199999], False), (200002, False), ([200012], True), (None, True)])
def test_stale_configuration(tmp_path, snapshot, value, ok):
    """A configuration without <|call|> is a warning; one that says nothing of it is none."""
    (snapshot / "generation_config.json").resolve().write_text(json.dumps({"eos_token_id": value}))

    assert judged(tmp_path)["generation-config"].ok is ok


def test_no_reference(tmp_path, snapshot):
    """A folder whose revision points nowhere is no whole model."""
    (snapshot.parents[1] / "refs" / "main").unlink()

    assert "points at no snapshot" in judged(tmp_path)["model-cache"].observed
    assert look(tmp_path, COMMIT).snapshot == str(snapshot)


@pytest.mark.parametrize(
    ("gone", "said"),
    [("model.safetensors.index.json", "without a list of its weights"), ("config.json", "without a config.json")],
)
def test_missing_texts(tmp_path, snapshot, gone, said):
    """A snapshot without its index or its configuration is not whole."""
    (snapshot / gone).unlink()

    assert said in judged(tmp_path)["model-cache"].observed


def test_a_single_file_needs_no_index(tmp_path, snapshot):
    """A small model has one file, and no index."""
    (snapshot / "model.safetensors.index.json").unlink()
    write_shard(snapshot / "model.safetensors", 5000)

    assert [shard.name for shard in look(tmp_path).shards] == ["model.safetensors"]
    assert broken(judged(tmp_path)) == []


def test_a_cache_of_another_user(tmp_path, snapshot, monkeypatch):
    """What this user may not look into is said to be so, and refuses nothing."""

    asked = Path.is_dir

    def denied(path: Path) -> bool:  # root may read everything, so no mode of a directory would do
        if "hub" in path.parts:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return asked(path)

    monkeypatch.setattr(Path, "is_dir", denied)
    found = judged(tmp_path)

    assert broken(found) == ["model-cache"]
    assert "Permission denied" in found["model-cache"].observed


def test_unreadable_weights_are_not_judged(tmp_path, snapshot, monkeypatch):
    """A shard whose header this user may not read is neither whole nor broken."""
    from fixtures.adapters.host import model_cache

    def denied(path: Path, size: int) -> str:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(model_cache, "fault_of", denied)
    found = judged(tmp_path)

    assert broken(found) == []
    assert found["weights"].observed == "0 whole, 3 that this user may not read"


@pytest.mark.parametrize(("name", "hub"), [(MODEL, True), ("/models/gpt-oss", False), ("./a", False), ("gpt2", False)])
def test_a_path_is_no_model_of_the_hub(name, hub):
    """A model on a path has no place in the cache, and no rule."""
    assert is_hub_model(name) is hub


def revision(root: Path, **arguments) -> str | None:
    overrides = {f"deployment.serve.arguments.{name}": ("test", value) for name, value in arguments.items()}
    return revision_for(load_target("gb10", {"host.cache": ("test", str(root)), **overrides}))


def test_the_revision_is_the_snapshots_commit(tmp_path, snapshot):
    """What `main`, or the revision that the server is told, points at; None where that is no commit, or is not there."""
    assert revision(tmp_path) == revision(tmp_path, revision=COMMIT) == COMMIT
    assert revision(tmp_path, revision="v2") is None
    (tmp_path / "hub" / REPOSITORY / "refs" / "main").write_text("mine")
    snapshot.rename(snapshot.with_name("mine"))
    assert revision(tmp_path) is None
    assert revision(tmp_path / "empty") is None
