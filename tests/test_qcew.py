"""The QCEW reader on every official layout, written small here, and on files that are broken."""

import gzip
import random
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlib.exceptions import LayoutError, MissingFileError, SectorlibError
from sectorlib.sources.engine import query_engine
from sectorlib.sources.qcew import Qcew, read_annual, read_quarterly

_KEYS = "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code"
_TITLES = "area_title,own_title,industry_title,agglvl_title,size_title"

#: Official column names of each layout; a dot stands for columns that the reader does not use.
ANNUAL_API = (
    f"{_KEYS},annual_avg_estabs,annual_avg_emplvl,total_annual_wages,taxable_annual_wages,avg_annual_pay,"
    "lq_disclosure_code,lq_annual_avg_emplvl"
).split(",")
QUARTERLY_API = (
    f"{_KEYS},qtrly_estabs,month1_emplvl,month2_emplvl,month3_emplvl,total_qtrly_wages,avg_wkly_wage,"
    "lq_disclosure_code,lq_month3_emplvl"
).split(",")
ANNUAL_BY_AREA = [
    *_KEYS.split(","),
    *_TITLES.split(","),
    "annual_avg_estabs_count",
    "annual_avg_emplvl",
    "total_annual_wages",
    "lq_disclosure_code",
    "lq_annual_avg_estabs_count",
]
QUARTERLY_BY_AREA = [
    *_KEYS.split(","),
    *_TITLES.split(","),
    "qtrly_estabs_count",
    "month1_emplvl",
    "month2_emplvl",
    "month3_emplvl",
    "total_qtrly_wages",
]

LEVELS = {"area": 70, "industry": 74}


def annual(area="36055", own="5", industry="62", year=2016, code="", figures=(10, 100, 5000)) -> dict:
    """An annual row by official names: establishments, employment, wages."""
    return _row(area, own, industry, year, "A", code) | {
        "annual_avg_estabs": figures[0],
        "annual_avg_estabs_count": figures[0],
        "annual_avg_emplvl": figures[1],
        "total_annual_wages": figures[2],
    }


def quarter(q, area="36055", own="5", industry="62", year=2016, code="", figures=(10, 100, 110, 120, 1000)):
    """A quarterly row by official names: establishments, three months, wages."""
    return _row(area, own, industry, year, q, code) | {
        "qtrly_estabs": figures[0],
        "qtrly_estabs_count": figures[0],
        "month1_emplvl": figures[1],
        "month2_emplvl": figures[2],
        "month3_emplvl": figures[3],
        "total_qtrly_wages": figures[4],
    }


def _row(area, own, industry, year, q, code) -> dict:
    return {
        "area_fips": area,
        "own_code": own,
        "industry_code": industry,
        "agglvl_code": 74,
        "size_code": 0,
        "year": year,
        "qtr": q,
        "disclosure_code": code,
        "area_title": "Some County, Some State",
    }


def year_of(**cell) -> list[dict]:
    return [quarter(q, **cell) for q in (1, 2, 3, 4)]


def written(path: Path, columns: list[str], rows: list[dict], *, end="\n", quoted=False, start="") -> Path:
    """An official file of these columns; text in quotes where ``quoted``, as single files have it."""

    def field(value: object) -> str:
        return f'"{value}"' if (quoted and isinstance(value, str)) or "," in str(value) else str(value)

    lines = [
        ",".join(f'"{c}"' if quoted else c for c in columns),
        *(",".join(field(row.get(column, "")) for column in columns) for row in rows),
    ]
    text = (start + end.join(lines) + end).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".gz":
        text = gzip.compress(text)
    path.write_bytes(text)
    return path


def figures(read: Qcew) -> dict[tuple, tuple]:
    """Cell to (establishments, employment, wages, disclosure), missing as None."""
    rows = read.rows
    out = {}
    for r in rows.itertuples():
        values = [None if pd.isna(v) else v for v in (r.establishments, r.employment, r.wages)]
        out[str(r.area), str(r.industry), str(r.ownership), int(r.year)] = (*values, str(r.disclosure))
    return out


# --- layouts -----------------------------------------------------------------------------------------

