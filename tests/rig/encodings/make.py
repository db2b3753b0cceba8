"""Make the two official tiktoken files, byte for byte: ``python3 tests/rig/encodings/make.py DIR``.

The npm package ``tiktoken`` (MIT) carries both vocabularies as ``encoders/NAME.json``; its ``bpe_ranks`` has lines
``! FIRST_RANK token token ...`` with base64 tokens. One line ``token rank`` each, in rank order, is the official file:
the digests below are those of the files that the official host serves.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "tiktoken@1.0.22"
SHA256 = {
    "o200k_base.tiktoken": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "cl100k_base.tiktoken": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
}


def is_right(path: Path) -> bool:
    """Whether ``path`` is there with the official bytes."""
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256[path.name]


def official_bytes(encoder: dict[str, str]) -> bytes:
    """The ``.tiktoken`` file of one ``encoders/NAME.json``; ranks of a line follow its first one."""
    lines: list[str] = []
    for line in encoder["bpe_ranks"].splitlines():
        _, first, *tokens = line.split()
        lines += [f"{token} {rank}\n" for rank, token in enumerate(tokens, start=int(first))]
    return "".join(lines).encode("ascii")


def fetch_package(into: Path) -> Path:
    """Fetch the npm package with npm (installed from the distribution where it is missing); the path of its tarball."""
    if shutil.which("npm") is None:
        root = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*root, "apt-get", "update", "-qq"], check=True)
        subprocess.run([*root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "npm"], check=True)
    subprocess.run(["npm", "pack", PACKAGE, "--silent"], cwd=into, check=True, stdout=subprocess.DEVNULL)
    return next(into.glob("*.tgz"))


def write(package: tarfile.TarFile, target: Path) -> None:
    """Write one official file; raises ``ValueError`` if the package does not give the official bytes."""
    member = package.extractfile(f"package/encoders/{target.stem}.json")
    if member is None:
        raise ValueError(f"{PACKAGE}: encoders/{target.stem}.json is not a file")
    partial = target.with_suffix(".partial")
    partial.write_bytes(official_bytes(json.load(member)))
    found = hashlib.sha256(partial.read_bytes()).hexdigest()
    if found != SHA256[target.name]:
        raise ValueError(f"{partial}: sha256 {found}, expected {SHA256[target.name]} ({PACKAGE} has changed)")
    partial.replace(target)


def make(directory: Path) -> list[Path]:
    """Make what is missing or wrong in ``directory``; the paths written now (none on a second call)."""
    directory.mkdir(parents=True, exist_ok=True)
    missing = [directory / name for name in SHA256 if not is_right(directory / name)]
    if not missing:
        return []
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(fetch_package(Path(scratch))) as package:
        for target in missing:
            write(package, target)
    return missing


def main() -> int:
    """Command line: one directory."""
    parser = argparse.ArgumentParser(
        description="Make o200k_base.tiktoken and cl100k_base.tiktoken, checked by sha256."
    )
    parser.add_argument("directory", type=Path)
    directory: Path = parser.parse_args().directory
    written = make(directory)
    for name in SHA256:
        state = "made" if directory / name in written else "was already right"
        print(f"{directory / name}: {state}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
