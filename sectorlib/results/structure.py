"""What an area's economy is made of and what it pays: concentration, specialization, wages."""

from __future__ import annotations

import pandas as pd

from sectorlib import concentration, naics
from sectorlib.areas import is_county
from sectorlib.exceptions import NotSupportedError
from sectorlib.lookup import matched
from sectorlib.naics import TOTAL
from sectorlib.results import needs
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import (
    AREA,
    BESIDE,
    CELL,
    INDUSTRY,
    NATION_YEAR,
    YEAR,
    named,
    titled,
    with_grain,
)
from sectorlib.schemas import PANEL, Column, Table

CONCENTRATION = Table(
    "concentration", PANEL.key,
    (
        *AREA, *INDUSTRY, YEAR, *CELL,
        Column("location_quotient", "number", "ratio", "share of jobs over the base's share", optional=True),
        Column("location_quotient_low", "number", "ratio", "the least it can be in its year, from suppressed cells"),
        Column("location_quotient_high", "number", "ratio", "the most it can be in its year, from suppressed cells"),
        Column(
            "location_quotient_churn_low", "number", "ratio",
            "lower end of a 95 % interval for the movement of a usual year, around what suppressed cells leave open; "
            "missing without neighboring years",
        ),
        Column("location_quotient_churn_high", "number", "ratio", "upper end of the same interval"),
        *BESIDE,
        NATION_YEAR,
        Column("stability", "code", "", "one establishment: one more or less carries the quotient over 1"),
        Column(
            "quadrant", "code", "",
            "latest year, by growth over recent years: star, mature, emerging, transforming; undecided where the "
            "interval of either (without churn: low and high) straddles its cut",
        ),
        Column("traded", "code", "", "traded or local in the nation, or as the study lists it; unknown where the nation does not tell"),
        Column("denominator", "text", "", "totals of all ownerships (BLS convention) or of the same ownership"),
    ),
    grain="region, county and base",
)  # fmt: skip

#: Where a quotient may be a year on.
_CHURN = ("location_quotient_churn_low", "location_quotient_churn_high")

SPECIALIZATION = Table(
    "specialization", ("area", "ownership", "year"),
    (
        *AREA, INDUSTRY[2], YEAR,
        Column("level", "text", "", "NAICS level of the industries"),
        Column("industries", "count", "industries", "whose jobs are known", label="Industries with known jobs"),
        Column("suppressed", "count", "industries", "whose jobs are suppressed"),
        Column("known_share", "number", "share", "of the area's jobs that are in industries with known jobs"),
        Column("covered_share", "number", "share", "of jobs, those known and the least that the others can hold; missing without the total"),
        *(
            Column(f"{index}{end}", "number", unit, f"{meaning}{words}")
            for index, unit, meaning in (
                ("herfindahl", "index", "sum of squared shares of jobs"),
                ("entropy", "nats", "diversity of the mix of industries"),
                ("krugman", "index", "sum of differences from the shares of the larger area, 0 to 2"),
                ("hachman", "index", "likeness to the mix of the larger area, 1 is the same"),
                ("theil", "nats", "relative entropy of the mix from that of the larger area, 0 is the same"),
            )
            for end, words in (("", ""), ("_low", ": the least it can be"), ("_high", ": the most it can be"))
        ),
    ),
    grain="region, county and base",
)  # fmt: skip


#: Industries that nobody has classified: no sector.
_UNCLASSIFIED = "99"


@gives(
    CONCENTRATION,
    "Location quotients: what withheld cells leave open, how far they move, and what they make of it.",
)
def _concentration(results: Results) -> pd.DataFrame:
    study, rows, how = results.study, results.reported, results.denominator
    against = (study.panel, study.base_area)
    bounds = concentration.location_quotient_bounds(rows, *against, denominator=how)
    interval = _interval(results, rows, bounds)
    steady = concentration.stability(rows, *against, denominator=how)
    placed = (rows["industry"] != TOTAL) & (rows["grain"] != "base")
    rows = rows.assign(
        location_quotient=steady["location_quotient"],
        **bounds,
        **interval,
        **_beside(results, rows),
        stability=steady["stability"].where(placed),
        quadrant=_quadrants(results, rows[placed], bounds if interval.isna().all(axis=None) else interval),
        traded=concentration.traded_industries(rows["industry"], dict(study.file.traded))["kind"],
        denominator=how,
    )
    return CONCENTRATION.select(named(rows[rows["ownership"] == study.ownership], study))


