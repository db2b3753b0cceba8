"""Compact weights -> the Hugging Face cache that `vllm serve openai/gpt-oss-120b` finds offline.

    python3 expand.py --cache DIR --encodings DIR [--mxfp4] [--weights DIR]

DIR/hub/models--openai--gpt-oss-120b is laid out as huggingface_hub does it: refs/main, blobs, a snapshot of links.
This file stands alone, so that it runs inside the engine's image: numpy, and for the tokenizer transformers.
Rows of tokens that the model does not tell apart are copies of one row, as input ("unknown") and as output ("never").
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
REPOSITORY = "models--openai--gpt-oss-120b"
FULL_VOCABULARY = 201_088
WEIGHTS_FILE, INDEX_FILE = "model.safetensors", "model.safetensors.index.json"
# The published file's digest, https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken
O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
E2M1 = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6], dtype=np.float32)  # OCP Microscaling Formats 1.0, FP4
MXFP4_BLOCK = 32  # values that share one E8M0 scale, same source
# o200k's split pattern, tiktoken_ext/openai_public.py
PATTERN_PARTS = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
)
PATTERN = "|".join(PATTERN_PARTS)
SPECIAL = {
    199998: "<|startoftext|>",
    199999: "<|endoftext|>",
    200002: "<|return|>",
    200003: "<|constrain|>",
    200005: "<|channel|>",
    200006: "<|start|>",
    200007: "<|end|>",
    200008: "<|message|>",
    200012: "<|call|>",
    200018: "<|endofprompt|>",
}
GENERATION = {
    "bos_token_id": 199998,
    "do_sample": True,
    "eos_token_id": [200002, 199999, 200012],
    "pad_token_id": 199999,
}


def read_safetensors(path: Path) -> dict[str, Array]:
    """Tensors of a bfloat16 file as their bits, uint16; raises ValueError for another type."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    tensors = {}
    header = json.loads(raw[8 : 8 + size])
    header.pop("__metadata__", None)
    for name, entry in header.items():
        if entry["dtype"] != "BF16":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected BF16")
        start, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(raw[start:end], dtype="<u2").reshape(entry["shape"])
    return tensors


