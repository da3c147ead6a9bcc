"""Average pay and wage tiers: hand-worked, invariances, and errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import wages as w
from sectorlib.exceptions import NotSupportedError, TableError, UnknownAreaError, UnknownNameError
from sectorlib.resources import definitions

WORKED = yaml.safe_load((Path(__file__).parent / "worked" / "wage_tiers.yaml").read_text())
SCHEMES = ("area-ratio", "base-terciles", "oecd")


def panel_of(rows, area="00000", year=2016) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["industry", "ownership", "employment", "wages"])
    frame = frame.assign(area=area, year=year, establishments=20.0)
    frame = frame.astype({"employment": float, "wages": float})
    disclosure = np.where(frame["employment"].notna(), "disclosed", "suppressed")
    frame = frame.assign(disclosure=disclosure)
    return frame.astype(dict.fromkeys(["area", "industry", "ownership", "disclosure"], "category"))


@pytest.fixture
def economy() -> pd.DataFrame:
    return panel_of(WORKED["rows"])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_hand_worked(economy, scheme):
    expected = WORKED["expected"][scheme]
    thresholds = w.wage_thresholds(economy, economy, "00000", scheme)
    assert len(thresholds) == 1
    assert thresholds.loc[0, "low_below"] == pytest.approx(expected["low_below"])
    assert thresholds.loc[0, "high_above"] == pytest.approx(expected["high_above"])
    tier = w.wage_tier(economy, economy, "00000", scheme)
    found = tier.set_axis(economy["industry"].astype(str)).reindex(list(expected["tiers"]))
    assert found.astype(str).to_dict() == expected["tiers"]


def test_tiers_are_ordered_and_on_the_callers_index(economy):
    economy.index = pd.Index(list("abcdef"))
    tier = w.wage_tier(economy, economy, "00000")
    assert tier.index.equals(economy.index)
    assert tier.cat.ordered
    assert list(tier.cat.categories) == ["low", "middle", "high"]
    assert tier.min() == "low"


def test_a_total_is_no_industry(economy):
    assert w.wage_tier(economy, economy, "00000", "area-ratio")[0] == "middle"
    assert w.wage_tier(economy, economy, "00000", "base-terciles").isna().to_list() == [True] + [False] * 5


def test_withheld_pay_has_no_tier_and_is_counted(economy):
    economy.loc[2, ["employment", "wages"]] = np.nan  # retail trade
    assert np.isnan(w.average_annual_pay(economy)[2])
    assert pd.isna(w.wage_tier(economy, economy, "00000")[2])
    threshold = w.wage_thresholds(economy, economy, "00000", "base-terciles").loc[0]
    assert (threshold["industries"], threshold["withheld"]) == (4, 1)


def test_a_base_without_a_job_has_no_thresholds_and_no_tiers(economy):
    idle = economy.assign(employment=0.0, wages=0.0)
    base = str(idle["area"].iloc[0])
    assert w.wage_thresholds(idle, idle, base, "base-terciles").empty
    assert w.wage_tier(idle, idle, base, "base-terciles").isna().all()


def test_levels_are_not_mixed(economy):
    finer = panel_of([["722", "5", 100, 9e6], ["311", "5", 100, 1e6]])
    both = pd.concat([economy, finer], ignore_index=True)
    thresholds = w.wage_thresholds(both, both, "00000", "oecd").set_index("level")
    alone = w.wage_thresholds(economy, economy, "00000", "oecd").set_index("level")
    assert thresholds.loc["sector", "low_below"] == alone.loc["sector", "low_below"]
    assert thresholds.loc["3", "reference_pay"] == 10_000


def test_each_area_and_year_has_its_own_reference(economy):
    poor = panel_of([["10", "0", 100, 2e6], ["62", "5", 10, 4e5]], area="00001")
    later = economy.assign(year=2017, wages=economy["wages"] * 2)
    panel = pd.concat([economy, poor, later], ignore_index=True)
    panel["tier"] = w.wage_tier(panel, panel, "00000")
    health = panel[panel["industry"] == "62"].set_index(["area", "year"])["tier"]
    # 40,000 a job: .8 of 50,000 here, 2.0 of 20,000 in the poor county; doubled with the area a year later
    assert health.to_dict() == {("00000", 2016): "middle", ("00001", 2016): "high", ("00000", 2017): "middle"}
    thresholds = w.wage_thresholds(panel, panel, "00000").set_index(["area", "year"])["low_below"]
    assert thresholds.to_dict() == {("00000", 2016): 40_000, ("00001", 2016): 16_000, ("00000", 2017): 80_000}


def test_few_establishments(economy):
    economy["establishments"] = [9, 10, 11, np.nan, 0, 500]
    assert w.few_establishments(economy).to_list() == [True, False, False, True, True, False]


def test_errors(economy):
    with pytest.raises(UnknownNameError, match="did you mean 'base-terciles'"):
        w.wage_tier(economy, economy, "00000", "base-tercile")
    with pytest.raises(UnknownAreaError, match="did you mean '00000'"):
        w.wage_tier(economy, economy, "0000")
    with pytest.raises(TableError, match="keep the total rows"):
        w.wage_tier(economy[economy["industry"] != "10"], economy, "00000")


def test_every_threshold_is_cited():
    terms = definitions("wage_tiers")
    assert set(terms["schemes"]) == {*SCHEMES, "typical-pay"}
    for scheme in terms["schemes"].values():
        assert {"label", "reference_pay", "low_below", "high_above", "date", "reference"} == set(scheme)
        for side in ("low_below", "high_above"):
            assert {"value", "unit"} == set(scheme[side])
        assert scheme["low_below"]["value"] < scheme["high_above"]["value"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 200)), min_size=1, max_size=12),
    st.floats(0.01, 0.99),
)
def test_weighted_quantile_is_that_of_the_jobs_written_out(pairs, share):
    jobs, pay = (pd.Series(column, dtype=float) for column in zip(*pairs, strict=True))
    written_out = np.sort(np.repeat(pay.to_numpy(), jobs.astype(int)))
    expected = written_out[int(np.ceil((share - 1e-9) * len(written_out))) - 1]
    assert w.weighted_quantile(pay, jobs, share) == expected


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 200)), min_size=3, max_size=15), st.floats(0.5, 4)
)
def test_tiers_do_not_depend_on_the_unit_of_money(pairs, unit):
    codes = [
        "11",
        "21",
        "22",
        "23",
        "31-33",
        "42",
        "44-45",
        "48-49",
        "51",
        "52",
        "53",
        "54",
        "55",
        "56",
        "61",
    ]
    rows = [[code, "5", jobs, jobs * pay * 1000] for code, (jobs, pay) in zip(codes, pairs, strict=False)]
    rows.append(["10", "0", sum(r[2] for r in rows), sum(r[3] for r in rows)])
    panel = panel_of(rows)
    scaled = panel.assign(wages=panel["wages"] * 2.0 ** round(unit))
    for scheme in SCHEMES:
        assert w.wage_tier(panel, panel, "00000", scheme).equals(w.wage_tier(scaled, scaled, "00000", scheme))


# --- real pay ----------------------------------------------------------------------------------------

PRICES = pd.Series({2010: 218.056, 2015: 237.017, 2016: 240.007})


def test_real_pay_by_hand_and_labeled():
    pay = pd.Series([40_000.0, 50_000.0, np.nan, 30_000.0], index=list("wxyz"), name="average_annual_pay")
    years = pd.Series([2010, 2016, 2010, 1999], index=pay.index)
    real = w.real_pay(pay, years, PRICES, 2016)
    assert real.name == "average_annual_pay_in_2016_dollars"
    assert real.to_list() == pytest.approx([40_000 * 240.007 / 218.056, 50_000, np.nan, np.nan], nan_ok=True)
    with pytest.raises(NotSupportedError, match="no price index for 2030"):
        w.real_pay(pay, years, PRICES, 2030)


@settings(max_examples=30, deadline=None)
@given(st.floats(1e3, 1e6), st.sampled_from([2010, 2015, 2016]), st.sampled_from([2010, 2015, 2016]))
def test_real_pay_there_and_back(pay, year, dollars_of):
    there = w.real_pay(pd.Series([pay], name="pay"), pd.Series([year]), PRICES, dollars_of)
    back = w.real_pay(there, pd.Series([dollars_of]), PRICES, year)
    assert back[0] == pytest.approx(pay)


def test_parities_by_place():
    parities = pd.DataFrame(
        {"area": ["US000", "36000", "36N", "C4038"], "year": 2016, "price_parity": [100.0, 110.0, 92.0, 97.0]}
    )
    metros = pd.DataFrame({"member": ["36055"], "group": ["C4038"]})
    rows = pd.DataFrame(
        {"area": ["36055", "36003", "36000", "US000", "01001", "36055"], "year": [2016] * 5 + [2015]}
    )
    inside = w.area_price_parity(rows, parities, metros)
    assert inside.to_list() == pytest.approx([97, 92, 110, 100, np.nan, np.nan], nan_ok=True)
    state = w.area_price_parity(rows, parities)
    assert state.to_list() == pytest.approx([110, 110, 110, 100, np.nan, np.nan], nan_ok=True)
    pay = pd.Series([55_000.0] * 6, name="average_annual_pay")
    at_us = w.pay_at_parity(pay, state)
    assert at_us.name == "average_annual_pay_at_us_prices"
    assert at_us[0] == pytest.approx(50_000)
    assert at_us[3] == 55_000


def test_a_state_or_a_region_never_takes_the_parity_of_a_part_of_a_state():
    """The tables of metropolitan areas and of portions hold no states; boards have codes that begin as states do."""
    parities = pd.DataFrame(
        {"area": ["US000", "USN", "C4038", "36N"], "year": 2016, "price_parity": [100.0, 87.0, 97.0, 92.0]}
    )
    metros = pd.DataFrame({"member": ["36055"], "group": ["40380"]})
    rows = pd.DataFrame({"area": ["36000", "36003", "36440001", "US000"], "year": 2016})
    found = w.area_price_parity(rows, parities, metros)
    assert found.to_list() == pytest.approx([np.nan, 92, np.nan, 100], nan_ok=True)
    by_state = pd.DataFrame({"area": ["36000"], "year": 2016, "price_parity": [110.0]})
    assert w.area_price_parity(rows, by_state).to_list() == pytest.approx(
        [110, 110, np.nan, np.nan], nan_ok=True
    )


def test_parities_by_the_codes_of_the_official_files():
    """The list of metropolitan and micropolitan areas has five digits; parities know metropolitan ones alone."""
    parities = pd.DataFrame(
        {"area": ["36000", "36N", "C4038"], "year": 2016, "price_parity": [110.0, 92.0, 97.0]}
    )
    listed = pd.DataFrame({"member": ["36055", "36009"], "group": ["40380", "36460"]})
    rows = pd.DataFrame({"area": ["36055", "36009", "36003"], "year": 2016})
    assert w.area_price_parity(rows, parities, listed).to_list() == [97, 92, 92]
    # without metropolitan areas in the table, a county of some area may be of either kind: its state's
    assert w.area_price_parity(rows, parities[:2], listed).to_list() == [110, 110, 92]
    # where the list says who is in none, who is not in it is not known
    told = pd.DataFrame({"member": ["36055", "36009"], "group": ["40380", "none"]})
    assert w.area_price_parity(rows, parities, told).to_list() == [97, 92, 110]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(70, 130), st.integers(1, 10**6)), min_size=1, max_size=6))
def test_the_parity_of_a_group_lies_among_its_counties(counties):
    codes = [f"{i:05d}" for i in range(len(counties))]
    parity, jobs = (list(column) for column in zip(*counties, strict=True))
    table = pd.DataFrame({"area": codes, "year": 2016, "price_parity": parity, "employment": jobs})
    groups = pd.DataFrame({"member": codes, "group": "LM1", "weight": 1.0})
    found = w.group_price_parity(table, groups)["price_parity"][0]
    assert min(parity) - 1e-9 <= found <= max(parity) + 1e-9
    table.loc[0, "price_parity"] = np.nan
    assert np.isnan(w.group_price_parity(table, groups)["price_parity"][0])


# --- tiers of jobs, and over time --------------------------------------------------------------------


def test_tier_shares_by_hand(economy):
    tiers = w.wage_tier(economy, economy, "00000")
    totals = economy[economy["industry"] == "10"].assign(ownership="5")
    panel = pd.concat([economy[economy["industry"] != "10"], totals])
    table = w.tier_shares(panel, tiers).set_index("tier")
    sectors = economy[economy["industry"] != "10"]
    for tier in ("low", "middle", "high"):
        jobs = sectors.loc[tiers.loc[sectors.index] == tier, "employment"].sum()
        assert table.loc[tier, "employment"] == jobs
    assert table["share"].sum() == pytest.approx(1)
    with pytest.raises(UnknownNameError, match="did you mean 'sector'"):
        w.tier_shares(panel, tiers, level="sectr")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 500)), st.sampled_from([None, "low", "middle", "high"])),
        min_size=1, max_size=5,
    ),
    st.integers(0, 400),
)  # fmt: skip
def test_tier_shares_sum_to_one(cells, rest):
    industries = ["11", "21", "22", "23", "42"][: len(cells)]
    rows = [[i, "5", jobs, None] for i, (jobs, _) in zip(industries, cells, strict=True)]
    panel = panel_of([["10", "5", sum(jobs or 0 for jobs, _ in cells) + rest, None], *rows])
    tiers = pd.Series([None, *(tier for _, tier in cells)])
    table = w.tier_shares(panel, tiers)
    total = panel.loc[0, "employment"]
    if total == 0:
        assert table["share"].isna().all()
        return
    assert table["share"].sum() == pytest.approx(1)
    assert table["employment"].sum() == pytest.approx(total)
    unplaced = rest + sum(jobs or 0 for jobs, tier in cells if tier is None)
    assert table.set_index("tier").loc["unknown", "employment"] == pytest.approx(unplaced)


def test_a_withheld_total_leaves_shares_unknown():
    panel = panel_of([["10", "5", None, None], ["62", "5", 10, 1e5]])
    table = w.tier_shares(panel, pd.Series([None, "low"])).set_index("tier")
    assert table.loc["low", "employment"] == 10
    assert table["share"].isna().all()


def test_migration_counts_every_industry_once():
    before = panel_of(
        [["11", "5", 10, 1], ["21", "5", 20, 1], ["62", "5", None, None], ["72", "5", 7, 1]], year=2010
    )
    after = panel_of(
        [["11", "5", 15, 1], ["21", "5", 25, 1], ["62", "5", 40, 1], ["81", "5", 5, 1]], year=2016
    )
    panel = pd.concat([before, after], ignore_index=True)
    tiers = pd.Series(["low", "low", None, "low", "middle", "low", "high", "low"])
    table = w.tier_migration(panel, tiers, 2010, 2016).set_index(["start_tier", "end_tier"])
    assert table["industries"].sum() == 5
    assert table.loc[("low", "middle"), ["industries", "start_employment", "end_employment"]].to_list() == [
        1,
        10,
        15,
    ]
    assert table.loc[("low", "low"), "end_employment"] == 25
    assert table.loc[("unknown", "high"), "end_employment"] == 40
    assert np.isnan(table.loc[("unknown", "high"), "start_employment"])
    assert table.loc[("low", "unknown"), "start_employment"] == 7
    assert table.loc[("unknown", "low"), "end_employment"] == 5


def test_job_quality_by_hand():
    now = panel_of([["10", "0", 1000, 50e6], ["62", "5", 100, 4e6], ["72", "5", None, None]], area="00001")
    then = panel_of([["10", "0", 1000, 40e6], ["62", "5", 80, 2.8e6]], area="00001", year=2010)
    base = panel_of([["10", "0", 9000, 540e6], ["62", "5", 1000, 50e6], ["72", "5", 500, 10e6]])
    panel = pd.concat([now, then, base], ignore_index=True)
    table = w.job_quality(
        panel, panel, "00000", PRICES, since=2010, living_wage=pd.Series({"00001": 32_000.0})
    )
    found = table.loc[1]
    assert found["pay_over_area"] == pytest.approx(40 / 50)
    assert found["pay_over_base"] == pytest.approx(40 / 50)
    assert found["real_pay_growth"] == pytest.approx(100 * (40_000 / 35_000 / (240.007 / 218.056) - 1))
    assert found[["jobs_per_establishment", "size_over_base"]].to_list() == pytest.approx([5, 0.1])
    assert found["pay_over_living_wage"] == pytest.approx(1.25)
    assert table.loc[2].isna().all()
    assert table.loc[5:, "pay_over_living_wage"].isna().all()
    bare = w.job_quality(panel, panel, "00000", PRICES, since=1999)
    assert bare[["real_pay_growth", "pay_over_living_wage"]].isna().all(axis=None)
