"""What was done about counties whose codes changed, and totals that reach across the change."""

from __future__ import annotations

import pandas as pd

from sectorlib.areas import area_names
from sectorlib.exceptions import NotSupportedError
from sectorlib.naics import TOTAL
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.schemas import Column, Table

COUNTY_CHANGES = Table(
    "county-changes", ("former", "county"),
    (
        Column("former", "code", "", "county code in the panel's files", label="Former code"),
        Column("former_name", "text", "", "its name"),
        Column("county", "code", "", "county of the study that it is, or is a part of"),
        Column("county_name", "text", "", "its name"),
        Column("first_year", "year", "year", "first year of the files with the former code"),
        Column("last_year", "year", "year", "last year of the files with the former code"),
        Column("weight", "number", "share", "of the former county's people who are in the county", label="Share of the former county's people"),
        Column("how", "text", "", "renamed, merged (whole, with others) or regrouped (split, or by towns)"),
        Column("done", "text", "", "which of its figures can be used, and as what"),
    ),
    grain="former county and county of the study",
)  # fmt: skip

BRIDGED_TOTALS = Table(
    "bridged-totals", ("area", "year"),
    (
        Column("area", "code", "", "region or county of the study"),
        Column("area_name", "text", "", "name"),
        Column("grain", "text", "", "region or county"),
        Column("year", "year", "year", "a year in which the files have former counties"),
        Column("employment", "number", "jobs", "estimate: all industries and ownerships, by shares of people", label="Employment, estimated"),
        Column("wages", "number", "USD", "estimate: all industries and ownerships, by shares of people", label="Wages, estimated"),
        Column("bridged_share", "number", "share", "of the estimate, what rests on shares of people"),
    ),
    grain="region and county, all industries and ownerships",
)  # fmt: skip

#: What the figures of a former county serve for.
_DONE = {
    "renamed": "every figure, under the new code",
    "merged": "every figure, added to the county it belongs to",
    "regrouped": "totals by shares of people (bridged-totals); no industry, quotient, pay or growth of its parts",
}


def _changed(results: Basis) -> pd.DataFrame:
    """The counties whose codes changed."""
    changes = results.study.county_codes.changes.rename(columns={"member": "former", "group": "county"})
    if changes.empty:
        raise NotSupportedError(
            "every county of the panel keeps its code",
            "files with counties of other years than the latest",
            "nothing to do: no county had to be brought to another code",
        )
    return changes


@gives(
    COUNTY_CHANGES,
    "Counties whose codes changed, and what was done with their figures.",
    figures=(),
    needs=[_changed],
)
def _county_changes(results: Results) -> pd.DataFrame:
    study, changes = results.study, _changed(results)
    names = study.names if study.file.names else None
    table = changes.assign(
        former_name=area_names(changes["former"], names),
        county_name=area_names(changes["county"], names),
        done=changes["how"].map(_DONE),
    )
    return COUNTY_CHANGES.select(table)


def _broken(results: Basis) -> pd.DataFrame:
    """The counties that were split or regrouped, and when."""
    breaks = results.study.county_codes.breaks
    if breaks.empty:
        raise NotSupportedError(
            "no county of the panel was split or regrouped",
            "files with counties that no longer exist, such as Connecticut's",
            "see county-changes for what was renamed or merged",
        )
    return breaks


@gives(
    BRIDGED_TOTALS,
    "All jobs and pay of regions before a change of county codes, estimated by shares of people.",
    figures=(),
    needs=[_broken],
    told_by_figures=True,
)
def _bridged_totals(results: Results) -> pd.DataFrame:
    study, breaks = results.study, _broken(results)
    counties = _bridged_counties(results)
    years = counties[["year"]].drop_duplicates()
    # Every county of a region in every year: one without a total leaves the region without one.
    members = study.regions[["member", "group", "weight"]].merge(years, how="cross")
    regions = members.merge(counties.rename(columns={"area": "member"}), on=["member", "year"], how="left")
    for figure in ("employment", "wages", "bridged"):
        regions[figure] = regions[figure] * regions["weight"]
    regions = regions.rename(columns={"group": "area"})
    parts = [regions.assign(grain="region"), counties.assign(grain="county")]
    if study.system == "counties":
        parts = parts[:1]
    table = pd.concat(parts, ignore_index=True)
    figures = ["employment", "wages", "bridged"]
    groups = table.groupby(["grain", "area", "year"], sort=False)
    known = groups[figures].count().eq(groups.size(), axis=0)
    summed = groups[figures].sum().where(known).reset_index()
    summed = summed[summed["bridged"].notna() & (summed["bridged"] > 0)]
    if summed.empty:
        raise NotSupportedError(
            f"of {', '.join(sorted(breaks['area'].unique()))}, the files lack a part in every year of the change",
            "the total of every former county that makes up a county of the study",
            "add the former counties' files of those years; without them the county has no total",
        )
    summed["bridged_share"] = summed["bridged"] / summed["employment"]
    titles = study.regions.drop_duplicates("group").set_index("group")["title"]
    names = area_names(summed["area"], study.names if study.file.names else None)
    summed["area_name"] = summed["area"].map(titles).fillna(names)
    return BRIDGED_TOTALS.select(summed.sort_values(["grain", "area", "year"], ascending=[False, True, True]))


def _bridged_counties(results: Results) -> pd.DataFrame:
    """All jobs and wages of the study's counties in the years of a break: published, or by shares of people."""
    study = results.study
    years = study.county_codes.breaks["year"].unique()
    cells = study.cells
    totals = cells[
        (cells["industry"] == TOTAL) & (cells["ownership"] == "0") & cells["year"].isin(years)
    ].astype({"area": str})
    links = study.county_codes.links(totals["area"])
    links = links[links["group"].isin(study.counties)]
    parts = totals.merge(links, left_on="area", right_on="member")
    disclosed = parts["disclosure"].astype(str) == "disclosed"
    for figure in ("employment", "wages"):
        parts[figure] = (parts[figure] * parts["weight"]).where(disclosed)
    parts["bridged"] = parts["employment"].where(parts["how"] == "regrouped", parts["employment"] * 0.0)
    figures = ["employment", "wages", "bridged"]
    groups = parts.groupby(["group", "year"])
    sums = groups[figures].sum()
    known = groups[figures].count().eq(groups.size(), axis=0)
    grouped = sums.where(known).join(groups["member"].agg(set)).reset_index()
    # A county of which a part is not in the files has no total.
    whole = [
        study.county_codes.made_of(str(county), members) <= members
        for county, members in zip(grouped["group"], grouped["member"], strict=True)
    ]
    return grouped[whole].drop(columns="member").rename(columns={"group": "area"})
