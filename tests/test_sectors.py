"""Sectors as compositions: what is refused, what a study sees, and sums that count each job once."""

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlib as sl
from sectorlib import naics
from sectorlib.exceptions import TableError, UnknownIndustryError, UnknownNameError
from sectorlib.panel import aggregate
from sectorlib.resources import data_path
from sectorlib.sectors import (
    compose,
    find_sector,
    load_sectors,
    naics_sectors,
    sector_membership,
    sector_overlap,
    sector_rows,
    segments_as_sectors,
    visible_codes,
)

FORM = """
sectors:
  optics:
    title: Optics
    note: Lenses and instruments
    reference: A study of ours
    segments:
      traditional:
        note: Glass
        industries: {INDUSTRIES}
"""


def written(tmp_path, industries: str, extra: str = ""):
    path = tmp_path / "sectors.yaml"
    path.write_text(extra + FORM.replace("{INDUSTRIES}", industries), encoding="utf-8")
    return path


def panel_of(jobs: dict[str, float], area: str = "36055") -> pd.DataFrame:
    known = pd.Series(jobs, dtype=float)
    return pd.DataFrame(
        {
            "area": area, "industry": known.index, "ownership": "5", "year": 2016, "establishments": 10.0,
            "employment": known.to_numpy(), "wages": known.to_numpy() * 40_000,
            "disclosure": np.where(known.notna(), "disclosed", "suppressed"),
        }
    )  # fmt: skip


# --- the catalogue ------------------------------------------------------------------------------------


def test_the_catalogue_holds_the_well_known_sectors_with_notes_and_references():
    sectors = load_sectors()
    known = {
        "advanced-manufacturing",
        "food-and-agriculture",
        "health-care",
        "information-technology",
        "energy",
    }
    known |= {"transportation-and-logistics", "construction", "tourism-and-hospitality"}
    assert known <= set(sectors["sector"])
    assert (sectors[["title", "segment", "note", "reference"]] != "").all().all()
    assert {"traditional", "higher-value"} <= set(sectors["segment"])
    tourism = sectors[sectors["sector"] == "tourism-and-hospitality"].set_index("industry")["segment"]
    assert (tourism["721"], tourism["3121"]) == ("traditional", "higher-value")


def test_mines_wells_utilities_and_builders_are_all_in_a_sector():
    """Gold country ranked by its drillers alone while mines (212) were in no sector and their support (213) was."""
    inside = set(load_sectors()["industry"])
    nation = sl.national_industries("5", 2016)
    three = nation.loc[nation["digits"] == 3, "industry"].astype(str)
    wanted = three[three.str[:2].isin(["21", "22", "23"])]
    assert set(wanted) == {"211", "212", "213", "221", "236", "237", "238"}
    assert set(wanted) <= inside


def test_every_four_digit_code_has_a_share_of_its_parent():
    sectors = load_sectors()
    four = sectors[naics.levels(sectors["industry"]) == "4"]
    assert four["share_of_parent"].between(0, 1).all()


def test_a_study_adds_a_sector_replaces_one_and_drops_one(tmp_path):
    path = written(tmp_path, '{"3272": 0.5, "334": 1}', "leave_out: [retail]\n")
    sectors = load_sectors(path)
    assert "retail" not in set(sectors["sector"])
    optics = sectors[sectors["sector"] == "optics"].set_index("industry")
    assert optics["weight"].to_dict() == {"3272": 0.5, "334": 1.0}
    assert optics.loc["3272", "share_of_parent"] == 0.21  # the shipped share serves the user's sector too
    renamed = path.read_text(encoding="utf-8").replace("optics:", "energy:")
    path.write_text(renamed, encoding="utf-8")
    assert set(load_sectors(path).query("sector == 'energy'")["industry"]) == {"3272", "334"}


