"""Directories of runs as they are when all is written: sealed by the suite's own code, signed with a key made for it."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from fixtures.core.record import RunRecord
from fixtures.plugin.sealing import seal
from reports.writing import write_record
from tests.unit.reports import samples

SIGNER = "operator@example.com"


def certified() -> RunRecord:
    """The sample certification, with all that a certificate says."""
    record = samples.certification()
    spec = {"name": "gb10", "deployment": {"model": "openai/gpt-oss-120b", "port": 8000, "note": "繁體中文"}}
    host = record.host.model_copy(update={"name": "spark-1", "id": "3f2c", "product": "NVIDIA DGX Spark"})
    suite = record.suite.model_copy(update={"commit": "e9d5d5a123e2efd5" + "0" * 24})
    target = record.target.model_copy(update={"spec": spec})
    return record.model_copy(update={"target": target, "host": host, "suite": suite})


def write_files(directory: Path, record: RunRecord) -> None:
    """The record and every file that it names, and two more."""
    named = {path for clause in record.clauses for path in clause.evidence}
    named |= {level.samples for level in record.measurements if level.samples} | {"report.html", "junit.xml"}
    for path in named:
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_text(f"what {path} says\n")
    write_record(record, directory)


def key_pair(directory: Path, passphrase: str = "") -> Path:
    """An SSH key; its public half beside it."""
    directory.mkdir(exist_ok=True)
    key = directory / "key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-C", "", "-N", passphrase, "-f", str(key)]
    subprocess.run(command, check=True, timeout=60)
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A run's directory, what was said of its seal, and the problems of the run."""

    directory: Path
    said: list[tuple[str, str]]
    problems: list[str]


def sealed(directory: Path, record: RunRecord, *, key: Path | None = None, problems: tuple[str, ...] = ()) -> Sealed:
    """Write a run, and seal it."""
    directory.mkdir(parents=True, exist_ok=True)
    write_files(directory, record)
    run = SimpleNamespace(directory=directory, problems=list(problems), config=SimpleNamespace(sign_key=key))
    return Sealed(directory=directory, said=seal(run, record), problems=run.problems)


def allowed_signers(key: Path) -> Path:
    """The file that says that this key's signatures are SIGNER's."""
    path = key.with_name("allowed_signers")
    path.write_text(f"{SIGNER} {key.with_suffix('.pub').read_text()}")
    return path
