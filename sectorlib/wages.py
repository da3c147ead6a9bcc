"""Pay: average annual pay, nominal and real, the tier it falls in, and what else tells the quality of jobs.

Pay in the Quarterly Census of Employment and Wages is a mean over full- and part-time jobs, bonuses
included; it is not what a typical worker earns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
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


def real_pay(pay: pd.Series, years: pd.Series, prices: pd.Series, dollars_of: int) -> pd.Series:
    """Pay in the dollars of one year, so that years can be compared.

    ``pay · CPI[dollars_of] / CPI[year]``. National prices say nothing of how dear a place is: see
    :func:`pay_at_parity`.

    Parameters
    ----------
    pay : Series of float
        Nominal USD, as of :func:`average_annual_pay`.
    years : Series of int
        Year of each figure, on the same index.
    prices : Series of float
        Price index by year, as of :func:`read_consumer_prices`.
    dollars_of : int
        The year whose dollars are wanted.

    Returns
    -------
    Series of float
        On the index of ``pay``, named after it and the dollars: ``average_annual_pay_in_2016_dollars``.
        Missing in years without an index.

    Raises
    ------
    NotSupportedError
        There is no index for ``dollars_of``.

    References
    ----------
    U.S. Bureau of Labor Statistics, How to use the Consumer Price Index for escalation (CPI-U, annual average).

    Examples
    --------
    >>> pay = pd.Series([40_000.0, 60_000.0], name="average_annual_pay")
    >>> real_pay(pay, pd.Series([2000, 2016]), pd.Series({2000: 172.2, 2016: 240.007}), 2016).round().to_list()
    [55751.0, 60000.0]
    """
    if dollars_of not in prices.index:
        raise NotSupportedError(
            f"no price index for {dollars_of}",
            f"a year from {prices.index.min()} to {prices.index.max()}",
            "choose another year, or a newer file of prices",
        )
    factor = prices[dollars_of] / years.astype(int).map(prices)
    return (pay * factor).rename(f"{pay.name}_in_{dollars_of}_dollars")


def area_price_parity(
    rows: pd.DataFrame, parities: pd.DataFrame, metros: pd.DataFrame | None = None
) -> pd.Series:
    """The price parity of each row's area and year, for counties that of the area they lie in.

    A county takes that of its metropolitan area; outside of one, of its state's nonmetropolitan portion.
    Without a membership of metropolitan areas it takes its state's.

    Parameters
    ----------
    rows : DataFrame
        Has columns area and year.
    parities : DataFrame
        Price parities, as of :func:`read_price_parities`; several tables put together.
    metros : DataFrame, optional
        Membership of counties in metropolitan areas, groups coded as QCEW does (``C1018``).

    Returns
    -------
    Series of float
        ``price_parity`` (United States = 100) on the index of ``rows``; missing where none is known.

    Examples
    --------
    >>> parities = pd.DataFrame({
    ...     "area": ["36000", "C4038", "36N"], "year": 2016, "price_parity": [110.1, 97.0, 92.0]})
    >>> metros = pd.DataFrame({"member": ["36055"], "group": ["C4038"]})
    >>> rows = pd.DataFrame({"area": ["36055", "36003", "36000"], "year": 2016})
    >>> area_price_parity(rows, parities, metros).to_list()
    [97.0, 92.0, 110.1]
    >>> area_price_parity(rows, parities).to_list()
    [110.1, 110.1, 110.1]
    """
    codes = rows["area"].astype(str)
    known = codes.isin(parities["area"].astype(str))
    if metros is None:
        place = codes.str[:2] + "000"
    else:
        groups = metros.drop_duplicates("member").set_index("member")["group"].astype(str)
        in_metro = codes.map(groups)
        place = in_metro.where(in_metro.notna(), codes.str[:2] + "N")
    keyed = pd.DataFrame({"area": codes.where(known, place), "year": rows["year"]})
    return matched(keyed, parities, ["area", "year"], ["price_parity"])["price_parity"]


def pay_at_parity(pay: pd.Series, parity: pd.Series) -> pd.Series:
    """Pay at the average prices of the United States, so that areas can be compared.

    ``pay / parity · 100``. To cut tiers of a base after prices, deflate the wages of a panel so and pass it to
    :func:`wage_tier`.

    Parameters
    ----------
    pay : Series of float
        USD.
    parity : Series of float
        Price parity of its area (United States = 100), as of :func:`area_price_parity`.

    Returns
    -------
    Series of float
        On the index of ``pay``, named after it: ``average_annual_pay_at_us_prices``.

    References
    ----------
    U.S. Bureau of Economic Analysis, Regional Price Parities (methodology).

    Examples
    --------
    >>> pay_at_parity(pd.Series([55_000.0], name="average_annual_pay"), pd.Series([110.0]))
    0    50000.0
    Name: average_annual_pay_at_us_prices, dtype: float64
    """
    return (pay / parity.where(parity > 0) * 100).rename(f"{pay.name}_at_us_prices")


def tier_shares(panel: pd.DataFrame, tiers: pd.Series, level: str = "sector") -> pd.DataFrame:
    """What share of an area's jobs is in industries of low, middle and high pay.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``) of its ownerships.
    tiers : Series
        Tier of each row, as of :func:`wage_tier`.
    level : str
        NAICS level of the industries.

    Returns
    -------
    DataFrame
        One row for each area, ownership, year and tier (low, middle, high, unknown): area, ownership, year,
        level, tier, employment (jobs), share (of the total). ``unknown`` is what is left of the total:
        withheld industries, and those whose pay is not known. Shares sum to 1; missing where the total is.

    Raises
    ------
    UnknownNameError
        The panel has no industry of the level.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["10", "31-33", "44-45", "62"], "ownership": "5", "year": 2016,
    ...     "employment": [100.0, 20, 50, np.nan]})
    >>> tier_shares(panel, pd.Series([None, "high", "low", None]))[["tier", "employment", "share"]]
          tier  employment  share
    0      low        50.0    0.5
    1   middle         0.0    0.0
    2     high        20.0    0.2
    3  unknown        30.0    0.3
    """
    keys = ["area", "ownership", "year"]
    rows = _of_level(panel, tiers, level)
    placed = rows.groupby([*keys, "tier"], observed=True)["employment"].sum().reset_index()
    totals = panel.loc[panel["industry"] == TOTAL, [*keys, "employment"]]
    totals = totals.merge(rows[keys].drop_duplicates(), on=keys)
    table = totals[keys].merge(pd.DataFrame({"tier": TIERS}), how="cross")
    table["employment"] = matched(table, placed.astype({"tier": str}), [*keys, "tier"], ["employment"])[
        "employment"
    ].fillna(0.0)
    rest = totals["employment"].to_numpy() - table["employment"].to_numpy().reshape(-1, len(TIERS)).sum(
        axis=1
    )
    unknown = totals[keys].assign(tier="unknown", employment=np.maximum(rest, 0.0))
    table = pd.concat([table, unknown], ignore_index=True)
    # Rounded parts may exceed a rounded total by a few jobs: shares are of what the four add up to.
    whole = table.groupby(keys, observed=True)["employment"].transform("sum", skipna=False)
    table = table.assign(level=level, share=table["employment"] / whole.where(whole > 0))
    order = pd.Categorical(table["tier"], categories=[*TIERS, "unknown"], ordered=True)
    table = table.assign(tier=order).sort_values([*keys, "tier"], ignore_index=True)
    return table[[*keys, "level", "tier", "employment", "share"]]


def tier_migration(
    panel: pd.DataFrame, tiers: pd.Series, start: int, end: int, level: str = "sector"
) -> pd.DataFrame:
    """Which industries changed tier between two years, and the jobs in them.

    Parameters
    ----------
    panel, tiers, level
        As in :func:`tier_shares`.
    start, end : int
        Two years, the earlier first.

    Returns
    -------
    DataFrame
        One row for each area, ownership, start_tier and end_tier that some industry went between: area,
        ownership, start_tier, end_tier (``unknown`` where it is not known or there is no such row),
        industries, start_employment, end_employment (jobs, missing where one of them is withheld).

    Raises
    ------
    UnknownNameError
        The panel has no industry of the level.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["31-33", "44-45"] * 2, "ownership": "5", "year": [2010] * 2 + [2016] * 2,
    ...     "employment": [20.0, 50, 25, 40]})
    >>> moved = tier_migration(panel, pd.Series(["middle", "low", "high", "low"]), 2010, 2016)
    >>> moved[["start_tier", "end_tier", "industries", "end_employment"]]
      start_tier end_tier  industries  end_employment
    0        low      low           1            40.0
    1     middle     high           1            25.0
    """
    cell = ["area", "ownership", "industry"]
    rows = _of_level(panel, tiers, level)
    before, after = (rows.loc[rows["year"] == year, [*cell, "employment", "tier"]] for year in (start, end))
    moves = before.merge(after, on=cell, how="outer", suffixes=("_start", "_end"))
    kinds = pd.CategoricalDtype([*TIERS, "unknown"], ordered=True)
    for side in ("start", "end"):
        moves[f"{side}_tier"] = moves[f"tier_{side}"].astype(kinds).fillna("unknown")
        moves[f"{side}_employment"] = moves[f"employment_{side}"]
    keys = ["area", "ownership", "start_tier", "end_tier"]
    grouped = moves.groupby(keys, observed=True)
    sums = grouped[["start_employment", "end_employment"]].sum(skipna=False)
    return sums.assign(industries=grouped.size()).reset_index()[
        [*keys, "industries", "start_employment", "end_employment"]
    ]


def job_quality(
    panel: pd.DataFrame,
    base: pd.DataFrame,
    base_area: str,
    prices: pd.Series,
    since: int,
    living_wage: pd.Series | None = None,
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

    Returns
    -------
    DataFrame
        On the index of ``panel``: pay_over_area (ratio to the area's average over all industries),
        pay_over_base (ratio to the same industry in the base), real_pay_growth (percent since ``since``, at
        constant national prices), jobs_per_establishment, size_over_base (ratio of it to the base's) and
        pay_over_living_wage (missing without one). Missing where a figure is not known.

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
    [1.4, 0.875, 0.0, 20.0, 2.0, 2.0]
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
        }
    )


def _jobs_per_establishment(panel: pd.DataFrame) -> pd.Series:
    return panel["employment"] / panel["establishments"].where(panel["establishments"] > 0)


def _of_level(panel: pd.DataFrame, tiers: pd.Series, level: str) -> pd.DataFrame:
    """The rows of a NAICS level with their tiers."""
    row_levels = levels(panel["industry"])
    rows = panel[row_levels == level]
    if rows.empty:
        raise UnknownNameError.unknown_name("NAICS level", level, row_levels.unique())
    return rows.assign(tier=tiers.reindex(rows.index).astype(object))


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
