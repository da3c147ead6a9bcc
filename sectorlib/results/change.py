"""What has changed: growth and shift-share."""

from __future__ import annotations

import pandas as pd

from sectorlib.growth import growth, shift_share
from sectorlib.results.registry import AREA, INDUSTRY, Results, gives, named
from sectorlib.schemas import Column, Table

_SPAN = (
    Column("start_year", "year", "year", "first year"),
    Column("end_year", "year", "year", "last year"),
)

GROWTH = Table(
    "growth", ("area", "industry", "ownership", "start_year", "end_year"),
    (
        *AREA, *INDUSTRY, *_SPAN,
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
    ),
    grain="region, county and base",
)  # fmt: skip

SHIFT_SHARE = Table(
    "shift-share", GROWTH.key,
    (
        *AREA[1:], *INDUSTRY, *_SPAN,
        Column("start_employment", "number", "jobs", "in the first year"),
        Column("end_employment", "number", "jobs", "in the last year"),
        Column("change", "number", "jobs", "last less first"),
        Column("national", "number", "jobs", "had the industry grown as the base economy did"),
        Column("mix", "number", "jobs", "the industry's growth in the base beyond that"),
        Column("competitive", "number", "jobs", "not explained by national and industry trends"),
        Column("not_compared", "number", "jobs", "change of what is withheld, appears, vanishes or is rounded"),
        Column("status", "text", "", "compared, appeared, vanished, base unknown, withheld, remainder"),
    ),
    grain="region",
)  # fmt: skip


@gives(GROWTH, "Change of employment over recent years and over the whole panel.")
def _growth(results: Results) -> pd.DataFrame:
    rows = results.reported
    grain = rows.drop_duplicates("area").set_index(rows.drop_duplicates("area")["area"].astype(str))["grain"]
    parts = [growth(rows, start, end) for start, end in results.spans()]
    frame = pd.concat(parts, ignore_index=True)
    frame["grain"] = frame["area"].astype(str).map(grain)
    return GROWTH.select(named(frame, results.study))


@gives(SHIFT_SHARE, "Change set beside the base economy's trends (Dunn).")
def _shift_share(results: Results) -> pd.DataFrame:
    study, rows = results.study, results.reported
    rows = rows[rows["ownership"] == study.ownership]
    regions = rows[rows["grain"] == "region"]
    parts = [shift_share(regions, study.panel, study.base_area, start, end) for start, end in results.spans()]
    frame = pd.concat(parts, ignore_index=True)
    return SHIFT_SHARE.select(
        named(frame, study).replace({"industry_title": {"NAICS withheld": "Not compared"}})
    )
