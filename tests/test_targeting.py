"""Ranks by stated criteria: identities by hand, weights that keep their order, intervals, and what would change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import targeting
from sectorlib.exceptions import TableError, UnknownIndustryError, UnknownNameError
from sectorlib.membership import membership
from sectorlib.sectors import load_sectors

CRITERIA = targeting.load_criteria()


def evidence(figures: dict[str, dict[str, float]], spread: float = 0.0, area: str = "A") -> pd.DataFrame:
    """Evidence from ``{criterion: {sector: figure}}``, all with the same multiplying spread."""
    rows = [
        (area, sector, criterion, figure)
        for criterion, values in figures.items()
        for sector, figure in values.items()
    ]
    frame = pd.DataFrame(rows, columns=["area", "sector", "criterion", "figure"])
    return frame.assign(jobs_spread=0.0, jobs_least=0.0, jobs_most=np.inf, spread=spread, multiplies=True)


# --- criteria and weights -----------------------------------------------------------------------------


def test_the_shipped_criteria_are_those_of_the_field_with_references():
    drivers = set(CRITERIA.index[CRITERIA["kind"] == "driver"])
    assert drivers == {"location_quotient", "average_pay", "projected_growth", "share_of_jobs"}
    assert (CRITERIA["reference"].str.len() > 0).all()
    assert CRITERIA.loc["not_contracting", "weight"] < CRITERIA.loc["average_pay", "weight"]


def test_values_run_from_the_worst_to_the_best_figure():
    size = CRITERIA.loc["average_size"]  # the smaller the better, on the logarithm
    np.testing.assert_allclose(targeting.value_of(np.array([0.5, 1, 2, 4, 9]), size), [1, 1, 0.5, 0, 0])
    pay = CRITERIA.loc["average_pay"]
    np.testing.assert_allclose(targeting.value_of(np.array([0.5, 1.0, 1.25, 9]), pay), [0, 0.5, 0.75, 1])
    assert np.isnan(targeting.value_of(np.array([np.nan]), pay))[0]


@given(st.floats(0, 1))
def test_a_figure_has_the_value_that_it_was_made_of(value):
    for _, criterion in CRITERIA.iterrows():
        figure = targeting.figure_of(value, criterion)
        assert targeting.value_of(np.array([figure]), criterion)[0] == pytest.approx(value, abs=1e-9)


@settings(max_examples=20)
@given(importance=st.lists(st.integers(1, 4), min_size=1, max_size=8), seed=st.integers(0, 100))
def test_drawn_weights_keep_the_order_of_importance_and_sum_to_one(importance, seed):
    criteria = pd.DataFrame({"importance": importance})
    weights = targeting.draw_weights(criteria, 50, np.random.default_rng(seed))
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert (weights >= 0).all()
    for i, one in enumerate(importance):
        for j, other in enumerate(importance):
            if one < other:
                assert (weights[:, i] >= weights[:, j]).all()


def test_weights_are_drawn_evenly_from_the_ordered_simplex():
    """Their mean is the rank order centroid: of three in strict order 11/18, 5/18, 2/18 (Barron and Barrett 1996)."""
    weights = targeting.draw_weights(
        pd.DataFrame({"importance": [1, 2, 3]}), 40_000, np.random.default_rng(1)
    )
    np.testing.assert_allclose(weights.mean(axis=0), [11 / 18, 5 / 18, 2 / 18], atol=0.003)


def test_the_shipped_weights_are_the_middle_of_those_that_keep_their_order():
    known = CRITERIA[CRITERIA["kind"] != "user"]
    middle = targeting.draw_weights(known, 40_000, np.random.default_rng(1)).mean(axis=0)
    np.testing.assert_allclose(targeting.stated_weights(known), middle, atol=0.02)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("criteria: {average_pay: {weight: 0.01}}", TableError, "more important"),
        ("criteria: {average_pay: {worst: 1.5}}", TableError, "two different numbers"),
        ("criteria: {number_of_establishments: {worst: 0}}", TableError, "above 0"),
        ("criteria: {average_pay: {scale: square}}", UnknownNameError, "square"),
        ("criteria: {ours: {label: Ours}}", TableError, "lacks kind"),
        ("weights: {average_pay: 1}", TableError, "no mapping"),
        ("criteria: {average_pay: {weight: -1}}", TableError, "weight of 0 or more"),
    ],
)
def test_criteria_that_contradict_themselves_are_refused(tmp_path, text, error, words):
    path = tmp_path / "criteria.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error) as caught:
        targeting.load_criteria(path)
    assert words in str(caught.value)


def test_a_file_changes_one_key_and_leaves_a_criterion_out(tmp_path):
    path = tmp_path / "criteria.yaml"
    path.write_text("criteria: {average_pay: {best: 2.0}, steadiness: {weight: 0}}", encoding="utf-8")
    own = targeting.load_criteria(path)
    assert own.loc["average_pay", "best"] == 2.0
    assert "steadiness" not in own.index


# --- scores and ranks ---------------------------------------------------------------------------------

#: Values by hand: quotient 2 and 1 are worth 1 and 1/2; pay 1 and 1.5 are worth 1/2 and 1; jobs 5 % and 0.5 %, 1 and 0.
BY_HAND = {
    "location_quotient": {"x": 2.0, "y": 1.0},
    "average_pay": {"x": 1.0, "y": 1.5},
    "share_of_jobs": {"x": 5.0, "y": 0.5},
}


def test_scores_by_hand_are_the_sum_of_their_points():
    """Weights .27, .27, .13 of .67: x has (.27 + .135 + .13) / .67, y has (.135 + .27) / .67."""
    table = targeting.rank_sectors(evidence(BY_HAND)).set_index("sector")
    assert table.loc["x", "score"] == pytest.approx(100 * 0.535 / 0.67)
    assert table.loc["y", "score"] == pytest.approx(100 * 0.405 / 0.67)
    points = [c for c in table if c.startswith("points_")]
    np.testing.assert_allclose(table[points].sum(axis=1), table["score"])
    assert table["rank"].to_dict() == {"x": 1, "y": 2}
    assert table["rank_without_size"].to_dict() == {"x": 1, "y": 1}  # alike but for their size


def test_certain_figures_leave_ranks_to_the_weights_alone():
    """y is first where pay outweighs quotient and half of jobs: half the draws of two weights, less those of jobs."""
    table = targeting.rank_sectors(evidence(BY_HAND)).set_index("sector")
    assert (table["figures_rank_low"] == table["figures_rank_high"]).all()
    weights = targeting.draw_weights(CRITERIA.loc[list(BY_HAND)], 100_000, np.random.default_rng(5))
    first = (0.5 * weights[:, 1] > 0.5 * weights[:, 0] + weights[:, 2]).mean()
    assert table.loc["y", "share_first"] == pytest.approx(first, abs=0.03)
    assert table["share_first"].sum() == pytest.approx(1)


def test_a_sector_that_is_better_in_everything_is_first_whatever_the_weights():
    better = {name: {"x": row["best"], "y": row["worst"]} for name, row in CRITERIA.iterrows()}
    table = targeting.rank_sectors(evidence(better)).set_index("sector")
    assert table.loc["x", ["share_first", "rank_high"]].to_list() == [1, 1]
    assert table.loc["y", "share_first"] == 0
    assert np.isnan(table.loc["y", "weight_moved"])


def test_a_seed_gives_the_same_ranks_and_other_areas_leave_them_alone():
    one = evidence(BY_HAND, spread=0.3)
    two = pd.concat([one, evidence(BY_HAND, spread=0.1, area="B")])
    first = targeting.rank_sectors(one)
    assert targeting.rank_sectors(one).equals(first)
    again = targeting.rank_sectors(two)
    pd.testing.assert_frame_equal(again[again["area"] == "A"].reset_index(drop=True), first)


def test_wider_figures_make_wider_ranks():
    sectors = {f"s{i}": 0.8 + 0.1 * i for i in range(8)}
    width = [
        (table["figures_rank_high"] - table["figures_rank_low"]).sum()
        for table in (
            targeting.rank_sectors(evidence({"location_quotient": sectors}, spread))
            for spread in (0.0, 0.05, 0.5)
        )
    ]
    assert width[0] == 0 < width[1] < width[2]


def test_rank_intervals_hold_the_stated_share_of_draws_of_known_errors():
    """Truth drawn from the evidence's own errors lies within as often as each run says, and it says 80 % or more."""
    generator = np.random.default_rng(3)
    sectors = {f"s{i}": 0.7 + 0.12 * i for i in range(8)}
    table = (
        targeting.rank_sectors(evidence({"location_quotient": sectors}, 0.15))
        .set_index("sector")
        .sort_index()
    )
    held = []
    for _ in range(400):
        truth = pd.Series(sectors) * np.exp(0.15 * generator.standard_normal(8))
        value = targeting.value_of(truth.to_numpy(), CRITERIA.loc["location_quotient"])
        rank = pd.Series(value, index=truth.index).rank(ascending=False, method="min")
        held.append(((rank >= table["figures_rank_low"]) & (rank <= table["figures_rank_high"])).mean())
    stated = table["figures_share_within"]
    assert (stated >= 0.8).all()
    assert np.mean(held) == pytest.approx(stated.mean(), abs=0.015)


