"""The panel and the regions: what a study starts from."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics
from sectorlib.areas import area_names
from sectorlib.exceptions import NotSupportedError
from sectorlib.results.basis import Basis
from sectorlib.results.registry import Results, gives
from sectorlib.results.shared import AREA
from sectorlib.schemas import PANEL, Column, Table

PANEL_RESULT = Table(
    "panel", PANEL.key, (*PANEL.columns, Column("naics", "year", "year", "NAICS revision of the year's codes")),
    grain="county, state, nation or base, as the files have them",
)  # fmt: skip

REGIONS = Table(
    "regions", ("area", "county"),
    (
        *AREA[1:],
        Column("county", "code", "", "county of the region"),
        Column("county_name", "text", "", "its name"),
        Column("weight", "number", "share", "of the county that is in the region", label="Share of the county in the region"),
        Column("system", "text", "", "kind of region"),
    ),
    grain="region and county",
)  # fmt: skip


NATION = Table(
    "nation-jobs", ("year",),
    (
        Column("year", "year", "year", "a year of the panel in which the nation's jobs are known"),
        Column("employment", "number", "jobs, annual average", "of all ownerships in the nation"),
        Column("how", "code", "", "where the figure is from: panel, file, or official or recovered figures that ship", label="Source of the figure"),
    ),
    grain="year, nation",
)  # fmt: skip


@gives(
    PANEL_RESULT, "Jobs, establishments and wages of every area, industry, ownership and year.", figures=()
)
def _panel(results: Results) -> pd.DataFrame:
    rows = results.study.panel
    vintages = {int(y): naics.vintage(int(y)) for y in rows["year"].unique()}
    return PANEL_RESULT.select(rows.assign(naics=rows["year"].map(vintages)))


@gives(REGIONS, "The counties of each region that reports are made for.", figures=())
def _regions(results: Results) -> pd.DataFrame:
    study = results.study
    counties = study.regions.rename(columns={"group": "area", "title": "area_name", "member": "county"})
    names = area_names(counties["county"], study.names if study.file.names else None)
    return counties.assign(county_name=names)[
        ["area", "area_name", "county", "county_name", "weight", "system"]
    ]


def _known_nation(results: Basis) -> pd.DataFrame:
    """The nation's jobs in the years in which they are known."""
    rows = results.study.nation_jobs
    if rows.empty:
        raise NotSupportedError(
            "the nation's jobs are known for no year of the panel",
            "national rows in the panel, or a file of them",
            "name the nation's file: benchmark: FILE",
        )
    return rows


@gives(
    NATION,
    "Jobs of the nation in the years in which they are known, to set a region's beside.",
    figures=(),
    needs=[_known_nation],
)
def _nation(results: Results) -> pd.DataFrame:
    return NATION.select(_known_nation(results))
