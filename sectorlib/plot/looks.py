"""One look for every chart, set on the chart alone: colors, sizes, and an Axes that a notebook can show."""

from __future__ import annotations

import io
import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FuncFormatter

from sectorlib.exceptions import TableError

INK, QUIET, LINE, GRID = "#1c2733", "#566271", "#d9dfe5", "#edf0f3"

#: Okabe and Ito (2008): told apart with any color vision. Order: low, middle, high.
TIER_COLORS = {"low": "#e69f00", "middle": "#8da0ad", "high": "#0072b2"}
UNKNOWN = "#e4e8ec"
HERE, BASE = "#0072b2", "#8f979f"
GAIN, LOSS = "#0072b2", "#d55e00"

SMALL = 8.5
MINUS, DASH = "\N{MINUS SIGN}", "\N{EN DASH}"

#: The most of a figure's width that the names of rows, of lines and of the chart take; the rest is for what they name.
_ROWS, _LINES, _CHART = 0.4, 0.5, 0.9

#: Room for the sample of a line and the gaps around it in a legend, in sizes of its letters.
_SAMPLE = 4

#: Dots per inch of a chart in a notebook: sharp on a screen of double density.
_DPI = 144


class ShownAxes(Axes):
    """An Axes that a notebook shows as its figure, without pyplot; a dollar sign in a name is a dollar sign."""

    def draw(self, renderer: Any) -> None:
        """Draw, with every text as it stands."""
        self._as_text()
        super().draw(renderer)

    def get_tightbbox(self, *arguments: Any, **options: Any) -> Any:
        """The room it takes, with every text as it stands."""
        self._as_text()
        return super().get_tightbbox(*arguments, **options)

    def set_yticks(self, ticks: Any, labels: Any = None, **options: Any) -> Any:
        """Name rows, each in two lines at most."""
        if labels is not None:
            size = self.yaxis.get_tick_params().get("labelsize", 9)
            labels = [fitted(str(label), self, _ROWS, size, lines=2) for label in labels]
        return super().set_yticks(ticks, labels, **options)

    def set_title(self, label: str, *arguments: Any, **options: Any) -> Text:
        """Name the chart, in three lines at most."""
        title = super().set_title(label, *arguments, **options)
        title.set_text(fitted(label, self, _CHART, title.get_fontproperties().get_size_in_points(), lines=3))
        return title

    def _as_text(self) -> None:
        for text in self.findobj(Text):
            text.set_parse_math(False)

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        figure = self.get_figure(root=True)
        assert figure is not None
        figure.savefig(buffer, format="png", dpi=_DPI, bbox_inches="tight", facecolor="white")
        return buffer.getvalue()


def axes_or_new(ax: Axes | None, width: float, height: float) -> Axes:
    """The Axes given, or one on a new figure of a size in inches that pyplot does not know of."""
    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained", facecolor="white")
        FigureCanvasAgg(figure)
        ax = figure.add_subplot(axes_class=ShownAxes)
    import seaborn  # takes most of a second; seaborn and adjustText import pyplot, which changes no setting

    seaborn.despine(ax=ax)
    ax.spines[:].set_color(LINE)
    ax.tick_params(colors=QUIET, labelsize=9)
    ax.xaxis.label.set_color(QUIET)
    ax.yaxis.label.set_color(QUIET)
    return ax


