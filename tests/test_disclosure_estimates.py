"""Estimates lie in their bounds, add up, and are nearer to masked cells than the reference method."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from sectorlib.disclosure import estimate_withheld, hard_bounds, mask_panel, plausible_ranges
from sectorlib.disclosure.entropy import Guess, fit
from sectorlib.disclosure.identities import ROUNDING, Family, families
from sectorlib.panel import assemble
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


def family(parts: list[int], group: list[int], total: list[int], exact: list[bool]) -> Family:
    return Family("industry", np.array(parts), np.array(group), np.array(total), np.array(exact))


def test_the_fit_is_the_minimum_that_an_optimiser_finds():
    """A 2 x 2 table with its margins: the same cross-entropy minimum as from scipy, one bound binding."""
    first = np.array([3.0, 1.0, 2.0, 4.0])
    high = np.array([5.0, 100, 100, 100])
    margins = np.array([8.0, 12.0, 9.0, 11.0])
    value = np.concatenate([first, margins])
    known = np.concatenate([np.zeros(4), margins])
    guess = Guess(value, np.ones(8), known, np.concatenate([high, margins]))
    rows = family([0, 1, 2, 3], [0, 0, 1, 1], [4, 5], [True, True])
    columns = family([0, 2, 1, 3], [0, 0, 1, 1], [6, 7], [True, True])
    ours = fit(guess, [rows, columns], 0.0)[:4]
    sums = np.array([[1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0.0]])
    theirs = minimize(
        lambda x: np.sum(x * np.log(x / first) - x + first), np.full(4, 5.0), bounds=[(1e-6, h) for h in high],
        constraints={"type": "eq", "fun": lambda x: sums @ x - margins[:3]}, options={"ftol": 1e-12},
    ).x  # fmt: skip
    assert ours == pytest.approx(theirs, abs=2e-3)


def test_a_part_of_a_total_that_lacks_some_is_pulled_down_and_never_up():
    known = [100.0, 0, 0]
    for second, expected in ((30.0, [30.0, 30.0]), (90.0, [50.0, 50.0])):
        guess = Guess(
            np.array([100.0, second, second]), np.ones(3), np.array(known), np.array([100.0, 99, 99])
        )
        fitted = fit(guess, [family([1, 2], [0, 0], [0], [False])], 0.0)
        assert fitted[1:] == pytest.approx(expected, rel=1e-3)


def test_the_surer_of_two_guesses_moves_less():
    guess = Guess(
        np.array([90.0, 30, 30]), np.array([1, 1, 0.1]), np.array([90.0, 0, 0]), np.array([90.0, 90, 90])
    )
    fitted = fit(guess, [family([1, 2], [0, 0], [0], [True])], 0.0)
    assert fitted[1:].sum() == pytest.approx(90, rel=1e-3)
    assert fitted[1] > 50


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
            close = 1.0 if figure == "employment" else 0.01 * np.maximum(value[used.total][used.exact], 1)
            assert (beyond > close).sum() <= 0.015 * len(beyond), (figure, known.name)
            assert beyond.max(initial=0) < (2 if figure == "employment" else 5e6), (figure, known.name)


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
    ranges = plausible_ranges(masked, estimates)
    low, high = ranges["employment_plausible_low"], ranges["employment_plausible_high"]
    assert (low >= estimates["employment_low"] - 1e-6).all()
    assert not (high > estimates["employment_high"] + 1e-6).any()
    hidden = masked["masked"] != ""
    assert 0.7 < truth["employment"].between(low, high)[hidden].mean() < 0.92


@pytest.mark.shared
def test_masked_cells_of_one_year_are_nearer_than_raked_to_the_parent(shared, benchmark):
    read = read_annual([shared / "data/qcew/by_area/2016.q1-q4.by_area.OH.zip"])
    panel = assemble(read.rows, read.absent)
    masked = mask_panel(panel, seed=2)
    hidden = (masked["masked"] != "").to_numpy()
    raked, has_parent = benchmark.raked_to_parent(masked)
    estimates = estimate_withheld(masked)
    for rows in (hidden, hidden & has_parent):
        ours, theirs = (
            benchmark.weighted_error(panel["employment"], e, rows) for e in (estimates["employment"], raked)
        )
        assert ours < 0.9 * theirs


@pytest.mark.shared
def test_own_years_bring_masked_cells_of_new_york_a_third_nearer(shared, benchmark):
    read = read_annual([shared / "data/ny/ny_annual_2000_2017.csv.gz"])
    panel = assemble(read.rows, read.absent)
    masked = mask_panel(panel, seed=2)
    hidden = (masked["masked"] != "").to_numpy()
    raked, has_parent = benchmark.raked_to_parent(masked)
    estimates = estimate_withheld(masked)
    for rows in (hidden, hidden & has_parent):
        ours, theirs = (
            benchmark.weighted_error(panel["employment"], e, rows) for e in (estimates["employment"], raked)
        )
        assert ours < 0.7 * theirs
