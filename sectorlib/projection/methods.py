"""Methods that look at each series alone: many short annual series in, their next years out.

Every method of this package has one signature: a matrix of histories (series x years, missing where there is
a gap), a horizon and a context give a matrix of projections (series x horizon). A history and its context end
in the last year that may be known; methods see nothing else. Methods of this module do not look at the
context, so they need none.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sectorlib.compiled import compiled
from sectorlib.projection.context import Context

Method = Callable[[np.ndarray, int, Context | None], np.ndarray]

#: Where the smoothing parameters of the damped trend are sought: the level's, the trend's as a share of it,
#: and the damping. Yearly employment is close to a random walk, and a free search follows noise in ten
#: points: slow levels, trends that jump and trends that hardly fade are left out. Of five grids this one had
#: the least scaled error on the sectors of New York's counties, seen from the end of 2004 to 2008, up to 2009.
LEVEL_SMOOTHING = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
TREND_SMOOTHING = np.array([0.0, 0.01, 0.05, 0.1])
DAMPING = np.array([0.8, 0.85, 0.9])

#: Where the level smoothing of the Theta method is sought; the weight of the line has a closed form.
THETA_SMOOTHING = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])


def last_value(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last observed value, for every year ahead: the reference that others must beat.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead.

    Returns
    -------
    array, series x horizon
        Missing where a series has no value at all.

    Examples
    --------
    >>> last_value(np.array([[1.0, 3.0, np.nan]]), 2)
    array([[3., 3.]])
    """
    value, _ = _observed(history, last=True)
    return np.repeat(value[:, None], horizon, axis=1)


