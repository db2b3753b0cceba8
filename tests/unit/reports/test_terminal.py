"""The terminal's last words."""

from fixtures.core.outcome import Outcome
from fixtures.core.record import Advice
from reports.terminal import summary_lines
from tests.unit.reports import samples


def lines(record):
    return summary_lines(record, report_path="runs/latest/report.html")


def test_the_verdict_is_the_last_line():
    """The last line is the verdict with target, counts and exit status, in the verdict's style."""
    assert lines(samples.certification())[-1] == ("good", "CERTIFIED  gb10  10 PASS, 1 WARN  (exit 0)")
    assert lines(samples.failed_boot())[-1] == ("bad", "NOT_CERTIFIED  gb10  2 PASS, 1 FAIL, 8 BLOCKED  (exit 1)")
    assert lines(samples.empty())[-1] == ("warn", "INCONCLUSIVE  gb10  no clause  (exit 6)")


def test_a_cause_has_message_remedy_and_what_it_took_down():
    """The cause in one line, then the message, every line of the remedy, the clause, and how many it blocked."""
    said = [text for _, text in lines(samples.failed_boot())]
    at = said.index(
        "FAIL 1. After the weights, no memory is left for the key-value cache: another process holds 41 GiB"
    )
    assert said[at + 1 : at + 6] == [
        "  expected a server that becomes ready; got exit status 1",
        "  remedy: nvidia-smi",
        "          kill the other process, or lower --gpu-memory-utilization",
        "  One clause fails for it: READY-001",
        "  8 clauses could not be judged for it",
    ]
    assert "  | ValueError: No available memory for the cache blocks." in said
    assert not any(text.startswith(("the start failed", "BLOCKED")) for text in said)


def test_a_death_is_one_cause():
    """However many clauses it blocks, a death is told once."""
    said = [text for _, text in lines(samples.dead())]
    assert [text for text in said if text.startswith("FAIL")] == [
        "FAIL 1. The server died during suites/api/test_sample.py"
    ]
    assert "  5 clauses could not be judged for it" in said


def test_a_host_that_is_not_ready_is_a_list_of_things_to_do():
    """Each finding is a line, no remedy is told twice, and the verdict says that nothing was started."""
    said = lines(samples.not_started())
    texts = [text for _, text in said]
    at = texts.index("FAIL 1. The host is not ready: 2 things to do before the start")
    assert texts[at + 1 : at + 3] == ["  HOST-001 expected the file o200k_base.tiktoken", "  HOST-011 expected a GB10"]
    assert not any("mend" in text for text in texts)
    assert said[-1] == ("warn", "NOT_STARTED  gb10  2 FAIL, 9 BLOCKED  (exit 7)")


def test_a_boot_diagnosis_that_no_clause_tells_is_told():
    """Cause and remedy of a failed start are said even where no clause carries them."""
    record = samples.failed_boot()
    told = record.model_copy(update={"clauses": [c.model_copy(update={"diagnosis": None}) for c in record.clauses]})
    assert ("bad", "the start failed: kv-cache-does-not-fit") in lines(told)


def test_a_warning_is_no_failure():
    """A SHOULD that failed is a warning."""
    assert ("warn", "WARN 1. PERF-004 One stream is as fast as this machine can be") in lines(samples.certification())


def test_in_the_other_language():
    """Ours is in the reader's language, the specification's text stays, and the verdict is the same word."""
    said = summary_lines(samples.dead(), report_path="report.html", language="zh-TW")
    texts = [text for _, text in said]
    assert "FAIL 1. 伺服器在 suites/api/test_sample.py 進行中停止了" in texts
    assert "  處置：read the end of the server's log" in texts
    assert texts[-1] == lines(samples.dead())[-1][1]


def test_each_level_is_one_line_with_its_errors():
    """Throughput by level, with failed requests and doubts in the same line."""
    levels = [samples.level(), samples.level(8, errors=2, error_kinds={"timeout": 2}, valid=False)]
    said = lines(samples.certification().model_copy(update={"measurements": levels}))
    assert ("plain", "   1 stream:  31.5 tokens/s, TTFT p50 205.0 ms, TPOT p50 31.75 ms") in said
    style, text = next(line for line in said if line[1].startswith("   8 streams:"))
    assert style == "warn"
    assert text.endswith("of 32 requests failed: 2 timeout  INVALID: the client was the bottleneck")


