"""Partnership scope: candidate footprints of a sector side by side, and who and what is in each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sectorlib import naics, occupations
from sectorlib.exceptions import NotSupportedError
from sectorlib.occupations.staffing import NATION
from sectorlib.resources import definitions
from sectorlib.results import needs
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.schemas import Column, Table
from sectorlib.scope import PartnershipScope, footprint_changes
from sectorlib.scope.colleges import TEACHING, colleges_that_serve, programs_of_sector
from sectorlib.scope.comparison import footprint_jobs
from sectorlib.scope.footprints import SEED_COUNTY
from sectorlib.scope.sector_jobs import SectorJobs
from sectorlib.wages import tier_words, typical_pay_tier

_FOOTPRINT = (
    Column(
        "footprint",
        "text",
        "",
        "seed county, labor market, the same with certain counties alone or with possible ones too, commuting neighborhood, grown, SYSTEM: GROUP, or a variant of these",
    ),
    Column("footprint_name", "text", "", "its name"),
)
_COUNTY = (
    Column("county", "code", "", "county"),
    Column("county_name", "text", "", "its name"),
)
_SECTOR = (
    Column(
        "sector",
        "text",
        "",
        "NAICS code, list of codes, or name of a sector of the catalogue",
        label="Sector as given",
    ),
    Column("sector_title", "text", "", "its name"),
    Column("ownership", "code", "", "whose jobs count: that of the study"),
    Column("year", "year", "year", "of the jobs"),
)
_JOBS = (
    Column(
        "establishments",
        "number",
        "establishments",
        "of the sector, not employers; missing where not published, or a county is split",
    ),
    Column("employment", "number", "jobs", "of the sector; missing where not fully known"),
    Column("employment_low", "number", "jobs", "the least it can be"),
    Column("employment_high", "number", "jobs", "the most it can be; missing where no bound is known"),
    Column(
        "employment_estimate",
        "number",
        "jobs",
        "with what is withheld, or split, estimated within its bounds",
    ),
    Column("disclosure", "code", "", "how the jobs are known: disclosed, suppressed, estimated, partial"),
)


def _share(of: str, name: str = "share") -> tuple[Column, ...]:
    return (
        Column(name, "number", "share", f"of {of}; missing where not fully known"),
        Column(f"{name}_low", "number", "share", "the least it can be"),
        Column(f"{name}_high", "number", "share", "the most it can be"),
        Column(f"{name}_estimate", "number", "share", "of employment_estimate"),
    )


_QUOTIENT = (
    Column("location_quotient", "number", "ratio", "of the sector's jobs; missing where not fully known"),
    Column("location_quotient_low", "number", "ratio", "the least it can be, from withheld cells"),
    Column("location_quotient_high", "number", "ratio", "the most it can be, from withheld cells"),
)

SCOPE = Table(
    "scope", ("footprint",),
    (
        *_FOOTPRINT,
        Column("kind", "text", "", "as footprint, or the system's name"),
        Column("same_counties_as", "text", "", "the first footprint of the same counties, where it is another"),
        Column("region", "code", "", "its code in other tables, where it is a labor market or a jurisdiction"),
        *_SECTOR,
        Column("codes", "text", "", "NAICS codes of the sector"),
        Column("codes_not_counted", "text", "", "of them, those that the files do not show: its jobs are without"),
        Column("seed", "code", "", "county that every footprint holds"),
        Column("seed_name", "text", "", "its name"),
        Column("seed_basis", "text", "", "how it was chosen: given, or the sector's strongest county"),
        Column("counties", "count", "counties", "of the study in the footprint"),
        Column("counties_split", "count", "counties", "of them, that belong to it in part"),
        Column("counties_outside", "count", "counties", "of the footprint that the study has no figures of"),
        Column("counties_suppressed", "count", "counties", "whose jobs of the sector are not fully known"),
        Column("states", "count", "states", "spanned by its counties, those outside the study too"),
        Column("state_names", "text", "", "the states"),
        Column("jurisdictions", "text", "", "jurisdictions spanned, by system: workforce region 3; ..."),
        *_JOBS,
        *_share("the labor market's jobs of the sector", "share_of_market"),
        Column("residents", "number", "workers", "who live in it; this and the next three are missing where a county is split"),
        Column("supply_side", "number", "share", "of resident workers who work in it"),
        Column("demand_side", "number", "share", "of its jobs held by residents"),
        Column("self_containment", "number", "share", "the smaller of both"),
        Column("mean_tie", "number", "share", "mean employment interchange of its pairs of counties"),
        Column("share_of_pairs_tied", "number", "share", "of its pairs of counties, at or above the cut of data/scope.yaml"),
        Column("least_tie", "number", "share", "least employment interchange with the rest, of its counties but the largest"),
        Column("least_tied_county", "code", "", "that county"),
        Column("least_tied_county_name", "text", "", "its name"),
        Column("widest_distance", "number", "miles", "between the centers of its counties that lie furthest apart"),
        *_QUOTIENT,
        Column("denominator", "text", "", "of the location quotient: all ownerships, or the same"),
        Column("average_annual_pay", "number", "USD a year, nominal", "of the sector; missing where not fully known"),
        Column("average_annual_pay_low", "number", "USD a year, nominal", "the least it can be"),
        Column("average_annual_pay_high", "number", "USD a year, nominal", "the most it can be"),
        Column("typical_industry_pay", "number", "USD a year, nominal", "as in the wages table; the mean of its counties' by all jobs"),
        Column("tier_typical", "code", "", f"{tier_words('typical-pay')} of typical industry pay"),
        Column("tier_in_area", "code", "", f"{tier_words('area-ratio')} of the footprint's own average pay"),
        Column("tier_in_base", "code", "", "low, middle or high third of the base's jobs; not for several codes"),
        Column("start_year", "number", "year", "first year of the change; missing with one year of data"),
        Column("percent_change", "number", "percent", "of jobs from start_year to year"),
        Column("percent_change_low", "number", "percent", "the least it can be"),
        Column("percent_change_high", "number", "percent", "the most it can be"),
        Column("crosses_break", "flag", "", "a code changed its meaning in between"),
        Column("projected_year", "number", "year", "last year projected; missing where not projected"),
        Column("official_change", "number", "percent", "of jobs from year to projected_year, grown as the official projection; missing without one"),
        Column("projected_change", "number", "percent", "of jobs from year to projected_year: a statistical trend"),
        Column("projected_change_low_80", "number", "percent", "lower end of the 80 % interval"),
        Column("projected_change_high_80", "number", "percent", "upper end of the 80 % interval"),
        Column("not_projected", "text", "", "why there is no projection; blank where there is one"),
    ),
    grain="candidate footprint",
)  # fmt: skip

SCOPE_JURISDICTIONS = Table(
    "scope-jurisdictions", ("footprint", "system", "jurisdiction"),
    (
        *_FOOTPRINT,
        Column("system", "text", "", "kind of jurisdiction"),
        Column("jurisdiction", "text", "", "its code; none: counties known to be in none; not recorded: not known"),
        Column("jurisdiction_name", "text", "", "its name"),
        Column("kind", "text", "", "wholly in, all but one county, one county only, partly in; none, not recorded"),
        Column("counties", "number", "counties", "of the jurisdiction, by weight, in the study or not"),
        Column("counties_in", "number", "counties", "of them in the footprint, by weight"),
        Column("county_names", "text", "", "the counties in the footprint; those that it holds in part are marked"),
        Column("cut_off_county", "code", "", "the one county that the footprint's line would cut off from the others"),
        Column("cut_off_county_name", "text", "", "its name"),
        *_JOBS,
        *_share("the footprint's jobs of the sector"),
    ),
    grain="footprint, system and jurisdiction",
)  # fmt: skip

SCOPE_OVERLAP = Table(
    "scope-overlap", ("system_a", "jurisdiction_a", "system_b", "jurisdiction_b"),
    (
        Column("system_a", "text", "", "labor market or a kind of jurisdiction"),
        Column("jurisdiction_a", "text", "", "its code"),
        Column("name_a", "text", "", "its name"),
        Column("system_b", "text", "", "another system"),
        Column("jurisdiction_b", "text", "", "its code"),
        Column("name_b", "text", "", "its name"),
        Column("counties", "number", "counties", "in both, by weight"),
        Column("share_of_a", "number", "share", "of a's counties, those in both"),
        Column("share_of_b", "number", "share", "of b's counties, those in both"),
    ),
    grain="pair of jurisdictions of two systems, of those that a footprint drawn by commuting touches",
)  # fmt: skip

SCOPE_COUNTIES = Table(
    "scope-counties", ("footprint", "county"),
    (
        *_FOOTPRINT, *_COUNTY,
        Column("state_name", "text", "", "its state"),
        Column("weight", "number", "share", "share of the county in the footprint"),
        Column("status", "text", "", "published, withheld, partly withheld, estimated, no establishments, not in the study"),
        *_JOBS,
        *_share("the footprint's jobs of the sector"),
        Column("jobs_per_establishment", "number", "jobs", "mean size of the sector's establishments; missing where not known"),
        *_QUOTIENT,
        Column("commuting_tie", "number", "share", "employment interchange with the rest of the footprint"),
        Column("distance_to_center", "number", "miles", "from its center to that of center_county"),
        Column("center_county", "code", "", "the footprint's county with most jobs of the sector, withheld ones estimated; missing where none has any"),
        Column("jobs_within_reach", "number", "share", "of the footprint's jobs of the sector, in counties within the reach of a meeting there, withheld ones estimated"),
        Column("meeting_county", "code", "", "the footprint's county that has most of these jobs within reach"),
        Column("distance_to_meeting", "number", "miles", "from its center to that of meeting_county"),
        Column("rural_urban", "number", "code 1 to 9", "rural-urban continuum code, where the study has them"),
        Column("industries_concentrated", "number", "industries", "other 3-digit industries concentrated there for sure"),
        Column("industries_undecided", "number", "industries", "other 3-digit ones that may be, were they not withheld"),
        Column("jurisdictions", "text", "", "the county's jurisdictions, SYSTEM: NAME; ..."),
    ),
    grain="footprint and county",
)  # fmt: skip

SCOPE_ASSETS = Table(
    "scope-assets", ("footprint", "asset"),
    (
        *_FOOTPRINT,
        Column("asset", "code", "", "identifier in its source"),
        Column("kind", "text", "", "airport, college, industrial park, port, rail, research, ..."),
        Column("name", "text", "", "name"),
        Column("lat", "number", "degrees", "latitude, WGS 84"),
        Column("lon", "number", "degrees", "longitude, WGS 84"),
        Column("area", "code", "", "county it lies in, where known"),
        Column("counties_in_reach", "count", "counties", "of the footprint from whose center it is within reach"),
        Column("county_names", "text", "", "those counties"),
        Column("shared", "flag", "", "two counties or more are within its reach"),
        Column("nearest_county", "code", "", "of the footprint"),
        Column("distance", "number", "miles, or minutes", "from that county's center"),
        Column("measure", "text", "", "miles (great circle) or minutes (the study's travel times)"),
        Column("reach", "number", "miles, or minutes", "how far is within reach"),
        *_JOBS[1:],
        *_share("the footprint's jobs of the sector"),
    ),
    grain="footprint and asset within reach of it",
)  # fmt: skip

SCOPE_COLLEGES = Table(
    "scope-colleges", ("asset",),
    (
        Column("asset", "code", "", "college or career school in its source"),
        Column("kind", "text", "", "college or career school"),
        Column("name", "text", "", "name"),
        Column("area", "code", "", "county it lies in, where known"),
        Column("serves", "flag", "", "it is taken to serve the sector"),
        Column("basis", "text", "", "on what grounds: completions by program, its Carnegie class, or who runs it"),
        Column("related_completions", "number", "awards a year", "in programs related to the sector; missing where not reported"),
        Column("programs", "text", "", "the related programs with most awards (CIP)"),
        Column("related_by", "text", "", "how programs are related to the sector: occupations, or fields of data/scope.yaml"),
        Column("completions_year", "year", "year", "in which the academic year ends; 0 where not known"),
        Column("sector", "number", "code", "control and level, as IPEDS codes them (SECTOR)"),
        Column("size", "number", "code", "1 under 1,000 students to 5 of 20,000 or more (INSTSIZE)"),
        Column("c18basic", "number", "code", "Carnegie class of 2018 (C18BASIC)"),
    ),
    grain="college in or within reach of a footprint, in the order in which they serve the sector",
)  # fmt: skip

SCOPE_PAIRS = Table(
    "scope-pairs", ("county_a", "county_b"),
    (
        Column("county_a", "code", "", "county of a footprint"),
        Column("county_a_name", "text", "", "its name"),
        Column("county_b", "code", "", "another one, of a higher code"),
        Column("county_b_name", "text", "", "its name"),
        Column("distance", "number", "miles", "between their centers, great circle"),
        Column("commuting_tie", "number", "share", "employment interchange: of the smaller's workers, plus of its jobs"),
        Column("tied", "flag", "", "at or above the cut of data/scope.yaml"),
        Column("assets_shared", "number", "assets", "within reach of both; missing without assets"),
        Column("shared_infrastructure", "number", "index", "0 to 1: weighted Jaccard index, mean over kinds"),
    ),
    grain="pair of counties of the footprints drawn by commuting",
)  # fmt: skip

SCOPE_GROWTH_PATH = Table(
    "scope-growth-path", ("step",),
    (
        Column("step", "count", "place", "0 is the seed"),
        *_COUNTY,
        Column("decision", "text", "", "seed, added, not added"),
        Column("reason", "text", "", "why it was added or not"),
        Column("employment_estimate", "number", "jobs", "of the sector in the county, as growth uses it"),
        Column("disclosure", "code", "", "how the county's jobs are known"),
        Column("commuting_tie", "number", "share", "employment interchange with the footprint of that step"),
        Column("self_containment", "number", "share", "of the footprint with it"),
        Column("self_containment_lost", "number", "share", "by adding it; below zero where it is gained"),
        Column("footprint_estimate", "number", "jobs", "of the sector in the footprint so far"),
    ),
    grain="county looked at, in order",
)  # fmt: skip


SCOPE_COMPARISON = Table(
    "scope-comparison", ("county",),
    (
        Column("first", "text", "", "the footprint that the other is compared with, as in scope"),
        Column("second", "text", "", "the other footprint"),
        *_COUNTY,
        Column("state_name", "text", "", "its state"),
        Column("change", "text", "", "in both; gained: in the second alone; lost: in the first alone"),
        Column("status", "text", "", "as in scope-counties"),
        *_JOBS,
        Column("change_employment", "number", "jobs", "in all counties of the same change; missing where not fully known", label="Employment in all of them"),
        Column("change_employment_low", "number", "jobs", "the least it can be", label="Employment in all of them, at least"),
        Column("change_employment_high", "number", "jobs", "the most it can be", label="Employment in all of them, at most"),
        Column("jurisdictions", "text", "", "the county's jurisdictions, SYSTEM: NAME; ..."),
    ),
    grain="county of either of two footprints",
)  # fmt: skip


_IN_SECTOR = (needs.SECTOR, needs.partnership)


def _part(name: str, table: Table, needed: str, key: str) -> Callable[[Basis], pd.DataFrame]:
    """A table of the partnership, where it has any row of it."""

    def need(results: Basis) -> pd.DataFrame:
        return _some(getattr(results.partnership, name), table, needed, key)

    return need


def _some(made: pd.DataFrame, table: Table, needed: str, key: str) -> pd.DataFrame:
    if made.empty:
        raise NotSupportedError(
            f"the study has no {needed} for {table.name}", needed, f"add `{key}` to the study"
        )
    return table.select(made.reindex(columns=table.names))


@gives(
    SCOPE,
    "Candidate footprints of a partnership in a sector, side by side; none is decreed.",
    needs=_IN_SECTOR,
)
def _scope(results: Results) -> pd.DataFrame:
    table = results.partnership.comparison.merge(_projected(results), on="footprint", how="left")
    table = _beside_typical_pay(results, table)
    table = table.reindex(columns=SCOPE.names)
    table["not_projected"] = table["not_projected"].where(table["projected_change"].isna(), "")
    return table


def _gives_part(name: str, table: Table, meaning: str, needed: str, key: str) -> None:
    """Register a table of the partnership that is empty where the study lacks what it is made of."""
    part = _part(name, table, needed, key)
    gives(table, meaning, needs=[*_IN_SECTOR, part])(part)


_gives_part(
    "jurisdictions",
    SCOPE_JURISDICTIONS,
    "The share of each jurisdiction in a footprint's jobs of the sector. Jobs do not allocate seats: the local team does.",
    "jurisdictions",
    "jurisdictions",
)
_gives_part(
    "overlap",
    SCOPE_OVERLAP,
    "How labor markets, metropolitan areas and jurisdictions cross.",
    "two systems",
    "jurisdictions",
)


@gives(SCOPE_COUNTIES, "Where a footprint's employers are: its counties, one by one.", needs=_IN_SECTOR)
def _counties(results: Results) -> pd.DataFrame:
    return SCOPE_COUNTIES.select(results.partnership.counties.reindex(columns=SCOPE_COUNTIES.names))


def _two_footprints(results: Basis) -> tuple[str, str]:
    """The two footprints that the study compares."""
    chosen = results.study.file.scope
    if chosen is None or chosen.compare is None:
        raise NotSupportedError(
            f"the study names no two footprints for {SCOPE_COMPARISON.name}",
            "two footprints of the table scope, or variants of them",
            'add `compare: ["labor market", "labor market + COUNTY"]` under `scope`, or --compare',
        )
    return chosen.compare


@gives(
    SCOPE_COMPARISON,
    "What one of two chosen footprints gains and loses beside the other, county by county.",
    needs=[needs.SECTOR, _two_footprints, needs.partnership],
)
def _two_compared(results: Results) -> pd.DataFrame:
    (first, second), scope = _two_footprints(results), results.partnership
    change = footprint_changes(scope.footprints, first, second)
    rows = scope.counties[scope.counties["footprint"].isin([first, second])]
    rows = rows.drop_duplicates("county").assign(change=lambda t: t["county"].map(change))
    groups = pd.DataFrame({"member": change.index, "group": change.to_numpy(), "weight": 1.0})
    jobs = footprint_jobs(scope.jobs, groups).add_prefix("change_")
    order = rows["change"].map({"gained": 0, "lost": 1, "in both": 2})
    rows = rows.join(jobs, on="change").assign(first=first, second=second, order=order)
    rows = rows.sort_values(["order", "employment_estimate"], ascending=[True, False], kind="stable")
    return SCOPE_COMPARISON.select(rows.reindex(columns=SCOPE_COMPARISON.names).reset_index(drop=True))


@gives(
    SCOPE_PAIRS,
    "How near, how tied by commuting, and how dependent on the same assets two counties are.",
    needs=_IN_SECTOR,
)
def _pairs(results: Results) -> pd.DataFrame:
    return SCOPE_PAIRS.select(results.partnership.pairs)


_gives_part(
    "assets",
    SCOPE_ASSETS,
    "Colleges, airports and other places within reach of a footprint's counties.",
    "assets within reach",
    "assets",
)


def _colleges_near(results: Basis) -> pd.DataFrame:
    """Colleges in or within reach of a footprint."""
    assets, scope = results.study.assets, results.partnership
    within = assets["area"].isin(scope.footprints["member"])
    if not scope.assets.empty:
        within |= assets["asset"].isin(scope.assets["asset"])
    colleges = assets[within & assets["kind"].isin(TEACHING)].reset_index(drop=True)
    if colleges.empty:
        raise NotSupportedError(
            f"the study has no colleges near a footprint for {SCOPE_COLLEGES.name}",
            "colleges near a footprint",
            "add the directory of colleges under `assets`",
        )
    return colleges


@gives(
    SCOPE_COLLEGES,
    "Colleges in or within reach of a footprint, and whether their programs serve the sector: most completions first.",
    needs=[*_IN_SECTOR, _colleges_near],
    told_by_figures=True,
)
def _scope_colleges(results: Results) -> pd.DataFrame:
    study, scope = results.study, results.partnership
    done = study.completions
    related, related_by = _related_programs(results, done)
    made = colleges_that_serve(_colleges_near(results), scope.jobs.codes, done, related)
    by_program = [] if done is None else done.loc[done["program"] != "", "year"].to_list()
    made = made.assign(related_by=related_by, completions_year=max(by_program, default=0))
    return _some(made, SCOPE_COLLEGES, "colleges near a footprint", "assets")


def _related_programs(results: Results, done: pd.DataFrame | None) -> tuple[pd.Series | None, str]:
    """Which programs are related to the partnership's sector, and how that is known."""
    programs = [] if done is None else sorted(set(done["program"]) - {""})
    if not programs:
        return None, ""
    study, jobs = results.study, results.partnership.jobs
    listed = pd.Series(programs, index=programs)
    pairs, staffing = study.program_occupations, study.staffing
    if pairs is not None and staffing is not None:
        try:
            own = _own_occupations(staffing, jobs)
        except NotSupportedError:
            own = pd.Index([])
        if len(own):
            # The survey publishes some occupations together, under the code of their group, which ends in 0.
            group = pairs["occupation"].str[:-1] + "0"
            prepares = set(pairs.loc[pairs["occupation"].isin(own) | group.isin(own), "program"])
            return listed.isin(prepares), "occupations"
    return programs_of_sector(jobs.codes, listed), "fields of data/scope.yaml"


