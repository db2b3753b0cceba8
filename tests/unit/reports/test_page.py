"""The page says first what matters, says what it cannot say, and needs nothing but itself."""

import re

import pytest

from fixtures.core.outcome import Outcome
from fixtures.core.record import Advice
from reports.html import render
from reports.language import LANGUAGES
from tests.unit.reports import parts, samples
from tests.unit.reports.hostile import Shape


def page(record, evidence=lambda _: parts.exchange_file(), language="en"):
    return render(record, evidence=evidence, language=language)


def words(html):
    return " ".join(" ".join(Shape(re.sub(r"<style>.*?</style>", "", html, flags=re.S)).text).split())


SAMPLES = [
    samples.certification,
    samples.failed_boot,
    samples.rehearsal,
    samples.api,
    samples.empty,
    samples.with_known_defects,
    samples.not_started,
    samples.dead,
    samples.every_outcome,
    samples.with_waivers,
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.__name__)
def test_one_style_one_section_nothing_from_elsewhere(sample, language):
    """The fragment is one <style> and one <section>; no script, no address but those of its own parts, no id twice."""
    html = page(sample(), language=language)
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


def test_the_first_screen_says_what_where_and_why():
    """Host, image with the beginning of its digest, release, model, driver, date, suite, baseline, and what was not run."""
    html = page(samples.certification())
    said = words(html[: html.index("</header>")])
    for fact in (
        "spark-01 · NVIDIA DGX Spark · 5.36_0ACUM018 · f5e9d6a5400d",
        "nvcr.io/nvidia/vllm:25.09-py3 (sha256:8e43161dd7c104d6",
        "vLLM 0.10.1.1",
        "model revision b5c939de8f754692c1647ca79fbf85e8c1e70f8a",
        "NVIDIA GB10 · 580.95.05",
        "2026-11-24 02:15 UTC, took 12 min 4 s, exit status 0",
        "0.1.0 e9d5d5a123e2 with local changes",
        "no baseline was given",
        "Endurance was not asked for.",
        "WARN PERF-004 One stream is as fast as this machine can be look for other load",
    ):
        assert fact in said


def test_a_death_is_one_article_with_its_exchange():
    """One cause: the exchange that shows it, readable and in a line for a shell, and how many clauses it blocked."""
    log = "\n".join(f"line {n} of the server's log" for n in range(40))
    html = page(samples.dead(), evidence=lambda path: log if path == "server.log" else parts.exchange_file())
    said = words(html)
    assert html.count('<article class="problem') == 1
    assert "5 clauses could not be judged for it." in said
    assert '"content": "Say 204."' in said  # over several lines, and no JSON in JSON
    assert "line 30 of the server's log" in said
    assert (
        """curl -sS -X POST http://127.0.0.1:8000/v1/chat/completions -H "Authorization: Bearer $VLLM_API_KEY\""""
        in said
    )


def test_what_differs_is_marked():
    """Of an answer, what the clause's message says that it got."""
    told = (
        samples.dead().clauses[5].model_copy(update={"message": "expected '204'; got 'I say 205.', in exchange 0023"})
    )
    html = page(samples.dead().model_copy(update={"clauses": [told]}))
    assert "<mark>I say 205.</mark>" in html


def test_a_host_that_is_not_ready_says_what_to_do_first():
    """The list of things to do, as lines for a shell, stands before everything that was not judged."""
    said = words(page(samples.not_started()))
    assert said.index("sudo mkdir -p /vllm/encodings") < said.index("The host is not ready: 2 things to do")
    assert said.index("sudo mkdir -p /vllm/encodings") < said.index("11 clauses")
    assert "nothing is said about the image" in said


def test_the_other_language_says_the_same():
    """Every sentence of ours is translated; clauses, remedies and the verdict's word stay as they are."""
    said = words(page(samples.dead(), language="zh-TW"))
    for sentence in (
        "NOT_CERTIFIED 至少一條 MUST 條文不成立",
        "伺服器在 suites/api/test_sample.py 進行中停止了",
        "另有 5 條因此無法判定",
    ):
        assert sentence in said
    for left in ("What was not run", "could not be judged", "The server died during"):
        assert left not in said


def test_a_warning_does_not_look_like_a_failure():
    """Where only a SHOULD failed, nothing on the page is headed as failed."""
    html = page(samples.certification())
    assert "Warnings, and what to do" in words(html)
    assert "What failed" not in html
    assert '<h3><span class="o WARN">WARN</span> PERF-004' in html


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
    first, last = said.index("What failed, and what to do"), said.index("Throughput and latency")
    assert first < said.index("No available memory for the cache blocks.")
    assert said[first:last].count("lower --gpu-memory-utilization") == 1
    assert "8 clauses could not be judged for it." in said
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


def test_a_long_exchange_is_clipped_around_what_differs():
    """Beginning, what differs and what follows: the whole is in the file that is named."""
    long = "b" * 9000 + "WRONG" + "e" * 9000
    told = samples.dead().clauses[5].model_copy(update={"message": "expected right; got 'WRONG', in exchange 0023"})
    html = page(
        samples.dead().model_copy(update={"clauses": [told]}), evidence=lambda _: parts.exchange_file(answered=long)
    )
    assert "<mark>WRONG</mark>" in html
    assert html.count("b" * 100) + html.count("e" * 100) < 80
    assert f"The whole exchange is in {samples.EXCHANGE}." in words(html)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"request": 1}'], ids=["gone", "empty", "cut", "list", "odd"])
def test_an_exchange_that_cannot_be_read_is_left_out(text):
    """The cause stands all the same."""
    said = words(page(samples.dead(), evidence=lambda _: text))
    assert "The server died during suites/api/test_sample.py" in said
    assert "The first exchange that shows it" not in said


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
    """The verdict's own box names what the release is known to break, and links to the whole table."""
    html = page(samples.with_known_defects())
    box = html[: html.index("</header>")]
    assert "With one known defect of vLLM 0.10.1.1, which nobody who deploys it can mend" in words(box)
    assert "The lost defect" in words(box)
    assert '<a href="#gb10-defect-lost">' in box
    assert "not met: CHAT-001" in words(html)


def test_advice_stands_in_the_page_as_lines_that_can_be_copied():
    """The block of a failed preflight is one piece of text, line by line, escaped."""
    record = samples.failed_boot()
    advice = Advice(commands=["sudo mkdir -p /vllm/x", "curl -o '<x>' y"], besides=["export HF_TOKEN"])
    html = page(record.model_copy(update={"advice": advice}))
    assert "sudo mkdir -p /vllm/x\ncurl -o &#39;&lt;x&gt;&#39; y</pre>" in html
    assert "export HF_TOKEN" in html


def test_waivers_stand_on_the_first_screen():
    """What the verdict means without what was waived, and each waiver, stand in its header; the clause is shown below."""
    html = page(samples.with_waivers())
    header = words(html[html.index("<header") : html.index("</header>")])
    assert "PASSED Every MUST clause that applies holds but for what was waived. This is no certificate." in header
    assert "waived: STREAM-004 until 2027-01-31: the proxy closes it; a new one comes in January" in header
    assert "waiver not used: TOOL-001" in header
    assert "waiver expired, without effect: CHAT-001" in header
    assert "WAIVED STREAM-004 A stream ends with its terminator" in header
    assert "10 PASS 1 WAIVED" in header
    assert "expected [DONE]; got an end" in words(html)
