"""How an area's jobs in a sector divide over its industries: what published and withheld cells allow, and what is likely."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class IndustryMix:
    """Jobs of a sector by industry: an area a row, an industry a column.

    Attributes
    ----------
    low, high : array of (areas, industries)
        The least and the most jobs of each industry; high is inf where nothing bounds it.
    total_low, total_high : array of (areas,)
        The least and the most jobs of all of them together.
    likely : array of (areas, industries)
        Shares of the sector's jobs that lie between: the least of each industry, and what is left of the total divided
        as ``size`` is, none above its most. Rows sum to 1.
    """

    low: Numbers
    high: Numbers
    total_low: Numbers
    total_high: Numbers
    likely: Numbers

    def fewest(self, rates: Numbers) -> Numbers:
        """The least sum of jobs times rate over all divisions that the bounds allow: (areas, rates).

        Industries get their least; what the total asks for beyond that goes where the rate is lowest first.
        """
        left = (self.total_low - self.low.sum(axis=1)).clip(min=0)
        return np.column_stack(
            [_filled(self.low, self.high, left, rate, np.argsort(rate)) for rate in rates.T]
        )

    def most(self, rates: Numbers) -> Numbers:
        """The greatest such sum, where the rate is highest first; missing where nothing bounds the total."""
        left = (self.total_high - self.low.sum(axis=1)).clip(min=0)
        known = np.where(np.isfinite(left), left, 0.0)
        out = np.column_stack(
            [_filled(self.low, self.high, known, rate, np.argsort(-rate)) for rate in rates.T]
        )
        return np.where(np.isfinite(left)[:, None], out, np.nan)


def industry_mix(low: Numbers, high: Numbers, whole: pd.DataFrame, size: Numbers) -> IndustryMix:
    """The mix of a sector's industries from their cells and the sector's own.

    Parameters
    ----------
    low, high : array of (areas, industries)
        Least and most jobs of each industry; high is inf where no bound is known.
    whole : DataFrame
        One row for each area: the sector's employment, employment_low and employment_high.
    size : array of (industries,)
        Jobs in the nation; what is withheld is divided like them.

    Examples
    --------
    >>> whole = pd.DataFrame({"employment": [100.0], "employment_low": [100.0], "employment_high": [100.0]})
    >>> low, high = np.array([[60.0, 0.0, 0.0]]), np.array([[60.0, 8.0, 50.0]])
    >>> mix = industry_mix(low, high, whole, np.array([5.0, 3.0, 2.0]))
    >>> mix.likely.tolist()
    [[0.6, 0.08, 0.32]]
    >>> mix.fewest(np.array([[0.0], [0.1], [0.2]])).tolist(), mix.most(np.array([[0.0], [0.1], [0.2]])).tolist()
    ([[7.2]], [[8.0]])
    """
    total_low = whole["employment_low"].to_numpy(float)
    total_high = whole["employment_high"].fillna(np.inf).to_numpy(float)
    nothing = (high.sum(axis=1) == 0) & (total_high > 0)  # jobs, but no industry that they could be in
    high = np.where(nothing[:, None], total_high[:, None], high)
    # parents miss the sum of their parts by a little, and parts that are not published are left out of it
    short = _over(total_low, high.sum(axis=1), 1.0).clip(min=1)
    excess = _over(total_high, low.sum(axis=1), 1.0).clip(max=1)
    scale = np.where(short > 1, short, excess)[:, None]
    low, high = (
        low * scale,
        np.where(np.isfinite(high), high, 0.0) * scale + np.where(np.isfinite(high), 0.0, high),
    )
    total = whole["employment"].to_numpy(float)
    middle = np.where(np.isfinite(total_high), (total_low + total_high) / 2, np.nan)
    total = np.where(np.isnan(total), middle, total)
    likely = low + _shared_out(_left(low, high, total, size), size, high - low)
    likely = np.where(likely.sum(axis=1, keepdims=True) > 0, likely, size)
    return IndustryMix(low, high, total_low, total_high, likely / likely.sum(axis=1, keepdims=True))


def _left(low: Numbers, high: Numbers, total: Numbers, size: Numbers) -> Numbers:
    """Jobs beyond the least of each industry; without any total, as many as the nation has beside the known ones."""
    known = low == high
    there = np.where(known, low, 0.0).sum(axis=1)
    published, withheld = (np.where(which, size, 0.0).sum(axis=1) for which in (known, ~known))
    like_nation = there + np.where(there * published > 0, there * _over(withheld, published, 0.0), 1.0)
    return (np.where(np.isnan(total), like_nation, total) - low.sum(axis=1)).clip(min=0)


def _shared_out(left: Numbers, size: Numbers, room: Numbers) -> Numbers:
    """What is left divided over industries in proportion to size, none above its room."""
    out = np.zeros_like(room)
    for _ in range(room.shape[1]):
        open_ = np.where(out < room, size, 0.0)
        step = _over(open_, open_.sum(axis=1, keepdims=True), 0.0) * left[:, None]
        step = np.minimum(step, room - out)
        out, left = out + step, left - step.sum(axis=1)
    return out


def _filled(low: Numbers, high: Numbers, left: Numbers, rate: Numbers, order: NDArray[np.intp]) -> Numbers:
    """Jobs times rate where what is left is filled in industry by industry in an order."""
    room = np.minimum((high - low)[:, order], left[:, None])
    reached = np.minimum(room.cumsum(axis=1), left[:, None])
    return low @ rate + np.diff(reached, axis=1, prepend=0.0) @ rate[order]


def _over(part: Numbers, whole: Numbers, otherwise: float) -> Numbers:
    """Part over whole, and something else where the whole is nothing."""
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, otherwise), where=whole != 0)
