"""A Hugging Face cache as huggingface_hub leaves it, with shards of any size that take no room on the disk."""

import json
from pathlib import Path

COMMIT = "8b193b0ef83bd41b40eb71fee8f1432315e02a3e"
REPOSITORY = "models--openai--gpt-oss-120b"
EOS = [200002, 199999, 200012]


def shard_name(number: int, of: int) -> str:
    """The repository counts from 0 to the number that it names: 15 files, the last of them 00014-of-00014."""
    return f"model-{number:05}-of-{of - 1:05}.safetensors"


def write_shard(path: Path, size: int) -> None:
    """A safetensors file of this size, sparse: only its header is written."""
    for end in range(size - 60, size - 400, -1):
        header = json.dumps({"w": {"dtype": "U8", "shape": [end], "data_offsets": [0, end]}}).encode()
        if 8 + len(header) + end == size:
            break
    else:
        raise ValueError(size)
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(size)


def write_cache(root: Path, *, shards: int = 3, size: int = 100_000, commit: str = COMMIT) -> Path:
    """The cache ROOT/hub/models--…, whole; its snapshot."""
    repository = root / "hub" / REPOSITORY
    snapshot, blobs = repository / "snapshots" / commit, repository / "blobs"
    for folder in (snapshot, blobs, repository / "refs"):
        folder.mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    names = [shard_name(number, shards) for number in range(shards)]
    for number, name in enumerate(names):
        write_shard(blobs / f"{number:064x}", size)
        link(snapshot / name, blobs / f"{number:064x}")
    index = {"metadata": {"total_size": shards * size}, "weight_map": {f"w{n}": name for n, name in enumerate(names)}}
    texts = {"model.safetensors.index.json": index, "config.json": {}, "generation_config.json": {"eos_token_id": EOS}}
    for number, (name, value) in enumerate(texts.items()):
        blob = blobs / f"{number:040x}"
        blob.write_text(json.dumps(value))
        link(snapshot / name, blob)
    return snapshot


def link(path: Path, blob: Path) -> None:
    """As the hub's client links a snapshot's file to its blob: relative."""
    up = Path(*[".."] * (len(path.relative_to(blob.parents[1]).parts) - 1))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(up / "blobs" / blob.name)
