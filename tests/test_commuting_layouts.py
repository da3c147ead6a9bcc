"""Reading the American Community Survey's workbook and LODES, and markets of segments."""

import gzip

import pandas as pd
import pytest

from sectorlib import labor_markets as lm
from sectorlib.exceptions import (
    LayoutError,
    MissingFileError,
    NotSupportedError,
    TableError,
    UnknownNameError,
)
from sectorlib.sources.commuting import read_commuting, read_flows, workers_abroad
from sectorlib.sources.lodes import SEGMENTS, read_lodes

ACS_HEADER = [
    ["State FIPS Code", "County FIPS Code", "State Name", "County Name"] * 2
    + ["Workers in Commuting Flow", "Margin of Error"]
]
ACS_ROWS = [
    ["01", "001", "Alabama", "Autauga County", "001", "001", "Alabama", "Autauga County", 8828, 752],
    ["01", "001", "Alabama", "Autauga County", "013", "121", "Georgia", "Fulton County", 14, 12],
    ["01", "001", "Alabama", "Autauga County", "303", None, "Mexico", None, 3, 5],
    ["09", "001", "Connecticut", "Fairfield County", "036", "061", "New York", "New York County", 30000, 900],
]


#: What stands above the header: six rows for 2011-2015, seven for 2016-2020.
ACS_2016_ABOVE = [
    ["Table 1. Residence County to Workplace County Commuting Flows for the United States and Puerto Rico"],
    ["Sorted by Residence Geography: 5-Year ACS, 2016-2020"],
    ["For more information on sampling and estimation methods see the documentation."],
    ["Universe: Workers 16 years and over."],
    ["Commuting flows are sorted by residence state, residence county, workplace state, workplace county."],
    [None],
    ["Residence", None, None, None, "Place of Work", None, None, None, "Commuting Flow"],
]


def _workbook(path, rows=ACS_ROWS, header=ACS_HEADER, above=None):
    above = above or [
        ["Table 1. Residence County to Workplace County Commuting Flows"],
        ["Universe: Workers 16 years and over."],
        ["Residence", None, None, None, "Place of Work", None, None, None, "Commuting Flow"],
    ]
    notes = [["Footnotes:"], ["For more information see the documentation."]]
    blank = [[None]]
    lines = [[*row, *[None] * (10 - len(row))] for row in [*above, *header, *rows, *blank, *notes]]
    pd.DataFrame(lines, dtype=object).to_excel(path, index=False, header=False)
    return path


def test_the_workbook_is_read_by_its_header_and_other_countries_are_told_apart(tmp_path):
    path = _workbook(tmp_path / "table1.xlsx")
    flows = read_flows(path)
    assert flows.to_numpy().tolist() == [
        ["01001", "01001", 8828.0, 752.0],
        ["01001", "13121", 14.0, 12.0],
        ["09001", "36061", 30000.0, 900.0],
    ]
    assert workers_abroad(path).to_numpy().tolist() == [["01001", "Mexico", 3.0, 5.0]]


def test_the_layout_of_2016_to_2020_is_read_and_puerto_rico_is_domestic(tmp_path):
    rows = [
        ["09", "110", "Connecticut", "Capitol Planning Region", "009", "110", "Connecticut", "Capitol Planning Region", 5, 1],
        ["09", "110", "Connecticut", "Capitol Planning Region", "036", "061", "New York", "New York County", 7, 3],
        ["72", "127", "Puerto Rico", "San Juan Municipio", "072", "127", "Puerto Rico", "San Juan Municipio", 9, 4],
        ["72", "127", "Puerto Rico", "San Juan Municipio", "408", None, "Virgin Islands", None, 2, 2],
    ]  # fmt: skip
    path = _workbook(tmp_path / "table1.xlsx", rows, above=ACS_2016_ABOVE)
    assert read_flows(path).to_numpy().tolist() == [
        ["09110", "09110", 5.0, 1.0], ["09110", "36061", 7.0, 3.0], ["72127", "72127", 9.0, 4.0],
    ]  # fmt: skip
    assert workers_abroad(path)["place"].tolist() == ["Virgin Islands"]


