"""What a study's inputs contain, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_kind, county_names, in_nation, is_county, is_lasting, state_of
from sectorlib.disclosure import contradictions
from sectorlib.disclosure.identities import larger_than_whole
from sectorlib.exceptions import SectorlibError
from sectorlib.fetch import catalogue, fetch_command
from sectorlib.membership import NONE
from sectorlib.occupations import local_pay, survey_areas
from sectorlib.projection.official import official_cautions
from sectorlib.reference import reference_tables
from sectorlib.resources import definitions
from sectorlib.sources import qcew
from sectorlib.sources.crosswalks import is_crosswalk
from sectorlib.sources.delineations import reading_notes
from sectorlib.sources.lodes import release_of
from sectorlib.study import ALL_AREAS, OFF, Study, box_keys
from sectorlib.study.keys import KEYS, StudyKey

#: Rounded shares of a county sum to nearly 1.
_RECORDED = 0.9995

#: Codes an answer lists before it says how many more there are.
_SHOWN = 6

#: Yearly pay per job of a whole area that can be, in USD, and the jobs from which on it is looked at.
_PAY = (1_500, 1_000_000)
_MANY_JOBS = 100

#: A published parent and the sum of its children differ by rounding; by more, something is missing.
_WAGES_TOLERANCE = 0.001


@dataclass(frozen=True)
class Finding:
    """One line of a check: its kind (``fact``, ``note``, ``problem``), its subject, and what we found."""

    kind: str
    subject: str
    text: str


def check_study(study: Study) -> list[Finding]:
    """Look through everything a study names.

    Parameters
    ----------
    study : Study
        The study; its files are read.

    Returns
    -------
    list of Finding
        Facts (what the inputs hold), notes (what an analyst should know) and problems (what stops or
        distorts a result), in the order of the study file. An input that cannot be read is a problem, and
        the others are still looked at.
    """
    findings: list[Finding] = []
    for key in KEYS:
        for check in key.checks:
            findings.extend(_guarded(_PARTS[check], study))
        findings.extend(_unread(key, study))
    findings.extend(_guarded(_not_given, study))
    # One broken file stops several parts: it is one problem.
    return list({(f.kind, f.text): f for f in reversed(findings)}.values())[::-1]


def _guarded(
    part: Callable[[Study], Iterator[Finding]], study: Study, subject: str | None = None
) -> list[Finding]:
    findings = []
    try:
        for finding in part(study):
            findings.append(finding)  # kept also if an error follows
    except SectorlibError as error:
        text = f"{error.found} (expected: {error.expected}; {error.hint})"
        findings.append(Finding("problem", subject or part.__name__.strip("_"), text))
    return findings


def _unread(key: StudyKey, study: Study) -> list[Finding]:
    """Errors in reading the files of a key, whether or not a table of this study needs them."""
    if not key.files(study.file):
        return []
    return [found for name in key.reads for found in _guarded(_reading(name), study, key.name)]


def _reading(name: str) -> Callable[[Study], Iterator[Finding]]:
    def read(study: Study) -> Iterator[Finding]:
        getattr(study, name)
        return iter(())

    return read


def _notice(study: Study) -> Iterator[Finding]:
    """The notice on every page, and a note where projections would end in the past."""
    if study.notice:
        yield Finding("fact", "notice", study.notice)
    if study.overtaken is not None:
        yield Finding("note", "projections", f"{study.overtaken.found}; pages show none")


def _panel(study: Study) -> Iterator[Finding]:
    rows = study.source.rows
    kinds = area_kind(pd.Series(rows["area"].unique().astype(str))).value_counts()
    yield Finding("fact", "areas", _counted(kinds))
    yield Finding("fact", "years", _years(study.years))
    yield Finding(
        "fact",
        "rows",
        f"{len(rows):,} annual cells; ownership codes {', '.join(rows['ownership'].cat.categories)}",
    )
    for done in study.source.done:
        yield Finding("fact", "table", done)
    if study.source.concept:
        yield Finding("note", "jobs", study.source.concept)
    for note in study.source.notes:
        yield Finding("note", "panel files", note)
    for problem in study.source.problems:
        yield Finding("problem", "panel files", problem)
    yield from _inferred(study.source.inferred)
    if not study.counties:
        yield Finding(
            "problem", "areas", "no county among the areas, so there is nothing to roll up into regions"
        )
    yield from _area_codes(study)
    unknown = rows[
        (area_kind(rows["area"]) == "unknown")
        & (rows["industry"] == naics.TOTAL)
        & (rows["ownership"] == "0")
    ]
    if len(unknown):
        latest = unknown[unknown["year"] == study.years[-1]]["employment"].sum()
        yield Finding(
            "note",
            "unknown county",
            f"{latest:,.0f} jobs in {study.years[-1]} have no known county and are in no region",
        )
    gaps = sorted(set(range(study.years[0], study.years[-1] + 1)) - set(study.years))
    if gaps:
        yield Finding(
            "note",
            "years",
            f"{len(gaps)} of the years between {study.years[0]} and {study.years[-1]} are missing",
        )
    never = sorted(set(study.counties) - set(rows["area"].unique().astype(str)))
    if never:
        yield Finding(
            "note",
            "areas",
            f"no complete year of {_some(never)}: shown as withheld, and its totals are unknown",
        )
    yield from _county_changes(study)
    by_year = rows[is_county(rows["area"])].groupby("year")["area"].unique()
    everywhere = {str(code) for year in by_year for code in year}
    for year, there in by_year.items():
        yield from _absent_counties(int(str(year)), everywhere - {str(code) for code in there})
    yield from _pay(study)
    yield from _sums(study)


def _area_codes(study: Study) -> Iterator[Finding]:
    """Areas that are written like codes and are none: their rows are in no county and no sum."""
    counts = study.source.rows["area"].astype(str).value_counts()
    areas = pd.Series(counts.index.astype(str))
    kinds = area_kind(areas)
    like_codes = areas[kinds.eq("other") & areas.str.contains(r"\d{4}|^\W*\d{2}\W\d{3}")]
    known = county_names().index
    states = definitions("areas")["states"]
    no_county = areas[kinds.eq("county") & areas.str[:2].isin(states) & ~areas.isin(known)]
    for wrong, what in (
        (like_codes, "no area codes"),
        (no_county, "no counties in any vintage of the codes"),
    ):
        if len(wrong):
            rows = int(counts[wrong].sum())
            yield Finding(
                "problem",
                "areas",
                f"{what}: {_some(list(wrong))} ({rows:,} {'row' if rows == 1 else 'rows'}), so what they hold is in no "
                "county (expected: five digits, such as 36055; US000 for the nation)",
            )


def _pay(study: Study) -> Iterator[Finding]:
    """Pay per job of whole areas that cannot be: wages in thousands, or of another year."""
    rows = study.source.rows
    whole = rows[
        (rows["industry"] == naics.TOTAL) & (rows["employment"] >= _MANY_JOBS) & rows["wages"].notna()
    ]
    pay = whole["wages"] / whole["employment"]
    odd = whole[~pay.between(*_PAY)]
    if len(odd):
        cell = odd.iloc[0]
        more = f"; {len(odd) - 1:,} more totals like it" if len(odd) > 1 else ""
        yield Finding(
            "problem",
            "pay",
            f"{cell['area']}, {cell['year']}, all industries, ownership {cell['ownership']}: {cell['wages']:,.0f} USD of wages "
            f"for {cell['employment']:,.0f} jobs, {pay[odd.index[0]]:,.0f} each{more} (expected: {_PAY[0]:,} to {_PAY[1]:,} USD a "
            "year; are wages in thousands?)",
        )


def _box(study: Study) -> Iterator[Finding]:
    """Which shipped reference data the study uses; a study of invented areas uses none."""
    for table in study.taken:
        yield Finding("fact", "built-in", f"{table.key}: {table.title}, {table.vintage} ({table.producer})")
    if study.invented and study.file.built_in:
        empty = [key for key in box_keys() if not study.named(key) and OFF not in study.file.says(key)]
        text = "no county of the United States in the panel, so no shipped reference data are used"
        yield Finding("note", "built-in", text + (f" ({', '.join(empty)})" if empty else ""))


def _inferred(cells: dict[int, int]) -> Iterator[Finding]:
    """Cells that are withheld though no code says so."""
    if cells:
        count = sum(cells.values())
        by_year = ", ".join(f"{n:,} of {year}" for year, n in sorted(cells.items())[:_SHOWN])
        more = f" and {len(cells) - _SHOWN} more years" if len(cells) > _SHOWN else ""
        yield Finding(
            "note",
            "withheld",
            f"inferred for {count:,} cells ({by_year}{more}): they have establishments but no jobs or wages, and no "
            "code that says why. The code may have been lost, so we treat them as withheld, not as zero",
        )


def _parts(study: Study) -> Iterator[Finding]:
    """Published cells that are larger than what they are a part of."""
    larger = larger_than_whole(study.source.rows)
    units = {"employment": "jobs", "wages": "USD of wages", "establishments": "establishments"}
    official = study.file.official_panel
    for _, cell in larger.head(_SHOWN).iterrows():
        keys = [cell[k] for k in ("area", "industry", "ownership", "year")]
        place = qcew.locate(study.files("panel", official), keys) if official else "the panel's tables"
        yield Finding(
            "problem",
            "parts",
            f"{place}: {cell['value']:,.0f} {units[cell['figure']]} in industry {cell['industry']} of {cell['area']}, "
            f"ownership {cell['ownership']}, {cell['year']}, are more than the {cell['whole_value']:,.0f} of "
            f"{cell['whole']}, of which it is a part; one of the two is wrong",
        )
    if len(larger) > _SHOWN:
        yield Finding(
            "problem", "parts", f"{len(larger) - _SHOWN:,} more figures are larger than their whole"
        )


def _absent_counties(year: int, absent: set[str]) -> Iterator[Finding]:
    """Counties that lack rows of some years, because a file is missing."""
    codes = pd.Series(sorted(absent), dtype=str)
    lasting = is_lasting(codes)
    if lasting.any():
        yield Finding(
            "note",
            "areas",
            f"{year}: no rows of {_some(codes[lasting].to_list())}, which other years have; "
            "shown as withheld, and their totals are unknown",
        )


def _county_changes(study: Study) -> Iterator[Finding]:
    """What was done about counties whose codes changed."""
    codes = study.county_codes
    for how, text in _CHANGED.items():
        changed = codes.changes[codes.changes["how"] == how]
        together = ["first_year", "last_year"] if how == "regrouped" else ["first_year", "last_year", "group"]
        for (first, last, *_), rows in changed.groupby(together):
            former, now = sorted(set(rows["member"])), sorted(set(rows["group"]))
            years = str(first) if first == last else f"{first} to {last}"
            yield Finding(
                "note", "county codes", text.format(years=years, former=_some(former), now=_some(now))
            )
    latest = codes.breaks[codes.breaks["year"] == study.years[-1]]
    if len(latest):
        yield Finding(
            "problem",
            "county codes",
            f"{study.years[-1]}: no figures of {_some(sorted(latest['area']))}, whose codes the files no longer have; "
            "leave out county_vintage, or end the panel before the change",
        )


#: What a check says of codes that changed.
_CHANGED = {
    "renamed": "{years}: {former} is {now} now; its figures are under the new code",
    "merged": "{years}: {former} went whole into {now}; its figures are added there",
    "regrouped": "{years}: {former} do not match {now}, which no set of whole counties makes up; figures begin after the "
    "change, without growth across it, and shares of population serve for totals only (table bridged-totals)",
}


def _sums(study: Study) -> Iterator[Finding]:
    """Whether counties add up to their published state in the latest year."""
    year = study.years[-1]
    rows = study.source.rows
    totals = rows[(rows["year"] == year) & (rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    states = totals[area_kind(totals["area"]) == "state"]
    parts = totals[area_kind(totals["area"]).isin(["county", "unknown", "statewide"])]
    for _, state in states.iterrows():
        inside = parts[state_of(parts["area"]) == str(state["area"])[:2]]
        if len(inside) and inside["employment"].notna().all():
            share = inside["employment"].sum() / state["employment"]
            if abs(share - 1) > _WAGES_TOLERANCE:
                yield Finding(
                    "note",
                    "sums",
                    f"{year}: the counties of {state['area']} add up to {share:.2%} of its published jobs",
                )


def _totals(study: Study) -> Iterator[Finding]:
    """Totals that their own published parts contradict, the latest first; one line for jobs and wages together.

    Where one part alone is larger than the total, that is the fault, and :func:`_parts` has named it.
    """
    table = contradictions(study.cells)
    larger = larger_than_whole(study.source.rows)
    named = set(zip(larger["whole"], larger["year"], larger["parts"], larger["figure"], strict=True))
    whole = "industry " + table["industry"] + " of " + table["area"] + ", ownership " + table["ownership"]
    totals = zip(whole, table["year"], table["parts"], table["figure"], strict=True)
    table = table[np.array([total not in named for total in totals], dtype=bool)]
    key = ["area", "year", "industry", "ownership", "parts"]
    table = table.sort_values(["year", "area", "figure"], ascending=[False, True, True], kind="stable")
    contradicted = [rows for _, rows in table.groupby(key, sort=False)]
    for rows in contradicted[:_SHOWN]:
        first = rows.iloc[0]
        figures = " and ".join(
            f"{row.figure} {row.published:,.0f}, and {row.sum_of_parts:,.0f} in its {row.parts}"
            for row in rows.itertuples()
        )
        cell = f"industry {first['industry']}, ownership {first['ownership']}"
        yield Finding("problem", "totals", f"{first['area']}, {first['year']}, {cell}: {figures}")
    if len(contradicted) > _SHOWN:
        yield Finding(
            "problem",
            "totals",
            f"{len(contradicted) - _SHOWN:,} more totals contradict their parts: sectorlib table STUDY.yaml contradictions",
        )


def _disclosure(study: Study) -> Iterator[Finding]:
    rows = study.panel
    rows = rows[is_county(rows["area"]) & (rows["ownership"] == study.ownership)]
    breaks = study.county_codes.breaks
    if len(breaks):  # figures that were never made are not withheld
        of_breaks = pd.MultiIndex.from_frame(breaks.astype({"area": str}))
        rows = rows[~pd.MultiIndex.from_frame(rows[["area", "year"]].astype({"area": str})).isin(of_breaks)]
    levels = naics.levels(rows["industry"])
    withheld = (rows["disclosure"] != "disclosed").groupby(levels).agg(["mean", "size"])
    for level in ("total", "sector", "3", "4", "5", "6"):
        if level in withheld.index:
            share, size = withheld.loc[level]
            what = (
                "all industries"
                if level == "total"
                else "sectors"
                if level == "sector"
                else f"{level}-digit industries"
            )
            yield Finding(
                "fact", "withheld", f"{share:.1%} of {size:,.0f} county cells, {what}, {study.file.ownership}"
            )
    meaning = pd.Series(study.source.absent)
    for word, years in meaning.groupby(meaning):
        text = (
            "a row that is not there means no establishments"
            if word == "zero"
            else "withheld rows are not in the files; they are shown as withheld unless the published sums leave nothing"
        )
        yield Finding("fact", "absent rows", f"{_years(sorted(years.index))}: {text}")


def _industries(study: Study) -> Iterator[Finding]:
    codes = pd.Series(study.source.rows["industry"].cat.categories.astype(str))
    levels = naics.levels(codes).value_counts()
    order = [lev for lev in ("total", "domain", "supersector", "sector", "3", "4", "5", "6") if lev in levels]
    yield Finding(
        "fact",
        "industries",
        ", ".join(f"{levels[lev]} {_level_word(lev, int(levels[lev]))}" for lev in order),
    )
    vintages = sorted({naics.vintage(y) for y in study.years})
    yield Finding("fact", "NAICS", "revision " + ", ".join(map(str, vintages)))
    if "total" not in levels:
        yield Finding(
            "note",
            "industries",
            "no all-industry total (10) in the files; totals are sums of sectors, partial where one is withheld",
        )
    missing = [s for s in naics.SECTORS if s not in set(codes)]
    if missing:
        yield Finding("note", "industries", f"sectors not in the files: {', '.join(missing)}")
    for year in range(study.years[0] + 1, study.years[-1] + 1):
        changed = naics.revision_changes(year)
        counts = changed.loc[changed["industry"].isin(codes), "how"].value_counts()
        if len(counts):
            yield Finding(
                "note",
                "NAICS",
                f"{year}: revision {naics.vintage(year)}; of the industries' codes "
                + ", ".join(f"{number} {how}" for how, number in counts.items())
                + " (table industry-changes)",
            )
    broken = codes[naics.crosses_break(codes, study.years[0], study.years[-1]) & (codes.str.len() == 3)]
    if len(broken):
        yield Finding(
            "note", "NAICS", f"changed meaning within the years, flagged in growth: {', '.join(broken)}"
        )
    strange = [
        c
        for c in codes
        if naics.level(c) != "total" and c not in naics.titles() and c[:3] not in naics.titles()
    ]
    if strange:
        yield Finding("problem", "industries", f"not NAICS codes: {_some(strange)}")


def _base(study: Study) -> Iterator[Finding]:
    rows = study.panel[study.panel["area"] == study.base_area]
    total = rows[
        (rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0") & (rows["year"] == study.years[-1])
    ]
    jobs = total["employment"].iloc[0] if len(total) else float("nan")
    name = "the sum of the study's counties" if study.base_area == ALL_AREAS else study.base_area
    if study.file.base_area is None:
        name += ", since the study names no base_area"
    if pd.notna(jobs):
        yield Finding("fact", "base", f"{name}: {jobs:,.0f} jobs in {study.years[-1]}, all ownerships")
    else:
        yield Finding(
            "note",
            "base",
            f"{name}: the all-ownership total is not known in every year; location quotients use totals of the same ownership",
        )


def _benchmark(study: Study) -> Iterator[Finding]:
    """Which national figures regions are compared with, and their year."""
    last, benchmark = study.years[-1], study.benchmark
    if benchmark is None:
        yield Finding(
            "note",
            "benchmark",
            (
                f"{study.about_source.concept}, so the nation's figures that ship, of other jobs, are not used; "
                if study.about_source.concept
                else ""
            )
            + "no national figures, so each region is compared with the rest of its base. For a region with half of the base's "
            "jobs or more, it is unknown how concentrated its sectors are",
        )
    else:
        yield Finding("fact", "benchmark", f"{benchmark.name}, for {last}: {benchmark.source(last)}")


def _regions(study: Study) -> Iterator[Finding]:
    regions = study.regions
    number = _number(regions["group"].nunique(), "region", "regions")
    yield Finding("fact", "reports", f"{number} ({study.system})")
    if regions.empty:
        yield Finding(
            "problem",
            "reports",
            f"no county of the panel is in an area of {study.system}, so there is nothing to report; "
            "list the panel's counties, or choose another system under reports",
        )
    if study.regions_without_data:
        text = f"no report for {_some(study.regions_without_data)}: the files have no complete year of it"
        yield Finding("note", "reports", text)
    outside = sorted(set(study.counties) - set(regions["member"]))
    if outside:
        number = _number(len(outside), "county", "counties")
        yield Finding("note", "reports", f"{number} in no region: {_some(outside)}")
    for key, left in study.not_brought.items():
        for row in left.itertuples():
            yield Finding(
                "problem",
                "county codes",
                f"{key} has no group of {row.member}: it lies in {row.parts}, which are in {row.groups}; "
                f"list {row.member} itself",
            )


def _flows(study: Study) -> Iterator[Finding]:
    if study.flows is None or study.commuting is None:
        yield Finding("note", "flows", "none, so no commuting measures")
        return
    flows = study.flows
    places = set(flows["home"]) | set(flows["work"])
    yield Finding(
        "fact",
        "flows",
        f"{len(flows):,} pairs of {len(places):,} counties, {flows['workers'].sum():,.0f} workers"
        + (f" of segment {study.file.flow_segment}" if study.file.flow_segment else ""),
    )
    if "moe" not in flows or flows["moe"].isna().all():
        yield Finding(
            "note", "flows", "without margins of error, so the certainty of labor markets is unknown"
        )
    if study.file.mixed_flow_years:
        releases = {
            p.name: release for p in study.files("flows", study.named("flows")) if (release := release_of(p))
        }
        by_year = sorted({(year, name[:2].upper()) for name, (_, year) in releases.items()})
        listed = ", ".join(f"{state} {year}" for year, state in by_year)
        yield Finding("note", "flows", f"of several years: {listed}")
    yield from _uncovered(study.commuting, flows)
    counties = pd.Series(study.counties)
    lacking = sorted(set(counties[in_nation(counties) | study.file.demonstration]) - places)
    if lacking:
        yield Finding(
            "note",
            "flows",
            f"counties of the panel without flows, in no drawn labor market: {_some(lacking)}",
        )
    yield from _bridged_flows(study)
    states = set(state_of(counties))
    unmatched = sorted(c for c in places - set(counties) if c[:2] in states)
    if unmatched:
        yield Finding(
            "note", "flows", f"counties of the flows that the panel lacks, in its states: {_some(unmatched)}"
        )


def _bridged_flows(study: Study) -> Iterator[Finding]:
    """Counties of the flows that were brought to the study's codes."""
    moved = study.flow_links[study.flow_links["member"] != study.flow_links["group"]]
    split = moved[moved["how"] == "regrouped"]
    whole = sorted(set(moved["member"]) - set(split["member"]))
    if whole:
        yield Finding("note", "flows", f"brought to the panel's county codes: {_some(whole)}")
    if len(split):
        yield Finding(
            "note",
            "flows",
            f"{_some(sorted(set(split['member'])))} were split or regrouped since: their commuters are shared out by the population of "
            "each part, so labor markets there are approximate",
        )


