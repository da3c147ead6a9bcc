"""Who works in a sector: its occupations, what they pay, openings, colleges, and where pathways cross."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, occupations
from sectorlib.results import needs
from sectorlib.results.local_pay import pay_places
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import with_sector_titles
from sectorlib.results.shared import AREA, YEAR, titled, with_grain
from sectorlib.schemas import Column, Table
from sectorlib.sectors import naics_sectors

_SECTOR = (
    Column("sector", "code", "", "target sector of data/sectors.yaml or the study, or NAICS sector"),
    Column("sector_title", "text", "", "its title"),
    Column("occupation", "code", "", "Standard Occupational Classification (SOC)"),
    Column("occupation_title", "text", "", "its title"),
)
_JOBS = (
    Column(
        "employment", "number", "jobs", "national staffing pattern applied to local jobs; no count of workers"
    ),
    Column(
        "employment_low",
        "number",
        "jobs",
        "the least, from what is withheld of the sector and its industries, given patterns",
    ),
    Column(
        "employment_high",
        "number",
        "jobs",
        "the most, from what is withheld of the sector and its industries, given patterns",
    ),
)
_PERCENTILES = {
    "pay_mean": "mean", "pay_p10": "10th percentile", "pay_p25": "25th percentile", "pay_p50": "median",
    "pay_p75": "75th percentile", "pay_p90": "90th percentile",
}  # fmt: skip
_LOCAL_PAY = ("pay_p10", "pay_p50", "pay_p90")

OCCUPATIONS = Table(
    "occupations", ("area", "sector", "occupation"),
    (
        *AREA, *_SECTOR, YEAR,
        Column("rank", "number", "rank", "1 holds the most jobs of the sector here"),
        *_JOBS,
        Column("disclosure", "code", "", "how the sector's jobs are known"),
        Column("share", "number", "share", "of the sector's jobs here; withheld industries as likely from their bounds and the nation"),
        Column("share_low", "number", "share", "the least, where the nation's jobs in the occupation are withheld"),
        Column("share_high", "number", "share", "the most"),
        Column("own_pattern_share", "number", "share", "of those jobs, in industries with a pattern of their own"),
        *(Column(name, "number", "USD a year, nominal", f"{words} in the sector, nation") for name, words in _PERCENTILES.items()),
        *(Column(f"{name}_at_least", "number", "USD a year, nominal", f"the least the {words} can be where it is top-coded")
          for name, words in _PERCENTILES.items()),
        Column("pay_spread", "number", "ratio", "90th over 10th percentile among today's workers: no ladder"),
        Column("pay_spread_at_least", "number", "ratio", "the least it can be"),
        Column("local_area", "code", "", "of what place local pay is: metropolitan area (M40380), rest of a state (36N), or state"),
        Column("local_area_title", "text", "", "its title"),
        Column("local_share", "number", "share", "of the jobs here that are there, all industries"),
        Column("local_area_reason", "text", "", "why it is the whole state; blank where it is not"),
        *(Column(f"local_{name}", "number", "USD a year, nominal", f"{_PERCENTILES[name]} there, all industries")
          for name in _LOCAL_PAY),
        *(Column(f"local_{name}_at_least", "number", "USD a year, nominal", "the least it can be where it is top-coded")
          for name in _LOCAL_PAY),
        Column("release", "text", "", "of the staffing patterns and of pay"),
    ),
    grain="region and base",
)  # fmt: skip

OPENINGS = Table(
    "occupation-openings", ("area", "sector", "occupation"),
    (
        *AREA, *_SECTOR, *_JOBS,
        Column("exits", "number", "a year", "workers who leave the labor force, at the national rate"),
        Column("transfers", "number", "a year", "workers who change occupation, at the national rate"),
        Column("growth", "number", "jobs a year", "at the occupation's projected national rate"),
        Column("openings", "number", "a year", "exits, transfers and growth together"),
        Column("openings_low", "number", "a year", "the least, from withheld jobs"),
        Column("openings_high", "number", "a year", "the most, from withheld jobs"),
        Column("education", "text", "", "typical at entry, in the nation"),
        Column("training", "text", "", "typical on the job, in the nation"),
        Column("projected_as", "code", "", "the occupation whose rates are taken: its own, or its group"),
        Column("period", "text", "", "of the projection"),
        Column("awards", "number", "awards a year", "of colleges in reach in programs that prepare for it; never to be added up"),
    ),
    grain="region and base",
)  # fmt: skip

SHARED = Table(
    "shared-occupations", ("sector_a", "sector_b", "occupation"),
    (
        Column("sector_a", "code", "", "a target sector"),
        Column("sector_a_title", "text", "", "its title"),
        Column("sector_b", "code", "", "another"),
        Column("sector_b_title", "text", "", "its title"),
        Column("overlap", "number", "share", "of jobs that the staffing of both has in common"),
        Column("occupation", "code", "", "an occupation of both"),
        Column("occupation_title", "text", "", "its title"),
        Column("share_a", "number", "share", "of the first sector's jobs"),
        Column("share_b", "number", "share", "of the second's"),
        Column("common", "number", "share", "the smaller of the two"),
        Column("pay_a", "number", "USD a year, nominal", "median in the first sector"),
        Column("pay_b", "number", "USD a year, nominal", "median in the second"),
        Column("sectors", "number", "sectors", "of the table, that employ it as much: managers and clerks are everywhere"),
        Column("education", "text", "", "typical at entry; blank without projections by occupation"),
    ),
    grain="pair of sectors, nation",
)  # fmt: skip

COLLEGES = Table(
    "colleges-in-reach", ("area", "asset"),
    (
        *AREA[1:],
        Column("asset", "code", "", "college in its source"),
        Column("name", "text", "", "name"),
        Column("distance", "number", "miles", "from the region's nearest county line; 0 inside"),
        Column("inside", "flag", "", "in the region"),
        Column("completions", "number", "a year", "completers or awards of all levels; missing where not reported"),
    ),
    grain="region and college",
)  # fmt: skip

TRAINING = Table(
    "training", ("area", "award"),
    (
        *AREA[1:],
        Column("award", "code", "", "level of award"),
        Column("title", "text", "", "its title"),
        Column("colleges", "number", "colleges", "in reach that award it"),
        Column("completions", "number", "a year", "at colleges in reach, over all fields"),
        Column("completions_inside", "number", "a year", "of them, in the region"),
        Column("counted", "text", "", "completers (persons) or awards"),
        Column("completions_year", "year", "year", "in which the academic year ends; 0 where the file does not say"),
        Column("education", "text", "", "entry education of occupations that the level answers to"),
        Column("openings_low", "number", "a year", "in such occupations of the study's ownership, all sectors"),
        Column("openings_high", "number", "a year", "the most, from withheld jobs"),
    ),
    grain="region",
)  # fmt: skip


@gives(
    OCCUPATIONS,
    "The main occupations of each sector: jobs by national staffing patterns, and what they pay.",
    needs=[needs.STAFFING],
    told_by_figures=True,
)
def _occupations(results: Results) -> pd.DataFrame:
    staffing, sectors = needs.STAFFING(results), _sectors(results)
    cells = _cells(results)
    year = int(cells["year"].iloc[0])
    table = occupations.sector_occupations(cells, sectors, staffing)
    pay = occupations.sector_patterns(staffing, sectors, year).drop(
        columns=["employment", "share", "share_low", "share_high"]
    )
    table = table.merge(
        pay.rename(columns={"title": "occupation_title"}), on=["sector", "occupation"], how="left"
    )
    table = _with_local_pay(results, table)
    table = table.assign(year=year, release=str(staffing["release"].iloc[0]))
    return OCCUPATIONS.select(titled(with_grain(with_sector_titles(table, sectors), cells), results.study))


@gives(
    OPENINGS,
    "Openings a year in the main occupations of each sector, by national rates, and entry education.",
    needs=[needs.STAFFING, needs.OCCUPATION_OPENINGS],
    rests_on=["occupations"],
)
def _openings(results: Results) -> pd.DataFrame:
    projections = needs.OCCUPATION_OPENINGS(results)
    columns = [c for c in OPENINGS.names if c in OCCUPATIONS.names]
    table = results["occupations"][columns]
    table = table.join(occupations.occupation_openings(table, projections)).assign(awards=float("nan"))
    programs = results.study.program_occupations
    done = _once(_completions(results), "programs")
    if programs is not None:
        for area, near in done.groupby("area"):
            here = table.loc[table["area"] == area, "occupation"]
            table.loc[here.index, "awards"] = occupations.linked_awards(here, near, programs)
    return OPENINGS.select(table)


@gives(
    SHARED,
    "Occupations that two target sectors both employ, from low pay to high.",
    needs=[needs.STAFFING],
    told_by_figures=True,
)
def _shared(results: Results) -> pd.DataFrame:
    sectors = _sectors(results)
    targets = sectors[~sectors["sector"].isin(naics.SECTORS)]
    patterns = occupations.sector_patterns(needs.STAFFING(results), targets, results.study.years[-1])
    table = occupations.shared_occupations(patterns).rename(columns={"title": "occupation_title"})
    titles = sectors.drop_duplicates("sector").set_index("sector")["title"]
    table["education"] = ""
    if results.study.occupation_openings is not None:
        jobs = table.assign(employment=0.0, employment_low=0.0, employment_high=0.0)
        asked = occupations.occupation_openings(jobs, results.study.occupation_openings)
        table["education"] = asked["education"]
    for side in ("sector_a", "sector_b"):
        table[f"{side}_title"] = table[side].map(titles)
    return SHARED.select(table)


@gives(
    COLLEGES,
    "Colleges in and near each region, and how many finish there.",
    figures=(),
    needs=[needs.listed_colleges],
)
def _colleges(results: Results) -> pd.DataFrame:
    table = _in_reach(results)
    if results.study.completions is None:
        return COLLEGES.select(titled(table.assign(completions=float("nan")), results.study))
    done = (
        _once(results.study.completions, "persons", "levels", "programs")
        .groupby("college")["completions"]
        .sum(min_count=1)
    )
    return COLLEGES.select(titled(table.assign(completions=_unit(table["asset"]).map(done)), results.study))


@gives(
    TRAINING,
    "Completions of colleges in reach by level, beside a year's openings that ask for the level.",
    needs=[needs.COMPLETIONS, needs.STAFFING, needs.OCCUPATION_OPENINGS],
    told_by_figures=True,
)
def _training(results: Results) -> pd.DataFrame:
    done = _once(_completions(results), "levels", "programs")
    if done.empty:
        raise needs.COMPLETIONS.lacking
    projections, cells = needs.OCCUPATION_OPENINGS(results), _cells(results)
    sectors = naics_sectors()
    jobs = occupations.sector_occupations(
        cells[cells["grain"] == "region"],
        sectors[sectors["industry"] != "99"],
        needs.STAFFING(results),
        count=10_000,
    )
    openings = jobs[["area"]].join(occupations.occupation_openings(jobs, projections))
    table = occupations.training_and_openings(done, openings)
    table = table.assign(counted=str(done["counted"].iloc[0]), completions_year=int(done["year"].iloc[0]))
    return TRAINING.select(titled(table, results.study))


# --- what several need -------------------------------------------------------------------------------


def _sectors(results: Results) -> pd.DataFrame:
    return pd.concat([results.study.sectors, naics_sectors()], ignore_index=True)


def _cells(results: Results) -> pd.DataFrame:
    """The latest year's cells of regions and the base, of the study's ownership."""
    rows = results.reported
    rows = rows[(rows["year"] == rows["year"].max()) & (rows["ownership"] == results.study.ownership)]
    return rows[rows["grain"] != "county"]


def _with_local_pay(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """The table with what its occupations are paid in the region's metropolitan area or state, and which that is."""
    pay = occupations.local_pay(needs.STAFFING(results))
    places = pay_places(results, pay.index.get_level_values("area").unique())
    columns = [f"{name}{end}" for name in _LOCAL_PAY for end in ("", "_at_least")]
    table = table.join(places, on="area")
    return table.join(pay[columns].add_prefix("local_"), on=["local_area", "occupation"])