def write_safetensors(path: Path, tensors: dict[str, Array]) -> None:
    """uint16 is written as BF16, uint8 as U8."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, tensor in tensors.items():
        kind = "BF16" if tensor.dtype == np.uint16 else "U8"
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor).tobytes())


def to_float(bits: Array) -> Array:
    """bfloat16 bits as float32."""
    widened: Array = (bits.astype("<u4") << 16).view("<f4")
    return widened


def pack_mxfp4(weight: Array) -> tuple[Array, Array]:
    """Float32 [experts, rows, columns] -> uint8 blocks [experts, rows, columns/32, 16] and scales (without the 16).

    Two values a byte, the earlier one in the low nibble. Raises ValueError where columns are no multiple of 32.
    """
    experts, rows, columns = weight.shape
    if columns % MXFP4_BLOCK:
        raise ValueError(f"MXFP4 needs a multiple of {MXFP4_BLOCK} columns, got {columns}")
    blocks = weight.reshape(experts, rows, columns // MXFP4_BLOCK, MXFP4_BLOCK)
    largest = np.abs(blocks).max(-1)
    exponent = np.floor(np.log2(np.maximum(largest, 2.0**-120))) - 2  # 2 is E2M1's own largest exponent
    exponent = np.where(largest / 2.0**exponent > 7, exponent + 1, exponent)  # above 7, rounding to 6 would clip
    scaled = blocks / (2.0**exponent)[..., None]
    code = np.abs(np.abs(scaled)[..., None] - E2M1).argmin(-1).astype(np.uint8)
    code |= (np.signbit(scaled) & (code > 0)).astype(np.uint8) << 3
    return code[..., 0::2] | (code[..., 1::2] << 4), (exponent + 127).astype(np.uint8)


def full_tensors(compact: dict[str, Array], vocab: list[int], *, mxfp4: bool) -> dict[str, Array]:
    """All 201,088 rows of the vocabulary; experts as bfloat16, or packed as the published checkpoint has them."""
    tensors: dict[str, Array] = {}
    for name, value in compact.items():
        if name in ("model.embed_tokens.weight", "lm_head.weight"):
            tensors[name] = np.repeat(value[-1:], FULL_VOCABULARY, axis=0)
            tensors[name][vocab] = value[:-1]
        elif mxfp4 and name.endswith(("experts.gate_up_proj", "experts.down_proj")):
            # Hugging Face keeps [experts, in, out]; blocks run along `in`.
            tensors[f"{name}_blocks"], tensors[f"{name}_scales"] = pack_mxfp4(to_float(value).transpose(0, 2, 1))
        else:
            tensors[name] = value
    return tensors


def configuration(arch: dict[str, Any], *, mxfp4: bool) -> dict[str, Any]:
    """The published config.json of gpt-oss with the tiny sizes."""
    config: dict[str, Any] = {
        "architectures": ["GptOssForCausalLM"],
        "model_type": "gpt_oss",
        "attention_bias": True,
        "attention_dropout": 0.0,
        "hidden_act": "silu",
        "initializer_range": 0.02,
        "initial_context_length": 4096,
        "max_position_embeddings": 131072,
        "swiglu_limit": 7.0,
        "router_aux_loss_coef": 0.9,
        "output_router_logits": False,
        "rope_theta": 150000,
        "rope_scaling": {
            "beta_fast": 32.0,
            "beta_slow": 1.0,
            "factor": 32.0,
            "original_max_position_embeddings": 4096,
            "rope_type": "yarn",
            "truncate": False,
        },
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
        "use_cache": True,
        "vocab_size": FULL_VOCABULARY,
        "eos_token_id": 200002,
        "pad_token_id": 199999,
        **arch,
    }
    if mxfp4:
        kept = ["model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]
        config["quantization_config"] = {"modules_to_not_convert": kept, "quant_method": "mxfp4"}
    return config


def write_tokenizer(folder: Path, encoding: Path) -> None:
    """Write o200k_harmony as a Hugging Face tokenizer; raises ValueError for any other encoding than the published."""
    digest = hashlib.sha256(encoding.read_bytes()).hexdigest()
    if digest != O200K_SHA256:
        raise ValueError(f"{encoding}: sha256 {digest}, expected {O200K_SHA256}")
    from transformers import (
        PreTrainedTokenizerFast,
    )  # takes seconds to import: a cache that is complete needs none of it
    from transformers.convert_slow_tokenizer import TikTokenConverter

    special = [SPECIAL.get(token, f"<|reserved_{token}|>") for token in range(199998, FULL_VOCABULARY)]
    converter = TikTokenConverter(vocab_file=str(encoding), pattern=PATTERN, extra_special_tokens=special)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=converter.converted(),
        bos_token="<|startoftext|>",
        eos_token="<|return|>",
        pad_token="<|endoftext|>",
    )
    if len(tokenizer) != FULL_VOCABULARY:
        raise ValueError(f"{encoding}: {len(tokenizer)} tokens, expected {FULL_VOCABULARY}")
    tokenizer.save_pretrained(folder)


def write_model(folder: Path, weights: Path, encoding: Path, *, mxfp4: bool) -> None:
    """Everything a model repository holds."""
    about = json.loads((weights / "compact.json").read_text(encoding="utf-8"))
    tensors = full_tensors(read_safetensors(weights / "compact.safetensors"), about["vocab"], mxfp4=mxfp4)
    write_safetensors(folder / WEIGHTS_FILE, tensors)
    index = {
        "metadata": {"total_size": sum(t.nbytes for t in tensors.values())},
        "weight_map": dict.fromkeys(tensors, WEIGHTS_FILE),
    }
    texts = {
        INDEX_FILE: index,
        "config.json": configuration(about["arch"], mxfp4=mxfp4),
        "generation_config.json": GENERATION,
    }
    for name, value in texts.items():
        (folder / name).write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
    write_tokenizer(folder, encoding)


def lay_out(repository: Path, files: Path, revision: str) -> None:
    """Move the files to blobs and link them from the snapshot, as huggingface_hub does."""
    snapshot, blobs = repository / "snapshots" / revision, repository / "blobs"
    for folder in (snapshot, blobs, repository / "refs"):
        folder.mkdir(parents=True)
    for file in sorted(files.iterdir()):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        file.rename(blobs / digest)
        (snapshot / file.name).symlink_to(Path("..") / ".." / "blobs" / digest)
    (repository / "refs" / "main").write_text(revision, encoding="utf-8")


def stamp(weights: Path, *, mxfp4: bool) -> str:
    """Digest of all inputs; its first 40 digits serve as the snapshot's revision."""
    inputs = [Path(__file__), weights / "compact.safetensors", weights / "compact.json"]
    return hashlib.sha256(b"".join(p.read_bytes() for p in inputs) + str(mxfp4).encode()).hexdigest()


def expand(cache: Path, encodings: Path, weights: Path, *, mxfp4: bool = False) -> Path:
    """Make CACHE/hub/models--openai--gpt-oss-120b and return its snapshot; does nothing where it is already there."""
    repository, digest = cache / "hub" / REPOSITORY, stamp(weights, mxfp4=mxfp4)
    revision, mark = digest[:40], repository / ".expanded"
    snapshot = repository / "snapshots" / revision
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return snapshot
    repository.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".expanding-", dir=repository.parent))
    try:
        files = temporary / "files"
        files.mkdir()
        write_model(files, weights, encodings / "o200k_base.tiktoken", mxfp4=mxfp4)
        lay_out(temporary / "repository", files, revision)
        (temporary / "repository" / ".expanded").write_text(digest, encoding="utf-8")
        if repository.exists():
            repository.rename(temporary / "old")
        (temporary / "repository").rename(repository)
    finally:
        shutil.rmtree(temporary)
    return snapshot


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="the Hugging Face home, as in HF_HOME")
    parser.add_argument("--encodings", type=Path, required=True, help="the directory with o200k_base.tiktoken")
    parser.add_argument("--weights", type=Path, default=Path(__file__).resolve().parent / "weights")
    parser.add_argument("--mxfp4", action="store_true", help="pack the experts as the published checkpoint does")
    arguments = parser.parse_args()
    print(expand(arguments.cache, arguments.encodings, arguments.weights, mxfp4=arguments.mxfp4))


if __name__ == "__main__":
    main()
