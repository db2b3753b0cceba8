"""A load plan is checked when it is made."""

from typing import Any

import pytest

from fixtures.adapters.load import LoadPlan, endpoint

GOOD: dict[str, Any] = {
    "host": "127.0.0.1", "port": 8000, "bodies": [b"{}"], "concurrency": 1,
    "request_deadline_s": 1, "total_deadline_s": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("host", ""), ("host", "a/b"), ("host", "[::1]"), ("port", 0), ("port", 65536), ("path", "v1"),
        ("path", "/a b"), ("path", "/a\r\nX: 1"), ("bodies", []), ("concurrency", 0), ("request_deadline_s", 0),
        ("total_deadline_s", -1), ("headers", {"Host": "x"}), ("headers", {"a b": "x"}),
    ],
)  # fmt: skip
def test_bad_value_is_named(name: str, value: object) -> None:
    """A bad value is refused with its name."""
    with pytest.raises(ValueError, match=name.removesuffix("s")):
        LoadPlan(**GOOD | {name: value})


def test_bad_header_value_is_not_shown() -> None:
    """A header value that would split the request is refused without being shown."""
    with pytest.raises(ValueError, match="Authorization") as caught:
        LoadPlan(**GOOD, headers={"Authorization": "Bearer top-secret\r\n"})

    assert "top-secret" not in str(caught.value)


def test_endpoint() -> None:
    """A base URL gives host, port and prefix; https is refused with the reason."""
    assert endpoint("http://[::1]:8000/v1/") == ("::1", 8000, "/v1")
    assert endpoint("http://spark") == ("spark", 80, "")
    with pytest.raises(ValueError, match="http only"):
        endpoint("https://spark/v1")
    with pytest.raises(ValueError, match="expected http"):
        endpoint("spark:8000")
