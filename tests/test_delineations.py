"""Reading delineations: official layouts by their columns, any file by two named columns."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.membership import NONE, check_membership
from sectorlib.sources.delineations import not_recorded, read_delineation, read_jurisdictions, reading_notes
from sectorlib.sources.text_tables import read_text_table


def _file(folder: Path, text: str, name: str = "table.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.shared
def test_ers_workbook_gives_the_741_zones_of_1990(shared):
    zones = read_delineation(shared / "data/delineations/ers_czlma903_1990.xls")
    assert zones["group"].nunique() == 741
    assert len(zones) == 3141
    assert zones["member"].str.fullmatch(r"\d{5}").all()
    # Autauga County: zone 11101 in 1990 (28101 in 1980)
    assert zones.set_index("member").loc["01001", ["group", "system"]].tolist() == [
        "11101",
        "commuting zone 1990",
    ]
    # 736 largest places name 741 zones; no two zones share a title
    assert zones["title"].nunique() == 741
    assert check_membership(zones) is zones


@pytest.mark.shared
def test_fowler_zones_are_593_with_puerto_rico(shared):
    zones = read_delineation(shared / "data/delineations/cz2020_fowler_county20.csv")
    assert zones["group"].nunique() == 593
    assert zones.loc[~zones["member"].str.startswith("72"), "group"].nunique() == 583


@pytest.mark.shared
def test_omb_list_joins_state_and_county_codes_and_stops_before_its_notes(shared):
    areas = read_delineation(shared / "data/delineations/omb_cbsa_list1_2023.xlsx")
    assert len(areas) == 1915
    assert areas.set_index("member").loc["36055", ["group", "title"]].tolist() == ["40380", "Rochester, NY"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "member", "group", "missing"),
    [
        ("ny_county_regions.csv", "fips", "workforce_investment_region", ["36059"]),
        ("nc_county_regions.csv", "GeoArea_FIPS", "WDB_Name", ["37101", "37119", "37155", "37167"]),
    ],
)
def test_blank_groups_are_not_recorded(shared, name, member, group, missing):
    path = shared / "data/jurisdictions" / name
    assert not_recorded(path, member, group) == missing
    boards = read_delineation(path, member, group)
    assert not boards["member"].isin(missing).any()
    assert len(boards) + len(missing) == len(pd.read_csv(path))
    assert set(boards["system"]) == {group}


def test_workbook_with_an_empty_first_sheet_a_title_and_notes(tmp_path):
    path = tmp_path / "list.xlsx"
    rows = [
        ["List of regions", None, None],
        ["fips", "name", "region"],
        [1001, "Autauga", "River"],
        [36055, "Monroe", "Lakes"],
        [None, None, None],
        ["Note: from 2023", None, None],
    ]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame().to_excel(book, sheet_name="Cover", index=False)
        pd.DataFrame(rows).to_excel(book, sheet_name="List", index=False, header=False)
    table = read_text_table(path)
    assert table.loc[3].tolist() == ["1001", "Autauga", "River"]
    with pytest.raises(LayoutError, match="'Note: from 2023' in row 6"):  # a note in the code's own column
        read_delineation(path, "fips", "region")


def test_notes_beside_a_blank_code_end_the_table_but_a_gap_inside_is_refused(tmp_path):
    path = _file(tmp_path, "region,fips\nLakes,36055\n,\nSource: the state,\n")
    assert read_delineation(path, "fips", "region")["member"].tolist() == ["36055"]
    path = _file(tmp_path, "region,fips\nLakes,36055\nRiver,\nLakes,36069\n")
    with pytest.raises(LayoutError, match="holds nothing in row 3"):
        read_delineation(path, "fips", "region")


def test_windows_encoding_byte_order_mark_and_compression_are_read(tmp_path):
    text = "fips,board\n35013,Doña Ana\n"
    latin = _file(tmp_path, text, "latin.csv", "cp1252")
    marked = _file(tmp_path, text, "marked.csv", "utf-8-sig")
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(text.encode()))
    for path in (latin, marked, packed):
        assert read_delineation(path, "fips", "board")["group"].tolist() == ["Doña Ana"]


def test_codes_keep_or_regain_their_leading_zero(tmp_path):
    table = pd.DataFrame({"fips": [1001, 36055], "board": ["River", "Lakes"]})
    table.to_parquet(tmp_path / "boards.parquet")
    assert read_delineation(tmp_path / "boards.parquet", "fips", "board")["member"].tolist() == [
        "36055",
        "01001",
    ]


def test_a_saved_membership_reads_back(tmp_path):
    path = _file(tmp_path, "member,group,weight,title,system\n36055,36055,1.0,Monroe,labor market\n")
    assert read_delineation(path)[["member", "group", "title"]].to_numpy().tolist() == [
        ["36055", "36055", "Monroe"]
    ]
    path = _file(tmp_path, "member,group,weight,title\n36055,36055,0.5,Monroe\n")
    with pytest.raises(LayoutError, match=r"holds 0.5 in row 2"):
        read_delineation(path)


def test_a_group_named_na_is_not_recorded_and_that_is_said(tmp_path):
    path = _file(tmp_path, "fips,board\n36055,NA\n36057,Nassau\n")
    assert read_delineation(path, "fips", "board")["member"].tolist() == ["36057"]
    assert reading_notes(path, "fips", "board")[0].startswith("'NA' is read as not recorded (1 county)")


def test_a_repeated_row_counts_once_and_two_groups_are_refused(tmp_path):
    path = _file(tmp_path, "fips,board\n36055,Lakes\n36055,Lakes\n36055,\n")
    assert len(read_delineation(path, "fips", "board")) == 1
    assert not_recorded(path, "fips", "board") == []
    path = _file(tmp_path, "fips,board\n36055,Lakes\n36069,Lakes\n36055,River\n")
    with pytest.raises(TableError, match=r"36055 in 'Lakes' and, in row 4, in 'River'"):
        read_delineation(path, "fips", "board")


@pytest.mark.parametrize("code", ["36000", "36999", "US000", "Monroe", "360551"])
def test_what_is_no_county_is_named_with_its_row(tmp_path, code):
    path = _file(tmp_path, f"fips,board\n36055,Lakes\n{code},Lakes\n")
    with pytest.raises(LayoutError, match=f"{code}' in row 3"):
        read_delineation(path, "fips", "board")


def test_columns_that_are_not_there(tmp_path):
    path = _file(tmp_path, "fips,board\n36055,Lakes\n")
    with pytest.raises(LayoutError, match="did you mean 'board'"):
        read_delineation(path, "fips", "boards")
    with pytest.raises(LayoutError, match="only one of member"):
        read_delineation(path, "fips")
    with pytest.raises(LayoutError, match="has columns fips, board"):
        read_delineation(path)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(MissingFileError, match=r"none.csv is not there"):
        read_delineation(tmp_path / "none.csv")
    for name, content in {
        "empty.csv": b"",
        "header.csv": b"fips,board\n",
        "ragged.csv": b"fips,board\n36055,Lakes,more\n",
        "fake.xlsx": b"fips,board\n",
        "fake.parquet": b"fips,board\n",
        "fake.csv.gz": b"fips,board\n",
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(LayoutError, match=f"^{name} "):
            read_delineation(tmp_path / name, "fips", "board")


def test_jurisdictions_may_split_counties_and_none_is_told_apart_from_not_recorded(tmp_path):
    path = _file(
        tmp_path,
        "fips,board,weight\n36059,Hempstead,0.4\n36059,Oyster Bay,0.5\n36059,NONE,0.1\n36001,None,\n36055,,1\n"
        "36069,Lakes,0.75\n36069,,0.25\n",
    )
    table = read_jurisdictions(path, "fips", "board")
    weights = table.set_index(["member", "group"])["weight"].to_dict()
    assert weights == {
        ("36059", "Hempstead"): 0.4,
        ("36059", "Oyster Bay"): 0.5,
        ("36059", NONE): 0.1,
        ("36001", NONE): 1.0,
        ("36069", "Lakes"): 0.75,
    }
    assert set(table.loc[table["group"] == NONE, "title"]) == {NONE}
    with pytest.raises(LayoutError, match=r"holds 0\.4 in row 2"):
        read_delineation(path, "fips", "board")


def test_shares_of_counties_that_cannot_be(tmp_path):
    over = _file(tmp_path, "fips,board,weight\n36059,A,0.7\n36059,B,0.4\n")
    with pytest.raises(TableError, match=r"weights of member '36059' in .*sum to 1.1"):
        read_jurisdictions(over, "fips", "board")
    for wrong in ("half", "1.5", "-0.1"):
        path = _file(tmp_path, f"fips,board,weight\n36055,A,1\n36059,B,{wrong}\n")
        with pytest.raises(LayoutError, match=f"holds '{wrong}' in row 3"):
            read_jurisdictions(path, "fips", "board")
    whole = _file(tmp_path, "fips,board\n36059,A\n36059,B\n")
    with pytest.raises(TableError, match="has county 36059 in 'A' and, in row 3, in 'B'"):
        read_jurisdictions(whole, "fips", "board")


@pytest.mark.shared
def test_a_county_that_the_official_metropolitan_areas_leave_out_is_in_none(shared):
    table = read_jurisdictions(shared / "data/delineations/omb_cbsa_list1_2023.xlsx")
    group = table.set_index("member")["group"]
    assert group["36055"] == "40380"
    assert group["36041"] == NONE  # Hamilton County
    assert (group.index.str[:2] < "60").sum() == 3144  # every county of 2023 in the states
    assert (table["weight"] == 1).all()
