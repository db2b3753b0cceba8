"""What has been proven of this very tree: a line of JSON for each case, kept where a later start finds it again."""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.rings.parts import ROOT

CODE = (
    "fixtures",
    "suites",
    "reports",
    "tests",
    "benchmarks",
    "conftest.py",
    "pyproject.toml",
    "requirements-dev.lock",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One case of a part. `said`: why it is not right, or a figure; `again`: only the second run came out right."""

    part: str
    case: str
    right: bool
    seconds: float
    said: str = ""
    again: bool = False


@dataclass(slots=True)
class Results:
    """The results of one tree, by part and case; the newest of a case counts."""

    path: Path
    tree: str
    _found: dict[tuple[str, str], Result] = field(default_factory=dict)

    def read(self) -> None:
        """What earlier starts have kept of this tree."""
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            row = _row(line)
            if row.pop("tree", None) == self.tree:
                self._put(Result(**row))

    def keep(self, result: Result) -> None:
        """Remember it, at once."""
        self._put(result)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"tree": self.tree, **asdict(result)}, ensure_ascii=False) + "\n")

    def forget(self, part: str) -> None:
        """All cases of this part are to be run again; what is kept stays on the disk."""
        self._found = {key: value for key, value in self._found.items() if key[0] != part}

    def of(self, part: str) -> dict[str, Result]:
        """The results of a part, by case."""
        return {case: result for (name, case), result in self._found.items() if name == part}

    def _put(self, result: Result) -> None:
        self._found[result.part, result.case] = result


def _row(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except ValueError:  # the last line of a start that was killed while it wrote
        return {}
    return row if isinstance(row, dict) else {}


def tree_digest() -> str:
    """The first digits of a digest of every file that decides what a run does, committed or not."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.encode() + b"\0" + hashlib.sha256((ROOT / path).read_bytes()).digest())
    return digest.hexdigest()[:16]


def _files() -> Iterator[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *CODE]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    yield from (name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file())
