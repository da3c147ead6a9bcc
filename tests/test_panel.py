"""Panels: what assembling makes visible, and that adding up conserves figures, bounds and honesty."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlib import naics
from sectorlib.areas import area_kind, is_county
from sectorlib.exceptions import TableError, UnknownAreaError, UnknownIndustryError, UnknownNameError
from sectorlib.membership import membership
from sectorlib.panel import KEYS, aggregate, assemble, load_panel, save_panel, with_ownership
from sectorlib.schemas import PANEL
from sectorlib.study import ALL_AREAS, load_study

FIGURES = ["establishments", "employment", "wages"]


def rows_of(*cells) -> pd.DataFrame:
    """Rows of (area, industry, ownership, employment or None[, wages]), one establishment for ten jobs."""
    frame = pd.DataFrame(
        [(*cell, None)[:5] for cell in cells],
        columns=["area", "industry", "ownership", "employment", "wages"],
    ).assign(year=2020)
    frame["employment"] = frame["employment"].astype(float)
    frame["wages"] = frame["wages"].astype(float).fillna(frame["employment"] * 50)
    frame["establishments"] = (frame["employment"] / 10).fillna(3)
    frame["disclosure"] = np.where(frame["employment"].isna(), "suppressed", "disclosed")
    return frame


def cells(panel: pd.DataFrame, column: str = "employment") -> dict:
    """(area, industry, ownership) to a figure, missing as None."""
    keys = zip(*(panel[k].astype(str) for k in KEYS[:3]), strict=True)
    return {key: None if pd.isna(v) else v for key, v in zip(keys, panel[column], strict=True)}


# --- assemble ------------------------------------------------------------------------------------------


def test_a_panel_has_its_types_and_bounds():
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36001", "72", "5", None), ("36001", "10", "5", 90)))
    for key in ("area", "industry", "ownership", "disclosure"):
        assert isinstance(panel[key].dtype, pd.CategoricalDtype)
    bounds = panel.set_index("industry")[["employment_low", "employment_high", "wages_low", "wages_high"]]
    assert bounds.loc["62"].to_list() == [60, 60, 3000, 3000]
    assert bounds.loc["72", ["employment_low", "wages_low"]].to_list() == [0, 0]
    assert bounds.loc["72", ["employment_high", "wages_high"]].isna().all()


def test_bounds_of_a_partial_year_are_kept():
    rows = rows_of(("36001", "62", "5", None)).assign(employment_low=82.0, wages_low=3000.0)
    row = assemble(rows.assign(disclosure="partial")).set_index("industry").loc["62"]
    assert (row["employment_low"], row["wages_low"]) == (82, 3000)
    assert np.isnan(row["employment"])


def test_estimates_keep_bounds_that_are_wider_than_their_value():
    rows = rows_of(("36001", "62", "5", 60)).assign(
        disclosure="estimated", employment_low=50.0, employment_high=75.0
    )
    row = assemble(rows).set_index("industry").loc["62"]
    assert (row["employment_low"], row["employment"], row["employment_high"]) == (50, 60, 75)


@pytest.mark.parametrize("column", ["area", "year", "employment", "disclosure"])
def test_a_missing_column_is_named(column):
    with pytest.raises(TableError, match=f"lacks {column}"):
        assemble(rows_of(("36001", "62", "5", 60)).drop(columns=column))


def test_repeated_keys_and_negative_figures_are_refused():
    with pytest.raises(TableError, match="1 repeated keys"):
        assemble(rows_of(("36001", "62", "5", 60), ("36001", "62", "5", 60)))
    with pytest.raises(TableError, match=r"column establishments .* holds -0\.1\n"):
        assemble(rows_of(("36001", "62", "5", -1)))


def every_sector(area: str, ownership: str, jobs: float = 10.0) -> list[tuple]:
    return [(area, sector, ownership, jobs) for sector in naics.SECTORS if sector != "99"]


def test_totals_that_the_source_lacks_are_added_up():
    """Twenty sectors of 10 jobs in each of four ownerships: 200 by ownership, 800 in all, 600 public."""
    rows = [cell for own in ("1", "2", "3", "5") for cell in every_sector("36001", own)]
    totals = cells(assemble(rows_of(*rows)).query("industry == '10'"))
    assert totals == {
        ("36001", "10", "0"): 800, ("36001", "10", "8"): 600,
        ("36001", "10", "1"): 200, ("36001", "10", "2"): 200, ("36001", "10", "3"): 200,
        ("36001", "10", "5"): 200,
    }  # fmt: skip


def test_published_totals_stay_as_they_are():
    rows = [cell for own in ("1", "2", "3", "5") for cell in every_sector("36001", own)]
    published = [("36001", "10", "0", 805), ("36001", "10", "5", 203), ("36001", "10", "8", 602)]
    totals = cells(assemble(rows_of(*rows, *published)))
    assert [totals["36001", "10", own] for own in ("0", "5", "8", "1")] == [805, 203, 602, 200]


def test_a_total_over_a_withheld_sector_is_partial():
    rows = [*every_sector("36001", "5")[1:], ("36001", "11", "5", None)]
    total = assemble(rows_of(*rows)).query("industry == '10' and ownership == '5'").iloc[0]
    assert np.isnan(total["employment"])
    assert (total["employment_low"], total["disclosure"]) == (190, "partial")


def test_a_total_is_not_made_of_what_the_files_happen_to_hold():
    """One industry's file, or private rows alone, say nothing about all industries or all ownerships."""
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 20)))
    total = panel[panel["industry"] == "10"]
    assert set(total["ownership"]) == {"5"}
    assert total["employment"].isna().all()
    assert total["employment_high"].isna().all()
    assert set(total["disclosure"]) == {"partial"}
    assert total["employment_low"].to_list() == [60, 20]