def test_an_unknown_figure_is_worth_half_and_may_be_anything():
    figures = {"average_pay": {"x": 1.0, "y": np.nan, "z": 1.4}}
    table = targeting.rank_sectors(evidence(figures)).set_index("sector")
    assert table.loc["y", "score"] == pytest.approx(50)
    assert table.loc["y", "share_first"] == pytest.approx(
        2 / np.pi * np.arccos(np.sqrt(0.9)), abs=0.03
    )  # above the value of 1.4, 0.9
    assert np.isnan(table.loc["y", "average_pay"])


def test_evidence_of_nothing_among_the_criteria_is_refused():
    with pytest.raises(TableError, match="sunshine"):
        targeting.rank_sectors(evidence({"sunshine": {"x": 1.0}}))


def test_errors_of_sectors_are_those_that_masked_cells_were_estimated_with():
    """Half of each sector is masked; its estimate is off by a known error, its pay by another."""
    generator = np.random.default_rng(5)
    counties = [f"36{code:03}" for code in range(1, 801, 2)]
    jobs = pd.Series(generator.uniform(200, 2000, len(counties)))
    cells = pd.DataFrame(
        {"area": [*counties, "36000"], "industry": "622", "ownership": "5", "year": 2020, "establishments": 9.0,
         "employment": [*jobs, jobs.sum()], "disclosure": "disclosed", "disclosed_share": 1.0}
    )  # fmt: skip
    cells = cells.assign(wages=cells["employment"] * 5e4)
    for figure in ("employment", "wages"):
        cells[f"{figure}_low"] = cells[f"{figure}_high"] = cells[figure]
    off, pay = (size * generator.standard_normal(len(cells)) for size in (0.15, 0.05))
    guess = cells["employment"] * np.exp(-off)
    tried = cells.assign(
        employment=guess, wages=guess * 5e4 * np.exp(-pay), employment_low=guess / 2, disclosure="estimated"
    )
    regions = membership({code: [code] for code in counties})
    found = targeting.errors_of_sectors(cells, tried, regions, load_sectors(), "36000")
    assert found["jobs"] == pytest.approx(
        0.30, rel=0.1
    )  # of which half is masked, so twice the error of the sum
    assert found["pay"] == pytest.approx(0.10, rel=0.1)
    assert found["change"] == targeting.shipped_errors()["change"]  # one year tells none
    assert found["establishments"] == pytest.approx(4.5, rel=0.1)  # half of nine
    few = cells["area"].isin([*counties[:20], "36000"]).to_numpy()
    small = targeting.errors_of_sectors(cells[few], tried[few], regions.head(20), load_sectors(), "36000")
    assert small.equals(targeting.shipped_errors())


