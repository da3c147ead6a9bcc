"""Names and assets from official directories and a user's own files."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.schemas import ASSETS
from sectorlib.sources.boundaries import county_shapes
from sectorlib.sources.places import (
    read_airports,
    read_assets,
    read_names,
    read_partners,
    read_travel_times,
    with_counties,
)
from sectorlib.sources.rural_urban import on_county_codes, read_rural_urban


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


IPEDS = "UNITID,INSTNM,STABBR,COUNTYCD,LATITUDE,LONGITUD,CYACTIVE\n"


def test_the_official_directory(tmp_path):
    """Codes of counties get their leading zero back; -2 is no county; closed colleges are left out."""
    path = written(
        tmp_path / "hd2020.csv",
        IPEDS + "1,Alabama A & M,AL,1089,34.78,-86.56,1\n2,Universidad Ñ,PR,72021,18.4,-66.1,1\n"
        "3,Online only,NY,-2,43.1,-77.6,1\n4,Closed,NY,36055,43.1,-77.6,3\n",
        "latin-1",
    )
    assets = read_assets([path])
    assert assets["name"].to_list() == ["Alabama A & M", "Universidad Ñ", "Online only"]
    assert assets["area"].fillna("none").to_list() == ["01089", "72021", "none"]
    assert set(assets["kind"]) == {"college"}
    assert assets["asset"].to_list() == ["hd2020:1", "hd2020:2", "hd2020:3"]
    assert assets["lat"].to_list() == [34.78, 18.4, 43.1]


def test_a_users_own_file_with_and_without_a_county(tmp_path):
    plain = written(
        tmp_path / "ports.csv", "\ufeffasset,kind,name,lat,lon\n1,port,Albany,42.6,-73.8\n2,port,Oswego,,\n"
    )
    full = written(
        tmp_path / "parks.csv", "asset,kind,name,lat,lon,area\n1,industrial park,East,42.6,-73.8,36001\n"
    )
    assets = read_assets([plain, full])
    assert assets["asset"].to_list() == ["ports:1", "ports:2", "parks:1"]
    assert assets["area"].isna().to_list() == [True, True, False]
    assert assets["lat"].isna().to_list() == [False, True, False]


def test_the_county_of_an_asset_gets_its_zero_back_or_is_refused(tmp_path):
    """A code that no county has would put the asset in no county, without a word."""
    head = "asset,kind,name,lat,lon,area\n"
    path = written(
        tmp_path / "parks.csv", head + "1,industrial park,East,32.5,-86.5,1001\n2,park,West,32.5,-86.5,\n"
    )
    assert read_assets([path])["area"].fillna("none").to_list() == ["01001", "none"]
    places = [
        ({"kind": "park", "name": "A", "area": 1001}, "Point", [-86.5, 32.5]),
        ({"kind": "park", "name": "B", "area": None}, "Point", [-86.5, 32.5]),  # so that numbers are 1001.0
    ]
    assert read_assets([shapes_file(tmp_path, places)])["area"].fillna("none").to_list() == ["01001", "none"]
    named = written(tmp_path / "named.csv", head + "1,park,East,32.5,-86.5,Autauga\n")
    assert read_assets([named])["area"].to_list() == ["01001"]  # one county alone has the name
    unknown = written(tmp_path / "unknown.csv", head + "1,park,East,32.5,-86.5,Nowhere\n")
    with pytest.raises(LayoutError, match="Nowhere"):
        read_assets([unknown])


def test_no_files_is_an_empty_table_of_assets():
    assert read_assets([]).columns.to_list() == ASSETS.names


@pytest.mark.parametrize("place", ["43°9'", "north"])
def test_a_position_that_is_no_number_is_named_by_its_row(tmp_path, place):
    path = written(
        tmp_path / "a.csv", f"asset,kind,name,lat,lon\n1,port,x,42.6,-73.8\n2,port,y,{place},-73.8\n"
    )
    with pytest.raises(LayoutError, match=rf"a\.csv, row 3: lat is .*{place[:2]}"):
        read_assets([path])


def test_files_of_no_known_layout(tmp_path):
    with pytest.raises(LayoutError, match=r"a\.csv lacks asset, kind, name, lat, lon; it has id, label"):
        read_assets([written(tmp_path / "a.csv", "id,label\n1,x\n")])
    with pytest.raises(LayoutError, match=r"empty\.csv cannot be read"):
        read_assets([written(tmp_path / "empty.csv", "")])
    with pytest.raises(LayoutError, match=r"ragged\.csv cannot be read"):
        read_assets([written(tmp_path / "ragged.csv", "asset,kind\n1,2,3\n1,2,3,4,5\n")])
    twice = written(tmp_path / "twice.csv", "asset,kind,name,lat,lon\n1,port,x,42,-73\n1,port,y,42,-73\n")
    with pytest.raises(TableError, match="repeated keys of the assets table"):
        read_assets([twice])


@pytest.mark.parametrize("name", ["broken.csv.gz", "broken.zip"])
def test_damaged_archives_are_errors(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"neither gzip nor zip")
    with pytest.raises(LayoutError, match="broken"):
        read_assets([path])


def test_names(tmp_path):
    path = written(tmp_path / "names.csv", 'area,name,note\n01001,"Autauga County, Alabama",x\n99001,Ash,\n')
    names = read_names(path)
    assert names.to_dict() == {"01001": "Autauga County, Alabama", "99001": "Ash"}
    assert isinstance(names, pd.Series)
    with pytest.raises(LayoutError, match="lacks name"):
        read_names(written(tmp_path / "a.csv", "area,title\n1,x\n"))
    with pytest.raises(LayoutError, match="names area '1' twice"):
        read_names(written(tmp_path / "b.csv", "area,name\n1,x\n1,y\n"))


@pytest.mark.shared
def test_colleges_of_the_official_directory(shared):
    assets = read_assets([shared / "data" / "infrastructure" / "ipeds_hd2020.csv"])
    assert len(assets) > 5_000
    assert assets["area"].dropna().str.fullmatch(r"\d{5}").all()
    assert (assets["lat"].between(-15, 72) | assets["lat"].isna()).all()
    monroe = assets[assets["area"] == "36055"]
    assert "University of Rochester" in monroe["name"].to_list()


def shapes_file(folder, features, name="parks.geojson"):
    path = folder / name
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": p, "geometry": {"type": t, "coordinates": c}}
            for p, t, c in features
        ],
    }
    path.write_text(json.dumps(collection))
    return path


SQUARE = [[[-77.0, 43.0], [-76.9, 43.0], [-76.9, 43.1], [-77.0, 43.1], [-77.0, 43.0]]]


def test_points_areas_and_lines_of_a_file_of_shapes(tmp_path):
    """A point is where it is; an area keeps its shape; pieces of one line are one asset."""
    path = shapes_file(
        tmp_path,
        [
            ({"kind": "research", "name": "Laser lab", "area": "36055"}, "Point", [-77.61, 43.12]),
            ({"kind": "industrial park", "name": None}, "Polygon", SQUARE),
            ({"kind": "rail", "name": "Main"}, "LineString", [[-77.0, 43.0], [-76.0, 43.0]]),
            ({"kind": "rail", "name": "Main"}, "LineString", [[-76.0, 43.0], [-75.0, 43.0]]),
            ({"kind": "highway", "name": "Main"}, "LineString", [[-77.0, 42.0], [-76.0, 42.0]]),
        ],
    )
    assets = read_assets([path])
    assert assets["asset"].to_list() == [f"parks:{n}" for n in range(1, 5)]
    assert assets["kind"].to_list() == ["research", "industrial park", "highway", "rail"]
    assert assets["name"].to_list() == ["Laser lab", "unnamed", "Main", "Main"]
    assert assets["geometry"].isna().to_list() == [True, False, False, False]
    assert (assets["lat"][0], assets["lon"][0], assets["area"][0]) == (43.12, -77.61, "36055")
    shapes = shapely.from_wkt(assets["geometry"][1:].to_list())
    points = shapely.points(assets["lon"][1:], assets["lat"][1:])
    assert (shapely.distance(shapes, points) < 1e-5).all()
    assert shapes[2].bounds == (-77.0, 43.0, -75.0, 43.0)


def test_a_file_of_shapes_that_does_not_say_what_they_are(tmp_path):
    path = shapes_file(tmp_path, [({"OWNER": "CSX"}, "LineString", [[-77, 43], [-76, 43]])], "rail.geojson")
    with pytest.raises(LayoutError, match=r"does not say what its shapes are(?s:.*)kind: rail"):
        read_assets([path])
    with pytest.raises(LayoutError, match="'OWNR'"):
        read_assets([path], kind="rail", name="OWNR")
    assert read_assets([path], kind="rail", name="OWNER")[["kind", "name"]].to_numpy().tolist() == [
        ["rail", "CSX"]
    ]
    with pytest.raises(LayoutError, match="cannot be read as shapes"):
        read_assets([written(tmp_path / "broken.geojson", "{")], kind="rail")


def test_a_users_file_without_kinds_takes_the_studys(tmp_path):
    path = written(tmp_path / "ports.csv", "asset,name,lat,lon\n1,Albany,42.6,-73.8\n")
    assert read_assets([path], kind="port")["kind"].to_list() == ["port"]


def test_ipeds_tells_colleges_from_career_schools_and_leaves_offices_out(tmp_path):
    path = written(
        tmp_path / "hd.csv",
        "UNITID,INSTNM,COUNTYCD,LATITUDE,LONGITUD,CYACTIVE,SECTOR,ICLEVEL,WEBADDR\n"
        "1,System office,36055,43,-77,1,0,1,\n2,Two years,36055,43,-77,1,4,2,www.two.edu/\n"
        "3,Hair,36055,43,-77,1,9,3, \n",
    )
    assets = read_assets([path])
    assert assets["name"].to_list() == ["Two years", "Hair"]
    assert assets["kind"].to_list() == ["college", "career school"]
    assert assets["website"][0] == "www.two.edu/"


def test_airports_have_positions_in_the_country_and_codes_of_three_letters():
    airports = read_airports()
    assert airports["asset"].str.fullmatch(r"airport:[A-Z0-9]{3}").all()
    assert airports["lat"].between(-15, 72).all()
    assert len(airports) > 1_000


def test_airports_need_their_package(monkeypatch):
    monkeypatch.setattr("sectorlib.sources.places.find_spec", lambda name: None)
    with pytest.raises(MissingFileError, match=r"sectorlib\[airports\]"):
        read_airports()


def test_counties_of_assets_by_their_place():
    """Inside; a little off the shore; in the sea; without a place; with a county of its own."""
    assets = pd.DataFrame(
        {
            "asset": list("abcde"),
            "kind": "port",
            "name": list("abcde"),
            "lat": [43.15, 43.26, 44.0, np.nan, 43.15],
            "lon": [-77.6, -77.55, -77.6, np.nan, -77.6],
            "area": [None, None, None, None, "36069"],
        }
    )
    found = with_counties(assets, county_shapes("2010s"))["area"]
    assert found.fillna("").to_list() == ["36055", "36055", "", "", "36069"]


def test_a_line_lies_in_no_one_county(tmp_path):
    path = shapes_file(
        tmp_path,
        [
            ({"kind": "rail", "name": "Main"}, "LineString", [[-78.5, 43.0], [-76.0, 43.0]]),
            ({"kind": "park", "name": "East"}, "Polygon", SQUARE),
        ],
    )
    found = with_counties(read_assets([path]), county_shapes("2010s")).set_index("kind")["area"]
    assert found.fillna("").to_dict() == {"park": "36117", "rail": ""}


def test_partners_keep_the_columns_of_the_analyst(tmp_path):
    path = written(
        tmp_path / "p.csv", "kind,name,county,phone\nunion,Local 1,36055,555-0100\nunion,Local 1,36069,\n"
    )
    partners = read_partners(path)
    assert partners.columns.to_list() == ["kind", "name", "area", "phone"]
    assert partners["area"].to_list() == ["36055", "36069"]
    with pytest.raises(LayoutError, match="lacks area"):
        read_partners(written(tmp_path / "a.csv", "kind,name\nunion,x\n"))
    with pytest.raises(LayoutError, match="'Monroe' in row 2 is the name of several counties"):
        read_partners(written(tmp_path / "b.csv", "kind,name,area\nunion,x,Monroe\n"))
    with pytest.raises(TableError, match="repeated keys"):
        read_partners(written(tmp_path / "c.csv", "kind,name,area\nunion,x,36055\nunion,x,36055\n"))


def test_travel_times(tmp_path):
    times = read_travel_times(written(tmp_path / "t.csv", "home,place,minutes\n36055,airport:ROC,14\n"))
    assert times.to_dict("records") == [{"home": "36055", "place": "airport:ROC", "minutes": 14.0}]
    for text, message in {
        "home,place\n36055,x\n": "lacks minutes",
        "home,place,minutes\n36055,x,soon\n": "row 2: minutes is 'soon'",
        "home,place,minutes\nRochester,x,3\n": "holds 'Rochester'",
    }.items():
        with pytest.raises(LayoutError, match=message):
            read_travel_times(written(tmp_path / "a.csv", text))
    with pytest.raises(LayoutError, match=r"b\.csv, row 2: minutes is '-3'"):
        read_travel_times(written(tmp_path / "b.csv", "home,place,minutes\n36055,x,-3\n"))


RUCC = {
    "csv": "FIPS,State,County_Name,Population_2020,RUCC_2023,Description\n36055,NY,Monroe,1,1,x\n1001,AL,y,1,2,x\n",
    "long csv": "FIPS,State,County_Name,Attribute,Value\n36055,NY,Monroe,Population_2020,759443\n"
    "36055,NY,Monroe,RUCC_2023,1\n36055,NY,Monroe,Description,x\n01001,AL,y,RUCC_2023,2\n",
}


@pytest.mark.parametrize("layout", RUCC)
def test_rural_urban_codes(tmp_path, layout):
    codes = read_rural_urban(written(tmp_path / "codes.csv", RUCC[layout]))
    assert codes.to_dict() == {"01001": 2, "36055": 1}
    assert codes.name == "RUCC_2023"


def test_rural_urban_codes_that_are_none(tmp_path):
    for text, message in {
        "FIPS,code\n36055,1\n": "FIPS and RUCC_2023",
        "FIPS,RUCC_2013\n36055,12\n": "row 2: RUCC_2013 is '12'",
        "FIPS,RUCC_2013\n36,1\n": "holds '36'",
    }.items():
        with pytest.raises(LayoutError, match=message):
            read_rural_urban(written(tmp_path / "a.csv", text))
    with pytest.raises(TableError, match="36055 twice"):
        read_rural_urban(written(tmp_path / "b.csv", "FIPS,RUCC_2013\n36055,1\n36055,1\n"))


def test_a_redrawn_county_has_a_code_only_if_its_parts_agree():
    regions = pd.Series({"09110": 1, "09130": 1, "09150": 4, "09180": 2, "46102": 6}, dtype="Int64")
    # 09007 lies in 09130 alone, 09011 in three regions of three codes; 46113 was renamed.
    codes = on_county_codes(regions, ["09007", "09011", "46113", "36055"])
    assert codes.fillna(0).to_list() == [1, 0, 6, 0]


@pytest.mark.shared
def test_the_official_rural_urban_codes(shared):
    new = read_rural_urban(shared / "data/delineations/ers_Ruralurbancontinuumcodes2023.csv")
    old = read_rural_urban(shared / "data/layouts/ers/ruralurbancodes2013.xls")
    assert (len(new), len(old)) == (3233, 3221)
    assert (new["36055"], old["36055"], new["36041"]) == (1, 1, 8)
    # ERS (2024): 1,186 of 3,144 counties were metropolitan in 2023; 1,167 of 3,143 in 2013.
    states = [codes[codes.index.str[:2] < "60"] for codes in (new, old)]
    assert [(len(codes), int((codes <= 3).sum())) for codes in states] == [(3144, 1186), (3143, 1167)]
