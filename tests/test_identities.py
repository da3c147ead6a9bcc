"""The identities that the design and the methods name, held over random economies with withheld cells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import sectorlib as sl
from sectorlib.growth import METHODS
from sectorlib.membership import membership

COUNTIES = ("36001", "36003", "36999")
INDUSTRIES = ("11", "31-33", "62")
OWNERSHIPS = ("3", "5")
YEARS = (2010, 2011, 2012)
STATE = "36000"
KEYS = ["area", "industry", "ownership", "year"]
CELLS = pd.MultiIndex.from_product([COUNTIES, INDUSTRIES, OWNERSHIPS, YEARS], names=KEYS)

economies = st.lists(st.integers(0, 5000), min_size=len(CELLS), max_size=len(CELLS)).map(
    lambda jobs: economy(np.array(jobs, dtype=float))
)
hidden_cells = st.sets(st.sampled_from(range(len(CELLS))), max_size=20)


def economy(jobs: np.ndarray) -> pd.DataFrame:
    """A closed state: counties and the unknown county, industries, totals of each ownership and of all."""
    cells = pd.DataFrame(
        {"employment": jobs, "wages": jobs * (20_000 + 7 * np.arange(len(jobs)))}, index=CELLS
    )
    cells = cells.reset_index()
    cells["establishments"] = np.ceil(cells["employment"] / 12)
    figures = ["employment", "wages", "establishments"]
    by_ownership = cells.groupby(["area", "ownership", "year"])[figures].sum().reset_index()
    overall = cells.groupby(["area", "year"])[figures].sum().reset_index()
    table = pd.concat(
        [cells, by_ownership.assign(industry="10"), overall.assign(industry="10", ownership="0")]
    )
    state = table.groupby(KEYS[1:])[figures].sum().reset_index().assign(area=STATE)
    table = pd.concat([table, state], ignore_index=True)[[*KEYS, *figures]].assign(disclosure="disclosed")
    for figure in figures[:2]:
        table = table.assign(**{f"{figure}_low": table[figure], f"{figure}_high": table[figure]})
    return table.astype(dict.fromkeys([*KEYS[:3], "disclosure"], "category"))


def withhold(panel: pd.DataFrame, hidden: set[int]) -> pd.DataFrame:
    """The panel with some cells of counties withheld, and bounds that hold what they were."""
    cells = set(CELLS[list(hidden)])
    gone = pd.Series([key in cells for key in panel[KEYS].itertuples(index=False, name=None)], panel.index)
    out = panel.assign(disclosure=panel["disclosure"].astype(object).mask(gone, "suppressed"))
    for figure in ("employment", "wages"):
        out[f"{figure}_low"] = panel[figure].mask(gone, np.floor(panel[figure] / 2))
        out[f"{figure}_high"] = panel[figure].mask(gone, panel[figure] * 2 + 10)
        out[figure] = panel[figure].mask(gone)
    return out.astype({"disclosure": "category"})


def of_industries(panel: pd.DataFrame) -> pd.Series:
    return panel["industry"].isin(INDUSTRIES)


@settings(max_examples=8)
@given(economies)
def test_the_mean_quotient_of_a_closed_economy_is_one(panel):
    table = panel.assign(quotient=sl.location_quotient(panel, panel, STATE))
    totals = panel[(panel["industry"] == "10") & (panel["ownership"] == "0")]
    totals = totals.set_index(["area", "year"])["employment"]
    cells = table[of_industries(table) & (table["area"] != STATE)]
    for (_, _, year), rows in cells.groupby(KEYS[1:], observed=True):
        if rows["employment"].sum() > 0:
            weights = totals.reindex([(area, year) for area in rows["area"]]).to_numpy()
            alive = weights > 0
            assert np.average(rows["quotient"][alive], weights=weights[alive]) == pytest.approx(1)
    base = table.loc[table["area"] == STATE, "quotient"].dropna()
    np.testing.assert_allclose(base, 1)


@settings(max_examples=8)
@given(economies, hidden_cells)
def test_bounds_of_quotients_hold_the_truth_and_withheld_cells_have_no_point(panel, hidden):
    truth = sl.location_quotient(panel, panel, STATE)
    known = withhold(panel, hidden)
    bounds = sl.location_quotient_bounds(known, known, STATE)
    there = truth.notna()
    assert (bounds.loc[there, "location_quotient_low"] <= truth[there] * (1 + 1e-9)).all()
    most = bounds.loc[there, "location_quotient_high"]
    assert (most.isna() | (most >= truth[there] * (1 - 1e-9))).all()
    assert sl.location_quotient(known, known, STATE)[known["employment"].isna()].isna().all()


@settings(max_examples=8)
@given(economies)
def test_the_dynamic_quotient_is_the_ratio_of_two_years_quotients(panel):
    table = sl.dynamic_location_quotient(panel, panel, STATE, 2010, 2012)
    ratio = table["end_location_quotient"] / table["start_location_quotient"].where(
        table["start_location_quotient"] > 0
    )
    pd.testing.assert_series_equal(table["dynamic_location_quotient"], ratio, check_names=False)


@settings(max_examples=8)
@given(economies, hidden_cells, st.sampled_from(sorted(METHODS)))
def test_the_parts_of_shift_share_add_up_to_the_change_of_the_total(panel, hidden, method):
    known = withhold(panel, hidden)
    known = known[known["ownership"] == "5"]
    single = sl.shift_share(known, known, STATE, 2010, 2012, method=method)
    yearly = sl.dynamic_shift_share(known, known, STATE, 2010, 2012, method=method)
    totals = known[known["industry"] == "10"].pivot_table(
        "employment", "area", "year", aggfunc="sum", observed=True
    )
    change = totals[2012] - totals[2010]
    for table in (single, yearly):
        sums = table.groupby("area", observed=True)[[*METHODS[method], "not_compared"]].sum().sum(axis=1)
        np.testing.assert_allclose(sums.reindex(change.index), change, atol=1e-6)


@settings(max_examples=8)
@given(economies)
def test_the_methods_of_shift_share_agree_on_what_they_share(panel):
    panel = panel[panel["ownership"] == "5"]
    dunn, other, arcelus = (
        sl.shift_share(panel, panel, STATE, 2010, 2012, method=method)
        for method in ("dunn", "esteban-marquillas", "arcelus")
    )
    pd.testing.assert_frame_equal(other[["national", "mix"]], dunn[["national", "mix"]])
    both = other["competitive"] + other["allocation"]
    pd.testing.assert_series_equal(both, dunn["competitive"], check_names=False, atol=1e-6)
    halves = {
        "national": ("national",), "mix": ("mix",), "competitive": ("regional_growth", "regional_mix"),
    }  # fmt: skip
    for part, effects in halves.items():
        columns = [f"{effect}_{half}" for effect in effects for half in ("homothetic", "differential")]
        whole = arcelus[columns].sum(axis=1, skipna=False)
        pd.testing.assert_series_equal(whole, dunn[part], check_names=False, atol=1e-6)
    base = dunn[(dunn["area"] == STATE) & (dunn["status"] == "compared")]
    np.testing.assert_allclose(base["competitive"], 0, atol=1e-6)


@settings(max_examples=8)
@given(economies, hidden_cells)
def test_roll_ups_conserve_totals_and_bounds_and_pay_is_a_ratio_of_sums(panel, hidden):
    counties = withhold(panel, hidden)
    counties = counties[counties["area"] != STATE]
    everywhere = membership({"all": list(COUNTIES)})
    whole = sl.aggregate(counties, areas=everywhere).set_index(KEYS[1:]).sort_index()
    parts = counties.groupby(KEYS[1:], observed=True)
    for column in ("employment_low", "employment_high", "wages_low", "wages_high"):
        sums = parts[column].sum(min_count=len(COUNTIES)).sort_index()
        np.testing.assert_allclose(whole[column].to_numpy(), sums.to_numpy())
    exact = parts["employment"].sum(min_count=len(COUNTIES)).sort_index()
    np.testing.assert_allclose(whole["employment"].to_numpy(), exact.to_numpy())
    state = panel[panel["area"] == STATE].set_index(KEYS[1:]).sort_index()
    assert (whole["employment_low"].to_numpy() <= state["employment"].to_numpy()).all()
    assert (whole["employment_high"].to_numpy() >= state["employment"].to_numpy()).all()
    pay = sl.average_annual_pay(whole).to_numpy()
    ratio = (state["wages"] / state["employment"].where(state["employment"] > 0)).to_numpy()
    np.testing.assert_allclose(pay[~np.isnan(pay)], ratio[~np.isnan(pay)])


@settings(max_examples=8)
@given(economies, hidden_cells)
def test_shares_of_pay_tiers_sum_to_one(panel, hidden):
    known = withhold(panel, hidden)
    for scheme in ("area-ratio", "base-terciles", "oecd"):
        tiers = sl.wage_tier(known, known, STATE, scheme)
        shares = sl.tier_shares(known[known["ownership"] == "5"], tiers[known["ownership"] == "5"])
        sums = shares.groupby(["area", "year"], observed=True)["share"].sum(min_count=1).dropna()
        np.testing.assert_allclose(sums, 1)
        assert (shares["share"].dropna() >= 0).all()


@settings(max_examples=8)
@given(economies)
def test_indices_of_specialization_keep_their_ranges(panel):
    private = panel[panel["ownership"] == "5"]
    table = sl.specialization(private, private, STATE)
    alive = table[table["herfindahl"].notna()]
    size = len(INDUSTRIES)
    assert alive["herfindahl"].between(1 / size - 1e-9, 1 + 1e-9).all()
    assert alive["entropy"].between(-1e-9, np.log(size) + 1e-9).all()
    beside = alive.dropna(subset=["krugman", "hachman"])
    assert beside["krugman"].between(-1e-9, 2 + 1e-9).all()
    assert beside["hachman"].between(0, 1 + 1e-9).all()
    base = beside[beside["area"] == STATE]
    np.testing.assert_allclose(base["krugman"], 0, atol=1e-9)
    np.testing.assert_allclose(base["hachman"], 1)


@settings(max_examples=8)
@given(economies)
def test_an_industry_spread_as_all_jobs_are_is_not_concentrated(panel):
    totals = panel[(panel["industry"] == "10") & (panel["ownership"] == "0") & (panel["area"] != STATE)]
    assume(totals.groupby("year", observed=True)["employment"].min().min() > 0)
    tenth = totals.assign(industry="62", ownership="5", employment=totals["employment"] / 10)
    spread = sl.spatial_concentration(pd.concat([totals, tenth], ignore_index=True))
    np.testing.assert_allclose(spread[["hoover", "locational_gini"]], 0, atol=1e-9)
    assert (spread["ellison_glaeser_low"] <= 1e-9).all()


@settings(max_examples=8)
@given(
    st.lists(st.integers(0, 9000), min_size=36, max_size=36),
    st.sampled_from(["commuting-zone", "travel-to-work"]),
)
def test_a_partition_covers_every_county_once(workers, method):
    counties = [f"360{i:02d}" for i in range(1, 12, 2)]
    pairs = pd.MultiIndex.from_product([counties, counties], names=["home", "work"]).to_frame(index=False)
    flows = pairs.assign(workers=np.array(workers, dtype=float) + 1)
    markets = sl.delineate(flows, method)
    assert sorted(markets["member"]) == counties
    assert (markets["weight"] == 1).all()


@settings(max_examples=8)
@given(st.lists(st.floats(1, 1e5), min_size=6, max_size=6), st.sampled_from(["bottom-up", "minimum-trace"]))
def test_a_projected_region_is_the_sum_of_its_counties(jobs, method):
    areas = ["36001", "36003", "West"]
    table = pd.DataFrame(
        [(area, "10", year) for area in areas for year in (2020, 2021)], columns=["area", "industry", "year"]
    ).assign(employment=jobs, method="drift")
    for end, times in {"low_80": 0.9, "high_80": 1.1, "low_95": 0.8, "high_95": 1.2}.items():
        table[end] = times * table["employment"]
    west = pd.DataFrame({"member": areas[:2], "group": "West", "weight": 1.0})
    made = sl.reconcile(table, areas=west, method=method)
    by_area = made.pivot_table("employment", "year", "area", aggfunc="sum", observed=True)
    np.testing.assert_allclose(by_area["West"], by_area["36001"] + by_area["36003"])
    assert (made["employment"] >= 0).all()
