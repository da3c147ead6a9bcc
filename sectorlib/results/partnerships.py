"""From ranks to partnerships: neighbors with the same sector, the readiness sheet, and a suggested sequence."""

from __future__ import annotations

import pandas as pd

from sectorlib import targeting
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.resources import definitions
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.sectors import WHOLE, with_sector_titles
from sectorlib.results.shared import AREA, SECTOR, between_regions, titled
from sectorlib.schemas import Column, Table
from sectorlib.targeting import Targets

PORTFOLIO = Table(
    "portfolio", ("sector", "area", "neighbor"),
    (
        *SECTOR,
        Column("area", "code", "", "a region"),
        Column("area_name", "text", "", "its name"),
        Column("neighbor", "code", "", "a region that touches it, with the sector on its short list too"),
        Column("neighbor_name", "text", "", "its name"),
        Column("rank", "number", "rank", "in the region"),
        Column("neighbor_rank", "number", "rank", "in the neighbor"),
        Column("jobs_estimate", "number", "jobs", "of the sector in both, withheld parts estimated"),
        Column("establishments", "number", "establishments", "of the sector in both, those that are published"),
        Column("workers_between", "number", "workers", "who live in one and work in the other, all industries"),
        Column("regions", "number", "regions", "of the study with the sector on the short list"),
    ),
    grain="pair of neighboring regions",
)  # fmt: skip

SHEET = Table(
    "readiness-sheet", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("rank", "number", "rank", "as ranked"),
        *(Column(name, "text", "0 to 3", question) for name, question in targeting.readiness_questions().items()),
        Column("by", "text", "", "who answered"),
        Column("why", "text", "", "on what grounds"),
    ),
    grain="region; a blank sheet to be filled in",
)  # fmt: skip

SEQUENCE = Table(
    "target-sequence", ("area", "sector"),
    (
        *AREA[1:], *SECTOR,
        Column("step", "number", "place", "1 comes first"),
        Column("suggestion", "code", "", "begin, later, prepare, or join a partnership that runs"),
        Column("strength", "number", "share", "score over 100"),
        Column("readiness", "number", "share", "of the highest total of the readiness sheet"),
        Column("certainty", "number", "share of simulations", "among the first three"),
        Column("overlap", "number", "share",
               "of a running partnership's employers that are in the sector; of its jobs by code where no employers are listed"),
        Column("shared_employers", "number", "employers", "of that partnership in the sector; missing where none are listed"),
        Column("running", "text", "", "the partnership with the most overlap"),
        Column("priority", "number", "share", "mean of strength, readiness, certainty and 1 less overlap"),
        Column("establishments", "number", "establishments", "of the sector here, those that are published"),
        Column("neighbors", "text", "", "regions that touch, with the sector on their short lists too"),
        Column("segment", "text", "", "the sector's most concentrated segment here; blank if it has one alone"),
        Column("setting", "code", "", "rural, middle or urban, by the region's jobs"),
        Column("advice", "text", "", "for a place of this size"),
    ),
    grain="region",
)  # fmt: skip


@gives(
    PORTFOLIO,
    "The same sector on the short list of neighboring regions: candidates for one partnership.",
    rests_on=["targets"],
    told_by_figures=True,
)
def _portfolio(results: Results) -> pd.DataFrame:
    study, targets = results.study, results["targets"]
    ranks = targets.loc[targets["rank"].notna(), ["area", "sector", "rank", "short_list"]]
    ranks = ranks.assign(jobs=targets["employment_estimate"]).merge(
        _establishments(targets, results.targets), on=["area", "sector"]
    )
    region = study.regions[["member", "group"]]
    flows = None
    if study.flows is not None:
        flows = between_regions(study.flows, region)
    table = targeting.portfolio(ranks, results.touching, flows).rename(columns={"jobs": "jobs_estimate"})
    if table.empty:
        raise NotSupportedError(
            "no two neighboring regions have the same sector on their short lists",
            "two regions or more that touch",
            "see the short list of each region in `targets`",
        )
    listed = targets[targets["short_list"]].groupby("sector")["area"].nunique()
    table["regions"] = table["sector"].map(listed)
    table = titled(with_sector_titles(table, study.sectors), study)
    names = titled(table[["neighbor"]].rename(columns={"neighbor": "area"}), study)["area_name"]
    return PORTFOLIO.select(table.assign(neighbor_name=names.to_numpy()))


