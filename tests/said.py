"""The numbers that a page says, and the numbers that tables give: every one of the first is to be one of the second."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable

import pandas as pd

#: A number as pages write it. Codes such as ``LM36055`` and parts of words are none.
NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?%?(?!\w)")

#: What is no sentence: drawings, data and style.
_NO_TEXT = re.compile(r"<(svg|script|style|footer)\b.*?</\1>", re.DOTALL)


def numbers_of(texts: Iterable[object]) -> set[str]:
    """The numbers in texts, without signs and currency, and without commas that end a clause."""
    return {found.rstrip(",") for text in texts for found in NUMBER.findall(str(text))}


def text_of(markup: str, *, without: str = "") -> str:
    """The text of markup, without drawings, and without the elements of some names (``table|details``)."""
    for pattern in [_NO_TEXT] + ([re.compile(rf"<({without})\b.*?</\1>", re.DOTALL)] if without else []):
        markup = pattern.sub(" ", markup)
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def as_written(values: Iterable[float]) -> set[str]:
    """Figures in every way in which pages round them: whole, one or two decimals, percent, two or three figures."""
    out = set()
    for value in values:
        figure = abs(float(value))
        if not math.isfinite(figure):
            continue
        out |= {f"{figure:,.{digits}f}" for digits in (0, 1, 2)}
        out |= {f"{figure:.{digits}%}" for digits in (0, 1)} | {f"{figure:.{digits}f}%" for digits in (0, 1)}
        out |= {f"{math.floor(100 * figure + 1e-9)}%", f"{math.ceil(100 * figure - 1e-9)}%"}
        if figure > 0:
            lead = math.floor(math.log10(figure))
            out |= {f"{round(figure, digits - lead):,.0f}" for digits in (1, 2)} | {
                f"{round(figure, -2):,.0f}"
            }
    return out


def figures_in(tables: Iterable[pd.DataFrame]) -> set[str]:
    """Every figure of some tables, as pages may write it."""
    out: set[str] = set()
    for table in tables:
        for column in table.select_dtypes("number"):
            out |= as_written(table[column].dropna().unique())
    return out
