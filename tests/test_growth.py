"""Growth and shift-share: hand-worked, identities, and New York."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib.exceptions import NotSupportedError, TableError, UnknownAreaError, UnknownNameError
from sectorlib.growth import METHODS, WITHHELD, dynamic_shift_share, growth, shift_share

WORKED = yaml.safe_load((Path(__file__).parent / "worked" / "shift_share.yaml").read_text())
PARTS = ["national", "mix", "competitive", "not_compared"]


def panel_of(rows_by_area, years=(2010, 2015), ownership="5") -> pd.DataFrame:
    """A panel from {area: [(industry, employment in each year ...)]}."""
    rows = [
        (area, industry, ownership, year, jobs)
        for area, cells in rows_by_area.items()
        for industry, *series in cells
        for year, jobs in zip(years, series, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["area", "industry", "ownership", "year", "employment"])
    frame["employment"] = frame["employment"].astype(float)
    frame["disclosure"] = np.where(frame["employment"].notna(), "disclosed", "suppressed")
    return frame.astype(dict.fromkeys(["area", "industry", "ownership", "disclosure"], "category"))


@pytest.fixture
def worked() -> pd.DataFrame:
    return panel_of({"00001": WORKED["area"], "00000": WORKED["base"]})


def of_area(panel: pd.DataFrame, area="00001") -> pd.DataFrame:
    return panel[panel["area"] == area]


def test_shift_share_hand_worked(worked):
    table = shift_share(of_area(worked), worked, "00000", 2010, 2015)
    expected = pd.DataFrame.from_dict(
        WORKED["expected"], orient="index", columns=["change", *PARTS, "status"]
    ).astype(dict.fromkeys(["change", *PARTS], float))
    found = table.set_index("industry")[expected.columns].loc[expected.index]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_names=False, atol=1e-9)
    assert len(table) == len(expected)
    assert table["industry"].iloc[-1] == WITHHELD


@pytest.mark.parametrize("method", ["esteban-marquillas", "arcelus"])
def test_extended_shift_share_hand_worked(worked, method):
    table = shift_share(of_area(worked), worked, "00000", 2010, 2015, method=method).set_index("industry")
    for industry, expected in WORKED[method].items():
        assert table.loc[industry, list(METHODS[method])].to_list() == pytest.approx(expected), industry
    dunn = shift_share(of_area(worked), worked, "00000", 2010, 2015).set_index("industry")
    pd.testing.assert_series_equal(table["not_compared"], dunn["not_compared"])
    assert table["status"].to_dict() == dunn["status"].to_dict()


def test_the_published_example_of_farhauer_and_kroell():
    """Farhauer and Kröll (2013), Standorttheorien: competitive parts cancel over the nation."""
    published = WORKED["farhauer-kroell"]
    industries = ["11", "31-33", "44-45", "62"]
    tables = {
        ("00000" if name == "nation" else name): [
            *zip(industries, region["start"], region["end"], strict=True),
            ("10", sum(region["start"]), sum(region["end"])),
        ]
        for name, region in published.items()
    }
    panel = panel_of(tables)
    table = shift_share(panel, panel, "00000", 2010, 2015)
    sums = table.groupby("area", observed=True)[PARTS[:3]].sum()
    for name in "ABC":
        assert sums.loc[name].to_list() == pytest.approx(published[name]["parts"], abs=1e-9)
    assert sums.loc[list("ABC"), "competitive"].sum() == pytest.approx(0, abs=1e-9)


def test_a_withheld_area_total_leaves_dunn_and_stops_the_others(worked):
    total = (worked["area"] == "00001") & (worked["industry"] == "10") & (worked["year"] == 2010)
    worked.loc[total, "employment"] = np.nan
    dunn, other = (
        shift_share(of_area(worked), worked, "00000", 2010, 2015, method=method).set_index("industry")
        for method in ("dunn", "esteban-marquillas")
    )
    assert dunn.loc["31-33", "status"] == "compared"
    assert other.loc["31-33", ["status", "not_compared"]].to_list() == ["base unknown", -20]


def test_dynamic_shift_share_is_the_sum_of_its_years():
    years = (2010, 2011, 2012)
    panel = panel_of(
        {
            "00001": [("31-33", 100, 120, 110), ("62", 50, 55, 70), ("21", 0, 5, 6), ("10", 160, 190, 200)],
            "00000": [
                ("31-33", 1000, 1100, 1000), ("62", 500, 500, 600), ("21", 90, 90, 90), ("10", 2000, 2200, 2100),
            ],
        },
        years=years,
    )  # fmt: skip
    table = dynamic_shift_share(of_area(panel), panel, "00000", 2010, 2012).set_index("industry")
    # 100 x .1 + 120 x (2100/2200 - 1), and so on
    assert table.loc["31-33", "national"] == pytest.approx(10 - 120 / 22)
    assert table.loc["31-33", "mix"] == pytest.approx((10 - 10) + (-120 / 11 + 120 / 22))
    assert table.loc["31-33", "competitive"] == pytest.approx((20 - 10) + (-10 + 120 / 11))
    assert table.loc["21", ["steps", "steps_compared", "not_compared"]].to_list() == [2, 1, 5]
    assert table[PARTS].sum().sum() == pytest.approx(40)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=6, max_size=6), min_size=1, max_size=4
    ),
    st.sampled_from(sorted(METHODS)),
)
def test_the_parts_of_every_method_sum_to_the_change(rows, method):
    industries = ["11", "21", "31-33", "62"][: len(rows)]
    years = (2010, 2011, 2012)
    area = [(i, *row[:3]) for i, row in zip(industries, rows, strict=True)]
    base = [(i, *row[3:]) for i, row in zip(industries, rows, strict=True)]
    totals = [100 + sum(row[k] or 0 for row in rows) for k in range(3)]
    panel = panel_of(
        {"00001": [*area, ("10", *totals)], "00000": [*base, ("10", 9000, 9900, 9500)]}, years=years
    )
    parts = [*METHODS[method], "not_compared"]
    whole = shift_share(of_area(panel), panel, "00000", 2010, 2012, method=method)
    yearly = dynamic_shift_share(of_area(panel), panel, "00000", 2010, 2012, method=method)
    for table in (whole, yearly):
        assert table[parts].sum().sum() == pytest.approx(totals[2] - totals[0], abs=1e-6)
        known = table[table["change"].notna()]
        assert known[parts].sum(axis=1).to_numpy() == pytest.approx(known["change"].to_numpy(), abs=1e-6)


def test_a_total_withheld_in_between_leaves_the_rest_unknown(worked):
    middle = worked[worked["year"] == 2010].assign(year=2012)
    middle.loc[middle["industry"] == "10", "employment"] = np.nan
    both = pd.concat([worked, middle], ignore_index=True)
    table = dynamic_shift_share(of_area(both), both, "00000", 2010, 2015).set_index("industry")
    assert np.isnan(table.loc[WITHHELD, "change"])
    assert np.isnan(table.loc[WITHHELD, "not_compared"])


def test_a_withheld_industry_is_listed_with_its_disclosure(worked):
    table = shift_share(of_area(worked), worked, "00000", 2010, 2015).set_index("industry")
    assert table.loc["52", ["start_disclosure", "end_disclosure"]].to_list() == ["disclosed", "suppressed"]
    assert table.loc["52", "start_employment"] == 150


def test_an_absent_row_is_not_a_zero(worked):
    gone = worked[~((worked["area"] == "00001") & (worked["industry"] == "62") & (worked["year"] == 2015))]
    table = shift_share(of_area(gone), gone, "00000", 2010, 2015).set_index("industry")
    assert table.loc["62", "status"] == "withheld"
    assert pd.isna(table.loc["62", "end_disclosure"])
    assert table.loc[WITHHELD, "change"] == 35 + 20
    cell = growth(of_area(gone), 2010, 2015).set_index("industry").loc["62"]
    assert np.isnan(cell["change"])
    assert not cell["contracting"]


def test_a_withheld_total_leaves_the_remainder_unknown(worked):
    total = (worked["area"] == "00001") & (worked["industry"] == "10") & (worked["year"] == 2015)
    worked.loc[total, "employment"] = np.nan
    table = shift_share(of_area(worked), worked, "00000", 2010, 2015).set_index("industry")
    assert np.isnan(table.loc[WITHHELD, "change"])
    assert table.loc["31-33", "national"] == pytest.approx(40)


def test_the_base_against_itself_has_no_competitive_part(worked):
    base = of_area(worked, "00000")
    table = shift_share(base, base, "00000", 2010, 2015)
    compared = table[table["status"] == "compared"]
    assert len(compared) == 5
    assert compared["competitive"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert table[PARTS].sum().sum() == pytest.approx(1000)


def test_ownerships_are_kept_apart(worked):
    public = {"00001": [("10", 50, 60), ("62", 50, 60)], "00000": [("10", 500, 500), ("62", 500, 500)]}
    local = panel_of(public, ownership="3")
    both = pd.concat([worked, local], ignore_index=True).astype({"ownership": "category"})
    table = shift_share(of_area(both), both, "00000", 2010, 2015)
    assert table[table["ownership"] == "3"].set_index("industry").loc["62", PARTS].to_list() == [0, 0, 10, 0]
    private = table[table["ownership"] == "5"].reset_index(drop=True)
    alone = shift_share(of_area(worked), worked, "00000", 2010, 2015)
    pd.testing.assert_frame_equal(private, alone, check_dtype=False, check_categorical=False)


cells = st.lists(st.one_of(st.none(), st.integers(0, 5000)), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=1, max_size=5), st.integers(0, 500), st.integers(0, 500))
def test_the_parts_sum_to_the_change(rows, rest_before, rest_after):
    industries = ["11", "21", "31-33", "62", "92"][: len(rows)]
    area = [(i, a0, a1) for i, (a0, a1, _, _) in zip(industries, rows, strict=True)]
    base = [(i, b0, b1) for i, (_, _, b0, b1) in zip(industries, rows, strict=True)]
    before, after = (rest + sum(r[k] or 0 for r in area) for k, rest in ((1, rest_before), (2, rest_after)))
    area.append(("10", before, after))
    base.append(("10", 30_000, 33_000))
    panel = panel_of({"00001": area, "00000": base})
    table = shift_share(of_area(panel), panel, "00000", 2010, 2015)
    assert table[PARTS].sum().sum() == pytest.approx(after - before, abs=1e-6)
    known = table[table["change"].notna()]
    assert known[PARTS].sum(axis=1).to_numpy() == pytest.approx(known["change"].to_numpy(), abs=1e-6)
    assert set(table["industry"]) == {*industries, WITHHELD}


def test_growth_by_hand():
    panel = panel_of(
        {"00001": [("311", 1000, 1100, 1210), ("312", 200, 150, 100), ("313", 0, 5, 9), ("314", 8, 8, None)]},
        years=(2010, 2011, 2012),
    )
    table = growth(panel, 2010, 2012).set_index("industry")
    assert table["change"].to_list() == pytest.approx([210, -100, 9, np.nan], nan_ok=True)
    assert table["percent_change"].to_list() == pytest.approx([21, -50, np.nan, np.nan], nan_ok=True)
    # (100 / 200) ^ (1 / 2) - 1 = - 29.29 %
    assert table["compound_annual_growth"].to_list() == pytest.approx(
        [10, -29.2893219, np.nan, np.nan], nan_ok=True
    )
    assert table["contracting"].to_list() == [False, True, False, False]
    assert table.loc["314", "end_disclosure"] == "suppressed"


def test_a_cell_whose_most_is_below_its_start_is_known_to_contract():
    panel = panel_of({"00001": [("311", 100, np.nan), ("312", 100, np.nan), ("313", 100, 90)]})
    panel["employment_low"] = panel["employment"].fillna(10)
    panel["employment_high"] = panel["employment"].fillna(
        panel["industry"].astype(str).map({"311": 80.0, "312": 120.0})
    )
    table = growth(panel, 2010, 2015).set_index("industry")
    assert table["contracting"].to_dict() == {"311": True, "312": False, "313": True}


def test_a_series_over_a_break_of_naics_is_flagged():
    panel = panel_of({"00001": [("518", 10, 20), ("311", 10, 20)]}, years=(2005, 2010))
    assert growth(panel, 2005, 2010).set_index("industry")["crosses_break"].to_dict() == {
        "311": False,
        "518": True,
    }


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(2, 30))
def test_compound_growth_compounds_to_the_change(before, after, years):
    panel = panel_of({"00001": [("311", before, after)]}, years=(2000, 2000 + years))
    row = growth(panel, 2000, 2000 + years).iloc[0]
    assert before * (1 + row["compound_annual_growth"] / 100) ** years == pytest.approx(after, abs=1e-6)


def test_errors(worked):
    with pytest.raises(NotSupportedError, match=r"one year only \(2010\)"):
        growth(worked[worked["year"] == 2010], 2010, 2015)
    with pytest.raises(NotSupportedError, match=r"(?s)no rows of 2012.*2010, 2015"):
        growth(worked, 2010, 2012)
    with pytest.raises(NotSupportedError, match="earlier year first"):
        growth(worked, 2015, 2010)
    with pytest.raises(UnknownAreaError, match="did you mean"):
        shift_share(worked, worked, "0000", 2010, 2015)
    with pytest.raises(UnknownNameError, match="did you mean 'sector'"):
        shift_share(worked, worked, "00000", 2010, 2015, level="sectors")
    with pytest.raises(UnknownNameError, match="did you mean 'arcelus'"):
        shift_share(worked, worked, "00000", 2010, 2015, method="arcelas")
    with pytest.raises(TableError, match="keep the total rows"):
        shift_share(worked[worked["industry"] != "10"], worked, "00000", 2010, 2015)


@pytest.mark.shared
def test_new_york_adds_up(shared):
    codes = ["area_fips", "own_code", "industry_code"]
    frame = pd.read_csv(
        shared / "data" / "ny" / "ny_annual_2000_2017.csv.gz",
        dtype=dict.fromkeys(codes, str),
    ).astype(dict.fromkeys(codes, "category"))
    names = {"area_fips": "area", "own_code": "ownership", "industry_code": "industry",
             "annual_avg_emplvl": "employment"}  # fmt: skip
    panel = frame.rename(columns=names).assign(disclosure="disclosed")
    panel = panel[panel["agglvl_code"].isin([50, 51, 54, 55, 70, 71, 74, 75])]
    state = panel[(panel["area"] == "36000") & (panel["ownership"] == "0")].set_index("year")["employment"]
    assert (state[2000], state[2017]) == (8_471_278, 9_276_410)
    table = shift_share(panel, panel, "36000", 2000, 2017)
    private = panel[(panel["industry"] == "10") & (panel["ownership"] == "5")]
    totals = private.pivot_table(index="area", columns="year", values="employment", observed=True)
    parts = table.groupby("area", observed=True)[PARTS].sum().sum(axis=1)
    assert len(parts) == 63
    assert parts.to_numpy() == pytest.approx((totals[2017] - totals[2000]).to_numpy(), abs=1e-6)
