"""Businesses without employees: the publisher's layout, its flags and faults, and the table of a study."""

import zipfile

import pytest
from small_study import COUNTIES, STUDY, small_study

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.exceptions import LayoutError, MissingFileError, TableError
from sectorlib.sources.nonemployers import read_nonemployers

HEADER = "ST,CTY,NAICS,ESTAB_F,ESTAB,RCPTOT_N_F,RCPTOT_F,RCPTOT\n"
A, B, C, D = COUNTIES


def write(folder, rows, header=HEADER, name="nonemp22co.txt"):
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


def test_figures_are_read_in_dollars_and_withheld_ones_are_missing(tmp_path):
    rows = ["36,051,00,,900,G,,45000", "36,051,31-33,,20,J,S,", "36,055,48-49,D,,,D,", "36,000,00,,9,,,9", "36,999,00,,9,,,9"]  # fmt: skip
    table = read_nonemployers([write(tmp_path, rows)]).set_index(["area", "industry"])
    assert table.loc[(A, "10")].to_list() == [900.0, 45_000_000.0]
    assert table.loc[(A, "31-33"), "nonemployers"] == 20
    assert table["receipts"].isna().to_list() == [False, True, True]
    assert table["nonemployers"].isna().to_list() == [False, False, True]
    assert len(table) == 3  # no state, and no county that nobody knows


def test_earlier_years_have_lower_case_names_and_no_flag_of_noise(tmp_path):
    header = "st,cty,naics,estab_f,estab,rcptot_f,rcptot\n"
    plain = write(tmp_path, ["1,1,23,,12,,340"], header)
    with zipfile.ZipFile(tmp_path / "nonemp08co.zip", "w") as archive:
        archive.write(plain, "nonemp08co.txt")
    table = read_nonemployers([tmp_path / "nonemp08co.zip"])
    assert table.iloc[0].to_list() == ["01001", "23", 12.0, 340_000.0]


@pytest.mark.parametrize(
    ("rows", "error", "says"),
    [
        (["36,051,23,,many,,,1"], LayoutError, "'many' as estab in row 2"),
        (["36,051,23,,-4,,,1"], LayoutError, "'-4' as estab in row 2"),
        (["36,051,23,,1,,,1", "36,051,23,,2,,,1"], TableError, "stands twice"),
    ],
)
def test_faults_are_named(tmp_path, rows, error, says):
    with pytest.raises(error, match=says):
        read_nonemployers([write(tmp_path, rows)])


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(MissingFileError):
        read_nonemployers([tmp_path / "nowhere.txt"])
    with pytest.raises(LayoutError, match="estab"):
        read_nonemployers([write(tmp_path, ["36,051,23"], "ST,CTY,NAICS\n")])


def test_a_study_adds_up_what_is_published_and_counts_what_is_not(tmp_path):
    text = STUDY + (
        "self_employed: nonemp22co.txt\n"
        f'regions: {{West: ["{A}", "{B}"], East: ["{C}", "{D}"]}}\nreports: {{system: regions}}\n'
    )
    path = small_study(tmp_path, text, years=[2017])
    write(tmp_path, ["36,051,62,,100,,,2000", "36,055,62,,300,,,9000", "36,069,62,D,,,D,"])
    study = sl.load_study(path)
    results = sl.Results(study)
    assert results.missing("self-employed") is None
    table = results["self-employed"]
    health = table[table["sector"] == "62"].set_index("area")
    assert health.loc["West", ["nonemployers_at_least", "receipts_at_least", "not_published"]].to_list() == [
        400,
        11e6,
        0,
    ]
    assert health.loc["East", ["nonemployers_at_least", "not_published"]].to_list() == [0, 2]
    found = [f for f in check_study(study) if f.subject == "self_employed"]
    assert [f.kind for f in found] == ["fact", "note"]
    assert D in found[1].text


def test_a_study_without_the_key_says_which_file_to_add(tmp_path):
    results = sl.Results(sl.load_study(small_study(tmp_path, years=[2017])))
    assert "nonemp22co.zip" in results.missing("self-employed").hint
