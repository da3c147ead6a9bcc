"""How an object shows itself in a notebook: a title, what it holds in rows, and what it cannot say."""

from __future__ import annotations

import html
from collections.abc import Iterable

_CELL = "text-align:left;vertical-align:top;padding:2px 14px 2px 0;background:none"

#: Lists longer than this are cut in a card.
_MOST = 8


def card(title: str, rows: Iterable[tuple[str, object]], note: str = "") -> str:
    """HTML of an object: a title, rows of names and values, and a line below.

    Parameters
    ----------
    title : str
        What it is, in plain text.
    rows : iterable of name and value
        Rows whose value is None or empty are left out. A sequence is listed, and cut where it is long.
    note : str
        Plain text.

    Returns
    -------
    str

    Examples
    --------
    >>> card("A study", [("counties", 62), ("flows", None)])
    '<div><b>A study</b><table><tr><td ...>counties</td><td ...>62</td></tr></table></div>'
    """
    lines = [
        f'<tr><td style="{_CELL};opacity:.7">{html.escape(name)}</td>'
        f'<td style="{_CELL}">{html.escape(_text(value))}</td></tr>'
        for name, value in rows
        if value is not None and value != "" and value != [] and value != ()
    ]
    small = f'<div style="opacity:.7;max-width:60em">{html.escape(note)}</div>' if note else ""
    return f"<div><b>{html.escape(title)}</b><table>{''.join(lines)}</table>{small}</div>"


def folded(title: str, inside: str, *, opened: bool = False) -> str:
    """HTML that opens on a click.

    Examples
    --------
    >>> folded("3 tables", "<p>growth</p>")
    '<details><summary>3 tables</summary><p>growth</p></details>'
    """
    return f"<details{' open' if opened else ''}><summary>{html.escape(title)}</summary>{inside}</details>"


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        shown = ", ".join(map(str, value[:_MOST]))
        return shown + (f" and {len(value) - _MOST} more" if len(value) > _MOST else "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
