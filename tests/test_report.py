"""The region report from end to end: every section of every demonstration region, and one page in a browser."""

import json
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

import sectorlib as sl
from sectorlib import naics
from sectorlib.pages import figures
from sectorlib.pages.region import economy
from sectorlib.pages.region.chapters import CHAPTERS, PAGE_RESULTS
from sectorlib.reporting.regions import report_regions
from sectorlib.results import RESULTS
from sectorlib.study import DEMONSTRATION_NOTICE

#: Words above the appendix outside tables and charts, at most; and the size of a page in bytes.
WORDS, BYTES = 900, 4_000_000


@pytest.fixture(scope="module")
def demonstration() -> sl.Results:
    return sl.Results(sl.load_study(sl.data_path("demo", "study.yaml")))


@pytest.fixture(scope="module")
def report(demonstration: sl.Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One region's report, by the real notebook in a kernel of its own."""
    out = tmp_path_factory.mktemp("reports")
    region = demonstration["regions"]["area_name"].iloc[0]
    (result,) = report_regions(demonstration.study, [region], out)
    assert result.ok, result.failure
    assert result.page is not None
    return out / result.page if not result.page.is_absolute() else result.page


def pages_of(results: sl.Results) -> dict[str, dict[str, str]]:
    """The chapters of every region as markup, by the region's name and the chapter's."""
    made = {}
    for area in results["regions"]["area"].unique():
        profile = sl.RegionProfile(results, area)
        made[profile.name] = {chapter.name: chapter.page(profile) for chapter in CHAPTERS}
    return made


@pytest.fixture(scope="module")
def chapters(demonstration: sl.Results) -> dict[str, dict[str, str]]:
    return pages_of(demonstration)


def text_of(markup: str) -> str:
    """What a page says outside its tables, drawings and closed data."""
    for kind in ("svg", "table", "details"):
        markup = re.sub(rf"<{kind}[\s>].*?</{kind}>", " ", markup, flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", re.sub(r'<p class="table-foot">.*?</p>', " ", markup))


def test_every_chapter_of_every_region_has_something_to_say(chapters):
    for name, parts in chapters.items():
        for chapter, markup in parts.items():
            assert markup or chapter == "analyst", f"{chapter} of {name} shows nothing"
        words = re.sub(r"<[^>]+>", " ", " ".join(parts.values())).lower().split()
        assert not {"nan", "none", "<na>"} & set(words), name


def test_a_page_is_short_and_says_nothing_twice(chapters):
    for name, parts in chapters.items():
        above = [text_of(markup) for chapter, markup in parts.items() if chapter != "appendix"]
        assert len(" ".join(above).split()) <= WORDS, name
        whole = re.sub(
            r"<(/?)(p|li|h\d|dt|dd|figcaption|caption|summary|section|div|td|th)\b[^>]*>",
            ". ",
            # Two sectors may be on the short list for the same reason: cards are read one by one.
            re.sub(
                r'<article class="sector-card.*?</article>', "", " ".join(parts.values()), flags=re.DOTALL
            ),
        )
        sentences = re.split(
            r"(?<=[.!?])\s+", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", whole, flags=re.DOTALL))
        )
        long = Counter(" ".join(one.split()) for one in sentences if len(one.split()) > 7)
        assert [one for one, times in long.items() if times > 1] == [], name


def test_pages_never_speak_of_a_base_and_results_exist(chapters):
    for parts in chapters.values():
        assert not re.search(r"\bthe base\b", " ".join(text_of(markup) for markup in parts.values()))
    assert set(PAGE_RESULTS) <= set(RESULTS)


def test_figures_of_the_page_are_those_of_the_tables(demonstration, chapters):
    """Ten figures of every page, of cards, tables and sentences, as the tables of the study have them."""
    for area in demonstration["regions"]["area"].unique():
        profile = sl.RegionProfile(demonstration, area)
        parts = chapters[profile.name]
        targets = demonstration["targets"].query("area == @area and rank.notna()").sort_values("rank")
        first = targets.iloc[0]
        whole = demonstration["sectors"].query("area == @area and segment == 'all'").set_index("sector")
        years = demonstration["sector-years"].query("area == @area").set_index(["sector", "year"])
        wages = (
            demonstration["wages"]
            .query("area == @area and industry == '10' and ownership == '0'")
            .set_index("year")
        )
        here = demonstration["self-containment"].set_index("area").loc[area]
        growth = (
            demonstration["growth"].query("area == @area and industry == '10' and ownership == '0'").iloc[0]
        )
        last = (
            demonstration["projections"]
            .query("area == @area and industry == '10'")
            .sort_values("year")
            .iloc[-1]
        )
        counties = demonstration["sector-counties"].query("area == @area and sector == @first.sector")
        expected = {
            "first-screen": [
                f"{wages.loc[profile.year, 'employment']:,.0f} jobs",
                str(first["sector_title"]),
                f"{figures.share(here['demand_side'])} of workers live here",
                "tied" if first["place"] != "First" else str(figures.share(first["share_first"])),
                str(figures.estimated_jobs(whole.loc[first["sector"]])),
                str(figures.cell_growth(years.loc[(first["sector"], profile.year)])),
            ],
            "why": [f"scores {first['score']:.0f} of 100 points"],
            "market": [f"{figures.share(here['supply_side'])} of the region"],
            "economy": [f"{abs(growth['percent_change']):.1f}%"],
            "outlook": [
                f"between {figures.rounded_jobs(last['low_80'])} and {figures.rounded_jobs(last['high_80'])}"
            ],
        }
        assert sum(map(len, expected.values())) == 10
        assert counties["share_estimate"].sum() == pytest.approx(1)
        for chapter, said in expected.items():
            for one in said:
                assert one in parts[chapter], f"{one} is not in {chapter} of {profile.name}"


def test_the_table_of_sectors_prints_the_figures_of_the_tables(demonstration):
    profile = sl.RegionProfile(demonstration, demonstration["regions"]["area"].iloc[0])
    table = economy.sectors(profile).markup()
    rows = demonstration["concentration"]
    rows = rows[(rows["area"] == profile.area) & (rows["year"] == profile.year)]
    rows = rows[(naics.levels(rows["industry"]) == "sector") & (rows["employment"] != 0)]
    rows = rows[rows["industry"] != "99"]
    assert len(rows) > 15
    assert profile.compared_with == "nation"
    told = profile.industries("sector")
    for _, row in rows.iterrows():
        assert f">{figures.cell_jobs(row)}</td>" in table
        mark = "\N{DOUBLE DAGGER}" if figures.may_be_churn(told.loc[row["industry"]]) else ""
        ends = ("", "_low", "_high")
        beside = {f"location_quotient{end}": row[f"location_quotient_nation{end}"] for end in ends}
        assert f">{figures.cell_quotient(pd.Series(beside))}{mark}</td>" in table


def test_page_is_labeled_and_its_manifest_names_every_input(report, demonstration):
    page = report.read_text(encoding="utf-8")
    assert DEMONSTRATION_NOTICE in page
    assert DEMONSTRATION_NOTICE in (report.parents[1] / "index.html").read_text(encoding="utf-8")
    notebook = json.loads((report.parent / "report.ipynb").read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][0]["source"]) == f"**{DEMONSTRATION_NOTICE}**"
    saved = pd.read_parquet(report.parents[1] / "tables" / "concentration.parquet")
    assert saved.attrs == {"notice": DEMONSTRATION_NOTICE}
    manifest = json.loads((report.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["notice"] == DEMONSTRATION_NOTICE
    inputs = {Path(i["path"]).name: i for i in manifest["inputs"]}
    assert {"study.yaml", "commuting.csv", "counties.geojson"} <= set(inputs)
    assert sum(name.endswith(".csv.gz") for name in inputs) == 21  # twenty years of the state, and its nation
    assert inputs["commuting.csv"]["vintage"] == "invented"
    assert all(len(i["sha256"]) == 64 for i in inputs.values())
    assert manifest["versions"]["sectorlib"] == sl.__version__


def test_saved_tables_are_read_back_as_they_were_made(report, demonstration):
    saved = sl.Results(demonstration.study, report.parents[1] / "tables")
    for name in ("concentration", "growth", "projections"):
        pd.testing.assert_frame_equal(
            saved[name].astype(object), demonstration[name].astype(object), check_index_type=False
        )


@pytest.mark.browser
def test_page_opens_in_a_browser_without_errors_or_requests(report):
    from browser import open_page

    page = open_page(report)
    assert page.console_errors == []
    assert page.requests == []
    assert "The regional economy" in page.text
    assert len(report.read_bytes()) < BYTES
