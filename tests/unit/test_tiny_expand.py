"""The expansion of the compact weights, without a tokenizer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.rig.tiny import expand

WEIGHTS = Path(expand.__file__).resolve().parent / "weights"


def dequantised(blocks: expand.Array, scales: expand.Array) -> expand.Array:
    """MXFP4 blocks [..., blocks, 16] and scales [..., blocks] as float32 [..., blocks * 32]."""
    codes = np.stack([blocks & 15, blocks >> 4], axis=-1).reshape(*blocks.shape[:-1], 32)
    signs = np.where(codes & 8, -1.0, 1.0)
    values = signs * expand.E2M1[codes & 7] * 2.0 ** (scales.astype(np.float32) - 127)[..., None]
    flat: expand.Array = values.reshape(*values.shape[:-2], -1).astype(np.float32)
    return flat


def test_mxfp4_keeps_what_it_can_hold() -> None:
    """Values that MXFP4 holds exactly MUST come back exactly, in their order and with their signs."""
    rng = np.random.default_rng(1)
    weight = (rng.choice(expand.E2M1, size=(2, 3, 64)) * rng.choice([-1, 1], size=(2, 3, 64)) * 0.25).astype(np.float32)
    weight[..., ::32] = 1.5  # the largest a block of this scale holds, so that the scale is known

    assert np.array_equal(dequantised(*expand.pack_mxfp4(weight)), weight)


def test_mxfp4_rounds_to_the_nearest() -> None:
    """The error of a value MUST stay within a quarter of its block's largest value."""
    weight = np.random.default_rng(2).normal(size=(2, 8, 96)).astype(np.float32)
    error = np.abs(dequantised(*expand.pack_mxfp4(weight)) - weight).reshape(2, 8, 3, 32).max(-1)

    assert np.all(error <= np.abs(weight).reshape(2, 8, 3, 32).max(-1) / 4)


def test_mxfp4_refuses_odd_sizes() -> None:
    """Columns that are no multiple of 32 MUST be refused by number."""
    with pytest.raises(ValueError, match="multiple of 32 columns, got 33"):
        expand.pack_mxfp4(np.zeros((1, 1, 33), dtype=np.float32))


def test_other_tokens_share_one_row() -> None:
    """Tokens outside of the vocabulary MUST share the extra row; the others keep their own."""
    compact = expand.read_safetensors(WEIGHTS / "compact.safetensors")
    vocab = json.loads((WEIGHTS / "compact.json").read_text(encoding="utf-8"))["vocab"]
    full = expand.full_tensors(compact, vocab, mxfp4=False)["lm_head.weight"]
    other = next(token for token in range(expand.FULL_VOCABULARY) if token not in set(vocab))

    assert full.shape[0] == expand.FULL_VOCABULARY
    assert np.array_equal(full[vocab], compact["lm_head.weight"][:-1])
    assert np.array_equal(full[other], compact["lm_head.weight"][-1])


def test_safetensors_round_trip(tmp_path: Path) -> None:
    """What is written MUST be read back, bit by bit."""
    tensors = {"a": np.arange(6, dtype=np.uint16).reshape(2, 3), "b": np.array([7], dtype=np.uint16)}
    expand.write_safetensors(tmp_path / "x", tensors)
    again = expand.read_safetensors(tmp_path / "x")

    assert again.keys() == tensors.keys()
    assert all(np.array_equal(again[name], tensors[name]) for name in tensors)


def make(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Expand into `cache` with an empty file for a tokenizer."""
    monkeypatch.setattr(expand, "write_tokenizer", lambda folder, _: (folder / "tokenizer.json").write_text("{}"))
    return expand.expand(cache, cache, WEIGHTS)


def test_cache_is_laid_out_as_hugging_face_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snapshot that refs/main names MUST hold links to blobs, with an index that names every tensor."""
    snapshot = make(tmp_path, monkeypatch)
    repository = tmp_path / "hub" / "models--openai--gpt-oss-120b"
    index = json.loads((snapshot / "model.safetensors.index.json").read_text(encoding="utf-8"))

    assert snapshot.name == (repository / "refs" / "main").read_text(encoding="utf-8")
    assert all(file.is_symlink() and file.resolve().parent == repository / "blobs" for file in snapshot.iterdir())
    assert index["weight_map"].keys() == expand.read_safetensors(snapshot / "model.safetensors").keys()
    assert [path.name for path in (tmp_path / "hub").iterdir()] == [repository.name]


def test_expanding_again_does_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second call with the same inputs MUST leave every file as it is."""
    first = make(tmp_path, monkeypatch)
    times = {file: file.stat().st_mtime_ns for file in first.iterdir()}
    monkeypatch.setattr(expand, "write_model", None)

    assert make(tmp_path, monkeypatch) == first
    assert {file: file.stat().st_mtime_ns for file in first.iterdir()} == times


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    """An encoding file that is not the published one MUST be refused by its digest, and leave nothing behind."""
    (tmp_path / "o200k_base.tiktoken").write_text("IQ== 0\n")

    with pytest.raises(ValueError, match=r"o200k_base\.tiktoken: sha256"):
        expand.expand(tmp_path, tmp_path, WEIGHTS)
    assert list((tmp_path / "hub").iterdir()) == []