def _uncovered(commuting: pd.DataFrame, flows: pd.DataFrame) -> Iterator[Finding]:
    """States that the flows cover only through commuters from other states; no delineation includes them."""
    left_out = commuting["workers"].sum() - flows["workers"].sum()
    if left_out > 0:
        covered = set(state_of(flows["home"]))
        states = sorted((set(state_of(commuting["home"])) | set(state_of(commuting["work"]))) - covered)
        yield Finding(
            "note",
            "flows",
            f"{left_out:,.0f} workers ({left_out / commuting['workers'].sum():.1%}) come from or go to states for which "
            f"the files list nobody both living and working there ({_some(states)}); these are in no labor market. Give their "
            "files too if they matter",
        )


def _metropolitan_areas(study: Study) -> Iterator[Finding]:
    areas = study.metropolitan_areas
    if areas is None:
        return
    inside = areas[areas["group"] != NONE]
    yield Finding(
        "fact",
        "metropolitan areas",
        f"{inside['group'].nunique()} with {inside['member'].nunique():,} counties of the panel and the flows",
    )
    bridged = areas[areas["bridge"].str.contains("shares by people")]["member"].nunique()
    if bridged:
        text = f"{_number(bridged, 'county', 'counties')} bridged from other codes, by shares of people"
        yield Finding("note", "metropolitan areas", text)
    lacking = sorted(set(study.counties) - set(areas["member"]))
    if lacking:
        yield Finding(
            "note",
            "metropolitan areas",
            f"not recorded, or not bridged to the list's codes: {_some(lacking)}",
        )


