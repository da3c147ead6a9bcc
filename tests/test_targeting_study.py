"""Targets of whole studies: what is missing is said, intervals hold the truth, tables name their figures."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from small_study import STUDY, small_study

from sectorlib import labor_markets, targeting
from sectorlib.disclosure import estimate_withheld
from sectorlib.exceptions import NotSupportedError, UnknownNameError
from sectorlib.pages import figures
from sectorlib.pages.region import facts, first_screen, market, why
from sectorlib.pages.region.facts import ranked
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.pages.region.target_words import (
    certainty,
    change,
    few_establishments,
    how_many,
    limited,
    lower_pay,
    missing,
    record,
    stand_ins,
    weights_decide,
)
from sectorlib.panel import assemble, with_ownership
from sectorlib.resources import data_path
from sectorlib.results import Results
from sectorlib.sectors import compose, load_sectors, segments_as_sectors
from sectorlib.simulation import simulate
from sectorlib.study import load_study

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'

SCORES = "area,sector,criterion,score,by,why\nall,Health care,champions,8,Board,Two hospitals lead\n"
SHEET = (
    "area,sector,champions,common_need,convener,partners,resources,by,why\n"
    "West,Health care,3,3,2,2,2,Board,Met twice\nWest,Construction,1,0,0,1,0,Board,\n"
)
RUNNING = "area,partnership,sector\nWest,Care First,health-care\n"


@pytest.fixture(scope="module")
def study_with_a_team(tmp_path_factory) -> Results:
    folder = tmp_path_factory.mktemp("team")
    keys = "scores: scores.csv\nreadiness: sheet.csv\npartnerships: running.csv\n"
    path = small_study(folder, STUDY + REGIONS + keys)
    for name, text in (("scores", SCORES), ("sheet", SHEET), ("running", RUNNING)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return Results(load_study(path))


@pytest.fixture(scope="module")
def one_year(tmp_path_factory) -> Results:
    text = STUDY + REGIONS + "as_of: 2017\n"
    path = small_study(tmp_path_factory.mktemp("year"), text, years=[2017], withheld=[])
    return Results(load_study(path))


def test_without_years_or_scores_it_still_ranks_and_says_what_is_missing(one_year):
    table = one_year["targets"]
    assert table["rank"].notna().any()
    reasons = one_year.targets.missing
    assert {"projected_growth", "champions", "steadiness", "not_contracting"} <= set(reasons)
    assert "too few" in reasons["projected_growth"]
    profile = RegionProfile(one_year, "West")
    assert "projected growth" in missing(profile)
    assert "Projected growth is not known here" in certainty(profile)
    assert "How far quotients move from year to year cannot be measured here" in certainty(profile)
    unknown, unscored = missing(profile).split(". ")
    assert "business champions" in unscored
    assert "steady over the cycle" in unknown
    assert limited(profile) == "Limited data: every rank here rests on one year of data."
    assert first_screen.lead(profile).startswith("Start with <strong>")
    assert "one year" in first_screen.caution(profile)


def test_what_one_year_cannot_show_is_unknown_and_makes_ranks_less_sure(one_year):
    """Half of the points to every sector, and anything from none to all in the simulations."""
    points = one_year["target-points"].set_index("criterion")
    for name in ("projected_growth", "not_contracting", "steadiness"):
        rows = points.loc[name]
        assert rows["figure"].isna().all()
        np.testing.assert_allclose(rows["points"], rows["most_points"] / 2)
    assert "champions" not in points.index  # nobody has scored it
    evidence = one_year.targets.evidence
    dropped = targeting.rank_sectors(evidence[evidence["figure"].notna()]).set_index(["area", "sector"])
    kept = one_year.targets.ranks.set_index(["area", "sector"]).reindex(dropped.index)
    spans = [(t["figures_rank_high"] - t["figures_rank_low"]).sum() for t in (dropped, kept)]
    assert spans[0] < spans[1]
    assert kept["share_first"].max() < dropped["share_first"].max()


def test_places_ties_and_labels_stand_beside_the_ranks(study_with_a_team, one_year):
    for results, few in ((study_with_a_team, False), (one_year, True)):
        table = results["targets"]
        ranked_ones = table["rank"].notna()
        assert (table.loc[~ranked_ones, ["place", "label"]] == "").all(axis=None)
        assert table.loc[table["rank"] == 1, "place"].isin(["First", "Tied for first"]).all()
        assert (table.loc[~table["place"].isin(["First", "Tied for first"]), "label"] == "").all()
        assert not (table["limited_data"] & (table["label"] == "Clear lead")).any()
        withheld = table["suppressed_share"]
        expected = (~(withheld <= 1 / 3)) | few
        assert (table["limited_data"] == expected).all()
    some = study_with_a_team["targets"]
    assert some["limited_data"].any()
    assert not some["limited_data"].all()


def test_a_sector_that_the_study_cannot_show_is_listed_and_not_ranked(one_year):
    table = one_year["targets"].set_index(["area", "sector"])
    codes = one_year["sectors"].set_index(["area", "sector", "segment"])
    construction = codes.loc[("West", "construction", "all")]
    assert construction["codes"] == "23"
    assert table.loc[("West", "construction"), "rank"] >= 1
    unranked = table[table["rank"].isna()]
    assert unranked["reasons"].str.startswith("not ranked").all()


@pytest.mark.long
def test_where_growth_and_churn_are_known_ranks_are_as_sure_as_they_say():
    results = Results(load_study(data_path("demo", "study.yaml")))
    profile = RegionProfile(results, results["regions"]["area"].iloc[0])
    assert "cannot be measured" not in certainty(profile)
    assert "not known here" not in certainty(profile)


def test_points_add_up_to_the_score_and_weights_to_one(study_with_a_team):
    points, table = study_with_a_team["target-points"], study_with_a_team["targets"]
    sums = points.groupby(["area", "sector"])[["points", "weight"]].sum()
    scores = table[table["rank"].notna()].set_index(["area", "sector"])["score"]
    np.testing.assert_allclose(sums["points"], scores.reindex(sums.index))
    np.testing.assert_allclose(sums["weight"], 1)


def test_a_score_counts_where_it_was_given_and_is_unknown_elsewhere(study_with_a_team):
    points = study_with_a_team["target-points"]
    champions = points[points["criterion"] == "champions"].set_index(["area", "sector"])
    assert champions.loc[("West", "health-care"), "figure"] == 8
    other = champions.loc[("West", "construction")]
    assert np.isnan(other["figure"])
    assert other["points"] == pytest.approx(other["most_points"] / 2)


@pytest.fixture(scope="module")
def small_and_large(tmp_path_factory) -> Results:
    """West is one county and East two: 18 and 36 establishments in health care, 9 and 18 in other sectors; 20 are needed."""
    regions = REGIONS.replace('["36055", "36051"]', '["36055"]')
    path = small_study(
        tmp_path_factory.mktemp("few"), STUDY + regions + "critical_mass: 20\n", years=[2017], withheld=[]
    )
    return Results(load_study(path))


def test_sectors_with_few_establishments_are_set_apart_with_the_neighbors_who_could_join(small_and_large):
    table = small_and_large["targets"].set_index(["area", "sector"])
    west, east = table.loc["West"], table.loc["East"]
    assert east.index[east["rank"].notna()].to_list() == ["health-care"]
    assert west["rank"].isna().all()
    few = west[west["few_establishments"]]
    assert {"health-care", "construction"} <= set(few.index)
    assert not few["short_list"].any()
    assert (few["place"] == "").all()
    assert few.loc[["health-care", "construction"], "wider_area"].to_list() == ["East (36)", "East (18)"]
    assert few.loc["construction", "reasons"] == (
        "few establishments (9, fewer than 20): consider a wider area"
    )
    assert (table.loc[~table["few_establishments"], "wider_area"] == "").all()
    profile = RegionProfile(small_and_large, "West")
    lines = few_establishments(profile)
    assert "Health care: 18 establishments here; in regions that touch: East (36)." in lines
    assert ranked(profile).empty
    beside = few_establishments(RegionProfile(small_and_large, "East"))
    assert "Construction: 18 establishments here; in regions that touch: West (9)." in beside
    assert not any("Health care" in line for line in beside)
    assert "health care" not in stand_ins(profile)  # all of it can be seen


def test_the_sensitivity_of_the_critical_mass_is_shown(small_and_large):
    table = small_and_large["target-critical-mass"].set_index(["area", "times"])
    assert table.loc["West", "fewest"].to_list() == [10, 20, 40]
    assert table.loc[("West", 0.5), ["sector", "agrees"]].to_list() == ["health-care", False]
    assert table.loc[("West", 1.0), ["sector", "sector_title"]].to_list() == ["", ""]
    assert table.loc[("East", 1.0), ["sector", "agrees"]].to_list() == ["health-care", True]
    assert table.loc[("East", 2.0), "sector"] == ""


def test_where_no_region_has_enough_establishments_nothing_is_ranked_and_the_reason_is_said(tmp_path):
    path = small_study(tmp_path, STUDY + REGIONS + "critical_mass: 100\n", years=[2017])
    with pytest.raises(NotSupportedError, match="at most 36 establishments"):
        Results(load_study(path))["targets"]


def test_other_weights_are_shown_and_the_page_says_where_they_decide(one_year, small_and_large):
    for results in (one_year, small_and_large):
        table = results["target-weights"]
        firsts = results["targets"].query("rank == 1").set_index("area")
        stated = table[table["weighting"] == "stated"].set_index("area")
        assert stated["sector"].to_dict() == firsts["sector"].to_dict()
        np.testing.assert_allclose(stated["score"], firsts["score"].reindex(stated.index))
        for area, rows in table.groupby("area"):
            others = rows.loc[~rows["agrees"], "sector_title"].str.lower()
            text = weights_decide(RegionProfile(results, area))
            assert bool(text) == (len(others) > 0)
            assert all(title in text for title in others)


def test_estimated_jobs_are_less_sure_where_few_establishments_are_withheld(study_with_a_team):
    """Of four times as few establishments the error is twice as large, as in plausible ranges."""
    panels = study_with_a_team.targets.panels
    spread = []
    for number in (16.0, 4.0):
        areas = panels.areas.assign(establishments=number, establishments_low=number, employment_low=0.0)
        errors = pd.Series({"jobs": 0.3, "pay": 0.1, "change": 0.1, "establishments": 16.0})
        found = targeting.sector_evidence(dataclasses.replace(panels, areas=areas), errors=errors)
        spread.append(found.loc[found["criterion"] == "share_of_jobs", "jobs_spread"].to_numpy())
    np.testing.assert_allclose(spread[0], 0.3)
    np.testing.assert_allclose(spread[1], 0.6)


def test_the_sequence_follows_the_sheet_and_joins_what_runs(study_with_a_team):
    table = study_with_a_team["target-sequence"].set_index("sector")
    assert table.loc["health-care", "suggestion"] == "join"
    assert table.loc["health-care", "running"] == "Care First"
    assert table.loc["construction", "suggestion"] == "prepare"


def test_the_sequence_names_the_neighbors_and_the_establishments_of_a_sector(study_with_a_team):
    table = study_with_a_team["target-sequence"].set_index("sector")
    pairs = study_with_a_team["portfolio"].set_index("sector")
    assert pairs.loc["health-care", ["area", "neighbor"]].to_list() == ["East", "West"]
    assert table.loc["health-care", "neighbors"] == "East"
    made = study_with_a_team["sectors"].set_index(["area", "sector", "segment"])
    assert (
        table.loc["construction", "establishments"]
        <= made.loc[("West", "construction", "all"), "establishments"]
    )
    assert table.loc["construction", "segment"] == ""  # the small study sees one segment of it
    assert table.loc["health-care", "segment"].startswith(
        "higher-value"
    )  # hospitals, and national shares of 621


def test_the_record_holds_ranks_of_then_against_those_of_now(tmp_path):
    text = STUDY + REGIONS + "ownership: drivers\nas_of: 2017\n"
    results = Results(load_study(small_study(tmp_path, text)))
    table = results["target-record"]
    then = results.earlier_targets
    assert then.panels.year == results.targets.panels.year - 5 == table["year"].iloc[0]
    now = results["targets"].set_index(["area", "sector"])["rank"]
    keys = pd.MultiIndex.from_frame(table[["area", "sector"]])
    np.testing.assert_array_equal(table["rank_now"], now.reindex(keys))
    assert (table["kept"] == ((table["rank"] <= 3) & (table["rank_now"] <= 3))).all()
    here = table[(table["area"] == "West") & (table["rank"] <= 3)]
    text = record(RegionProfile(results, "West"))
    assert all(title.lower() in text for title in here["sector_title"])
    assert f"{table.loc[table['rank'] <= 3, 'kept'].mean():.0%} of the first three" in text
    # seven years are too few to project, twelve are not
    assert then.missing.keys() - results.targets.missing.keys() == {"projected_growth", "steadiness"}
    assert (table["counted_once"] == "projected growth, steady over the cycle").all()
    assert "Only one of the two rankings has figures of: projected growth, steady" in text


def test_of_three_sectors_it_is_not_said_that_they_are_among_the_first_three(study_with_a_team):
    profile = RegionProfile(study_with_a_team, "West")
    assert len(ranked(profile)) == 3
    assert study_with_a_team["target-record"]["kept"].all()  # they cannot but be
    assert record(profile) == ""
    assert "among the first three" not in certainty(profile)


OWN = (
    "leave_out: all\nsectors:\n  care:\n    title: Care\n    note: Care\n    reference: Our board\n"
    '    segments: {care: {industries: {"62": 1}}}\n'
)


def test_a_study_of_one_sector_of_one_segment_ranks_it_and_says_that_this_tells_nothing(tmp_path):
    path = small_study(tmp_path, STUDY + REGIONS + "sectors: own.yaml\n", years=[2017])
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    results = Results(load_study(path))
    assert results["sectors"]["segment"].unique().tolist() == ["all"]
    profile = RegionProfile(results, "West")
    assert first_screen.lead(profile) == "<strong>Care</strong> is the only sector that can be ranked here."
    assert certainty(profile) == "No other sector is ranked here, so its place says nothing."


def study_of_criteria(folder, weights: dict[str, str]) -> RegionProfile:
    """The study ranked by some criteria alone, where people scored health care."""
    entries = {name: weights.get(name, "weight: 0") for name in targeting.load_criteria().index}
    path = small_study(folder, STUDY + REGIONS + "criteria: own.yaml\nscores: scores.csv\n", years=[2017])
    text = "criteria:\n" + "".join(f"  {name}: {{{entry}}}\n" for name, entry in entries.items())
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    (folder / "scores.csv").write_text(SCORES, encoding="utf-8")
    return RegionProfile(Results(load_study(path)), "West")


def test_without_drivers_other_figures_are_named_and_what_is_left_out_is_not_called_missing(tmp_path):
    profile = study_of_criteria(
        tmp_path, {"number_of_establishments": "weight: 0.05", "champions": "weight: 0.05, importance: 3"}
    )
    (row,) = [row for row in why.criteria(profile).rows if row["sector"] == "Health care"]
    assert (row["number_of_establishments"], row["champions"]) == ("36", "8")
    assert missing(profile) == ""


def test_a_figure_that_is_not_known_is_not_said_as_a_number(tmp_path):
    profile = study_of_criteria(
        tmp_path, {"champions": "weight: 0.9, importance: 1", "average_pay": "weight: 0.1, importance: 2"}
    )
    text = change(profile)
    assert "with business champions 8.0 of 10 (now not known)" in text
    assert "nan" not in text


def test_a_change_over_a_year_without_data_is_not_yearly_nor_is_one_from_nothing(study_with_a_team):
    panels = study_with_a_team.targets.panels
    areas = panels.areas.assign(employment=1000 * 1.02 ** (panels.areas["year"] - 2000.0))
    areas = areas[areas["year"] != 2010]
    areas.loc[areas["year"] == 2006, "employment"] = 0.0
    evidence = targeting.sector_evidence(dataclasses.replace(panels, areas=areas))
    steady = evidence.loc[evidence["criterion"] == "steadiness", "figure"]
    assert len(steady)
    np.testing.assert_allclose(steady, 0, atol=1e-9)


def test_one_year_has_no_record_and_says_so(one_year):
    with pytest.raises(NotSupportedError, match="2012"):
        one_year["target-record"]
    assert record(RegionProfile(one_year, "West")) == ""


def test_the_page_says_how_many_which_neighbors_and_the_sequence(study_with_a_team, one_year):
    profile = RegionProfile(study_with_a_team, "West")
    assert "To start with one partnership is our advice" in how_many(profile)
    pairs = study_with_a_team["portfolio"]
    (row,) = market.neighbors(profile).rows
    assert row["name"] == "East"
    ranks = pairs.set_index("sector_title")["rank"]  # East is the pairs' area: its ranks stand in `rank`
    assert all(f"{title.lower()} ({rank:.0f})" in row["sectors"] for title, rank in ranks.items())
    page = why.sequence(profile).markup()
    assert first_screen.steps(profile)[2][0] == "Act on readiness."
    assert "Care First (100%)" in page
    assert "Prepare" in page
    assert why.sequence(RegionProfile(one_year, "West")) is None
    assert "Fill in the readiness sheet" in first_screen.steps(RegionProfile(one_year, "West"))[2][1]


def test_a_projection_without_an_interval_is_not_known(one_year, study_with_a_team):
    panels = study_with_a_team.targets.panels
    figures = panels.areas.loc[panels.areas["year"] == panels.year, ["area", "industry"]]
    guess = figures.assign(year=panels.year + 5, employment=9e9, low_80=np.nan, high_80=np.nan)
    alone = targeting.sector_evidence(panels, projections=guess).set_index("criterion")
    assert alone.loc["projected_growth", "figure"].isna().all()
    sooner = figures.assign(year=panels.year + 2, employment=100.0, low_80=80.0, high_80=125.0)
    both = targeting.sector_evidence(panels, projections=pd.concat([sooner, guess]))
    known = both[both["criterion"] == "projected_growth"].set_index(["area", "sector"])
    jobs = panels.areas[panels.areas["year"] == panels.year].set_index(["area", "industry"])["employment"]
    expected = 100 * ((100 / jobs.reindex(known.index)) ** 0.5 - 1)
    shown = known["figure"].notna()
    assert shown.any()
    pd.testing.assert_series_equal(known.loc[shown, "figure"], expected[shown], check_names=False)


def test_the_own_part_of_changes_is_none_where_all_move_alike_and_all_where_each_moves_alone(
    study_with_a_team,
):
    panels = study_with_a_team.targets.panels
    generator = np.random.default_rng(1)
    years = range(1990, 2018)
    keys = pd.MultiIndex.from_product(
        [["West", "East"], [f"s{i}" for i in range(16)], years], names=["area", "industry", "year"]
    )

    def share(common: float, own: float) -> float:
        noise = own * generator.standard_normal((2, 16, len(years))) + common * generator.standard_normal(
            (2, 1, len(years))
        )
        areas = pd.DataFrame({"employment": np.exp(noise.cumsum(axis=2)).ravel()}, index=keys).reset_index()
        return targeting.own_share(dataclasses.replace(panels, areas=areas), 5)

    assert share(0.05, 0.0) == pytest.approx(0, abs=1e-9)
    assert share(0.0, 0.05) == pytest.approx(1, abs=0.08)
    assert share(0.05, 0.05) == pytest.approx(0.5, abs=0.2)
    apart = np.array([1.0, -1.0])[:, None] * generator.standard_normal(len(years))
    two = pd.DataFrame({"employment": np.exp(apart).ravel()}, index=keys[: 2 * len(years)]).reset_index()
    assert targeting.own_share(dataclasses.replace(panels, areas=two), 5) == 1
    few = panels.areas[panels.areas["year"] > panels.year - 6]
    assert targeting.own_share(dataclasses.replace(panels, areas=few), 5) == 1


def test_without_a_sheet_there_is_no_sequence_but_a_sheet_to_fill_in(one_year):
    with pytest.raises(NotSupportedError, match="readiness"):
        one_year["target-sequence"]
    blank = one_year["readiness-sheet"]
    assert len(blank)
    assert (blank[list(targeting.readiness_questions())] == "").all().all()


def test_an_area_that_is_no_region_is_refused(tmp_path):
    keys = "readiness: sheet.csv\n"
    path = small_study(tmp_path, STUDY + REGIONS + keys, years=[2017])
    (tmp_path / "sheet.csv").write_text(SHEET.replace("West", "Wset"), encoding="utf-8")
    with pytest.raises(UnknownNameError, match="West"):
        Results(load_study(path))["target-sequence"]


def test_charts_and_words_show_every_ranked_sector(study_with_a_team):
    profile = RegionProfile(study_with_a_team, "West")
    titles = ranked(profile)["sector_title"].to_list()
    sheet = why.criteria(profile)
    assert [row["sector"] for row in sheet.rows] == titles
    assert "not known" in [row["champions"] for row in sheet.rows]  # of one sector alone are they known
    drawing = why.bubbles(profile).markup()
    assert all(title in drawing for title in titles)
    assert "health care" in first_screen.lead(profile)
    assert "left out: tourism and hospitality (3113, 3121" in stand_ins(profile)
    assert "Not ranked, because too little of them can be seen: life sciences and research (0%)" in stand_ins(
        profile
    )
    assert "retail trade" not in " ".join(lower_pay(profile))  # the study has no retail trade


def test_figures_of_sectors_with_withheld_cells_are_called_estimates(study_with_a_team):
    table = study_with_a_team["targets"]
    table = table[table["rank"].notna()]
    withheld = table["disclosure"] != "disclosed"
    assert withheld.any()
    assert not withheld.all()
    assert (table["reasons"].str.startswith("estimates where cells are withheld: ") == withheld).all()
    assert (table["employment"].isna() == withheld).all()


def test_every_table_keeps_its_schema(study_with_a_team):
    for name in (
        "sectors",
        "targets",
        "target-points",
        "target-uncertainty",
        "readiness-sheet",
        "target-sequence",
    ):
        table = study_with_a_team[name]
        assert len(table), name


# --- the truth ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.long
def test_rank_intervals_hold_the_rank_under_the_truth():
    """One state of another seed, nothing withheld on the other side; benchmarks/targeting.py has many."""
    economy = simulate(101)
    counties = sorted({*economy.truth["area"].astype(str)} - {"91000", "91999"})
    members = labor_markets.restrict(economy.markets, counties)
    year = 2023
    published, truth = (
        assemble(rows[rows["year"] >= year - 5]) for rows in (economy.published, economy.truth)
    )
    tables = (published, estimate_withheld(published), truth)
    published, estimates, truth = (with_ownership(table, "drivers") for table in tables)
    how = (members, load_sectors(), "91000", "drivers")
    made = targeting.target_sectors(published, estimates, *how).ranks
    right = targeting.target_sectors(truth, truth, *how).ranks
    both = made.merge(right[["area", "sector", "rank"]], on=["area", "sector"], suffixes=("", "_true"))
    held = both["rank_true"].between(both["figures_rank_low"], both["figures_rank_high"])
    assert held.mean() >= 0.8
    assert (both["rank_true"] == both["rank"]).mean() < 1  # withholding does move ranks


# --- New York -----------------------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.long
def test_new_york_ranks_every_market_and_names_figures(shared):
    study = load_study(shared / "studies" / "new_york.yaml")
    results = Results(study)
    table = results["targets"]
    firsts = table[table["rank"] == 1]
    assert set(firsts["area"]) == set(results["regions"]["area"])
    assert firsts["reasons"].str.contains("location quotient").all()
    assert firsts["reasons"].str.contains("of typical industry pay").all()
    ranks = table[table["rank"].notna()]
    assert (ranks["rank_low"] <= ranks["rank_high"]).all()
    shares = ranks.groupby("area")["share_first"].sum()
    np.testing.assert_allclose(shares, 1)
    unseen = set(table.loc[table["rank"].isna(), "sector"])
    assert unseen == {"life-sciences", "information-technology"}  # of three digits alone
    robust = results["target-uncertainty"]
    leaders = robust[robust["rank"] == 1]
    assert (leaders["weight_moved"] == 0).all()
    # What drawn weights alone make first needs some weight moved; firsts that come of drawn figures need not.
    assert robust.loc[robust["weights_rank_low"] == 1, "weight_moved"].notna().all()
    rochester = RegionProfile(results, "LM36055")
    assert ranked(rochester).index[0] in ("advanced-manufacturing", "education")
    assert "of 2,000 simulations" in certainty(rochester)
    assert "weight" in change(rochester)
    made = table[table["area"] == "LM36055"].set_index("sector")
    for sector in ranked(rochester).index[:2]:
        jobs = figures.estimated_jobs(facts.whole(rochester).loc[[sector]].iloc[0])
        assert jobs.startswith("about") == (made.loc[sector, "disclosure"] != "disclosed")
    tourism = next(text for text in lower_pay(rochester) if text.startswith("Tourism"))
    assert made.loc["tourism-and-hospitality", "disclosure"] != "disclosed"
    assert "together about " in tourism


@pytest.mark.shared
def test_tourism_pays_little_and_its_higher_value_part_more(shared):
    """New York State, 2017: lodging, restaurants and recreation pay under half of all jobs' average."""
    study = load_study(shared / "studies" / "new_york.yaml")
    rows = study.panel[(study.panel["area"] == "36000") & (study.panel["year"] == 2017)]
    tourism = load_sectors().query("sector == 'tourism-and-hospitality'")
    private = rows[rows["ownership"] == "5"]
    parts = compose(private, pd.concat([tourism, segments_as_sectors(tourism)])).set_index("industry")
    pay = parts["wages"] / parts["employment"]
    whole, low, high = (
        pay["tourism-and-hospitality" + end] for end in ("", ": traditional", ": higher-value")
    )
    assert low < whole < high
