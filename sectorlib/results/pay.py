"""What jobs pay: average pay, its tiers and how industries move between them, and components of job quality."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, wages
from sectorlib.lookup import matched
from sectorlib.results import needs
from sectorlib.results.local_pay import local_median
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA, INDUSTRY, SPAN, YEAR, named, titled, with_grain
from sectorlib.results.yardsticks import price_parity, typical_pay_of
from sectorlib.schemas import PANEL, Column, Table

#: The tiers a study gives: name of the scheme, and the column of the wages table.
_SCHEMES = {
    "typical-pay": "tier_typical",
    "area-ratio": "tier_in_area",
    "base-terciles": "tier_in_base",
    "base-terciles at-parity": "tier_in_base_at_parity",
}

#: Typical industry pay beside an area's figures.
TYPICAL_PAY = (
    Column(
        "typical_industry_pay", "number", "USD a year, nominal",
        "what the industry in the middle of the benchmark's jobs pays (table typical-pay), at the area's prices where "
        "price_parities are given",
    ),
    Column("typical_pay_of", "code", "", "whose it is: nation or base"),
)  # fmt: skip

#: NAICS levels whose components of job quality are given.
_QUALITY_LEVELS = ("sector", "3")

TYPICAL = Table(
    "typical-pay", ("area", "year"),
    (
        Column("compared_with", "code", "", "nation, or base where the nation's pay cannot be had"),
        *AREA[1:], YEAR,
        Column("typical_industry_pay", "number", "USD a year, nominal", "what the industry in the middle of its jobs pays, at its own prices"),
        Column("typical_least", "number", "USD a year, nominal", "the least it would be without any one industry"),
        Column("typical_most", "number", "USD a year, nominal", "the most it would be without any one industry"),
        Column("moved_most_by", "code", "", "the industry that moves it farthest"),
        Column("moved_most_by_title", "text", "", "its short title"),
        Column("level", "text", "", "NAICS level of the industries: 4 digits, 3, or sector"),
        Column("ownership", "code", "", "of the industries"),
        Column("industries", "number", "industries", "whose pay is known"),
        Column("known_share", "number", "share", "of the ownership's jobs that they hold"),
        Column(
            "industries_year", "year", "year",
            "of the industries; where it is not the year, dollars move with the national average wage index (data/wage_index.yaml)",
        ),
    ),
    grain="the benchmark and year",
)  # fmt: skip

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
        *TYPICAL_PAY,
        Column("tier_typical", "code", "", f"{wages.tier_words('typical-pay')} of typical industry pay; missing of all industries"),
        Column("tier_in_area", "code", "", f"{wages.tier_words('area-ratio')} of the area's own average pay"),
        Column("tier_in_base", "code", "", "low, middle or high third of the base's jobs"),
        Column(
            "real_pay", "number", "USD a year, of the study's last year",
            "average pay at constant national prices (CPI-U); needs consumer_prices of that year", optional=True,
        ),
        Column(
            "real_pay_growth", "number", "percent",
            "of real pay over recent years; in the latest year alone", optional=True,
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
        *TYPICAL_PAY,
        Column("pay_over_typical", "number", "ratio", "to typical industry pay"),
        Column("area_average_pay", "number", "USD a year, nominal", "the area's average over all industries"),
        Column("living_wage", "number", "USD a year, nominal", "the study's living_wage of the area", optional=True),
        Column(
            "local_median_pay", "number", "USD a year, nominal",
            "of workers of all occupations, in the study's release of occupation statistics; missing where top-coded",
            optional=True,
        ),
        Column("local_area", "code", "", "of what place that is: as in the occupations table", optional=True),
        Column("local_area_title", "text", "", "its name", optional=True),
        Column("pay_over_area", "number", "ratio", "to the area's own average over all industries"),
        Column("pay_over_base", "number", "ratio", "to the same industry in the base"),
        Column(
            "pay_over_living_wage", "number", "ratio", "to the study's living_wage of the area", optional=True
        ),
        Column(
            "real_pay_growth", "number", "percent",
            "over recent years, at constant national prices; needs consumer_prices", optional=True,
        ),
        Column("jobs_per_establishment", "number", "jobs per establishment", "average size"),
        Column("size_over_base", "number", "ratio", "of it to the base's"),
        Column("few_establishments", "flag", "", "fewer establishments than an average should rest on"),
    ),
    grain="region, county and base; sectors and 3 digits, latest year",
)  # fmt: skip


@gives(
    TYPICAL,
    "Typical industry pay of the benchmark by year, and how far any one industry moves it.",
    needs=[needs.typical_pay],
)
def _typical(results: Results) -> pd.DataFrame:
    table = results.study.typical_pay
    titles = table["moved_most_by"].map(lambda code: naics.title(str(code)))
    table = table.rename(columns={"benchmark": "area"}).assign(moved_most_by_title=titles)
    return TYPICAL.select(titled(table, results.study))


@gives(
    WAGES,
    "Average annual pay and its tiers; after prices where the study names a file of them.",
    figures=(),
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
    rows = rows.assign(**typical_pay_of(results.study, rows))
    rows["tier_typical"] = wages.typical_pay_tier(rows, rows["typical_industry_pay"])
    last, index = study.years[-1], study.consumer_prices
    if index is not None and last in index.index:  # else there are no dollars of that year
        rows = rows.assign(real_pay=wages.real_pay(rows["average_annual_pay"], rows["year"], index, last))
        rows = rows.assign(real_pay_growth=_real_growth(results, rows))
    parities = study.price_parities
    if parities is not None:
        parity = price_parity(results.study, rows, parities)
        base = study.panel[study.panel["area"] == study.base_area]
        rows = rows.assign(
            price_parity=parity,
            pay_at_parity=wages.pay_at_parity(rows["average_annual_pay"], parity),
            tier_in_base_at_parity=wages.wage_tier(
                _at_parity(rows, parity),
                _at_parity(base, price_parity(results.study, base, parities)),
                study.base_area,
                "base-terciles",
            ),
        )
    return WAGES.select(named(rows, study))


def _real_growth(results: Results, rows: pd.DataFrame) -> pd.Series:
    """Percent change of real pay from the first to the last of the recent years, in rows of the last."""
    years = results.study.years
    if len(years) < 2:
        return pd.Series(float("nan"), index=rows.index)
    start, end = results.spans()[0]
    then = matched(rows, rows[rows["year"] == start], ["area", "industry", "ownership"], ["real_pay"])[
        "real_pay"
    ]
    change = 100 * (rows["real_pay"] / then.where(then > 0) - 1)
    return change.where(rows["year"] == end)


@gives(
    WAGE_TIERS,
    "Shares of jobs in industries of low, middle and high pay.",
    figures=("employment", "wages"),
    needs=[needs.sectors],
)
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
    figures=("employment", "wages"),
    needs=[needs.years_compared, needs.sectors],
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
    needed = study.wage_thresholds(rows["area"].unique())
    typical = typical_pay_of(results.study, rows)
    paid = typical["typical_industry_pay"]
    table = rows.join(wages.job_quality(rows, study.panel, study.base_area, prices, since, needed, paid))
    table = table.assign(
        **typical,
        area_average_pay=_area_average(table),
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
    table = table.join(local_median(results), on="area")
    surveyed = table["local_median_pay"].notna().any()
    unsupported = [
        column
        for column, supported in {
            "local_median_pay": surveyed,
            "local_area": surveyed,
            "local_area_title": surveyed,
            "real_pay_growth": len(prices) and since < years[-1],
            "pay_over_living_wage": len(needed),
            "living_wage": len(needed),
        }.items()
        if not supported
    ]
    return JOB_QUALITY.select(named(table.drop(columns=unsupported), study))


def _area_average(rows: pd.DataFrame) -> pd.Series:
    """The average pay of each row's area and year over all industries and ownerships."""
    totals = rows[(rows["industry"] == naics.TOTAL) & (rows["ownership"] == "0")]
    paid = totals[["area", "year"]].assign(pay=wages.average_annual_pay(totals))
    return matched(rows, paid, ["area", "year"], ["pay"])["pay"]


def _at_parity(rows: pd.DataFrame, parity: pd.Series) -> pd.DataFrame:
    """The rows with their wages at the average prices of the United States."""
    figures = ["wages", *(c for c in ("wages_low", "wages_high") if c in rows)]
    return rows.assign(**{c: wages.pay_at_parity(rows[c], parity) for c in figures})