def drift(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last observed value, and on by the average change a year since the first.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon
        Missing where a series has fewer than two values.

    Examples
    --------
    >>> drift(np.array([[1.0, 3.0, 5.0]]), 2)
    array([[7., 9.]])
    """
    (last, at), (first, begin) = _observed(history, last=True), _observed(history, last=False)
    years = (at - begin).astype(float)
    slope = np.divide(last - first, years, out=np.full(len(history), np.nan), where=years > 0)
    ahead = history.shape[1] - 1 - at[:, None] + np.arange(1, horizon + 1)
    return last[:, None] + slope[:, None] * ahead


def damped_trend(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """Exponential smoothing with a damped trend, on the logarithm of jobs.

    One job is added so that zero has a logarithm. With level ``l``, trend ``b`` and the one-year-ahead error
    ``e_t = ln(y_t + 1) - (l + phi b)``, the level moves by ``alpha e``, the trend by ``beta e``, and
    ``ln(y + 1)`` is projected ``h`` years ahead as ``l + (phi + ... + phi^h) b``.
    The parameters are those of a grid with the least sum of squared errors. The level starts at the first
    observation and the trend at zero: with some ten points there is too little to estimate the start as well.
    In a year without a value the states move on by themselves.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon
        Missing where a series has no value at all.

    References
    ----------
    Gardner, E. S. and McKenzie, E. (1985), Forecasting trends in time series, Management Science 31,
    1237-1246.
    Hyndman, R. J. and Athanasopoulos, G. (2021), Forecasting: Principles and Practice, 3rd ed., section 8.2.

    Examples
    --------
    >>> damped_trend(np.array([[100.0] * 10]), 2)
    array([[100., 100.]])
    """
    logs = np.log1p(np.ascontiguousarray(history, dtype=float))
    return np.expm1(_damped_trend(logs, horizon, LEVEL_SMOOTHING, TREND_SMOOTHING, DAMPING))


def theta(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The optimised Theta method: between smoothing of the level and the straight line through all years.

    With the least-squares line ``a + b t`` and simple exponential smoothing (both starting in the first
    year), the projection is ``S + w (a + b (n + h) - L)``: ``S`` the smoothed level of the series, ``L`` that
    of the line, ``w = 1 - 1 / theta``. That is the standard combination of two theta lines. The smoothing and
    ``w`` in [0, 1] are those of the least sum of squared one-year-ahead errors: ``w = 0`` is smoothing of the
    level, 1 the line itself. Never below zero.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon
        Missing where a series has no value at all.

    References
    ----------
    Assimakopoulos, V. and Nikolopoulos, K. (2000), The theta model, International Journal of Forecasting 16,
    521-530.
    Fiorucci, J. A. and others (2016), Models for optimising the theta method and their relationship to state
    space models, International Journal of Forecasting 32, 1151-1161.

    Examples
    --------
    >>> theta(np.array([[10.0, 12.0, 14.0, 16.0, 18.0]]), 2).round(6)
    array([[20., 22.]])
    """
    values = np.ascontiguousarray(history, dtype=float)
    return np.maximum(_theta(values, horizon, THETA_SMOOTHING), 0.0)


def _observed(history: np.ndarray, *, last: bool) -> tuple[np.ndarray, np.ndarray]:
    """The last (or first) observed value of each series and its column."""
    known = ~np.isnan(history)
    at = history.shape[1] - 1 - known[:, ::-1].argmax(axis=1) if last else known.argmax(axis=1)
    return history[np.arange(len(history)), at], at


@compiled
def filter_damped(values, alpha, beta, phi):  # type: ignore[no-untyped-def]
    """Level, trend and sum of squared errors after running the damped trend over one series."""
    level, trend, squares, started = np.nan, 0.0, 0.0, False
    for value in values:
        if not started:
            if not np.isnan(value):
                level, started = value, True
            continue
        level, trend = level + phi * trend, phi * trend
        if not np.isnan(value):
            error = value - level
            level += alpha * error
            trend += beta * error
            squares += error * error
    return level, trend, squares


@compiled
def _damped_trend(history, horizon, alphas, shares, phis):  # type: ignore[no-untyped-def]
    out = np.empty((history.shape[0], horizon))
    for i in range(history.shape[0]):
        level, trend, damping, least = np.nan, 0.0, 1.0, np.inf
        for alpha in alphas:
            for share in shares:
                for phi in phis:
                    end, slope, squares = filter_damped(history[i], alpha, alpha * share, phi)
                    if squares < least:
                        level, trend, damping, least = end, slope, phi, squares
        weight, power = 0.0, 1.0
        for h in range(horizon):
            power *= damping
            weight += power
            out[i, h] = level + weight * trend
    return out


@compiled
def filter_theta(values, intercept, slope, alpha):  # type: ignore[no-untyped-def]
    """Smoothed level of the series and of its line, the line's weight, and the sum of squared errors."""
    level, line_level, started = np.nan, np.nan, False
    squares, cross, line_squares = 0.0, 0.0, 0.0
    for t in range(len(values)):
        line = intercept + slope * t
        if not started:
            if not np.isnan(values[t]):
                level, line_level, started = values[t], line, True
            continue
        above = line - line_level
        if not np.isnan(values[t]):
            error = values[t] - level
            squares += error * error
            cross += error * above
            line_squares += above * above
            level += alpha * error
        line_level += alpha * above
    weight = 0.0 if line_squares == 0.0 else min(max(cross / line_squares, 0.0), 1.0)
    return level, line_level, weight, squares - 2 * weight * cross + weight * weight * line_squares


@compiled
def fit_line(values):  # type: ignore[no-untyped-def]
    """Intercept and slope of the least-squares line through the observed values, over column numbers."""
    n, t1, t2, y1, ty = 0, 0.0, 0.0, 0.0, 0.0
    for t in range(len(values)):
        if not np.isnan(values[t]):
            n += 1
            t1 += t
            t2 += t * t
            y1 += values[t]
            ty += t * values[t]
    spread = n * t2 - t1 * t1
    slope = (n * ty - t1 * y1) / spread if spread > 0 else 0.0
    return (y1 - slope * t1) / n if n > 0 else np.nan, slope


@compiled
def _theta(history, horizon, alphas):  # type: ignore[no-untyped-def]
    series, years = history.shape
    out = np.full((series, horizon), np.nan)
    for i in range(series):
        intercept, slope = fit_line(history[i])
        least = np.inf
        for alpha in alphas:
            level, line_level, weight, squares = filter_theta(history[i], intercept, slope, alpha)
            if squares < least:
                least = squares
                for h in range(horizon):
                    out[i, h] = level + weight * (intercept + slope * (years + h) - line_level)
    return out
