"""Panels with lost marks, impossible figures, odd codes and damage: each is mended and said, or refused by name."""

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_study import STUDY, small_study
from test_checks import found
from test_qcew import ANNUAL_API, QUARTERLY_API, annual, figures, quarter, written, year_of

from sectorlib.checks import check_study
from sectorlib.disclosure.identities import larger_than_whole
from sectorlib.exceptions import LayoutError, MissingFileError
from sectorlib.sources.damage import require_sound
from sectorlib.sources.qcew import locate, read_annual, read_quarterly
from sectorlib.study import load_study

# --- marks that were lost ------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["", " ", "X", "n", "s"])
def test_zeros_beside_establishments_are_withheld_whatever_is_left_of_their_mark(tmp_path, code):
    rows = [annual(industry="11"), annual(industry="21", code=code, figures=(3, 0, 0))]
    read = read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])
    assert figures(read)["36055", "21", "5", 2016] == (3, None, None, "suppressed")
    assert figures(read)["36055", "11", "5", 2016] == (10, 100, 5000, "disclosed")
    assert read.inferred == ({} if code == "n" else {2016: 1})
    named = "".join(read.problems)
    assert (repr(code) in named) == (code in ("X", "s"))
    assert bool(named) == (code in ("X", "s"))
    assert ("small letters" in "".join(read.notes)) == (code in ("n", "s"))


def test_a_quarter_that_lost_its_mark_leaves_the_least_of_the_year(tmp_path):
    """Three quarters of 330 months: 990 over 12 is 82."""
    rows = [quarter(1, figures=(10, 0, 0, 0, 0)), *(quarter(q) for q in (2, 3, 4))]
    path = written(tmp_path / "panel.csv", QUARTERLY_API, rows)
    row = read_annual([path]).rows.iloc[0]
    assert (row["disclosure"], row["employment_low"], row["wages_low"]) == ("partial", 82, 3000)
    assert read_annual([path]).inferred == {2016: 1}
    assert read_quarterly([path]).set_index("quarter")["disclosure"].to_dict() == {
        "1": "suppressed", "2": "disclosed", "3": "disclosed", "4": "disclosed",
    }  # fmt: skip


def test_zeros_that_are_said_to_be_true_and_zeros_of_nobody_stay_zero(tmp_path):
    rows = [
        annual(industry="11"),
        annual(industry="21", code="-", figures=(2, 0, 0)),
        annual(industry="22", figures=(0, 0, 0)),
        annual(industry="23", figures=(1, 0, 700)),  # somebody was paid, in no week with a 12th
    ]
    read = read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])
    assert {cell[1]: values for cell, values in figures(read).items() if cell[1] != "11"} == {
        "21": (2, 0, 0, "disclosed"), "22": (0, 0, 0, "disclosed"), "23": (1, 0, 700, "disclosed"),
    }  # fmt: skip
    assert read.inferred == {}


def test_the_second_mark_of_official_files_tells_true_zeros_from_lost_marks(tmp_path):
    marked = annual(industry="11", code="N", figures=(2, 0, 0)) | {"lq_disclosure_code": "N"}
    lost = annual(industry="21", figures=(3, 0, 0)) | {"lq_disclosure_code": "N"}
    true = annual(industry="22", figures=(1, 0, 0)) | {"lq_disclosure_code": ""}
    read = read_annual([written(tmp_path / "a.csv", ANNUAL_API, [annual(), marked, lost, true])])
    found = {cell[1]: values[1:] for cell, values in figures(read).items()}
    nothing = (None, None, "suppressed")
    assert found == {"62": (100, 5000, "disclosed"), "11": nothing, "21": nothing, "22": (0, 0, "disclosed")}
    assert read.inferred == {2016: 1}
    # Where the second marks are lost as well they tell nothing.
    rows = [row | {"disclosure_code": "", "lq_disclosure_code": ""} for row in (annual(), marked, lost, true)]
    read = read_annual([written(tmp_path / "b.csv", ANNUAL_API, rows)])
    assert {cell[1] for cell, values in figures(read).items() if values[3] == "suppressed"} == {
        "11",
        "21",
        "22",
    }
    assert read.inferred == {2016: 3}


