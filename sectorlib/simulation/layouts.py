"""The demonstration economy as files, in the layouts in which agencies publish theirs."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from shapely.geometry import mapping

from sectorlib.areas import area_kind
from sectorlib.simulation.economy import SUPERSECTORS

if TYPE_CHECKING:
    from sectorlib.simulation import Economy

#: Columns of an annual QCEW file, in the official order. Those that compare with the nation (lq_) or the year
#: before (oty_), or concern unemployment insurance, are blank here.
_ANNUAL = [
    "area_fips",
    "own_code",
    "industry_code",
    "agglvl_code",
    "size_code",
    "year",
    "qtr",
    "disclosure_code",
    "annual_avg_estabs",
    "annual_avg_emplvl",
    "total_annual_wages",
    "taxable_annual_wages",
    "annual_contributions",
    "annual_avg_wkly_wage",
    "avg_annual_pay",
    "lq_disclosure_code",
    "lq_annual_avg_estabs",
    "lq_annual_avg_emplvl",
    "lq_total_annual_wages",
    "lq_taxable_annual_wages",
    "lq_annual_contributions",
    "lq_annual_avg_wkly_wage",
    "lq_avg_annual_pay",
    "oty_disclosure_code",
    "oty_annual_avg_estabs_chg",
    "oty_annual_avg_estabs_pct_chg",
    "oty_annual_avg_emplvl_chg",
    "oty_annual_avg_emplvl_pct_chg",
    "oty_total_annual_wages_chg",
    "oty_total_annual_wages_pct_chg",
    "oty_taxable_annual_wages_chg",
    "oty_taxable_annual_wages_pct_chg",
    "oty_annual_contributions_chg",
    "oty_annual_contributions_pct_chg",
    "oty_annual_avg_wkly_wage_chg",
    "oty_annual_avg_wkly_wage_pct_chg",
    "oty_avg_annual_pay_chg",
    "oty_avg_annual_pay_pct_chg",
]
_STUDY = """\
# Demonstration data: an invented state. docs/demonstration.md says what it is made of.
name: demonstration
title: {name}
demonstration: true             # every page says that the data are invented
panel:
  - qcew/*.csv.gz
ownership: drivers              # private | all | drivers (private plus public 22, 61, 62)
base_area: "{code}"             # the reference economy: the state
benchmark: nation.csv.gz         # the nation that the state is a part of
flows: commuting.csv
labor_markets:
  method: travel-to-work
shapes: counties.geojson
names: areas.csv
jurisdictions:
  workforce area:
    file: jurisdictions.csv
    member: fips
    group: workforce_area
  development district:
    file: jurisdictions.csv
    member: fips
    group: development_district
assets:
  - colleges.csv
  - airports.csv
vintages:
  flows: invented
horizon: 5                      # years projected
as_of: 2024                     # the year in which the invented study is read
reports:
  system: labor_markets         # labor_markets | counties | regions | the name of a jurisdiction system
"""


def write_demonstration(economy: Economy, folder: str | Path) -> list[Path]:
    """Write an economy in the official layouts, with a study file; the truth is not written.

    Parameters
    ----------
    economy : Economy
        What :func:`~sectorlib.simulation.simulate` returns.
    folder : path
        Made if absent. Files of the same names are replaced, each as a whole.

    Returns
    -------
    list of Path
        The files, in order: one QCEW file a year, the nation in one of all years, commuting, jurisdictions, colleges, airports, areas,
        counties, study. The same economy gives the same bytes.

    Examples
    --------
    >>> from sectorlib.resources import data_path
    >>> sorted(path.name for path in data_path("demo").glob("*.csv"))
    ['airports.csv', 'areas.csv', 'colleges.csv', 'commuting.csv', 'jurisdictions.csv']
    """
    folder = Path(folder)
    state = next(code for code in economy.names.index if code.endswith("000"))
    contents = {
        f"qcew/{year}.annual.singlefile.csv.gz": _gzipped(_csv(_annual_file(rows, state)))
        for year, rows in economy.published.groupby("year")
    }
    contents["nation.csv.gz"] = _gzipped(_csv(_annual_file(economy.nation, state)))
    contents["commuting.csv"] = _csv(economy.flows.rename(columns={"home": "home_fips", "work": "work_fips"}))
    contents["jurisdictions.csv"] = _csv(_jurisdictions_file(economy))
    contents["colleges.csv"] = _csv(_colleges_file(economy))
    contents["airports.csv"] = _csv(economy.airports.drop(columns="area"))
    contents["areas.csv"] = _csv(economy.names.reset_index())
    contents["counties.geojson"] = _geojson(economy)
    contents["study.yaml"] = _STUDY.format(name=economy.names[state], code=state).encode()
    return [_write(folder / name, content) for name, content in contents.items()]


def _annual_file(rows: pd.DataFrame, state: str) -> pd.DataFrame:
    """One year of a panel in the annual layout; a withheld cell has code N and zeros, as officially."""
    jobs, wages = rows["employment"].fillna(0), rows["wages"].fillna(0)
    pay = (wages / jobs.where(jobs > 0)).fillna(0)
    table = pd.DataFrame(
        {
            "area_fips": rows["area"],
            "own_code": rows["ownership"],
            "industry_code": rows["industry"],
            "agglvl_code": _aggregation_levels(rows, state),
            "size_code": 0,
            "year": rows["year"],
            "qtr": "A",
            "disclosure_code": rows["disclosure"].map({"suppressed": "N", "disclosed": ""}).astype(str),
            "annual_avg_estabs": rows["establishments"].astype(int),
            "annual_avg_emplvl": jobs.astype(int),
            "total_annual_wages": wages.astype("int64"),
            "annual_avg_wkly_wage": (pay / 52).round().astype(int),
            "avg_annual_pay": pay.round().astype(int),
        }
    )
    return table.reindex(columns=_ANNUAL)


def _aggregation_levels(rows: pd.DataFrame, state: str) -> pd.Series:
    """The official aggregation level: 10 to 16 for the nation, 50 to 56 for a state, 70 to 76 for a county."""
    industry = rows["industry"].astype(str)
    detail = industry.str.len().replace({2: 4, 5: 4, 3: 5, 4: 6})
    detail = detail.mask(industry.isin(SUPERSECTORS["10"]), 2)
    detail = detail.mask(industry.isin([c for d in SUPERSECTORS["10"] for c in SUPERSECTORS[d]]), 3)
    total = rows["ownership"].astype(str).ne("0").astype(int)
    area = rows["area"].astype(str)
    first = pd.Series(70, index=rows.index).mask(area == state, 50).mask(area_kind(area) == "nation", 10)
    return detail.mask(industry == "10", total) + first


def _jurisdictions_file(economy: Economy) -> pd.DataFrame:
    """One row for each county, one column for each system, blank where nothing is recorded."""
    systems = economy.jurisdictions.assign(column=economy.jurisdictions["system"].str.replace(" ", "_"))
    wide = systems.pivot_table(index="member", columns="column", values="group", aggfunc="first")
    table = economy.shapes[["name", "area"]].set_axis(["county", "fips"], axis=1)
    table["county"] = table["county"].str.removesuffix(" County")
    return table.join(wide[["workforce_area", "development_district"]], on="fips")


def _colleges_file(economy: Economy) -> pd.DataFrame:
    """Colleges in the columns of the IPEDS directory that have a meaning here; identifiers are in no use."""
    colleges = economy.colleges
    sector = colleges["sector"]
    return pd.DataFrame(
        {
            "UNITID": colleges["asset"],
            "INSTNM": colleges["name"],
            "STABBR": "VL",
            "FIPS": colleges["area"].str[:2],
            "SECTOR": sector,
            "ICLEVEL": sector.map({1: 1, 2: 1, 4: 2}),
            "CONTROL": sector.map({1: 1, 2: 2, 4: 1}),
            "CYACTIVE": 1,
            "COUNTYCD": colleges["area"],
            "COUNTYNM": colleges["area"].map(economy.shapes.set_index("area")["name"]),
            "LONGITUD": colleges["lon"],
            "LATITUDE": colleges["lat"],
        }
    )


def _geojson(economy: Economy) -> bytes:
    features = [
        {"type": "Feature", "properties": {"area": area, "name": name}, "geometry": mapping(geometry)}
        for area, name, geometry in economy.shapes.itertuples(index=False)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode()


def _gzipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    # No name and no time, so that the same economy gives the same bytes.
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def _write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    return beside.replace(path)
