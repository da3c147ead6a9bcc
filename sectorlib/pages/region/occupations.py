"""The part of a region report about who works in its sectors: occupations, pathways, openings, completions."""

from __future__ import annotations

import html

import pandas as pd

from sectorlib.pages import english, figures
from sectorlib.pages.markup import note, paragraph, put
from sectorlib.pages.region import tables
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import definitions

#: A sector is staffed mostly by a wider industry's pattern if less than this share of its jobs has its own.
_OWN_PATTERN = 0.5

#: An occupation that more than this share of sectors employs says nothing about two of them.
_EVERYWHERE = 0.5

#: Occupations shown for a pair of sectors.
_CROSSINGS = 5


def occupations(profile: RegionProfile) -> None:
    """Who works in the first target sectors, what it pays, where pathways cross; nothing without occupations."""
    rows = tables.occupation_rows(profile)
    if rows.empty:
        if "occupations" in profile.absent:
            put("<h2>Who works in these sectors</h2>")
            note(f"Not shown: {profile.absent['occupations']}.")
        return
    put("<h2>Who works in these sectors</h2>")
    paragraph(_staffing(profile, rows))
    put(tables.occupation_table(rows).as_raw_html())
    paragraph(_staffing_limits(profile, rows), "source")
    crossings = _crossings(profile, rows["sector"].drop_duplicates().to_list())
    if crossings:
        put("<h3>Where pathways cross</h3>")
        put("<ul>" + "".join(f"<li>{html.escape(text)}</li>" for text in crossings) + "</ul>")
        paragraph(
            "Shared staffing and median pay are national. Occupations that most sectors employ are left out. That pay "
            "rises along a list does not say that workers rise along it.",
            "source",
        )
    training = profile.rows("training")
    if len(training):
        put("<h3>Openings and completions</h3>")
        put(tables.training_table(training).as_raw_html())
        paragraph(_training_limits(profile, training), "source")


def _staffing(profile: RegionProfile, rows: pd.DataFrame) -> str:
    """What a table of occupations is, in a sentence before it."""
    release, year = rows["release"].iloc[0], int(rows["year"].iloc[0])
    which = "largest" if profile.rows("targets").empty else "first"
    return (
        f"If the industries of {profile.name} were staffed as in the nation ({release}), the {year} jobs of its {which} "
        "target sectors would be held by these occupations above all. It is a model, not a count of workers."
    )


def _staffing_limits(profile: RegionProfile, rows: pd.DataFrame) -> str:
    """What figures of occupations do not say."""
    accuracy = definitions("occupations")["accuracy"]["value"]
    parts = [
        f"Jobs to two figures; ranges come from withheld cells alone. Employers here may staff differently: of larger "
        f"occupations of states, half of such figures were within {accuracy['half']:.0%} of the survey's own, and a "
        f"tenth were off by more than {accuracy['tenth']:.0%}.",
        "Pay: what today's workers in the sector are paid across the nation, from the lowest to the highest paid tenth; "
        "no ladder that one worker climbs. A plus marks pay that is published only as at least so much.",
    ]
    if rows["local_pay_p50_at_least"].notna().any():
        parts.append(_of_what_place(rows.iloc[0]))
    if "openings" in rows:
        parts.append(
            "Openings: workers who leave the labor force or the occupation, and growth, at national rates; without "
            "moves between employers."
        )
    if "awards" in rows and rows["awards"].notna().any():
        parts.append(
            "Awards: of colleges in reach in programs that prepare for the occupation; a program may prepare for "
            "several and then counts for each."
        )
    if profile.study.file.ownership == "private":
        parts.append("Jobs are private; patterns are of private employers where these are published apart.")
    coarse = rows.loc[rows["own_pattern_share"] < _OWN_PATTERN, "sector_title"].drop_duplicates().to_list()
    if coarse:
        parts.append(
            f"{english.few_or_count(coarse, 'sectors')}: staffed mostly as wider industries, or not surveyed."
        )
    return " ".join(parts)


def _of_what_place(row: pd.Series) -> str:
    """Of what place local pay is, and why."""
    place, share = row["local_area_title"], f"{row['local_share']:.0%}"
    if row["local_area_reason"]:
        there = "" if row["local_share"] == 1 else f", which holds {share} of the jobs here"
        return f"Median in {place}: of the whole state{there}, over all industries and owners; {row['local_area_reason']}."
    if row["local_area"].endswith("N"):
        return (
            f"Median in {place}: over all industries and owners of the state's nonmetropolitan areas put together, "
            f"which hold {share} of the jobs here."
        )
    return (
        f"Median in {place}: over all industries and owners of that metropolitan area, which holds {share} of the jobs "
        "here and may reach beyond it."
    )


def _crossings(profile: RegionProfile, sectors: list[str]) -> list[str]:
    """For each pair of sectors, the share of staffing in common and occupations of both that few others employ."""
    if profile.results.missing("shared-occupations"):
        return []
    whole = profile.results["shared-occupations"]
    table = whole[whole["sector_a"].isin(sectors) & whole["sector_b"].isin(sectors)]
    everywhere = len(set(whole["sector_a"]) | set(whole["sector_b"])) * _EVERYWHERE
    out = []
    for _, pair in table.groupby(["sector_a", "sector_b"], sort=False):
        first = pair.iloc[0]
        some = pair[(pair["sectors"] <= everywhere) & pair["pay_a"].notna() & pair["pay_b"].notna()]
        some = some.nlargest(
            _CROSSINGS, "common"
        ).sort_index()  # as the result has them: from low pay to high
        names = [
            f"{title.lower()} ({figures.dollars(round(a, -2))} and {figures.dollars(round(b, -2))})"
            for title, a, b in zip(some["occupation_title"], some["pay_a"], some["pay_b"], strict=True)
        ]
        shared = f"{first['sector_a_title']} and {first['sector_b_title'].lower()}: {first['overlap']:.0%} of staffing in common"
        out.append(
            f"{shared}; both employ {'; '.join(names)}."
            if names
            else f"{shared}, mostly in occupations found everywhere."
        )
    return out


def _training_limits(profile: RegionProfile, rows: pd.DataFrame) -> str:
    """What completions beside openings do not say."""
    counted = rows["counted"].iloc[0]
    reach = definitions("occupations")["reach"]["value"]
    public = (
        " Public employers' openings are not among them." if profile.study.file.ownership == "private" else ""
    )
    return (
        f"Openings of all sectors in occupations that typically ask for the level.{public} Completions are {counted} of "
        f"all fields, near is within {reach} miles of the region. Graduates move, study on and take other work; whether the "
        "right programs are there is not in these figures."
    )