def test_an_inferred_cell_is_no_mark_that_withheld_rows_are_in_the_file(tmp_path):
    rows = [annual(industry="11"), annual(industry="21", figures=(3, 0, 0))]
    assert read_annual([written(tmp_path / "a.csv", ANNUAL_API, rows)]).absent == {2016: "withheld"}
    rows[1]["disclosure_code"] = "n"
    assert read_annual([written(tmp_path / "b.csv", ANNUAL_API, rows)]).absent == {2016: "zero"}


def test_check_counts_what_was_inferred_and_names_unknown_codes(tmp_path):
    path = small_study(tmp_path)
    panel = path.parent / "panel.csv"
    lines = panel.read_text().splitlines()
    lines = [line.replace(",N,", ",D,") for line in lines]
    lines.append("36117,5,21,0,0,2017,A,,3,0,0")
    panel.write_text("\n".join(lines) + "\n")
    assert "inferred for 2 cells (2 of 2017)" in found(path, "note")["withheld"]
    assert "'D' (1 rows)" in found(path, "problem")["panel files"]
    rows = load_study(path).panel.astype({"area": str, "industry": str, "ownership": str})
    cell = rows[(rows["area"] == "36117") & (rows["industry"] == "21") & (rows["year"] == 2017)]
    assert cell["employment"].isna().all()
    assert len(cell)


def test_without_the_column_of_codes_no_other_one_is_suggested(tmp_path):
    columns = [c for c in ANNUAL_API if c != "disclosure_code"]
    with pytest.raises(
        LayoutError, match="no column disclosure_code, and withheld cells cannot be told"
    ) as caught:
        read_annual([written(tmp_path / "panel.csv", columns, [annual()])])
    assert "rename" not in str(caught.value)
    assert "size_code" not in str(caught.value)


def test_one_column_is_not_suggested_for_two_nor_one_of_the_layout(tmp_path):
    columns = ["annual_avg_empl" if c == "annual_avg_emplvl" else c for c in ANNUAL_API]
    columns.remove("annual_avg_estabs")
    with pytest.raises(LayoutError) as caught:
        read_annual([written(tmp_path / "panel.csv", columns, [])])
    assert caught.value.hint.count("'annual_avg_empl'") == 1
    assert "lq_" not in caught.value.hint
    assert "taxable" not in caught.value.hint


# --- figures that cannot be ----------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["annual", "quarterly"])
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "-5", "1e12", "lots", "1,2,3", "12,34"])
def test_an_impossible_figure_is_refused_with_file_row_and_value(tmp_path, layout, value):
    if layout == "annual":
        column, rows = "annual_avg_emplvl", [annual(industry=i) for i in ("11", "21", "22")]
        path = written(tmp_path / "panel.csv", ANNUAL_API, [*rows[:2], rows[2] | {column: value}])
    else:
        column, rows = "month2_emplvl", year_of()
        path = written(tmp_path / "panel.csv", QUARTERLY_API, [*rows[:2], rows[2] | {column: value}, rows[3]])
    with pytest.raises(LayoutError, match=rf"panel\.csv, row 4: {column} is '{value}'"):
        read_annual([path])


def test_an_impossible_figure_of_the_second_file_names_that_file(tmp_path):
    good = written(tmp_path / "a.csv", ANNUAL_API, [annual()])
    table = pd.DataFrame([annual(industry="21"), annual(industry="22", figures=(1, float("inf"), 5.0))])
    table.to_parquet(tmp_path / "b.parquet")
    with pytest.raises(LayoutError, match=r"b\.parquet, row 2: annual_avg_emplvl is 'inf'"):
        read_annual([good, tmp_path / "b.parquet"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("area_fips", ""), ("industry_code", " "), ("own_code", ""), ("qtr", "B"), ("qtr", "1"), ("year", "20166"), ("year", "")],
)  # fmt: skip
def test_a_row_that_would_vanish_is_refused(tmp_path, column, value):
    rows = [annual(industry="11"), annual(industry="21") | {column: value}]
    with pytest.raises(LayoutError, match=rf"panel\.csv, row 3: {column} is"):
        read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])


