"""Projected employment with intervals learned from the method's own past errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.projection.backtesting import past_errors
from sectorlib.projection.context import Context
from sectorlib.projection.intervals import half_widths, spread
from sectorlib.projection.methods import Method
from sectorlib.projection.registry import method_named
from sectorlib.projection.series import employment_series, projectable
from sectorlib.projection.starts import surroundings
from sectorlib.schemas import PROJECTIONS

#: What a series too short for a method of its own is projected by: the growth of its industry.
FALLBACK = "base-growth"


def project(
    panel: pd.DataFrame,
    horizon: int = 5,
    method: str = "ensemble",
    base: pd.DataFrame | None = None,
    ends: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Employment of the years ahead, a statistical trend with intervals from its own past errors.

    Intervals are symmetric on the logarithmic scale. Their width is how far the method has been off at that
    horizon on series of similar size, each time seeing only the years before: 80 % (95 %) of those past
    projections were within it. Employment is never below zero. A series with fewer than 8 observed years grows
    as its industry does (method ``base-growth``), with the past errors of that.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership. Withheld and absent years are gaps.
    horizon : int
        Years ahead of the panel's latest year.
    method : str
        A name in ``sectorlib.projection.METHODS``.
    base : DataFrame, optional
        Panel of the base area, of the same ownership, for methods that lean on it; without it the panel's
        areas together are the base.
    ends : DataFrame, optional
        How years ended, as of :func:`sectorlib.projection.year_ends`, of the panel's ownership.

    Returns
    -------
    DataFrame
        Projections: area, industry, year, employment, low_80, high_80, low_95, high_95, method. Interval ends
        are missing beyond the longest backtested horizon. Series without a row, and those that grow as their
        industry, are listed, each with the reason, by :func:`projection_reasons`.

    Raises
    ------
    NotSupportedError
        The panel has fewer than 8 years or several ownerships, no series can be projected, or the horizon
        is not at least 1.
    UnknownNameError
        There is no such method.

    Examples
    --------
    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2000, 2018), "employment": 1000.0})
    >>> project(panel, horizon=2)[["area", "industry", "year", "employment"]]
        area industry  year  employment
    0  36055      311  2018      1000.0
    1  36055      311  2019      1000.0
    """
    function = method_named(method)
    if horizon < 1:
        raise NotSupportedError(f"a horizon of {horizon} years", "1 year or more", "give the years ahead")
    series = employment_series(panel)
    context = surroundings(series, base, ends)
    long, short = projectable(series)
    parts = [_projected(series, context, long, horizon, method, function)]
    if short.any():
        parts.append(_projected(series, context, short, horizon, FALLBACK, method_named(FALLBACK)))
    # as the series stand in the panel, whichever method they got
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)[PROJECTIONS.names]


def _projected(
    series: pd.DataFrame, context: Context, chosen: np.ndarray, horizon: int, name: str, method: Method
) -> pd.DataFrame:
    """Projections of the chosen series; the index is the row of each in ``series``."""
    rows = np.flatnonzero(chosen)
    history = series.to_numpy()
    now = history[rows]
    employment = np.maximum(method(now, horizon, context.rows(rows)), 0.0)
    columns = {"employment": employment}
    errors = past_errors(history, method, horizon, context)
    spreads = spread(history)[rows]
    for percent in (80, 95):
        off = half_widths(errors, now[:, -1], spreads, horizon, percent / 100)
        columns[f"low_{percent}"] = np.maximum(np.expm1(np.log1p(employment) - off), 0.0)
        columns[f"high_{percent}"] = np.expm1(np.log1p(employment) + off)
    years = int(series.columns[-1]) + np.arange(1, horizon + 1)
    keys = series.index[rows].to_frame(index=False).set_axis(rows)
    table = keys.loc[keys.index.repeat(horizon)].assign(year=np.tile(years, len(rows)), method=name)
    return table.assign(**{column: values.ravel() for column, values in columns.items()})