# --- places and labels --------------------------------------------------------------------------------


def placed(scores: list[float], first: list[float]) -> pd.DataFrame:
    return targeting.named_places(pd.DataFrame({"area": "A", "score": scores, "share_first": first}))


def test_scores_that_pages_show_as_the_same_number_share_a_place():
    found = placed([70.4, 69.6, 69.4, 50.0], [0.5, 0.3, 0.2, 0.0])
    assert found["place"].to_list() == ["Tied for first", "Tied for first", "Third", "Fourth"]
    many = placed(list(range(40, 0, -2)), [1 / 20] * 20)
    assert many["place"].iloc[[9, 10, 11, 12, 19]].to_list() == ["Tenth", "11th", "12th", "13th", "20th"]


@pytest.mark.parametrize(
    ("scores", "first", "label"),
    [
        ([70, 60], [0.80, 0.19], "Clear lead"),
        ([70, 60], [0.79, 0.21], "Close call"),
        ([70, 60, 50], [0.10, 0.75, 0.15], "Close call"),  # first by score, seldom in simulations
        ([70, 60, 50], [0.70, 0.15, 0.15], ""),
        ([70.2, 69.9], [0.85, 0.15], ""),  # a tie is no clear lead
        ([70], [1.0], ""),  # nor is a place without a rival
    ],
)
def test_the_first_place_is_called_by_its_share_and_that_of_its_rivals(scores, first, label):
    found = placed(scores, first)
    assert found["label"].iloc[0] == label
    assert (found.loc[~found["place"].isin(["First", "Tied for first"]), "label"] == "").all()


