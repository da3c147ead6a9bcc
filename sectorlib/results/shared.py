"""What many tables share: columns, declared once, and how rows get the names and grain of their areas."""

from __future__ import annotations

import pandas as pd

from sectorlib import naics, panel
from sectorlib.areas import area_names, is_county
from sectorlib.schemas import PANEL, Column
from sectorlib.study import Study

#: What an area is like beside the nation and beside the rest of the base.
BESIDE = tuple(
    Column(f"location_quotient_{name}{end}", "number", "ratio", f"{words}{of}")
    for name, words in (
        ("nation", "share of jobs over the nation's"),
        ("rest", "share of jobs over that of the base without the area; missing where nothing is left of it"),
    )
    for end, of in (("", ""), ("_low", ": the least it can be"), ("_high", ": the most it can be"))
)
NATION_YEAR = Column(
    "nation_year", "year", "year", "of the nation's figures; missing without a benchmark", optional=True
)

#: Columns that many tables begin with.
AREA = (
    Column("grain", "text", "", "region, county or base"),
    Column("area", "code", "", "region, county or base area"),
    Column("area_name", "text", "", "name"),
)

INDUSTRY = (
    Column("industry", "code", "", "NAICS code as BLS writes it"),
    Column("industry_title", "text", "", "short title"),
    Column("ownership", "code", "", "0 all, 5 private, 8 government, drivers: private and public 22, 61, 62"),
)
YEAR = Column("year", "year", "year", "calendar year")
#: The figures of a Panel row.
CELL = tuple(c for c in PANEL.columns if c.name not in ("area", "industry", "ownership", "year"))

#: Columns of a span of years.
SPAN = (
    Column("start_year", "year", "year", "first year"),
    Column("end_year", "year", "year", "last year"),
)

#: A target sector, and its jobs.
SECTOR = (
    Column("sector", "code", "", "target sector of data/sectors.yaml or of the study"),
    Column("sector_title", "text", "", "its title"),
)

JOBS = (
    Column("employment", "number", "jobs", "missing where not fully known"),
    Column("employment_low", "number", "jobs", "the least that published sums allow"),
    Column("employment_high", "number", "jobs", "the most that published sums allow"),
    Column(
        "employment_estimate",
        "number",
        "jobs",
        "withheld parts estimated; the figure where nothing is withheld",
    ),
)


def between_regions(pairs: pd.DataFrame, region: pd.DataFrame) -> pd.DataFrame:
    """Pairs of counties as pairs of the regions that they are in, those inside one region left out."""
    for end in ("home", "work"):
        pairs = pairs.merge(region.set_axis([end, f"{end}_region"], axis=1), on=end)
    crossing = pairs[pairs["home_region"] != pairs["work_region"]]
    table = crossing.groupby(["home_region", "work_region"])["workers"].sum().reset_index()
    return table.set_axis(["home", "work", "workers"], axis=1)


def reported_rows(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a study's panel, or of its estimates, that results are made of, with their ``grain``."""
    rows = of_the_study(study, table)
    counties = rows[is_county(rows["area"])]
    regions = panel.aggregate(counties, areas=study.regions)
    base = rows[rows["area"] == study.base_area]
    parts = [regions.assign(grain="region"), counties.assign(grain="county"), base.assign(grain="base")]
    if study.system == "counties":
        parts = [parts[0], parts[2]]  # each county is a region already
    out = pd.concat(parts, ignore_index=True)
    for key in ("area", "industry", "ownership"):
        out[key] = out[key].astype("category")
    return out


def of_the_study(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The rows of the study's ownership, of sectors and below, and of the totals beside them."""
    keep = (table["ownership"] == study.ownership) | (
        table["ownership"].isin(["0", "8"]) & (table["industry"] == naics.TOTAL)
    )
    return table[keep & ~naics.levels(table["industry"]).isin(["domain", "supersector"])]


def titled(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas."""
    titles = study.regions.drop_duplicates("group").set_index("group")["title"]
    codes = pd.Series(frame["area"].unique().astype(str))
    regions = codes.map(titles)
    names = regions.where(regions.notna(), area_names(codes, study.names if study.file.names else None))
    names[codes == "all"] = "the study area"
    return frame.assign(area_name=frame["area"].astype(str).map(dict(zip(codes, names, strict=True))))


def named(frame: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The frame with the names of its areas and industries."""
    codes = frame["industry"].astype(str)
    return titled(frame, study).assign(industry_title=codes.map({c: naics.title(c) for c in codes.unique()}))


def with_grain(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The table with what kind of area each row is of."""
    areas = rows.drop_duplicates("area")
    grain = areas.set_index(areas["area"].astype(str))["grain"]
    return table.assign(grain=table["area"].astype(str).map(grain))
