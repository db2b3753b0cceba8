"""JSON read strictly: what two readers could understand differently is wrong."""

import json
from typing import Any

from reports.verify.checks import Wrong


def read_strictly(data: bytes, name: str) -> Any:
    """The value of a file; Wrong for what is not JSON in UTF-8, has a key twice, or a number that JSON has not."""
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_none)
    except Wrong as error:
        raise Wrong(f"{name} {error}") from None
    except ValueError as error:  # broken UTF-8, no JSON, or a number of thousands of digits
        raise Wrong(f"{name} is no JSON: {error}") from None
    except RecursionError:
        raise Wrong(f"{name} is no JSON that anybody wrote: it is nested too deeply") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Wrong(f"has the key {next(name for name in names if names.count(name) > 1)!r} twice")
    return found


def _none(name: str) -> Any:
    raise Wrong(f"has {name}, which is no number of JSON")
