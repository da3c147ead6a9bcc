"""The real example, and studies whose projections would end in years already past."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest
from small_study import STUDY, small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib import clock
from sectorlib.checks import check_study
from sectorlib.cli import _load, app
from sectorlib.exceptions import MissingFileError, UnknownNameError
from sectorlib.pages.region import appendix, outlook, target_words, why, words
from sectorlib.pages.region.chapters import PAGE_RESULTS, absent, page_results
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reporting.index import index_page
from sectorlib.reporting.jobs import ReportJob, ReportResult
from sectorlib.resources import data_path
from sectorlib.study import EXAMPLES

NOTICE = "Historical example: data end in 2017"
#: The small study's data end in 2017: a projection over five years ends in 2022.
LAST, END = 2017, 2022


def study_of(folder: Path, *more: str) -> sl.Study:
    return sl.load_study(small_study(folder, "\n".join([STUDY, *more])))


# --- New York ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def new_york() -> sl.Study:
    return sl.example("new-york")


def test_the_example_has_the_published_totals(new_york):
    rows = new_york.source.rows
    totals = rows[(rows["industry"] == "10") & (rows["ownership"] == "0")].set_index(["area", "year"])
    assert totals.loc[("36000", 2000), "employment"] == 8_471_278
    assert totals.loc[("36000", 2017), "employment"] == 9_276_410
    assert len(new_york.counties) == 62
    assert set(new_york.source.absent.values()) == {"withheld"}


def test_the_example_says_that_it_ends_and_whose_industries_it_has(new_york):
    assert new_york.notice == NOTICE
    assert "private industries" in new_york.title
    rows = new_york.source.rows
    assert set(rows.loc[rows["industry"] != "10", "ownership"].astype(str)) == {"5"}
    assert new_york.built_in("flows") is not None, "it needs no file from elsewhere"


def test_the_example_has_the_state_s_own_regions(new_york):
    regions = new_york.jurisdictions["state labor market region"]
    assert regions["group"].nunique() == 10
    assert set(regions["member"]) == set(new_york.counties)
    boards = new_york.jurisdictions["workforce region"]
    assert set(new_york.counties) - set(boards["member"]) == {"36059"}, "Nassau is in two"
    assert (boards.loc[boards["group"] == "New York City", "member"]).nunique() == 5


def test_the_example_is_small():
    assert sum(path.stat().st_size for path in data_path("examples", "new-york").iterdir()) < 1_400_000


@pytest.mark.shared
def test_the_recipe_makes_the_shipped_files(shared, tmp_path, monkeypatch):
    path = data_path("recipes", "new_york.py")
    spec = importlib.util.spec_from_file_location("new_york", path)
    recipe = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipe)
    monkeypatch.setattr(recipe, "TARGET", tmp_path)
    recipe.main(str(shared / "data"))
    shipped = data_path("examples", "new-york")
    for name in ("panel.parquet", "jurisdictions.csv"):
        made, there = (folder / name for folder in (tmp_path, shipped))
        if name.endswith(".csv"):
            assert made.read_bytes() == there.read_bytes()
        else:
            pd.testing.assert_frame_equal(pd.read_parquet(made), pd.read_parquet(there))


def test_examples_go_by_name_and_a_file_of_that_name_comes_first(tmp_path, monkeypatch):
    assert {name: sl.example(name).name for name in EXAMPLES} == {
        "new-york": "new-york",
        "invented": "demonstration",
    }
    with pytest.raises(UnknownNameError, match="new-york"):
        sl.example("new-yrok")
    assert _load(Path("new-york")).path == sl.example("new-york").path
    with pytest.raises(MissingFileError, match="did you mean new-york"):
        _load(Path("newyork"))
    monkeypatch.chdir(tmp_path)
    small_study(tmp_path).rename("new-york")
    assert _load(Path("new-york")).name == "small"


# --- what pages and files say ----------------------------------------------------------------------------


def test_a_notice_is_the_study_s_own_or_that_of_invented_data(tmp_path):
    assert study_of(tmp_path).notice == ""
    assert study_of(tmp_path, "demonstration: true").notice == "Demonstration data: an invented state"
    own = study_of(tmp_path, "demonstration: true", f'notice: "{NOTICE}"')
    assert own.notice == NOTICE
    assert ("fact", "notice", NOTICE) in {(f.kind, f.subject, f.text) for f in check_study(own)}


def test_tables_carry_the_notice_in_every_format(tmp_path):
    path = study_of(tmp_path / "study", f'notice: "{NOTICE}"').path
    plain = study_of(tmp_path / "plain").path
    read = {"csv": pd.read_csv, "json": pd.read_json, "parquet": pd.read_parquet}
    for suffix, reader in read.items():
        out = tmp_path / f"growth.{suffix}"
        for study, marked in ((path, True), (plain, False)):
            done = CliRunner().invoke(
                app, ["table", str(study), "growth", "--format", suffix, "--out", str(out)]
            )
            assert done.exit_code == 0, done.output
            table = reader(out)
            assert ("notice" in table) == marked
            assert not marked or table["notice"].eq(NOTICE).all()


def test_saved_results_carry_the_notice_and_are_read_back_the_same(tmp_path):
    study = study_of(tmp_path / "study", f'notice: "{NOTICE}"')
    results = sl.Results(study)
    results.save(tmp_path / "tables", ["growth"])
    assert pd.read_parquet(tmp_path / "tables" / "growth.parquet").attrs == {"notice": NOTICE}
    assert results["growth"].attrs == {}
    saved = sl.Results(study, tmp_path / "tables")["growth"]
    pd.testing.assert_frame_equal(
        saved.astype(object), results["growth"].astype(object), check_index_type=False
    )


def test_the_index_lists_a_brief():
    job = ReportJob("Manufacturing, Monroe County, NY", "manufacturing", {}, "A brief")
    page = index_page("A study", [], NOTICE, [ReportResult(job, Path("manufacturing/report.html"))])
    assert '<a href="manufacturing/report.html">Manufacturing, Monroe County, NY</a>' in page
    assert NOTICE in page
    assert "Partnership brief" not in index_page("A study", [])


# --- years already past ----------------------------------------------------------------------------------


def test_the_current_year_is_stated_or_the_clock_s(tmp_path, monkeypatch):
    assert study_of(tmp_path, "as_of: 2019").this_year == 2019
    study = study_of(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1577836799")  # the last second of 2019
    assert clock.now().isoformat() == "2019-12-31T23:59:59+00:00"
    assert study.this_year == 2019
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert study.this_year == clock.now().year > 2025


@pytest.mark.parametrize(
    ("more", "past"),
    [
        ((f"as_of: {END}",), False),  # its last projected year is this one
        ((f"as_of: {END + 1}",), True),
        ((f"as_of: {END + 1}", "horizon: 6"), False),
        (("as_of: 2019", "horizon: 1"), True),
    ],
)
def test_what_would_end_in_a_past_year_is_overtaken(tmp_path, more, past):
    study = study_of(tmp_path, *more)
    assert (study.overtaken is not None) == past
    notes = {f.text for f in check_study(study) if f.subject == "projections"}
    assert notes == ({f"{study.overtaken.found}; pages show none"} if past else set())


def test_an_invented_study_keeps_its_chapters_in_any_year(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")  # 2100
    assert sl.example("invented").overtaken is None
    assert sl.example("new-york").overtaken is not None


@pytest.fixture(scope="module")
def profiles(tmp_path_factory) -> dict[str, RegionProfile]:
    """A region of the small study, read while its projection lies ahead and when it is past."""
    folder = tmp_path_factory.mktemp("past")
    made = {}
    for name, year in (("ahead", END), ("past", END + 1)):
        study = study_of(folder / name, f"as_of: {year}", 'scope: {sector: "31-33", seed: "36055"}')
        results = sl.Results(study)
        made[name] = RegionProfile(results, results["regions"]["area"].iloc[0])
    return made


def test_the_projection_chapter_says_why_it_is_absent(profiles):
    past = outlook.outlook(profiles["past"])
    assert "No projection is shown" in past
    assert str(END) in past
    assert "<figure" not in past
    assert "projections" not in absent(profiles["past"]), "it is said in its place"
    ahead = outlook.outlook(profiles["ahead"])
    assert "<figure" in ahead
    assert outlook.overtaken(profiles["ahead"]) == ""


def test_a_study_that_ended_long_ago_shows_a_hindcast_instead(tmp_path):
    """Twelve years and three projected: from nine years it is told what would have been said, and what happened."""
    results = sl.Results(study_of(tmp_path, f"as_of: {LAST + 4}", "horizon: 3"))
    profile = RegionProfile(results, results["regions"]["area"].iloc[0])
    page = outlook.outlook(profile)
    first = results["hindcast"]["origin"].iloc[0]
    assert page.index("No projection is shown") < page.index(f"What we would have projected in {first}")
    assert "<figure" in page
    assert len(outlook.hindcast_table(profile).rows) > 1
    assert "hindcast" in page_results(results.study)


def test_ranks_are_the_same_and_growth_is_called_a_trend_of_then(profiles):
    past, ahead = profiles["past"], profiles["ahead"]
    columns = ["area", "sector", "rank", "score", "share_first"]
    pd.testing.assert_frame_equal(past.results["targets"][columns], ahead.results["targets"][columns])
    label = past.results["target-points"].set_index("criterion")["label"]
    assert set(label["projected_growth"]) == {f"Growth trend as of {LAST}"}
    reasons = " ".join(past.results["targets"]["reasons"])
    assert f"a year as of {LAST}" in reasons
    assert "projected" not in reasons
    assert "projected" in " ".join(ahead.results["targets"]["reasons"])
    text = " ".join([why.finding(past), target_words.change(past)])
    assert text.strip()
    assert "projected" not in text
    assert f"This ranking is as of {LAST}" in appendix.appendix(past, {})
    assert target_words.as_of(ahead) == ""


def test_no_file_of_a_report_holds_a_projection_to_past_years(profiles):
    past, ahead = profiles["past"], profiles["ahead"]
    assert page_results(ahead.study) == list(PAGE_RESULTS)
    assert set(PAGE_RESULTS) - set(page_results(past.study)) == {
        "projections",
        "backtest",
        "projection-cautions",
    }
    assert past.results["scope"]["projected_change"].isna().all()
    assert ahead.results["scope"]["projected_change"].notna().any()


def test_official_projections_to_past_years_are_not_shown(tmp_path):
    for year, shown in ((2026, True), (2027, False)):
        study = study_of(tmp_path, "official_projections: official.csv", f"as_of: {year}")
        results = sl.Results(study)
        profile = RegionProfile(results, results["regions"]["area"].iloc[0])
        assert (outlook.official(profile) != "") == shown
        assert (outlook.official_table(profile) is not None) == shown


def test_the_table_of_projections_says_that_it_is_of_then(tmp_path):
    study = study_of(tmp_path, f"as_of: {END + 1}")
    done = CliRunner().invoke(app, ["table", str(study.path), "projections"])
    assert done.exit_code == 0
    assert f"a trend as it stood in {LAST}" in done.stderr
    assert done.stdout.startswith("grain,")


# --- markets that a state line cuts ----------------------------------------------------------------------


def test_a_market_cut_by_a_line_says_how_many_of_its_workers_live_beyond(tmp_path):
    path = study_of(tmp_path).path
    flows = pd.read_csv(tmp_path / "flows.csv", dtype={"home_fips": str, "work_fips": str})
    sent = 50_000  # a county that the study does not hold sends all its workers into it
    beyond = {"home_fips": "36013", "work_fips": "36055", "workers": sent, "moe": 1}
    pd.concat([flows, pd.DataFrame([beyond])]).to_csv(tmp_path / "flows.csv", index=False)
    results = sl.Results(sl.load_study(path))
    markets = results["labor-markets"].drop_duplicates("group")
    cut = markets[markets["share_of_counties_outside"] > 0].iloc[0]
    whole = results.study.whole_markets
    members = whole.loc[whole["group"] == cut["group"], "member"]
    living = flows.loc[flows["home_fips"].isin(members), "workers"].sum()
    assert cut["share_of_workers_outside"] == pytest.approx(sent / (sent + living))
    said = words.outside(RegionProfile(results, cut["group"]))
    assert f"{cut['share_of_workers_outside']:.0%} of its workers live there" in said
