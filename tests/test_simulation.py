"""The demonstration economy: it adds up, it hides what it should, and its truth can be found again."""

import gzip
import json
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import null_space
from scipy.spatial.distance import squareform
from shapely.geometry import box, shape

from sectorlib import simulation
from sectorlib.areas import area_kind, county_names, state_name
from sectorlib.labor_markets.delineation import delineate
from sectorlib.membership import check_membership, overlap
from sectorlib.resources import data_path
from sectorlib.simulation import Economy, demonstration_recipe, geography, simulate, write_demonstration
from sectorlib.simulation.economy import parent_of
from sectorlib.simulation.withholding import determined, identities
from sectorlib.sources.qcew import read_annual

STATE, UNKNOWN, NATION = "91000", "91999", "XN000"
SECTORS = {"11", "21", "22", "23", "31-33", "42", "44-45", "48-49", "51", "52", "53", "54", "55", "56"}
SECTORS |= {"61", "62", "71", "72", "81", "92", "99"}


@pytest.fixture(scope="module")
def economy() -> Economy:
    return simulate()


def plain(panel: pd.DataFrame) -> pd.DataFrame:
    return panel.astype(dict.fromkeys(("area", "industry", "ownership", "disclosure"), "str"))


@pytest.fixture(scope="module")
def truth(economy: Economy) -> pd.DataFrame:
    return plain(economy.truth)


@pytest.fixture(scope="module")
def published(economy: Economy) -> pd.DataFrame:
    return plain(economy.published)


# What is there


def test_counties_years_and_codes(truth):
    counties = set(truth["area"]) - {STATE, UNKNOWN}
    assert counties == {f"91{number:03d}" for number in range(1, 97, 2)}
    assert sorted(truth["year"].unique()) == list(range(2004, 2024))
    everyone = truth[truth["ownership"] == "0"]
    assert set(everyone["industry"]) == {"10"}
    public = truth[truth["ownership"].isin(["1", "2", "3"])]
    assert {"22", "61", "62", "92"} <= set(public["industry"])


def test_size_distribution_and_cycle_are_those_of_a_real_state(truth):
    totals = truth[(truth["industry"] == "10") & (truth["ownership"] == "0")].set_index(["area", "year"])[
        "employment"
    ]
    latest = totals.xs(2023, level="year").drop([STATE, UNKNOWN])
    assert latest.max() / latest.sum() > 0.2
    assert latest.median() < latest.mean() / 2
    state = totals.xs(STATE)
    assert state[2009] < state[2008] * 0.98
    assert state[2020] < state[2019] * 0.97
    assert 1.1 < state[2023] / state[2004] < 1.4
    pay = truth[(truth["area"] == STATE) & (truth["year"] == 2023) & (truth["ownership"] == "5")].set_index(
        "industry"
    )
    mean = pay["wages"] / pay["employment"]
    assert mean["72"] < 0.5 * mean["10"] < mean["10"] < mean["52"]


def test_industries_change_their_codes_in_2022(truth):
    by_era = {era: set(rows["industry"]) for era, rows in truth.groupby(truth["year"] >= 2022)}
    assert {"442", "446", "452", "511", "515"} <= by_era[False] - by_era[True]
    assert {"449", "456", "455", "513", "516"} <= by_era[True] - by_era[False]
    retail = truth[(truth["industry"] == "44-45") & (truth["area"] == STATE)].set_index("year")["employment"]
    assert retail[2022] == pytest.approx(retail[2021], rel=0.08)


# It adds up


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (lambda d: d["industry"].eq("10") & d["ownership"].ne("0"), lambda d: d["industry"].isin(SECTORS)),
        (
            lambda d: d["industry"].eq("10") & d["ownership"].ne("0"),
            lambda d: d["industry"].isin(["101", "102"]),
        ),
    ],
)
def test_industries_sum_to_totals(truth, whole, parts):
    key = ["area", "ownership", "year"]
    totals = truth[whole(truth)].set_index(key)
    groups = truth[parts(truth)].groupby(key)
    pd.testing.assert_series_equal(
        groups["wages"].sum(), totals["wages"].sort_index(), check_names=False, check_index_type=False
    )
    gap = (groups["employment"].sum() - totals["employment"]).abs()
    assert (gap <= (groups.size() + 1) / 2).all()
    assert gap.max() > 0, "annual averages are rounded one by one, so some sums must miss"


