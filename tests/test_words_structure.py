"""What a page says of concentration and change is what the tables hold, and withheld is never told as churn."""

import dataclasses
import io
import re
from urllib.parse import unquote

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from small_study import STUDY, small_study

from sectorlib import concentration
from sectorlib.concentration.specialization import INDICES
from sectorlib.pages import figures
from sectorlib.pages.region import appendix, economy, facts, first_screen, ground, why, words
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.results import RESULTS, Results
from sectorlib.schemas import Column
from sectorlib.study import load_study
from sectorlib.targeting import check_readiness, readiness_questions

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'


@pytest.fixture(scope="module")
def west(tmp_path_factory) -> RegionProfile:
    return RegionProfile(
        Results(load_study(small_study(tmp_path_factory.mktemp("study"), STUDY + REGIONS))), "West"
    )


def with_sectors(profile: RegionProfile, monkeypatch: pytest.MonkeyPatch, **rows: dict) -> None:
    """The profile with its sectors' figures replaced."""
    table = profile.industries("sector")
    for industry, cells in rows.items():
        for column, value in cells.items():
            table[column] = table[column].astype(object)
            table.loc[industry.replace("_", "-").lstrip("n"), column] = value
    monkeypatch.setattr(RegionProfile, "industries", lambda self, level: table)


def test_ranges_are_of_withheld_cells_and_a_mark_is_of_churn(west, monkeypatch):
    table = west.industries("sector")
    withheld = table.loc["72"]
    assert withheld["location_quotient_churn_low"] < withheld["location_quotient_low"]
    least, most = (f"{withheld[f'location_quotient_{end}']:.2f}" for end in ("low", "high"))
    assert figures.cell_quotient(withheld) == f"{least}\N{EN DASH}{most}"
    assert not figures.may_be_churn(withheld)
    known = table.loc["62"].copy()
    known[["location_quotient", "location_quotient_churn_low", "location_quotient_churn_high"]] = [
        1.3,
        1.1,
        1.5,
    ]
    assert figures.may_be_churn(known)  # nine establishments: one more or less is a ninth
    known["stability"] = "stable"
    assert not figures.may_be_churn(known)
    page = economy.sectors(west).markup()
    assert page.count("\N{DOUBLE DAGGER}") == 3
    assert f"{least}\N{EN DASH}{most}<" in page


def test_the_sentence_of_shift_share_has_the_figures_of_its_total(west):
    rows, beside = west.shift_share
    assert beside == "the rest of New York State"
    total = rows[(rows["status"] == "total") & (rows["start_year"] == west.span[0])].iloc[0]
    text = words.shift_share(west)
    assert text.startswith(
        f"Private jobs changed by {figures.signed_jobs(total['change'])} since {west.span[0]}."
    )
    for part in ("national", "mix", "competitive", "not_compared"):
        assert figures.signed_jobs(total[part]) in text


def test_a_study_without_prices_says_nothing_of_real_pay(west):
    assert words.real_pay(west) == ""
    assert west.base_tier == "tier_in_base"
    assert west.knows_churn


def test_the_share_that_is_published_is_of_the_jobs_that_sectors_add_up_to(west):
    """West's private jobs are its total of ownership 5, not all jobs: those of government are in no sector."""
    text = words.withheld(west)
    share = re.search(r"cover ([\d.]+)% of private jobs", text)
    total = west.rows("concentration").query("industry == '10' and year == 2017")["employment"].iloc[0]
    sectors = west.industries("sector")
    known = sectors["employment"].fillna(sectors["employment_low"]).sum()
    assert share is not None
    assert float(share[1]) == pytest.approx(100 * known / total, abs=0.05)
    assert total < west.total("0")["employment"]


def test_figures_held_back_and_figures_made_coarser_are_told_apart(west, monkeypatch):
    rows = pd.DataFrame(
        {"area": ["36055"] * 3 + ["36069"], "reason": ["narrow", "narrow", "confidential", "narrow"]}
    )
    monkeypatch.setitem(west.results._made, "held-back", rows)
    assert words.held_back(west) == (
        "To protect single employers, this study holds back 1 figure of its counties and widens the ranges of 2 withheld "
        "figures of its counties (over all years and industries)."
    )
    monkeypatch.setitem(west.results._made, "held-back", rows[rows["area"] == "36069"])
    assert words.held_back(west) == ""


