"""The whole suite against the real server of every measured release, in a container, with the mandated arguments."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from fixtures.knowledge.releases import measured_releases
from tests.faults.running import Ran, runner
from tests.prove import releases_page
from tests.prove.alarms import OURS, alarms, told
from tests.prove.part import Part, Prover
from tests.prove.results import Result
from tests.rig.releases.serving import build, image_of, target_of
from tests.rings.parts import ROOT

ROUNDS = 3
LIMIT = 1800.0  # seconds of one run, its boot included, on a machine that does other work
RECORDS = ROOT / ".cache" / "prove" / "releases"


def _cases() -> Sequence[str]:
    return [f"{release} {number}" for release in measured_releases() for number in range(1, ROUNDS + 1)]


@contextmanager
def _running(directory: Path) -> Iterator[Prover]:
    built: set[str] = set()
    RECORDS.mkdir(parents=True, exist_ok=True)
    with runner(directory) as runs:

        def prove(case: str, again: bool) -> Result:
            release = case.split()[0]
            if release not in built:
                build(release)
                built.add(release)
            ran = runs.run(["suites/", "--target", str(target_of(release)), "--image", image_of(release)], limit=LIMIT)
            (RECORDS / f"{case.replace(' ', '-')}.json").write_text(json.dumps(ran.record), encoding="utf-8")
            found = alarms(ran)
            right = not set(found) - OURS
            _keep_evidence(case, ran, right=right)
            return Result(part="releases", case=case, right=right, seconds=ran.seconds, said=told(found))

        yield prove


def _keep_evidence(case: str, ran: Ran, *, right: bool) -> None:
    """The exchanges and the log of a run that was not right: a race does not come again when one wants to see it."""
    kept = RECORDS / f"{case.replace(' ', '-')}-wrong"
    shutil.rmtree(kept, ignore_errors=True)
    if not right and ran.directory and ran.directory.exists():
        shutil.copytree(ran.directory.resolve(), kept)


def _write() -> None:
    records = releases_page.kept(RECORDS, [str(release) for release in measured_releases()])
    releases_page.FILE.write_text(releases_page.document(records), encoding="utf-8")


RELEASES = Part(
    name="releases",
    what=f"the whole suite against the real server of every measured release, {ROUNDS} times in a row",
    cases=_cases,
    proving=_running,
    write=_write,
)
