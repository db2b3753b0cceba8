"""A matplotlib figure as an SVG that may stand inside an HTML page."""

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

INK = "#010203"  # stands for the page's text colour: matplotlib knows colours, not `currentColor`
FAINT = "#010204"  # the same, for grid lines
_CACHE = Path(__file__).parents[1] / ".cache" / "matplotlib"
_DROPPED = {"metadata", "style"}  # an inline <style> holds for the whole page, and the metadata name outside addresses


@contextmanager
def drawing(width: float, height: float, *, columns: int = 1) -> Iterator[tuple[Any, list[Any]]]:
    """A figure of so many inches and its axes, side by side, in the style of our pages."""
    _give_directory()
    # Half a second and more: nobody who only wants the record pays for it.
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_style()), warnings.catch_warnings():
        # The widths of glyphs that matplotlib's font lacks are guessed; the browser draws the text in its own font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(1, columns, squeeze=False)
        yield figure, list(axes[0])


def inline(figure: Any, *, name: str, title: str) -> str:
    """The figure as one <svg> element: no style, script or address, ids of its own, `title` for those who cannot see it.

    The same figure gives the same text every time. Only within `drawing`.
    """
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    root = ElementTree.fromstring(out.getvalue())  # noqa: S314 - matplotlib wrote it a line above
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
        element.attrib = {key.rpartition("}")[2]: _own(key, value, name) for key, value in element.attrib.items()}
        for child in [c for c in element if c.tag.rpartition("}")[2] in _DROPPED]:
            element.remove(child)
    root.attrib |= {"role": "img", "aria-label": title, "style": "stroke-linejoin:round;stroke-linecap:butt"}
    ElementTree.SubElement(root, "title").text = title
    root.insert(0, root[-1])
    del root[-1]
    return ElementTree.tostring(root, encoding="unicode").strip()


def _own(key: str, value: str, name: str) -> str:
    """Ids and what points at them get the chart's name; the two stand-in colours become the page's own."""
    key = key.rpartition("}")[2]
    if key == "id":
        return f"{name}-{value}"
    if key == "href":
        return value.replace("#", f"#{name}-", 1)
    if key == "style":
        value = value.replace(INK, "currentColor").replace(FAINT, "currentColor")
    return value.replace("url(#", f"url(#{name}-")


def _style() -> dict[Any, Any]:
    inked = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    return {
        "svg.fonttype": "none",  # text stays text: it can be read aloud, searched and copied
        "svg.hashsalt": "gb10",
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "font.size": 9,
        "font.family": ["DejaVu Sans"],
        "axes.titlesize": 9,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": FAINT,
        "grid.alpha": 0.15,
        "legend.frameon": False,
        **dict.fromkeys(inked, INK),
    }


def _give_directory() -> None:
    """Let matplotlib keep its list of fonts where we keep such things: a home that cannot be written makes it warn."""
    if "MPLCONFIGDIR" in os.environ:
        return
    try:
        _CACHE.mkdir(parents=True, exist_ok=True)
        writable = os.access(_CACHE, os.W_OK)
    except OSError:  # a checkout that is read-only
        writable = False
    os.environ["MPLCONFIGDIR"] = str(_CACHE) if writable else tempfile.mkdtemp(prefix="gb10-matplotlib-")
