"""Typical industry pay: the middle of industries by their jobs, how far one moves it, and the tiers beside it."""

import numpy as np
import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.exceptions import UnknownAreaError
from sectorlib.resources import definitions
from sectorlib.wages import interpolated_middle

JOBS = {"7225": 30.0, "6221": 30.0, "3363": 20.0, "5231": 20.0}
PAY = {"7225": 20e3, "6221": 60e3, "3363": 50e3, "5231": 300e3}


def economy(jobs=None, pay=None, ownership="5", year=2016, area="36000"):
    jobs, pay = pd.Series(jobs or JOBS), pd.Series(pay or PAY)
    rows = pd.DataFrame(
        {
            "area": area, "industry": jobs.index, "ownership": ownership, "year": year, "employment": jobs.to_numpy(),
            "wages": (jobs * pay.reindex(jobs.index)).to_numpy(),
        }
    )  # fmt: skip
    whole = rows[["employment", "wages"]].sum(min_count=1).to_dict()
    total = pd.DataFrame([{"area": area, "industry": "10", "ownership": ownership, "year": year, **whole}])
    return pd.concat([rows, total, total.assign(ownership="0")], ignore_index=True)


def test_the_middle_is_interpolated_between_industries_by_their_jobs():
    found = sl.typical_industry_pay(economy(), "36000").iloc[0]
    # in order of pay: 30 at 20k, 20 at 50k, 30 at 60k, 20 at 300k stand at .15, .40, .65 and .90 of the jobs
    assert found["typical_industry_pay"] == pytest.approx(50e3 + 10e3 * (0.5 - 0.4) / 0.25)
    assert (found["level"], found["industries"], found["known_share"]) == ("4", 4, 1.0)
    without = {
        code: interpolated_middle(
            *(np.array([d[c] for c in sorted(JOBS, key=PAY.get) if c != code]) for d in (PAY, JOBS))
        )
        for code in JOBS
    }
    assert found["typical_least"] == pytest.approx(min(without.values()))
    assert found["typical_most"] == pytest.approx(max(without.values()))
    farthest = max(without, key=lambda code: abs(without[code] - found["typical_industry_pay"]))
    assert found["moved_most_by"] == farthest


def test_what_the_best_paid_earn_does_not_move_it():
    richer = PAY | {"5231": 900e3}
    before, after = (
        sl.typical_industry_pay(economy(pay=p), "36000")["typical_industry_pay"].iloc[0]
        for p in (PAY, richer)
    )
    assert before == after


def test_one_level_for_all_years_and_the_coarser_where_the_finer_is_withheld():
    fine = economy()
    coarse = economy(
        {"722": 30.0, "622": 30.0, "336": 20.0, "523": 20.0},
        dict(zip(["722", "622", "336", "523"], PAY.values(), strict=True)),
    )
    coarse = coarse[coarse["industry"] != "10"]
    both = pd.concat([fine, coarse], ignore_index=True)
    assert sl.typical_industry_pay(both, "36000")["level"].to_list() == ["4"]
    hidden = both.copy()
    hidden.loc[hidden["industry"].isin(["7225", "6221"]), ["employment", "wages"]] = np.nan
    assert sl.typical_industry_pay(hidden, "36000")["level"].to_list() == ["3"]
    years = pd.concat([both, hidden.assign(year=2017)], ignore_index=True)
    assert sl.typical_industry_pay(years, "36000")["level"].to_list() == ["3", "3"]
    with pytest.raises(UnknownAreaError):
        sl.typical_industry_pay(both, "39000")


def test_hospitals_are_not_low_where_finance_lifts_the_mean():
    """As in New York City: hospitals pay $82,488 and the mean of all jobs is lifted over $100,000."""
    pay = {"7225": 30e3, "6221": 82_488.0, "3363": 55e3, "5231": 400e3}
    panel = economy(pay=pay)
    hospitals = (panel["industry"] == "6221").to_numpy()
    assert sl.wage_tier(panel, panel, "36000", "area-ratio")[hospitals].to_list() == ["low"]
    beside = sl.wage_tier(panel, panel, "36000", "typical-pay")
    assert beside[hospitals].to_list() == ["middle"]
    assert beside[(panel["industry"] == "10").to_numpy()].isna().all()
    found = sl.wage_thresholds(panel, panel, "36000", "typical-pay").iloc[0]
    cuts = definitions("wage_tiers")["schemes"]["typical-pay"]
    assert found["low_below"] == pytest.approx(cuts["low_below"]["value"] * found["reference_pay"])
    assert found["high_above"] == pytest.approx(cuts["high_above"]["value"] * found["reference_pay"])


def test_the_cuts_leave_each_tier_a_fifth_to_two_fifths_of_the_nations_jobs():
    nation = sl.national_industries("5", 2016).assign(area="US000")
    nation["wages"] = nation["average_pay"] * nation["employment"]
    nation = nation[nation["digits"].isin([0, 4])]
    tiers = sl.wage_tier(nation, nation, "US000", "typical-pay")
    jobs = nation["employment"].groupby(tiers, observed=True).sum()
    assert (jobs / jobs.sum()).between(0.2, 0.4).all()
    found = sl.typical_industry_pay(nation, "US000").iloc[0]
    assert found["typical_industry_pay"] == pytest.approx(49_063, rel=0.001)
    assert found["typical_most"] / found["typical_least"] < 1.1  # no single industry is the middle
