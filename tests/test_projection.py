"""Projections: methods against statsmodels, no peeking, intervals by hand, refusals, New York."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from sectorlib import projection
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.projection import backtesting as bt
from sectorlib.projection import methods as m
from sectorlib.projection.series import employment_series
from sectorlib.schemas import PROJECTIONS


def panel_of(series: dict, first=2000) -> pd.DataFrame:
    """A private panel from {(area, industry): [jobs in each year]}; None is withheld."""
    rows = [
        (area, industry, "5", first + t, jobs)
        for (area, industry), values in series.items()
        for t, jobs in enumerate(values)
    ]
    frame = pd.DataFrame(rows, columns=["area", "industry", "ownership", "year", "employment"])
    frame["employment"] = frame["employment"].astype(float)
    frame["disclosure"] = np.where(frame["employment"].notna(), "disclosed", "suppressed")
    return frame.astype(dict.fromkeys(["area", "industry", "ownership", "disclosure"], "category"))


def walks(n=60, years=18, seed=3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    growth = rng.normal(0.01, 0.02, (n, 1)) + rng.normal(0, 0.04, (n, years))
    return np.round(rng.uniform(30, 9000, (n, 1)) * np.exp(growth.cumsum(axis=1)))


def walks_panel(**options) -> pd.DataFrame:
    return panel_of({(f"{i:05d}", "62"): list(row) for i, row in enumerate(walks(**options))})


@pytest.mark.parametrize("series", range(8))
def test_the_damped_recursion_is_that_of_statsmodels(series):
    y = np.log1p(walks()[series])
    alpha, share, phi = 0.6, 0.2, 0.85
    reference = ExponentialSmoothing(
        y,
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=y[0],
        initial_trend=0.0,
    ).fit(smoothing_level=alpha, smoothing_trend=share, damping_trend=phi, optimized=False)
    # statsmodels starts one step before the first observation, which it then meets without error
    level, trend, squares = m.filter_damped(y, alpha, alpha * share, phi)
    ahead = level + np.cumsum(phi ** np.arange(1, 6)) * trend
    assert ahead == pytest.approx(np.asarray(reference.forecast(5)), rel=1e-9)
    assert squares == pytest.approx(reference.sse, rel=1e-9)


@pytest.mark.parametrize("series", range(6))
def test_the_grid_finds_the_least_squares_of_statsmodels(series):
    y = np.log1p(walks()[series])
    reference = ExponentialSmoothing(
        y,
        trend="add",
        damped_trend=True,
        initialization_method="known",
        initial_level=y[0],
        initial_trend=0.0,
        bounds={
            "smoothing_level": (0.5, 0.99),
            "smoothing_trend": (0.0001, 0.1),
            "damping_trend": (0.8, 0.9),
        },
    ).fit()
    best = min(
        m.filter_damped(y, alpha, alpha * share, phi)[2]
        for alpha in m.LEVEL_SMOOTHING
        for share in m.TREND_SMOOTHING
        for phi in m.DAMPING
    )
    assert best <= reference.sse * 1.03


def test_the_states_move_on_through_a_gap():
    y = np.array([np.nan, 2.0, 3.0, np.nan, 4.0])
    alpha, beta, phi = 0.5, 0.2, 0.8
    # start 2, 0; to 3: error 1, level 2.5, trend .2; gap: level 2.5 + .16 = 2.66, trend .16;
    # to 4: forecast 2.66 + .128 = 2.788, error 1.212, level 3.394, trend .128 + .2424 = .3704
    level, trend, squares = m.filter_damped(y, alpha, beta, phi)
    assert (level, trend) == pytest.approx((3.394, 0.3704))
    assert squares == pytest.approx(1 + 1.212**2)


def test_drift_and_last_value_look_past_gaps():
    history = np.array([[np.nan, 10.0, np.nan, 30.0, np.nan], [5.0, np.nan, np.nan, np.nan, np.nan]])
    assert m.last_value(history, 2).tolist() == [[30, 30], [5, 5]]
    # 10 a year from 30 in the fourth year: 50 and 60 in the sixth and seventh
    assert m.drift(history, 2)[0].tolist() == [50, 60]
    assert np.isnan(m.drift(history, 2)[1]).all()


@pytest.mark.parametrize("name", list(projection.METHODS))
def test_every_method_keeps_a_constant_and_the_shape(name):
    history = np.array([[7.0] * 12, [0.0] * 12, [np.nan] * 4 + [3.0] * 8])
    projected = projection.METHODS[name](history, 4)
    assert projected == pytest.approx(np.repeat([[7.0], [0.0], [3.0]], 4, axis=1), abs=1e-9)


@pytest.mark.parametrize("name", list(projection.METHODS))
def test_past_errors_do_not_see_the_future(name):
    history = walks(n=10)
    before = bt.past_errors(history, m.METHODS[name], 5)
    poisoned = history.copy()
    poisoned[:, 12:] *= 1000
    after = bt.past_errors(poisoned, m.METHODS[name], 5)
    seen = ["series", "origin", "horizon", "size", "projected"]
    past = before["origin"] < 12
    pd.testing.assert_frame_equal(before.loc[past, seen], after.loc[past, seen])
    assert not before.loc[past, "actual"].equals(after.loc[past, "actual"])


def test_past_errors_choose_series_by_what_was_known():
    nan = np.nan
    history = np.array(
        [
            [1.0, 1, 1, 1, 1, 9, 9],  # origins in the fifth and sixth year
            [1.0, 1, 1, 1, nan, 9, 9],  # fifth value in the sixth year
            [1.0, 1, 1, 1, 1, nan, 9],  # from the fifth year only two years ahead was observed
        ]
    )
    errors = bt.past_errors(history, m.last_value, 3)
    found = errors[["series", "origin", "horizon"]].to_records(index=False).tolist()
    assert sorted(found) == [(0, 4, 1), (0, 4, 2), (0, 5, 1), (1, 5, 1), (2, 4, 2)]


def test_intervals_by_hand():
    # 99 past errors of 1, 2, ... 99 hundredths on the log scale: rank ceil(100 x .8) = 80 and 95
    off = np.arange(1, 100) / 100
    errors = pd.DataFrame(
        {"horizon": 1, "size": 1000.0, "projected": 999.0, "actual": 1000 * np.exp(off) - 1}
    )
    sizes = np.array([1000.0])
    assert bt.log_error_quantile(errors, sizes, 2, 0.8) == pytest.approx(
        np.array([[0.80, np.nan]]), nan_ok=True
    )
    assert bt.log_error_quantile(errors, sizes, 1, 0.95) == pytest.approx(np.array([[0.95]]))


def test_intervals_are_those_of_series_of_the_same_size():
    small = pd.DataFrame({"horizon": 1, "size": 50.0, "projected": 49.0, "actual": [99.0] * 40})
    large = pd.DataFrame({"horizon": 1, "size": 9000.0, "projected": 8999.0, "actual": [9899.0] * 40})
    both = pd.concat([small, large], ignore_index=True)
    off = bt.log_error_quantile(both, np.array([60.0, 8000.0, 300.0]), 1, 0.8)[:, 0]
    # no past series had 300 jobs: all errors serve
    assert np.exp(off) == pytest.approx([2.0, 1.1, 2.0])


def test_too_few_past_errors_give_no_interval():
    errors = pd.DataFrame({"horizon": 1, "size": 50.0, "projected": 49.0, "actual": [99.0] * 29})
    assert np.isnan(bt.log_error_quantile(errors, np.array([60.0]), 1, 0.8)).all()


def test_no_interval_beyond_the_longest_backtested_horizon():
    panel = walks_panel(years=8)
    table = projection.project(panel, horizon=5).set_index("year")
    # origins in 2004, 2005 and 2006 (five years known): three years ahead at most
    assert table.loc[[2008, 2009, 2010], "high_80"].notna().all()
    assert table.loc[[2011, 2012], ["low_80", "high_80", "low_95", "high_95"]].isna().all(axis=None)
    assert table["employment"].notna().all()


@pytest.mark.parametrize("name", list(projection.METHODS))
def test_a_projection_is_a_table_of_the_schema(name):
    panel = walks_panel()
    table = PROJECTIONS.check(projection.project(panel, horizon=4, method=name))
    assert list(table.columns) == PROJECTIONS.names
    assert len(table) == 60 * 4
    assert sorted(table["year"].unique()) == [2018, 2019, 2020, 2021]
    ordered = table[["low_95", "low_80", "employment", "high_80", "high_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert set(table["method"]) == {name}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.integers(0, 300), min_size=10, max_size=10), min_size=4, max_size=8))
def test_employment_is_never_below_zero(rows):
    panel = panel_of({(f"{i:05d}", "62"): row for i, row in enumerate(rows)})
    for name in projection.METHODS:
        table = projection.project(panel, horizon=5, method=name)
        assert (table[["employment", "low_80", "low_95"]].fillna(0) >= 0).all(axis=None)


def test_the_intervals_cover_what_comes():
    history = walks(n=400, years=20, seed=11)
    panel = panel_of({(f"{i:05d}", "62"): list(row[:17]) for i, row in enumerate(history)})
    table = projection.project(panel, horizon=3)
    truth = history[:, 17:].ravel()
    for percent, least, most in ((80, 0.74, 0.87), (95, 0.91, 0.985)):
        inside = table[f"low_{percent}"].to_numpy() <= truth
        inside &= truth <= table[f"high_{percent}"].to_numpy()
        assert least <= inside.mean() <= most


def test_reasons():
    panel = panel_of(
        {
            ("00001", "11"): [5] * 10,
            ("00001", "21"): [None] * 3 + [5] * 7,
            ("00001", "22"): [5] * 9 + [None],
        }
    )
    reasons = projection.projection_reasons(panel).astype(str)
    assert reasons.to_records(index=False).tolist() == [
        ("00001", "21", "7 observed years of the 8 needed"),
        ("00001", "22", "the latest year, 2009, is withheld or absent"),
    ]
    assert projection.project(panel)["industry"].unique().tolist() == ["11"]


def test_a_year_the_panel_skips_is_a_gap():
    panel = panel_of({("00001", "11"): [5] * 10})
    series = employment_series(panel[panel["year"] != 2004])
    assert series.columns.to_list() == list(range(2000, 2010))
    assert series[2004].isna().all()


def test_refusals():
    panel = panel_of({("00001", "11"): [5] * 10})
    with pytest.raises(NotSupportedError, match=r"(?s)7 years of data.*at least 8"):
        projection.project(panel[panel["year"] > 2002])
    withheld = panel.assign(employment=panel["employment"].where(panel["year"] < 2009))
    with pytest.raises(NotSupportedError, match="the latest year, 2009"):
        projection.project(withheld)
    public = panel.assign(ownership="3")
    with pytest.raises(NotSupportedError, match="ownerships 5, 3 in one panel"):
        projection.project(pd.concat([panel.astype({"ownership": str}), public]))
    with pytest.raises(UnknownNameError, match="did you mean 'damped-trend'"):
        projection.project(panel, method="damped")
    with pytest.raises(NotSupportedError, match="a horizon of 0 years"):
        projection.project(panel, horizon=0)


def test_backtest_by_hand():
    panel = panel_of({("00001", "11"): [80, 80, 80, 80, 80, 100, 100, 100], ("00001", "21"): [0] * 8})
    table = projection.backtest(panel, horizon=2, method="last-value").set_index("horizon")
    # from 2004 80 stands for 100 (20 % off), from 2005 and 2006 nothing is off; zeros have no percentage
    assert table.loc[1, ["n_series", "n_origins", "n_errors", "median_ape"]].to_list() == [2, 3, 6, 0]
    assert table.loc[2, ["n_series", "n_origins", "n_errors"]].to_list() == [2, 2, 4]
    assert table.loc[2, "median_ape"] == pytest.approx(10)


def test_backtest_stands_beside_the_last_value():
    table = projection.backtest(walks_panel(), horizon=3)
    assert table["method"].unique().tolist() == ["damped-trend", "last-value"]
    assert len(table) == 6


@pytest.mark.shared
def test_new_york_is_projected_in_seconds_and_about_as_well_as_by_the_last_value(shared):
    codes = ["area_fips", "own_code", "industry_code"]
    frame = pd.read_csv(
        shared / "data" / "ny" / "ny_annual_2000_2017.csv.gz", dtype=dict.fromkeys(codes, str)
    )
    names = {
        "area_fips": "area", "own_code": "ownership", "industry_code": "industry",
        "annual_avg_emplvl": "employment",
    }  # fmt: skip
    sectors = frame[(frame["own_code"] == "5") & (frame["agglvl_code"] == 74)]
    panel = sectors.rename(columns=names).astype(dict.fromkeys(["area", "industry", "ownership"], "category"))
    began = time.perf_counter()
    table = projection.project(panel)
    assert time.perf_counter() - began < 10
    PROJECTIONS.check(table)
    assert table[["low_95", "high_95"]].notna().all(axis=None)
    absent = projection.projection_reasons(panel)
    series = panel.groupby(["area", "industry"], observed=True).ngroups
    assert len(table) // 5 + len(absent) == series
    score = projection.backtest(panel).pivot_table(index="horizon", columns="method", values="median_ape")
    assert (score["damped-trend"] <= 1.02 * score["last-value"]).all()