def test_three_digits_sum_to_sectors(truth):
    ranges = {"32": "31", "33": "31", "45": "44", "49": "48"}
    detail = truth[truth["industry"].str.fullmatch(r"[2-9]\d\d|1[1-9]\d")].copy()
    detail["sector"] = detail["industry"].str[:2].replace(ranges)
    sector = truth[truth["industry"].isin(SECTORS)].assign(sector=lambda d: d["industry"].str[:2])
    key = ["area", "ownership", "year", "sector"]
    sums = detail.groupby(key)["wages"].sum()
    pd.testing.assert_series_equal(sums, sector.set_index(key)["wages"].sort_index())


def test_counties_and_the_unknown_county_sum_to_the_state(truth):
    key = ["industry", "ownership", "year"]
    state = truth[truth["area"] == STATE].set_index(key).sort_index()
    counties = truth[truth["area"] != STATE].groupby(key)
    pd.testing.assert_series_equal(counties["wages"].sum(), state["wages"])
    assert ((counties["employment"].sum() - state["employment"]).abs() <= (counties.size() + 1) / 2).all()
    unknown = (
        truth[(truth["area"] == UNKNOWN) & (truth["industry"] == "10")].groupby("year")["employment"].max()
    )
    share = unknown / state.xs(("10", "0"))["employment"]
    assert share.between(0.001, 0.02).all()


def test_ownerships_sum_to_everybody(truth):
    totals = truth[truth["industry"] == "10"].pivot_table(
        index=["area", "year"], columns="ownership", values="wages"
    )
    assert (totals[["1", "2", "3", "5"]].sum(axis=1) == totals["0"]).all()


def test_a_few_plants_dominate(truth):
    """Skewed sizes: the largest tenth of county-by-3-digit cells holds most jobs."""
    cells = truth[(truth["year"] == 2023) & (truth["industry"].str.len() == 3) & (truth["area"] != STATE)]
    jobs = cells.loc[cells["ownership"] == "5", "employment"].sort_values(ascending=False)
    assert jobs.head(len(jobs) // 10).sum() > 0.6 * jobs.sum()


# It hides what it should


def test_published_cells_are_the_truth(truth, published):
    known = published["disclosure"] == "disclosed"
    for figure in ("employment", "wages"):
        assert (published.loc[known, figure] == truth.loc[known, figure]).all()
        assert published.loc[~known, figure].isna().all()
    assert (published["establishments"] == truth["establishments"]).all()


def test_private_cells_with_fewer_than_three_worksites_are_withheld(published):
    few = (
        (published["establishments"] < 3) & (published["ownership"] == "5") & (published["industry"] != "10")
    )
    assert few.sum() > 10_000
    assert (published.loc[few, "disclosure"] == "suppressed").all()


def test_share_withheld_is_near_that_of_official_files(published):
    counties = published[(published["ownership"] == "5") & ~published["area"].isin([STATE, UNKNOWN])]
    withheld = counties["disclosure"] == "suppressed"
    supersector = counties["industry"].str.fullmatch(r"10\d\d")
    assert 0.25 < withheld[counties["industry"].isin(SECTORS)].mean() < 0.35
    assert (
        0.42
        < withheld[counties["industry"].str.len().eq(3) & ~counties["industry"].isin(["101", "102"])].mean()
        < 0.52
    )
    assert 0.55 < withheld[counties["industry"].str.len().eq(4) & ~supersector].mean() < 0.70
    # Many are complementary: enough worksites to be published, were it not for a neighbor in the table.
    sectors = withheld & counties["industry"].isin(SECTORS)
    assert (counties.loc[sectors, "establishments"] >= 3).mean() > 0.4


def test_identities_hold_for_the_truth(truth):
    cells = truth[truth["year"] == 2010]
    wages = cells["wages"].to_numpy()
    relations = list(identities(cells, STATE))
    assert all(wages[r[0]] == wages[r[1:]].sum() for r in relations)
    assert len(np.unique(np.concatenate(relations))) == (cells["ownership"] != "0").sum()


@pytest.mark.parametrize("year", range(2004, 2024))
def test_withholding_cannot_be_undone(published, year):
    cells = published[published["year"] == year]
    withheld = (cells["disclosure"] == "suppressed").to_numpy()
    relations = list(identities(cells, STATE))
    alone = [cells.iloc[r[withheld[r]]] for r in relations if withheld[r].sum() == 1]
    assert not alone, "subtraction within one identity"
    assert not len(determined(relations, withheld)), "subtraction over several identities"


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(2, 5), st.data())
def test_determined_agrees_with_the_null_space(rows, columns, data):
    """A two-way table with margins: the reference is the null space of its identities, by singular values."""
    table = np.arange(rows * columns).reshape(rows, columns)
    margins = rows * columns + np.arange(rows + columns)
    relations = [np.array([m, *line]) for m, line in zip(margins, [*table, *table.T], strict=True)]
    size = int(margins[-1]) + 1
    withheld = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
    matrix = np.zeros((len(relations), len(withheld)))
    for k, relation in enumerate(relations):
        matrix[k, relation] = [-1.0] + [1.0] * (len(relation) - 1)
    free = null_space(matrix[:, withheld])
    expected = np.flatnonzero(withheld)[(np.abs(free) < 1e-9).all(axis=1)]
    assert determined(relations, withheld).tolist() == expected.tolist()