def test_wages_without_a_single_job_are_refused_and_not_shown_as_no_jobs(tmp_path):
    rows = [annual(industry=i, figures=(10, "", 5000)) for i in ("11", "21")]
    read = read_annual([written(tmp_path / "blank.csv", ANNUAL_API, rows)])
    assert set(read.rows["disclosure"]) == {"suppressed"}
    assert read.problems[0].startswith("2016: no cell has jobs and wages")
    rows = [annual(industry=i, figures=(10, 0, 5000)) for i in ("11", "21")]
    with pytest.raises(LayoutError, match=r"panel\.csv: no cell of 2016 has jobs"):
        read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])


def test_a_part_larger_than_its_whole_is_a_problem_with_file_row_and_both_figures(tmp_path):
    path = small_study(tmp_path)
    assert "parts" not in found(path, "problem")
    panel = path.parent / "panel.csv"
    lines = panel.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("36055,5,23,") and ",2017," in line)
    cells = lines[at].split(",")
    jobs = int(cells[9])
    cells[9] = str(100 * jobs)
    lines[at] = ",".join(cells)
    panel.write_text("\n".join(lines) + "\n")
    problem = found(path, "problem")["parts"]
    assert f"panel.csv, row {at + 1}: {100 * jobs:,} jobs in industry 23 of 36055" in problem
    assert "of industry 10 of 36055, ownership 5" in problem
    # One fault, one line: the total that this part alone exceeds is not named a second time.
    contradicted = found(path, "problem").get("totals", "")
    assert "36055, 2017, industry 10, ownership 5: employment" not in contradicted


def test_rounding_makes_no_part_larger_than_its_whole():
    rows = pd.DataFrame(
        {"area": ["36055", "36000"], "industry": "62", "ownership": "5", "year": 2020, "employment": [101.0, 100.0],
         "wages": [5.0, 5.0]}
    )  # fmt: skip
    assert larger_than_whole(rows).empty
    assert larger_than_whole(rows.assign(employment=[102.0, 100.0]))["value"].tolist() == [102.0]
    assert larger_than_whole(rows.assign(employment=[102.0, np.nan])).empty


# --- what is mended, and said --------------------------------------------------------------------------


def test_headers_in_capitals_are_the_same_layout(tmp_path):
    path = written(
        tmp_path / "panel.csv", ANNUAL_API, [annual(), annual(industry="21", code="N", figures=(2, 0, 0))]
    )
    header, rest = path.read_text().split("\n", 1)
    path.write_text(header.upper() + "\n" + rest)
    assert figures(read_annual([path]))["36055", "62", "5", 2016] == (10, 100, 5000, "disclosed")
    assert figures(read_annual([path]))["36055", "21", "5", 2016] == (2, None, None, "suppressed")


def test_thousands_separators_are_read_and_said(tmp_path):
    rows = [
        annual(figures=("1,113", "2,266", "71,400,000")),
        annual(industry="21", code="N", figures=(2, 0, 0)),
    ]
    read = read_annual([written(tmp_path / "panel.csv", ANNUAL_API, rows)])
    assert figures(read)["36055", "62", "5", 2016] == (1113, 2266, 71_400_000, "disclosed")
    assert "thousands separators" in "".join(read.notes)


def test_codes_with_decimals_lost_zeros_and_small_letters_are_read_and_said(tmp_path):
    good = [
        annual(area="01001", own="5", industry="62"),
        annual(area="01001", industry="21", code="N", figures=(2, 0, 0)),
    ]
    odd = [
        annual(area="1001.0", own="5.0", industry="62.0")
        | {"qtr": "a", "size_code": "0.0", "year": "2016.0"},
        annual(area="1001", own="5.0", industry="21") | {"qtr": "a", "disclosure_code": "n"},
    ]
    odd[1] |= {"annual_avg_estabs": 2, "annual_avg_emplvl": 0, "total_annual_wages": 0}
    plain = read_annual([written(tmp_path / "good.csv", ANNUAL_API, good)])
    mended = read_annual([written(tmp_path / "odd.csv", ANNUAL_API, odd)])
    assert figures(mended) == figures(plain)
    assert plain.notes == ()
    notes = "; ".join(mended.notes)
    assert all(word in notes for word in ("leading zero", "decimals", "small letters"))


def test_quarters_whose_codes_are_written_in_two_ways_are_one_cell(tmp_path):
    first = written(tmp_path / "a.csv", QUARTERLY_API, [quarter(1, own="5.0"), quarter(2, own="5.0")])
    second = written(tmp_path / "b.csv", QUARTERLY_API, [quarter(3), quarter(4)])
    assert figures(read_annual([first, second])) == {("36055", "62", "5", 2016): (10, 110, 4000, "disclosed")}