@pytest.mark.parametrize(
    ("industries", "error", "words"),
    [
        ('{"334": 1.2}', TableError, "weight of 1.2"),
        ('{"334": -0.1}', TableError, "weight of -0.1"),
        ('{"334": "much"}', TableError, "'much'"),
        ('{"391": 1}', UnknownIndustryError, "391"),
        ('{"31-33": 1, "334": 1}', TableError, "inside it"),
        ('{"327": 1, "3272": 0.5}', TableError, "inside it"),
        ('{"10": 1}', TableError, "10, all industries"),
        ('{"1013": 1}', TableError, "1013"),
        ('{"334": 1, "334": 0.5}', TableError, "stands twice"),
    ],
)
def test_what_cannot_be_a_sector_is_refused_with_a_hint(tmp_path, industries, error, words):
    with pytest.raises(error) as caught:
        load_sectors(written(tmp_path, industries))
    assert words in str(caught.value)
    assert caught.value.hint


def test_a_segment_without_industries_is_refused(tmp_path):
    path = tmp_path / "sectors.yaml"
    path.write_text("sectors: {optics: {title: Optics}}", encoding="utf-8")
    with pytest.raises(TableError, match="optics"):
        load_sectors(path)


def test_a_sector_goes_by_name_title_or_code():
    sectors = load_sectors()
    assert sector_rows(sectors, "Energy").equals(sector_rows(sectors, "energy"))
    assert sector_membership(sectors, "31")["member"].to_list() == ["31-33"]
    with pytest.raises(UnknownNameError, match="construction"):
        sector_rows(sectors, "constuction")


def test_weights_over_segments_add_up_in_the_membership():
    sectors = load_sectors().head(1)
    split = pd.concat([sectors.assign(weight=0.3), sectors.assign(weight=0.5, segment="other")])
    assert sector_membership(split, sectors["sector"].iloc[0])["weight"].to_list() == [0.8]


# --- what a study sees --------------------------------------------------------------------------------


def test_a_code_below_the_study_s_level_stands_in_or_is_named_as_not_visible():
    seen = visible_codes(load_sectors(), pd.Series(["31-33", "312", "325", "54", "541"]))
    status = seen.set_index(["sector", "industry"])["status"]
    assert status["food-and-agriculture", "3121"] == "stands in"
    assert status["food-and-agriculture", "311"] == "no rows"  # three digits are told apart; there is none
    assert status["advanced-manufacturing", "325"] == "visible"
    assert status["life-sciences", "6215"] == "no rows"  # the panel has sectors, and 62 is not among them
    only_sectors = visible_codes(load_sectors(), pd.Series(["31-33", "62"]))
    status = only_sectors.set_index(["sector", "industry"])["status"]
    assert status["food-and-agriculture", "311"] == "not visible"


def test_a_stand_in_is_an_estimate_between_nothing_and_the_whole_industry():
    beverages = load_sectors().query("industry == '3121' and sector == 'food-and-agriculture'")
    row = compose(panel_of({"312": 200.0}), beverages).iloc[0]
    assert row["employment"] == pytest.approx(190)
    assert (row["employment_low"], row["employment_high"]) == (0, 200)
    assert row["disclosure"] == "estimated"


def test_a_withheld_part_gives_bounds_and_no_figure():
    sectors = load_sectors().query("sector == 'metals-and-materials'")
    row = compose(panel_of({"326": 50.0, "331": np.nan, "332": 70.0}), sectors).iloc[0]
    assert np.isnan(row["employment"])
    assert row["employment_low"] == 120
    assert row["disclosure"] == "partial"


def test_every_part_of_a_naics_sector_is_the_naics_sector():
    """Hospitals are withheld, the sector is not: health care is read from 62."""
    sectors = load_sectors().query("sector == 'health-care'")
    jobs = {"62": 100.0, "621": 30.0, "622": np.nan, "623": np.nan, "624": 20.0}
    assert compose(panel_of(jobs), sectors)["employment"].to_list() == [100.0]
    part = compose(panel_of(jobs), sectors[sectors["industry"] != "624"])
    assert part["employment"].isna().all()


