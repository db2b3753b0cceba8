"""The report in a real browser, inside the page that pytest-html makes: what a person sees, and what never happens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from fixtures.core.record import RunRecord
from reports.html import render
from tests.unit.reports import samples
from tests.unit.reports.hostile import PAYLOADS, poisoned

CHROMIUM = "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]
BESIDE = """
from pathlib import Path

def pytest_html_results_summary(prefix):
    prefix.append(Path(__file__).with_name("fragment.html").read_text(encoding="utf-8"))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; in CI it must be there."""
    if not Path(CHROMIUM).exists() and not os.environ.get("CI"):
        pytest.skip(f"{CHROMIUM} is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def whole_page(folder: Path, record: RunRecord, evidence: str = "the exchange") -> Path:
    """The record's section in a report that pytest-html itself wrote."""
    (folder / "fragment.html").write_text(render(record, evidence=lambda _: evidence), encoding="utf-8")
    (folder / "conftest.py").write_text(BESIDE)
    (folder / "test_one.py").write_text("def test_one(): pass\n")
    report = folder / "report.html"
    command = [sys.executable, "-m", "pytest", "-q", "-c", "/dev/null", "--rootdir", str(folder), str(folder)]
    subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--html={report}", "--self-contained-html"],
        cwd=folder, check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return report


def opened(browser: Browser, report: Path, *, scheme: str = "light", script: bool = True) -> tuple[Page, list[str]]:
    """The page, and every address it asked for but its own."""
    context = browser.new_context(
        color_scheme=scheme, java_script_enabled=script, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(120_000)  # milliseconds: a browser on a busy machine is slow, not wrong
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
    page.goto(report.as_uri())
    return page, [url for url in asked if url != report.as_uri()]


def test_hostile_text_does_nothing(browser, tmp_path):
    """With every field of the record hostile, no script of it runs and nothing is fetched."""
    text = "\n".join(PAYLOADS.values())
    record = samples.failed_boot()
    page, asked = opened(browser, whole_page(tmp_path, poisoned(record, text), evidence=text))
    assert page.evaluate("window.hit") is None
    assert asked == []
    assert page.locator(".gb10 :is(script, img, iframe, a[href^='javascript'])").count() == 0
    assert page.locator(".gb10 .word").inner_text() == "NOT_CERTIFIED"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_verdict_is_seen_first(browser, tmp_path, scheme):
    """In both colour schemes the verdict stands in the first screen, above pytest-html's own table, and can be read."""
    page, asked = opened(browser, whole_page(tmp_path, samples.certification()), scheme=scheme)
    word = page.locator(".gb10 .word")
    assert word.inner_text() == "CERTIFIED"
    assert word.bounding_box()["y"] < 300
    assert page.locator("#results-table").bounding_box()["y"] > page.locator(".gb10 .last").bounding_box()["y"]
    assert contrast(page, ".gb10 .word", ".gb10 .verdict") > 4.5
    assert contrast(page, ".gb10 .problem .dim", ".gb10") > 4.5
    assert contrast(page, ".gb10 svg text", ".gb10") > 4.5
    assert len(page.screenshot()) > 20_000
    assert asked == []


def test_the_report_works_without_scripts(browser, tmp_path):
    """Where scripts are forbidden, as on some CI servers, verdict and charts are there, and links open what they name."""
    page, _ = opened(browser, whole_page(tmp_path, samples.failed_boot()), script=False)
    assert page.locator(".gb10 .word").is_visible()
    page.locator(".problem a", has_text="READY-001").click()
    assert page.locator("#gb10-READY-001 .said").is_visible()
    evidence = page.locator("#gb10-READY-001 a", has_text="server.log")
    evidence.click()
    assert page.locator(evidence.get_attribute("href")).is_visible()
    assert page.locator(".gb10 .chart svg").first.is_visible()


def test_nothing_is_wider_than_a_narrow_screen(browser, tmp_path):
    """On a telephone's width our section is not cut off."""
    page, _ = opened(browser, whole_page(tmp_path, samples.certification()))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.querySelector('.gb10').getBoundingClientRect().right") <= 390
    assert (
        page.evaluate("document.querySelector('.gb10').scrollWidth - document.querySelector('.gb10').clientWidth") <= 0
    )


def contrast(page: Page, ink: str, paper: str) -> float:
    """Contrast of two elements' colours, 1 to 21, by WCAG 2.2, 1.4.3."""
    lights = [
        _luminance(page.locator(selector).first.evaluate(f"e => getComputedStyle(e).{name}"))
        for selector, name in ((ink, "fill" if "svg" in ink else "color"), (paper, "backgroundColor"))
    ]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