def test_all_government_is_never_added_to_its_parts():
    rows = [cell for own in ("1", "2", "3", "5", "8") for cell in every_sector("36001", own)]
    panel = assemble(rows_of(*rows))
    assert cells(panel)["36001", "10", "0"] == 800
    everything = with_ownership(panel, "all")
    assert cells(everything)["36001", "62", "0"] == 40


# --- what an absent row means --------------------------------------------------------------------------


def test_absent_rows_are_settled_by_wages_or_withheld():
    """A state's file leaves out what is withheld or zero.

    36001: sectors 62 (700) and 72 (200) make up the total of 900 dollars, so its absent 11 is zero.
    36003: 62 (500) of 800 dollars, so its absent 11 and 72 are withheld. Of 62, subsector 621 has 500: its
    absent 622 is zero. In 36001 621 has 400 of 700: 622 is withheld.
    """
    rows = rows_of(
        ("36001", "10", "5", 90, 900), ("36001", "62", "5", 60, 700), ("36001", "72", "5", 30, 200),
        ("36001", "621", "5", 40, 400),
        ("36003", "10", "5", 80, 800), ("36003", "62", "5", 50, 500), ("36003", "621", "5", 50, 500),
        ("36005", "10", "5", 70, 700), ("36005", "11", "5", 10, 100), ("36005", "622", "5", 10, 100),
    )  # fmt: skip
    panel = assemble(rows, {2020: "withheld"})
    found = cells(panel)
    assert found["36001", "11", "5"] == 0
    assert found["36001", "622", "5"] is None
    assert found["36003", "11", "5"] is None
    assert found["36003", "72", "5"] is None
    assert found["36003", "622", "5"] == 0
    words = cells(panel.assign(disclosure=panel["disclosure"].astype(str)), "disclosure")
    assert words["36001", "11", "5"] == "disclosed"
    assert words["36003", "72", "5"] == "suppressed"
    assert cells(panel, "employment_high")["36003", "72", "5"] is None


def test_a_sector_settled_as_zero_settles_its_subsectors():
    rows = rows_of(
        ("36001", "10", "5", 90, 900), ("36001", "72", "5", 90, 900),
        ("36003", "10", "5", 90, 900), ("36003", "62", "5", 60, 600), ("36003", "621", "5", 60, 600),
    )  # fmt: skip
    found = cells(assemble(rows, {2020: "withheld"}))
    assert found["36001", "62", "5"] == 0
    assert found["36001", "621", "5"] == 0
    assert found["36003", "72", "5"] is None


