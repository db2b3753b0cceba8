"""Record what a server answers to the fixed list of requests.

    python -m tests.rig.record --base-url http://127.0.0.1:18100 --config vllm-0.32.0-mandated [--only NAME] [--missing]

The recording is tests/unit/standin/recordings/CONFIG.json, one exchange a line, without ids and times.
"""

from __future__ import annotations

import argparse
import json
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import httpx

from tests.rig.record.requests import requests
from tests.rig.record.send import record

FOLDER = Path(__file__).parents[2] / "unit/standin/recordings"
_TIMEOUT = 120.0  # seconds for one request, of a model of two layers on a busy machine


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.rig.record", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--base-url", required=True, help="the server, without /v1")
    parser.add_argument(
        "--config", required=True, help="name of the recording: version and configuration of the server"
    )
    parser.add_argument(
        "--only", action="append", metavar="GLOB", help="only requests whose names match; may be repeated"
    )
    parser.add_argument("--missing", action="store_true", help="only requests that the recording does not have")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where recordings are kept (%(default)s)")
    return parser.parse_args(arguments)


def chosen(only: list[str] | None, known: dict[str, Any], *, missing: bool) -> list[str]:
    """Names of the requests to send."""
    names = [name for name in requests() if not only or any(fnmatch(name, glob) for glob in only)]
    return [name for name in names if not (missing and name in known)]


def save(path: Path, recorded: dict[str, Any]) -> None:
    """Write a recording, one exchange a line, in the order of the list."""
    ordered = sorted(recorded, key=lambda name: [*requests(), name].index(name))
    lines = [f"{json.dumps(name)}: {json.dumps(recorded[name], ensure_ascii=False)}" for name in ordered]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Record, save, and say how many; 1 if a request got no answer."""
    options = _options(arguments)
    path = options.folder / f"{options.config}.json"
    recorded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    failed = 0
    with httpx.Client(base_url=options.base_url, timeout=_TIMEOUT, trust_env=False) as client:
        for name in chosen(options.only, recorded, missing=options.missing):
            try:
                recorded[name] = record(client, requests()[name])
            except (httpx.HTTPError, ValueError) as error:
                failed += 1
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    save(path, recorded)
    print(f"{path}: {len(recorded)} exchanges, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
