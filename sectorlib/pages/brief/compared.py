"""Two chosen footprints on one page: what the second gains and loses beside the first, in words, tables and a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sectorlib.maps import Outline
from sectorlib.membership import NONE
from sectorlib.pages import english, figures
from sectorlib.pages.brief import words
from sectorlib.pages.brief.profile import ScopeProfile, short
from sectorlib.pages.brief.sections import map_of
from sectorlib.pages.brief.tables import NO_DATA, ONE_YEAR, SPLIT
from sectorlib.scope import NOT_RECORDED

#: How a change of counties is called on the page.
_CHANGES = {"gained": "gained", "lost": "lost", "in both": "in both"}


@dataclass(frozen=True)
class Compared:
    """What the page of two footprints says.

    Parameters
    ----------
    sector, place : str
        The sector, and the county that the brief started from.
    first, second : str
        The footprints' names for people.
    said : list of str
        What is gained and lost, in sentences.
    measures : list of (str, str, str)
        A measure, and what it is in either.
    counties : list of tuple of str
        County, whether it is gained, lost or in both, jobs, establishments, whose it is.
    jurisdictions : list of (str, str, str, str)
        Jurisdiction, its kind, its share of the jobs in either.
    map : altair chart or None
        Both over the sector's jobs; None where the counties have no shapes.
    """

    sector: str
    place: str
    first: str
    second: str
    said: list[str]
    measures: list[tuple[str, str, str]]
    counties: list[tuple[str, str, str, str, str]]
    jurisdictions: list[tuple[str, str, str, str]]
    map: Any


def compared(profile: ScopeProfile) -> Compared | None:
    """What the page of two footprints says; None where the study compares none.

    Parameters
    ----------
    profile : ScopeProfile
        The partnership.

    Returns
    -------
    Compared or None

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> from sectorlib.results import Results
    >>> from sectorlib.study import load_study
    >>> study = load_study(data_path("demo", "study.yaml"))
    >>> chosen = study.with_scope("311", "91057", ("labor market", "labor market - 91063"))
    >>> made = compared(ScopeProfile(Results(chosen)))
    >>> made.second, made.measures[0]
    ('Labor market Lanternhead-Greymarch-Eastermoor without 91063', ('Counties', '6', '5'))
    """
    table = profile.comparison
    if table is None or table.empty:
        return None
    names = str(table["first"].iloc[0]), str(table["second"].iloc[0])
    first, second = (ScopeProfile(profile.results, name) for name in names)
    return Compared(
        sector=profile.sector,
        place=profile.seed,
        first=profile.label(names[0]),
        second=profile.label(names[1]),
        said=changes(profile),
        measures=[
            (label, one, other)
            for (label, one), (_, other) in zip(_measures(first), _measures(second), strict=True)
        ],
        counties=[_county(row) for _, row in table.iterrows()],
        jurisdictions=_shares(first, second),
        map=_map(profile, names),
    )


def changes(profile: ScopeProfile) -> list[str]:
    """What the second footprint gains and loses beside the first: counties, jobs and state lines, in sentences."""
    table = profile.comparison
    if table is None or table.empty:
        return []
    first, second = str(table["first"].iloc[0]), str(table["second"].iloc[0])
    said = [text for text in (_change(profile, table, change) for change in ("gained", "lost")) if text]
    if not said:
        return ["Both footprints have the same counties."]
    before, after = (
        set(str(profile.footprint_row(name)["state_names"]).split(", ")) for name in (first, second)
    )
    if after - before:
        said.append(f"It crosses into {english.listed(sorted(after - before))}.")
    if before - after:
        said.append(f"It no longer reaches into {english.listed(sorted(before - after))}.")
    return said


def _change(profile: ScopeProfile, table: pd.DataFrame, change: str) -> str:
    rows = table[table["change"] == change]
    if rows.empty:
        return ""
    verb = {"gained": "gains", "lost": "loses"}[change]
    held = rows.iloc[0][["change_employment", "change_employment_low", "change_employment_high"]]
    jobs = figures.cell_jobs(held.rename(lambda name: str(name).removeprefix("change_")))
    states = len(table["state_name"].unique()) > 1
    names = rows["county_name"] if states else rows["county_name"].map(short)
    counties = (
        english.listed([str(n) for n in names]) if states else english.counties([str(n) for n in names])
    )
    what = (
        "whose jobs in the sector are withheld"
        if jobs.kind == "withheld"
        else f"with {jobs} jobs in {english.small(profile.sector)}"
    )
    return f"The second footprint {verb} {counties}, {what}."


def _measures(profile: ScopeProfile) -> list[tuple[str, str]]:
    """A footprint's figures, as the table of footprints gives them, and where to meet."""
    row = profile.focus
    unknown = SPLIT if row["counties_split"] > 0 else NO_DATA
    outside = f" and {row['counties_outside']:.0f} outside the study" if row["counties_outside"] else ""
    meeting = profile.counties[profile.counties["county"] == profile.counties["meeting_county"]]
    made = [
        ("Counties", f"{row['counties']:.0f}{outside}"),
        ("States", str(row["state_names"])),
        (f"Jobs {profile.year}", str(figures.cell_jobs(row))),
        ("Establishments", f"{row['establishments']:,.0f}" if pd.notna(row["establishments"]) else unknown),
        (
            "Self-containment",
            f"{row['self_containment']:.0%}" if pd.notna(row["self_containment"]) else unknown,
        ),
        ("Location quotient", words.quotient(row)),
        ("Average annual pay", str(figures.cell_pay(row))),
        (
            f"Change in jobs since {row['start_year']:.0f}"
            if pd.notna(row["start_year"])
            else "Change in jobs",
            str(figures.cell_growth(row)) if pd.notna(row["start_year"]) else ONE_YEAR,
        ),
        (
            "Farthest apart",
            f"{row['widest_distance']:,.0f} miles" if pd.notna(row["widest_distance"]) else NO_DATA,
        ),
        ("Where to meet", short(meeting["county_name"].iloc[0]) if len(meeting) else NO_DATA),
        ("Counties in doubt", _in_doubt(profile)),
    ]
    return [
        *made,
        *(
            (english.capital(english.plural(system)), str(len(profile.named(system))))
            for system in _systems(profile)
        ),
    ]


