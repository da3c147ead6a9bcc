"""Official projections: the national workbook, a state's table, growth that is applied, refusals."""

import numpy as np
import pandas as pd
import pytest
from openpyxl import Workbook

from sectorlib.exceptions import LayoutError, MissingFileError, NotSupportedError, TableError
from sectorlib.projection.official import align_official, beside_official
from sectorlib.sources.official_projections import (
    COLUMNS,
    read_national_projections,
    read_official_projections,
    read_state_projections,
)

HEADER = ["Industry", " 2022 NAICS", *(f"Employment, {year}" for year in (2013, 2023, 2033)), "Output, 2013"]


def workbook(path, rows, title="Table 2.11 (Employment in thousands of jobs)", header=HEADER):
    book = Workbook()
    sheet = book.active
    for row in ([title], header, *rows):
        sheet.append(row)
    book.save(path)
    return path


def official_of(**changes) -> pd.DataFrame:
    row = {
        "area": "36000", "industry": "62", "base_year": 2016, "target_year": 2026,
        "base_employment": 1000.0, "target_employment": 1500.0,
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def panel_of(employment=(900.0, 1000.0), area="36055", last=2017) -> pd.DataFrame:
    years = range(last + 1 - len(employment), last + 1)
    return pd.DataFrame(
        {"area": area, "industry": "62", "ownership": "5", "year": years, "employment": employment}
    )


def test_the_national_workbook(tmp_path):
    rows = [
        ["Total(1)", "", 1, 2, 3, 4],
        ["Nonagriculture wage and salary", "NA", 1, 2, 3, 4],
        ["Retail", "44, 45", 10, 20.5, 30, 4],
        ["Textiles", "313,314", 1, 2, 3, 4],
        ["Shops", "442-4, 446", 1, 5, 6, 4],
        ["Furniture shops", 442, 1, 7, 8, 4],
        ["Manufacturing", "31-33", 1, 9, 10, 4],
        ["Footnotes"],
    ]
    table = read_national_projections(workbook(tmp_path / "industry.xlsx", rows))
    assert list(table.columns) == COLUMNS
    assert set(table["base_year"]) == {2023}
    assert set(table["target_year"]) == {2033}
    by_code = table.set_index("industry")
    assert sorted(by_code.index) == ["31-33", "313", "314", "44-45", "442", "443", "444", "446"]
    assert by_code.loc["44-45", ["base_employment", "target_employment", "group"]].to_list() == [
        20500,
        30000,
        "",
    ]
    assert by_code.loc["314", "group"] == "313,314"
    assert by_code.loc["442", "base_employment"] == 7000  # its own row, not that of the group
    assert by_code.loc["443", ["base_employment", "group"]].to_list() == [5000, "442,443,444,446"]


def test_workbooks_that_are_not_it(tmp_path):
    with pytest.raises(MissingFileError):
        read_national_projections(tmp_path / "none.xlsx")
    (tmp_path / "text.xlsx").write_text("not a workbook")
    with pytest.raises(LayoutError, match="cannot be read as a workbook"):
        read_national_projections(tmp_path / "text.xlsx")
    with pytest.raises(LayoutError, match="thousands of jobs"):
        read_national_projections(workbook(tmp_path / "jobs.xlsx", [], title="Employment in jobs"))


@pytest.mark.shared
def test_the_published_national_workbook_is_read_and_its_pandemic_base_refused(shared):
    table = read_national_projections(shared / "data" / "projections" / "bls_ep_2020-30_industry.xlsx")
    by_code = table.set_index("industry")
    assert by_code.index.is_unique
    assert by_code.loc["23", ["base_employment", "target_employment"]].to_list() == [7_269_400, 7_584_400]
    assert {"11", "21", "22", "23", "31-33", "42", "44-45", "48-49", "51", "72"} - set(by_code.index) <= {
        "11"
    }
    with pytest.raises(NotSupportedError, match="base year 2020"):
        align_official(panel_of(last=2021), table)


def test_a_state_s_table_and_its_faults(tmp_path):
    path = tmp_path / "state.csv"
    good = (
        "area,industry,base_year,target_year,base_employment,target_employment\n36000,62,2016,2026,100,150\n"
    )
    path.write_text("\ufeff" + good, encoding="utf-8")
    assert list(read_state_projections(path).columns) == COLUMNS
    path.write_text(good.replace("target_year,", "").replace("2026,", ""))
    with pytest.raises(LayoutError, match="lacks target_year"):
        read_state_projections(path)
    path.write_text(good.replace("150", "1.5k"))
    with pytest.raises(LayoutError, match=r"1\.5k"):
        read_state_projections(path)
    path.write_text(good + good.splitlines()[1])
    with pytest.raises(TableError, match="stands twice"):
        read_state_projections(path)
    path.write_text(good.replace("2026", "2016"))
    with pytest.raises(TableError, match="not after its base"):
        read_state_projections(path)
    path.write_text(good.replace(",100,", ",0,"))
    with pytest.raises(TableError, match="none in the base year"):
        read_state_projections(path)
    titled = good.replace("employment\n", "employment,title\n").replace("150\n", "150,Caf\u00e9s\n")
    path.write_bytes(titled.encode("cp1252"))
    assert read_state_projections(path)["title"].to_list() == ["Caf\u00e9s"]
    path.write_bytes(b"area\xff")
    with pytest.raises(LayoutError, match="holds no rows"):
        read_state_projections(path)
    with pytest.raises(MissingFileError):
        read_state_projections(tmp_path / "none.csv")


def test_codes_of_a_state_s_table_are_those_of_the_panel(tmp_path):
    """Else the nation's growth would silently stand in for the state's."""
    path = tmp_path / "state.csv"
    header = "area,industry,base_year,target_year,base_employment,target_employment\n"
    path.write_text(header + "6000,31,2016,2026,100,150\nBay Area,62,2016,2026,100,150\n")
    table = read_state_projections(path)
    assert table[["area", "industry"]].to_numpy().tolist() == [["06000", "31-33"], ["Bay Area", "62"]]


def test_files_of_both_kinds_are_read_together_and_the_first_stands(tmp_path):
    header = "area,industry,base_year,target_year,base_employment,target_employment\n"
    (tmp_path / "a.csv").write_text(header + "36000,62,2016,2026,100,150\n")
    (tmp_path / "b.csv").write_text(header + "36000,62,2018,2028,100,120\n36000,72,2018,2028,100,120\n")
    nation = workbook(tmp_path / "industry.xlsx", [["Construction", 23, 1, 2, 3, 4]])
    table = read_official_projections([tmp_path / "a.csv", tmp_path / "b.csv", nation])
    assert list(table[["area", "industry", "base_year", "file"]].itertuples(index=False, name=None)) == [
        ("36000", "62", 2016, "a.csv"), ("36000", "72", 2018, "b.csv"), ("US000", "23", 2023, "industry.xlsx"),
    ]  # fmt: skip


def test_growth_is_applied_and_levels_are_not():
    table = align_official(panel_of(), official_of(), 3)
    assert table["year"].to_list() == [2018, 2019, 2020]
    assert table["official_employment"].to_numpy() == pytest.approx(1000 * 1.5 ** (np.arange(1, 4) / 10))
    assert table["growth_per_year"].iloc[0] == pytest.approx(100 * (1.5**0.1 - 1))
    thousandfold = official_of(base_employment=1e6, target_employment=1.5e6)
    pd.testing.assert_frame_equal(align_official(panel_of(), thousandfold, 3), table)


def test_the_nearest_projection_is_taken_and_none_beyond_its_target():
    official = pd.concat(
        [
            official_of(area="US000", target_employment=1100.0),
            official_of(),
            official_of(area="36055", target_year=2018),
        ]
    )
    areas = ["36055", "36029", "42001"]
    panel = pd.concat([panel_of(area=area) for area in areas])
    table = align_official(panel, official, 3)
    assert table.groupby("area")["official_area"].first().to_dict() == {
        "36055": "36055", "36029": "36000", "42001": "US000",
    }  # fmt: skip
    assert table.groupby("area").size().to_dict() == {"36029": 3, "36055": 1, "42001": 3}


def test_every_area_has_a_row_for_each_year_whoever_projects_it():
    official = pd.concat([official_of(area=area) for area in ("36000", "36001", "36003")])
    areas = [f"36{number:03}" for number in range(1, 21, 2)] + ["36000"]
    table = align_official(pd.concat([panel_of(area=area) for area in areas]), official, 3)
    assert table.groupby("area")["year"].apply(list).to_dict() == {area: [2018, 2019, 2020] for area in areas}
    own = table.drop_duplicates("area").set_index("area")["official_area"]
    assert own.to_dict() == {area: area if area in ("36000", "36001", "36003") else "36000" for area in areas}


def test_alignment_refusals():
    with pytest.raises(NotSupportedError, match="base year 2021"):
        align_official(panel_of(last=2022), official_of(base_year=2021, target_year=2031))
    with pytest.raises(NotSupportedError, match="ends in 2017"):
        align_official(panel_of(), official_of(base_year=2018, target_year=2028))
    with pytest.raises(NotSupportedError, match="none of the panel's"):
        align_official(panel_of(), official_of(industry="72"))
    with pytest.raises(NotSupportedError, match="none of the panel's"):
        align_official(panel_of((900.0, np.nan)), official_of())


def test_official_first_and_ours_beside():
    ours = pd.DataFrame(
        {"area": ["36055", "36055", "42001"], "industry": "62", "year": [2018, 2019, 2018], "employment": 1010.0,
         "low_80": 990.0, "high_80": 1030.0, "low_95": 970.0, "high_95": 1050.0, "method": "ensemble"}
    )  # fmt: skip
    table = beside_official(ours, align_official(panel_of(), official_of(), 2))
    assert list(table.columns[:4]) == ["area", "industry", "year", "official_employment"]
    assert len(table) == 3
    assert table["inside_95"].to_list() == [True, False, pd.NA]
    assert np.isnan(table["official_employment"].iloc[2])