ANNUAL_ROWS = [
    annual(own="0", industry="10", figures=(30, 300, 9000)),
    annual(industry="31", figures=(4, 40, 2000)),
    annual(industry="311", code="N", figures=(3, 0, 0)),
]
ANNUAL_CELLS = {
    ("36055", "10", "0", 2016): (30, 300, 9000, "disclosed"),
    ("36055", "31-33", "5", 2016): (4, 40, 2000, "disclosed"),
    ("36055", "311", "5", 2016): (3, None, None, "suppressed"),
}
QUARTERLY_ROWS = [
    *year_of(own="0", industry="10", figures=(30, 200, 210, 220, 2500)),
    *year_of(industry="44-45", figures=(4, 40, 40, 41, 600)),
    *year_of(industry="445", code="N", figures=(3, 0, 0, 0, 0)),
]
QUARTERLY_CELLS = {
    ("36055", "10", "0", 2016): (30, 210, 10000, "disclosed"),
    ("36055", "44-45", "5", 2016): (4, 40, 2400, "disclosed"),  # 484 / 12 = 40.33
    ("36055", "445", "5", 2016): (3, None, None, "suppressed"),
}

WRITERS = {
    "plain": {},
    "quoted": {"quoted": True},
    "windows": {"end": "\r\n"},
    "byte order mark": {"start": "\ufeff"},
    "byte order mark, quoted, windows": {"start": "\ufeff", "quoted": True, "end": "\r\n"},
}
LAYOUTS = {
    "annual API": (ANNUAL_API, ANNUAL_ROWS, ANNUAL_CELLS),
    "annual by area": (ANNUAL_BY_AREA, ANNUAL_ROWS, ANNUAL_CELLS),
    "quarterly API": (QUARTERLY_API, QUARTERLY_ROWS, QUARTERLY_CELLS),
    "quarterly by area": (QUARTERLY_BY_AREA, QUARTERLY_ROWS, QUARTERLY_CELLS),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", ["panel.csv", "panel.csv.gz", "it's here/Do\u00f1a, a panel [1].csv"])
def test_every_text_layout(tmp_path, layout, writer, name):
    columns, rows, cells = LAYOUTS[layout]
    assert figures(read_annual([written(tmp_path / name, columns, rows, **WRITERS[writer])])) == cells


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", [".zip", ".ZIP"])
def test_zips_with_what_a_mac_leaves_in_them(tmp_path, layout, suffix):
    columns, rows, cells = LAYOUTS[layout]
    member = written(tmp_path / "member.csv", columns, rows, quoted=True)
    path = tmp_path / f"2016.by_area{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("2016.by_area/", "")
        archive.write(member, "2016.by_area/2016 36055 Some County, Some State.CSV")
        archive.writestr("__MACOSX/2016.by_area/._2016 36055.csv", b"\x00\x05\x16\x07\xff")
        archive.writestr("2016.by_area/._2016 36055.csv", b"\x00\x05\x16\x07\xff")
        archive.writestr("2016.by_area/.DS_Store", b"\x00\xff")
        archive.writestr("2016.by_area/readme.txt", "not data")
    assert figures(read_annual([path])) == cells


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kinds", ["str", "int", "category"])
def test_parquet_with_codes_of_any_type(tmp_path, layout, kinds):
    columns, rows, cells = LAYOUTS[layout]
    frame = pd.DataFrame(rows)[[c for c in columns if c in rows[0]]]
    codes = ["area_fips", "own_code", "industry_code", "size_code", "year", "qtr"]
    # A range cannot be a number: with codes as numbers BLS's own files say 44 for 44-45.
    frame["industry_code"] = frame["industry_code"].replace("44-45", "44")
    for code in codes:
        is_number = kinds == "int" and frame[code].astype(str).str.isdigit().all()
        frame[code] = frame[code].astype("int64") if is_number else frame[code].astype(str)
    if kinds == "category":
        frame = frame.astype(dict.fromkeys(codes[:4], "category"))
    path = tmp_path / "it's a panel.parquet"
    frame.to_parquet(path)
    assert figures(read_annual([path])) == cells


def test_zip_members_of_one_name_do_not_overwrite_each_other(tmp_path):
    for folder, area in (("a", "36055"), ("b", "36069")):
        member = written(tmp_path / f"{folder}.csv", ANNUAL_API, [annual(area=area)])
        with zipfile.ZipFile(tmp_path / f"{folder}.zip", "w") as archive:
            archive.write(member, "panel.csv")
    read = read_annual([tmp_path / "a.zip", tmp_path / "b.zip"])
    assert {cell[0] for cell in figures(read)} == {"36055", "36069"}


def test_columns_in_another_order_and_titles_in_another_encoding(tmp_path):
    path = written(tmp_path / "panel.csv", sorted(ANNUAL_BY_AREA), ANNUAL_ROWS * 1)
    assert figures(read_annual([path])) == ANNUAL_CELLS
    many = [annual(area=f"{n:05d}") for n in range(10_000, 30_000)]
    path = written(path, ANNUAL_BY_AREA, many)
    last = b'36055,5,62,74,0,2016,A,,"Do\xf1a",,,,,10,100,5000,,\n'
    path.write_bytes(path.read_bytes() + last)
    assert figures(read_annual([path]))["36055", "62", "5", 2016] == (10, 100, 5000, "disclosed")


def test_lost_leading_zeros_come_back(tmp_path):
    path = written(tmp_path / "panel.csv", ANNUAL_API, [annual(area="1001"), annual(area="C1058")])
    assert {cell[0] for cell in figures(read_annual([path]))} == {"01001", "C1058"}


def test_bare_range_codes_become_sectors_and_longer_codes_stay(tmp_path):
    codes = ["31", "44", "48", "311", "4451", "10", "1013", "92"]
    path = written(tmp_path / "panel.csv", ANNUAL_API, [annual(industry=c) for c in codes])
    found = {cell[1] for cell in figures(read_annual([path]))}
    assert found == {"31-33", "44-45", "48-49", "311", "4451", "10", "1013", "92"}


# --- what is withheld, zero, left out -----------------------------------------------------------------


def test_withheld_is_missing_and_a_true_zero_is_zero(tmp_path):
    path = written(
        tmp_path / "panel.csv",
        ANNUAL_API,
        [
            annual(industry="11", code="N", figures=(2, 0, 0)),
            annual(industry="21", code="-", figures=(0, 0, 0)),
        ],
    )
    rows = read_annual([path]).rows.set_index("industry")
    assert rows["disclosure"].to_dict() == {"11": "suppressed", "21": "disclosed"}
    assert np.isnan(rows.loc["11", ["employment", "wages"]].astype(float)).all()
    assert rows.loc["21", ["establishments", "employment", "wages"]].to_list() == [0, 0, 0]
    assert rows.loc["11", ["employment_low", "wages_low"]].to_list() == [0, 0]


def test_a_withheld_quarter_makes_the_year_partial(tmp_path):
    """Published: three quarters of 100, 110 and 120 jobs, 990 months in all; 990 / 12 = 82.5, so 82 jobs."""
    rows = [quarter(1, code="N", figures=(10, 0, 0, 0, 0)), *(quarter(q) for q in (2, 3, 4))]
    row = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)]).rows.iloc[0]
    assert row["disclosure"] == "partial"
    assert np.isnan(row["employment"])
    assert np.isnan(row["wages"])
    assert (row["establishments"], row["employment_low"], row["wages_low"]) == (10, 82, 3000)


