"""Intervals from how far a method has been off, in errors pooled over series of a size."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.projection.momentum import usual_change
from sectorlib.resources import definitions


def spread(history: np.ndarray) -> np.ndarray:
    """How much each series moves in a usual year, on the logarithmic scale, drawn to what is usual.

    The mean of the series' own median absolute change of ``ln(jobs + 1)`` and the median of that over all
    series that move: a series that happened to rest for some years is not taken to be still for ever, and one
    jump long ago does not make it restless for ever.

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
    array([0.071, 0.119, 0.166])
    """
    own = usual_change(np.log1p(history))
    moving = own[own > 0]
    if not len(moving):
        return np.ones(len(own))
    usual = np.median(moving)
    return (np.where(np.isnan(own), usual, own) + usual) / 2


def half_widths(
    errors: pd.DataFrame, sizes: np.ndarray, spreads: np.ndarray, horizon: int, coverage: float
) -> np.ndarray:
    """How far projections may be off, on the logarithmic scale, from past errors pooled over series.

    For each series the conformal quantile of ``|ln(actual + 1) - ln(projected + 1)|`` over past errors of its
    size class, each divided by the series' :func:`spread` at the origin, times the series' spread now: the
    ``ceil((n + 1) coverage)``-th smallest of ``n``. One job is added so that zero has a logarithm. Errors of
    shorter horizons count too, ``(horizon / shorter horizon) ** error_growth`` times as large: a long horizon
    has few origins of its own, and those share one or two phases of the economy. A size class with few errors
    uses those of all sizes. No interval reaches further than the largest error there was.

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
        Missing for a horizon with fewer than ``pool_errors`` past errors of its own, so beyond the longest
        backtested.

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
    cuts, least, growth = (terms[name]["value"] for name in ("size_classes", "pool_errors", "error_growth"))
    off = np.abs(np.log1p(errors["actual"]) - np.log1p(errors["projected"])).to_numpy()
    scaled = off / errors["spread"].to_numpy()
    error_class, error_horizon = np.digitize(errors["size"], cuts), errors["horizon"].to_numpy()
    series_class = np.digitize(sizes, cuts)
    out = np.full((len(sizes), horizon), np.nan)
    for step in range(1, horizon + 1):
        if (error_horizon == step).sum() < least:
            continue
        pool = error_horizon <= step
        grown = (step / error_horizon) ** growth
        for size_class in np.unique(series_class):
            alike = pool & (error_class == size_class)
            used = alike if alike.sum() >= least else pool
            of = scaled[used] * grown[used]
            rank = int(np.ceil((len(of) + 1) * coverage))
            if rank <= len(of):
                rows = series_class == size_class
                width = np.partition(of, rank - 1)[rank - 1] * spreads[rows]
                out[rows, step - 1] = np.minimum(width, off[used].max())
    return out


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
