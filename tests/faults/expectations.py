"""What each fault must lead to: tests/faults/expected/<area>.toml, read strictly."""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fixtures.core.clause import Clause
from fixtures.faults.catalogue import FAULTS
from fixtures.specification.clauses import all_clauses

EXPECTED = Path(__file__).parent / "expected"
FAST = Path(__file__).parent / "fast.toml"
Text = Annotated[str, Field(min_length=1)]


class WrongExpectation(Exception):
    """A file of expectations says something that cannot be meant; the message names the file."""


class Expected(BaseModel):
    """One fault: the clauses that must FAIL, and what at least one of them must say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    fails: Annotated[tuple[Text, ...], Field(min_length=1)]
    says: Annotated[tuple[Text, ...], Field(min_length=1)]
    version: Text | None = None
    pace: Text | None = None
    target: Text = "fast"
    options: tuple[Text, ...] = ()

    def arguments(self, *, time_factor: float = 1.0) -> list[str]:
        """The options of the suite for this fault, on a machine so many times slower."""
        given = ["--fault", self.name, "--target", str(FAST) if self.target == "fast" else self.target]
        given += ["--vllm-version", self.version] if self.version else []
        given += ["--pace", self.pace] if self.pace else []
        return [*given, *(["--time-factor", str(time_factor)] if time_factor != 1.0 else []), *self.options]


@cache
def expectations() -> Mapping[str, Expected]:
    """Every expectation by the name of its fault."""
    return read(sorted(EXPECTED.glob("*.toml")), faults=FAULTS, clauses=all_clauses())


def read(files: Iterable[Path], *, faults: Iterable[str], clauses: Mapping[str, Clause]) -> dict[str, Expected]:
    """The expectations in these files; WrongExpectation for the first thing that is wrong."""
    known, found = set(faults), dict[str, Expected]()
    for file in files:
        for entry in _entries(file):
            value = _expected(file, entry)
            if value.name not in known:
                raise WrongExpectation(f"{file.name}: {value.name}: the stand-in has no such fault")
            if value.name in found:
                raise WrongExpectation(f"{file.name}: {value.name}: there is already an expectation of this name")
            if strange := sorted(set(value.fails) - set(clauses)):
                raise WrongExpectation(f"{file.name}: {value.name}: no clause is called {', '.join(strange)}")
            found[value.name] = value
    return found


def _entries(file: Path) -> list[Any]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongExpectation(f"{file.name}: {error}") from None
    if strange := sorted(set(data) - {"fault"}):
        raise WrongExpectation(f"{file.name}: unknown key {', '.join(strange)}: expectations are [[fault]] tables")
    entries = data.get("fault", [])
    return entries if isinstance(entries, list) else [entries]


def _expected(file: Path, entry: Any) -> Expected:
    try:
        return Expected.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        name = entry.get("name", "a fault without a name") if isinstance(entry, dict) else repr(entry)
        where = ".".join(map(str, first["loc"]))
        raise WrongExpectation(f"{file.name}: {name}: {where}: {first['msg']}") from None
