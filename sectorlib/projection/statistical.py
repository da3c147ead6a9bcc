"""Exponential smoothing and ARIMA chosen by information criterion, one series at a time (statsmodels).

They take some tenths of a second a series: for the few series somebody looks at, and to hold the fast methods
against.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from sectorlib.projection.context import Context

#: Fewest observed values from which a model is estimated; with fewer the last value stands.
_LEAST = 6

#: (p, d, q) and trend of the ARIMA candidates: what some twenty yearly values can tell apart.
ORDERS = (
    ((0, 1, 0), "n"),
    ((0, 1, 0), "t"),
    ((0, 1, 1), "n"),
    ((1, 1, 0), "n"),
    ((0, 2, 1), "n"),
    ((1, 0, 0), "c"),
)


def ets(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """Exponential smoothing without, with a linear or with a damped trend, by least AICc, on ``ln(jobs + 1)``.

    Parameters
    ----------
    history : array, series x years
        Annual values; gaps between observed years are filled by a straight line on the logarithmic scale.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon
        The last value where there are fewer than six.

    References
    ----------
    Hyndman, R. J. and others (2002), A state space framework for automatic forecasting using exponential
    smoothing methods, International Journal of Forecasting 18, 439-454.

    Examples
    --------
    >>> ets(np.array([[100.0] * 10]), 2).round(3)
    array([[100., 100.]])
    """
    return _each(history, horizon, _best_smoothing)


def arima(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """ARIMA of the least AICc among six small orders (``ORDERS``), on ``ln(jobs + 1)``.

    Parameters
    ----------
    history : array, series x years
        Annual values; gaps between observed years are filled by a straight line on the logarithmic scale.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon
        The last value where there are fewer than six.

    References
    ----------
    Hyndman, R. J. and Khandakar, Y. (2008), Automatic time series forecasting: the forecast package for R,
    Journal of Statistical Software 27(3).

    Examples
    --------
    >>> arima(np.array([[100.0] * 10]), 2).round(3)
    array([[100., 100.]])
    """
    return _each(history, horizon, _best_arima)


def _each(history: np.ndarray, horizon: int, fit: Callable[[np.ndarray], Any]) -> np.ndarray:
    out = np.full((len(history), horizon), np.nan)
    for row, values in enumerate(history):
        known = np.flatnonzero(~np.isnan(values))
        if not len(known):
            continue
        filled = np.interp(np.arange(known[0], known[-1] + 1), known, np.log1p(values[known]))
        if len(known) < _LEAST or np.ptp(filled) == 0:
            out[row] = values[known[-1]]
            continue
        ahead = horizon + len(values) - 1 - int(known[-1])
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # each candidate that does not converge; the criterion passes it by
            out[row] = np.expm1(fit(filled).forecast(ahead)[-horizon:])
    return np.maximum(out, 0.0)


def _best_smoothing(values: np.ndarray) -> Any:
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    kinds: tuple[dict[str, Any], ...] = ({}, {"trend": "add"}, {"trend": "add", "damped_trend": True})
    fits = [ExponentialSmoothing(values, initialization_method="estimated", **kind).fit() for kind in kinds]
    return min(fits, key=lambda fit: fit.aicc if np.isfinite(fit.aicc) else np.inf)


def _best_arima(values: np.ndarray) -> Any:
    from statsmodels.tsa.arima.model import ARIMA

    fits = [ARIMA(values, order=order, trend=trend).fit() for order, trend in ORDERS]
    # differencing shortens the likelihood, so criteria are taken by observation
    return min(fits, key=lambda fit: fit.aicc / fit.nobs_effective if np.isfinite(fit.aicc) else np.inf)