def test_a_quarter_of_true_zeros_counts_as_zero(tmp_path):
    """A county's ski lodge is closed in two quarters: 2 x 330 months over 12."""
    rows = [quarter(q, code="-", figures=(0, 0, 0, 0, 0)) for q in (2, 3)] + [quarter(q) for q in (1, 4)]
    read = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)])
    assert figures(read) == {("36055", "62", "5", 2016): (5, 55, 2000, "disclosed")}


def lodges(**more) -> list[dict]:
    """Two counties of New York of which the first has restaurants in two quarters only, without a row else."""
    return [
        *year_of(own="0", industry="10"),
        *year_of(industry="11", code="N", figures=(2, 0, 0, 0, 0)),
        quarter(1, industry="72"),
        quarter(2, industry="72"),
        *year_of(own="0", industry="10", area="36069"),
        *year_of(**{"area": "36069", "industry": "72"} | more),
    ]


def test_a_cell_without_a_row_in_a_quarter_had_no_establishments_then(tmp_path):
    """The other county has the industry in every quarter, and what is withheld is marked."""
    read = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, lodges())])
    assert figures(read)["36055", "72", "5", 2016] == (5, 55, 2000, "disclosed")
    assert read.notes == ()


@pytest.mark.parametrize(
    "rows",
    [
        lodges(area="39041"),  # another state lists the industry in every quarter: another file may
        lodges(own="3"),  # so may the file of another ownership
        [row for row in lodges() if row["disclosure_code"] != "N"],  # withheld rows are left out of the files
    ],
)
def test_a_cell_without_a_row_in_a_quarter_is_unknown_where_nothing_says_it_is_zero(tmp_path, rows):
    read = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)])
    cell = read.rows.set_index(["area", "industry"]).loc[("36055", "72")]
    assert figures(read)["36055", "72", "5", 2016] == (None, None, None, "partial")
    assert (cell["employment_low"], cell["wages_low"]) == (55, 2000)
    assert read.notes == (
        "2016: 1 cell lacks a quarter and is unknown, not zero, in it (industry 72); "
        "only the least they can be is known",
    )


