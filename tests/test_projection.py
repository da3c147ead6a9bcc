"""Projections: methods against statsmodels, no peeking, intervals and scores by hand, refusals, New York."""

import time

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.holtwinters import ExponentialSmoothing, SimpleExpSmoothing

from sectorlib import projection
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.projection import backtesting as bt
from sectorlib.projection import combination, intervals, momentum, neighbors, starts
from sectorlib.projection import methods as m
from sectorlib.projection.context import Context, context_of
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


#: Methods fast enough to be run from every origin.
FAST = [name for name in projection.METHODS if name not in ("ets", "arima")]


def surroundings(history: np.ndarray) -> Context:
    """A context of as many industries and areas as there are remainders by 5 and by 7."""
    numbers = np.arange(len(history))
    keys = {"area": [f"{i % 7:05d}" for i in numbers], "industry": [str(i) for i in numbers % 5]}
    return context_of(pd.DataFrame(history, index=pd.MultiIndex.from_frame(pd.DataFrame(keys))))


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


@pytest.mark.parametrize("series", range(8))
def test_theta_is_the_combination_of_two_smoothed_theta_lines(series):
    y = walks()[series]
    t = np.arange(len(y))
    slope, intercept = np.polyfit(t, y, 1)
    found = m.fit_line(y)
    assert found == pytest.approx((intercept, slope))
    level, line_level, weight, squares = m.filter_theta(y, *found, 0.4)
    if not 0 < weight < 1:
        weight = np.clip(weight, 0, 1 - 1e-9)
    angle = 1 / (1 - weight)  # theta
    bent = angle * y + (1 - angle) * (intercept + slope * t)  # the second line; the first is theta = 0
    smoothed = SimpleExpSmoothing(bent, initialization_method="known", initial_level=bent[0])
    fit = smoothed.fit(smoothing_level=0.4, optimized=False)
    line = intercept + slope * (len(y) - 1 + np.arange(1, 4))
    expected = weight * line + (1 - weight) * np.asarray(fit.forecast(3))
    assert level + weight * (line - line_level) == pytest.approx(expected)
    errors = y - (weight * (intercept + slope * t) + (1 - weight) * np.asarray(fit.fittedvalues))
    assert squares == pytest.approx((errors[1:] ** 2).sum())
    # no other weight does better
    for other in (0.0, 0.25, 0.5, 0.75, 0.99):
        bent = y / (1 - other) + (1 - 1 / (1 - other)) * (intercept + slope * t)
        fit = SimpleExpSmoothing(bent, initialization_method="known", initial_level=bent[0]).fit(
            smoothing_level=0.4, optimized=False
        )
        errors = y - (other * (intercept + slope * t) + (1 - other) * np.asarray(fit.fittedvalues))
        assert squares <= (errors[1:] ** 2).sum() * (1 + 1e-9)


@pytest.mark.parametrize("name", ["ets", "arima"])
def test_models_of_statsmodels_follow_a_line_through_a_gap(name):
    grown = 100 * 1.05 ** np.arange(16)
    grown[5] = np.nan
    projected = projection.METHODS[name](np.array([grown, np.full(16, np.nan), [np.nan] * 12 + [5.0] * 4]), 3)
    assert projected[0] == pytest.approx(100 * 1.05 ** np.arange(16, 19), rel=0.01)
    assert np.isnan(projected[1]).all()
    assert projected[2].tolist() == [5, 5, 5]


@pytest.mark.parametrize("name", list(projection.METHODS))
def test_every_method_keeps_a_constant_and_the_shape(name):
    history = np.array([[7.0] * 12, [0.0] * 12, [np.nan] * 4 + [3.0] * 8])
    projected = projection.METHODS[name](history, 4, surroundings(history))
    assert projected == pytest.approx(np.repeat([[7.0], [0.0], [3.0]], 4, axis=1), abs=1e-6)


