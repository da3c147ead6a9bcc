"""The partnership brief from end to end: its words and figures are those of the tables, with little or much given."""

import html
import json
import os
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from said import numbers_of, text_of
from small_study import STUDY as PLAIN
from small_study import small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib import maps
from sectorlib.cli import app
from sectorlib.exceptions import NotSupportedError, SectorlibError, UnknownAreaError, UnknownNameError
from sectorlib.explore import View
from sectorlib.membership import NONE
from sectorlib.pages import english, figures
from sectorlib.pages.brief import ScopeProfile, contact_sheet, sheets
from sectorlib.pages.brief import sections as scope_sections
from sectorlib.pages.brief import tables as brief_tables
from sectorlib.pages.brief import words as brief_words
from sectorlib.pages.brief.compared import changes, compared
from sectorlib.pages.brief.sheets import brief_sheet
from sectorlib.pages.imprint import imprint
from sectorlib.reporting.scope import _sheets, report_scope
from sectorlib.resources import definitions
from sectorlib.scope import NOT_RECORDED, as_sector
from sectorlib.sources.rural_urban import rural_urban_classes
from sectorlib.study import DEMONSTRATION_NOTICE

#: Counties of the small study are large enough to be markets of their own; here two together are to be one.
STUDY = PLAIN + "labor_markets: {parameters: {target_size: 60000}}\n"

SECTIONS = [
    scope_sections.opening,
    scope_sections.footprints,
    scope_sections.place,
    scope_sections.jurisdictions,
    scope_sections.infrastructure,
    scope_sections.convening,
    scope_sections.growth,
    scope_sections.partners,
    scope_sections.notes,
]


@pytest.fixture(scope="module")
def demonstration() -> ScopeProfile:
    study = sl.load_study(sl.data_path("demo", "study.yaml")).with_scope("311", "91057")
    return ScopeProfile(sl.Results(study))


@pytest.fixture(scope="module")
def drawn(demonstration, tmp_path_factory) -> tuple[sl.Study, Path]:
    """The demonstration, and a folder with its markets drawn again, which takes a while."""
    folder = tmp_path_factory.mktemp("drawn")
    demonstration.results.save(folder, ["labor-market-stability"])
    return demonstration.study, folder


@pytest.fixture(scope="module")
def brief(demonstration, tmp_path_factory) -> Path:
    """The demonstration's brief, by the real notebook in a kernel of its own."""
    study = sl.load_study(sl.data_path("demo", "study.yaml"))
    made = report_scope(study, tmp_path_factory.mktemp("briefs"), "311", "91057")
    assert made.ok, made.failure
    assert made.page is not None
    return made.page


@pytest.fixture
def shown(monkeypatch) -> list[str]:
    """What sections display: markup as it is, figures by their captions."""
    said: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda item: said.append(item.data))

    def show(figure: object, caption: str = "", alt: str = "") -> None:
        said.append(f"<figure>{html.escape(caption)}|{html.escape(alt)}</figure>")

    monkeypatch.setattr(scope_sections, "show", show)
    return said


