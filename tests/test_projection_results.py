"""What a study gives of the future: sums, official projections first, cautions, broken down scorecards."""

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from sectorlib import naics
from sectorlib.cli import app
from sectorlib.pages import figures
from sectorlib.pages.region import outlook
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import data_path
from sectorlib.results import Results
from sectorlib.study import load_study

DEMO = data_path("demo", "study.yaml")


@pytest.fixture(scope="module")
def demo() -> Results:
    return Results(load_study(DEMO))


def with_official(path, study, *files):
    """The study in a file of its own that names official projections."""
    text = study.read_text()
    folder = study.parent
    lines = [line.replace("../", f"{folder.parent}/") for line in text.splitlines()]
    lines = [
        line.replace("- qcew", f"- {folder}/qcew").replace("- colleges", f"- {folder}/colleges")
        .replace("- airports", f"- {folder}/airports") for line in lines
    ]  # fmt: skip
    for name in ("commuting.csv", "counties.geojson", "areas.csv", "jurisdictions.csv"):
        lines = [line.replace(f": {name}", f": {folder}/{name}") for line in lines]
    path.write_text("\n".join([*lines, "official_projections:", *(f"  - {file}" for file in files)]))
    return Results(load_study(path))


def test_regions_totals_and_sectors_of_a_study_add_up(demo):
    table = demo["projections"]
    jobs = table.set_index(["area", "industry", "year"])["employment"].sort_index()
    regions = demo.study.regions
    totals = level = 0
    for region, members in regions.groupby("group"):
        for industry in table.loc[table["area"] == region, "industry"].unique():
            if naics.level(industry) not in ("total", "sector"):
                continue
            parts = [jobs.get((member, industry)) for member in members["member"]]
            known = [part * w for part, w in zip(parts, members["weight"], strict=True) if part is not None]
            np.testing.assert_allclose(jobs[region, industry].to_numpy(), sum(known), rtol=1e-9)
            level += 1
    assert level > 50
    for area, rows in table[table["industry"] == naics.TOTAL].groupby("area"):
        sectors = table[(table["area"] == area) & (naics.levels(table["industry"]) == "sector")]
        within = sectors.groupby("year")["employment"].sum()
        total = rows.set_index("year")["employment"]
        assert (within <= total + 1e-6).all()
        totals += 1
    assert totals == table["area"].nunique()
    assert (table["employment"] >= 0).all()


def test_subsectors_are_within_their_sector(demo):
    table = demo["projections"]
    table = table.assign(up=table["industry"].map(naics.parent))
    lower = table[naics.levels(table["industry"]) == "3"].groupby(["area", "up", "year"])["employment"].sum()
    sector = table.set_index(["area", "industry", "year"])["employment"].reindex(lower.index).dropna()
    assert len(sector) > 100
    assert (lower.loc[sector.index] <= sector + 1e-6).all()


def test_a_sum_says_what_it_is_the_sum_of(demo):
    table = demo["projections"].drop_duplicates(["area", "industry"])
    total = table[table["industry"] == naics.TOTAL].set_index("grain")["sum_of"]
    assert set(total["region"]) == {"areas"}
    assert set(total["county"]) == {"industries"}
    assert total["base"] == "industries"