def _systems(profile: ScopeProfile) -> list[str]:
    """Every system of the study: one that a footprint does not touch counts as none."""
    return list(profile.study.jurisdictions)


def _in_doubt(profile: ScopeProfile) -> str:
    """Counties of a footprint whose labor market is in doubt."""
    if profile.results.missing("labor-market-stability"):
        return NO_DATA
    here = set(profile.counties["county"])
    unsure = pd.concat([profile.doubtful, profile.possible])
    names = [short(row["member_name"]) for _, row in unsure.iterrows() if row["member"] in here]
    return english.counties(names) if names else "none"


def _county(row: pd.Series) -> tuple[str, str, str, str, str]:
    outside = row["status"] == "not in the study"
    return (
        str(row["county_name"]),
        _CHANGES[str(row["change"])],
        "not in the study" if outside else str(figures.cell_jobs(row)),
        f"{row['establishments']:,.0f}" if pd.notna(row["establishments"]) else NO_DATA,
        str(row["jurisdictions"]) if pd.notna(row["jurisdictions"]) else "",
    )


def _shares(first: ScopeProfile, second: ScopeProfile) -> list[tuple[str, str, str, str]]:
    """Every jurisdiction of either footprint, with its share of the jobs of each."""
    made: dict[tuple[str, str], list[str]] = {}
    for at, profile in enumerate((first, second)):
        table = profile.jurisdictions
        if table.empty:
            continue
        for _, row in table[~table["jurisdiction"].isin([NONE, NOT_RECORDED])].iterrows():
            key = str(row["system"]), str(row["jurisdiction_name"])
            made.setdefault(key, ["not in it", "not in it"])[at] = str(figures.cell_share(row))
    return [(name, system, one, other) for (system, name), (one, other) in made.items()]


def _map(profile: ScopeProfile, names: tuple[str, str]) -> Any:
    lines = [
        Outline(profile.label(name), sorted(county for county, _ in profile.members[name])) for name in names
    ]
    drawn = {county for line in lines for county in line.counties}
    if not profile.shapes["area"].isin(drawn).any():
        return None
    return map_of(profile, lines)