def test_a_rehearsal_says_that_it_is_one():
    """The stamp is there without colours."""
    assert any("a test double: it proves the suite, not a deployment" in text for _, text in lines(samples.rehearsal()))


def test_what_was_not_run_and_the_report_are_named():
    """What was not run and where the report is come just before the verdict."""
    said = [text for _, text in lines(samples.certification())]
    assert said[-4:-1] == [
        "not run: Endurance was not asked for.",
        "not run: No baseline was given.",
        "report: runs/latest/report.html",
    ]


def test_open_clauses_are_counted():
    """NOT_RUN and skips without leave are said, for they make a run inconclusive."""
    record = samples.certification()
    changed = [
        record.clauses[0].model_copy(update={"outcome": Outcome.NOT_RUN, "message": "was not selected"}),
        record.clauses[1].model_copy(update={"outcome": Outcome.SKIPPED, "message": "no time"}),
    ]
    said = lines(record.model_copy(update={"clauses": changed}))
    assert ("warn", "NOT_RUN one clause: was not selected") in said
    assert ("warn", "SKIPPED one clause: no time") in said


def test_known_defects_are_told_by_name():
    """What was met and what is gone is told with its clauses, and what nothing looked for by its title."""
    said = [text for _, text in lines(samples.with_known_defects())]
    at = said.index("With one known defect of vLLM 0.10.1.1, which nobody who deploys it can mend")
    assert said[at + 1 : at + 4] == [
        "  The lost defect (TOOL-001)",
        "  not met: The mended defect (CHAT-001)",
        "  also known of it: The quiet defect",
    ]
    assert said[-1] == "CERTIFIED  gb10  9 PASS, 1 DEFECT, 1 WARN  (exit 0)"


ADVICE = Advice(
    unfit=["expected aarch64; got x86_64: run it on the GB10"],
    commands=["sudo mkdir -p /vllm/encodings", "curl -L -o /vllm/encodings/x \\", '  "https://x"'],
    besides=["export HF_TOKEN=hf_..."],
)


def advised():
    """A host that is not fit: one clause of it failed with its own remedy."""
    record = samples.failed_boot()
    host = record.clauses[0].model_copy(update={"outcome": Outcome.FAIL, "remedy": "sudo mkdir -p /vllm/encodings"})
    return record.model_copy(update={"advice": ADVICE, "clauses": [host, *record.clauses[1:]]})


def test_a_failed_preflight_ends_with_one_block():
    """The machine's unfitness first, then nothing but lines for a shell, then the prose; no remedy of the host twice."""
    said = [text for _, text in lines(advised())]
    at = said.index("run this, in this order:")
    assert said[at - 1] == "  this machine: expected aarch64; got x86_64: run it on the GB10"
    assert said[at + 1 : at + 4] == [f"  {line}" for line in ADVICE.commands]
    assert said[at + 4 : at + 6] == ["and what no command does for you:", "  - export HF_TOKEN=hf_..."]
    assert "  remedy: sudo mkdir -p /vllm/encodings" not in said


def test_advice_without_a_command():
    """Where no command helps, no block is announced."""
    said = [text for _, text in lines(advised().model_copy(update={"advice": Advice(besides=["buy a GB10"])}))]
    assert "run this, in this order:" not in said
    assert said[said.index("what to do:") + 1] == "  - buy a GB10"


def test_waivers_are_told_near_the_verdict():
    """A waived failure is shown as one that is waived and counted apart; a waiver that expired or was not needed is said."""
    said = lines(samples.with_waivers())
    assert said[-1] == ("good", "PASSED  gb10  10 PASS, 1 WAIVED  (exit 0)")
    assert said[-5:-2] == [
        ("warn", "waived: STREAM-004 until 2027-01-31: the proxy closes it; a new one comes in January"),
        ("plain", "waiver not used: TOOL-001 until 2027-01-31: to be sure"),
        ("warn", "waiver expired, without effect: CHAT-001 until 2026-11-23: long mended"),
    ]
    assert ("warn", "WAIVED 1. STREAM-004 A stream ends with its terminator") in said
    assert not any(text.startswith("FAIL") for _, text in said)