def plain(markup_text: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", markup_text))


def cells(table) -> list[list[str]]:
    """A table's body as it is printed, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", table.as_raw_html().split("gt_table_body", 1)[1], re.DOTALL)
    return [[plain(c).strip() for c in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)] for row in rows]


# --- every figure is that of the tables --------------------------------------------------------------


def test_the_footprint_table_prints_the_scope_table(demonstration):
    table = demonstration.results["scope"].set_index("footprint")
    printed = cells(brief_tables.footprint_table(demonstration))
    assert len(printed) == len(demonstration.distinct)
    for names, row in zip(demonstration.distinct, printed, strict=True):
        cell = table.loc[names[0]]
        assert row[0].split("\n") == [demonstration.label(name) for name in names]
        assert row[1] == str(int(cell["counties"]))
        assert row[2] == figures.cell_jobs(cell)
        assert row[3] == figures.cell_share(cell, "share_of_market")
        assert cell["counties_split"] == 0
        assert row[4] == f"{cell['establishments']:,.0f}"
        assert row[5] == f"{cell['self_containment']:.0%}"
        assert row[6] == brief_words.quotient(cell)
    # Footprints in one row have the same counties, and so the same jobs.
    for names in demonstration.distinct:
        lows = table.loc[names, "employment_low"]
        assert (lows == lows.iloc[0]).all()


def test_the_jurisdiction_table_prints_scope_jurisdictions(demonstration):
    table = demonstration.results["scope-jurisdictions"]
    table = table[table["footprint"] == "labor market"].set_index("jurisdiction_name")
    printed = [row for row in cells(brief_tables.jurisdiction_table(demonstration)) if len(row) > 1]
    assert {row[0] for row in printed} == set(table.index)
    for name, share, jobs, _, inside, *blank in printed:
        assert blank == ["", ""]
        cell = table.loc[name]
        assert inside.startswith(f"{cell['kind']} ({cell['counties_in']:g} of {cell['counties']:g})")
        assert (jobs, share) == (figures.cell_jobs(cell), figures.cell_share(cell))


def test_the_county_table_prints_scope_counties(demonstration):
    table = demonstration.results["scope-counties"]
    table = table[table["footprint"] == "labor market"].set_index("county_name")
    printed = cells(brief_tables.county_table(demonstration))
    assert len(printed) == len(table)
    names = table.index.str.split(",").str[0]
    for row in printed:
        cell = table[names == row[0]].iloc[0]
        assert row[1] == figures.cell_jobs(cell)
        assert row[2] == figures.cell_share(cell)
        assert row[3] == f"{cell['establishments']:,.0f}"
        assert row[7] == f"{cell['commuting_tie']:.0%}"
        assert row[8] == f"{cell['distance_to_center']:,.0f}"


def test_the_asset_and_pair_tables_print_theirs(demonstration):
    table = demonstration.results["scope-assets"]
    table = table[table["footprint"] == "labor market"].set_index("name")
    printed = [row for row in cells(brief_tables.asset_table(demonstration)) if len(row) > 1]
    assert len(printed) > 5
    for name, counties, share, nearest in printed:
        cell = table.loc[name]
        assert counties == f"{cell['counties_in_reach']} of {len(demonstration.counties)}"
        assert share == figures.cell_share(cell)
        assert nearest.endswith(brief_tables._distance(cell))
    pairs = demonstration.pairs
    matrix = cells(brief_tables.pair_table(demonstration))
    ties = [f"{v:.0%}" for v in pairs["commuting_tie"]]
    shared = [f"{v:.2f}" for v in pairs["shared_infrastructure"]]
    below = [cell for i, row in enumerate(matrix) for cell in row[1 : i + 1]]
    above = [cell for i, row in enumerate(matrix) for cell in row[i + 2 :]]
    assert sorted(below) == sorted(ties)
    assert sorted(above) == sorted(shared)


def test_an_estimate_is_never_printed(demonstration):
    """The growth path uses estimates; the page says that they are withheld."""
    path = demonstration.growth_path
    printed = [row[-1] for row in cells(brief_tables.growth_table(demonstration))]
    known = path["disclosure"] == "disclosed"
    assert not known.all()
    for is_known, text in zip(known, printed, strict=True):
        assert (text == "withheld") != is_known


def test_every_number_of_the_answer_is_in_the_tables(demonstration):
    """Take the sentences' figures apart: each is a figure of the scope tables, as that table prints it."""
    focus, counties = demonstration.focus, demonstration.counties
    allowed = {figures.cell_jobs(focus), str(demonstration.year), f"{focus['establishments']:,.0f}"}
    allowed |= {f"{focus[side]:.0%}" for side in ("supply_side", "demand_side")}
    allowed |= {figures.cell_share(row) for _, row in counties.iterrows()}
    allowed |= {figures.cell_share(row) for _, row in demonstration.jurisdictions.iterrows()}
    text = " ".join(brief_words.answer(demonstration))
    numbers = re.findall(r"\d[\d,]*(?:\N{EN DASH}[\d,]+)?%?", text)
    assert len(numbers) >= 6
    assert set(numbers) <= allowed


def brief_figures(profile: ScopeProfile) -> set[str]:
    """Every figure that a brief may print: of its tables by the rules of rounding, of its thresholds and of its years."""
    said: list[object] = []
    tables = [
        profile.results["scope"],
        profile.results["scope-counties"],
        profile.rows("scope-jurisdictions"),
    ]
    tables += [profile.assets] if profile.comparison is None else [profile.assets, profile.comparison]
    for table in tables:
        for _, row in table.iterrows():
            for form, column in (
                (figures.cell_jobs, "employment"), (figures.cell_share, "share"), (brief_words.quotient, "location_quotient"),
                (brief_tables._pay, "average_annual_pay"), (figures.cell_growth, "percent_change"),
            ):  # fmt: skip
                if column in row.index and f"{column}_high" in row.index:
                    said.append(form(row))
            if "share_of_market_high" in row.index:
                said.append(figures.cell_share(row, "share_of_market"))
            if "change_employment" in row.index:
                change = row[[c for c in row.index if c.startswith("change_employment")]]
                said.append(figures.cell_jobs(change.rename(lambda c: c.removeprefix("change_"))))
            for column in (
                "supply_side",
                "demand_side",
                "self_containment",
                "commuting_tie",
                "jobs_within_reach",
                "weight",
            ):
                if column in row.index and pd.notna(row[column]):
                    said.append(figures.share(row[column]))
            for column in (
                "establishments", "counties", "counties_in", "states", "jobs_per_establishment", "distance", "distance_to_center",
                "distance_to_meeting", "widest_distance", "rural_urban", "industries_concentrated", "counties_in_reach",
                "reach", "related_completions",
            ):  # fmt: skip
                if column in row.index and pd.notna(row[column]):
                    said.append(f"{row[column]:,.0f}")
            if pd.notna(row.get("industries_undecided")):
                said.append(f"{row['industries_concentrated'] + row['industries_undecided']:.0f}")
            for column in (
                "projected_change",
                "projected_change_low_80",
                "projected_change_high_80",
                "official_change",
            ):
                if pd.notna(row.get(column)):
                    said.append(figures.percent(row[column]))
    whole = profile.results["scope"]
    said += [f"{year:.0f}" for year in whole[["start_year", "projected_year"]].to_numpy().ravel() if year > 0]
    said += [*whole["footprint"], *whole["not_projected"]]  # names and reasons as the table has them
    for _, row in profile.pairs.iterrows():
        said += [f"{row['commuting_tie']:.0%}", f"{row['shared_infrastructure']:.2f}"]
    for _, row in profile.growth_path.iterrows():
        said += [f"{row['commuting_tie']:.0%}", f"{row['self_containment']:.1%}"]
        said.append(f"{row['employment_estimate']:,.0f}" if row["disclosure"] == "disclosed" else "")
    if not profile.results.missing("labor-market-stability"):
        said += [figures.share(value) for value in profile.results["labor-market-stability"]["same_market"]]
    rules = definitions("scope")
    said += [f"{rules[name]['value']:.0f}" for name in ("meeting", "travel_time")]
    said += [f"{rules[name]['value']:.0%}" for name in ("doubtful", "commuting_tie")]
    said += [
        profile.year,
        "0 to 1",
        *(len(t) for t in (profile.assets, profile.counties, profile.results["scope-colleges"])),
    ]
    said += [
        (~profile.results["scope-colleges"]["serves"].astype(bool)).sum(),
        *rural_urban_classes().items(),
    ]
    said += [f"({number}" for number in range(1, 10)] + ["1 of 1", "80%"]
    return numbers_of(said)


@pytest.mark.parametrize("which", ["demonstration", "small", "pair"])
def test_every_number_of_a_brief_and_its_sheets_is_in_the_tables(which, request, shown):
    """Of the page in all its sections, the brief on one page, the host's sheet, and two footprints compared."""
    profile = request.getfixturevalue(which)
    allowed = brief_figures(profile)
    for section in [scope_sections.gains, *SECTIONS]:
        if section not in (
            scope_sections.partners,
            scope_sections.notes,
        ):  # names of partners, and of sources with years
            section(profile)
    said = {"page": text_of(" ".join(shown))}
    sources = imprint(profile.study, "Sector", "partnership brief")
    said |= {name: text_of(page) for name, page in _sheets(profile, sources).items()}
    assert len(said) == (4 if which == "pair" else 3)
    for name, text in said.items():
        told = numbers_of([text])
        assert len(told) > 5, name
        assert told <= allowed, f"{name}: {sorted(told - allowed)}"


def test_a_number_that_no_table_has_is_found(demonstration):
    wrong = figures.jobs(demonstration.focus["employment_high"] + 1)
    assert not numbers_of([f"In 2023 the market has {wrong} jobs"]) <= brief_figures(demonstration)


def test_a_county_that_may_belong_elsewhere_is_named_with_its_alternative(drawn):
    """Kelderay is in its market in six draws of ten."""
    study, folder = drawn
    certain = sl.Results(study, folder)["labor-market-stability"].set_index("member_name")
    county = certain.loc["Kelderay County, Verlane"]
    market = certain[certain["group"] == county["group"]].sort_values("same_market")
    profile = ScopeProfile(sl.Results(study.with_scope("62", market["member"].iloc[-1]), folder))
    text = brief_words.doubt(profile)
    assert f"Kelderay County stays in {county['same_market']:.0%} of draws" in text
    assert f"most often in {county['otherwise_title']}" in text
    row = profile.footprints.loc["labor market, certain counties"]
    assert row["counties"] == len(market) - len(profile.doubtful)
    assert f"{figures.cell_jobs(row)} jobs in the sector" in text
    assert text in " ".join(brief_words.answer(profile))
    printed = {row[0]: row for row in cells(brief_tables.county_table(profile))}
    assert f"{county['same_market']:.0%}" in printed["Kelderay County"]
    assert any("without Kelderay" in row[0] for row in cells(brief_tables.footprint_table(profile)))


def test_a_county_of_another_market_that_may_belong_here_is_named_with_the_jobs_it_brings(drawn):
    """The same county seen from the other side: Kelderay, from the market that it is otherwise in."""
    study, folder = drawn
    certain = sl.Results(study, folder)["labor-market-stability"].set_index("member_name")
    county = certain.loc["Kelderay County, Verlane"]
    profile = ScopeProfile(sl.Results(study.with_scope("62", county["otherwise"]), folder))
    assert county["member"] not in set(profile.counties["county"])
    assert county["member"] in set(profile.possible["member"])
    text = brief_words.doubt(profile)
    assert "margins of error" in text
    assert f"Kelderay County is in {county['title']} in {county['same_market']:.0%} of draws" in text
    row = profile.footprints.loc["labor market, possible counties"]
    assert row["counties"] == len(profile.counties) + len(profile.possible)
    assert f"the labor market has {figures.cell_jobs(row)} jobs in the sector" in text
    assert any("The labor market with" in row[0] for row in cells(brief_tables.footprint_table(profile)))


def test_counties_in_doubt_are_not_said_to_share_the_market_for_certain():
    counties = pd.DataFrame(
        {
            "county": ["1", "2", "3"],
            "county_name": ["A County, X", "B County, X", "C County, X"],
            "state_name": "X",
        }
    )
    said = brief_words._shares_with(counties, {"3"})
    assert (
        said
        == "shares its labor market with two other counties: A and B Counties. It may also share it with C County."
    )
    assert brief_words._shares_with(counties, set()).endswith("three other counties: A, B and C Counties.")
    assert brief_words._shares_with(counties.tail(1), {"3"}).startswith("may share its labor market")


def test_the_top_of_a_brief_answers_what_a_team_decides_first(demonstration, small, shown):
    for profile in (demonstration, small):
        told = dict(brief_words.in_short(profile, sheets.QUESTIONS, sheets.supporters(profile)))
        assert {"Who could invite", "Who could support", "What to ask first"} <= set(told)
        assert "from business to business" in told["Who could invite"]
        assert profile.counties["county_name"].iloc[0].split(",")[0] in told["Who could invite"]
        assert all(question in told["What to ask first"] for question in sheets.QUESTIONS)
        shown.clear()
        scope_sections.opening(profile)
        said = plain(" ".join(shown))
        assert all(heading in said and text in said for heading, text in told.items())
    assert (
        "stays in at least 90% of draws"
        in dict(brief_words.in_short(demonstration, sheets.QUESTIONS, []))["Which counties are in doubt"]
    )


def test_a_brief_says_where_a_sector_has_hardly_any_employers_and_nothing_is_published():
    """Three establishments, all withheld, and none in the county that the brief starts from."""
    counties = pd.DataFrame({"county": ["1", "2"], "county_name": ["Home County, X", "Far County, X"], "status": ["no establishments", "withheld"],
                             "employment": [0.0, np.nan], "meeting_county": "2", "center_county": "2", "jobs_within_reach": [0.0, 1.0]})  # fmt: skip
    focus = pd.Series({"seed": "1", "establishments": 3.0, "employment_low": 0.0})
    profile = SimpleNamespace(counties=counties, focus=focus, seed="Home County")
    assert "Home County itself has none of them" in brief_words._few(profile)
    assert "few for a partnership" in brief_words._few(profile)
    assert brief_words.meeting(profile).startswith("Meet in Far County: the jobs are withheld")
    assert "100%" not in brief_words.meeting(profile)
    enough = SimpleNamespace(
        counties=counties.assign(employment=5.0), focus=focus.replace(3.0, 30.0), seed="Home County"
    )
    assert brief_words._few(enough) == ""


# --- two footprints compared --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(small) -> ScopeProfile:
    """Monroe's market, with Wayne and without Livingston."""
    chosen = ("labor market", "labor market + Wayne County - 36051")
    return ScopeProfile(sl.Results(small.study.with_scope("31-33", "36055", chosen)))


def test_two_footprints_are_compared_county_by_county(pair, shown):
    table = pair.results["scope-comparison"].set_index("county")
    assert table["change"].to_dict() == {"36117": "gained", "36051": "lost", "36055": "in both"}
    counties = pair.results["scope-counties"].drop_duplicates("county").set_index("county")
    assert table["employment_high"].to_dict() == counties["employment_high"].reindex(table.index).to_dict()
    page = compared(pair)
    rows = pair.results["scope"].set_index("footprint")
    measures = {label: (one, other) for label, one, other in page.measures}
    footprints = ("labor market", "labor market + Wayne County - 36051")
    for at, name in enumerate(footprints):
        assert measures["Jobs 2017"][at] == figures.cell_jobs(rows.loc[name])
        assert measures["Location quotient"][at] == brief_words.quotient(rows.loc[name])
        assert measures["Self-containment"][at] == f"{rows.loc[name, 'self_containment']:.0%}"
    gained = counties.loc["36117", "employment"]
    assert f"The second footprint gains Wayne County, with {gained:,.0f} jobs in manufacturing." in page.said
    assert any(text.startswith("The second footprint loses Livingston County") for text in page.said)
    scope_sections.opening(pair)
    assert "Two footprints compared" in plain(" ".join(shown))
    shares = pair.results["scope-jurisdictions"].set_index(["footprint", "jurisdiction_name"])
    share = figures.cell_share(shares.loc[(footprints[1], "East")])
    assert page.jurisdictions[-1] == ("East", "board", "not in it", share)
    html_page = plain(
        _sheets(pair, imprint(pair.study, "Manufacturing", "partnership brief"))["comparison.html"]
    )
    for text in (*page.said, *(cell for row in page.measures for cell in row)):
        assert text in html_page


def test_a_state_line_that_is_crossed_is_named():
    table = pd.DataFrame(
        {
            "first": "a", "second": "b", "county": ["1", "2"], "county_name": ["Hamilton County, OH", "Kenton County, KY"],
            "state_name": ["Ohio", "Kentucky"], "change": ["in both", "gained"], "change_employment": [5.0, np.nan],
            "change_employment_low": [5.0, 0.0], "change_employment_high": [5.0, np.nan],
        }
    )  # fmt: skip
    states = {"a": "Ohio", "b": "Kentucky, Ohio"}
    profile = SimpleNamespace(
        comparison=table, sector="Food", footprint_row=lambda name: pd.Series({"state_names": states[name]})
    )
    assert changes(profile) == [
        "The second footprint gains Kenton County, KY, whose jobs in the sector are withheld.",
        "It crosses into Kentucky.",
    ]
    assert changes(SimpleNamespace(comparison=table.assign(change="in both"))) == [
        "Both footprints have the same counties."
    ]


def test_a_brief_without_two_footprints_says_how_to_choose_them(small):
    assert small.comparison is None
    assert compared(small) is None
    assert "--compare" in small.results.missing("scope-comparison").hint
    unknown = sl.Results(small.study.with_scope("31-33", "36055", ("labor market", "labour market")))
    with pytest.raises(UnknownNameError, match="labour market"):
        _ = unknown["scope"]


def test_every_footprint_has_a_projection_or_the_reason_for_none(demonstration, shown):
    table = demonstration.results["scope"]
    assert (table["projected_change"].isna() == (table["not_projected"] != "")).all()
    printed = [row[-1] for row in cells(brief_tables.footprint_table(demonstration))]
    assert all(printed)
    scope_sections.footprints(demonstration)
    said = plain(shown[-1])
    for cell in printed:
        letter = re.fullmatch(r"none (\(\w\))", cell)
        assert letter is None or f"{letter[1]} " in said


def test_no_cell_of_a_brief_is_a_bare_dash(demonstration, small, shown):
    for profile in (demonstration, small):
        for section in SECTIONS:
            section(profile)
    assert not re.search(r">\s*[\N{EN DASH}\N{EM DASH}-]\s*</td>", " ".join(shown))


def test_the_center_has_the_most_jobs_of_the_sector(demonstration):
    """Not of all industries: the two differ in the demonstration's labor market of food manufacturing."""
    for footprint, rows in demonstration.results["scope-counties"].groupby("footprint"):
        jobs = (rows["employment_estimate"] * rows["weight"]).set_axis(rows["county"])
        assert jobs[rows["center_county"].iloc[0]] == jobs.max(), footprint


# --- words -------------------------------------------------------------------------------------------


def test_the_answer_names_the_planted_market_and_its_lines(demonstration):
    sentences = brief_words.answer(demonstration)
    assert len(sentences) == 5
    names = [n.split(" County")[0] for n in demonstration.counties["county_name"]]
    assert all(name in sentences[0] for name in names)
    assert "spans two workforce areas and one development district" in sentences[2]
    assert sentences[3].endswith("comes out the same.")
    assert "Central South (development district) holds all of these jobs" in sentences[4]
    assert "Jobs do not allocate seats" in sentences[4]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"share": 0.0, "share_low": 0.0, "share_high": 0.0}, "0%"),
        ({"share": 0.0004, "share_low": 0.0004, "share_high": 0.0004}, "under 1%"),
        ({"share": 0.9996, "share_low": 0.9996, "share_high": 0.9996}, "over 99%"),
        ({"share": np.nan, "share_low": 0.2915, "share_high": 0.4611}, "29–47%"),
        ({"share": np.nan, "share_low": 0.0002, "share_high": 0.061}, "at most 7%"),
        ({"share": np.nan, "share_low": 0.96, "share_high": 1.0}, "96–100%"),
        ({"share": np.nan, "share_low": 0.0, "share_high": np.nan}, "withheld"),
    ],
)
def test_shares(row, text):
    assert figures.cell_share(pd.Series(row)) == text


