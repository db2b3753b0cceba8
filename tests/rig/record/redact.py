"""What is taken out of a recording: ids and times, and all of the long pages but names."""

from __future__ import annotations

import re
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

_ID = re.compile(r"\b([a-z]+(?:-tool)?[-_])[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b")
_TIMES = ("created", "created_at", "completed_at")


def redacted(value: Any, key: str = "") -> Any:
    """Ids keep their prefix, times become 0, log probabilities and bytes become what any of them is."""
    if isinstance(value, dict):
        return {name: redacted(part, name) for name, part in value.items()}
    if isinstance(value, list):
        return [redacted(part, key) for part in value]
    if isinstance(value, str):
        return _ID.sub(r"\g<1>0", value)
    if key in _TIMES and isinstance(value, int | float):
        return 0
    return -1.0 if key == "logprob" else value


def metric_names(text: str) -> dict[str, list[str]]:
    """Families of a metrics page with their labels, without those of the process and of Python."""
    found = {}
    for family in text_string_to_metric_families(text):
        if family.name.startswith("vllm:"):
            found[family.name] = sorted({label for sample in family.samples for label in sample.labels})
    return dict(sorted(found.items()))


def routes_of(openapi: Any) -> dict[str, list[str]]:
    """Paths of an API description with their methods."""
    return {path: sorted(methods) for path, methods in sorted(openapi["paths"].items())}
