"""Every small change of a JSON file: each leaf changed, each key deleted, each item of a list gone, twice or in another place."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reports.manifest import CERTIFICATE, MANIFEST, RECORD, SIGNATURE, sha256
from reports.verify.held import Held

FIELDS = {RECORD: "record", MANIFEST: "manifest", CERTIFICATE: "certificate", SIGNATURE: "signature"}
Edit = tuple[str, bytes]  # what was done, and the file after it


def edits(data: bytes) -> Iterator[Edit]:
    """Each edit for itself, of a file that is written as the suite writes it."""
    value = json.loads(data)
    for said in _edited(value, "$"):
        yield said, (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
    assert json.loads(data) == value


def _edited(value: Any, where: str) -> Iterator[str]:
    """Change one place of `value`, say what was done, and put it back."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        old = value[key]
        for new in _others(old):
            value[key] = new
            yield f"{where}[{key!r}] = {new!r}"
        value[key] = old
        if isinstance(old, dict | list):
            yield from _edited(old, f"{where}[{key!r}]")
    whole = value.copy()
    for said, other in _arrangements(whole):
        _put(value, other)
        yield f"{where}: {said}"
    _put(value, whole)


def _others(leaf: Any) -> Iterator[Any]:
    match leaf:
        case bool():
            yield not leaf
            yield int(leaf)
        case int() | float():
            yield leaf + 1
            yield str(leaf)
        case str():
            yield f"{leaf}x"
            yield None
        case None:
            yield 0
            yield ""
        case _:
            yield None
            yield type(leaf)() if leaf else [1]


def _arrangements(whole: Any) -> Iterator[tuple[str, Any]]:
    """What is deleted, added, twice, or in another order; the order of keys means nothing, and counts all the same."""
    if isinstance(whole, dict):
        for key in whole:
            yield f"without {key!r}", {k: v for k, v in whole.items() if k != key}
        yield "with a key more", {**whole, "surprise": 1}
        if len(whole) > 1:
            yield "keys turned round", dict(reversed(whole.items()))
        return
    for at, item in enumerate(whole):
        yield f"without item {at}", [*whole[:at], *whole[at + 1 :]]
        yield f"item {at} twice", [*whole[:at], item, *whole[at:]]
    if whole != whole[::-1]:
        yield "turned round", whole[::-1]


def _put(value: Any, content: Any) -> None:
    value.clear()
    value.update(content) if isinstance(value, dict) else value.extend(content)


def flips(held: Held, number: int, seed: int) -> Iterator[tuple[str, str, bytes]]:
    """One byte of one of the files another one: the file, what was done, and the file after it."""
    chance = random.Random(seed)
    # Each change of the last two costs a run of ssh-keygen, ten milliseconds.
    for name in chance.choices(list(FIELDS), weights=(5, 3, 1, 1), k=number):
        data = bytearray(getattr(held, FIELDS[name]))
        at, other = chance.randrange(len(data)), chance.randrange(1, 256)
        data[at] ^= other
        yield name, f"byte {at} of {name} is {bytes(data[at : at + 1])!r}", bytes(data)


def with_file(held: Held, name: str, data: bytes) -> Held:
    """The run as it would be read with this content of one file."""
    changed = replace(held, **{FIELDS[name]: data})
    return replace(changed, digests={**held.digests, RECORD: sha256(data)}) if name == RECORD else changed
