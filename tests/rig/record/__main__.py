"""Record what a server answers to the fixed list of requests.

    python -m tests.rig.record --base-url http://127.0.0.1:18100 --config vllm-0.32.0-mandated [--only NAME] [--missing]

The recording is tests/unit/standin/recordings/CONFIG.json.xz, one exchange a line, without ids and times (`xzcat` shows it).
A stream that breaks, or a request that gets no answer, is recorded as such: so do releases.
"""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import httpx

from tests.rig.record.files import FOLDER, load, path_of, save
from tests.rig.record.requests import requests
from tests.rig.record.send import record

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


def in_order(recorded: dict[str, Any]) -> dict[str, Any]:
    """The exchanges in the order of the list."""
    names = [*requests()]
    return {name: recorded[name] for name in sorted(recorded, key=lambda name: [*names, name].index(name))}


def main(arguments: list[str] | None = None) -> int:
    """Record, save, and say how many; 1 if a request got no answer, or one that cannot be read."""
    options = _options(arguments)
    known = path_of(options.config, options.folder).exists()
    recorded: dict[str, Any] = load(options.config, options.folder) if known else {}
    failed = 0
    # A connection for each request: some releases close one after a refusal without saying so.
    alone = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=options.base_url, timeout=_TIMEOUT, trust_env=False, limits=alone) as client:
        for name in chosen(options.only, recorded, missing=options.missing):
            try:
                recorded[name] = record(client, requests()[name])
            except (httpx.HTTPError, ValueError) as error:
                failed += 1
                recorded[name] = {"request": requests()[name], "status": None, "failure": type(error).__name__}
                print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
    path = save(in_order(recorded), options.config, options.folder)
    print(f"{path}: {len(recorded)} exchanges, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
