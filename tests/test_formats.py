"""The forms of a report beside the page: workbook, PDF and fact sheet, and what each says of itself."""

import hashlib
import io
import json
from pathlib import Path

import openpyxl
import pandas as pd
import pypdf
import pytest
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook
from said import as_written, figures_in, numbers_of, text_of
from small_study import COUNTIES, small_study

import sectorlib as sl
from sectorlib.exceptions import LayoutError, MissingFileError, StudyFileError, UnknownNameError
from sectorlib.pages.imprint import Imprint, imprint
from sectorlib.pages.onepage import fact_sheet
from sectorlib.pages.region.chapters import CHAPTERS, absent
from sectorlib.pages.region.why import whole_points
from sectorlib.reporting import formats
from sectorlib.reporting.browser import BROWSER_VARIABLE, find_browser
from sectorlib.reporting.formats import formats_of, write_formats
from sectorlib.reporting.html import report_page
from sectorlib.reporting.index import index_page
from sectorlib.reporting.pdf import footer, header
from sectorlib.reporting.workbook import WITHHELD, Sheet, region_sheets, workbook
from sectorlib.resources import definitions
from sectorlib.results import RESULTS
from sectorlib.sources.pictures import PICTURES, picture

NOTICE = "Invented data of four counties"
AGENCY = "Office <b>of</b> Jobs"
STATEMENT = "An equal opportunity employer/program."
LONG = "=Ely {{x}} $\\frac{x$ <script>alert(1)</script> " + "W" * 200

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A study with a publisher and two regions, one of them with a hostile name, in three years."""
    folder = tmp_path_factory.mktemp("formats")
    keys = {
        "name": "small", "title": "A small study", "notice": NOTICE, "panel": ["panel.csv"], "base_area": "36000",
        "built_in": False, "flows": "flows.csv", "reports": {"system": "regions"},
        "regions": {LONG: list(COUNTIES[:2]), "East": list(COUNTIES[2:])},
        "publisher": {"agency": AGENCY, "contact": "jobs@example.gov", "logo": "logo.svg",
                      "funding": "Funded by a grant.", "equal_opportunity": STATEMENT},
    }  # fmt: skip
    path = small_study(folder, yaml.safe_dump(keys), years=range(2015, 2018))
    (folder / "logo.svg").write_text(SVG)
    return path


@pytest.fixture(scope="module")
def profiles(folder) -> dict[str, sl.RegionProfile]:
    results = sl.Results(sl.load_study(folder))
    return {name: sl.RegionProfile(results, name) for name in (LONG, "East")}


def page_figures(profile: sl.RegionProfile) -> set[str]:
    """Every figure of a region's page as pages may write it: the latest rows of the region, its counties, state and nation."""
    here = {profile.area, profile.study.base_area, "US000", *profile.counties["county"]}
    tables = []
    for name in dict.fromkeys(name for chapter in CHAPTERS for name in chapter.results):
        table = profile.results.given(name)
        if table is None:
            continue
        keys = [key for key in ("area", "county", "member") if key in table]
        mine = [table[key].astype(str).isin(here) for key in keys]
        tables.append(table[pd.concat(mine, axis=1).any(axis=1)] if mine else table)
    study = profile.study
    years = [*study.years, study.years[-1] + study.file.horizon]
    said = {f"{year}" for year in years} | {f"{year % 100:02}" for year in years}
    # What a page sets beside the state, and the thresholds that it states.
    here, there = profile.total("0"), profile.total("0", study.base_area)
    said |= as_written([here["employment"] / there["employment"]])
    said |= as_written([here["average_annual_pay"] / there["average_annual_pay"]])
    for area in (profile.area, study.base_area):
        jobs = profile.history("10", area)["employment"]
        said |= as_written(100 * jobs / jobs.iloc[0])
    points = profile.rows("target-points")
    most = points.drop_duplicates("criterion").set_index("criterion")["most_points"]
    unknown = most.index.difference(points.loc[points["figure"].notna(), "criterion"])
    whole = whole_points(most)
    assert sum(whole.values()) == round(most.sum())
    said.add(f"{sum(whole[name] for name in unknown)}")
    tiers = definitions("wage_tiers")["schemes"]["typical-pay"]
    return figures_in(tables) | said | as_written(tiers[cut]["value"] for cut in ("low_below", "high_above"))


def test_every_number_of_a_region_s_sentences_is_in_the_tables(profiles):
    """Of the page above its appendix, and of the fact sheet."""
    profile = profiles["East"]
    known = page_figures(profile)
    text = " ".join(text_of(c.markup(profile), without="table|details|select") for c in CHAPTERS[:-1])
    told = numbers_of([text])
    assert len(told) > 15
    assert told <= known, sorted(told - known)
    assert numbers_of([f"{max(profile.total('0')['employment'], 1) * 7 + 3:,.0f} jobs"]) - known
    sheet = fact_sheet(profile)
    said = [*sheet.figures, *sheet.steps, *(choice.figures for choice in sheet.choices), sheet.chart_title]
    told = numbers_of(" ".join(one) if isinstance(one, tuple) else one for one in said)
    assert len(told) > 5
    assert told <= known, sorted(told - known)