def test_supersectors_do_not_settle_sectors():
    """1025 beside 62 makes up the total twice over; each way of cutting it is judged by itself."""
    rows = rows_of(
        ("36001", "10", "5", 90, 900), ("36001", "1025", "5", 60, 600), ("36001", "62", "5", 30, 300),
        ("36003", "10", "5", 90, 900), ("36003", "72", "5", 90, 900),
    )  # fmt: skip
    assert cells(assemble(rows, {2020: "withheld"}))["36001", "72", "5"] is None


def test_a_county_without_a_whole_year_is_unknown_in_it_and_not_zero():
    """36003 lacks 2021; Broomfield (08014), made of other counties in 2001, lacks 2000 rightly."""
    rows = rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 50), ("08013", "62", "5", 40))
    later = rows_of(("36001", "62", "5", 61), ("08014", "62", "5", 20), ("08013", "62", "5", 30))
    panel = assemble(pd.concat([rows.assign(year=2000), later.assign(year=2021)]))
    missing = panel[panel["employment"].isna() & (panel["industry"] == "62")]
    assert list(zip(missing["area"], missing["year"], strict=True)) == [("36003", 2021)]
    both = aggregate(panel, areas=membership({"both": ["36001", "36003"]}))
    sums = both[both["industry"] == "62"].set_index("year")
    assert sums.loc[2000, "employment"] == 110
    assert pd.isna(sums.loc[2021, "employment"])
    assert sums.loc[2021, "employment_low"] == 61


def test_a_complete_file_means_zero_by_an_absent_row_and_adds_none():
    rows = rows_of(("36001", "62", "5", 60), ("36003", "72", "5", 60))
    panel = assemble(rows, {2020: "zero"})
    assert len(panel[panel["industry"] != "10"]) == 2


def test_only_counties_and_states_get_absent_rows_and_each_like_its_kind():
    rows = rows_of(
        ("36001", "10", "5", 90), ("36001", "62", "5", 60), ("36003", "10", "5", 90),
        ("36000", "10", "5", 900), ("36000", "72", "5", 60), ("39000", "10", "5", 900),
        ("36999", "10", "5", 90), ("US000", "10", "5", 90), ("C1058", "10", "5", 90),
    )  # fmt: skip
    panel = assemble(rows, {2020: "withheld"})
    added = {k for k, v in cells(panel).items() if v is None}
    assert added == {("36003", "62", "5"), ("39000", "72", "5")}


@pytest.mark.parametrize("area", ["C1058", "US000", "36999"])
def test_absent_rows_of_a_panel_without_counties(area):
    panel = assemble(rows_of((area, "62", "5", 60)), {2020: "withheld"})
    assert cells(panel)[area, "62", "5"] == 60


def test_years_are_declared_one_by_one():
    rows = rows_of(("36001", "62", "5", 60), ("36003", "72", "5", 60))
    both = pd.concat([rows, rows.assign(year=2021)])
    panel = assemble(both, {2020: "withheld", 2021: "zero"})
    sectors = panel[panel["industry"] != "10"]
    assert sectors.groupby("year").size().to_dict() == {2020: 4, 2021: 2}


# --- aggregate -----------------------------------------------------------------------------------------


COUNTIES = ["36001", "36003", "36005", "36007"]

#: Jobs (None: no row), whether they are published, and how far the bounds of a withheld cell lie off.
CELL = st.tuples(
    st.one_of(st.none(), st.integers(0, 1000)),
    st.sampled_from(["yes", "yes", "no", "bounded"]),
    st.integers(0, 100),
)