def test_pay_of_few_establishments_is_marked_where_it_is_shown(west, monkeypatch):
    with_sectors(
        west,
        monkeypatch,
        n23={"establishments": 4.0, "few_establishments": True},
        n62={"few_establishments": False},
    )
    row = west.industries("sector").loc["23"]
    page = economy.sectors(west).markup()
    assert f">{figures.cell_pay(row)}*<" in page
    assert page.count("*<") == west.industries("sector").apply(figures.rests_on_few, axis=1).sum()


def test_a_mark_is_explained_where_a_table_has_it_and_only_there(west, monkeypatch):
    def marks() -> tuple[bool, bool]:
        page = economy.sectors(west).markup()
        further = economy.standing_out(west)
        page += further.markup() if further else ""
        return "*<" in page, "* Fewer than ten" in economy.reading(west)

    with_sectors(west, monkeypatch, n23={"establishments": 4.0, "few_establishments": True})
    assert marks() == (True, True)
    for sector in ("n23", "n31_33", "n62", "n72"):
        with_sectors(west, monkeypatch, **{sector: {"few_establishments": False}})
    assert marks() == (False, False)


def test_every_index_of_specialization_is_in_the_table_and_on_the_page(west):
    """What the measure gives is declared with a meaning, and what is declared is shown with it."""
    study, declared = west.study, {column.name: column for column in RESULTS["specialization"].table.columns}
    rows = west.results.reported
    made = concentration.specialization(rows[rows["ownership"] == "5"], study.panel, study.base_area)
    assert set(made.columns) - set(declared) == set()
    assert {f"{index}{end}" for index in INDICES for end in ("", "_low", "_high")} <= set(made.columns)
    table = west.rows("specialization")
    (row,) = table[table["year"] == west.year].to_dict("records")
    shown = {line["index"].lower(): line for line in appendix.specialization(west).rows}
    assert set(shown) == set(INDICES)
    for index, line in shown.items():
        assert line["meaning"].lower() == declared[index].meaning.lower()
        assert pd.isna(row[index])  # one sector is withheld
        least, most = (f"{row[f'{index}_{end}']:.3f}" for end in ("low", "high"))
        assert line["here"] in (f"{least}\N{EN DASH}{most}", f"at most {most}", most)
        assert f">{line['here']}<" in appendix.appendix(west, {})


def test_an_index_of_specialization_that_is_declared_later_is_shown(west, monkeypatch):
    result = RESULTS["specialization"]
    columns = [
        *result.table.columns,
        *(Column(f"new{end}", "number", "index", "a new one") for end in ("", "_low", "_high")),
    ]
    table = dataclasses.replace(result.table, columns=tuple(columns))
    monkeypatch.setitem(
        RESULTS, "specialization", type(result)(table, result.meaning, result.build, result.needs)
    )
    monkeypatch.setitem(
        west.results._made,
        "specialization",
        west.results["specialization"].assign(new=2.5, new_low=2.5, new_high=2.5),
    )
    west.__dict__.pop("_rows", None)
    assert appendix.specialization(west).rows[-1] == {"index": "New", "here": "2.500", "meaning": "A new one"}
    west.__dict__.pop("_rows", None)


# --- the first screen and the notes --------------------------------------------------------------------


def test_a_trend_that_turns_is_explained_with_the_years_of_both_figures(west, monkeypatch):
    def said(growth: float, trend: float) -> str:
        shown = figures.Figure(f"{growth:+.1f}%", "exact", growth)
        monkeypatch.setattr(first_screen.facts, "growth", lambda profile, sector: shown)
        return first_screen.shrinking(west, pd.Series({"sector": "health-care", "projected_growth": trend}))

    turned = said(15.4, -0.2)
    assert turned.startswith(" Jobs rose 15.4% from 2012 to 2017; our trend, which also weighs earlier years")
    assert turned.endswith("is about flat (\N{MINUS SIGN}0.2% a year).")
    falling = said(15.4, -1.2)
    assert "\N{MINUS SIGN}1.2% a year" in falling
    assert falling.endswith("Employers also hire to replace people who leave.")
    assert said(-4.0, 0.5).startswith(" Jobs fell 4.0% from 2012 to 2017; our trend")
    assert "Fewer jobs" in said(-4.0, -0.5) or "The trend is down" in said(-4.0, -0.5)
    assert said(4.0, 0.5) == ""
    assert "from 2012" not in said(0.4, -0.2), "a change that is hardly one does not turn"


