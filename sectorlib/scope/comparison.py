"""What each footprint holds: jobs, establishments, concentration, pay, growth, self-containment, ties."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_names, state_of
from sectorlib.concentration import location_quotient, location_quotient_bounds
from sectorlib.growth import growth
from sectorlib.labor_markets import FlowMatrix
from sectorlib.scope.footprints import LABOR_MARKET
from sectorlib.scope.sector_jobs import SectorJobs, footprint_cells, share_bounds
from sectorlib.scope.ties import least_tie, pair_ties, ties_to_rest
from sectorlib.wages import average_annual_pay, average_annual_pay_bounds, wage_tier

#: Figures of a sector in an area, in tables of scope.
JOBS = [
    "establishments", "employment", "employment_low", "employment_high", "employment_estimate", "disclosure",
]  # fmt: skip

_EMPLOYMENT = [column for column in JOBS if column.startswith("employment")]

#: A weight below this is none: weights are often printed with few decimals.
_TOLERANCE = 1e-6

_CHANGE = ["percent_change", "percent_change_low", "percent_change_high"]


def footprint_jobs(jobs: SectorJobs, footprints: pd.DataFrame) -> pd.DataFrame:
    """The sector's jobs in each footprint in the latest year; the estimate adds up those of its counties.

    Nobody publishes how many of a county's establishments lie in a part of it, so a footprint that splits a county has
    no number of them.

    Parameters
    ----------
    jobs : SectorJobs
        The counties' cells.
    footprints : DataFrame
        Membership of counties; groups may overlap.

    Returns
    -------
    DataFrame
        By footprint: establishments, employment (missing where not fully known), employment_low,
        employment_high, employment_estimate, disclosure. No counties of the study: no jobs known.
    """
    rows = footprint_cells(jobs.counties.reset_index(), footprints).set_index("area")
    rows.index = rows.index.astype(str)
    rows = rows.reindex(footprints["group"].drop_duplicates().to_list())
    of_county = footprints["member"].map(jobs.counties["employment_estimate"]).astype(float)
    estimates = of_county * footprints["weight"]
    rows["employment_estimate"] = estimates.groupby(footprints["group"]).sum(min_count=1).reindex(rows.index)
    split = footprints.loc[footprints["weight"] < 1, "group"]
    rows["establishments"] = rows["establishments"].mask(rows.index.isin(split))
    return as_known(rows)[JOBS].rename_axis("footprint")


def jobs_and_rest(jobs: SectorJobs, parts: pd.DataFrame, wholes: pd.DataFrame) -> pd.DataFrame:
    """The sector's jobs in parts of wholes, and their share of the whole, with bounds.

    Parameters
    ----------
    jobs : SectorJobs
        The counties' cells.
    parts : DataFrame
        whole, group, member, weight: groups of counties within a whole; a group is in one whole.
    wholes : DataFrame
        group, member, weight: the wholes.

    Returns
    -------
    DataFrame
        By group of ``parts``: the columns of :func:`footprint_jobs`, share, share_low, share_high, share_estimate.
    """
    inside = parts.groupby(["whole", "group", "member"], as_index=False, sort=False).agg({"weight": "sum"})
    every = inside[["whole", "group"]].drop_duplicates()
    all_of = wholes.rename(columns={"group": "whole"})[["whole", "member", "weight"]]
    both = every.merge(all_of, on="whole").merge(
        inside, on=["whole", "group", "member"], how="left", suffixes=("", "_inside")
    )
    rest = both.assign(weight=both["weight"] - both["weight_inside"].fillna(0.0))
    rest = rest[rest["weight"] > _TOLERANCE].reindex(columns=["group", "member", "weight"])
    covered = footprint_jobs(jobs, inside)
    left = footprint_jobs(jobs, rest)[_EMPLOYMENT].reindex(covered.index, fill_value=0.0)
    return covered.join(share_bounds(covered, left))


def as_known(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with jobs only where they are fully known: an estimate is no figure."""
    return rows.assign(employment=rows["employment"].where(rows["disclosure"] == "disclosed"))


def share_of_market(jobs: SectorJobs, footprints: pd.DataFrame) -> pd.DataFrame:
    """What part of the labor market's jobs of the sector, in counties of the study, each footprint covers.

    Returns
    -------
    DataFrame
        By footprint: share_of_market, _low, _high, _estimate; missing without a labor market.
    """
    names = pd.Index(footprints["group"].drop_duplicates(), name="footprint")
    columns = [f"share_of_market{end}" for end in ("", "_low", "_high", "_estimate")]
    market = footprints.loc[footprints["group"] == LABOR_MARKET, ["member", "group", "weight"]]
    market = market[market["member"].isin(jobs.counties.index)]
    if market.empty:
        return pd.DataFrame(np.nan, index=names, columns=columns)
    parts = footprints.merge(market[["member", "weight"]], on="member", suffixes=("", "_market"))
    parts["weight"] = np.minimum(parts["weight"], parts["weight_market"])
    shares = jobs_and_rest(jobs, parts.assign(whole=LABOR_MARKET), market)
    return (
        shares[["share", "share_low", "share_high", "share_estimate"]]
        .set_axis(columns, axis=1)
        .reindex(names)
    )


