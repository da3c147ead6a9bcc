"""The guard: what undoes protection is not printed, and what is held back is said."""

import numpy as np
import pandas as pd
import pytest

from sectorlib.disclosure import (
    bound_withheld,
    differencing,
    estimate_withheld,
    hard_bounds,
    held_back_line,
    publishable,
)
from sectorlib.panel import assemble
from sectorlib.resources import definitions
from sectorlib.simulation import simulate


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    table = simulate().published
    return assemble(table[table["year"] == 2023])


def test_no_printed_bounds_are_narrower_than_the_share_and_all_still_hold_the_hard_bounds(published):
    share = definitions("disclosure")["protection"]["value"]
    bounded = hard_bounds(published)
    safe, held_back = publishable(bounded, published)
    withheld = safe["disclosure"] != "disclosed"
    narrow = held_back["reason"] == "narrow"
    assert narrow.sum() > 3
    for figure in ("employment", "wages"):
        low, high = safe.loc[withheld, f"{figure}_low"], safe.loc[withheld, f"{figure}_high"]
        kept = published.loc[withheld, f"{figure}_low"]
        assert (high - low >= share * (bounded.loc[withheld, f"{figure}_high"] - kept) - 1e-6).all()
        assert (low <= bounded.loc[withheld, f"{figure}_low"]).all()
        assert (high >= bounded.loc[withheld, f"{figure}_high"]).all()


def test_what_is_published_stays_and_bounds_from_above_need_no_guard(published):
    bounded = bound_withheld(published)
    safe, held_back = publishable(bounded, published)
    pd.testing.assert_frame_equal(safe, bounded)
    assert held_back.empty
    assert held_back_line(held_back) == ""


def test_an_estimate_that_tells_too_much_is_taken_out(published):
    safe, held_back = publishable(estimate_withheld(published), published)
    named = held_back[held_back["figure"] == "employment"]
    keys = ["area", "industry", "ownership", "year"]
    rows = safe.astype(dict.fromkeys(keys[:3], str)).merge(
        named.astype(dict.fromkeys(keys[:3], str)), on=keys
    )
    assert len(rows) == len(named) > 0
    assert rows["employment"].isna().all()


def test_what_the_user_marks_confidential_is_gone_and_said(published):
    area, industry = published.loc[published["disclosure"] == "disclosed", ["area", "industry"]].iloc[100]
    safe, held_back = publishable(published, published, [(area, industry)])
    hit = (safe["area"] == area) & (safe["industry"] == industry)
    columns = ["establishments", "employment", "employment_low", "employment_high", "wages", "wages_high"]
    assert safe.loc[hit, columns].isna().all(axis=None)
    assert safe.loc[~hit].equals(published.loc[~hit])
    assert set(held_back["reason"]) == {"confidential"}
    assert f"{2 * hit.sum()} figures marked confidential" in held_back_line(held_back)


def test_footprints_that_differ_by_one_withheld_county_are_found():
    """County B is withheld. {A,B,C} - {A,C} = B; {A,B,C} - {A} holds B and C, and C is published."""
    panel = pd.DataFrame(
        {
            "area": ["A", "B", "C", "D"], "industry": "62", "ownership": "5", "year": 2020,
            "disclosure": ["disclosed", "suppressed", "disclosed", "suppressed"],
        }
    )  # fmt: skip
    found = differencing({"abc": ["A", "B", "C"], "ac": ["A", "C"], "a": ["A"], "other": ["B", "D"]}, panel)
    assert set(zip(found["area"], found["larger"], found["smaller"], strict=True)) == {
        ("B", "abc", "ac"),
        ("B", "abc", "a"),
    }
    two = differencing({"all": ["A", "B", "C", "D"], "ac": ["A", "C"]}, panel)
    assert two.empty  # B and D hide each other
    assert np.array_equal(two.columns, ["area", "industry", "ownership", "year", "larger", "smaller"])
