"""Estimates lie in their bounds, add up, and are nearer to masked cells than the reference method."""

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.sparse import csr_array

from sectorlib.areas import is_county
from sectorlib.disclosure import (
    errors_of_estimates,
    estimate_withheld,
    hard_bounds,
    mask_panel,
    plausible_ranges,
)
from sectorlib.disclosure.entropy import Guess, fit
from sectorlib.disclosure.identities import ROUNDING, Family, families
from sectorlib.disclosure.reduction import Sums, reduce
from sectorlib.panel import aggregate, assemble
from sectorlib.simulation import simulate
from sectorlib.sources.qcew import read_annual

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """benchmarks/disclosure.py, which holds the reference methods."""
    spec = importlib.util.spec_from_file_location("benchmark", ROOT / "benchmarks" / "disclosure.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def demonstration() -> tuple[pd.DataFrame, pd.DataFrame]:
    """The demonstration state's last years: truth, and estimates from what is published."""
    economy = simulate()
    truth, published = (assemble(t[t["year"] >= 2018]) for t in (economy.truth, economy.published))
    estimates = estimate_withheld(published)
    return truth, estimates


def sums(rows: list[list[float]], least: list[float], most: list[float]) -> Sums:
    return Sums.of(csr_array(np.array(rows)), np.array(least, dtype=float), np.array(most, dtype=float))


def guess(value: list[float], high: list[float], variance: list[float] | None = None) -> Guess:
    ones = np.ones(len(value))
    given = ones if variance is None else np.array(variance)
    return Guess(np.array(value, dtype=float), given, 0 * ones, np.array(high, dtype=float))


def test_the_fit_is_the_minimum_that_an_optimiser_finds():
    """A 2 x 2 table with its margins: the same cross-entropy minimum as from scipy, one bound binding."""
    first, high, margins = np.array([3.0, 1, 2, 4]), [5.0, 100, 100, 100], [8.0, 12, 9, 11]
    table = [[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]]
    ours = fit(guess(list(first), high), sums(table, margins, margins))
    theirs = minimize(
        lambda x: np.sum(x * np.log(x / first) - x + first), np.full(4, 5.0), bounds=[(1e-6, h) for h in high],
        constraints={"type": "eq", "fun": lambda x: np.array(table[:3]) @ x - margins[:3]}, options={"ftol": 1e-12},
    ).x  # fmt: skip
    assert ours == pytest.approx(theirs, abs=2e-3)


def test_a_part_of_a_total_that_lacks_some_is_pulled_down_and_never_up():
    for second, expected in ((30.0, [30.0, 30.0]), (90.0, [50.0, 50.0])):
        fitted = fit(guess([second, second], [99, 99]), sums([[1.0, 1]], [-np.inf], [100]))
        assert fitted == pytest.approx(expected, rel=1e-3)


def test_the_surer_of_two_guesses_moves_less():
    fitted = fit(guess([30, 30], [90, 90], [1, 0.1]), sums([[1.0, 1]], [90], [90]))
    assert fitted.sum() == pytest.approx(90, rel=1e-3)
    assert fitted[0] > 50


def test_what_rounding_may_explain_moves_figures_less_than_it_may():
    """A sum of 102 to 98 within 4 of rounding: some of the miss stays, and never more than 4."""
    rounded = sums([[1.0, 1]], [98], [98])
    rounded = replace(rounded, slack=np.array([4.0]))
    for first, farthest in ((51.0, 4.0), (500.0, 4.0)):
        total = fit(guess([first, first], [1e4, 1e4]), rounded).sum()
        assert 98 < total <= 98 + farthest + 1e-3


def test_sums_that_no_figures_meet_leave_the_others_met():
    """Two sums that contradict each other and one that does not share their cells."""
    fitted = fit(
        guess([5, 5, 5, 5], [9, 9, 9, 9]),
        sums([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1.0]], [4, 8, 12], [4, 8, 12]),
    )
    assert fitted[2:] == pytest.approx([6, 6], rel=1e-3)
    assert np.isfinite(fitted).all()


drawn = st.tuples(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 30))


@settings(max_examples=30)
@given(drawn)
def test_sums_that_can_be_met_are_met_within_bounds(case):
    """Random overlapping sums of a truth that exists: the fit meets all of them."""
    seed, cells, count = case
    random = np.random.default_rng(seed)
    truth = np.exp(2 * random.standard_normal(cells)) + 0.1
    rows = (random.random((count, cells)) < 0.3).astype(float)
    rows = rows[rows.sum(axis=1) > 0]
    start = guess(list(truth * np.exp(random.standard_normal(cells))), list(4 * truth))
    total = rows @ truth
    fitted = fit(start, sums(rows.tolist(), list(total), list(total))) if len(rows) else truth
    assert (fitted <= 4 * truth + 1e-9).all()
    assert (fitted >= 0).all()
    if len(rows):
        assert np.abs(rows @ fitted - total).max() < 0.02 * total.max()


