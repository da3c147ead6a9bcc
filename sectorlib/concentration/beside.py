"""Quotients beside an economy other than the base: the nation's shares, or the rest of the base without the area itself.

An area that is much of its own base is compared with itself there: its quotient cannot exceed one over its share of the
base. The nation, or what is left of the base, does not have that limit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sectorlib.areas import area_kind, in_nation, is_county, state_of
from sectorlib.concentration.quotients import bounded, share_bounds, totals_of
from sectorlib.lookup import matched

#: Which rest a row is compared with.
_CELL = ["area", "industry", "ownership", "year"]


def shares_of_total(panel: pd.DataFrame, denominator: str = "all") -> pd.DataFrame:
    """Each row's share of its area's jobs in all industries, with the least and the most it can be.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows (industry ``10``) of its areas.
    denominator : {"all", "ownership"}
        Totals over all ownerships, or over the row's own.

    Returns
    -------
    DataFrame
        ``share``, ``share_low`` and ``share_high`` on the index of ``panel``; missing where not known.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "US000", "industry": ["10", "62"], "ownership": ["0", "5"], "year": 2020,
    ...     "employment": [200.0, np.nan], "employment_low": [200.0, 20], "employment_high": [200.0, 30],
    ...     "disclosure": ["disclosed", "suppressed"]})
    >>> shares_of_total(panel).iloc[1].to_list()
    [nan, 0.1, 0.15]
    """
    totals = totals_of(panel, panel, denominator)
    keys = ["area", *(["year"] if denominator == "all" else ["ownership", "year"])]
    whole = matched(panel, totals, keys, ["employment"])["employment"]
    ends = bounded(panel, "employment")
    low, high = share_bounds(ends, matched(panel, bounded(totals, "employment"), keys, ["low", "high"]))
    return pd.DataFrame(
        {"share": panel["employment"] / whole.where(whole > 0), "share_low": low, "share_high": high}
    )


def quotient_of_shares(
    panel: pd.DataFrame, shares: pd.DataFrame, keys: Sequence[str], denominator: str = "all"
) -> pd.DataFrame:
    """Location quotients of jobs against given shares: an industry's share of its area over its share there.

    Parameters
    ----------
    panel : DataFrame
        Panel, with the total rows of its areas.
    shares : DataFrame
        ``share``, ``share_low`` and ``share_high`` by the keys: the nation's by industry, ownership and year, say.
    keys : sequence of str
        Columns of both, each combination at most once in ``shares``.
    denominator : {"all", "ownership"}
        What the area's own shares are of; those of ``shares`` must be of the same.

    Returns
    -------
    DataFrame
        ``quotient``, ``quotient_low`` and ``quotient_high`` on the index of ``panel``. The quotient is missing where
        either share is; an end is missing where nothing bounds it.

    Examples
    --------
    >>> panel = pd.DataFrame({
    ...     "area": "36055", "industry": ["10", "62"], "ownership": ["0", "5"], "year": 2020,
    ...     "employment": [100.0, 30], "disclosure": "disclosed"})
    >>> nation = pd.DataFrame({"industry": ["62"], "share": [0.15], "share_low": [0.15], "share_high": [0.2]})
    >>> quotient_of_shares(panel, nation, ["industry"]).iloc[1].round(3).to_list()
    [2.0, 1.5, 2.0]
    """
    here = shares_of_total(panel, denominator)
    there = matched(panel, shares, keys, ["share", "share_low", "share_high"])
    table = pd.DataFrame(
        {
            "quotient": here["share"] / there["share"],
            "quotient_low": here["share_low"] / there["share_high"],
            "quotient_high": here["share_high"] / there["share_low"],
        }
    )
    return table.where(np.isfinite(table))


def inside_base(members: pd.DataFrame, counties: pd.Series, base_area: str) -> pd.DataFrame:
    """The counties of each area that lie in the base; none of an area that is all of it.

    Parameters
    ----------
    members : DataFrame
        Membership of counties in areas.
    counties : Series of str
        The counties that the panel has.
    base_area : str
        A state, the nation, or ``all`` for all counties of the panel. Of any other area nobody knows here which
        counties it has, so that nothing is inside.

    Returns
    -------
    DataFrame
        Rows of ``members``.

    Examples
    --------
    >>> from sectorlib.membership import membership
    >>> areas = membership({"north": ["36001", "42001"], "south": ["36003"]})
    >>> inside_base(areas, pd.Series(["36001", "36003", "42001"]), "36000")[["group", "member"]].to_numpy().tolist()
    [['north', '36001'], ['south', '36003']]
    >>> len(inside_base(areas, pd.Series(["36003"]), "36000").query("group == 'south'"))
    0
    """
    held = pd.Series(sorted({*counties.astype(str)}), dtype="str")
    held = held[is_county(held)]
    base = held[_lies_in(held, base_area)]
    inside = members[members["member"].isin(base)]
    whole = inside[inside["weight"] == 1].groupby("group")["member"].nunique()
    everything = set(whole.index[whole == len(base)])
    return inside[~inside["group"].isin(everything)].reset_index(drop=True)


def rest_of_base(own: pd.DataFrame, base: pd.DataFrame, summed: bool = False) -> pd.DataFrame:
    """The base without each area: what is left of every cell of the base, with bounds.

    Parameters
    ----------
    own : DataFrame
        Panel rows of each area's part of the base (:func:`inside_base`), totals among them.
    base : DataFrame
        Panel rows of the base, totals among them.
    summed : bool
        Whether the base is the sum of its counties, so that their lows add up to its own.

    Returns
    -------
    DataFrame
        area, industry, ownership, year, employment, employment_low, employment_high and disclosure; a row for each
        cell of the base and each area with a total in its year. What the base has and the area lacks is all elsewhere.

    Examples
    --------
    >>> rows = pd.DataFrame({
    ...     "area": ["36055", "36055", "36000", "36000"], "industry": ["10", "311"] * 2, "ownership": ["0", "5"] * 2,
    ...     "year": 2016, "employment": [100.0, 20, 1000, 50], "disclosure": "disclosed"})
    >>> rest_of_base(rows.head(2), rows.tail(2))["employment"].to_list()
    [900.0, 30.0]
    """
    mine, theirs = _figures(own), _figures(base)
    places = mine[["area", "year"]].drop_duplicates()
    cell = ["industry", "ownership", "year"]
    rest = places.merge(theirs.drop(columns="area"), on="year").merge(
        mine, on=["area", *cell], how="left", suffixes=("", "_own")
    )
    lacking = rest["low_own"].isna()
    for name in ("point", "low", "high"):
        rest[f"{name}_own"] = rest[f"{name}_own"].mask(lacking, 0.0)
    least = rest["low"] - rest["high_own"]
    if summed:
        by_parts = rest["low"] - rest["low_own"]
        least = by_parts.where(least.isna() | (by_parts > least), least)
    rest["employment_low"] = least.fillna(0.0).clip(lower=0.0)
    rest["employment_high"] = (rest["high"] - rest["low_own"]).clip(lower=0.0)
    rest["employment"] = (rest["point"] - rest["point_own"]).clip(lower=0.0)
    known = rest["employment"].notna() & (rest["low"] == rest["high"]) & (rest["low_own"] == rest["high_own"])
    rest["disclosure"] = np.select(
        [known, rest["employment"].notna()], ["disclosed", "estimated"], "suppressed"
    )
    return rest[["area", *cell, "employment", "employment_low", "employment_high", "disclosure"]]


def rest_shares(rest: pd.DataFrame, denominator: str = "all") -> pd.DataFrame:
    """Shares of :func:`rest_of_base`, by area, industry, ownership and year: what :func:`quotient_of_shares` takes.

    Examples
    --------
    >>> rest = pd.DataFrame({
    ...     "area": "36055", "industry": ["10", "311"], "ownership": ["0", "5"], "year": 2016,
    ...     "employment": [900.0, 30], "disclosure": "disclosed"})
    >>> rest_shares(rest)["share"].round(3).to_list()
    [1.0, 0.033]
    """
    if rest.empty:
        return rest[_CELL].assign(share=np.nan, share_low=np.nan, share_high=np.nan)
    return rest[_CELL].join(shares_of_total(rest, denominator))


def _figures(rows: pd.DataFrame) -> pd.DataFrame:
    """A panel's keys as text, its jobs, and the least and most they can be."""
    ends = bounded(rows, "employment")
    return ends.assign(point=rows["employment"]).astype(dict.fromkeys(("area", "industry", "ownership"), str))


def _lies_in(counties: pd.Series, base_area: str) -> pd.Series:
    kind = area_kind(base_area)
    if kind == "nation":
        return in_nation(counties)
    if kind == "state":
        return state_of(counties) == base_area[:2]
    return pd.Series(base_area == "all", index=counties.index)
