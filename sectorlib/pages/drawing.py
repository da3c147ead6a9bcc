"""Charts as SVG inside the page: scales, marks, labels, and the frame with source, data and download.

A mark carries its figures as a tooltip and every chart as a description, so that nobody needs to see it; colors are
tokens of :mod:`sectorlib.pages.looks`, so that a chart follows light, dark and print. Nothing here needs a script.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sectorlib.pages.looks import color
from sectorlib.pages.markup import one_line
from sectorlib.pages.tables import Drawing, Sheet

Scale = Callable[[float], float]

#: Mean width of a letter, of the size of type; and the size of type in charts, in pixels.
_LETTER, TYPE = 0.6, 12.5


def esc(text: object) -> str:
    """Text as markup shows it."""
    return html.escape(one_line(text))


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """A scale from figures to pixels.

    >>> linear(0, 10, 100, 200)(5)
    150.0
    """
    wide = (high - low) or 1.0
    return lambda value: start + (value - low) / wide * (end - start)


def logarithmic(low: float, high: float, start: float, end: float) -> Scale:
    """A scale on which equal ratios are equal steps.

    >>> round(logarithmic(0.5, 2, 0, 100)(1), 6)
    50.0
    """
    straight = linear(math.log(low), math.log(high), start, end)
    return lambda value: straight(math.log(value))


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round figures from one to another.

    >>> ticks(0, 100, 5)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    """
    found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = 1e-9 * (high - low)
    return [float(value) for value in found if low - slack <= value <= high + slack]


def width_of(text: str, size: float = TYPE) -> float:
    """About how wide a text is, in pixels."""
    return _LETTER * size * len(text)


def text(
    x: float,
    y: float,
    content: object,
    *,
    anchor: str = "start",
    tone: str = "ink",
    size: float = TYPE,
    weight: int = 400,
) -> str:
    """A text in a chart."""
    bold = f' font-weight="{weight}"' if weight != 400 else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}"{bold} fill="{color(tone)}">{esc(content)}</text>'


def haloed(drawn: str) -> str:
    """A text with a halo, where it may lie on lines.

    >>> haloed('<text x="1">Ely</text>')
    '<text class="halo" x="1">Ely</text>'
    """
    return drawn.replace("<text ", '<text class="halo" ', 1)


def line(
    x1: float, y1: float, x2: float, y2: float, tone: str = "line", wide: float = 1, dash: str = ""
) -> str:
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color(tone)}" stroke-width="{wide:g}"{dashes}/>'


def path(points: Iterable[tuple[float, float]], tone: str, wide: float = 2, dash: str = "") -> str:
    """A line through points; a point that is not known breaks it."""
    parts, pen = [], "M"
    for x, y in points:
        if y != y:
            pen = "M"
            continue
        parts.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(parts)}" fill="none" stroke="{color(tone)}" stroke-width="{wide:g}" stroke-linejoin="round"{dashes}/>'


def band(
    upper: Sequence[tuple[float, float]], lower: Sequence[tuple[float, float]], tone: str, opacity: float
) -> str:
    """The area between two lines."""
    points = [*upper, *reversed(lower)]
    return f'<polygon points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="{color(tone)}" opacity="{opacity:g}"/>'


def mark(shape: str, told: str) -> str:
    """A mark that says its figures where it is pointed at or listened to."""
    return f'<g class="tip" data-tip="{esc(told)}">{shape}<title>{esc(told)}</title></g>'


def circle(x: float, y: float, radius: float, fill: str, stroke: str = "paper", opacity: float = 1.0) -> str:
    """A dot."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{color(fill)}" stroke="{color(stroke)}" fill-opacity="{opacity:g}"/>'


def rect(x: float, y: float, wide: float, high: float, fill: str) -> str:
    """A bar."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0):.1f}" height="{high:.1f}" fill="{color(fill)}"/>'
    )


def svg(parts: Iterable[str], width: float, height: float, told: str, kind: str = "") -> str:
    """A drawing with a description of its figures."""
    named = f' class="{kind}"' if kind else ""
    if kind == "map":  # narrower than its place where it is high: it begins where the text does
        named += ' preserveAspectRatio="xMinYMid meet"'
    return (
        f'<svg{named} viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{esc(told)}" '
        f'xmlns="http://www.w3.org/2000/svg" font-family="inherit">{"".join(parts)}</svg>'
    )