@pytest.mark.parametrize("name", FAST)
def test_past_errors_do_not_see_the_future(name):
    history = walks(n=60)
    before = bt.past_errors(history, projection.METHODS[name], 5, surroundings(history))
    poisoned = history.copy()
    # the future of the series is another, and with it that of their industries, areas and the base
    poisoned[:, 12:] *= np.linspace(0.1, 1000, 60)[:, None]
    poisoned[::3, 13] = np.nan
    after = bt.past_errors(poisoned, projection.METHODS[name], 5, surroundings(poisoned))
    seen = ["series", "origin", "horizon", "size", "observed", "spread", "scale", "projected"]
    key = ["series", "origin", "horizon"]
    past = before[before["origin"] < 12].set_index(key)
    same = after[after["origin"] < 12].set_index(key)
    assert len(same) < len(past)  # what is withheld in the future has no error
    pd.testing.assert_frame_equal(past.loc[same.index].reset_index()[seen], same.reset_index()[seen])
    assert not past.loc[same.index, "actual"].equals(same["actual"])


@pytest.mark.parametrize("name", ["ensemble", "cautious", "pooled", "area-growth"])
def test_the_backtest_had_what_the_panel_of_that_year_gives(name):
    """The whole way at once: context, weights, projections and intervals from a panel and a base cut in 2012."""
    panel = walks_panel(n=200)
    panel["industry"] = (panel["area"].astype(int) % 4 + 61).astype(str)
    base = panel_of(
        {("US000", code): list(row) for code, row in zip(["61", "62", "63", "64", "10"], walks(n=5, seed=9), strict=True)}
    )  # fmt: skip
    then, base_then = (frame[frame["year"] <= 2012] for frame in (panel, base))
    projected = projection.project(then, horizon=4, method=name, base=base_then)
    series = employment_series(panel)
    errors = bt.past_errors(series.to_numpy(), projection.METHODS[name], 4, context_of(series, base))
    errors = intervals.with_intervals(errors).query("origin == 12").sort_values(["series", "horizon"])
    assert len(errors) == len(projected) == 800
    columns = ["low_95", "low_80", "high_80", "high_95"]
    assert errors["projected"].to_numpy() == pytest.approx(projected["employment"].to_numpy())
    np.testing.assert_allclose(errors[columns].to_numpy(), projected[columns].to_numpy())


def test_a_method_that_peeks_is_caught():
    history = walks(n=60)
    poisoned = history.copy()
    poisoned[:, 12:] *= 1000

    def peeking_at(whole: Context):
        return lambda seen, horizon, context: neighbors.base_growth(
            seen, horizon, whole.rows(np.arange(len(seen)))
        )

    both = [bt.past_errors(x, peeking_at(surroundings(x)), 2, surroundings(x)) for x in (history, poisoned)]
    before, after = (e.loc[e["origin"] < 12, "projected"] for e in both)
    assert not np.allclose(before, after)


@pytest.mark.parametrize("name", ["pooled", "ensemble", "cautious", "constant-share"])
def test_the_future_of_the_base_is_not_seen(name):
    panel, base = (
        walks_panel(),
        panel_of({("US000", "62"): list(walks(n=1, seed=9)[0]), ("US000", "10"): [9e6] * 18}),
    )
    other = base.assign(employment=base["employment"].where(base["year"] < 2012, 7.0))
    series = employment_series(panel)
    errors = [
        bt.past_errors(series.to_numpy(), projection.METHODS[name], 5, context_of(series, b))
        for b in (base, other)
    ]
    past = [e.loc[e["origin"] < 12, "projected"] for e in errors]
    pd.testing.assert_series_equal(*past)
    assert not errors[0]["projected"].equals(errors[1]["projected"])


def test_intervals_of_the_past_do_not_see_the_future():
    history = walks(n=60)
    poisoned = history.copy()
    poisoned[:, 12:] *= 1000
    ends = ["low_80", "high_80", "low_95", "high_95"]
    both = [
        intervals.with_intervals(bt.past_errors(values, m.drift, 3)).query("origin < 12")[ends].to_numpy()
        for values in (history, poisoned)
    ]
    np.testing.assert_array_equal(*both)
    assert np.isfinite(both[0]).any()


