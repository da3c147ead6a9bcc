"""Masks follow the rule: none of the masked follows from what is left, and scores are what they say."""

import numpy as np
import pandas as pd
import pytest

from sectorlib.disclosure import hard_bounds, mask_panel, score_estimates
from sectorlib.disclosure.identities import families
from sectorlib.exceptions import TableError
from sectorlib.panel import assemble
from sectorlib.simulation import simulate


@pytest.fixture(scope="module")
def truth() -> pd.DataFrame:
    panel = simulate().truth
    return assemble(panel[panel["year"] >= 2020])


def test_the_same_seed_masks_the_same_cells_and_another_others(truth):
    first, again, other = (mask_panel(truth, seed)["masked"] for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_no_identity_holds_a_single_withheld_cell(truth):
    masked = mask_panel(truth, seed=1)
    unknown = masked["employment"].isna().to_numpy()
    assert unknown.sum() > 1000
    for family in families(truth):
        size = len(family.total)
        count = np.bincount(family.group, unknown[family.parts], size) + unknown[family.total]
        assert not (count == 1).any(), family.name


def test_no_masked_wages_follow_to_the_dollar(truth):
    masked = mask_panel(truth, seed=1)
    bounded = hard_bounds(masked)
    hidden = masked["masked"] != ""
    width = (bounded["wages_high"] - bounded["wages_low"])[hidden]
    assert (width > 0).mean() > 0.99


def test_only_what_is_masked_changes_and_totals_stay(truth):
    masked = mask_panel(truth, seed=1)
    hidden = masked["masked"] != ""
    pd.testing.assert_frame_equal(masked.loc[~hidden, truth.columns], truth[~hidden], check_categorical=False)
    assert (masked.loc[hidden, "disclosure"] == "suppressed").all()
    assert not hidden[masked["industry"] == "10"].any()
    assert set(masked.loc[hidden, "ownership"]) == {"5"}


def test_masks_last_since_employers_do(truth):
    masked = mask_panel(truth, seed=1)
    primary = masked[masked["masked"].isin(["few", "dominance"])]
    years = primary.groupby(["area", "industry"], observed=True)["year"].nunique()
    shuffled = len(primary) / (
        primary["year"].nunique() * truth.groupby(["area", "industry"], observed=True).ngroups
    )
    assert (years > 1).mean() > 3 * shuffled


def test_a_known_dominance_takes_the_place_of_the_draw():
    rows = pd.DataFrame(
        {
            "area": "36001", "industry": ["10", "62", "71", "72"], "ownership": "5", "year": 2020,
            "establishments": [300, 100, 100, 100], "employment": [3000, 1000, 900, 1100], "wages": 1.0,
            "disclosure": "disclosed",
        }
    )  # fmt: skip
    panel = assemble(rows.assign(wages=rows["employment"]))
    assert not (mask_panel(panel, seed=1, rate=0.5)["masked"] != "").any()
    dominated = panel.assign(dominance=[np.nan, 0.9, np.nan, np.nan])
    assert mask_panel(dominated, seed=1, rate=0.5)["masked"].tolist() == ["", "dominance", "complement", ""]


def test_a_rate_that_is_no_share_is_refused(truth):
    with pytest.raises(TableError, match="rate 20"):
        mask_panel(truth, seed=1, rate=20)


def test_scores_by_hand():
    """|50 - 60| + |30 - 20| = 20 of 80 jobs: 25 %. One of two cells lies in its interval."""
    truth = pd.DataFrame(
        {"industry": ["62", "72", "71"], "employment": [60.0, 20.0, 9.0], "wages": [6.0, 2.0, 1.0]}
    )
    guess = truth.assign(
        employment=[50.0, 30.0, 9.0], employment_low=[40.0, 25.0, 9.0], employment_high=[70.0, 35.0, 9.0],
        wages_low=0.0, wages_high=9.0, masked=["few", "dominance", ""],
    )  # fmt: skip
    score = score_estimates(truth, guess).iloc[0]
    assert score[["cells", "jobs", "error", "wage_error", "within"]].to_list() == [2, 80, 25, 0, 50]
    assert score["median_width"] == 20
    by_reason = score_estimates(truth, guess, by=["masked"])
    assert by_reason["error"].to_dict() == pytest.approx({"few": 100 / 6, "dominance": 50})