def sparkline(years: pd.Series, told: str, last: float, width: int = 160, height: int = 30) -> Drawing:
    """A small line of figures by year, the last marked.

    Parameters
    ----------
    years : Series
        Figures indexed by year.
    told : str
        What it shows, for those who cannot see it.
    last : float
        The figure that it sorts by.
    """
    known = years.dropna()
    if len(known) < 2:
        return Drawing("")
    low, high = float(known.min()), float(known.max())
    pad = max((high - low), 0.04 * high) * 0.08
    across = linear(float(known.index.min()), float(known.index.max()), 3, width - 4)
    up = linear(low - pad, max(high, low * 1.04) + pad, height - 3, 3)
    points = [(across(float(year)), up(float(value))) for year, value in known.items()]  # type: ignore[arg-type]
    made = Drawing(
        svg(
            [path(points, "accent", 1.8), circle(*points[-1], 2.6, "accent", "accent")],
            width,
            height,
            told,
            "spark",
        )
    )
    made.value = last
    return made


@dataclass(frozen=True)
class Chart:
    """A drawing with its finding above it, and its source, data and download below.

    Attributes
    ----------
    name : str
        Its address on the page.
    title : str
        Its finding, or what it shows.
    drawing : str
        SVG.
    source : str
        Where the figures come from, with their vintage.
    sheet : Sheet
        The figures it draws.
    """

    name: str
    title: str
    drawing: str
    source: str
    sheet: Sheet

    def markup(self) -> str:
        """The chart as a figure of a page."""
        return (
            f'<figure class="chart-figure" id="{esc(self.name)}"><figcaption class="chart-title">{esc(self.title)}</figcaption>'
            f'{self.drawing}<p class="source">{esc(self.source)}</p>'
            f'<details class="data"><summary>Show the data<span class="unseen">: {esc(self.title)}</span></summary>{self.sheet.markup()}</details></figure>'
        )


def place_labels(
    points: Sequence[tuple[float, float, float, str]],
    box: tuple[float, float, float, float],
    size: float = TYPE,
) -> list[tuple[float, float, str] | None]:
    """Where the label of each dot goes: beside, above or below it where it touches nothing; None where there is no room.

    Parameters
    ----------
    points : sequence of (x, y, radius, label)
        The most important first.
    box : tuple
        Left, top, right and bottom of the space.

    Returns
    -------
    list of (x, y, anchor) or None

    Examples
    --------
    >>> place_labels([(50, 50, 5, "Energy")], (0, 0, 200, 100))
    [(58.0, 54.0, 'start')]
    """
    taken = [(x - r, y - r, x + r, y + r) for x, y, r, _ in points]
    found: list[tuple[float, float, str] | None] = []
    for x, y, r, label in points:
        wide, high = width_of(label, size), size
        ways = [
            (x + r + 3.0, y + 4.0, "start"), (x - r - 3.0, y + 4.0, "end"),
            (x, y - r - 4.0, "middle"), (x, y + r + high, "middle"),
            (x + r * 0.7 + 2, y - r * 0.7 - 2, "start"), (x + r * 0.7 + 2, y + r * 0.7 + high, "start"),
            (x - r * 0.7 - 2, y - r * 0.7 - 2, "end"), (x - r * 0.7 - 2, y + r * 0.7 + high, "end"),
            (x + r, y - r - 4.0, "end"), (x + r, y + r + high, "end"), (x - r, y - r - 4.0, "start"), (x - r, y + r + high, "start"),
        ]  # fmt: skip
        for left_x, base, anchor in ways:
            left = left_x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            spot = (left, base - high * 0.85, left + wide, base + 3)
            inside = spot[0] >= box[0] and spot[1] >= box[1] and spot[2] <= box[2] and spot[3] <= box[3]
            own = (x - r, y - r, x + r, y + r)
            if inside and not any(_touch(spot, other) for other in taken if other != own):
                taken.append(spot)
                found.append((left_x, base, anchor))
                break
        else:
            found.append(None)
    return found


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return bool(np.all([a[0] < b[2], b[0] < a[2], a[1] < b[3], b[1] < a[3]]))