# What was planted can be found


def adjusted_rand(a: np.ndarray, b: np.ndarray) -> float:
    """Hubert & Arabie (1985)."""
    table = pd.crosstab(a, b).to_numpy()
    pairs = lambda n: (n * (n - 1) / 2).sum()  # noqa: E731
    both, in_a, in_b = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    chance = in_a * in_b / pairs(np.array([len(a)]))
    return (both - chance) / ((in_a + in_b) / 2 - chance)


def test_markets_are_found_in_the_flows_by_average_linkage(economy):
    flows = economy.flows.pivot_table(
        index="home", columns="work", values="workers", fill_value=0, aggfunc="sum"
    )
    planted = economy.markets.set_index("member")["group"]
    areas = planted.index
    matrix = flows.reindex(index=areas, columns=areas, fill_value=0).to_numpy(dtype=float)
    residents = matrix.sum(axis=1)
    likeness = ((matrix + matrix.T) / np.minimum.outer(residents, residents)).clip(max=0.999)
    distance = 1 - likeness
    np.fill_diagonal(distance, 0)
    found = fcluster(linkage(squareform(distance, checks=False), "average"), planted.nunique(), "maxclust")
    assert adjusted_rand(found, planted.to_numpy()) > 0.85


def test_markets_are_found_as_travel_to_work_areas(economy):
    planted = economy.markets.set_index("member")["group"]
    found = (
        delineate(economy.flows, method="travel-to-work").set_index("member")["group"].reindex(planted.index)
    )
    assert 8 <= found.nunique() <= 12
    assert adjusted_rand(found.to_numpy(), planted.to_numpy()) > 0.85


def test_markets_contain_their_commuting_and_reach_over_the_border(economy):
    market = economy.markets.set_index("member")["group"]
    flows = economy.flows.assign(
        lives=economy.flows["home"].map(market), works=economy.flows["work"].map(market)
    )
    inside = flows[flows["lives"] == flows["works"]].groupby("lives")["workers"].sum()
    for side in ("lives", "works"):
        assert (inside / flows.groupby(side)["workers"].sum()).min() > 0.75
    crossing = flows[flows["lives"] != flows["works"]]["workers"].sum() / flows["workers"].sum()
    assert 0.01 < crossing < 0.15
    border = flows[flows["home"].str[:2] != flows["work"].str[:2]]
    assert set(border["home"].str[:2]) == {"91", "92"}
    across = economy.markets[economy.markets["member"].str.startswith("92")]["group"]
    assert across.isin(economy.markets[economy.markets["member"].str.startswith("91")]["group"]).any()


def test_workers_fill_the_jobs_of_each_county(economy, truth):
    totals = truth[
        (truth["industry"] == "10") & (truth["ownership"] == "0") & truth["year"].between(2016, 2020)
    ]
    jobs = totals.groupby("area")["employment"].mean().drop([STATE, UNKNOWN])
    workers = economy.flows.groupby("work")["workers"].sum().reindex(jobs.index)
    assert workers.sum() / jobs.sum() == pytest.approx(0.93, abs=0.02)
    # The survey's error is of this size in a county of five thousand.
    assert (workers / jobs)[jobs > 5000].between(0.70, 1.05).all()
    assert (economy.flows["moe"] > 0).all()


