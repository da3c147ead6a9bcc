"""Charts over years: figures as they were, and projections with their intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sectorlib.exceptions import TableError
from sectorlib.plot.looks import HERE, INK, LINE, axes_or_new, colors_for, grid, legend, need, one_of


def trend(
    values: pd.Series | pd.DataFrame,
    *,
    low: pd.Series | pd.DataFrame | None = None,
    high: pd.Series | pd.DataFrame | None = None,
    index: bool = False,
    label: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Figures over years, one line for each column.

    Parameters
    ----------
    values : Series or DataFrame of float
        By year; a frame has one column for each line. A missing year is a gap in the line.
    low, high : Series or DataFrame, optional
        By year, the least and the most that a figure can be where it is withheld; drawn as a band.
    index : bool
        Whether lines start at 100, in the first year in which each is known.
    label : str
        What the figures are, with their unit.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    TableError
        Nothing is known, the index holds no years, or a year stands twice.

    Examples
    --------
    >>> jobs = pd.DataFrame({"Here": [50.0, 55.0], "Nation": [1000.0, 1040.0]}, index=[2016, 2017])
    >>> [line.get_ydata().round(1).tolist() for line in trend(jobs, index=True).lines[:2]]
    [[100.0, 110.0], [100.0, 104.0]]
    """
    frame = _by_year(values)
    lows, highs = (None if table is None else _by_year(table) for table in (low, high))
    known = frame.loc[:, frame.notna().any()]
    if known.empty:
        raise TableError("figures of which none is known", "one that is", "they are withheld or not recorded")
    scale = pd.Series(1.0, known.columns)
    if index:
        first = known.apply(lambda column: column.dropna().iloc[0])
        scale = 100 / first.where(first > 0)
    ax = axes_or_new(ax, 8.6, 3.4)
    for name, color in zip(known.columns, colors_for(len(known.columns)), strict=True):
        marker = "o" if known[name].notna().sum() < 8 else None
        ax.plot(
            known.index, known[name] * scale[name], color=color, lw=2.2, marker=marker, ms=4, label=str(name)
        )
        if lows is not None and highs is not None and name in lows and name in highs:
            ax.fill_between(
                lows.index, lows[name] * scale[name], highs[name] * scale[name], color=color, alpha=0.18, lw=0
            )
    if index:
        ax.axhline(100, color=LINE, lw=1, zorder=0)
    _year_axis(ax)
    ax.set_ylabel(label or ("first year = 100" if index else ""))
    if len(known.columns) > 1 or known.columns[0] not in (0, "", "value"):
        legend(ax, min(3, len(known.columns)))
    return ax


def projection(
    ahead: pd.DataFrame, history: pd.Series | pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """A projection with its 80 and 95 percent intervals, after the years that are known.

    Parameters
    ----------
    ahead : DataFrame
        Rows of one area and industry as :func:`sectorlib.project` or the table ``projections`` has them: year,
        employment, low_80, high_80, low_95, high_95 (jobs); official_employment where there is one.
    history : Series or DataFrame, optional
        Jobs by year, or rows with year and employment.
    ax : matplotlib Axes, optional
        Where to draw; a figure of its own by default.

    Returns
    -------
    matplotlib Axes
        Years that are known in dark, the trend dashed, an official projection in long dashes.

    Raises
    ------
    TableError
        A column is missing, or the rows are of several areas or industries.

    Examples
    --------
    >>> ahead = pd.DataFrame({"year": [2018, 2019], "employment": [102.0, 104], "low_80": [98.0, 97], "high_80": [106.0, 111],
    ...                       "low_95": [95.0, 93], "high_95": [109.0, 115]})
    >>> ax = projection(ahead, pd.Series({2016: 99.0, 2017: 100.0}))
    >>> ax.lines[0].get_xdata().tolist()
    [2017, 2018, 2019]
    """
    bands = [c for c in ("low_95", "high_95", "low_80", "high_80") if c in ahead]
    need(ahead, ["year", "employment"], "a projection")
    one_of(ahead, ["area", "industry", "ownership", "method"], "a projection")
    ahead = ahead.sort_values("year")
    past = pd.Series(dtype=float) if history is None else _jobs(history)
    known = past.dropna()
    before = known[known.index < ahead["year"].min()]
    start = before.iloc[-1:]
    years = [*start.index, *ahead["year"]]
    ax = axes_or_new(ax, 6.4, 3.4)
    for share, alpha in (("95", 0.16), ("80", 0.3)):
        if {f"low_{share}", f"high_{share}"} <= set(bands):
            low, high = ([*start, *ahead[f"{end}_{share}"]] for end in ("low", "high"))
            ax.fill_between(years, low, high, color=HERE, alpha=alpha, lw=0, label=f"{share}% interval")
    ax.plot(years, [*start, *ahead["employment"]], color=HERE, lw=1.6, ls=(0, (4, 2)), label="trend")
    if "official_employment" in ahead and ahead["official_employment"].notna().any():
        official = [*start, *ahead["official_employment"]]
        ax.plot(years, official, color=INK, lw=1.8, ls=(0, (6, 2)), label="official projection")
    if len(past):
        ax.plot(past.index, past, color=INK, lw=1.8, marker=".", ms=4, label="known")
    figures = np.concatenate([known, ahead["employment"], *(ahead[c] for c in bands)]).astype(float)
    top, bottom = np.nanmax(figures), np.nanmin(figures)
    ax.set_ylim(max(0, bottom - 0.25 * (top - bottom)), top + 0.1 * (top - bottom) or 1)
    _year_axis(ax)
    ax.set_ylabel("Jobs")
    legend(ax, 5, names=False)
    return ax


def _year_axis(ax: Axes) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.10g}"))
    grid(ax, "y")


def _by_year(values: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """A frame of lines by year, years ascending."""
    if not isinstance(values, (pd.Series, pd.DataFrame)):
        raise TableError(
            f"a {type(values).__name__} for lines over years",
            "a Series or a DataFrame by year",
            "profile.all_jobs() is one",
        )
    frame = (
        values.to_frame(values.name if values.name is not None else "")
        if isinstance(values, pd.Series)
        else values
    )
    if "year" in frame:
        frame = frame.set_index("year")
    years = pd.to_numeric(pd.Series(frame.index), errors="coerce")
    if years.isna().any() or years.duplicated().any() or frame.empty:
        wrong = (
            "no rows" if frame.empty else "a year twice" if not years.isna().any() else f"{frame.index[0]!r}"
        )
        raise TableError(
            f"an index of years with {wrong}",
            "each year once, with one column for each line",
            "set_index('year'), or pivot(index='year', columns=..., values=...)",
        )
    return frame.set_axis(years.astype(int).to_numpy()).astype(float).sort_index()


def _jobs(history: pd.Series | pd.DataFrame) -> pd.Series:
    if isinstance(history, pd.DataFrame):
        need(history, ["year", "employment"], "a history")
        one_of(history, ["area", "industry", "ownership"], "a history")
        history = history.set_index("year")["employment"]
    return _by_year(history).iloc[:, 0]
