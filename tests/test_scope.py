"""Partnership scope: ties, growth, jurisdictions, infrastructure, seeds and sectors, by hand and against truth."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from sectorlib.exceptions import NotSupportedError, TableError, UnknownAreaError, UnknownNameError
from sectorlib.labor_markets import adjusted_rand, flow_matrix, self_containment
from sectorlib.membership import NONE, membership
from sectorlib.resources import data_path
from sectorlib.scope import (
    NOT_RECORDED,
    Drawn,
    ScopeTerms,
    SectorJobs,
    as_sector,
    candidate_footprints,
    employment_interchange,
    find_seed,
    great_circle_miles,
    grow_footprint,
    growth_parameters,
    jurisdiction_overlap,
    jurisdiction_shares,
    pair_ties,
    partnership_scope,
    reach_limits,
    reach_of_assets,
    shared_infrastructure,
)
from sectorlib.scope.comparison import footprint_jobs
from sectorlib.scope.sector_jobs import share_bounds
from sectorlib.scope.ties import ties_to_rest
from sectorlib.scope.variants import with_variants
from sectorlib.simulation import demonstration_recipe, simulate
from sectorlib.study import load_study

BASE = "91000"


@pytest.fixture(scope="module")
def study():
    return load_study(data_path("demo", "study.yaml"))


@pytest.fixture(scope="module")
def economy():
    return simulate()


@pytest.fixture(scope="module")
def food(study):
    return SectorJobs(study.panel, as_sector("311"), study.ownership, BASE, span=(2018, 2023))


@pytest.fixture(scope="module")
def scope(study):
    return partnership_scope(
        study.panel, study.flows, "311", "Lanternhead", study.jurisdictions, study.assets,
        ScopeTerms(base_area=BASE, ownership=study.ownership, span=(2018, 2023), markets=study.whole_markets,
                   shapes=study.shapes, names=study.names),
    )  # fmt: skip


def panel_of(jobs: dict[str, float | None], low=0.0, high=np.nan) -> pd.DataFrame:
    """A panel of one year: each county has 100 jobs of all industries, the base 10 per cent of them in 62."""
    rows = [
        {
            "area": area,
            "industry": industry,
            "establishments": 4.0,
            "employment": figure,
            "employment_low": low if figure is None else figure,
            "employment_high": high if figure is None else figure,
        }
        for area, known in jobs.items()
        for industry, figure in (("10", 100.0), ("62", known))
    ]
    rows += [
        {"area": "36000", "industry": industry, "establishments": 40.0, "employment": figure}
        for industry, figure in (("10", 1000.0), ("62", 100.0))
    ]
    table = pd.DataFrame(rows).assign(ownership="5", year=2020)
    for end in ("low", "high"):
        table[f"employment_{end}"] = table[f"employment_{end}"].fillna(table["employment"])
    wages = {name: 1000.0 * table[name] for name in ("employment", "employment_low", "employment_high")}
    table = table.assign(**{name.replace("employment", "wages"): values for name, values in wages.items()})
    withheld = table["employment"].isna()
    return table.assign(disclosure=np.where(withheld, "suppressed", "disclosed"))


def jobs_of(panel: pd.DataFrame) -> SectorJobs:
    return SectorJobs(panel, as_sector("62"), "5", "36000", "ownership")


# Ties

FLOWS = pd.DataFrame(
    {
        "home": ["a", "a", "b", "b", "b", "c", "c"],
        "work": ["a", "b", "a", "b", "c", "b", "c"],
        "workers": [900, 100, 60, 120, 20, 10, 90],
    }
)


def test_employment_interchange_by_hand():
    """b has 200 resident workers, 60 of whom work in a, and 230 jobs, 100 of which residents of a hold."""
    ties = pair_ties(flow_matrix(FLOWS), "abc").set_index(["county_a", "county_b"])["commuting_tie"]
    assert ties["a", "b"] == pytest.approx(60 / 200 + 100 / 230)
    assert ties["b", "c"] == pytest.approx(10 / 100 + 20 / 110)
    assert ties["a", "c"] == 0
    rest = ties_to_rest(flow_matrix(FLOWS), ["a", "b", "c"])
    assert rest["c"] == ties["b", "c"]
    assert rest["b"] == pytest.approx((60 + 20) / 200 + (100 + 10) / 230)


@settings(max_examples=25)
@given(st.integers(3, 6), st.integers(0, 2**32 - 1))
def test_a_pair_is_as_tied_as_a_county_and_a_group_of_one(counties, seed):
    flows = random_flows(counties, seed)
    matrix = flow_matrix(flows)
    ties = pair_ties(matrix, matrix.areas).set_index(["county_a", "county_b"])["commuting_tie"]
    for n, area in enumerate(matrix.areas):
        of_group = employment_interchange(matrix, np.arange(counties) == n)
        for k, other in enumerate(matrix.areas):
            if k != n and matrix.residents[k] != matrix.residents[n]:
                assert of_group[k] == pytest.approx(ties[tuple(sorted((area, other)))])


def random_flows(counties: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    names = [f"{36001 + 2 * n}" for n in range(counties)]
    workers = rng.integers(1, 400, (counties, counties)) + np.diag(rng.integers(200, 3000, counties))
    pairs = [(home, work) for home in names for work in names]
    return pd.DataFrame(pairs, columns=["home", "work"]).assign(workers=workers.ravel().astype(float))


# Growth


@settings(max_examples=15)
@given(st.integers(3, 9), st.integers(0, 2**32 - 1))
def test_every_addition_keeps_the_rule_and_order_does_not_matter(counties, seed):
    flows = random_flows(counties, seed)
    rng = np.random.default_rng(seed)
    names = sorted(flows["home"].unique())
    jobs = pd.Series(rng.integers(0, 50, counties).astype(float), index=names)
    path = grow_footprint(flows, jobs, names[0])
    shuffled = grow_footprint(
        flows.sample(frac=1, random_state=1), jobs.sample(frac=1, random_state=2), names[0]
    )
    pd.testing.assert_frame_equal(path, shuffled)
    rule = growth_parameters()
    inside = [names[0]]

    def contained(members: list[str]) -> float:
        return self_containment(flows, membership({"f": members}))["self_containment"].iloc[0]

    for row in path[path["decision"] == "added"].itertuples():
        after = contained([*inside, row.county])
        assert row.self_containment == pytest.approx(after)
        assert row.self_containment_lost == pytest.approx(contained(inside) - after)
        assert row.commuting_tie >= rule["least_tie"]
        assert after >= rule["least_self_containment"] or row.self_containment_lost <= 0
        assert row.jobs > 0 or row.self_containment_lost < 0
        inside.append(row.county)
    assert path["decision"].eq("seed").sum() == 1


def test_a_county_of_another_center_stays_there_and_the_path_says_so():
    """m lies between two cities and exchanges more with the second; without that city in the flows it would join."""
    flows = pd.DataFrame(
        [
            ("a", "a", 900), ("a", "m", 20), ("m", "a", 40), ("m", "m", 100), ("m", "z", 70), ("z", "z", 950),
            ("z", "m", 30), ("n", "a", 60), ("n", "n", 60),
        ],
        columns=["home", "work", "workers"],
    )  # fmt: skip
    jobs = pd.Series({"a": 50.0, "m": 40.0, "n": 5.0})
    path = grow_footprint(flows, jobs, "a").set_index("county")
    assert path["decision"].to_dict() == {"a": "seed", "n": "added", "m": "not added"}
    assert path.loc["m", "reason"] == "exchanges more workers with another county"
    alone = flows[(flows["home"] != "z") & (flows["work"] != "z")]
    assert grow_footprint(alone, jobs, "a").set_index("county")["decision"]["m"] == "added"


def test_a_county_without_jobs_of_the_sector_joins_only_for_its_workers():
    flows = pd.DataFrame(
        [("a", "a", 900), ("a", "w", 5), ("w", "a", 80), ("w", "w", 60)], columns=["home", "work", "workers"]
    )
    path = grow_footprint(flows, pd.Series({"a": 50.0, "w": 0.0}), "a")
    assert path["decision"].to_list() == ["seed", "added"]
    assert "its workers" in path["reason"].iloc[1]
    unknown = grow_footprint(flows, pd.Series({"a": 50.0}), "a")  # w is no county of the study
    assert unknown["county"].to_list() == ["a"]


def test_growth_stops_where_self_containment_would_fall():
    flows = pd.DataFrame(
        [("a", "a", 800), ("a", "b", 100), ("b", "a", 90), ("b", "b", 120), ("b", "x", 60), ("x", "b", 60), ("x", "x", 900)],
        columns=["home", "work", "workers"],
    )  # fmt: skip
    jobs = pd.Series({"a": 50.0, "b": 40.0})
    strict = grow_footprint(flows, jobs, "a", {"least_self_containment": 0.95}).set_index("county")
    assert strict.loc["b", "decision"] == "added"  # 0.8 before, more after: no less self-contained
    loss = flows.assign(workers=[800, 100, 90, 120, 400, 60, 900])
    held = grow_footprint(loss, jobs, "a", {"least_self_containment": 0.95}).set_index("county")
    assert held.loc["b", "decision"] == "not added"


def test_the_seed_must_be_in_the_flows():
    with pytest.raises(NotSupportedError, match="do not have the seed q"):
        grow_footprint(FLOWS, pd.Series({"a": 1.0}), "q")


PLANTED = {
    "Merrow Bay": "493", "Calder City": "523", "Ashenford": "311", "Lowen Head": "721", "Ellisvar": "622",
    "Tarnholt": "333", "Gannet Field": "211", "Hallow Pines": "322", "Vesper Falls": "336",
}  # fmt: skip


def test_grown_footprints_recover_the_planted_markets_across_jurisdictions(study, economy):
    """Each planted market again from an industry that was planted in it, and not along any jurisdiction's line."""
    drivers = demonstration_recipe()[0]["markets"]
    matrix = flow_matrix(study.flows)
    market = economy.markets.set_index("member")["group"].loc[study.counties]
    agreement = {}
    for name, industry in PLANTED.items():
        assert any(
            industry.startswith(code[:3]) or code.endswith(industry) for code in drivers[name]["drivers"]
        )
        jobs = SectorJobs(study.panel, as_sector(industry), study.ownership, BASE)
        estimates = jobs.counties["employment_estimate"]
        seed = estimates[market[market == name].index].idxmax()
        path = grow_footprint(matrix, estimates, seed)
        grown = set(path.loc[path["decision"] != "not added", "county"])
        found = pd.Series({county: str(county in grown) for county in study.counties})
        truth = (market == name).astype(str)
        agreement[name] = adjusted_rand(membership(found), membership(truth))
        if name in ("Ashenford", "Ellisvar"):
            boards = study.jurisdictions["workforce area"]
            assert len(set(boards.loc[boards["member"].isin(grown), "group"])) > 1
    assert np.mean(list(agreement.values())) > 0.95
    assert min(agreement.values()) > 0.65
    assert agreement["Ashenford"] == 1


