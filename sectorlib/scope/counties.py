"""Convening facts: where a footprint's employers are, how far apart, and what else competes for attention."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_names, state_of
from sectorlib.concentration import location_quotient, location_quotient_bounds
from sectorlib.labor_markets import FlowMatrix
from sectorlib.resources import definitions
from sectorlib.scope.comparison import JOBS, as_known
from sectorlib.scope.jurisdictions import recorded
from sectorlib.scope.places import center_distances
from sectorlib.scope.sector_jobs import SectorJobs, share_bounds
from sectorlib.scope.ties import ties_to_rest

NOT_IN_STUDY = "not in the study"

#: What is known of a county's jobs of the sector, for maps and tables.
_STATUS = {"disclosed": "published", "suppressed": "withheld", "partial": "partly withheld"}


def county_table(
    jobs: SectorJobs,
    footprints: pd.DataFrame,
    matrix: FlowMatrix | None = None,
    centers: pd.DataFrame | None = None,
    jurisdictions: Mapping[str, pd.DataFrame] | None = None,
    rural_urban: pd.Series | None = None,
    names: pd.Series | None = None,
) -> pd.DataFrame:
    """Each county of each footprint: the sector in it, its ties, its distance to the center, its jurisdictions.

    Parameters
    ----------
    jobs : SectorJobs
        The counties' cells.
    footprints : DataFrame
        Membership of counties.
    matrix : FlowMatrix, optional
        Commuting, for ties.
    centers : DataFrame, optional
        lat, lon by county, for distances.
    jurisdictions : mapping of system to DataFrame, optional
        Memberships.
    rural_urban : Series, optional
        Rural-urban continuum code by county.
    names : Series of str, optional
        Names of areas of a study's own.

    Returns
    -------
    DataFrame
        One row for each footprint and county, those the study lacks too; columns as in the results table
        ``scope-counties``. ``status`` tells what is published, withheld, without establishments and not in the study
        apart.
    """
    of_county = _sector_in_counties(jobs, footprints["member"].drop_duplicates(), names)
    of_county = of_county.join(_jurisdictions_of(of_county.index, jurisdictions or {}))
    if rural_urban is not None:
        of_county["rural_urban"] = pd.to_numeric(rural_urban.reindex(of_county.index)).astype(float)
    distances = None if centers is None else center_distances(centers[centers.index.isin(of_county.index)])
    parts = []
    for name, members in footprints.groupby("group", sort=False):
        members = members.set_index("member")
        table = of_county.reindex(members.index).assign(
            footprint=name, footprint_name=members["title"], weight=members["weight"]
        )
        table = table.join(_shares(table))
        if matrix is not None:
            table["commuting_tie"] = ties_to_rest(matrix, list(members.index)).reindex(table.index)
            if len(table) == 1:
                table["commuting_tie"] = np.nan
        parts.append(table.join(_to_center(table, distances)).join(_to_meeting(table, distances)))
    out = pd.concat(parts).reset_index(names="county")
    return out.sort_values(
        ["footprint", "employment_estimate"],
        ascending=[True, False],
        kind="stable",
        key=lambda s: s if s.name != "footprint" else s.map({f: n for n, f in enumerate(s.unique())}),
        ignore_index=True,
    )


def neighboring_industries(jobs: SectorJobs, counties: pd.Index) -> pd.DataFrame:
    """How many other 3-digit industries are concentrated in each county, and would compete for attention.

    Industries that are no code of the sector, nor hold one or lie in one. Concentrated: the location quotient is
    at or above the cut for sure, its lower bound; undecided: only its upper bound is, or it has none.

    Returns
    -------
    DataFrame
        By county: industries_concentrated, industries_undecided; missing where the panel has no 3-digit industries.
    """
    cut = definitions("quadrants")["location_quotient_cuts"][definitions("scope")["concentrated"]["cut"]][
        "value"
    ]
    rows = jobs.panel[
        (jobs.panel["year"] == jobs.year) & jobs.panel["area"].isin([*counties, jobs.base_area])
    ]
    industry = rows["industry"].astype("category")
    others = [
        c for c in map(str, industry.cat.categories) if naics.level(c) == "3" and not _in(c, jobs.codes)
    ]
    rows = rows[
        (industry.isin(others) & (rows["ownership"] == jobs.ownership))
        | ((rows["industry"] == naics.TOTAL) & rows["ownership"].isin(["0", jobs.ownership]))
    ]
    here = rows[rows["area"] != jobs.base_area]
    base = rows[rows["area"] == jobs.base_area]
    columns = ["industries_concentrated", "industries_undecided"]
    if not others or here.empty:
        return pd.DataFrame(np.nan, index=counties, columns=columns)
    bounds = location_quotient_bounds(here, base, jobs.base_area, denominator=jobs.denominator)
    bounds = bounds[here["industry"].isin(others)]
    area = here["area"].astype(str)[bounds.index]
    sure = bounds["location_quotient_low"] >= cut
    may = ~sure & ~(bounds["location_quotient_high"] < cut) & bounds["location_quotient_low"].notna()
    counts = pd.DataFrame({columns[0]: sure, columns[1]: may}).groupby(area).sum()
    return counts.reindex(counties).astype(float)


def _sector_in_counties(jobs: SectorJobs, members: pd.Series, names: pd.Series | None) -> pd.DataFrame:
    counties = pd.Index(members.astype(str), name="member")
    cells = jobs.cells[(jobs.cells["year"] == jobs.year) & (jobs.cells["area"] != jobs.base_area)]
    base = jobs.cells[jobs.cells["area"] == jobs.base_area]
    sector = cells[cells["industry"] == jobs.name]
    quotients = sector[["area", "disclosure"]].assign(
        location_quotient=location_quotient(cells, base, jobs.base_area, denominator=jobs.denominator),
        **location_quotient_bounds(cells, base, jobs.base_area, denominator=jobs.denominator),
    )
    quotients["location_quotient"] = quotients["location_quotient"].mask(
        quotients["disclosure"] == "estimated"
    )
    quotients = quotients.drop(columns="disclosure").set_index("area")
    quotients.index = quotients.index.astype(str)
    table = as_known(jobs.counties.reindex(counties))
    status = table["disclosure"].astype(object).map({**_STATUS, "estimated": "estimated"})
    status = status.mask((table["employment"] == 0) & (table["establishments"] == 0), "no establishments")
    labels = area_names(pd.Series(counties, index=counties), names)
    states = area_names(state_of(pd.Series(counties, index=counties)) + "000", names)
    table = table[JOBS].assign(
        status=status.fillna(NOT_IN_STUDY),
        county_name=labels,
        state_name=states,
        jobs_per_establishment=table["employment"]
        / table["establishments"].where(table["establishments"] > 0),
    )
    return table.join(quotients).join(neighboring_industries(jobs, counties))


def _shares(table: pd.DataFrame) -> pd.DataFrame:
    """Each county's share of the footprint's jobs, with bounds; a split county counts with its weight."""
    figures = ["employment", "employment_low", "employment_high", "employment_estimate"]
    in_study = table["status"] != NOT_IN_STUDY
    part = table.loc[in_study, figures].mul(table.loc[in_study, "weight"], axis=0)
    split = table["weight"] < 1
    part["employment"] = part["employment"].mask(split)
    part["employment_low"] = part["employment_low"].mask(split, 0.0)
    part["employment_high"] = part["employment_high"].mask(split, table["employment_high"])
    rest = pd.DataFrame({figure: _sum_of_others(part[figure]) for figure in figures})
    return share_bounds(part, rest).reindex(table.index)


def _sum_of_others(values: pd.Series) -> pd.Series:
    """For each row the sum of the others, missing where one of them is."""
    numbers = values.to_numpy(dtype=float)
    return pd.Series([np.delete(numbers, at).sum() for at in range(len(numbers))], index=values.index)


def _to_center(table: pd.DataFrame, distances: pd.DataFrame | None) -> pd.DataFrame:
    """The footprint's county with most jobs of the sector, and the distance to its center.

    None where no county is known to have any. Of several with as many, the first by its code.
    """
    jobs = (table["employment_estimate"] * table["weight"]).dropna().sort_index()
    center = str(jobs.index[int(np.argmax(jobs.to_numpy()))]) if (jobs > 0).any() else None
    out = pd.DataFrame({"center_county": center, "distance_to_center": np.nan}, index=table.index)
    if center is not None and distances is not None and center in distances.index:
        out["distance_to_center"] = distances[center].reindex(table.index)
    return out


def _to_meeting(table: pd.DataFrame, distances: pd.DataFrame | None) -> pd.DataFrame:
    """The county within whose reach most of the sector's jobs are, and how far the others are from it.

    Reach is ``meeting`` in ``data/scope.yaml``, between the centers of counties. Of counties that reach as many jobs, the
    one with more of its own.
    """
    out = pd.DataFrame(
        {"jobs_within_reach": np.nan, "meeting_county": None, "distance_to_meeting": np.nan},
        index=table.index,
    )
    jobs = (table["employment_estimate"] * table["weight"]).dropna()
    there = pd.Index([]) if distances is None else jobs.index.intersection(distances.index)
    if distances is None or not (jobs.reindex(there) > 0).any():
        return out
    jobs = jobs[there].sort_index()
    between = distances.loc[jobs.index, jobs.index]
    within = (between <= float(definitions("scope")["meeting"]["value"])).astype(float) @ jobs / jobs.sum()
    best = (
        pd.DataFrame({"within": within.round(6), "own": jobs})
        .sort_values(["within", "own"], kind="stable")
        .index[-1]
    )
    out["jobs_within_reach"] = within
    out["meeting_county"] = str(best)
    out["distance_to_meeting"] = between[best]
    return out


def _jurisdictions_of(counties: pd.Index, jurisdictions: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    texts = pd.Series("", index=counties)
    for system, table in jurisdictions.items():
        rows = recorded(table, counties)
        share = rows["weight"].map("{:.0%}".format)
        label = rows["title"].where(rows["weight"] >= 1, rows["title"] + " (" + share + ")")
        by_county = label.groupby(rows["member"]).agg(", ".join).reindex(counties)
        texts = texts + np.where(texts == "", "", "; ") + system + ": " + by_county
    return texts.rename("jurisdictions").to_frame()


def _in(code: str, codes: list[str]) -> bool:
    """Whether a code is one of some codes, holds one, or lies in one."""
    return any(code.startswith(c) or c.startswith(code) or naics.sector(code) == c for c in codes)