def made(profile: sl.RegionProfile, folder: Path) -> tuple[sl.RegionProfile, Path]:
    """A region's folder with a page of several sheets of paper and a manifest."""
    folder.mkdir()
    said = imprint(profile.study, profile.name, "region report")
    page = report_page(
        new_notebook(cells=[new_markdown_cell("## Jobs\n\n" + "Text. " * 3000)]), "Ely", NOTICE, said=said
    )
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "manifest.json").write_text('{"outputs": {}}')
    return profile, folder


# --- which forms ---------------------------------------------------------------------------------------


def test_an_unknown_form_is_refused_with_the_nearest():
    assert formats_of("PDF,html") == ("html", "pdf")
    assert formats_of("") == ("html",)
    with pytest.raises(UnknownNameError, match="onepage"):
        formats_of("html,one-page")


def test_without_a_browser_the_other_forms_are_written_and_the_reason_is_said(
    profiles, tmp_path, monkeypatch
):
    monkeypatch.setattr(formats, "find_browser", lambda: None)
    region = made(profiles["East"], tmp_path / "east")
    lacking = write_formats([region], ("html", "pdf", "onepage", "xlsx"))
    assert "no Chromium, Chrome or Edge" in str(lacking)
    assert BROWSER_VARIABLE in str(lacking)
    names = {path.name for path in region[1].iterdir()}
    assert names == {"report.html", "manifest.json", "report.xlsx", "onepage.html"}
    assert write_formats([region], ("html", "xlsx")) is None


def test_a_browser_that_fails_leaves_the_other_forms_and_a_reason(profiles, tmp_path, monkeypatch):
    program = tmp_path / "my-browser"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(BROWSER_VARIABLE, str(program))
    region = made(profiles["East"], tmp_path / "east")
    lacking = write_formats([region], ("html", "pdf", "onepage"))
    assert "ended at once with code 3" in str(lacking)
    assert {path.name for path in region[1].iterdir()} == {"report.html", "manifest.json", "onepage.html"}


def test_a_browser_is_found_by_name_or_by_the_variable(monkeypatch, tmp_path):
    program = tmp_path / "my-browser"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv(BROWSER_VARIABLE, str(program))
    assert find_browser() == str(program)
    monkeypatch.setenv(BROWSER_VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(MissingFileError, match="absent"):
        find_browser()
    monkeypatch.delenv(BROWSER_VARIABLE)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None
    program.rename(tmp_path / "microsoft-edge")
    assert find_browser() == str(tmp_path / "microsoft-edge")


# --- the workbook --------------------------------------------------------------------------------------


def test_the_workbook_holds_the_tables_as_numbers_with_units_and_sources(profiles):
    profile = profiles[LONG]
    said = imprint(profile.study, profile.name, "region report")
    content = workbook(LONG, region_sheets(profile), said, absent(profile))
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == "About"
    assert book.sheetnames[-2:] == ["Dictionary", "Sources"]
    rows = list(book["wages"].iter_rows(values_only=True))
    top = next(line for line, row in enumerate(rows) if row[0] == "grain")
    back = pd.DataFrame(rows[top + 1 :], columns=rows[top])
    table = profile.rows("wages")
    table = table[table["industry"].isin(back["industry"])]
    assert len(back) == len(table)
    known = pd.to_numeric(back["employment"], errors="coerce")
    assert known.to_list() == pytest.approx(table["employment"].to_list(), nan_ok=True)
    hidden = back["employment"] == WITHHELD
    assert hidden.to_list() == table["employment"].isna().to_list()
    assert hidden.any()
    above = dict(zip(rows[top], rows[top - 1], strict=True))
    declared = {c.name: c for c in RESULTS["wages"].table.columns if c.name in above}
    assert declared.keys() == above.keys()
    assert all(above[name].startswith(column.label) for name, column in declared.items())
    assert above["average_annual_pay"] == "Average annual pay (USD a year, nominal)"
    assert above["area_name"] == "Area"
    for sheet in book:
        texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))], sheet.title
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"], sheet.title
    assert said.citation in [row[1] for row in book["Sources"].iter_rows(values_only=True)]
    meanings = {(row[0], row[1]) for row in book["Dictionary"].iter_rows(values_only=True)}
    assert {("wages", name) for name in rows[top]} <= meanings


def test_the_same_tables_make_the_same_bytes(profiles):
    sheets = region_sheets(profiles["East"])
    first, second = (workbook("East", sheets, Imprint("A citation."), {}) for _ in range(2))
    assert hashlib.sha256(first).digest() == hashlib.sha256(second).digest()


