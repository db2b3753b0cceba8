import base64
from urllib.parse import quote

import pytest

from fixtures.core.redact import MASK, redactor

SECRET = 'canary/"value"+1234567890'


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        quote(SECRET, safe=""),
        SECRET.replace('"', '\\"'),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_every_spelling_is_masked(text):
    """A known secret is masked raw, URL-encoded, JSON-escaped and in base64."""
    assert redactor([SECRET]).text(f"a {text} b") == f"a {MASK} b"


def test_patterns_are_masked_without_being_known():
    """Tokens of Hugging Face and NGC and bearer credentials are masked by their shape."""
    hidden = redactor([]).text(f"hf_{'a' * 34} nvapi-{'b' * 30} Bearer abcdefghijkl")
    assert hidden == f"{MASK} {MASK} Bearer {MASK}"
    # Each alone: the patterns are tried only where one of their beginnings stands.
    for secret in (f"hf_{'a' * 34}", f"api_org_{'a' * 34}", f"nvapi-{'b' * 30}"):
        assert redactor([]).text(f"x {secret} y") == f"x {MASK} y"
    for word in ("Bearer", "bearer"):
        assert redactor([]).text(f"{word} abcdefghijkl") == f"{word} {MASK}"


def test_bytes_that_are_no_text_survive():
    """Bytes that are not UTF-8 pass unchanged."""
    assert redactor(["secret-value"]).data(b"\xff\x00secret-value") == b"\xff\x00" + MASK.encode()


def test_repr_shows_nothing():
    """The redactor's repr holds no secret."""
    assert "secret-value" not in repr(redactor(["secret-value"]))
