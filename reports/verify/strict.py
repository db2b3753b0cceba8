"""A file of a run read strictly: what two readers could understand differently is wrong."""

from typing import Any

from fixtures.core.strict import strict_json
from reports.verify.checks import Wrong


def read_strictly(data: bytes, name: str) -> Any:
    """The value of a file; Wrong for what is not JSON in UTF-8, has a key twice, or a number that JSON has not."""
    try:
        return strict_json(data)
    except ValueError as error:
        raise Wrong(f"{name} is no JSON: {error}") from None
