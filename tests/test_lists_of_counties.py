"""Lists of counties as agencies keep them: by name and state, long or wide, with every way to leave a group out."""

from pathlib import Path

import openpyxl
import pytest
from small_study import STUDY, small_study

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.exceptions import LayoutError, StudyFileError
from sectorlib.sources.delineations import not_recorded, read_jurisdictions, reading_notes
from sectorlib.sources.places import read_partners


def _read(folder: Path, text: str, **columns: str) -> dict[str, str]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return read_jurisdictions(path, **columns).set_index("member")["group"].to_dict()


def test_two_states_by_name(tmp_path: Path) -> None:
    text = "State,County,Board\nPA,Erie,Lake\nNew York,Erie County,Western\nNY,St. Lawrence,North\npa,adams,none\n"
    assert _read(tmp_path, text, member="County", group="Board") == {
        "42049": "Lake",
        "36029": "Western",
        "36089": "North",
        "42001": "none",
    }


@pytest.mark.parametrize(
    ("counties", "state"),
    [
        (["Beaufort County, NC", "Beaufort (SC)"], None),
        (["37013", "45013"], None),
    ],
)
def test_the_state_may_stand_in_the_name(tmp_path: Path, counties: list[str], state: str | None) -> None:
    text = "place,area\n" + "".join(f'"{county}",Coast\n' for county in counties)
    assert _read(tmp_path, text, member="place", group="area") == {"37013": "Coast", "45013": "Coast"}


def test_one_state_for_all_and_three_digits(tmp_path: Path) -> None:
    text = "county,area\n1,East\n003,East\nChambers,West\n"
    assert _read(tmp_path, text, member="county", group="area", state="Alabama") == {
        "01001": "East",
        "01003": "East",
        "01017": "West",
    }


@pytest.mark.parametrize(
    "text",
    [
        'area,counties\nEast,Barnstable; Dukes\nWest,"Berkshire, Franklin and Hampden"\n',
        "East,West\nBarnstable,Berkshire\nDukes,Franklin\n,Hampden\n",
    ],
)
def test_lists_in_a_cell_and_a_column_for_each_group(tmp_path: Path, text: str) -> None:
    columns = {"member": "counties", "group": "area"} if text.startswith("area") else {}
    assert _read(tmp_path, text, **columns, state="MA") == {
        "25001": "East",
        "25007": "East",
        "25003": "West",
        "25011": "West",
        "25013": "West",
    }


def test_a_name_that_two_places_share_is_refused_with_both(tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"51159 .* or 51760"):
        _read(tmp_path, "county,area\nRichmond,East\n", member="county", group="area", state="VA")


NOTHING = [
    "",
    "   ",
    "NA",
    "N/A",
    "n/a",
    "n.a.",
    "#N/A",
    "-",
    "--",
    "\u2013",
    "NaN",
    "null",
    "unknown",
    "not recorded",
    "N / A",
    "N.A",
    "n/a*",
    "n.d.",
    "<NA>",
    "\u2015",
    "*",
    "..",
    "(blank)",
    "No data",
    "#REF!",
    "Undefined",
]


@pytest.mark.parametrize("written", NOTHING)
def test_what_says_nothing_is_not_recorded(tmp_path: Path, written: str) -> None:
    text = f"fips,board\n27001,{written}\n27003,Range\n27005,Range\n"
    assert _read(tmp_path, text, member="fips", group="board") == {"27003": "Range", "27005": "Range"}
    assert not_recorded(tmp_path / "list.csv", "fips", "board") == ["27001"]
    said = reading_notes(tmp_path / "list.csv", "fips", "board")
    assert bool(said) == bool(written.strip())  # nothing is read away silently


@pytest.mark.parametrize("written", ["none", "None", "NONE ", "no group", "Not applicable", "(none)", "[None]", "None.", "No board",
                                     "no workforce region", "Unassigned", "not in a region", "Non-member", "nil"])  # fmt: skip
def test_what_says_none_is_none(tmp_path: Path, written: str) -> None:
    text = f"fips,board\n27001,{written}\n27003,Range\n"
    assert _read(tmp_path, text, member="fips", group="board") == {"27001": "none", "27003": "Range"}