# What is withheld


def test_truth_lies_within_the_bounds_of_every_footprint_jurisdiction_and_asset(study, economy, scope):
    truth = economy.truth.astype({"area": str, "industry": str, "ownership": str})
    rows = truth[(truth["year"] == 2023) & (truth["industry"] == "311") & (truth["ownership"] == "5")]
    known = rows.set_index("area")["employment"]
    checked = 0
    for _, row in scope.comparison.iterrows():
        members = scope.footprints.loc[scope.footprints["group"] == row["footprint"], "member"]
        true = known.reindex(members).fillna(0).sum()
        assert row["employment_low"] <= true <= row["employment_high"]
        shares = scope.jurisdictions[scope.jurisdictions["footprint"] == row["footprint"]]
        for _, part in shares.iterrows():
            system = study.jurisdictions[part["system"]]
            there = set(system.loc[system["group"] == part["jurisdiction"], "member"])
            share = known.reindex([m for m in members if m in there]).fillna(0).sum() / true
            assert part["share_low"] - 1e-9 <= share <= part["share_high"] + 1e-9
            checked += part["share_low"] < part["share_high"]
    assert checked > 5
    withheld = scope.comparison["counties_suppressed"] > 0
    assert scope.comparison.loc[withheld, "employment"].isna().all()
    assert scope.comparison.loc[withheld, "location_quotient"].isna().all()


