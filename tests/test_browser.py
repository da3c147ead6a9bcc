"""Generated pages in a real browser: no error, no request, nothing beside the page at any width."""

from pathlib import Path

import nbformat
import pytest
from browser import open_page
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from sectorlib.pages.address import slug
from sectorlib.reporting.files import write_text
from sectorlib.reporting.index import write_index
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult
from sectorlib.reporting.runner import run_reports

pytestmark = pytest.mark.browser

BANNER = "Demonstration data: an invented state"
CELLS = (
    "region = ''",
    """
import altair as alt, pandas as pd
import matplotlib.pyplot as plt
from IPython.display import HTML
from sectorlib.pages.notebook import setup, show
setup()
sectors = pd.DataFrame({'lq': [0.5, 1.8], 'growth': [0.01, -0.02], 'sector': ['Mining', '</script>']})
chart = alt.Chart(sectors, width='container').mark_circle()
show(chart.encode(x='lq', y='growth', tooltip='sector'), 'A bubble chart.', 'Two sectors')
""",
    "figure, axes = plt.subplots(); axes.plot([1, 2]); show(figure, 'A line.', 'A rising line')",
    'HTML(f\'<div class="cards"><div class="card"><b>12,345</b><span>jobs in {region}</span></div></div>\')',
    "sectors",
)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    first, *rest = (new_code_cell(cell) for cell in CELLS)
    first.metadata.tags = ["parameters"]
    cells = [
        new_markdown_cell("# A notebook\n\n## Figures"),
        first,
        *rest,
        new_markdown_cell("## Methods\n\nText."),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "source.ipynb")
    results = run_reports(
        folder / "source.ipynb",
        [ReportJob("Ely", "ely", {"region": "Ely"}, "Ely: a report", BANNER)],
        folder / "out",
    )
    assert results[0].ok, results[0].failure
    others = [ReportResult(ReportJob(f"Region {n}", f"region-{n}", {}, ""), Path()) for n in range(300)]
    failed = ReportResult(ReportJob("Ash", slug("Ash"), {}, ""), failure=Failure("KeyError", "'lq'", 3))
    write_index(folder / "out", "A study", [*results, *others, failed], BANNER)
    return folder / "out"


OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_opens_without_error_or_request_and_fits(out, width):
    page = open_page(
        out / "ely" / "report.html",
        (
            "document.querySelectorAll('.chart svg circle, .chart svg .mark-symbol path').length",
            "[...document.images].every((image) => image.complete && image.naturalWidth > 0 && image.alt)",
            OVERFLOW,
        ),
        width,
    )
    marks, images_drawn, overflow = page.evaluated
    assert page.console_errors == []
    assert page.requests == []
    assert page.title == "Ely: a report"
    assert BANNER in page.text
    assert "jobs in Ely" in page.text
    assert "import altair" not in page.text
    assert marks == 2
    assert images_drawn
    assert overflow == 0
    assert page.screenshot.startswith(b"\x89PNG")


def test_a_reader_without_scripts_sees_the_charts(out):
    page = open_page(
        out / "ely" / "report.html",
        ("[...document.images].filter((image) => image.naturalWidth > 0).map((image) => image.alt)",),
        scripts=False,
    )
    assert page.evaluated == [["Two sectors", "A rising line"]]


def test_on_paper_there_is_no_navigation(out):
    page = open_page(out / "ely" / "report.html", media="print")
    assert "On this page" not in page.text
    assert "All reports" not in page.text
    assert "A bubble chart." in page.text


def test_the_index_narrows_as_one_types(out):
    typed = """(() => {
        const box = document.getElementById("filter");
        box.value = "region 29 ready";
        box.dispatchEvent(new Event("input"));
        return [...document.querySelectorAll("#reports tbody tr")].filter((row) => !row.hidden).length;
    })()"""
    page = open_page(out / "index.html", (OVERFLOW, typed, "document.getElementById('count').textContent"))
    assert page.console_errors == []
    assert page.requests == []
    assert page.evaluated == [0, 13, "13 of 302"]  # 29, 129, 229 and 290 to 299
    without = open_page(
        out / "index.html", ("document.querySelector('.search').checkVisibility()",), scripts=False
    )
    assert without.evaluated == [False]
    assert "cell 3: KeyError: 'lq'" in without.text


def test_the_helper_sees_errors_and_requests(tmp_path):
    bad = write_text(
        tmp_path / "bad.html",
        "<title>Bad</title><img src='http://127.0.0.1:9/a.png'>"
        "<script>console.error('one'); undefined_name</script>",
    )
    page = open_page(bad)
    assert page.requests == ["http://127.0.0.1:9/a.png"]
    assert any("one" in error for error in page.console_errors)
    assert any("undefined_name" in error for error in page.console_errors)


def test_the_page_forbids_what_the_engine_could_not_see(out, tmp_path):
    page = (out / "ely" / "report.html").read_text(encoding="utf-8")
    late = "<script>new Image().src = 'http://127.0.0.1:9/b.png';</script></body>"
    opened = open_page(write_text(tmp_path / "late.html", page.replace("</body>", late)))
    assert opened.requests == []
    assert any("Content Security Policy" in error for error in opened.console_errors)


def test_a_phone_shows_a_chart_wide_enough_to_read_and_the_page_no_wider_than_the_screen(out):
    width = "document.querySelector('.drawing img').getBoundingClientRect().width"
    column = "getComputedStyle(document.querySelector('.output tbody tr').firstElementChild).position"
    page = open_page(out / "ely" / "report.html", (width, OVERFLOW, column), width=400)
    assert page.evaluated == [640, 0, "sticky"]
