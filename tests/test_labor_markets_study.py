"""Labor markets of a study: flows in several files, what is beside them, and what the tables say."""

import gzip
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

from sectorlib import labor_markets as lm
from sectorlib.checks import check_study
from sectorlib.exceptions import NotSupportedError, StudyFileError, UnknownNameError
from sectorlib.resources import data_path
from sectorlib.results import Results
from sectorlib.sources.commuting import read_flows
from sectorlib.sources.lodes import SEGMENTS
from sectorlib.sources.metropolitan import read_metropolitan_areas
from sectorlib.study import load_study

CODES = [code for codes in SEGMENTS.values() for code in codes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The demonstration's files, for studies of their own."""
    path = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(data_path("demo"), path)
    return path


def study(folder, name="study", **keys):
    content = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(content | keys), encoding="utf-8")
    return load_study(path)


# ---------------------------------------------------------------------------------------------------------
# Metropolitan areas
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_official_list_has_metropolitan_areas_and_everybody_else_is_in_none(shared):
    table = read_metropolitan_areas(shared / "data/delineations/omb_cbsa_list1_2023.xlsx")
    metropolitan = table[table["group"] != "none"]
    assert (
        metropolitan["group"].nunique() == 393
    )  # Bulletin 23-01: 387 in the United States, 6 in Puerto Rico
    assert metropolitan["member"].str.startswith("72").groupby(metropolitan["group"]).any().sum() == 6
    titles = metropolitan.drop_duplicates("group").set_index("group")["title"]
    assert titles["40380"] == "Rochester, NY"
    assert "46013" in set(table.loc[table["group"] == "none", "member"])  # Aberdeen is micropolitan
    assert not table["member"].duplicated().any()


@pytest.mark.shared
def test_metropolitan_areas_reach_every_county_of_the_flows_and_of_2016(shared, national_flows):
    table = read_metropolitan_areas(shared / "data/delineations/omb_cbsa_list1_2023.xlsx")
    qcew = pd.read_parquet(
        shared / "data/qcew/us_2016/us_2016_quarterly_county_to_naics4.parquet", columns=["area_fips"]
    )["area_fips"].unique()
    counties = sorted(set(national_flows["home"]) | {c for c in qcew if c < "57" and not c.endswith("999")})
    placed = lm.on_counties(table, counties)
    assert lm.not_on_counties(table, counties) == []
    assert np.allclose(placed.groupby("member")["weight"].sum(), 1)
    # Fairfield County, of the old codes, lies in Bridgeport's area; the bridge says that it goes by people
    fairfield = placed[placed["member"] == "09001"]
    assert set(fairfield["bridge"]) == {"county bridge: shares by people"}
    assert fairfield.sort_values("weight")["title"].iloc[-1].startswith("Bridgeport")
    assert placed.loc[placed["member"] == "36061", "group"].tolist() == ["35620"]
    assert lm.not_on_counties(table, ["36061", "99998"]) == ["99998"]


# ---------------------------------------------------------------------------------------------------------
# Flows
# ---------------------------------------------------------------------------------------------------------


def test_states_of_which_only_commuters_over_the_border_are_known_are_not_drawn():
    flows = pd.DataFrame(
        {
            "home": ["44007", "44003", "25005", "44007", "09001"],
            "work": ["44007", "44007", "44007", "25005", "09001"],
            "workers": [900, 40, 30, 20, 0],  # nobody both lives and works in 25 or 09
        }
    )
    kept = lm.between_covered_states(flows)
    assert kept[["home", "work"]].to_numpy().tolist() == [["44007", "44007"], ["44003", "44007"]]
    pd.testing.assert_frame_equal(lm.between_covered_states(kept), kept)


def _lodes(path, pairs):
    """Pairs of (home county, work county, jobs); all are of the first age and industry, by turns of each pay band."""
    lines = ["w_geocode,h_geocode,S000," + ",".join(CODES)]
    for i, (home, work, jobs) in enumerate(pairs):
        segments = {"SA01": jobs, "SI01": jobs, f"SE0{i % 3 + 1}": jobs}
        counts = [segments.get(code, 0) for code in CODES]
        lines.append(",".join(map(str, [work + "0101011001", home + "0101011002", jobs, *counts])))
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))


@pytest.fixture
def lodes(folder):
    """The demonstration's own state in two LODES files, with commuters from a state whose files are not there."""
    flows = read_flows(folder / "commuting.csv")
    own = flows[flows["home"].str.startswith("91") & flows["work"].str.startswith("91")]
    rows = own[["home", "work", "workers"]].astype({"workers": int})
    _lodes(folder / "va_od_main_JT00_2019.csv.gz", rows.to_numpy().tolist())
    _lodes(folder / "va_od_aux_JT00_2019.csv.gz", [["92001", str(own["work"].iloc[0]), 1000]])
    return study(folder, "lodes", flows=["va_od_*"])