def _beside(results: Results, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Quotients beside the nation and beside the rest of the base, with the least and the most each can be."""
    study, how = results.study, results.denominator
    rest = concentration.rest_shares(results.rest_of_base, how)
    found = {
        "rest": concentration.quotient_of_shares(rows, rest, ["area", "industry", "ownership", "year"], how)
    }
    if study.benchmark is not None:
        nation = study.benchmark.of(how)
        found["nation"] = concentration.quotient_of_shares(
            rows, nation, ["industry", "ownership", "year"], how
        )
    out: dict[str, pd.Series] = {c.name: pd.Series(float("nan"), index=rows.index) for c in BESIDE}
    for name, table in found.items():
        for end in ("", "_low", "_high"):
            out[f"location_quotient_{name}{end}"] = table[f"quotient{end}"]
    if study.benchmark is not None:
        years = {int(year): study.benchmark.year_of(int(year)) for year in study.years}
        out["nation_year"] = rows["year"].map(years).astype("Int64")
    return out


def _interval(results: Results, rows: pd.DataFrame, bounds: pd.DataFrame) -> pd.DataFrame:
    """Where quotients will likely be a year on; missing where the study has no neighboring years to learn from."""
    study = results.study
    try:
        churn = concentration.location_quotient_churn(
            rows[is_county(rows["area"])], study.panel, study.base_area, results.denominator
        )
    except NotSupportedError:
        return pd.DataFrame(float("nan"), bounds.index, list(_CHURN))
    # Rows that were withheld altogether lack their establishments: as many as their least jobs need at the base's size.
    base = study.panel[study.panel["area"] == study.base_area]
    base = base.assign(size=base["employment"] / base["establishments"].where(base["establishments"] > 0))
    size = matched(rows, base, ["industry", "ownership", "year"], ["size"])["size"]
    establishments = rows["establishments"].fillna(rows["employment_low"] / size.where(size > 0))
    return concentration.location_quotient_interval(bounds, establishments, churn)


def _quadrants(results: Results, rows: pd.DataFrame, ends: pd.DataFrame) -> pd.Series | None:
    """The quadrant of the latest year's rows; None where the study has one year."""
    growth = results.given("growth")
    if growth is None:
        return None
    rows = rows[rows["year"] == results.study.years[-1]]
    growth = growth[growth["start_year"] == results.spans()[0][0]]
    change = matched(
        rows, growth, ["area", "industry", "ownership"], ["percent_change_low", "percent_change_high"]
    )
    return concentration.quadrant(ends.loc[rows.index], change)


def _covered(rows: pd.DataFrame) -> pd.Series:
    """Share of an area's jobs that published figures of its industries cover, by area, year and level."""
    level = naics.levels(rows["industry"]).astype("str")
    least = rows["employment"].fillna(rows["employment_low"])
    named = rows.assign(area=rows["area"].astype("str"), level=level, least=least)
    named = named[rows["industry"].astype("str") != _UNCLASSIFIED]
    sums = named.groupby(["area", "year", "level"])["least"].sum()
    total = named[named["level"] == "total"].set_index(["area", "year"])["employment"]
    whole = total.reindex(sums.reset_index("level").index).to_numpy()
    return (sums / whole).clip(upper=1).where(whole > 0).rename("covered_share")


@gives(SPECIALIZATION, "How specialized an area is, by itself and beside the base.", needs=[needs.sectors])
def _specialization(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    mine = rows[rows["ownership"] == study.ownership]
    table = concentration.specialization(mine, study.panel, study.base_area)
    table = table.join(_covered(mine), on=["area", "year", "level"])
    return SPECIALIZATION.select(titled(with_grain(table, rows), study))
