"""Two invented studies walked through from the benchmark to the estimates: three states, and a city that is most of its base.

The three states meet around Toledo: float glass and jeep plants, a farm county each in Indiana and Michigan. The city has
nine tenths of the jobs of its study, as Columbus has of central Ohio.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import sectorlib as sl
from sectorlib.pages.region import facts, first_screen, why
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.region.words import own_share
from sectorlib.results import Results
from sectorlib.wages import tier_cuts

#: Jobs by industry of three digits; pay in dollars.
PAY = {
    "311": 45e3, "327": 62e3, "331": 66e3, "333": 60e3, "336": 70e3, "445": 24e3, "484": 48e3, "522": 65e3, "541": 72e3,
    "622": 58e3, "623": 30e3, "722": 18e3,
}  # fmt: skip
TOLEDO = {
    "327": 4_000,
    "336": 9_000,
    "445": 5_000,
    "484": 3_000,
    "522": 2_000,
    "541": 5_000,
    "622": 14_000,
    "623": 4_000,
    "722": 14_000,
}
FARMS = {
    "311": 900,
    "327": 0,
    "331": 120,
    "333": 700,
    "445": 500,
    "484": 300,
    "522": 200,
    "622": 600,
    "623": 400,
    "722": 900,
}
COUNTIES = {
    "39095": (TOLEDO, 1),
    "39051": (FARMS, 1),
    "26115": (FARMS, 3),
    "26091": (FARMS, 2),
    "18151": (FARMS, 1),
    "18033": (FARMS, 2),
}
CITY = {"522": 30_000, "541": 50_000, "622": 60_000, "722": 60_000, "484": 20_000, "445": 20_000, "327": 500}
CENTRAL = {"39049": (CITY, 1), "39129": (FARMS, 2), "39097": (FARMS, 1), "39117": (FARMS, 1)}


def panel_of(counties: dict, years=(2016,)) -> pd.DataFrame:
    rows = []
    for year in years:
        for county, (jobs, times) in counties.items():
            for industry, number in jobs.items():
                rows.append((county, industry, "5", year, number * times, number * times * PAY[industry]))
    table = pd.DataFrame(rows, columns=["area", "industry", "ownership", "year", "employment", "wages"])
    sums = (
        table.groupby(["area", "year"], as_index=False)[["employment", "wages"]].sum().assign(industry="10")
    )
    table = pd.concat([table, *(sums.assign(ownership=own) for own in ("5", "0"))], ignore_index=True)
    return table.assign(establishments=np.ceil(table["employment"] / 40), disclosure="disclosed")


def flows_of(pairs: dict) -> pd.DataFrame:
    rows = [(home, work, workers, 50.0) for (home, work), workers in pairs.items()]
    return pd.DataFrame(rows, columns=["home", "work", "workers", "moe"])


def share_of_nation(code: str) -> float:
    return float(sl.national_industries("5", 2016).set_index("industry").loc[code, "employment_share"])


@pytest.fixture(scope="module")
def three_states() -> Results:
    own = {(code, code): 60_000 if code == "39095" else 9_000 for code in COUNTIES}
    ties = {
        ("39051", "39095"): 9_000,
        ("26115", "39095"): 12_000,
        ("26091", "26115"): 900,
        ("18151", "18033"): 5_000,
        ("18033", "18151"): 5_000,
    }
    far = {("18151", "39095"): 1}  # one commuter to a city two counties away
    study = sl.Study(
        panel=sl.assemble(panel_of(COUNTIES)), base="all", flows=flows_of(own | ties | far),
        labor_markets={"parameters": {"minimum_size": 5_000, "target_size": 10_000}},
    )  # fmt: skip
    return Results(study)


@pytest.fixture(scope="module")
def city() -> Results:
    regions = {"City": ["39049"], "Plants": ["39129"], "Farms": ["39097", "39117"]}
    study = sl.Study(
        panel=sl.assemble(panel_of(CENTRAL, (2015, 2016))), base="all", flows="none", regions=regions
    )
    return Results(study)


def test_three_states_are_set_beside_one_nation(three_states: Results) -> None:
    """Item 1 and 2: one benchmark on both sides of a state line, computed by hand."""
    table = three_states["concentration"].query("industry == '327'").set_index("area")
    share = TOLEDO["327"] / sum(TOLEDO.values())
    assert table.loc["39095", "location_quotient_nation"] == pytest.approx(share / share_of_nation("327"))
    assert table.loc["39095", "location_quotient_nation"] > 4
    assert set(three_states["targets"]["compared_with"]) == {"nation"}
    # Nobody else has glass, so that beside the rest there is nothing to divide by; the nation has some.
    assert np.isnan(table.loc["39095", "location_quotient_rest"])


def test_three_states_pay_is_judged_by_the_nations_middle_at_each_ones_prices(three_states: Results) -> None:
    """Item 3: hospitals at $58,000 are not low anywhere, and restaurants are low everywhere."""
    paid = three_states["typical-pay"].iloc[0]
    assert (paid["compared_with"], paid["level"], paid["year"]) == ("nation", "4", 2016)
    table = three_states["wages"].query("grain == 'county'").set_index(["area", "industry"])
    prices = table["typical_industry_pay"].groupby("area").first() / paid["typical_industry_pay"]
    assert prices.max() > prices.min()
    assert prices.between(0.8, 1.0).all()  # no county here is as dear as the nation
    low, high = tier_cuts("typical-pay")
    for (_, code), row in table.iterrows():
        if code in PAY and row["employment"] > 0:
            ratio = PAY[code] / row["typical_industry_pay"]
            assert row["tier_typical"] == ("low" if ratio < low else "high" if ratio > high else "middle")
    assert set(table.xs("722", level="industry")["tier_typical"]) == {"low"}
    assert "low" not in set(table.xs("622", level="industry")["tier_typical"])


def test_three_states_cards_and_chart_say_pay_as_the_ranking_counts_it(three_states: Results) -> None:
    """Cards said pay beside the region's own average, which is not what put a sector on the short list."""
    market = three_states["regions"].set_index("county").loc["26091", "area"]
    profile = RegionProfile(three_states, market)
    sector = "metals-and-materials"
    made, row = facts.whole(profile).loc[sector], facts.ranked(profile).loc[sector]
    ratio = row["average_pay"]  # the criterion's figure in the ranking
    assert f"{ratio:.0%}" != f"{made['pay_ratio_estimate']:.0%}"
    said = first_screen.why(profile, row, made)
    assert f"{ratio:.0%} of typical industry pay" in said
    drawn = why.bubbles(profile)
    assert drawn is not None
    assert f"pay {ratio:.0%} of typical industry pay" in drawn.markup()


