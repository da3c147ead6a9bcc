"""The benchmark of a study: where the nation's shares come from, and quotients beside it and the rest of the base.

The small nation: 10,000 jobs in 2017, of which manufacturing has 1,000 (10 %), health care 1,500 and hospitals 500.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_study import HEADER, small_study

from sectorlib import load_study, sectors, targeting
from sectorlib.checks import check_study
from sectorlib.concentration import inside_base, quotient_of_shares, rest_of_base, rest_shares
from sectorlib.exceptions import StudyFileError
from sectorlib.membership import membership
from sectorlib.pages.region import economy, target_words, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reference import national_industries
from sectorlib.results import Results

NATION_JOBS = {
    ("0", "10"): 10_000, ("5", "10"): 9_000, ("1", "10"): 400, ("3", "10"): 600, ("5", "23"): 600,
    ("5", "31-33"): 1_000, ("5", "62"): 1_500, ("5", "621"): 700, ("5", "622"): 500, ("5", "72"): 900,
}  # fmt: skip

#: The labor market of the first two counties lies in New York; with it the state is 3/10 of the study's base.
WHOLE = """\
name: small
title: A small study
panel: [panel.csv{more}]
base_area: "{base}"
built_in: false
regions:
  Large: ["36055", "36069", "36117"]
  Small: ["36051"]
