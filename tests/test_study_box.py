"""What a study takes from the reference data in the box: by default, by name, or not at all."""

from pathlib import Path

import pytest
from small_study import STUDY, small_study

from sectorlib import load_study
from sectorlib.checks import check_study
from sectorlib.exceptions import StudyFileError
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


def test_what_is_built_in_is_named_with_its_vintage(bare):
    (origin,) = [one for one in bare.origins if one.path == "commuting_flows.parquet"]
    assert origin.vintage == bare.vintage("flows") == "2011-2015"
    assert "Census Bureau" in origin.producer
    assert len(origin.sha256) == 64
    written = manifest({}, bare.origins, {})["inputs"]
    assert any(entry["title"] == "County-to-county commuting flows" for entry in written)
    facts = [f.text for f in check_study(bare) if f.subject == "built-in"]
    assert any(text.startswith("flows: County-to-county commuting flows, 2011-2015") for text in facts)


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