def test_three_states_glass_is_with_materials_and_no_tourism(three_states: Results) -> None:
    """Item 4, and what an economist would say of the first three of Toledo's market."""
    market = three_states["regions"].set_index("county").loc["39095", "area"]
    made = three_states["sectors"].query("segment == 'all'").set_index(["area", "sector"])
    regions = three_states["regions"]
    inside = regions.loc[regions["area"] == market, "county"]
    cells = panel_of(COUNTIES)
    jobs = cells[cells["area"].isin(inside)].groupby("industry")["employment"].sum()
    # Restaurants, and the part of food makers that are chocolate makers in the nation; no glass.
    tourism = made.loc[(market, "tourism-and-hospitality"), "employment_estimate"]
    assert jobs["722"] <= tourism < jobs["722"] + 0.1 * jobs["311"]
    assert made.loc[(market, "metals-and-materials"), "employment_estimate"] == pytest.approx(
        jobs["327"] + jobs["331"]
    )
    ranks = three_states["targets"].query("area == @market").sort_values("rank")
    first = set(ranks["sector"].head(3))
    # Vehicles and glass are what Toledo sells; health care is a regional center's. Restaurants and shops are not among them.
    assert {"advanced-manufacturing", "metals-and-materials"} <= first
    assert not first & {"tourism-and-hospitality", "retail"}
    assert (ranks["label"] != "Clear lead").all()  # one year of data
    assert ranks["limited_data"].all()


def test_three_states_markets_cross_the_line_and_hold_together(three_states: Results) -> None:
    """Items 5 and 6: a market over a state line, none in pieces, none over one commuter, and the same by hand."""
    market = three_states["regions"].set_index("county")["area"]
    assert market["26115"] == market["39095"] == market["39051"]
    assert market["18151"] == market["18033"] != market["39095"]
    assert (three_states["labor-markets"]["pieces"] == 1).all()
    certain = three_states["labor-market-stability"]
    assert not (certain["otherwise"] == certain["member"].map(market)).any()
    drawn = sl.delineate(three_states.study.flows, minimum_size=5_000, target_size=10_000).set_index(
        "member"
    )["group"]
    assert drawn.groupby(drawn).ngroups == market.groupby(market).ngroups
    assert drawn["26115"] == drawn["39095"]
    assert drawn["18151"] == drawn["18033"]


def test_a_city_is_not_compared_with_itself(city: Results) -> None:
    """Items 1 and 2: against the study's base no quotient could exceed 1.1."""
    profile = RegionProfile(city, "City")
    assert own_share(profile) > 0.9
    table = city["concentration"].query("year == 2016 and industry == '541'").set_index("area")
    area = city.region("City")
    share = CITY["541"] / sum(CITY.values())
    assert table.loc[area, "location_quotient"] < 1.1
    assert table.loc[area, "location_quotient_nation"] == pytest.approx(share / share_of_nation("541"))
    assert table.loc[area, "location_quotient_nation"] > 2
    assert profile.grows_beside == "the rest of the study area"
    assert city.missing("growth-rest") is None


