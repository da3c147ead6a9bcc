"""Tables in layouts of their own: each adds up to what plain pandas or the publisher says."""

import gzip

import numpy as np
import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.exceptions import LayoutError, TableError, UnknownIndustryError
from sectorlib.pages.region.words import source_of_jobs
from sectorlib.sources.own_tables.headings import period_of
from sectorlib.sources.own_tables.values import read_figures


def of(panel, area=None, industry="10", ownership="0", year=None, column="employment"):
    rows = panel[(panel["industry"] == industry) & (panel["ownership"] == ownership)]
    rows = rows[(rows["area"] == area) if area else True] if area else rows
    rows = rows if year is None else rows[rows["year"] == year]
    return rows[column].sum(skipna=False)


def jobs(**columns):
    frame = {"County": ["Albany", "Erie"], "NAICS": ["62", "62"], "Jobs": [90, 10], "Year": [2020, 2020]}
    return pd.DataFrame(frame | columns)


@pytest.fixture(scope="session")
def more(shared):
    return shared / "data" / "layouts" / "more"


# --- real layouts ------------------------------------------------------------------------------------


@pytest.mark.shared
def test_open_data_of_new_york(more):
    path = more / "state_exports" / "ny_open_data_qcew_annual.csv"
    panel = sl.panel_from(
        path, area="Area", industry="NAICS", jobs="Average Employment", wages="Total Wage",
        establishments="Establishments", year="Year",
    )  # fmt: skip
    raw = pd.read_csv(path, dtype=str).rename(columns=str.strip).query("Year == '2015'")
    assert of(panel, year=2015) == 4_081_381  # by the publisher
    private = raw.loc[raw["NAICS Title"].str.strip() == "Total, All Private", "Average Employment"]
    assert of(panel, ownership="5", year=2015) == int(private.iloc[0])
    pay = raw.loc[raw["NAICS"] == "62", "Total Wage"].str.strip("$ ").astype(float).iloc[0]
    assert of(panel, industry="62", ownership="5", year=2015, column="wages") == pay
    assert any("add up to the private total" in note for note in panel.attrs["notes"])


@pytest.mark.shared
def test_web_tables_of_new_york(more):
    every = sl.panel_from(
        more / "state_exports" / "ny_dol_web_naics-00-total.csv", area="36", industry="00", ownership="all",
        jobs="Average Employment", wages="Total Wages", establishments="Reporting Units", year="Year",
    )  # fmt: skip
    assert of(every, "36000", year=2020) == 8_589_748
    assert of(every, "36000", year=2021, column="wages") == 776_201_688_494
    hospitals = sl.panel_from(
        more / "state_exports" / "ny_dol_web_naics-622.csv",
        area="New York State",
        industry="622",
        ownership="private",
    )
    assert of(hospitals, "36000", "622", "5", 2020) == 1_543_816
    assert of(hospitals, "36000", "622", "5", 2020, "establishments") == 58_098


@pytest.mark.shared
def test_a_dashboard_with_one_sheet_for_each_county(more):
    path = more / "state_exports" / "ny_Quarterly_QCEW_Table_MTA.xlsx"
    panel = sl.panel_from(path, state="NY")
    raw = pd.read_excel(path, sheet_name="Bronx", engine="calamine", header=None, skiprows=1).set_axis(
        list("abcdefghij"), axis=1
    )
    raw["a"] = raw["a"].ffill()
    year = raw[pd.to_numeric(raw["a"]) == 2023]
    assert len(year) == 4
    assert of(panel, "36005", year=2023) == year["f"].mean()
    assert of(panel, "36005", year=2023, column="wages") == year["i"].sum()
    assert panel["area"].nunique() == 12
    assert 2024 not in set(panel["year"])  # three quarters
    assert any("2024: 3 of 4 quarters, left out" in note for note in panel.attrs["notes"])


@pytest.mark.shared
@pytest.mark.parametrize("industry", [None, "IndustryClassification", "Description", "LineCode"])
def test_bea_of_rhode_island(more, industry):
    path = more / "bea" / "CA25N_2001_2016_RI.csv"
    panel = sl.panel_from(path, industry=industry, suppressed=["(D)", "(L)", "(NA)"])
    total = panel[(panel["industry"] == "10") & (panel["ownership"] == "0") & (panel["year"] == 2016)]
    assert total.loc[total["area"] != "44000", "employment"].sum() == 633_662
    assert of(panel, "44000", year=2016) == 633_662
    raw = pd.read_csv(path, skipfooter=4, engine="python").set_index(["GeoFIPS", "LineCode"])["2016"]
    state = raw.loc[44000]
    assert of(panel, "44000", "62", "5", 2016) == int(state[1600])
    assert of(panel, "44000", "10", "5", 2016) == int(state[70]) + int(state[90])
    assert of(panel, "44000", "10", "8", 2016) == int(state[2000])
    assert panel.attrs["concept"] == "jobs include the self-employed"
    assert panel["wages"].isna().all()