def test_a_state_s_own_projections_come_first(demo, tmp_path):
    (tmp_path / "state.csv").write_text(
        "area,industry,base_year,target_year,base_employment,target_employment\n"
        "91000,44-45,2022,2032,1000,1200\n91000,72,2020,2030,1000,1500\n91000,23,2024,2034,100,110\n"
    )
    results = with_official(tmp_path / "study.yaml", DEMO, "state.csv")
    official = results["official-projections"].set_index("industry")
    assert official.loc["44-45", ["caution", "area_name"]].to_list() == ["", "Verlane"]
    assert official.loc["44-45", "growth_per_year"] == pytest.approx(100 * (1.2**0.1 - 1))
    assert "pandemic" in official.loc["72", "caution"]
    assert "after 2023" in official.loc["23", "caution"]
    table = results["projections"]
    assert table.columns.get_loc("official_employment") < table.columns.get_loc("employment")
    told = table[table["official_employment"].notna()]
    assert set(told["industry"]) == {"44-45"}
    assert set(told["official_area"]) == {"91000"}
    assert set(told["grain"]) == {"region", "county", "base"}
    panel = results.reported
    now = panel[(panel["industry"] == "44-45") & (panel["year"] == 2023) & (panel["ownership"] == "drivers")]
    now = now.set_index(now["area"].astype(str))["employment"].reindex(told["area"])
    expected = now.to_numpy() * 1.2 ** ((told["year"].to_numpy() - 2023) / 10)
    assert told["official_employment"].to_numpy() == pytest.approx(expected)
    # ours are what they are without it
    ours = ["area", "industry", "year", "employment", "low_80", "high_95", "method"]
    for name in ours:
        assert table[name].to_list() == demo["projections"][name].to_list()


@pytest.mark.shared
def test_the_published_projections_from_the_pandemic_are_named_and_not_applied(shared, tmp_path):
    published = shared / "data" / "projections" / "bls_ep_2020-30_industry.xlsx"
    results = with_official(tmp_path / "study.yaml", shared / "studies" / "new_york.yaml", published)
    official = results["official-projections"]
    assert set(official["area_name"]) == {"United States"}
    assert official["caution"].str.contains("2020 is of the pandemic").all()
    row = official.set_index("industry").loc["23"]
    assert row["growth_per_year"] == pytest.approx(100 * ((7_584_400 / 7_269_400) ** 0.1 - 1))
    assert results["projections"]["official_employment"].isna().all()


def test_without_official_projections_the_reason_is_given(demo):
    assert "names no official projections" in str(demo.missing("official-projections"))
    assert demo["projections"]["official_employment"].isna().all()


def test_cautions_name_jumps_short_series_and_what_is_not_projected(demo):
    table = demo["projection-cautions"]
    assert set(table["kind"]) >= {"jump", "not projected"}
    projected = demo["projections"].set_index(["area", "industry"]).index
    key = pd.MultiIndex.from_frame(table[["area", "industry"]].astype(str))
    assert not key[table["kind"] == "not projected"].isin(projected).any()
    short = table["kind"] == "short"
    assert key[short].isin(projected).all()
    methods = demo["projections"].set_index(["area", "industry"])["method"]
    assert (methods.loc[key[short]] == "base-growth").all()


@pytest.mark.long
def test_scorecards_by_industry_and_size_are_what_the_option_selects(demo, tmp_path):
    for by in ("industry", "size"):
        out = tmp_path / f"{by}.csv"
        run = CliRunner().invoke(app, ["table", str(DEMO), "backtest", "--by", by, "--out", str(out)])
        assert run.exit_code == 0, run.output
        written = pd.read_csv(out, dtype={"industry": str, "level": str})
        written = written.drop(columns="notice")  # of the invented state
        pd.testing.assert_frame_equal(written, demo[f"backtest-by-{by}"], check_dtype=False)
    for wrong, hint in (
        (["backtest", "--by", "sise"], "did you mean 'size'"),
        (["wages", "--by", "size"], "leave --by out"),
    ):
        run = CliRunner().invoke(app, ["table", str(DEMO), *wrong])
        assert run.exit_code == 1
        assert hint in run.output


def test_the_opening_says_the_interval_and_how_far_the_method_was_off(demo):
    area = demo.study.regions["group"].iloc[0]
    profile = RegionProfile(demo, area)
    text = outlook.opening(profile)
    last = profile.rows("projections").query("industry == '10'").sort_values("year").iloc[-1]
    low, high = figures.rounded_jobs(last["low_80"]), figures.rounded_jobs(last["high_80"])
    assert f"between {low} and {high} (80% interval; not an official projection)" in text
    assert "If past patterns continue, 2028 employment" in text
    scores = demo["backtest"].query("level == 'total' and horizon == 5").set_index("method").loc["cautious"]
    assert f"contained the actual figure {scores['coverage_80']:.0f}% of the time" in text
    worst = f"but {scores['worst_coverage_80']:.0f}% when projected from {scores['worst_origin']}"
    assert (worst in text) == (scores["coverage_80"] - scores["worst_coverage_80"] >= 10)
    assert text.startswith("The region had ")


