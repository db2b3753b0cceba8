"""Text from outside made harmless to look at: control and direction characters are shown, not obeyed."""

import re

# C0 and C1 controls but for tab and newline, surrogates, and characters that turn the direction of text.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with each such character as its escape."""
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text)