def _jurisdictions(study: Study) -> Iterator[Finding]:
    for system, table in study.jurisdictions.items():
        inside = table[table["group"] != NONE]
        text = f"{system}: {inside['group'].nunique()} groups, {inside['member'].nunique()} counties"
        here = table[table["member"].isin(study.counties)]
        split = here.loc[here.duplicated("member", keep=False) & (here["group"] != NONE), "member"]
        if len(split):
            named = study.file.jurisdictions[system]
            by = " by the jobs of their census blocks" if named.jobs else ""
            text += f"; {split.nunique()} of the study's counties are split{by}: {_some(sorted(set(split)))}"
        yield Finding("fact", "jurisdictions", text)
        nowhere = sorted(here.loc[here["group"] == NONE, "member"])
        if nowhere:
            yield Finding(
                "fact", "jurisdictions", f"{system}: in no group, wholly or in part: {_some(nowhere)}"
            )
        recorded = here.groupby("member")["weight"].sum().reindex(study.counties).fillna(0)
        blank = sorted(recorded.index[recorded == 0])
        if blank:
            yield Finding("note", "jurisdictions", f"{system}: not recorded for {_some(blank)}")
        lacking = recorded[(recorded > 0) & (recorded < _RECORDED)]
        if len(lacking):
            yield Finding(
                "note",
                "jurisdictions",
                f"{system}: not recorded for parts of {_some(sorted(lacking.index))}, {1 - lacking.min():.1%} at most",
            )
        strange = sorted(set(table["member"]) - set(study.counties))
        if strange:
            yield Finding("note", "jurisdictions", f"{system}: counties the panel lacks: {_some(strange)}")


