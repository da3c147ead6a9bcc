"""Concentration, pay and shift-share as tables: by hand on a small study, and where a study has less."""

import numpy as np
import pandas as pd
import pytest
from small_study import COUNTIES, STUDY, small_study

import sectorlib as sl
from sectorlib.exceptions import NotSupportedError, StudyFileError
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results import Results
from sectorlib.study import load_study

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'
PRICES = """\
consumer_prices: prices.csv
price_parities: [metro.csv, state.csv]
metropolitan_areas: {file: metros.csv, member: county, group: area}
living_wage: {"36055": 15550}
traded: {"62": traded, "23": local}
"""
BEA = "GeoFIPS,GeoName,Region,TableName,LineCode,IndustryClassification,Description,Unit,2012,2017\n"


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Results:
    return Results(load_study(small_study(tmp_path_factory.mktemp("plain"), STUDY + REGIONS)))


@pytest.fixture(scope="module")
def priced(tmp_path_factory) -> Results:
    folder = tmp_path_factory.mktemp("priced")
    path = small_study(folder, STUDY + REGIONS + PRICES)
    (folder / "prices.csv").write_text(
        "series,year,period,value\n"
        "CUUR0000SA0,2012,M13,200\nCUUR0000SA0,2017,M13,220\nCUUR0000SA0,2018,M13,230\n"
    )
    (folder / "metro.csv").write_text(
        BEA + ' "40380","Rochester, NY",2,MARPP,1,"..."," RPPs: All items ","Index",96,98\n'
    )
    (folder / "state.csv").write_text(
        BEA + ' "36000","New York",2,SARPP,5,"..."," RPPs: All items ","Index",110,112\n'
    )
    (folder / "metros.csv").write_text("county,area\n36055,40380\n")
    return Results(load_study(path))


def of(table: pd.DataFrame, **keys) -> pd.Series:
    for key, value in keys.items():
        table = table[table[key] == value]
    assert len(table) == 1, table
    return table.iloc[0]


def test_what_is_withheld_lies_within_what_a_year_may_move(plain):
    table = plain["concentration"]
    known = table["location_quotient"].notna()
    near = pytest.approx(1, abs=1e-9)
    for end in ("low", "high"):
        ratio = table.loc[known, f"location_quotient_{end}"] / table.loc[known, "location_quotient"]
        assert ratio.min() == near
        assert ratio.max() == near
    ends = table[[f"location_quotient_{end}" for end in ("churn_low", "low", "high", "churn_high")]].dropna()
    assert len(ends) == len(table)
    assert (ends.diff(axis=1).iloc[:, 1:] >= -1e-12).all(axis=None)
    withheld = of(table, area="36051", industry="72", year=2017)
    assert withheld["location_quotient_churn_low"] <= withheld["location_quotient_low"]
    assert withheld["location_quotient_low"] < 1 < withheld["location_quotient_high"]


def test_quadrants_are_of_the_latest_year_and_say_undecided(plain):
    table = plain["concentration"]
    earlier = table[table["year"] < 2017]
    assert earlier["quadrant"].isna().all()
    latest = table[(table["year"] == 2017) & (table["grain"] != "base") & (table["industry"] != "10")]
    # every industry grows, and every location quotient is 1 but for rounding
    low, high = latest["location_quotient_churn_low"], latest["location_quotient_churn_high"]
    assert (latest["quadrant"] == "undecided").to_numpy().tolist() == ((low < 1) & (high >= 1)).to_list()
    assert set(latest["quadrant"]) == {"undecided", "star"}
    assert table.loc[table["grain"] == "base", ["quadrant", "stability"]].isna().all(axis=None)
    # nine establishments hold every job of a cell, so that one more or less is a ninth
    known = latest[latest["location_quotient"].notna()]
    assert set(known["stability"]) == {"one establishment"}
    assert of(table, area="36051", industry="72", year=2017)["stability"] == "unknown"


def test_what_is_traded_belongs_to_the_nation_and_a_list_goes_before_it(plain, priced):
    kinds = plain["concentration"].drop_duplicates("industry").set_index("industry")["traded"]
    assert kinds[["31-33", "23", "62", "622", "72"]].to_list() == [
        "traded",
        "local",
        "local",
        "local",
        "local",
    ]
    named = priced["concentration"].drop_duplicates("industry").set_index("industry")["traded"]
    assert named[["62", "23", "72", "31-33"]].to_list() == ["traded", "local", "local", "traded"]


