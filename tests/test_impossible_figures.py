"""Figures that cannot be, in every file but the panel's: each is named by its file, its row and its value."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from openpyxl import Workbook

from sectorlib.exceptions import LayoutError, SectorlibError, StudyFileError, TableError
from sectorlib.sources.boundaries import read_shapes
from sectorlib.sources.commuting import read_commuting, read_flows
from sectorlib.sources.completions import read_completions
from sectorlib.sources.crosswalks import read_crosswalk
from sectorlib.sources.delineations import read_jurisdictions
from sectorlib.sources.oews import _WORKBOOK, read_oews
from sectorlib.sources.official_projections import read_national_projections, read_state_projections
from sectorlib.sources.places import read_assets, read_travel_times
from sectorlib.sources.prices import read_consumer_prices, read_price_parities
from sectorlib.study import load_study
from sectorlib.targeting import load_criteria

IMPOSSIBLE = ["inf", "-inf", "-5", "1e300"]


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize("value", IMPOSSIBLE)
@pytest.mark.parametrize("column", ["workers", "moe"])
def test_flows(tmp_path, column, value):
    row = {"workers": "9", "moe": "1"} | {column: value}
    path = written(
        tmp_path / "f.csv",
        f"home,work,workers,moe\n36055,36055,8,2\n36055,36069,{row['workers']},{row['moe']}\n",
    )
    with pytest.raises(LayoutError, match=rf"column {column} of f\.csv holds '{value}' in row 3"):
        read_flows(path)


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_jobs_of_blocks(tmp_path, value):
    flows = written(
        tmp_path / "ri_od_main_JT00_2019.csv",
        "w_geocode,h_geocode,S000,SA01,SA02,SA03,SE01,SE02,SE03,SI01,SI02,SI03\n"
        f"440010301001008,440070301003019,{value},1,2,0,1,0,2,0,0,3\n",
    )
    with pytest.raises(SectorlibError):
        read_commuting([flows])
    crosswalk = written(tmp_path / "ri_xwalk.csv", "tabblk2010,cty,stwib\n440070001001000,44007,44440001\n")
    jobs = written(tmp_path / "ri_wac_S000_JT00_2019.csv", f"w_geocode,C000\n440070001001000,{value}\n")
    with pytest.raises(TableError, match="jobs to block 440070001001000"):
        read_crosswalk([crosswalk], "stwib", [jobs])


@pytest.mark.parametrize("value", [*IMPOSSIBLE, "0"])
def test_price_index(tmp_path, value):
    path = written(
        tmp_path / "cpi.csv",
        f"series_id,year,period,value\nCUUR0000SA0,2015,M13,237\nCUUR0000SA0,2016,M13,{value}\n",
    )
    with pytest.raises(LayoutError, match=rf"cpi\.csv, row 3, holds '{value}'"):
        read_consumer_prices(path)


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_price_parities(tmp_path, value):
    head = "GeoFIPS,GeoName,TableName,Description,2015,2016\n"
    rows = f'"36000",New York,SARPP,RPPs: All items,109,110\n"39000",Ohio,SARPP,RPPs: All items,90,{value}\n'
    with pytest.raises(LayoutError, match=rf"rpp\.csv, row 3, holds '{value}'"):
        read_price_parities(written(tmp_path / "rpp.csv", head + rows))


def test_a_parity_of_zero_is_that_of_a_portion_that_a_state_lacks(tmp_path):
    head = "GeoFIPS,GeoName,TableName,Description,2015,2016\n"
    rows = '"36998",New York metropolitan,PARPP,RPPs: All items,0.000,110\n'
    table = read_price_parities(written(tmp_path / "rpp.csv", head + rows))
    assert np.isnan(table.loc[table["year"] == 2015, "price_parity"].item())


@pytest.mark.parametrize(
    ("column", "value"),
    [(c, v) for c in ("base_employment", "target_employment") for v in ("inf", "nan", "1e300", "lots")]
    + [("base_year", "inf"), ("target_year", "20260"), ("target_employment", "")],
)
def test_projections(tmp_path, column, value):
    row = {"base_year": "2016", "target_year": "2026", "base_employment": "10", "target_employment": "12"} | {
        column: value
    }
    text = "area,industry,base_year,target_year,base_employment,target_employment\n36000,62,2016,2026,5,6\n"
    path = written(tmp_path / "state.csv", text + ",".join(["36000", "72", *row.values()]) + "\n")
    with pytest.raises(LayoutError, match=rf"state\.csv, row 3: {column} is"):
        read_state_projections(path)


def test_negative_projections_name_their_row(tmp_path):
    text = "area,industry,base_year,target_year,base_employment,target_employment\n36000,62,2016,2026,5,-6\n"
    with pytest.raises(TableError, match=r"state\.csv, row 2: industry 62 of 36000 has negative jobs"):
        read_state_projections(written(tmp_path / "state.csv", text))


@pytest.mark.parametrize("value", [-5.0, 1e12, "lots"])
def test_national_projections(tmp_path, value):
    book = Workbook()
    book.active.append(["Table 2.11 Employment by industry (Employment in thousands of jobs)"])
    book.active.append(["Industry", "2022 NAICS", "Employment, 2013", "Employment, 2023", "Employment, 2033"])
    book.active.append(["Construction", "23", 5856.3, 8018.3, value])
    book.save(tmp_path / "industry.xlsx")
    with pytest.raises(LayoutError, match=r"industry\.xlsx, row 3: Employment, 2033 is"):
        read_national_projections(tmp_path / "industry.xlsx")


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_completions(tmp_path, value):
    path = written(tmp_path / "c2016_c.csv", f"UNITID,AWLEVELC,CSTOTLT\n100654,5,424\n100654,7,{value}\n")
    with pytest.raises(LayoutError, match=rf"c2016_c\.csv, row 3: CSTOTLT is '{value}'"):
        read_completions([path])


@pytest.mark.parametrize("value", [-70_000, "inf"])
def test_pay_of_occupations(tmp_path, value):
    book = Workbook()
    book.active.title = "natsector_M2024_dl"
    book.active.append(list(_WORKBOOK))
    book.active.append(
        [
            "99",
            "1",
            "62",
            "sector",
            "5",
            "00-0000",
            "All",
            "total",
            2000,
            value,
            32000,
            40000,
            52000,
            80000,
            130000,
        ]
    )
    book.save(tmp_path / "natsector_M2024_dl.xlsx")
    with pytest.raises(LayoutError, match="pay_mean of 00-0000 in industry 62"):
        read_oews([tmp_path / "natsector_M2024_dl.xlsx"])


@pytest.mark.parametrize(
    ("lat", "lon", "says"),
    [("200", "-77.6", "lat is '200'"), ("43.2", "-277", "lon is '-277'"), ("inf", "-77", "lat is 'inf'"),
     ("-77.6", "43.2", "lat is -77.6 and lon 43.2")],
)  # fmt: skip
def test_positions(tmp_path, lat, lon, says):
    path = written(
        tmp_path / "a.csv", f"asset,kind,name,lat,lon\n1,port,x,42.6,-73.8\n2,port,y,{lat},{lon}\n"
    )
    with pytest.raises(LayoutError, match=rf"a\.csv, row 3: {says}"):
        read_assets([path])


def test_positions_of_every_part_of_the_country_are_taken(tmp_path):
    places = [
        (71.3, -156.8),
        (51.9, 179.2),
        (13.5, 144.8),
        (-14.3, -170.7),
        (18.4, -66.1),
        (21.3, -157.9),
        (44.9, -67),
    ]
    rows = "".join(f"{n},port,x,{lat},{lon}\n" for n, (lat, lon) in enumerate(places))
    assert len(read_assets([written(tmp_path / "a.csv", "asset,kind,name,lat,lon\n" + rows)])) == len(places)


@pytest.mark.parametrize("shift", ["swapped", "far"])
def test_shapes_that_lie_nowhere(tmp_path, shift):
    moved = shapely.box(43, -78, 44, -77) if shift == "swapped" else shapely.box(-780, 43, -770, 44)
    gpd.GeoDataFrame({"GEOID": ["36055"]}, geometry=[moved], crs="EPSG:4326").to_file(tmp_path / "s.geojson")
    with pytest.raises(LayoutError, match=r"s\.geojson: its coordinates"):
        read_shapes(tmp_path / "s.geojson")


@pytest.mark.parametrize("value", [*IMPOSSIBLE, "soon", ""])
def test_travel_times(tmp_path, value):
    path = written(tmp_path / "t.csv", f"home,place,minutes\n36055,x,14\n36055,y,{value}\n")
    with pytest.raises(LayoutError, match=r"t\.csv, row 3: minutes is"):
        read_travel_times(path)


@pytest.mark.parametrize("value", [*IMPOSSIBLE, "nan"])
def test_shares_of_counties(tmp_path, value):
    path = written(tmp_path / "j.csv", f"fips,board,weight\n36055,A,1\n36059,B,{value}\n")
    with pytest.raises(LayoutError, match=rf"column weight of j\.csv holds '{value}' in row 3"):
        read_jurisdictions(path, "fips", "board")


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "-1"])
def test_weights_of_criteria(tmp_path, value):
    path = written(tmp_path / "criteria.yaml", f"criteria:\n  average_pay: {{weight: {value}}}\n")
    with pytest.raises(TableError, match="average_pay"):
        load_criteria(path)


@pytest.mark.parametrize("key", ["living_wage: {A: .inf}", "labor_markets: {parameters: {minimum: .inf}}",
                                 "scope: {sector: {A: .nan}}", "scope: {sector: '62', reach: {college: .inf}}"])  # fmt: skip
def test_numbers_of_the_study_file(tmp_path, key):
    text = f"name: s\ntitle: S\npanel: [p.csv]\nbase_area: '36000'\n{key}\n"
    with pytest.raises(StudyFileError):
        load_study(written(tmp_path / "study.yaml", text))


def test_columns_that_something_else_than_commas_tells_apart(tmp_path):
    with pytest.raises(LayoutError, match="something else than commas"):
        read_flows(written(tmp_path / "f.csv", "home;work;workers\n36055;36055;9\n"))