def test_a_county_list_says_county_once_and_keeps_other_names():
    assert english.counties(["A County", "B Parish"]) == "A County and B Parish"
    assert english.counties([f"{c} County" for c in "ABCD"], 2) == "A and B Counties and two more"


# --- partners ----------------------------------------------------------------------------------------


def test_the_contact_sheet_invents_nothing(demonstration):
    sheet = contact_sheet(demonstration)
    assert sheet[["contact", "phone or e-mail", "role", "next step"]].eq("").all(axis=None)
    study = demonstration.study
    known = set(study.assets["name"]) | {t for s in study.jurisdictions.values() for t in s["title"]}
    assert set(sheet["name"]) <= known | {""}
    assert sheet.loc[sheet["name"] == "", "listed in"].eq("to be filled in").all()
    groups = ["Workforce", "Economic development", "Education", "Labor and apprenticeship", "Business"]
    assert sheet["group"].drop_duplicates().to_list() == groups
    inside = set(demonstration.counties["county"])
    colleges = study.assets[(study.assets["kind"] == "college") & study.assets["area"].isin(inside)]
    assert set(sheet.loc[sheet["kind"] == "college", "name"]) == set(colleges["name"])


SMALL = (
    STUDY
    + """\
jurisdictions:
  board: {file: boards.csv, member: fips, group: board}
assets: [places.csv]
partners: partners.csv
rural_urban: codes.csv
"""
)


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> ScopeProfile:
    """Monroe's market holds Livingston and Monroe; Livingston's board is not recorded, Ontario is in none."""
    tmp_path = tmp_path_factory.mktemp("small")
    path = small_study(tmp_path, SMALL, withheld=[("36051", "5", "31-33", 2017)])
    (tmp_path / "boards.csv").write_text("fips,board\n36051,\n36055,Monroe\n36069,none\n36117,East\n")
    (tmp_path / "places.csv").write_text(
        "asset,kind,name,lat,lon\n1,college,Here College,43.15,-77.6\n2,port,Harbor,43.2,-77.6\n"
        "3,career school,Welding School,43.15,-77.6\n"
    )
    (tmp_path / "partners.csv").write_text(
        "kind,name,area,phone\nunion,Local 1,36055,555-0100\nunion,Local 1,36051,555-0100\nunion,Far,36117,\n"
    )
    (tmp_path / "codes.csv").write_text("FIPS,RUCC_2023\n36051,6\n36055,1\n36069,1\n")
    return ScopeProfile(sl.Results(sl.load_study(path).with_scope("31-33", "36055")))