def test_withheld_totals_become_their_parts_and_chains_one_unknown():
    """10 = 61 + 62 = 100 + (611 = 6113), 62 published: one unknown, and one sum that it has to meet."""
    value = np.array([140.0, np.nan, 100, np.nan, np.nan])
    chain = Family(
        "industry",
        np.array([1, 2, 3, 4]),
        np.array([0, 0, 1, 2]),
        np.array([0, 1, 3]),
        np.ones(3, dtype=bool),
    )
    reduced = reduce([chain], value, np.zeros(5), np.full(5, np.inf), 0.5)
    assert reduced.leaf.tolist() == [4]
    assert (reduced.least.tolist(), reduced.slack.tolist()) == ([40.0], [1.0])
    filled = reduced.known + reduced.cells @ np.array([40.0])
    assert filled.tolist() == [140.0, 40.0, 100.0, 40.0, 40.0]


def test_estimates_lie_within_their_hard_bounds_and_are_marked(demonstration):
    truth, estimates = demonstration
    withheld = (estimates["disclosure"] == "estimated").to_numpy()
    assert withheld.sum() > 3000
    for figure in ROUNDING:
        assert estimates[figure].notna().all()
        assert (estimates[figure] >= estimates[f"{figure}_low"] - 1e-6).all()
        assert not (estimates[figure] > estimates[f"{figure}_high"] + 1e-6).any()
        pd.testing.assert_series_equal(estimates.loc[~withheld, figure], truth.loc[~withheld, figure])


def test_estimates_add_up_to_published_totals_within_rounding(demonstration):
    _, estimates = demonstration
    withheld = (estimates["disclosure"] == "estimated").to_numpy()
    for figure, rounding in ROUNDING.items():
        value = estimates[figure].to_numpy()
        for known in families(estimates):
            used = known.open(withheld)
            size = len(used.total)
            miss = np.abs(value[used.total] - np.bincount(used.group, value[used.parts], size))[used.exact]
            slack = rounding * (np.bincount(used.group, minlength=size) + 1)[used.exact]
            beyond = np.maximum(miss - slack, 0)
            share = beyond / np.maximum(value[used.total][used.exact], 1)
            assert (share > 0.001).mean() < 0.005 if len(share) else True, (figure, known.name)
            assert beyond.max(initial=0) < (2 if figure == "employment" else 2e5), (figure, known.name)


def test_estimates_of_the_demonstration_s_withheld_cells_beat_the_reference(demonstration, benchmark):
    truth, estimates = demonstration
    withheld = (estimates["disclosure"] == "estimated").to_numpy()
    published = estimates.assign(**{f: estimates[f].mask(withheld) for f in ROUNDING})
    raked, _ = benchmark.raked_to_parent(published)
    ours, theirs = (
        benchmark.weighted_error(truth["employment"], e, withheld) for e in (estimates["employment"], raked)
    )
    assert ours < 0.7 * theirs


def test_an_estimate_is_not_taken_for_a_published_figure(demonstration):
    """Estimating again gives the same, since an estimate bounds nothing."""
    _, estimates = demonstration
    again = hard_bounds(estimates)
    pd.testing.assert_series_equal(again["employment_high"], estimates["employment_high"])


def test_plausible_ranges_cover_what_they_say_and_stay_in_hard_bounds():
    economy = simulate()
    truth, published = (assemble(t[t["year"] >= 2021]) for t in (economy.truth, economy.published))
    masked = mask_panel(published, seed=5)
    estimates = estimate_withheld(masked)
    ranges = plausible_ranges(estimates, masked, errors_of_estimates(masked))
    low, high = ranges["employment_low_80"], ranges["employment_high_80"]
    assert (low >= estimates["employment_low"] - 1e-6).all()
    assert not (high > estimates["employment_high"] + 1e-6).any()
    hidden = masked["masked"] != ""
    assert 0.7 < truth["employment"].between(low, high)[hidden].mean() < 0.92