def test_a_study_of_naics_sectors_alone_sees_the_sectors_that_are_made_of_whole_ones():
    panel = panel_of({"23": 90.0, "62": 100.0, "52": 60.0, "31-33": 50.0})
    composed = compose(panel, load_sectors()).set_index("industry")["employment"]
    assert composed.to_dict() == {"health-care": 100.0, "construction": 90.0, "financial-services": 60.0}
    seen = visible_codes(load_sectors(), panel["industry"])
    construction = seen[seen["sector"] == "construction"].iloc[0]
    assert construction[["industry", "status", "counted_as"]].to_list() == ["23", "visible", "23"]


def test_weights_scale_jobs_wages_and_establishments():
    half = load_sectors().query("industry == '551'").assign(weight=0.5)
    row = compose(panel_of({"551": 80.0}), half).iloc[0]
    assert (row["employment"], row["establishments"], row["wages"]) == (40, 5, 80 * 40_000 / 2)


def test_a_panel_without_any_code_gives_no_rows():
    assert compose(panel_of({"611": 5.0}), load_sectors().query("sector == 'energy'")).empty


@settings(max_examples=8)
@given(
    jobs=st.lists(st.integers(0, 5000), min_size=20, max_size=20),
    owner=st.lists(st.integers(0, 3), min_size=20, max_size=20),
)
def test_sectors_that_partition_the_economy_conserve_its_total(jobs, owner):
    codes = [code for code in naics.SECTORS if code != "99"]
    panel = panel_of(dict(zip(codes, map(float, jobs), strict=True)))
    sectors = naics_sectors().query("sector != '99'").assign(sector=[f"group {n}" for n in owner])
    composed = compose(panel, sectors)
    assert composed["employment"].sum() == pytest.approx(sum(jobs))
    assert composed["wages"].sum() == pytest.approx(panel["wages"].sum())


def test_naics_sectors_are_what_aggregate_makes_of_them():
    panel = panel_of({"23": 10.0, "62": 30.0})
    composed = compose(panel, naics_sectors()).set_index("industry")["employment"]
    assert composed.to_dict() == {"23": 10.0, "62": 30.0}
    construction = aggregate(panel, industries=sector_membership(naics_sectors(), "23"))
    assert construction["employment"].to_list() == [10.0]


def test_segments_add_up_to_their_sector():
    sectors = load_sectors().query("sector == 'transportation-and-logistics'")
    panel = panel_of({"484": 10.0, "492": 4.0, "481": 7.0, "488": 3.0})
    parts = compose(panel, segments_as_sectors(sectors))
    assert parts["employment"].sum() == compose(panel, sectors)["employment"].iloc[0] == 24


# --- overlaps -----------------------------------------------------------------------------------------


def test_overlaps_are_told_by_code_and_by_jobs():
    a = load_sectors().query("sector == 'education'")
    inside = a.assign(sector="colleges", industry="6113", weight=0.4)
    table = sector_overlap(pd.concat([a, inside]), panel_of({"611": 500.0, "6113": 300.0}))
    row = table.iloc[0]
    assert (row["sector_a"], row["sector_b"], row["industries"]) == ("education", "colleges", "6113")
    assert (row["jobs_low"], row["jobs_high"]) == (120, 120)  # 0.4 of 300


def test_sectors_that_share_nothing_have_no_overlap():
    assert sector_overlap(naics_sectors()).empty


def relative_pay(rows, year):
    """The nation's pay in weighted codes over its pay in all jobs, from the shipped national figures of private industry."""
    nation = sl.national_industries("5", year).set_index("industry")
    share, pay = (rows["industry"].map(nation[column]) for column in ("employment_share", "relative_pay"))
    jobs = (share * rows["weight"]).where(pay.notna())
    return float((jobs * pay).sum() / jobs.sum()), float(jobs.sum())


