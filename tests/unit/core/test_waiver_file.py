"""The waiver file: what is meant is read, and what cannot be meant ends in one sentence."""

from datetime import date

import pytest

from fixtures.adapters.waivers import load_waivers
from fixtures.core.errors import ConfigError

GOOD = '[[waiver]]\nid = "PERF-002"\nreason = "a fan is broken"\nuntil = 2027-01-31\n'


def written(tmp_path, text):
    path = tmp_path / "waivers.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def test_a_waiver_file_is_read(tmp_path):
    """Each entry with its id, its reason on one line, and its last day, which may be over."""
    second = '[[waiver]]\nid = "CHAT-001"\nreason = """\n two\n lines """\nuntil = 1999-12-31\n'
    found = load_waivers(written(tmp_path, GOOD + second))
    assert [(w.id, w.reason, w.until) for w in found.entries] == [
        ("PERF-002", "a fan is broken", date(2027, 1, 31)),
        ("CHAT-001", "two lines", date(1999, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace('id = "PERF-002"\n', ""), "[[waiver]] 1: id: missing; an entry is id, reason and until"),
        (GOOD.replace('reason = "a fan is broken"\n', ""), "[[waiver]] 1: reason: missing"),
        (GOOD.replace("until = 2027-01-31\n", ""), "[[waiver]] 1: until: missing"),
        (
            GOOD.replace("a fan is broken", " "),
            "[[waiver]] 1: reason: String should have at least 1 character, got ' '",
        ),
        (GOOD.replace("2027-01-31", '"2027-01-31"'), "until: Input should be a valid date, got '2027-01-31'"),
        (GOOD.replace("2027-01-31", "2027-01-31T00:00:00Z"), "until: Input should be a valid date, got datetime"),
        (GOOD.replace("2027-01-31", "20270131"), "until: Input should be a valid date, got 20270131"),
        (GOOD.replace("2027-01-31", "2027-02-30"), "waivers.toml: "),
        (GOOD.replace('"PERF-002"', "2"), "[[waiver]] 1: id: Input should be a valid string, got 2"),
        (GOOD + "untill = 1\n", "[[waiver]] 1: untill: Extra inputs are not permitted, got 1"),
        (GOOD.replace("waiver", "waivers"), "key 'waiver': missing"),
        ("title = 1\n" + GOOD, "key 'title': Extra inputs are not permitted, got 1"),
        ("waiver = 1\n", "key 'waiver': Input should be a valid list, got 1"),
        ("waiver = [1]\n", "[[waiver]] 1: Input should be"),
        ("waiver = []\n", "key 'waiver': List should have at least 1 item"),
        ("", "key 'waiver': missing"),
        (GOOD + GOOD, "PERF-002 is waived twice"),
        ("[[waiver]\n", "waivers.toml: "),
        (b"\xff", "waivers.toml: 'utf-8' codec can't decode"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, text, said):
    """A key that is missing, unknown or of another type, an empty reason, an id twice: the sentence names file and value."""
    with pytest.raises(ConfigError) as caught:
        load_waivers(written(tmp_path, text))
    assert str(caught.value).startswith(f"--waivers {tmp_path}/waivers.toml: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    """A path that cannot be read is refused by its name, a folder too."""
    with pytest.raises(ConfigError, match=r"--waivers /no/such: No such file"):
        load_waivers("/no/such")
    with pytest.raises(ConfigError, match="Is a directory"):
        load_waivers(str(tmp_path))