def test_no_lead_is_called_clear_where_its_stability_cannot_be_judged():
    ranks = pd.DataFrame({"area": "A", "score": [70, 60, 50.0], "share_first": [0.95, 0.03, 0.02]})
    labels = [
        targeting.named_places(ranks, pd.Series(limited, ranks.index))["label"].iloc[0]
        for limited in ([False, True, True], [True, False, False])
    ]
    assert labels == ["Clear lead", ""]
    close = ranks.assign(share_first=[0.6, 0.4, 0.0])
    assert targeting.named_places(close, pd.Series(True, ranks.index))["label"].iloc[0] == "Close call"


def test_a_sector_that_only_unknown_figures_make_first_has_no_weights_that_do():
    evidence = pd.DataFrame(
        {
            "area": "A", "sector": ["x", "y"] * 2, "criterion": ["average_pay"] * 2 + ["projected_growth"] * 2,
            "figure": [1.2, 1.15, 0.4, np.nan], "jobs_spread": 0.0, "jobs_least": 1.0, "jobs_most": 1.0,
            "spread": 0.0, "multiplies": False,
        }
    )  # fmt: skip
    ranks = targeting.rank_sectors(evidence).set_index("sector")
    assert ranks.loc["y", "share_first"] > 0.1  # its growth may be anything
    assert np.isnan(
        ranks.loc["y", "weight_moved"]
    )  # but it is behind in both figures, as far as they are known
    assert ranks.loc["y", "weights_rank_low"] == 2


def test_areas_are_labeled_apart():
    ranks = pd.DataFrame(
        {"area": ["A", "B", "A", "B"], "score": [70, 40, 60, 30.0], "share_first": [0.9, 0.5, 0.1, 0.5]}
    )
    found = targeting.named_places(ranks)
    assert found["label"].to_list() == ["Clear lead", "Close call", "", ""]
    assert found["place"].to_list() == ["First", "First", "Second", "Second"]


# --- what would change it -----------------------------------------------------------------------------


def test_the_weights_that_move_make_the_sector_first_and_no_smaller_move_does():
    """Two equal criteria: y leads by .5 on pay and trails by .5 on quotient and by 1 on jobs."""
    table = targeting.rank_sectors(evidence(BY_HAND)).set_index("sector")
    moved = table.loc["y", "weight_moved"]
    criteria = CRITERIA.loc[list(BY_HAND)]
    stated = targeting.stated_weights(criteria)
    drawn = targeting.draw_weights(criteria, 100_000, np.random.default_rng(2))
    first = 0.5 * drawn[:, 1] >= 0.5 * drawn[:, 0] + drawn[:, 2]
    least = np.abs(drawn[first] - stated).sum(axis=1).min() / 2
    assert moved <= least + 1e-9
    assert moved == pytest.approx(least, abs=0.02)