def test_without_a_nation_the_city_has_no_concentration_and_its_neighbors_have() -> None:
    regions = {"City": ["39049"], "Plants": ["39129"], "Farms": ["39097", "39117"]}
    results = Results(
        sl.Study(
            panel=sl.assemble(panel_of(CENTRAL)), base="all", flows="none", regions=regions, benchmark="none"
        )
    )
    table = results["targets"].set_index("area_name")
    assert set(table.loc["City", "compared_with"]) == {"none"}
    assert table.loc["City", "location_quotient"].isna().all()
    assert set(table.loc["Plants", "compared_with"]) == {"rest"}
    points = results["target-points"].query("area_name == 'City' and criterion == 'location_quotient'")
    np.testing.assert_allclose(points["points"], points["most_points"] / 2)  # unknown, not zero
    assert set(results["wages"]["typical_pay_of"]) == {"base"}


def test_an_economist_would_nod_at_the_city_s_first_sectors(city: Results) -> None:
    """Professional services and hospitals are what the city has most beside the nation; shops and restaurants are not."""
    ranks = city["targets"].query("area_name == 'City'").sort_values("rank")
    assert set(ranks["sector"].head(3)) & {"professional-services", "financial-services", "health-care"}
    assert not set(ranks["sector"].head(3)) & {"tourism-and-hospitality", "retail"}


@pytest.mark.parametrize(
    ("quotient", "hotels", "said"),
    [
        (0.81, 2.74, "Professional services is less concentrated here than in the nation; the region’s clearest specialty is tourism"),
        (0.81, 1.2, "less concentrated here than in the nation; no ranked sector is a clear specialty"),
        (0.95, 2.74, ""),
    ],
)  # fmt: skip
def test_a_page_says_that_its_first_sector_is_no_specialty(quotient, hotels, said, monkeypatch) -> None:
    """Pay and size can put a sector first that is less concentrated than in the nation: professional services in Las Vegas."""
    titles = ["Professional services", "Tourism"]
    ranks = pd.DataFrame(
        {"sector": titles, "sector_title": titles, "rank": [1, 2], "place": ["First", "Second"]}
    )
    ranks["share_first"] = [0.41, 0.28]
    made = pd.DataFrame(
        {"location_quotient_nation_estimate": [quotient, hotels], "disclosure": "disclosed"}, titles
    )
    for end in ("low", "high"):
        made[f"location_quotient_nation_{end}"] = made["location_quotient_nation_estimate"]
    monkeypatch.setattr(facts, "ranked", lambda profile: ranks)
    monkeypatch.setattr(facts, "whole", lambda profile: made)
    monkeypatch.setattr(facts, "home", lambda profile: "state")
    text = first_screen.lead(SimpleNamespace(compared_with="nation"))
    assert said in text
    assert ("specialty" in text) == bool(said)


def test_withheld_jobs_stay_between_what_sums_and_establishments_allow() -> None:
    """Items 7 and 8: metals are withheld in both Indiana counties; the state's row and the establishments bound them."""
    rows = panel_of(COUNTIES)
    state = rows[rows["area"].str[:2] == "18"].drop(columns="area")
    figures = ["employment", "wages", "establishments"]
    keys = ["industry", "ownership", "year"]
    state = state.groupby(keys, as_index=False)[figures].sum().assign(area="18000", disclosure="disclosed")
    rows = pd.concat([rows, state], ignore_index=True)
    hidden = rows["area"].isin(["18151", "18033"]) & rows["industry"].isin(["331", "333"])
    truth = rows.set_index(["area", "industry", "ownership"])["employment"].sort_index()
    rows.loc[hidden, ["employment", "wages"]] = np.nan
    rows.loc[hidden, "disclosure"] = "suppressed"
    panel = sl.bound_withheld(sl.assemble(rows))
    filled = sl.estimate_withheld(panel).set_index(["area", "industry", "ownership"])
    for industry in ("331", "333"):
        found = filled.loc[[("18151", industry, "5"), ("18033", industry, "5")], "employment"]
        assert found.sum() == pytest.approx(truth.loc[("18000", industry, "5")], abs=1)
        assert (found > 0).all()
    for study in ("published", "internal"):
        made = Results(
            sl.Study(
                panel=sl.assemble(rows),
                base="18000",
                flows="none",
                regions={"A": ["18151"], "B": ["18033"]},
                estimates=study,
            )
        )
        assert (made.missing("estimates") is None) == (study == "published")
        assert (made.missing("targets") is None) == (study == "published")
