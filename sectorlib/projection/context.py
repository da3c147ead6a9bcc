"""What a method may know beside the series themselves: the same industry elsewhere, and the area's other jobs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics


@dataclass(frozen=True)
class Context:
    """The surroundings of each series, year by year; row by row beside the histories.

    Each is an index: only its changes matter, not its level. The value of a year depends on that year and
    earlier ones alone, so that cutting the columns (:meth:`until`) leaves nothing of the future in them.

    Parameters
    ----------
    industry : array, series x years
        The series' industry in the base.
    area : array, series x years
        All jobs of the series' area.
    total : array, series x years
        All jobs of the base.
    year_end : array, series x years, optional
        How each year ended beside its mean, in logarithms and after what is usual; missing where not known.
    """

    industry: np.ndarray
    area: np.ndarray
    total: np.ndarray
    year_end: np.ndarray | None = None

    def until(self, years: int) -> Context:
        """What was known after the first ``years`` years."""
        return self._each(lambda values: values[:, :years])

    def rows(self, chosen: np.ndarray) -> Context:
        """The surroundings of some of the series."""
        return self._each(lambda values: values[chosen])

    def _each(self, cut: Callable[[np.ndarray], np.ndarray]) -> Context:
        ends = None if self.year_end is None else cut(self.year_end)
        return Context(cut(self.industry), cut(self.area), cut(self.total), ends)


def context_of(series: pd.DataFrame, base: pd.DataFrame | None = None) -> Context:
    """The surroundings of the series of a panel.

    Without a base, or where the base has no figure of an industry, the industry is that of all areas of the
    panel taken together: linked year by year over the series that are known in both years, so that a
    withheld cell does not look like a loss of jobs.

    Parameters
    ----------
    series : DataFrame
        Jobs, a row for each (area, industry), a column for each year, as of ``employment_series``.
    base : DataFrame, optional
        Panel of the base area, one ownership; industry ``10`` is its total.

    Returns
    -------
    Context
        Row by row as ``series``.

    Examples
    --------
    Jobs of the industry grow by 10 % where both years are known; the withheld one is no decline.

    >>> index = pd.MultiIndex.from_tuples([("36055", "62"), ("36029", "62")], names=["area", "industry"])
    >>> context_of(pd.DataFrame([[100.0, 110.0], [50.0, None]], index, [2016, 2017])).industry.round(2)
    array([[1. , 1.1],
           [1. , 1.1]])
    """
    values = series.to_numpy()
    area, industry = (series.index.get_level_values(level).astype(str) for level in ("area", "industry"))
    by_area, by_industry = (link_growth(values, names) for names in (area, industry))
    by_total = link_growth(values, np.zeros(len(values), dtype=int)).loc[0]
    if base is not None:
        wide = base.set_index([base["industry"].astype(str), "year"])["employment"].unstack("year")  # noqa: PD010
        wide = wide.reindex(columns=series.columns)
        known = link_growth(wide.to_numpy(), wide.index)
        by_industry = known.reindex(by_industry.index).fillna(by_industry)
        if naics.TOTAL in known.index:
            by_total = known.loc[naics.TOTAL].fillna(by_total)
    return Context(
        _index(by_industry.loc[industry].to_numpy()),
        _index(by_area.loc[area].to_numpy()),
        np.repeat(_index(by_total.to_numpy()[None]), len(values), axis=0),
    )


def link_growth(values: np.ndarray, groups: np.ndarray | pd.Index) -> pd.DataFrame:
    """Growth of groups of series from year to year, each over the series known in both.

    Parameters
    ----------
    values : array, series x years
        Jobs, missing where there is a gap.
    groups : array, series
        The group of each series.

    Returns
    -------
    DataFrame, groups x (years - 1)
        Jobs over those of the year before; missing where no series is known in both years, or there were no
        jobs in one.

    Examples
    --------
    >>> link_growth(np.array([[10.0, 11.0, 22.0], [30.0, 33.0, np.nan]]), np.array([0, 0]))
         0    1
    0  1.1  2.0
    """
    both = ~np.isnan(values[:, 1:]) & ~np.isnan(values[:, :-1])
    before = pd.DataFrame(np.where(both, values[:, :-1], 0.0)).groupby(np.asarray(groups)).sum()
    after = pd.DataFrame(np.where(both, values[:, 1:], 0.0)).groupby(np.asarray(groups)).sum()
    return after.where(after > 0) / before.where(before > 0)


def _index(ratios: np.ndarray) -> np.ndarray:
    """Index from growth, 1 in the first year; unchanged over a year of which nothing is known."""
    return np.hstack([np.ones((len(ratios), 1)), np.nan_to_num(ratios, nan=1.0).cumprod(axis=1)])
