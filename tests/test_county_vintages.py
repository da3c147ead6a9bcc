"""County codes that change inside a study: what is joined, what is broken, and what is said about it."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from small_study import HEADER

import sectorlib as sl
from sectorlib import areas
from sectorlib.checks import check_study
from sectorlib.county_vintages import CountyCodes
from sectorlib.exceptions import NotSupportedError, StudyFileError
from sectorlib.labor_markets import flows_on_counties
from sectorlib.results import result
from sectorlib.sources.boundaries import shapes_for

#: Towns of an old county and a new one, and the jobs of each: nothing is spread as people are.
BOUNDARIES = Path(sl.__file__).parents[1] / "data" / "boundaries"

OLD = ["09001", "09003", "09005", "09007", "09009", "09011", "09013", "09015"]
NEW = ["09110", "09120", "09130", "09140", "09150", "09160", "09170", "09180", "09190"]


def _rows(area: str, year: int, jobs: float) -> str:
    """A county (or state) with two private sectors and local government, in the official layout."""
    cells = {("5", "31-33"): 0.4, ("5", "62"): 0.5, ("3", "61"): 0.1}
    cells |= {("5", "10"): 0.9, ("3", "10"): 0.1, ("0", "10"): 1.0}
    return "".join(
        f"{area},{own},{industry},0,0,{year},A,,10,{round(jobs * share)},{round(jobs * share) * 40_000}\n"
        for (own, industry), share in cells.items()
    )


def _study(folder: Path, panel: dict[int, dict[str, float]], more: str = "", flows: str = "") -> sl.Study:
    lines = [HEADER]
    for year, jobs in panel.items():
        lines += [_rows(area, year, number) for area, number in jobs.items()]
        lines.append(_rows("US000", year, sum(jobs.values())))
    (folder / "panel.csv").write_text("".join(lines), encoding="utf-8")
    if flows:
        (folder / "flows.csv").write_text("home,work,workers\n" + flows, encoding="utf-8")
    more += f"flows: {'flows.csv' if flows else 'none'}\n"
    (folder / "study.yaml").write_text(
        f'name: codes\ntitle: Codes\npanel: [panel.csv]\nbase_area: "US000"\n{more}', encoding="utf-8"
    )
    return sl.load_study(folder / "study.yaml")


def _jobs(study: sl.Study, ownership: str = "5", industry: str = "62") -> dict[tuple[str, int], float]:
    rows = study.panel
    rows = rows[(rows["ownership"] == ownership) & (rows["industry"] == industry)]
    return dict(
        zip(zip(rows["area"].astype(str), rows["year"], strict=True), rows["employment"], strict=True)
    )


def _said(study: sl.Study, kind: str) -> str:
    return "\n".join(f.text for f in check_study(study) if f.kind == kind)


def test_parts_of_connecticut_add_up_to_its_counties_and_regions() -> None:
    bridge = pd.read_csv(BOUNDARIES / "connecticut.csv", dtype={"old": str, "new": str})
    towns = pd.read_csv(BOUNDARIES / "connecticut_towns.csv", dtype=str)
    assert len(towns) == 169
    assert towns.groupby("region")["county"].nunique().max() > 1
    assert set(zip(bridge["old"], bridge["new"], strict=True)) == set(
        zip(towns["county"], towns["region"], strict=True)
    )
    assert bridge["people"].sum() == 3_605_944  # the 2020 census
    shares = areas.bridge("2010s", "2020s").set_index(["member", "group"])["weight"]
    assert shares["09013", "09110"] == pytest.approx(149_003 / 149_788)


def test_renamed_and_merged_counties_are_joined_in_every_cell(tmp_path: Path) -> None:
    study = _study(
        tmp_path,
        {
            2012: {"46113": 1000, "46099": 5000, "02270": 300, "51515": 200, "51019": 700},
            2016: {"46102": 1100, "46099": 5100, "02158": 310, "51019": 950},
        },
    )
    assert study.counties == ["02158", "46099", "46102", "51019"]
    jobs = _jobs(study)
    assert jobs["46102", 2012] == 500
    assert jobs["02158", 2012] == 150
    assert jobs["51019", 2012] == 450  # the city of Bedford and its county
    assert jobs["51019", 2016] == 475
    assert not any(area in ("46113", "51515", "02270") for area, _ in jobs)
    growth = result(study, "growth").set_index(["area", "industry", "ownership"])
    assert growth.loc[("46102", "62", "5"), "percent_change"] == pytest.approx(10)
    assert not growth["county_break"].any()
    changes = result(study, "county-changes").set_index("former")["how"].to_dict()
    assert changes == {"46113": "renamed", "02270": "renamed", "51515": "merged"}
    assert "46113 is 46102 now" in _said(study, "note")


@pytest.fixture(scope="module")
def connecticut(tmp_path_factory: pytest.TempPathFactory) -> sl.Study:
    """Connecticut and a county of New York, over the change to planning regions."""
    before = dict.fromkeys(OLD, 10_000.0) | {"36119": 4_000.0}
    after = dict.fromkeys(NEW, 9_000.0) | {"36119": 5_000.0}
    flows = (
        "".join(f"{code},{code},1000\n" for code in [*OLD, "36119"]) + "09001,36119,600\n36119,09001,200\n"
    )
    return _study(
        tmp_path_factory.mktemp("connecticut"), {2022: before, 2023: before, 2024: after}, flows=flows
    )


def test_a_study_takes_the_codes_of_its_latest_year(connecticut: sl.Study) -> None:
    assert connecticut.counties == [*NEW, "36119"]
    assert connecticut.county_codes.vintages["09"] == "2020s"
    jobs = _jobs(connecticut)
    assert jobs["09110", 2024] == 4_500
    assert pd.isna(jobs["09110", 2022])  # never made, so not zero and not estimated
    assert pd.isna(jobs["09130", 2022])  # Middlesex went whole into it, with two towns of New London
    base = _jobs(connecticut)
    assert base["US000", 2022] == 42_000
    assert base["US000", 2024] == 43_000


def test_growth_over_the_change_is_absent_with_the_reason(connecticut: sl.Study) -> None:
    growth = result(connecticut, "growth")
    rows = growth[growth["area"] == "09110"]
    assert rows["county_break"].all()
    assert rows["percent_change"].isna().all()
    other = growth[(growth["area"] == "36119") & (growth["industry"] == "62")]
    assert other["percent_change"].to_list() == pytest.approx([25.0])
    assert not other["county_break"].any()
    assert "without growth across it" in _said(connecticut, "note")


def test_totals_reach_across_by_people_and_no_industry_does(connecticut: sl.Study) -> None:
    totals = result(connecticut, "bridged-totals")
    counties = totals[totals["grain"] == "county"].set_index(["area", "year"])["employment"]
    assert counties.groupby("year").sum().to_dict() == pytest.approx({2022: 80_000, 2023: 80_000})
    bridge = pd.read_csv(BOUNDARIES / "connecticut.csv", dtype={"old": str, "new": str}).set_index(
        ["old", "new"]
    )
    share = bridge["people"] / bridge["people"].groupby("old").transform("sum")
    by_hand = 10_000 * (share["09007", "09130"] + share["09011", "09130"])
    assert counties["09130", 2022] == pytest.approx(by_hand)
    assert "36119" not in counties.index.get_level_values("area")  # published, not bridged


def test_a_total_is_not_made_of_some_of_its_parts(tmp_path: Path) -> None:
    study = _study(tmp_path, {2023: {"09007": 1000}, 2024: {"09130": 1000}})
    assert study.counties == ["09130"]
    with pytest.raises(NotSupportedError, match="09130"):  # New London County is not in the files
        result(study, "bridged-totals")


def test_a_region_has_a_total_only_if_all_its_counties_have(tmp_path: Path) -> None:
    before = {"09003": 1000.0, "09013": 500.0, "09007": 300.0}
    after = {"09110": 1400.0, "09130": 350.0}
    regions = 'regions: {Both: ["09110", "09130"]}\nreports: {system: regions}\n'
    study = _study(tmp_path, {2023: before, 2024: after}, regions)
    totals = result(study, "bridged-totals")
    assert totals["area"].to_list() == ["09110"]  # New London County, a part of 09130, is not in the files
    assert "Both" not in set(totals["area"])


def test_flows_keep_their_totals(connecticut: sl.Study) -> None:
    flows = connecticut.flows
    assert flows is not None
    assert flows["workers"].sum() == pytest.approx(9_800)
    assert set(flows["home"]) == {*NEW, "36119"}
    into_westchester = flows[(flows["work"] == "36119") & (flows["home"] != "36119")]
    assert into_westchester["workers"].sum() == pytest.approx(600)
    assert into_westchester.set_index("home")["workers"].idxmax() == "09190"
    assert "shared out by the population" in _said(connecticut, "note")
    assert _said(connecticut, "problem") == ""


def test_margins_of_flows_are_combined() -> None:
    flows = pd.DataFrame(
        {"home": ["51003", "51540"], "work": "51003", "workers": [30.0, 40.0], "moe": [3.0, 4.0]}
    )
    links = pd.DataFrame({"member": ["51003", "51540"], "group": "51901", "weight": 1.0})
    assert flows_on_counties(flows, links).to_numpy().tolist() == [["51901", "51901", 70.0, 5.0]]


def test_flows_of_other_states_stay_as_they_are(tmp_path: Path) -> None:
    flows = "36119,36119,1000\n09001,09001,800\n09001,36119,90\n"
    study = _study(tmp_path, {2024: {"36119": 1000}}, flows=flows)
    assert study.flows is not None
    assert set(study.flows["home"]) == {"36119", "09001"}


def test_the_older_codes_may_be_asked_for(tmp_path: Path) -> None:
    panel = {
        2018: {"02261": 900, "02020": 5000, "46102": 100},
        2024: {"02063": 600, "02066": 400, "02020": 5100, "46102": 120},
    }
    study = _study(tmp_path, panel, "county_vintage: 2010s\n")
    jobs = _jobs(study)
    assert jobs["02261", 2024] == 500
    growth = result(study, "growth").set_index(["area", "industry", "ownership"])
    assert growth.loc[("02261", "10", "0"), "percent_change"] == pytest.approx(100 / 9)


def test_the_other_way_round_alaska_is_broken(tmp_path: Path) -> None:
    study = _study(tmp_path, {2018: {"02261": 900}, 2024: {"02063": 600, "02066": 400}})
    assert study.counties == ["02063", "02066"]
    growth = result(study, "growth")
    assert growth.loc[growth["area"] != "US000", "percent_change"].isna().all()
    totals = result(study, "bridged-totals").set_index("area")["employment"]
    assert totals["02063"] == pytest.approx(900 * 7102 / 9719)


def test_asking_for_codes_that_the_latest_year_lacks_is_a_problem(tmp_path: Path) -> None:
    panel = {2023: dict.fromkeys(OLD, 1000.0), 2024: dict.fromkeys(NEW, 1000.0)}
    study = _study(tmp_path, panel, "county_vintage: 2010s\n")
    assert "leave out county_vintage" in _said(study, "problem")


def test_lists_by_former_counties_are_taken_where_whole_counties_allow_it(tmp_path: Path) -> None:
    (tmp_path / "boards.csv").write_text(
        "fips,board\n09003,Hartford\n09013,Hartford\n09007,River\n36119,East\n"
    )
    panel = {2023: dict.fromkeys(OLD, 1000.0), 2024: dict.fromkeys(NEW, 1000.0) | {"36119": 500}}
    study = _study(
        tmp_path,
        panel,
        "jurisdictions:\n  board: {file: boards.csv, member: fips, group: board}\nreports: {system: board}\n",
    )
    assert study.regions.set_index("member")["group"].to_dict() == {"09110": "Hartford", "36119": "East"}
    assert "no group of 09130: it lies in 09007, 09011, which are in River and not listed (09011)" in _said(
        study, "problem"
    )


def test_regions_of_former_counties_are_refused_with_what_to_list(tmp_path: Path) -> None:
    panel = {2023: dict.fromkeys(OLD, 1000.0), 2024: dict.fromkeys(NEW, 1000.0)}
    study = _study(tmp_path, panel, 'regions: {Hartford: ["09003"]}\n')
    with pytest.raises(StudyFileError, match="list 09110, 09140, 09160"):
        _ = study.regions
    renamed = tmp_path / "dakota"
    renamed.mkdir()
    panel = {2012: {"46113": 10}, 2016: {"46102": 11}}
    study = _study(renamed, panel, 'regions: {Pine Ridge: ["46113"]}\n')
    assert study.regions["member"].to_list() == ["46102"]


def test_combinations_of_counties_are_counties(tmp_path: Path) -> None:
    assert areas.area_kind("51901") == "county"
    assert areas.area_name("51901") == "Albemarle County + Charlottesville city, VA"
    assert "51901" not in areas.county_names("2020s")
    (tmp_path / "places.csv").write_text(
        "fips,area\n51003,Piedmont\n51540,Piedmont\n51013,North\n51510,North\n"
    )
    flows = "51003,51003,500\n51540,51003,300\n51003,51540,400\n51540,51540,200\n51013,51013,900\n51510,51510,50\n"
    study = _study(
        tmp_path,
        {2015: {"51901": 2000, "51013": 3000, "51510": 900}},
        "jurisdictions:\n  place: {file: places.csv, member: fips, group: area}\nreports: {system: place}\n",
        flows,
    )
    assert study.counties == ["51013", "51510", "51901"]
    assert study.regions.groupby("group")["member"].apply(list).to_dict() == {
        "Piedmont": ["51901"],
        "North": ["51013", "51510"],
    }
    flows_there = study.flows
    assert flows_there is not None
    assert flows_there.set_index(["home", "work"])["workers"]["51901", "51901"] == 1400
    shapes = study.shapes
    assert isinstance(shapes, gpd.GeoDataFrame)
    assert {"51901", "51013"} <= set(shapes["area"])
    assert "51540" not in set(shapes["area"])


def test_a_combination_has_the_shape_of_its_parts() -> None:
    one = shapes_for(["51901"]).to_crs(5070).set_index("area").geometry["51901"]
    parts = shapes_for(["51003", "51540"]).to_crs(5070).set_index("area").geometry[["51003", "51540"]]
    assert one.area == pytest.approx(parts.area.sum())


def test_counties_of_no_vintage_keep_their_codes() -> None:
    seen = pd.DataFrame({"area": ["91001", "91003", "36055"], "year": [2020, 2021, 2021]})
    codes = CountyCodes(seen)
    assert codes.counties == ["36055", "91001", "91003"]
    assert codes.changes.empty
    assert codes.breaks.empty


def test_assets_of_former_counties_are_placed_anew(tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text(
        "asset,kind,name,lat,lon,area\n1,college,In Hartford,41.766,-72.69,09003\n2,college,In Bristol,41.67,-72.95,09003\n"
    )
    panel = {2023: dict.fromkeys(OLD, 1000.0), 2024: dict.fromkeys(NEW, 1000.0)}
    study = _study(tmp_path, panel, "assets: [assets.csv]\n")
    assert study.assets["area"].to_list() == ["09110", "09140"]
