"""Staffing patterns, local occupations, openings, pathways and colleges: identities, hand-worked cases, real studies."""

from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import box

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.exceptions import NotSupportedError
from sectorlib.occupations.staffing import PAY
from sectorlib.pages.region.chapters import absent as absent_of
from sectorlib.resources import definitions
from sectorlib.sectors import naics_sectors

YEAR = 2024


def staffing(*rows):
    """National patterns: industry, occupation, jobs (missing: withheld), median pay or ("#", least)."""
    table = pd.DataFrame(rows, columns=["industry", "occupation", "employment", "pay"])
    table["level"] = np.where(table["occupation"] == "00-0000", "total", "detailed")
    total = table[table["level"] == "total"].set_index("industry")["employment"]
    low = table["pay"].map(lambda p: p[1] if isinstance(p, tuple) else p).astype(float)
    pay = low.where(~table["pay"].map(lambda p: isinstance(p, tuple)))
    return table.assign(
        area="US000", title="Title of " + table["occupation"], release=f"May {YEAR}",
        share=table["employment"].astype(float) / table["industry"].map(total).astype(float),
        **dict.fromkeys(PAY, pay), **{f"{name}_at_least": low for name in PAY},
    )  # fmt: skip


def cells(area="36055", **jobs):
    """Cells of one area: jobs by industry (i62 for 62); a pair is withheld between bounds."""
    rows = []
    for name, value in jobs.items():
        low, high = value if isinstance(value, tuple) else (value, value)
        rows.append((name[1:].replace("_", "-"), low if low == high else np.nan, low, high))
    table = pd.DataFrame(rows, columns=["industry", "employment", "employment_low", "employment_high"])
    return table.assign(
        area=area, ownership="5", year=YEAR, establishments=10.0, wages=table["employment"] * 5e4,
        disclosure=np.where(table["employment"].isna(), "suppressed", "disclosed"),
        wages_low=table["employment"].fillna(0) * 5e4, wages_high=table["employment"] * 5e4,
    )  # fmt: skip


def sector(name, **weights):
    return pd.DataFrame(
        {
            "sector": name, "title": name.title(), "segment": "traditional", "note": "", "reference": "",
            "industry": [code[1:].replace("_", "-") for code in weights], "weight": list(map(float, weights.values())),
            "share_of_parent": np.nan,
        }
    )  # fmt: skip


CARE = staffing(
    ("62", "00-0000", 1000, 60), ("62", "nurse", 400, 90), ("62", "aide", 600, 30),
    ("622", "00-0000", 400, 80), ("622", "nurse", 320, 100), ("622", "aide", 80, 40),
    ("623", "00-0000", 600, 40), ("623", "nurse", 80, 50), ("623", "aide", 520, 28),
)  # fmt: skip


# --- patterns --------------------------------------------------------------------------------------


def test_pay_over_industries_is_weighted_by_jobs():
    pattern = sl.staffing_pattern(CARE, pd.Series({"622": 1.0, "623": 1.0}))
    # nurses: (320 x 100 + 80 x 50) / 400
    assert pattern.loc["nurse", "pay_mean"] == pytest.approx(90)
    assert pattern["share"].to_dict() == pytest.approx({"aide": 0.6, "nurse": 0.4})


def test_weights_are_shares_of_an_industry():
    pattern = sl.staffing_pattern(CARE, pd.Series({"622": 0.5, "623": 1.0}))
    # 160 + 80 of 200 + 600
    assert pattern.loc["nurse", "share"] == pytest.approx(0.3)
    assert pattern.loc["nurse", "employment"] == pytest.approx(240)


def test_pay_that_is_top_coded_is_a_bound():
    table = staffing(
        ("62", "00-0000", 10, 1), ("62", "doctor", 6, ("#", 239_200)), ("62", "aide", 4, 30_000.0)
    )
    pattern = sl.staffing_pattern(table, pd.Series({"62": 1.0}))
    assert pd.isna(pattern.loc["doctor", "pay_p90"])
    assert pattern.loc["doctor", "pay_p90_at_least"] == 239_200
    assert pd.isna(pattern.loc["doctor", "pay_spread"])
    assert pattern.loc["aide", "pay_spread"] == 1


