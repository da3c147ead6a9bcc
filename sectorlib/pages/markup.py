"""Small pieces of markup that a section of a page is made of; their look is in ``templates/style.css``."""

from __future__ import annotations

import html
from collections.abc import Iterable

from IPython.display import HTML, display


def put(markup: str) -> None:
    """Display markup as it is.

    Examples
    --------
    >>> put("<p>Jobs</p>")
    <IPython.core.display.HTML object>
    """
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