def _own_occupations(staffing: pd.DataFrame, jobs: SectorJobs) -> pd.Index:
    """Occupations that are far more common in the sector than among all jobs of the nation."""
    there = occupations.sector_patterns(staffing, jobs.sector, jobs.year).set_index("occupation")["share"]
    usual = _usual_shares(staffing)
    least = float(definitions("occupations")["crossing_share"]["value"])
    ratio = float(definitions("scope")["colleges"]["own_occupation"]["value"])
    return there.index[(there >= least) & (there >= ratio * usual.reindex(there.index))]


def _usual_shares(staffing: pd.DataFrame) -> pd.Series:
    """Each occupation's share of all jobs of the nation: as published, else of the jobs of all sectors together."""
    nation = staffing[staffing["area"] == NATION]
    published = nation[nation["industry"] == naics.TOTAL].drop_duplicates("occupation")
    if len(published):
        return published.set_index("occupation")["share"]
    sectors = nation[nation["industry"].isin(list(naics.SECTORS))]
    sectors = sectors.drop_duplicates(["industry", "occupation"])
    jobs = sectors[sectors["level"] == "total"]["employment"].sum()
    return sectors.groupby("occupation")["employment"].sum() / jobs


_gives_part(
    "growth_path",
    SCOPE_GROWTH_PATH,
    "How the grown footprint came about, county by county, and what was left out and why.",
    "commuting flows",
    "flows: PATH",
)


