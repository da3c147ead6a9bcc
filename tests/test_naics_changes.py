"""What the official concordances say of industry codes, and what a study says of its own."""

from pathlib import Path

import pandas as pd
import pytest
from small_study import small_study

import sectorlib as sl
from sectorlib import naics
from sectorlib.checks import check_study
from sectorlib.exceptions import NotSupportedError
from sectorlib.resources import definitions
from sectorlib.results import result


def _how(year: int) -> dict[str, tuple[str, str]]:
    table = naics.revision_changes(year)
    return dict(zip(table["industry"], zip(table["former"], table["how"], strict=True), strict=True))


@pytest.mark.parametrize(
    ("year", "industry", "expected"),
    [
        (2011, "7225", ("7221, 7222", "joined")),  # full and limited service became one group
        (2017, "5173", ("5171, 5172", "joined")),
        (2022, "5131", ("5111, 5191", "split")),  # publishers, with a part of other information services
        (2022, "5132", ("5112", "renamed")),
        (2022, "449", ("442, 443, 454", "split")),
        (2007, "516", None),
        (2022, "621", None),
    ],
)
def test_codes_are_renamed_joined_or_split(
    year: int, industry: str, expected: tuple[str, str] | None
) -> None:
    assert _how(year).get(industry) == expected


@pytest.mark.parametrize("year", [1990, 2000, 2012, 2016, 2023])
def test_within_a_revision_nothing_changes(year: int) -> None:
    assert naics.revision_changes(year).empty


def test_manufacturing_and_retail_stay_whole_as_sectors() -> None:
    for year in (2011, 2017, 2022):
        assert not {"31-33", "44-45", "31", "44"} & set(_how(year))


def test_a_split_in_detail_is_a_break_and_a_code_that_stays_is_none() -> None:
    steady = pd.Series(["541940", "62211", "518210"])
    split = naics.revision_changes(2022)
    detailed = split.loc[(split["how"] == "split") & (split["industry"].str.len() == 6), "industry"]
    assert naics.crosses_break(detailed, 2021, 2022).all()
    assert not naics.crosses_break(detailed, 2022, 2023).any()
    assert not naics.crosses_break(steady, 2021, 2022).any()


def test_listed_breaks_of_four_digits_are_in_the_concordances() -> None:
    listed = definitions("naics_breaks")
    for entry in listed["breaks"]:
        if entry["year"] not in listed["vintages"].values():
            continue  # a change of practice, not of revision
        changed = set(_how(entry["year"]))
        former = {code for codes, _ in _how(entry["year"]).values() for code in codes.split(", ")}
        assert set(entry["industries"]) <= changed | former, entry["reason"]


def test_a_study_says_what_was_done(tmp_path: Path) -> None:
    path = small_study(tmp_path, years=range(2010, 2012), withheld=())
    rows = "".join(f"36055,5,7225,0,0,{year},A,,3,40,400000\n" for year in (2011,))
    panel = tmp_path / "panel.csv"
    panel.write_text(panel.read_text(encoding="utf-8") + rows, encoding="utf-8")
    study = sl.load_study(path)
    table = result(study, "industry-changes").set_index("industry")
    assert table.loc["7225", ["year", "naics", "former", "how"]].to_list() == [
        2011,
        2012,
        "7221, 7222",
        "joined",
    ]
    said = [finding.text for finding in check_study(study) if finding.subject == "NAICS"]
    assert "2011: revision 2012; of the industries' codes 1 joined (table industry-changes)" in said


def test_a_study_of_one_revision_has_nothing_to_say(tmp_path: Path) -> None:
    study = sl.load_study(small_study(tmp_path, years=range(2012, 2014)))
    with pytest.raises(NotSupportedError, match="no industry of the panel changed"):
        result(study, "industry-changes")