def test_withheld_jobs_are_none_or_what_is_left():
    table = staffing(("62", "00-0000", 100, 1), ("62", "nurse", 70, 1), ("62", "doctor", np.nan, 1))
    pattern = sl.staffing_pattern(table, pd.Series({"62": 1.0}))
    assert pd.isna(pattern.loc["doctor", "share"])
    assert pattern.loc["doctor", ["share_low", "share_high"]].to_list() == [0, pytest.approx(0.3)]
    assert pattern.loc["nurse", "share"] == 0.7


def test_pay_of_few_of_the_jobs_is_no_pay():
    table = staffing(
        ("622", "00-0000", 100, 1), ("622", "nurse", 10, 90.0), ("623", "00-0000", 100, 1), ("623", "nurse", 30, np.nan)
    )  # fmt: skip
    pattern = sl.staffing_pattern(table, pd.Series({"622": 1.0, "623": 1.0}))
    assert pattern.loc["nurse", ["pay_p50", "pay_p50_at_least"]].isna().all()


def test_the_pattern_above_stands_in_where_a_code_has_none_or_changed_its_meaning():
    table = staffing(
        ("51", "00-0000", 1, 1), ("517", "00-0000", 1, 1), ("513", "00-0000", 1, 1), ("11", "00-0000", 1, 1)
    )
    found = sl.pattern_industries(["517", "5121", "513", "111", "8141", "11"], table, 2017)
    # 513 is publishing since 2022 and was broadcasting before; farms and households are not surveyed
    assert found.dropna().to_dict() == {
        "517": "517" if not broken("517") else "51",
        "5121": "51",
        "513": "51",
    }


def broken(code):
    from sectorlib import naics

    return bool(naics.crosses_break(pd.Series([code]), 2017, YEAR).iloc[0])


def test_whole_sectors_take_the_published_row():
    parts = sector("care", i622=1, i623=1)
    pattern = sl.sector_patterns(CARE, parts, YEAR).set_index("occupation")
    assert pattern.loc["nurse", "pay_p50"] == 90  # the row of 62, not the average of its parts
    partly = sl.sector_patterns(CARE, sector("care", i622=1, i623=0.5), YEAR).set_index("occupation")
    assert partly.loc["nurse", "employment"] == pytest.approx(360)


def test_a_sector_that_is_surveyed_in_part_has_the_pattern_of_those_parts():
    woods = staffing(
        ("11", "00-0000", 900, 40), ("11", "picker", 900, 40), ("113", "00-0000", 100, 50), ("113", "logger", 100, 50),
        ("115", "00-0000", 300, 30), ("115", "picker", 300, 30),
    )  # fmt: skip
    pattern = sl.sector_patterns(woods, sector("11", i11=1), YEAR).set_index("occupation")
    assert pattern["share"].to_dict() == {"picker": 0.75, "logger": 0.25}
    assert pattern.loc["picker", "title"] == "Title of picker"


def test_no_pattern_at_all_says_so():
    with pytest.raises(NotSupportedError, match="no staffing pattern of 111"):
        sl.staffing_pattern(CARE, pd.Series({"111": 1.0}))
    with pytest.raises(NotSupportedError, match="none of the sectors"):
        sl.sector_patterns(CARE, sector("farms", i111=1), YEAR)
    with pytest.raises(NotSupportedError, match="no sector has both"):
        sl.sector_occupations(cells(i111=50.0), sector("farms", i111=1), CARE)


# --- local jobs ------------------------------------------------------------------------------------


def test_the_local_mix_of_industries_counts():
    # 90 in hospitals, 10 in nursing homes: 0.8 x 90 + 80/600 x 10 nurses, not 0.4 x 100
    table = sl.sector_occupations(cells(i62=100.0, i622=90.0, i623=10.0), sector("care", i62=1), CARE)
    jobs = table.set_index("occupation")["employment"]
    assert jobs["nurse"] == pytest.approx(0.8 * 90 + 10 * 80 / 600)
    assert jobs.sum() == pytest.approx(100)
    assert table["own_pattern_share"].to_list() == [1.0, 1.0]


def test_withheld_industries_share_what_the_others_leave():
    both = cells(i62=100.0, i622=90.0, i623=(0.0, 50.0))
    table = sl.sector_occupations(both, sector("care", i62=1), CARE)
    known = sl.sector_occupations(cells(i62=100.0, i622=90.0, i623=10.0), sector("care", i62=1), CARE)
    pd.testing.assert_series_equal(table["employment"], known["employment"])


