"""One look for every chart, set on the chart alone: colors, sizes, and an Axes that a notebook can show."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
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


def colors_for(count: int) -> list[Any]:
    """Colors of lines: the region's and its base's first, then others that are told apart with any color vision."""
    import seaborn

    others = [
        c for c in seaborn.color_palette("colorblind").as_hex() if c not in (HERE, "#0173b2", "#949494")
    ]
    return [(HERE, BASE, *others)[i % (len(others) + 2)] for i in range(count)]


def legend(ax: Axes, columns: int, **options: Any) -> Any:
    """A legend above the chart, without a frame."""
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2} | options
    return ax.legend(frameon=False, fontsize=SMALL, labelcolor=INK, ncols=columns, **place)


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
    """Refuse a table without the columns of a chart, or without a row."""
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
