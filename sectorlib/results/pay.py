"""What jobs pay: average pay, its tiers and how industries move between them, and components of job quality."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, wages
from sectorlib.areas import is_county
from sectorlib.lookup import matched
from sectorlib.membership import membership
from sectorlib.results.change import SPAN
from sectorlib.results.registry import AREA, INDUSTRY, YEAR, Results, gives, named, titled, with_grain
from sectorlib.schemas import PANEL, Column, Table
from sectorlib.study import ALL_AREAS

#: The tiers a study gives: name of the scheme, and the column of the wages table.
_SCHEMES = {
    "typical-pay": "tier_typical",
    "area-ratio": "tier_in_area",
    "base-terciles": "tier_in_base",
    "base-terciles at-parity": "tier_in_base_at_parity",
}

#: NAICS levels whose components of job quality are given.
_QUALITY_LEVELS = ("sector", "3")

WAGES = Table(
    "wages", PANEL.key,
    (
        *AREA, *INDUSTRY, YEAR,
        Column("establishments", "number", "establishments", "annual average"),
        Column("employment", "number", "jobs", "annual average"),
        Column("employment_low", "number", "jobs", "the least the cell can hold"),
        Column("employment_high", "number", "jobs", "the most the cell can hold"),
        Column("wages", "number", "USD a year, nominal", "total annual wages"),
        Column("disclosure", "code", "", "how the figures are known"),
        Column("average_annual_pay", "number", "USD a year, nominal", "wages over employment"),
        Column("average_annual_pay_low", "number", "USD a year, nominal", "the least it can be, from withheld cells"),
        Column("average_annual_pay_high", "number", "USD a year, nominal", "the most it can be, from withheld cells"),
        Column("few_establishments", "flag", "", "fewer establishments than an average should rest on"),
        Column(
            "typical_industry_pay", "number", "USD a year, nominal",
            "what the industry in the middle of the base's jobs pays, at the area's prices where price_parities are given",
        ),
        Column("tier_typical", "code", "", "low under 0.7, high over 1.4 of typical industry pay; missing of all industries"),
        Column("tier_in_area", "code", "", "low, middle or high beside the area's own average pay"),
        Column("tier_in_base", "code", "", "low, middle or high third of the base's jobs"),
        Column(
            "real_pay", "number", "USD a year, of the study's last year",
            "average pay at constant national prices (CPI-U); needs consumer_prices of that year", optional=True,
        ),
        Column(
            "price_parity", "number", "index, United States = 100",
            "how dear the area is; a region's is the mean of its counties', by jobs; needs price_parities",
            optional=True,
        ),
        Column(
            "pay_at_parity", "number", "USD a year, at U.S. average prices",
            "average pay over the area's price parity", optional=True,
        ),
        Column(
            "tier_in_base_at_parity", "code", "", "third of the base's jobs, pay in both at U.S. average prices",
            optional=True,
        ),
    ),
    grain="region, county and base",
)  # fmt: skip

WAGE_TIERS = Table(
    "wage-tiers", ("area", "ownership", "year", "scheme", "tier"),
    (
        *AREA, INDUSTRY[2], YEAR,
        Column(
            "scheme", "text", "",
            "typical-pay, area-ratio or base-terciles (data/wage_tiers.yaml), or base-terciles at-parity",
        ),
        Column("level", "text", "", "NAICS level of the industries"),
        Column("tier", "code", "", "low, middle, high; unknown where withheld"),
        Column("employment", "number", "jobs, annual average", "in industries of the tier"),
        Column("share", "number", "share", "of the area's jobs"),
    ),
    grain="region, county and base",
)  # fmt: skip

TIER_MIGRATION = Table(
    "tier-migration",
    ("area", "ownership", "start_year", "end_year", "scheme", "start_tier", "end_tier"),
    (
        *AREA, INDUSTRY[2], *SPAN,
        Column("scheme", "text", "", "as in the wage-tiers table"),
        Column("start_tier", "code", "", "low, middle, high; unknown where withheld"),
        Column("end_tier", "code", "", "the same in the last year"),
        Column("industries", "count", "sectors", "that went from the one to the other"),
        Column("start_employment", "number", "jobs", "in them in the first year; missing where one is withheld"),
        Column("end_employment", "number", "jobs", "in them in the last year; missing where one is withheld"),
    ),
    grain="region, county and base",
)  # fmt: skip

JOB_QUALITY = Table(
    "job-quality", PANEL.key,
    (
        *AREA, *INDUSTRY, YEAR,
        Column("average_annual_pay", "number", "USD a year, nominal", "wages over employment"),
        Column(
            "typical_industry_pay", "number", "USD a year, nominal",
            "what the industry in the middle of the base's jobs pays, at the area's prices where price_parities are given",
        ),
        Column("pay_over_typical", "number", "ratio", "to typical industry pay"),
        Column("area_average_pay", "number", "USD a year, nominal", "the area's average over all industries"),
        Column("living_wage", "number", "USD a year, nominal", "the study's living_wage of the area", optional=True),
        Column("pay_over_area", "number", "ratio", "to the area's own average over all industries"),
        Column("pay_over_base", "number", "ratio", "to the same industry in the base"),
        Column(
            "pay_over_living_wage", "number", "ratio", "to the study's living_wage of the area", optional=True
        ),
        Column(
            "real_pay_growth", "number", "percent",
            "over recent years, at constant national prices; needs consumer_prices", optional=True,
        ),
        Column("jobs_per_establishment", "number", "jobs a worksite", "average size"),
        Column("size_over_base", "number", "ratio", "of it to the base's"),
        Column("few_establishments", "flag", "", "fewer establishments than an average should rest on"),
    ),
    grain="region, county and base; sectors and 3 digits, latest year",
)  # fmt: skip


@gives(
    WAGES,
    "Average annual pay and its tiers; after prices where the study names a file of them.",
    needs=(),
)
def _wages(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    against = (study.panel, study.base_area)
    # Without totals of all ownerships an area's own pay is not known, nor what is high or low beside it.
    whole = ((rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")).any()
    unknown = pd.Series(index=rows.index, dtype="str")
    rows = rows.assign(
        average_annual_pay=wages.average_annual_pay(rows),
        **wages.average_annual_pay_bounds(rows),
        few_establishments=wages.few_establishments(rows),
        tier_in_area=wages.wage_tier(rows, *against, scheme="area-ratio") if whole else unknown,
        tier_in_base=wages.wage_tier(rows, *against, scheme="base-terciles"),
    )
    rows["typical_industry_pay"], dearness = _typical_pay(results, rows)
    rows["tier_typical"] = wages.wage_tier(_deflated(rows, dearness), *against, scheme="typical-pay")
    last, index = study.years[-1], study.consumer_prices
    if index is not None and last in index.index:  # else there are no dollars of that year
        rows = rows.assign(real_pay=wages.real_pay(rows["average_annual_pay"], rows["year"], index, last))
    parities = study.price_parities
    if parities is not None:
        parity = _parity(results, rows, parities)
        base = study.panel[study.panel["area"] == study.base_area]
        rows = rows.assign(
            price_parity=parity,
            pay_at_parity=wages.pay_at_parity(rows["average_annual_pay"], parity),
            tier_in_base_at_parity=wages.wage_tier(
                _at_parity(rows, parity),
                _at_parity(base, _parity(results, base, parities)),
                study.base_area,
                "base-terciles",
            ),
        )
    return WAGES.select(named(rows, study))


@gives(WAGE_TIERS, "Shares of jobs in industries of low, middle and high pay.", needs=("employment", "wages"))
def _wage_tiers(results: Results) -> pd.DataFrame:
    table = results["wages"]
    table = table[table["ownership"] == results.study.ownership]
    parts = [
        wages.tier_shares(table, table[column]).assign(scheme=scheme)
        for scheme, column in _SCHEMES.items()
        if column in table
    ]
    shares = pd.concat(parts, ignore_index=True)
    return WAGE_TIERS.select(titled(with_grain(shares, results.reported), results.study))


@gives(
    TIER_MIGRATION,
    "Which tiers of pay sectors went between, over recent years and over the whole panel.",
    needs=("employment", "wages"),
)
def _tier_migration(results: Results) -> pd.DataFrame:
    spans = results.spans()
    table = results["wages"]
    table = table[table["ownership"] == results.study.ownership]
    parts = [
        wages.tier_migration(table, table[column], start, end).assign(
            scheme=scheme, start_year=start, end_year=end
        )
        for start, end in spans
        for scheme, column in _SCHEMES.items()
        if column in table and table.loc[table["year"] == start, column].notna().any()
    ]
    moves = pd.concat(parts, ignore_index=True)
    return TIER_MIGRATION.select(titled(with_grain(moves, results.reported), results.study))


@gives(
    JOB_QUALITY, "Components of job quality beside the area's own and the base's; there is no agreed score."
)
def _job_quality(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    years = study.years
    since = results.spans()[0][0] if len(years) > 1 else years[-1]
    rows = rows[rows["year"].isin([since, years[-1]])]
    prices = pd.Series(dtype=float) if study.consumer_prices is None else study.consumer_prices
    needed = pd.Series(study.file.living_wage, dtype=float)
    typical, _ = _typical_pay(results, rows)
    table = rows.join(wages.job_quality(rows, study.panel, study.base_area, prices, since, needed, typical))
    table = table.assign(
        typical_industry_pay=typical,
        area_average_pay=wages.average_annual_pay(table) / table["pay_over_area"],
        living_wage=table["area"].astype(str).map(needed),
    )
    table = table.assign(
        average_annual_pay=wages.average_annual_pay(table), few_establishments=wages.few_establishments(table)
    )
    table = table[
        (table["year"] == years[-1])
        & (table["ownership"] == study.ownership)
        & naics.levels(table["industry"]).isin(_QUALITY_LEVELS)
    ]
    unsupported = [
        column
        for column, supported in {
            "real_pay_growth": len(prices) and since < years[-1],
            "pay_over_living_wage": len(needed),
            "living_wage": len(needed),
        }.items()
        if not supported
    ]
    return JOB_QUALITY.select(named(table.drop(columns=unsupported), study))


def _typical_pay(results: Results, rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Typical industry pay at the prices of each row's area, and how dear the area is beside the base (1 where not known)."""
    study = results.study
    found = wages.typical_industry_pay(study.panel, study.base_area).set_index("year")["typical_industry_pay"]
    dearness = pd.Series(1.0, rows.index)
    if study.price_parities is not None:
        base = rows[["year"]].assign(area=study.base_area, industry=naics.TOTAL)
        parity, theirs = (_parity(results, part, study.price_parities) for part in (rows, base))
        dearness = (parity / theirs).fillna(1.0)
    return rows["year"].astype(int).map(found.astype(float)) * dearness, dearness


