"""The registry of results: each table keeps its schema, and what is not known stays so through all of them."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import COUNTIES, STUDY, small_study

import sectorlib as sl
from sectorlib.exceptions import NotSupportedError, SectorlibError, UnknownNameError
from sectorlib.results import RESULTS, Results, result
from sectorlib.study import load_study

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'
OFFICIAL = "official_projections: official.csv\n"
TEAM = "readiness: sheet.csv\n"
SCOPE = 'scope: {sector: "62", seed: "36055"}\n'

#: Results of inputs that the small study does not have; tests of their own modules have them.
OTHER_INPUTS = {
    "labor-market-segments", "occupations", "occupation-openings", "shared-occupations", "colleges-in-reach", "training",
    "scope-jurisdictions", "scope-assets", "scope-colleges", "region-jurisdictions", "hindcast", "labor-force",
    "employer-sizes", "workforce-age", "in-demand", "official-areas", "running-partnerships", "self-employed", "nation-jobs",
    "scope-comparison",
}  # fmt: skip
#: Tables of changes of codes, which this panel does not have.
CHANGES = {"county-changes", "bridged-totals", "industry-changes"}
SHEET = "area,sector,champions,common_need,convener,partners,resources,by\nWest,Health care,3,2,1,0,2,Board\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Results:
    folder = tmp_path_factory.mktemp("study")
    (folder / "sheet.csv").write_text(SHEET, encoding="utf-8")
    return Results(load_study(small_study(folder, STUDY + REGIONS + OFFICIAL + TEAM + SCOPE)))


def of(table: pd.DataFrame, **keys) -> pd.Series:
    for key, value in keys.items():
        table = table[table[key] == value]
    assert len(table) == 1, table
    return table.iloc[0]


@pytest.mark.parametrize("name", [name for name in RESULTS if name not in OTHER_INPUTS | CHANGES])
def test_every_result_has_the_columns_it_declares_and_no_others(results, name):
    table, schema = results[name], RESULTS[name].table
    optional = {c.name for c in schema.columns if c.optional}
    assert set(schema.names) - optional <= set(table.columns) <= set(schema.names)
    assert table.columns.to_list() == [c for c in schema.names if c in table.columns]
    assert not table.duplicated(list(schema.key)).any()
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert schema.grain
    assert all(c.meaning for c in schema.columns)


@pytest.mark.parametrize("name", sorted(OTHER_INPUTS))
def test_results_of_inputs_that_are_not_there_say_which(results, name):
    with pytest.raises(NotSupportedError, match=r"hint: (add|name)"):
        results[name]


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_results_of_changes_that_are_not_there_say_so(results, name):
    with pytest.raises(NotSupportedError):
        results[name]


def test_a_registry_of_what_the_commands_promise():
    promised = {
        "panel", "concentration", "wages", "growth", "projections", "labor-markets", "labor-market-quality",
    }  # fmt: skip
    assert promised <= set(RESULTS)
    assert all(name == entry.table.name for name, entry in RESULTS.items())


def test_a_location_quotient_by_hand(results):
    """2006: West has 3,000 x 3 hospital jobs-and-more of its total, the state's share is the same: LQ 1.

    Every county has the same mix in 2006, so every location quotient is 1; later they grow apart by none,
    since all industries of a county grow alike.
    """
    table = results["concentration"]
    quotients = table.loc[table["employment"].notna(), "location_quotient"]
    np.testing.assert_allclose(quotients, 1, atol=0.002)
    assert set(table["denominator"]) == {"all"}
    assert set(table["ownership"]) == {"5"}


def test_a_withheld_cell_stays_withheld_in_every_result(results):
    """Hotels of 36051 are withheld in 2017: the county's is missing, West is a sum with a missing part."""
    concentration = results["concentration"]
    county = of(concentration, area="36051", industry="72", year=2017)
    region = of(concentration, area="West", industry="72", year=2017)
    assert (county["disclosure"], region["disclosure"]) == ("suppressed", "partial")
    for row in (county, region):
        assert np.isnan(row["employment"])
        assert np.isnan(row["location_quotient"])
        assert row["employment_high"] > row["employment_low"]
        assert row["location_quotient_high"] > row["location_quotient_low"]
    assert region["employment_low"] > 0
    wages = of(results["wages"], area="West", industry="72", year=2017)
    assert np.isnan(wages["average_annual_pay"])
    spans = results["growth"]
    for start in spans["start_year"].unique():
        growth = of(spans, area="36051", industry="72", start_year=start)
        assert np.isnan(growth["percent_change"])
        assert growth["end_disclosure"] == "suppressed"


def test_regions_are_the_sums_of_their_counties(results):
    table = results["concentration"]
    for region, members in (("West", ["36055", "36051"]), ("East", ["36069", "36117"])):
        whole = table[(table["area"] == region) & (table["industry"] == "10")].set_index("year")["employment"]
        parts = table[table["area"].isin(members) & (table["industry"] == "10")]
        pd.testing.assert_series_equal(
            whole, parts.groupby("year")["employment"].sum(), check_index_type=False
        )


