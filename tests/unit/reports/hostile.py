"""What a model, a server, a host or a log may say to hurt the reader, and a record that says it everywhere."""

from html.parser import HTMLParser
from typing import Any

from fixtures.core.record import RunRecord

PAYLOADS = {
    "script": "<script>window.hit = 1</script>",
    "image": '"><img src=x onerror="window.hit = 1">',
    "attribute": "' onmouseover='window.hit = 1' x='",
    "style-end": "</style></pre></section><script>window.hit = 1</script>",
    "template": "{{7*7}} {% raw %} ${7*7}",
    "mathtext": "$\\frac{1}{0}$ and $ alone",
    "ansi": "\x1b[2J\x1b[31mred\x1b]8;;http://evil.invalid\x07link\x1b]8;;\x07",
    "nul": "a\x00b\x08\x7f\x9b31m",
    "bidi": "user\u202e\u2066 // admin\u2069\u2066",
    "surrogate": "half \ud83d of a face",
    "invisible": "no\u200bthing\ufeff\ufffe" + "".join(chr(0xE0000 + ord(c)) for c in "obey me"),
    "entities": "&lt;b&gt; &#x3c;script&#x3e; <!-- <![CDATA[",
    "address": "javascript:window.hit=1",
    "cjk": "模型的回答 😀 \u0627\u0644",
}
# Ways into a page that others have found: tags that load or act, addresses, breakouts of attributes, comments, raw text, SVG,
# MathML, templates and parsers' repairs. Each sets window.hit where it runs.
XSS = (
    "<script>window.hit=1</script>",
    "<ScRiPt>window.hit=1</sCrIpT>",
    "<script\n>window.hit=1</script\n>",
    "<scr<script>ipt>window.hit=1</scr</script>ipt>",
    "<script src=data:,window.hit=1></script>",
    "<script type=module>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<img src=x onerror\n=\nwindow.hit=1>",
    "<img/src/onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<svg><script>window.hit=1</script></svg>",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<svg><a xlink:href=javascript:window.hit=1><text x=20 y=20>x</text></a></svg>",
    "<svg><style><img src=x onerror=window.hit=1></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
    "<body onload=window.hit=1>",
    "<iframe src=javascript:parent.window.hit=1></iframe>",
    "<iframe srcdoc='<script>parent.window.hit=1</script>'></iframe>",
    "<object data=javascript:window.hit=1></object>",
    "<embed src=javascript:window.hit=1>",
    "<a href=javascript:window.hit=1 autofocus onfocus=window.hit=1>x</a>",
    "<input autofocus onfocus=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<video><source onerror=window.hit=1></video>",
    "<audio src=x onerror=window.hit=1>",
    "<marquee onstart=window.hit=1>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hit=1'>",
    "<base href=javascript:window.hit=1//>",
    "<link rel=stylesheet href=data:,*{x:expression(window.hit=1)}>",
    "<form action=javascript:window.hit=1><button autofocus onfocus=window.hit=1>",
    '" onmouseover=window.hit=1 autofocus onfocus=window.hit=1 x="',
    "' onmouseover=window.hit=1 autofocus onfocus=window.hit=1 x='",
    "</title></style></textarea></noscript></pre><script>window.hit=1</script>",
    "--><script>window.hit=1</script><!--",
    "]]><script>window.hit=1</script>",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "\x3cscript\x3ewindow.hit=1\x3c/script\x3e",
    "{{constructor.constructor('window.hit=1')()}}",
    "${window.hit=1}`;window.hit=1;//",
    "\u003cscript\u003ewindow.hit=1\u003c/script\u003e<template><script>window.hit=1</script></template>",
)
KEPT = {"schema", "verdict", "kind", "level", "outcome", "scope", "state"}  # words of ours: the model allows no others
STEERING = {
    chr(n) for n in (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def poisoned(record: RunRecord, text: str) -> RunRecord:
    """The record with every string, keys of open tables included, replaced by the text."""
    return RunRecord.model_validate(_poison(record.model_dump(by_alias=True), text))


def _poison(value: Any, text: str, *, ours: bool = True) -> Any:
    if isinstance(value, dict):
        return {
            (key if ours else text): inner
            if ours and key in KEPT
            else _poison_cells(inner, text)
            if ours and key == "capabilities"
            else _poison(inner, text, ours=ours and key not in {"spec", "args", "facts", "log_figures"})
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_poison(inner, text, ours=ours) for inner in value]
    return text if isinstance(value, str) else value


def _poison_cells(cells: dict[str, Any], text: str) -> dict[str, Any]:
    # Their keys come from outside as far as a reader knows; the fields of a cell are ours.
    return {f"{text}{at}": _poison(cell, text) for at, cell in enumerate(cells.values())}


class Shape(HTMLParser):
    """The tags of a page with their attributes' names, and whatever could act or load."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.acting: list[str] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tag."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        if tag in {"script", "img", "iframe", "link", "object", "embed", "base", "meta", "form", "input"}:
            self.acting.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"src", "srcset", "action", "formaction"}:
                self.acting.append(f"{tag} {name}")
            if name.endswith("href") and not (value or "").startswith("#"):
                self.acting.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        """Keep what is read."""
        self.text.append(data)