def test_the_page_says_when_intervals_held_far_less(demo):
    scores = demo["backtest"].assign(coverage_80=80.0, worst_coverage_80=31.4, worst_origin=2008)
    results = Results(demo.study)
    results._made = {**demo._made, "backtest": scores}
    area = demo.study.regions["group"].iloc[0]
    text = outlook.opening(RegionProfile(results, area))
    assert (
        "80% of the time, but 31% when projected from 2008: they hold least when the economy turns." in text
    )
    results._made["backtest"] = scores.assign(worst_coverage_80=72.0)
    assert "when projected from" not in outlook.opening(RegionProfile(results, area))


def test_the_hindcast_is_what_the_data_of_that_year_would_have_given(demo):
    """Projected from 2018 by hand of the base: what the study's panel up to then gives, before sums move together."""
    table = demo["hindcast"]
    assert set(table["origin"]) == {2018}
    assert sorted(table["year"].unique()) == [2019, 2020, 2021, 2022, 2023]
    rows = demo.reported
    rows = rows[rows["grain"].eq("base") & rows["ownership"].eq(demo.study.ownership)]
    known = rows.set_index(["industry", "year"])["employment"]
    base = table[(table["area"] == demo.study.base_area) & (naics.levels(table["industry"]) == "sector")]
    for row in base.to_dict("records"):
        assert row["employment"] == known[row["industry"], row["year"]] or np.isnan(row["employment"])
        assert row["employment_then"] == known[row["industry"], 2018]
    inside = table["employment"].between(table["low_80"], table["high_80"])
    told = table["inside_80"].notna()
    assert told.mean() > 0.8
    assert (table.loc[told, "inside_80"].astype(bool) == inside[told]).all()


def test_the_hindcast_does_not_see_what_came(demo):
    """With other figures after 2018 the same would have been projected."""
    results = Results(demo.study)
    later = demo.reported["year"] > 2018
    changed = demo.reported.assign(employment=demo.reported["employment"].mask(later, 7.0))
    results.__dict__["reported"] = changed
    columns = ["area", "industry", "year", "projected", "low_80", "high_95", "method"]
    pd.testing.assert_frame_equal(results["hindcast"][columns], demo["hindcast"][columns])
    assert not results["hindcast"]["employment"].equals(demo["hindcast"]["employment"])


def test_pages_tell_the_hindcast_in_words_and_a_table(demo):
    profile = RegionProfile(demo, demo.study.regions["group"].iloc[0])
    rows = profile.rows("hindcast").query("year == 2023")
    total = rows[rows["industry"] == "10"].iloc[0]
    text = outlook.hindcast(profile)
    assert text.startswith("On data through 2018, we would have projected between ")
    assert f"There were {figures.rounded_jobs(total['employment'])}, " in text
    sectors = rows[naics.levels(rows["industry"]) == "sector"].dropna(subset=["employment", "low_80"])
    sectors = sectors[sectors["industry"] != "99"]
    assert f"Of {len(sectors)} published sectors, {sectors['inside_80'].sum()} ended inside" in text
    page = outlook.hindcast_table(profile).markup()
    every = rows[naics.levels(rows["industry"]).isin(["sector", "total"])].dropna(
        subset=["employment", "low_80"]
    )
    assert page.count(">inside the interval<") == every["inside_80"].sum()
    assert "Jobs 2018" in page
    assert outlook.hindcast_chart(profile).title == "What we would have projected in 2018, and what happened"