def test_what_is_withheld_is_estimated_by_establishments_within_bounds():
    """The base has 100 jobs in 40 establishments: 2.5 each. Four establishments are 10 jobs, or what the bounds allow."""
    loose = jobs_of(panel_of({"36001": None, "36003": 30.0}, high=50)).counties
    assert loose.loc["36001", "employment_estimate"] == 10
    tight = jobs_of(panel_of({"36001": None, "36003": 30.0}, low=2, high=6)).counties
    assert tight.loc["36001", "employment_estimate"] == 6
    hidden = panel_of({"36001": None, "36003": 30.0})
    hidden.loc[hidden["employment"].isna(), "establishments"] = np.nan
    # A tenth of the base's jobs are of the sector, and the county has 100 in all.
    assert jobs_of(hidden).counties.loc["36001", "employment_estimate"] == 10


def test_estimates_from_all_sums_come_nearer_to_the_truth_and_change_no_figure(study, economy):
    plain = SectorJobs(study.panel, as_sector("721"), study.ownership, BASE)
    filled = SectorJobs(study.panel, as_sector("721"), study.ownership, BASE, estimates=study.estimates)
    columns = ["employment", "employment_low", "employment_high", "disclosure"]
    pd.testing.assert_frame_equal(plain.counties[columns], filled.counties[columns])
    truth = economy.truth.astype({"area": str, "industry": str, "ownership": str})
    rows = truth[(truth["year"] == 2023) & (truth["industry"] == "721") & (truth["ownership"] == "5")]
    true = rows.set_index("area")["employment"].reindex(plain.counties.index).fillna(0)
    off = [(jobs.counties["employment_estimate"] - true).abs().sum() for jobs in (plain, filled)]
    assert off[1] < off[0] / 2
    inside = filled.counties["employment_estimate"].between(
        filled.counties["employment_low"], filled.counties["employment_high"].fillna(np.inf)
    )
    assert inside.all()