def _readings(study: Study) -> Iterator[Finding]:
    """How entries of lists were read that could be read in several ways."""
    for system, named in study.file.jurisdictions.items():
        path = study.files(f"jurisdictions: {system}", [named.file])[0]
        if not is_crosswalk(path):
            for note in reading_notes(path, named.member, named.group, named.state):
                yield Finding("note", "jurisdictions", f"{system}: {note}")


def _shapes(study: Study) -> Iterator[Finding]:
    known = set(study.shapes["area"])
    lacking = sorted(set(study.counties) - known)
    yield Finding(
        "fact", "shapes", f"{len(set(study.counties) & known):,} of {len(study.counties):,} counties have one"
    )
    if lacking:
        yield Finding("note", "shapes", f"no shape for {_some(lacking)}")


def _assets(study: Study) -> Iterator[Finding]:
    assets = study.assets
    if assets.empty:
        return
    yield Finding("fact", "assets", _counted(assets["kind"].value_counts()))
    if any(named.package for named in study.file.assets):
        text = (
            "airports of the package airportsdata have a code, not necessarily flights; traffic is not known"
        )
        yield Finding("note", "assets", text)
    placeless = assets[assets["lat"].isna() | assets["lon"].isna()]
    if len(placeless):
        yield Finding(
            "note",
            "assets",
            f"without a position, so within reach of no county: {_some(list(placeless['asset']))}",
        )


