"""The guard: what undoes protection is not printed, and what is held back is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import COUNTIES, STUDY, small_study

from sectorlib import naics
from sectorlib.areas import is_county
from sectorlib.disclosure import (
    bound_withheld,
    differencing,
    estimate_withheld,
    hard_bounds,
    publishable,
    withhold,
)
from sectorlib.disclosure.identities import families
from sectorlib.exceptions import StudyFileError
from sectorlib.panel import KEYS, assemble
from sectorlib.resources import data_path, definitions
from sectorlib.results import Results
from sectorlib.simulation import simulate
from sectorlib.sources.qcew import Qcew
from sectorlib.study import load_study


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    table = simulate().published
    return assemble(table[table["year"] == 2023])


def test_no_printed_bounds_are_narrower_than_the_share_and_all_still_hold_the_hard_bounds(published):
    share = definitions("disclosure")["protection"]["value"]
    bounded = hard_bounds(published)
    safe, held_back = publishable(bounded, published, bounded)
    withheld = safe["disclosure"] != "disclosed"
    narrow = held_back["reason"] == "narrow"
    assert narrow.sum() > 3
    for figure in ("employment", "wages"):
        low, high = safe.loc[withheld, f"{figure}_low"], safe.loc[withheld, f"{figure}_high"]
        kept = published.loc[withheld, f"{figure}_low"]
        assert (high - low >= share * (bounded.loc[withheld, f"{figure}_high"] - kept) - 1e-6).all()
        assert (low <= bounded.loc[withheld, f"{figure}_low"]).all()
        assert (high >= bounded.loc[withheld, f"{figure}_high"]).all()


def test_published_figures_stay_and_only_cells_that_follow_get_rounder_highs(published):
    shown, certain = bound_withheld(published), hard_bounds(published)
    safe, held_back = publishable(shown, shown, certain)
    changed = (safe["employment_high"] > shown["employment_high"]).to_numpy()
    width = certain["employment_high"] - certain["employment_low"]
    assert 0 < changed.sum() <= (held_back["figure"] == "employment").sum()
    assert (width[changed] < 0.1 * certain.loc[changed, "employment_high"]).all()
    assert changed.sum() < 0.02 * (safe["disclosure"] != "disclosed").sum()
    pd.testing.assert_frame_equal(
        safe[~changed], shown[~changed].assign(wages_high=safe["wages_high"][~changed])
    )
    assert not (safe["employment_low"] > shown["employment_low"]).any()


def test_an_estimate_that_tells_too_much_becomes_the_middle_of_round_bounds(published):
    estimates = estimate_withheld(published)
    safe, held_back = publishable(estimates, published, estimates)
    named = held_back[held_back["figure"] == "employment"]
    rows = safe.astype(dict.fromkeys(KEYS[:3], str)).merge(named.drop(columns="figure"), on=KEYS)
    assert len(rows) == len(named) > 0
    middle = (rows["employment_low"] + rows["employment_high"]) / 2
    assert rows["employment"].to_list() == middle.to_list()


def marked(panel: pd.DataFrame, size: int = 3) -> list[tuple[str, str]]:
    """A few published county sectors, to be marked confidential."""
    rows = panel[(panel["disclosure"] == "disclosed") & (panel["industry"].isin(["62", "23", "72"]))]
    rows = rows[(rows["ownership"] == "5") & (rows["employment"] > 0) & (rows["area"] != "91000")]
    return list(rows[["area", "industry"]].astype(str).drop_duplicates().iloc[:size].itertuples(index=False))


def test_nothing_that_is_marked_confidential_follows_by_subtraction(published):
    named = marked(published)
    safe, held_back = withhold(published, named)
    secret = pd.MultiIndex.from_frame(safe[["area", "industry"]].astype(str)).isin(named)
    assert safe.loc[secret, ["employment", "wages"]].isna().all(axis=None)
    assert (safe.loc[secret, "disclosure"] == "suppressed").all()
    assert set(held_back["reason"]) == {"confidential", "complement"}
    unknown = safe["employment"].isna().to_numpy()
    for family in families(published):
        size = len(family.total)
        count = np.bincount(family.group, unknown[family.parts], size) + unknown[family.total]
        mine = np.bincount(family.group, secret[family.parts], size) + secret[family.total]
        assert not ((count == 1) & (mine > 0)).any(), family.name
    certain = hard_bounds(safe)
    had = secret & published["employment"].notna().to_numpy()
    assert (certain["wages_high"] > certain["wages_low"])[had].all()
    assert (certain["wages_low"] <= published["wages"])[had].all()


def test_only_marked_cells_and_complements_change(published):
    safe, held_back = withhold(published, marked(published))
    changed = published["employment"].notna() & safe["employment"].isna()
    assert changed.sum() == (held_back["figure"] == "employment").sum() < 40
    pd.testing.assert_frame_equal(safe[~changed], published[~changed], check_categorical=False)
    same, nothing = withhold(published, [])
    assert same is published
    assert nothing.empty


def test_a_cell_that_is_its_own_total_takes_the_total_with_it():
    """One industry only: hiding it alone would hide nothing."""
    rows = pd.DataFrame(
        {
            "area": "36001", "industry": ["10", "62"], "ownership": "5", "year": 2020, "establishments": 4,
            "employment": [50, 50], "wages": [500, 500], "disclosure": "disclosed",
        }
    )  # fmt: skip
    safe, held_back = withhold(assemble(rows), [("36001", "62")])
    assert safe["employment"].isna().all()
    assert held_back["reason"].to_list() == ["complement", "complement", "confidential", "confidential"]


def test_footprints_that_differ_by_one_withheld_county_are_found():
    """County B is withheld. {A,B,C} - {A,C} = B; {A,B,C} - {A} holds B and C, and C is published."""
    panel = pd.DataFrame(
        {
            "area": ["A", "B", "C", "D"], "industry": "62", "ownership": "5", "year": 2020,
            "disclosure": ["disclosed", "suppressed", "disclosed", "suppressed"],
        }
    )  # fmt: skip
    found = differencing({"abc": ["A", "B", "C"], "ac": ["A", "C"], "a": ["A"], "other": ["B", "D"]}, panel)
    assert set(zip(found["area"], found["larger"], found["smaller"], strict=True)) == {
        ("B", "abc", "ac"),
        ("B", "abc", "a"),
    }
    two = differencing({"all": ["A", "B", "C", "D"], "ac": ["A", "C"]}, panel)
    assert two.empty  # B and D hide each other
    assert np.array_equal(two.columns, ["area", "industry", "ownership", "year", "larger", "smaller"])


@pytest.mark.parametrize("county", COUNTIES)
@pytest.mark.parametrize("industry", ["10", "23", "31-33", "62", "621", "72"])
def test_a_confidential_cell_is_held_back_once_whichever_it_is(tmp_path, county, industry):
    path = small_study(tmp_path, STUDY + "confidential: confidential.csv\n", years=[2016, 2017])
    (tmp_path / "confidential.csv").write_text(f"area,industry\n{county},{industry}\n")
    results = Results(load_study(path))
    table = results["held-back"]  # which refuses repeated keys
    assert "confidential" in set(table["reason"])


def test_a_complement_whose_bounds_are_also_coarser_is_held_back_once(tmp_path):
    """In the demonstration state the complements of 91015, 23 are narrow too."""
    folder = data_path("demo")
    text = (folder / "study.yaml").read_text().replace("qcew/*.csv.gz", f"{folder}/qcew/201[3-6]*.csv.gz")
    (tmp_path / "confidential.csv").write_text("area,industry\n91015,23\n")
    (tmp_path / "study.yaml").write_text(text + "confidential: confidential.csv\n")
    study = load_study(tmp_path / "study.yaml")
    noted = pd.concat([study._withheld[1], study._printable[1]])
    assert noted.duplicated(["area", "industry", "ownership", "year", "figure"]).any()
    assert not study.held_back.duplicated(["area", "industry", "ownership", "year", "figure"]).any()
    again = noted[noted.duplicated(["area", "industry", "ownership", "year", "figure"], keep=False)]
    kept = study.held_back.merge(again.drop(columns="reason").drop_duplicates())
    assert set(kept["reason"]) <= {"confidential", "complement"}


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> tuple[Path, Qcew]:
    """A folder for studies of the demonstration state, and what its files hold, read once."""
    return tmp_path_factory.mktemp("state"), load_study(data_path("demo", "study.yaml")).source


def _tried(state: tuple[Path, Qcew], monkeypatch, area: str, industry: str) -> None:
    """Mark one county sector of the demonstration state, in every year, and see that it is held back for certain."""
    folder, source = state
    (folder / "study.yaml").write_text(
        f'name: state\npanel: ["{data_path("demo") / "qcew"}/*.gz"]\nbase_area: "91000"\nflows: none\n'
        "demonstration: true\nreports: {system: counties}\nconfidential: confidential.csv\n"
    )
    (folder / "confidential.csv").write_text(f"area,industry\n{area},{industry}\n")
    monkeypatch.setattr("sectorlib.sources.qcew.read_annual", lambda paths: source)
    study = load_study(folder / "study.yaml")
    table = Results(study)["held-back"]  # which refuses repeated keys
    cell = (table["area"] == area) & (table["industry"] == industry) & (table["reason"] == "confidential")
    rows = source.rows[(source.rows["area"] == area) & (source.rows["industry"] == industry)]
    published = rows[rows["employment"].notna()]
    assert cell.sum() == 2 * len(published)
    marked = study.cells[(study.cells["area"] == area) & (study.cells["industry"] == industry)]
    assert marked[["employment", "wages"]].isna().all(axis=None)
    certain = hard_bounds(study.cells).loc[marked.index]
    had = marked["year"].isin(published.loc[published["employment"] > 0, "year"]).to_numpy()
    for figure in ("employment", "wages"):
        assert (certain[f"{figure}_high"] > certain[f"{figure}_low"])[had].all(), figure
    printed = study.panel
    shown = printed[(printed["area"] == area) & (printed["industry"] == industry)]
    assert shown[["employment", "wages"]].isna().all(axis=None)


def _pairs(source: Qcew) -> list[tuple[str, str]]:
    """Every county of the demonstration state with every sector."""
    codes = pd.Series(source.rows["area"].unique().astype(str))
    areas = sorted(codes[is_county(codes)])
    return [(area, sector) for area in areas for sector in naics.SECTORS]


def test_a_few_confidential_cells_of_the_demonstration_state(state, monkeypatch):
    pairs = _pairs(state[1])
    assert len(pairs) == 48 * 21
    for area, industry in pairs[5::331]:
        _tried(state, monkeypatch, area, industry)


@pytest.mark.hardening
def test_every_confidential_cell_of_the_demonstration_state(state, monkeypatch):
    """Each county with each sector; `make hardening` prints the counts."""
    failures, refused = [], 0
    rows = state[1].rows[["area", "industry"]].astype(str)
    held = set(rows.itertuples(index=False, name=None))
    pairs = _pairs(state[1])
    for pair in pairs:
        try:
            _tried(state, monkeypatch, *pair)
        except StudyFileError as error:
            if pair in held or "which the panel does not hold" not in str(error):
                failures.append(f"{pair}: {error}")
            refused += 1
        except Exception as error:  # every failure is listed, whatever it is
            failures.append(f"{pair}: {type(error).__name__} {str(error).splitlines()[0]}")
    print(
        f"{len(pairs):4d}  pairs of county and sector marked confidential, {refused} of them refused because the panel "
        f"has no such cell, {len(failures)} failures",
        *failures,
        sep="\n",
    )
    assert failures == []
