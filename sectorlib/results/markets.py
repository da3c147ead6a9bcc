"""Labor markets: which, how good, how certain."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sectorlib import labor_markets
from sectorlib.areas import area_names
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.registry import AREA, Results, gives, titled
from sectorlib.schemas import MEMBERSHIP, Column, Table
from sectorlib.study import LaborMarkets, Study

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
        Column("system", "text", "", "the delineation"),
        Column("n_areas", "number", "areas", "labor markets in the whole matrix"),
        Column("n_counties", "number", "counties", "in a labor market"),
        Column("n_unassigned", "number", "counties", "with flows and no labor market"),
        Column("singletons", "number", "areas", "labor markets of one county"),
        Column("supply_side", "number", "share", "of resident workers who work in their market"),
        Column("demand_side", "number", "share", "of jobs held by residents of their market"),
        Column("self_containment_p10", "number", "share", "10th percentile over markets of the weaker side"),
        Column("largest_share", "number", "share", "of resident workers in the largest market"),
        Column("modularity", "number", "", "of the partition on the flows"),
        Column("share_valid", "number", "share", "of counties in a market that passes the travel-to-work rule"),
    ),
    grain="delineation, over the whole matrix",
)  # fmt: skip

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
        Column("core", "code", "", "the county that is most often the largest of its market"),
        Column("probability", "number", "share", "of draws in which it is in one market with that county"),
        Column("other_core", "code", "", "the core it is with most often otherwise"),
        Column("other_probability", "number", "share", "of draws in which it is with that one"),
        Column("overlap", "number", "share", "of counties around it that its market as drawn has in common with draws"),
    ),
    grain="county, over draws of flows within their margins of error",
)  # fmt: skip

LABOR_MARKET_COMPARISON = Table(
    "labor-market-comparison", ("member", "method"),
    (
        *_COUNTY_MARKET,
        Column("method", "text", "", "another way to draw labor markets, with its shipped parameters"),
        Column("other_group", "code", "", "the county's market by that method"),
        Column("overlap", "number", "share", "of jobs in either market, those in both"),
        Column("moved", "flag", "", "its market is not the match of the study's"),
        Column("adjusted_rand", "number", "", "agreement of both delineations over the whole matrix; 1 is the same"),
    ),
    grain="county and method",
)  # fmt: skip


@gives(LABOR_MARKETS, "The labor market of each county of the study.")
def _labor_markets(results: Results) -> pd.DataFrame:
    study = results.study
    whole = study.whole_markets
    markets = study.markets
    names = area_names(markets["member"], study.names if study.file.names else None)
    jobs = (
        pd.Series(dtype=float)
        if study.flows is None
        else study.flows.groupby("work", observed=True)["workers"].sum()
    )
    outside = labor_markets.share_outside(whole, study.counties, jobs)
    markets = markets.assign(member_name=names).merge(outside, left_on="group", right_index=True, how="left")
    return LABOR_MARKETS.select(markets)


@gives(SELF_CONTAINMENT, "How far each region's workers live and work in it.")
def _self_containment(results: Results) -> pd.DataFrame:
    study = results.study
    table = labor_markets.self_containment(_flows(study), study.regions)
    return SELF_CONTAINMENT.select(titled(table.reset_index(names="area"), study))


@gives(LABOR_MARKET_QUALITY, "How self-contained the labor markets are.")
def _labor_market_quality(results: Results) -> pd.DataFrame:
    study = results.study
    return LABOR_MARKET_QUALITY.select(labor_markets.quality(_flows(study), study.whole_markets))


@gives(LABOR_MARKET_STABILITY, "How certain each county's labor market is.")
def _labor_market_stability(results: Results) -> pd.DataFrame:
    study = results.study
    drawn = study.file.labor_markets or LaborMarkets()
    if drawn.method == "file":
        raise NotSupportedError(
            "the study's labor markets come from a file",
            "labor markets drawn from flows, which can be drawn again",
            "name a method instead, such as `labor_markets: {method: travel-to-work}`",
        )
    parameters: dict[str, Any] = dict(drawn.parameters)
    certain = labor_markets.stability(_flows(study), drawn.method, **parameters)
    certain = certain[certain["member"].isin(study.counties)]
    return LABOR_MARKET_STABILITY.select(_with_market_names(certain, study))


@gives(LABOR_MARKET_COMPARISON, "The labor markets beside those of other methods.")
def _labor_market_comparison(results: Results) -> pd.DataFrame:
    study = results.study
    flows, own = _flows(study), study.whole_markets
    method_of_own = (study.file.labor_markets or LaborMarkets()).method
    jobs = flows.groupby("work", observed=True)["workers"].sum()
    parts = []
    for method in (m for m in labor_markets.METHODS if m != method_of_own):
        other = labor_markets.delineate(flows, method)
        part = labor_markets.compare(own, other.assign(group="LM" + other["group"]), jobs)
        parts.append(part.assign(method=method, adjusted_rand=labor_markets.adjusted_rand(own, other)))
    compared = pd.concat(parts, ignore_index=True).rename(
        columns={"group_a": "group", "group_b": "other_group"}
    )
    compared = compared[compared["member"].isin(study.counties)]
    return LABOR_MARKET_COMPARISON.select(_with_market_names(compared, study))


def _flows(study: Study) -> pd.DataFrame:
    if study.flows is None:
        raise NotSupportedError(
            "the study names no commuting flows", "county-to-county flows", "add `flows: PATH` to the study"
        )
    return study.flows


def _with_market_names(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Rows of counties with the study's market of each, and the counties' names."""
    own = study.markets.drop_duplicates("member").set_index("member")[["group", "title"]]
    names = study.names if study.file.names else None
    return table.assign(
        group=table["member"].map(own["group"]),
        title=table["member"].map(own["title"]),
        member_name=area_names(table["member"], names),
    )