# --- files that say nothing, or are damaged ------------------------------------------------------------


def test_a_file_without_rows_is_refused_beside_good_ones(tmp_path):
    good = written(tmp_path / "a.csv", ANNUAL_API, [annual()])
    with pytest.raises(LayoutError, match=r"b\.csv: no annual figures, since there is a header and no row"):
        read_annual([good, written(tmp_path / "b.csv", ANNUAL_API, [])])
    pd.DataFrame([annual()]).head(0).to_parquet(tmp_path / "c.parquet")
    with pytest.raises(LayoutError, match=r"c\.parquet: no annual figures"):
        read_annual([good, tmp_path / "c.parquet"])


def test_a_member_without_rows_is_noted(tmp_path):
    one, none = (written(tmp_path / n, ANNUAL_API, r) for n, r in (("a.csv", [annual()]), ("b.csv", [])))
    with zipfile.ZipFile(tmp_path / "panel.zip", "w") as archive:
        archive.write(one, "a.csv")
        archive.write(none, "b.csv")
    read = read_annual([tmp_path / "panel.zip"])
    assert len(read.rows) == 1
    assert read.notes == ("panel.zip: b.csv: a header and no rows, so nothing is read of them",)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_by_size_of_establishment_says_which_one_to_take(tmp_path, suffix):
    rows = [quarter(1, industry=i) | {"size_code": 1 + n % 9} for n, i in enumerate(["11", "21"] * 150)]
    path = tmp_path / f"sizes.{suffix}"
    written(path, QUARTERLY_API, rows) if suffix == "csv" else pd.DataFrame(rows).to_parquet(path)
    good = written(tmp_path / "good.csv", ANNUAL_API, [annual()])
    with pytest.raises(LayoutError, match=rf"every row of sizes\.{suffix} is of one size(?s:.*)size_code 0"):
        read_annual([good, path])
    last = quarter(1) | {"size_code": 0}  # one row of all sizes behind those of single ones
    written(path, QUARTERLY_API, [*rows, last]) if suffix == "csv" else pd.DataFrame(
        [*rows, last]
    ).to_parquet(path)
    assert len(read_quarterly([path])) == 1


def test_a_broken_link_in_a_glob_is_refused(tmp_path):
    path = small_study(tmp_path, STUDY.replace("[panel.csv]", '["panel*.csv"]'))
    (path.parent / "panel2.csv").symlink_to(path.parent / "gone.csv")
    with pytest.raises(MissingFileError, match=r"panel2\.csv, a link to .*gone\.csv, which is not there"):
        load_study(path).files("panel", ["panel*.csv"])
    assert "panel2.csv" in "".join(found(path, "problem").values())


def _flipped(content: bytes, name: str, folder: Path) -> Path | None:
    """The file with one bit flipped in its middle; None if what it holds is the same, or cannot be opened."""
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    path = folder / name
    path.write_bytes(bytes(changed))
    return path


def test_one_flipped_bit_of_a_compressed_file_is_found(tmp_path):
    rows = [annual(industry=str(i), figures=(i, 7 * i, 1_052_827_197 + i)) for i in range(211, 999)]
    text = written(tmp_path / "panel.csv", ANNUAL_API, rows).read_bytes()
    archive = tmp_path / "whole.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as file:
        file.writestr("panel.csv", text)
    # Stored and not packed, so that the flipped bit is another figure and no broken stream.
    stored = gzip.compress(text, compresslevel=0)
    for content, name in ((stored, "flipped.csv.gz"), (archive.read_bytes(), "flipped.zip")):
        with pytest.raises(LayoutError, match=name.replace(".", r"\.")):
            read_annual([_flipped(content, name, tmp_path)])
    table = pa.Table.from_pandas(pd.DataFrame(rows))
    for checked in (True, False):
        pq.write_table(
            table,
            tmp_path / "whole.parquet",
            write_page_checksum=checked,
            use_dictionary=False,
            compression="none",
        )
        require_sound(tmp_path / "whole.parquet")
    pq.write_table(
        table, tmp_path / "whole.parquet", write_page_checksum=True, use_dictionary=False, compression="none"
    )
    with pytest.raises(LayoutError, match=r"flipped\.parquet"):
        read_annual([_flipped((tmp_path / "whole.parquet").read_bytes(), "flipped.parquet", tmp_path)])