@pytest.mark.shared
def test_bea_of_virginia(more):
    path = more / "bea" / "CA25N_2001_2016_VA.csv"
    panel = sl.panel_from(path)
    raw = pd.read_csv(path, skipfooter=4, engine="python", dtype=str).query(
        "LineCode == '10' and GeoFIPS != '51000'"
    )
    total = panel[(panel["industry"] == "10") & (panel["ownership"] == "0") & (panel["year"] == 2016)]
    assert (
        total.loc[total["area"] != "51000", "employment"].sum() == raw["2016"].astype(int).sum() == 5_136_439
    )
    assert "51901" in set(panel["area"])  # Albemarle and Charlottesville together


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "CA5N_2001_2016_RI.csv",
        "CAGDP11_interactive_GA_2019_2023_CUT.csv",
        "CAGDP1__ALL_AREAS_2001_2019.csv.gz",
    ],
)
def test_bea_tables_without_jobs_are_refused_with_the_one_to_get(more, name):
    with pytest.raises(LayoutError, match=r"holds no jobs(?s:.*)CAEMP25N"):
        sl.panel_from(more / "bea" / name)


@pytest.mark.shared
def test_quarterly_workforce_indicators(more):
    path = more / "qwi" / "nc_qwi_FROM_RDA.csv"
    panel = sl.panel_from(path, jobs="Emp")
    raw = pd.read_csv(path, dtype=str)
    raw["Emp"] = pd.to_numeric(raw["Emp"])
    wake = raw[(raw["county"] == "183") & (raw["industry"] == "62")]
    assert of(panel, "37183", "62", "0", 2010) == wake["Emp"].mean()
    flagged = raw[raw["sEmp"] == "5"].iloc[0]
    cell = panel[
        (panel["area"] == f"37{flagged['county']}") & (panel["industry"].isin([flagged["industry"]]))
    ]
    assert cell["employment"].isna().all()


@pytest.mark.shared
def test_quarterly_workforce_indicators_of_minnesota(more):
    path = more / "qwi" / "mn_qwi_county_year_DERIVED_CUT.csv"
    panel = sl.panel_from(
        path, area="county_fips", industry="industry_code", jobs="qwi_emp", year="year", ownership="ownercode"
    )
    raw = pd.read_csv(path)
    for code, name in (("10", "TOTAL"), ("31-33", "31-33")):
        wanted = raw.loc[(raw["year"] == 2015) & (raw["industry_code"] == name), "qwi_emp"].sum()
        held = panel[(panel["industry"] == code) & (panel["year"] == 2015) & (panel["ownership"] == "5")]
        assert held["employment"].sum() == pytest.approx(wanted)


@pytest.mark.shared
def test_official_layouts_read_as_tables_too(shared, tmp_path):
    with gzip.open(shared / "data" / "ny" / "ny_annual_2000_2017.csv.gz", "rt") as file:
        frame = pd.read_csv(file, dtype=str)
    frame = frame[frame["area_fips"].isin(["36000", "36001"]) & (frame["year"] == "2016")]
    frame.to_csv(tmp_path / "panel.csv", index=False)
    own = sl.panel_from(frame)
    official = sl.read_annual([tmp_path / "panel.csv"])
    own = own.astype({"area": str, "industry": str, "ownership": str})
    left = own.set_index(["area", "industry", "ownership"])["employment"]
    right = official.rows.astype({"area": str, "industry": str, "ownership": str})
    right = right.set_index(["area", "industry", "ownership"])["employment"]
    pd.testing.assert_series_equal(left.reindex(right.index), right, check_index_type=False)


@pytest.mark.shared
def test_quarters_of_the_nation(shared):
    path = shared / "data" / "qcew" / "us_2016" / "us000_2016_quarterly_DERIVED.csv.gz"
    raw = pd.read_csv(path, dtype=str)
    months = raw[["month1_emplvl", "month2_emplvl", "month3_emplvl"]].astype(float)
    own = (raw["own_code"] == "0") & (raw["industry_code"] == "10")
    panel = sl.panel_from(
        path, jobs=["month1_emplvl", "month2_emplvl", "month3_emplvl"], wages="total_qtrly_wages"
    )
    assert of(panel, "US000", year=2016) == pytest.approx(months[own].mean(axis=1).mean())
    assert (
        of(panel, "US000", year=2016, column="wages") == raw.loc[own, "total_qtrly_wages"].astype(float).sum()
    )


@pytest.mark.shared
@pytest.mark.parametrize("case", ["thousands_separators", "upper_case_header"])
def test_spreadsheet_habits_of_an_official_layout(shared, case):
    panel = sl.panel_from(shared / "cases" / case / "panel.csv")
    assert of(panel, "01001", "23", "5", 2021) == 1700
    assert (
        panel.loc[(panel["area"] == "01001") & (panel["industry"] == "21"), "disclosure"].iloc[0]
        == "suppressed"
    )


