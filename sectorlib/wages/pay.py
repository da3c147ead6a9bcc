"""Average annual pay, what it can be where figures are withheld, and where it rests on too few establishments."""

from __future__ import annotations

import pandas as pd

from sectorlib.resources import definitions


def average_annual_pay(panel: pd.DataFrame) -> pd.Series:
    """Average annual pay: total annual wages over average annual employment.

    Parameters
    ----------
    panel : DataFrame
        Panel.

    Returns
    -------
    Series of float
        ``average_annual_pay`` in nominal USD a job, on the index of ``panel``; missing where wages or
        employment are not fully known or there are no jobs.

    References
    ----------
    U.S. Bureau of Labor Statistics, Handbook of Methods, QCEW, "average annual pay".

    Examples
    --------
    >>> panel = pd.DataFrame({"wages": [5e6, 0.0, 1e6], "employment": [100.0, 0.0, None]})
    >>> average_annual_pay(panel).to_list()
    [50000.0, nan, nan]
    """
    jobs = panel["employment"]
    return (panel["wages"] / jobs.where(jobs > 0)).rename("average_annual_pay")


def average_annual_pay_bounds(panel: pd.DataFrame) -> pd.DataFrame:
    """The least and the most that average annual pay can be, where figures are withheld in part.

    ``low = wages_low / employment_high``, ``high = wages_high / employment_low``.

    Parameters
    ----------
    panel : DataFrame
        Panel; without bounds a cell's are its own figures.

    Returns
    -------
    DataFrame
        ``average_annual_pay_low`` and ``average_annual_pay_high``, nominal USD a job, on the index of
        ``panel``: both the average pay where it is known, missing where no bound follows.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "wages": [None], "wages_low": [4e6], "wages_high": [5e6],
    ...     "employment": [None], "employment_low": [80.0], "employment_high": [100.0]})
    >>> average_annual_pay_bounds(panel).iloc[0].to_list()
    [40000.0, 62500.0]
    """
    ends = {
        f"{f}_{e}": panel.get(f"{f}_{e}", panel[f]) for f in ("wages", "employment") for e in ("low", "high")
    }
    low = ends["wages_low"] / ends["employment_high"].where(ends["employment_high"] > 0)
    high = ends["wages_high"] / ends["employment_low"].where(ends["employment_low"] > 0)
    known = average_annual_pay(panel)
    return pd.DataFrame(
        {"average_annual_pay_low": known.fillna(low), "average_annual_pay_high": known.fillna(high)}
    )


def few_establishments(panel: pd.DataFrame) -> pd.Series:
    """Whether a cell has too few establishments for its average pay to speak for an industry.

    Parameters
    ----------
    panel : DataFrame
        Panel.

    Returns
    -------
    Series of bool
        ``few_establishments`` on the index of ``panel``: fewer than the number in ``data/wage_tiers.yaml``
        (10), or not known.

    Examples
    --------
    >>> few_establishments(pd.DataFrame({"establishments": [9.0, 10.0, None]})).to_list()
    [True, False, True]
    """
    least = definitions("wage_tiers")["few_establishments"]["value"]
    return (~(panel["establishments"] >= least)).rename("few_establishments")