def test_lodes_files_are_flows_of_a_study(folder, lodes):
    plain = load_study(folder / "study.yaml")
    own = plain.flows[plain.flows["home"].str.startswith("91") & plain.flows["work"].str.startswith("91")]
    assert lodes.flows["workers"].sum() == own["workers"].astype(int).sum()
    assert lodes.commuting["workers"].sum() == lodes.flows["workers"].sum() + 1000
    assert "92001" not in set(lodes.whole_markets["member"])
    assert {o.path for o in lodes.origins} >= {
        "va_od_main_JT00_2019.csv.gz",
        "va_od_aux_JT00_2019.csv.gz",
    }
    quality = Results(lodes)["labor-market-quality"]
    assert quality["demand_side"].iloc[0] < quality["supply_side"].iloc[0]  # 1,000 jobs are held from outside
    assert quality["note"].str.contains("states that the flows do not cover").all()
    texts = [f.text for f in check_study(lodes) if f.subject == "flows"]
    assert any("1,000 workers" in text and "92" in text for text in texts)


def test_a_segment_may_be_the_flows(folder, lodes):
    one = study(folder, "segment", flows="va_od_*", flow_segment="SE02")
    assert 0 < one.flows["workers"].sum() < lodes.flows["workers"].sum()
    with pytest.raises(UnknownNameError, match="unknown segment 'SE2'"):
        _ = study(folder, "segment", flows="va_od_*", flow_segment="SE2").flows
    with pytest.raises(NotSupportedError, match="does not tell jobs apart"):
        _ = study(folder, "segment", flow_segment="SE02").flows


def test_markets_of_each_segment_stand_beside_those_of_all_jobs(lodes, folder):
    table = Results(lodes)["labor-market-segments"]
    assert set(table["segment"]) == {"SA01", "SI01", "SE01", "SE02", "SE03"}
    everyone = table[table["segment"] == "SA01"]  # all jobs are of this age
    assert everyone["adjusted_rand"].eq(1).all()
    assert everyone["overlap"].eq(1).all()
    markets = lodes.markets.set_index("member")["group"]
    assert everyone.set_index("member")["group"].to_dict() == markets.to_dict()
    lives = lodes.flows.groupby("home")["workers"].sum()
    assert everyone.set_index("member")["workers"].to_dict() == lives.to_dict()
    assert table["stay"].dropna().between(0, 1).all()
    with pytest.raises(NotSupportedError, match="does not tell jobs apart"):
        _ = Results(load_study(folder / "study.yaml"))["labor-market-segments"]


# ---------------------------------------------------------------------------------------------------------
# Delineations side by side
# ---------------------------------------------------------------------------------------------------------


def test_every_delineation_has_a_row_and_the_study_comes_first(folder):
    columns = {"member": "fips", "group": "area"}
    metropolitan = (
        load_study(folder / "study.yaml")
        .markets[["member", "group"]]
        .rename(columns={"member": "fips", "group": "area"})
    )
    metropolitan.head(20).to_csv(folder / "metropolitan.csv", index=False)
    compared = study(
        folder,
        "compared",
        metropolitan_areas={"file": "metropolitan.csv", **columns},
        labor_markets={
            "method": "travel-to-work",
            "parameters": {"minimum_size": 5000},
            "contiguous": True,
            "compare_with": {
                "development districts": {
                    "file": "jurisdictions.csv",
                    "member": "fips",
                    "group": "development_district",
                }
            },
        },
    )
    table = Results(compared)["labor-market-quality"].set_index("system")
    own = "the study's own: travel-to-work"
    assert table.index.tolist() == [own, *lm.METHODS, "development districts"]
    assert table["parameters"].iloc[0].startswith("minimum_size 5,000, target_size 40,000")
    assert table.loc["commuting-zone", "parameters"] == "cut 0.98"
    assert table["adjusted_rand"].iloc[0] == 1
    assert table.loc[own, "not_contiguous"] == 0
    assert table["not_contiguous"].notna().all()
    assert table["metropolitan_split"].notna().all()
    assert table["note"].eq("").all()
    by_hand = lm.split_areas(compared.metropolitan_areas, compared.compared_markets["development districts"])
    assert table.loc["development districts", "metropolitan_split"] == len(by_hand)
    against = Results(compared)["labor-market-comparison"]
    assert "development districts" in set(against["method"])


def test_shipped_parameters_are_not_listed_twice_and_what_is_missing_has_a_reason(folder):
    table = Results(load_study(folder / "study.yaml"))["labor-market-quality"]
    assert table["system"].iloc[0] == "the study's own: travel-to-work"
    assert "travel-to-work" not in set(table["system"])
    assert len(table) == len(lm.METHODS)
    assert table["metropolitan_split"].isna().all()
    assert table["note"].eq("metropolitan_split: the study names no metropolitan areas").all()


def test_areas_of_a_file_are_not_mended(folder):
    wrong = study(
        folder, "wrong", labor_markets={"method": "file", "file": "jurisdictions.csv", "contiguous": True}
    )
    with pytest.raises(StudyFileError, match="method: file and contiguous"):
        _ = wrong.whole_markets
