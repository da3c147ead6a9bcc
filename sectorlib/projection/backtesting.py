"""How far a method has been off in the past, had it been used then."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.projection.methods import Method, method_named
from sectorlib.projection.series import employment_series
from sectorlib.resources import definitions

#: The method every other is shown beside.
REFERENCE = "last-value"


def past_errors(history: np.ndarray, method: Method, horizon: int) -> pd.DataFrame:
    """What a method would have projected from each past year, beside what came.

    At each origin the method sees the years up to it and nothing after, and series are chosen by what was
    known then: enough observed years (``origin_years`` in ``data/projection.yaml``), the origin's among them.

    Parameters
    ----------
    history : array, series x years
        Jobs, missing where there is a gap.
    method : callable
        A projection method.
    horizon : int
        The longest horizon.

    Returns
    -------
    DataFrame
        Columns series and origin (row and column of ``history``), horizon (years), size (jobs at the
        origin), projected, actual (jobs). Only where the year projected was observed.

    Examples
    --------
    >>> from sectorlib.projection.methods import last_value
    >>> past_errors(np.array([[10.0, 10, 10, 10, 10, 12]]), last_value, 3)
       series  origin  horizon  size  projected  actual
    0       0       4        1  10.0       10.0    12.0
    """
    least = definitions("projection")["origin_years"]["value"]
    years = history.shape[1]
    parts = []
    for origin in range(years - 1):
        known = history[:, : origin + 1]
        chosen = np.flatnonzero((~np.isnan(known)).sum(axis=1) >= least)
        chosen = chosen[~np.isnan(known[chosen, -1])]
        ahead = min(horizon, years - 1 - origin)
        projected = np.maximum(method(known[chosen], ahead), 0.0)
        actual = history[chosen, origin + 1 : origin + 1 + ahead]
        row, step = np.nonzero(~np.isnan(actual))
        parts.append(
            pd.DataFrame(
                {
                    "series": chosen[row],
                    "origin": origin,
                    "horizon": step + 1,
                    "size": known[chosen[row], -1],
                    "projected": projected[row, step],
                    "actual": actual[row, step],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def log_error_quantile(errors: pd.DataFrame, sizes: np.ndarray, horizon: int, coverage: float) -> np.ndarray:
    """How far projections may be off, on the logarithmic scale, from past errors pooled over series.

    For each series the conformal quantile of ``|ln(actual + 1) - ln(projected + 1)|`` over past errors of
    its size class: the ``ceil((n + 1) coverage)``-th smallest of ``n``. One job is added so that zero has a
    logarithm. A size class with few errors uses those of all sizes.

    Parameters
    ----------
    errors : DataFrame
        As of :func:`past_errors`.
    sizes : array, series
        Jobs of each series in the last observed year.
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
    inference for regression, Journal of the American Statistical Association 113, 1094-1111.

    Examples
    --------
    >>> errors = pd.DataFrame({"horizon": 1, "size": 50.0, "projected": 99.0, "actual": range(99, 199)})
    >>> np.exp(log_error_quantile(errors, np.array([60.0]), 1, 0.8)).round(2)
    array([[1.8]])
    """
    terms = definitions("projection")
    cuts, least = terms["size_classes"]["value"], terms["pool_errors"]["value"]
    off = np.abs(np.log1p(errors["actual"]) - np.log1p(errors["projected"])).to_numpy()
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
    return out


def backtest(panel: pd.DataFrame, horizon: int = 5, method: str = "damped-trend") -> pd.DataFrame:
    """How far a method and the last value were off at each horizon, over rolling origins.

    Parameters
    ----------
    panel : DataFrame
        Panel of one ownership.
    horizon : int
        The longest horizon, in years.
    method : str
        A name in ``sectorlib.projection.METHODS``.

    Returns
    -------
    DataFrame
        Columns method, horizon (years), n_series, n_origins, n_errors, median_ape (median absolute error in
        percent of the actual jobs, zeros left out); the method's rows, then those of the last value. A
        horizon that no origin reaches has no row.

    Raises
    ------
    NotSupportedError
        The panel has too few years or several ownerships.
    UnknownNameError
        There is no such method.

    References
    ----------
    Tashman, L. J. (2000), Out-of-sample tests of forecasting accuracy, International Journal of Forecasting
    16, 437-450.

    Examples
    --------
    Employment of 100, 110, 121, ... : the last value is always 1 - 1 / 1.1 = 9.09 % too low a year later.

    >>> panel = pd.DataFrame({"area": "36055", "industry": "311", "ownership": "5",
    ...                       "year": range(2010, 2018), "employment": [100 * 1.1**t for t in range(8)]})
    >>> backtest(panel, horizon=1, method="last-value").round(2)
           method  horizon  n_series  n_origins  n_errors  median_ape
    0  last-value        1         1          3         3        9.09
    """
    names = dict.fromkeys((method, REFERENCE))
    methods = {name: method_named(name) for name in names}
    history = employment_series(panel).to_numpy()
    scores = []
    for name, function in methods.items():
        errors = past_errors(history, function, horizon)
        errors["ape"] = 100 * (errors["projected"] / errors["actual"].where(errors["actual"] > 0) - 1).abs()
        score = errors.groupby("horizon").agg(
            n_series=("series", "nunique"),
            n_origins=("origin", "nunique"),
            n_errors=("series", "size"),
            median_ape=("ape", "median"),
        )
        scores.append(score.reset_index().assign(method=name))
    table = pd.concat(scores, ignore_index=True)
    return table[["method", "horizon", "n_series", "n_origins", "n_errors", "median_ape"]]
