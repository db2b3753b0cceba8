"""What each kind of report says, as text, to be read in a review: `python -m tests.unit.reports.goldens` writes it anew.

Where Chromium is there, the picture of the README, docs/report.png, is taken anew as well.
"""

import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from fixtures.core.record import RunRecord
from reports.html import render
from reports.language import LANGUAGES
from reports.terminal import summary_lines
from tests.unit.reports import parts, samples
from tests.unit.reports.hostile import Shape

FOLDER = Path(__file__).with_name("goldens")
PICTURE = Path(__file__).parents[3] / "docs" / "report.png"
CHROMIUM = Path("/usr/bin/chromium")
SAMPLES: dict[str, Callable[[], RunRecord]] = {
    "certified": samples.with_known_defects,
    "boot": samples.failed_boot,
    "not-started": samples.not_started,
    "dead": samples.dead,
    "every-outcome": samples.every_outcome,
    "empty": samples.empty,
}
NAMES = [f"{name}.{language}" for name in SAMPLES for language in LANGUAGES]


def said(name: str) -> str:
    """The terminal's last words and the page's text, a line for each piece of it."""
    sample, _, language = name.partition(".")
    record = SAMPLES[sample]()
    terminal = [text for _, text in summary_lines(record, report_path="report.html", language=language)]
    page = render(record, evidence=lambda _: parts.exchange_file(), language=language)
    pieces = Shape(re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)).text
    lines = [" ".join(piece.split()) for piece in pieces if piece.strip()]
    return "\n".join(["== terminal", *terminal, "", "== page", *lines, ""])


def _picture() -> None:
    """The first screen of a certificate, as a laptop shows it."""
    from playwright.sync_api import sync_playwright  # here: only who takes the picture needs it

    from tests.browser.pages import write_page

    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 760})
        page.goto(write_page(Path(folder), samples.with_known_defects()).as_uri())
        page.screenshot(path=PICTURE)
        browser.close()


def main() -> None:
    """Write every golden."""
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        (FOLDER / f"{name}.txt").write_text(said(name), encoding="utf-8")
    if CHROMIUM.exists():
        _picture()


if __name__ == "__main__":
    main()
