"""Ask a running server what the tables of fixtures/knowledge/vllm_versions.toml hold, and print their entries for it.

    python -m tests.rig.survey --base-url http://127.0.0.1:8000 [--only TABLE] [--json]

Standard output is TOML: the entries of the server's release, each with what its table says today; what cannot be told is a
comment with the reason. Standard error has a line for each table as soon as it is done.

The server gets about a hundred small requests, one after the other, each with a token limit and a deadline of 120 seconds,
and none that is known to harm a server. How it was started decides what it does: the tables are of servers without tool
flags, and [chat_tool_choice] can be asked only of one with them.

Exit status: 0 if all is as known, 1 if something differs or could not be told, 2 for a wrong command line or no such server.
What no answer of this server could tell, such as what a dead engine does, is not counted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fixtures.knowledge.releases import UnknownVersion
from fixtures.knowledge.versions import known_facts
from tests.rig.record.request import MODEL
from tests.rig.survey.printing import as_json, as_toml, closing, progress
from tests.rig.survey.server import NoServer, connected
from tests.rig.survey.surveying import Result, survey


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    summary, rest = __doc__.split("\n\n", maxsplit=1)
    parser = argparse.ArgumentParser(
        prog="python -m tests.rig.survey",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--base-url", required=True, metavar="URL", help="the server: http://HOST[:PORT][/PREFIX]")
    parser.add_argument("--served-model", default=MODEL, metavar="NAME", help="the model id it serves (%(default)s)")
    parser.add_argument("--only", action="append", metavar="TABLE", help="only this table; may be repeated")
    parser.add_argument("--json", action="store_true", help="JSON instead of TOML")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.only or () if name not in known_facts()]:
        parser.error(f"--only {unknown[0]}: no such table; there are: {', '.join(known_facts())}")
    return options


def _surveyed(options: argparse.Namespace) -> tuple[str, list[Result]]:
    tables = [name for name in known_facts() if name in (options.only or known_facts())]
    results: list[Result] = []
    with connected(options.base_url, options.served_model) as server:
        for result in survey(server, tables):
            results.append(result)
            print(progress(result, len(results), len(tables)), file=sys.stderr, flush=True)
        return server.version, results


def main(arguments: Sequence[str] | None = None) -> int:
    """Survey, print, and say by the exit status whether the tables know it all."""
    options = _options(arguments)
    try:
        version, results = _surveyed(options)
    except (NoServer, UnknownVersion) as error:
        print(f"python -m tests.rig.survey: {error}", file=sys.stderr)
        return 2
    print(as_json(version, results) if options.json else as_toml(version, results))
    print(closing(results), file=sys.stderr)
    return 0 if all(result.in_order for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