reports: {{system: regions}}
{keys}
"""


def nation_rows(area: str = "US000", year: int = 2017, withheld: tuple = ()) -> str:
    return HEADER + "".join(
        f"{area},{own},{code},10,0,{year},A,{'N' if code in withheld else ''},9,"
        + ("0,0\n" if code in withheld else f"{jobs},{jobs * 50_000}\n")
        for (own, code), jobs in NATION_JOBS.items()
    )


def study_of(folder: Path, base: str = "36000", more: str = "", keys: str = "") -> Results:
    path = small_study(folder, WHOLE.format(base=base, more=more, keys=keys), years=[2017])
    return Results(load_study(path))


def quotients(results: Results, area: str, industry: str) -> pd.Series:
    table = results["concentration"]
    table = table[(table["area"] == area) & (table["industry"] == industry)]
    return table[table["year"] == table["year"].max()].iloc[0]


def share_in_panel(results: Results, counties: list[str], industry: str) -> float:
    rows = results.study.panel
    rows = rows[rows["area"].isin(counties)]
    jobs = rows[(rows["industry"] == industry) & (rows["ownership"] == "5")]["employment"].sum()
    return jobs / rows[(rows["industry"] == "10") & (rows["ownership"] == "0")]["employment"].sum()


@pytest.mark.parametrize("where", ["panel", "file"])
def test_the_nation_of_the_panel_or_of_a_file_is_what_regions_are_set_beside(
    tmp_path: Path, where: str
) -> None:
    (tmp_path / "nation.csv").write_text(nation_rows(), encoding="utf-8")
    results = study_of(
        tmp_path,
        more=", nation.csv" if where == "panel" else "",
        keys="benchmark: nation.csv" if where == "file" else "",
    )
    found = quotients(results, "Small", "31-33")
    expected = share_in_panel(results, ["36051"], "31-33") / 0.10
    assert found["location_quotient_nation"] == pytest.approx(expected)
    assert found["nation_year"] == 2017
    assert set(results.study.benchmark.shares["how"]) == {where}
    assert results.study.benchmark.name == "the United States"


def test_withheld_cells_of_the_nation_leave_its_quotients_open(tmp_path: Path) -> None:
    (tmp_path / "nation.csv").write_text(nation_rows(withheld=("622",)), encoding="utf-8")
    results = study_of(tmp_path, keys="benchmark: nation.csv")
    found = quotients(results, "Small", "622")
    # What health care of the nation leaves over the 700 jobs in 621: at most 800 of 10,000.
    assert np.isnan(found["location_quotient_nation"])
    assert found["location_quotient_nation_low"] == pytest.approx(
        share_in_panel(results, ["36051"], "622") / 0.08, rel=0.002
    )


def test_without_a_nation_the_shipped_shares_of_the_nearest_year_stand_in(tmp_path: Path) -> None:
    results = study_of(tmp_path, keys="benchmark: built-in")
    shipped = national_industries("5", 2016).set_index("industry")
    found = quotients(results, "Small", "62")
    assert found["nation_year"] == 2016
    assert found["location_quotient_nation"] == pytest.approx(
        share_in_panel(results, ["36051"], "62") / shipped.loc["62", "employment_share"]
    )
    assert "national_industries" in [table.name for table in results.study.taken]
    assert "2016" in results.study.benchmark.source(2017)
    said = [finding.text for finding in check_study(results.study) if finding.subject == "benchmark"]
    assert len(said) == 1
    assert said[0].startswith("the United States, for 2017: figures that ship with sectorlib")


def test_a_file_without_a_year_of_the_panel_gives_way_to_the_box(tmp_path: Path) -> None:
    (tmp_path / "nation.csv").write_text(nation_rows(year=2003), encoding="utf-8")
    results = study_of(tmp_path, keys="benchmark: nation.csv")
    assert results.study.benchmark is None
    with_box = study_of(tmp_path, more=", nation.csv", keys="benchmark: built-in")
    assert 2003 in with_box.study.years  # rows in the panel are years of the panel
    assert with_box.study.benchmark.year_of(2003) == 2003
    assert with_box.study.benchmark.year_of(2017) == 2016


def test_shares_are_recovered_from_published_quotients_where_there_is_nothing_else(tmp_path: Path) -> None:
    path = small_study(tmp_path, WHOLE.format(base="36000", more="", keys=""), years=[2017])
    file = tmp_path / "panel.csv"
    table = pd.read_csv(file, dtype=str)
    jobs = table["annual_avg_emplvl"].astype(float)
    total = table["area_fips"].map(
        table[(table["own_code"] == "0") & (table["industry_code"] == "10")]
        .set_index("area_fips")["annual_avg_emplvl"].astype(float)
    )  # fmt: skip
    nation = [
        NATION_JOBS.get(key, 700) / 10_000
        for key in zip(table["own_code"], table["industry_code"], strict=True)
    ]
    table["lq_annual_avg_emplvl"] = (jobs / total / nation).round(2)
    table.to_csv(file, index=False)
    benchmark = load_study(path).benchmark
    share = benchmark.shares.set_index("industry")
    assert set(share["how"]) == {"quotients"}
    assert share.loc["31-33", "share_low"] <= 0.10 <= share.loc["31-33", "share_high"]
    assert share.loc["31-33", "employment_share"] == pytest.approx(0.10, rel=0.01)


@pytest.mark.parametrize("keys", ["", "benchmark: none"])
def test_a_study_may_be_without_a_benchmark(tmp_path: Path, keys: str) -> None:
    results = study_of(tmp_path, keys=keys)  # nothing in the box, since built_in is false
    assert results.study.benchmark is None
    table = results["concentration"]
    assert table["location_quotient_nation"].isna().all()
    assert table["location_quotient"].notna().any()


def test_invented_areas_never_get_the_real_nation(tmp_path: Path) -> None:
    path = small_study(
        tmp_path, WHOLE.format(base="91000", more="", keys="benchmark: built-in"), years=[2017]
    )
    for name in ("panel.csv", "flows.csv", "study.yaml"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        for county in ("051", "055", "069", "117", "000"):
            text = text.replace(f"36{county}", f"91{county}")
        (tmp_path / name).write_text(text, encoding="utf-8")
    study = load_study(path)
    assert study.invented
    assert study.benchmark is None


def test_a_file_of_several_areas_is_no_nation(tmp_path: Path) -> None:
    results = study_of(tmp_path, keys="benchmark: panel.csv")
    with pytest.raises(StudyFileError, match="holds 5 areas"):
        results["concentration"]


def test_the_rest_of_the_base_is_the_base_without_the_region(tmp_path: Path) -> None:
    results = study_of(tmp_path)
    large = ["36055", "36069", "36117"]
    found = quotients(results, "Large", "31-33")
    assert found["location_quotient_rest"] == pytest.approx(
        share_in_panel(results, large, "31-33") / share_in_panel(results, ["36051"], "31-33")
    )
    assert results["concentration"].query("grain == 'base'")["location_quotient_rest"].isna().all()
    # 36051 withheld food services: nobody knows the rest's, but its bounds are known.
    food = quotients(results, "Large", "72")
    assert np.isfinite(food["location_quotient_rest_low"])


def test_a_region_that_is_all_of_its_base_has_no_rest(tmp_path: Path) -> None:
    text = WHOLE.format(base="36000", more="", keys="").replace('["36055", ', '["36051", "36055", ').replace(
        '  Small: ["36051"]\n', ""
    )  # fmt: skip
    results = Results(load_study(small_study(tmp_path, text, years=[2017])))
    rows = results["concentration"]
    assert rows.loc[rows["grain"] == "region", "location_quotient_rest"].isna().all()
    assert rows.loc[rows["grain"] == "county", "location_quotient_rest"].notna().any()


def test_only_counties_inside_the_base_are_taken_out_of_it() -> None:
    areas = pd.concat(
        [membership({"border": ["36001", "42001"]}), membership({"all of it": ["36001", "36003"]})]
    )
    held = pd.Series(["36001", "36003", "42001"])
    inside = inside_base(areas, held, "36000")
    assert inside[["group", "member"]].to_numpy().tolist() == [["border", "36001"]]
    assert len(inside_base(areas, held, "all")) == 4
    assert inside_base(areas, held, "CS104").empty


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=3, max_size=6))
def test_quotients_beside_the_rest_equal_a_plain_recomputation(jobs: list[tuple[int, int]]) -> None:
    counties = [f"3600{2 * i + 1}" for i in range(len(jobs))]
    rows = [
        {"area": area, "industry": code, "ownership": owner, "year": 2020, "employment": float(number)}
        for area, (one, other) in zip(counties, jobs, strict=True)
        for code, owner, number in (("10", "0", one + other), ("62", "5", one))
    ]
    panel = pd.DataFrame(rows).assign(disclosure="disclosed")
    base = panel.groupby(["industry", "ownership", "year"], as_index=False)["employment"].sum()
    base = base.assign(area="36000", disclosure="disclosed")
    rest = rest_shares(rest_of_base(panel, base, summed=True))
    found = quotient_of_shares(panel, rest, ["area", "industry", "ownership", "year"])
    care = panel["industry"] == "62"
    here, all_here = panel.loc[care, "employment"].to_numpy(), panel.loc[~care, "employment"].to_numpy()
    there, all_there = here.sum() - here, all_here.sum() - all_here
    expected = (here / all_here) / (there / all_there)
    for end in ("quotient", "quotient_low", "quotient_high"):
        assert found.loc[care, end].to_numpy() == pytest.approx(expected)


def test_bounds_beside_the_rest_hold_whatever_is_withheld() -> None:
    rows = {"industry": ["10", "62"] * 2, "ownership": ["0", "5"] * 2, "year": 2020}
    own = pd.DataFrame({"area": "36001", **{k: v[:2] if k != "year" else v for k, v in rows.items()}}).assign(
        employment=[100.0, np.nan], employment_low=[100.0, 10], employment_high=[100.0, 30],
        disclosure=["disclosed", "suppressed"],
    )  # fmt: skip
    base = pd.DataFrame(
        {"area": "36000", "industry": ["10", "62"], "ownership": ["0", "5"], "year": 2020}
    ).assign(employment=[1000.0, 150.0], disclosure="disclosed")
    found = quotient_of_shares(own, rest_shares(rest_of_base(own, base)), ["area", "industry"]).iloc[1]
    assert np.isnan(found["quotient"])
    assert found["quotient_low"] == pytest.approx((10 / 100) / (140 / 900))
    assert found["quotient_high"] == pytest.approx((30 / 100) / (120 / 900))


# --- sectors -----------------------------------------------------------------------------------------


def a_sector(**codes: tuple[float, float]) -> pd.DataFrame:
    rows = [
        {"sector": "s", "title": "S", "segment": "whole", "industry": code.removeprefix("c"), "weight": weight,
         "note": "", "reference": "", "share_of_parent": part}
        for code, (weight, part) in codes.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def shares(**known: float | tuple[float, float]) -> pd.DataFrame:
    rows = []
    for code, value in known.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        rows.append((code.removeprefix("c"), low if low == high else np.nan, low, high))
    return pd.DataFrame(rows, columns=["industry", "share", "share_low", "share_high"])


def test_a_composite_share_has_the_weights_and_stand_ins_of_the_composition() -> None:
    sector = a_sector(c311=(1.0, np.nan), c3121=(0.5, 0.8))
    panel = pd.Series(["31-33", "311", "312"])
    found = sectors.compose_shares(shares(c311=0.01, c312=0.002), sector, panel).loc["s"]
    assert found.to_list() == pytest.approx([0.01 + 0.5 * 0.8 * 0.002] * 3)


def test_an_unknown_member_bounds_a_composite_and_is_never_zero() -> None:
    sector = a_sector(c622=(1.0, np.nan), c623=(0.5, np.nan))
    nation = shares(c62=0.15, c622=0.05, c621=0.06)
    panel = pd.Series(["62", "621", "622", "623"])
    found = sectors.compose_shares(nation, sector, panel).loc["s"]
    assert np.isnan(found["share"])
    assert found[["share_low", "share_high"]].to_list() == pytest.approx([0.05, 0.05 + 0.5 * 0.04])
    # Where even the industry around it is unknown, nothing bounds it.
    open_ended = sectors.compose_shares(shares(c622=0.05), sector, panel).loc["s"]
    assert np.isnan(open_ended["share_high"])


def test_what_a_code_leaves_of_its_industry_bounds_a_share_that_is_far_from_known() -> None:
    # 22 holds 221 alone.
    sector = a_sector(c221=(1.0, np.nan))
    found = sectors.compose_shares(shares(c22=0.006, c221=(0.002, 0.02)), sector, pd.Series(["22", "221"]))
    assert found.loc["s"].to_list() == pytest.approx([0.006] * 3)


def test_codes_of_other_years_count_as_none_and_codes_that_only_the_nation_has_count() -> None:
    sector = a_sector(c511=(1.0, np.nan), c513=(1.0, np.nan), c518=(1.0, np.nan))
    panel, now = pd.Series(["51", "511", "513"]), pd.Series(["51", "513"])
    found = sectors.compose_shares(shares(c51=0.02, c513=0.007, c518=0.003), sector, panel, now)
    assert found.loc["s"].to_list() == pytest.approx([0.010] * 3)


# --- targeting ---------------------------------------------------------------------------------------


def ranked(results: Results) -> pd.DataFrame:
    return results["targets"].set_index(["area", "sector"])


def test_a_region_that_is_most_of_its_base_is_not_ranked_by_comparison_with_itself(tmp_path: Path) -> None:
    # Large is 9/10 of the state. Without a nation nobody knows how concentrated it is: half of the points.
    results = study_of(tmp_path)
    table = ranked(results)
    assert table.loc["Large", "compared_with"].eq("none").all()
    assert table.loc["Large", "location_quotient"].isna().all()
    points = results["target-points"].query("area == 'Large' and criterion == 'location_quotient'")
    assert len(points) > 0
    assert points["points"].to_numpy() == pytest.approx(points["most_points"].to_numpy() / 2)
    # Small is compared with the rest.
    assert table.loc["Small", "compared_with"].eq("rest").all()
    known = table.loc["Small", "location_quotient"].notna()
    assert known.any()
    assert table.loc["Small", "location_quotient"][known].to_numpy() == pytest.approx(
        table.loc["Small", "location_quotient_rest"][known].to_numpy()
    )


def test_targeting_compares_with_the_nation_where_there_is_one(tmp_path: Path) -> None:
    (tmp_path / "nation.csv").write_text(nation_rows(), encoding="utf-8")
    results = study_of(tmp_path, keys="benchmark: nation.csv")
    table = ranked(results)
    assert table["compared_with"].eq("nation").all()
    construction = table.loc[("Large", "construction")]
    large = ["36055", "36069", "36117"]
    assert construction["location_quotient"] == pytest.approx(share_in_panel(results, large, "23") / 0.06)
    assert construction["location_quotient"] == pytest.approx(construction["location_quotient_nation"])
    made = (
        results["sectors"].query("area == 'Large' and sector == 'construction' and segment == 'all'").iloc[0]
    )
    assert made["location_quotient_nation"] == pytest.approx(construction["location_quotient"])
    assert made["location_quotient_rest"] == pytest.approx(construction["location_quotient_rest"])


def test_a_market_across_the_state_line_leaves_only_its_part_out_of_the_state(tmp_path: Path) -> None:
    path = small_study(tmp_path, WHOLE.format(base="36000", more="", keys=""), years=[2017])
    text = (tmp_path / "panel.csv").read_text(encoding="utf-8").replace("36117", "42117")
    (tmp_path / "panel.csv").write_text(text, encoding="utf-8")
    study = path.read_text(encoding="utf-8").replace("36117", "42117")
    path.write_text(study, encoding="utf-8")
    results = Results(load_study(path))
    rows = results.study.panel

    def jobs(area: str, industry: str, owner: str) -> float:
        cell = rows[(rows["area"] == area) & (rows["industry"] == industry) & (rows["ownership"] == owner)]
        return float(cell["employment"].sum())

    inside, everywhere = ["36055", "36069"], ["36055", "36069", "42117"]
    there = (jobs("36000", "23", "5") - sum(jobs(c, "23", "5") for c in inside)) / (
        jobs("36000", "10", "0") - sum(jobs(c, "10", "0") for c in inside)
    )
    here = sum(jobs(c, "23", "5") for c in everywhere) / sum(jobs(c, "10", "0") for c in everywhere)
    assert quotients(results, "Large", "23")["location_quotient_rest"] == pytest.approx(here / there)
    panels = results.targets.panels
    made = targeting.sector_quotients(panels).set_index(["area", "sector"])
    assert made.loc[("Large", "construction"), "location_quotient_rest"] == pytest.approx(here / there)


# --- pages -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("two")
    (folder / "nation.csv").write_text(nation_rows(), encoding="utf-8")
    keys = "benchmark: nation.csv"
    path = small_study(
        folder, WHOLE.format(base="36000", more="", keys=keys), years=[2012, 2017], withheld=[]
    )
    return Results(load_study(path))


def test_shift_share_leaves_the_region_out_of_its_reference(two_years: Results) -> None:
    rows = two_years.study.panel
    rows = rows[rows["area"].astype(str) == "36051"].set_index(["industry", "ownership", "year"])[
        "employment"
    ]
    here = two_years["shift-share-rest"].query("area == 'Large'").set_index("industry")
    # Small is all the rest of New York: its own growth is the reference of Large.
    pace = rows["10", "5", 2017] / rows["10", "5", 2012] - 1
    assert here.loc["23", "national"] == pytest.approx(here.loc["23", "start_employment"] * pace)
    trend = rows["23", "5", 2017] / rows["23", "5", 2012] - 1
    assert here.loc["23", "competitive"] == pytest.approx(
        here.loc["23", "end_employment"] - here.loc["23", "start_employment"] * (1 + trend)
    )
    own = two_years["shift-share"].query("area == 'Large'").set_index("industry")
    assert not np.isclose(own.loc["23", "national"], here.loc["23", "national"])


def test_growth_is_compared_with_the_base_without_the_region(two_years: Results) -> None:
    rows = two_years.study.panel
    rows = rows[rows["area"] == "36051"].set_index(["industry", "ownership", "year"])["employment"]
    found = two_years["growth-rest"].query("area == 'Large'").set_index(["industry", "ownership"])
    for cell in (("10", "0"), ("23", "5")):
        pace = 100 * (rows[(*cell, 2017)] / rows[(*cell, 2012)] - 1)
        assert found.loc[cell, "percent_change"] == pytest.approx(pace)
    profile = RegionProfile(two_years, "Large")
    assert profile.grows_beside == "the rest of New York State"
    assert profile.growth_beside == pytest.approx(found.loc[("10", "0"), "percent_change"])
    assert profile.industries("sector").loc["23", "base_percent_change"] == pytest.approx(
        found.loc[("23", "5"), "percent_change"]
    )
    assert f"{abs(profile.growth_beside):.1f}" == "0.0"
    assert "while it did not change in the rest of New York State" in economy.finding(profile)


def test_the_nation_s_jobs_are_of_the_years_that_are_known_and_drawn_beside_the_region(
    tmp_path: Path,
) -> None:
    (tmp_path / "nation.csv").write_text(
        nation_rows(year=2012) + nation_rows(year=2017).removeprefix(HEADER).replace(",10000,", ",11000,"),
        encoding="utf-8",
    )
    text = WHOLE.format(base="36000", more="", keys="benchmark: nation.csv")
    results = Results(load_study(small_study(tmp_path, text, years=range(2012, 2018))))
    jobs = results["nation-jobs"].set_index("year")
    assert jobs["employment"].to_dict() == {2012: 10_000, 2017: 11_000}
    assert set(jobs["how"]) == {"file"}
    chart = economy.trend(RegionProfile(results, "Large"))
    assert chart is not None
    assert "Nation: 2012 and 2017." in chart.source
    assert "Nation 2017: 11,000 jobs, index 110.0" in chart.drawing
    shown = chart.sheet.frame.set_index("Year")
    assert shown.loc["2017", "Nation: Index"] == pytest.approx(110.0)
    assert shown.loc["2015", "Nation: Index"] == "withheld" or pd.isna(shown.loc["2015", "Nation: Index"])


@pytest.mark.parametrize(("keys", "years"), [("benchmark: built-in", {2010, 2016}), ("", set())])
def test_the_nation_s_jobs_come_from_the_box_in_its_own_years_only(
    tmp_path: Path, keys: str, years: set
) -> None:
    text = WHOLE.format(base="36000", more="", keys=keys)
    results = Results(load_study(small_study(tmp_path, text, years=range(2009, 2018))))
    if not years:
        assert results.missing("nation-jobs") is not None
        return
    jobs = results["nation-jobs"].set_index("year")["employment"]
    assert set(jobs.index) == years
    assert jobs[2010] == pytest.approx(127.8e6, rel=0.01)
    chart = economy.trend(RegionProfile(results, "Large"))
    assert chart is not None
    assert "Nation" not in chart.source, "lines begin in 2009, of which the box has no figure"


def test_a_region_that_is_all_of_its_base_has_no_rest_to_grow_beside(tmp_path: Path) -> None:
    text = WHOLE.format(base="36000", more="", keys="").replace('"36117"]', '"36117", "36051"]')
    text = text.replace('  Small: ["36051"]\n', "")
    results = Results(load_study(small_study(tmp_path, text, years=[2012, 2017])))
    profile = RegionProfile(results, "Large")
    assert results.missing("growth-rest") is not None
    assert profile.grows_beside == "New York State"
    assert profile.growth_beside == profile.total_growth("36000", "0")


def test_pages_set_quotients_beside_what_targeting_uses_and_say_so(two_years: Results) -> None:
    profile = RegionProfile(two_years, "Large")
    row = quotients(two_years, "Large", "23")
    shown = profile.industries("sector").loc["23"]
    assert shown["location_quotient"] == pytest.approx(row["location_quotient_nation"])
    assert shown["location_quotient_rest"] == pytest.approx(row["location_quotient_rest"])
    assert "the United States in 2017" in target_words.compared_with(profile)
    page = economy.sectors(profile).markup()
    assert "The rest of New York State" in page
    assert f"{row['location_quotient_nation']:.2f}" in page
    assert "growth close to that of" in words.own_weight(profile)


@pytest.mark.parametrize(("area", "what"), [("Large", "base"), ("Small", "rest")])
def test_pages_without_a_nation_say_what_they_compare_with(tmp_path: Path, area: str, what: str) -> None:
    profile = RegionProfile(study_of(tmp_path), area)
    assert profile.compared_with == what
    said = target_words.compared_with(profile)
    assert ("is not known" in said) == (what == "base")
    assert ("the rest of New York State" in said) == (what == "rest")


def test_shares_of_commuters_that_are_not_known_are_left_out(monkeypatch):
    shares = pd.DataFrame({"supply_side": [0.7, np.nan], "demand_side": [0.6, np.nan]})
    profile = RegionProfile.__new__(RegionProfile)
    for at, known in ((0, True), (1, False)):
        monkeypatch.setattr(RegionProfile, "rows", lambda self, name, at=at: shares.iloc[[at]])
        profile.__dict__.clear()
        assert (profile.self_containment is not None) == known
    monkeypatch.setattr(RegionProfile, "rows", lambda self, name: pd.DataFrame())
    profile.__dict__.clear()
    assert profile.self_containment is None
