"""How long preflight looks at a whole cache of gpt-oss-120b: `python -m benchmarks.preflight_cache`.

The cache has the real shape, 15 shards of 4.35 GB in huggingface_hub's layout, as sparse files: a look reads headers only.
"""

import json
import platform
import statistics
import tempfile
import time
from pathlib import Path

from fixtures.adapters.host.model_cache import look_at_model
from tests.unit.host.hub_cache import write_cache

SHARDS, SIZE, TENSORS, LOOKS = 15, 4_350_000_000, 46, 50


def rich_header(path: Path) -> None:
    """As many tensors in the header as a real shard has, about: 687 in 15 files."""
    step = (SIZE - 20_000) // TENSORS
    entries = {
        f"model.layers.{n}.mlp.experts.gate_up_proj_blocks": {
            "dtype": "U8",
            "shape": [step],
            "data_offsets": [n * step, (n + 1) * step],
        }
        for n in range(TENSORS)
    }
    header = json.dumps(entries).encode()
    with path.open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + TENSORS * step)


def main() -> None:
    """Print the median and the slowest look, in milliseconds."""
    with tempfile.TemporaryDirectory() as directory:
        snapshot = write_cache(Path(directory), shards=SHARDS, size=SIZE)
        for shard in snapshot.glob("*.safetensors"):
            rich_header(shard.resolve())
        times = [_look(directory) for _ in range(LOOKS)]
    print(f"{platform.machine()}, Python {platform.python_version()}: {SHARDS} shards, {SHARDS * SIZE / 1e9:.1f} GB")
    print(f"median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms of {LOOKS} looks")


def _look(directory: str) -> float:
    began = time.perf_counter()
    seen = look_at_model(directory, "openai/gpt-oss-120b", "main", ("original", "metal"))
    elapsed = (time.perf_counter() - began) * 1000
    assert len(seen.shards) == SHARDS
    assert not any(shard.fault or shard.size is None for shard in seen.shards)
    return elapsed


if __name__ == "__main__":
    main()