def test_one_year_has_quotients_and_no_churn(tmp_path):
    results = Results(load_study(small_study(tmp_path, STUDY + REGIONS, years=[2017])))
    table = results["concentration"]
    assert (
        table[["location_quotient_churn_low", "location_quotient_churn_high", "quadrant"]]
        .isna()
        .all(axis=None)
    )
    assert table["location_quotient_low"].notna().all()
    assert "one establishment" in set(table["stability"])
    for name in ("tier-migration", "shift-share-methods"):
        with pytest.raises(NotSupportedError, match="one year"):
            results[name]
    quality = results["job-quality"]
    assert "real_pay_growth" not in quality
    assert quality["pay_over_area"].notna().any()


def test_pay_after_prices_by_hand(priced):
    """Everybody earns 30,000 in 2006 and 100 more each year: 30,600 in 2012, 31,100 in 2017."""
    table = priced["wages"]
    county = of(table, area="36055", industry="62", year=2017)
    assert county[["average_annual_pay", "real_pay"]].to_list() == pytest.approx([31_100, 31_100])
    assert county[["price_parity", "pay_at_parity"]].to_list() == pytest.approx([98, 31_100 / 0.98])
    then = of(table, area="36055", industry="62", year=2012)
    assert then[["real_pay", "pay_at_parity"]].to_list() == pytest.approx([30_600 * 1.1, 30_600 / 0.96])
    other = of(table, area="36117", industry="62", year=2017)  # in no area of the list: its state's
    assert other["price_parity"] == 112
    # two counties of 7,100 and 14,200 jobs in 2006; the latter (36055) grows by 1 % a year
    jobs = {c: of(table, area=c, industry="10", ownership="0", year=2017)["employment"] for c in COUNTIES[:2]}
    west = of(table, area="West", industry="62", year=2017)
    mean = (112 * jobs["36051"] + 98 * jobs["36055"]) / (jobs["36051"] + jobs["36055"])
    assert west["price_parity"] == pytest.approx(mean)
    assert (
        table.loc[table["year"] == 2010, ["real_pay", "price_parity", "pay_at_parity"]].isna().all(axis=None)
    )


def test_without_prices_of_the_last_year_there_is_no_pay_in_its_dollars(tmp_path):
    """Dollars of the year before were said to be those of the last."""
    study = small_study(tmp_path, STUDY + "consumer_prices: cpi.csv\n", years=[2016, 2017])
    for year in (2016, 2018):  # one that ends before, one that begins after
        (tmp_path / "cpi.csv").write_text(f"series,year,period,value\nCUUR0000SA0,{year},M13,240\n")
        assert "real_pay" not in Results(load_study(study))["wages"]


def test_the_tier_after_prices_is_known_where_the_parity_is(priced):
    table = priced["wages"]
    industries = table[(table["industry"] == "62") & (table["ownership"] == "5")]
    after = industries.set_index(["area", "year"])["tier_in_base_at_parity"]
    # all industries pay alike in the state; a third of its jobs ends in the one pay there is: its 31,100 / 1.12
    assert after["36055", 2017] == "high"
    assert after["36117", 2017] == "middle"
    assert after["36000", 2017] == "middle"
    assert pd.isna(after["36055", 2010])


def test_tiers_as_shares_and_moves(priced):
    shares = priced["wage-tiers"]
    assert set(shares["scheme"]) == {"typical-pay", "area-ratio", "base-terciles", "base-terciles at-parity"}
    sums = shares.groupby(["area", "year", "scheme"])["share"].sum(min_count=1).dropna()
    np.testing.assert_allclose(sums, 1)
    moves = priced["tier-migration"]
    assert set(moves.loc[moves["start_year"] == 2006, "scheme"]) == {
        "typical-pay",
        "area-ratio",
        "base-terciles",
    }
    assert set(moves.loc[moves["start_year"] == 2012, "scheme"]) == set(shares["scheme"])
    west = moves[
        (moves["area"] == "West") & (moves["start_year"] == 2012) & (moves["scheme"] == "area-ratio")
    ]
    assert west["industries"].sum() == 4  # 23, 31-33, 62 and 72


