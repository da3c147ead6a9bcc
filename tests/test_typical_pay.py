"""Typical industry pay: the middle of industries by their jobs, how far one moves it, and the tiers beside it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.exceptions import UnknownAreaError
from sectorlib.resources import definitions
from sectorlib.results import Results
from sectorlib.wages import interpolated_middle, tier_cuts, tier_words, typical_pay_tier

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


# --- of a study: the nation before its base ----------------------------------------------------------


def study_of(rows: pd.DataFrame, **keys) -> sl.Study:
    """Ohio's first two counties and the state, each an economy of the same industries."""
    state = rows[rows["area"] == "39000"]
    counties = [state.assign(area=code) for code in ("39001", "39003")]
    panel = pd.concat([rows, *counties], ignore_index=True).assign(
        establishments=20.0, disclosure="disclosed"
    )
    keys = {"flows": "none", "regions": {"South": ["39001"], "West": ["39003"]}} | keys
    return sl.Study(panel=sl.assemble(panel), base="39000", **keys)


def cheap(year: int, **keys) -> sl.Study:
    """A state that pays half of what the nation does."""
    pay = {code: dollars / 2 for code, dollars in PAY.items()}
    return study_of(economy(pay=pay, year=year, area="39000"), **keys)


def test_typical_pay_of_a_study_is_the_nations_and_without_one_its_bases() -> None:
    paid = cheap(2016).typical_pay.iloc[0]
    nation = sl.national_industries("5", 2016).assign(area="US000")
    nation["wages"] = nation["average_pay"] * nation["employment"]
    of_nation = sl.typical_industry_pay(nation[nation["digits"].isin([0, 4])], "US000").iloc[0]
    assert paid["typical_industry_pay"] == pytest.approx(of_nation["typical_industry_pay"])
    assert paid[["compared_with", "benchmark", "level", "industries_year"]].to_list() == [
        "nation",
        "US000",
        "4",
        2016,
    ]
    alone = cheap(2016, benchmark="none").typical_pay.iloc[0]
    assert alone["compared_with"] == "base"
    assert alone["typical_industry_pay"] == pytest.approx(54e3 / 2)


@pytest.mark.parametrize(
    ("year", "industries_year"), [(2013, 2016), (2019, 2020), (2024, 2023), (2031, 2023)]
)
def test_between_the_years_of_the_box_dollars_move_with_the_wage_index(
    year: int, industries_year: int
) -> None:
    """The nation's average pay was $49,804 in 2013 and $59,209 in 2019 (Bureau of Labor Statistics)."""
    paid = cheap(year).typical_pay.set_index("year").loc[year]
    assert paid["industries_year"] == industries_year
    index = definitions("wage_index")["values"]
    per_index = paid["typical_industry_pay"] / index[min(year, max(index))]
    assert per_index == pytest.approx(49_063 / index[2016], rel=0.04)
    published = {2013: 49_804, 2019: 59_209}
    if year in published:
        assert paid["typical_industry_pay"] == pytest.approx(0.91 * published[year], rel=0.02)


def test_a_nation_of_the_study_comes_before_the_box_if_it_shows_industries(tmp_path: Path) -> None:
    nation = economy(pay={code: 2 * dollars for code, dollars in PAY.items()}, area="US000")
    rows = pd.concat([nation, economy(area="39000")], ignore_index=True)
    assert study_of(rows).typical_pay.iloc[0]["typical_industry_pay"] == pytest.approx(2 * 54e3)
    sectors = economy(
        {"72": 30.0, "62": 30.0, "31-33": 20.0, "52": 20.0},
        {"72": 20e3, "62": 60e3, "31-33": 5e4, "52": 3e5},
        area="US000",
    )
    coarse = pd.concat([sectors, economy(area="39000")], ignore_index=True)
    assert (
        study_of(coarse).typical_pay.iloc[0]["level"] == "4"
    )  # of the box: a sector alone would be the middle


def test_pay_is_judged_beside_the_nation_at_local_prices(tmp_path: Path) -> None:
    """Restaurants at $10,000 and plants at $25,000 are low beside the nation, and were not beside their own state."""
    results = Results(cheap(2016, price_parities="none"))
    table = results["wages"].query("area == '39001'").set_index("industry")
    assert table.loc["7225", "typical_pay_of"] == "nation"
    assert table.loc["6221", "tier_typical"] == "low"  # 30,000 of 49,063
    base = Results(cheap(2016, price_parities="none", benchmark="none"))["wages"].query("area == '39001'")
    assert base.set_index("industry").loc["6221", "tier_typical"] == "middle"
    priced = Results(cheap(2016))["wages"].query("area == '39000'").set_index("industry")
    parity = priced["price_parity"].iloc[0]
    assert 80 < parity < 100
    paid = results["typical-pay"].iloc[0]
    assert priced["typical_industry_pay"].iloc[0] == pytest.approx(
        paid["typical_industry_pay"] * parity / 100
    )
    assert paid["typical_least"] < paid["typical_industry_pay"] < paid["typical_most"]


def test_the_tier_beside_given_typical_pay_is_that_of_the_scheme() -> None:
    panel = economy()
    typical = pd.Series(54e3, panel.index)
    expected = sl.wage_tier(panel, panel, "36000", "typical-pay")
    pd.testing.assert_series_equal(typical_pay_tier(panel, typical), expected)
    assert typical_pay_tier(panel, typical * np.nan).isna().all()


def test_the_cuts_are_declared_once() -> None:
    terms = definitions("wage_tiers")["schemes"]["typical-pay"]
    low, high = tier_cuts("typical-pay")
    assert (low, high) == (terms["low_below"]["value"], terms["high_above"]["value"])
    assert tier_words("typical-pay") == f"low under {low:.0%}, high over {high:.0%}"
    told = [
        c.meaning
        for name in ("wages", "sectors")
        for c in sl.RESULTS[name].table.columns
        if c.name == "tier_typical"
    ]
    assert len(told) == 2
    assert all(tier_words("typical-pay") in meaning for meaning in told)


def test_rankings_compare_pay_with_typical_industry_pay() -> None:
    """Finance doubles the mean of all jobs, and the pay of hospitals is worth as much as before."""
    from sectorlib.targeting import RankingTerms, target_sectors

    codes = {code: code[:3] for code in JOBS}
    jobs = {codes[code]: number for code, number in JOBS.items()}
    found = []
    for richer in (300e3, 900e3):
        pay = {codes[code]: dollars for code, dollars in (PAY | {"5231": richer}).items()}
        study = study_of(economy(jobs, pay, area="39000"), benchmark="none")
        made = target_sectors(
            study.panel, study.panel, study.regions, study.sectors, "39000", terms=RankingTerms(fewest=0)
        )
        found.append(made.ranks.set_index(["area", "sector"]).loc[("South", "health-care"), "average_pay"])
    assert found == pytest.approx([60 / 54, 60 / 54])
