"""The industry mix of a sector: hand-worked cases, and bounds beside a linear program."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sectorlib.occupations.mix import industry_mix


def mix(low, high, total, size=(5.0, 3.0, 2.0)):
    """The mix of one area; its total a number, or a pair of bounds (nan: none)."""
    least, most = total if isinstance(total, tuple) else (total, total)
    whole = pd.DataFrame(
        {
            "employment": [least if least == most else np.nan],
            "employment_low": [least],
            "employment_high": [most],
        }
    )
    return industry_mix(np.array([low], dtype=float), np.array([high], dtype=float), whole, np.array(size))


def jobs(found, total):
    return (found.likely[0] * total).tolist()


def test_what_is_left_is_divided_as_in_the_nation_from_the_least_up():
    # 10 beyond the least of 60 and 30, in proportion 5 to 3
    assert jobs(mix([60, 30, 0], [80, 50, 0], 100), 100) == pytest.approx([66.25, 33.75, 0])


def test_no_industry_gets_more_than_its_most():
    # the first would take 25 of 50; it has room for 5, and the others share 45 as 3 to 2
    assert jobs(mix([0, 0, 0], [5, 40, 40], 50), 50) == pytest.approx([5, 27, 18])


def test_a_cell_that_is_nearly_known_stays_so():
    # the withheld rest of a market: 1,990 to 2,000 in the first, whatever the nation has
    found = mix([1990, 0, 0], [2000, 500, 0], 2100)
    assert jobs(found, 2100) == pytest.approx([2000, 100, 0])
    assert found.fewest(np.array([[0.5], [0.1], [0.0]]))[0, 0] == pytest.approx(1990 * 0.5 + 110 * 0.1)


def test_parts_that_miss_their_sum_by_rounding_are_still_known():
    for total in (99.0, 101.0):
        found = mix([60, 40, 0], [60, 40, 0], total)
        rates = np.array([[0.5], [0.1], [0.0]])
        assert found.fewest(rates)[0, 0] == pytest.approx(found.most(rates)[0, 0])
        assert found.fewest(rates)[0, 0] == pytest.approx(total * (0.6 * 0.5 + 0.4 * 0.1))


def test_jobs_without_an_industry_to_be_in_may_be_in_any():
    found = mix([0, 0, 0], [0, 0, 0], 80)
    assert jobs(found, 80) == pytest.approx([40, 24, 16])
    rates = np.array([[0.5], [0.1], [0.0]])
    assert (found.fewest(rates)[0, 0], found.most(rates)[0, 0]) == (0, 40)


def test_without_a_greatest_total_there_is_no_most():
    found = mix([40, 0, 0], [40, np.inf, np.inf], (50, np.nan))
    assert np.isnan(found.most(np.array([[0.5], [0.1], [0.0]]))[0, 0])
    # 40 known stand for 5 of 10 in the nation: 40 more, as 3 to 2
    assert found.likely[0].tolist() == pytest.approx([0.5, 0.3, 0.2])


def test_an_area_without_jobs_has_the_mix_of_the_nation():
    assert mix([0, 0, 0], [0, 0, 0], 0).likely[0].tolist() == [0.5, 0.3, 0.2]


BOX = st.tuples(st.integers(0, 500), st.integers(0, 500), st.floats(0, 1))


@settings(max_examples=40, deadline=None)
@given(st.lists(BOX, min_size=1, max_size=5), st.floats(0, 1), st.floats(0, 1))
def test_bounds_are_those_of_the_linear_program(boxes, first, second):
    low = np.array([float(least) for least, _, _ in boxes])
    high = low + [float(room) for _, room, _ in boxes]
    rate = np.array([r for _, _, r in boxes])
    least, most = sorted(low.sum() + part * (high - low).sum() for part in (first, second))
    found = mix(low, high, (least, most), np.ones(len(boxes)))
    assert (found.likely[0].sum(), found.likely[0].min() >= 0) == (pytest.approx(1), True)
    rows = np.array([np.ones(len(boxes)), -np.ones(len(boxes))])
    for sign, bound in ((1, found.fewest), (-1, found.most)):
        best = linprog(
            sign * rate,
            A_ub=rows,
            b_ub=[most + 1e-9, -least + 1e-9],
            bounds=list(zip(low, high, strict=True)),
        )
        assert bound(rate[:, None])[0, 0] == pytest.approx(sign * best.fun, rel=1e-6, abs=1e-5)
