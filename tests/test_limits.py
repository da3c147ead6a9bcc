"""Sums of industries lie within what their wholes leave, and hold the truth."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib.disclosure import bound_withheld
from sectorlib.membership import membership
from sectorlib.panel import aggregate, assemble
from sectorlib.sectors import compose, load_sectors, segments_as_sectors
from sectorlib.study import load_study
from sectorlib.targeting import sector_panels

#: Industries of an invented economy, all others of its sectors having none.
CODES = ("311", "321", "333", "334", "3254", "3391", "327", "541", "5415", "621", "622", "721", "722")
LEAVES = tuple(c for c in CODES if c != "541")
COUNTIES = ("36001", "36003")


def economy(jobs: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Rows of two counties and their state: leaves, 3-digit industries, sectors and the total, all published."""
    rows: dict[tuple[str, str], int] = {}
    for (area, leaf), number in jobs.items():
        wholes = {leaf, leaf[:3], "31-33" if leaf[0] == "3" else leaf[:2], "10"}
        for place in (area, "36000"):
            for code in wholes:
                rows[place, code] = rows.get((place, code), 0) + number
    frame = pd.DataFrame(
        [(a, c, float(n)) for (a, c), n in rows.items()], columns=["area", "industry", "employment"]
    )
    return frame.assign(
        ownership="5", year=2020, wages=frame["employment"] * 1000, establishments=3.0, disclosure="disclosed"
    )


