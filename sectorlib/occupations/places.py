"""Pay of occupations by place, and which place stands for a region: a metropolitan area, a state or the rest of it."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_name, area_names
from sectorlib.membership import NONE, membership
from sectorlib.occupations.staffing import PAY, averaged_pay
from sectorlib.resources import definitions

#: Nonmetropolitan areas of the survey: seven digits, of which the first two are their state's.
_NONMETROPOLITAN = r"M\d{7}"


def local_pay(staffing: pd.DataFrame, level: str = "detailed") -> pd.DataFrame:
    """What occupations are paid in each place over all industries: nation, states and areas of the survey.

    The nonmetropolitan areas of a state are put together too (``36N``, as in the price parities of the Bureau of Economic
    Analysis), since which county lies in which of them is in no list of metropolitan areas. A percentile of several areas
    is the average of theirs, weighted by jobs.

    Parameters
    ----------
    staffing : DataFrame
        As :func:`sectorlib.read_oews` gives it.
    level : str
        Of the occupations: detailed, or total for all of them as one.

    Returns
    -------
    DataFrame
        Indexed by area and occupation: pay_mean, pay_p10 ... pay_p90 (USD a year) and the same with ``_at_least``.

    References
    ----------
    Bureau of Labor Statistics, Occupational Employment and Wage Statistics: state, metropolitan and nonmetropolitan area
    estimates.

    Examples
    --------
    >>> staffing = pd.DataFrame({"area": ["36000", "M3600001", "M3600004"], "industry": "10", "occupation": "29-1141",
    ...                          "level": "detailed", "employment": [900, 200, 100]})
    >>> pay = pd.Series([90.0, 60.0, 75.0])
    >>> staffing = staffing.assign(**{p: pay for p in PAY}, **{f"{p}_at_least": pay for p in PAY})
    >>> local_pay(staffing)["pay_p50"].droplevel("occupation").loc[["36000", "36N"]].to_dict()
    {'36000': 90.0, '36N': 65.0}
    """
    columns = [*PAY, *(f"{name}_at_least" for name in PAY)]
    rows = staffing[(staffing["industry"] == naics.TOTAL) & (staffing["level"] == level)]
    published = rows.set_index(["area", "occupation"])[columns]
    rest = rows[rows["area"].str.fullmatch(_NONMETROPOLITAN)]
    rest = rest.assign(area=rest["area"].str[1:3] + "N")
    together = averaged_pay(rest, rest["employment"], ["area", "occupation"])
    return pd.concat([published, together[columns]])


def local_pay_areas(
    regions: pd.DataFrame,
    jobs: pd.Series,
    published: Iterable[str],
    metropolitan_areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The place whose pay stands for each region: the metropolitan area of most of its jobs, else its state.

    Pay by occupation is published for metropolitan areas and states, not for counties. A metropolitan area stands for a
    region if it holds at least ``local_share`` of the region's jobs (``data/occupations.yaml``) and the release has
    figures for it. So does what a state has outside of metropolitan areas, if as many of the jobs are there. Else the
    state of most of the region's jobs does.

    Parameters
    ----------
    regions : DataFrame
        Membership of counties in regions.
    jobs : Series of float
        Jobs by county. Where a region has none known, its counties count evenly.
    published : iterable of str
        Areas that :func:`local_pay` has.
    metropolitan_areas : DataFrame, optional
        Membership of counties in metropolitan areas, by the codes of the official list (``40380``); those known to be
        outside of all in the group ``none``. Codes change: a list of another vintage than the release's may name areas
        that the release does not have.

    Returns
    -------
    DataFrame
        Indexed by region: local_area (``M40380``, ``36N`` or ``36000``), local_area_title, local_share (of the region's
        jobs that are there), local_area_reason (why it is the whole state; "" where it is not).

    References
    ----------
    Bureau of Labor Statistics, Occupational Employment and Wage Statistics; Office of Management and Budget, Bulletin
    23-01 (July 2023), the areas of the releases since May 2024.

    Examples
    --------
    >>> regions = membership({"Lakes": ["36055", "36069"], "Hills": ["36003", "36101"]})
    >>> jobs = pd.Series({"36055": 90.0, "36069": 10.0, "36003": 10.0, "36101": 30.0})
    >>> metros = membership({"40380": ["36055"], "18660": ["36003"]}, titles={"40380": "Rochester", "18660": "Elsewhere"})
    >>> local_pay_areas(regions, jobs, ["36000", "M40380"], metros)[["local_area", "local_share"]]
          local_area  local_share
    group
    Hills      36000          1.0
    Lakes     M40380          0.9
    """
    counties = pd.Series(regions["member"].astype(str).unique())
    state = (counties.str[:2] + "000").set_axis(counties)
    out = _largest(regions, membership(state), jobs)
    out["local_area_title"] = area_names(out["local_area"])
    if metropolitan_areas is None:
        return out.assign(local_area_reason="the study names no metropolitan areas")
    metro = _largest(regions, survey_areas(metropolitan_areas), jobs).reindex(out.index)
    reason = _reasons(metro, set(published))
    out = out.mask(reason == "", metro)
    return out.assign(local_area_reason=reason)


