"""What an area's economy is made of and what it pays: concentration, specialisation, wages."""

from __future__ import annotations

import pandas as pd

from sectorlib import concentration, wages
from sectorlib.results.registry import AREA, CELL, INDUSTRY, YEAR, Results, gives, named, titled, with_grain
from sectorlib.schemas import PANEL, Column, Table

CONCENTRATION = Table(
    "concentration", PANEL.key,
    (
        *AREA, *INDUSTRY, YEAR, *CELL,
        Column("location_quotient", "number", "ratio", "share of jobs over the base's share", optional=True),
        Column("location_quotient_low", "number", "ratio", "the least it can be, from withheld cells"),
        Column("location_quotient_high", "number", "ratio", "the most it can be, from withheld cells"),
        Column("denominator", "text", "", "totals of all ownerships (BLS convention) or of the same ownership"),
    ),
    grain="region, county and base",
)  # fmt: skip

SPECIALISATION = Table(
    "specialisation", ("area", "ownership", "year"),
    (
        *AREA, INDUSTRY[2], YEAR,
        Column("level", "text", "", "NAICS level of the industries"),
        Column("industries", "count", "industries", "whose jobs are known"),
        Column("withheld", "count", "industries", "whose jobs are withheld"),
        Column("known_share", "number", "share", "of jobs, in industries that are known"),
        *(
            Column(f"{index}{end}", "number", unit, f"{meaning}{words}")
            for index, unit, meaning in (
                ("herfindahl", "index", "sum of squared shares of jobs"),
                ("entropy", "nats", "diversity of the mix of industries"),
                ("krugman", "index", "sum of differences to the base's shares, 0 to 2"),
                ("hachman", "index", "likeness to the base's mix, 1 is the same"),
            )
            for end, words in (("", ""), ("_low", ": the least it can be"), ("_high", ": the most it can be"))
        ),
    ),
    grain="region, county and base",
)  # fmt: skip

WAGES = Table(
    "wages", PANEL.key,
    (
        *AREA, *INDUSTRY, YEAR,
        Column("establishments", "number", "worksites", "annual average"),
        Column("employment", "number", "jobs", "annual average"),
        Column("employment_low", "number", "jobs", "the least the cell can hold"),
        Column("employment_high", "number", "jobs", "the most the cell can hold"),
        Column("wages", "number", "USD a year, nominal", "total annual wages"),
        Column("disclosure", "code", "", "how the figures are known"),
        Column("average_annual_pay", "number", "USD a year, nominal", "wages over employment"),
        Column("average_annual_pay_low", "number", "USD a year, nominal", "the least it can be, from withheld cells"),
        Column("average_annual_pay_high", "number", "USD a year, nominal", "the most it can be, from withheld cells"),
        Column("few_establishments", "flag", "", "fewer worksites than an average should rest on"),
        Column("tier_in_area", "code", "", "low, middle or high beside the area's own average pay"),
        Column("tier_in_base", "code", "", "low, middle or high third of the base's jobs"),
    ),
    grain="region, county and base",
)  # fmt: skip

WAGE_TIERS = Table(
    "wage-tiers", ("area", "ownership", "year", "scheme", "tier"),
    (
        *AREA, INDUSTRY[2], YEAR,
        Column("scheme", "text", "", "area-ratio or base-terciles, see data/wage_tiers.yaml"),
        Column("level", "text", "", "NAICS level of the industries"),
        Column("tier", "code", "", "low, middle, high; unknown where withheld"),
        Column("employment", "number", "jobs, annual average", "in industries of the tier"),
        Column("share", "number", "share", "of the area's jobs"),
    ),
    grain="region, county and base",
)  # fmt: skip


@gives(CONCENTRATION, "Location quotients, with bounds where cells are withheld.")
def _concentration(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    how = results.denominator
    rows = rows.assign(
        location_quotient=concentration.location_quotient(
            rows, study.panel, study.base_area, denominator=how
        ),
        **concentration.location_quotient_bounds(rows, study.panel, study.base_area, denominator=how),
        denominator=how,
    )
    rows = rows[rows["ownership"] == study.ownership]
    return CONCENTRATION.select(named(rows, study))


@gives(SPECIALISATION, "How specialised an area is, by itself and beside the base.")
def _specialisation(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    mine = rows[rows["ownership"] == study.ownership]
    table = concentration.specialisation(mine, study.panel, study.base_area)
    return SPECIALISATION.select(titled(with_grain(table, rows), study))


@gives(WAGES, "Average annual pay and its tiers.")
def _wages(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    rows = rows.assign(
        average_annual_pay=wages.average_annual_pay(rows),
        **wages.average_annual_pay_bounds(rows),
        few_establishments=wages.few_establishments(rows),
        tier_in_area=wages.wage_tier(rows, study.panel, study.base_area, scheme="area-ratio"),
        tier_in_base=wages.wage_tier(rows, study.panel, study.base_area, scheme="base-terciles"),
    )
    return WAGES.select(named(rows, study))


@gives(WAGE_TIERS, "Shares of jobs in industries of low, middle and high pay.")
def _wage_tiers(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    parts = []
    for scheme in ("area-ratio", "base-terciles"):
        tiers = wages.wage_tier(rows, study.panel, study.base_area, scheme=scheme)
        parts.append(
            wages.tier_shares(rows[rows["ownership"] == study.ownership], tiers).assign(scheme=scheme)
        )
    table = pd.concat(parts, ignore_index=True)
    return WAGE_TIERS.select(titled(with_grain(table, rows), study))