def test_context_links_what_is_known_and_prefers_the_base():
    index = pd.MultiIndex.from_tuples([("1", "62"), ("2", "62"), ("2", "72")], names=["area", "industry"])
    series = pd.DataFrame([[10.0, 20, 20], [30, np.nan, 40], [60, 60, 90]], index, [2000, 2001, 2002])
    alone = context_of(series)
    # 62: 10 to 20, 20 to 20 (area 2 is known in neither pair); area 2: 60 to 60, 60 to 90; all: 70 to 80, 80 to 110
    assert alone.industry[:2].tolist() == [[1, 2, 2]] * 2
    assert alone.area[2].tolist() == [1, 1, 1.5]
    assert alone.total[0] == pytest.approx([1, 80 / 70, 110 / 70])
    base = panel_of({("US000", "62"): [100, 110, None], ("US000", "10"): [1000, 1000, 2000]})
    beside = context_of(series, base)
    assert beside.industry[0] == pytest.approx(
        [1, 1.1, 1.1]
    )  # where the base is withheld, the panel's own link
    assert beside.industry[2].tolist() == [1, 1, 1.5]
    assert beside.total[0].tolist() == [1, 1, 2]


def test_weights_are_those_of_least_absolute_errors():
    rng = np.random.default_rng(5)
    moves = rng.normal(size=(4000, 3))
    actual = moves @ [0.5, 0.3, 0.0] + rng.laplace(0, 0.3, 4000)
    weights = combination.least_absolute_weights(moves, actual, np.full(3, 1 / 3), 0.0)
    best = scipy.optimize.linprog(  # the same as a linear programme
        [0, 0, 0, *[1] * 8000],
        A_eq=np.hstack([moves, np.eye(4000), -np.eye(4000)]),
        b_eq=actual,
    )
    assert weights == pytest.approx(best.x[:3], abs=0.01)
    far = combination.least_absolute_weights(moves, actual, np.full(3, 1 / 3), 1e6)
    assert far == pytest.approx(np.full(3, 1 / 3), abs=1e-3)
    assert combination.least_absolute_weights(moves, 3 * moves[:, 0], np.zeros(3), 0.0).sum() <= 1 + 1e-9


def mix_of(*trends, toward, pull=1.0) -> combination.Mix:
    return combination.Mix(trends, (), np.asarray(toward, dtype=float), pull)


def test_weights_are_learned_from_what_worked():
    rng = np.random.default_rng(7)
    trended = 1000 * np.exp(rng.normal(0, 0.05, (80, 1)) * np.arange(18) + rng.normal(0, 0.002, (80, 18)))
    wandering = 1000 * np.exp(rng.normal(0, 0.05, (80, 18)).cumsum(axis=1))
    none, one = mix_of(m.drift, toward=[0]), mix_of(m.drift, toward=[1])
    assert (combination.learn_weights(trended, 3, None, one)[:, 0] > 0.9).all()
    right, wrong = (combination.learn_weights(x, 3, None, none) for x in (trended, wandering))
    assert (right > wrong + 0.2).all()
    assert (combination.learn_weights(wandering, 3, None, one)[:, 0] < 0.9).all()
    # a stronger pull keeps them nearer to where they start
    held = combination.learn_weights(wandering, 3, None, mix_of(m.drift, toward=[1], pull=1000.0))
    assert (held > 0.98).all()
    # two series teach too little
    few = combination.learn_weights(trended[:2], 3, None, mix_of(m.drift, m.theta, toward=[0.5, 0.5]))
    assert (few == 0.5).all()


def test_momentum_comes_on_top_of_trends_that_share_one():
    moves = np.random.default_rng(2).normal(size=(500, 2))
    weights = combination.least_absolute_weights(moves, moves @ [1.4, 0.4], np.zeros(2), 0.0, trends=1)
    assert weights[0] == pytest.approx(1)
    assert weights[1] == pytest.approx(0.4, abs=0.1)
    together = combination.least_absolute_weights(moves, moves @ [1.4, 0.4], np.zeros(2), 0.0)
    assert together.sum() == pytest.approx(1)


def test_a_horizon_of_too_few_lessons_has_the_weights_of_the_one_before():
    history = walks(n=150, years=9)
    # from the fifth year on; 150 lessons an origin: 4 origins one year ahead, 1 four years ahead
    weights = combination.learn_weights(history, 6, None, mix_of(m.drift, m.damped_trend, toward=[0.5, 0.5]))
    assert not np.allclose(weights[0], weights[1])
    assert not np.allclose(weights[1], weights[2])
    assert (weights[3:] == weights[2]).all()


