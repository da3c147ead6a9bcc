"""Pay: average annual pay and the tier it falls in.

Pay in the Quarterly Census of Employment and Wages is a mean over full- and part-time jobs, bonuses
included; it is not what a typical worker earns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL, levels
from sectorlib.resources import definitions

TIERS = ("low", "middle", "high")

_ALL_OWNERSHIPS = "0"
#: Levels at which industries are cut into tiers; totals and supersectors are not industries.
_NOT_INDUSTRIES = ("total", "domain", "supersector")

_THRESHOLD_COLUMNS = [
    "scheme", "area", "ownership", "level", "year",
    "reference_pay", "low_below", "high_above", "industries", "withheld",
]  # fmt: skip


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


def wage_tier(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, scheme: str | None = None
) -> pd.Series:
    """The tier of each cell's average annual pay: low, middle or high.

    Low is below the scheme's first threshold, high above its second. Thresholds in dollars are those of
    :func:`wage_thresholds`.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``, ownership ``0``) of its areas for ``area-ratio``.
    base : DataFrame
        Panel that holds the base area; may be the same one.
    base_area : str
        Code of the base area.
    scheme : str, optional
        ``area-ratio`` (pay beside the area's own all-industry pay), ``base-terciles`` or ``oecd``, as
        defined in ``data/wage_tiers.yaml``; its default is ``area-ratio``, since terciles of a base that
        holds one very large city sort every other place into low.

    Returns
    -------
    Series of ordered category
        ``wage_tier`` on the index of ``panel``. Where pay is known only within bounds, the tier is known if
        both ends lie in it. Missing where the tier or the threshold is not known, and in the schemes of
        the base for totals and supersectors.

    Raises
    ------
    UnknownNameError
        There is no such scheme.
    UnknownAreaError
        The base has no such area.
    TableError
        The total rows are absent altogether.

    Examples
    --------
    A county pays 50,000 over all its jobs; its factories pay 70,000 (1.4 times), its shops 30,000 (0.6).

    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["10", "31-33", "44-45"], "ownership": ["0", "5", "5"], "year": 2016,
    ...     "employment": [1000.0, 100.0, 100.0], "wages": [50e6, 7e6, 3e6],
    ... })
    >>> wage_tier(panel, base=panel, base_area="36055").to_list()
    ['middle', 'high', 'low']
    """
    thresholds = wage_thresholds(panel, base, base_area, scheme)
    if _scheme(scheme)[1]["reference_pay"] == "area-pay":
        rows, keys = panel[["area", "year"]], ["area", "year"]
    else:
        keys = ["ownership", "level", "year"]
        rows = panel[["ownership", "year"]].assign(level=levels(panel["industry"]).astype(str))
    bounds = matched(rows, thresholds, keys, ["low_below", "high_above"])
    pay = average_annual_pay_bounds(panel)
    least, most = (
        pd.Series(
            np.select([end < bounds["low_below"], end > bounds["high_above"]], ["low", "high"], "middle"),
            index=panel.index,
        )
        for end in (pay["average_annual_pay_low"], pay["average_annual_pay_high"])
    )
    known = pay.notna().all(axis=1) & bounds.notna().all(axis=1) & (least == most)
    return least.where(known).astype(pd.CategoricalDtype(list(TIERS), ordered=True)).rename("wage_tier")


def wage_thresholds(
    panel: pd.DataFrame, base: pd.DataFrame, base_area: str, scheme: str | None = None
) -> pd.DataFrame:
    """The thresholds behind :func:`wage_tier`, in dollars, with their NAICS level and year.

    Parameters
    ----------
    panel, base, base_area, scheme
        As in :func:`wage_tier`.

    Returns
    -------
    DataFrame
        Columns scheme, area, ownership, level (of the industries compared), year, reference_pay,
        low_below, high_above (nominal USD a job), industries (how many the reference rests on) and
        withheld (how many of the base's are left out because their pay is not known). ``area-ratio`` has a
        row for each area and year, the schemes of the base one for each ownership, level and year;
        ``reference_pay`` is the area's average, or the employment-weighted median of the base's industries.

    Raises
    ------
    UnknownNameError, UnknownAreaError, TableError
        As :func:`wage_tier`.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["10", "31-33"], "ownership": ["0", "5"], "year": 2016,
    ...     "employment": [1000.0, 100.0], "wages": [50e6, 7e6],
    ... })
    >>> wage_thresholds(panel, base=panel, base_area="36055")[["area", "level", "low_below", "high_above"]]
        area  level  low_below  high_above
    0  36055  total    40000.0     60000.0
    """
    name, terms = _scheme(scheme)
    base = rows_of_area(base, base_area)
    if terms["reference_pay"] == "area-pay":
        thresholds = _area_thresholds(panel, terms)
    else:
        thresholds = _base_thresholds(base, terms).assign(area=base_area)
    return thresholds.assign(scheme=name)[_THRESHOLD_COLUMNS]


def weighted_quantile(values: pd.Series, weights: pd.Series, share: float) -> float:
    """The least value at which the cumulated weight reaches a share of all weight; missing if there is none.

    >>> weighted_quantile(pd.Series([30.0, 10.0, 20.0]), pd.Series([1.0, 1.0, 2.0]), 0.5)
    20.0
    """
    order = np.argsort(values.to_numpy(), kind="stable")
    reached = weights.to_numpy()[order].cumsum()
    if not len(reached) or reached[-1] <= 0:
        return float("nan")
    # a share such as 2/3 is not exact in binary: do not step past an industry that ends just there
    position = np.searchsorted(reached, (share - 1e-9) * reached[-1])
    return float(values.to_numpy()[order][position])


def _scheme(name: str | None) -> tuple[str, dict[str, Any]]:
    terms = definitions("wage_tiers")
    name = name or terms["default_scheme"]
    if name not in terms["schemes"]:
        raise UnknownNameError.unknown_name("wage tier scheme", name, terms["schemes"])
    return name, terms["schemes"][name]


def _area_thresholds(panel: pd.DataFrame, terms: dict[str, Any]) -> pd.DataFrame:
    totals = panel[(panel["industry"] == TOTAL) & (panel["ownership"] == _ALL_OWNERSHIPS)]
    if totals.empty:
        raise TableError(
            "no all-industry row, so the areas' own pay is not known",
            f"rows of industry {TOTAL!r} and ownership {_ALL_OWNERSHIPS!r}",
            "keep the total rows when you select, or use scheme='base-terciles'",
        )
    pay = average_annual_pay(totals)
    return totals[["area", "ownership", "year"]].assign(
        level="total",
        reference_pay=pay,
        low_below=terms["low_below"]["value"] * pay,
        high_above=terms["high_above"]["value"] * pay,
        industries=pay.notna().astype(int),
        withheld=pay.isna().astype(int),
    )


def _base_thresholds(base: pd.DataFrame, terms: dict[str, Any]) -> pd.DataFrame:
    keys = ["ownership", "level", "year"]
    industries = base.assign(level=levels(base["industry"]).astype(str), pay=average_annual_pay(base))
    industries = industries[~industries["level"].isin(_NOT_INDUSTRIES) & ~(base["employment"] == 0)]
    rows = []
    for key, group in industries.groupby(keys, observed=True):
        known = group.dropna(subset="pay")
        rows.append(
            {
                **dict(zip(keys, key, strict=True)),
                "reference_pay": weighted_quantile(known["pay"], known["employment"], 0.5),
                "low_below": _dollars(terms["low_below"], known),
                "high_above": _dollars(terms["high_above"], known),
                "industries": len(known),
                "withheld": len(group) - len(known),
            }
        )
    return pd.DataFrame(rows, columns=_THRESHOLD_COLUMNS[2:])


def _dollars(term: dict[str, Any], industries: pd.DataFrame) -> float:
    """A threshold of the base in dollars: a quantile of its jobs by pay, or a multiple of their median."""
    if term["unit"] == "ratio to the median":
        return term["value"] * weighted_quantile(industries["pay"], industries["employment"], 0.5)
    return weighted_quantile(industries["pay"], industries["employment"], term["value"])