@gives(
    SHEET,
    "A blank readiness sheet for the sectors on each short list, to be filled in by the region's partners.",
    rests_on=["targets"],
)
def _sheet(results: Results) -> pd.DataFrame:
    targets = results["targets"]
    listed = targets[targets["short_list"]]
    return SHEET.select(
        targeting.readiness_sheet(listed[["area", "area_name", "sector", "sector_title", "rank"]])
    )


@gives(
    SEQUENCE,
    "A suggested sequence of partnerships, once the readiness sheet is filled in.",
    needs=[needs.READINESS],
    rests_on=["targets"],
)
def _sequence(results: Results) -> pd.DataFrame:
    study, targets = results.study, results["targets"]
    answers = needs.READINESS(results)
    running = study.partnerships
    overlap = None
    if running is not None:
        _known_regions(running, results)
        overlap = targeting.overlap_with_running(results.targets.panels.makeup, study.sectors, running)
    _known_regions(answers, results)
    table = targeting.suggested_sequence(targets[targets["rank"].notna()], answers, overlap)
    settings = targets.drop_duplicates("area").set_index("area")["setting"]
    advice = {
        name: s["advice"].strip()
        for name, s in definitions("criteria")["settings"].items()
        if isinstance(s, dict)
    }
    table["setting"] = table["area"].map(settings)
    table["advice"] = table["setting"].map(advice)
    key = ["area", "sector"]
    for part in (
        _establishments(targets, results.targets),
        _neighbors_of(results),
        _strongest_segment(results["sectors"]),
    ):
        table = table.merge(part, on=key, how="left")
    texts = ["neighbors", "segment", "running"]
    return SEQUENCE.select(
        titled(with_sector_titles(table.fillna(dict.fromkeys(texts, "")), study.sectors), study)
    )


# --- parts -------------------------------------------------------------------------------------------


def _establishments(targets: pd.DataFrame, made: Targets) -> pd.DataFrame:
    """Published establishments of each sector of each region."""
    now = made.panels.areas[made.panels.areas["year"] == made.panels.year]
    now = now[["area", "industry", "establishments_low"]].set_axis(
        ["area", "sector", "establishments"], axis=1
    )
    return targets[["area", "sector"]].merge(now, on=["area", "sector"], how="left")


def _neighbors_of(results: Results) -> pd.DataFrame:
    """The regions that touch each region with the same sector on their short lists, by name."""
    columns = ["area", "sector", "neighbors"]
    portfolio = results.given("portfolio")
    if portfolio is None:
        return pd.DataFrame(columns=columns, dtype="str")
    pairs = portfolio[["sector", "area", "area_name", "neighbor", "neighbor_name"]]
    turned = pairs.set_axis(["sector", "neighbor", "neighbor_name", "area", "area_name"], axis=1)
    both = pd.concat([pairs, turned], ignore_index=True).sort_values("neighbor_name")
    return both.groupby(["area", "sector"])["neighbor_name"].agg("; ".join).rename("neighbors").reset_index()


def _strongest_segment(made: pd.DataFrame) -> pd.DataFrame:
    """The most concentrated segment of each sector of several, in words."""
    parts = made[(made["segment"] != WHOLE) & made["location_quotient_estimate"].notna()]
    parts = parts[parts.groupby(["area", "sector"])["segment"].transform("size") > 1]
    first = parts.sort_values("location_quotient_estimate").groupby(["area", "sector"]).tail(1)
    about = pd.Series("", index=first.index).mask(first["disclosure"] != "disclosed", "about ")
    quotient = about + first["location_quotient_estimate"].map("{:.2f}".format).astype("str")
    text = first["segment"] + " (" + first["note"] + "): location quotient " + quotient
    return first[["area", "sector"]].assign(segment=text)


def _known_regions(table: pd.DataFrame, results: Results) -> None:
    """Raise where people wrote down an area that is no region of the study."""
    known = set(results["regions"]["area"])
    for area in table["area"]:
        if area not in known:
            raise UnknownNameError.unknown_name("region", area, known)