def test_without_any_total_withheld_industries_stand_to_the_published_as_in_the_nation():
    unbounded = cells(i62=(50.0, np.nan), i622=40.0, i623=(0.0, np.nan))
    known = cells("36029", i62=100.0, i622=90.0, i623=10.0)
    table = sl.sector_occupations(pd.concat([unbounded, known]), sector("care", i62=1), CARE)
    nurses = table[table["area"] == "36055"].set_index("occupation").loc["nurse"]
    # 40 in hospitals; 600 to 400 in the nation makes 60 in nursing homes: 0.4 x 0.8 + 0.6 x 80/600
    assert nurses["share"] == pytest.approx(0.4)
    # 50 at least: 40 in hospitals, and 10 where there are the fewest nurses
    assert nurses["employment_low"] == pytest.approx(40 * 0.8 + 10 * 80 / 600)
    assert nurses[["employment", "employment_high"]].isna().all()


def test_jobs_in_industries_that_are_not_surveyed_are_in_no_occupation():
    mixed = sl.sector_occupations(cells(i622=60.0, i112=40.0), sector("care and farms", i622=1, i112=1), CARE)
    assert mixed["employment"].sum() == pytest.approx(60)
    assert mixed["share"].sum() == pytest.approx(0.6)
    assert mixed["own_pattern_share"].to_list() == pytest.approx([0.6, 0.6])


def test_a_withheld_sector_has_bounds_and_no_figure():
    rows = sl.sector_occupations(cells(i62=(40.0, 80.0)), sector("care", i62=1), CARE).set_index("occupation")
    assert rows["employment"].isna().all()
    assert rows.loc["nurse", ["employment_low", "employment_high"]].to_list() == pytest.approx([16.0, 32.0])
    assert set(rows["disclosure"]) == {"suppressed"}


def test_the_pattern_of_a_wider_industry_is_told():
    only_sectors = CARE[CARE["industry"] == "62"]
    part = sl.sector_occupations(
        cells(i62=100.0, i622=90.0, i623=10.0), sector("hospitals", i622=1), only_sectors
    )
    assert part.set_index("occupation").loc["nurse", "employment"] == pytest.approx(36)
    assert (part["own_pattern_share"] == 0).all()
    whole = sl.sector_occupations(
        cells(i62=100.0, i622=90.0, i623=10.0), sector("care", i622=1, i623=1), only_sectors
    )
    assert (whole["own_pattern_share"] == 1).all()  # all of 62 has the pattern of 62


#: Jobs as an annual average has them: a twelfth of a job may be there, a number near the least a computer holds not.
JOBS = st.integers(0, 1_200_000).map(lambda months: months / 12)


@settings(max_examples=12)
@given(st.lists(st.tuples(JOBS, JOBS, st.booleans(), st.booleans()), min_size=1, max_size=5))
def test_jobs_of_all_occupations_are_the_sectors_jobs_and_bounds_hold_the_truth(areas):
    parts = []
    for place, (first, second, hide_first, hide_second) in enumerate(areas):
        whole = first + second
        hidden = (0.0, max(whole, 1.0))
        jobs = {
            "i62": whole,
            "i622": hidden if hide_first else first,
            "i623": hidden if hide_second else second,
        }
        parts.append(cells(f"{36001 + 2 * place}", **jobs))
    table = sl.sector_occupations(pd.concat(parts), sector("care", i62=1), CARE, count=10)
    assert np.allclose(table.groupby("area")["share"].sum(), 1)
    rows = table.set_index(["area", "occupation"])
    for place, (first, second, hide_first, hide_second) in enumerate(areas):
        true = {"nurse": 0.8 * first + second * 80 / 600, "aide": 0.2 * first + second * 520 / 600}
        for occupation in {"nurse", "aide"} if first + second else ():
            row = rows.loc[(f"{36001 + 2 * place}", occupation)]
            slack = 1e-6 * (first + second) + 1e-9
            assert row["employment_low"] - slack <= true[occupation] <= row["employment_high"] + slack
            if not (hide_first and hide_second):
                assert row["employment"] == pytest.approx(true[occupation], rel=1e-5, abs=1e-9)
    assert (table["employment_low"] <= table["employment_high"] + 1e-6).all()


# --- openings --------------------------------------------------------------------------------------