def test_a_split_county_is_an_estimate_between_none_and_all_of_it():
    jobs = jobs_of(panel_of({"36001": 60.0, "36003": 20.0}))
    board = pd.DataFrame({"member": ["36001", "36003"], "group": "board", "weight": [1.0, 0.25]})
    row = footprint_jobs(jobs, board).loc["board"]
    assert np.isnan(row["employment"])
    assert row["disclosure"] == "estimated"
    assert (row["employment_low"], row["employment_high"], row["employment_estimate"]) == (60, 80, 65)
    assert np.isnan(row["establishments"])


def test_a_county_without_a_row_is_zero_and_one_outside_the_study_is_not(scope):
    counties = scope.counties.set_index(["footprint", "county"])
    empty = counties.loc[("labor market", "91091")]
    assert (empty["status"], empty["employment"], empty["employment_high"]) == ("no establishments", 0, 0)
    withheld = counties.loc[("labor market", "91003")]
    assert withheld["status"] == "withheld"
    assert np.isnan(withheld["employment"])
    assert withheld["employment_high"] > 0
    gannet = economy_scope_outside(scope)
    assert gannet["status"] == "not in the study"
    assert np.isnan(gannet["employment_estimate"])


def economy_scope_outside(scope) -> pd.Series:
    """The row of a county that a labor market has and the study lacks."""
    study = load_study(data_path("demo", "study.yaml"))
    other = partnership_scope(
        study.panel, None, "211", "91071",
        terms=ScopeTerms(base_area=BASE, ownership=study.ownership, markets=study.whole_markets, names=study.names),
    )  # fmt: skip
    assert other.comparison.set_index("footprint").loc["labor market", "counties_outside"] == 1
    return other.counties[other.counties["county"] == "92001"].iloc[0]


# Jurisdictions


def test_shares_add_up_with_none_and_not_recorded_told_apart():
    """60, 20, 15 and 5 jobs: a half board, a county known to be in none, and one that nobody recorded."""
    jobs = jobs_of(panel_of({"36001": 60.0, "36003": 20.0, "36005": 15.0, "36007": 5.0}))
    footprint = membership({"f": ["36001", "36003", "36005", "36007"]})
    boards = pd.DataFrame(
        {
            "member": ["36001", "36003", "36003", "36005", "36099"],
            "group": ["North", "North", NONE, NONE, "North"],
            "weight": [1.0, 0.5, 0.5, 1.0, 1.0],
        }
    )
    shares = jurisdiction_shares(jobs, footprint, {"board": boards}).set_index("jurisdiction")
    assert shares.index.to_list() == ["North", NONE, NOT_RECORDED]
    assert shares["share_estimate"].to_list() == [0.7, 0.25, 0.05]
    assert shares["share_estimate"].sum() == pytest.approx(1)
    # 36003 is split, so its 20 jobs are on either side; what is not recorded is known.
    assert shares.loc["North", ["share_low", "share_high"]].to_list() == [0.6, 0.8]
    assert np.isnan(shares.loc["North", "share"])
    assert shares.loc[NOT_RECORDED, "share"] == 0.05
    assert shares.loc["North", "kind"] == "all but one county"
    assert shares.loc["North", "cut_off_county"] == "36099"
    assert shares.loc["North", "county_names"] == "Albany County, Allegany County (part)"


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1))
def test_shares_of_any_system_add_up_to_one(seed):
    rng = np.random.default_rng(seed)
    counties = [f"{36001 + 2 * n}" for n in range(6)]
    known = {c: None if rng.random() < 0.3 else float(rng.integers(0, 90)) for c in counties}
    known[counties[0]] = 10.0
    jobs = jobs_of(panel_of(known, high=80))
    rows = []
    for county in counties:
        weights = rng.dirichlet(np.ones(4)).round(3)
        rows += [(county, group, weight) for group, weight in zip(["A", "B", NONE], weights, strict=False)]
    system = pd.DataFrame(rows, columns=["member", "group", "weight"])
    shares = jurisdiction_shares(jobs, membership({"f": counties}), {"s": system})
    assert shares["share_estimate"].sum() == pytest.approx(1)
    assert (shares["share_low"] <= shares["share_estimate"] + 1e-9).all()
    assert (shares["share_estimate"] <= shares["share_high"] + 1e-9).all()
    assert shares["employment_estimate"].sum() == pytest.approx(jobs.counties["employment_estimate"].sum())


