"""Methods that lean on the same industry in the base, and on the area's other jobs."""

from __future__ import annotations

import numpy as np

from sectorlib.projection.context import Context
from sectorlib.projection.methods import DAMPING, damped_trend, last_value
from sectorlib.projection.momentum import needed

#: Years over which an area's gain or loss of share is averaged.
_RECENT = 5

#: An index starts at 1, where the one job that logarithms add would count; jobs of a whole base do not.
_JOBS = 1e6


def constant_share(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The area keeps its share of the industry in the base, which follows its damped trend.

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

    References
    ----------
    Brown, H. J. (1969), Shift and share projections of regional economic growth: an empirical test, Journal
    of Regional Science 9, 1-18.

    Examples
    --------
    >>> flat = np.ones((1, 8))
    >>> constant_share(np.array([[8.0, 9, 8, 9, 8, 9, 8, 10]]), 2, Context(flat, flat, flat)).round(3)
    array([[10., 10.]])
    """
    return last_value(history, horizon) * _damped_ratio(needed(context).industry, horizon)


def base_growth(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The last value grows on as the industry has grown in the base, on average over all years known.

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
    >>> industry = 1.1 ** np.arange(8)[None]
    >>> base_growth(np.full((1, 8), 100.0), 2, Context(industry, industry, industry)).round(1)
    array([[110., 121.]])
    """
    return last_value(history, horizon) * _average_ratio(needed(context).industry, horizon)


def area_growth(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """The industry's average growth in the base, and on top what the area has grown faster than the base.

    Parameters
    ----------
    history : array, series x years
        Annual values, missing where there is a gap.
    horizon : int
        Years ahead of the last column.
    context : Context
        The industry and all jobs in the base, all jobs of the area.

    Returns
    -------
    array, series x horizon

    Raises
    ------
    NotSupportedError
        There is no context.

    Examples
    --------
    The industry grows by 10 % a year, the area as slowly as the base grows fast.

    >>> fast, slow = 1.1 ** np.arange(8)[None], 1.1 ** -np.arange(8.0)[None]
    >>> area_growth(np.full((1, 8), 121.0), 2, Context(fast, slow, fast)).round(1)
    array([[110., 100.]])
    """
    known = needed(context)
    relative = _average_ratio(known.area, horizon) / _average_ratio(known.total, horizon)
    return base_growth(history, horizon, context) * relative


def shift_share(history: np.ndarray, horizon: int, context: Context | None = None) -> np.ndarray:
    """Constant share, and on top the recent gain or loss of share, fading out.

    The average yearly change of ``ln(jobs + 1) - ln(industry in the base)`` over the last five years goes on,
    damped to 0.8 of the year before each year: carried on undamped it is known to lose to constant share.

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

    References
    ----------
    Brown, H. J. (1969), Shift and share projections of regional economic growth: an empirical test, Journal
    of Regional Science 9, 1-18.

    Examples
    --------
    A share that grew by 10 % a year in a flat industry: 8 % more next year, 6.4 % the year after.

    >>> flat = np.ones((1, 8))
    >>> shift_share(1e6 * 1.1 ** np.arange(-7.0, 1)[None], 2, Context(flat, flat, flat)).round(-3)
    array([[1079000., 1147000.]])
    """
    share = np.log1p(history) - np.log(needed(context).industry)
    change = _average_change(share[:, -(_RECENT + 1) :])
    fading = np.cumsum(DAMPING[0] ** np.arange(1, horizon + 1))
    return constant_share(history, horizon, context) * np.exp(change[:, None] * fading)


def _damped_ratio(index: np.ndarray, horizon: int) -> np.ndarray:
    # many series share an index: each is projected once
    unique, where = np.unique(index, axis=0, return_inverse=True)
    return (damped_trend(unique * _JOBS, horizon) / (unique[:, -1:] * _JOBS))[where]


def _average_ratio(index: np.ndarray, horizon: int) -> np.ndarray:
    years = max(index.shape[1] - 1, 1)
    return (index[:, -1:] / index[:, :1]) ** (np.arange(1, horizon + 1) / years)


def _average_change(values: np.ndarray) -> np.ndarray:
    """Average change a year from the first observed value to the last; 0 where there is only one."""
    known = ~np.isnan(values)
    first, last = known.argmax(axis=1), values.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    row = np.arange(len(values))
    years = np.maximum(last - first, 1)
    return np.nan_to_num((values[row, last] - values[row, first]) / years)