@pytest.mark.parametrize("year", [2016, 2023])
def test_a_segment_called_higher_value_pays_more_in_the_nation_than_the_rest_of_its_sector(year):
    sectors = load_sectors()
    named = sectors.loc[sectors["segment"] == "higher-value", "sector"].unique()
    assert len(named) >= 10
    for name in named:
        rows = sectors[sectors["sector"] == name]
        higher, jobs = relative_pay(rows[rows["segment"] == "higher-value"], year)
        rest, others = relative_pay(rows[rows["segment"] != "higher-value"], year)
        assert jobs > 0, name
        assert others > 0, name
        assert higher > rest, (name, higher, rest)


def test_home_health_and_flat_glass_are_in_no_higher_value_segment():
    sectors = load_sectors()
    higher = set(sectors.loc[sectors["segment"] == "higher-value", "industry"])
    assert not {"3271", "3272", "327", "6216", "621", "337", "221"} & higher
    health = sectors[sectors["sector"] == "health-care"].set_index("industry")["segment"]
    assert (health["6216"], health["622"]) == ("traditional", "higher-value")


def test_every_composition_has_a_reason_and_a_reference():
    content = yaml.safe_load(data_path("sectors.yaml").read_text(encoding="utf-8"))["sectors"]
    for name, sector in content.items():
        assert len(sector["reason"].split()) >= 8, name
        assert len(sector["reference"].split()) >= 5, name


def test_an_industry_is_read_where_all_of_its_parts_belong_and_the_panel_shows_no_parts():
    """Health care names offices of physicians and home health; the sum of all seven is the 3-digit industry."""
    health = load_sectors().query("sector == 'health-care'")
    three = visible_codes(health, pd.Series(["62", "621", "622", "623", "624"])).set_index("industry")
    assert three["status"].to_dict() == dict.fromkeys(["621", "622", "623", "624"], "visible")
    two = visible_codes(health, pd.Series(["62", "61"]))
    assert two[["industry", "status", "counted_as"]].to_numpy().tolist() == [["62", "visible", "62"]]
    part = visible_codes(segments_as_sectors(health), pd.Series(["62", "621", "622", "623", "624"]))
    assert part.set_index("industry").loc[["6211", "6216"], "counted_as"].to_list() == ["621", "621"]
    panel = pd.DataFrame(
        {
            "area": "36055", "industry": ["62", "621", "622", "623", "624"], "ownership": "5", "year": 2016,
            "establishments": 10, "employment": [100.0, 40, None, 20, None], "wages": [5e6, 2e6, None, 6e5, None],
            "disclosure": ["disclosed", "disclosed", "suppressed", "disclosed", "suppressed"],
        }
    )  # fmt: skip
    made = compose(panel, health)
    assert made[["employment", "disclosure"]].to_numpy().tolist() == [[100.0, "disclosed"]]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("manufacturing", "31-33"),
        ("Manufacturing", "31-33"),
        ("ADVANCED MANUFACTURING", "advanced-manufacturing"),
        ("tourism", "tourism-and-hospitality"),
        ("motor vehicles", "3361"),
        ("62 Health Care", "62"),
        ("33", "31-33"),
        ("finance", "52"),
    ],
)
def test_a_sector_is_found_by_what_people_call_it(name, found):
    assert find_sector(load_sectors(), name) == found


def test_a_name_of_several_sectors_is_an_error_that_lists_them():
    with pytest.raises(UnknownNameError, match="'forest' may be one of 2") as error:
        find_sector(load_sectors(), "forest")
    assert "forest-products (Forest products) or 1132" in error.value.hint


def test_a_name_of_nothing_is_no_sector():
    for name in ("", "  ", "no such thing", "977"):
        with pytest.raises(UnknownNameError, match="unknown sector"):
            find_sector(load_sectors(), name)
