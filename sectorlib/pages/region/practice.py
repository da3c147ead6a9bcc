"""What local plans ask for, each where it belongs on the page: commuters, labor force, ages, sizes, official lists.

A study that names no file for one of them gets one line that says which file would add it.
"""

from __future__ import annotations

import pandas as pd

from sectorlib.membership import NONE
from sectorlib.pages import english, figures
from sectorlib.pages.drawing import esc
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import facts
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet

#: What each study key would add, where the study does not have it: the key, its table, and what it shows.
OFFERED = {
    "occupations": ("", "occupations, openings and training"),
    "in_demand": ("in-demand", "sectors on the official in-demand list"),
    "wage_threshold": ("", "pay beside a self-sufficiency standard"),
    "employer_sizes": ("employer-sizes", "employers by size"),
    "workforce_age": ("workforce-age", "workers near retirement"),
    "labor_force": ("labor-force", "unemployment"),
    "official_areas": ("official-areas", "official labor market areas"),
    "partnerships": ("running-partnerships", "partnerships that already run"),
}

#: The results that this module draws from, by the chapter that it adds to.
RESULTS = {
    "first-screen": ("in-demand", "running-partnerships"),
    "market": ("commuters", "official-areas"),
    "workforce": ("labor-force", "workforce-age", "employer-sizes"),
}

#: Partnerships and official areas that a sentence names, and counties of commuters.
_NAMED, _FROM = 3, 2


def in_demand(profile: RegionProfile, sector: str) -> str:
    """The label of a sector on the official list of what is in demand; "" where it is not on it, or there is no list."""
    rows = _rows(profile, "in-demand")
    found = set(rows.loc[rows["sector"] == sector, "match"]) if len(rows) else set()
    return "In demand" if "whole" in found else "In demand, in part" if "part" in found else ""


def in_demand_occupations(profile: RegionProfile) -> frozenset[str]:
    """Codes (SOC) of the occupations on the official list; empty without one."""
    rows = _rows(profile, "in-demand")
    return frozenset(rows.loc[rows["occupation"] != "", "occupation"]) if len(rows) else frozenset()


def running(profile: RegionProfile) -> str:
    """Partnerships that already run and overlap a sector of the short list, as markup; "" where none does."""
    rows = profile.rows("running-partnerships")
    listed = facts.short_list(profile)
    if rows.empty or listed.empty:
        return ""
    rows = rows[rows["sector"].isin(listed.index)].sort_values(["overlap", "sector"], ascending=[False, True])
    said = []
    for _, row in rows.head(_NAMED).iterrows():
        shared = row["shared_employers"]
        many = f", {english.counted(float(shared), 'shared employer')}" if pd.notna(shared) else ""
        said.append(f"{row['running']} in {facts.title(row)} ({row['overlap']:.0%} overlap{many})")
    return (
        f'<p class="running"><strong>Already at work:</strong> {esc(english.listed(said))}.</p>'
        if said
        else ""
    )


def market(profile: RegionProfile) -> str:
    """Where commuters come from and go to, and which official areas the region is in, as markup."""
    rows = profile.rows("commuters")
    parts = []
    if len(rows):
        said = [text for text in (_commuters(rows, "in"), _commuters(rows, "out")) if text]
        sheet = _commuter_sheet(rows)
        shown = "".join(f"<p>{esc(text)}</p>" for text in [" ".join(said)] if text)
        parts.append(
            f'{shown}<details class="data"><summary>Show commuters by county</summary>{sheet.markup()}</details>'
        )
    official = official_areas(profile)
    return "".join(parts) + (f"<p>{esc(official)}</p>" if official else "")


def official_areas(profile: RegionProfile) -> str:
    """Which official labor market areas the region is in, and how much of its jobs; "" where the study names none."""
    rows = profile.rows("official-areas")
    if rows.empty:
        return ""
    said = [
        f"{row['official_name']} ({figures.share(row['share_of_region'])} of the region\N{RIGHT SINGLE QUOTATION MARK}s jobs)"
        for _, row in rows[rows["official_area"] != NONE].head(_NAMED).iterrows()
    ]
    if not said:
        return "No county of the region is in an official labor market area."
    return f"Official labor market areas here: {english.listed(said)}."


def workforce(profile: RegionProfile) -> str:
    """Labor force, ages, sizes of employers, and what files would add, as markup."""
    sentences = [labor_force(profile)]
    sheets = [sheet for sheet in (ages(profile), sizes(profile)) if sheet is not None]
    tables = "".join(f"<div>{sheet.markup()}</div>" for sheet in sheets)
    texts = "".join(f"<p>{esc(text)}</p>" for text in sentences if text)
    more = lacking(profile)
    return (
        texts
        + (f'<div class="halves">{tables}</div>' if tables else "")
        + (
            f"<details><summary>Files that would add more</summary><p>{esc(more)}</p></details>"
            if more
            else ""
        )
    )


