"""The reference data in the box: declared, small, and what the recipes make of the public files."""

import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

import sectorlib as sl
from sectorlib import naics
from sectorlib.areas import VINTAGES
from sectorlib.exceptions import UnknownNameError
from sectorlib.reference import national_industries, reference_table, reference_tables
from sectorlib.resources import data_path

RECIPES = Path(__file__).parents[1] / "data" / "recipes"
MOST_BYTES = 12 * 1024 * 1024


def test_every_table_in_the_box_is_declared_and_built_by_a_recipe():
    files = {path.stem for path in data_path("reference").iterdir()}
    recipes = {path.stem for path in RECIPES.glob("*.py")}
    assert files == set(reference_tables())
    assert set(reference_tables()) <= recipes


@pytest.mark.parametrize("name", reference_tables())
def test_a_table_says_where_it_is_from(name):
    declared = reference_tables()[name]
    assert all([declared.title, declared.producer, declared.vintage, declared.license, declared.source])
    assert declared.counties in {"", *VINTAGES}
    assert len(reference_table(name))


def test_the_box_is_small():
    assert sum(path.stat().st_size for path in data_path("reference").iterdir()) <= MOST_BYTES


def test_what_a_caller_does_to_a_table_stays_with_the_caller():
    mine = reference_table("national_industries")
    mine["year"] = 0
    assert reference_table("national_industries")["year"].min() == 1990


def test_a_table_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(UnknownNameError, match="national_industries"):
        reference_table("national_industry")


# --- the nation's industries -------------------------------------------------------------------------


def test_a_share_lies_between_the_least_and_the_most_it_can_be():
    table = reference_table("national_industries")
    known = table[table["employment_share"].notna()]
    assert (known["share_low"] <= known["employment_share"]).all()
    assert (known["employment_share"] <= known["share_high"]).all()
    assert not table.duplicated(["year", "ownership", "industry"]).any()


@pytest.mark.parametrize("ownership", ["1", "3", "5"])
@pytest.mark.parametrize("year", [1990, 2000, 2010, 2016, 2024])
def test_sectors_add_up_to_the_total_of_their_owner(year, ownership):
    rows = national_industries(ownership, year).set_index("industry")
    sectors = rows.loc[rows["digits"] == 2, "employment_share"]
    # The totals of 2016 are those of quarterly files, its sectors those of the annual one, revised since.
    assert sectors.sum() == pytest.approx(rows.loc["10", "employment_share"], rel=2e-4)


@pytest.mark.parametrize("year", [2016, 2020, 2021, 2022, 2023, 2024])
def test_private_industries_of_three_digits_are_their_sectors(year):
    rows = national_industries("5", year).set_index("industry")
    detail = rows[rows["digits"] == 3]
    low, high = (detail[c].groupby(detail.index.map(naics.sector)).sum() for c in ("share_low", "share_high"))
    sectors = rows.loc[["62", "72"]]  # of which the counties at hand have every subsector
    assert (low[sectors.index] <= sectors["share_high"] * 1.001).all()
    assert (high[sectors.index] >= sectors["share_low"] * 0.999).all()


def test_what_quotients_recover_is_what_was_published():
    """Recovered shares of 2016 add up to official sectors, which took no part in recovering them."""
    rows = national_industries("5", 2016).set_index("industry")
    detail = rows[(rows["digits"] == 3) & (rows["how"] == "recovered")]
    recovered = detail["employment_share"].groupby(detail.index.map(naics.sector)).sum()
    official = rows.loc[(rows["digits"] == 2) & (rows["how"] == "official"), "employment_share"]
    shared = recovered.index.intersection(official.index)
    assert len(shared) == 20
    pd.testing.assert_series_equal(recovered[shared], official[shared], rtol=1e-3, check_names=False)


def test_the_nearest_year_is_taken_and_of_two_the_earlier():
    assert national_industries("5", 2019)["year"].unique().tolist() == [2020]
    assert national_industries("5", 2018)["year"].unique().tolist() == [2016]
    assert national_industries("0", 1850)["year"].unique().tolist() == [1990]
    with pytest.raises(UnknownNameError):
        national_industries("9")


def test_drivers_are_private_industry_with_public_schools_and_hospitals():
    drivers, private = (
        national_industries(o, 2010).set_index("industry")["employment_share"] for o in ("drivers", "5")
    )
    state, local = (
        national_industries(o, 2010).set_index("industry")["employment_share"] for o in ("2", "3")
    )
    federal = national_industries("1", 2010).set_index("industry")["employment_share"]
    assert drivers["62"] == pytest.approx(private["62"] + federal["62"] + state["62"] + local["62"])
    assert drivers["31-33"] == private["31-33"]
    everyone = national_industries("0", 2010).set_index("industry")
    assert everyone.loc["92", "employment_share"] == pytest.approx(federal["92"] + state["92"] + local["92"])


