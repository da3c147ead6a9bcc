"""Projection methods: many short annual series in, their next years out.

Every method has one signature: a matrix of histories (series x years, missing where there is a gap) and a
horizon give a matrix of projections (series x horizon). A history ends in the last year that may be known;
methods see nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit

from sectorlib.exceptions import UnknownNameError

Method = Callable[[np.ndarray, int], np.ndarray]

#: Where the smoothing parameters of the damped trend are sought: the level's, the trend's as a share of it,
#: and the damping. Yearly employment is close to a random walk, and a free search follows noise in ten
#: points: slow levels, trends that jump and trends that hardly fade are left out.
LEVEL_SMOOTHING = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 0.99])
TREND_SMOOTHING = np.array([0.0, 0.01, 0.05, 0.1])
DAMPING = np.array([0.8, 0.85, 0.9])


def last_value(history: np.ndarray, horizon: int) -> np.ndarray:
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


def drift(history: np.ndarray, horizon: int) -> np.ndarray:
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


def damped_trend(history: np.ndarray, horizon: int) -> np.ndarray:
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


#: The methods by name.
METHODS: dict[str, Method] = {"last-value": last_value, "drift": drift, "damped-trend": damped_trend}


def method_named(name: str) -> Method:
    """A method by its name.

    Raises
    ------
    UnknownNameError
        There is none; the hint gives the nearest.

    Examples
    --------
    >>> method_named("damped trend")
    Traceback (most recent call last):
    sectorlib.exceptions.UnknownNameError: unknown projection method 'damped trend'
      expected: one of 3 projection method names
      hint: did you mean 'damped-trend'?
    """
    if name not in METHODS:
        raise UnknownNameError.unknown_name("projection method", name, METHODS)
    return METHODS[name]


def _observed(history: np.ndarray, *, last: bool) -> tuple[np.ndarray, np.ndarray]:
    """The last (or first) observed value of each series and its column."""
    known = ~np.isnan(history)
    at = history.shape[1] - 1 - known[:, ::-1].argmax(axis=1) if last else known.argmax(axis=1)
    return history[np.arange(len(history)), at], at


@njit(cache=True)
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


@njit(cache=True)
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