def test_momentum_by_hand():
    # changes of 1, 3, 2 and 10 % (in logarithms): usual is (2 + 3) / 2 = 2.5 %, and the last counts as that
    steps = np.array([0.01, 0.03, -0.02, 0.10])
    path = np.exp(np.concatenate([[0.0], steps.cumsum()]))
    jobs = 1e9 * path[None]
    assert momentum.own_momentum(jobs, 2) == pytest.approx(jobs[:, -1:] * np.exp(0.025) * np.ones(2))
    # a small change is carried on as it is
    calm = 1e9 * np.exp(np.array([[0.0, 0.02, 0.04, 0.035]]))
    assert momentum.own_momentum(calm, 1) == pytest.approx(calm[:, -1:] * np.exp(-0.005))
    flat = np.ones((1, 5))
    fallen = Context(path[::-1][None], flat, flat)  # the last change is one of -1 %, a usual one 2.5 %
    assert momentum.industry_momentum(10 * flat, 1, fallen)[0, 0] == pytest.approx(10 * np.exp(-0.01))
    grown = Context(flat, path[None], flat)
    assert momentum.area_momentum(10 * flat, 1, grown)[0, 0] == pytest.approx(10 * np.exp(0.025))
    assert momentum.industry_momentum(10 * flat, 1, grown)[0, 0] == 10


def test_momentum_needs_the_last_two_years():
    nan = np.nan
    history = np.array(
        [[5.0, 6, 7, nan, 9], [0.0, 0, 0, 0, 4675], [7.0, nan, nan, nan, nan], [0.0, 0, 0, 0, 0]]
    )
    # a gap; a jump from nothing, whose usual change is none; one value; nothing
    assert momentum.own_momentum(history, 1)[:, 0].tolist() == [9, 4675, 7, 0]
    assert momentum.own_momentum(history[:, :1], 1)[:, 0].tolist() == [5, 0, 7, 0]


def test_before_anything_is_learned_weights_are_those_of_the_data_file():
    """Nine years of twenty series teach nothing: the projection is the sum by hand."""
    history = walks(n=20, years=9)
    context = surroundings(history)
    parts = [neighbors.constant_share, neighbors.base_growth, neighbors.area_growth]
    parts += [momentum.own_momentum, momentum.industry_momentum, momentum.area_momentum]
    last = m.last_value(history, 3)
    weights = [0.5, 0.125, 0.125, 0.15, 0.15, 0.3]
    moves = [w * (part(history, 3, context) - last) for w, part in zip(weights, parts, strict=True)]
    assert combination.ensemble(history, 3, context) == pytest.approx(last + sum(moves))
    # the cautious one starts from no trend at all
    assert combination.cautious(history, 3, context) == pytest.approx(last + sum(moves[3:]))


@pytest.mark.parametrize("name", FAST)
def test_a_year_is_projected_the_same_whatever_the_longest_horizon(name):
    history = walks(n=60)
    long, short = (projection.METHODS[name](history, h, surroundings(history)) for h in (5, 2))
    np.testing.assert_allclose(long[:, :2], short)


def test_a_method_that_leans_on_others_says_so():
    for name in ("constant-share", "base-growth", "area-growth", "shift-share", "pooled"):
        with pytest.raises(NotSupportedError, match="a context"):
            projection.METHODS[name](walks(n=2), 2, None)


def test_constant_share_keeps_the_share():
    history = walks(n=30)
    context = surroundings(history)
    projected = neighbors.constant_share(history, 3, context)
    industry = m.damped_trend(context.industry * 1e6, 3) / 1e6
    assert projected / industry == pytest.approx(
        np.repeat(history[:, -1:] / context.industry[:, -1:], 3, axis=1)
    )


def quarters_of(series: dict, first=2000) -> pd.DataFrame:
    """Quarterly rows from {(area, industry): [the four quarters of each year]}."""
    rows = [
        (area, industry, "5", first + t, str(q + 1), jobs, jobs, jobs)
        for (area, industry), years in series.items()
        for t, year in enumerate(years)
        for q, jobs in enumerate(year)
    ]
    columns = ["area", "industry", "ownership", "year", "quarter", "month1", "month2", "month3"]
    return pd.DataFrame(rows, columns=columns)


