"""What has changed: growth and shift-share."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from sectorlib.exceptions import NotSupportedError
from sectorlib.growth import METHODS, dynamic_shift_share, growth, shift_share
from sectorlib.lookup import matched
from sectorlib.naics import TOTAL, crosses_break
from sectorlib.results import needs
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, INDUSTRY, SPAN, named, with_grain
from sectorlib.schemas import Column, Table

GROWTH = Table(
    "growth", ("area", "industry", "ownership", "start_year", "end_year"),
    (
        *AREA, *INDUSTRY, *SPAN,
        Column("start_employment", "number", "jobs", "in the first year"),
        Column("end_employment", "number", "jobs", "in the last year"),
        Column("start_disclosure", "code", "", "how the first year is known"),
        Column("end_disclosure", "code", "", "how the last year is known"),
        Column("change", "number", "jobs", "last less first"),
        Column("percent_change", "number", "percent", "of the first year"),
        Column("percent_change_low", "number", "percent", "the least it can be, from withheld cells"),
        Column("percent_change_high", "number", "percent", "the most it can be, from withheld cells"),
        Column("compound_annual_growth", "number", "percent a year", "compound"),
        Column("contracting", "flag", "", "jobs are known to have fallen"),
        Column("crosses_break", "flag", "", "the code changed its meaning in between"),
        Column("county_break", "flag", "", "no change is given: at an end, the files have other counties than the study"),
    ),
    grain="region, county and base",
)  # fmt: skip

GROWTH_REST = Table(
    "growth-rest", GROWTH.key,
    tuple(c for c in GROWTH.columns if c.name not in ("grain", "county_break")),
    grain="region that has a rest of the base: jobs of the base without the region",
)  # fmt: skip

SHIFT_SHARE = Table(
    "shift-share", GROWTH.key,
    (
        *AREA[1:], *INDUSTRY, *SPAN,
        Column("start_employment", "number", "jobs", "in the first year"),
        Column("end_employment", "number", "jobs", "in the last year"),
        Column("change", "number", "jobs", "last less first"),
        Column("national", "number", "jobs", "had the industry grown as the base economy did"),
        Column("mix", "number", "jobs", "the industry's growth in the base beyond that"),
        Column("competitive", "number", "jobs", "not explained by national and industry trends"),
        Column("not_compared", "number", "jobs", "change of what is withheld, appears, vanishes or is rounded"),
        Column("status", "text", "", "compared, appeared, vanished, base unknown, withheld, remainder, total"),
        Column("crosses_break", "flag", "", "the code changed its meaning in between"),
    ),
    grain="region; industry 10 is the total of its rows",
)  # fmt: skip

SHIFT_SHARE_REST = Table(
    "shift-share-rest", SHIFT_SHARE.key, SHIFT_SHARE.columns,
    grain="region that has a rest of the base; industry 10 is the total of its rows",
)  # fmt: skip

SHIFT_SHARE_METHODS = Table(
    "shift-share-methods", (*SHIFT_SHARE.key, "method", "component"),
    (
        *AREA[1:], *INDUSTRY, *SPAN,
        Column("method", "text", "", "dunn, esteban-marquillas, arcelus; dynamic is dunn summed year by year"),
        Column("component", "text", "", "part of the change; not_compared is what no method explains"),
        Column("jobs", "number", "jobs", "over an industry and a method, parts known add up to its change"),
    ),
    grain="region; industry 10 is the total",
)  # fmt: skip

#: The method that is Dunn's, year by year.
_DYNAMIC = "dynamic"


def _rest(table: str) -> Callable[[Basis], pd.DataFrame]:
    """The base without each region; the table to see instead is named where no region has one."""

    def need(results: Basis) -> pd.DataFrame:
        rest = results.rest_of_base
        rest = rest[rest["area"].isin(results.study.regions["group"])]
        if rest.empty:
            raise NotSupportedError(
                "nothing of the base lies outside any region, or nobody knows which counties the base has",
                "regions that are a part of a state, of the nation or of all of the study's counties",
                f"see the table {table}, whose base holds the regions themselves",
            )
        return rest

    return need


@gives(
    GROWTH, "Change of employment over recent years and over the whole panel.", needs=[needs.years_compared]
)
def _growth(results: Results) -> pd.DataFrame:
    rows = results.reported
    parts = [growth(rows, start, end) for start, end in results.spans()]
    frame = with_grain(pd.concat(parts, ignore_index=True), rows)
    return GROWTH.select(named(_with_county_breaks(frame, results), results.study))


@gives(
    GROWTH_REST,
    "Change of employment in the base without the region itself, which a region's own change is compared with.",
    needs=[needs.years_compared, _rest("growth")],
)
def _growth_rest(results: Results) -> pd.DataFrame:
    rest = _rest("growth")(results)
    parts = [growth(rest, start, end) for start, end in results.spans()]
    return GROWTH_REST.select(named(pd.concat(parts, ignore_index=True), results.study))


def _with_county_breaks(frame: pd.DataFrame, results: Results) -> pd.DataFrame:
    """The table with whether a part of each area has no figures of its own at an end, since its code is newer."""
    breaks, regions = results.study.county_codes.breaks, results.study.regions
    of_regions = breaks.merge(regions, left_on="area", right_on="member")[["group", "year"]]
    every = {*zip(of_regions["group"], of_regions["year"], strict=True)}
    every |= {*zip(breaks["area"], breaks["year"], strict=True)}
    areas = frame["area"].astype(str)
    broken = [
        (area, start) in every or (area, end) in every
        for area, start, end in zip(areas, frame["start_year"], frame["end_year"], strict=True)
    ]
    return frame.assign(county_break=broken)


@gives(
    SHIFT_SHARE,
    "Change set beside the base economy's trends (Dunn).",
    needs=[needs.years_compared, needs.sectors],
)
def _shift_share(results: Results) -> pd.DataFrame:
    study, regions = results.study, _regions(results)
    parts = []
    for start, end in results.spans():
        table = shift_share(regions, study.panel, study.base_area, start, end)
        table = _with_totals(table, [*METHODS["dunn"], "not_compared"], _totals(results))
        parts.append(table.assign(crosses_break=crosses_break(table["industry"], start, end)))
    return SHIFT_SHARE.select(_named(pd.concat(parts, ignore_index=True), results))


@gives(
    SHIFT_SHARE_REST,
    "Change set beside the trends of the base without the region itself (Dunn).",
    needs=[needs.years_compared, needs.sectors, _rest("shift-share")],
)
def _shift_share_rest(results: Results) -> pd.DataFrame:
    rest, regions = results.rest_of_base, _regions(results)
    parts = []
    for area in regions["area"].unique():
        base = rest[rest["area"] == area]
        if base.empty:  # the region is all of its base
            continue
        mine = regions[regions["area"] == area]
        for start, end in results.spans():
            table = shift_share(mine, base, area, start, end)
            table = _with_totals(table, [*METHODS["dunn"], "not_compared"], _totals(results))
            parts.append(table.assign(crosses_break=crosses_break(table["industry"], start, end)))
    return SHIFT_SHARE_REST.select(_named(pd.concat(parts, ignore_index=True), results))


@gives(
    SHIFT_SHARE_METHODS,
    "The same change by each method of shift-share, one row for each component.",
    needs=[needs.years_compared, needs.sectors],
)
def _shift_share_methods(results: Results) -> pd.DataFrame:
    study, regions = results.study, _regions(results)
    against = (regions, study.panel, study.base_area)
    ids = [c for c in SHIFT_SHARE_METHODS.key if c not in ("method", "component")]
    parts = []
    for start, end in results.spans():
        tables = {m: shift_share(*against, start, end, method=m) for m in METHODS}
        tables[_DYNAMIC] = dynamic_shift_share(*against, start, end)
        for method, table in tables.items():
            components = [*METHODS.get(method, METHODS["dunn"]), "not_compared"]
            table = _with_totals(table, components, _totals(results))
            long = table.melt(ids, components, "component", "jobs").dropna(subset="jobs")
            parts.append(long.assign(method=method))
    frame = pd.concat(parts, ignore_index=True)
    order = [c for c in SHIFT_SHARE_METHODS.key if c != "component"]
    return SHIFT_SHARE_METHODS.select(_named(frame.sort_values(order, kind="stable"), results))


def _regions(results: Results) -> pd.DataFrame:
    rows = results.reported
    return rows[(rows["ownership"] == results.study.ownership) & (rows["grain"] == "region")]


def _totals(results: Results) -> pd.DataFrame:
    table = results["growth"]
    return table[table["industry"] == TOTAL]


def _with_totals(table: pd.DataFrame, components: list[str], totals: pd.DataFrame) -> pd.DataFrame:
    """The table with a row for all industries of each area: the sum of its rows, and its own jobs and change.

    Components are summed over what is compared; what is not compared is missing where the area's change is.
    """
    keys = ["area", "ownership", "start_year", "end_year"]
    sums = table.groupby(keys, observed=True)[components].sum(min_count=1).reset_index()
    own = matched(sums, totals, keys, ["start_employment", "end_employment", "change"])
    sums["not_compared"] = sums["not_compared"].where(own["change"].notna())
    sums = sums.join(own).assign(industry=TOTAL, status="total")
    return pd.concat([table, sums[[c for c in table.columns if c in sums]]], ignore_index=True)


def _named(frame: pd.DataFrame, results: Results) -> pd.DataFrame:
    titles = {"NAICS withheld": "Not compared"}
    return named(frame, results.study).replace({"industry_title": titles})