@pytest.mark.parametrize(
    ("market", "ownership", "industry"),
    [
        ("Ashenford", "5", "311"),
        ("Lowen Head", "5", "721"),
        ("Tarnholt", "5", "333"),
        ("Merrow Bay", "5", "493"),
        ("Gannet Field", "5", "211"),
        ("Ellisvar", "2", "611"),
        ("Hallow Pines", "5", "321"),
        ("Vesper Falls", "5", "335"),
    ],
)
def test_drivers_are_concentrated_where_they_were_planted(economy, truth, market, ownership, industry):
    members = economy.markets.loc[economy.markets["group"] == market, "member"]
    latest = truth[truth["year"] == 2023]
    driver = latest[(latest["ownership"] == ownership) & (latest["industry"] == industry)].set_index("area")[
        "employment"
    ]
    total = latest[(latest["ownership"] == "0")].set_index("area")["employment"]
    here = driver.reindex(members).sum() / total.reindex(members).sum()
    assert here / (driver[STATE] / total[STATE]) > 2


def test_jurisdictions_cut_across_markets(economy):
    for name, system in economy.jurisdictions.groupby("system"):
        check_membership(system)
        crossed = overlap(economy.markets, system).groupby("group_b")["group_a"].nunique()
        assert (crossed > 1).mean() >= 0.5, name
        assert 5 <= len(crossed) <= 9
    assert economy.jurisdictions.groupby("system").size().to_dict() == {
        "development district": 48,
        "workforce area": 47,
    }


def test_assets_stand_in_their_counties(economy):
    assets = pd.concat([economy.colleges, economy.airports])
    assert assets["asset"].is_unique
    boxes = economy.shapes.set_index("area").bounds
    inside = boxes.loc[assets["area"]].reset_index(drop=True)
    margin = 0.1
    assert (assets["lon"].to_numpy() > inside["minx"] - margin).all()
    assert (assets["lon"].to_numpy() < inside["maxx"] + margin).all()
    assert (assets["lat"].to_numpy() > inside["miny"] - margin).all()
    assert (assets["lat"].to_numpy() < inside["maxy"] + margin).all()
    assert set(economy.colleges["sector"]) == {1, 2, 4}


# Its nation


def test_the_state_is_a_small_part_of_its_nation(economy):
    keys = ["industry", "ownership", "year"]
    figures = ["establishments", "employment", "wages"]
    of_state = economy.truth[economy.truth["area"] == STATE]
    state, nation = (
        t.astype(dict.fromkeys(keys, str)).set_index(keys)[figures] for t in (of_state, economy.nation)
    )
    assert set(state.index) <= set(nation.index)
    assert (nation.loc[state.index] >= state).all(axis=None)
    total = (state / nation)["employment"].xs(("10", "0"), level=("industry", "ownership"))
    assert total.between(0.01, 0.03).all()


def test_the_nation_adds_up_and_everything_in_it_is_known(economy):
    nation = economy.nation
    assert set(nation["area"]) == {NATION}
    assert area_kind(NATION) == "nation"
    assert set(nation["disclosure"]) == {"disclosed"}
    cells = nation.astype(dict.fromkeys(("industry", "ownership"), str))
    parents = cells[cells["industry"] != "10"]
    parents = parents.assign(industry=parents["industry"].map(parent_of))
    sums = parents.groupby(["year", "ownership", "industry"])[["employment", "wages", "establishments"]].sum()
    whole = cells.set_index(["year", "ownership", "industry"]).loc[sums.index]
    # 3-digit industries that have 4 digits below them hold no others here.
    pd.testing.assert_series_equal(sums["wages"], whole["wages"])
    pd.testing.assert_series_equal(sums["establishments"], whole["establishments"])
    assert (sums["employment"] - whole["employment"]).abs().max() <= 10
    totals = cells[cells["industry"] == "10"].pivot_table(
        index="year", columns="ownership", values="employment"
    )
    assert (totals["0"] - totals.drop(columns="0").sum(axis=1)).abs().max() <= 3


def test_beside_its_nation_the_state_is_heavy_in_what_the_recipe_says(economy):
    keys = ["industry", "ownership"]
    tables = (economy.truth[economy.truth["area"] == STATE], economy.nation)
    state, nation = (
        t[t["year"] == 2023].astype(dict.fromkeys(keys, str)).set_index(keys)["employment"] for t in tables
    )
    quotient = (state / state["10", "0"]) / (nation / nation["10", "0"])
    private = quotient.xs("5", level="ownership")
    assert private[["21", "31-33", "48-49", "721"]].min() > 1.2
    assert private[["51", "54", "61"]].max() < 1
    assert 0.8 < private["62"] < 1.1


