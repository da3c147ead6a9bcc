"""Estimates of a study roll up, add up and stay in their bounds; what is held back is listed and gone."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import STUDY, small_study

from sectorlib.disclosure import hard_bounds
from sectorlib.exceptions import LayoutError, NotSupportedError, StudyFileError, TableError
from sectorlib.pages.region import first_screen, target_words, why
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import data_path
from sectorlib.results import Results
from sectorlib.sources.confidential import read_confidential
from sectorlib.study import load_study

KEYS = ["area", "industry", "ownership", "year"]
WITHHELD = [(county, "5", industry, 2017) for county in ("36051", "36055") for industry in ("62", "72")]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The small study with two sectors withheld in two counties, which hide each other."""
    return Results(load_study(small_study(tmp_path_factory.mktemp("study"), withheld=WITHHELD)))


def keyed(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype(dict.fromkeys(KEYS[:3], str)).set_index(KEYS).sort_index()


def test_every_withheld_cell_has_an_estimate_between_its_bounds(results):
    table = keyed(results["estimates"])
    for cell in WITHHELD:
        assert (cell[0], cell[2], cell[1], cell[3]) in table.index
    for figure in ("employment", "wages"):
        ends = [f"{figure}{end}" for end in ("_low", "_low_80", "", "_high_80", "_high")]
        for lower, upper in pairwise(ends):
            assert (table[lower] <= table[upper] + 1e-6).all(), (lower, upper)
    assert set(table["disclosure"]) == {"estimated"}
    assert set(table["published_as"]) <= {"suppressed", "partial"}


def test_nothing_published_is_among_the_estimates(results):
    published = keyed(results.reported)
    known = published.index[published["disclosure"] == "disclosed"]
    assert not keyed(results["estimates"]).index.isin(known).any()


def test_regions_are_the_sums_of_their_counties_estimated_or_published(results):
    study = results.study
    group = study.regions.set_index("member")["group"]
    counties = study.estimates[study.estimates["area"].isin(group.index)]
    counties = counties.assign(area=counties["area"].astype(str).map(group))
    sums = counties.groupby(KEYS, observed=True)[["employment", "wages"]].sum()
    regions = keyed(results["estimates"].query("grain == 'region'"))
    assert len(regions) > 0
    both = regions.join(sums.rename(columns=str.upper))
    assert both["employment"].to_numpy() == pytest.approx(both["EMPLOYMENT"].to_numpy())
    assert both["wages"].to_numpy() == pytest.approx(both["WAGES"].to_numpy())


def test_counties_add_up_to_their_published_totals(results):
    """36055 in 2017: private total less published sectors is what 62 and 72 are estimated to hold together."""
    table = keyed(results.study.estimates)
    held = set(keyed(results["held-back"]).index)
    for county in ("36051", "36055"):
        parts = [(county, i, "5", 2017) for i in ("23", "31-33", "62", "72")]
        assert not held & set(parts)
        total = table.loc[(county, "10", "5", 2017), "employment"]
        assert table.loc[parts, "employment"].sum() == pytest.approx(total, abs=2.5)


def test_a_cell_that_follows_by_subtraction_is_shown_with_round_bounds(tmp_path):
    """One withheld sector alone: everybody can subtract it, and the study does not print what follows."""
    study = load_study(small_study(tmp_path, withheld=[("36055", "5", "72", 2017)]))
    certain = keyed(hard_bounds(study.cells))
    cell = ("36055", "72", "5", 2017)
    truth = certain.loc[cell, "wages_low"]
    assert certain.loc[cell, "wages_high"] == truth > 0
    shown, estimate = keyed(study.panel).loc[cell], keyed(study.estimates).loc[cell]
    for row in (shown, estimate):
        assert row["wages_low"] <= truth <= row["wages_high"]
        assert row["wages_high"] - row["wages_low"] >= 0.1 * truth
    assert estimate["wages"] != pytest.approx(truth, rel=1e-4)
    held = study.held_back
    assert held["reason"].unique().tolist() == ["narrow"]
    assert (held["area"] == "36055").any()


def confidential(folder: Path, text: str) -> Path:
    path = small_study(folder, STUDY + "confidential: secret.csv\n", withheld=[])
    (folder / "secret.csv").write_text(text, encoding="utf-8")
    return path


def test_what_a_study_marks_confidential_is_in_none_of_its_results(tmp_path):
    study = load_study(confidential(tmp_path, "area,industry\n36055,62\n"))
    rows = study.panel[(study.panel["area"] == "36055") & (study.panel["industry"] == "62")]
    assert len(rows) > 0
    assert rows["employment"].isna().all()
    held = Results(study)["held-back"]
    assert {"confidential", "complement"} <= set(held["reason"])
    concentration = Results(study)["concentration"]
    mine = concentration[(concentration["area"] == "36055") & (concentration["industry"] == "62")]
    assert mine[["employment", "location_quotient"]].isna().all(axis=None)
    certain = keyed(hard_bounds(study.cells)).loc[[("36055", "62", "5", 2017)]]
    assert (certain["wages_high"] - certain["wages_low"] > 0.1 * certain["wages_high"]).all()


def test_a_confidential_cell_that_is_misspelt_is_an_error(tmp_path):
    study = load_study(confidential(tmp_path, "area,industry\n36055,6222\n"))
    with pytest.raises(StudyFileError, match="6222 of 36055"):
        _ = study.panel


def test_the_file_of_confidential_cells_is_among_the_inputs(tmp_path):
    study = load_study(confidential(tmp_path, "area,industry\n36055,62\n"))
    assert "Cells that the analyst withholds" in {origin.title for origin in study.origins}


def test_a_file_of_confidential_cells_needs_its_columns(tmp_path):
    path = tmp_path / "secret.csv"
    path.write_text("county,naics\n36055,62\n")
    with pytest.raises(LayoutError, match="lacks area, industry"):
        read_confidential(path)
    path.write_text("area,industry,note\n36055,334,one employer\n36059,,the whole county?\n,,end\n")
    with pytest.raises(TableError, match=r"row 3 of \w+.csv lacks its area or its industry \(1 such rows\)"):
        read_confidential(path)
    path.write_text("area,industry,note\n36055,334,one employer\n,,end\n")
    assert read_confidential(path) == [("36055", "334")]


def test_without_anything_withheld_nothing_is_estimated_or_held_back(tmp_path):
    results = Results(load_study(small_study(tmp_path, withheld=[])))
    assert results["held-back"].empty
    assert results["estimates"].empty


@pytest.mark.slow
def test_the_demonstration_s_truth_lies_in_the_bounds_and_mostly_in_the_plausible_ranges():
    from sectorlib.simulation import simulate

    results = Results(load_study(data_path("demo", "study.yaml")))
    table = results["estimates"].query("grain == 'county' and year >= 2015")
    # Of industries without public owners among the drivers, drivers are private ones.
    private = ~table["industry"].astype(str).str[:2].isin(["10", "22", "61", "62"])
    table = table[private].assign(ownership="5")
    truth = keyed(simulate().truth)[["employment"]].rename(columns={"employment": "truth"})
    both = keyed(table).join(truth, how="inner")
    assert len(both) > 1000
    assert (both["employment_low"] <= both["truth"]).all()
    assert (both["truth"] <= both["employment_high"]).all()
    inside = both["truth"].between(both["employment_low_80"], both["employment_high_80"])
    assert np.isclose(inside.mean(), 0.8, atol=0.15)


def test_internal_estimates_are_in_no_table_and_say_why(tmp_path):
    study = load_study(small_study(tmp_path, STUDY + "estimates: internal\n", withheld=WITHHELD))
    results = Results(study)
    for name in ("estimates", "targets", "sectors"):
        assert "internal" in results.missing(name).found, name
    with pytest.raises(NotSupportedError, match="estimates: internal"):
        _ = study.estimates
    regions = results.reported
    assert (regions["disclosure"] == "estimated").sum() == 0
    assert regions["employment_high"].notna().any()
    for name in results:
        if results.missing(name) is None:
            table = results[name]
            held = [c for c in table if str(c).endswith("_estimate") and table[c].notna().any()]
            assert not held, name


def test_internal_estimates_leave_no_chart_or_sentence_that_rests_on_them(tmp_path):
    """Beside the same study whose estimates are published, which has quotients of estimates and a chart of them."""
    keys = (
        STUDY + 'regions: {West: ["36055", "36051"], East: ["36069", "36117"]}\nreports: {system: regions}\n'
    )
    hidden = [("36055", "5", industry, 2017) for industry in ("31-33", "621")]
    shown, internal = (
        Results(load_study(small_study(tmp_path / name, keys + text, years=[2016, 2017], withheld=hidden)))
        for name, text in (("shown", ""), ("internal", "estimates: internal\n"))
    )
    quotients = shown["sectors"].query("segment == 'all' and area == 'West'")
    for name in ("location_quotient_estimate", "location_quotient_rest_estimate"):
        assert (quotients[name].notna() & quotients[name.removesuffix("_estimate")].isna()).any(), name
    open_page, page = RegionProfile(shown, "West"), RegionProfile(internal, "West")
    assert first_screen.lead(open_page).startswith("Start with ")
    assert first_screen.lead(page).startswith("No sector can be ranked here: the study keeps estimates")
    chart, matrix = why.bubbles(open_page), why.criteria(open_page).markup()
    assert chart is not None
    assert matrix in why.why(open_page)
    assert chart.markup() in why.why(open_page)
    assert why.bubbles(page) is None
    assert why.why(page) == ""
    for sentence in (target_words.certainty, target_words.change, target_words.limited):
        assert sentence(page) == ""
    assert not target_words.lower_pay(page)