def test_a_cell_is_located_in_the_file_that_holds_it(tmp_path):
    one = written(tmp_path / "a.csv", ANNUAL_API, [annual(area="36001")])
    two = written(tmp_path / "b.csv", ANNUAL_API, [annual(area="36003"), annual(area="36005", industry="31")])
    assert locate([one, two], ("36005", "31-33", "5", 2016)) == "b.csv, row 3"
    assert locate([one, two], ("36007", "31-33", "5", 2016)) == "the panel's files"


def changed(tmp_path: Path, column: str, value: str, area: str = "36055") -> Path:
    """The small study with one column of a county's cell of industry 62 in 2017, or of all its cells, changed."""
    path = small_study(tmp_path)
    panel = path.parent / "panel.csv"
    rows = pd.read_csv(panel, dtype=str, keep_default_na=False)
    cell = (rows["area_fips"] == area) & (rows["industry_code"] == "62") & (rows["year"] == "2017")
    rows.loc[cell & (rows["own_code"] == "5"), column] = value
    rows.to_csv(panel, index=False)
    return path


@pytest.mark.parametrize("year", ["2017.5", "1917", "2107", "17"])
def test_a_year_that_cannot_be_is_refused_and_never_rounded(tmp_path, year):
    with pytest.raises(LayoutError, match=rf"panel\.csv, row \d+: year is '{year}'"):
        read_annual([changed(tmp_path, "year", year).parent / "panel.csv"])


def test_a_whole_year_written_with_decimals_is_read(tmp_path):
    assert load_study(changed(tmp_path, "year", "2017.0")).years[-1] == 2017


@pytest.mark.parametrize("area", ["36-055", "US36055", "36055X", "FIPS36055", "36555"])
def test_an_area_code_that_is_none_is_a_problem(tmp_path, area):
    assert f"{area} (1 row)" in found(changed(tmp_path, "area_fips", area), "problem")["areas"]


def test_regions_of_ones_own_are_no_codes_that_are_none(tmp_path):
    assert "areas" not in found(changed(tmp_path, "area_fips", "Region 12"), "problem")


def test_pay_in_thousands_is_a_problem(tmp_path):
    path = small_study(tmp_path)
    assert "pay" not in found(path, "problem")
    panel = path.parent / "panel.csv"
    rows = pd.read_csv(panel, dtype=str, keep_default_na=False)
    some = rows["year"] == "2015"
    rows.loc[some, "total_annual_wages"] = rows.loc[some, "total_annual_wages"].str[:-3].replace("", "0")
    rows.to_csv(panel, index=False)
    problem = found(path, "problem")["pay"]
    assert "2015" in problem
    assert "wages in thousands" in problem


def test_a_blank_figure_without_a_code_is_noted(tmp_path):
    notes = [f.text for f in check_study(load_study(changed(tmp_path, "annual_avg_emplvl", "")))]
    assert any(note.startswith("1 cell has a blank figure and no code (1 of 2017") for note in notes)


def test_more_establishments_than_the_whole_are_a_problem(tmp_path):
    problem = found(changed(tmp_path, "annual_avg_estabs", "9999"), "problem")["parts"]
    assert "9,999 establishments in industry 62 of 36055" in problem


@pytest.mark.parametrize("suffix", ["csv", "csv.gz"])
@pytest.mark.parametrize("spoil", [lambda line: line + ",7", lambda line: line.rsplit(",", 1)[0]])
def test_a_row_with_more_or_fewer_cells_is_named(tmp_path, suffix, spoil):
    path = small_study(tmp_path / "study").parent / "panel.csv"
    lines = path.read_text().splitlines()
    lines[50] = spoil(lines[50])
    text = "\n".join(lines).encode() + b"\n"
    spoiled = tmp_path / f"panel.{suffix}"
    spoiled.write_bytes(gzip.compress(text) if suffix.endswith("gz") else text)
    with pytest.raises(LayoutError, match=r"row 51: 1[02] cells, and the header has 11"):
        read_annual([spoiled])