def test_the_nation_is_drawn_apart_from_the_state(economy, monkeypatch):
    """Other draws of the nation leave the state as it is."""
    drawn = simulation.nation_cells

    def other(recipe, industries, state, rng):
        return drawn(recipe, industries, state, np.random.default_rng(99))

    monkeypatch.setattr(simulation, "nation_cells", other)
    again = simulate()
    pd.testing.assert_frame_equal(again.published, economy.published)
    assert not again.nation["employment"].equals(economy.nation["employment"])


def test_the_nation_s_file_is_official_in_layout_and_read_as_it_was_drawn(economy):
    path = data_path("demo", "nation.csv.gz")
    table = pd.read_csv(path, dtype={"agglvl_code": str, "industry_code": str, "own_code": str})
    assert list(table.columns) == list(read_year(2023).columns)
    level = table.drop_duplicates(["own_code", "industry_code"]).set_index(["own_code", "industry_code"])
    found = level["agglvl_code"].to_dict()
    codes = {
        ("0", "10"): "10",
        ("5", "10"): "11",
        ("5", "102"): "12",
        ("5", "31-33"): "14",
        ("5", "7225"): "16",
    }
    assert {key: found[key] for key in codes} == codes
    rows = read_annual([path]).rows
    keys = ["industry", "ownership", "year"]
    read, drawn = (
        t.astype(dict.fromkeys(keys, str)).set_index(keys).sort_index() for t in (rows, economy.nation)
    )
    assert read["employment"].to_dict() == drawn["employment"].to_dict()
    assert read["wages"].to_dict() == drawn["wages"].to_dict()


# It is nobody's real place


def test_no_name_is_a_real_countys_or_states(economy):
    real = {name.split(",")[0].lower() for name in county_names().astype(str)}
    invented = {name.split(",")[0].lower() for name in economy.names}
    assert len(real) > 1500
    assert not invented & real
    short = {name.removesuffix(" county") for name in real}
    assert not {name.removesuffix(" county") for name in invented} & short
    recipe, _ = demonstration_recipe()
    states = {word for code in county_names().index.str[:2].unique() for word in state_name(code).split()}
    states -= {"New", "North", "South", "West", "of"}
    assert {"Ohio", "Dakota", "Vermont"} <= states
    text = " ".join(
        [*economy.names, *economy.colleges["name"], *economy.airports["name"], recipe["neighbor"]["name"]]
    )
    assert not states & set(text.replace(",", " ").split())


def test_shapes_tile_an_invented_state_in_the_ocean(economy):
    shapes = economy.shapes
    assert shapes.crs.to_epsg() == 4326
    assert shapes.is_valid.all()
    assert set(shapes.geom_type) == {"Polygon"}
    whole = shapes.union_all()
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    assert sum(g.area for g in shapes.geometry) == pytest.approx(whole.area, abs=1e-9)
    # West of the mainland and its waters, north of Hawaii, south of Alaska.
    assert box(-151, 33, -144, 39).contains(whole)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_give_other_valid_states(seed):
    recipe, _ = demonstration_recipe()
    rng = np.random.default_rng(seed)
    shapes = geography.county_shapes(recipe, rng)
    plan = geography.plan_counties(recipe, shapes, rng)
    assert len(shapes) == 48
    assert shapes.is_valid.all()
    assert set(plan["market"]) == set(recipe["markets"])
    assert plan["hub"].sum() == len(recipe["markets"])


# What is shipped