def test_the_figure_that_is_needed_makes_the_sector_first():
    """y trails by 13 points of 67: on quotient, of weight 27, it needs 13/27 more of its value."""
    table = targeting.rank_sectors(evidence(BY_HAND)).set_index("sector")
    name, figure = table.loc["y", ["criterion_changed", "figure_needed"]]
    assert name == "location_quotient"
    changed = {**BY_HAND, name: {**BY_HAND[name], "y": figure * 1.001}}
    assert targeting.rank_sectors(evidence(changed)).loc[0, "sector"] == "y"


def test_what_no_region_can_move_is_not_offered_as_a_change():
    """Of steadiness, which is the base's, more would be enough; it is pay that is named."""
    figures = {"steadiness": {"x": 1.0, "y": 5.0}, "average_pay": {"x": 1.0, "y": 0.95}}
    table = targeting.rank_sectors(evidence(figures)).set_index("sector")
    assert table.loc["y", "criterion_changed"] == "average_pay"
    alone = targeting.rank_sectors(evidence({"steadiness": figures["steadiness"]})).set_index("sector")
    assert np.isnan(alone.loc["y", "figure_needed"])


# --- other weights, and how many establishments are needed ----------------------------------------------


def test_first_places_under_other_weights_by_hand():
    """Equal weights: x has (1 + .5 + 1) / 3, y (.5 + 1 + 0) / 3; without quotient and jobs alone, y leads on pay."""
    found = targeting.first_under_weights(evidence(BY_HAND), CRITERIA).set_index("weighting")
    ranks = targeting.rank_sectors(evidence(BY_HAND))
    assert found.loc["stated", "sector"] == ranks.loc[0, "sector"]
    assert found.loc["stated", "score"] == pytest.approx(ranks.loc[0, "score"])
    assert found.loc["equal", "score"] == pytest.approx(100 * 2.5 / 3)
    assert found.loc["equal", "lead"] == pytest.approx(100 * (2.5 - 1.5) / 3)
    assert found.loc["without_concentration", "sector"] == "y"  # .27 beside .135 + .13
    assert found["agrees"].to_dict() == {
        "stated": True, "equal": True, "without_pay": True, "without_concentration": False,
    }  # fmt: skip
    pay = evidence({"average_pay": BY_HAND["average_pay"]})
    assert set(targeting.first_under_weights(pay, CRITERIA)["weighting"]) == {
        "stated", "equal", "without_concentration",
    }  # fmt: skip


def test_unknown_figures_and_criteria_of_other_areas_leave_first_places_as_ranked():
    figures = {**BY_HAND, "projected_growth": {"x": np.nan, "y": np.nan}}
    two = pd.concat([evidence(BY_HAND, area="A"), evidence(figures, area="B")])
    found = targeting.first_under_weights(two, CRITERIA).query("weighting == 'stated'").set_index("area")
    ranks = targeting.rank_sectors(two).query("rank == 1").set_index("area")
    np.testing.assert_allclose(found["score"], ranks["score"])
    assert found.loc["B", "score"] != found.loc["A", "score"]


def test_first_places_under_half_and_twice_the_establishments():
    number = pd.Series({("A", "x"): 7.0, ("A", "y"): np.nan})
    found = targeting.first_under_mass(evidence(BY_HAND), CRITERIA, number, 5).set_index("times")
    assert found["sector"].to_dict() == {0.5: "x", 1.0: "x", 2.0: "y"}  # what is not known is not few
    assert found["set_apart"].to_dict() == {0.5: 0, 1.0: 0, 2.0: 1}
    none = targeting.first_under_mass(evidence(BY_HAND), CRITERIA, number.fillna(1), 10).set_index("times")
    assert none.loc[[1.0, 2.0], "sector"].isna().all()


# --- people's scores, readiness, sequence -------------------------------------------------------------


