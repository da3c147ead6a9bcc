"""What a study's projections add up to: exact, with rests for what is withheld, shares for subsectors."""

import numpy as np
import pandas as pd
import pytest

from sectorlib.projection.coherence import minimum_trace
from sectorlib.projection.hierarchy import add_up
from sectorlib.projection.projections import project

YEARS = range(2000, 2018)
AREAS = pd.DataFrame(
    {"member": ["36001", "36003", "36005"], "group": ["West", "West", "36005"], "weight": [1.0, 0.5, 1.0]}
)


def walk(rng, jobs):
    return jobs * np.exp(rng.normal(0.01, 0.05, len(YEARS)).cumsum())


def economy() -> pd.DataFrame:
    """Two sectors, three subsectors and jobs of other ownerships in three counties, one and a half in a region."""
    rng = np.random.default_rng(4)
    cells = {}
    for county, jobs in (("36001", 9000), ("36003", 4000), ("36005", 800)):
        parts = {code: walk(rng, jobs * share) for code, share in (("311", 0.1), ("312", 0.2), ("621", 0.4))}
        cells |= {(county, code): values for code, values in parts.items()}
        cells[county, "31-33"] = parts["311"] + parts["312"]
        cells[county, "62"] = parts["621"] + walk(rng, jobs * 0.1)
        cells[county, "10"] = cells[county, "31-33"] + cells[county, "62"] + walk(rng, jobs * 0.2)
    for code in ("311", "312", "31-33", "621", "62", "10"):
        cells["West", code] = cells["36001", code] + 0.5 * cells["36003", code]
    rows = [
        (*key, "5", year, jobs)
        for key, values in cells.items()
        for year, jobs in zip(YEARS, values, strict=True)
    ]
    return pd.DataFrame(rows, columns=["area", "industry", "ownership", "year", "employment"])


def withhold(panel, area, industry, years=(2017,)):
    hit = (panel["area"] == area) & (panel["industry"] == industry) & panel["year"].isin(years)
    return panel.assign(employment=panel["employment"].mask(hit))


def wide(table):
    return table.set_index(["area", "industry", "year"])["employment"].unstack("year")  # noqa: PD010


def test_regions_totals_sectors_and_subsectors_add_up():
    panel = economy()
    panel = panel[~(panel["area"].str.startswith("36") & panel["industry"].isin(["311", "312", "621"]))]
    before = project(panel, 4)
    table = add_up(before, panel, AREAS)
    jobs = wide(table)
    for code in ("10", "31-33", "62"):
        whole = jobs.loc[("36001", code)] + 0.5 * jobs.loc[("36003", code)]
        assert jobs.loc[("West", code)].to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-6)
    # manufacturing is all of its subsectors; health care has more than one, all jobs more than two sectors
    assert (jobs.loc[("West", "311")] + jobs.loc[("West", "312")]).to_numpy() == pytest.approx(
        jobs.loc[("West", "31-33")].to_numpy(), abs=1e-6
    )
    assert (jobs.loc[("West", "62")] > jobs.loc[("West", "621")]).all()
    for area in ("36001", "36003", "36005", "West"):
        rest = jobs.loc[(area, "10")] - jobs.loc[(area, "31-33")] - jobs.loc[(area, "62")]
        held = wide(panel).loc[area][2017]
        assert rest.to_numpy() == pytest.approx(held["10"] - held["31-33"] - held["62"], rel=0.5)
    assert (table["employment"] >= 0).all()
    moved = table["employment"] / before["employment"]
    for name in ("low_80", "high_95"):
        assert table[name].to_numpy() == pytest.approx((before[name] * moved).to_numpy())
    says = table.drop_duplicates(["area", "industry"]).set_index(["area", "industry"])["sum_of"]
    assert says["West", "10"] == "areas"
    assert says["West", "62"] == "areas, industries"
    assert says["36005", "10"] == "industries"
    assert says["36005", "62"] == says["West", "311"] == ""
    pd.testing.assert_frame_equal(
        table[["area", "industry", "year", "method"]], before[["area", "industry", "year", "method"]]
    )


def test_what_is_withheld_is_in_the_rest():
    panel = withhold(withhold(economy(), "36001", "62"), "West", "62")
    panel = withhold(panel, "36005", "31-33", range(2003, 2008))
    before = project(panel, 3)
    table = add_up(before, panel, AREAS)
    jobs = wide(table)
    assert ("36001", "62") not in jobs.index
    rest = jobs.loc[("36001", "10")] - jobs.loc[("36001", "31-33")]
    held = wide(panel).loc["36001"][2017]
    assert rest.to_numpy() == pytest.approx(held["10"] - held["31-33"], rel=0.3)
    # the region's total is that of its counties all the same
    whole = jobs.loc[("36001", "10")] + 0.5 * jobs.loc[("36003", "10")]
    assert jobs.loc[("West", "10")].to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-6)


def test_what_adds_up_already_stays():
    panel = economy().assign(employment=lambda t: 100.0 * t["industry"].map({"10": 5, "31-33": 2, "62": 3}))
    panel = panel[panel["industry"].isin(["10", "31-33", "62"]) & (panel["area"] != "West")]
    before = project(panel, 2)
    pd.testing.assert_frame_equal(add_up(before, panel, AREAS).drop(columns="sum_of"), before)


def test_the_wider_interval_moves_more():
    from scipy import sparse

    matrix = sparse.csr_array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0]])
    moved = minimum_trace(
        np.array([[100.0], [300.0], [440.0]]), matrix, spread=np.array([10.0, 20.0, 10.0])
    ).ravel()
    # 40 jobs apart, shared by variance: 1, 4 and 1 sixths
    assert moved == pytest.approx([100 + 40 / 6, 300 + 160 / 6, 440 - 40 / 6])
    # one that is not known errs by the root of its jobs
    unknown = minimum_trace(
        np.array([[100.0], [300.0], [440.0]]), matrix, spread=np.array([np.nan, 1e9, 1e9])
    ).ravel()
    assert unknown[0] == pytest.approx(100, abs=1e-6)