@pytest.mark.parametrize("merged", [False, True])
def test_an_industry_whose_slice_of_a_quarter_is_missing_is_unknown(tmp_path, merged):
    """Industry slices are downloaded one by one: the third quarter of one is none of its jobs, in no county."""
    areas = ("36000", "36055", "36069", "39041", "US000")
    slices = {
        (industry, q): [quarter(q, area=area, own=own, industry=industry) for area in areas]
        for industry, own in (("10", "0"), ("31", "5"), ("62", "5")) for q in (1, 2, 3, 4)
        if (industry, q) != ("62", 3)
    }  # fmt: skip
    slices["11", "all"] = year_of(industry="11", code="N", figures=(2, 0, 0, 0, 0))
    if merged:
        together = [row for rows in slices.values() for row in rows]
        paths = [written(tmp_path / "all.csv", QUARTERLY_API, together)]
    else:
        paths = [written(tmp_path / f"{i}-{q}.csv", QUARTERLY_API, rows) for (i, q), rows in slices.items()]
    read = read_annual(paths)
    for area in areas:
        assert figures(read)[area, "62", "5", 2016] == (None, None, None, "partial")
        assert figures(read)[area, "31-33", "5", 2016] == (10, 110, 4000, "disclosed")
        assert figures(read)[area, "10", "0", 2016] == (10, 110, 4000, "disclosed")
    of_62 = read.rows[read.rows["industry"] == "62"]
    assert (of_62["employment_low"] == 82).all()  # 990 / 12
    assert read.notes == (
        "2016: 5 cells lack a quarter and are unknown, not zero, in it (industry 62); "
        "only the least they can be is known",
    )


def test_a_cell_that_lacks_a_quarter_is_no_mark_of_what_is_withheld(tmp_path):
    rows = [row for row in lodges(own="3") if row["disclosure_code"] != "N"]
    assert read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)]).absent == {2016: "withheld"}
    assert read_annual([written(tmp_path / "b.csv", QUARTERLY_API, lodges(own="3"))]).absent == {2016: "zero"}


@pytest.mark.parametrize("layout", ["annual", "quarterly"])
def test_a_blank_figure_is_withheld_and_never_zero(tmp_path, layout):
    if layout == "annual":
        path = written(tmp_path / "panel.csv", ANNUAL_API, [annual(figures=(10, "", 5000))])
    else:
        rows = [quarter(1, figures=(10, 100, "", 120, 1000)), *(quarter(q) for q in (2, 3, 4))]
        path = written(tmp_path / "panel.csv", QUARTERLY_API, rows)
    row = read_annual([path]).rows.iloc[0]
    assert np.isnan(row["employment"])
    assert row["disclosure"] == {"annual": "suppressed", "quarterly": "partial"}[layout]


def test_sizes_of_establishment_are_left_out(tmp_path):
    small = annual(figures=(3, 7, 100)) | {"size_code": 1}
    read = read_annual([written(tmp_path / "panel.csv", ANNUAL_API, [annual(), small])])
    assert figures(read) == {("36055", "62", "5", 2016): (10, 100, 5000, "disclosed")}