def _beside_typical_pay(results: Results, table: pd.DataFrame) -> pd.DataFrame:
    """The footprints with typical industry pay of their counties, and the tier of the sector's pay beside it."""
    scope, typical = results.partnership, results.typical_pay(results.partnership.jobs.year)
    if typical is None:
        return table.assign(typical_industry_pay=float("nan"))
    parts = scope.footprints[["member", "group", "weight"]].astype({"member": str, "group": str})
    parts["paid"] = parts["member"].map(typical)
    parts["jobs"] = (parts["member"].map(scope.jobs.all_jobs) * parts["weight"]).where(parts["paid"].notna())
    parts["bill"] = parts["paid"] * parts["jobs"]
    sums = parts.groupby("group")[["bill", "jobs"]].sum()
    paid = table["footprint"].astype(str).map(sums["bill"] / sums["jobs"].where(sums["jobs"] > 0))
    average = table[["average_annual_pay", "average_annual_pay_low", "average_annual_pay_high"]]
    cells = average.set_axis(["wages", "wages_low", "wages_high"], axis=1).assign(
        industry=scope.jobs.name, employment=1.0
    )
    return table.assign(typical_industry_pay=paid, tier_typical=typical_pay_tier(cells, paid))


def _projected(results: Results) -> pd.DataFrame:
    """The projected change of the sector's jobs in each footprint that has a projection of its own: a region of the
    study or a county, or the same counties as one. Of others none is given, since intervals do not add up, and the
    column ``not_projected`` says why."""
    scope = results.partnership
    now = scope.comparison[["footprint", "employment", "counties"]]
    if results.study.overtaken:
        return now[["footprint"]].assign(not_projected=results.study.overtaken.found)
    try:
        every = results["projections"]
    except NotSupportedError as absent:
        return now[["footprint"]].assign(not_projected=absent.found)
    known = every[every["industry"] == scope.jobs.name]
    if known.empty:
        return now[["footprint"]].assign(not_projected="the sector is not among the industries projected")
    areas = pd.Series(_areas_of(scope, every["area"]), index=now.index, dtype="str")
    made = now.assign(area=areas).merge(known, on="area", suffixes=("_now", "")).sort_values("year")
    made = made.drop_duplicates("footprint", keep="last").dropna(subset=["employment", "employment_now"])
    ends = {
        "official_change": "official_employment",
        "projected_change": "employment",
        "projected_change_low_80": "low_80",
        "projected_change_high_80": "high_80",
    }
    changes = {name: 100 * (made[ahead] / made["employment_now"] - 1) for name, ahead in ends.items()}
    made = made[["footprint"]].assign(projected_year=made["year"].astype(float), **changes)
    why = pd.Series(
        np.select(
            [areas.isna(), now["employment"].isna()],
            ["no region of the study has the same counties", "its jobs are not fully known"],
            "the sector's jobs there are not known in every year",
        ),
        now.index,
    )
    return now[["footprint"]].assign(not_projected=why).merge(made, on="footprint", how="left")


def _areas_of(scope: PartnershipScope, areas: pd.Series) -> pd.Series:
    """The code, among those of another table, of each footprint or of another one of the same counties."""
    members = scope.footprints.assign(
        part=scope.footprints["member"] + " " + scope.footprints["weight"].astype(str)
    )
    sets = members.groupby("group", sort=False)["part"].agg(frozenset)
    codes = (
        scope.comparison["region"].astype(object).mask(scope.comparison["kind"] == SEED_COUNTY, scope.seed)
    )
    own = scope.comparison["footprint"].map(sets)
    codes_there = set(areas.astype(str))
    known = {counties: code for counties, code in zip(own, codes, strict=True) if code in codes_there}
    return own.map(known)
