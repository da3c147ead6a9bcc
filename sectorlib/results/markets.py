"""Labor markets: which, how good, how certain."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sectorlib import labor_markets
from sectorlib.areas import area_names
from sectorlib.exceptions import NotSupportedError
from sectorlib.membership import NONE
from sectorlib.results import needs
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, titled
from sectorlib.schemas import MEMBERSHIP, Column, Table
from sectorlib.sources.commuting import read_commuting, read_segments
from sectorlib.sources.lodes import SEGMENTS
from sectorlib.study import LaborMarkets, Study
from sectorlib.study.store import store_of_tables

LABOR_MARKETS = Table(
    "labor-markets", MEMBERSHIP.key,
    (
        Column("member", "code", "", "county of the study"),
        Column("member_name", "text", "", "its name"),
        Column("group", "code", "", "labor market: LM and the code of its largest county, or of the study's file"),
        Column("title", "text", "", "the labor market's name, after its largest counties"),
        Column("weight", "number", "share", "share of the county in the market"),
        Column("system", "text", "", "the kind of group"),
        Column("counties", "number", "counties", "in the whole market"),
        Column("share_of_counties_outside", "number", "share", "of the market's counties, outside the study"),
        Column("share_of_jobs_outside", "number", "share", "of the market's commuting jobs, outside the study"),
        Column("share_of_workers_outside", "number", "share", "of the workers who live in the market, those who live outside the study"),
        Column("pieces", "number", "pieces", "of the whole market on the map; 1 is over land or a declared crossing"),
    ),
    grain="county",
)  # fmt: skip

SELF_CONTAINMENT = Table(
    "self-containment", ("area",),
    (
        *AREA[1:],
        Column("residents", "number", "workers", "who live in the region"),
        Column("jobs", "number", "workers", "who work in it"),
        Column("internal", "number", "workers", "who do both"),
        Column("supply_side", "number", "share", "of resident workers who work in it"),
        Column("demand_side", "number", "share", "of its jobs held by residents"),
        Column("self_containment", "number", "share", "the smaller of both"),
    ),
    grain="region",
)  # fmt: skip

LABOR_MARKET_QUALITY = Table(
    "labor-market-quality", ("system",),
    (
        Column("system", "text", "", "the delineation: the study's own first, then other methods and files"),
        Column("parameters", "text", "", "of the method, in the units of data/labor_markets.yaml"),
        Column("n_areas", "number", "areas", "labor markets in the whole matrix"),
        Column("n_counties", "number", "counties", "in a labor market"),
        Column("n_unassigned", "number", "counties", "with flows and no labor market"),
        Column("singletons", "number", "areas", "labor markets of one county"),
        Column("median_counties", "number", "counties", "in a labor market, the median"),
        Column("most_counties", "number", "counties", "in a labor market, the most"),
        Column("supply_side", "number", "share", "of resident workers who work in their market"),
        Column("demand_side", "number", "share", "of jobs held by residents of their market"),
        Column("self_containment_p10", "number", "share", "10th percentile over markets of the weaker side"),
        Column("largest_share", "number", "share", "of resident workers in the largest market"),
        Column("modularity", "number", "index", "of the partition on the flows"),
        Column("share_valid", "number", "share", "of counties in a market that passes the travel-to-work rule"),
        Column("not_contiguous", "number", "areas", "labor markets in several pieces on the map"),
        Column("metropolitan_split", "number", "areas", "metropolitan areas that are not wholly in one market"),
        Column("adjusted_rand", "number", "index", "agreement with the study's own markets; 1 is the same"),
        Column("note", "text", "", "why a figure is missing, or what the flows do not cover"),
    ),
    grain="delineation, over the whole matrix",
)  # fmt: skip

#: How the study's own delineation is told from a method with its shipped parameters.
_OWN = "the study's own: "

_COUNTY_MARKET = (
    Column("member", "code", "", "county of the study"),
    Column("member_name", "text", "", "its name"),
    Column("group", "code", "", "its labor market"),
    Column("title", "text", "", "the labor market's name, after its largest counties"),
)

LABOR_MARKET_STABILITY = Table(
    "labor-market-stability", ("member",),
    (
        *_COUNTY_MARKET,
        Column("same_market", "number", "share", "of draws in which it is with most of its market, and that is most of the market drawn"),
        Column("otherwise", "code", "", "the other market it is with in most of the other draws; blank if it is by itself"),
        Column("otherwise_title", "text", "", "its name"),
        Column("core", "code", "", "the county that is most often the largest of its market"),
        Column("probability", "number", "share", "of draws in which it is in one market with that county"),
        Column("other_core", "code", "", "the core it is with most often otherwise"),
        Column("other_probability", "number", "share", "of draws in which it is with that one"),
        Column("overlap", "number", "share", "of counties around it that its market as drawn has in common with draws"),
    ),
    grain="county, over draws of flows within their margins of error",
)  # fmt: skip

LABOR_MARKET_SEGMENTS = Table(
    "labor-market-segments", ("member", "segment"),
    (
        *_COUNTY_MARKET[:2],
        Column("kind", "text", "", "how jobs are told apart: age, pay or industry"),
        Column("segment", "code", "", "segment of the jobs, as LODES writes it"),
        Column("segment_title", "text", "", "which jobs these are"),
        Column("group", "code", "", "the county's labor market for these jobs"),
        Column("title", "text", "", "its name, after its largest counties"),
        Column("counties", "number", "counties", "in that market"),
        Column("workers", "number", "workers", "with these jobs who live in the county"),
        Column("stay", "number", "share", "of them who work in that market"),
        Column("overlap", "number", "share", "of counties in either, those both in that market and in the one of all jobs"),
        Column("segment_areas", "number", "areas", "labor markets for these jobs in the whole matrix"),
        Column("adjusted_rand", "number", "index", "agreement with the markets of all jobs over the whole matrix"),
    ),
    grain="county and segment of jobs",
)  # fmt: skip

LABOR_MARKET_COMPARISON = Table(
    "labor-market-comparison", ("member", "method"),
    (
        *_COUNTY_MARKET,
        Column("method", "text", "", "another way to draw labor markets, with its shipped parameters"),
        Column("other_group", "code", "", "the county's market by that method"),
        Column("overlap", "number", "share", "of jobs in either market, those in both"),
        Column("moved", "flag", "", "its market is not the match of the study's"),
        Column("adjusted_rand", "number", "index", "agreement of both delineations over the whole matrix; 1 is the same"),
    ),
    grain="county and method",
)  # fmt: skip


@gives(
    LABOR_MARKETS, "The labor market of each county of the study.", figures=(), needs=[needs.labor_markets]
)
def _labor_markets(results: Results) -> pd.DataFrame:
    study = results.study
    whole = study.whole_markets
    markets = study.markets
    names = area_names(markets["member"], study.names if study.file.names else None)
    none = pd.Series(dtype=float)
    jobs, workers = (
        none if study.flows is None else study.flows.groupby(end, observed=True)["workers"].sum()
        for end in ("work", "home")
    )  # fmt: skip
    outside = labor_markets.share_outside(whole, study.counties, jobs, workers)
    markets = markets.assign(member_name=names, pieces=markets["group"].map(study.market_pieces))
    markets = markets.merge(outside, left_on="group", right_index=True, how="left")
    return LABOR_MARKETS.select(markets)


@gives(
    SELF_CONTAINMENT,
    "How far each region's workers live and work in it.",
    figures=(),
    needs=[needs.COMMUTING],
)
def _self_containment(results: Results) -> pd.DataFrame:
    study = results.study
    table = labor_markets.self_containment(needs.COMMUTING(results), study.regions)
    return SELF_CONTAINMENT.select(titled(table.reset_index(names="area"), study))


@gives(
    LABOR_MARKET_QUALITY,
    "How good the study's labor markets are, beside every other method and official ones.",
    figures=(),
    needs=[needs.COMMUTING, needs.labor_markets],
    told_by_figures=True,
)
def _labor_market_quality(results: Results) -> pd.DataFrame:
    study = results.study
    flows, commuting, metropolitan = _flows(results), needs.COMMUTING(results), study.metropolitan_areas
    own = (_own_name(study), _parameters(study), study.whole_markets)
    drawn = [
        (method, _written(labor_markets.method_parameters(method)), _delineated(flows, method))
        for method in labor_markets.METHODS
        if (own[0], own[1]) != (_OWN + method, _written(labor_markets.method_parameters(method)))
    ]
    named = [(name, "", table) for name, table in study.compared_markets.items()]
    stacked = pd.concat([table.assign(system=name) for name, _, table in (own, *drawn, *named)])
    table = labor_markets.quality(
        commuting,
        stacked,
        neighbors=study.neighbors,
        metropolitan=None if metropolitan is None else metropolitan[metropolitan["group"] != NONE],
    )
    table["parameters"] = [parameters for _, parameters, _ in (own, *drawn, *named)]
    table["adjusted_rand"] = [
        labor_markets.adjusted_rand(study.whole_markets, m) for _, _, m in (own, *drawn, *named)
    ]
    notes = []
    uncovered = 1 - flows["workers"].sum() / commuting["workers"].sum()
    if uncovered > 0:
        notes.append(f"{uncovered:.1%} of workers come from or go to states that the flows do not cover")
    if metropolitan is None:
        table["metropolitan_split"] = float("nan")
        notes.append("metropolitan_split: the study names no metropolitan areas")
    table["note"] = "; ".join(notes)
    return LABOR_MARKET_QUALITY.select(table)


def _drawn_from_flows(results: Basis) -> LaborMarkets:
    """How the study draws its labor markets, where it draws them."""
    drawn = _drawn(results.study)
    if drawn.method == "file":
        raise NotSupportedError(
            "the study's labor markets come from a file",
            "labor markets drawn from flows, which can be drawn again",
            "name a method instead, such as `labor_markets: {method: travel-to-work}`",
        )
    return drawn


@gives(
    LABOR_MARKET_STABILITY,
    "How certain each county's labor market is.",
    figures=(),
    needs=[needs.COMMUTING, _drawn_from_flows],
    told_by_figures=True,
)
def _labor_market_stability(results: Results) -> pd.DataFrame:
    study, drawn = results.study, _drawn_from_flows(results)
    flows, drawing = _flows(results), study.drawing
    # Of the whole matrix, so that it is the same for every study with these flows.
    certain = store_of_tables("stability", drawn.method, flows, drawing).recall(
        "stability", lambda: labor_markets.stability(flows, drawn.method, **drawing)
    )
    certain = certain[certain["member"].isin(study.counties)]
    titles = study.whole_markets.drop_duplicates("group").set_index("group")["title"]
    certain["otherwise"] = "LM" + certain["otherwise"]
    certain = certain.assign(otherwise_title=certain["otherwise"].map(titles))
    return LABOR_MARKET_STABILITY.select(_with_market_names(certain, study))


@gives(
    LABOR_MARKET_COMPARISON,
    "The labor markets beside those of other methods and official ones.",
    figures=(),
    needs=[needs.COMMUTING, needs.labor_markets],
    told_by_figures=True,
)
def _labor_market_comparison(results: Results) -> pd.DataFrame:
    study = results.study
    flows, own = _flows(results), study.whole_markets
    jobs = flows.groupby("work", observed=True)["workers"].sum()
    others = {m: _delineated(flows, m) for m in labor_markets.METHODS if m != _drawn(study).method}
    parts = []
    for method, other in (others | study.compared_markets).items():
        part = labor_markets.compare(own, other.assign(group="LM" + other["group"]), jobs)
        parts.append(part.assign(method=method, adjusted_rand=labor_markets.adjusted_rand(own, other)))
    compared = pd.concat(parts, ignore_index=True).rename(
        columns={"group_a": "group", "group_b": "other_group"}
    )
    compared = compared[compared["member"].isin(study.counties)]
    return LABOR_MARKET_COMPARISON.select(_with_market_names(compared, study))


def _segmented(results: Basis) -> None:
    """Flows that tell workers apart."""
    if results.study.built_in("flows"):
        raise NotSupportedError(
            "the built-in commuting flows do not tell jobs apart",
            "LODES origin-destination files, which have age, pay and industry",
            "name them under flows",
        )


@gives(
    LABOR_MARKET_SEGMENTS,
    "The labor markets of workers by age, pay and industry, from flows that tell them apart.",
    figures=(),
    needs=[needs.COMMUTING, _segmented],
    told_by_figures=True,
)
def _labor_market_segments(results: Results) -> pd.DataFrame:
    study = results.study
    files = study.files("flows", study.named("flows"))
    drawn = _drawn(study)
    method = LaborMarkets().method if drawn.method == "file" else drawn.method
    redrawn = study.drawing
    all_jobs = labor_markets.between_covered_states(
        read_commuting(files, mixed_years=study.file.mixed_flow_years)
    )
    everyone = labor_markets.delineate(all_jobs, method, **redrawn)
    parts = []
    for kind, titles in SEGMENTS.items():
        flows = read_segments(files, kind, study.file.mixed_flow_years)
        for segment, title in titles.items():
            if not (flows["segment"] == segment).any():
                continue
            part = _segment(flows[flows["segment"] == segment], everyone, method, redrawn)
            parts.append(part.assign(kind=kind, segment=segment, segment_title=title))
    table = pd.concat(parts, ignore_index=True)
    table = table[table["member"].isin(study.counties)]
    names = area_names(table["member"], study.names if study.file.names else None)
    return LABOR_MARKET_SEGMENTS.select(table.assign(member_name=names, group="LM" + table["group"]))


def _segment(
    flows: pd.DataFrame, everyone: pd.DataFrame, method: str, redrawn: dict[str, Any]
) -> pd.DataFrame:
    """The markets of one segment by county, beside those of all jobs."""
    markets = labor_markets.delineate(labor_markets.between_covered_states(flows), method, **redrawn)
    group = markets.set_index("member")["group"]
    homes, works = flows["home"].map(group), flows["work"].map(group)
    lives = flows.groupby("home")["workers"].sum()
    stays = flows["workers"].where(homes == works, 0.0).groupby(flows["home"]).sum()
    table = labor_markets.compare(markets, everyone)[["member", "overlap"]].merge(markets, on="member")
    return table.assign(
        counties=table["group"].map(markets.groupby("group").size()),
        workers=table["member"].map(lives).fillna(0.0),
        stay=table["member"].map(stays / lives),
        segment_areas=markets["group"].nunique(),
        adjusted_rand=labor_markets.adjusted_rand(markets, everyone),
    )


def _drawn(study: Study) -> LaborMarkets:
    return study.file.labor_markets or LaborMarkets()


def _own_name(study: Study) -> str:
    drawn = _drawn(study)
    usual = drawn.contiguous in (None, labor_markets.keeps_to_borders(drawn.method))
    differs = "" if usual else ", mended" if drawn.contiguous else ", not kept in one piece"
    how = "a file" if drawn.method == "file" else drawn.method + differs
    return _OWN + how


def _parameters(study: Study) -> str:
    drawn = _drawn(study)
    if drawn.method == "file":
        return ""
    return _written(labor_markets.method_parameters(drawn.method) | drawn.parameters)


def _written(parameters: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:,g}" for name, value in parameters.items())


def _flows(results: Results) -> pd.DataFrame:
    """What markets are drawn from: commuting between the states that the flows cover."""
    return needs.COMMUTING(results) if results.study.flows is None else needs.FLOWS(results)


def _delineated(flows: pd.DataFrame, method: str) -> pd.DataFrame:
    """Markets by a method with its shipped parameters: the same for every study with these flows."""
    made = store_of_tables("markets", method, flows)
    return made.recall("markets", lambda: labor_markets.delineate(flows, method))


def _with_market_names(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Rows of counties with the study's market of each, and the counties' names."""
    own = study.markets.drop_duplicates("member").set_index("member")[["group", "title"]]
    names = study.names if study.file.names else None
    return table.assign(
        group=table["member"].map(own["group"]),
        title=table["member"].map(own["title"]),
        member_name=area_names(table["member"], names),
    )
