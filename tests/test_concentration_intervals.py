"""How sure location quotients are: churn, one establishment, samples, seasons, and shares recovered."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from sectorlib import concentration as c
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.lookup import matched
from sectorlib.sources.qcew import read_quarterly
from sectorlib.study import load_study


def panel_of(rows, **more) -> pd.DataFrame:
    """A panel from (area, industry, ownership, year, employment, establishments)."""
    frame = pd.DataFrame(
        rows, columns=["area", "industry", "ownership", "year", "employment", "establishments"]
    )
    frame = frame.astype({"employment": float, "establishments": float})
    return frame.assign(disclosure="disclosed", wages=frame["employment"] * 40_000, **more)


@pytest.fixture
def moving() -> pd.DataFrame:
    """Twenty counties whose shops double and halve in turn, while all else, and the base, stands still."""
    rows = []
    for year in (2010, 2011, 2012, 2013):
        rows += [("00000", "10", "0", year, 1_000_000, 9), ("00000", "44-45", "5", year, 100_000, 9)]
        for i in range(20):
            shops = 100 if (year + i) % 2 else 200
            area = f"{i + 1:05d}"
            rows += [
                (area, "10", "0", year, 1000, 50),
                (area, "44-45", "5", year, shops, 5 if i < 12 else 40),
            ]
    return panel_of(rows)


def test_churn_is_the_variance_of_annual_changes(moving):
    churn = c.location_quotient_churn(moving[moving["area"] != "00000"], moving, "00000")
    by_class = churn.set_index("least_establishments")
    assert by_class.loc[3, "changes"] == 12 * 3
    # half the changes are ln 2, half -ln 2
    assert by_class.loc[3, "variance"] == pytest.approx(np.log(2) ** 2 * 36 / 35)
    # 24 changes are too few for a class of its own; so are none
    assert by_class.loc[30, "changes"] == 24
    assert by_class.loc[30, "variance"] == by_class.loc[0, "variance"] == by_class.loc[3, "variance"]


def test_churn_needs_neighboring_years(moving):
    apart = moving[moving["year"].isin([2010, 2012])]
    with pytest.raises(NotSupportedError, match="0 changes of location quotients"):
        c.location_quotient_churn(apart, apart, "00000")


def test_churn_leaves_out_changes_of_definition(moving):
    moving["year"] -= 4  # 2006 to 2009, over the break of 2007
    renamed = moving.replace({"industry": {"44-45": "518"}})
    counties = renamed[renamed["area"] != "00000"]
    churn = c.location_quotient_churn(counties, renamed, "00000")
    assert churn["changes"].sum() == 20 * 2


@settings(max_examples=50, deadline=None)
@given(
    st.floats(0, 5),
    st.floats(0, 5),
    st.floats(0, 1),
    st.floats(0.5, 0.99),
    st.one_of(st.none(), st.floats(0, 99)),
)
def test_the_interval_holds_the_bounds(low, width, variance, level, establishments):
    bounds = pd.DataFrame({"location_quotient_low": [low], "location_quotient_high": [low + width]})
    churn = pd.DataFrame({"least_establishments": [0, 10], "variance": [variance, variance / 2]})
    found = c.location_quotient_interval(bounds, pd.Series([establishments], dtype=float), churn, level)
    assert found.loc[0, "location_quotient_churn_low"] <= low
    assert found.loc[0, "location_quotient_churn_high"] >= low + width
    wider = c.location_quotient_interval(bounds, pd.Series([np.nan]), churn, level)
    assert wider.loc[0, "location_quotient_churn_high"] >= found.loc[0, "location_quotient_churn_high"]


def test_an_unknown_end_stays_unknown_and_makes_the_quadrant_undecided():
    bounds = pd.DataFrame(
        {"location_quotient_low": [1.1, 1.1, 2.0], "location_quotient_high": [1.1, np.nan, 2.0]}
    )
    churn = pd.DataFrame({"least_establishments": [0], "variance": [0.01]})
    found = c.location_quotient_interval(bounds, pd.Series([9.0, 9.0, 9.0]), churn)
    assert np.isnan(found.loc[1, "location_quotient_churn_high"])
    growth = pd.Series([1.0, 1.0, 1.0])
    assert c.quadrant(bounds, growth)[0] == "star"
    assert c.quadrant(found, growth).to_list() == ["undecided", "undecided", "star"]
    within = pd.DataFrame({"percent_change_low": [-1.0, 1, 2], "percent_change_high": [1.0, 2, 3]})
    assert c.quadrant(bounds, within).to_list() == ["undecided", "star", "star"]


def test_one_establishment_by_hand():
    panel = panel_of(
        [
            ("00001", "10", "0", 2016, 100, 20),
            ("00001", "31-33", "5", 2016, 12, 2),  # 12 %; with 6 less 6 of 94, with 6 more 18 of 106
            ("00001", "62", "5", 2016, 40, 8),  # 40 %; with 5 less 35 of 95, with 5 more 45 of 105
            ("00001", "72", "5", 2016, 0, 0),
            ("00000", "10", "0", 2016, 1000, 200),
            ("00000", "31-33", "5", 2016, 100, 9),
            ("00000", "62", "5", 2016, 100, 9),
            ("00000", "72", "5", 2016, 100, 9),
        ]
    )
    found = c.stability(panel, panel, "00000").loc[[1, 2, 3]]
    assert found["location_quotient_one_less"].to_list() == pytest.approx(
        [6 / 9.4, 35 / 9.5, np.nan], nan_ok=True
    )
    assert found["location_quotient_one_more"].to_list() == pytest.approx(
        [18 / 10.6, 45 / 10.5, np.nan], nan_ok=True
    )
    assert found["stability"].to_list() == ["one establishment", "stable", "unknown"]
    with pytest.raises(UnknownNameError, match="did you mean 'parity'"):
        c.stability(panel, panel, "00000", cut="party")


def test_dynamic_quotient_by_hand():
    rows = []
    for year, county, county_food, state, state_food in (
        (2010, 100, 20, 1000, 50),
        (2015, 110, 20, 1000, 40),
    ):
        rows += [("00001", "10", "0", year, county, 9), ("00001", "311", "5", year, county_food, 9)]
        rows += [("00000", "10", "0", year, state, 9), ("00000", "311", "5", year, state_food, 9)]
    panel = panel_of(rows)
    table = c.dynamic_location_quotient(panel[panel["area"] == "00001"], panel, "00000", 2010, 2015)
    food = table.set_index("industry").loc["311"]
    # jobs stood still while the county grew and the state's industry shrank: (1 / 1.1) / (.8 / 1)
    assert food["dynamic_location_quotient"] == pytest.approx((1 / 1.1) / 0.8)
    assert food["change"] == pytest.approx(20 / 110 / 0.04 - 4)
    ends = food[["dynamic_location_quotient_low", "dynamic_location_quotient_high"]]
    assert ends.to_list() == pytest.approx([(1 / 1.1) / 0.8] * 2)


# --- survey data -------------------------------------------------------------------------------------

COUNTS = [(20, 100, 50, 1000), (3, 40, 500, 9000), (150, 400, 90, 800), (1, 30, 12, 300)]


def counts_of(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["count", "total", "base_count", "base_total"])


def log_binomial(row, offset=0.0, with_area=True):
    """A binomial model with log link of both samples; its area coefficient is ln LQ."""
    count, total, base_count, base_total = row
    in_area = np.array([1.0, 1.0, 0.0, 0.0])
    design = np.column_stack([np.ones(4), in_area]) if with_area else np.ones((4, 1))
    model = sm.GLM(
        np.array([1.0, 0.0, 1.0, 0.0]),
        design,
        family=sm.families.Binomial(sm.families.links.Log()),
        offset=offset * in_area,
        freq_weights=np.array([count, total - count, base_count, base_total - base_count], dtype=float),
    )
    start = [np.log((count + base_count) / (total + base_total)), 0.0]  # the log link knows no end at 1
    return model.fit(start_params=start[: design.shape[1]], tol=1e-12, maxiter=500)


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@pytest.mark.parametrize("row", COUNTS)
def test_the_delta_interval_is_that_of_a_generalized_linear_model(row):
    found = c.survey_interval(counts_of([row]), "delta").iloc[0]
    fitted = log_binomial(row)
    low, high = np.exp(fitted.conf_int()[1])
    assert found.to_list() == pytest.approx([np.exp(fitted.params[1]), low, high], rel=1e-5)


@pytest.mark.filterwarnings("ignore::statsmodels.tools.sm_exceptions.DomainWarning")
@pytest.mark.parametrize("row", COUNTS)
def test_at_the_ends_of_the_profile_a_generalized_linear_model_just_fails_to_fit(row):
    found = c.survey_interval(counts_of([row])).iloc[0]
    best = log_binomial(row).llf
    for end in (found["location_quotient_low"], found["location_quotient_high"]):
        held = log_binomial(row, offset=np.log(end), with_area=False)
        assert 2 * (best - held.llf) == pytest.approx(chi2.ppf(0.95, 1), rel=1e-4)


def test_a_count_of_zero_has_a_profile_and_no_delta():
    zero = counts_of([(0, 50, 100, 1000), (5, 50, 0, 1000), (np.nan, 50, 10, 100)])
    profile = c.survey_interval(zero)
    assert profile.loc[0, ["location_quotient", "location_quotient_low"]].to_list() == [0, 0]
    # the base's share is all but known, so the end is near that of the likelihood of 0 of 50 alone
    alone = (1 - np.exp(-chi2.ppf(0.95, 1) / 2 / 50)) / 0.1
    assert profile.loc[0, "location_quotient_high"] == pytest.approx(alone, rel=0.03)
    assert profile.loc[[1, 2]].isna().all(axis=None)
    assert (
        c.survey_interval(zero, "delta")
        .loc[0, ["location_quotient_low", "location_quotient_high"]]
        .isna()
        .all()
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 50), st.integers(50, 500), st.integers(1, 50), st.integers(50, 500))
def test_profile_holds_the_estimate_and_narrows_with_the_sample(count, total, base_count, base_total):
    counts = counts_of([(count, total, base_count, base_total)])
    small, large = c.survey_interval(counts).iloc[0], c.survey_interval(counts * 10).iloc[0]
    assert small["location_quotient_low"] <= small["location_quotient"] <= small["location_quotient_high"]
    assert large["location_quotient_high"] <= small["location_quotient_high"]
    assert large["location_quotient_low"] >= small["location_quotient_low"]


def test_no_such_survey_method():
    with pytest.raises(UnknownNameError, match="did you mean 'delta'"):
        c.survey_interval(counts_of(COUNTS), "dleta")


# --- seasons -----------------------------------------------------------------------------------------


def quarters_of(months, quarters="1234", **key) -> pd.DataFrame:
    rows = [[q, *months[3 * i : 3 * i + 3]] for i, q in enumerate(quarters)]
    frame = pd.DataFrame(rows, columns=["quarter", "month1", "month2", "month3"])
    return frame.assign(**({"area": "36041", "industry": "721", "ownership": "5", "year": 2016} | key))


def test_seasonality_by_hand():
    lodging = quarters_of([100.0, 90, 110, 120, 150, 240, 300, 300, 200, 150, 130, 100])
    ski = quarters_of([60.0, 60, 30, 0, 0, 0, 0, 0, 0, 0, 10, 50], industry="713")
    hidden = quarters_of([1.0, 2, 3, np.nan, np.nan, np.nan, 4, 5, 6, 7, 8, 9], industry="311")
    short = quarters_of([1.0, 2, 3, 4, 5, 6, 7, 8, 9], quarters="123", industry="312")
    table = c.seasonality(pd.concat([lodging, ski, hidden, short])).set_index("industry")
    figures = ["peak", "trough", "peak_over_trough", "peak_month", "trough_month"]
    assert table.loc["721", figures].to_list() == pytest.approx([300, 90, 300 / 90, 7, 2])
    assert table.loc["713", figures].to_list() == pytest.approx([60, 0, np.nan, 1, 4], nan_ok=True)
    assert table.loc[["311", "312"], figures].isna().all(axis=None)
    assert len(table) == 4


# --- shares recovered from published quotients -------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.01, 0.3),
    st.lists(st.tuples(st.integers(200, 5000), st.floats(0.2, 0.5)), min_size=1, max_size=20),
)
def test_recovered_shares_hold_the_truth(share, areas):
    rows = []
    for i, (total, part) in enumerate(areas):
        rows += [
            (f"{i + 1:05d}", "10", "0", 2016, total, 9),
            (f"{i + 1:05d}", "311", "5", 2016, round(total * part), 9),
        ]
    panel = panel_of(rows)
    own = panel["employment"] / panel.groupby("area")["employment"].transform("max")
    published = (own / np.where(panel["industry"] == "10", 1.0, share)).round(2)
    found = c.recover_base_shares(panel, published, rounding=0)
    shares = found.set_index("industry").loc["311"]
    assert shares["agrees"]
    assert shares["share_low"] <= share * (1 + 1e-9)
    assert shares["share_high"] >= share * (1 - 1e-9)
    wider = c.recover_base_shares(panel, published).set_index("industry").loc["311"]
    assert wider["share_low"] <= shares["share_low"]
    quotients = c.location_quotient_from_shares(panel, found)
    food = panel["industry"] == "311"
    truth = own[food] / share
    assert (quotients.loc[food, "location_quotient_low"] <= truth * (1 + 1e-9)).all()
    assert (quotients.loc[food, "location_quotient_high"] >= truth * (1 - 1e-9)).all()


def test_quotients_that_contradict_each_other_are_found():
    panel = panel_of(
        [
            ("00001", "10", "0", 2016, 1000, 9),
            ("00001", "311", "5", 2016, 200, 9),
            ("00002", "10", "0", 2016, 1000, 9),
            ("00002", "311", "5", 2016, 200, 9),
        ]
    )
    shares = c.recover_base_shares(panel, pd.Series([1.0, 4.0, 1.0, 5.0])).set_index("industry")
    assert shares["agrees"].to_dict() == {"10": True, "311": False}
    quotients = c.location_quotient_from_shares(panel, shares.reset_index())
    assert quotients.isna().all(axis=1).to_list() == [False, True, False, True]


# --- real data ---------------------------------------------------------------------------------------


@pytest.mark.shared
def test_one_national_share_explains_every_ohio_county(shared):
    """Annual slices of 15 counties, 2020 to 2023: every published quotient of jobs, establishments and wages."""
    files = sorted((shared / "data" / "qcew" / "api").glob("*/a/area/*.csv"))
    names = {"area_fips": "area", "industry_code": "industry", "own_code": "ownership"}
    rows = pd.concat([pd.read_csv(f, dtype=dict.fromkeys(names, str)) for f in files], ignore_index=True)
    rows = rows.rename(columns=names)
    shown = (rows["disclosure_code"] != "N") & (rows["lq_disclosure_code"] != "N")
    cases = {
        "employment": ("annual_avg_emplvl", "lq_annual_avg_emplvl", 0.5),
        "wages": ("total_annual_wages", "lq_total_annual_wages", 0.0),
        "establishments": ("annual_avg_estabs", "lq_annual_avg_estabs", 0.5),
    }
    for measure, (figure, published, rounding) in cases.items():
        panel = rows.assign(
            **{measure: rows[figure].where(shown | (measure == "establishments")).astype(float)}
        )
        shares = c.recover_base_shares(panel, rows[published].where(shown), on=measure, rounding=rounding)
        assert len(shares) > 5_000
        assert shares["areas"].sum() > 20_000
        assert shares["agrees"].mean() >= 0.999, measure


@pytest.mark.shared
def test_learned_on_early_years_the_interval_holds_in_later_ones(shared):
    study = load_study(shared / "studies" / "new_york.yaml")
    panel, base = study.panel, study.base_area
    early = panel[(panel["year"] <= 2009) & (panel["area"] != base)]
    churn = c.location_quotient_churn(early, panel, base)
    later = panel[(panel["year"] >= 2009) & (panel["area"] != base) & (panel["industry"] != "10")]
    later = pd.concat([later, panel[(panel["industry"] == "10") & (panel["year"] >= 2009)]])
    quotient = c.location_quotient(later, panel, base)
    bounds = c.location_quotient_bounds(later, panel, base)
    interval = c.location_quotient_interval(bounds, later["establishments"], churn)
    keys = ["area", "industry", "ownership", "year"]
    now = later[keys].assign(quotient=quotient)
    after = matched(now.assign(year=now["year"] + 1), now, keys, ["quotient"])["quotient"]
    judged = (quotient > 0) & (after > 0) & (later["industry"] != "10")
    ends = [interval[f"location_quotient_churn_{end}"] for end in ("low", "high")]
    inside = after.between(*ends)
    assert judged.sum() > 30_000
    assert inside[judged].mean() == pytest.approx(0.95, abs=0.01)


@pytest.mark.shared
def test_published_quotients_of_a_quarter_are_reproduced(shared):
    """A sample of benchmarks/official_quotients.py, which has every quarter, measure and half of the states."""
    folder = shared / "data" / "qcew" / "us_2016"
    published = "lq_month3_emplvl"
    counties = read_quarterly(
        [folder / "us_2016_quarterly_county_to_naics4.parquet"], ownership=["0", "5"], columns=[published]
    )
    nation = read_quarterly([folder / "us000_2016_quarterly_DERIVED.csv.gz"])
    state = counties["area"].astype(str).str[:2]
    of_quarter = (counties["quarter"].astype(str) == "3") & ~state.isin(["72", "78"])
    counties = counties[of_quarter].assign(employment=lambda rows: rows["month3"])
    nation = nation[nation["quarter"].astype(str) == "3"].assign(employment=lambda rows: rows["month3"])
    quotient = c.location_quotient(counties, nation, "US000")
    judged = (counties[published] > 0) & quotient.notna()
    assert judged.sum() > 350_000
    off = (quotient - counties[published])[judged].abs()
    assert (off <= 0.005 * 1.001).mean() >= 0.999

    even = counties["area"].astype(str).str[:2].astype(int) % 4 < 2
    shares = c.recover_base_shares(counties[even], counties.loc[even, published], rounding=0)
    assert shares["agrees"].all()
    found = c.location_quotient_from_shares(counties[~even], shares)
    held = judged[~even] & found["location_quotient"].notna()
    inside = counties.loc[~even, published].between(
        found["location_quotient_low"] - 0.005 * 1.001, found["location_quotient_high"] + 0.005 * 1.001
    )
    assert held.sum() > 100_000
    assert inside[held].mean() >= 0.999
