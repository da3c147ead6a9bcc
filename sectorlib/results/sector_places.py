"""Where and when target sectors have their jobs: year by year, county by county, and who governs the region."""

from __future__ import annotations

import pandas as pd

from sectorlib.results import needs
from sectorlib.results.basis import RECENT_YEARS
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import with_sector_titles
from sectorlib.results.shared import AREA, JOBS, SECTOR, YEAR, titled
from sectorlib.schemas import Column, Table
from sectorlib.scope.jurisdictions import recorded

_COUNTY = (
    Column("county", "code", "", "county of the region"),
    Column("county_name", "text", "", "its name"),
)

SECTOR_YEARS = Table(
    "sector-years", ("area", "sector", "year"),
    (
        *AREA[1:], *SECTOR, YEAR, *JOBS,
        Column("start_year", "year", "year", "first year of the change: five years before, or the first of the data (which has none)"),
        Column("percent_change", "number", "percent", "of jobs since then; missing where not fully known"),
        Column("percent_change_low", "number", "percent", "of jobs since then: the least it can be"),
        Column("percent_change_high", "number", "percent", "of jobs since then: the most it can be"),
    ),
    grain="region and base, every year",
)  # fmt: skip

SECTOR_COUNTIES = Table(
    "sector-counties", ("area", "sector", "county"),
    (
        *AREA[1:], *SECTOR, *_COUNTY, YEAR, *JOBS,
        Column("share", "number", "share of the sector's jobs in the region", "missing where not fully known"),
        Column("share_low", "number", "share", "the least it can be"),
        Column("share_high", "number", "share", "the most it can be"),
        Column("share_estimate", "number", "share", "withheld parts estimated"),
    ),
    grain="region and county, latest year",
)  # fmt: skip

REGION_JURISDICTIONS = Table(
    "region-jurisdictions", ("area", "system", "jurisdiction"),
    (
        *AREA[1:],
        Column("system", "text", "", "kind of jurisdiction, as the study names it"),
        Column("jurisdiction", "code", "", "its code; not recorded where the study's file has no entry"),
        Column("jurisdiction_name", "text", "", "its name"),
        Column("counties", "number", "counties", "of the region in it, by weight"),
        Column("county_names", "text", "", "their names"),
        Column("employment", "number", "jobs", "of all industries in them; missing where a county's is not known"),
        Column("share_of_jobs", "number", "share", "of the region's jobs in all industries"),
    ),
    grain="region",
)  # fmt: skip


@gives(
    SECTOR_YEARS,
    "Jobs of target sectors year by year, and their change over five years.",
    needs=[needs.ranking],
)
def _sector_years(results: Results) -> pd.DataFrame:
    panels, study = results.targets.panels, results.study
    rows = _known_and_estimated(panels.areas).rename(columns={"industry": "sector"})
    years = pd.Series(sorted(rows["year"].unique()))
    start = {year: _start(years, year) for year in years}
    rows["start_year"] = rows["year"].map(start)
    then = rows[["area", "sector", "year", *(column.name for column in JOBS)]]
    then = then.rename(columns={"year": "start_year"}).add_suffix("_then")
    then = then.rename(columns={f"{name}_then": name for name in ("area", "sector", "start_year")})
    table = rows.merge(then, on=["area", "sector", "start_year"], how="left")
    ends = {"": ("", ""), "_low": ("_low", "_high"), "_high": ("_high", "_low")}
    for end, (now, before) in ends.items():
        base = table[f"employment{before}_then"]
        table[f"percent_change{end}"] = 100 * (table[f"employment{now}"] / base.where(base > 0) - 1)
    changes = [f"percent_change{end}" for end in ends]
    table[changes] = table[changes].where(table["start_year"] < table["year"])
    table = table.sort_values(["area", "sector", "year"])
    return SECTOR_YEARS.select(titled(with_sector_titles(table, study.sectors), study))


