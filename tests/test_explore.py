"""The panel's figures, code and answers, without a browser."""

import json

import pandas as pd
import pytest
from small_study import small_study

import sectorlib as sl
from sectorlib import explore


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> sl.Results:
    return sl.Results(sl.load_study(small_study(tmp_path_factory.mktemp("explored"))))


@pytest.fixture(scope="module")
def view(results) -> explore.View:
    return explore.View(results, sector="31-33", benchmark="base")


def test_every_figure_of_a_view_is_one_of_the_results(results, view) -> None:
    rows = results["concentration"]
    rows = rows[(rows["industry"] == "31-33") & (rows["ownership"] == "5")]
    for area, value in view.values()["value"].items():
        row = rows[(rows["area"] == area) & (rows["year"] == view.year)]
        assert value == row["location_quotient"].iloc[0]
    mine = rows[rows["area"] == view.region].set_index("year")["location_quotient"]
    pd.testing.assert_series_equal(view.history()["value"], mine, check_names=False, check_index_type=False)
    pay = results["wages"]
    pay = pay[(pay["area"] == view.region) & (pay["year"] == view.year) & (pay["ownership"] == "5")]
    expected = pay.astype({"industry": str}).set_index("industry")["average_annual_pay"]
    shown = view.sectors()["average_annual_pay"]
    assert shown.to_dict() == pytest.approx(expected[shown.index].to_dict(), nan_ok=True)
    grown = results["growth"]
    grown = grown[
        (grown["area"] == view.region) & (grown["start_year"] == 2012) & (grown["ownership"] == "5")
    ]
    expected = grown.astype({"industry": str}).set_index("industry")["percent_change"]
    assert view.sectors()["percent_change"].to_dict() == pytest.approx(
        expected[view.sectors().index].to_dict(), nan_ok=True
    )


def test_what_is_withheld_is_no_zero_in_a_panel(results) -> None:
    shown = explore.View(results, sector="72", measure="employment", region="36051", benchmark="base")
    drawn = explore.Explorer(shown).first["map"]["areas"]["36051"]
    assert drawn[0] is None
    assert drawn[3] == "withheld"
    assert pd.isna(shown.sectors().loc["72", "employment"])


def test_the_code_gives_the_same_figures(view) -> None:
    made: dict = {}
    exec(explore.code_of(view), made)
    pd.testing.assert_frame_equal(made["view"].values(), view.values())
    pd.testing.assert_frame_equal(made["view"].sectors(), view.sectors())


def test_other_regions_and_their_code(view) -> None:
    panel = explore.Explorer(view)
    sent = []
    panel.send = sent.append
    panel._answer(panel, {"id": 1, "kind": "view", "choices": {**panel.choices, "system": "counties"}})
    assert "error" not in sent[0], sent
    assert len(sent[0]["setup"]["regions"]) == 4
    assert "with_system('counties')" in panel.code
    made: dict = {}
    exec(panel.code, made)
    pd.testing.assert_frame_equal(made["view"].values(), panel.view.values())


def test_a_county_that_is_clicked_shows_its_sectors(view) -> None:
    panel = explore.Explorer(view)
    sent = []
    panel.send = sent.append
    panel._answer(panel, {"id": 7, "kind": "view", "choices": {**panel.choices, "region": "36117"}})
    assert sent[0]["id"] == 7
    assert sent[0]["choices"]["region"] == "36117"
    assert panel.view.region == "36117"
    codes = [row["code"] for row in sent[0]["parts"]["sectors"]["rows"]]
    assert codes == panel.view.sectors().index.to_list()
    json.dumps(sent[0], allow_nan=False)


def test_a_choice_that_is_not_there_is_told_in_three_parts(view) -> None:
    panel = explore.Explorer(view)
    sent = []
    panel.send = sent.append
    panel._answer(panel, {"id": 1, "kind": "view", "choices": {**panel.choices, "sector": "999"}})
    assert "hint:" in sent[0]["error"]
    assert panel.view.sector == "31-33"
    with pytest.raises(sl.SectorlibError, match="did you mean"):
        explore.View(view.results, measure="employmnt")


def test_explore_is_a_module_and_can_be_called(results) -> None:
    assert isinstance(sl.explore(results, sector="62", benchmark="base"), sl.explore.Explorer)


def test_a_page_holds_every_choice_and_asks_nobody(view, tmp_path) -> None:
    page = explore.Explorer(view).to_html(tmp_path / "deep" / "explore.html").read_text(encoding="utf-8")
    data = json.loads(page.split("const data = ")[1].split(";\nsectorlibPanel")[0].replace("<\\/", "</"))
    areas, sectors = set(data["sectors"]), set(data["setup"]["sectors"])
    assert len(data["trends"]) == len(areas) * len(sectors) * len(explore.MEASURES)
    assert {"36051", "36055", "36069", "36117"} <= areas
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    shown = data["trends"][f"{view.region} 31-33 location_quotient"]
    assert shown["value"] == pytest.approx(view.history()["value"].round(6).to_list())


def test_a_line_beside_the_nation_has_no_years_without_national_figures(results) -> None:
    figures = explore.View(results, benchmark="base").figures
    column = "location_quotient_nation"
    cells = figures.cells.assign(**{column: 1.5, "nation_year": 2010})
    other = type(figures)(results)
    other.__dict__["cells"] = cells
    drawn = other.history("62", "36055", column)["value"].dropna()
    assert drawn.index.to_list() == [2009, 2010, 2011]


def test_a_panel_that_is_shown_again_gets_the_shapes_of_what_is_chosen(view) -> None:
    panel = explore.Explorer(view)
    sent = []
    panel.send = sent.append
    counties = {**panel.choices, "system": "counties"}
    panel._answer(panel, {"id": 1, "kind": "view", "choices": counties, "drawn": "labor_markets"})
    for drawn, region in (("labor_markets", "36117"), ("counties", "36055")):
        chosen = {**panel.choices, "region": region}
        panel._answer(panel, {"id": 2, "kind": "view", "choices": chosen, "drawn": drawn})
        assert sent[-1]["choices"]["region"] == region
        assert ("setup" in sent[-1]) == (drawn == "labor_markets")
    assert sent[0]["setup"] == sent[1]["setup"]
    assert panel.first["choices"]["system"] == "labor_markets"


def test_choices_are_named_as_people_do_and_wrong_ones_are_told(results, view, tmp_path) -> None:
    again = sl.explore(results, region=view.name, sector=62, year=str(view.year), benchmark="base").view
    assert (again.region, again.sector, again.year) == (view.region, "62", view.year)
    for wrong in ({"year": "x"}, {"county": "36055"}, {"region": "Nowhere"}, {"sector": 999}):
        with pytest.raises(sl.SectorlibError, match="unknown"):
            sl.explore(results, **wrong)
    for wrong in (None, pd.DataFrame()):
        with pytest.raises(sl.SectorlibError, match="in place of a study"):
            sl.explore(wrong)
    with pytest.raises(sl.SectorlibError, match="is a folder"):
        explore.write_page(view, tmp_path)


def test_a_study_of_one_year_offers_no_change() -> None:
    table = pd.DataFrame({"FIPS": ["36001", "36003"] * 2, "NAICS": ["62", "62", "10", "10"], "Own": "5",
                          "Jobs": [90, 10, 100, 100], "Year": 2020})  # fmt: skip
    study = sl.Study(panel=table, regions={"East": ["36001", "36003"]}, base="all", flows="none")
    panel = sl.explore(study)
    assert "percent_change" not in panel.setup["measures"]
    assert panel.first["sectors"]["span"] == []
