"""Components of job quality, side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL
from sectorlib.wages.pay import average_annual_pay

_ALL_OWNERSHIPS = "0"


def job_quality(
    panel: pd.DataFrame,
    base: pd.DataFrame,
    base_area: str,
    prices: pd.Series,
    since: int,
    living_wage: pd.Series | None = None,
    typical_pay: pd.Series | None = None,
) -> pd.DataFrame:
    """Components of job quality side by side; there is no agreed definition, so there is no score.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``, ownership ``0``) of its areas.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area.
    prices : Series of float
        Price index by year, as of :func:`read_consumer_prices`.
    since : int
        Real pay growth is measured from this year.
    living_wage : Series of float, optional
        What a full-time worker needs, nominal USD a year by area, as the user's source has it.
    typical_pay : Series of float, optional
        Typical industry pay, nominal USD a job, on the index of ``panel``; see :func:`typical_industry_pay`.

    Returns
    -------
    DataFrame
        On the index of ``panel``: pay_over_area (ratio to the area's average over all industries),
        pay_over_base (ratio to the same industry in the base), real_pay_growth (percent since ``since``, at
        constant national prices), jobs_per_establishment, size_over_base (ratio of it to the base's),
        pay_over_living_wage and pay_over_typical (each missing without one). Missing where a figure is not known.

    Raises
    ------
    UnknownAreaError
        The base has no such area.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": ["36055"] * 2 + ["36000"] * 2, "industry": ["10", "31-33"] * 2, "ownership": ["0", "5"] * 2,
    ...     "year": 2016, "employment": [1000.0, 100, 9000, 1000], "wages": [50e6, 7e6, 540e6, 80e6],
    ...     "establishments": [50.0, 5, 450, 100]})
    >>> prices, needed = pd.Series({2016: 240.0}), pd.Series({"36055": 35_000.0})
    >>> job_quality(panel, panel, "36000", prices, 2016, needed).iloc[1].to_list()
    [1.4, 0.875, 0.0, 20.0, 2.0, 2.0, nan]
    """
    rows = panel[["area", "industry", "ownership", "year"]].assign(
        pay=average_annual_pay(panel), size=_jobs_per_establishment(panel)
    )
    whole = rows_of_area(base, base_area)
    whole = whole.assign(pay=average_annual_pay(whole), size=_jobs_per_establishment(whole))
    theirs = matched(rows, whole, ["industry", "ownership", "year"], ["pay", "size"])
    totals = rows[(rows["industry"] == TOTAL) & (rows["ownership"] == _ALL_OWNERSHIPS)]
    area = matched(rows, totals, ["area", "year"], ["pay"])["pay"]
    first = rows[rows["year"] == since]
    then = matched(rows, first, ["area", "industry", "ownership"], ["pay"])["pay"]
    index = rows["year"].astype(int).map(prices)
    needed = rows["area"].astype(str).map({} if living_wage is None else living_wage).astype(float)
    return pd.DataFrame(
        {
            "pay_over_area": rows["pay"] / area,
            "pay_over_base": rows["pay"] / theirs["pay"],
            "real_pay_growth": 100 * ((rows["pay"] / index) / (then / prices.get(since, np.nan)) - 1),
            "jobs_per_establishment": rows["size"],
            "size_over_base": rows["size"] / theirs["size"].where(theirs["size"] > 0),
            "pay_over_living_wage": rows["pay"] / needed,
            "pay_over_typical": rows["pay"] / (np.nan if typical_pay is None else typical_pay),
        }
    )


def _jobs_per_establishment(panel: pd.DataFrame) -> pd.Series:
    return panel["employment"] / panel["establishments"].where(panel["establishments"] > 0)