def test_codes_may_come_before_names_and_header_cells_may_break_their_lines(tmp_path):
    # 2006-2010: the four codes, the flow, then the names
    header = [[
        "State FIPS Code", "County FIPS Code", "State FIPS Code", "County FIPS Code",
        "Workers in\nCommuting Flow", "Margin of Error", "State Name", "County Name", "State Name", "County Name",
    ]]  # fmt: skip
    rows = [
        ["01", "001", "001", "021", 12, 8, "Alabama", "Autauga County", "Alabama", "Chilton County"],
        ["01", "001", "303", None, 3, 5, "Alabama", "Autauga County", "Mexico", None],
    ]
    path = _workbook(tmp_path / "table1.xlsx", rows, header)
    assert read_flows(path).to_numpy().tolist() == [["01001", "01021", 12.0, 8.0]]
    assert workers_abroad(path)["place"].tolist() == ["Mexico"]


def test_a_table_that_has_workplaces_first_is_not_read_the_wrong_way_round(tmp_path):
    rows = [["013", "121", "Georgia", "Fulton County", "01", "001", "Alabama", "Autauga County", 14, 12]]
    path = _workbook(tmp_path / "table2.xlsx", rows)
    assert read_flows(path)[["home", "work"]].to_numpy().tolist() == [["01001", "13121"]]


def test_a_blank_number_of_workers_in_the_workbook_is_named_with_its_row(tmp_path):
    rows = [[*ACS_ROWS[0][:8], None, None]]
    with pytest.raises(LayoutError, match=r"column workers of table1\.xlsx is blank in row 5"):
        read_flows(_workbook(tmp_path / "table1.xlsx", rows))


def test_codes_that_the_workbook_holds_as_numbers_are_codes(tmp_path):
    rows = [[1, 1, "Alabama", "Autauga County", 36, 61, "New York", "New York County", 5, 2.5]]
    flows = read_flows(_workbook(tmp_path / "table1.xlsx", rows))
    assert flows.to_numpy().tolist() == [["01001", "36061", 5.0, 2.5]]


def test_a_workbook_of_minor_civil_divisions_is_refused_and_a_tidy_one_is_read(tmp_path):
    header = [[*ACS_HEADER[0][:4], "State FIPS Code", "Place", *ACS_HEADER[0][-2:]]]
    rows = [["25", "001", "Massachusetts", "Barnstable", "025", "x", 5, 2]]
    with pytest.raises(LayoutError, match="has columns state fips code"):
        read_flows(_workbook(tmp_path / "table3.xlsx", rows, header))
    divisions = [[*ACS_HEADER[0][:2], "Minor Civil Division FIPS Code", *ACS_HEADER[0][4:]]]
    with pytest.raises(LayoutError, match="minor civil division"):
        read_flows(_workbook(tmp_path / "table4.xlsx", [[*rows[0], 1, 2]], divisions))
    pd.DataFrame({"home": ["36055"], "work": ["36055"], "workers": [9]}).to_excel(
        tmp_path / "tidy.xlsx", index=False
    )
    assert read_flows(tmp_path / "tidy.xlsx")["workers"].tolist() == [9.0]
    (tmp_path / "fake.xlsx").write_text("home,work,workers\n")
    with pytest.raises(LayoutError, match=r"^fake.xlsx cannot be read"):
        read_flows(tmp_path / "fake.xlsx")


# ---------------------------------------------------------------------------------------------------------
# LODES
# ---------------------------------------------------------------------------------------------------------

CODES = [code for codes in SEGMENTS.values() for code in codes]


def _lodes(path, rows):
    """A file of (work block, home block, jobs); all jobs are of the first age, pay band and industry."""
    lines = ["w_geocode,h_geocode,S000," + ",".join(CODES) + ",createdate"]
    for work, home, jobs in rows:
        counts = [jobs if code.endswith("01") else 0 for code in CODES]
        lines.append(",".join(map(str, [work, home, jobs, *counts, "20211018"])))
    text = "\n".join(lines) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.fixture
def rhode_island(shared):
    folder = shared / "data/layouts/lodes"
    return [folder / "ri_od_main_JT00_2019.csv.gz", folder / "ri_od_aux_JT00_2019.csv.gz"]


