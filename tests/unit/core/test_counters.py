"""A page of /metrics, read."""

import pytest

from fixtures.adapters.metrics import Metrics, page_of
from fixtures.core.errors import Violation
from fixtures.core.exchange import Exchange

TEXT = """\
# TYPE vllm:tokens_total counter
vllm:tokens_total{engine="0",reason="stop"} 3
vllm:tokens_total{engine="0",reason="length"} 4
# TYPE vllm:wait histogram
vllm:wait_bucket{le="1"} 2
vllm:wait_bucket{le="+Inf"} 5
vllm:wait_count 5
vllm:wait_sum 9
# TYPE vllm:use gauge
vllm:use{block_size="16"} 0.5
"""


def exchange(text):
    return Exchange(number=1, method="GET", path="/metrics", status=200, body=text.encode())


def test_page():
    """Totals, totals by label, what never falls, and labels."""
    page = page_of(exchange(TEXT))

    assert page.totals == {"vllm:tokens": 7, "vllm:wait": 5, "vllm:use": 0.5}
    assert page.total("vllm:tokens", reason="length") == 4
    assert set(page.counters) == {"vllm:tokens", "vllm:wait"}
    assert page.labels("vllm:use") == {"block_size": "16"}
    assert page.total("vllm:gone") == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('le="1"} 2', 'le="1"} 6', "buckets that fall"),
        ("wait_count 5", "wait_count 6", "a last bucket of 5 and a count of 6"),
        ("", "", ""),
    ],
)
def test_uneven(before, after, said):
    """Buckets that do not add up are said to."""
    assert page_of(exchange(TEXT.replace(before, after))).uneven("vllm:wait") == said


def test_garbled():
    """What is not Prometheus's format is a violation."""
    with pytest.raises(Violation, match="Prometheus text format"):
        page_of(exchange("{ ]\n"))


def test_fallen_and_agreed():
    """A counter that falls is named; on a shared server more than wanted is as wanted."""
    metrics = Metrics(http=None, history=[(exchange(""), {"a": 3.0}), (exchange(""), {"a": 2.0})])
    shared = Metrics(http=None, alone=False)

    assert metrics.fallen()[1] == {"a": "3 to 2"}
    assert not metrics.agree({"a": 5.0}, {"a": 4.0})
    assert shared.agree({"a": 5.0}, {"a": 4.0})
    assert not shared.agree({"a": 3.0}, {"a": 4.0})
