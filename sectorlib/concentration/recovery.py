"""The base's industry shares, from published location quotients where the base's own rows are not at hand.

A location quotient is published with two decimals, so each one says within which bounds the base's share
lies: ``share of the area / (LQ ± 0.005)``. All areas share one base, so the bounds of thousands of areas
meet in a narrow interval; where they do not meet, some figure is not what it is taken for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sectorlib.concentration.quotients import totals_of
from sectorlib.lookup import matched

#: Half a unit of the second decimal, to which location quotients are published.
_HALF_UNIT = 0.005


def recover_base_shares(
    panel: pd.DataFrame,
    published: pd.Series,
    on: str = "employment",
    periods: Sequence[str] = ("year",),
    rounding: float = 0.5,
) -> pd.DataFrame:
    """An industry's share of the base economy, as an interval that every published quotient agrees with.

    Parameters
    ----------
    panel : DataFrame
        Rows of areas with their totals (industry ``10``, ownership ``0``); withheld figures missing.
    published : Series
        Location quotients with two decimals on the index of ``panel``; 0 or missing where none is published.
    on : {"employment", "wages", "establishments"}
        What the quotients are of.
    periods : sequence of str
        What one base share holds for: ``("year",)``, or ``("year", "quarter")`` for quarterly rows.
    rounding : float
        How far figures and totals may be from what the quotients were computed from: half a job for annual
        averages, 0 for monthly jobs, establishments and wages.

    Returns
    -------
    DataFrame
        One row for each industry, ownership and period: ``share_low``, ``share_high``, ``areas`` (how many
        quotients they rest on) and ``agrees`` (whether the bounds of all areas meet; if not, low is above
        high).

    Raises
    ------
    TableError
        The area totals are absent altogether.

    Examples
    --------
    Two counties with 20 and 31 of 100 jobs and published quotients of 4.00 and 6.20: the base has 5 %.

    >>> panel = pd.DataFrame({
    ...     "area": ["36055", "36055", "36057", "36057"], "industry": ["10", "311"] * 2,
    ...     "ownership": ["0", "5"] * 2, "year": 2016, "employment": [100.0, 20, 100, 31],
    ... })
    >>> shares = recover_base_shares(panel, pd.Series([1.0, 4.0, 1.0, 6.2]), rounding=0)
    >>> shares.loc[shares["industry"] == "311", ["share_low", "share_high"]].round(5)
       share_low  share_high
    1    0.04996     0.05004
    """
    periods = list(periods)
    total = matched(panel, totals_of(panel, panel, "all"), ["area", *periods], [on])[on]
    jobs = panel[on]
    usable = (published > 0) & (jobs > 0) & total.notna()
    jobs, total, published = jobs[usable], total[usable], published[usable]
    most = (jobs + rounding) / (total - rounding).where(total > rounding)
    bounds = panel.loc[usable, ["industry", "ownership", *periods]].assign(
        share_low=((jobs - rounding) / (total + rounding)) / (published + _HALF_UNIT),
        share_high=most / (published - _HALF_UNIT).where(published > _HALF_UNIT),
    )
    grouped = bounds.groupby(["industry", "ownership", *periods], observed=True)
    shares = grouped.agg(
        share_low=("share_low", "max"), share_high=("share_high", "min"), areas=("share_low", "size")
    ).reset_index()
    return shares.assign(agrees=~(shares["share_low"] > shares["share_high"]))


def location_quotient_from_shares(
    panel: pd.DataFrame, shares: pd.DataFrame, on: str = "employment", periods: Sequence[str] = ("year",)
) -> pd.DataFrame:
    """Location quotients against base shares that are known within bounds.

    Parameters
    ----------
    panel : DataFrame
        Rows of areas with their totals (industry ``10``, ownership ``0``).
    shares : DataFrame
        What :func:`recover_base_shares` gives.
    on, periods
        As in :func:`recover_base_shares`.

    Returns
    -------
    DataFrame
        ``location_quotient`` (at the middle of the share's bounds), ``location_quotient_low`` and
        ``location_quotient_high`` on the index of ``panel``; missing where a figure or the share is, or
        where the areas the share was recovered from do not agree.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36059", "industry": ["10", "311"], "ownership": ["0", "5"], "year": 2016,
    ...     "employment": [200.0, 20],
    ... })
    >>> shares = pd.DataFrame({
    ...     "industry": ["311"], "ownership": "5", "year": 2016, "share_low": 0.04, "share_high": 0.06,
    ...     "areas": 9, "agrees": True,
    ... })
    >>> location_quotient_from_shares(panel, shares).round(3).iloc[1].to_list()
    [2.0, 1.667, 2.5]
    """
    periods = list(periods)
    total = matched(panel, totals_of(panel, panel, "all"), ["area", *periods], [on])[on]
    share = panel[on] / total.where(total > 0)
    base = matched(
        panel, shares[shares["agrees"]], ["industry", "ownership", *periods], ["share_low", "share_high"]
    )
    table = pd.DataFrame(
        {
            "location_quotient": 2 * share / (base["share_low"] + base["share_high"]),
            "location_quotient_low": share / base["share_high"],
            "location_quotient_high": share / base["share_low"],
        }
    )
    return table.where(np.isfinite(table))