def test_one_county_alone_would_be_cut_off(scope):
    rows = scope.jurisdictions.set_index(["footprint", "system", "jurisdiction"])
    row = rows.loc[("development district: Central South", "workforce area", "Capital Ring")]
    assert (row["kind"], row["cut_off_county"], row["counties"], row["counties_in"]) == (
        "one county only",
        "91001",
        7,
        1,
    )
    whole = rows.loc[("workforce area: Bay and Valley", "workforce area", "Bay and Valley")]
    assert (whole["kind"], whole["share"]) == ("wholly in", 1)
    totals = scope.jurisdictions.groupby(["footprint", "system"])["share_estimate"].sum()
    assert totals.to_numpy() == pytest.approx(1)


def test_overlap_of_systems_counts_shared_counties(study, scope):
    crossed = jurisdiction_overlap(study.jurisdictions, scope.footprints)
    boards, districts = (
        study.jurisdictions[s].set_index("member")["group"]
        for s in ("workforce area", "development district")
    )
    for row in crossed.itertuples():
        both = (boards == row.jurisdiction_a) & (districts.reindex(boards.index) == row.jurisdiction_b)
        assert row.counties == both.sum()
        assert row.share_of_b == pytest.approx(both.sum() / (districts == row.jurisdiction_b).sum())
    assert crossed["jurisdiction_a"].to_list() == ["Bay and Valley", "Middle Counties"]


# Infrastructure


@settings(max_examples=30)
@given(*[st.floats(-80, 80), st.floats(-180, 180)] * 2)
def test_great_circle_against_geodesics_on_a_sphere(lat_a, lon_a, lat_b, lon_b):
    sphere = Geod(a=6371008.8, b=6371008.8)
    _, _, metres = sphere.inv(lon_a, lat_a, lon_b, lat_b)
    miles = great_circle_miles(*(np.array([x]) for x in (lat_a, lon_a, lat_b, lon_b)))
    assert miles[0] == pytest.approx(metres / 1609.344, abs=1e-3)


CENTERS = pd.DataFrame({"lat": [43.0, 43.0, 45.0], "lon": [-77.0, -76.0, -70.0]}, index=["a", "b", "c"])


def test_reach_by_kind_by_the_study_and_by_travel_time():
    assets = pd.DataFrame(
        {"asset": ["u", "p"], "kind": ["college", "port"], "name": "x", "lat": 43.0, "lon": [-76.5, -76.4]}
    )
    table = reach_of_assets(CENTERS, assets).set_index(["asset", "county"])
    # Half a degree of longitude at 43 degrees north: 69.09 miles x cos 43 / 2 = 25.3.
    assert table.loc[("u", "a"), "distance"] == pytest.approx(25.27, abs=0.02)
    assert table["in_reach"].to_dict() == {
        ("u", "a"): True, ("p", "a"): False, ("u", "b"): True, ("p", "b"): True, ("u", "c"): False, ("p", "c"): False,
    }  # fmt: skip
    assert table.loc[("u", "a"), "nearness"] == pytest.approx(1 - 25.27 / 50, abs=1e-3)
    near = reach_of_assets(CENTERS, assets, {"port": 35, "college": 20}).set_index(["asset", "county"])[
        "in_reach"
    ]
    assert near[near].index.to_list() == [("p", "a"), ("p", "b")]
    times = pd.DataFrame({"home": ["a", "c"], "place": ["p", "p"], "minutes": [70.0, 45.0]})
    timed = reach_of_assets(CENTERS, assets, travel_times=times).set_index(["asset", "county"])
    assert (timed.loc[("p", "c"), "measure"], timed.loc[("p", "c"), "in_reach"]) == ("minutes", True)
    assert not timed.loc[("p", "a"), "in_reach"]
    assert ("p", "b") not in timed.index
    assert timed.loc[("u", "a"), "measure"] == "miles"
    assert reach_limits(pd.Series(["airport", "mill"])).to_list() == [60, 30]


