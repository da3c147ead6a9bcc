"""Hard bounds hold the truth, always, and are as narrow as the identities say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib.disclosure import bound_withheld, hard_bounds, mask_panel, tighten_bounds
from sectorlib.disclosure.identities import families
from sectorlib.panel import assemble
from sectorlib.simulation import simulate
from sectorlib.sources.qcew import read_annual

#: Industries of the invented panels, with the finest last: each is the sum of those it begins.
PARTS = {
    "62": ["621", "622", "623"],
    "72": ["721", "722"],
    "71": ["713"],
    "1026": ["71", "72"],
    "1025": ["62"],
    "102": ["1025", "1026"],
    "10": ["62", "71", "72"],
}
FINEST = ["621", "622", "623", "721", "722", "713"]
COUNTIES = ["36001", "36003", "36005", "36999"]


def economy(months: np.ndarray, withheld: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A state's truth and what is published of it, from jobs by county, finest industry and month."""
    jobs = {(c, i): months[a, k].astype(float) for a, c in enumerate(COUNTIES) for k, i in enumerate(FINEST)}
    for i in FINEST:
        jobs["36000", i] = sum(jobs[c, i] for c in COUNTIES)
    for area in [*COUNTIES, "36000"]:
        for whole, parts in PARTS.items():
            jobs[area, whole] = sum(jobs[area, part] for part in parts)
    rows = [
        {"area": a, "industry": i, "employment": np.floor(m.mean() + 0.5), "wages": 1000 * m.sum()}
        for (a, i), m in jobs.items()
    ]
    truth = pd.DataFrame(rows).assign(ownership="5", year=2020, establishments=5.0, disclosure="disclosed")
    hidden = withheld[: len(truth)]
    published = truth.assign(
        employment=truth["employment"].mask(hidden),
        wages=truth["wages"].mask(hidden),
        disclosure=np.where(hidden, "suppressed", "disclosed"),
    )
    return assemble(truth), assemble(published)


def outside(truth: pd.DataFrame, bounded: pd.DataFrame) -> int:
    """How many figures lie outside their bounds."""
    keys = ["area", "industry", "ownership", "year"]
    both = truth.astype(dict.fromkeys(keys[:3], str)).merge(
        bounded.astype(dict.fromkeys(keys[:3], str)), on=keys, suffixes=("_true", "")
    )
    assert len(both) == len(truth)
    return sum(
        int(
            (
                (both[f"{figure}_true"] < both[f"{figure}_low"])
                | (both[f"{figure}_true"] > both[f"{figure}_high"])
            ).sum()
        )
        for figure in ("employment", "wages")
    )


