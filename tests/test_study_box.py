"""What a study takes from the reference data in the box: by default, by name, or not at all."""

from pathlib import Path

import pytest
from small_study import STUDY, small_study

from sectorlib import Results, load_study
from sectorlib.checks import check_study
from sectorlib.exceptions import StudyFileError
from sectorlib.pages.region import words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reporting.manifest import manifest
from sectorlib.study import Study, box_keys

PANEL_ALONE = 'name: small\ntitle: A small study\npanel: [panel.csv]\nbase_area: "36000"\n'


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Study:
    """A panel of four counties of New York and nothing else."""
    return load_study(small_study(tmp_path_factory.mktemp("bare"), PANEL_ALONE))


def of(tmp_path: Path, *lines: str) -> Study:
    return load_study(small_study(tmp_path, PANEL_ALONE + "\n".join(lines) + "\n"))


def test_a_panel_alone_has_labor_markets_from_the_nations_flows(bare):
    assert bare.system == "labor_markets"
    assert bare.flows is not None
    assert len(bare.flows) > 100_000
    assert set(bare.regions["member"]) == set(bare.counties)


def test_a_panel_alone_has_what_every_study_needs(bare):
    assert {table.key for table in bare.taken} == set(box_keys()) - {"official_projections"}
    assert bare.consumer_prices is not None
    assert bare.consumer_prices[2016] == 240.007
    assert bare.price_parities is not None
    assert {"36000", "C4038", "36N"} <= set(bare.price_parities["area"])
    assert bare.rural_urban is not None
    assert bare.rural_urban.to_dict() == {"36051": 1, "36055": 1, "36069": 1, "36117": 1}
    assert bare.metropolitan_areas is not None
    groups = bare.metropolitan_areas.set_index("member")["group"]
    assert groups[["36055", "36061"]].tolist() == ["40380", "35620"]
    colleges = bare.assets.set_index("asset")
    assert colleges.loc["ipeds:195003", ["name", "area"]].tolist() == [
        "Rochester Institute of Technology",
        "36055",
    ]
    assert list(bare.compared_markets) == ["ERS commuting zones 1990"]
    assert bare.official_projections is None


def test_official_projections_in_the_box_are_for_those_who_ask(tmp_path):
    official = of(tmp_path, "official_projections: built-in").official_projections
    assert official is not None
    assert official["base_year"].unique().tolist() == [2020]


def test_own_assets_stand_beside_the_colleges_in_the_box(tmp_path):
    study = of(tmp_path, "assets: [built-in, own.csv]")
    (tmp_path / "own.csv").write_text(
        "asset,kind,name,lat,lon\n1,park,Highland,43.13,-77.6\n", encoding="utf-8"
    )
    kinds = study.assets["kind"].value_counts()
    assert kinds["park"] == 1
    assert kinds["college"] > 3000
    assert of(tmp_path, "assets: none").assets.empty
    with pytest.raises(StudyFileError, match="none alone"):
        of(tmp_path, "assets: [none, own.csv]")


def test_zones_in_the_box_can_be_the_labor_markets(tmp_path):
    study = of(tmp_path, "labor_markets: {method: file, file: built-in}")
    assert study.system == "labor_markets"
    assert study.regions["title"].str.contains("NY").all()
    assert study.compared_markets == {}
    assert "compared_markets" in [table.key for table in study.taken]


def test_a_study_needs_a_panel_and_nothing_else(tmp_path):
    study = load_study(small_study(tmp_path, "panel: [panel.csv]\n"))
    assert (study.name, study.title, study.base_area) == ("study", "Study", "36000")


def test_without_a_state_the_base_is_all_of_the_study(tmp_path):
    path = small_study(tmp_path, "panel: [panel.csv]\n")
    panel = tmp_path / "panel.csv"
    lines = panel.read_text(encoding="utf-8").splitlines(keepends=True)
    panel.write_text("".join(line for line in lines if not line.startswith("36000")), encoding="utf-8")
    assert load_study(path).base_area == "all"
    nation = [line.replace("36051", "US000") for line in lines if line.startswith("36051")]
    panel.write_text(
        "".join(line for line in [*lines, *nation] if not line.startswith("36000")), encoding="utf-8"
    )
    assert load_study(path).base_area == "US000"


def test_what_is_built_in_is_named_with_its_vintage(bare):
    (origin,) = [one for one in bare.origins if one.path == "commuting_flows.parquet"]
    assert origin.vintage == bare.vintage("flows") == "2011-2015"
    assert "Census Bureau" in origin.producer
    assert len(origin.sha256) == 64
    written = manifest({}, bare.origins, {})["inputs"]
    assert any(entry["title"] == "County-to-county commuting flows" for entry in written)
    facts = [f.text for f in check_study(bare) if f.subject == "built-in"]
    assert any(text.startswith("flows: County-to-county commuting flows, 2011-2015") for text in facts)


def test_pages_name_what_is_built_in(bare):
    profile = RegionProfile(Results(bare), bare.regions["group"].iloc[0])
    text = words.sources(profile)
    for table in bare.taken:
        assert f"{table.producer}, {table.vintage}" in text
    assert "shipped with sectorlib" in text


def test_a_file_goes_before_the_box(tmp_path):
    study = of(tmp_path, "flows: flows.csv")
    assert study.built_in("flows") is None
    assert study.flows is not None
    assert len(study.flows) == 16
    assert study.vintage("flows") == "flows.csv"


@pytest.mark.parametrize("line", ["flows: none", "built_in: false"])
def test_the_box_can_be_turned_off(tmp_path, line):
    study = of(tmp_path, line)
    assert study.flows is None
    assert study.system == "counties"
    assert "flows" not in [table.key for table in study.taken]


def test_a_key_that_asks_for_the_box_gets_it_also_where_the_rest_is_off(tmp_path):
    study = of(tmp_path, "built_in: false", "flows: built-in")
    assert [table.key for table in study.taken] == ["flows"]


def test_the_regions_of_a_study_go_before_labor_markets_that_nobody_asked_for(tmp_path):
    assert of(tmp_path, "regions: {West: ['36051', '36055']}").system == "regions"


def test_files_and_the_box_do_not_mix(tmp_path):
    with pytest.raises(StudyFileError, match=r"(?s)flows.*one of the three"):
        of(tmp_path, "flows: [built-in, flows.csv]")


def test_built_in_flows_have_no_segments(tmp_path):
    study = of(tmp_path, "flow_segment: SE03")
    with pytest.raises(StudyFileError, match="built-in flows have none"):
        _ = study.flows


def test_invented_areas_get_nothing_and_are_told(tmp_path):
    path = small_study(tmp_path, PANEL_ALONE.replace("36000", "91000"))
    panel = tmp_path / "panel.csv"
    panel.write_text(panel.read_text(encoding="utf-8").replace("\n36", "\n91"), encoding="utf-8")
    study = load_study(path)
    assert study.invented
    assert study.taken == ()
    assert study.flows is None
    (note,) = [f for f in check_study(study) if f.subject == "built-in"]
    assert note.kind == "note"
    assert all(key in note.text for key in box_keys())


def test_the_demonstration_takes_nothing_from_the_box():
    from sectorlib.resources import data_path

    study = load_study(data_path("demo", "study.yaml"))
    assert study.invented
    assert study.taken == ()


def test_a_small_study_of_tests_takes_nothing_that_it_does_not_name(tmp_path):
    assert load_study(small_study(tmp_path, STUDY)).taken == ()