def test_partners_that_the_study_lists_are_on_the_sheet_with_their_own_columns(small, shown):
    sheet = contact_sheet(small).set_index("name")
    assert sheet.loc["Local 1", "phone"] == "555-0100"
    assert sheet.loc["Local 1", "counties"] == "Monroe County, Livingston County"
    assert "Far" not in sheet.index
    assert sheet.loc["Here College", "counties"] == "Monroe County"
    scope_sections.partners(small)
    said = " ".join(shown)
    assert "Local 1" in said
    assert "one career school" in said
    assert "Welding School" not in said  # in the file beside the page alone
    assert "Welding School" in sheet.index


def test_not_recorded_and_none_are_told_apart(small, shown):
    text = " ".join(brief_words.answer(small))
    assert "The board of Livingston County is not recorded." in text
    assert small.unnamed("board", NONE) is None
    scope_sections.jurisdictions(small)
    assert "not recorded" in plain(shown[0])
    far = ScopeProfile(sl.Results(small.study.with_scope("31-33", "36069")))
    assert far.unnamed("board", NOT_RECORDED) is None
    assert "in no board" in plain(brief_tables.jurisdiction_table(far).as_raw_html())


def test_withheld_missing_and_zero_on_the_map(small):
    """The map's inputs tell them apart, and so does its legend."""
    counties = small.results["scope-counties"].drop_duplicates("county").set_index("county")
    assert counties.loc["36051", "status"] == "withheld"
    near = maps.around(small.shapes, list(counties.index))
    status = counties["status"].map(scope_sections._DISCLOSURE)
    values = counties["employment"].copy()
    both = maps.Outline("labor market", ["36051", "36055"])
    chart = maps.footprint_map(near, values, status, [both], "Jobs").to_json()
    assert "withheld, wholly or in part" in chart
    assert "not in the study" not in chart
    values["36051"], status["36051"] = np.nan, "missing"
    assert "not in the study" in maps.footprint_map(near, values, status, [both], "Jobs").to_json()
    values["36051"], status["36051"] = 0.0, "disclosed"
    assert (
        "no establishments of the sector (0)"
        in maps.footprint_map(near, values, status, [both], "Jobs").to_json()
    )