def test_growth_by_hand(results):
    """36069 is the third county: 3 x 3,000 jobs in 62, 2 percent a year for eleven years."""
    row = of(results["growth"], area="36069", industry="62", ownership="5", start_year=2006)
    assert (row["start_employment"], row["end_employment"]) == (9000, round(9000 * 1.02**11))
    assert row["compound_annual_growth"] == pytest.approx(2, abs=0.01)
    assert set(results["growth"]["end_year"]) == {2017}
    assert set(results["growth"]["start_year"]) == {2006, 2012}


def test_shift_share_adds_up(results):
    table = results["shift-share"]
    parts = table[["national", "mix", "competitive", "not_compared"]].fillna(0).sum(axis=1)
    known = table["change"].notna()
    np.testing.assert_allclose(parts[known], table.loc[known, "change"], atol=1e-6)


def test_pay_is_wages_over_jobs(results):
    """$30,000 in 2006 and $100 more each year, in every county and industry."""
    table = results["wages"]
    known = table[table["employment"].notna()]
    np.testing.assert_allclose(known["average_annual_pay"], 30_000 + 100 * (known["year"] - 2006))


def test_projections_lie_within_their_intervals(results):
    table = results["projections"]
    assert set(table["area"]) == {"West", "East", "36000", *COUNTIES}
    assert set(table["year"]) == set(range(2018, 2023))
    for low, high in (
        ("low_95", "low_80"),
        ("low_80", "employment"),
        ("employment", "high_80"),
        ("high_80", "high_95"),
    ):
        known = table[[low, high]].dropna()
        assert len(known) > len(table) / 2
        assert (known[low] <= known[high]).all()


def test_growth_a_year_of_projections_leads_from_the_last_jobs_to_their_figures(results):
    table = results["projections"]
    jobs = results["wages"]
    jobs = jobs[(jobs["area"] == "West") & (jobs["industry"] == "10") & (jobs["ownership"] == "0")]
    last = jobs.dropna(subset="employment").sort_values("year").iloc[-1]
    rows = table[(table["area"] == "West") & (table["industry"] == "10")]
    assert len(rows) == 5
    for row in rows.to_dict("records"):
        years = row["year"] - last["year"]
        for name, rate in (("employment", "annual_growth"), ("low_80", "annual_growth_low_80")):
            expected = last["employment"] * (1 + row[rate] / 100) ** years
            assert row[name] == pytest.approx(expected, nan_ok=True), rate
    assert rows["annual_growth"].notna().all()


def test_published_figures_cover_what_is_known_and_the_least_of_the_rest(results):
    table = results["specialization"].set_index(["area", "year", "level"])["covered_share"]
    rows = results.reported
    here = rows[(rows["area"] == "36051") & (rows["year"] == 2017) & (rows["ownership"] == "5")]
    here = here.set_index(here["industry"].astype(str))
    sectors = here.loc[["23", "31-33", "62", "72"]]
    assert pd.isna(here.loc["72", "employment"])
    known = sectors["employment"].fillna(sectors["employment_low"]).sum()
    assert table[("36051", 2017, "sector")] == pytest.approx(known / here.loc["10", "employment"])
    assert table[("36055", 2017, "sector")] == pytest.approx(1)


def test_names_of_areas_and_industries(results):
    table = results["concentration"].drop_duplicates("area").set_index("area")
    assert table["grain"].value_counts().to_dict() == {"county": 4, "region": 2, "base": 1}
    assert table.loc["36055", "area_name"] == "Monroe County, NY"
    assert table.loc["West", "area_name"] == "West"
    markets = results["labor-markets"]
    assert set(markets["member"]) == set(COUNTIES)
    assert (markets["share_of_counties_outside"] == 0).all()


def test_counties_as_regions_are_there_once(tmp_path):
    made = Results(load_study(small_study(tmp_path, STUDY + "reports: {system: counties}\n")))
    table = made["concentration"]
    assert set(table["grain"]) == {"region", "base"}
    assert set(made["regions"]["area"]) == set(COUNTIES)


def test_unknown_names_get_the_nearest(results):
    with pytest.raises(UnknownNameError, match="did you mean 'growth'"):
        results["grwth"]


def test_what_is_not_supported_has_a_reason_known_before_a_table_is_built(tmp_path):
    text = STUDY.replace("flows: flows.csv", "reports: {system: counties}")
    study = load_study(small_study(tmp_path, text, years=[2017]))
    asked, made = Results(study), Results(study)
    reasons = {name: asked.missing(name) for name, result in RESULTS.items() if not result.told_by_figures}
    assert not asked._made, f"{', '.join(asked._made)} built to tell whether they can be"
    assert len(reasons) >= len(RESULTS) - 11, "a table whose figures alone tell is an exception"
    for name in made:
        table = made.given(name)
        reason = reasons[name] if name in reasons else made.missing(name)
        assert (table is None) == (reason is not None), name
        if reason is not None:
            with pytest.raises(NotSupportedError) as refused:
                made[name]
            assert str(refused.value) == str(reason), name
    absent = {name for name in made if made.missing(name)}
    assert {"growth", "shift-share", "projections", "labor-markets", "labor-market-quality"} <= absent
    assert {"panel", "regions", "concentration", "wages"} <= set(RESULTS) - absent


