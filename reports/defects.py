"""What is said of the known defects of the serving release: which this run met, which are gone, and which are only known."""

from dataclasses import dataclass

from fixtures.core.record import KnownDefect, RunRecord
from reports.language import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The defects of the release in three groups: met (or skipped for), to be met but gone, and only known."""

    release: str
    met: tuple[KnownDefect, ...]
    gone: tuple[KnownDefect, ...]
    known: tuple[KnownDefect, ...]


def told(record: RunRecord) -> Told | None:
    """None where the release has no known defect."""
    if not record.known_defects:
        return None
    met = tuple(each for each in record.known_defects if each.met or each.skips)
    gone = tuple(each for each in record.known_defects if each.gone and not each.met)
    known = tuple(each for each in record.known_defects if each not in met and each not in gone)
    return Told(release=f"vLLM {record.deployment.vllm_version}", met=met, gone=gone, known=known)


def heading(found: Told, words: Words) -> str:
    """One sentence for the first screen, without a full stop."""
    number = len(found.met)
    return words("defects.with" if number else "defects.none", n=number, release=found.release)