def test_year_ends_by_hand():
    quarters = quarters_of({
        ("1", "72"): [[9, 9, 9, 13], [None, 9, 9, 13]],
        ("2", "72"): [[99, 99, 99, 99]],
        ("3", "72"): [[9, 9, 9]],
    })  # fmt: skip
    regions = pd.DataFrame({"member": ["1", "2", "3"], "group": "R", "weight": 1.0})
    table = projection.year_ends(quarters, regions).set_index(["area", "year"])["year_end"]
    # 13 beside a mean of 10; the region is of those known in all quarters: 112 beside 109
    assert table.to_dict() == pytest.approx(
        {("1", 2000): np.log(14 / 11), ("2", 2000): 0.0, ("R", 2000): np.log(113 / 110)}
    )


def ends_of(panel: pd.DataFrame, seed=1) -> pd.DataFrame:
    keys = panel[["area", "industry", "ownership", "year"]].astype(
        {"area": str, "industry": str, "ownership": str}
    )
    return keys.assign(year_end=np.random.default_rng(seed).normal(0, 0.01, len(keys)))


def test_half_of_how_the_year_ended_is_carried_on():
    panel = walks_panel(n=20, years=9)
    ends = ends_of(panel).assign(year_end=0.02)
    ends.loc[ends["year"] == 2008, "year_end"] = 0.025  # half a percent above the season's two
    ends = ends[ends["area"] != "00000"]
    with_ends, without = (projection.project(panel, 2, ends=e)["employment"].to_numpy() for e in (ends, None))
    last = employment_series(panel)[2008].to_numpy().repeat(2)
    assert with_ends[:2] == pytest.approx(without[:2])  # of this one nothing is known
    assert with_ends[2:] - without[2:] == pytest.approx(0.5 * last[2:] * (np.exp(0.005) - 1))


def test_how_years_ended_is_not_seen_before():
    panel = walks_panel(n=200)
    ends = ends_of(panel)
    then = panel[panel["year"] <= 2012]
    projected = projection.project(then, horizon=2, ends=ends[ends["year"] <= 2012])
    series = employment_series(panel)
    context = starts.surroundings(series, None, ends)
    errors = bt.past_errors(series.to_numpy(), projection.METHODS["ensemble"], 2, context)
    errors = errors.query("origin == 12").sort_values(["series", "horizon"])
    assert errors["projected"].to_numpy() == pytest.approx(projected["employment"].to_numpy())
    plain = projection.project(then, horizon=2)["employment"].to_numpy()
    assert not np.allclose(plain, projected["employment"].to_numpy())


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


def errors_of(size, projected, actual):
    return pd.DataFrame({"horizon": 1, "size": size, "spread": 1.0, "projected": projected, "actual": actual})


def test_intervals_by_hand():
    # 99 past errors of 1, 2, ... 99 hundredths on the log scale: rank ceil(100 x .8) = 80 and 95
    off = np.arange(1, 100) / 100
    errors = errors_of(1000.0, 999.0, 1000 * np.exp(off) - 1)
    sizes, spreads = np.array([1000.0, 1000.0]), np.array([1.0, 0.5])
    found = intervals.half_widths(errors, sizes, spreads, 2, 0.8)
    assert found == pytest.approx(np.array([[0.80, np.nan], [0.40, np.nan]]), nan_ok=True)
    assert intervals.half_widths(errors, sizes[:1], spreads[:1], 1, 0.95) == pytest.approx(np.array([[0.95]]))


def test_intervals_are_those_of_series_of_the_same_size():
    both = pd.concat([errors_of(50.0, 49.0, [99.0] * 40), errors_of(9000.0, 8999.0, [9899.0] * 40)])
    off = intervals.half_widths(both, np.array([60.0, 8000.0, 300.0]), np.ones(3), 1, 0.8)[:, 0]
    # no past series had 300 jobs: all errors serve
    assert np.exp(off) == pytest.approx([2.0, 1.1, 2.0])