def _labor_markets(study: Study) -> Iterator[Finding]:
    """How the labor markets were drawn, and whether each is in one piece on the map."""
    if study.system != "labor_markets":
        return
    whole, touched = study.whole_markets, set(study.markets["group"])
    text = f"{len(touched):,} in the study, of {whole['group'].nunique():,} in the whole matrix"
    yield Finding("fact", "labor markets", text)
    pieces = study.market_pieces
    pieces = pieces[pieces.index.isin(touched)]
    titles = whole.drop_duplicates("group").set_index("group")["title"]
    apart = [f"{titles[str(group)]} ({n} pieces)" for group, n in pieces[pieces > 1].items()]
    if apart:
        text = f"in several pieces on the map: {_some(apart)}"
        yield Finding("note", "labor markets", text)
    lost = sorted(set(study.markets["member"]) - set(study.neighbors["area"]))
    if lost:
        text = f"borders are unknown for {_some(lost)}; markets there may be in several pieces"
        yield Finding("note", "labor markets", text)


def _travel_times(study: Study) -> Iterator[Finding]:
    times = study.travel_times
    if times is None:
        return
    text = f"{len(times):,} from {times['home'].nunique():,} counties to {times['place'].nunique():,} places"
    yield Finding("fact", "travel times", text)
    strange = sorted(set(times["place"]) - set(study.assets["asset"]) - set(study.counties))
    if strange:
        yield Finding(
            "note",
            "travel times",
            f"to places that are neither assets nor counties of the study: {_some(strange)}",
        )