def test_the_track_record_says_where_ours_is_no_better(demo):
    scores = pd.DataFrame(
        [
            (level, method, horizon, mase)
            for level, ours in (("total", (1.0, 2.1, 3.0)), ("sector", (0.9, 1.8, 2.7)))
            for method, values in (("cautious" if level == "total" else "ensemble", ours), ("last-value", (1.0, 2.0, 3.0)),
                                   ("drift", (2.0, 2.0, 2.0)), ("constant-share", (1.5, 2.5, 3.5)))
            for horizon, mase in zip((1, 3, 5), values, strict=True)
        ],
        columns=["level", "method", "horizon", "mase"],
    )  # fmt: skip
    results = Results(demo.study)
    results._made = {**demo._made, "backtest": scores}
    profile = RegionProfile(results, demo.study.regions["group"].iloc[0])
    assert outlook.track_record(profile) == (
        "For all jobs of an area our trend was no closer than assuming that nothing changes: trust the interval, not the "
        'line. "Past change goes on" did as well as our trend. For sectors our trend was closer than assuming that nothing '
        "changes, by 10% of the error."
    )
    results._made["backtest"] = scores.assign(mase=scores["mase"].mask(scores.index == 0, 0.9))
    assert "at 1 year ahead, not at 3 and 5 years ahead" in outlook.track_record(profile)


def test_the_scorecard_shows_the_figures_of_the_backtest(demo):
    profile = RegionProfile(demo, demo.study.regions["group"].iloc[0])
    page = outlook.scorecard(profile).markup()
    scores = demo["backtest"].query("horizon in (1, 3, 5) and level in ('total', 'sector')")
    for mase in scores["mase"]:
        assert f">{mase:.2f}<" in page
    assert page.count(">nothing changes<") == 3


def test_official_projections_are_told_with_what_they_cover(demo, tmp_path):
    (tmp_path / "state.csv").write_text(
        "area,industry,base_year,target_year,base_employment,target_employment\n"
        "91000,44-45,2022,2032,1000,1200\n91000,72,2020,2030,1000,1500\n"
    )
    results = with_official(tmp_path / "study.yaml", DEMO, "state.csv")
    results._made = {
        name: demo[name] for name in ("regions", "concentration", "wages", "growth", "projections")
    }
    area = demo.study.regions["group"].iloc[0]
    profile = RegionProfile(results, area)
    text = outlook.official(profile)
    assert "Verlane: 1 industry, 2022 to 2032." in text
    assert "1 of them is not applied to jobs here: base year 2020 is of the pandemic" in text
    table = outlook.official_table(profile).markup()
    assert "+1.8" in table
    assert "2020\N{EN DASH}2030 (not applied here)" in table
    assert outlook.official(RegionProfile(demo, area)) == ""


def test_official_projections_come_first_in_words_and_on_the_card(demo, tmp_path):
    (tmp_path / "state.csv").write_text(
        "area,industry,base_year,target_year,base_employment,target_employment\n91000,10,2022,2032,1000,1100\n"
    )
    results = with_official(tmp_path / "study.yaml", DEMO, "state.csv")
    rows = demo["projections"]
    told = rows["industry"] == "10"
    projected = rows.assign(
        official_employment=rows["employment"].where(told), official_area=np.where(told, "91000", ""),
        official_growth=np.where(told, 0.96, np.nan),
    )  # fmt: skip
    results._made = {
        **{n: demo[n] for n in ("regions", "concentration", "wages", "backtest")},
        "projections": projected,
    }
    profile = RegionProfile(results, demo.study.regions["group"].iloc[0])
    text = outlook.opening(profile)
    first, ours = (
        text.index("By the official projection for Verlane (+1.0% a year)"),
        text.index("If past patterns"),
    )
    assert first < ours
    last = projected[(projected["area"] == profile.area) & told].sort_values("year").iloc[-1]
    assert f"it would have {figures.rounded_jobs(last['official_employment'])} in 2028" in text