def test_a_line_is_as_near_as_its_nearest_point():
    rail = pd.DataFrame(
        {
            "asset": ["r"],
            "kind": "rail",
            "lat": [43.0],
            "lon": [-90.0],
            "geometry": "LINESTRING (-90 43.2, -76.5 43.2)",
        }
    )
    table = reach_of_assets(CENTERS, rail).set_index("county")
    assert table.loc["a", "distance"] == pytest.approx(0.2 * 69.09, abs=0.1)
    assert table.loc["b", "distance"] == pytest.approx(
        np.hypot(0.2, 0.5 * np.cos(np.radians(43))) * 69.09, abs=0.2
    )


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_shared_infrastructure_is_a_similarity(seed):
    rng = np.random.default_rng(seed)
    near = rng.random((4, 6)).round(2) * (rng.random((4, 6)) < 0.7)
    near[3] = near[2]
    table = pd.DataFrame(
        [
            ("abcd"[i], f"k{k}", "port" if k < 2 else "college", near[i, k], near[i, k] > 0)
            for i in range(4)
            for k in range(6)
        ],
        columns=["county", "asset", "kind", "nearness", "in_reach"],
    )
    shared = shared_infrastructure(table).set_index(["county_a", "county_b"])
    index = shared["shared_infrastructure"]
    assert index.dropna().between(0, 1).all()
    assert (near[2] == 0).all() or index["c", "d"] == pytest.approx(1)
    assert shared.loc[("a", "b"), "assets_shared"] == ((near[0] > 0) & (near[1] > 0)).sum()
    kinds = [
        np.minimum(near[0, k], near[1, k]).sum() / np.maximum(near[0, k], near[1, k]).sum()
        for k in (slice(0, 2), slice(2, 6))
        if np.maximum(near[0, k], near[1, k]).sum() > 0
    ]
    assert index["a", "b"] == pytest.approx(np.mean(kinds)) if kinds else np.isnan(index["a", "b"])


def test_assets_of_a_footprint_name_the_counties_that_depend_on_them(scope):
    assets = scope.assets[scope.assets["footprint"] == "labor market"].set_index("asset")
    for row in assets.itertuples():
        assert row.counties_in_reach == len(row.county_names.split(", "))
        assert row.shared == (row.counties_in_reach > 1)
        assert row.distance <= row.reach
        assert 0 <= row.share_low <= row.share_estimate <= row.share_high <= 1
    assert assets["shared"].any()
    assert set(assets["kind"]) >= {"college", "airport"}


# Sectors and seeds


def test_a_sector_is_a_code_a_list_weights_or_a_name():
    assert as_sector("31")["sector"].iloc[0] == "31-33"
    assert as_sector(["311", "312"])["industry"].to_list() == ["311", "312"]
    assert as_sector({"493": 0.5})["weight"].to_list() == [0.5]
    assert set(as_sector("Construction")["industry"]) == {"236", "237", "238"}
    with pytest.raises(UnknownNameError, match="unknown sector 'constructin'"):
        as_sector("constructin")
    with pytest.raises(TableError, match="311 and 3115"):
        as_sector(["311", "3115"])


def test_a_sector_that_the_files_do_not_show_is_refused(study):
    coarse = study.panel[study.panel["industry"].isin(["10", "31-33"])]
    with pytest.raises(NotSupportedError, match="sees no code of the sector '311'"):
        _ = SectorJobs(coarse, as_sector("311"), study.ownership, BASE).cells


def test_seeds_by_code_name_and_market_and_refused_with_the_nearest(study, food):
    jobs = food.counties["employment_estimate"]
    assert find_seed("91057", jobs) == ("91057", "given")
    assert find_seed("lanternhead", jobs, study.names)[0] == "91057"
    assert find_seed("Lanternhead County, Verlane", jobs, study.names)[0] == "91057"
    assert find_seed(None, jobs)[0] == jobs.idxmax()
    code = study.markets.set_index("member")["group"]["91003"]
    assert find_seed(code, jobs, study.names, study.markets) == (
        "91057",
        "strongest county of the labor market",
    )
    with pytest.raises(UnknownAreaError, match="Lanternhead County, Verlane"):
        find_seed("Lanternhed County, Verlane", jobs, study.names)
    several = pd.Series(1.0, index=["36055", "42089"])
    with pytest.raises(UnknownAreaError, match=r"2 counties are called 'Monroe'[\s\S]*42089"):
        find_seed("Monroe", several)


def test_weights_scale_the_jobs(study):
    half = SectorJobs(study.panel, as_sector({"311": 0.5}), study.ownership, BASE)
    whole = SectorJobs(study.panel, as_sector("311"), study.ownership, BASE)
    assert half.counties.loc["91057", "employment"] == 0.5 * whole.counties.loc["91057", "employment"]


# Side by side