@pytest.fixture(scope="module")
def written(economy, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demonstration")
    return folder, write_demonstration(economy, folder)


def text(path):
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def test_shipped_files_are_those_of_the_seed(written):
    folder, paths = written
    shipped = data_path("demo")
    there = {p.relative_to(shipped) for p in shipped.rglob("*") if p.is_file() and p.parent.name != "recipe"}
    assert there == {p.relative_to(folder) for p in paths}
    for path in paths:
        assert text(path) == text(shipped / path.relative_to(folder)), path.name
    assert sum((shipped / p).stat().st_size for p in there) < 4_000_000


def test_writing_twice_gives_the_same_bytes(economy, written, tmp_path):
    folder, paths = written
    again = write_demonstration(economy, tmp_path)
    assert [p.read_bytes() for p in again] == [p.read_bytes() for p in paths]
    assert not list(folder.rglob("*.part"))


def read_year(year):
    path = data_path("demo", "qcew", f"{year}.annual.singlefile.csv.gz")
    codes = dict.fromkeys(("area_fips", "own_code", "industry_code", "agglvl_code", "disclosure_code"), str)
    return pd.read_csv(path, dtype=codes, keep_default_na=False, na_values={"lq_annual_avg_emplvl": ""})


def test_files_are_in_the_official_layout(published):
    table = read_year(2023)
    assert set(table["qtr"]) == {"A"}
    assert set(table["disclosure_code"]) == {"", "N"}
    withheld = table["disclosure_code"] == "N"
    assert (table.loc[withheld, ["annual_avg_emplvl", "total_annual_wages", "avg_annual_pay"]] == 0).all(
        axis=None
    )
    assert (table.loc[withheld, "annual_avg_estabs"] > 0).all()
    expected = published[published["year"] == 2023]
    assert table.loc[~withheld, "annual_avg_emplvl"].sum() == expected["employment"].sum()
    level = table.set_index(["area_fips", "own_code", "industry_code"])["agglvl_code"]
    assert level[(STATE, "0", "10")] == "50"
    assert level[("91001", "0", "10")] == "70"
    for code, digit in {"10": 1, "102": 2, "1023": 3, "31-33": 4, "52": 4, "722": 5, "7225": 6}.items():
        assert level[(STATE, "5", code)] == f"5{digit}"
    assert table["lq_annual_avg_emplvl"].isna().all()


@pytest.mark.shared
def test_columns_and_levels_are_those_of_an_official_file(shared):
    official = pd.read_csv(
        shared / "data/qcew/api/2023/a/area/39049.csv", dtype={"industry_code": str, "agglvl_code": str}
    )
    ours = read_year(2023)
    assert list(ours.columns) == list(official.columns)
    ours = ours[ours["area_fips"].str[2:] != "000"]
    levels = official.drop_duplicates(["own_code", "industry_code"]).set_index(["own_code", "industry_code"])[
        "agglvl_code"
    ]
    keys = pd.MultiIndex.from_arrays([ours["own_code"].astype(int), ours["industry_code"]])
    matched = levels.reindex(keys)
    assert matched.notna().mean() > 0.8
    assert (
        matched.dropna().to_numpy() == ours.loc[matched.notna().to_numpy(), "agglvl_code"].to_numpy()
    ).all()


def test_study_file_names_what_is_shipped():
    folder = data_path("demo")
    study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    assert study["demonstration"] is True
    assert len(list(folder.glob(study["panel"][0]))) == 20
    registers = [system["file"] for system in study["jurisdictions"].values()]
    for name in [study["flows"], study["shapes"], study["names"], *study["assets"], *registers]:
        assert (folder / name).is_file()
    header = pd.read_csv(folder / registers[0], dtype=str, nrows=1).columns
    assert {s["group"] for s in study["jurisdictions"].values()} <= set(header)


def test_other_files_have_the_columns_of_their_sources(economy):
    folder = data_path("demo")
    flows = pd.read_csv(folder / "commuting.csv", dtype={"home_fips": str, "work_fips": str})
    assert list(flows.columns) == ["home_fips", "work_fips", "workers", "moe"]
    colleges = pd.read_csv(folder / "colleges.csv", dtype=str)
    assert {"UNITID", "INSTNM", "COUNTYCD", "LONGITUD", "LATITUDE", "STABBR", "SECTOR", "ICLEVEL"} <= set(
        colleges
    )
    features = json.loads((folder / "counties.geojson").read_text())["features"]
    areas = [feature["properties"]["area"] for feature in features]
    assert all(a < b for a, b in pairwise(areas))
    assert all(shape(feature["geometry"]).is_valid for feature in features)
    names = pd.read_csv(folder / "areas.csv", dtype=str).set_index("area")["name"]
    assert set(flows["home_fips"]) | set(flows["work_fips"]) | {STATE, UNKNOWN, NATION} == set(names.index)
    pd.testing.assert_series_equal(names, economy.names, check_index_type=False)