@pytest.mark.shared
def test_rows_by_size_of_establishment_are_refused(shared):
    with pytest.raises(LayoutError, match=r"size_code \(1, 2, 3\) and none for all"):
        sl.panel_from(shared / "cases" / "size_class_file" / "panel.csv")


@pytest.mark.shared
@pytest.mark.parametrize("name", ["blank.csv", "panel.csv"])
def test_wages_without_jobs_are_unknown_jobs(shared, name):
    panel = sl.panel_from(shared / "cases" / "jobs0" / name)
    assert panel["employment"].isna().all()
    assert (panel["employment_low"] == 0).all()
    assert panel["employment_high"].isna().all()
    assert of(panel, "36001", "62", "5", 2020, "wages") == 12_000_000
    assert panel.attrs["measures"] == ["wages", "establishments"]


# --- layouts made here -------------------------------------------------------------------------------


def test_merged_titles_two_header_rows_and_notes_below(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["Employment and wages by county"])
    sheet.merge_cells("A1:F1")
    sheet.append([])
    sheet.append(["County", "Industry", "2020", None, "2021", None])
    sheet.append([None, None, "Jobs", "Total wages", "Jobs", "Total wages"])
    sheet.merge_cells("C3:D3")
    sheet.merge_cells("E3:F3")
    sheet.append(["Albany", "Construction", 10, 1000, 11, 1100])
    sheet.append([None, "Manufacturing", 20, 2000, "(D)", "(D)"])
    sheet.merge_cells("A5:A6")
    sheet.append(["Erie", "Construction", 30, 3000, 31, 3100])
    sheet.append(["(D) withheld to protect employers"])
    book.save(tmp_path / "table.xlsx")
    panel = sl.panel_from(tmp_path / "table.xlsx", state="NY", ownership="private")
    assert of(panel, "36001", "23", "5", 2021) == 11
    assert of(panel, "36001", "31-33", "5", 2020, "wages") == 2000
    assert np.isnan(of(panel, "36001", "31-33", "5", 2021))
    assert of(panel, "36029", "23", "5", 2021, "wages") == 3100


def test_one_column_for_each_sector():
    table = pd.DataFrame(
        {
            "County": ["Albany", "Erie"],
            "Year": [2020, 2020],
            "Manufacturing": [5, 6],
            "Retail Trade": [7, "*"],
        }
    )
    panel = sl.panel_from(table, state="NY", measure="jobs", ownership="private")
    assert of(panel, "36001", "31-33", "5") == 5
    assert np.isnan(of(panel, "36029", "44-45", "5"))
    with pytest.raises(LayoutError, match=r"do not say whether(?s:.*)measure='jobs'"):
        sl.panel_from(table, state="NY", ownership="private")
    listed = sl.panel_from(table, state="NY", jobs=["Manufacturing", "Retail Trade"], ownership="private")
    assert of(listed, "36029", "31-33", "5") == 6


def test_one_column_for_each_county():
    table = pd.DataFrame({"Industry": ["Total", "Construction"], "Albany": [50, 5], "Erie": [60, 6]})
    panel = sl.panel_from(table, state="NY", year=2020, measure="jobs", ownership="private")
    assert of(panel, "36029", "10", "5") == 60
    assert of(panel, "36001", "23", "5") == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_of_any_kind(tmp_path, encoding, delimiter):
    lines = ["County,Sector,Employment,Year", "Doña Ana,Construction,100,2020", "Doña Ana,Utilities,200,2020"]
    text = "\n".join(line.replace(",", delimiter) for line in lines) + "\n"
    (tmp_path / "table.txt").write_bytes(text.encode(encoding))
    panel = sl.panel_from(tmp_path / "table.txt", state="NM", ownership="private")
    assert of(panel, "35013", "23", "5") == 100


def test_notes_say_what_was_done():
    table = jobs(Jobs=["$1,234 r", "(D)"], NAICS=["62 Health Care", "31"], Year="2021(p)")
    notes = sl.panel_from(table, state="NY", ownership="Private").attrs["notes"]
    for said in ("'31' is 31-33", "'2021(p)' is 2021", "'Private' is 5", "dollar signs", "thousands separators",
                 "footnote marks", "withheld where it says (D)", "'Albany' is 36001"):  # fmt: skip
        assert any(said in note for note in notes), said