@pytest.mark.shared
def test_rhode_islands_jobs_are_those_that_pandas_adds_up(shared, rhode_island):
    folder = shared / "data/layouts/lodes"
    crosswalks = [folder / "ri_xwalk.csv.gz", folder / "ct_xwalk.csv.gz"]
    flows = read_lodes(rhode_island, crosswalks)
    text = dict.fromkeys(["w_geocode", "h_geocode"], str)
    raw = pd.concat([pd.read_csv(path, dtype=text) for path in rhode_island])
    blocks = pd.concat([pd.read_csv(path, dtype=str, usecols=["tabblk2010", "cty"]) for path in crosswalks])
    county = blocks.set_index("tabblk2010")["cty"]
    raw["home"] = raw["h_geocode"].map(county).fillna(raw["h_geocode"].str[:5])
    raw["work"] = raw["w_geocode"].map(county).fillna(raw["w_geocode"].str[:5])
    expected = raw.groupby(["home", "work"])["S000"].sum()
    assert flows.set_index(["home", "work"])["workers"].to_dict() == expected.to_dict()
    assert set(flows["work"]) == {"44001", "44003", "44005", "44007", "44009"}
    by_pay = read_lodes(rhode_island, crosswalks, segments="pay")
    assert by_pay.groupby("segment")["workers"].sum().to_dict() == raw[list(SEGMENTS["pay"])].sum().to_dict()
    assert by_pay["workers"].sum() == flows["workers"].sum()


@pytest.mark.shared
def test_workers_with_high_pay_commute_farther(rhode_island):
    flows = read_lodes(rhode_island, segments="pay")
    stay = flows[flows["home"] == flows["work"]].groupby("segment")["workers"].sum()
    share = stay / flows.groupby("segment")["workers"].sum()
    assert share["SE01"] > share["SE03"]
    markets = lm.delineate_segments(flows, "commuting-zone")
    assert markets["system"].unique().tolist() == [f"labor market, SE0{band}" for band in (1, 2, 3)]
    part = flows[flows["segment"] == "SE03"]
    alone = lm.delineate(part, "commuting-zone")
    pd.testing.assert_frame_equal(
        markets.query("system == 'labor market, SE03'").drop(columns="system").reset_index(drop=True),
        alone.drop(columns="system"),
    )


def test_the_crosswalk_says_which_county_a_block_is_in_and_codes_keep_their_zeros(tmp_path):
    od = _lodes(tmp_path / "ct_od_main_JT00_2019.csv.gz", [("090010101011001", "090050101011002", 4)])
    assert read_lodes([od]).to_numpy().tolist() == [["09005", "09001", 4.0]]
    crosswalk = tmp_path / "ct_xwalk.csv"
    crosswalk.write_text("tabblk2020,st,cty\n090010101011001,09,09190\n")
    assert read_lodes([od], [crosswalk]).to_numpy().tolist() == [["09005", "09190", 4.0]]


def test_main_and_aux_files_of_several_states_add_up_and_a_part_twice_is_refused(tmp_path):
    ri = _lodes(tmp_path / "ri_main.csv", [("440010101011001", "440010101011002", 4)])
    aux = _lodes(tmp_path / "ri_aux.csv", [("440010101011001", "090010101011002", 2)])
    ct = _lodes(tmp_path / "ct_main.csv", [("090010101011001", "090010101011002", 7)])
    flows = read_lodes([ri, aux, ct])
    assert flows["workers"].tolist() == [7.0, 2.0, 4.0]
    with pytest.raises(TableError, match=r"ri_main.csv and ri_main.csv both hold main jobs of state 44"):
        read_lodes([ri, aux, ri])


def test_a_block_whose_zero_is_lost_is_in_its_county_and_another_code_is_refused(tmp_path):
    lost = _lodes(tmp_path / "lost.csv", [("90010101011001", "90050101011002", 4)])
    assert read_lodes([lost]).to_numpy().tolist() == [["09005", "09001", 4.0]]
    crosswalk = tmp_path / "xwalk.csv"
    crosswalk.write_text("tabblk2020,st,cty\n90010101011001,9,9190\n")
    assert read_lodes([lost], [crosswalk])["work"].tolist() == ["09190"]
    spoiled = _lodes(tmp_path / "spoiled.csv", [("4.4001E+14", "440010101011002", 4)])
    with pytest.raises(LayoutError, match=r"work of spoiled.csv holds '4.4001E\+14'"):
        read_lodes([spoiled])


def test_blank_and_negative_jobs_are_refused(tmp_path):
    blank = _lodes(tmp_path / "blank.csv", [("440010101011001", "440010101011002", "")])
    with pytest.raises(LayoutError, match="Could not convert string 'blank'"):
        read_lodes([blank])
    negative = _lodes(tmp_path / "negative.csv", [("440010101011001", "440010101011002", -4)])
    with pytest.raises(TableError, match="workers of the flows table in LODES holds -4"):
        read_lodes([negative])