def _deflated(rows: pd.DataFrame, dearness: pd.Series) -> pd.DataFrame:
    """The rows with their wages at the prices of the base."""
    figures = ["wages", *(c for c in ("wages_low", "wages_high") if c in rows)]
    return rows.assign(**{c: rows[c] / dearness for c in figures})


def _parity(results: Results, rows: pd.DataFrame, parities: pd.DataFrame) -> pd.Series:
    """The price parity of each row's area and year; of groups, the mean of their counties' by jobs."""
    study = results.study
    totals = study.panel[
        (study.panel["ownership"] == "0")
        & (study.panel["industry"] == naics.TOTAL)
        & is_county(study.panel["area"])
    ]
    metros = study.metropolitan_areas
    counties = totals[["area", "year", "employment"]].assign(
        price_parity=wages.area_price_parity(totals, parities, metros)
    )
    everywhere = membership({ALL_AREAS: study.counties})
    groups = pd.concat([study.regions, everywhere], ignore_index=True)
    grouped = wages.group_price_parity(counties, groups)
    own = wages.area_price_parity(rows, parities, metros)
    mean = matched(rows, grouped, ["area", "year"], ["price_parity"])["price_parity"]
    return mean.where(rows["area"].astype(str).isin(groups["group"].astype(str)), own)


def _at_parity(rows: pd.DataFrame, parity: pd.Series) -> pd.DataFrame:
    """The rows with their wages at the average prices of the United States."""
    figures = ["wages", *(c for c in ("wages_low", "wages_high") if c in rows)]
    return rows.assign(**{c: wages.pay_at_parity(rows[c], parity) for c in figures})
