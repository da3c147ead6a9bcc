"""Typical industry pay: the middle of what industries pay, each counted by its jobs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.lookup import rows_of_area
from sectorlib.naics import TOTAL, levels
from sectorlib.wages.pay import average_annual_pay

#: Levels of detail at which industries are compared, the first choice first.
_LEVELS = ("4", "3", "sector")
#: A level is taken if industries whose pay is known hold this share of the jobs, in every year.
_ENOUGH = 0.6
_PRIVATE = "5"
_COLUMNS = [
    "year", "typical_industry_pay", "level", "ownership", "industries", "known_share",
    "typical_least", "typical_most", "moved_most_by",
]  # fmt: skip


def typical_industry_pay(benchmark: pd.DataFrame, area: str) -> pd.DataFrame:
    """Typical industry pay: half of the jobs of an economy are in industries that pay less on average, half in others.

    Industries are put in the order of their average annual pay. Each stands at the share of jobs in industries below it
    and half of its own, ``p_i = (Σ jobs below + jobs_i / 2) / Σ jobs``, and pay is interpolated between the two that stand
    around one half. It is no median of workers' pay: within an industry some earn far more than others.

    Parameters
    ----------
    benchmark : DataFrame
        Panel that holds the area to compare with: the nation, or a study's base.
    area : str
        Its code.

    Returns
    -------
    DataFrame
        One row for each year: typical_industry_pay (nominal USD a job); level (of the industries: 4 digits; 3, or sectors,
        where finer ones are known for less than 60 % of the jobs in some year: one level for all years); ownership
        (private, ``5``; without private rows the one with the most jobs); industries and known_share (how many, and what
        share of the ownership's jobs they hold); typical_least and typical_most (how far it moves if any one industry is
        left out), moved_most_by (the industry that moves it farthest). No rows where no industry's pay is known.

    Raises
    ------
    UnknownAreaError
        The benchmark has no such area.

    References
    ----------
    U.S. Bureau of Labor Statistics, Handbook of Methods, QCEW ("average annual pay"); the interpolated weighted median.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36000", "industry": ["7225", "6221", "5231"], "ownership": "5", "year": 2016,
    ...     "employment": [40.0, 40.0, 20.0], "wages": [40 * 20e3, 40 * 60e3, 20 * 300e3]})
    >>> found = typical_industry_pay(panel, "36000").iloc[0]
    >>> float(found["typical_industry_pay"]), found["level"], found["moved_most_by"]
    (50000.0, '4', '7225')
    """
    rows = rows_of_area(benchmark, area)
    rows = rows.assign(
        pay=average_annual_pay(rows),
        level=levels(rows["industry"]).astype(str),
        industry=rows["industry"].astype(str),
    )
    rows = rows[(rows["level"].isin(_LEVELS) | (rows["industry"] == TOTAL))]
    owner = _owner(rows)
    rows = rows[rows["ownership"].astype(str) == owner]
    level = _level(rows)
    known = rows[(rows["level"] == level) & rows["pay"].notna() & (rows["employment"] > 0)]
    whole = _whole(rows)
    found = []
    for year, industries in known.groupby("year", observed=True):
        industries = industries.sort_values("pay", kind="stable")
        pay, jobs = industries["pay"].to_numpy(float), industries["employment"].to_numpy(float)
        middle = interpolated_middle(pay, jobs)
        without = [interpolated_middle(np.delete(pay, i), np.delete(jobs, i)) for i in range(len(pay))]
        moved = np.nanargmax(np.abs(np.array(without) - middle)) if len(pay) > 1 else 0
        found.append(
            (
                year, middle, level, owner, len(pay), jobs.sum() / whole.get(year, np.nan),
                np.nanmin(without) if len(pay) > 1 else np.nan, np.nanmax(without) if len(pay) > 1 else np.nan,
                industries["industry"].iloc[moved],
            )
        )  # fmt: skip
    return pd.DataFrame(found, columns=_COLUMNS)


def interpolated_middle(pay: np.ndarray, jobs: np.ndarray) -> float:
    """Pay at half of the jobs, between the two industries that stand around it; of figures in rising order.

    >>> interpolated_middle(np.array([20.0, 60.0, 300.0]), np.array([40.0, 40.0, 20.0]))
    50.0
    """
    if not len(pay):
        return float("nan")
    reached = (jobs.cumsum() - jobs / 2) / jobs.sum()
    return float(np.interp(0.5, reached, pay))


def _owner(rows: pd.DataFrame) -> str:
    detail = rows[rows["industry"] != TOTAL]
    jobs = detail.groupby(detail["ownership"].astype(str))["employment"].sum()
    return _PRIVATE if _PRIVATE in jobs.index or jobs.empty else str(jobs.idxmax())


def _whole(rows: pd.DataFrame) -> pd.Series:
    """All jobs by year: the total's, else the most that a level adds up to."""
    totals = rows[rows["industry"] == TOTAL].groupby("year", observed=True)["employment"].sum(min_count=1)
    sums = rows[rows["industry"] != TOTAL].groupby(["year", "level"], observed=True)["employment"].sum()
    return totals.combine_first(sums.groupby("year", observed=True).max())


def _level(rows: pd.DataFrame) -> str:
    """The finest level that is known well enough in every year; else the one that is known best."""
    known = rows[rows["pay"].notna() & rows["level"].isin(_LEVELS)]
    whole = _whole(rows)
    jobs = known.pivot_table("employment", "level", "year", aggfunc="sum", observed=True)
    share = jobs.reindex(columns=whole.index).fillna(0.0).div(whole).min(axis=1)
    for level in _LEVELS:
        if share.get(level, 0.0) >= _ENOUGH:
            return level
    return str(share.idxmax()) if len(share) else _LEVELS[0]