@pytest.mark.parametrize("seed", range(3))
def test_quarters_become_years_by_the_publishers_rule(tmp_path, seed):
    draw = random.Random(seed)
    rows, expected = [], {}
    for n in range(40):
        quarters = [[draw.randint(0, 50), *(draw.randint(0, 999) for _ in range(4))] for _ in range(4)]
        area = f"36{n:03d}"
        rows += [quarter(q + 1, area=area, figures=tuple(f)) for q, f in enumerate(quarters)]
        table = np.array(quarters)
        jobs, worksites = table[:, 1:4].sum() / 12, table[:, 0].sum() / 4
        expected[area, "62", "5", 2016] = (
            np.floor(worksites + 0.5),
            np.floor(jobs + 0.5),
            table[:, 4].sum(),
            "disclosed",
        )
    draw.shuffle(rows)
    read = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)])
    assert figures(read) == expected
    assert (read.rows["employment_low"] == read.rows["employment"]).all()


# --- whole years ---------------------------------------------------------------------------------------


def test_a_state_without_a_quarter_is_left_out_and_noted(tmp_path):
    rows = [
        *year_of(area="36055"),
        *(quarter(q, area=a) for a in ("39041", "39049") for q in (1, 2, 3)),
        *year_of(area="39041", year=2017),
    ]
    read = read_annual([written(tmp_path / "panel.csv", QUARTERLY_API, rows)])
    assert set(figures(read)) == {("36055", "62", "5", 2016), ("39041", "62", "5", 2017)}
    assert read.notes == (
        "2016: 3 of 4 quarters for 39041 and 1 more areas of 39..., left out of the annual panel",
    )


def test_an_area_whose_file_of_a_quarter_is_missing_is_left_out(tmp_path):
    """Area slices are downloaded one by one: one that failed must not become a quarter without jobs."""
    paths = [
        written(tmp_path / f"{area}-{q}.csv", QUARTERLY_API, [
            quarter(q, area=area, own="0", industry="10"), quarter(q, area=area),
        ])
        for area in ("36055", "36069") for q in (1, 2, 3, 4) if (area, q) != ("36069", 4)
    ]  # fmt: skip
    read = read_annual(paths)
    assert {cell[0] for cell in figures(read)} == {"36055"}
    assert read.notes == ("2016: 3 of 4 quarters for 36069, left out of the annual panel",)


def test_quarters_of_a_year_may_come_in_different_layouts(tmp_path):
    first = written(tmp_path / "a.csv", QUARTERLY_API, [quarter(1), quarter(2)])
    second = written(tmp_path / "b.csv", QUARTERLY_BY_AREA, [quarter(3), quarter(4)], quoted=True)
    third = tmp_path / "c.parquet"
    pd.DataFrame(year_of(area="36069")).drop(columns="area_title").to_parquet(third)
    assert figures(read_annual([first, second, third])) == {
        (area, "62", "5", 2016): (10, 110, 4000, "disclosed") for area in ("36055", "36069")
    }


def test_no_whole_year_is_an_error_that_says_which_quarters_there_are(tmp_path):
    path = written(tmp_path / "panel.csv", QUARTERLY_API, [quarter(1), quarter(2)])
    with pytest.raises(LayoutError, match=r"panel\.csv: no annual figures(?s:.*)2 of 4 quarters for 36055"):
        read_annual([path])
    with pytest.raises(LayoutError, match="no annual figures"):
        read_annual([written(tmp_path / "empty.csv", ANNUAL_API, [])])


# --- several files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_cells_in_two_files_count_once(tmp_path, layout):
    columns, rows, cells = LAYOUTS[layout]
    paths = [written(tmp_path / f"{n}.csv", columns, rows) for n in "ab"]
    assert figures(read_annual(paths)) == cells
    assert figures(read_annual([paths[0], paths[0]])) == cells


