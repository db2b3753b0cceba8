"""The page says first what matters, says what it cannot say, and needs nothing but itself."""

import re

import pytest

from fixtures.core.outcome import Outcome
from fixtures.core.record import Advice
from reports.html import render
from reports.views import CLIP
from tests.unit.reports import samples
from tests.unit.reports.hostile import Shape


def page(record, evidence=lambda _: "body"):
    return render(record, evidence=evidence)


def words(html):
    return " ".join(" ".join(Shape(re.sub(r"<style>.*?</style>", "", html, flags=re.S)).text).split())


SAMPLES = [
    samples.certification,
    samples.failed_boot,
    samples.rehearsal,
    samples.api,
    samples.empty,
    samples.with_known_defects,
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_one_style_one_section_nothing_from_elsewhere(sample):
    """The fragment is one <style> and one <section>; no script, no address but those of its own parts, no id twice."""
    html = page(sample())
    shape = Shape(html)
    assert re.fullmatch(r"<style>.*</style>\s*<section class=\"gb10\".*</section>", html, flags=re.S)
    assert html.count("<style") == html.count("<section") == 1
    assert shape.acting == []
    assert not re.search(r"@import|url\(\s*['\"]?[^#'\"]|https?://(?!127\.0\.0\.1)", html)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


def test_every_rule_of_the_style_is_scoped():
    """No rule of ours reaches a page without our section."""
    style = re.search(r"<style>(.*?)</style>", page(samples.empty()), flags=re.S)[1]
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.S)
    selectors = re.findall(r"([^{}]+)\{", style)
    assert all(".gb10" in s for s in selectors if not s.strip().startswith("@"))


def test_the_verdict_stands_first():
    """The verdict comes before everything but the stamp, with its meaning."""
    said = words(page(samples.certification()))
    assert said.startswith("vLLM + gpt-oss-120b on NVIDIA GB10 CERTIFIED Every MUST clause")
    assert "CERTIFICATION of the deployment on this host." in said


def test_a_warning_does_not_look_like_a_failure():
    """Where only a SHOULD failed, nothing on the page is headed as failed."""
    html = page(samples.certification())
    assert "Warnings, and what to do" in words(html)
    assert "What failed" not in html
    assert '<span class="o WARN">FAIL</span> <a href="#gb10-PERF-004">' in html


@pytest.mark.parametrize(
    ("sample", "stamp"),
    [
        (
            samples.rehearsal,
            "REHEARSAL against the embedded stand-in, a test double: it proves the suite, not a deployment.",
        ),
        (samples.api, "API ONLY: the clauses on host and container did not apply"),
    ],
    ids=["rehearsal", "api"],
)
def test_what_is_no_certification_is_stamped(sample, stamp):
    """A rehearsal and an API run say what they are before they say how they went."""
    said = words(page(sample()))
    assert said.startswith(stamp)
    assert "CERTIFICATION of" not in said


def test_a_failed_boot_names_cause_remedy_log_and_what_is_open():
    """Cause and remedy are there once, then the log's end, then one row for all clauses that wait for the same one."""
    html = page(samples.failed_boot())
    said = words(html)
    first, last = said.index("What failed, and what to do"), said.index("What could not be judged")
    assert first < said.index("No available memory for the cache blocks.") < last
    assert said[first:last].count("lower --gpu-memory-utilization") == 1
    assert "8 BLOCKED needs READY-001, which is FAIL" in said[last:]
    assert "Nothing was measured." in said
    assert "gb10-throughput" not in html


def test_nothing_is_said_to_be_nothing():
    """An empty run says that nothing was judged, measured, started or known, and draws no empty axis."""
    html = page(samples.empty())
    for sentence in (
        "No clause was run.",
        "Nothing was measured.",
        "Ctrl-C",
        "INCONCLUSIVE",
        "The host was not looked at.",
    ):
        assert sentence in words(html)
    assert "<svg" not in html


def test_a_level_without_figures_has_a_row_and_no_bar():
    """A level whose requests all failed is listed with its errors; if there is no other, there is no chart."""
    failed = {"output_tokens_per_s": None, "ttft_ms": None, "tpot_ms": None, "itl_ms": None, "e2e_ms": None}
    level = samples.level(4, **failed, errors=16, error_kinds={"timeout": 16}, valid=False)
    html = page(samples.certification().model_copy(update={"measurements": [level]}))
    assert "16 timeout" in words(html)
    assert "No request gave a figure, so there is no chart." in words(html)
    assert "INVALID: the client was the bottleneck" in words(html)


def test_evidence_is_embedded_once_and_clipped():
    """A file that many clauses stand on is shown once, its beginning and its end, with what was left out."""
    long = "BEGIN" + "m" * 3 * CLIP + "END"
    html = page(samples.certification(), evidence=lambda _: long)
    assert html.count("BEGIN") == html.count("END</pre>") == 1
    assert len(html) < len(page(samples.certification(), evidence=lambda _: "")) + CLIP + 300
    assert f"{len(long) - CLIP} characters left out" in html


def test_evidence_that_is_gone_is_said_to_be_missing():
    """A missing file is named, and does not break the page."""
    assert "(this file is missing)" in words(page(samples.certification(), evidence=lambda _: None))


def test_a_skip_without_leave_is_shown_as_open():
    """A MUST that was skipped without the target's leave is among what could not be judged."""
    record = samples.certification()
    skipped = record.clauses[5].model_copy(update={"outcome": Outcome.SKIPPED, "message": "no time"})
    said = words(page(record.model_copy(update={"clauses": [*record.clauses[:5], skipped]})))
    assert "1 SKIPPED no time CHAT-001" in said


def test_the_run_can_be_repeated():
    """Commit and command line are there as a shell takes them, and local changes are owned up to."""
    said = words(page(samples.certification()))
    assert "git checkout e9d5d5a123e2efd5 pytest suites/ --gb10 -k 'a or b'" in said
    assert "The suite had local changes" in said
    assert "docker run -d" in said


def test_known_defects_stand_on_the_first_screen():
    """The verdict's own box names what the release is known to break and what is gone, and links to the whole table."""
    html = page(samples.with_known_defects())
    box = html[: html.index("</header>")]
    said = words(box)
    assert "With 1 known defect of vLLM 0.10.1.1, which nobody who deploys it can mend: The lost defect" in said
    assert "not met: The mended defect" in said
    assert "Also known of it, and not looked at or not met in this run: The quiet defect" in said
    assert '<a href="#gb10-defect-lost">' in box


def test_advice_stands_in_the_page_as_lines_that_can_be_copied():
    """The block of a failed preflight is one piece of text, line by line, escaped."""
    record = samples.failed_boot()
    advice = Advice(commands=["sudo mkdir -p /vllm/x", "curl -o '<x>' y"], besides=["export HF_TOKEN"])
    html = page(record.model_copy(update={"advice": advice}))
    assert "sudo mkdir -p /vllm/x\ncurl -o &#39;&lt;x&gt;&#39; y</pre>" in html
    assert "export HF_TOKEN" in html
