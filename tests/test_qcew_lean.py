"""The short way through QCEW files gives what the careful way gives, and leaves to that what is unusual."""

import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import small_study

from sectorlib.exceptions import SectorlibError
from sectorlib.resources import data_path
from sectorlib.sources import qcew, qcew_lean
from sectorlib.sources.qcew_files import grouped_files
from sectorlib.sources.qcew_lean import lean_rows

ANNUAL = (
    "area_fips,own_code,industry_code,agglvl_code,size_code,year,qtr,disclosure_code,annual_avg_estabs,"
    "annual_avg_emplvl,total_annual_wages,lq_disclosure_code\n"
)
QUARTERLY = (
    "area_fips,own_code,industry_code,year,qtr,disclosure_code,qtrly_estabs,month1_emplvl,month2_emplvl,"
    "month3_emplvl,total_qtrly_wages\n"
)


def is_lean(paths) -> bool:
    with grouped_files(paths) as files:
        return lean_rows(files.sources) is not None


def read_both_ways(paths) -> tuple:
    """What either way gives, an error as its text."""
    found = []
    for way in (lean_rows, lambda sources: None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(qcew, "lean_rows", way)
            try:
                found.append(qcew.read_annual(paths))
            except SectorlibError as error:
                found.append(str(error))
    return tuple(found)


def assert_equal(paths) -> None:
    short, careful = read_both_ways(paths)
    if isinstance(short, str) or isinstance(careful, str):
        assert short == careful
        return
    pd.testing.assert_frame_equal(short.rows, careful.rows)
    pd.testing.assert_frame_equal(short.left_out, careful.left_out)
    for name in ("absent", "notes", "inferred", "problems"):
        assert getattr(short, name) == getattr(careful, name), name


# --- files there are -----------------------------------------------------------------------------------


def test_the_files_of_the_demonstration_state(tmp_path):
    paths = sorted(data_path("demo", "qcew").glob("*.gz"))[-3:]
    assert is_lean(paths)
    assert_equal(paths)
    assert_equal([small_study(tmp_path).parent / "panel.csv"])


@pytest.mark.shared
@pytest.mark.parametrize(
    "pattern",
    [
        "qcew/api/*/a/area/39*.csv",
        "ny/*.csv.gz",
        "qcew/by_area/*.zip",
        "qcew/by_industry/2016*.zip",
        "qcew/us_2016/us000*",
    ],
)
def test_official_files(shared: Path, pattern: str):
    assert_equal(sorted((shared / "data").glob(pattern)))


# --- files of every kind -------------------------------------------------------------------------------

_AREAS = st.sampled_from(["36001", "36003", "36000", "36001", "36003", "1001", "36001.0", " 36005", ""])
_INDUSTRIES = st.sampled_from(["10", "62", "31-33", "10", "62", "31", "62.0"])
_CODES = st.sampled_from(["", "", "", "N", "-", "n", "X"])
_FIGURES = st.sampled_from([0, 0, 0, 7, 120, 1999, "", "1,200", "-3", "9e99", "abc", "2.5", "nan", "0x1F"])
_USUAL = st.sampled_from([0, 0, 3, 120, 1999])


@st.composite
def _rows(draw, quarterly: bool) -> list[str]:
    odd = draw(st.booleans())
    number = draw(st.integers(1, 12))
    areas, codes, figures, industries = (
        (_AREAS, _CODES, _FIGURES, _INDUSTRIES)
        if odd
        else (
            st.sampled_from(["36001", "36003", "36000"]),
            st.sampled_from(["", "", "N", "-"]),
            _USUAL,
            st.sampled_from(["10", "62", "621", "72"]),
        )
    )
    cells = draw(
        st.lists(
            st.tuples(areas, st.sampled_from(["0", "5"]), industries, st.sampled_from(["2016", "2017"])),
            min_size=number, max_size=number, unique=not odd,
        )
    )  # fmt: skip
    rows = []
    for area, own, industry, year in cells:
        quarters = draw(st.sampled_from(["1234", "1234", "1234", "123"])) if quarterly else "A"
        for quarter in quarters:
            code = draw(codes)
            values = [draw(figures) for _ in range(5 if quarterly else 3)]
            told = [] if quarterly else [draw(st.sampled_from(["", code, "N"]))]
            middle = [] if quarterly else ["70", "0"]
            values = [f'"{v}"' if "," in str(v) else v for v in values]
            rows.append(
                ",".join(map(str, [area, own, industry, *middle, year, quarter, code, *values, *told]))
            )
    return draw(st.permutations(rows))


@settings(max_examples=25, deadline=None)
@given(rows=_rows(quarterly=False))
def test_annual_rows_of_every_kind(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("annual") / "panel.csv"
    path.write_text(ANNUAL + "\n".join(rows) + "\n")
    assert_equal([path])


@settings(max_examples=25, deadline=None)
@given(rows=_rows(quarterly=True))
def test_quarterly_rows_of_every_kind(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("quarterly") / "panel.csv"
    path.write_text(QUARTERLY + "\n".join(rows) + "\n")
    assert_equal([path])


_PLAIN = "36001,5,62,74,0,2016,A,,9,90,900,"


@pytest.mark.parametrize(
    "row",
    [
        "36003,5,62,74,0,2016,A,,9,,900,",  # blank
        "36003,5,62,74,0,2016,A,n,9,0,0,",
        "36003,5,62,74,0,2016,A,X,9,0,0,",
        "1001,5,62,74,0,2016,A,,9,90,900,",
        "36003,5,31,74,0,2016,A,,9,90,900,",
        "36003,5.0,62,74,0,2016,A,,9,90,900,",
        "36003,5,62,74,0,2016,a,,9,90,900,",
        '36003,5,62,74,0,2016,A,,9,"1,090",900,',
        "36003,5,62,74,0,2016,A,,9,-90,900,",
        "36003,5,62,74,0,2016,A,,9,inf,900,",
        "36003,5,62,74,0,2016,A,,9,90,1e17,",
        "36003,5,62,74,3,2016,A,,9,90,900,",  # of one size of establishment
        "36003,5,62,74,0,20l6,A,,9,90,900,",
        "36001,5,62,74,0,2016,A,,9,91,900,",  # contradicts
        "36001,5,62,74,0,2016,A,,9,90,900,",  # twice
        "36003,5,62,74,0,2016,A,,9,90",
        ",5,62,74,0,2016,A,,9,90,900,",
    ],
)
def test_what_is_unusual_is_left_to_the_careful_way(tmp_path, row):
    path = tmp_path / "panel.csv"
    path.write_text(ANNUAL + _PLAIN + "\n" + row + "\n")
    assert not is_lean([path])
    assert_equal([path])


def test_the_same_in_parquet_as_text_and_as_numbers(tmp_path):
    table = pd.DataFrame(
        [line.split(",") for line in (_PLAIN, "36003,5,62,74,0,2016,A,N,2,0,0,N")],
        columns=ANNUAL.strip().split(","),
    )
    figures = ["annual_avg_estabs", "annual_avg_emplvl", "total_annual_wages"]
    typed = table.astype(dict.fromkeys([*figures, "year", "own_code"], "int64"))
    typed.to_parquet(tmp_path / "typed.parquet")
    typed.assign(area_fips=typed["area_fips"].astype("int64")).to_parquet(tmp_path / "numbers.parquet")
    typed.assign(annual_avg_emplvl=[90.0, None]).to_parquet(tmp_path / "blank.parquet")
    for name, lean in (("typed", True), ("numbers", True), ("blank", False)):
        paths = [tmp_path / f"{name}.parquet"]
        assert is_lean(paths) == lean
        assert_equal(paths)


def test_zeros_where_second_marks_mark_nothing_and_where_they_mark_something(tmp_path):
    zero, marked = "36003,5,62,74,0,2016,A,,9,0,0,", "36003,5,72,74,0,2016,A,N,2,0,0,N"
    for name, rows in (("lost", [_PLAIN, zero]), ("told", [_PLAIN, zero, marked])):
        path = tmp_path / f"{name}.csv"
        path.write_text(ANNUAL + "\n".join(rows) + "\n")
        assert is_lean([path])
        assert_equal([path])
        assert qcew.read_annual([path]).inferred == ({2016: 1} if name == "lost" else {})


def test_layouts_together_are_left_to_the_careful_way(tmp_path):
    (tmp_path / "a.csv").write_text(ANNUAL + _PLAIN + "\n")
    (tmp_path / "q.csv").write_text(
        QUARTERLY + "".join(f"36001,5,62,2017,{q},,9,80,90,100,1000\n" for q in (1, 2, 3, 4))
    )
    paths = [tmp_path / "a.csv", tmp_path / "q.csv"]
    assert not is_lean(paths)
    assert_equal(paths)


def test_members_of_a_zip_take_time_by_their_number(tmp_path):
    """Four times as many members take about four times as long, and not sixteen times."""
    seconds = {}
    for members in (150, 600):
        path = tmp_path / f"{members}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for n in range(members):
                archive.writestr(f"{n}.csv", ANNUAL + f"36{n:03d},5,62,74,0,2016,A,,9,90,900,\n")
        start = time.process_time()
        assert len(qcew.read_annual([path]).rows) == members
        seconds[members] = time.process_time() - start
    assert seconds[600] < 9 * seconds[150]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_file_is_cut_at_the_ends_of_lines(tmp_path, monkeypatch, end):
    """Pieces far shorter than a line, and as long as several, give the rows of the whole file."""
    rows = [
        f"{36000 + n:05d},5,{'10' if n % 2 else '44-45'},70,0,2016,A,{'N' if n % 3 else ''},{n},0,0,\n"
        for n in range(1, 40)
    ]
    path = tmp_path / "2016.csv"
    path.write_bytes((ANNUAL + "".join(rows)).replace("\n", end or "\n").encode()[: None if end else -1])
    whole = read_both_ways([path])[1]
    for piece in (7, 100, 1000, 5000):
        monkeypatch.setattr(qcew_lean, "_PIECE", piece)
        assert is_lean([path])
        pd.testing.assert_frame_equal(qcew.read_annual([path]).rows, whole.rows)