def test_a_year_of_which_quarters_are_published_is_as_if_the_others_were_like_them():
    """Half of 200 counties publish one to three quarters; sizes vary far more than quarters do."""
    random = np.random.default_rng(4)
    jobs = np.round(np.exp(random.normal(4.0, 1.0, 200)))
    pay = np.exp(random.normal(10.5, 0.3, 200))
    published = np.where(np.arange(200) % 2, random.integers(1, 4, 200), 4) / 4
    whole = published == 1
    rows = pd.DataFrame(
        {
            "area": [f"36{n:03d}" for n in range(1, 201)], "industry": "62", "ownership": "5", "year": 2020,
            "establishments": 5.0, "employment": np.where(whole, jobs, np.nan),
            "wages": np.where(whole, jobs * pay, np.nan), "disclosure": np.where(whole, "disclosed", "partial"),
            "employment_low": np.floor(jobs * published), "wages_low": jobs * pay * published,
        }
    )  # fmt: skip
    estimates = estimate_withheld(assemble(rows)).query("industry == '62'")
    off = np.abs(np.log(estimates["employment"].to_numpy() / jobs))[~whole]
    by_size = np.abs(np.log(np.maximum(jobs[whole].mean(), rows["employment_low"]) / jobs))[~whole]
    assert off.mean() < 0.7 * by_size.mean()
    large = ~whole & (jobs > 100)  # published jobs are rounded down
    own_pay = (estimates["wages"] / estimates["employment"]).to_numpy()[large]
    assert own_pay == pytest.approx(pay[large], rel=0.1)


def test_a_total_that_is_partial_since_a_part_is_withheld_is_no_year_of_quarters():
    """All but one of 100 jobs are published: a third more would be 132."""
    rows = pd.DataFrame(
        {
            "area": "36001", "industry": ["62", "72"], "ownership": "5", "year": 2020, "establishments": [10, 1],
            "employment": [99.0, np.nan], "wages": [9e6, np.nan], "disclosure": ["disclosed", "suppressed"],
        }
    )  # fmt: skip
    estimates = estimate_withheld(assemble(rows)).set_index("industry")["employment"]
    assert estimates["10"] < 120


def errors_beside_raked(path: Path, benchmark) -> list[tuple[float, float]]:
    """Errors of our estimates and of those raked to the parent: of all masked cells, of those with a parent."""
    read = read_annual([path])
    panel = assemble(read.rows, read.absent)
    masked = mask_panel(panel, seed=2)
    hidden = (masked["masked"] != "").to_numpy()
    raked, has_parent = benchmark.raked_to_parent(masked)
    tried = (estimate_withheld(masked)["employment"], raked)
    return [
        tuple(benchmark.weighted_error(panel["employment"], e, rows) for e in tried)
        for rows in (hidden, hidden & has_parent)
    ]


@pytest.mark.shared
def test_masked_cells_of_one_year_are_nearer_than_raked_to_the_parent(shared, benchmark):
    path = shared / "data/qcew/by_area/2016.q1-q4.by_area.OH.zip"
    assert all(ours < 0.9 * theirs for ours, theirs in errors_beside_raked(path, benchmark))


@pytest.mark.shared
def test_own_years_bring_masked_cells_of_new_york_a_third_nearer(shared, benchmark):
    path = shared / "data/ny/ny_annual_2000_2017.csv.gz"
    assert all(ours < 0.7 * theirs for ours, theirs in errors_beside_raked(path, benchmark))


def test_what_a_parent_leaves_goes_to_the_industry_whose_size_nobody_knows():
    """An industry that one county alone has: nobody publishes how large its establishments are."""

    def cell(area, industry, establishments, jobs, withheld=False):
        return {
            "area": area, "industry": industry, "ownership": "5", "year": 2020, "establishments": establishments,
            "employment": np.nan if withheld else jobs, "wages": np.nan if withheld else 40e3 * jobs,
            "disclosure": "suppressed" if withheld else "disclosed",
        }  # fmt: skip

    rows = [
        cell("36001", "10", 700, 60_000), cell("36001", "7211", 108, 23_000),
        cell("36003", "10", 700, 40_000), cell("36003", "7211", 300, 5_000), cell("36003", "72111", 300, 5_000),
        cell("36000", "10", 1400, 100_000), cell("36000", "7211", 408, 28_000),
        cell("36001", "72111", 97, 2_500, True), cell("36001", "72112", 11, 20_500, True),
        cell("36000", "72111", 397, 7_500, True), cell("36000", "72112", 11, 20_500, True),
    ]  # fmt: skip
    panel = assemble(pd.DataFrame(rows))
    estimates = estimate_withheld(panel).query("disclosure == 'estimated'")
    jobs = estimates.set_index(["area", "industry"])["employment"]
    assert jobs["36001", "72112"] > 3 * jobs["36001", "72111"]
    assert jobs["36001"].sum() == pytest.approx(23_000, abs=2)
    assert jobs["36000"].sum() == pytest.approx(28_000, abs=2)
    assert jobs["36000", "72112"] == pytest.approx(jobs["36001", "72112"], abs=2)