def labor_force(profile: RegionProfile) -> str:
    """The labor force and its unemployment in the latest year; "" where the study names none."""
    rows = profile.rows("labor-force")
    if rows.empty:
        return ""
    row = rows.sort_values("year").iloc[-1]
    if pd.isna(row["labor_force"]):
        lacking = int(row["counties"] - row["counties_known"])
        return f"The labor force is not known: the files lack {english.counted(lacking, 'county')} of the region."
    return (
        f"{figures.rounded_jobs(row['labor_force'])} residents were in the labor force in {row['year']}, and "
        f"{row['unemployment_rate']:.1f}% of them were unemployed."
    )


def ages(profile: RegionProfile) -> Sheet | None:
    """The share of jobs held by people aged 55 and over in the sectors of the short list; None without ages."""
    rows = profile.rows("workforce-age")
    listed = facts.short_list(profile)
    if rows.empty or listed.empty:
        return None
    year = int(rows["year"].max())
    rows = rows[rows["year"] == year].set_index("sector")
    made = []
    for sector, title in listed["sector_title"].items():
        row = rows.loc[[str(sector)]].iloc[0] if sector in rows.index else None
        known = row is not None and pd.notna(row["share_55_and_over"])
        made.append(
            {
                "sector": str(title),
                "share": figures.share(row["share_55_and_over"])
                if known and row is not None
                else figures.withheld(),
                "jobs": figures.rounded_jobs(row["jobs"])
                if known and row is not None
                else figures.withheld(),
            }
        )
    columns = [
        Column("sector", "Sector", text=True), Column("share", "Aged 55 and over"),
        Column("jobs", "Jobs whose ages are known", hint="in counties and industries of which ages are published"),
    ]  # fmt: skip
    return Sheet("workforce-age", f"Workers near retirement, {year}", columns, made)


def sizes(profile: RegionProfile) -> Sheet | None:
    """Establishments of each size in the sectors of the short list, at least; None without sizes."""
    rows = profile.rows("employer-sizes")
    listed = facts.short_list(profile)
    if rows.empty or listed.empty:
        return None
    order = list(dict.fromkeys(rows["size"]))
    made = []
    for sector, title in listed["sector_title"].items():
        mine = rows[rows["sector"] == sector].set_index("size")
        made.append({"sector": str(title)} | {size: _at_least(mine, size) for size in order})
    columns = [Column("sector", "Sector", text=True)] + [
        Column(size, "All" if size == "all" else size, group="Establishments by employees") for size in order
    ]
    return Sheet("employer-sizes", "Employers by size, as far as published", columns, made)


def lacking(profile: RegionProfile) -> str:
    """Which keys would add what, in a line; "" where the study has them all."""
    file = profile.study.file
    absent = [
        f"{what} ({key})"
        for key, (_, what) in OFFERED.items()
        if not getattr(file, key) and not (key == "wage_threshold" and file.living_wage)
    ]
    return f"Files that would add more, by study key: {english.listed(absent)}." if absent else ""


def _rows(profile: RegionProfile, name: str) -> pd.DataFrame:
    """A result that is not about areas; empty where the study does not support it."""
    return pd.DataFrame() if profile.results.missing(name) else profile.results[name]


def _commuters(rows: pd.DataFrame, direction: str) -> str:
    mine = rows[rows["direction"] == direction].sort_values("rank").head(_FROM)
    if mine.empty:
        return ""
    names = [
        f"{english.short_county(str(row['county_name']))} ({figures.share(row['share'])})"
        for _, row in mine.iterrows()
    ]
    every = figures.rounded_jobs(mine["all_workers"].iloc[0])
    first = f"the most {'from' if direction == 'in' else 'to'} {english.listed(names)}"
    if direction == "in":
        return f"{every} people commute in, {first}."
    return f"{every} commute out, {first}."


def _commuter_sheet(rows: pd.DataFrame) -> Sheet:
    ways = {"in": "Commute in, from", "out": "Commute out, to"}
    made = [
        {
            "county": str(row["county_name"]),
            "way": ways[str(row["direction"])],
            "workers": figures.rounded_jobs(row["workers"]),
            "share": figures.share(row["share"]),
        }
        for _, row in rows.sort_values(["direction", "rank"]).iterrows()
    ]
    columns = [
        Column("county", "County", text=True), Column("way", "Way", text=True), Column("workers", "Workers"),
        Column("share", "Share"),
    ]  # fmt: skip
    return Sheet("commuters", "The counties with most commuters in and out", columns, made)


def _at_least(rows: pd.DataFrame, size: str) -> Figure:
    """A number of establishments, or the least it can be where a cell is not published."""
    if size not in rows.index:
        return figures.withheld()
    row = rows.loc[[size]].iloc[0]
    low = float(row["establishments_at_least"])
    if row["not_published"] > 0:
        return Figure(f"at least {low:,.0f}", "bound", low) if low >= 1 else figures.withheld()
    return Figure(f"{low:,.0f}", "exact", low)