def test_sheets_with_long_and_equal_names_are_told_apart():
    result = RESULTS["regions"]
    rows = pd.DataFrame({c.name: ["1" if c.kind != "number" else 1.0] for c in result.table.columns})
    sheets = [Sheet("A/table:" + "x" * 40 + end, "", rows, result.table) for end in "ab"]
    book = openpyxl.load_workbook(io.BytesIO(workbook("Ely", sheets, Imprint(""), {})))
    assert len(set(book.sheetnames)) == 5


# --- what every page says of itself --------------------------------------------------------------------


def test_every_page_says_how_to_cite_it_and_who_publishes_it(profiles):
    said = imprint(profiles["East"].study, "East", "region report")
    assert said.citation.startswith(f"{AGENCY} (")
    assert "East: region report, data through 2017. " + NOTICE in said.citation
    assert (
        "U.S. Bureau of Labor Statistics and state agencies, Quarterly Census of Employment and Wages, 2015-2017"
        in said.sources
    )
    assert not [source for source in said.sources if "logo" in source.lower()]
    for page in (report_page(new_notebook(), "East", said=said), index_page("A study", [], said=said)):
        assert "Cite as:" in page
        assert "Office &lt;b&gt;of&lt;/b&gt; Jobs" in page
        assert "<b>of</b>" not in page
        assert STATEMENT in page
        assert 'src="data:image/svg+xml;base64,' in page
    plain = imprint(sl.example("invented"), "Ely", "region report")
    assert plain.lines == ()
    assert plain.notice in plain.citation


def test_a_logo_that_is_no_picture_is_refused(tmp_path):
    for end in PICTURES:
        (tmp_path / f"a{end}").write_text("<script>alert(1)</script>")
        with pytest.raises(LayoutError, match="no picture"):
            picture(tmp_path / f"a{end}")
    (tmp_path / "a.html").write_text(SVG)
    with pytest.raises(LayoutError):
        picture(tmp_path / "a.html")


def test_a_publisher_may_be_a_name_and_its_keys_are_checked(tmp_path):
    text = "name: small\ntitle: A\npanel: [panel.csv]\nbase_area: '36000'\n"
    named = sl.load_study(small_study(tmp_path / "a", text + "publisher: A board\n", years=[2017]))
    assert named.file.publisher is not None
    assert named.file.publisher.agency == "A board"
    with pytest.raises(StudyFileError, match="contact"):
        sl.load_study(
            small_study(tmp_path / "b", text + "publisher: {agency: A, contatc: B}\n", years=[2017])
        )


def test_what_stands_on_every_sheet_is_text():
    said = Imprint("", ("QCEW, 2017",), "Data through 2017", "<i>Invented</i>", "<b>A", "c", ("d",))
    assert "<i>" not in footer(said)
    assert "<b>" not in header("<b>x</b>")
    assert "Source: QCEW, 2017. Data through 2017." in footer(said)


# --- paper ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(profiles, tmp_path_factory) -> dict[str, Path]:
    if find_browser() is None:
        pytest.skip("no Chromium, Chrome or Edge is installed, so nothing can be printed: install chromium")
    out = tmp_path_factory.mktemp("printed")
    regions = {name: made(profile, out / str(n)) for n, (name, profile) in enumerate(profiles.items())}
    assert write_formats(regions.values(), ("pdf", "onepage")) is None
    return {name: folder for name, (_, folder) in regions.items()}


@pytest.mark.browser
@pytest.mark.parametrize("name", [LONG, "East"])
def test_every_sheet_has_the_region_its_number_the_source_and_the_notice(printed, name):
    book = pypdf.PdfReader(printed[name] / "report.pdf")
    pages = [page.extract_text() for page in book.pages]
    assert len(pages) > 3
    for number, text in enumerate(pages, start=1):
        line = " ".join(text.split())
        assert f"Page {number} of {len(pages)}" in line
        assert name[:4] in line
        assert NOTICE in line
        assert "Quarterly Census of Employment and Wages, 2015-2017" in line
        assert STATEMENT in line
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Text." in pages[0], "no blank first page"


@pytest.mark.browser
@pytest.mark.parametrize("name", [LONG, "East"])
def test_a_fact_sheet_is_one_sheet_with_all_that_belongs_on_it(printed, name):
    book = pypdf.PdfReader(printed[name] / "onepage.pdf")
    assert len(book.pages) == 1
    assert [round(float(side)) for side in book.pages[0].mediabox[2:]] == [612, 792]
    text = " ".join(book.pages[0].extract_text().split())
    for wanted in (
        NOTICE,
        "The short list",
        "Next steps",
        "Cite as:",
        "jobs@example.gov",
        STATEMENT,
        "average annual pay",
    ):
        assert wanted in text, wanted
    assert book.trailer["/Root"]["/MarkInfo"]["/Marked"]
    page = (printed[name] / "onepage.html").read_text(encoding="utf-8")
    assert "<script" not in page
    outputs = json.loads((printed[name] / "manifest.json").read_text(encoding="utf-8"))["outputs"]
    for file in ("report.pdf", "onepage.html", "onepage.pdf"):
        content = (printed[name] / file).read_bytes()
        assert outputs[file] == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
