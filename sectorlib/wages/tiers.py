"""Tiers of pay: low, middle and high, the jobs in each, and how industries move between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from sectorlib.exceptions import TableError, UnknownNameError
from sectorlib.lookup import matched, rows_of_area
from sectorlib.naics import TOTAL, levels
from sectorlib.resources import definitions
from sectorlib.wages.pay import average_annual_pay, average_annual_pay_bounds
from sectorlib.wages.typical import typical_industry_pay

TIERS = ("low", "middle", "high")

_ALL_OWNERSHIPS = "0"
#: Levels at which industries are cut into tiers; totals and supersectors are not industries.
_NOT_INDUSTRIES = ("total", "domain", "supersector")

_THRESHOLD_COLUMNS = [
    "scheme", "area", "ownership", "level", "year",
    "reference_pay", "low_below", "high_above", "industries", "withheld",
]  # fmt: skip


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
        ``area-ratio`` (pay beside the area's own all-industry pay), ``typical-pay`` (pay beside
        :func:`typical_industry_pay` of the base), ``base-terciles`` or ``oecd``, as
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
    reference = _scheme(scheme)[1]["reference_pay"]
    if reference == "area-pay":
        rows, keys = panel[["area", "year"]], ["area", "year"]
    elif reference == "typical-pay":
        rows, keys = panel[["year"]], ["year"]
    else:
        keys = ["ownership", "level", "year"]
        rows = panel[["ownership", "year"]].assign(level=levels(panel["industry"]).astype(str))
    bounds = matched(rows, thresholds, keys, ["low_below", "high_above"])
    tier = _between(panel, bounds)
    return tier.mask((panel["industry"] == TOTAL).to_numpy()) if reference == "typical-pay" else tier


def typical_pay_tier(panel: pd.DataFrame, typical_pay: pd.Series) -> pd.Series:
    """The tier of each cell's average annual pay beside typical industry pay of its own area and year.

    As :func:`wage_tier` with the scheme ``typical-pay``, for a benchmark that the panel does not hold, or for prices that
    differ from area to area.

    Parameters
    ----------
    panel : DataFrame
        Panel.
    typical_pay : Series of float
        Nominal USD a job, on the index of ``panel``.

    Returns
    -------
    Series of ordered category
        ``wage_tier`` on the index of ``panel``; missing for the total of all industries, and where pay or typical pay is
        not known.

    Examples
    --------
    >>> panel = pd.DataFrame({"industry": ["622", "722"], "employment": [10.0, 10.0], "wages": [8e5, 2e5]})
    >>> typical_pay_tier(panel, pd.Series([50e3, 50e3])).to_list()
    ['high', 'low']
    """
    low, high = tier_cuts("typical-pay")
    bounds = pd.DataFrame({"low_below": low * typical_pay, "high_above": high * typical_pay})
    return _between(panel, bounds).mask((panel["industry"] == TOTAL).to_numpy())


def tier_cuts(scheme: str | None = None) -> tuple[float, float]:
    """Below which figure pay is low, and above which it is high, in the unit of the scheme (``data/wage_tiers.yaml``).

    Examples
    --------
    >>> tier_cuts("typical-pay")
    (0.7, 1.4)
    """
    terms = _scheme(scheme)[1]
    return terms["low_below"]["value"], terms["high_above"]["value"]


def tier_words(scheme: str | None = None) -> str:
    """How a scheme of ratios cuts, for headings and notes.

    Examples
    --------
    >>> tier_words("typical-pay")
    'low under 70%, high over 140%'
    """
    low, high = tier_cuts(scheme)
    return f"low under {low:.0%}, high over {high:.0%}"


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
        row for each area and year, ``typical-pay`` one for each year, the other schemes of the base one for each
        ownership, level and year;
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
    elif terms["reference_pay"] == "typical-pay":
        thresholds = _typical_thresholds(base, base_area, terms)
    else:
        thresholds = _base_thresholds(base, terms).assign(area=base_area)
    return thresholds.assign(scheme=name)[_THRESHOLD_COLUMNS]


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


def _between(panel: pd.DataFrame, bounds: pd.DataFrame) -> pd.Series:
    """The tier of each cell by thresholds in dollars; known where both ends of its pay lie in it."""
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


def _typical_thresholds(base: pd.DataFrame, base_area: str, terms: dict[str, Any]) -> pd.DataFrame:
    found = typical_industry_pay(base, base_area)
    at = levels(base["industry"]).astype(str).isin(found["level"]) & base["ownership"].astype(str).isin(
        found["ownership"]
    )
    unknown = (
        base[at & average_annual_pay(base).isna() & ~(base["employment"] == 0)]
        .groupby("year", observed=True)
        .size()
    )
    pay = found["typical_industry_pay"].astype(float)
    return found[["ownership", "level", "year", "industries"]].assign(
        area=base_area,
        reference_pay=pay,
        low_below=terms["low_below"]["value"] * pay,
        high_above=terms["high_above"]["value"] * pay,
        withheld=found["year"].map(unknown).fillna(0).astype(int),
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
    # A base without a single job has no thresholds, and still columns of numbers.
    dollars, counts = ("reference_pay", "low_below", "high_above"), ("year", "industries", "withheld")
    return pd.DataFrame(rows, columns=_THRESHOLD_COLUMNS[2:]).astype(
        dict.fromkeys(dollars, float) | dict.fromkeys(counts, int)
    )


def _dollars(term: dict[str, Any], industries: pd.DataFrame) -> float:
    """A threshold of the base in dollars: a quantile of its jobs by pay, or a multiple of their median."""
    if term["unit"] == "ratio to the median":
        return term["value"] * weighted_quantile(industries["pay"], industries["employment"], 0.5)
    return weighted_quantile(industries["pay"], industries["employment"], term["value"])