def test_files_of_several_years_or_types_of_jobs_are_refused(tmp_path):
    rows = [("440010101011001", "440010101011002", 4)]
    ri = _lodes(tmp_path / "ri_od_main_JT00_2019.csv", rows)
    for name in ("ct_od_main_JT00_2018.csv", "ct_od_main_JT01_2019.csv.gz"):
        other = _lodes(tmp_path / name, [("090010101011001", "090010101011002", 7)])
        with pytest.raises(TableError, match="different types of jobs or years"):
            read_lodes([ri, other])


def test_a_block_in_two_crosswalks_counts_once(tmp_path):
    """Those of 2010 and of 2020 share most blocks: joined to both, 4 jobs would be 16."""
    od = _lodes(tmp_path / "ri_od_main_JT00_2019.csv", [("440010101011001", "440010101011002", 4)])
    old, new, other = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "other.csv"
    rows = "440010101011001,44,44001\n440010101011002,44,44001\n"
    old.write_text("tabblk2010,st,cty\n" + rows)
    new.write_text("tabblk2020,st,cty\n" + rows)
    other.write_text("tabblk2020,st,cty\n440010101011002,44,44007\n")
    assert read_lodes([od], [old, new])["workers"].tolist() == [4.0]
    assert read_commuting(iter([od, old, new]), "SE01")["workers"].tolist() == [4.0]
    with pytest.raises(TableError, match=r"block 440010101011002 in county 44001 and in county 44007"):
        read_lodes([od], [old, other])


def test_files_are_told_apart_by_their_columns(tmp_path):
    ri = _lodes(tmp_path / "a.csv", [("440010101011001", "440010101011002", 4)])
    aux = _lodes(tmp_path / "b.csv", [("440010101011001", "090010101011002", 2)])
    crosswalk = tmp_path / "c.csv"
    crosswalk.write_text("tabblk2020,st,cty\n440010101011001,44,44007\n")
    tidy = tmp_path / "d.csv"
    tidy.write_text("home,work,workers\n44001,44001,9\n")
    assert read_commuting([tidy]).to_numpy().tolist() == [["44001", "44001", 9.0]]
    flows = read_commuting([ri, crosswalk, aux])
    assert flows.to_numpy().tolist() == [["09001", "44007", 2.0], ["44001", "44007", 4.0]]
    assert read_commuting([ri, aux], "SE01")["workers"].tolist() == [2.0, 4.0]
    assert read_commuting([ri], "SE02").empty
    for paths, segment, error, message in [
        ([tidy, ri], None, LayoutError, "flows are in 2 files, d.csv among them"),
        ([crosswalk], None, LayoutError, "flows are in 1 files, c.csv"),
        ([tidy], "SE01", NotSupportedError, "d.csv does not tell jobs apart"),
        ([ri], "SE1", UnknownNameError, "unknown segment"),
    ]:
        with pytest.raises(error, match=message):
            read_commuting(paths, segment)


def test_what_is_no_lodes_file_is_refused(tmp_path):
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("home,work,workers\n")
    od = _lodes(tmp_path / "od.csv", [("440010101011001", "440010101011002", "many")])
    for paths, crosswalks, error, message in [
        ([wrong], [], LayoutError, "wrong.csv lacks w_geocode"),
        ([od], [], LayoutError, "od.csv cannot be read"),
        ([od], [wrong], LayoutError, "wrong.csv has columns home"),
        ([tmp_path / "none.csv"], [], MissingFileError, "none.csv is not there"),
        ([], [], MissingFileError, "no LODES files"),
    ]:
        with pytest.raises(error) as caught:
            read_lodes(paths, crosswalks)
        assert message in caught.value.found
    (tmp_path / "fake.csv.gz").write_text("no gzip")
    with pytest.raises(LayoutError, match=r"fake.csv.gz cannot be read"):
        read_lodes([tmp_path / "fake.csv.gz"])
    with pytest.raises(UnknownNameError, match="did you mean 'pay'"):
        read_lodes([od], segments="pays")


def test_flows_of_several_segments_are_drawn_one_by_one():
    flows = pd.DataFrame(
        {"home": ["36055"] * 2, "work": ["36055"] * 2, "workers": [5.0, 6.0], "segment": ["SE01", "SE02"]}
    )
    with pytest.raises(TableError, match="2 segments: SE01, SE02"):
        lm.delineate(flows)
    assert lm.delineate(flows.iloc[:1])["member"].tolist() == ["36055"]
    assert len(lm.delineate_segments(flows)) == 2
    with pytest.raises(NotSupportedError, match="without segments"):
        lm.delineate_segments(flows.drop(columns="segment"))
    with pytest.raises(TableError, match="repeated keys"):
        lm.delineate_segments(pd.concat([flows, flows]))