def test_job_quality_by_hand(priced):
    row = of(priced["job-quality"], area="36055", industry="62")
    assert row[["pay_over_area", "pay_over_base", "pay_over_living_wage"]].to_list() == pytest.approx(
        [1, 1, 2]
    )
    assert row["real_pay_growth"] == pytest.approx(100 * (31_100 / (30_600 * 1.1) - 1))
    assert set(priced["job-quality"]["year"]) == {2017}
    assert priced["job-quality"].query("area != '36055'")["pay_over_living_wage"].isna().all()


def test_totals_of_shift_share_add_up(plain):
    table = plain["shift-share"]
    parts = ["national", "mix", "competitive", "not_compared"]
    for _, rows in table.groupby(["area", "start_year"]):
        total = of(rows, status="total")
        rest = rows[rows["status"] != "total"]
        assert total["industry"] == "10"
        np.testing.assert_allclose(total[parts].astype(float), rest[parts].sum(), atol=1e-6)
        assert total["change"] == total["end_employment"] - total["start_employment"]
        assert total[parts].sum() == pytest.approx(total["change"])


def test_every_method_explains_the_same_change(plain):
    long, dunn = plain["shift-share-methods"], plain["shift-share"]
    keys = ["area", "industry", "start_year"]
    assert set(long["method"]) == {"dunn", "esteban-marquillas", "arcelus", "dynamic"}
    sums = long.pivot_table("jobs", keys, "method", aggfunc="sum")
    change = dunn.set_index(keys)["change"]
    sums = sums.loc[change.dropna().index.intersection(sums.index)]
    for method in ("dunn", "esteban-marquillas", "arcelus"):
        np.testing.assert_allclose(sums[method], change.loc[sums.index], atol=1e-6)
    totals = sums.xs("10", level="industry")
    np.testing.assert_allclose(totals["dynamic"], totals["dunn"], atol=1e-6)
    competitive = long[long["component"].isin(["competitive", "allocation"]) & (long["method"] != "dynamic")]
    both = competitive.pivot_table("jobs", keys, "method", aggfunc="sum")
    np.testing.assert_allclose(both["esteban-marquillas"], both["dunn"], atol=1e-6)


def test_a_kind_that_does_not_exist(tmp_path):
    path = small_study(tmp_path, STUDY + "traded: {'62': trade}\n")
    with pytest.raises(StudyFileError, match=r"traded\.62"):
        load_study(path)


def test_typical_pay_stands_beside_the_other_yardsticks_at_the_prices_of_the_area(plain, priced):
    table = priced["job-quality"]
    row = of(table, area="36055", industry="62")
    parity = of(priced["wages"], area="36055", industry="10", ownership="0", year=2017)["price_parity"]
    theirs = of(priced["wages"], area="36000", industry="10", ownership="0", year=2017)["price_parity"]
    typical = sl.typical_industry_pay(priced.study.panel, "36000").set_index("year")["typical_industry_pay"]
    assert row["typical_industry_pay"] == pytest.approx(typical[2017] * parity / theirs)
    assert row["pay_over_typical"] == pytest.approx(row["average_annual_pay"] / row["typical_industry_pay"])
    assert row["living_wage"] == 15550
    assert row["area_average_pay"] == pytest.approx(row["average_annual_pay"] / row["pay_over_area"])
    bare = plain["job-quality"]
    assert "living_wage" not in bare
    assert bare["typical_industry_pay"].dropna().unique().tolist() == pytest.approx([typical[2017]])
    totals = priced["wages"].query("industry == '10'")
    assert totals["tier_typical"].isna().all()


def test_the_page_says_where_yardsticks_of_pay_disagree(priced):
    area = priced["regions"]["area"].iloc[0]
    text = words.pay_yardsticks(RegionProfile(priced, area))
    assert text.startswith("Typical industry pay is $")
    rows = priced["job-quality"]
    apart = rows[(rows["area"] == area) & (rows["pay_over_area"] < 0.8) & (rows["pay_over_typical"] >= 0.7)]
    assert ("own average of $" in text) == bool(len(apart))