def test_a_year_in_both_quarterly_and_annual_files_counts_once(tmp_path):
    """1270 months over 12 are 105.83, published as 106."""
    months = [(10, 100, 100, 117, 1000)] * 3 + [(10, 100, 100, 119, 1000)]
    rows = [quarter(q + 1, figures=f) for q, f in enumerate(months)]
    quarterly = written(tmp_path / "q.csv", QUARTERLY_API, rows)
    published = written(tmp_path / "a.csv", ANNUAL_API, [annual(figures=(10, 106, 4000))])
    assert figures(read_annual([quarterly, published])) == {
        ("36055", "62", "5", 2016): (10, 106, 4000, "disclosed")
    }


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (annual(figures=(10, 101, 5000)), r"employment 10[01]\.0 and 10[01]\.0"),
        (annual(figures=(10, 100, 5001)), r"wages 500[01]\.0 and 500[01]\.0"),
        (annual(code="N", figures=(10, 0, 0)), "employment"),
    ],
)
def test_contradictory_files_are_an_error_that_names_the_cell(tmp_path, other, what):
    paths = [
        written(tmp_path / "a.csv", ANNUAL_API, [annual()]),
        written(tmp_path / "b.csv", ANNUAL_API, [other]),
    ]
    with pytest.raises(LayoutError, match=rf"area 36055, industry 62, ownership 5, year 2016: {what}"):
        read_annual(paths)


def test_contradictory_quarters_are_an_error_that_names_the_cell(tmp_path):
    paths = [
        written(tmp_path / "a.csv", QUARTERLY_API, year_of()),
        written(tmp_path / "b.csv", QUARTERLY_API, [quarter(3, figures=(10, 100, 110, 121, 1000))]),
    ]
    with pytest.raises(
        LayoutError, match=r"area 36055, industry 62, ownership 5, year 2016: its quarters differ"
    ):
        read_annual(paths)


def test_what_an_absent_row_means_is_read_off_each_year(tmp_path):
    rows = [
        annual(year=2000),
        annual(year=2000, own="0", industry="10"),
        annual(year=2010),
        annual(year=2010, industry="72", code="N", figures=(2, 0, 0)),
        annual(year=2011),
        annual(year=2011, own="1", industry="10", code="N", figures=(2, 0, 0)),
    ]
    read = read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])
    assert read.absent == {2000: "withheld", 2010: "zero", 2011: "withheld"}


# --- errors ------------------------------------------------------------------------------------------


def test_wrong_columns_get_the_nearest_names(tmp_path):
    columns = ["annual_avg_emplvls" if c == "annual_avg_emplvl" else c for c in ANNUAL_API]
    with pytest.raises(LayoutError, match="'annual_avg_emplvls' for 'annual_avg_emplvl'"):
        read_annual([written(tmp_path / "panel.csv", columns, [annual()])])
    with pytest.raises(LayoutError, match=r"panel\.csv has columns name, value; it lacks area_fips"):
        read_annual([written(tmp_path / "panel.csv", ["name", "value"], [])])


def _broken(folder: Path) -> dict[str, Path]:
    rows = [annual(area=f"{n:05d}", figures=(n, n * 7, n * 313)) for n in range(20_000)]
    good = written(folder / "good.csv", ANNUAL_API, rows)
    packed = written(folder / "good.csv.gz", ANNUAL_API, rows)
    archive = folder / "good.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(good, "member.csv")
    table = folder / "good.parquet"
    pd.read_csv(good, dtype=str).to_parquet(table)

    def damaged(path: Path, start: int, length: int) -> bytes:
        content = bytearray(path.read_bytes())
        content[start : start + length] = b"\xff" * length
        return bytes(content)

    contents = {
        "empty.csv": b"",
        "cut.csv": good.read_bytes()[: -len(b",5,62,74,0,2016,A,,19999,139993,6259687,,,,\n")],
        "letters.csv": good.read_bytes().replace(b",139993,", b",lots,"),
        "binary.csv": bytes(range(256)) * 50,
        "wide.csv": good.read_bytes() + b"36055,5,62,74,0,2016,A,,1,1,1,1,1,1,1,1,1,1\n",
        "cut.csv.gz": packed.read_bytes()[:-2000],
        "damaged.csv.gz": damaged(packed, 2000, 40),
        "head.csv.gz": damaged(packed, 12, 40),
        "text.csv.gz": good.read_bytes(),
        "cut.zip": archive.read_bytes()[:-2000],
        "damaged.zip": damaged(archive, 2000, 40),
        "text.zip": good.read_bytes(),
        "cut.parquet": table.read_bytes()[:-200],
        "text.parquet": good.read_bytes(),
        "damaged.parquet": damaged(table, 100, 20_000),
    }
    paths = {name: folder / f"broken-{name}" for name in contents}
    for name, path in paths.items():
        path.write_bytes(contents[name])
    return paths


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, Path]:
    return _broken(tmp_path_factory.mktemp("broken"))