def test_the_comparison_agrees_with_the_measures_it_is_made_of(study, scope):
    table = scope.comparison.set_index("footprint")
    contained = self_containment(study.flows, study.markets).loc[table.loc["labor market", "region"]]
    assert table.loc["labor market", "self_containment"] == pytest.approx(contained["self_containment"])
    assert table.loc["labor market", "residents"] == contained["residents"]
    rows = study.panel[(study.panel["area"] == "91057") & (study.panel["year"] == 2023)]
    own = rows[(rows["industry"] == "311") & (rows["ownership"] == study.ownership)].iloc[0]
    seed = table.loc["seed county"]
    assert (seed["employment"], seed["establishments"]) == (own["employment"], own["establishments"])
    assert seed["average_annual_pay"] == pytest.approx(own["wages"] / own["employment"])
    total = rows[(rows["industry"] == "10") & (rows["ownership"] == "0")]["employment"].iloc[0]
    state = study.panel[(study.panel["area"] == BASE) & (study.panel["year"] == 2023)]
    base = state[(state["industry"] == "311") & (state["ownership"] == study.ownership)]["employment"].iloc[0]
    all_jobs = state[(state["industry"] == "10") & (state["ownership"] == "0")]["employment"].iloc[0]
    assert seed["location_quotient"] == pytest.approx((own["employment"] / total) / (base / all_jobs))
    assert table.loc["labor market", "share_of_market"] == 1
    assert (
        table.loc["seed county", "share_of_market_low"] < table.loc["seed county", "share_of_market_high"] < 1
    )


def test_the_grown_footprint_of_the_demonstration_is_the_market_and_says_so(scope):
    table = scope.comparison.set_index("footprint")
    assert table.loc["grown", "same_counties_as"] == "labor market"
    assert table.loc["grown", "jurisdictions"].startswith("workforce area 2")
    assert table["same_counties_as"].isna().sum() == len(table) - 1
    counties = scope.counties[scope.counties["footprint"] == "grown"]
    assert counties["share_estimate"].sum() == pytest.approx(1)
    assert counties["employment_estimate"].sum() == pytest.approx(table.loc["grown", "employment_estimate"])
    pairs = scope.pairs.set_index(["county_a", "county_b"])
    assert pairs.loc[("91003", "91057"), "tied"]
    members = counties["county"].to_list()
    widest = max(pairs.loc[(a, b), "distance"] for a in members for b in members if a < b)
    assert widest == pytest.approx(table.loc["grown", "widest_distance"])


def test_without_flows_there_is_no_neighborhood_and_nothing_is_grown(study):
    scope = partnership_scope(
        study.panel,
        None,
        "311",
        "91057",
        study.jurisdictions,
        terms=ScopeTerms(base_area=BASE, ownership=study.ownership, names=study.names),
    )
    assert scope.comparison["footprint"].to_list() == [
        "seed county", "workforce area: Bay and Valley", "development district: Central South",
    ]  # fmt: skip
    assert scope.growth_path.empty
    assert scope.assets.empty
    assert scope.comparison["share_of_market"].isna().all()
    assert scope.comparison["self_containment"].isna().all()


def test_a_county_split_between_two_districts_is_in_a_footprint_of_each():
    split = pd.DataFrame(
        {"member": ["36001", "36001", "36003"], "group": ["x", "y", "y"], "weight": [0.4, 0.6, 1.0]}
    )
    found = candidate_footprints("36001", None, pd.Index(["36001", "36003"]), Drawn({"district": split}))
    assert found.groupby("group", sort=False)["weight"].sum().to_dict() == {
        "seed county": 1, "district: x": 0.4, "district: y": 1.6,
    }  # fmt: skip


def test_colleges_serve_by_their_programs_else_by_their_class():
    from sectorlib.scope.colleges import colleges_that_serve, programs_of_sector

    colleges = pd.DataFrame(
        [
            ("hd:1", "college", "Divinity School", 2, 1, 24),
            ("hd:2", "college", "State University", 1, 5, 15),
            ("hd:3", "college", "Technical College", 4, 2, 7),
            ("hd:4", "career school", "Beauty Academy", 9, 1, np.nan),
            ("hd:5", "college", "School of Nursing", 2, 1, 26),
            ("hd:6", "college", "Liberal Arts College", 2, 2, 21),
            ("hd:7", "career school", "Evening School of Welding", 9, 1, np.nan),
        ],
        columns=["asset", "kind", "name", "sector", "size", "c18basic"],
    )
    done = pd.DataFrame(
        [("3", "48.0508", 40.0), ("3", "24.0101", 90.0), ("7", "48.0508", 60.0), ("6", "24.0101", 300.0)],
        columns=["college", "program", "completions"],
    )
    programs = sorted(done["program"].unique())
    related = programs_of_sector(["332"], pd.Series(programs, index=programs))
    made = colleges_that_serve(colleges, ["332"], done, related).set_index("name")
    assert made.index[made["serves"]].to_list() == [
        "Evening School of Welding", "Technical College", "State University",
    ]  # fmt: skip
    assert made.loc["Liberal Arts College", "related_completions"] == 0
    assert pd.isna(made.loc["State University", "related_completions"])
    assert made.loc["Technical College", "programs"] == "48.0508"
    without = colleges_that_serve(colleges, ["332"]).set_index("name")
    assert without.index[without["serves"]].to_list() == [
        "State University", "Liberal Arts College", "Technical College", "Evening School of Welding",
    ]  # fmt: skip
    program = pd.DataFrame(
        [("hd:8", "career school", "BOCES-Practical Nursing Program", 4, 1, np.nan)], columns=colleges.columns
    )
    both = pd.concat([colleges, program], ignore_index=True)
    assert (
        not colleges_that_serve(both, ["332"])
        .set_index("name")
        .loc["BOCES-Practical Nursing Program", "serves"]
    )
    assert (
        colleges_that_serve(both, ["62"]).set_index("name").loc["BOCES-Practical Nursing Program", "serves"]
    )
    nursing = colleges_that_serve(colleges, ["62"]).set_index("name")
    assert nursing.loc["School of Nursing", "serves"]
    unknown = colleges_that_serve(colleges[["asset", "kind", "name"]], ["62"])
    assert unknown["serves"].all()


