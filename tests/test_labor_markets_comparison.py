"""Comparison, stability, contiguity, quality and county codes of delineations."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from sectorlib import labor_markets as lm
from sectorlib.areas import bridge
from sectorlib.exceptions import NotSupportedError, TableError, UnknownNameError
from sectorlib.reference import reference_table
from sectorlib.sources.boundaries import county_shapes
from sectorlib.sources.delineations import read_delineation


@pytest.fixture(scope="module")
def touching():
    return lm.county_borders()


def table(flows, **more):
    frame = pd.DataFrame([(h, w, n) for (h, w), n in flows.items()], columns=["home", "work", "workers"])
    return frame.assign(**more)


def groups(text):
    """A membership from "aab": county 0 and 1 in a, 2 in b."""
    return pd.DataFrame({"member": [str(i) for i in range(len(text))], "group": list(text), "weight": 1.0})


partitions = st.integers(2, 9).flatmap(
    lambda n: st.tuples(*(st.text("abcd", min_size=n, max_size=n) for _ in range(2)))
)

# ---------------------------------------------------------------------------------------------------------
# Comparison
# ---------------------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None)
@given(partitions)
def test_adjusted_rand_is_that_of_counting_every_pair(two):
    a, b = two
    pairs = list(itertools.combinations(range(len(a)), 2))
    in_a = sum(a[i] == a[j] for i, j in pairs)
    in_b = sum(b[i] == b[j] for i, j in pairs)
    in_both = sum(a[i] == a[j] and b[i] == b[j] for i, j in pairs)
    chance, most = in_a * in_b / len(pairs), (in_a + in_b) / 2
    expected = 1 if most == chance else (in_both - chance) / (most - chance)
    assert lm.adjusted_rand(groups(a), groups(b)) == pytest.approx(expected)
    assert lm.adjusted_rand(groups(b), groups(a)) == pytest.approx(expected)
    assert lm.adjusted_rand(groups(a), groups(a)) == 1


@settings(max_examples=100, deadline=None)
@given(partitions)
def test_as_many_counties_stay_as_any_one_to_one_match_can_keep(two):
    a, b = two
    in_a, in_b = sorted(set(a)), sorted(set(b))
    longer, shorter = (in_a, in_b) if len(in_a) >= len(in_b) else (in_b, in_a)
    most = 0
    for chosen in itertools.permutations(longer, len(shorter)):
        matched = set(zip(chosen, shorter, strict=True))
        matched = matched if longer is in_a else {(y, x) for x, y in matched}
        most = max(most, sum((x, y) in matched for x, y in zip(a, b, strict=True)))
    compared = lm.compare(groups(a), groups(b))
    assert (~compared["moved"]).sum() == most
    for row in compared.itertuples():
        i = int(row.member)
        mine, theirs = ({j for j in range(len(p)) if p[j] == p[i]} for p in (a, b))
        assert row.overlap == pytest.approx(len(mine & theirs) / len(mine | theirs))


def test_of_a_split_area_the_larger_part_stays_by_size():
    by_counties = lm.compare(groups("aaa"), groups("xxy"))
    assert by_counties.set_index("member")["moved"].to_dict() == {"0": False, "1": False, "2": True}
    by_jobs = lm.compare(groups("aaa"), groups("xxy"), pd.Series({"0": 5.0, "1": 5.0, "2": 50.0}))
    assert by_jobs.set_index("member")["moved"].to_dict() == {"0": True, "1": True, "2": False}
    assert by_jobs["overlap"].tolist() == pytest.approx([10 / 60, 10 / 60, 50 / 60])


def test_counties_in_both_are_compared_and_split_ones_count_where_most_of_them_lies():
    a = pd.DataFrame({"member": ["1", "2", "2", "3"], "group": list("xxyy"), "weight": [1, 0.3, 0.7, 1]})
    b = pd.DataFrame({"member": ["2", "3", "4"], "group": list("ppq"), "weight": 1.0})
    compared = lm.compare(a, b)
    assert compared["member"].tolist() == ["2", "3"]
    assert compared["group_a"].tolist() == ["y", "y"]
    assert lm.adjusted_rand(a, b) == 1
    with pytest.raises(NotSupportedError, match="none in common"):
        lm.compare(a, b.assign(member=["7", "8", "9"]))


# ---------------------------------------------------------------------------------------------------------
# Stability
# ---------------------------------------------------------------------------------------------------------

#: b is with a if at least 2 % of its 100 workers commute between them; 2 do, give or take.
EVEN = {("a", "a"): 900, ("b", "b"): 98, ("b", "a"): 2, ("c", "c"): 50}


def test_flows_without_error_give_the_same_markets_every_time():
    exact = lm.stability(table(EVEN, moe=0.0), "commuting-zone", resamples=5)
    assert (exact["probability"] == 1).all()
    assert (exact["overlap"] == 1).all()
    assert exact["other_core"].isna().all()
    assert exact.set_index("member")["core"].to_dict() == {"a": "a", "b": "a", "c": "c"}


def test_the_probability_is_that_of_the_flow_passing_the_cut():
    from scipy.stats import gamma

    flows = table(EVEN, moe=[0.0, 0.0, 1.645, 0.0])  # a standard error of 1 worker
    result = lm.stability(flows, "commuting-zone", resamples=2000).set_index("member")
    # P = f / (98 + f) >= .02 from f = 2 on; a gamma variable with mean 2 and variance 1
    together = gamma(a=4, scale=0.5).sf(2)
    assert result.loc["b", "core"] == "b"
    assert result.loc["b", "probability"] == pytest.approx(1 - together, abs=0.03)
    assert result.loc["b", "other_core"] == "a"
    assert result.loc["b", "other_probability"] == pytest.approx(together, abs=0.03)
    assert result.loc["a", "probability"] == result.loc["c", "probability"] == 1
    assert result.loc["b", "group"] == "a"  # as published: exactly at the cut
    # b's market is {a, b} as published; alone it keeps half of it
    assert result.loc["b", "overlap"] == pytest.approx(together + (1 - together) / 2, abs=0.03)


def test_a_market_that_is_mostly_part_of_another_says_so():
    # b sends 30 of 130 to a, just past the cut, so that it is in a's market; c sends 25 of 125 to d, just short
    flows = table(
        {("a", "a"): 900, ("d", "d"): 900, ("b", "b"): 100, ("b", "a"): 30, ("c", "c"): 100, ("c", "d"): 25},
        moe=[0, 0, 0, 30, 0, 30],
    )
    certain = lm.stability(flows, "commuting-zone", cut=0.79, resamples=400).set_index("member")
    assert certain["group"].to_dict() == {"a": "a", "b": "a", "c": "c", "d": "d"}
    assert certain["otherwise"].fillna("").to_dict() == {"a": "", "b": "", "c": "d", "d": ""}  # b by itself
    assert certain.loc[["a", "d"], "same_market"].eq(1).all()
    for county in "bc":
        assert 0.4 < certain.loc[county, "same_market"] < 0.8
    assert certain.loc["c", "same_market"] == certain.loc["c", "is_core"]


def test_the_same_seed_gives_the_same_table_in_any_order_of_rows():
    flows = table(EVEN, moe=[30.0, 20.0, 1.5, np.nan])
    first = lm.stability(flows, "commuting-zone", resamples=30, seed=4)
    pd.testing.assert_frame_equal(
        lm.stability(flows.iloc[::-1], "commuting-zone", resamples=30, seed=4), first
    )
    assert not lm.stability(flows, "commuting-zone", resamples=30, seed=5).equals(first)


def test_what_cannot_be_resampled_is_refused():
    with pytest.raises(NotSupportedError, match="without margins"):
        lm.stability(table(EVEN))
    with pytest.raises(NotSupportedError, match="0 resamples"):
        lm.stability(table(EVEN, moe=1.0), resamples=0)
    with pytest.raises(UnknownNameError):
        lm.stability(table(EVEN, moe=1.0), "zones")
    with pytest.raises(NotSupportedError, match="no values of cut"):
        lm.parameter_stability(table(EVEN), "commuting-zone", "cut", [])


@pytest.mark.parametrize("margin", [-5.0, np.inf])
def test_margins_that_are_none_are_named(margin):
    flows = table({("a", "a"): 9, ("a", "b"): 3, ("b", "b"): 9}, moe=[1.0, margin, np.nan])
    with pytest.raises(TableError, match=f"margin of error {margin} of the flow from a to b"):
        lm.stability(flows)


@pytest.mark.shared
def test_a_county_amid_its_market_is_certain_and_one_at_the_edge_is_not(national_flows):
    inside = national_flows["home"].str[:2].isin(["36", "42"]) & national_flows["work"].str[:2].isin(
        ["36", "42"]
    )
    flows = national_flows[inside].reset_index(drop=True)
    result = lm.stability(flows, "travel-to-work", resamples=20).set_index("member")
    assert result["probability"].between(0, 1).all()
    assert result.loc["36069", ["core", "probability"]].tolist() == ["36055", 1.0]  # Ontario, to Rochester
    assert result["probability"].min() < 0.8
    swept = lm.parameter_stability(flows, "commuting-zone", "cut", [0.96, 0.97, 0.98, 0.985])
    assert swept["probability"].isin([0.25, 0.5, 0.75, 1]).all()
    assert swept["group"].nunique() == lm.delineate(flows, "commuting-zone")["group"].nunique()


# ---------------------------------------------------------------------------------------------------------
# Contiguity
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_neighbors_on_land_are_those_the_census_bureau_lists(listed_neighbors, touching):
    renamed = {"02270": "02158", "46113": "46102"}
    listed = {tuple(renamed.get(county, county) for county in pair) for pair in listed_neighbors}
    listed = {pair for pair in listed if pair[0] != pair[1] and max(pair) < "57"}
    land = touching[touching["crossing"].isna()]
    drawn = {pair for pair in land[["area", "neighbor"]].itertuples(index=False) if max(pair) < "57"}
    assert len(drawn & listed) / len(drawn) > 0.995
    assert (
        len(drawn & listed) / len(listed) > 0.9
    )  # the list has corners, and counties that share a lake or a bay


def test_a_corner_is_no_border_and_an_island_needs_a_crossing():
    shapes = gpd.GeoDataFrame(
        {"area": list("abcd")},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 1, 3, 2), box(9, 0, 10, 1)],
        crs="EPSG:4326",
    )

    def pairs(table):
        return {"".join(pair) for pair in table[["area", "neighbor"]].itertuples(index=False)}

    assert pairs(lm.neighbors(shapes)) == {"ab", "ba"}
    ferry = pd.DataFrame({"area": ["d", "x"], "neighbor": ["c", "a"]})
    assert pairs(lm.neighbors(shapes, ferry)) == {"ab", "ba", "cd", "dc"}


def test_every_declared_crossing_links_two_counties_that_do_not_border_each_other():
    borders = lm.county_borders()
    crossings = borders[borders["crossing"].notna()]
    assert set(crossings["area"]) <= set(county_shapes("2010s")["area"])
    land = reference_table("county_adjacency").query("border_km > 0")
    touching = {frozenset(pair) for pair in land[["area", "neighbor"]].itertuples(index=False)}
    assert not {frozenset(p) for p in crossings[["area", "neighbor"]].itertuples(index=False)} & touching
    assert crossings.groupby(["area", "neighbor"]).size().eq(1).all()
    # District of Columbia and Fairfax, Virginia meet in a corner.
    assert "51059" not in set(borders[borders["area"] == "11001"]["neighbor"])


def test_what_is_cut_off_joins_the_neighbor_it_is_tied_to():
    line = pd.DataFrame({"area": list("01122334"), "neighbor": list("10213243")})
    flows = table({
        ("0", "0"): 90, ("1", "1"): 50, ("2", "2"): 8, ("3", "3"): 60, ("4", "4"): 7,
        ("2", "0"): 5, ("2", "1"): 1, ("2", "3"): 2, ("4", "1"): 1,
    })  # fmt: skip
    markets = groups("xyxzy")  # 2 lies between y and z, 4 beyond z
    assert lm.pieces(markets, line).to_dict() == {"x": 2, "y": 2, "z": 1}
    repaired = lm.contiguous(flows, markets, line).set_index("member")["group"]
    assert lm.pieces(repaired.rename("group").reset_index().assign(weight=1.0), line).max() == 1
    # 2^2 / (16 * 62) > 1^2 / (16 * 52): 2 goes to z; so does 4, which touches no other
    assert repaired.to_dict() == {"0": "0", "1": "1", "2": "3", "3": "3", "4": "3"}


def test_a_piece_that_touches_nothing_stays_and_counties_off_the_map_are_left_alone():
    pairs = pd.DataFrame(
        {"area": list("0134"), "neighbor": list("1043")}
    )  # 3 and 4 are an island of their own
    flows = table({(str(i), str(i)): 90 - i for i in range(6)} | {("0", "0"): 500, ("3", "1"): 2})
    markets = groups("xyxxxx")  # 2 and 5 are nowhere on the map
    repaired = lm.contiguous(flows, markets, pairs).set_index("member")["group"]
    assert repaired.to_dict() == {"0": "0", "1": "1", "2": "0", "3": "0", "4": "0", "5": "0"}


def test_markets_drawn_with_neighbors_are_those_repaired_afterwards_and_so_is_every_draw():
    line = pd.DataFrame({"area": list("01122334"), "neighbor": list("10213243")})
    flows = table(
        {
            ("0", "0"): 90,
            ("2", "0"): 30,
            ("2", "2"): 8,
            ("1", "1"): 70,
            ("3", "3"): 60,
            ("3", "1"): 2,
            ("4", "4"): 50,
        },
    )
    plain = lm.delineate(flows, "commuting-zone")
    assert lm.pieces(plain, line).max() == 2  # 2 works in 0, and 1 lies between
    drawn = lm.delineate(flows, "commuting-zone", neighbors=line)
    pd.testing.assert_frame_equal(drawn.drop(columns="on_map"), lm.contiguous(flows, plain, line))
    assert lm.pieces(drawn, line).max() == 1
    certain = lm.stability(flows.assign(moe=3.0), "commuting-zone", neighbors=line, resamples=20).set_index(
        "member"
    )
    assert certain["group"].to_dict() == drawn.set_index("member")["group"].to_dict()
    assert certain.loc["2", "core"] != "0"
    swept = lm.parameter_stability(flows, "commuting-zone", "cut", [0.98], neighbors=line)
    assert swept["group"].tolist() == drawn["group"].tolist()
    assert swept["same_market"].eq(1).all()
    assert swept["otherwise"].isna().all()


@pytest.mark.shared
def test_national_areas_repaired_are_in_one_piece_and_hardly_others(national_flows, touching):
    markets = lm.delineate(national_flows, "travel-to-work", contiguous=False, strong_tie=1, least_tie=0)
    repaired = lm.contiguous(national_flows, markets, touching)
    assert (lm.pieces(markets, touching) > 1).sum() > 5
    assert (lm.pieces(repaired, touching) == 1).all()
    assert sorted(repaired["member"]) == sorted(markets["member"])
    assert lm.compare(markets, repaired)["moved"].sum() < 60


def far_city():
    """A hub whose jobs are held by six suburbs, and a far city that is valid whoever joins it."""
    flows = {("hub", "hub"): 60_000, ("hub", "far"): 1, ("far", "far"): 4_000_000}
    for suburb in "abcdef":
        flows |= {(suburb, suburb): 310_000, (suburb, "hub"): 90_000, ("hub", suburb): 6_000}
    return table(flows)


def test_one_commuter_to_a_far_city_does_not_outweigh_the_suburbs():
    market = lm.delineate(far_city()).set_index("member")["group"]
    assert (market == market["far"]).sum() == 1
    assert (market == market["hub"]).sum() > 1
    assert lm.market_quality(far_city(), lm.delineate(far_city()))["valid"].all()


def test_markets_grow_over_borders_and_never_over_a_corner():
    # A checkerboard of four: c works in b, with which it meets in a corner alone, and in d a little.
    flows = table({
        ("a", "a"): 50_000, ("b", "b"): 50_000, ("c", "c"): 1_000, ("c", "b"): 900, ("c", "d"): 30,
        ("d", "d"): 50_000, ("d", "c"): 20,
    })  # fmt: skip
    borders = pd.DataFrame({"area": list("abacbdcd"), "neighbor": list("bacadbdc")})
    assert lm.delineate(flows).set_index("member")["group"]["c"] == "b"
    drawn = lm.delineate(flows, neighbors=borders).set_index("member")
    assert drawn["group"]["c"] == "d"
    assert drawn["on_map"].all()
    assert (lm.pieces(drawn.reset_index(), borders) == 1).all()


def test_counties_off_the_map_are_said_to_be_and_share_markets_by_their_flows_alone():
    flows = table({
        ("36055", "36055"): 90_000, ("36069", "36069"): 3_000, ("36069", "36055"): 2_000,
        ("E01", "E01"): 60_000, ("E02", "E01"): 900, ("E02", "E02"): 600,
    })  # fmt: skip
    drawn = lm.delineate(flows).set_index("member")
    assert drawn["on_map"].to_dict() == {"36055": True, "36069": True, "E01": False, "E02": False}
    assert drawn["group"].to_dict() == {"36055": "36055", "36069": "36055", "E01": "E01", "E02": "E01"}
    assert not lm.delineate(flows, contiguous=False)["on_map"].any()
    with pytest.raises(NotSupportedError, match="contiguous=False"):
        lm.delineate(flows, contiguous=False, neighbors=lm.county_borders())


def test_a_countys_most_likely_other_market_is_never_its_own():
    # c lies between the market of a and b and that of d.
    flows = table(
        {
            ("a", "a"): 9_000, ("b", "b"): 8_950, ("a", "b"): 4_000, ("b", "a"): 4_000,
            ("d", "d"): 60_000, ("c", "c"): 500, ("c", "a"): 150, ("c", "d"): 160,
        },
        moe=200,
    )  # fmt: skip
    certain = lm.stability(flows, resamples=60).set_index("member")
    moved = certain[certain["otherwise"].notna()]
    assert (moved["otherwise"] != moved["group"]).all()
    assert certain.loc[["a", "b"], "same_market"].eq(1).all()
    assert 0 < certain.loc["c", "same_market"] < 1
    assert set(moved.index) == {"c"}


# ---------------------------------------------------------------------------------------------------------
# Quality
# ---------------------------------------------------------------------------------------------------------


def test_quality_says_more_of_what_it_is_given():
    flows = table({(str(i), str(i)): 10 * (i + 1) for i in range(4)})
    line = pd.DataFrame({"area": list("011223"), "neighbor": list("102132")})
    pay = pd.Series({"0": 40e3, "1": 50e3, "2": 40e3, "3": 50e3})
    markets = groups("xyxy")
    plain = lm.quality(flows, markets)
    assert {"not_contiguous", "metropolitan_split", "pay_correlation"}.isdisjoint(plain.columns)
    row = lm.quality(flows, markets, neighbors=line, metropolitan=groups("mmnn").iloc[:3], pay=pay).iloc[0]
    assert row[["not_contiguous", "metropolitan_split", "pay_correlation"]].tolist() == [2, 1, 1.0]
    assert row[["median_counties", "most_counties", "median_residents"]].tolist() == [2, 2, 50]


def test_pay_within_is_the_intraclass_correlation_of_an_analysis_of_variance():
    random = np.random.default_rng(2)
    markets = groups("aaabbcccccdd")
    logs = pd.Series(random.normal(size=12), index=markets["member"]) + markets["group"].map(ord).to_numpy()
    parts = [part for _, part in logs.groupby(markets["group"].to_numpy())]
    between = sum(len(p) * (p.mean() - logs.mean()) ** 2 for p in parts) / 3
    within = sum(((p - p.mean()) ** 2).sum() for p in parts) / 8
    from scipy.stats import f_oneway

    assert between / within == pytest.approx(f_oneway(*parts).statistic)
    n0 = (12 - (9 + 4 + 25 + 4) / 12) / 3
    expected = (between - within) / (between + (n0 - 1) * within)
    assert lm.pay_within(np.exp(logs), markets) == pytest.approx(expected)
    assert np.isnan(lm.pay_within(np.exp(logs), markets.assign(group=markets["member"])))
    assert np.isnan(lm.pay_within(np.exp(logs), markets.assign(group="one")))


# ---------------------------------------------------------------------------------------------------------
# County codes of other years
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_official_delineations_reach_every_county_of_the_flows(shared, national_flows):
    counties = sorted(set(national_flows["home"]) | set(national_flows["work"]))
    ers = read_delineation(shared / "data/delineations/ers_czlma903_1990.xls")
    zones = lm.on_counties(ers, counties)
    assert lm.not_on_counties(ers, counties) == []
    assert zones["member"].nunique() == 3142
    assert zones["group"].nunique() == 741
    same = zones["bridge"] == "county bridge: same code"
    assert zones.loc[~same, "member"].nunique() == 11
    # Broomfield was made of parts of four counties in 2001; Denali of a part of Yukon-Koyukuk in 1990
    broomfield = zones[zones["member"] == "08014"].set_index("group")["weight"]
    assert broomfield.to_dict() == {
        "28900": pytest.approx(0.998, abs=1e-3),
        "28800": pytest.approx(0.002, abs=1e-3),
    }
    denali, koyukuk = (zones.loc[zones["member"] == c, "group"].tolist() for c in ("02068", "02290"))
    assert denali == koyukuk
    fowler = read_delineation(shared / "data/delineations/cz2020_fowler_county20.csv")
    assert lm.not_on_counties(fowler, counties) == []
    assert lm.on_counties(fowler, counties)["group"].nunique() == 583


def test_connecticut_is_bridged_by_people_and_says_so():
    regions = bridge("2020s", "2020s").query("member.str.startswith('09')")
    zones = regions.assign(group=regions["member"], title="t")[["member", "group", "weight", "title"]]
    found = lm.on_counties(zones, ["09001", "09005"])
    assert set(found["bridge"]) == {"county bridge: shares by people"}
    assert found.groupby("member")["weight"].sum().to_dict() == {
        "09001": pytest.approx(1),
        "09005": pytest.approx(1),
    }


def test_a_county_of_which_only_a_part_has_a_group_is_named_not_bridged():
    partly = pd.DataFrame({"member": ["08013", "36055"], "group": ["boulder", "rochester"], "weight": 1.0})
    assert lm.on_counties(partly, ["08014", "36055"])["member"].tolist() == ["36055"]
    assert lm.not_on_counties(partly, ["08014", "36055", "99999"]) == ["08014", "99999"]


# ---------------------------------------------------------------------------------------------------------
# The demonstration state
# ---------------------------------------------------------------------------------------------------------


def test_the_planted_markets_of_the_demonstration_are_found():
    from sectorlib.simulation import simulate

    economy = simulate()
    assert lm.adjusted_rand(lm.delineate(economy.flows, "travel-to-work"), economy.markets) >= 0.95


def test_a_study_says_how_certain_its_markets_are_and_how_other_methods_draw_them():
    from sectorlib.resources import data_path
    from sectorlib.results import Results
    from sectorlib.study import load_study

    results = Results(load_study(data_path("demo", "study.yaml")))
    certain, compared = (results[f"labor-market-{name}"] for name in ("stability", "comparison"))
    assert certain["member"].nunique() == len(certain) == 48
    assert certain["probability"].between(0.5, 1).all()
    markets = results["labor-markets"].set_index("member")["group"]
    assert certain.set_index("member")["group"].to_dict() == markets.to_dict()
    assert set(compared["method"]) == set(lm.METHODS) - {"travel-to-work"}
    assert len(compared) == 48 * 6
    same = compared["other_group"] == compared["group"]
    assert compared.loc[same, "overlap"].mean() > compared.loc[~same, "overlap"].mean()
