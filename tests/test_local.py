"""What local plans ask for: each key's reader, check and table, on figures worked out by hand."""

import math
from pathlib import Path

import pandas as pd
import pytest
from small_study import COUNTIES, STUDY, small_study

import sectorlib as sl
from sectorlib.checks import check_study
from sectorlib.exceptions import LayoutError, NotSupportedError, StudyFileError, UnknownNameError
from sectorlib.pages.region import first_screen, market, practice, workforce
from sectorlib.sources.business_patterns import SIZES
from sectorlib.sources.in_demand import read_in_demand
from sectorlib.sources.labor_force import read_labor_force
from sectorlib.sources.workforce import read_workforce

A, B, C, D = COUNTIES
REGIONS = STUDY + f'regions: {{West: ["{A}", "{B}"], East: ["{C}", "{D}"]}}\nreports: {{system: regions}}\n'
KEYS = """\
in_demand: in_demand.csv
employer_sizes: cbp21co.txt
workforce_age: qwi.csv
labor_force: laucnty16.txt
official_areas: {file: official.csv, member: fips, group: area}
wage_threshold: {West: 52000, East: 48000}
partnerships: running.csv
"""
TABLES = (
    "employer-sizes",
    "workforce-age",
    "labor-force",
    "in-demand",
    "official-areas",
    "running-partnerships",
)


def write(folder: Path) -> Path:
    """The small study with every key."""
    path = small_study(folder, REGIONS + KEYS, years=range(2015, 2018))
    (folder / "in_demand.csv").write_text(
        "code,title\n62,\n29-1141,Registered nurses\n,Construction\n9999,Nothing\n"
    )
    head = "fipstate,fipscty,naics,emp,est," + ",".join(SIZES)
    rows = [("051", "62----", 12), ("055", "62----", 30), ("069", "62----", 7), ("055", "622///", 20)]
    lines = [f"36,{county},{code},900,{many},{many - 3},2,1,N,N,N,N,N,N" for county, code, many in rows]
    (folder / "cbp21co.txt").write_text("\n".join([head, *lines]) + "\n")
    figures = ("Emp", "HirA", "Sep", "EarnS", "EarnHirNS")
    head = "geography,industry,ownercode,sex,agegrp,year,quarter," + ",".join(
        [*figures, *(f"s{f}" for f in figures)]
    )
    lines = []
    for county, status in ((A, 1), (B, 1), (C, 5)):
        for age, jobs in (("A00", 1000), ("A07", 200), ("A08", 50 if county == A else 100)):
            lines += [
                f"{county},{code},A05,0,{age},2021,{q},{jobs},1,1,1,1,{status},1,1,1,1"
                for q in (1, 2, 3, 4)
                for code in (62, 622)
            ]
    (folder / "qwi.csv").write_text("\n".join([head, *lines]) + "\n")
    laus = "CN{}00000000   36     {}   A County, NY    2016        {}       {}      {}      {}\n"
    rows = [
        (A, "1,000", "950", "50", "5.0"),
        (B, "3,000", "2,700", "300", "10.0"),
        (C, "500", "490", "10", "2.0"),
    ]
    (folder / "laucnty16.txt").write_text("".join(laus.format(f"{c}", c[2:], *row) for c, *row in rows))
    (folder / "official.csv").write_text(f"fips,area\n{A},North\n{B},North\n{C},North\n")
    (folder / "running.csv").write_text("area,partnership,sector\nWest,Care First <b>,Health care\n")
    return path


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> sl.Results:
    return sl.Results(sl.load_study(write(tmp_path_factory.mktemp("local"))))


def test_commuters_are_those_who_cross_the_region_s_border(results):
    table = results["commuters"]
    west = table[(table["area"] == "West") & (table["direction"] == "in")]
    # Each county of the east sends 50 workers to each of the two of the west.
    assert west.set_index("county")["workers"].to_dict() == {C: 100.0, D: 100.0}
    assert west["all_workers"].eq(200).all()
    assert west["share"].to_list() == [0.5, 0.5]
    assert (table.groupby(["area", "direction"])["rank"].max() <= 5).all()
    flows = results.study.flows
    for area in ("West", "East"):
        inside = (
            flows["home"].isin(results.study.file.regions[area]),
            flows["work"].isin(results.study.file.regions[area]),
        )
        out = flows.loc[inside[0] & ~inside[1], "workers"].sum()
        rows = table[(table["area"] == area) & (table["direction"] == "out")]
        assert rows["all_workers"].iloc[0] == out == rows["workers"].sum()


def test_labor_force_is_summed_where_every_county_is_known(results):
    table = results["labor-force"].set_index("area")
    assert table.loc["West", ["labor_force", "unemployed"]].to_list() == [4000.0, 350.0]
    assert table.loc["West", "unemployment_rate"] == pytest.approx(8.75)  # not the mean of 5 and 10
    assert math.isnan(table.loc["East", "labor_force"])
    assert table.loc["East", ["counties", "counties_known"]].to_list() == [2.0, 1.0]