def test_a_map_of_jurisdictions_tells_split_none_and_not_recorded_apart():
    shapes = maps.around(sl.county_shapes("2010s"), ["36055", "36069"])
    table = pd.DataFrame(
        [("36055", "a", 0.6), ("36055", "b", 0.4), ("36069", "a", 1.0), ("36117", NONE, 1.0)],
        columns=["member", "group", "weight"],
    ).assign(title=lambda t: t["group"].str.upper(), system="board")
    footprint = maps.Outline("all", ["36055", "36069", "36117", "36051"])
    chart = maps.jurisdiction_map(shapes, table, footprint, "Boards").to_json()
    for text in (
        '"1 A"',
        '"2 B"',
        "split between two or more",
        "in none",
        "not recorded",
        "A (60%); B (40%)",
    ):
        assert text in chart, text
    with pytest.raises(UnknownAreaError, match="none of 1 counties has a shape"):
        maps.around(shapes, ["91001"])


def test_what_is_not_known_of_a_split_county_is_not_printed(tmp_path):
    """Monroe is split between boards: its establishments by board are not known, its jobs are a range."""
    path = small_study(
        tmp_path, STUDY + "jurisdictions:\n  board: {file: boards.csv, member: fips, group: board}\n"
    )
    (tmp_path / "boards.csv").write_text("fips,board,weight\n36055,City,0.7\n36055,Rest,0.3\n36051,Rest,1\n")
    profile = ScopeProfile(sl.Results(sl.load_study(path).with_scope("31-33", "36055")))
    printed = {row[0]: row for row in cells(brief_tables.footprint_table(profile))}
    city = printed["City (board)"]
    assert city[2].startswith("at most")
    assert city[4:6] == [brief_tables.SPLIT] * 2
    shares = {row[0]: row for row in cells(brief_tables.jurisdiction_table(profile)) if len(row) > 1}
    assert shares["City"][4] == "wholly in (with parts of counties)"
    assert shares["City"][1].startswith("at most")
    answer = " ".join(brief_words.answer(profile))
    assert f"Rest (board) may hold all of these jobs ({shares['Rest'][1]})" in answer
    assert shares["Rest"][1].endswith("\N{EN DASH}100%")
    assert "no single board" not in answer
    closely = ScopeProfile(profile.results, "board: City")
    assert closely.focus[["establishments", "residents", "self_containment"]].isna().all()
    said = " ".join(brief_words.answer(closely))
    assert "establishments" not in said
    assert "work there" not in said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ([1.0, 0.0], [1.0, 0.0], "City (board) holds all of these jobs"),
        ([0.9, 0.0], [1.0, 0.1], "City (board) may hold all of these jobs (90–100%)"),
        ([0.7, 0.0], [0.9, np.nan], "no claim"),
        ([0.6, 0.1], [0.9, 0.4], "no single board holds all of these jobs; City has the most (60–90%)"),
        ([0.3, 0.2], [0.8, 0.7], "no single board holds all of these jobs; City may have the most (30–80%)"),
    ],
)
def test_who_holds_all_of_the_jobs_is_said_only_where_it_is_sure(low, high, said):
    shares = pd.DataFrame({"jurisdiction_name": ["City", "Rest"], "share_low": low, "share_high": high})
    shares["share"] = shares["share_low"].where(shares["share_low"] == shares["share_high"])
    profile = SimpleNamespace(systems=["board"], named=lambda system: shares)
    text = brief_words._conveners(profile)
    assert (text == "") if said == "no claim" else text.startswith(f"Who could convene: {said}")


