"""A comparison as text for a terminal, as Markdown, and as JSON."""

import json

from fixtures.core.record import ComparisonFacts
from reports.compare.told import headline, noise_of, rows, sections
from reports.language import Words
from reports.visible import plain_markdown, visible


def as_text(found: ComparisonFacts, words: Words) -> str:
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


def as_markdown(found: ComparisonFacts, words: Words) -> str:
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


def as_json(found: ComparisonFacts) -> str:
    """Everything, for programs."""
    # By the standard library: pydantic's own writer refuses a lone surrogate, which a server may have said.
    return json.dumps(found.model_dump(mode="json"), indent=1) + "\n"