@st.composite
def panels(draw) -> pd.DataFrame:
    """Four counties and three sectors: some cells absent, some withheld, some withheld and bounded."""
    keys = [(area, industry) for area in COUNTIES for industry in ("23", "62", "72")]
    rows = []
    for (area, industry), (jobs, published, slack) in zip(keys, draw(_CELLS), strict=True):
        if jobs is None:
            continue
        known = published == "yes"
        high = float(jobs) if known else float(jobs + slack) if published == "bounded" else np.nan
        low = float(jobs) if known else float(max(0, jobs - 50 - slack))
        value = float(jobs) if known else np.nan
        word = "disclosed" if known else "suppressed"
        figures = (float(slack // 10), value, value * 50, word, low, high, low * 50, high * 50, float(jobs))
        rows.append((area, industry, "5", 2020, *figures))
    columns = [c for c in PANEL.names if c != "disclosed_share"] + ["truth"]
    return pd.DataFrame(rows, columns=columns)


#: A county without any row is not in the panel, and one that a group names is then lacking.
_CELLS = st.lists(CELL, min_size=12, max_size=12).filter(
    lambda found: all(any(jobs is not None for jobs, _, _ in found[i : i + 3]) for i in range(0, 12, 3))
)


@st.composite
def partitions(draw) -> pd.DataFrame:
    groups = draw(st.lists(st.sampled_from(["east", "west", "north"]), min_size=4, max_size=4))
    return membership(pd.Series(groups, index=COUNTIES))


@settings(max_examples=12, deadline=None)
@given(panels(), partitions())
def test_aggregation_conserves_figures_and_bounds(panel, markets):
    regions = aggregate(panel, areas=markets)
    for column in ("employment_low", "wages_low", "establishments"):
        before, after = (
            t.groupby("industry", observed=True)[column].sum().to_dict() for t in (panel, regions)
        )
        assert after == pytest.approx(before)
    pairs = panel.merge(markets, left_on="area", right_on="member")
    for row in regions.itertuples():
        parts = pairs[
            (pairs["group"] == row.area) & (pairs["industry"] == row.industry) & (pairs["year"] == row.year)
        ]
        known = parts["employment"].notna()
        if known.all():
            assert row.employment == parts["employment"].sum() == row.employment_low == row.employment_high
            assert row.disclosure == "disclosed"
        else:
            assert np.isnan(row.employment)
            assert row.disclosure == ("partial" if known.any() else "suppressed")
            bounded = parts["employment_high"].notna().all()
            assert np.isnan(row.employment_high) != bounded
            assert row.employment_low <= parts["truth"].sum()
            assert not bounded or row.employment_high >= parts["truth"].sum()
        assert row.disclosed_share == pytest.approx(known.mean())


@settings(max_examples=12, deadline=None)
@given(panels(), partitions())
def test_a_partition_covers_every_county_once(panel, markets):
    one_job = panel.assign(employment=1.0, employment_low=1.0, employment_high=1.0)
    regions = aggregate(one_job, areas=markets)
    assert regions["employment"].sum() == len(panel)


@settings(max_examples=12, deadline=None)
@given(
    panels(),
    partitions(),
    st.sampled_from([{"up": ["east", "west"], "down": ["north"]}, {"all": ["east", "west", "north"]}]),
)
def test_aggregate_of_an_aggregate_is_the_aggregate_by_the_product(panel, markets, above):
    regions = membership(above)
    regions = regions[regions["member"].isin(markets["group"])]
    group = regions.set_index("member")["group"]
    product = membership(markets.set_index("member")["group"].map(group))
    twice = aggregate(aggregate(panel, areas=markets), areas=regions).drop(columns="disclosed_share")
    once = aggregate(panel, areas=product).drop(columns="disclosed_share")
    order = ["area", "industry", "year"]
    twice, once = (
        t.astype({"area": str, "industry": str}).sort_values(order, ignore_index=True) for t in (twice, once)
    )
    pd.testing.assert_frame_equal(twice, once, check_categorical=False)


@settings(max_examples=12, deadline=None)
@given(panels(), partitions())
def test_areas_and_industries_may_be_added_up_in_any_order(panel, markets):
    sectors = membership({"services": ["62", "72"], "building": ["23"]})
    both = aggregate(panel, areas=markets, industries=sectors)
    for stepwise in (
        aggregate(aggregate(panel, areas=markets), industries=sectors),
        aggregate(aggregate(panel, industries=sectors), areas=markets),
    ):
        for column in (*FIGURES, "employment_low", "employment_high", "disclosure"):
            assert stepwise[column].astype(object).where(stepwise[column].notna(), None).to_list() == (
                both[column].astype(object).where(both[column].notna(), None).to_list()
            )


@settings(max_examples=12, deadline=None)
@given(panels(), st.floats(0.05, 0.95))
def test_a_split_county_counts_by_its_weight(panel, share):
    whole = membership({"a": COUNTIES})
    split = pd.DataFrame(
        [("36001", "a", share), ("36001", "b", 1 - share), *((c, "a", 1.0) for c in COUNTIES[1:])],
        columns=["member", "group", "weight"],
    )
    sums = aggregate(panel, areas=split).groupby(["industry", "year"], observed=True)["employment_low"].sum()
    total = aggregate(panel, areas=whole).groupby(["industry", "year"], observed=True)["employment_low"].sum()
    np.testing.assert_allclose(sums.to_numpy(), total.to_numpy())


def test_weights_scale_figures_bounds_and_the_disclosed_share():
    panel = rows_of(("36001", "62", "5", 100), ("36003", "62", "5", None))
    split = pd.DataFrame(
        [("36001", "a", 0.25), ("36001", "b", 0.75), ("36003", "b", 1.0)],
        columns=["member", "group", "weight"],
    )
    regions = aggregate(panel, areas=split).set_index("area")
    assert regions.loc["a", ["establishments", "employment", "wages"]].to_list() == [2.5, 25, 1250]
    assert regions.loc["b", "employment_low"] == 75
    assert np.isnan(regions.loc["b", "employment"])
    assert regions.loc["b", "disclosed_share"] == pytest.approx(0.75 / 1.75)


def test_a_member_of_weight_zero_is_no_part():
    panel = rows_of(("36001", "62", "5", 100), ("36003", "62", "5", None))
    split = pd.DataFrame(
        [("36001", "a", 1.0), ("36003", "a", 0.0), ("36003", "b", 1.0)], columns=["member", "group", "weight"]
    )
    assert cells(aggregate(panel, areas=split))["a", "62", "5"] == 100


def test_a_withheld_cell_is_never_zero_after_adding_up():
    panel = rows_of(("36001", "62", "5", None), ("36003", "62", "5", 0), ("36005", "62", "5", 0))
    regions = aggregate(panel, areas=membership({"a": ["36001", "36003"], "b": ["36005"]}))
    assert cells(regions) == {("a", "62", "5"): None, ("b", "62", "5"): 0}
    words = regions.set_index("area")["disclosure"]
    assert words["b"] == "disclosed"
    assert words["a"] != "disclosed"


def test_an_estimate_among_the_parts_makes_an_estimate():
    panel = rows_of(("36001", "62", "5", 10), ("36003", "62", "5", 20))
    panel.loc[1, "disclosure"] = "estimated"
    regions = aggregate(panel, areas=membership({"a": ["36001", "36003"]}))
    assert regions["disclosure"].to_list() == ["estimated"]


def test_what_no_group_has_is_left_out_and_the_panel_is_not_changed():
    panel = assemble(rows_of(("36001", "62", "5", 10), ("36003", "62", "5", 20)))
    before = panel.copy(deep=True)
    regions = aggregate(panel, areas=membership({"a": ["36001"], "b": ["99999"]}))
    assert set(regions["area"]) == {"a"}
    pd.testing.assert_frame_equal(panel, before)


def test_unknown_counties_and_states_stay_out_of_groups_of_counties():
    panel = rows_of(
        ("36001", "62", "5", 10), ("36999", "62", "5", 20), ("36998", "62", "5", 5), ("36000", "62", "5", 40)
    )
    counties = panel.loc[is_county(panel["area"]), "area"]
    regions = aggregate(panel, areas=membership({"a": counties}))
    assert cells(regions) == {("a", "62", "5"): 10}


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        ("areas", ["36000", "36001"]),
        ("areas", ["36000", "36999"]),
        ("areas", ["36000", "36998"]),
        ("areas", ["US000", "36001"]),
        ("areas", ["US000", "36000"]),
        ("industries", ["31-33", "311"]),
        ("industries", ["31-33", "3115"]),
        ("industries", ["10", "622"]),
        ("industries", ["10", "1013"]),
        ("industries", ["101", "1013"]),
        ("industries", ["1013", "31-33"]),
        ("industries", ["102", "62"]),
        ("industries", ["1025", "6221"]),
        ("ownerships", ["0", "5"]),
        ("ownerships", ["0", "1"]),
        ("ownerships", ["0", "8"]),
        ("ownerships", ["8", "2"]),
    ],
)
def test_a_whole_and_its_part_in_one_group_are_refused(dimension, members):
    panel = rows_of(("36001", "62", "5", 10))
    with pytest.raises(TableError, match=f"'{members[0]}' and its part '{members[1]}'"):
        aggregate(panel, **{dimension: membership({"a": members})})
    apart = membership({"a": members[:1], "b": members[1:]})
    aggregate(panel, **{dimension: apart})  # in two groups they are not added


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        ("areas", ["36001", "36999", "39000"]),
        ("industries", ["62", "72", "311", "3121"]),
        ("ownerships", ["1", "2", "3", "5"]),
    ],
)
def test_members_that_do_not_overlap_are_taken(dimension, members):
    key = {"areas": 0, "industries": 1, "ownerships": 2}[dimension]
    rows = [["36001", "62", "5", 10.0] for _ in members]
    for row, member in zip(rows, members, strict=True):
        row[key] = member
    summed = aggregate(rows_of(*rows), **{dimension: membership({"a": members})})
    assert summed["employment"].to_list() == [10.0 * len(members)]


