"""Names with markup, braces, dollar signs, line breaks and formulas are text wherever they are shown."""

import html
import io
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from small_study import COUNTIES, small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib.cli import app
from sectorlib.maps.drawing import heading, legend
from sectorlib.pages import markup
from sectorlib.pages.address import slug
from sectorlib.pages.brief.tables import _laid_out
from sectorlib.pages.drawing import Chart, mark, svg, text
from sectorlib.pages.region import economy
from sectorlib.pages.spreadsheet import csv_text, plain_cells
from sectorlib.pages.tables import Column, Sheet
from sectorlib.plot.looks import axes_or_new
from sectorlib.plot.looks import legend as legend_of
from sectorlib.reporting.html import report_page
from sectorlib.reporting.index import index_page
from sectorlib.reporting.jobs import ReportJob, ReportResult
from sectorlib.reporting.runner import _marked

PIECES = (
    "<script>alert(1)</script>", "{{x}}", "{{ 7*7 }}", "{% raw %}", "$\\frac{x$", "\n", "\r\n", "**b**", "[a](http://b)",
    "&amp;", '"', "'", "</title>", "\u202e", "שלום", "W" * 300, "Ely", "[/red]", "=1+1", "-->", "<img src=x onerror=y>",
)  # fmt: skip
nasty = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map(lambda parts: "Ely " + "".join(parts))
few = settings(max_examples=12)


def shown(page: str) -> str:
    """What a reader sees of markup, in one line."""
    return markup.one_line(html.unescape(re.sub(r"<[^>]+>", " ", page)))


def holds(page: str, name: str) -> None:
    """The name is there as text, and brought no element with it."""
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert html.escape(markup.one_line(name)) in page.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")


@few
@given(nasty)
def test_headings_and_cells_of_tables_are_text(name):
    frame = pd.DataFrame({"kind": [name], "name": [name], "jobs": ["12"]})
    page = _laid_out(frame, {"name": name, "jobs": name}, ["name"], "x", "kind").as_raw_html()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert shown(page).count(markup.one_line(name)) == 4


@few
@given(nasty)
def test_pages_and_the_index_show_names_as_text(name):
    holds(report_page(new_notebook(cells=[new_markdown_cell("## Jobs")]), name, name), name)
    job = ReportJob(name, slug(name), {}, name, headline={name: name})
    holds(index_page(name, [ReportResult(job, Path("a"))], name), name)
    assert re.fullmatch(r"[a-z0-9-]{1,80}", job.slug)


@few
@given(nasty)
def test_the_notice_of_a_notebook_is_text(name):
    first = _marked(new_notebook(), name).cells[0]
    page = report_page(new_notebook(cells=[first]), "Ely")
    assert markup.one_line(name) in shown(page)
    assert "<script>alert" not in page
    assert 'href="http://b"' not in page
    nbformat.validate(_marked(new_notebook(), name))


@few
@given(nasty)
def test_charts_and_tables_show_names_as_text(name):
    """A drawing, its table and its file hold a name as text, wherever it stands."""
    sheet = Sheet("data", name, [Column("name", name, name, name, text=True)], [{"name": name}])
    drawing = svg([mark(text(0, 0, name), name)], 10, 10, name)
    output = new_output("display_data", {"text/html": Chart("chart", name, drawing, name, sheet).markup()})
    page = report_page(new_notebook(cells=[new_code_cell(outputs=[output])]), "Ely")
    assert markup.one_line(name) in shown(page)
    assert "<script>alert" not in page


def test_long_names_leave_room_for_the_map():
    assert legend([("value", "#ffffff", "W" * 500)]).to_dict()["width"] < 400
    assert len(heading("W" * 500, "V" * 500).text) <= 100


@few
@given(st.sampled_from("=+-@\t\r＝"), nasty)
def test_formulas_in_text_cells_are_text_in_a_file(sign, name):
    frame = pd.DataFrame({"name": [sign + name], sign + "heading": [name], "jobs": [-2.5]})
    back = pd.read_csv(io.StringIO(csv_text(frame)))
    assert back.columns[1].startswith("'")
    assert back["name"].iloc[0].startswith("'")
    assert back["jobs"].iloc[0] == -2.5
    categories = plain_cells(frame.astype({"name": "category"}))
    assert categories["name"].iloc[0].startswith("'")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """A study in which whatever has a name has one that is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    name = "".join(PIECES[:8]) + "[/red] " + PIECES[13]
    keys = {
        "name": "small", "title": name, "notice": name, "panel": ["panel.csv"], "base_area": "36000", "built_in": False,
        "flows": "flows.csv", "names": "names.csv", "reports": {"system": "regions"},
        "regions": {name: list(COUNTIES[:2]), "-Plain": list(COUNTIES[2:])},
    }  # fmt: skip
    path = small_study(folder, yaml.safe_dump(keys, allow_unicode=True), years=range(2016, 2018))
    names = {code: f"{name} {code}" for code in (*COUNTIES, "36000")}
    pd.Series(names, name="name").rename_axis("area").to_csv(folder / "names.csv")
    return path


def test_the_name_of_the_state_is_text_in_tables_of_industries(hostile):
    profile = sl.RegionProfile(sl.Results(sl.load_study(hostile)), "-Plain")
    page = economy.sectors(profile).markup()
    assert "<script>" not in page
    assert "{{x}}" in html.unescape(page)


def test_a_table_written_by_the_command_runs_nothing_in_a_spreadsheet(hostile):
    made = CliRunner().invoke(app, ["table", str(hostile), "regions"])
    assert made.exit_code == 0, made.output
    assert "'-Plain" in made.stdout
    assert not re.search(r"(?m)(^|,)-", made.stdout)


def test_the_check_prints_names_with_brackets(hostile):
    made = CliRunner().invoke(app, ["check", str(hostile)])
    assert made.exception is None or isinstance(made.exception, SystemExit)
    assert "[/red]" in made.output


@few
@given(nasty)
def test_drawings_of_users_show_names_as_text(name):
    axes = axes_or_new(None, 3, 2)
    axes.plot([1, 2], [1, 2], label=name)
    axes.set_yticks([1, 2], [name, "Ely"])
    axes.set_title(name)
    legend_of(axes, 1)
    axes.get_figure(root=True).savefig(io.BytesIO(), format="png", dpi=20)
    assert axes.get_position().width > 0.3  # the name leaves room for the chart


def test_a_drawing_keeps_room_for_its_figures_whatever_its_names():
    names = ["W" * 300, "Wide " * 60, "A\n\nB\nC\nD", "Food"]
    table = pd.DataFrame({"sector_title": names, "rank": [1, 2, 3, 4]})
    table = table.assign(
        location_quotient=[0.5, 1.0, 2.0, 4.0], percent_change=[1.0, 2, 3, -4], employment=100
    )
    lines = pd.DataFrame({name: [1.0, 2.0] for name in names}, index=[2016, 2017])
    for axes in (sl.plot.ranks(table), sl.plot.bubble(table), sl.plot.trend(lines)):
        axes.get_figure(root=True).savefig(io.BytesIO(), format="png", dpi=20)
        assert axes.get_position().width > 0.4
        assert axes.get_position().height > 0.4
    labels = [text.get_text() for text in sl.plot.ranks(table).get_yticklabels()]
    assert labels[0].startswith("WWW")
    assert labels[0].endswith("…")
    assert labels[2:] == ["A B C D", "Food"]