def projected(code="nurse", base=1000.0, target=1100.0, exits=0.03, transfers=0.02):
    return pd.DataFrame(
        {
            "occupation": [code], "base_year": 2024, "target_year": 2034, "base_employment": base,
            "target_employment": target, "exit_rate": exits, "transfer_rate": transfers,
            "education": "Bachelor's degree", "training": "",
        }
    )  # fmt: skip


def jobs(code="nurse", low=200.0, high=200.0):
    known = low if low == high else np.nan
    return pd.DataFrame(
        {"occupation": [code], "employment": known, "employment_low": low, "employment_high": high}
    )


def test_openings_of_the_nation_itself_are_those_published():
    # 4 % growth in ten years of 3,391,000 nurses, 2.8 and 2.1 % leave: 172,000 and 16,610 a year
    nation = sl.occupation_openings(jobs(low=3_391_000.0, high=3_391_000.0), projected(base=3_391_000.0, target=3_557_100.0,
                                    exits=0.028, transfers=0.021)).iloc[0]  # fmt: skip
    assert nation["openings"] == pytest.approx(3_391_000 * 0.049 + 16_610)
    assert nation["growth"] == pytest.approx(16_610)
    assert nation["period"] == "2024\N{EN DASH}34"


def test_a_contracting_occupation_still_has_openings_and_never_less_than_none():
    shrinking = sl.occupation_openings(jobs(), projected(target=900.0)).iloc[0]
    assert shrinking["growth"] == pytest.approx(-2)
    assert shrinking["openings"] == pytest.approx(8)
    assert sl.occupation_openings(jobs(), projected(target=100.0)).iloc[0]["openings"] == 0


def test_openings_carry_bounds_and_what_is_not_projected_has_none():
    withheld = sl.occupation_openings(jobs(low=100.0, high=300.0), projected()).iloc[0]
    assert pd.isna(withheld["openings"])
    assert (withheld["openings_low"], withheld["openings_high"]) == (pytest.approx(6), pytest.approx(18))
    unknown = sl.occupation_openings(jobs("clerk"), projected()).iloc[0]
    assert pd.isna(unknown["openings"])
    assert pd.isna(unknown["projected_as"])
    assert unknown["education"] == ""


@pytest.mark.parametrize("group", ["31-1120", "31-1100", "31-1000"])
def test_an_occupation_takes_the_rates_of_the_group_it_is_projected_in(group):
    found = sl.occupation_openings(jobs("31-1122"), projected(group)).iloc[0]
    assert found["projected_as"] == group
    assert found["openings"] > 0


# --- pathways --------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_overlap_is_one_less_half_the_differences(shares):
    a, b = (np.array(side) + 1e-9 for side in zip(*shares, strict=True))
    a, b = a / a.sum(), b / b.sum()
    codes = [f"o{i}" for i in range(len(a))]
    patterns = pd.concat(
        pd.DataFrame({"sector": name, "occupation": codes, "share_low": side})
        for name, side in (("a", a), ("b", b))
    )
    assert sl.pattern_overlap(patterns)["overlap"].iloc[0] == pytest.approx(1 - np.abs(a - b).sum() / 2)


def test_crossing_occupations_are_listed_from_low_pay_to_high():
    least = definitions("occupations")["crossing_share"]["value"]
    pattern = {"clerk": (0.2, 40), "manager": (0.1, 90), "welder": (least / 2, 60), "cook": (0.3, 30)}
    rows = [
        (s, o, share, pay)
        for s in ("a", "b", "c")
        for o, (share, pay) in pattern.items()
        if (s, o) != ("c", "cook")
    ]
    patterns = pd.DataFrame(rows, columns=["sector", "occupation", "share_low", "pay_p50"])
    patterns = patterns.assign(title=patterns["occupation"], pay_p50_at_least=patterns["pay_p50"])
    both = sl.shared_occupations(patterns).query("sector_a == 'a' and sector_b == 'b'")
    assert both["occupation"].to_list() == ["cook", "clerk", "manager"]
    assert both["sectors"].to_list() == [2, 3, 3]


def test_one_sector_shares_with_none():
    pattern = pd.DataFrame(
        {
            "sector": ["a"],
            "occupation": "x",
            "title": "",
            "share_low": 1.0,
            "pay_p50": 1.0,
            "pay_p50_at_least": 1.0,
        }
    )
    assert sl.shared_occupations(pattern).empty


# --- colleges --------------------------------------------------------------------------------------