def scores(**changes) -> pd.DataFrame:
    row = {
        "area": "all",
        "sector": "Energy and mining",
        "criterion": "champions",
        "score": "7",
        "by": "Board",
        "why": "Two plants",
    }
    return pd.DataFrame([row | changes])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"score": "11"}, TableError),
        ({"score": "high"}, TableError),
        ({"by": ""}, TableError),
        ({"why": None}, TableError),
        ({"sector": "Enrgy"}, UnknownNameError),
        ({"criterion": "average_pay"}, UnknownNameError),
    ],
)
def test_scores_that_nobody_can_stand_by_are_refused(changes, error):
    with pytest.raises(error):
        targeting.check_scores(scores(**changes), load_sectors(), CRITERIA, "scores.csv")


def test_scores_name_sectors_by_title_or_name():
    checked = targeting.check_scores(scores(), load_sectors(), CRITERIA, "scores.csv")
    assert checked[["sector", "score"]].to_numpy().tolist() == [["energy", 7]]


def sheet(**answers) -> pd.DataFrame:
    blank = targeting.readiness_sheet(pd.DataFrame({"area": ["A"], "sector": ["energy"]}))
    return blank.assign(by="Board", **answers)


def test_a_readiness_sheet_is_a_share_of_its_highest_total():
    questions = targeting.readiness_questions()
    full = targeting.check_readiness(sheet(**dict.fromkeys(questions, "3")), load_sectors(), "sheet.csv")
    assert full["readiness"].to_list() == [1.0]
    assert targeting.check_readiness(sheet(), load_sectors(), "sheet.csv").empty
    with pytest.raises(TableError, match="convener"):
        targeting.check_readiness(sheet(convener="4"), load_sectors(), "sheet.csv")
    with pytest.raises(TableError, match="who answered"):
        targeting.check_readiness(sheet(convener="2").assign(by=""), load_sectors(), "sheet.csv")
    with pytest.raises(UnknownNameError):
        targeting.check_readiness(sheet(convener="2").assign(sector="enrgy"), load_sectors(), "sheet.csv")
    twice = pd.concat([sheet(convener="2"), sheet(convener="3").assign(sector="Energy and mining")])
    with pytest.raises(TableError, match="more than once"):
        targeting.check_readiness(twice, load_sectors(), "sheet.csv")


def test_the_sequence_begins_with_what_is_ready_and_as_many_as_the_place_can_convene():
    targets = pd.DataFrame(
        {
            "area": "A",
            "sector": list("abcd"),
            "score": [80, 70, 60, 50],
            "share_top_three": [0.9, 0.8, 0.5, 0.4],
        }
    )
    ready = pd.DataFrame({"area": "A", "sector": list("abcd"), "readiness": [0.2, 0.9, 0.9, 0.9]})
    overlap = pd.DataFrame(
        {"area": ["A"], "sector": ["d"], "overlap": [0.7], "shared_employers": [7.0], "running": ["Now"]}
    )
    rural = targeting.suggested_sequence(targets.assign(setting="rural"), ready, overlap)
    assert rural["sector"].to_list() == ["b", "c", "a", "d"]
    assert rural["suggestion"].to_list() == ["begin", "later", "prepare", "join"]
    urban = targeting.suggested_sequence(targets.assign(setting="urban"), ready, overlap)
    assert urban["suggestion"].to_list() == ["begin", "begin", "prepare", "join"]
    b = urban.iloc[0]
    assert b["priority"] == pytest.approx((0.7 + 0.9 + 0.8 + 1) / 4)


def test_employers_of_a_running_partnership_count_where_they_are_listed_and_codes_where_not():
    sectors = load_sectors()
    listed = pd.DataFrame(
        {"area": "A", "partnership": "Makers", "sector": "advanced-manufacturing", "employer": [*"abcd", "d"],
         "industry": ["334511", "3345", "311811", "622110", "622110"]}
    )  # fmt: skip
    makeup = pd.DataFrame(
        {"sector": ["construction"] * 2, "industry": ["236", "238"], "year": 2016, "jobs": [20.0, 80.0]}
    )
    found = targeting.overlap_with_running(makeup, sectors, listed).set_index("sector")
    assert found.loc["health-care", ["overlap", "shared_employers"]].to_list() == [0.25, 1]  # d stands twice
    assert found.loc["advanced-manufacturing", "overlap"] == 0.5
    assert "construction" not in found.index
    unlisted = listed.drop(columns=["employer", "industry"]).assign(sector="construction").head(1)
    checked = targeting.check_partnerships(unlisted, sectors, "running.csv")
    by_code = targeting.overlap_with_running(makeup, sectors, checked).set_index("sector")
    assert by_code.loc["construction", "overlap"] == 1
    assert np.isnan(by_code.loc["construction", "shared_employers"])


