"""Projections that add up: by hand, against the textbook formula, exact to rounding, never negative."""

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.projection import coherence as c
from sectorlib.projection import reconcile

AREAS = pd.DataFrame(
    {
        "member": ["1", "2", "3", "West", "3"],
        "group": ["West", "West", "East", "State", "State"],
        "weight": [1.0, 1.0, 1.0, 1.0, 1.0],
    }
)
INDUSTRIES = pd.DataFrame({"member": ["11", "62"], "group": "10", "weight": 1.0})
KEYS = pd.DataFrame(
    [(a, i) for a in ("1", "2", "3", "West", "East", "State") for i in ("11", "62", "10")],
    columns=["area", "industry"],
)
PARTS = KEYS["area"].isin(["1", "2", "3"]) & KEYS["industry"].isin(["11", "62"])


def table_of(values: np.ndarray) -> pd.DataFrame:
    table = KEYS.loc[KEYS.index.repeat(values.shape[1])].reset_index(drop=True)
    table["year"] = np.tile(2018 + np.arange(values.shape[1]), len(KEYS))
    table["employment"] = values.ravel()
    ends = {"low_95": 0.6, "low_80": 0.8, "high_80": 1.2, "high_95": 1.4}
    return table.assign(method="drift", **{name: times * table["employment"] for name, times in ends.items()})


def random_values(seed=1, horizon=3):
    rng = np.random.default_rng(seed)
    return rng.uniform(5, 100, (len(KEYS), horizon)) * (1 + 5 * ~PARTS.to_numpy())[:, None]


def largest_gap(table: pd.DataFrame) -> float:
    wide = table.pivot_table(index="year", columns=["area", "industry"], values="employment")
    gaps = [
        wide["West"] - wide["1"] - wide["2"], wide["East"] - wide["3"], wide["State"] - wide["West"] - wide["3"],
        *(wide[a]["10"] - wide[a]["11"] - wide[a]["62"] for a in KEYS["area"].unique()),
    ]  # fmt: skip
    return max(float(np.abs(gap).to_numpy().max()) for gap in gaps)