def survey_areas(metropolitan_areas: pd.DataFrame) -> pd.DataFrame:
    """A membership of counties in metropolitan areas by the codes of :func:`local_pay`.

    Parameters
    ----------
    metropolitan_areas : DataFrame
        Membership of counties, by the codes of the official list (``40380``) or those of QCEW (``C4038``).

    Returns
    -------
    DataFrame
        Columns member, group (``M40380``; ``36N`` for what is in the group ``none``), weight and title.

    Examples
    --------
    >>> survey_areas(membership({"40380": ["36055"], "none": ["36089"]}))["group"].to_list()
    ['M40380', '36N']
    """
    table = metropolitan_areas[["member", "group", "weight"]].astype({"member": "str", "group": "str"})
    titles = metropolitan_areas["title"] if "title" in metropolitan_areas else table["group"]
    qcew = table["group"].str.fullmatch(r"C\d{4}")
    code = "M" + table["group"].mask(qcew, table["group"].str[1:] + "0")
    outside, state = table["group"] == NONE, table["member"].str[:2]
    names = {s: f"nonmetropolitan {area_name(s + '000')}" for s in state[outside].unique()}
    return table.assign(group=code.mask(outside, state + "N"), title=titles.mask(outside, state.map(names)))


def _largest(regions: pd.DataFrame, groups: pd.DataFrame, jobs: pd.Series) -> pd.DataFrame:
    """Of each region's groups that with the most of its jobs, and their share; regions without a group are left out."""
    of_regions = regions[["member", "group", "weight"]].astype({"member": "str", "group": "str"})
    size = of_regions["weight"] * of_regions["member"].map(jobs).astype(float).fillna(0.0)
    known = size.groupby(of_regions["group"]).transform("sum") > 0
    of_regions["jobs"] = size.where(known, of_regions["weight"])
    pairs = of_regions.merge(
        groups[["member", "group", "weight", "title"]], on="member", suffixes=("", "_of")
    )
    pairs["part"] = pairs["jobs"] * pairs["weight_of"]
    parts = pairs.groupby(["group", "group_of"], as_index=False).agg(
        part=("part", "sum"), title=("title", "first")
    )
    first = (
        parts.sort_values("part", ascending=False, kind="stable")
        .drop_duplicates("group")
        .set_index("group")
        .sort_index()
    )
    share = first["part"] / of_regions.groupby("group")["jobs"].sum().reindex(first.index)
    return pd.DataFrame(
        {"local_area": first["group_of"], "local_area_title": first["title"], "local_share": share}
    )


def _reasons(metro: pd.DataFrame, published: set[str]) -> pd.Series:
    """Why the largest metropolitan or nonmetropolitan part does not stand for each region; "" where it does."""
    least = float(definitions("occupations")["local_share"]["value"])
    reasons = []
    for code, title, share in metro[["local_area", "local_area_title", "local_share"]].itertuples(
        index=False
    ):
        if pd.isna(share) or share == 0:
            reasons.append("no county is known to lie in or outside of a metropolitan area")
        elif share < least:
            reasons.append(f"the largest part is {title}, with {math.floor(100 * share)}% of the jobs")
        elif code not in published:
            reasons.append(f"the release has no figures for {title} ({code.removeprefix('M')})")
        else:
            reasons.append("")
    return pd.Series(reasons, index=metro.index, dtype="str")