def _rural_urban(study: Study) -> Iterator[Finding]:
    codes = study.rural_urban
    if codes is None:
        return
    yield Finding(
        "fact", "rural-urban", f"{codes.name} of {codes.notna().sum():,} of {len(codes):,} counties"
    )
    unknown = sorted(codes.index[codes.isna()])
    if unknown:
        yield Finding("note", "rural-urban", f"not known for {_some(unknown)}")


def _partners(study: Study) -> Iterator[Finding]:
    partners = study.partners
    if partners is None:
        return
    yield Finding(
        "fact", "partners", _counted(partners.drop_duplicates(["kind", "name"])["kind"].value_counts())
    )
    strange = sorted(set(partners["area"]) - set(study.counties))
    if strange:
        yield Finding("note", "partners", f"in counties the panel lacks: {_some(strange)}")


def _prices(study: Study) -> Iterator[Finding]:
    index, parities = study.consumer_prices, study.price_parities
    if index is not None:
        yield from _years_of_prices(study, "consumer price index", index.index)
    if parities is not None:
        name = f"price parities (areas: {parities['area'].nunique():,})"
        yield from _years_of_prices(study, name, parities.dropna(subset="price_parity")["year"])


def _years_of_prices(study: Study, name: str, years: Iterable[int]) -> Iterator[Finding]:
    known = sorted({int(year) for year in years})
    yield Finding("fact", "prices", f"{name}, {_years(known)}")
    lacking = sorted(set(study.years) - set(known))
    if lacking:
        yield Finding(
            "note",
            "prices",
            f"{name}: none for {_years(lacking)}, so no pay adjusted for prices in those years",
        )


