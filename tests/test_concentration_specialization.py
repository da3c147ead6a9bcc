"""Specialization of areas, concentration of industries, traded or local, cross-industry quotients."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import entropy

from sectorlib import concentration as c
from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
from sectorlib.study import load_study

WORKED = yaml.safe_load((Path(__file__).parent / "worked" / "specialization.yaml").read_text())
INDUSTRIES = ["31-33", "62", "72"]


def panel_of(rows) -> pd.DataFrame:
    """A panel, all private, from (area, industry, jobs, establishments); totals stand for all ownerships too."""
    frame = pd.DataFrame(rows, columns=["area", "industry", "employment", "establishments"])
    frame = frame.astype({"employment": float, "establishments": float}).assign(ownership="5", year=2016)
    totals = frame[frame["industry"] == "10"].assign(ownership="0")
    frame = pd.concat([frame, totals], ignore_index=True).assign(disclosure="disclosed")
    return frame.astype(dict.fromkeys(["area", "industry", "ownership"], "category"))


@pytest.fixture
def worked() -> pd.DataFrame:
    return panel_of(WORKED["rows"])


def counties(panel: pd.DataFrame) -> pd.DataFrame:
    return panel[panel["area"] != "00000"]


def hide(panel: pd.DataFrame, area: str, industries) -> pd.DataFrame:
    hidden = (panel["area"] == area) & panel["industry"].isin(industries)
    return panel.assign(employment=panel["employment"].mask(hidden))


def test_specialization_by_hand(worked):
    table = c.specialization(worked, worked, "00000").set_index("area")
    for area, expected in WORKED["specialization"].items():
        for index, value in expected.items():
            ends = table.loc[area, [index, f"{index}_low", f"{index}_high"]].astype(float)
            assert ends.to_list() == pytest.approx([value] * 3), (area, index)
    base = table.loc["00000"]
    assert base[["krugman", "hachman"]].astype(float).to_list() == pytest.approx([0, 1])
    assert base["entropy"] == pytest.approx(entropy([100, 200, 100]))
    assert (table["known_share"] == 1).all()


def test_specialization_where_industries_are_withheld(worked):
    table = c.specialization(hide(worked, "00001", ["31-33", "72"]), worked, "00000").set_index("area")
    row = table.loc["00001"]
    for index, ends in WORKED["withheld"].items():
        assert np.isnan(row[index])
        found = row[[f"{index}_low", f"{index}_high"]].astype(float).to_list()
        assert found == pytest.approx(ends), index
    assert row[["industries", "suppressed"]].to_list() == [1, 2]
    assert row["known_share"] == pytest.approx(0.3)


def test_an_industry_withheld_here_and_absent_in_the_base_leaves_no_bound_beside_it(worked):
    """Its share of the base is not known to be zero, so that the rest may lie in it or not."""
    base = worked[~((worked["area"] == "00000") & (worked["industry"] == "62"))]
    row = c.specialization(hide(worked, "00001", ["62"]), base, "00000").set_index("area").loc["00001"]
    assert row[["herfindahl_low", "herfindahl_high"]].notna().all()
    assert row[["krugman_low", "krugman_high", "hachman_low", "hachman_high"]].isna().all()


def test_an_industry_withheld_in_the_base_leaves_only_what_needs_no_base(worked):
    row = c.specialization(worked, hide(worked, "00000", ["62"]), "00000").set_index("area").loc["00001"]
    assert row["herfindahl"] == pytest.approx(0.46)
    assert row[["krugman", "krugman_low", "krugman_high", "hachman"]].isna().all()


def test_a_withheld_total_leaves_the_rest_unknown(worked):
    hidden = hide(worked, "00001", ["10", "72"])
    row = c.specialization(hidden, worked, "00000").set_index("area").loc["00001"]
    assert row[["herfindahl_low", "herfindahl_high", "krugman_low", "entropy_high"]].isna().all()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 900), min_size=3, max_size=3),
    st.lists(st.integers(1, 900), min_size=3, max_size=3),
    st.sets(st.sampled_from(INDUSTRIES)),
)
def test_bounds_hold_the_truth_whatever_is_withheld(jobs, base_jobs, hidden):
    rows = []
    for area, cells in (("00001", jobs), ("00000", base_jobs)):
        rows += [
            (area, "10", sum(cells), 9),
            *((area, i, e, 9) for i, e in zip(INDUSTRIES, cells, strict=True)),
        ]
    panel = panel_of(rows)
    truth = c.specialization(panel, panel, "00000").set_index("area").loc["00001"]
    seen = c.specialization(hide(panel, "00001", hidden), panel, "00000").set_index("area").loc["00001"]
    shares = np.array(jobs) / sum(jobs)
    assert truth["entropy"] == pytest.approx(entropy(jobs))
    assert truth["herfindahl"] == pytest.approx((shares**2).sum())
    assert 0 <= truth["krugman"] <= 2
    assert 0 < truth["hachman"] <= 1 + 1e-9
    assert truth["theil"] == pytest.approx(entropy(jobs, base_jobs), abs=1e-12)
    assert truth["theil"] >= 0
    for index in ("herfindahl", "entropy", "krugman", "hachman", "theil"):
        assert seen[f"{index}_low"] <= truth[index] + 1e-9
        assert seen[f"{index}_high"] >= truth[index] - 1e-9


#: Shares .6, .3 and .1 in county 00001, .25, .5 and .25 in the base.
THEIL = 0.6 * 0.87546874 - 0.3 * 0.51082562 - 0.1 * 0.91629073  # .6 ln 2.4 + .3 ln .6 + .1 ln .4


def test_theil_by_hand_of_shares_and_of_a_panel(worked):
    here = pd.Series({"31-33": 0.6, "62": 0.3, "72": 0.1})
    there = pd.Series({"72": 0.25, "31-33": 0.25, "62": 0.5})  # in another order
    assert c.theil(here, there) == pytest.approx(THEIL, abs=1e-8)
    table = c.specialization(worked, worked, "00000").set_index("area")
    ends = table.loc["00001", ["theil", "theil_low", "theil_high"]].astype(float)
    assert ends.to_list() == pytest.approx([THEIL] * 3, abs=1e-8)
    assert table.loc["00000", "theil"] == pytest.approx(0, abs=1e-15)


def test_theil_of_withheld_industries_is_every_way_to_divide_what_the_total_leaves(worked):
    """31-33 and 72 are withheld, .7 of the jobs; each is a quarter of the base."""
    row = (
        c.specialization(hide(worked, "00001", ["31-33", "72"]), worked, "00000")
        .set_index("area")
        .loc["00001"]
    )
    known = -0.3 * 0.51082562
    assert np.isnan(row["theil"])
    assert row["theil_low"] == pytest.approx(known + 0.7 * 0.33647224, abs=1e-8)  # ln (.7 / .5): half in each
    assert row["theil_high"] == pytest.approx(known + 0.7 * 1.02961942, abs=1e-8)  # ln (.7 / .25): all in one
    ways = [entropy([first, 0.3, 0.7 - first], [0.25, 0.5, 0.25]) for first in np.linspace(0, 0.7, 71)]
    assert [row["theil_low"], row["theil_high"]] == pytest.approx([min(ways), max(ways)])


@pytest.mark.parametrize(("area", "cells"), [("00001", ["10", "72"]), ("00000", ["62"])])
def test_theil_is_missing_where_a_total_or_the_base_is_withheld(worked, area, cells):
    own, base = (
        (hide(worked, area, cells), worked) if area == "00001" else (worked, hide(worked, area, cells))
    )
    row = c.specialization(own, base, "00000").set_index("area").loc["00001"]
    assert row[["theil", "theil_low", "theil_high"]].isna().all()


def test_theil_has_no_upper_end_where_the_base_has_none_of_a_withheld_industry(worked):
    none = (worked["area"] == "00000") & (worked["industry"] == "72")
    base = worked.assign(employment=worked["employment"].mask(none, 0.0))
    row = (
        c.specialization(hide(worked, "00001", ["31-33", "72"]), base, "00000").set_index("area").loc["00001"]
    )
    assert row["theil_low"] >= 0
    assert np.isnan(row["theil_high"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 900)), min_size=1, max_size=6))
def test_theil_is_zero_with_the_same_mix_and_at_least_zero(jobs):
    here, there = (pd.Series(values, dtype=float) for values in zip(*jobs, strict=True))
    assume(here.sum() > 0)
    here, there = here / here.sum(), there / there.sum()
    assert c.theil(here, here) == 0
    assert c.theil(here, there) == pytest.approx(max(entropy(here, there), 0), abs=1e-12)
    assert c.theil(here, there) >= 0


def test_theil_of_shares_that_are_not_known_is_missing_and_of_what_are_no_shares_an_error():
    even = pd.Series({"a": 0.5, "b": 0.5})
    assert np.isnan(c.theil(pd.Series({"a": 0.5, "b": np.nan}), even))
    for base in ({"a": 1.0}, {"a": 1.0, "b": 0.0}, {"a": 0.5, "b": np.nan}):
        assert np.isnan(c.theil(even, pd.Series(base)))
    assert c.theil(pd.Series({"a": 1.0, "b": 0.0}), pd.Series({"a": 0.5})) == pytest.approx(np.log(2))
    for wrong in ({"a": 50.0, "b": 50.0}, {"a": 1.5, "b": -0.5}, {"a": 0.5}):
        with pytest.raises(TableError, match="adding up to 1"):
            c.theil(pd.Series(wrong), even)
    with pytest.raises(TableError, match="1 industries in 2 rows"):
        c.theil(pd.Series([0.5, 0.5], ["a", "a"]), even)


def test_no_such_level(worked):
    with pytest.raises(UnknownNameError, match="did you mean 'sector'"):
        c.specialization(worked, worked, "00000", level="sectors")


# --- industries over areas ---------------------------------------------------------------------------


def test_spatial_concentration_by_hand(worked):
    table = c.spatial_concentration(counties(worked)).set_index("industry")
    found = table.loc["31-33", list(WORKED["spatial"])].astype(float).to_dict()
    assert found == pytest.approx(WORKED["spatial"])
    assert table.loc["31-33", ["areas", "known_share"]].to_list() == [3, 1]


def test_an_absent_row_is_zero_and_a_withheld_one_is_left_out(worked):
    absent = worked[~((worked["area"] == "00002") & (worked["industry"] == "31-33"))]
    zero = worked.assign(employment=worked["employment"].mask(worked.index == 5, 0.0))
    zero["establishments"] = zero["establishments"].mask(zero.index == 5, 0.0)
    assert (zero.loc[5, ["area", "industry"]] == ["00002", "31-33"]).all()
    pd.testing.assert_frame_equal(
        c.spatial_concentration(counties(absent)), c.spatial_concentration(counties(zero))
    )
    hidden = c.spatial_concentration(counties(hide(worked, "00002", ["31-33"]))).set_index("industry")
    assert hidden.loc["31-33", "known_share"] == pytest.approx(0.75)
    # .75 and .25 over areas of one third and two thirds
    assert hidden.loc["31-33", "hoover"] == pytest.approx(0.75 - 1 / 3)


@pytest.mark.filterwarnings("error")
def test_where_no_total_is_known_nothing_is_said_and_nobody_is_warned(worked):
    rows = counties(worked)
    for area in rows["area"].unique():
        rows = hide(rows, area, ["10"])
    table = c.spatial_concentration(rows)
    assert table["mean_of_highest_quotients"].isna().all()


def test_the_published_example_of_ellison_and_glaeser():
    """Farhauer and Kröll (2014), Standorttheorien, as given with the R package REAT (Wieland): .05990628."""
    plants = {
        "Wien": [200, 650, 12000, 100, 50],
        "Linz": [16000, 13000, 1500, 1500],
        "Graz": [25000],
    }
    jobs = np.array([sum(cells) for cells in plants.values()])
    all_jobs = np.array([500_000, 400_000, 100_000])
    herfindahl = sum((plant / jobs.sum()) ** 2 for cells in plants.values() for plant in cells)
    shares, all_shares = jobs / jobs.sum(), all_jobs / all_jobs.sum()
    assert c.ellison_glaeser(shares, all_shares, herfindahl) == pytest.approx(0.05990628, abs=5e-9)

    rows = [(f"0000{i}", "10", total, 9) for i, total in enumerate(all_jobs, 1)]
    rows += [(f"0000{i}", "31-33", sum(p), len(p)) for i, p in enumerate(plants.values(), 1)]
    bounds = c.spatial_concentration(panel_of(rows)).iloc[0]
    assert bounds["ellison_glaeser_low"] <= 0.05990628 <= bounds["ellison_glaeser_high"]


def test_the_published_examples_of_herfindahl_and_krugman():
    """Dörsam (2004), four makers of cars, .34; Farhauer and Kröll (2013), modified, two regions with no
    industry in common, 2: both as given with the R package REAT (Wieland)."""
    makers = ["11", "31-33", "62", "72"]
    rows = [("00000", i, e, 9) for i, e in zip(makers, [20, 50, 20, 10], strict=True)]
    cars = panel_of([*rows, ("00000", "10", 100, 9)])
    assert c.specialization(cars, cars, "00000").iloc[0]["herfindahl"] == pytest.approx(0.34)

    industries = ["11", "31-33", "62", "72", "81"]
    regions = {"00001": [20, 10, 70, 0, 0], "00002": [0, 0, 0, 60, 40]}
    rows = [(a, i, e, 9) for a, jobs in regions.items() for i, e in zip(industries, jobs, strict=True)]
    panel = panel_of([*rows, *((a, "10", 100, 9) for a in regions)])
    table = c.specialization(panel, panel, "00002").set_index("area")
    assert table["krugman"].to_dict() == {"00001": pytest.approx(2), "00002": 0}


def test_the_published_example_of_a_gini_weighs_areas_alike():
    """Farhauer and Kröll (2013), as given with REAT: .4068966 is the Gini of the location quotients, every
    area counting alike. The locational Gini of Krugman (1991) counts areas by their jobs: .3725 by hand."""
    jobs, all_jobs = np.array([500, 500, 1000, 7000, 1000]), np.array([20, 15, 20, 40, 5]) * 1000
    quotients = np.sort((jobs / jobs.sum()) / (all_jobs / all_jobs.sum()))
    ranks = np.arange(1, 6)
    alike = 2 / (25 * quotients.mean()) * (ranks * (quotients - quotients.mean())).sum()
    assert alike == pytest.approx(0.4068966, abs=5e-8)
    rows = [(f"0000{i}", "10", total, 9) for i, total in enumerate(all_jobs, 1)]
    rows += [(f"0000{i}", "31-33", here, 9) for i, here in enumerate(jobs, 1)]
    assert c.spatial_concentration(panel_of(rows))["locational_gini"].iloc[0] == pytest.approx(0.3725)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 300), st.integers(1, 9)), min_size=2, max_size=8)
)
def test_the_gini_is_twice_the_area_under_the_diagonal(areas):
    rows = []
    for i, (others, jobs, plants) in enumerate(areas):
        rows += [(f"{i + 1:05d}", "10", others + jobs, 9), (f"{i + 1:05d}", "62", jobs, plants)]
    row = c.spatial_concentration(panel_of(rows)).iloc[0]
    jobs = np.array([a[1] for a in areas], dtype=float)
    if jobs.sum() == 0:
        assert row[["hoover", "locational_gini"]].isna().all()
        return
    total = np.array([a[0] + a[1] for a in areas], dtype=float)
    order = np.argsort(jobs / total)
    x, y = ([0.0, *np.cumsum(v[order]) / v.sum()] for v in (jobs, total))
    under = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(zip(y, x, strict=True)))
    assert row["locational_gini"] == pytest.approx(1 - 2 * under, abs=1e-9)
    assert 0 <= row["hoover"] <= row["locational_gini"] + 1e-9  # the largest gap of the curve is no more


def test_traded_and_local(worked):
    table = pd.DataFrame(
        {
            "industry": ["11", "31-33", "62", "72", "51"],
            "all_areas": 62,
            "known_share": [0.9, 0.9, 0.9, 0.3, 0.9],
            "share_in_concentrated_areas": [0.8, 0.8, 0.8, 0.8, np.nan],
            "mean_of_highest_quotients": [3.0, 3, 3, 3, 3],
            "locational_gini": [0.5, 0.31, 0.3, 0.5, 0.5],
        },
        index=list("abcde"),
    )
    kinds = c.traded_or_local(table)
    assert kinds.to_dict() == {"a": "traded", "b": "traded", "c": "local", "d": "unknown", "e": "unknown"}
    mine = c.traded_or_local(table, pd.Series({"72": "traded", "11": "local"}))
    assert mine.to_dict() == {"a": "local", "b": "traded", "c": "local", "d": "traded", "e": "unknown"}
    few = c.traded_or_local(table.assign(all_areas=15), pd.Series({"72": "traded"}))
    assert few.to_dict() == dict.fromkeys("abce", "unknown") | {"d": "traded"}
    with pytest.raises(UnknownNameError, match="did you mean 'traded'"):
        c.traded_or_local(table, pd.Series({"72": "trade"}))


# --- buying from each other --------------------------------------------------------------------------


def test_cross_industry_by_hand(worked):
    quotient = c.location_quotient(worked, worked, "00000")
    mine = (worked["area"] == "00001") & worked["industry"].isin(INDUSTRIES)
    quotients = quotient[mine].set_axis(worked.loc[mine, "industry"])
    table = c.cross_industry_quotients(quotients, area_share=0.25).set_index(["supplying", "purchasing"])
    assert len(table) == 9
    for pair, expected in WORKED["cross_industry"].items():
        assert table.loc[tuple(pair.split(" to "))].to_list() == pytest.approx(expected), pair


def test_flegg_s_limits():
    quotients = pd.Series({"a": 2.0, "b": 0.0, "c": np.nan})
    whole = c.cross_industry_quotients(quotients, area_share=1.0)
    assert whole["flegg_quotient"].equals(whole["cross_industry_quotient"])  # the base itself: no correction
    none = c.cross_industry_quotients(quotients, area_share=0.01, delta=0.0)
    assert none["flegg_quotient"].equals(none["cross_industry_quotient"])
    smaller, larger = (c.cross_industry_quotients(quotients, s)["flegg_quotient"][0] for s in (0.01, 0.1))
    assert smaller < larger
    pairs = whole.set_index(["supplying", "purchasing"])["cross_industry_quotient"]
    assert np.isnan(pairs["a", "b"])
    assert pairs["b", "b"] == 0
    with pytest.raises(NotSupportedError, match="area share of 0"):
        c.cross_industry_quotients(quotients, 0)
    with pytest.raises(NotSupportedError, match="listed twice"):
        c.cross_industry_quotients(pd.concat([quotients, quotients]), 0.5)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 900), st.integers(1, 900)), min_size=2, max_size=5),
    st.floats(0.1, 0.4),
)
def test_flegg_s_quotients_cell_by_cell(jobs, delta):
    """No publication with figures was at hand: the formulas of Flegg and Webber (1997, 2000) written out."""
    here, there = np.array(jobs, dtype=float).T
    there = there + here
    simple = (here / here.sum()) / (there / there.sum())
    size = np.log2(1 + here.sum() / there.sum()) ** delta
    names = [f"{i}" for i in range(len(jobs))]
    table = c.cross_industry_quotients(pd.Series(simple, names), here.sum() / there.sum(), delta)
    table = table.set_index(["supplying", "purchasing"])
    for i, seller in enumerate(names):
        for j, buyer in enumerate(names):
            flegg = size * (simple[i] if i == j else (here[i] / there[i]) / (here[j] / there[j]))
            augmented = flegg * np.log2(1 + simple[j]) if simple[j] > 1 else flegg
            found = table.loc[(seller, buyer), ["flegg_quotient", "augmented_flegg_quotient"]]
            assert found.to_list() == pytest.approx([flegg, augmented])


@pytest.mark.shared
def test_hospitals_are_local_and_lodging_is_traded(shared):
    study = load_study(shared / "studies" / "new_york.yaml")
    panel = study.panel
    rows = panel[(panel["year"] == 2016) & panel["ownership"].isin(["0", "5"]) & (panel["area"] != "36000")]
    table = c.spatial_concentration(rows)
    table = table[table["ownership"] == "5"].assign(kind=c.traded_or_local(table)).set_index("industry")
    assert table["hoover"].dropna().between(0, 1).all()
    assert (table["locational_gini"].dropna() >= table["hoover"].dropna() - 1e-9).all()
    assert table.loc["44-45", "kind"] == "local"
    assert table.loc["445", "kind"] == "local"
    known = table["kind"] != "unknown"
    assert table.loc[["11", "721"], "kind"].to_list() == ["traded", "traded"]
    assert known.mean() > 0.5