@pytest.mark.parametrize(
    ("changes", "options", "error", "match"),
    [
        ({"County": ["Albany", "Eerie"]}, {}, LayoutError, r"'Eerie' in row 1(?s:.*)Erie"),
        ({"NAICS": ["62", "Widgets"]}, {}, UnknownIndustryError, r"'Widgets' in row 1"),
        ({"Jobs": [90, "some"]}, {}, LayoutError, r"'some' in row 1(?s:.*)suppressed=\['some'\]"),
        ({"Jobs": [90, "1.2M"]}, {}, LayoutError, r"'1.2M' in row 1"),
        ({"Jobs": [90, -5]}, {}, LayoutError, r"'-5' in row 1"),
        ({"Year": [2020, "FY"]}, {}, LayoutError, r"'FY' in row 1"),
        ({"County": ["Albany", "albany county"]}, {}, LayoutError, r"rows 0 and 1(?s:.*)same cell"),
        ({}, {"ownership": None}, LayoutError, r"ownership='private'"),
        ({}, {"state": None}, LayoutError, r"state='NY'"),
        ({}, {"jobs": "Jbos"}, LayoutError, r"no such column(?s:.*)did you mean 'Jobs'"),
        ({}, {"wages": "Average Weekly Wage"}, LayoutError, "no such column"),
        ({"Jobs": [90, "--"]}, {}, LayoutError, r"'--' in row 1"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_refused_with_row_and_value(changes, options, error, match):
    with pytest.raises(error, match=match):
        sl.panel_from(jobs(**changes), **({"state": "NY", "ownership": "private"} | options))


def test_codes_where_and_flags():
    table = jobs(NAICS=["62", "Widgets"], Kind=["a", "b"], Disclosure=["", "N"])
    panel = sl.panel_from(table, state="NY", ownership="private", codes={"industry": {"Widgets": "311"}})
    assert np.isnan(of(panel, "36029", "311", "5"))  # flagged, though 10 stands beside it
    kept = sl.panel_from(table, state="NY", ownership="private", where={"Kind": "a"})
    assert set(kept["area"]) == {"36001"}
    dropped = sl.panel_from(table, state="NY", ownership="private", codes={"industry": {"Widgets": None}})
    assert "311" not in set(dropped["industry"])


def test_periods():
    table = pd.DataFrame(
        {"FIPS": "36001", "NAICS": "62", "Own": "5", "Year": 2020, "Qtr": ["Q1", "Q2", "Q3", "Q4"],
         "Jobs": [10, 20, 30, 40], "Total wages": [1, 2, 3, 4]}
    )  # fmt: skip
    panel = sl.panel_from(table)
    assert of(panel, "36001", "62", "5") == 25
    assert of(panel, "36001", "62", "5", column="wages") == 10
    with pytest.raises(LayoutError, match="3 of 4 quarters"):
        sl.panel_from(table.head(3))
    hidden = sl.panel_from(table.assign(Jobs=[10, 20, "*", 40]))
    cell = hidden[(hidden["industry"] == "62")].iloc[0]
    assert np.isnan(cell["employment"])
    assert cell["employment_low"] == 70 / 4
    assert cell["disclosure"] == "partial"
    assert [period_of(t) for t in ("4th Qtr", "Second Quarter", "Jan-Dec avg", "x")] == [
        "q4",
        "q2",
        "a",
        None,
    ]


def test_figures_keep_what_they_say():
    read = read_figures(pd.Series(["1,234", "$5", "7*", "(L)", "", "8 2/"]), "x", [], is_money=False)
    assert read.number.tolist()[:3] == [1234, 5, 7]
    assert read.high[3] == 9
    assert read.withheld.tolist() == [False, False, False, True, True, False]
    assert read_figures(pd.Series([-9999.0, 3.0]), "x", ["-9999"], is_money=False).withheld.tolist() == [
        True,
        False,
    ]


# --- studies -----------------------------------------------------------------------------------------


@pytest.fixture
def county_rows():
    places = [f"360{n:02d}" for n in (1, 3, 5, 7)]
    rows = [
        (area, naics, own, year, 10 * (i + 1) + j + year - 2018, 1000 * (i + 1) + j, 3)
        for i, area in enumerate([*places, "36000"])
        for j, naics in enumerate(("10", "23", "62"))
        for own in ("5", "0")
        for year in (2018, 2019)
        if naics == "10" or own == "5"
    ]
    return pd.DataFrame(
        rows, columns=["FIPS", "NAICS", "Own", "Year", "Jobs", "Total wages", "Establishments"]
    )


def test_a_study_in_memory_equals_one_from_files(county_rows, tmp_path):
    county_rows.to_csv(tmp_path / "own.csv", index=False)
    flows = pd.DataFrame({"home": ["36001", "36003"], "work": ["36001", "36001"], "workers": [90, 10]})
    flows.to_csv(tmp_path / "flows.csv", index=False)
    (tmp_path / "study.yaml").write_text(
        "name: own\ntitle: Own\npanel: {file: own.csv, columns: {area: FIPS, jobs: Jobs, wages: Total wages}}\n"
        "flows: flows.csv\nbase_area: '36000'\nregions: {East: ['36001', '36003']}\nreports: {system: regions}\n"
        "jurisdictions: {board: {file: boards.csv, member: member, group: group}}\n"
    )
    boards = {"North": ["36001", "36003"], "South": ["36005", "36007"]}
    pd.DataFrame([(m, g) for g, ms in boards.items() for m in ms], columns=["member", "group"]).to_csv(
        tmp_path / "boards.csv", index=False
    )
    filed = sl.load_study(tmp_path / "study.yaml")
    panel = sl.panel_from(county_rows, area="FIPS", jobs="Jobs", wages="Total wages")
    held = sl.Study(
        panel=panel, regions={"East": ["36001", "36003"]}, flows=flows, base="36000", name="own",
        reports={"system": "regions"}, jurisdictions={"board": boards},
    )  # fmt: skip
    pd.testing.assert_frame_equal(held.panel, filed.panel)
    assert held.source.done == filed.source.done
    for name in ("panel", "regions", "growth", "shift-share", "wages"):
        pd.testing.assert_frame_equal(sl.Results(held)[name], sl.Results(filed)[name])
    pd.testing.assert_frame_equal(held.jurisdictions["board"], filed.jurisdictions["board"])
    saved = sl.load_study(held.save(tmp_path / "kept"))
    pd.testing.assert_frame_equal(saved.panel, filed.panel)


def test_a_study_of_an_official_frame_equals_one_of_its_file(shared_layout_frame, tmp_path):
    shared_layout_frame.to_csv(tmp_path / "panel.csv", index=False)
    (tmp_path / "study.yaml").write_text("name: s\ntitle: S\npanel: [panel.csv]\n")
    for frame in (shared_layout_frame, pd.read_csv(tmp_path / "panel.csv")):
        held = sl.Study(panel=frame)
        pd.testing.assert_frame_equal(held.panel, sl.load_study(tmp_path / "study.yaml").panel)


@pytest.fixture
def shared_layout_frame():
    rows = [
        (area, own, naics, "0", 2020, "A", code, 3, 0 if code else jobs, 0 if code else jobs * 100)
        for area in ("36000", "36001", "36003")
        for own, naics, code, jobs in (
            ("0", "10", "", 90),
            ("5", "10", "", 80),
            ("5", "23", "N", 0),
            ("5", "62", "", 50),
        )
    ]
    return pd.DataFrame(
        rows,
        columns=["area_fips", "own_code", "industry_code", "size_code", "year", "qtr", "disclosure_code",
                 "annual_avg_estabs", "annual_avg_emplvl", "total_annual_wages"],
    )  # fmt: skip


def test_the_block_is_checked(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("name: s\ntitle: S\npanel: {file: x.csv, colums: {area: FIPS}}\n")
    with pytest.raises(sl.SectorlibError, match=r"panel.colums(?s:.*)did you mean 'columns'"):
        sl.load_study(path)
    with pytest.raises(sl.SectorlibError, match=r"unknown key 'regoins'(?s:.*)regions"):
        sl.Study(panel=jobs(), regoins={})
    with pytest.raises(sl.SectorlibError, match="without a panel"):
        sl.Study(regions={})


def test_an_ownership_that_the_table_lacks_is_refused():
    panel = sl.panel_from(jobs(), state="NY", ownership="all")
    with pytest.raises(sl.SectorlibError, match="ownership: all"):
        _ = sl.Study(panel=panel, base="all").panel


def test_two_tables_with_one_cell_are_refused():
    panel = sl.panel_from(jobs(), state="NY", ownership="private")
    with pytest.raises(TableError, match="repeated keys"):
        _ = sl.Study(panel=[panel, panel]).panel


def test_wages_alone_and_jobs_alone_give_what_they_can(county_rows):
    flows = pd.DataFrame({"home": ["36001"], "work": ["36001"], "workers": [90]})
    pay = sl.Study(panel=sl.panel_from(county_rows.drop(columns="Jobs")), base="36000", flows=flows)
    assert pay.measures == {"wages"}
    results = sl.Results(pay)
    assert "hold no employment" in str(results.missing("growth"))
    assert results["panel"]["wages"].notna().any()
    work = sl.Study(panel=sl.panel_from(county_rows.drop(columns="Total wages")), base="36000", flows=flows)
    results = sl.Results(work)
    assert "hold no wages" in str(results.missing("wage-tiers"))
    assert len(results["growth"])


def test_a_table_of_private_jobs_alone_ranks_sectors(county_rows):
    rows = county_rows[county_rows["Own"] == "5"]
    flows = pd.DataFrame({"home": ["36001", "36003"], "work": ["36001", "36003"], "workers": [90, 80]})
    study = sl.Study(
        panel=rows, base="36000", flows=flows
    )  # no totals of all ownerships, and few establishments
    results = sl.Results(study)
    sectors = results["sectors"]
    assert sectors["employment_estimate"].gt(0).any()
    assert "establishments of any sector" in str(results.missing("targets"))
    ranked = sl.Results(sl.Study(panel=rows, base="36000", flows=flows, critical_mass=1))
    assert len(ranked["targets"])
    pd.testing.assert_frame_equal(ranked["sectors"], sectors)


def test_a_check_of_a_table_of_ones_own_looks_for_no_official_file(county_rows):
    """Its counties have as many jobs as their state, each: that is the fault, and the only one."""
    study = sl.Study(panel=county_rows, base="36000", built_in=False, reports={"system": "counties"})
    assert study.benchmark is None
    problems = [f for f in check_study(study) if f.kind == "problem"]
    assert {f.subject for f in problems} == {"parts", "totals"}
    one = county_rows.assign(Jobs=county_rows["Jobs"].mask(county_rows["FIPS"] == "36001", 9_000))
    study = sl.Study(panel=one, base="36000", built_in=False, reports={"system": "counties"})
    larger = [f.text for f in check_study(study) if f.subject == "parts" and f.kind == "problem"]
    assert larger[0].startswith("the panel's tables: 9,000 jobs in industry")


def written(folder, name, text, encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))
    return folder / name


def sheets_of(folder, name, sheets, merged=()):
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        for cells in merged:
            sheet.merge_cells(cells)
    book.save(folder / name)
    return folder / name


@pytest.mark.parametrize(
    "unit",
    [
        "(Wages in thousands of dollars)",
        "Source: QCEW. Wages are in $1,000s.",
        "Payroll in thousands; jobs are annual averages",
    ],
)
@pytest.mark.parametrize("below", [False, True])
def test_the_unit_of_pay_that_a_title_or_note_states(tmp_path, unit, below):
    rows = [["County", "NAICS", "Jobs", "Total wages", "Year"], ["Albany", "NAICS 31-33 Manufacturing", "200 r", 12000, 2020],
            ["St. Lawrence Co.", "NAICS 31-33 Manufacturing", "***", "***", 2020]]  # fmt: skip
    rows = [*rows, [unit]] if below else [[unit], [], *rows]
    panel = sl.panel_from(sheets_of(tmp_path, "t.xlsx", {"T": rows}), state="NY", ownership="private")
    assert of(panel, "36001", "31-33", "5", column="wages") == 12_000_000
    assert of(panel, "36001", "31-33", "5") == 200
    assert np.isnan(of(panel, "36089", "31-33", "5"))


def test_a_unit_that_nobody_says_of_which_figures_is_refused(tmp_path):
    rows = "Employment and pay (in thousands)\n\nCounty,NAICS,Jobs,Total wages,Year\nAlbany,62,20,1200,2020\n"
    path = written(tmp_path, "t.csv", rows)
    with pytest.raises(LayoutError, match=r"thousands(?s:.*)scale="):
        sl.panel_from(path, state="NY", ownership="private")
    panel = sl.panel_from(path, state="NY", ownership="private", scale={"jobs": 1, "wages": 1000})
    assert of(panel, "36001", "62", "5", column="wages") == 1_200_000


def test_marks_that_leave_a_figure_open(tmp_path):
    path = written(
        tmp_path, "t.csv",
        "County,Industry,Jobs,Year\nAlbany,Construction,<10,2020\nErie,Construction,fewer than 20,2020\n"
        "Kings,Construction,20-99,2020\nQueens,Construction,5,2020\n",
    )  # fmt: skip
    panel = sl.panel_from(path, state="NY", ownership="private").query("industry == '23'").set_index("area")
    assert panel["employment"].isna().to_dict() == {
        "36001": True,
        "36029": True,
        "36047": True,
        "36081": False,
    }
    assert panel["employment_low"].to_list() == [0, 0, 20, 5]
    assert panel["employment_high"].to_list() == [9, 19, 99, 5]


@pytest.mark.parametrize(
    "codes", [["36001.0", "36089.0"], ["36-001", "36-089"], ["US05000 36001", "US05000 36089"], ["05000US36001", "05000US36089"],
              ["CN3600100000000", "CN3608900000000"], ["FIPS 36001", "FIPS: 36089"]]
)  # fmt: skip
def test_codes_as_publishers_write_them(codes):
    panel = sl.panel_from(jobs(County=codes), ownership="private")
    assert of(panel, "36001", "62", "5") == 90
    assert of(panel, "36089", "62", "5") == 10


def test_decimal_commas(tmp_path):
    text = "County;Sector;Año;Jobs;Wages\nDoña Ana;Construction;2020;1.234;5.000.000,50\nTaos;Construction;2020;7;80.000,00\n"
    path = written(tmp_path, "t.csv", text, "latin-1")
    panel = sl.panel_from(path, state="NM", ownership="private", year="Año")
    assert of(panel, "35013", "23", "5") == 1234
    assert of(panel, "35013", "23", "5", column="wages") == 5_000_000.5
    assert any("decimal comma" in note for note in panel.attrs["notes"])
    for lines in ("A;Jobs\nTaos;1.234\n", 'A,Jobs\nTaos,"1,234"\nLea,"12,34"\n'):
        unclear = written(tmp_path, "u.csv", lines)
        options = {"area": "A", "state": "NM", "ownership": "private", "year": 2020, "industry": "23"}
        with pytest.raises(LayoutError, match=r"decimal="):
            sl.panel_from(unclear, **options)
    assert of(sl.panel_from(unclear, **options, decimal=","), "35055", "23", "5") == 1.234


def test_quarters_and_months_by_column(tmp_path):
    quarters = written(
        tmp_path, "q.csv",
        "County,Industry,Year,Q1 Jobs,Q2 Jobs,Q3 Jobs,Q4 Jobs,Q1 Wages,Q2 Wages,Q3 Wages,Q4 Wages\n"
        "Albany,62,2020,100,110,120,130,1000,1100,1200,1300\nErie,62,2020,10,12,*,14,1,2,*,4\n",
    )  # fmt: skip
    panel = sl.panel_from(quarters, state="NY", ownership="private")
    assert of(panel, "36001", "62", "5") == 115
    assert of(panel, "36001", "62", "5", column="wages") == 4600
    assert np.isnan(of(panel, "36029", "62", "5"))
    assert of(panel, "36029", "62", "5", column="employment_low") == 9
    months = "Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec"
    figures = ",".join(str(n) for n in range(100, 112))
    each = written(tmp_path, "m.csv", f"County,Industry,Year,{months}\nAlbany,62,2020,{figures}\n")
    assert (
        of(sl.panel_from(each, state="NY", ownership="private", measure="jobs"), "36001", "62", "5") == 105.5
    )
    with pytest.raises(LayoutError, match="measure='jobs'"):
        sl.panel_from(each, state="NY", ownership="private")
    both = written(
        tmp_path, "b.csv", f"County,Industry,Year,{months},Annual Avg\nAlbany,62,2020,{figures},105\n"
    )
    assert of(sl.panel_from(both, state="NY", ownership="private", measure="jobs"), "36001", "62", "5") == 105
    half = written(
        tmp_path,
        "h.csv",
        "County,Industry,Year,Q1 Jobs,Q2 Jobs,Q3 Jobs,Q4 Jobs,Total wages\nAlbany,62,2020,1,2,3,4,9\n",
    )
    with pytest.raises(LayoutError, match="part of the year"):
        sl.panel_from(half, state="NY", ownership="private")
    named = sl.panel_from(
        half, state="NY", ownership="private", jobs=[f"Q{n} Jobs" for n in range(1, 5)], wages="Total wages"
    )
    assert of(named, "36001", "62", "5") == 2.5


def test_one_column_for_each_ownership(tmp_path):
    path = written(
        tmp_path, "t.csv",
        "County,Year,NAICS,Private Employment,Federal Government Employment,Local Government Employment\n"
        "Albany,2020,62,50,5,7\nErie,2020,62,40,*,2\n",
    )  # fmt: skip
    panel = sl.panel_from(path, state="NY")
    assert [of(panel, "36001", "62", own) for own in "513"] == [50, 5, 7]
    assert np.isnan(of(panel, "36029", "62", "1"))


@pytest.mark.parametrize("names", [("2019", "2020"), ("CY 2019", "CY 2020"), ("2019 annual", "2020 annual")])
def test_one_sheet_for_each_year(tmp_path, names):
    sheets = {
        name: [["Jobs by county"], [], ["Area name", "Industry", "Employment"], ["Albany", "Total, All Industries", 100 + i],
               ["Albany", "Manufacturing", 10], ["Erie", "Manufacturing", "<10"], ["Note: none"]]
        for i, name in enumerate(names)
    }  # fmt: skip
    path = sheets_of(tmp_path, "t.xlsx", sheets | {"About": [["About these data"], ["From the web"]]})
    panel = sl.panel_from(path, state="NY", ownership="private")
    assert [of(panel, "36001", year=year, ownership="5") for year in (2019, 2020)] == [100, 101]


@pytest.mark.parametrize("first", ["-", "<10", "***", "1.234,5"])
def test_the_first_row_is_no_header_whatever_its_figures(tmp_path, first):
    path = written(
        tmp_path,
        "t.csv",
        f'County,Industry,Jobs,Year\nAlbany,Construction,"{first}",2020\nErie,Construction,8,2020\n',
    )
    panel = sl.panel_from(path, state="NY", ownership="private", suppressed=["-"])
    assert set(panel["area"]) == {"36001", "36029"}


@pytest.mark.parametrize("year", ["2019/20", "FY2020", "2019-2020", "SFY 2020"])
def test_years_that_are_no_calendar_years_are_refused(year):
    with pytest.raises(LayoutError, match="year is"):
        sl.panel_from(jobs(Year=year), state="NY", ownership="private")


def test_a_state_among_counties_without_a_state_is_refused():
    with pytest.raises(LayoutError, match=r"'Washington' in row 1 (?s:.*)name of a county"):
        sl.panel_from(jobs(County=["Erie, NY", "Washington"]), ownership="private")
    whole = sl.panel_from(jobs(County=["Erie, NY", "Washington State"]), ownership="private")
    assert set(whole["area"]) == {"36029", "53000"}


def test_a_county_that_is_the_sum_of_the_others_is_refused():
    table = pd.DataFrame(
        {"Area": ["New York", "Albany", "Erie"], "NAICS": "62", "Jobs": [101, 60, 40], "Year": 2020}
    )
    with pytest.raises(LayoutError, match=r"'New York'(?s:.*)'36000'"):
        sl.panel_from(table, state="NY", ownership="private")
    said = sl.panel_from(table, state="NY", ownership="private", codes={"area": {"New York": "36000"}})
    assert of(said, "36000", "62", "5") == 101
    county = sl.panel_from(table.assign(Jobs=[300, 60, 40]), state="NY", ownership="private")
    assert of(county, "36061", "62", "5") == 300


@pytest.mark.parametrize(
    "heading",
    [
        "Suppress Flag",
        "Suppressed",
        "Data suppression indicator",
        "Confidential code",
        "Nondisclosure flag",
        "Withheld",
    ],
)
@pytest.mark.parametrize("other", ["0", ""])
def test_a_one_in_a_column_of_suppression_is_withheld(heading, other):
    panel = sl.panel_from(
        jobs(Jobs=[90, 0]).assign(**{heading: [other, "1"]}), state="NY", ownership="private"
    )
    assert of(panel, "36001", "62", "5") == 90
    assert np.isnan(of(panel, "36029", "62", "5"))


def test_a_one_in_a_column_of_disclosure_is_refused():
    table = jobs(Jobs=[90, 0]).assign(Disclosure=["0", "1"])
    with pytest.raises(LayoutError, match="which is withheld"):
        sl.panel_from(table, state="NY", ownership="private")
    said = sl.panel_from(table, state="NY", ownership="private", codes={"flag": {"1": "N", "0": ""}})
    assert np.isnan(of(said, "36029", "62", "5"))


def test_periods_that_name_their_year_and_months_in_rows():
    table = pd.DataFrame(
        {
            "Period": [f"2020 Q{n}" for n in range(1, 5)],
            "County": "Albany",
            "NAICS": "62",
            "Jobs": [10, 20, 30, 40],
        }
    )
    assert of(sl.panel_from(table, state="NY", ownership="private"), "36001", "62", "5") == 25
    names = pd.date_range("2020-01-01", periods=12, freq="MS").strftime("%B")
    monthly = pd.DataFrame(
        {"Month": names, "Year": 2020, "County": "Albany", "NAICS": "62", "Jobs": range(12)}
    )
    assert of(sl.panel_from(monthly, state="NY", ownership="private"), "36001", "62", "5") == 5.5


def test_official_titles_of_industries(tmp_path):
    table = jobs(NAICS=["Wood Product Manufacturing", "Computer Systems Design and Related Services"]).rename(
        columns={"NAICS": "Industry"}
    )
    panel = sl.panel_from(table, state="NY", ownership="private")
    assert of(panel, "36001", "321", "5") == 90
    assert of(panel, "36029", "5415", "5") == 10


def test_jobs_of_another_kind_are_not_set_beside_the_nations_covered_jobs(county_rows):
    def study(concept=None, **keys):
        panel = sl.panel_from(county_rows.astype({"Year": str}), concept=concept)
        return sl.Study(panel=panel, base="36000", flows="none", **keys)

    assert study().built_in("benchmark") is not None
    other = study("jobs include the self-employed")
    assert other.benchmark is None
    assert any("of other jobs, are not used" in f.text for f in check_study(other))
    assert study("jobs include the self-employed", benchmark="built-in").built_in("benchmark") is not None


def test_pages_name_the_source_of_jobs():
    class Of:
        def __init__(self, **named):
            self.__dict__.update(named)

    official = Of(study=Of(file=Of(panel=["a.csv"], official_panel=["a.csv"])))
    own = Of(study=Of(file=Of(panel=[object()], official_panel=[])))
    assert source_of_jobs(official) == "QCEW"
    assert "own table" in source_of_jobs(own)


def test_months_by_column():
    names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    table = pd.DataFrame(
        {"Parish": ["St. Mary", "Saint John the Baptist"], "Industry": "Utilities"}
        | {f"{name}-22": [10 + i, 20] for i, name in enumerate(names)}
    )
    panel = sl.panel_from(table, state="LA", measure="jobs", ownership="private")
    assert of(panel, "22101", "22", "5", 2022) == 15.5
    assert of(panel, "22095", "22", "5", 2022) == 20


def test_county_business_patterns(tmp_path):
    (tmp_path / "cbp.txt").write_text(
        "fipstate,fipscty,naics,emp_nf,emp,qp1_nf,qp1,ap_nf,ap,est\n"
        "36,001,------,G,1000,G,10,G,40,50\n36,001,62----,H,500,H,5,H,20,20\n36,001,621///,G,N,G,N,G,N,10\n"
    )
    panel = sl.panel_from(tmp_path / "cbp.txt", year=2021, ownership="private")
    assert of(panel, "36001", "62", "5", 2021) == 500
    assert of(panel, "36001", "10", "5", 2021, "wages") == 40_000
    assert np.isnan(of(panel, "36001", "621", "5", 2021))


def test_rows_of_parts_name_the_column_that_tells_them_apart():
    table = jobs(County="Albany", **{"Size Class": ["1-4 jobs", "5-9 jobs"]})
    with pytest.raises(LayoutError, match="differ in column 'Size Class'"):
        sl.panel_from(table, state="NY", ownership="private")