def test_sizes_are_at_least_what_is_published(results):
    table = results["employer-sizes"]
    health = table[table["sector"] == "62"].set_index(["area", "size"])
    assert health.loc[("West", "all"), "establishments_at_least"] == 42
    assert health.loc[("West", "1 to 4"), "establishments_at_least"] == 36
    assert health.loc[("West", "all"), "not_published"] == 0
    assert health.loc[("West", "20 to 49"), ["establishments_at_least", "not_published"]].to_list() == [0, 2]
    assert health.loc[("East", "all"), ["establishments_at_least", "not_published"]].to_list() == [7, 1]


def test_shares_of_age_are_of_jobs_whose_ages_are_known(results):
    table = results["workforce-age"].set_index(["area", "sector"])
    west = table.loc[("West", "62")]
    assert west["jobs"] == 2000
    assert west["share_55_and_over"] == pytest.approx((250 + 300) / 2000)
    assert west[["cells", "cells_known"]].to_list() == [2, 2]
    part = table.loc[("West", "health-care")]  # ten codes in two counties; only 622 is in the file
    assert part[["jobs", "cells", "cells_known"]].to_list() == [2000, 20, 2]
    east = table.loc[("East", "62")]
    assert math.isnan(east["share_55_and_over"])  # its one county is withheld: neither zero nor a guess
    assert east["cells_known"] == 0


def test_the_official_list_is_matched_to_sectors_and_occupations(results):
    table = results["in-demand"]
    by_entry = {
        entry: set(zip(rows["sector"], rows["match"], strict=True)) for entry, rows in table.groupby("entry")
    }
    assert ("health-care", "whole") in by_entry[1]
    assert by_entry[2] == {("", "occupation")}
    assert by_entry[3] == {("construction", "whole")}
    assert by_entry[4] == {("", "none")}


def test_official_areas_stand_beside_ours_with_shares_both_ways(results):
    table = results["official-areas"].set_index(["area", "official_area"])
    jobs = results.study.panel.query("industry == '10' and ownership == '0' and year == 2017").set_index(
        "area"
    )["employment"]
    assert table.loc[("West", "North"), "share_of_region"] == 1
    east = jobs[C] / (jobs[C] + jobs[D])
    assert table.loc[("East", "North"), "share_of_region"] == pytest.approx(east)
    assert table.loc[("East", "none"), "share_of_region"] == pytest.approx(1 - east)
    north = jobs[[A, B, C]].sum()
    assert table.loc[("East", "North"), "share_of_official"] == pytest.approx(jobs[C] / north)


def test_partnerships_that_run_are_found_where_they_overlap(results):
    table = results["running-partnerships"]
    assert set(table["area"]) == {"West"}
    row = table.set_index("sector").loc["health-care"]
    assert row["running"] == "Care First <b>"
    assert row["overlap"] == pytest.approx(1)


def test_the_wage_threshold_of_a_region_is_compared_with_its_pay(results):
    table = results["job-quality"]
    table = table[table["industry"] == "62"].set_index("area")
    assert table.loc["West", "living_wage"] == 52000
    pay = table.loc["East", "average_annual_pay"]
    assert table.loc["East", "pay_over_living_wage"] == pytest.approx(pay / 48000)


def test_one_threshold_holds_everywhere_and_a_wrong_name_is_refused(tmp_path):
    one = sl.load_study(small_study(tmp_path / "a", REGIONS + "wage_threshold: 50000\n", years=[2017]))
    assert one.wage_thresholds(["36000", "West"]).to_dict() == {"36000": 50000, "West": 50000}
    wrong = sl.load_study(
        small_study(tmp_path / "b", REGIONS + "wage_threshold: {Wset: 50000}\n", years=[2017])
    )
    with pytest.raises(UnknownNameError, match="West"):
        wrong.wage_thresholds(["36000"])
    with pytest.raises(StudyFileError):
        sl.load_study(small_study(tmp_path / "c", REGIONS + "wage_threshold: -1\n", years=[2017]))


def test_without_a_key_the_table_says_which_file_would_add_it(tmp_path):
    results = sl.Results(sl.load_study(small_study(tmp_path, REGIONS, years=[2016, 2017])))
    for name in TABLES:
        error = results.missing(name)
        assert isinstance(error, NotSupportedError), name
        assert "add `" in error.hint


def test_the_check_says_what_each_file_holds_and_lacks(results):
    said = {(f.kind, f.subject): f.text for f in check_study(results.study)}
    assert said["fact", "in_demand"] == "3 industry, 1 occupation"
    assert said["fact", "labor_force"] == "3 counties, 2016"
    assert D in said["note", "labor_force"]
    assert D in said["note", "official_areas"]
    assert ("fact", "wage_threshold") in said


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("soc_code,occupation\n29-1141.00,Nurses\n291141,Nurses again\n", ["occupation", "occupation"]),
        ("NAICS,Title\n623110,Nursing homes\n31-33,Manufacturing\n", ["industry", "industry"]),
        ("Sector\nHealth care\n", ["industry"]),
        ("Occupation\nWelders\n", ["occupation"]),
    ],
)
def test_lists_in_demand_are_read_in_their_usual_forms(tmp_path, text, kinds):
    (tmp_path / "list.csv").write_text(text)
    assert read_in_demand([tmp_path / "list.csv"])["kind"].to_list() == kinds


