"""Intervals from how far a method has been off, in errors pooled over series of a size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.resources import definitions


def spread(history: np.ndarray) -> np.ndarray:
    """How much each series moves from year to year, on the logarithmic scale, drawn to what is usual.

    The mean of the series' own mean absolute change of ``ln(jobs + 1)`` and the median of that over all
    series: a series that happened to rest for some years is not taken to be still for ever.

    Parameters
    ----------
    history : array, series x years
        Jobs, missing where there is a gap.

    Returns
    -------
    array, series
        1 where nothing ever moved.

    Examples
    --------
    >>> jobs = np.array([[99.0, 99.0, 99.0], [99.0, 109.0, 120.0], [99.0, 120.0, 145.2]])
    >>> spread(jobs).round(3)
    array([0.048, 0.095, 0.143])
    """
    change = np.abs(np.diff(np.log1p(history), axis=1))
    known = (~np.isnan(change)).sum(axis=1)
    own = np.where(known > 0, np.nansum(change, axis=1) / np.maximum(known, 1), np.nan)
    usual = np.nanmedian(own) if (known > 0).any() else 0.0
    blend = (np.where(known > 0, own, usual) + usual) / 2
    return np.where(blend > 0, blend, 1.0)


def half_widths(
    errors: pd.DataFrame, sizes: np.ndarray, spreads: np.ndarray, horizon: int, coverage: float
) -> np.ndarray:
    """How far projections may be off, on the logarithmic scale, from past errors pooled over series.

    For each series the conformal quantile of ``|ln(actual + 1) - ln(projected + 1)|`` over past errors of its
    size class, each divided by the series' :func:`spread` at the origin, times the series' spread now: the
    ``ceil((n + 1) coverage)``-th smallest of ``n``. One job is added so that zero has a logarithm. A size
    class with few errors uses those of all sizes.

    Parameters
    ----------
    errors : DataFrame
        As of :func:`sectorlib.projection.backtesting.past_errors`.
    sizes, spreads : array, series
        Jobs of each series in the last observed year, and its spread then.
    horizon : int
        The longest horizon.
    coverage : float
        Share of outcomes the interval is to hold, such as 0.8.

    Returns
    -------
    array, series x horizon
        Missing for a horizon with fewer than ``pool_errors`` past errors, so beyond the longest backtested.

    References
    ----------
    Lei, J., G'Sell, M., Rinaldo, A., Tibshirani, R. and Wasserman, L. (2018), Distribution-free predictive
    inference for regression, Journal of the American Statistical Association 113, 1094-1111 (section 5.2,
    locally weighted).

    Examples
    --------
    >>> errors = pd.DataFrame({"horizon": 1, "size": 50.0, "spread": 1.0, "projected": 99.0,
    ...                        "actual": range(99, 199)})
    >>> np.exp(half_widths(errors, np.array([60.0]), np.array([1.0]), 1, 0.8)).round(2)
    array([[1.8]])
    """
    terms = definitions("projection")
    cuts, least = terms["size_classes"]["value"], terms["pool_errors"]["value"]
    off = np.abs(np.log1p(errors["actual"]) - np.log1p(errors["projected"])).to_numpy()
    off = off / errors["spread"].to_numpy()
    error_class, error_horizon = np.digitize(errors["size"], cuts), errors["horizon"].to_numpy()
    series_class = np.digitize(sizes, cuts)
    out = np.full((len(sizes), horizon), np.nan)
    for step in range(1, horizon + 1):
        pool = error_horizon == step
        for size_class in np.unique(series_class):
            alike = pool & (error_class == size_class)
            of = off[alike if alike.sum() >= least else pool]
            rank = int(np.ceil((len(of) + 1) * coverage))
            if least <= len(of) and rank <= len(of):
                out[series_class == size_class, step - 1] = np.partition(of, rank - 1)[rank - 1]
    return out * spreads[:, None]


def with_intervals(errors: pd.DataFrame) -> pd.DataFrame:
    """Past projections with the intervals they would have had, from what was known at each origin.

    At an origin only errors of projections whose year had come by then are known.

    Parameters
    ----------
    errors : DataFrame
        As of :func:`sectorlib.projection.backtesting.past_errors`.

    Returns
    -------
    DataFrame
        ``errors`` and low_80, high_80, low_95, high_95; missing at origins with too few errors before.

    Examples
    --------
    >>> errors = pd.DataFrame({"series": 0, "origin": [4, 5], "horizon": 1, "size": 50.0, "spread": 1.0,
    ...                        "projected": 50.0, "actual": 60.0})
    >>> with_intervals(errors)["high_80"].to_list()
    [nan, nan]
    """
    longest = int(errors["horizon"].max()) if len(errors) else 0
    parts = []
    for origin, rows in errors.groupby("origin"):
        known = errors[errors["origin"] + errors["horizon"] <= origin]
        middle = np.log1p(rows["projected"].to_numpy())
        sizes, spreads, step = (rows[name].to_numpy() for name in ("size", "spread", "horizon"))
        ends = {}
        for percent in (80, 95):
            widths = half_widths(known, sizes, spreads, longest, percent / 100)
            width = widths[np.arange(len(rows)), step - 1]
            ends[f"low_{percent}"] = np.maximum(np.expm1(middle - width), 0.0)
            ends[f"high_{percent}"] = np.expm1(middle + width)
        parts.append(rows.assign(**ends))
    nothing = errors.assign(**dict.fromkeys(("low_80", "high_80", "low_95", "high_95"), np.nan))
    return pd.concat(parts) if parts else nothing
