"""Names and assets from official directories and a user's own files."""

import pandas as pd
import pytest

from sectorlib.exceptions import LayoutError, TableError
from sectorlib.schemas import ASSETS
from sectorlib.sources.places import read_assets, read_names


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
    with pytest.raises(
        LayoutError, match=r"a\.csv has columns id, label; it lacks asset, kind, name, lat, lon"
    ):
        read_assets([written(tmp_path / "a.csv", "id,label\n1,x\n")])
    with pytest.raises(LayoutError, match=r"empty\.csv is not a CSV file"):
        read_assets([written(tmp_path / "empty.csv", "")])
    with pytest.raises(LayoutError, match=r"ragged\.csv is not a CSV file"):
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
    with pytest.raises(LayoutError, match="it lacks name"):
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
