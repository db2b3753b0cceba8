"""The report in a real browser, inside the page that pytest-html makes: what a person sees, and what never happens."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from reports.language import LANGUAGES
from tests.browser.pages import STATES, write_page
from tests.unit.reports import parts, samples
from tests.unit.reports.hostile import PAYLOADS, XSS, poisoned

CHROMIUM = "/usr/bin/chromium"
LAPTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# Words of up to 24 letters that stand on two lines, outside of what may break anywhere: code, and what comes from outside.
BROKEN_WORDS = """
() => {
  const found = [], walk = document.createTreeWalker(document.querySelector('.gb10'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    if (node.parentElement.closest('pre, code, style, .said, .remedy, td, dd') || !node.parentElement.offsetParent) continue;
    for (const word of node.data.matchAll(/[\\w-]{2,24}/g)) {
      const range = document.createRange();
      range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
      const tops = new Set([...range.getClientRects()].map(r => Math.round(r.top)));
      if (tops.size > 1 && !word[0].includes('-')) found.push(word[0]);
    }
  }
  return found;
}
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


def opened(browser: Browser, report: Path, *, scheme: str = "light", script: bool = True) -> tuple[Page, list[str]]:
    """The page on a laptop, and everything that it asked for, said or stumbled over."""
    context = browser.new_context(color_scheme=scheme, java_script_enabled=script, viewport=LAPTOP)
    context.set_default_timeout(120_000)  # milliseconds: a browser on a busy machine is slow, not wrong
    page, heard = context.new_page(), []
    page.on("request", lambda request: heard.append(request.url))
    page.on("dialog", lambda dialog: heard.append(f"dialog {dialog.message}"))
    page.on("console", lambda message: heard.append(f"console {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error {error}"))
    page.goto(report.as_uri())
    return page, [said for said in heard if said != report.as_uri()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_in_both_languages_on_both_screens(browser, tmp_path, state, language):
    """No sideways scroll, no broken word, no request, no error; and axe finds nothing serious."""
    page, heard = opened(browser, write_page(tmp_path, STATES[state](), language=language))
    for screen in (LAPTOP, PHONE):
        page.set_viewport_size(screen)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert page.evaluate(BROKEN_WORDS) == []
    if language == "en" and state != "large":  # the same elements as in the others
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["target"]) for v in found if v["impact"] in ("serious", "critical")] == []
    assert heard == []


def test_the_first_screen_holds_what_decides(browser, tmp_path):
    """On a laptop, without scrolling: verdict, host, image, causes with their remedies, baseline, and what was not run."""
    for state in ("passing", "boot", "not-started", "dead"):
        record = STATES[state]()
        page, _ = opened(browser, write_page(tmp_path, record))
        todo = "#gb10-advice ~ pre" if record.advice else ".causes li"
        for selector in (".word", ".meaning", todo, "#gb10-facts", "#gb10-not-run"):
            for box in (each.bounding_box() for each in page.locator(f".gb10 {selector}").all()):
                assert box["y"] + box["height"] <= LAPTOP["height"], (state, selector)
        facts = page.locator("#gb10-facts").inner_text()
        assert "spark-01" in facts
        assert "no baseline was given" in facts
        assert page.title() == f"{record.verdict} spark-01 gb10 2026-11-24"


def test_one_cause_is_a_short_page(browser, tmp_path):
    """A dead engine and a host that is not ready are told in few screens."""
    for state in ("dead", "not-started"):
        page, _ = opened(browser, write_page(tmp_path, STATES[state]()))
        assert page.evaluate("document.documentElement.scrollHeight") < 8000


@pytest.mark.parametrize("state", ["passing", "large"])
def test_a_page_is_light(tmp_path, state):
    """Under 600 kB when green, under 2 MB when red."""
    size = write_page(tmp_path, STATES[state]()).stat().st_size
    assert size < (600_000 if state == "passing" else 2_000_000)


def test_hostile_text_does_nothing(browser, tmp_path):
    """With every field of the record hostile, no script of it runs and nothing is fetched."""
    text = "\n".join((*PAYLOADS.values(), *XSS))
    record = poisoned(samples.failed_boot(), text)
    page, heard = opened(browser, write_page(tmp_path, record, evidence=parts.exchange_file(asked=text, answered=text)))
    assert page.evaluate("window.hit") is None
    assert heard == []
    assert page.locator(".gb10 :is(script, img, iframe, a[href^='javascript'])").count() == 0
    assert page.locator(".gb10 .word").inner_text() == "NOT_CERTIFIED"


@pytest.mark.prove
@pytest.mark.parametrize("payload", XSS, ids=range(len(XSS)))
def test_no_payload_runs_in_any_field(browser, tmp_path, payload):
    """Every field of the record and of the evidence, the title's and the file's name among them, is each of 40 attacks."""
    record = poisoned(samples.every_outcome().model_copy(update={"advice": samples.not_started().advice}), payload)
    page, heard = opened(
        browser, write_page(tmp_path, record, evidence=parts.exchange_file(asked=payload, answered=payload))
    )
    page.wait_for_timeout(200)  # for what acts on being shown, focused or begun
    assert page.evaluate("window.hit") is None
    assert heard == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_both_schemes(browser, tmp_path, scheme):
    """Words, remedies, charts and marks have contrast; pytest-html's own table stands below, folded."""
    page, _ = opened(browser, write_page(tmp_path, samples.certification()), scheme=scheme)
    assert page.locator(".gb10 .word").inner_text() == "CERTIFIED"
    assert page.locator(".index").bounding_box()["y"] > page.locator(".gb10 .last").bounding_box()["y"]
    assert not page.locator("#results-table").is_visible()
    assert contrast(page, ".gb10 .word", ".gb10 .verdict") > 4.5
    assert contrast(page, ".gb10 .problem .dim", ".gb10") > 4.5
    assert contrast(page, ".gb10 svg text", ".gb10") > 4.5
    assert len(page.screenshot()) > 20_000


def test_the_report_works_without_scripts(browser, tmp_path):
    """Where scripts are forbidden, as on some CI servers, verdict and charts are there, and links open what they name."""
    page, _ = opened(browser, write_page(tmp_path, samples.failed_boot()), script=False)
    assert page.locator(".gb10 .word").is_visible()
    page.locator(".problem a", has_text="READY-001").click()
    assert page.locator("#gb10-READY-001 .said").is_visible()
    assert page.locator(".gb10 .chart svg").first.is_visible()


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