def test_a_refusal_is_kept_and_not_worked_out_again(tmp_path, monkeypatch):
    made = Results(load_study(small_study(tmp_path, years=[2017])))
    calls = []

    def build(results):
        calls.append(1)
        raise NotSupportedError("nothing", "something", "add it")

    monkeypatch.setitem(RESULTS, "regions", replace(RESULTS["regions"], build=build))
    for _ in range(3):
        assert made.given("regions") is None
        assert made.missing("regions").found == "nothing"
    assert len(calls) == 1


def test_totals_alone_support_no_comparison_of_sectors(tmp_path):
    path = small_study(tmp_path, years=[2016, 2017])
    panel = path.parent / "panel.csv"
    header, *rows = panel.read_text().splitlines()
    panel.write_text("\n".join([header, *(row for row in rows if row.split(",")[2] == "10")]) + "\n")
    results = Results(load_study(path))
    for name in ("specialization", "shift-share", "shift-share-methods", "wage-tiers", "tier-migration"):
        reason = results.missing(name)
        assert reason is not None
        assert "no sectors" in reason.found, name
    assert "no industry" in results.missing("typical-pay").found
    assert len(results["growth"])


def test_seven_years_are_too_few_to_project(tmp_path):
    made = Results(load_study(small_study(tmp_path, STUDY, years=range(2011, 2018))))
    with pytest.raises(NotSupportedError, match="7"):
        made["projections"]
    assert len(made["growth"])


def test_saved_results_come_back_the_same(results, tmp_path):
    results.save(tmp_path, RESULTS)
    again = Results(results.study, tmp_path)
    assert json.loads((tmp_path / "not-supported.json").read_text()).keys() == {
        n for n in results if results.missing(n)
    }
    for name in RESULTS:
        if results.missing(name):
            continue
        pd.testing.assert_frame_equal(again[name], results[name])


def test_saved_reasons_come_back_the_same(tmp_path):
    text = STUDY.replace("flows: flows.csv", "reports: {system: counties}")
    study = load_study(small_study(tmp_path / "study", text, years=[2017]))
    made = Results(study)
    made.save(tmp_path / "saved", RESULTS)
    again = Results(study, tmp_path / "saved")
    assert str(again.missing("growth")) == str(made.missing("growth"))
    assert str(again.missing("labor-markets")) == str(made.missing("labor-markets"))


def test_reasons_carry_the_notice_of_invented_data(tmp_path):
    text = STUDY.replace("flows: flows.csv", "reports: {system: counties}") + "demonstration: true\n"
    study = load_study(small_study(tmp_path / "study", text, years=[2017]))
    Results(study).save(tmp_path / "saved", ["growth", "regions"])
    reasons = json.loads((tmp_path / "saved" / "not-supported.json").read_text())
    assert reasons["notice"] == study.notice != ""
    assert set(reasons) == {"notice", "growth"}
    assert len(Results(study, tmp_path / "saved")["regions"])


def test_a_broken_input_is_an_error_and_not_an_absence(tmp_path):
    study = load_study(small_study(tmp_path, STUDY.replace("flows.csv", "nowhere.csv")))
    with pytest.raises(SectorlibError, match=r"nowhere\.csv"):
        Results(study).missing("labor-markets")


def test_one_result_of_a_study(results):
    pd.testing.assert_frame_equal(result(results.study, "regions"), results["regions"])


def test_a_quotient_of_a_total_that_is_not_published_is_a_range():
    rows = [
        (area, industry, year, jobs)
        for year in (2019, 2020)
        for area, cells in {
            "24000": {"10": 9000, "62": 3000, "31-33": 6000},
            "24001": {"10": None, "62": 1000, "31-33": None},
            "24003": {"10": None, "62": 1200, "31-33": None},
            "24005": {"10": 2000, "62": 800, "31-33": 1200},
        }.items()
        for industry, jobs in cells.items()
    ]
    frame = pd.DataFrame(rows, columns=["area", "industry", "year", "jobs"]).assign(ownership="Private")
    panel = sl.panel_from(
        frame, area="area", industry="industry", year="year", jobs="jobs", ownership="ownership",
        suppressed=[""],
    )  # fmt: skip
    regions = {"Known": ["24005"], "Unknown": ["24001"]}
    table = Results(sl.Study(panel=panel, regions=regions, base="24000"))["sectors"]
    health = table[(table["sector"] == "health-care") & (table["segment"] == "all")].set_index("area")
    assert health.loc["Unknown", "disclosure"] == "disclosed"
    assert health["location_quotient"].notna().to_dict()["Known"]
    assert np.isnan(health.loc["Unknown", "location_quotient"])
    assert health.loc["Unknown", "location_quotient_low"] < health.loc["Unknown", "location_quotient_high"]