def fitted(text: str, ax: Axes, share: float, size: float, lines: int) -> str:
    """A name broken into lines no wider than a share of the figure, with an ellipsis where there are too many.

    >>> ax = axes_or_new(None, 2, 2)
    >>> fitted("Ely", ax, 0.5, 9, 2), fitted("W" * 300, ax, 0.5, 9, 2)
    ('Ely', 'WWWWWWWW\\nWWWWWWW…')
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        return text
    room = share * 72 * figure.get_figwidth()
    font = FontProperties(size=size)

    def width(line: str) -> float:
        return text_to_path.get_text_width_height_descent(line, font, ismath=False)[0]

    # fonts have no glyph for a tab or a return
    given = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if len(given) <= lines and all(width(line) <= room for line in given):
        return "\n".join(given)
    words = " ".join(given)
    most = int(1.3 * room * len(words) / max(width(words), 1))
    for letters in range(max(1, most), 0, -1):
        broken = textwrap.wrap(words, letters)
        if len(broken) > lines:
            broken[lines - 1 :] = [broken[lines - 1][: letters - 1].rstrip() + "…"]
        if all(width(line) <= room for line in broken):
            return "\n".join(broken)
    return "…"


def colors_for(count: int) -> list[Any]:
    """Colors of lines: the region's and its base's first, then others that are told apart with any color vision."""
    import seaborn

    others = [
        c for c in seaborn.color_palette("colorblind").as_hex() if c not in (HERE, "#0173b2", "#949494")
    ]
    return [(HERE, BASE, *others)[i % (len(others) + 2)] for i in range(count)]


def legend(ax: Axes, columns: int, *, names: bool = True, **options: Any) -> Any:
    """A legend above the chart, without a frame; names of places and the like are fitted, words of ours stand as they are."""
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2} | options
    made = ax.legend(frameon=False, fontsize=SMALL, labelcolor=INK, ncols=columns, **place)
    figure = ax.get_figure(root=True)
    if names and figure is not None:
        sample = _SAMPLE * SMALL / (72 * figure.get_figwidth())
        room = (_CHART / columns if columns > 1 else _LINES) - sample
        for text in made.get_texts():
            text.set_text(fitted(text.get_text(), ax, room, SMALL, lines=2))
    return made


def grid(ax: Axes, axis: Any) -> None:
    """Light lines behind the chart."""
    ax.grid(axis=axis, color=GRID)
    ax.set_axisbelow(True)


def signed(ax: Axes) -> None:
    """Signed figures along the horizontal axis, with a true minus sign."""
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:+,.0f}".replace("-", MINUS) if v else "0"))


def foot(ax: Axes, text: str) -> None:
    """A line of small print under the chart."""
    if text:
        ax.annotate(
            text, (0, 0), (0, -38), xycoords="axes fraction", textcoords="offset points", fontsize=8,
            color=QUIET, va="top",
        )  # fmt: skip


def need(table: pd.DataFrame, columns: list[str], chart: str) -> None:
    """Refuse what is no table, lacks the columns of a chart, or has no row."""
    if not isinstance(table, pd.DataFrame):
        raise TableError(
            f"a {type(table).__name__} for {chart}", "a DataFrame", 'such as results["concentration"]'
        )
    lacking = [name for name in columns if name not in table]
    if lacking:
        raise TableError(
            f"a table for {chart} without {', '.join(lacking)} (it has {', '.join(map(str, table.columns[:8]))})",
            f"columns {', '.join(columns)}",
            "name the columns that hold them, or rename yours",
        )
    if table.empty:
        raise TableError(f"a table for {chart} without a row", "one row or more", "is it filtered too far?")


def one_of(table: pd.DataFrame, columns: list[str], chart: str) -> None:
    """Refuse rows of several areas, industries, ownerships or spans in a chart that shows one."""
    for name in columns:
        if name in table and len(table[name].unique()) > 1:
            values = sorted(map(str, table[name].unique()))
            raise TableError(
                f"rows with {len(values)} values of {name}: {', '.join(values[:3])}",
                f"rows of one {name} for {chart}",
                f"choose one first, as in table[table[{name!r}] == {values[0]!r}]",
            )


def names_of(table: pd.DataFrame, label: str | None) -> pd.Series:
    """What each row is called: the column named, else a column of titles, else the index."""
    from sectorlib import naics

    titles = ("industry_title", "sector_title", "area_name", "title", "name")
    found = label or next((name for name in titles if name in table), None)
    if found is not None:
        need(table, [found], "labels")
        return table[found].astype(str)
    if "industry" in table:
        return table["industry"].astype(str).map(naics.title)
    return pd.Series(table.index.astype(str), table.index)