@gives(
    SECTOR_COUNTIES,
    "Jobs of target sectors in each county of the region, and their share of the sector.",
    needs=[needs.ranking],
)
def _sector_counties(results: Results) -> pd.DataFrame:
    panels, study = results.targets.panels, results.study
    rows = _known_and_estimated(panels.counties).rename(columns={"area": "county", "industry": "sector"})
    table = study.regions[["group", "member", "weight"]].merge(
        rows, left_on="member", right_on="county", how="inner"
    )
    figures = [column.name for column in JOBS]
    table[figures] = table[figures].mul(table["weight"], axis=0)
    table = table.rename(columns={"group": "area"})
    whole = table.groupby(["area", "sector"])[figures].transform(lambda column: column.sum(min_count=1))
    lacking = table.groupby(["area", "sector"])["employment"].transform(lambda jobs: jobs.isna().any())
    total = whole["employment"].where(~lacking)
    table["share"] = table["employment"] / total.where(total > 0)
    low, high = table["employment_low"], table["employment_high"]
    others_low, others_high = whole["employment_low"] - low, whole["employment_high"] - high
    unknown = table.groupby(["area", "sector"])["employment_high"].transform(lambda jobs: jobs.isna().any())
    table["share_low"] = (low / (low + others_high).where(low + others_high > 0)).where(~unknown, 0.0)
    table["share_high"] = (high / (high + others_low).where(high + others_low > 0)).where(~unknown)
    estimate = whole["employment_estimate"]
    table["share_estimate"] = table["employment_estimate"] / estimate.where(estimate > 0)
    names = results["regions"].drop_duplicates("county").set_index("county")["county_name"]
    table["county_name"] = table["county"].map(names)
    table = table.sort_values(
        ["area", "sector", "employment_estimate"], ascending=[True, True, False], kind="stable"
    )
    return SECTOR_COUNTIES.select(titled(with_sector_titles(table, study.sectors), study))


@gives(
    REGION_JURISDICTIONS,
    "The jurisdictions that each region spans, with their share of its jobs.",
    needs=[needs.JURISDICTIONS],
)
def _region_jurisdictions(results: Results) -> pd.DataFrame:
    study = results.study
    regions = study.regions
    wages = results["wages"]
    total = wages[(wages["industry"] == "10") & (wages["year"] == study.years[-1])]
    total = total.sort_values("ownership").drop_duplicates("area").set_index("area")["employment"]
    names = results["regions"].drop_duplicates("county").set_index("county")["county_name"]
    parts = []
    for system, table in study.jurisdictions.items():
        rows = recorded(table, pd.Index(regions["member"].unique())).rename(
            columns={"group": "jurisdiction", "title": "jurisdiction_name", "weight": "part"}
        )
        both = regions[["group", "member", "weight"]].merge(rows, on="member")
        both["counties"] = both["weight"] * both["part"]
        jobs = both["member"].map({str(area): jobs for area, jobs in total.items()})
        both["employment"] = both["counties"] * jobs
        both["county_names"] = both["member"].map(names).str.rsplit(", ", n=1).str[0]
        made = both.groupby(["group", "jurisdiction", "jurisdiction_name"], as_index=False, sort=False).agg(
            counties=("counties", "sum"),
            county_names=("county_names", lambda listed: "; ".join(sorted(listed))),
            employment=("employment", lambda jobs: jobs.sum(skipna=False)),
        )
        parts.append(made.assign(system=system))
    table = pd.concat(parts, ignore_index=True).rename(columns={"group": "area"})
    whole = table.groupby(["area", "system"])["employment"].transform(lambda jobs: jobs.sum(skipna=False))
    table["share_of_jobs"] = table["employment"] / whole.where(whole > 0)
    table = table.sort_values(["area", "system", "employment"], ascending=[True, True, False], kind="stable")
    return REGION_JURISDICTIONS.select(titled(table, study))


def _known_and_estimated(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of sectors with their estimate apart, and a figure only where all of it is published."""
    known = rows["disclosure"].astype(str) == "disclosed"
    return rows.assign(
        employment_estimate=rows["employment"], employment=rows["employment"].where(known)
    ).reset_index(drop=True)


def _start(years: pd.Series, year: int) -> int:
    """The year that a change to this one is counted from."""
    before = years[years <= year - RECENT_YEARS]
    return int(before.max() if len(before) else years.min())