def economics(jobs: SectorJobs, footprints: pd.DataFrame) -> pd.DataFrame:
    """Location quotient, pay, pay tiers and growth of the sector in each footprint.

    Returns
    -------
    DataFrame
        By footprint: location_quotient, average_annual_pay with bounds, tier_in_area, tier_in_base (of a single
        NAICS code, since industries are compared at one level), start_year, percent_change with bounds and
        crosses_break (missing with one year).
    """
    cells = footprint_cells(jobs.cells, footprints)
    rows = cells[cells["year"] == jobs.year]
    table = rows[rows["industry"] == jobs.name]
    base = jobs.cells[jobs.cells["area"] == jobs.base_area]
    pay = average_annual_pay_bounds(table)
    table = table.assign(
        location_quotient=location_quotient(rows, base, jobs.base_area, denominator=jobs.denominator),
        **location_quotient_bounds(rows, base, jobs.base_area, denominator=jobs.denominator),
        denominator=jobs.denominator,
        average_annual_pay=average_annual_pay(table),
        **pay,
        tier_in_area=wage_tier(rows, base, jobs.base_area, scheme="area-ratio"),
        tier_in_base=_tier_in_base(jobs, rows),
    )
    estimated = table["disclosure"] == "estimated"
    for figure in ("location_quotient", "average_annual_pay"):
        table[figure] = table[figure].mask(estimated)
    table = table.set_index("area")
    table.index = table.index.astype(str).rename("footprint")
    return table.join(_change(jobs, cells)).reindex(footprints["group"].drop_duplicates().to_list())


def containment_and_ties(matrix: FlowMatrix | None, footprints: pd.DataFrame) -> pd.DataFrame:
    """How each footprint hangs together by commuting.

    A county that belongs to it in part is taken as a whole for ties. The county with most resident workers is what
    the others are tied to, so that it is not the least tied itself.

    Returns
    -------
    DataFrame
        By footprint: mean_tie and share_of_pairs_tied (over pairs of its counties), least_tie and
        least_tied_county (the county least tied to the rest of it). Missing for one county, and without flows.
    """
    rows: dict[str, tuple[float, float, float, str | None]] = {}
    for name, members in footprints.astype({"group": str}).groupby("group", sort=False):
        counties = sorted(set(members["member"]))
        ties = None if matrix is None else ties_to_rest(matrix, counties)
        if matrix is None or ties is None or len(ties) < 2:
            rows[str(name)] = (np.nan, np.nan, np.nan, None)
            continue
        pairs = pair_ties(matrix, counties)["commuting_tie"]
        residents = pd.Series(matrix.residents, index=matrix.areas).reindex(ties.index)
        others = ties.drop(residents.idxmax())
        rows[str(name)] = (pairs.mean(), (pairs >= least_tie()).mean(), others.min(), str(others.idxmin()))
    columns = ["mean_tie", "share_of_pairs_tied", "least_tie", "least_tied_county"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("footprint")


def spans(footprints: pd.DataFrame, counties: pd.Index, names: pd.Series | None = None) -> pd.DataFrame:
    """How many counties and states each footprint holds.

    Parameters
    ----------
    footprints : DataFrame
        Membership of counties.
    counties : Index of str
        Those that the study has figures of.
    names : Series of str, optional
        Names of areas of a study's own; states of its own are named by it.

    Returns
    -------
    DataFrame
        By footprint: footprint_name, kind, same_counties_as (the first footprint of the same counties, if it is
        another), counties, counties_split, counties_outside, states, state_names.
    """
    first: dict[frozenset, str] = {}
    table = footprints.assign(
        inside=footprints["member"].isin(counties),
        split=footprints["weight"] < 1,
        state=state_of(footprints["member"]),
    )
    rows = {}
    for name, members in table.groupby("group", sort=False):
        states = pd.Series(sorted(members["state"].unique()))
        earlier = first.setdefault(
            frozenset(zip(members["member"], members["weight"], strict=True)), str(name)
        )
        rows[name] = {
            "footprint_name": members["title"].iloc[0],
            "kind": members["system"].iloc[0],
            "same_counties_as": None if earlier == name else earlier,
            "counties": int(members["inside"].sum()),
            "counties_split": int((members["split"] & members["inside"]).sum()),
            "counties_outside": int((~members["inside"]).sum()),
            "states": len(states),
            "state_names": ", ".join(area_names(states + "000", names)),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("footprint")


def _tier_in_base(jobs: SectorJobs, rows: pd.DataFrame) -> pd.Series:
    if len(jobs.codes) > 1 or jobs.name not in jobs.codes:
        return pd.Series(np.nan, index=rows.index, dtype=object)
    base = jobs.panel[jobs.panel["year"] == jobs.year]
    return wage_tier(rows, base, jobs.base_area, scheme="base-terciles")


def _change(jobs: SectorJobs, cells: pd.DataFrame) -> pd.DataFrame:
    if len(jobs.years) < 2:
        none = dict.fromkeys(("start_year", *_CHANGE, "crosses_break"), np.nan)
        return pd.DataFrame(none, index=cells["area"].astype(str).unique())
    start, end = jobs.years
    table = growth(cells[cells["industry"] == jobs.name], start, end).set_index("area")
    table.index = table.index.astype(str)
    broken = bool(naics.crosses_break(pd.Series(jobs.codes), start, end).any())
    estimated = (table["start_disclosure"] == "estimated") | (table["end_disclosure"] == "estimated")
    return table.assign(
        percent_change=table["percent_change"].mask(estimated), start_year=start, crosses_break=broken
    )[["start_year", *_CHANGE, "crosses_break"]]