def test_boards_are_named_with_their_shares_until_they_are_many():
    rows = pd.DataFrame(
        {"jurisdiction_name": ["Erie", "Niagara", "Alder", "Birch"], "share_of_jobs": [0.7, 0.2, 0.06, 0.04]}
    )
    assert first_screen._boards(rows.head(2), "board") == "Erie (70% of jobs) and Niagara (20%) boards"
    assert first_screen._boards(rows, "board") == "Erie (70% of jobs) board and three other boards"
    whole = rows.head(1).assign(share_of_jobs=1.0)
    assert first_screen._boards(whole, "board") == "Erie board"


def test_the_readiness_sheet_is_inside_the_page_and_can_be_read_back(west, tmp_path):
    link = re.search(
        r'download="readiness-sheet.csv" href="data:text/csv;charset=utf-8,([^"]+)"',
        first_screen.first_screen(west),
    )
    assert link is not None
    sheet = pd.read_csv(io.StringIO(unquote(link[1])))
    assert set(readiness_questions()) < set(sheet.columns)
    assert sheet["sector"].to_list() == facts.short_list(west)["sector"].to_list()
    filled = sheet.assign(**dict.fromkeys(readiness_questions(), 2), by="Ada", why="asked")
    assert check_readiness(filled, west.study.sectors, "sheet")["readiness"].round(3).eq(0.667).all()


def test_the_map_of_certainty_has_every_county_and_says_which_could_belong_elsewhere(west, monkeypatch):
    rows = pd.DataFrame(
        {
            "member": ["36055", "36051", "36069"], "member_name": ["Monroe County, NY", "Livingston County, NY", "Ontario County, NY"],
            "group": ["West", "West", "East"], "title": ["West", "West", "East"], "same_market": [1.0, 0.62, 0.71],
            "otherwise_title": [None, "East", "West"],
        }
    )  # fmt: skip
    squares = gpd.GeoDataFrame(
        {"area": rows["member"], "name": rows["member_name"]},
        geometry=[shapely.box(x, 0, x + 90, 90) for x in (0, 90, 180)],
    )
    monkeypatch.setattr(ground, "_flat", lambda profile: squares)
    monkeypatch.setitem(west.__dict__, "certainty", rows)
    chart = ground.certainty_map(west)
    assert chart is not None
    assert chart.title == "One county of the region could belong elsewhere"
    assert "Livingston County, NY: in West in 62% of redraws, otherwise mostly with East" in chart.drawing
    assert ">Ontario 71%<" in chart.drawing, "a county around that often joins the region is named"
    assert chart.sheet.frame["County"].to_list() == [
        "Livingston County, NY",
        "Monroe County, NY",
        "Ontario County, NY",
    ]
    monkeypatch.setitem(west.__dict__, "certainty", rows.assign(same_market=1.0))
    sure = ground.certainty_map(west)
    assert sure is not None
    assert sure.title.startswith("Every county of the region stays")
    monkeypatch.setitem(west.__dict__, "certainty", pd.DataFrame())
    assert ground.certainty_map(west) is None


def test_a_change_and_its_opposite_are_never_told_as_alike(west, monkeypatch):
    def said(here: float, there: float) -> str:
        monkeypatch.setattr(RegionProfile, "total_growth", lambda self, area, owner, table="growth": here)
        monkeypatch.setitem(west.__dict__, "growth_beside", there)
        return economy.finding(west)

    assert "fell 1.2% from 2012 to 2017, while it rose 8.5% in the rest of New York State" in said(-1.2, 8.5)
    assert "rose 1.2% from 2012 to 2017, compared with 8.5% in the rest" in said(1.2, 8.5)
    assert "fell 1.2% from 2012 to 2017, compared with a fall of 8.5% in the rest" in said(-1.2, -8.5)


def test_what_a_card_withholds_the_table_of_criteria_withholds(west, monkeypatch):
    made = facts.whole(west)
    rows = facts.ranked(west)
    hidden = rows[rows["disclosure"] != "disclosed"]
    assert len(hidden), "the small study withholds a cell"
    monkeypatch.setattr(facts, "pay", lambda row: figures.withheld())
    monkeypatch.setattr(facts, "growth", lambda profile, sector, area=None: figures.withheld())
    table = why.criteria(west)
    for place, (sector, row) in enumerate(rows.iterrows()):
        cells = table.rows[place]
        if sector in hidden.index:
            assert cells["average_pay"] == cells["not_contracting"] == figures.withheld()
            assert cells["location_quotient"] == facts.quotient(made.loc[sector], west.compared_with)
        else:
            assert cells["average_pay"] == f"{row['average_pay']:.0%}"