def test_errors_of_shorter_horizons_count_at_longer_ones():
    """One year ahead 50 errors of 10 %, four years ahead 50 of 20 %: those of one year grow by 4 ** .55 = 2.14."""
    one, four = (errors_of(1000.0, 999.0, [1000 * np.exp(off) - 1] * 50) for off in (0.1, 0.2))
    both = pd.concat([one, four.assign(horizon=4)], ignore_index=True)
    found = intervals.half_widths(both, np.array([1000.0]), np.ones(1), 5, 0.4)[0]
    assert found == pytest.approx(
        [0.1, np.nan, np.nan, 0.2, np.nan], nan_ok=True
    )  # none of their own, no interval
    # the 81st of 100 is of those that grew, but reaches no further than the largest error there was
    assert intervals.half_widths(both, np.array([1000.0]), np.ones(1), 4, 0.8)[0, 3] == pytest.approx(0.2)
    narrow = both.assign(spread=2.0)
    found = intervals.half_widths(narrow, np.array([1000.0]), np.ones(1), 4, 0.8)[0, 3]
    assert found == pytest.approx(0.05 * 4**0.55)


def test_one_old_jump_does_not_widen_intervals_for_good():
    history = walks(n=80, years=20)
    jumped = history.copy()
    jumped[0] = 4000 * np.exp(0.01 * np.sin(np.arange(20.0)))
    jumped[0, :6] /= 20  # from 200 to 4,000 jobs fourteen years ago
    steady = jumped.copy()
    steady[0, :6] *= 20
    assert intervals.spread(jumped)[0] == pytest.approx(intervals.spread(steady)[0], rel=0.05)
    wide, usual = (
        projection.project(panel_of({(f"{i:05d}", "62"): list(row) for i, row in enumerate(x)})).iloc[4]
        for x in (jumped, steady)
    )
    assert (wide["high_95"] / wide["low_95"]) < 1.15 * (usual["high_95"] / usual["low_95"])


def test_losses_are_finite_where_a_trend_runs_into_nothing():
    """Drift is carried below zero, and restless series meet errors of still ones: no end explodes."""
    rng = np.random.default_rng(4)
    falling = {
        (f"{i:05d}", "62"): [max(5000 - (600 + 10 * i) * t, 40 * (t % 3)) for t in range(24)]
        for i in range(30)
    }
    still = {(f"1{i:04d}", "62"): [500 + (t + i) % 2 for t in range(24)] for i in range(30)}
    wild = {(f"2{i:04d}", "62"): [int(x) for x in np.exp(rng.normal(6, 0.5, 24))] for i in range(30)}
    table = projection.backtest(panel_of(falling | still | wild), horizon=8, method="drift")
    assert np.isfinite(table[["quantile_loss", "interval_score"]].dropna()).all(axis=None)
    assert table["quantile_loss"].max() < 1e4  # percent of jobs; it was 10 ** 9


def test_too_few_past_errors_give_no_interval():
    errors = errors_of(50.0, 49.0, [99.0] * 29)
    assert np.isnan(intervals.half_widths(errors, np.array([60.0]), np.ones(1), 1, 0.8)).all()


def test_no_interval_beyond_the_longest_backtested_horizon():
    panel = walks_panel(years=8)
    table = projection.project(panel, horizon=5).set_index("year")
    # origins in 2004, 2005 and 2006 (five years known): three years ahead at most
    assert table.loc[[2008, 2009, 2010], "high_80"].notna().all()
    assert table.loc[[2011, 2012], ["low_80", "high_80", "low_95", "high_95"]].isna().all(axis=None)
    assert table["employment"].notna().all()


