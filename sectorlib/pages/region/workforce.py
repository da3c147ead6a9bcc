"""The workforce: who works in the first sectors, what it pays, where pathways cross, and what colleges complete."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics
from sectorlib.pages import english, figures
from sectorlib.pages.drawing import esc
from sectorlib.pages.figures import Figure
from sectorlib.pages.region import practice
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.tables import Column, Sheet
from sectorlib.resources import definitions

#: A sector is staffed mostly by a wider industry's pattern if less than this share of its jobs has its own.
_OWN_PATTERN = 0.5

#: An occupation that more than this share of sectors employs says nothing about two of them.
_EVERYWHERE = 0.5

#: Occupations shown for a pair of sectors.
_CROSSINGS = 5

#: Target sectors whose occupations are shown, rows of each, and rows shown at once.
_OCCUPATION_SECTORS = 3
_OCCUPATIONS = 6
_FIRST = 9


def workforce(profile: RegionProfile) -> str:
    """The chapter as markup; one line that says what would add it where the study has no occupations."""
    rows = occupation_rows(profile)
    if rows.empty:
        return f"<p>{esc(lacking(profile))}</p>{practice.workforce(profile)}"
    parts = [f'<p class="finding">{esc(finding(profile, rows))}</p>', occupation_table(rows).markup()]
    crossings = _crossings(profile, rows["sector"].drop_duplicates().to_list())
    training = profile.rows("training")
    halves = []
    if crossings:
        items = "".join(f"<li>{esc(text)}</li>" for text in crossings)
        halves.append(f"<div><h3>Where pathways cross</h3><ul>{items}</ul></div>")
    if len(training):
        halves.append(f"<div><h3>Openings and completions</h3>{training_table(training).markup()}</div>")
    if halves:
        parts.append(f'<div class="halves">{"".join(halves)}</div>')
    return "".join([*parts, practice.workforce(profile)])


def lacking(profile: RegionProfile) -> str:
    """Which files would add the chapter."""
    error = profile.results.missing("occupations")
    if error is None:
        return "No occupation has figures in the first sectors here."
    if profile.study.file.occupations is None:
        return (
            "Occupations, openings and training are not shown. The Bureau of Labor Statistics\N{RIGHT SINGLE QUOTATION MARK} "
            "file of occupations by industry (OEWS) would add them."
        )
    return f"Occupations are not shown: {error.found}."


def finding(profile: RegionProfile, rows: pd.DataFrame) -> str:
    """The occupation with the most modeled jobs in the first sector, and what the figures are."""
    first = rows.iloc[0]
    sector = english.small(str(first["sector_title"]))
    middle = figures.rounded_pay(first, "pay_p50")
    paid = f", with a national median pay of {middle}" if middle.kind != "withheld" else ""
    return (
        f"{first['occupation_title']} is the largest occupation in {sector}{paid}. Jobs are modeled from national staffing "
        f"patterns ({first['release']}); they are not a count of workers."
    )


def limits(profile: RegionProfile) -> list[str]:
    """What figures of occupations, pathways and completions do not say, for the notes; empty without them."""
    rows = occupation_rows(profile)
    if rows.empty:
        return []
    made = [_staffing_limits(profile, rows)]
    if _crossings(profile, rows["sector"].drop_duplicates().to_list()):
        made.append(
            "Shared staffing and median pay are national. Occupations that most sectors employ are left out. That pay rises "
            "along a list does not say that workers rise along it."
        )
    training = profile.rows("training")
    if len(training):
        made.append(_training_limits(profile, training))
    return made


def occupation_rows(profile: RegionProfile) -> pd.DataFrame:
    """The main occupations of the region's first target sectors; empty where the study has no occupations.

    Returns
    -------
    DataFrame
        Rows of the occupations result, with openings and education where the study has them; the sectors that rank
        first as targets, else those with the most jobs, and of each the occupations with the most.
    """
    rows = profile.rows("occupations")
    if rows.empty:
        return rows
    rows = rows[~rows["sector"].isin(naics.SECTORS)]
    targets = profile.rows("targets")
    if targets.empty:
        jobs = rows.groupby("sector")["employment_low"].sum()
        order = jobs.sort_values(ascending=False, kind="stable").index.to_list()
    else:
        order = targets[targets["rank"].notna()].sort_values("rank")["sector"].to_list()
    first = [sector for sector in order if sector in set(rows["sector"])][:_OCCUPATION_SECTORS]
    rows = rows[rows["sector"].isin(first) & (rows["rank"] <= _OCCUPATIONS)]
    openings = profile.rows("occupation-openings")
    if len(openings):
        columns = ["openings", "openings_low", "openings_high", "education", "awards"]
        rows = rows.join(openings.set_index(["sector", "occupation"])[columns], on=["sector", "occupation"])
    rows = rows.assign(listed=rows["occupation"].isin(practice.in_demand_occupations(profile)))
    place = rows["sector"].map(first.index)
    return rows.assign(place=place).sort_values(["place", "rank"]).drop(columns="place")


def occupation_table(rows: pd.DataFrame) -> Sheet:
    """Main occupations of a few sectors: jobs, openings, pay and entry education.

    Parameters
    ----------
    rows : DataFrame
        As :func:`occupation_rows` gives them, at least one.
    """
    local = rows["local_pay_p50_at_least"].notna().any()
    awards = "awards" in rows and rows["awards"].notna().any()
    pay = "Pay a year in the sector, nation"
    columns = [
        Column("occupation", "Occupation", text=True), Column("sector", "Sector", text=True), Column("jobs", "Jobs, modeled"),
        *([Column("openings", "Openings a year")] if "openings" in rows else []),
        *([Column("awards", "Awards a year")] if awards else []),
        Column("pay_p10", "10th percentile", pay), Column("pay_p50", "Median", pay), Column("pay_p90", "90th", pay),
        *([Column("local", f"Median, all industries, {rows['local_area_title'].iloc[0]}")] if local else []),
        *([Column("education", "Typical entry", text=True)] if "education" in rows else []),
    ]  # fmt: skip
    made = []
    for _, row in rows.iterrows():
        cells: dict[str, str] = {
            "occupation": str(row["occupation_title"]) + (" (in demand)" if row.get("listed", False) else ""), "sector": str(row["sector_title"]), "jobs": figures.about(row, "employment"),
            **{name: figures.rounded_pay(row, name) for name in ("pay_p10", "pay_p50", "pay_p90")},
        }  # fmt: skip
        if "openings" in rows:
            cells["openings"] = figures.about(row, "openings")
        if awards and pd.notna(row["awards"]):
            cells["awards"] = figures.rounded_jobs(row["awards"])
        if local:
            cells["local"] = figures.rounded_pay(row, "local_pay_p50")
        if "education" in rows:
            cells["education"] = short_education(str(row["education"]))
        made.append(cells)
    return Sheet("occupations", "Main occupations of the first sectors", columns, made, first=_FIRST)


def training_table(rows: pd.DataFrame) -> Sheet:
    """Openings that ask for a level of education, beside what colleges in reach complete at that level.

    Parameters
    ----------
    rows : DataFrame
        A region's rows of the training result.
    """
    rows = rows[rows["education"] != ""]
    year = int(rows["completions_year"].iloc[0]) if len(rows) else 0
    group = f"Completions {year}" if year else "Completions"
    columns = [
        Column("title", "Level", text=True), Column("openings", "Openings a year that ask for it"),
        Column("inside", "In the region", group), Column("near", "Near it", group),
    ]  # fmt: skip
    made = [
        {
            "title": str(row["title"]),
            "openings": figures.about(
                pd.Series({"n": float("nan"), "n_low": row["openings_low"], "n_high": row["openings_high"]}),
                "n",
            ),
            "inside": _completed(row["completions_inside"]),
            "near": _completed(row["completions"] - row["completions_inside"]),
        }
        for _, row in rows.iterrows()
    ]
    return Sheet("training", "Openings and completions by level", columns, made)


def _completed(value: float) -> str:
    return "" if pd.isna(value) else Figure(figures.rounded_jobs(value), "exact", value)


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


#: Entry education as the Bureau of Labor Statistics words it, shorter.
_EDUCATION = {
    "No formal educational credential": "none",
    "High school diploma or equivalent": "high school",
    "Some college, no degree": "some college",
    "Postsecondary nondegree award": "certificate",
    "Doctoral or professional degree": "doctoral or professional",
}


def short_education(education: str) -> str:
    """Typical entry education in a word or two.

    >>> short_education("Postsecondary nondegree award"), short_education("Bachelor's degree")
    ('certificate', "bachelor's")
    """
    return _EDUCATION.get(education, education.removesuffix(" degree").lower()) or "\N{EN DASH}"