@pytest.mark.parametrize(
    "name", ["ND", "Nona", "North Area", "No Name Hills", "Value", "X", "0", "NAACP Region", "Non-metro"]
)
def test_names_that_look_like_nothing_are_groups(tmp_path: Path, name: str) -> None:
    text = f"fips,board\n27001,{name}\n27003,Range\n"
    assert _read(tmp_path, text, member="fips", group="board") == {"27001": name, "27003": "Range"}


def test_groups_that_differ_in_case_or_blanks_are_one_and_it_is_said(tmp_path: Path) -> None:
    text = "fips,board\n27001,IRON RANGE\n27003,Iron  Range\n27005,iron range\n27007,South\n"
    assert set(_read(tmp_path, text, member="fips", group="board").values()) == {"Iron Range", "South"}
    (note,) = reading_notes(tmp_path / "list.csv", "fips", "board")
    assert note.endswith("are one group, Iron Range")


def _merged(path: Path, *, merge: bool) -> None:
    sheet = openpyxl.Workbook().active
    assert sheet is not None
    sheet.append(["Boards of Minnesota", None, None])
    sheet.append(["Board", "FIPS", "County"])
    for row in (["Range", "27031", "Cook"], [None, "27075", "Lake"], [None, "27137", "St. Louis"]):
        sheet.append(row)
    for row in (["River", "27163", "Washington"], [None, "27037", "Dakota"]):
        sheet.append(row)
    if merge:
        sheet.merge_cells("A3:A5")
        sheet.merge_cells("A6:A7")
    assert sheet.parent is not None
    sheet.parent.save(path)


def test_merged_cells_count_for_all_their_rows(tmp_path: Path) -> None:
    _merged(tmp_path / "boards.xlsx", merge=True)
    table = read_jurisdictions(tmp_path / "boards.xlsx", "FIPS", "Board")
    assert table.groupby("group")["member"].apply(list).to_dict() == {
        "Range": ["27031", "27075", "27137"],
        "River": ["27037", "27163"],
    }


def test_cells_that_were_merged_once_are_refused(tmp_path: Path) -> None:
    _merged(tmp_path / "boards.xlsx", merge=False)
    with pytest.raises(LayoutError, match="each group once and 3 blank rows"):
        read_jurisdictions(tmp_path / "boards.xlsx", "FIPS", "Board")


def test_a_study_takes_names_and_says_how_it_read_them(tmp_path: Path) -> None:
    text = STUDY + (
        "jurisdictions:\n  board: {file: boards.csv, member: county, group: board, state: New York}\n"
        "regions: {Lakes: ['Monroe County, NY', '36069']}\n"
    )
    path = small_study(tmp_path, text)
    (tmp_path / "boards.csv").write_text(
        "county,board\nLivingston,NA\nMonroe,Lake\nOntario,lake\nWayne,Lake\n"
    )
    study = sl.load_study(path)
    board = study.jurisdictions["board"]
    assert board.set_index("member")["group"].to_dict() == dict.fromkeys(["36055", "36069", "36117"], "Lake")
    assert study.own_regions["member"].to_list() == ["36055", "36069"]
    said = [finding.text for finding in check_study(study) if finding.kind == "note"]
    assert any("'NA' is read as not recorded (1 county)" in text for text in said)
    assert any("are one group, Lake" in text for text in said)


def test_a_system_without_any_area_is_a_problem(tmp_path: Path) -> None:
    text = (
        STUDY
        + "jurisdictions:\n  board: {file: boards.csv, member: fips, group: board}\nreports: {system: board}\n"
    )
    path = small_study(tmp_path, text, years=range(2016, 2018))
    (tmp_path / "boards.csv").write_text("fips,board\n36055,NA\n36069,NA\n")
    problems = [f.text for f in check_study(sl.load_study(path)) if f.kind == "problem"]
    assert any("nothing to report" in text for text in problems)


def test_a_region_with_an_unknown_name_says_so(tmp_path: Path) -> None:
    path = small_study(
        tmp_path, STUDY + "regions: {Lakes: ['Monro County, NY']}\nreports: {system: regions}\n"
    )
    with pytest.raises(StudyFileError, match="Monro County"):
        _ = sl.load_study(path).regions


def test_partners_by_name(tmp_path: Path) -> None:
    (tmp_path / "partners.csv").write_text(
        "kind,name,county,state\nunion,Local 1,Essex,NJ\nunion,Local 1,Essex,MA\n"
    )
    assert read_partners(tmp_path / "partners.csv")["area"].to_list() == ["34013", "25009"]