@pytest.mark.parametrize("name", FAST)
def test_a_projection_is_a_table_of_the_schema(name):
    panel = walks_panel()
    table = PROJECTIONS.check(projection.project(panel, horizon=4, method=name))
    assert list(table.columns) == PROJECTIONS.names
    assert len(table) == 60 * 4
    assert sorted(table["year"].unique()) == [2018, 2019, 2020, 2021]
    ordered = table[["low_95", "low_80", "employment", "high_80", "high_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert set(table["method"]) == {name}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.lists(st.integers(0, 300), min_size=10, max_size=10), min_size=4, max_size=8))
def test_employment_is_never_below_zero(rows):
    panel = panel_of({(f"{i:05d}", "62"): row for i, row in enumerate(rows)})
    for name in FAST:
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
        ("00001", "21", "7 observed years of the 8 needed: grows as its industry does"),
        ("00001", "22", "the latest year, 2009, is withheld or absent"),
    ]
    table = projection.project(panel)
    assert table.groupby("industry", observed=True)["method"].unique().explode().to_dict() == {
        "11": "ensemble",
        "21": "base-growth",
    }


def test_a_series_too_short_grows_as_its_industry_does():
    grown = list(100 * 1.02 ** np.arange(12))
    panel = panel_of({("00001", "11"): grown, ("00002", "11"): [None] * 11 + [50]})
    table = projection.project(panel, horizon=3).set_index(["area", "year"]).xs("00002")
    assert table["employment"].to_list() == pytest.approx([50 * 1.02**h for h in (1, 2, 3)])
    assert set(table["method"]) == {"base-growth"}


def test_jumps_stand_out_and_say_whether_the_industry_was_redefined():
    steady = [200, 202, 201, 203, 202, 204, 203, 205, 204, 206]
    rough = [200, 300, 180, 290, 210, 320, 190, 310, 200, 280]
    panel = panel_of(
        {
            ("00001", "518"): [*steady[:7], 410, 408, 412],  # in 2007 the code was redefined
            ("00001", "62"): [*steady[:5], 100, 101, 102, 103, 102],
            ("00002", "62"): rough,
            ("00003", "62"): [*steady[:5], None, *[400, 402, 401, 403]],  # over a gap
            ("00004", "62"): steady,
            ("00005", "62"): [0, 0, 0, 0, 0, 0, 0, 0, 5, 0],  # too few to matter
            ("00006", "62"): [0, 0, 0, 0, 0, 0, 0, 4675, 4700, 4690],  # nothing, and a plant opens
            ("00007", "62"): [*steady[:8], 0, 0],  # a plant closes
            ("00008", "518"): [0, 0, 0, 0, 0, 0, 0, 900, 905, 900],  # nothing, and the code is redefined
            ("00009", "62"): [None] * 7 + [4675, 4700, 4690],  # withheld is not nothing
        }
    )
    table = projection.jumps(panel).astype({"area": str, "industry": str})
    found = table[["area", "industry", "year", "kind", "redefined"]].to_records(index=False).tolist()
    assert found == [
        ("00001", "518", 2007, "jump", True),
        ("00001", "62", 2005, "jump", False),
        ("00006", "62", 2007, "entry", False),
        ("00007", "62", 2008, "exit", False),
        ("00008", "518", 2007, "entry", True),
    ]
    change = [100 * (410 / 203 - 1), 100 * (100 / 202 - 1), np.nan, -100, np.nan]
    assert table["change"].to_numpy() == pytest.approx(change, nan_ok=True)
    assert table["after"].tolist() == [410, 100, 4675, 0, 900]


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
    table = projection.backtest(panel, horizon=2, method="last-value")
    table = table[table["method"] == "last-value"].set_index("horizon")
    # from 2004 80 stands for 100 (20 % off), from 2005 and 2006 nothing is off; zeros have no percentage
    assert table.loc[1, ["n_series", "n_origins", "n_errors", "median_ape"]].to_list() == [2, 3, 6, 0]
    assert table.loc[2, ["n_series", "n_origins", "n_errors"]].to_list() == [2, 2, 4]
    assert table.loc[2, "median_ape"] == pytest.approx(10)
    # 20 jobs of 300 are missed; nothing had moved in 2004, later a fifth and a sixth of 20 a year
    assert table.loc[1, "wape"] == pytest.approx(100 * 20 / 300)
    assert table.loc[1, "mase"] == 0
    assert np.isnan(table.loc[1, "sign_accuracy"])


def test_scores_by_hand():
    errors = pd.DataFrame(
        {
            "series": [0, 1, 2], "origin": 5, "horizon": 1, "size": 100.0, "scale": [5.0, 10.0, 0.0],
            "projected": [110.0, 95.0, 100.0], "actual": [120.0, 105.0, 100.0],
            "low_80": [90.0, 85.0, 90.0], "high_80": [115.0, 105.0, np.nan],
            "low_95": [80.0, 75.0, 80.0], "high_95": [125.0, 115.0, np.nan],
        }
    )  # fmt: skip
    table = bt.score(errors).loc[1]
    assert table["mase"] == pytest.approx((2 + 1) / 2)
    assert table["wape"] == pytest.approx(100 * 20 / 325)
    assert table["median_ape"] == pytest.approx(100 * 10 / 120)
    assert table["sign_accuracy"] == 50  # the third did not move
    assert (table["coverage_80"], table["coverage_95"]) == (50, 100)  # of the two that had an interval
    assert table["interval_score"] == pytest.approx(100 * (25 + 50 + 20) / 225)
    # pinball: .025 x 40 + .1 x 30 + .5 x 10 + .9 x 5 + .025 x 5 and .025 x 30 + .1 x 20 + .5 x 10 + 0 + .025 x 10
    assert table["quantile_loss"] == pytest.approx(100 * 2 / 5 * (13.625 + 8.0) / 225)


def test_backtest_stands_beside_the_simplest_methods():
    table = projection.backtest(walks_panel(), horizon=3)
    assert table["method"].unique().tolist() == ["ensemble", "last-value", "drift", "constant-share"]
    assert len(table) == 12


@pytest.mark.parametrize("by", bt.BREAKDOWNS)
def test_backtest_by_groups_adds_up(by):
    panel = walks_panel()
    whole = projection.backtest(panel, horizon=2, method="last-value").set_index(["method", "horizon"])
    parts = projection.backtest(panel, horizon=2, method="last-value", by=by)
    assert parts[by].nunique() == {"area": 60, "industry": 1, "size": 3}[by]
    counts = parts.groupby(["method", "horizon"])["n_errors"].sum()
    pd.testing.assert_series_equal(counts, whole["n_errors"], check_like=True)


def test_nothing_to_score_is_an_empty_scorecard_and_a_projection_without_interval():
    panel = panel_of({("00001", "11"): [None] * 5 + [7] * 3, ("00002", "11"): [5, *[None] * 6, 5]})
    assert projection.backtest(panel, horizon=2).empty
    table = projection.project(panel, horizon=2)
    assert set(table["method"]) == {"base-growth"}
    assert table["employment"].to_list() == [7, 7, 5, 5]
    assert table["high_80"].isna().all()


def test_backtest_refuses_an_unknown_breakdown():
    with pytest.raises(UnknownNameError, match="did you mean 'industry'"):
        projection.backtest(walks_panel(), by="industries")


@pytest.mark.shared
def test_new_york_is_projected_in_seconds_and_better_than_by_the_last_value(shared):
    codes = ["area_fips", "own_code", "industry_code"]
    frame = pd.read_csv(
        shared / "data" / "ny" / "ny_annual_2000_2017.csv.gz", dtype=dict.fromkeys(codes, str)
    )
    names = {
        "area_fips": "area", "own_code": "ownership", "industry_code": "industry",
        "annual_avg_emplvl": "employment",
    }  # fmt: skip
    frame = frame[frame["own_code"] == "5"].rename(columns=names)
    panel, base = frame[frame["agglvl_code"] == 74], frame[frame["agglvl_code"].isin([51, 54])]
    panel = panel.astype(dict.fromkeys(["area", "industry", "ownership"], "category"))
    began = time.perf_counter()
    table = projection.project(panel, base=base)
    assert time.perf_counter() - began < 20
    PROJECTIONS.check(table)
    assert table[["low_95", "high_95"]].notna().all(axis=None)
    reasons = projection.projection_reasons(panel)["reason"].value_counts()
    series = panel.groupby(["area", "industry"], observed=True).ngroups
    assert len(table) // 5 + reasons["the latest year, 2017, is withheld or absent"] == series
    scores = projection.backtest(panel, base=base).set_index(["method", "horizon"])
    ours, last = scores.loc["ensemble"], scores.loc["last-value"]
    assert (ours["wape"] <= 0.9 * last["wape"]).all()
    assert (ours["mase"] <= 0.975 * last["mase"]).all()
    assert ours["coverage_80"].between(74, 86).all()
    assert ours["coverage_95"].between(90, 98).all()