@st.composite
def economies(draw) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A truth, and the same with cells of counties withheld; the total stays, as it does in real files."""
    size = len(COUNTIES) * len(LEAVES)
    numbers = draw(st.lists(st.integers(0, 900), min_size=size, max_size=size))
    truth = economy(dict(zip([(a, c) for a in COUNTIES for c in LEAVES], numbers, strict=True)))
    secret = draw(st.lists(st.booleans(), min_size=len(truth), max_size=len(truth)))
    hidden = np.array(secret) & (truth["industry"] != "10") & (truth["area"] != "36000")
    known = truth.assign(disclosure=np.where(hidden, "suppressed", "disclosed"))
    for figure in ("employment", "wages", "establishments"):
        known[figure] = truth[figure].mask(hidden)
    return assemble(truth), bound_withheld(assemble(known))


def most(panel: pd.DataFrame, industry: str) -> pd.Series:
    return panel[panel["industry"] == industry].set_index("area")["employment_high"]


@settings(max_examples=4)
@given(economies())
def test_compositions_and_segments_hold_the_truth_and_stay_below_their_wholes(panels):
    truth, known = panels
    sectors = load_sectors()
    sectors = sectors[
        sectors["sector"].isin(["advanced-manufacturing", "life-sciences", "tourism-and-hospitality"])
    ]
    table = pd.concat([sectors, segments_as_sectors(sectors)], ignore_index=True)
    key = ["area", "industry"]
    bounds, true = (
        compose(panel, table).astype(dict.fromkeys(key, str)).set_index(key) for panel in (known, truth)
    )
    totals = known[known["industry"] == "10"].astype({"area": str}).set_index("area")
    for figure in ("employment", "wages"):
        low, high = bounds[f"{figure}_low"], bounds[f"{figure}_high"]
        exact = true[figure].where(true["disclosure"] == "disclosed").reindex(bounds.index)
        assert (low >= 0).all()
        assert not (low > exact + 1e-6).any()
        assert not (exact > high + 1e-6).any()
        assert (low <= high + 1e-6).all()
        whole = totals[f"{figure}_high"].reindex(high.index.get_level_values(0)).to_numpy()
        assert (high <= whole + 1e-6).all()


@settings(max_examples=4)
@given(economies(), st.sets(st.sampled_from(["311", "321", "333", "334", "325", "339", "327"]), min_size=1))
def test_memberships_of_industries_stay_below_their_whole(panels, codes):
    truth, known = panels
    group = membership({"made": sorted(codes)})
    bounds, exact = (aggregate(panel, industries=group).set_index("area") for panel in (known, truth))
    whole = most(known, "31-33").reindex(bounds.index)
    assert (bounds["employment_high"] <= whole + 1e-6).all()
    assert (bounds["employment_low"] <= exact["employment"]).all()
    assert (exact["employment"] <= bounds["employment_high"] + 1e-6).all()
    market = aggregate(known, areas=membership({"m": list(COUNTIES)}), industries=group)
    assert market["employment_high"].iloc[0] <= whole[list(COUNTIES)].sum() + 1e-6


def test_two_withheld_parts_cannot_both_be_all_that_is_left():
    """Of 100 jobs in manufacturing 311 has 30: 333 and 334 have at most 70 together (two more by rounding), not 144."""
    rows = pd.DataFrame(
        [("10", 100.0), ("31-33", 100.0), ("311", 30.0), ("333", np.nan), ("334", np.nan)],
        columns=["industry", "employment"],
    ).assign(area="36001", ownership="5", year=2020, establishments=3.0)
    rows["wages"] = rows["employment"] * 10
    rows["disclosure"] = np.where(rows["employment"].isna(), "suppressed", "disclosed")
    panel = bound_withheld(assemble(rows))
    assert most(panel, "333")["36001"] == 72
    made = aggregate(panel, industries=membership({"machines": ["333", "334"]})).iloc[0]
    assert made["employment_high"] == 72
    assert made["wages_high"] == 700


def test_a_part_that_the_panel_lacks_is_bounded_by_its_whole_alone():
    rows = pd.DataFrame(
        [("10", 100.0), ("31-33", 80.0), ("311", 30.0), ("62", 15.0)], columns=["industry", "employment"]
    ).assign(area="36001", ownership="5", year=2020, establishments=3.0, disclosure="disclosed")
    panel = assemble(rows.assign(wages=rows["employment"] * 10))
    made = aggregate(panel, industries=membership({"food": ["311", "312"]})).iloc[0]
    assert made[["employment_low", "employment_high", "wages_high"]].to_list() == [30, 80, 800]
    assert made["disclosure"] == "partial"
    bare = aggregate(panel[panel["industry"] == "311"], industries=membership({"food": ["311", "312"]})).iloc[
        0
    ]
    assert np.isnan(bare["employment_high"])


@pytest.mark.shared
@pytest.mark.parametrize("name", ["new_york", "central_ohio"])
def test_no_sector_of_a_study_exceeds_what_it_lies_in(shared, name):
    study = load_study(shared / "studies" / f"{name}.yaml")
    latest = study.panel[study.panel["year"] == study.years[-1]]
    for table in (study.sectors, segments_as_sectors(study.sectors)):
        areas = sector_panels(latest, study.regions, table, study.base_area, study.ownership).areas
        areas = areas[areas["area"] != study.base_area]
        assert (areas["employment_low"] >= 0).all()
        assert (areas["employment_low"] <= areas["employment_high"] + 1e-6).all()
        codes = table.groupby("sector")["industry"].agg(list)
        made = codes.index[[all(code[0] == "3" for code in listed) for listed in codes]]
        whole = aggregate(latest[latest["industry"].isin(["31-33", "10"])], areas=study.regions)
        whole = whole[whole["ownership"] == study.ownership].astype({"area": str, "industry": str})
        highs = whole.set_index(["industry", "area"])["employment_high"]
        for wanted, parent in ((made, "31-33"), (codes.index, "10")):
            rows = areas[areas["industry"].isin(wanted)]
            assert len(rows)
            over = rows["employment_high"] - highs[parent].reindex(rows["area"]).to_numpy()
            assert (over.dropna() <= 1e-6).all()


ROUNDED = """
import hashlib
import numpy as np, pandas as pd
from sectorlib.limits import most_of_sums
codes = [str(code) for code in range(311, 340) if code not in (317, 318, 319, 320, 328, 329, 338)]
drawn = np.random.default_rng(0).random((50, len(codes)))
parts = pd.DataFrame({
    "area": np.repeat([f"{36000 + n}" for n in range(50)], len(codes)), "industry": codes * 50, "ownership": "5",
    "year": 2020, "employment_low": 0.0, "employment_high": drawn.ravel(), "wages_low": 0.0, "wages_high": drawn.ravel(),
})
whole = parts.drop_duplicates("area").assign(industry="31-33", employment_high=1e9, wages_high=1e9)
panel = pd.concat([parts, whole], ignore_index=True)
print(hashlib.sha256(most_of_sums(panel, parts, pd.Series(1 / 3, index=codes)).to_csv().encode()).hexdigest())
"""


@pytest.mark.long
def test_sums_are_rounded_the_same_way_in_every_run():
    """Python orders sets of texts differently in each process."""
    runs = {
        subprocess.run(
            [sys.executable, "-c", ROUNDED], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }  # fmt: skip
    assert len(runs) == 1