@pytest.mark.parametrize("method", ["bottom-up", "top-down", "minimum-trace"])
def test_everything_adds_up_exactly(method):
    errors = np.random.default_rng(2).normal(size=(len(KEYS), 9))
    table = reconcile(table_of(random_values()), AREAS, INDUSTRIES, method, errors)
    assert largest_gap(table) < 1e-9
    assert (table["employment"] >= 0).all()
    ordered = table[["low_95", "low_80", "employment", "high_80", "high_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= -1e-9).all()


def test_bottom_up_leaves_the_parts_and_top_down_the_whole():
    table = table_of(random_values())
    part = table["area"].isin(["1", "2", "3"]) & table["industry"].isin(["11", "62"])
    up = reconcile(table, AREAS, INDUSTRIES, "bottom-up")
    pd.testing.assert_series_equal(up.loc[part, "employment"], table.loc[part, "employment"])
    whole = (table["area"] == "State") & (table["industry"] == "10")
    down = reconcile(table, AREAS, INDUSTRIES, "top-down")
    pd.testing.assert_series_equal(down.loc[whole, "employment"], table.loc[whole, "employment"])
    shares = (down["employment"] / table["employment"])[part].groupby(table["year"]).agg(["min", "max"])
    assert shares["min"].to_numpy() == pytest.approx(shares["max"].to_numpy())


def test_what_adds_up_stays():
    matrix = c.sums(KEYS, AREAS, INDUSTRIES)
    coherent = matrix @ random_values()
    errors = np.random.default_rng(3).normal(size=(len(KEYS), 12))
    assert c.minimum_trace(coherent, matrix, errors) == pytest.approx(coherent)


def test_minimum_trace_is_the_textbook_formula():
    matrix = c.sums(KEYS, AREAS, INDUSTRIES)
    values = matrix @ (random_values(seed=4) + 300) + random_values(seed=8) / 10
    errors = np.random.default_rng(5).normal(size=(len(KEYS), 8))
    factor, diagonal = c.error_covariance(values[:, 0], errors)
    weights = np.linalg.inv(factor @ factor.T + np.diag(diagonal))
    summing = matrix.toarray()[:, PARTS.to_numpy()]  # S (S' W^-1 S)^-1 S' W^-1 y
    expected = summing @ np.linalg.solve(summing.T @ weights @ summing, summing.T @ weights @ values)
    assert (expected > 0).all()
    assert c.minimum_trace(values, matrix, errors) == pytest.approx(expected)


def test_shrinkage_is_that_of_schaefer_and_strimmer_pair_by_pair():
    errors = np.random.default_rng(6).normal(size=(7, 10)) + np.random.default_rng(7).normal(size=10)
    factor, diagonal = c.error_covariance(np.ones(7), errors)
    variance = (errors**2).mean(axis=1)
    z = errors / np.sqrt(variance)[:, None]
    noise = squares = 0.0
    for i in range(7):
        for j in range(7):
            if i != j:
                products = z[i] * z[j]
                noise += products.var() / 9
                squares += products.mean() ** 2
    shrink = noise / squares
    assert 0 < shrink < 1
    assert diagonal == pytest.approx(shrink * variance)
    covariance = factor @ factor.T + np.diag(diagonal)
    plain = errors @ errors.T / 10
    assert covariance == pytest.approx((1 - shrink) * plain + shrink * np.diag(variance))


def test_the_series_that_errs_more_moves_more():
    matrix = sparse.csr_array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0]])
    steady = np.array([[1.0, -1, 1, -1], [9, 9, -9, -9], [2, -2, -2, 2]])
    moved = c.minimum_trace(np.array([[100.0], [300.0], [440.0]]), matrix, steady).ravel() - [100, 300, 440]
    assert moved[1] > 10 * moved[0] > 0
    assert moved[2] < 0


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_nothing_becomes_negative_and_the_rest_is_near_the_best(seed):
    rng = np.random.default_rng(seed)
    matrix = sparse.csr_array(np.vstack([np.eye(4, 5), [1, 1, 1, 1, 0]]))
    values = np.append(rng.uniform(0, 50, 4), rng.uniform(0, 60))[:, None]
    found = c.minimum_trace(values, matrix)[:, 0]
    assert (found >= 0).all()
    assert found[4] == pytest.approx(found[:4].sum())
    scale = 1 / np.sqrt(np.maximum(values[:, 0], 1.0))
    summing = np.vstack([np.eye(4), np.ones(4)])
    best = scipy.optimize.nnls(summing * scale[:, None], values[:, 0] * scale)[0]
    assert found[:4] == pytest.approx(best, abs=1e-6)


def test_a_share_of_a_county_counts_by_its_weight():
    keys = pd.DataFrame({"area": ["1", "2", "Half"], "industry": "62"})
    half = pd.DataFrame({"member": ["1", "2"], "group": "Half", "weight": [0.5, 1.0]})
    assert c.sums(keys, half).toarray()[2].tolist() == [0.5, 1, 0]


def test_refusals():
    table = table_of(random_values())
    with pytest.raises(NotSupportedError, match="industry 62 in 2, a part of"):
        reconcile(table[~((table["area"] == "2") & (table["industry"] == "62"))], AREAS, INDUSTRIES)
    with pytest.raises(NotSupportedError, match="0 series that are the sum of all parts"):
        reconcile(table[table["area"] != "State"], AREAS, INDUSTRIES, "top-down")
    with pytest.raises(NotSupportedError, match="lack a year"):
        reconcile(table.iloc[1:], AREAS, INDUSTRIES)
    with pytest.raises(UnknownNameError, match="did you mean 'bottom-up'"):
        reconcile(table, AREAS, INDUSTRIES, "bottom up")


def test_a_county_that_is_a_region_by_itself_is_a_part():
    """Its group has its own code: no sum of itself without end."""
    keys = pd.DataFrame({"area": ["1", "2", "State"], "industry": "62"})
    areas = pd.DataFrame({"member": ["1", "1", "2"], "group": ["1", "State", "State"], "weight": 1.0})
    assert c.sums(keys, areas).toarray().tolist() == [[1, 0, 0], [0, 1, 0], [1, 1, 0]]
