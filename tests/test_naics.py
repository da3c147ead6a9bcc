"""Industry codes: levels, parents, titles, breaks."""

import pandas as pd
import pytest

from sectorlib import naics
from sectorlib.exceptions import UnknownIndustryError


@pytest.mark.parametrize(
    ("code", "level", "parent", "sector"),
    [
        ("10", "total", None, None),
        ("101", "domain", "10", None),
        ("1029", "supersector", "10", None),
        ("31-33", "sector", "10", "31-33"),
        ("48-49", "sector", "10", "48-49"),
        ("11", "sector", "10", "11"),
        ("99", "sector", "10", "99"),
        ("111", "3", "11", "11"),
        ("336", "3", "31-33", "31-33"),
        ("452", "3", "44-45", "44-45"),
        ("491", "3", "48-49", "48-49"),
        ("3361", "4", "336", "31-33"),
        ("33611", "5", "3361", "31-33"),
        ("336111", "6", "33611", "31-33"),
        ("999999", "6", "99999", "99"),
    ],
)
def test_hierarchy(code, level, parent, sector):
    assert (naics.level(code), naics.parent(code), naics.sector(code)) == (level, parent, sector)
    assert naics.normalize(code) == code


def test_every_title_has_a_known_way_up_to_the_total():
    for code in naics.titles():
        steps, up = 0, naics.parent(code)
        while up is not None:
            assert up in naics.titles(), (code, up)
            steps, up = steps + 1, naics.parent(up)
        assert (
            steps
            == {"total": 0, "domain": 1, "supersector": 1, "sector": 1, "3": 2, "4": 3}[naics.level(code)]
        )


def test_sectors_and_supersectors_cut_the_same_total():
    assert len(set(naics.SECTORS)) == 21
    found = {sector: naics.supersector(sector) for sector in naics.SECTORS}
    titles = naics.titles()
    assert set(found.values()) == {c for c in titles if naics.level(c) == "supersector"}
    assert found["22"] == found["44-45"] == "1021"
    assert {code[:3] for code in found.values()} == {c for c in titles if naics.level(c) == "domain"}


@pytest.mark.parametrize("bare", ["31", "32", "33", "44", "45", "48", "49"])
def test_bare_codes_of_ranges(bare):
    whole = naics.normalize(bare)
    assert whole in naics.SECTORS
    assert naics.sector(f"{bare}1") == naics.sector(bare) == whole


def test_titles():
    assert naics.title("31-33") == "Manufacturing"
    assert naics.title("31151") == f"NAICS 31151 in {naics.title('3115')}"
    assert naics.title("000") == "NAICS 000"
    # Codes of every vintage: bookstores moved from 451 to 459, publishing from 511 to 513.
    assert {"442", "449", "511", "513", "515", "516", "518", "519"} <= set(naics.titles())


def test_unknown_codes_are_refused_with_the_nearest():
    naics.require_known(pd.Series(["10", "1013", "31-33", "3115", "722511"]))
    with pytest.raises(UnknownIndustryError, match=r"unknown industry '31-34'(?s:.*)'31-33'"):
        naics.require_known(pd.Series(["62", "31-34"]))


@pytest.mark.parametrize(
    ("code", "start", "end", "crosses"),
    [
        ("442", 2021, 2022, True),
        ("442", 2022, 2023, False),
        ("442", 2010, 2021, False),
        ("4421", 2020, 2023, True),
        ("511", 2017, 2022, True),
        ("513", 2021, 2023, True),
        ("516", 2006, 2007, True),
        ("518", 2007, 2021, False),
        ("518", 2000, 2017, True),
        ("541", 1990, 2023, False),
        ("7225", 2010, 2012, True),
        ("722511", 2010, 2012, True),
        ("722", 2010, 2012, False),
        ("5173", 2016, 2017, True),
        ("44-45", 2020, 2023, False),  # what moved stayed in retail
        ("10", 1990, 2023, False),
    ],
)
def test_breaks(code, start, end, crosses):
    assert naics.crosses_break(pd.Series([code]), start, end).to_list() == [crosses]
    assert bool(naics.break_reasons(code, start, end)) == crosses


def test_breaks_keep_the_index_and_take_categoricals():
    codes = pd.Series(["511", "541", "511"], index=[3, 1, 2], dtype="category")
    found = naics.crosses_break(codes, 2020, 2023)
    assert found.index.to_list() == [3, 1, 2]
    assert found.dtype == bool
    assert found.to_list() == [True, False, True]
    assert naics.levels(codes).to_list() == ["3", "3", "3"]
    assert naics.crosses_break(codes[:0], 2020, 2023).empty