def test_points_of_the_criteria_add_up_and_each_is_explained(west):
    sheet = why.meanings(west)
    assert sheet is not None
    assert sum(sheet.frame["Points at most"]) == 100
    points = west.rows("target-points")
    assert len(sheet.rows) == points.loc[points["most_points"] > 0, "criterion"].nunique()
    notes = appendix.appendix(west, {})
    assert sheet.markup() in notes
    holds = why.contents(west)
    assert holds is not None
    assert [row["sector"] for row in holds.rows] == facts.ranked(west)["sector_title"].to_list()
    assert all(row["holds"] and row["codes"] for row in holds.rows)
    assert holds.markup() in notes
    assert "of 100 points and earns most of what" in why.finding(west)


def test_sectors_that_tie_say_how_often_each_is_first(west, monkeypatch):
    rows = facts.ranked(west).head(2).assign(place="Tied for first", share_first=[0.38, 0.36])
    monkeypatch.setattr(facts, "ranked", lambda profile: rows)
    lead = first_screen.lead(west)
    assert "the two are tied for first place. They rank first in 38% and 36% of 2,000 simulations" in lead


def test_areas_without_an_office_are_not_asked_for_support(west, monkeypatch):
    rows = pd.DataFrame(
        {
            "system": ["workforce region", "state labor market region", "development district"],
            "jurisdiction": ["a", "b", "c"], "jurisdiction_name": ["Erie", "North", "Tarn"], "share_of_jobs": [1.0, 1.0, 1.0],
        }
    )  # fmt: skip
    kept = RegionProfile.rows
    monkeypatch.setattr(
        RegionProfile,
        "rows",
        lambda self, name, area=None: rows if name == "region-jurisdictions" else kept(self, name, area),
    )
    text = first_screen.steps(west)[1][1]
    assert (
        text
        == "The Erie workforce region could invite employers. The Tarn development district could support the partnership."
    )


def test_sectors_that_tie_are_both_placed_on_the_map_of_counties(west, monkeypatch):
    rows = facts.ranked(west).head(2).assign(place="Tied for first")
    monkeypatch.setattr(facts, "ranked", lambda profile: rows)
    counties = pd.DataFrame({"county_name": ["Monroe County, NY"], "share": [0.7], "share_estimate": [0.7]})
    monkeypatch.setattr(facts, "counties", lambda profile, sector: counties)
    first, second = (facts.title(row) for _, row in rows.iterrows())
    text = first_screen.steps(west)[0][1]
    assert text.startswith(f"Start in Monroe County (70% of {first} jobs and 70% of {second} jobs).")


def test_cards_are_those_of_the_short_list_and_no_other_while_it_has_three(west, monkeypatch):
    rows = facts.ranked(west).head(1)
    made = pd.concat([rows.assign(sector=name, rank=float(n)) for n, name in enumerate("abcdefg", 1)])
    made = made.set_index("sector", drop=False).assign(
        short_list=[True, True, False, True, True, False, True]
    )
    monkeypatch.setattr(facts, "ranked", lambda profile: made)
    assert facts.short_list(west).index.to_list() == ["a", "b", "d", "e", "g"]
    monkeypatch.setattr(facts, "ranked", lambda profile: made.assign(short_list=[True, *[False] * 6]))
    assert facts.short_list(west).index.to_list() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("file", "said"),
    [("us_county_flows_acs_2011_2015.csv.gz", "2011-2015"), ("2011-2015", "2011-2015"), ("flows.csv", "flows.csv"), ("invented", "invented")],
)  # fmt: skip
def test_the_years_of_commuting_are_told_and_no_file_name_where_it_has_them(west, monkeypatch, file, said):
    monkeypatch.setattr(type(west.study), "vintage", lambda self, key: file)
    assert words.flow_vintage(west) == said


def test_criteria_that_no_sector_has_figures_of_have_no_column_and_their_points_are_told(west, monkeypatch):
    points = west.rows("target-points")
    named = {column.name for column in why.criteria(west).columns}
    assert "average_pay" in named
    hidden = points.assign(figure=points["figure"].where(points["criterion"] != "average_pay"))
    kept = RegionProfile.rows
    monkeypatch.setattr(
        RegionProfile,
        "rows",
        lambda self, name, area=None: hidden if name == "target-points" else kept(self, name, area),
    )
    table = why.criteria(west)
    assert named - {column.name for column in table.columns} == {"average_pay"}
    most = why.whole_points(
        points[points["most_points"] > 0].drop_duplicates("criterion").set_index("criterion")["most_points"]
    )
    without = most["average_pay"] + sum(most[name] for name in set(most) - named)
    assert f"half of the {without} points whose figures are not known here" in table.caption