@pytest.mark.slow
def test_ranges_of_really_withheld_cells_hold_by_number_of_establishments_and_for_sums():
    """On an invented state that the factors were not chosen on."""
    economy = simulate(7)
    truth, panel = (assemble(t[t["year"] == 2022]) for t in (economy.truth, economy.published))
    estimates, errors = estimate_withheld(panel), errors_of_estimates(panel)
    keys = ["area", "industry", "ownership", "year"]

    def covered(made, published, true):
        both = made.merge(
            published[[*keys, "employment_low", "wages_low", "disclosure"]], on=keys, suffixes=("", "_p")
        )
        both = both.merge(true[[*keys, "employment", "wages"]], on=keys, suffixes=("", "_true"))
        both = both[(both["disclosure_p"] != "disclosed") & (both["ownership"] == "5")].dropna(
            subset=["employment", "employment_true"]
        )
        lows = both[["employment_low_p", "wages_low_p"]].set_axis(["employment_low", "wages_low"], axis=1)
        ranges = plausible_ranges(both.assign(disclosure="estimated"), lows, errors)
        for figure, slack in (("employment", 0.5), ("wages", 1.0)):
            low, high = (ranges[f"{figure}_{end}_80"] for end in ("low", "high"))
            true_figure = both[f"{figure}_true"]
            both[f"{figure}_in"] = true_figure.between(low - slack, high + slack)
        return both

    counties = covered(estimates, panel, truth)
    counties = counties[counties["disclosure_p"].eq("suppressed") & is_county(counties["area"])]
    classes = pd.cut(counties["establishments"], [-1, 1, 2, 4, 9, np.inf])
    assert (counties.groupby(classes, observed=True)["employment_in"].mean() >= 0.8).all()
    regions = covered(*(aggregate(table, areas=economy.markets) for table in (estimates, panel, truth)))
    assert regions[["employment_in", "wages_in"]].mean().ge(0.8).all()


@pytest.mark.parametrize(("absent", "other"), [("wages", "employment"), ("employment", "wages")])
def test_a_figure_that_no_cell_of_a_year_has_stays_unknown(absent: str, other: str):
    rows = pd.DataFrame(
        {
            "area": "36001",
            "industry": ["10", "62", "71", "72"] * 2,
            "ownership": "5",
            "year": [2020] * 4 + [2021] * 4,
            "establishments": [20, 10, 2, 8] * 2,
            "employment": [120, 60, np.nan, np.nan, 130, 65, np.nan, np.nan],
            "wages": [4e6, 2e6, np.nan, np.nan, 5e6, 2e6, np.nan, np.nan],
            "disclosure": ["disclosed", "disclosed", "suppressed", "suppressed"] * 2,
        }
    )
    rows.loc[rows["year"] == 2021, absent] = np.nan
    made = estimate_withheld(assemble(rows))
    lacking = made["year"] == 2021
    assert made.loc[lacking, absent].isna().all()
    assert made.loc[~lacking, absent].notna().all()
    assert made[other].notna().all()
    assert (made.loc[lacking, "disclosure"] == "estimated").tolist() == [False, False, True, True]


def of_truth() -> ModuleType:
    """benchmarks/withheld_truth.py: cells that one publication withholds and another one has."""
    spec = importlib.util.spec_from_file_location("withheld_truth", ROOT / "benchmarks" / "withheld_truth.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.long
def test_ranges_hold_what_quarters_withhold_and_the_year_publishes(shared, tmp_path):
    """Indiana and Missouri, on which nothing was chosen: counties by number of establishments, and commuting zones."""
    truth = of_truth()
    data = shared / "data"
    annual = truth.keyed(read_annual([data / "qcew" / "by_industry" / "2016_annual_by_industry.zip"]).rows)
    found = pd.concat([truth.tried(*truth.quarters(data, state, annual, tmp_path)) for state in ("18", "29")])
    table = truth.summary(found)
    assert table.loc[("counties", "all"), "cells"] > 100
    for cells in (("counties", "3-5"), ("counties", "6+"), ("regions", "all")):
        assert table.loc[cells, "held"] >= 76, table.to_string()


@pytest.mark.shared
@pytest.mark.long
def test_a_state_of_one_county_is_no_worse_than_raking_to_its_parents(shared, benchmark, tmp_path):
    """The District of Columbia over twenty masks, each cell once: those whose parent industry is published."""
    read = read_annual(of_truth().written(shared / "data", "11", tmp_path))
    panel = assemble(read.rows, read.absent)
    found = []
    for seed in range(1, 21):
        masked = mask_panel(panel, seed)
        raked, has_parent = benchmark.raked_to_parent(masked)
        rows = (masked["masked"] != "").to_numpy() & has_parent
        made = pd.DataFrame({"estimate": estimate_withheld(masked)["employment"], "raked": raked})
        found.append(made[rows].sub(panel["employment"][rows], axis=0).abs())
    off = pd.concat(found).groupby(level=0).mean()
    assert len(off) > 30
    assert off["estimate"].sum() <= off["raked"].sum()