def test_an_employer_of_a_part_of_a_code_counts_by_that_part():
    optics = load_sectors().iloc[:1].assign(sector="optics", industry="3345", weight=0.2, share_of_parent=0.4)

    def share(industry: str) -> float:
        running = pd.DataFrame(
            {"area": ["A"], "partnership": "P", "sector": "optics", "employer": "e", "industry": industry}
        )
        found = targeting.overlap_with_running(pd.DataFrame({"year": []}), optics, running)
        return found["overlap"].sum()

    assert share("334511") == pytest.approx(0.2)
    assert share("334") == pytest.approx(0.2 * 0.4)  # may be in the code: by the code's part of its industry
    assert share("3344") == 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"industry": ["62", "3345"]}, TableError, "'62'"),
        ({"industry": [np.nan, "3345"]}, TableError, "industry of x"),
        ({"industry": ["8888", "3345"]}, UnknownIndustryError, "8888"),
        ({"employer": ["x", np.nan]}, TableError, "some of its rows"),
        ({"sector": "Sunshine"}, UnknownNameError, "Sunshine"),
        ({"partnership": ["P", np.nan]}, TableError, "no name"),
    ],
)
def test_a_list_of_employers_that_cannot_be_told_apart_is_refused(change, error, words):
    running = pd.DataFrame(
        {
            "area": "A",
            "partnership": "P",
            "sector": "health-care",
            "employer": ["x", "y"],
            "industry": ["6221", "3345"],
        }
    ).assign(**change)
    with pytest.raises(error, match=words):
        targeting.check_partnerships(running, load_sectors(), "running.csv")


def test_partnerships_of_the_same_name_in_two_areas_may_differ_in_whether_they_list_employers():
    running = pd.DataFrame(
        {"area": ["A", "B"], "partnership": "Makers", "sector": "health-care", "employer": ["x", np.nan],
         "industry": ["6221", np.nan]}
    )  # fmt: skip
    checked = targeting.check_partnerships(running, load_sectors(), "running.csv")
    assert checked["employer"].notna().to_list() == [True, False]


def test_pairs_need_the_sector_on_both_short_lists():
    ranks = pd.DataFrame(
        {"area": list("ABC"), "sector": "energy", "rank": [1, 2, 9], "short_list": [True, True, False],
         "jobs": 10.0, "establishments": 2.0}
    )  # fmt: skip
    touching = pd.DataFrame({"area": ["A", "B", "B"], "neighbor": ["B", "A", "C"]})
    pairs = targeting.portfolio(ranks, touching)
    assert pairs[["area", "neighbor"]].to_numpy().tolist() == [["A", "B"]]
    assert pairs["jobs"].to_list() == [20]
    assert pairs["workers_between"].isna().all()


def test_a_county_with_none_of_the_sectors_leaves_sums_complete():
    """36003 has retail trade alone: the area's sector is known, and all of it is in 36001."""
    rows = [("36001", "622", 50.0), ("36001", "10", 80.0), ("36003", "10", 9.0), ("36003", "44-45", 9.0)]
    rows += [("36000", "622", 50.0), ("36000", "10", 89.0)]
    panel = pd.DataFrame(rows, columns=["area", "industry", "employment"]).assign(
        ownership="5", year=2020, establishments=3.0, disclosure="disclosed"
    )
    panel["wages"] = panel["employment"] * 1000
    sectors = load_sectors().query("sector == 'health-care'")
    panels = targeting.sector_panels(panel, membership({"A": ["36001", "36003"]}), sectors, "36000")
    row = panels.areas.set_index("area").loc["A"]
    assert (row["employment"], row["disclosure"], row["establishments_low"]) == (50, "disclosed", 3)
    assert panels.totals.set_index("area").loc["A", "employment"] == 89
