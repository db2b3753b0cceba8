"""Text from outside made harmless to look at: characters that steer a terminal or hide text are shown, not obeyed."""

import re
import string

# What no reader sees and some program obeys: C0 and C1 controls but for tab and newline; marks, embeddings and isolates
# that turn the direction of text (Trojan Source, CVE-2021-42574); zero-width spaces, line separators and byte order
# marks; surrogates and noncharacters, which UTF-8 and XML cannot carry; and the tag characters, which can hide a whole
# sentence. Zero-width joiners stay: emoji and several scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with each such character as its escape, such as `\\u001b`; a CR LF is a line's end as well."""
    return _UNSEEN.sub(lambda m: f"\\u{ord(m[0]):04x}", text.replace("\r\n", "\n"))


_MARKUP = {ord(char): f"&#{ord(char)};" for char in string.punctuation} | {ord("\n"): "<br>"}


def plain_markdown(text: str) -> str:
    """Text that is neither Markdown nor HTML: a numeric reference is never markup, not even in a table's cell."""
    return visible(text).strip().translate(_MARKUP)