# --- members that the panel lacks ----------------------------------------------------------------------


def one(panel: pd.DataFrame, **keys) -> pd.Series:
    for key, value in keys.items():
        panel = panel[panel[key] == value]
    assert len(panel) == 1
    return panel.iloc[0]


def is_incomplete(row: pd.Series, least: float) -> bool:
    unknown = row[["employment", "employment_high", "wages", "wages_high", "establishments"]].isna().all()
    return bool(unknown) and row["employment_low"] == least and row["disclosure"] != "disclosed"


def test_a_group_with_a_county_that_the_panel_lacks_is_partial():
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 50), ("36003", "72", "5", 7)))
    groups = membership({"Cap": ["36001", "39999", "36083"], "Whole": ["36003"], "Far": ["39001"]})
    regions = aggregate(panel, areas=groups)
    cap = one(regions, area="Cap", industry="62")
    assert is_incomplete(cap, 60)
    assert cap["disclosure"] == "partial"
    assert cap["disclosed_share"] == pytest.approx(1 / 3)
    # What the panel lacks may hold industries of which the known members have nothing.
    assert is_incomplete(one(regions, area="Cap", industry="72"), 0)
    assert one(regions, area="Whole", industry="62")["employment"] == 50
    assert set(regions["area"]) == {"Cap", "Whole"}  # nothing is known of a group that is all outside