def _official_projections(study: Study) -> Iterator[Finding]:
    table = study.official_projections
    if table is None:
        return
    text = f"{len(table):,} industries of {_some(sorted(table['area'].unique()))}"
    yield Finding("fact", "official projections", text)
    states = {f"{state}000" for state in state_of(pd.Series(study.counties))}
    known = {*study.panel["area"].astype(str), *study.regions["group"], *states, "US000"}
    strange = sorted(set(table["area"]) - known)
    if strange:
        yield Finding("note", "official projections", f"of areas the study lacks: {_some(strange)}")
    for caution, rows in table.groupby(official_cautions(table, study.years[-1])):
        if caution:
            text = f"growth of {len(rows):,} of these is not applied: {caution}"
            yield Finding("note", "official projections", text)


def _occupations(study: Study) -> Iterator[Finding]:
    staffing = study.staffing
    if staffing is not None:
        codes = pd.Series(staffing.loc[staffing["area"] == "US000", "industry"].unique(), dtype="str")
        yield Finding(
            "fact",
            "occupations",
            f"{staffing['release'].iloc[0]}, national patterns of {len(codes):,} industries",
        )
        if naics.levels(codes).isin(["total", "sector"]).all():
            text = "patterns of whole sectors only; files of 3 digits (nat3d) would let the local mix count"
            yield Finding("note", "occupations", text)
        areas = study.metropolitan_areas
        if areas is not None:
            groups = survey_areas(areas[areas["member"].isin(study.counties)])["group"]
            lacking = set(groups) - set(local_pay(staffing).index.get_level_values("area"))
            if lacking:
                named = _some(sorted(code.removeprefix("M") for code in lacking))
                text = (
                    f"{staffing['release'].iloc[0]} has no pay of {named}; regions there take their state's"
                )
                yield Finding("note", "occupations", text)
    projections = study.occupation_openings
    if projections is not None:
        first, last = (int(projections[name].iloc[0]) for name in ("base_year", "target_year"))
        text = f"{len(projections):,} occupations and groups, {first} to {last}"
        yield Finding("fact", "occupation openings", text)


def _completions(study: Study) -> Iterator[Finding]:
    done = study.completions
    if done is None:
        return
    for counted, rows in done.groupby("counted"):
        text = f"{rows['completions'].sum():,.0f} {counted} of {rows['college'].nunique():,} colleges"
        yield Finding("fact", "completions", text)
    listed = set(study.assets["asset"].astype(str).str.rpartition(":")[2])
    unlisted = done.loc[~done["college"].isin(listed), "completions"].sum() / done["completions"].sum()
    if unlisted:
        text = f"{unlisted:.1%} are at colleges that no directory under assets lists, so they count for no region"
        yield Finding("note", "completions", text)