def test_colleges_in_reach_by_miles():
    shapes = gpd.GeoDataFrame({"area": ["36055"]}, geometry=[box(-78, 43, -77, 43.5)], crs=4326)
    # a degree of longitude at 43.25 north is 50.4 miles
    lon = {"inside": -77.5, "17 miles": -77 + 17 / 50.4, "19 miles": -77 + 19 / 50.4, "no position": np.nan}
    assets = pd.DataFrame(
        {"asset": list(lon), "name": list(lon), "kind": "college", "lat": 43.25, "lon": list(lon.values())}
    )
    airport = assets.head(1).assign(asset="airport", kind="airport")
    regions = pd.DataFrame({"member": ["36055"], "group": ["LM36055"]})
    near = sl.colleges_in_reach(pd.concat([assets, airport]), shapes, regions).set_index("asset")
    assert near.index.to_list() == ["inside", "17 miles"]
    assert near.loc["17 miles", "distance"] == pytest.approx(17, rel=0.01)
    assert near["inside"].to_list() == [True, False]


def test_awards_of_a_program_count_for_each_of_its_occupations():
    awards = pd.DataFrame({"program": ["51.3801", "51.3801"], "completions": [100.0, 20.0]})
    links = pd.DataFrame(
        {"program": ["51.3801", "51.3801", "51.9999"], "occupation": ["29-1141", "29-1151", "31-1131"]}
    )
    found = sl.linked_awards(pd.Series(["29-1141", "29-1151", "31-1131", "11-1011"]), awards, links)
    assert found.to_list()[:3] == [120, 120, 0]  # linked, and nobody finishes: a true zero
    assert pd.isna(found.iloc[3])


def test_openings_without_an_upper_bound_and_without_a_level_are_not_added_up():
    done = pd.DataFrame(
        {"area": "r", "inside": True, "college": "1", "award": ["bachelor"], "completions": [10.0]}
    )
    openings = pd.DataFrame(
        [("Bachelor's degree", 5.0, 7.0), ("Bachelor's degree", 1.0, np.nan), ("Master's degree", 2.0, 3.0), ("", 99.0, 99.0)],
        columns=["education", "openings_low", "openings_high"],
    ).assign(area="r")  # fmt: skip
    table = sl.training_and_openings(done, openings).set_index("award")[["openings_low", "openings_high"]]
    assert table.loc["bachelor", "openings_low"] == 6
    assert pd.isna(table.loc["bachelor", "openings_high"])
    assert table.loc["master"].to_list() == [2, 3]
    assert table.loc["postbaccalaureate"].isna().all()  # asked for by no occupation


# --- studies ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def new_york(shared, tmp_path_factory):
    """New York with every file on occupations; a program file of one college, and a crosswalk of one program."""
    folder = tmp_path_factory.mktemp("ny")
    (folder / "c2016_a.csv").write_text(
        "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n195003,51.3801,1,5,60\n195003,99,1,5,60\n"
    )
    (folder / "links.csv").write_text("cip,soc\n51.3801,29-1141\n")
    data = shared / "data"
    study = yaml.safe_load((shared / "studies/new_york.yaml").read_text()) | {
        "panel": [str(data / "ny/ny_annual_2000_2017.csv.gz")],
        "assets": [str(data / "infrastructure/ipeds_hd2020.csv")],
        "flows": str(data / "commuting/us_county_flows_acs_2011_2015.csv.gz"),
        "jurisdictions": {},
        "occupations": [str(data / "layouts/oews/natsector_M2024_dl.xlsx")],
        "occupation_openings": str(data / "layouts/projections/occupation_2024-34.xlsx"),
        "completions": [str(data / "layouts/ipeds/c2016_c.csv"), "c2016_a.csv"],
        "program_occupations": "links.csv",
    }
    (folder / "new_york.yaml").write_text(yaml.safe_dump(study))
    return sl.Results(sl.load_study(folder / "new_york.yaml"))


@pytest.mark.shared
def test_new_york_health_care(new_york):
    rows = new_york["occupations"].query("area == '36000' and sector == '62'").set_index("occupation")
    # the private jobs of health care that New York published for 2017, times the national share of nurses
    panel = new_york.study.panel
    whole = panel.query("area == '36000' and industry == '62' and ownership == '5' and year == 2017")[
        "employment"
    ].iloc[0]
    assert rows.loc["29-1141", "employment"] == pytest.approx(whole * 2_790_380 / 23_117_850, rel=1e-6)
    assert rows["occupation_title"].head(3).to_list() == [
        "Home Health and Personal Care Aides", "Registered Nurses", "Nursing Assistants",
    ]  # fmt: skip
    assert rows.loc["29-1141", "pay_p50"] == 93_170
    assert rows["share_low"].sum() < 1
    # private education is not staffed as in the nation, where most of it is public
    assert "education" not in set(new_york["occupations"]["sector"])


