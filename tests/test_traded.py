"""Traded or local in the nation: the shipped table, industries of any revision, and sectors made of them."""

import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.exceptions import UnknownNameError
from sectorlib.reference import reference_table

RECIPES = Path(__file__).parents[1] / "data" / "recipes"


def kinds(*codes, listed=None):
    return sl.traded_industries(pd.Series(codes), listed)["kind"].to_list()


def test_an_industry_is_what_most_of_its_jobs_in_the_nation_are():
    assert kinds("3361", "3364", "2111", "5112", "721110") == ["traded"] * 4 + ["local"]
    assert kinds("622", "4451", "2382", "22") == ["local"] * 4
    assert kinds("482", "92", "4821") == ["unknown"] * 3  # the nation's counties do not tell
    assert pd.isna(kinds("10")[0])


def test_codes_of_later_and_earlier_revisions_are_known():
    assert kinds("5132", "5161", "4552", "458", "7221") == ["traded", "traded", "local", "local", "local"]


def test_a_list_of_the_user_goes_before_the_table_for_the_codes_inside_too():
    listed = {"622": "traded", "3361": "local"}
    assert kinds("622", "6221", "3361", "62", listed=listed) == ["traded", "traded", "local", "local"]
    with pytest.raises(UnknownNameError, match="did you mean 'traded'"):
        sl.traded_industries(pd.Series(["622"]), {"622": "trade"})


def test_coarser_industries_are_made_of_their_parts():
    table = reference_table("traded_industries")
    fine = table[(table["digits"] == 4) & (table["how"] != "by concordance")].dropna(
        subset=["jobs", "traded_share"]
    )
    for digits in (2, 3):
        coarse = table[(table["digits"] == digits) & (table["how"] != "by concordance")].set_index("industry")
        codes = fine["industry"].map(sl.naics.sector if digits == 2 else lambda code: code[:3])
        jobs = fine.groupby(codes)["jobs"].sum()
        traded = (fine["jobs"] * fine["traded_share"]).groupby(codes).sum()
        shared = jobs.index.intersection(coarse.index)
        assert len(shared) == len(coarse)
        pd.testing.assert_series_equal(
            coarse.loc[shared, "traded_share"], (traded / jobs)[shared], check_names=False, rtol=1e-9
        )
        assert ((coarse["traded_share"] > 0.5) == (coarse["kind"] == "traded")).all()


def test_sectors_take_the_jobs_of_their_codes_and_weights():
    made = pd.DataFrame(
        {"sector": ["a", "a", "b", "c"], "industry": ["3361", "7225", "482", "7225"], "weight": 1.0}
    )
    found = sl.traded_sectors(made)
    assert found["kind"].to_dict() == {"a": "local", "b": "unknown", "c": "local"}
    jobs = reference_table("traded_industries").set_index("industry")["jobs"]
    assert found.loc["a", "traded_share"] == pytest.approx(jobs["3361"] / (jobs["3361"] + jobs["7225"]))
    lighter = made.assign(weight=[1.0, 0.01, 1.0, 1.0])
    assert sl.traded_sectors(lighter)["kind"]["a"] == "traded"
    assert sl.traded_sectors(made, {"7225": "traded"})["kind"].to_list() == ["traded", "unknown", "traded"]


def test_every_sector_of_the_catalogue_has_a_kind():
    found = sl.traded_sectors(sl.load_sectors())
    assert set(found["kind"]) == {"traded", "local"}
    assert found.loc[["advanced-manufacturing", "financial-services"], "kind"].eq("traded").all()
    assert found.loc[["retail", "health-care", "construction"], "kind"].eq("local").all()


@pytest.fixture
def recipe(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(RECIPES), *sys.path])
    return import_module("traded_industries")


def test_withheld_counties_have_what_their_state_leaves_by_establishments(recipe):
    counties = pd.DataFrame(
        {
            "area": ["01001", "01003", "01005"], "state": "01", "ownership": "5", "industry": "3361", "year": 2016,
            "employment": [100.0, None, None], "establishments": [10.0, 1.0, 3.0], "withheld": [False, True, True],
        }
    )  # fmt: skip
    states = pd.DataFrame({"state": ["01"], "industry": ["3361"], "employment": [180.0]})
    filled = recipe._filled(counties, states)
    assert filled["employment"].to_list() == [100.0, 20.0, 60.0]
    assert filled["published"].to_list() == [100.0, 0.0, 0.0]


def test_counties_that_changed_their_codes_stay_in_their_zone(recipe):
    """Miami-Dade and Oglala Lakota have other codes than in 1990; Broomfield was cut out of Boulder and others."""
    rows = pd.DataFrame(
        {
            "area": ["12086", "46102", "08014", "36055"], "ownership": "0", "industry": "10", "year": 2016,
            "employment": 1.0, "establishments": 1.0,
        }
    )  # fmt: skip
    assert recipe._over_zones(rows)["employment"].sum() == 4
