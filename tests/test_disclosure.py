"""The most a withheld cell can hold: the truth is always inside, whatever the hierarchy."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import naics
from sectorlib.areas import is_county
from sectorlib.disclosure import bound_withheld
from sectorlib.panel import assemble
from sectorlib.resources import data_path
from sectorlib.sources.qcew import read_annual

#: Leaves of a small economy; what is above them is added up.
LEAVES = ("111", "112", "2361", "2362", "237", "6111", "6211", "6212", "622")
COUNTIES = ("36001", "36003", "36005", "36999")

MONTHS = st.integers(0, 4000)  # of employment in a year, so that annual averages are rounded


def economy(months: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Every cell's true figures by adding up leaves over industries and counties; jobs rounded as published."""
    leaves = pd.DataFrame(
        [(*key, n, 1000 * n + 7) for key, n in months.items()],
        columns=["area", "industry", "months", "wages"],
    )
    parts = []
    while len(leaves):
        parts.append(leaves)
        up = leaves.assign(industry=[naics.parent(i) for i in leaves["industry"]]).dropna(subset="industry")
        leaves = up
    table = pd.concat(parts)
    table = pd.concat([table, table.assign(area="36000")])
    table = table.groupby(["area", "industry"], as_index=False)[["months", "wages"]].sum()
    return table.assign(
        ownership="5", year=2020, establishments=3.0, employment=np.floor(table["months"] / 12 + 0.5)
    )


def published(truth: pd.DataFrame, withheld: list[bool]) -> pd.DataFrame:
    hidden = pd.Series(withheld, index=truth.index)
    rows = truth.assign(disclosure=np.where(hidden, "suppressed", "disclosed"))
    rows.loc[hidden, ["employment", "wages"]] = np.nan
    return assemble(rows.drop(columns="months"))


def with_truth(bounded: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    keys = ["area", "industry", "ownership", "year"]
    return bounded.astype(dict.fromkeys(keys[:3], "str")).merge(truth, on=keys, suffixes=("", "_true"))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_truth_is_always_inside(data):
    keys = [(area, leaf) for area in COUNTIES for leaf in LEAVES]
    months = dict(zip(keys, data.draw(st.lists(MONTHS, min_size=len(keys), max_size=len(keys))), strict=True))
    truth = economy(months)
    withheld = data.draw(st.lists(st.booleans(), min_size=len(truth), max_size=len(truth)))
    merged = with_truth(bound_withheld(published(truth, withheld)), truth)
    for figure, exact in (("employment", merged["months"] / 12), ("wages", merged["wages_true"])):
        high = merged[f"{figure}_high"].fillna(np.inf)
        assert (merged[f"{figure}_low"] <= merged[f"{figure}_true"]).all()
        assert (high >= merged[f"{figure}_true"]).all()  # what would have been published
        assert (high + (figure == "employment") * 0.5 >= exact).all()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_published_figures_keep_themselves_as_bounds_and_nothing_else_changes(data):
    keys = [(area, leaf) for area in COUNTIES for leaf in LEAVES]
    truth = economy(dict(zip(keys, data.draw(st.lists(MONTHS, min_size=36, max_size=36)), strict=True)))
    withheld = data.draw(st.lists(st.booleans(), min_size=len(truth), max_size=len(truth)))
    panel = published(truth, withheld)
    before = panel.copy(deep=True)
    bounded = bound_withheld(panel)
    pd.testing.assert_frame_equal(panel, before)
    others = [c for c in panel.columns if not c.endswith("_high")]
    pd.testing.assert_frame_equal(bounded[others], panel[others])
    known = panel["employment"].notna()
    assert (bounded.loc[known, "employment_high"] == panel.loc[known, "employment"]).all()
    again = bound_withheld(bounded)
    assert (again["employment_high"].fillna(np.inf) <= bounded["employment_high"].fillna(np.inf)).all()


def rows(*cells) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=["area", "industry", "employment", "wages"])
    frame = frame.assign(ownership="5", year=2020, establishments=3.0)
    frame["disclosure"] = np.where(frame["employment"].isna(), "suppressed", "disclosed")
    return assemble(frame)


def highs(panel: pd.DataFrame, figure: str) -> dict:
    bounded = bound_withheld(panel)
    return {
        (str(r.area), str(r.industry)): getattr(r, f"{figure}_high")
        for r in bounded[bounded[figure].isna()].itertuples()
    }