@pytest.mark.shared
def test_recovered_shares_give_the_published_quotients_back(shared):
    """A county's share over the recovered national one is the quotient that was published, to its decimals."""
    path = shared / "data/qcew/api/2022/a/area/39049.csv"
    published = pd.read_csv(path, dtype={"industry_code": str, "own_code": str})
    private = published[(published["own_code"] == "5") & (published["lq_annual_avg_emplvl"] > 0.2)]
    total = published.loc[published["own_code"] == "0", "annual_avg_emplvl"].iloc[0]
    shares = national_industries("5", 2022).set_index("industry")
    rows = private.set_index("industry_code").join(shares["employment_share"], how="inner")
    quotient = rows["annual_avg_emplvl"] / total / rows["employment_share"]
    off = (quotient - rows["lq_annual_avg_emplvl"]).abs().dropna()
    assert len(off) > 200
    assert (off < 0.011).mean() > 0.99


# --- the recipes -------------------------------------------------------------------------------------

#: Tables that are built in about a second.
CHEAP = [
    "commuting_flows",
    "consumer_prices",
    "metropolitan_areas",
    "naics_concordances",
    "naics_titles",
    "official_projections",
    "price_parities",
    "rural_urban_codes",
]


@pytest.mark.shared
@pytest.mark.parametrize("name", CHEAP)
def test_building_a_table_anew_gives_the_same(name, shared, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(RECIPES), *sys.path])
    built = import_module(name).table(shared / "data").reset_index(drop=True)
    pd.testing.assert_frame_equal(built, reference_table(name), check_dtype=False)


@pytest.mark.shared
def test_the_nation_of_official_files_is_built_anew_the_same(shared, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(RECIPES), *sys.path])
    recipe = import_module("national_industries")
    built = recipe._quarter_of_2024(shared / "data").set_index(["ownership", "industry"])["share"]
    table = sl.reference_table("national_industries").query("year == 2024 and ownership in ('1', '5')")
    shipped = table.set_index(["ownership", "industry"])["employment_share"]
    pd.testing.assert_series_equal(built[shipped.index], shipped, check_names=False)


# --- what the tables hold ----------------------------------------------------------------------------


def test_the_codes_of_counties_are_of_the_vintage_that_is_declared():
    columns = {
        "commuting_flows": "home",
        "commuting_zones": "member",
        "metropolitan_areas": "member",
        "rural_urban_codes": "area",
        "colleges": "area",
        "places": "area",
    }
    for name, column in columns.items():
        codes = reference_table(name)[column].dropna()
        vintage = reference_tables()[name].counties
        valid = set(sl.county_names(vintage).index)
        # Pacific freely associated states have colleges, and no counties.
        strange = {
            code for code in set(codes) - valid if code[:2] not in {"60", "64", "68", "70", "66", "69"}
        }
        assert len(strange) <= 3, (name, sorted(strange))


def test_commuting_adds_up_to_the_nations_workers():
    flows = reference_table("commuting_flows")
    assert len(flows) == 135_760
    assert flows["workers"].sum() == 143_522_595


def test_zones_and_metropolitan_areas_are_those_that_were_published():
    zones, metropolitan = reference_table("commuting_zones"), reference_table("metropolitan_areas")
    assert zones["group"].nunique() == 741
    assert metropolitan.loc[metropolitan["group"] != "none", "group"].nunique() == 393


def test_borders_are_known_by_their_length_and_corners_have_none():
    pairs = reference_table("county_adjacency").set_index(["counties", "area", "neighbor"])["border_km"]
    assert pairs["2010s", "36055", "36069"] > 25  # Monroe and Ontario, New York
    assert pairs["2010s", "04001", "08083"] == 0  # Apache and Montezuma meet at the Four Corners alone
    assert pairs["2010s", "11001", "51059"] == 0  # Fairfax ends before the District of Columbia
    assert ("2020s", "09110", "09130") in pairs.index  # planning regions of Connecticut
    areas = pairs.reset_index()
    assert (areas["area"] < areas["neighbor"]).all()


def test_a_county_is_found_by_a_place():
    places = reference_table("places").set_index(["state", "name"])["area"]
    assert places["NY", "Rochester"] == "36055"
    assert places["OH", "Columbus"] == "39049"
    assert places["CT", "Hartford"] == "09110"


def test_concordances_lead_from_every_code_to_codes_that_exist():
    pairs, titles = reference_table("naics_concordances"), reference_table("naics_titles")
    for revision in (2002, 2007, 2012, 2017):
        steps = pairs[pairs["naics"] == revision]
        old, new = (set(titles.loc[titles["naics"] == n, "code"]) for n in (revision, revision + 5))
        assert {code for code in old if len(code) == 6} == set(steps["code"])
        assert set(steps["next_code"]) <= new