def random_economy(seed: int, share: float, size: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The truth and what is published of it: a share of all cells withheld, months of up to a size."""
    random = np.random.default_rng(seed)
    months = random.integers(0, size, (len(COUNTIES), len(FINEST), 12))
    cells = (len(COUNTIES) + 1) * (len(FINEST) + len(PARTS))
    return economy(months, random.random(cells) < share)


drawn = st.tuples(st.integers(0, 2**32 - 1), st.floats(0.05, 0.9), st.sampled_from([3, 40, 3000]))


@settings(deadline=None, max_examples=25)
@given(drawn)
def test_bounds_hold_the_truth_of_random_hierarchies_with_rounding(case):
    truth, published = random_economy(*case)
    bounded = hard_bounds(published)
    assert outside(truth, bounded) == 0
    before = bound_withheld(published)
    assert not (bounded["employment_high"] > before["employment_high"]).any()
    assert not (bounded["employment_low"] < before["employment_low"]).any()


@settings(deadline=None, max_examples=12)
@given(drawn)
def test_linear_programs_hold_the_truth_and_only_narrow(case):
    truth, published = random_economy(*case)
    bounded = hard_bounds(published)
    widest = bounded.index[bounded["employment"].isna()][:6]
    tightened = tighten_bounds(bounded, widest)
    assert outside(truth, tightened) == 0
    assert not (tightened["employment_high"] > bounded["employment_high"]).any()
    assert not (tightened["employment_low"] < bounded["employment_low"]).any()


def test_a_lower_bound_follows_where_the_parts_add_up():
    """Two withheld sectors of 70 jobs; the state says one is at most 30 there, so the other has the rest.

    62 in county 1: state 30. 72: 70 - 30 = 40 at least, in wages to the dollar.
    """
    rows = [
        ("36001", "10", 100), ("36001", "62", None), ("36001", "72", None), ("36001", "71", 30),
        ("36003", "10", 50), ("36003", "62", 10), ("36003", "72", 15), ("36003", "71", 25),
        ("36000", "10", 150), ("36000", "62", 40), ("36000", "72", 55), ("36000", "71", 55),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["area", "industry", "employment"])
    table = table.assign(wages=table["employment"], ownership="5", year=2020, establishments=4)
    table["disclosure"] = np.where(table["employment"].isna(), "suppressed", "disclosed")
    bounded = hard_bounds(assemble(table)).set_index(["area", "industry"])
    assert bounded.loc[("36001", "62"), ["wages_low", "wages_high"]].to_list() == [30, 30]
    assert bounded.loc[("36001", "72"), ["wages_low", "wages_high"]].to_list() == [40, 40]
    low, high = bounded.loc[("36001", "72"), ["employment_low", "employment_high"]]
    assert low <= 40 <= high
    assert high - low == 2  # jobs are rounded: 55 - 15, each off by half a job, and so is the answer


def test_only_all_identities_together_bound_what_no_single_one_does():
    """x + y = 10 and x + z = 10 and y + z = 6: x is 7, and no single sum says so."""
    rows = [
        ("36001", "62", None), ("36001", "72", None), ("36003", "62", None), ("36003", "72", None),
        ("36001", "10", 10), ("36003", "10", 10), ("36000", "62", 12), ("36000", "72", 8), ("36000", "10", 20),
        ("36005", "10", 0), ("36005", "62", 0), ("36005", "72", 0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["area", "industry", "wages"])
    table = table.assign(employment=table["wages"], ownership="5", year=2020, establishments=4)
    table["disclosure"] = np.where(table["wages"].isna(), "suppressed", "disclosed")
    panel = assemble(table)
    bounded = hard_bounds(panel)
    withheld = bounded.index[bounded["wages"].isna()]
    tightened = tighten_bounds(bounded, withheld, "wages")
    # A 2 x 2 table with all margins leaves one cell free: 62 in 36001 is 2 to 10 (72 in 36003 is x - 2).
    ends = tightened.loc[withheld].set_index(["area", "industry"])[["wages_low", "wages_high"]]
    assert ends.loc[("36001", "62")].to_list() == [2, 10]
    assert ends.loc[("36001", "72")].to_list() == [0, 8]
    assert ends.loc[("36003", "62")].to_list() == [2, 10]


def test_parts_of_a_total_that_lacks_some_give_no_lower_bound():
    """Counties that miss their state in one industry may miss it in all: nothing follows upward."""
    rows = [
        ("36000", "62", 100), ("36001", "62", 60), ("36003", "62", 30),
        ("36000", "72", 100), ("36001", "72", 60), ("36003", "72", None),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["area", "industry", "wages"])
    table = table.assign(employment=table["wages"], ownership="5", year=2020, establishments=4)
    table["disclosure"] = np.where(table["wages"].isna(), "suppressed", "disclosed")
    bounded = hard_bounds(assemble(table)).set_index(["area", "industry"])
    assert bounded.loc[("36003", "72"), ["wages_low", "wages_high"]].to_list() == [0, 40]


def test_a_contradiction_takes_out_the_sums_that_led_to_it_and_no_others():
    """62 is at most 10 in county 1 and is 10 in county 2, but both together are 50 (55 less county 3's 5).

    Any of the three sums may be wrong, so that none says anything. County 4 has no part in it: its 71 is 9 - 2,
    and county 1's is what the state's 15 leaves.
    """
    rows = [
        ("36001", "10", 100), ("36001", "62", None), ("36001", "71", None), ("36001", "72", 90),
        ("36003", "10", 30), ("36003", "62", None), ("36003", "72", 20),
        ("36005", "10", 9), ("36005", "62", 5), ("36005", "71", 1), ("36005", "72", 3),
        ("36007", "10", 9), ("36007", "71", None), ("36007", "72", 2),
        ("36000", "62", 55), ("36000", "71", 15), ("36000", "72", 115),
    ]  # fmt: skip
    panel = pd.DataFrame(rows, columns=["area", "industry", "wages"])
    panel = panel.assign(employment=panel["wages"], ownership="5", year=2020)
    for figure in ("employment", "wages"):
        panel = panel.assign(**{f"{figure}_low": panel[figure].fillna(0), f"{figure}_high": panel[figure]})
    bounds = hard_bounds(panel).set_index(["area", "industry"])[["wages_low", "wages_high"]]
    for county in ("36001", "36003"):
        np.testing.assert_equal(bounds.loc[(county, "62")].to_numpy(), [0, np.nan])
    assert bounds.loc[("36007", "71")].to_list() == [7, 7]
    assert bounds.loc[("36001", "71")].to_list() == [7, 7]


def test_sums_of_zeros_are_no_evidence_that_parts_are_complete():
    """A county without jobs adds up whatever rows it lacks; one whose cells hold any shows that none is missing."""
    for third, exact in (((0, 0, 0), False), ((9, 5, 4), True)):
        rows = [("36001", "10", 100), ("36001", "62", 60), ("36001", "72", None)]
        rows += [("36005", industry, jobs) for industry, jobs in zip(("10", "62", "72"), third, strict=True)]
        table = pd.DataFrame(rows, columns=["area", "industry", "wages"])
        table = table.assign(employment=table["wages"], ownership="5", year=2020, establishments=4)
        table["disclosure"] = np.where(table["wages"].isna(), "suppressed", "disclosed")
        panel = assemble(table)
        industry = next(f for f in families(panel) if f.name == "industry")
        assert (industry.exact == exact).all()
        bounded = hard_bounds(panel).set_index(["area", "industry"])
        least = 40 if exact else 0
        assert bounded.loc[("36001", "72"), ["wages_low", "wages_high"]].to_list() == [least, 40]


def test_a_group_whose_parts_exceed_their_total_is_not_used():
    table = pd.DataFrame(
        [("36000", "62", 50), ("36001", "62", 60), ("36000", "72", 100), ("36001", "72", None)],
        columns=["area", "industry", "wages"],
    )
    table = table.assign(employment=table["wages"], ownership="5", year=2020, establishments=4)
    table["disclosure"] = np.where(table["wages"].isna(), "suppressed", "disclosed")
    panel = assemble(table)
    area = next(f for f in families(panel) if f.name == "area")
    assert len(area.total) == 0
    assert hard_bounds(panel)["wages_high"].isna().sum() == panel["wages"].isna().sum()


def test_bounds_hold_the_whole_truth_of_the_demonstration_state():
    economy = simulate()
    bounded = hard_bounds(assemble(economy.published))
    assert outside(assemble(economy.truth), bounded) == 0
    withheld = bounded["employment"].isna()
    assert withheld.sum() > 10_000
    old = bound_withheld(assemble(economy.published))
    width = (bounded["employment_high"] - bounded["employment_low"])[withheld].median()
    assert width < (old["employment_high"] - old["employment_low"])[withheld].median()


@pytest.mark.shared
@pytest.mark.parametrize(
    "files", ["ny/ny_annual_2000_2017.csv.gz", "qcew/by_area/2016.q1-q4.by_area.OH.zip"], ids=["NY", "OH"]
)
def test_bounds_hold_real_cells_that_are_masked(shared, files):
    read = read_annual([shared / "data" / files])
    panel = assemble(read.rows, read.absent)
    masked = mask_panel(panel, seed=3)
    bounded = hard_bounds(masked)
    hidden = (masked["masked"] != "").to_numpy()
    assert hidden.sum() > 3000
    for figure in ("employment", "wages"):
        true = panel.loc[hidden, figure]
        assert (bounded.loc[hidden, f"{figure}_low"] <= true).all()
        assert (bounded.loc[hidden, f"{figure}_high"] >= true).all()


@pytest.mark.shared
@pytest.mark.slow
def test_bounds_hold_masked_cells_of_the_nation(shared):
    read = read_annual(sorted((shared / "data/qcew/us_2016").iterdir()))
    panel = assemble(read.rows, read.absent)
    masked = mask_panel(panel, seed=3)
    bounded = hard_bounds(masked)
    hidden = (masked["masked"] != "").to_numpy()
    assert hidden.sum() > 30_000
    for figure in ("employment", "wages"):
        true = panel.loc[hidden, figure]
        assert (bounded.loc[hidden, f"{figure}_low"] <= true).all()
        assert (bounded.loc[hidden, f"{figure}_high"] >= true).all()
