"""What local plans ask for besides the ranking: commuters, labor force, sizes of employers, age, official lists and areas."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, targeting
from sectorlib.areas import area_names
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.industry_names import industry_of, name_key
from sectorlib.membership import NONE
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import with_sector_titles
from sectorlib.results.shared import AREA, SECTOR, YEAR, titled
from sectorlib.schemas import Column, Table
from sectorlib.sectors import codes_above, naics_sectors

#: Counties of residence or work that are listed for a region.
_MOST = 5

#: Ages from which on people are near retirement, and all ages, as the workforce indicators name them.
_OLDER, _ALL_AGES = ("A07", "A08"), "A00"

#: Persons by where they live, as the files of the labor force have them.
_LABOR_FORCE = ["labor_force", "employed", "unemployed"]

COMMUTERS = Table(
    "commuters", ("area", "direction", "rank"),
    (
        *AREA[1:],
        Column("direction", "code", "", "in: live elsewhere and work here; out: live here and work elsewhere"),
        Column("rank", "number", "rank", "1 is the county with the most"),
        Column("county", "code", "", "of residence of those who commute in, of work of those who commute out"),
        Column("county_name", "text", "", "its name"),
        Column("workers", "number", "workers", "who commute between it and the region, all industries"),
        Column("share", "number", "share", "of all who commute in, or out"),
        Column("all_workers", "number", "workers", "who commute in, or out, from or to any county of the flows"),
    ),
    grain="region and direction; the first five counties",
)  # fmt: skip

LABOR_FORCE = Table(
    "labor-force", ("area", "year"),
    (
        *AREA[1:], YEAR,
        Column("labor_force", "number", "persons", "who live here and work or look for work; annual average", nonnegative=True),
        Column("employed", "number", "persons", "of them at work, wherever", nonnegative=True),
        Column("unemployed", "number", "persons", "of them without work", nonnegative=True),
        Column("unemployment_rate", "number", "percent", "unemployed of the labor force"),
        Column("counties", "number", "counties", "of the region"),
        Column("counties_known", "number", "counties", "with figures; figures are missing unless all are"),
    ),
    grain="region and year",
)  # fmt: skip

EMPLOYER_SIZES = Table(
    "employer-sizes", ("area", "sector", "size"),
    (
        *AREA[1:], *SECTOR,
        Column("size", "code", "employees", "of an establishment in mid-March; `all` for every size"),
        Column("establishments_at_least", "number", "establishments", "that the files count, at least; codes that count in part by that part"),
        Column("not_published", "number", "cells", "of a county and an industry of the sector that the files do not give: none there, or too few to publish"),
    ),
    grain="region, sector (target sectors and NAICS sectors) and size",
)  # fmt: skip

SELF_EMPLOYED = Table(
    "self-employed", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("nonemployers_at_least", "number", "businesses", "without paid employees, that the files count, at least; codes that count in part by that part", label="Businesses without employees, at least"),
        Column("receipts_at_least", "number", "USD a year, nominal", "of these businesses, as far as published"),
        Column("not_published", "number", "cells", "of a county and an industry of the sector that the files do not give: none there, or withheld"),
    ),
    grain="region and sector (target sectors and NAICS sectors)",
)  # fmt: skip

WORKFORCE_AGE = Table(
    "workforce-age", ("area", "sector", "year"),
    (
        *AREA[1:], *SECTOR, YEAR,
        Column("jobs", "number", "jobs", "of all ages, in counties and industries whose ages are known"),
        Column("jobs_55_and_over", "number", "jobs", "of people aged 55 and over, in the same"),
        Column("share_55_and_over", "number", "share", "of these jobs; the ages of the others are not known"),
        Column("cells", "number", "cells", "of a county and an industry of the sector"),
        Column("cells_known", "number", "cells", "of them whose ages are published"),
    ),
    grain="region, sector (target sectors and NAICS sectors) and year",
)  # fmt: skip

IN_DEMAND = Table(
    "in-demand", ("entry", "sector", "occupation"),
    (
        Column("entry", "number", "place", "its place on the official list"),
        Column("kind", "code", "", "industry or occupation"),
        Column("code", "code", "", "NAICS or SOC, as the list has it; empty where it names only"),
        Column("name", "text", "", "as the list has it"),
        *SECTOR,
        Column("occupation", "code", "", "SOC code of an entry that is one; empty for others"),
        Column("match", "code", "", "whole: all of the sector is listed; part: some of its codes; occupation; none"),
        Column("source", "text", "", "the file"),
    ),
    grain="entry of the official list and target sector",
)  # fmt: skip

OFFICIAL_AREAS = Table(
    "official-areas", ("area", "official_area"),
    (
        *AREA[1:],
        Column("official_area", "code", "", "official labor market area"),
        Column("official_name", "text", "", "its name; `none` for counties that are in none"),
        Column("counties", "number", "counties", "of the region that are in it; parts count as parts"),
        Column("share_of_region", "number", "share", "of the region's jobs that are in it"),
        Column("share_of_official", "number", "share", "of its jobs in the study that are in the region"),
    ),
    grain="region and official area",
)  # fmt: skip

RUNNING = Table(
    "running-partnerships", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("rank", "number", "rank", "of the sector, as ranked"),
        Column("running", "text", "", "the partnership that runs already and overlaps most"),
        Column("overlap", "number", "share",
               "of its employers that are in the sector; of the sector's jobs by code where no employers are listed"),
        Column("shared_employers", "number", "employers", "of it in the sector; missing where none are listed"),
    ),
    grain="region and ranked sector with a partnership that overlaps",
)  # fmt: skip


@gives(
    COMMUTERS,
    "The five counties from which most commute into each region, and to which most commute out of it.",
    figures=(),
    needs=[needs.FLOWS],
)
def _commuters(results: Results) -> pd.DataFrame:
    study = results.study
    flows = needs.FLOWS(results).groupby(["home", "work"], as_index=False)["workers"].sum()
    parts = []
    for area, members in study.regions.groupby("group", sort=False):
        inside = members.groupby("member")["weight"].sum()
        home, work = (flows[end].map(inside).fillna(0.0) for end in ("home", "work"))
        for direction, end, share in (("in", "home", (1 - home) * work), ("out", "work", home * (1 - work))):
            moved = (flows["workers"] * share).groupby(flows[end]).sum()
            moved = moved[moved > 0].sort_values(ascending=False, kind="stable")
            first = moved.head(_MOST)
            parts.append(
                pd.DataFrame(
                    {
                        "area": str(area),
                        "direction": direction,
                        "rank": range(1, len(first) + 1),
                        "county": first.index.astype(str),
                        "workers": first.to_numpy(),
                        "share": (first / moved.sum()).to_numpy(),
                        "all_workers": float(moved.sum()),
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    names = area_names(table["county"], study.names if study.file.names else None)
    return COMMUTERS.select(titled(table.assign(county_name=names), study))


def _labor_force_of_counties(results: Results) -> pd.DataFrame:
    """The labor force of the counties of each region, with the share of each that is in it."""
    members = results.study.regions[["member", "group", "weight"]]
    held = needs.LABOR_FORCE(results).dropna(subset=_LABOR_FORCE)
    joined = members.merge(held, left_on="member", right_on="area", how="inner").drop(columns="area")
    if joined.empty:
        raise NotSupportedError(
            "the files of the labor force have no county of a region",
            "counties of the study",
            "see `sectorlib check`",
        )
    return joined


@gives(
    LABOR_FORCE,
    "The labor force of each region and its unemployment, by where people live.",
    figures=(),
    needs=[needs.LABOR_FORCE, _labor_force_of_counties],
)
def _labor_force(results: Results) -> pd.DataFrame:
    study, joined = results.study, _labor_force_of_counties(results)
    counts = study.regions.groupby("group")["member"].nunique()
    joined[_LABOR_FORCE] = joined[_LABOR_FORCE].mul(joined["weight"], axis=0)
    sums = joined.groupby(["group", "year"]).agg(
        **{name: (name, "sum") for name in _LABOR_FORCE}, counties_known=("member", "nunique")
    )  # fmt: skip
    table = sums.reset_index().rename(columns={"group": "area"})
    table["counties"] = table["area"].map(counts).astype(float)
    partial = table["counties_known"] < table["counties"]
    table[_LABOR_FORCE] = table[_LABOR_FORCE].mask(partial)
    table["unemployment_rate"] = (
        100 * table["unemployed"] / table["labor_force"].where(table["labor_force"] > 0)
    )
    return LABOR_FORCE.select(titled(table.astype({"year": "int64", "counties_known": float}), study))


@gives(
    EMPLOYER_SIZES,
    "How many establishments of each size a region's sectors have, as far as published.",
    figures=(),
    needs=[needs.EMPLOYER_SIZES],
)
def _employer_sizes(results: Results) -> pd.DataFrame:
    study = results.study
    held, cells = needs.EMPLOYER_SIZES(results), _cells(results)
    known = cells.merge(
        held.dropna(subset=["establishments"]),
        left_on=["member", "industry"],
        right_on=["area", "industry"],
    )
    known["establishments_at_least"] = known["establishments"] * known["weight"]
    sizes = pd.Index(held["size"].unique(), name="size")
    every = cells.groupby(["group", "sector"]).size().rename("cells").reset_index()
    sums = known.groupby(["group", "sector", "size"])["establishments_at_least"].agg(["sum", "count"])
    rank = {size: place for place, size in enumerate(sizes)}
    table = every.merge(sizes.to_frame(index=False), how="cross").join(sums, on=["group", "sector", "size"])
    table["establishments_at_least"] = table["sum"].fillna(0.0)
    table["not_published"] = table["cells"] - table["count"].fillna(0.0)
    table = table.rename(columns={"group": "area"}).assign(order=table["size"].map(rank))
    table = table.sort_values(["area", "sector", "order"], ignore_index=True)
    return EMPLOYER_SIZES.select(titled(_with_titles(table, results), study))


_NONEMPLOYERS = needs.Key(
    "self_employed",
    lambda study: study.self_employed,
    "the study names no businesses without employees",
    "businesses without employees by county (Nonemployer Statistics)",
    "add `self_employed: nonemp22co.zip`",
)


@gives(
    SELF_EMPLOYED,
    "How many people work for themselves in a region's sectors, as far as published.",
    figures=(),
    needs=[_NONEMPLOYERS],
)
def _self_employed(results: Results) -> pd.DataFrame:
    cells = _cells(results)
    known = cells.merge(
        _NONEMPLOYERS(results), left_on=["member", "industry"], right_on=["area", "industry"], how="left"
    )
    for figure in ("nonemployers", "receipts"):
        known[f"{figure}_at_least"] = known[figure] * known["weight"]
    known["not_published"] = known["nonemployers"].isna().astype(float)
    figures = ["nonemployers_at_least", "receipts_at_least", "not_published"]
    table = known.groupby(["group", "sector"])[figures].sum().reset_index().rename(columns={"group": "area"})
    return SELF_EMPLOYED.select(titled(_with_titles(table, results), results.study))


@gives(
    WORKFORCE_AGE,
    "The share of jobs held by people aged 55 and over, by sector, as far as published.",
    figures=(),
    needs=[needs.WORKFORCE_AGE],
)
def _workforce_age(results: Results) -> pd.DataFrame:
    study = results.study
    ages = needs.WORKFORCE_AGE(results)
    wide = ages.pivot_table(
        index=["area", "industry", "year"], columns="age", values="jobs", aggfunc="sum", dropna=False, min_count=1
    ).reindex(columns=[_ALL_AGES, *_OLDER])  # fmt: skip
    wide = wide[ages.groupby(["area", "industry", "year"]).size().reindex(wide.index).notna()]
    older = wide[list(_OLDER)].sum(axis=1, min_count=len(_OLDER))
    known = pd.DataFrame({"all": wide[_ALL_AGES], "older": older})
    known["known"] = known.notna().all(axis=1)
    places = _cells(results)
    every = places.groupby(["group", "sector"]).size().rename("cells")
    cells = places.merge(known.reset_index(), left_on=["member", "industry"], right_on=["area", "industry"])
    cells["jobs"] = (cells["all"] * cells["weight"]).where(cells["known"], 0.0)
    cells["jobs_55_and_over"] = (cells["older"] * cells["weight"]).where(cells["known"], 0.0)
    table = cells.groupby(["group", "sector", "year"], as_index=False).agg(
        jobs=("jobs", "sum"),
        jobs_55_and_over=("jobs_55_and_over", "sum"),
        cells_known=("known", "sum"),
    )
    table = table.join(every, on=["group", "sector"])
    none = table["cells_known"] == 0
    table[["jobs", "jobs_55_and_over"]] = table[["jobs", "jobs_55_and_over"]].mask(none)
    table["share_55_and_over"] = table["jobs_55_and_over"] / table["jobs"].where(table["jobs"] > 0)
    table = table.rename(columns={"group": "area"}).astype(
        {"year": "int64", "cells": float, "cells_known": float}
    )
    return WORKFORCE_AGE.select(titled(_with_titles(table, results), study))


@gives(
    IN_DEMAND,
    "The official list of what is in demand, matched to target sectors and occupations.",
    figures=(),
    needs=[needs.IN_DEMAND],
)
def _in_demand(results: Results) -> pd.DataFrame:
    study = results.study
    rows = []
    for entry in needs.IN_DEMAND(results).to_dict("records"):
        if entry["kind"] == "occupation":
            rows.append({**entry, "sector": "", "occupation": entry["code"], "match": "occupation"})
            continue
        found = _sectors_of(study.sectors, entry["code"], entry["name"])
        rows += [
            {**entry, "sector": sector, "occupation": "", "match": match} for sector, match in found.items()
        ] or [{**entry, "sector": "", "occupation": "", "match": "none"}]
    table = pd.DataFrame(rows)
    titles = study.sectors.drop_duplicates("sector").set_index("sector")["title"]
    return IN_DEMAND.select(table.assign(sector_title=table["sector"].map(titles).fillna("")))


@gives(
    OFFICIAL_AREAS,
    "Official labor market areas beside the study's regions.",
    figures=(),
    needs=[needs.OFFICIAL_AREAS],
)
def _official_areas(results: Results) -> pd.DataFrame:
    study = results.study
    jobs = _county_jobs(results)
    ours = study.regions[["member", "group", "weight"]]
    theirs = needs.OFFICIAL_AREAS(results)[["member", "group", "weight", "title"]].rename(
        columns={"group": "official_area", "weight": "part", "title": "official_name"}
    )
    both = ours.merge(theirs, on="member", how="left")
    both["official_area"] = both["official_area"].astype("str").where(both["official_area"].notna(), NONE)
    both["official_name"] = both["official_name"].astype("str").where(both["official_name"].notna(), NONE)
    both["counties"] = both["weight"] * both["part"].fillna(1.0)
    both["jobs"] = both["counties"] * both["member"].map(jobs)
    table = both.groupby(["group", "official_area", "official_name"], as_index=False).agg(
        counties=("counties", "sum"), jobs=("jobs", lambda cells: cells.sum(min_count=len(cells)))
    )
    whole = table.groupby("group")["jobs"].transform(lambda cells: cells.sum(min_count=len(cells)))
    official = (
        theirs.assign(jobs=theirs["part"] * theirs["member"].map(jobs)).groupby("official_area")["jobs"].sum()
    )
    table["share_of_region"] = table["jobs"] / whole
    table["share_of_official"] = table["jobs"] / table["official_area"].map(official)
    table = table.sort_values(["group", "share_of_region"], ascending=[True, False], ignore_index=True)
    return OFFICIAL_AREAS.select(titled(table.rename(columns={"group": "area"}), study))


@gives(
    RUNNING,
    "Partnerships that already run and overlap a ranked sector.",
    needs=[needs.PARTNERSHIPS],
    rests_on=["targets"],
)
def _running(results: Results) -> pd.DataFrame:
    study = results.study
    known = set(results["regions"]["area"])
    running = needs.PARTNERSHIPS(results)
    for area in running["area"]:
        if area not in known:
            raise UnknownNameError.unknown_name("region", area, known)
    overlap = targeting.overlap_with_running(results.targets.panels.makeup, study.sectors, running)
    targets = results["targets"]
    table = targets.loc[targets["rank"].notna(), ["area", "sector", "rank"]].merge(
        overlap, on=["area", "sector"]
    )
    return RUNNING.select(titled(with_sector_titles(table, study.sectors), study))


# --- parts -------------------------------------------------------------------------------------------


def _cells(results: Results) -> pd.DataFrame:
    """The counties and industries of each region and sector: group, member, sector, industry, weight (share that counts)."""
    study = results.study
    codes = pd.concat([study.sectors, naics_sectors()], ignore_index=True)[["sector", "industry", "weight"]]
    crossed = study.regions[["group", "member", "weight"]].merge(
        codes.rename(columns={"weight": "part"}), how="cross"
    )
    return crossed.assign(weight=crossed["weight"] * crossed["part"]).drop(columns="part")


def _with_titles(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    return with_sector_titles(table, pd.concat([results.study.sectors, naics_sectors()], ignore_index=True))


def _sectors_of(sectors: pd.DataFrame, code: str, name: str) -> dict[str, str]:
    """The target sectors that an entry of an official list names, and whether it names them wholly or in part."""
    listed = naics.normalize(code) if code else ""
    if not listed and name:
        own = [
            (name_key(str(text)), row.sector)
            for row in sectors.itertuples()
            for text in (row.sector, row.title)
        ]
        named = dict(own).get(name_key(name))
        if named is not None:
            return {str(named): "whole"}
        found = industry_of(name)
        listed = found[0] if found else ""
    if not listed or listed == naics.TOTAL:
        return {}
    out = {}
    for sector, rows in sectors.groupby("sector", sort=False):
        codes = rows["industry"].astype(str)
        inside = [listed in (own, *codes_above(own)) for own in codes]
        if any(inside):
            out[str(sector)] = "whole" if all(inside) else "part"
        elif any(own in codes_above(listed) for own in codes):
            out[str(sector)] = "part"
    return out


def _county_jobs(results: Results) -> pd.Series:
    """Jobs of each county in the latest year, of all ownerships where they are known; missing where they are withheld."""
    rows = results.study.panel
    rows = rows[(rows["year"] == results.study.years[-1]) & (rows["industry"] == naics.TOTAL)]
    every = rows[rows["ownership"] == "0"]
    rows = every if len(every) else rows[rows["ownership"] == results.study.ownership]
    return rows.set_index(rows["area"].astype(str))["employment"].groupby(level=0).first()