def _in_reach(results: Results) -> pd.DataFrame:
    needs.listed_colleges(results)
    study = results.study
    return occupations.colleges_in_reach(study.assets, study.shapes, study.regions)


def _completions(results: Results) -> pd.DataFrame:
    """Completions of the colleges in reach of each region; no rows where the study names none."""
    done = results.study.completions
    near = results.given("colleges-in-reach")
    if done is None or near is None:
        columns = ["area", "inside", "college", "program", "award", "counted", "completions", "year"]
        return pd.DataFrame(columns=columns)
    return near[["area", "inside"]].assign(college=_unit(near["asset"])).merge(done, on="college")


def _once(done: pd.DataFrame, *ways: str) -> pd.DataFrame:
    """The completions as one file counts them: the first of the ways that the study has, none else.

    ``persons`` counts each completer once, ``levels`` once at each level, ``programs`` every award.
    """
    by_program, by_level = done["program"] != "", done["award"] != ""
    rows = {"persons": ~by_program & ~by_level, "levels": ~by_program & by_level, "programs": by_program}
    return next((done[rows[way]] for way in ways if rows[way].any()), done.iloc[:0])


def _unit(assets: pd.Series) -> pd.Series:
    """The identifier of a college in its directory: ``hd2023:100654`` is 100654."""
    return assets.astype(str).str.rpartition(":")[2]