def test_by_hand_a_bound_passes_down():
    """Private 100 jobs, 23 has 60: 62 holds at most 40 and 1.5 for three rounded figures.

    Its 621 has 25: 622 and 623 hold at most 41.5 - 25 + 2 for four rounded figures. Wages are exact.
    """
    panel = rows(
        ("36001", "10", 100, 900), ("36001", "23", 60, 500), ("36001", "62", None, None),
        ("36001", "621", 25, 150), ("36001", "622", None, None), ("36001", "623", None, None),
    )  # fmt: skip
    assert highs(panel, "employment") == {
        ("36001", "62"): 41.5,
        ("36001", "622"): 18.5,
        ("36001", "623"): 18.5,
    }
    assert highs(panel, "wages") == {("36001", "62"): 400, ("36001", "622"): 250, ("36001", "623"): 250}


def test_by_hand_the_state_bounds_where_the_county_says_less():
    """The state has 50 jobs in 62, 36003 has 45: 36001 holds at most 5 and 1.5, though its total allows 100."""
    panel = rows(
        ("36000", "62", 50, 500),
        ("36001", "62", None, None),
        ("36003", "62", 45, 450),
        ("36001", "10", 100, 900),
    )
    assert highs(panel, "employment")["36001", "62"] == 6.5
    assert highs(panel, "wages")["36001", "62"] == 50


def test_a_bound_is_never_below_what_is_published_of_the_cell():
    panel = rows(("36001", "10", 100, 900), ("36001", "23", 98, 890), ("36001", "62", None, None))
    known = panel["industry"] == "62"
    panel.loc[known, "employment_low"] = 7.0
    assert highs(panel, "employment")["36001", "62"] == 7.0


def test_without_a_whole_there_is_no_bound():
    panel = rows(("36001", "62", None, None), ("36003", "10", 50, 500))
    assert np.isnan(highs(panel, "employment")["36001", "62"])


def test_unknown_counties_take_no_part_in_what_the_state_leaves():
    """Jobs of unknown counties are in the state but not subtracted: the bound is wider, and still holds."""
    panel = rows(("36000", "62", 50, 500), ("36001", "62", None, None), ("36999", "62", 20, 200))
    assert highs(panel, "wages")["36001", "62"] == 500


def test_any_index_and_plain_text_codes():
    panel = rows(("36001", "10", 100, 900), ("36001", "23", 60, 500), ("36001", "62", None, None))
    plain = panel.astype({"area": str, "industry": str, "ownership": str}).set_axis(
        ["x", "y", "x", "y"][: len(panel)]
    )
    assert (
        bound_withheld(plain)["employment_high"].to_list()
        == bound_withheld(panel)["employment_high"].to_list()
    )
    assert bound_withheld(panel.iloc[:0]).empty


def test_the_demonstration_state_holds_its_secrets_within_bounds():
    """Withheld cells of the demonstration's files are bounded, and never tighter than to a positive number."""
    read = read_annual(sorted(data_path("demo", "qcew").glob("*")))
    bounded = bound_withheld(assemble(read.rows, read.absent))
    hidden = bounded[bounded["employment"].isna() & is_county(bounded["area"])]
    assert len(hidden) > 100
    assert hidden["employment_high"].notna().mean() > 0.99
    assert (hidden["employment_high"] >= hidden["employment_low"]).all()


@pytest.mark.shared
def test_bounds_of_new_york_are_sane(shared):
    """In every year: highs between what is published and the county's private total."""
    read = read_annual([shared / "data" / "ny" / "ny_annual_2000_2017.csv.gz"])
    panel = bound_withheld(assemble(read.rows, read.absent))
    private = panel[(panel["ownership"] == "5") & is_county(panel["area"])].astype(
        {"area": str, "industry": str}
    )
    totals = private[private["industry"] == "10"].set_index(["area", "year"])["employment"]
    hidden = private[private["employment"].isna() & (private["industry"] != "10")]
    assert 0.1 < len(hidden) / len(private) < 0.6
    assert hidden["employment_high"].notna().all()
    total = totals.reindex(pd.MultiIndex.from_frame(hidden[["area", "year"]])).to_numpy()
    assert (hidden["employment_high"].to_numpy() <= total + 2).all()
    assert (hidden["employment_high"] >= hidden["employment_low"]).all()
    # Counties and the state's own row agree: what is withheld fits into what the state leaves.
    narrow = (hidden["employment_high"] / np.where(total > 0, total, np.nan)).median()
    assert narrow < 0.1