@pytest.mark.parametrize(
    "name",
    ["empty.csv", "cut.csv", "letters.csv", "binary.csv", "wide.csv", "cut.csv.gz", "damaged.csv.gz",
     "head.csv.gz", "text.csv.gz", "cut.zip", "damaged.zip", "text.zip", "cut.parquet", "text.parquet",
     "damaged.parquet"],
)  # fmt: skip
def test_a_broken_file_is_an_error_that_names_it(broken, name):
    with pytest.raises(LayoutError, match=f"broken-{name}") as caught:
        read_annual([broken[name]])
    # Nobody is shown the engine's own traceback.
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_path_that_is_no_file(tmp_path):
    for path in (tmp_path / "nothing.csv", tmp_path):
        with pytest.raises(MissingFileError, match="is not a file"):
            read_annual([path])
    with pytest.raises(LayoutError, match="no QCEW data file"):
        read_annual([])


def test_a_zip_without_data_is_an_error_also_beside_a_good_file(tmp_path):
    good = written(tmp_path / "good.csv", ANNUAL_API, [annual()])
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing here")
    with pytest.raises(LayoutError, match=r"empty\.zip holds no CSV file"):
        read_annual([good, tmp_path / "empty.zip"])


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch, broken):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    good = written(tmp_path / "in" / "good.csv", ANNUAL_API, [annual()])
    read_annual([good])
    for name in ("damaged.zip", "letters.csv"):
        with pytest.raises(SectorlibError):
            read_annual([broken[name]])
    assert [p.name for p in tmp_path.iterdir()] == ["in"]


# --- quarterly tables ----------------------------------------------------------------------------------


def test_the_quarterly_table_keeps_months_and_carries_columns(tmp_path):
    rows = [
        quarter(1) | {"lq_month3_emplvl": 1.25},
        quarter(2, code="N", figures=(10, 0, 0, 0, 0)) | {"lq_month3_emplvl": 0},
        quarter(1, own="1") | {"lq_month3_emplvl": 0.5},
    ]
    path = written(tmp_path / "panel.csv", QUARTERLY_API, rows)
    table = read_quarterly([path], ownership=["5"], columns=["lq_month3_emplvl"]).set_index("quarter")
    assert table.loc["1", ["month1", "month2", "month3", "wages", "lq_month3_emplvl"]].to_list() == [
        100, 110, 120, 1000, 1.25,
    ]  # fmt: skip
    assert table.loc["2", ["month1", "month2", "month3", "wages", "lq_month3_emplvl"]].isna().all()
    assert table.loc["2", "establishments"] == 10
    assert table["disclosure"].to_dict() == {"1": "disclosed", "2": "suppressed"}
    assert len(read_quarterly([path])) == 3


def test_the_quarterly_table_refuses_annual_files_and_unknown_columns(tmp_path):
    with pytest.raises(LayoutError, match=r"panel\.csv is in the annual layout(?s:.*)use read_annual"):
        read_quarterly([written(tmp_path / "panel.csv", ANNUAL_API, [annual()])])
    path = written(tmp_path / "panel.csv", QUARTERLY_API, [quarter(1)])
    with pytest.raises(LayoutError, match=r"'lq_month3_emplv'(?s:.*)did you mean 'lq_month3_emplvl'"):
        read_quarterly([path], columns=["lq_month3_emplv"])


def test_the_quarterly_table_leaves_annual_files_where_asked(tmp_path):
    yearly = written(tmp_path / "panel.csv", ANNUAL_API, [annual()])
    path = written(tmp_path / "quarter.csv", QUARTERLY_API, [quarter(1)])
    assert len(read_quarterly([yearly, path], leave_annual=True)) == 1
    assert (
        read_quarterly([yearly], leave_annual=True).columns.to_list()
        == read_quarterly([path]).columns.to_list()
    )


def test_the_engine_draws_no_progress_bar_on_standard_output():
    """It would land in the middle of a table that a command writes there."""
    with query_engine() as database:
        assert database.sql("SELECT current_setting('enable_progress_bar')").fetchall() == [(False,)]