def test_numbers_follow_the_order_of_the_membership_and_neighbors_differ():
    shapes = maps.around(sl.county_shapes("2010s"), ["36055", "36069", "36117"])
    table = sl.membership({"x": ["36055"], "y": ["36069"], "z": ["36117"]})
    footprint = maps.Outline("all", ["36055", "36069", "36117"])
    chart = maps.jurisdiction_map(shapes, table[::-1], footprint, "Boards").to_json()
    assert chart.index('"1 z"') < chart.index('"2 y"') < chart.index('"3 x"')
    tints = re.findall(r'\\"fill\\": ?\\"(#\w{6})', chart)
    assert len(set(tints) - {"#ececec", "#ffffff"}) >= 3


# --- with little --------------------------------------------------------------------------------------


def test_every_section_says_something_with_little_and_with_much(demonstration, small, tmp_path, shown):
    bare = small_study(
        tmp_path / "bare", STUDY.replace("flows: flows.csv\n", "reports: {system: counties}\n")
    )
    nothing = ScopeProfile(sl.Results(sl.load_study(bare).with_scope("31-33", "36055")))
    assert nothing.focus["footprint"] == "seed county"
    for profile in (demonstration, small, nothing):
        for section in SECTIONS:
            before = len(shown)
            section(profile)
            assert len(shown) > before, section.__name__
        said = plain(" ".join(shown)).lower()
        assert "nan" not in said.split()
        shown.clear()
    scope_sections.opening(nothing)
    assert "names no commuting flows" in " ".join(shown)
    shown.clear()
    for section in (scope_sections.jurisdictions, scope_sections.infrastructure, scope_sections.growth):
        section(nothing)
        assert "Not shown: the study has no" in shown[-1]
    scope_sections.notes(nothing)
    assert {"Jurisdictions", "Shared infrastructure", "The grown footprint"} <= set(
        re.findall(r"<li><b>(.*?)</b>: ", shown[-2])
    )


def test_another_footprint_can_be_looked_at(demonstration):
    profile = ScopeProfile(demonstration.results, "workforce area: Bay and Valley")
    assert len(profile.counties) == 8
    assert brief_words.answer(profile)[0].startswith(
        "Bay and Valley (workforce area) holds Lanternhead County and"
    )
    assert profile.distinct[0] == ["workforce area: Bay and Valley"]
    with pytest.raises(UnknownNameError, match="'labour market'"):
        _ = ScopeProfile(demonstration.results, "labour market").focus


# --- the page -----------------------------------------------------------------------------------------


