"""A comparison as text for a terminal, as Markdown, and as JSON."""

import dataclasses
import json

from fixtures.compare.comparison import Comparison
from reports.compare.told import headline, rows, sections
from reports.language import Words
from reports.visible import plain_markdown, visible


def as_text(found: Comparison, words: Words) -> str:
    """The answer first; no line steers a terminal."""
    lines = [headline(found, words), ""]
    for heading, said in sections(found, words):
        lines += [heading, *(f"  {line}" for line in said)]
    table = rows(found)
    if table:
        lines += ["", words("compare.figures")]
        lines += [
            f"  {'!' if row.worse else ' '} {row.name:<18} {row.before:>16} → {row.after:>16} {row.change:>9} {row.interval:<20}"
            f" {words('compare.could', seen=row.seen)}"
            for row in table
        ]
        lines += ["", noise_of(found, words)]
    return "\n".join(visible(line).replace("\n", " ") for line in lines) + "\n"


def as_markdown(found: Comparison, words: Words) -> str:
    """For a pull request or a job's summary; what comes from outside is escaped."""
    lines = [f"## {plain_markdown(headline(found, words))}", ""]
    for heading, said in sections(found, words):
        lines += [f"**{heading}**", "", *(f"* {plain_markdown(line)}" for line in said), ""]
    table = rows(found)
    if table:
        heads = ("figure", "before", "after", "change", "interval", "could_have_seen")
        lines += [
            "| " + " | ".join(words(f"compare.head.{head}") for head in heads) + " |",
            "| --- " * len(heads) + "|",
        ]
        for row in table:
            cells = (row.name, row.before, row.after, row.change, row.interval, row.seen)
            lines.append("| " + " | ".join(plain_markdown(cell) for cell in cells) + " |")
        lines += ["", noise_of(found, words)]
    return "\n".join(lines) + "\n"


def as_json(found: Comparison) -> str:
    """Everything, for programs."""
    return json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=1) + "\n"


def noise_of(found: Comparison, words: Words) -> str:
    """Where the noise between boots comes from: measured on this host, or published and assumed."""
    noise = next(iter(found.shifts.values())).noise
    key = "compare.assumed" if noise.assumed else "compare.measured"
    return words(key, spread=f"{100 * noise.spread:.1f} %", boots=noise.boots)