def test_a_county_with_rows_and_none_of_an_industry_has_nothing_of_it():
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36003", "72", "5", 7)))
    regions = aggregate(panel, areas=membership({"a": ["36001", "36003"]}))
    assert one(regions, industry="62")["employment"] == 60


@pytest.mark.parametrize("member", ["Rensselaer County", "36002", "3601", "LM36001"])
def test_a_member_that_is_no_code_is_refused_and_named(member):
    with pytest.raises(UnknownAreaError, match=f"'Cap' holds {member!r}"):
        aggregate(rows_of(("36001", "62", "5", 60)), areas=membership({"Cap": ["36001", member]}))


def test_a_county_named_in_place_of_its_code_is_told_its_code():
    with pytest.raises(UnknownAreaError, match="the name of 36083"):
        aggregate(rows_of(("36001", "62", "5", 60)), areas=membership({"a": ["36001", "rensselaer county"]}))


def test_a_county_lacking_in_one_year_makes_that_year_partial():
    earlier = rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 50))
    later = rows_of(("36001", "62", "5", 61)).assign(year=2021)
    panel = pd.concat([earlier, later])
    both, alone = (
        aggregate(panel, areas=membership({"a": members})) for members in (["36001", "36003"], ["36003"])
    )
    assert one(both, year=2020)["employment"] == 110
    assert is_incomplete(one(both, year=2021), 61)
    assert (
        one(aggregate(panel, areas=membership({"b": ["36003"], "a": ["36001"]})), area="b", year=2021)[
            "disclosure"
        ]
        == "suppressed"
    )
    assert alone["year"].to_list() == [2020]  # nothing tells that there is such a cell in 2021