@pytest.mark.parametrize("text", ["county,rate\n36055,3\n", "code,name\n,\n"])
def test_a_list_that_names_nothing_is_refused(tmp_path, text):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(LayoutError):
        read_in_demand([tmp_path / "list.csv"])


def test_the_labor_force_of_a_real_state(shared):
    table = read_labor_force([shared / "data/layouts/laus/laucnty16.txt"])
    rows = table[table["area"].str[:2] == "36"]
    assert len(rows) == 62
    rate = 100 * rows["unemployed"].sum() / rows["labor_force"].sum()
    assert 4 < rate < 6
    assert (rows["unemployment_rate"] - 100 * rows["unemployed"] / rows["labor_force"]).abs().max() < 0.06
    assert isinstance(table, pd.DataFrame)


# --- on the page ---------------------------------------------------------------------------------------


def test_the_page_shows_each_in_its_place(results):
    west, east = (sl.RegionProfile(results, area) for area in ("West", "East"))
    assert practice.in_demand(west, "health-care") == practice.in_demand(west, "construction") == "In demand"
    assert practice.in_demand(west, "tourism-and-hospitality") == ""
    screen = first_screen.first_screen(west)
    assert '<span class="tag listed">In demand</span>' in screen
    assert "Already at work:</strong> Care First &lt;b&gt; in health care (100% overlap)." in screen
    assert "Already at work" not in first_screen.first_screen(east)
    shared = market.market(west)
    assert "200 people commute in, the most from" in shared
    assert "Official labor market areas here: North (100% of the region" in shared
    people = workforce.workforce(west)
    assert "4,000 residents were in the labor force in 2016, and 8.8% of them were unemployed." in people
    assert "the files lack one county of the region" in workforce.workforce(east)
    assert (
        practice.lacking(west)
        == "Files that would add more, by study key: occupations, openings and training (occupations)."
    )
    assert practice.in_demand_occupations(west) == {"29-1141"}
    sheets = {
        sheet.name: sheet.frame for sheet in (practice.ages(west), practice.sizes(west)) if sheet is not None
    }
    ages = sheets["workforce-age"].set_index("Sector")
    assert ages.loc["Health care", "Aged 55 and over"] == pytest.approx(0.275)  # of 2,000 jobs, 550
    assert ages.loc["Construction", "Aged 55 and over"] == "withheld"
    sizes = sheets["employer-sizes"].set_index("Sector")
    assert (
        sizes.loc["Health care", "Establishments by employees: All"] == "at least 20"
    )  # 622 of one county alone


def test_a_study_without_such_files_gets_one_line_that_names_them(tmp_path):
    path = small_study(tmp_path, REGIONS, years=[2016, 2017])
    profile = sl.RegionProfile(sl.Results(sl.load_study(path)), "West")
    line = practice.lacking(profile)
    for key, (name, _) in practice.OFFERED.items():
        assert f"({key})" in line
        assert not name or profile.why_absent(name) == ""
    assert practice.running(profile) == ""
    assert practice.in_demand(profile, "health-care") == ""
    assert practice.workforce(profile).count("<p") == 1


def test_workforce_rows_of_a_real_file_are_the_means_of_their_quarters(shared):
    """Twenty sectors of North Carolina, 2010, with state and county apart, all owners and jobs alone."""
    path = shared / "data/layouts/more/qwi/nc_qwi_FROM_RDA.csv"
    table = read_workforce([path]).set_index(["area", "industry"])
    raw = pd.read_csv(path, dtype={"state": str, "county": str, "industry": str, "sEmp": str})
    raw["area"] = raw["state"] + raw["county"]
    cells = raw.groupby(["area", "industry"])
    whole = cells["Emp"].mean()[
        (cells.size() == 4) & cells["sEmp"].agg(lambda flags: set(flags) <= {"1", "9"})
    ]
    assert len(whole) > 1500
    pd.testing.assert_series_equal(
        table["jobs"].dropna().sort_index(), whole.sort_index(), check_names=False, check_index_type=False
    )
    assert len(table) == cells.ngroups
    assert table["hires"].isna().all()
    distorted = cells["sEmp"].agg(lambda flags: "9" in set(flags))
    assert table["distorted"].sort_index().to_list() == distorted.sort_index().to_list()


def test_columns_of_business_patterns_are_those_of_the_publisher_s_layout(shared):
    text = (shared / "data/layouts/more/cbp_susb/cbp_county-layout-2020.txt").read_text(encoding="cp1252")
    named = {
        line.split()[0].lower() for line in text.splitlines() if line[:1].isupper() and len(line.split()) > 2
    }
    assert {"fipstate", "fipscty", "naics", "est", *SIZES} <= named