def _number(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"


def _local(study: Study) -> Iterator[Finding]:
    """What local plans ask for: official lists and areas, and the wage threshold."""
    listed = study.in_demand
    if listed is not None:
        yield Finding("fact", "in_demand", _counted(listed["kind"].value_counts()))
    counties = set(study.regions["member"].astype(str))
    official = study.official_areas
    if official is not None:
        yield Finding("fact", "official_areas", f"{official['group'].nunique():,} areas")
        absent = sorted(counties - set(official["member"].astype(str)))
        if absent:
            yield Finding("note", "official_areas", f"in none: {_some(absent)}")
    if study.file.wage_threshold is not None:
        study.wage_thresholds(study.panel["area"].astype(str).unique())
        yield Finding("fact", "wage_threshold", "given")


def _by_county(study: Study) -> Iterator[Finding]:
    """What tables by county hold, and which of the study's counties they lack."""
    counties = set(study.regions["member"].astype(str))
    for key in KEYS:
        table = getattr(study, key.reads[0]) if "by_county" in key.checks else None
        if table is None:
            continue
        said = _years(sorted(table["year"].unique())) if "year" in table else "one year"
        yield Finding("fact", key.name, f"{table['area'].nunique():,} counties, {said}")
        absent = sorted(counties - set(table["area"].astype(str)))
        if absent:
            yield Finding("note", key.name, f"{key.name} has no figures for these counties: {_some(absent)}")


def _counted(counts: pd.Series) -> str:
    return ", ".join(f"{n:,} {kind}" for kind, n in counts.items())


def _level_word(level: str, number: int) -> str:
    if level.isdigit():
        return f"with {level} digits"
    return level if number == 1 else f"{level}s"


def _years(years: list[int]) -> str:
    if len(years) > 2 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]} to {years[-1]}"
    return ", ".join(map(str, years))


def _some(codes: list[str]) -> str:
    more = len(codes) - _SHOWN
    return ", ".join(codes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _not_given(study: Study) -> Iterator[Finding]:
    """Which published files could be added: shipped ones by their key, others with the command that fetches them."""
    if study.file.demonstration:
        return
    boxed = {} if study.invented else {table.key: table for table in reference_tables().values() if table.key}
    titles = {source.key: source.title for source in reversed(catalogue().values())}
    for key in dict.fromkeys([*reversed(titles), *boxed]):
        # The shapes of official counties ship with the package.
        if key == "shapes" or key not in type(study.file).model_fields:
            continue
        if key in boxed and (study.has(key) or OFF in study.file.says(key)):
            continue
        if key not in boxed and getattr(study.file, key):
            continue
        title = titles.get(key) or boxed[key].title
        ways = [f"to add {boxed[key].vintage}: `{key}: built-in`"] if key in boxed else []
        if key in titles:
            ways.append(f"{'for later ones' if ways else 'to add it'}: {fetch_command(key)}")
        yield Finding("fact", key, f"not given ({title}); {'; '.join(ways)}")


def _sectors(study: Study) -> Iterator[Finding]:
    if study.file.sectors is not None:
        yield Finding("fact", "sectors", f"{study.sectors['sector'].nunique()} with the study's own")


def _criteria(study: Study) -> Iterator[Finding]:
    if study.file.criteria is not None:
        yield Finding("fact", "criteria", f"{len(study.criteria)} with the study's own")


def _scores(study: Study) -> Iterator[Finding]:
    if study.scores is not None:
        yield Finding(
            "fact", "scores", f"{len(study.scores):,} of {study.scores['sector'].nunique()} sectors"
        )
        yield from _strange_regions(study, "scores", study.scores)


def _readiness(study: Study) -> Iterator[Finding]:
    sheet = study.readiness
    if sheet is not None:
        text = "no row is filled in yet" if sheet.empty else f"{len(sheet):,} sectors of regions filled in"
        yield Finding("note" if sheet.empty else "fact", "readiness", text)
        yield from _strange_regions(study, "readiness", sheet)


def _partnerships(study: Study) -> Iterator[Finding]:
    running = study.partnerships
    if running is not None:
        yield Finding("fact", "partnerships", f"{running['partnership'].nunique():,} already run")
        yield from _strange_regions(study, "partnerships", running)


def _strange_regions(study: Study, subject: str, table: pd.DataFrame) -> Iterator[Finding]:
    """Areas of a team's file that are no region of the study: nothing is made of their rows."""
    strange = sorted(set(table["area"].dropna().astype(str)) - {*study.regions["group"].astype(str), "all"})
    if strange:
        yield Finding("problem", subject, f"of what is no region of the study: {_some(strange)}")


#: The parts of a check by name, for the declarations of study keys.
_PARTS: dict[str, Callable[[Study], Iterator[Finding]]] = {
    part.__name__.strip("_"): part
    for part in (
        _notice, _panel, _box, _parts, _totals, _disclosure, _industries, _base, _benchmark, _regions, _flows,
        _labor_markets, _metropolitan_areas, _jurisdictions, _readings, _shapes, _assets, _travel_times, _rural_urban,
        _partners, _prices, _official_projections, _occupations, _completions, _local, _by_county, _sectors, _criteria, _scores, _readiness,
        _partnerships,
    )
}  # fmt: skip