@pytest.mark.parametrize(
    ("first", "later", "members", "partial"),
    [
        (["08013"], ["08013", "08014"], ["08013", "08014"], []),  # Broomfield began in 2001
        (["36001"], ["36001", "08014"], ["36001", "08014"], []),
        (["46113"], ["46102"], ["46113", "46102"], []),  # Shannon became Oglala Lakota
        (["02270", "02050"], ["02158", "02050"], ["02270", "02050"], [2020]),  # Kusilvak is not in the group
        (["36001", "36003"], ["36001"], ["36001", "36003"], [2020]),
    ],
)
def test_a_county_that_came_or_went_is_lacking_only_where_nothing_stands_for_it(
    first, later, members, partial
):
    rows = [rows_of(*((a, "62", "5", 10) for a in areas)) for areas in (first, later)]
    panel = pd.concat([rows[0].assign(year=2000), rows[1].assign(year=2020)])
    sums = aggregate(panel, areas=membership({"a": members})).set_index("year")
    assert sums.index[sums["disclosure"] != "disclosed"].to_list() == partial
    assert sums["employment_low"].to_dict() == {
        2000: 10.0 * len(first),
        2020: 10.0 * len(set(later) & set(members)),
    }


def test_an_industry_that_no_area_has_makes_sums_partial():
    panel = rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 5), ("36003", "72", "5", 7))
    sums = aggregate(panel, industries=membership({"a": ["62", "23"], "b": ["72"]}))
    assert is_incomplete(one(sums, area="36001", industry="a"), 60)
    assert one(sums, area="36003", industry="b")["employment"] == 7
    with pytest.raises(UnknownIndustryError, match=r"(?s)'a' holds 'Retail trade'.*the name of 44-45"):
        aggregate(panel, industries=membership({"a": ["62", "Retail trade"]}))


def test_codes_of_another_revision_are_not_lacking():
    """513 began in 2022, of what was 511: before, a group of both has all of it."""
    sums = aggregate(rows_of(("36001", "511", "5", 60)), industries=membership({"a": ["511", "513"]}))
    assert sums["employment"].to_list() == [60]


def test_an_ownership_that_the_files_do_not_tell_apart_makes_sums_partial():
    panel = rows_of(("36001", "10", "5", 90), ("36001", "10", "3", 10), ("36001", "62", "5", 60))
    sums = aggregate(panel, ownerships=membership({"all": ["3", "5"]}))
    assert one(sums, industry="10")["employment"] == 100
    assert is_incomplete(one(sums, industry="62"), 60)
    assert is_incomplete(aggregate(panel, ownerships=membership({"all": ["1", "5"]})).iloc[0], 90)
    with pytest.raises(UnknownNameError, match="'private'"):
        aggregate(panel, ownerships=membership({"all": ["private", "5"]}))


def test_a_county_of_which_no_whole_year_is_there_is_suppressed_in_every_year():
    rows = rows_of(("36001", "62", "5", 60), ("36003", "62", "5", 50), ("36003", "72", "5", 7))
    left_out = pd.DataFrame({"area": ["36083", "36000"], "year": 2020})
    panel = assemble(rows, {2020: "zero"}, left_out)
    lost = panel[(panel["area"] == "36083") & (panel["industry"] != "10")]
    assert lost["industry"].to_list() == ["62", "72"]
    assert set(lost["disclosure"]) == {"suppressed"}
    assert "36000" not in set(panel["area"])
    everywhere = aggregate(panel, areas=membership({"all": panel["area"].unique()}))
    assert is_incomplete(one(everywhere, industry="62"), 110)


