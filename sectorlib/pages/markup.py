"""Small pieces of markup that a section of a page is made of; their look is in ``pages/templates/style.css``."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any

#: What would turn the direction of the text after it, or does not belong in a line of text at all.
_CONTROLS = re.compile("[\\x00-\\x08\\x0e-\\x1f\\x7f\\u202a-\\u202e\\u2066-\\u2069]")


def one_line(text: object) -> str:
    """A name as one line of text, without line breaks and without characters that steer what follows them.

    Examples
    --------
    >>> one_line("Finger Lakes,\\nwest")
    'Finger Lakes, west'
    """
    return " ".join(_CONTROLS.sub("", str(text)).split())


def heading(text: object) -> Any:
    """A heading of a table that is shown as it stands: no markup, and no notation of units in braces.

    Examples
    --------
    >>> heading("Jobs {{x}} <b>").text
    'Jobs &#123;&#123;x&#125;&#125; &lt;b&gt;'
    """
    import great_tables as gt  # takes long to import, and most of what needs one_line needs no tables

    # great_tables reads units between double braces, in markup too.
    return gt.html(html.escape(one_line(text)).replace("{", "&#123;").replace("}", "&#125;"))


def headings(texts: Mapping[str, object]) -> dict[str, Any]:
    """The headings of a table's columns, each as :func:`heading` makes it."""
    return {column: heading(text) for column, text in texts.items()}


def put(markup: str) -> None:
    """Display markup as it is.

    Examples
    --------
    >>> put("<p>Jobs</p>")
    <IPython.core.display.HTML object>
    """
    from IPython.display import HTML, display

    display(HTML(markup))


def paragraph(text: str, kind: str = "") -> None:
    """Display plain text as a paragraph; nothing for no text.

    Parameters
    ----------
    text : str
        Plain text.
    kind : str
        A class of the style sheet: ``lede``, ``source``.
    """
    if text:
        put(f'<p class="{kind}">{html.escape(text)}</p>' if kind else f"<p>{html.escape(text)}</p>")


def note(text: str, kind: str = "note") -> None:
    """Display plain text as a callout: ``note`` or ``caution``; nothing for no text."""
    if text:
        put(f'<div class="callout {kind}"><p>{html.escape(text)}</p></div>')


def cards(figures: Iterable[tuple[str, str, str]]) -> None:
    """Display headline figures: each with what it counts and a smaller line."""
    made = [
        f'<div class="card"><b>{html.escape(figure)}</b><span>{html.escape(label)}</span>'
        f"<small>{html.escape(small)}</small></div>"
        for figure, label, small in figures
    ]
    put('<div class="cards">' + "".join(made) + "</div>")
