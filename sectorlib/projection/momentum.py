"""What the last year's change says of the years ahead: of the series, its industry and its area."""

from __future__ import annotations

import numpy as np

from sectorlib.exceptions import NotSupportedError
from sectorlib.projection.context import Context
from sectorlib.projection.methods import last_value
from sectorlib.resources import definitions


def own_momentum(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last value, moved once by the series' own change of the last year.

    Annual averages of a series whose months wander are correlated from year to year: part of this year's
    change is the way from last year's average to this year's end, and next year starts at that end (Working
    1960). The move is made once and stays: it is a better start, not a trend. A change beyond the series'
    usual one (:func:`usual_change`) counts as a usual one (``momentum_limit`` in ``data/projection.yaml``), so
    that neither a jump nor a recession is carried on at full size. Each momentum needs both of the last two
    years; without them nothing moves.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.

    Returns
    -------
    array, series x horizon

    References
    ----------
    Working, H. (1960), Note on the correlation of first differences of averages in a random chain,
    Econometrica 28, 916-918.

    Examples
    --------
    Jobs usually change by 1 % a year; of the 10 % of the last year only 1 % is carried on.

    >>> jobs = 10_000 * np.array([[1.0, 1.01, 1.01**2, 1.01**3, 1.01**3 * 1.1]])
    >>> (own_momentum(jobs, 2) / jobs[:, -1:]).round(3)
    array([[1.01, 1.01]])
    """
    return _moved(history, horizon, np.log1p(history))


def industry_momentum(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last value, moved once by the last year's change of its industry in the base.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context
        The industry in the base.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        There is no context.

    Examples
    --------
    >>> industry, flat = np.array([[1.0, 1.02, 1.02**2]]), np.ones((1, 3))
    >>> industry_momentum(np.full((1, 3), 100.0), 1, Context(industry, flat, flat)).round(2)
    array([[102.]])
    """
    return _moved(history, horizon, np.log(needed(context).industry))


def area_momentum(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last value, moved once by the last year's change of all jobs of its area.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context
        All jobs of the area.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        There is no context.

    Examples
    --------
    >>> area, flat = np.array([[1.0, 0.97, 0.97**2]]), np.ones((1, 3))
    >>> area_momentum(np.full((1, 3), 100.0), 1, Context(flat, area, flat)).round(2)
    array([[97.]])
    """
    return _moved(history, horizon, np.log(needed(context).area))


def usual_change(logs: np.ndarray) -> np.ndarray:
    """The median absolute change from year to year of each series: one jump in many years does not move it.

    Parameters
    ----------
    logs : array, series x years
        Logarithms, missing where there is a gap.

    Returns
    -------
    array, series
        Missing where no two years in a row are known.

    Examples
    --------
    >>> usual_change(np.array([[0.0, 0.01, 0.03, 2.03], [0.0, np.nan, 1.0, np.nan]]))
    array([0.02,  nan])
    """
    change = np.sort(np.abs(np.diff(logs, axis=1)), axis=1)  # gaps come last
    known = (~np.isnan(change)).sum(axis=1)
    if not change.shape[1]:
        return np.full(len(logs), np.nan)
    row, middle = np.arange(len(change)), np.maximum(known - 1, 0)
    return (change[row, middle // 2] + change[row, (middle + 1) // 2]) / 2


def needed(context: Context | None) -> Context:
    """The context, where a method cannot do without."""
    if context is None:
        raise NotSupportedError(
            "a method that leans on other series, and only one series at a time",
            "a context: the industry in the base and the area's jobs",
            "context_of(series, base) makes one; or choose a method that needs none, such as damped-trend",
        )
    return context


def no_larger_than_usual(change: np.ndarray, logs: np.ndarray) -> np.ndarray:
    """Changes of logarithms, cut to the usual yearly change of each series times ``momentum_limit``.

    Parameters
    ----------
    change : array, series
        One change of each series.
    logs : array, series x years
        Logarithms, of which :func:`usual_change` is taken.

    Returns
    -------
    array, series

    Examples
    --------
    >>> no_larger_than_usual(np.array([0.3, -0.01]), np.array([[0.0, 0.02, 0.04], [0.0, 0.02, 0.04]]))
    array([ 0.02, -0.01])
    """
    most = definitions("projection")["momentum_limit"]["value"] * np.nan_to_num(usual_change(logs))
    return np.clip(change, -most, most)


def _moved(history: np.ndarray, horizon: int, logs: np.ndarray) -> np.ndarray:
    """The last value times the last change of an index, no larger than a usual one."""
    if logs.shape[1] < 2:
        return last_value(history, horizon)
    change = no_larger_than_usual(np.nan_to_num(logs[:, -1] - logs[:, -2]), logs)
    return last_value(history, horizon) * np.exp(change)[:, None]
