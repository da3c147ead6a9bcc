"""How a year ended beside its mean, from quarterly figures: the next year starts there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from sectorlib.projection.context import Context, context_of
from sectorlib.projection.methods import last_value
from sectorlib.projection.momentum import needed, no_larger_than_usual
from sectorlib.resources import definitions

_MONTHS = ["month1", "month2", "month3"]
_CELL = ["area", "industry", "ownership", "year"]


def year_ends(quarters: pd.DataFrame, areas: pd.DataFrame | None = None) -> pd.DataFrame:
    """How far the last quarter of each year was above or below the mean of the year.

    Parameters
    ----------
    quarters : DataFrame
        Quarterly rows, as of :func:`sectorlib.read_quarterly`.
    areas : DataFrame, optional
        Membership of areas in groups; the groups' figures are of those members that are known in all quarters.

    Returns
    -------
    DataFrame
        Columns area, industry, ownership, year, year_end: ``ln((Q + 1) / (M + 1))``, Q the mean jobs of the last
        quarter and M those of the year. No row for a year of which a month is withheld or absent.

    Examples
    --------
    >>> quarters = pd.DataFrame({"area": "36055", "industry": "72", "ownership": "5", "year": 2016,
    ...     "quarter": list("1234"), "month1": [99.0, 99, 99, 139], "month2": [99.0, 99, 99, 139],
    ...     "month3": [99.0, 99, 99, 139]})
    >>> year_ends(quarters).round(3)
        area industry ownership  year  year_end
    0  36055       72         5  2016     0.241
    """
    jobs = quarters.assign(
        jobs=quarters[_MONTHS].mean(axis=1, skipna=False), quarter=quarters["quarter"].astype(str)
    ).astype(dict.fromkeys(_CELL[:3], str))
    # not pivot_table: a quarter that is there twice is an error, and no mean
    wide = jobs.set_index([*_CELL, "quarter"])["jobs"].unstack("quarter")  # noqa: PD010
    wide = wide.reindex(columns=list("1234")).dropna()
    ends = pd.DataFrame({"last": wide["4"], "mean": wide.mean(axis=1)}).reset_index()
    if areas is not None:
        members = areas[["member", "group", "weight"]].astype({"member": str, "group": str})
        of = ends.merge(members[members["member"] != members["group"]], left_on="area", right_on="member")
        of[["last", "mean"]] = of[["last", "mean"]].mul(of["weight"], axis=0)
        sums = of.assign(area=of["group"]).groupby(_CELL, as_index=False)[["last", "mean"]].sum()
        ends = pd.concat([ends, sums], ignore_index=True)
    ends["year_end"] = np.log1p(ends["last"]) - np.log1p(ends["mean"])
    return ends[[*_CELL, "year_end"]]


def unusual_ends(series: pd.DataFrame, ends: pd.DataFrame) -> np.ndarray:
    """How each year of each series ended, less the median of the years before it: what the season explains.

    Parameters
    ----------
    series : DataFrame
        Jobs, a row for each (area, industry), a column for each year, as of ``employment_series``.
    ends : DataFrame
        As of :func:`year_ends`, of one ownership.

    Returns
    -------
    array, series x years
        Missing where fewer than ``year_ends`` (``data/projection.yaml``) earlier years are known.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("36055", "72")], names=["area", "industry"])
    >>> series = pd.DataFrame([[1.0] * 4], index, range(2013, 2017))
    >>> ends = pd.DataFrame({"area": "36055", "industry": "72", "ownership": "5", "year": range(2013, 2017),
    ...                      "year_end": [0.10, 0.12, 0.11, 0.15]})
    >>> unusual_ends(series, ends).round(2)
    array([[ nan,  nan,  nan, 0.04]])
    """
    wide = ends.set_index(["area", "industry", "year"])["year_end"].unstack("year")  # noqa: PD010
    keys = pd.MultiIndex.from_arrays([series.index.get_level_values(i).astype(str) for i in range(2)])
    values = wide.reindex(index=keys, columns=series.columns).to_numpy()
    least = definitions("projection")["year_ends"]["value"]
    out = np.full(values.shape, np.nan)
    for year in range(least, values.shape[1]):
        before = values[:, :year]
        known = (~np.isnan(before)).sum(axis=1) >= least
        out[known, year] = values[known, year] - np.nanmedian(before[known], axis=1)
    return out


def surroundings(
    series: pd.DataFrame, base: pd.DataFrame | None = None, ends: pd.DataFrame | None = None
) -> Context:
    """The surroundings of the series of a panel, with how their years ended where quarters are known.

    Parameters
    ----------
    series, base : DataFrame
        As of :func:`sectorlib.projection.context.context_of`.
    ends : DataFrame, optional
        As of :func:`year_ends`, of one ownership.

    Returns
    -------
    Context
        Row by row as ``series``.

    Examples
    --------
    >>> index = pd.MultiIndex.from_tuples([("36055", "62")], names=["area", "industry"])
    >>> surroundings(pd.DataFrame([[100.0, 110.0]], index, [2016, 2017])).year_end is None
    True
    """
    context = context_of(series, base)
    return context if ends is None or ends.empty else replace(context, year_end=unusual_ends(series, ends))


def year_end_start(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last value, moved to where the year ended, no further than a usual yearly change of the series.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context
        With ``year_end``; a series without one does not move.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        There is no context.

    Examples
    --------
    Jobs usually change by 2 % a year. The last year ended 1 % above its mean, after what is usual.

    >>> jobs = 1e6 * 1.02 ** np.arange(4)[None]
    >>> flat, ended = np.ones((1, 4)), np.array([[np.nan, np.nan, np.nan, 0.01]])
    >>> (year_end_start(jobs, 2, Context(flat, flat, flat, ended)) / jobs[:, -1:]).round(3)
    array([[1.01, 1.01]])
    """
    ends = needed(context).year_end
    if ends is None:
        return last_value(history, horizon)
    change = no_larger_than_usual(np.nan_to_num(ends[:, -1]), np.log1p(history))
    return last_value(history, horizon) * np.exp(change)[:, None]