@pytest.mark.shared
def test_sectors_that_partition_the_economy_do_so_by_occupation(new_york):
    cells = new_york.reported
    cells = cells[(cells["year"] == 2017) & (cells["ownership"] == "5") & (cells["area"] == "36000")]
    staff = new_york.study.staffing
    single = naics_sectors()
    single = single[~single["industry"].isin(["92", "99"])]
    parts = (
        sl.sector_occupations(cells, single, staff, count=10_000)
        .groupby("occupation")["employment_low"]
        .sum()
    )
    whole = sl.sector_occupations(cells, single.assign(sector="economy"), staff, count=10_000)
    whole = whole.set_index("occupation")["employment_low"]
    pd.testing.assert_series_equal(
        parts.sort_index(), whole.reindex(parts.index).sort_index(), check_names=False, rtol=1e-6
    )


@pytest.mark.shared
def test_tables_of_a_study_hang_together(new_york):
    main, openings = new_york["occupations"], new_york["occupation-openings"]
    keys = ["area", "sector", "occupation"]
    pd.testing.assert_frame_equal(main[keys], openings[keys])
    known = openings["employment"].notna() & openings["projected_as"].notna()
    assert known.any()
    parts = openings.loc[known, ["exits", "transfers", "growth"]].sum(axis=1).clip(lower=0)
    assert np.allclose(parts, openings.loc[known, "openings"])
    training = new_york["training"]
    assert (training["completions_inside"] <= training["completions"]).all()
    assert (training["openings_low"].dropna() <= training["openings_high"].dropna() + 1e-6).all()
    near = new_york["colleges-in-reach"]
    assert near.loc[near["inside"], "distance"].eq(0).all()
    assert near["distance"].max() <= definitions("occupations")["reach"]["value"]


@pytest.mark.shared
def test_awards_by_program_reach_the_openings(new_york):
    table = new_york["occupation-openings"].query("sector == 'health-care' and occupation == '29-1141'")
    near = new_york["colleges-in-reach"].query("asset == 'ipeds_hd2020:195003'")
    awards = table.set_index("area")["awards"].dropna()
    assert set(awards.index) == set(near["area"])
    assert (awards == 60).all()
    # levels are counted by the file of completers, not by that of programs too
    assert set(new_york["training"]["counted"]) == {"completers"}
    level = new_york.study.completions.query("college == '195003' and program == ''")["completions"].sum()
    assert near["completions"].eq(level).all()


def test_a_study_without_occupations_says_what_is_missing():
    results = sl.Results(sl.load_study(sl.data_path("demo", "study.yaml")))
    for name in ("occupations", "occupation-openings", "shared-occupations", "training"):
        error = results.missing(name)
        assert error is not None
        assert "occupation" in f"{error.found} {error.hint}" or "completions" in error.found


def test_a_page_does_not_nag_about_occupations_nobody_named():
    error = NotSupportedError("nothing", "something", "")

    def absent(occupations):
        file = sl.StudyFile(name="a", title="A", panel=["a.csv"], base_area="36000", occupations=occupations)
        study = SimpleNamespace(file=file, has=lambda key: False, overtaken=False)
        results = SimpleNamespace(study=study, missing=lambda name: error)
        return set(absent_of(sl.RegionProfile(results, "36055")))

    named = {"occupations", "occupation-openings", "shared-occupations", "training"}
    assert absent("natsector_M2024_dl.xlsx") - absent(None) == named
    assert "growth" in absent(None)


@pytest.mark.shared
def test_check_says_what_the_files_on_occupations_hold(new_york):
    found = {f.text for f in check_study(new_york.study) if f.kind != "problem"}
    assert (
        "May 2024, national patterns of 19 industries" in found
    )  # without education, which is mostly public
    assert any("files of 3 digits" in text for text in found)
    assert "1,113 occupations and groups, 2024 to 2034" in found
    assert "4,818,014 completers of 6,898 colleges" in found
    assert any("so they count for no region" in text for text in found)