# --- ownership -----------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 500), min_size=16, max_size=16))
def test_drivers_and_the_rest_of_government_make_up_all(jobs):
    """Disclosed: drivers' total = private + public 22, 61, 62; with the other public sectors it is all."""
    numbers = iter(jobs)
    rows = [
        ("39049", s, own, next(numbers)) for own in ("1", "2", "3", "5") for s in ("22", "61", "62", "92")
    ]
    by = {(own, s): n for _, s, own, n in rows}
    totals = [
        ("39049", "10", own, sum(n for (o, _), n in by.items() if o == own)) for own in ("1", "2", "3", "5")
    ]
    panel = assemble(rows_of(*rows, *totals))
    drivers, everybody = (cells(with_ownership(panel, name)) for name in ("drivers", "all"))
    assert everybody["39049", "10", "0"] == sum(by.values())
    public = {s: sum(by[own, s] for own in "123") for s in ("22", "61", "62", "92")}
    assert drivers["39049", "10", "drivers"] == everybody["39049", "10", "0"] - public["92"]
    for sector in ("22", "61", "62"):
        assert (
            drivers["39049", sector, "drivers"]
            == everybody["39049", sector, "0"]
            == (public[sector] + by["5", sector])
        )
    assert drivers["39049", "92", "drivers"] == by["5", "92"]
    assert everybody["39049", "92", "0"] == public["92"] + by["5", "92"]


def test_drivers_below_the_sector_and_supersectors():
    panel = assemble(rows_of(
        ("39049", "611", "2", 300), ("39049", "6113", "3", 30), ("39049", "611", "5", 60), ("39049", "921", "3", 9),
        ("39049", "1025", "5", 60), ("39049", "1025", "2", 300), ("39049", "3115", "5", 7), ("39049", "10", "5", 67),
    ))  # fmt: skip
    found = {k[1]: v for k, v in cells(with_ownership(panel, "drivers")).items() if k[2] == "drivers"}
    assert found == {"611": 360, "6113": 30, "3115": 7, "10": 67}


def test_a_withheld_public_sector_leaves_the_total_of_drivers_open():
    panel = assemble(rows_of(("39049", "61", "2", None), ("39049", "61", "5", 60), ("39049", "10", "5", 100)))
    drivers = with_ownership(panel, "drivers").query("ownership == 'drivers'").set_index("industry")
    assert drivers["employment"].isna().all()
    assert drivers["employment_low"].to_dict() == {"10": 100, "61": 60}
    assert set(drivers["disclosure"]) == {"partial"}


def test_private_changes_nothing_and_what_is_not_published_is_not_made_up():
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36001", "10", "5", 90), ("36001", "10", "8", 10)))
    assert with_ownership(panel, "private") is panel
    assert with_ownership(panel, "all") is panel
    drivers = cells(with_ownership(panel, "drivers"))
    assert drivers["36001", "62", "drivers"] == 60
    with pytest.raises(UnknownNameError, match="did you mean 'private'"):
        with_ownership(panel, "privat")


# --- files ---------------------------------------------------------------------------------------------


def test_a_panel_comes_back_from_its_file(tmp_path):
    panel = assemble(rows_of(("36001", "62", "5", 60), ("36001", "72", "5", None)))
    save_panel(panel, tmp_path / "panel.parquet")
    pd.testing.assert_frame_equal(load_panel(tmp_path / "panel.parquet"), panel)
    assert [p.name for p in tmp_path.iterdir()] == ["panel.parquet"]


# --- the demonstration state ---------------------------------------------------------------------------


def test_regions_of_the_demonstration_state_add_up_to_its_counties():
    from sectorlib.resources import data_path

    study = load_study(data_path("demo", "study.yaml"))
    panel = study.panel
    counties = panel[is_county(panel["area"])]
    assert area_kind(counties["area"]).eq("county").all()
    whole = aggregate(counties, areas=membership({ALL_AREAS: study.counties}))
    regions = aggregate(counties, areas=study.regions)
    again = aggregate(regions, areas=membership({ALL_AREAS: study.regions["group"].unique()}))
    assert set(study.regions["member"]) == set(study.counties)
    assert study.regions["member"].is_unique
    for column in ("employment", "wages", "employment_low", "employment_high", "establishments"):
        np.testing.assert_allclose(again[column], whole[column], err_msg=column)