def test_a_market_is_a_candidate_without_its_doubtful_counties_unless_one_is_the_seed():
    markets = membership({"LM1": ["36055", "36069", "36121"]})
    counties = pd.Index(["36055", "36069", "36121"])
    drawn = Drawn(markets=markets, doubtful=pd.Series({"36121": None}))
    made = candidate_footprints("36055", None, counties, drawn)
    certain = made[made["group"] == "labor market, certain counties"]
    assert certain["member"].to_list() == ["36055", "36069"]
    seeded = candidate_footprints("36121", None, counties, drawn)
    assert "labor market, certain counties" not in set(seeded["group"])


def test_a_market_is_a_candidate_with_counties_of_others_that_may_belong_to_it():
    markets = membership({"LM1": ["36055", "36069"], "LM2": ["36121", "36029"], "LM3": ["36013"]})
    counties = pd.Index(["36055", "36069", "36121", "36029", "36013"])
    drawn = Drawn(markets=markets, doubtful=pd.Series({"36121": "LM1", "36013": "LM2", "36029": None}))
    made = candidate_footprints("36055", None, counties, drawn)
    wider = made[made["group"] == "labor market, possible counties"]
    assert wider["member"].to_list() == ["36055", "36069", "36121"]
    other = candidate_footprints("36121", None, counties, drawn)
    there = set(other.loc[other["group"] == "labor market, possible counties", "member"])
    assert there == {"36121", "36029", "36013"}


@pytest.mark.parametrize(
    ("text", "counties"),
    [
        ("labor market + Warren County", {"39061", "21117", "39165"}),
        ("labor market - 21117 + 39165", {"39061", "39165"}),
        ("labor market - Kentucky", {"39061"}),
        ("seed county + KENTUCKY", {"39061", "21117", "21015"}),
        ("labor market + Warren County, OH - 21", {"39061", "39165"}),
    ],
)
def test_a_variant_adds_and_leaves_out_counties_and_states(text, counties):
    rows = [("39061", "seed county"), ("39061", "labor market"), ("21117", "labor market")]
    base = pd.DataFrame(rows, columns=["member", "group"]).assign(
        weight=1.0, title="x", system="x", region=None
    )
    known = pd.Index(["39061", "39165", "21117", "21015"])
    made = with_variants(base, [text, "labor market"], known, "39061")
    assert set(made.loc[made["group"] == text, "member"]) == counties
    assert made.loc[made["group"] == text, "system"].eq("variant").all()
    assert len(made[made["group"] == "labor market"]) == 2
    dashed = base.assign(group=base["group"].replace("labor market", "board: Ohio - Kentucky"))
    apart = with_variants(dashed, ["board: Ohio - Kentucky - 21117"], known, "39061")
    assert apart.loc[apart["system"] == "variant", "member"].to_list() == ["39061"]
    with pytest.raises(NotSupportedError, match="leaves out Hamilton County"):
        with_variants(base, ["labor market - Hamilton County"], known, "39061")
    with pytest.raises(UnknownNameError, match="labour market"):
        with_variants(base, ["labour market + 39165"], known, "39061")
    with pytest.raises(UnknownAreaError, match="Nowhere"):
        with_variants(base, ["labor market + Nowhere"], known, "39061")


def test_a_share_of_withheld_jobs_beside_none_is_all_of_them():
    def cell(low, high):
        jobs = low if low == high else np.nan
        columns = ["employment", "employment_low", "employment_high", "employment_estimate"]
        return pd.DataFrame([[jobs, low, high, high]], columns=columns)

    shares = ["share", "share_low", "share_high"]
    assert share_bounds(cell(0, 90), cell(0, 0))[shares].iloc[0].to_list() == [1, 1, 1]
    assert share_bounds(cell(0, 0), cell(0, 90))[shares].iloc[0].to_list() == [0, 0, 0]