def test_the_page_is_labeled_and_stands_with_its_tables_and_contacts(brief, demonstration):
    page = brief.read_text(encoding="utf-8")
    assert DEMONSTRATION_NOTICE in page
    assert "All reports" not in page
    manifest = json.loads((brief.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parameters"]["sector"] == "311"
    assert {"jurisdictions.csv", "colleges.csv"} <= {Path(i["path"]).name for i in manifest["inputs"]}
    sheet = pd.read_csv(brief.parent / "partners.csv", keep_default_na=False)
    assert sheet.pop("notice").eq(DEMONSTRATION_NOTICE).all()
    pd.testing.assert_frame_equal(sheet, contact_sheet(demonstration), check_dtype=False)
    for name in ("scope", "scope-jurisdictions", "scope-counties"):
        saved = pd.read_parquet(brief.parent / "tables" / f"{name}.parquet")
        made = demonstration.results[name]
        known = (frame.astype(object).where(frame.notna(), None) for frame in (saved, made))
        pd.testing.assert_frame_equal(*known, check_index_type=False)
    # Read from where the page is made, in a folder beside its own, and from where it is found.
    for folder in (brief.parent, brief.parent.with_name(".made.part")):
        assert Path(os.path.normpath(folder / manifest["parameters"]["tables"])) == brief.parent / "tables"
    text = plain(page)
    assert brief_words.answer(demonstration)[0] in text
    for heading, said in brief_words.in_short(
        demonstration, sheets.QUESTIONS, sheets.supporters(demonstration)
    ):
        assert heading in text
        assert said in text


def test_a_county_or_sector_that_is_not_known_writes_nothing(small, tmp_path):
    study = sl.load_study(small.study.path)
    for arguments, message in {
        ("31-33", "Nowhere County"): "Nowhere County",
        ("977", "36055"): "977",
        ("31-33", "36055", "labour market"): "labour market",
        (): "sector",
    }.items():
        with pytest.raises(SectorlibError, match=message):
            report_scope(study, tmp_path / "out", *arguments)
    assert not (tmp_path / "out").exists()


def test_the_command_says_what_is_wrong(small):
    done = CliRunner().invoke(app, ["scope", str(small.study.path), "--sector", "31-33", "--seed", "Nowhere"])
    assert done.exit_code == 1
    assert "Nowhere" in done.stderr
    assert "hint:" in done.stderr


@pytest.mark.shared
def test_a_region_that_is_not_recorded_is_said_not_guessed(shared, tmp_path):
    """Nassau holds two sub-county workforce areas, so the New York file leaves its region blank."""
    study = sl.load_study(shared / "studies" / "new_york.yaml").with_scope("31-33", "36059")
    # Saved results without redrawn markets: drawing them takes minutes and is not looked at here.
    (tmp_path / "not-supported.json").write_text('{"labor-market-stability": ["not drawn", "draws", "draw"]}')
    profile = ScopeProfile(sl.Results(study, tmp_path))
    assert "The workforce region of Nassau County is not recorded." in " ".join(brief_words.answer(profile))
    printed = [row for row in cells(brief_tables.jurisdiction_table(profile)) if row[0] == "not recorded"]
    assert [row[3] for row in printed] == ["Nassau County"]
    shares = profile.jurisdictions.groupby("system")["share_estimate"].sum()
    assert shares.to_numpy() == pytest.approx([1.0, 1.0])


@pytest.mark.browser
def test_the_page_opens_in_a_browser_without_errors_or_requests(brief):
    from browser import open_page

    page = open_page(brief)
    assert page.console_errors == []
    assert page.requests == []
    assert "Footprints side by side" in page.text
    assert "Who could convene" in page.text


# --- the sheets to print ------------------------------------------------------------------------------


def test_the_host_meets_where_most_jobs_are_within_reach(demonstration):
    """Counted here from the table of pairs: the shares of counties within 30 miles."""
    counties = demonstration.counties.set_index("county")
    pairs = demonstration.pairs
    reach = definitions("scope")["meeting"]["value"]
    near = pairs[pairs["distance"] <= reach]
    within = {}
    for county in counties.index:
        others = pd.concat(
            [
                near.loc[near["county_a"] == county, "county_b"],
                near.loc[near["county_b"] == county, "county_a"],
            ]
        )
        within[county] = counties["share_estimate"].reindex([county, *others]).sum()
    assert counties["jobs_within_reach"].to_dict() == pytest.approx(within)
    meeting = counties["meeting_county"].iloc[0]
    assert within[meeting] == max(within.values())
    sheet = brief_sheet(demonstration)
    assert sheet.meeting_county == english.short_county(counties.loc[meeting, "county_name"])
    assert len(sheet.distances) == len(counties) - 1


def test_the_sheets_hold_figures_of_the_tables_and_room_to_write(demonstration, small):
    for profile in (demonstration, small):
        sheet = brief_sheet(profile)
        focus = profile.focus
        assert len(sheet.figures) == 3
        assert sheet.figures[0] == (figures.cell_jobs(focus), f"jobs in {profile.year}")
        said = imprint(profile.study, sheet.sector, "partnership brief")
        pages = _sheets(profile, said)
        host, one = (plain(pages[name]) for name in ("host.html", "onepage.html"))
        for text in (*(figure for figure, _ in sheet.figures), *sheet.questions, sheet.meeting):
            assert text in host
            assert text in one
        assert pages["host.html"].count('class="write"') == 5
        assert "No single board is the sole convener" in host
        for group in (
            "Workforce",
            "Economic development",
            "Education",
            "Labor and apprenticeship",
            "Business",
        ):
            assert group in host
        assert all(name in one for name, _, _ in sheet.conveners)


@pytest.mark.parametrize(
    ("withheld", "said", "missing"),
    [
        ((), ["900", "12", "+5.0%"], ""),
        (("jobs", "change"), ["12", "$40,000", "1.10"], ""),
        (("jobs", "change", "pay", "quotient"), ["12", "87%", "2"], ""),
        (("jobs", "change", "pay", "quotient", "commuting"), ["12", "2"], "jobs in 2017, change in jobs"),
        (("all",), ["2"], "jobs in 2017, establishments"),
    ],
)
def test_a_host_opens_with_three_figures_or_reads_what_is_missing(withheld, said, missing):
    known = {
        "jobs": 900.0,
        "establishments": 12.0,
        "change": 5.0,
        "pay": 40_000.0,
        "quotient": 1.1,
        "commuting": 0.87,
    }
    left = (
        {} if withheld == ("all",) else {name: value for name, value in known.items() if name not in withheld}
    )
    row = {"counties": 2, "states": 1, "start_year": 2012.0, "establishments": left.get("establishments")}
    for column, name in (
        ("employment", "jobs"), ("percent_change", "change"), ("average_annual_pay", "pay"), ("location_quotient", "quotient"),
    ):  # fmt: skip
        row |= {column: left.get(name), f"{column}_low": left.get(name), f"{column}_high": left.get(name)}
    focus = (
        pd.Series(row | {"demand_side": left.get("commuting")}, dtype=object).fillna(np.nan).infer_objects()
    )
    profile = SimpleNamespace(focus=focus, year=2017)
    assert [figure for figure, _ in sheets.opening_figures(profile)] == said
    text = sheets.missing_figures(profile)
    assert (
        (text == "") if not missing else text.startswith(f"Withheld or not in the study's files: {missing}")
    )


@pytest.mark.browser
def test_a_sheet_is_one_sheet_of_paper(demonstration, tmp_path):
    import subprocess

    from sectorlib.reporting.browser import find_browser, open_browser
    from sectorlib.reporting.pdf import print_sheet

    program = find_browser()
    if program is None:
        pytest.skip("no Chromium or Chrome is installed, so no sheet can be printed: install chromium")
    with open_browser(program) as browser:
        for name, text in _sheets(demonstration, imprint(demonstration.study, "Food", "brief")).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            pdf = tmp_path / f"{name}.pdf"
            pdf.write_bytes(print_sheet(browser, tmp_path / name))
            words_of = subprocess.run(
                ["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True
            ).stdout
            assert words_of.count("\f") == 1
            assert "Cite as" in words_of


# --- several briefs -----------------------------------------------------------------------------------


def test_several_briefs_have_an_index_and_one_that_fails_stops_no_other(small, tmp_path, monkeypatch):
    from sectorlib.reporting import scope as press
    from sectorlib.reporting.jobs import ReportJob, ReportResult

    asked = []

    def made(study, out, sector, seed, footprint, progress, up):
        asked.append((sector, seed))
        if sector == "72":
            raise NotSupportedError("no county is known to have a job", "jobs", "choose another sector")
        folder = out / f"{sector}-{seed}"
        folder.mkdir(parents=True)
        (folder / "report.html").write_text("<title>A brief</title>")
        (folder / "brief.json").write_text(
            json.dumps({"study": study.name, "name": f"{sector} around {seed}"})
        )
        return ReportResult(ReportJob(folder.name, folder.name, {}, ""), folder / "report.html")

    monkeypatch.setattr(press, "_report_scope", made)
    study = sl.load_study(small.study.path)
    results = press.report_scopes(study, tmp_path / "out", ["31-33", "72"], ["36055", "36069"])
    assert asked == [("31-33", "36055"), ("31-33", "36069"), ("72", "36055"), ("72", "36069")]
    assert [result.ok for result in results] == [True, True, False, False]
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert '<a href="31-33-36055/report.html">31-33 around 36055</a>' in index
    assert "no county is known to have a job" in index
    asked.clear()
    for arguments in ((["31-33", "no such thing"], ["36055"]), (["31-33"], ["36055", "Nowhere County"])):
        with pytest.raises(SectorlibError, match=r"no such thing|Nowhere County"):
            press.report_scopes(study, tmp_path / "none", *arguments)
    assert asked == []
    assert not (tmp_path / "none").exists()


def test_short_lists_are_looked_at_from_each_region(small, monkeypatch):
    from sectorlib.reporting import scope as press

    market = small.study.regions["group"].iloc[0]
    targets = pd.DataFrame(
        {
            "area": market,
            "sector": ["retail", "energy", "health-care"],
            "rank": [2, 3, 1],
            "short_list": [True, False, True],
        }
    )
    monkeypatch.setattr(press, "Results", lambda study: {"targets": targets})
    assert list(press._short_lists(small.study)) == [("health-care", market), ("retail", market)]
    targets["short_list"] = False
    with pytest.raises(NotSupportedError, match="no region has a sector"):
        list(press._short_lists(small.study))


def test_commas_of_names_and_states_are_no_lists(small):
    from sectorlib.cli import _counties_of, _sectors_of

    arts = "Arts, entertainment, recreation"
    assert _sectors_of(small.study, arts) == [arts]
    assert _sectors_of(small.study, "manufacturing, 62") == ["manufacturing", "62"]
    assert _counties_of("Monroe County, NY, 36001") == ["Monroe County, NY", "36001"]


def test_what_a_footprint_gains_and_loses_is_counted_from_the_members(small, shown):
    printed = cells(brief_tables.gains_table(small))
    assert len(printed) == len(small.distinct) - 1
    ours = {county for county, _ in small.members[small.focus["footprint"]]}
    for names, row in zip(small.distinct[1:], printed, strict=True):
        theirs = {county for county, _ in small.members[names[0]]}
        assert (row[1] == "none") == (theirs <= ours)
        assert (row[2] == "none") == (ours <= theirs)
        assert row[4] == figures.cell_jobs(small.footprint_row(names[0]))
    scope_sections.gains(small)
    assert "What another footprint gains and loses" in shown[0]


# --- names and programs -------------------------------------------------------------------------------


def test_manufacturing_is_the_same_sector_wherever_one_is_asked_for(small, tmp_path, monkeypatch):
    """In Python, in a study file, on the command line for tables and briefs, and in a panel."""
    study = small.study
    asked: list[str] = []
    assert set(as_sector("Manufacturing", study.sectors)["sector"]) == {"31-33"}
    found = {}
    path = study.path.with_name("named.yaml")
    path.write_text(
        study.path.read_text(encoding="utf-8") + "scope: {sector: manufacturing, seed: '36055'}\n"
    )
    found["file"] = sl.Results(sl.load_study(path))["scope"]
    out = tmp_path / "scope.csv"
    command = [
        "table",
        str(study.path),
        "scope",
        "--sector",
        "manufacturing",
        "--seed",
        "36055",
        "--out",
        str(out),
    ]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    found["table"] = pd.read_csv(out, dtype={"sector": str})
    for where, table in found.items():
        assert set(table["sector"]) == {"31-33"}, where
        assert set(table["sector_title"]) == {"Manufacturing"}, where

    def made(study, out, sector, *rest, **others):
        asked.append(sector)
        raise NotSupportedError("enough", "seen", "stop here")

    monkeypatch.setattr("sectorlib.reporting.scope._report_scope", made)
    for arguments in (["--sector", "manufacturing"], ["--sector", "manufacturing,health care"]):
        CliRunner().invoke(app, ["scope", str(study.path), *arguments, "--out", str(tmp_path / "briefs")])
    assert asked == ["manufacturing", "manufacturing", "health care"]
    assert View(small.results, sector="manufacturing").sector == "31-33"


#: A welding college, a secretaries' college, and which occupations their programs prepare for.
_PROGRAMS = {
    "places.csv": "asset,kind,name,lat,lon\n1,college,Welding,43.15,-77.6\n2,college,Secretaries,43.15,-77.6\n"
    "3,college,Unreported,43.15,-77.6\n",
    "c2016_a.csv": "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CTOTALT\n1,48.0508,1,3,30\n2,52.0401,1,3,90\n",
    "links.csv": "cip,soc\n48.0508,51-4121\n52.0401,43-6014\n",
}


@pytest.mark.shared
def test_programs_serve_a_sector_by_the_occupations_they_prepare_for(shared, tmp_path):
    """By the national staffing patterns: welders are manufacturing's own, secretaries work everywhere."""
    keys = {
        "assets": ["places.csv"],
        "completions": ["c2016_a.csv"],
        "program_occupations": "links.csv",
        "occupations": [str(shared / "data/layouts/oews/natsector_M2024_dl.xlsx")],
    }
    path = small_study(tmp_path, PLAIN + yaml.safe_dump(keys))
    for name, text in _PROGRAMS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    table = sl.Results(sl.load_study(path).with_scope("31-33", "36055"))["scope-colleges"].set_index("name")
    assert table["related_by"].eq("occupations").all()
    assert table["serves"].to_dict() == {"Welding": True, "Unreported": True, "Secretaries": False}
    assert table.loc["Welding", ["related_completions", "programs"]].to_list() == [30, "48.0508"]
    assert table.loc["Secretaries", "related_completions"] == 0
    assert pd.isna(table.loc["Unreported", "related_completions"])
