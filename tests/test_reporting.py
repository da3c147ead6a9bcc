"""The report engine: what it runs, what it writes, and what it does when something fails."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from hashlib import sha256
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console

from sectorlib.exceptions import MissingFileError, ReportError
from sectorlib.pages.address import slug
from sectorlib.reporting import html
from sectorlib.reporting.files import write_text
from sectorlib.reporting.html import report_page
from sectorlib.reporting.index import index_page, write_index
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult
from sectorlib.reporting.runner import run_reports
from sectorlib.sources.origin import Origin, file_sha256


def notebook(*cells: str) -> nbformat.NotebookNode:
    """A notebook of code cells, the first of them its parameters."""
    first, *rest = (new_code_cell(cell) for cell in cells)
    first.metadata.tags = ["parameters"]
    return new_notebook(cells=[new_markdown_cell("# Left out\n\n## First part"), first, *rest])


def saved(path: Path, *cells: str) -> Path:
    nbformat.write(notebook(*cells), path)
    return path


def with_output(data: dict, **metadata: object) -> nbformat.NotebookNode:
    output = new_output("display_data", data, metadata=metadata)
    return new_notebook(cells=[new_code_cell("secret_code()", outputs=[output])])


def job(name: str, **parameters: object) -> ReportJob:
    return ReportJob(name, slug(name), parameters, f"{name}: a report")


CHART = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.1.0.json",
    "data": {"values": [{"a": "</script><b>", "b": 2}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[ReportResult], str]:
    folder = tmp_path_factory.mktemp("reports")
    source = saved(
        folder / "source.ipynb",
        "region = ''\nrates = []",
        "import sys\nprint('python', sys.executable)",
        "if region == 'Broken Hills':\n    raise KeyError('no such sector')",
        "from IPython.display import HTML\nHTML(f'<p>{region} {sum(rates):.1f}</p>')",
    )
    data = write_text(folder / "data" / "panel.csv", "area,year\n")
    origin = Origin.of_file(data, "Agency", "Panel", relative_to=folder, vintage="2023")
    jobs = [
        replace(job(name, region=name, rates=[1.5, 2]), origins=(origin,))
        for name in ("Ely", "Broken Hills", "Ú")
    ]
    screen = StringIO()
    results = run_reports(source, jobs, folder / "out", n_jobs=2, progress=Console(file=screen))
    return folder / "out", results, screen.getvalue()


def test_reports_that_succeed_are_written_and_the_failed_one_is_not(finished):
    out, results, _ = finished
    assert [result.ok for result in results] == [True, False, True]
    whole = ("manifest.json", "report.html", "report.ipynb")
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()) == [
        *(f"ely/{name}" for name in whole),
        "logs/broken-hills.txt",
        *(f"u/{name}" for name in whole),
    ]
    assert "KeyError" in (out / "logs" / "broken-hills.txt").read_text()
    assert results[1].log == out / "logs" / "broken-hills.txt"
    assert results[0].page == out / "ely" / "report.html"
    assert "<p>Ely 3.5</p>" in results[0].page.read_text(encoding="utf-8")
    assert "<p>Ú 3.5</p>" in results[2].page.read_text(encoding="utf-8")


def test_a_failure_names_the_cell_as_the_source_notebook_counts_it(finished):
    failure = finished[1][1].failure
    assert (failure.cell, failure.error, failure.message) == (4, "KeyError", "'no such sector'")
    assert "raise KeyError" in failure.traceback
    assert "\x1b" not in failure.traceback
    assert failure.reason == "cell 4: KeyError: 'no such sector'"


def test_the_kernel_is_the_interpreter_that_runs_the_engine(finished):
    executed = nbformat.read(finished[0] / "ely" / "report.ipynb", as_version=4)
    printed = [
        output.text for cell in executed.cells for output in cell.get("outputs", []) if "text" in output
    ]
    assert printed == [f"python {sys.executable}\n"]


def test_the_manifest_holds_inputs_outputs_and_versions(finished):
    out, _, _ = finished
    found = json.loads((out / "ely" / "manifest.json").read_text(encoding="utf-8"))
    assert found["parameters"] == {"region": "Ely", "rates": [1.5, 2]}
    assert found["inputs"][0] | {"retrieved": ""} == {
        "producer": "Agency",
        "title": "Panel",
        "url": "",
        "vintage": "2023",
        "retrieved": "",
        "license": "",
        "path": "data/panel.csv",
        "sha256": sha256(b"area,year\n").hexdigest(),
        "bytes": 10,
    }
    for name, facts in found["outputs"].items():
        content = (out / "ely" / name).read_bytes()
        assert facts == {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    assert set(found["outputs"]) == {"report.html", "report.ipynb"}
    assert found["versions"]["python"] == ".".join(map(str, sys.version_info[:3]))
    assert found["versions"]["papermill"]


def test_the_progress_bar_ends_full_also_when_a_report_failed(finished):
    assert "100 %" in finished[2]


def test_a_later_failure_leaves_the_page_that_was_there(tmp_path):
    source = saved(tmp_path / "a.ipynb", "fail = False", "assert not fail")
    run_reports(source, [job("Ely", fail=False)], tmp_path / "out")
    ely = tmp_path / "out" / "ely"
    before = {path: path.read_bytes() for path in ely.iterdir()}
    results = run_reports(source, [job("Ely", fail=True)], tmp_path / "out")
    assert results[0].failure.error == "AssertionError"
    assert len(before) == 3
    assert {path: path.read_bytes() for path in ely.iterdir()} == before


def test_a_kernel_that_dies_and_a_page_that_cannot_be_made_are_failures_too(tmp_path):
    source = saved(
        tmp_path / "a.ipynb",
        "die = True",
        "import os, signal\nif die:\n    os._exit(9)",
        "from IPython.display import HTML\nHTML('<img src=\"https://example.org/a.png\">')",
    )
    died, outside = run_reports(source, [job("A", die=True), job("B", die=False)], tmp_path / "out", n_jobs=2)
    assert died.failure.error == "Killed"
    assert died.failure.message == "the process ended with code 9"
    assert died.failure.cell == 3
    assert outside.failure.error == "ReportError"
    assert outside.failure.cell is None
    assert "https://example.org/a.png" in outside.failure.message
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["logs"]


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has no POSIX signals with which a run could be interrupted"
)
def test_an_interruption_ends_the_kernels_at_once(tmp_path):
    source = saved(
        tmp_path / "a.ipynb", "started = ''", "open(started, 'w').close()\nimport time\ntime.sleep(300)"
    )
    flag = tmp_path / "started"
    program = textwrap.dedent(f"""
        from pathlib import Path
        from sectorlib.reporting.jobs import ReportJob
        from sectorlib.reporting.runner import run_reports
        jobs = [ReportJob(s, s, {{"started": {str(flag)!r}}}, s) for s in "abc"]
        run_reports(Path({str(source)!r}), jobs, Path({str(tmp_path / "out")!r}), n_jobs=1)
        """)
    process = subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not flag.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("jobs", "found"),
    [
        ([job("Ely"), job("ely")], "share the slug 'ely'"),
        ([ReportJob("Ely", "../ely", {}, "Ely")], "slug '../ely'"),
        ([job("Ely", regoin="Ely")], "did you mean 'region'?"),
    ],
)
def test_jobs_that_cannot_be_told_apart_or_understood_are_refused_before_anything_runs(tmp_path, jobs, found):
    source = saved(tmp_path / "a.ipynb", "region = ''")
    with pytest.raises(ReportError) as caught:
        run_reports(source, jobs, tmp_path / "out")
    assert found in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_missing_notebook_is_named(tmp_path):
    with pytest.raises(MissingFileError, match=r"nowhere\.ipynb"):
        run_reports(tmp_path / "nowhere.ipynb", [], tmp_path)


# Pages


def test_a_page_shows_markdown_and_figures_and_no_code():
    source = notebook("x = 1")
    source.cells[1].outputs = [
        new_output("stream", name="stdout", text="<printed>"),
        new_output("stream", name="stderr", text="a warning"),
        new_output("execute_result", {"text/plain": "<Axes: >"}),
        new_output("display_data", {"image/png": "iVBORw0KGgo=\n", "text/plain": "<Figure>"}),
    ]
    page = report_page(source, "A & B", banner="Demonstration data: an invented state")
    assert "<h1>A &amp; B</h1>" in page
    assert page.count("<h1") == 1
    assert '<h2 id="first-part">First part</h2>' in page
    assert '<a href="#first-part">First part</a>' in page
    assert '<aside class="banner" aria-label="Notice">Demonstration data: an invented state</aside>' in page
    assert "&lt;printed&gt;" in page
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in page
    assert "x = 1" not in page
    assert "a warning" not in page
    assert "Axes" not in page
    assert "script.chart-spec" not in page


def test_dollar_amounts_are_not_formulas():
    page = report_page(new_notebook(cells=[new_markdown_cell("Between $45,000 and **$50,000** a year")]), "T")
    assert "Between $45,000 and <strong>$50,000</strong> a year" in page


def test_headings_get_anchors_of_their_own():
    cells = [
        new_markdown_cell("## Jobs & pay\n\n## Jobs & pay"),
        new_markdown_cell('<h2 id="own">Mine</h2>\n\n### Part'),
    ]
    page = report_page(new_notebook(cells=cells), "T")
    anchors = re.findall(r'<li><a href="#([^"]+)">', page)
    assert anchors == ["jobs-pay", "jobs-pay-2", "own"]
    assert all(page.count(f'<h2 id="{anchor}"') == 1 for anchor in anchors)
    assert '<h3 id="part">' in page


def test_the_libraries_come_once_and_only_with_a_chart():
    chart = with_output({"application/vnd.vegalite.v5+json": CHART, "text/plain": ""})
    chart.cells += with_output({"application/vnd.vegalite.v5+json": CHART}).cells
    page = report_page(chart, "T")
    assert page.count("script.chart-spec") == 1
    assert page.count('class="chart-spec"') == 2
    specs = re.findall(r'<script type="application/json" class="chart-spec">(.*?)</script>', page, re.DOTALL)
    assert [json.loads(spec) for spec in specs] == [CHART, CHART]
    assert page.count("<noscript><img") == 2
    assert "script.chart-spec" not in report_page(with_output({"text/html": "<p>x</p>"}), "T")


def test_captions_and_alternative_text_come_with_the_figure():
    text = {"caption": "Jobs < pay", "alt": 'A "rising" line'}
    page = report_page(with_output({"image/svg+xml": "<svg/>"}, sectorlib=text), "T")
    assert "<figcaption>Jobs &lt; pay</figcaption>" in page
    assert 'alt="A &#34;rising&#34; line"' in page


@pytest.mark.parametrize(
    "data",
    [
        {"text/html": '<script src="https://example.org/a.js"></script>'},
        {"text/html": '<link rel="stylesheet" href="//example.org/a.css">'},
        {"text/html": "<style>@import 'https://example.org/font.css';</style>"},
        {"text/html": '<div style="background: url(a.png)"></div>'},
        {"text/markdown": "![a map](map.png)"},
        {"application/vnd.vegalite.v5+json": {**CHART, "data": {"url": "https://example.org/a.csv"}}},
    ],
)
def test_what_would_be_fetched_is_refused(data):
    with pytest.raises(ReportError, match=r"example\.org|a\.png|map\.png"):
        report_page(with_output(data), "T")


def test_links_and_pictures_inside_the_page_are_allowed():
    inside = '<a href="https://example.org">source</a><img src="data:image/png;base64,xx"><use href="#a"/>'
    assert inside in report_page(with_output({"text/html": inside}), "T")


@settings(max_examples=25, deadline=None)
@given(st.text(), st.text())
def test_whatever_a_title_or_banner_holds_it_is_text(title, banner):
    page = report_page(new_notebook(), f"<b>{title}", f"<i>{banner}")
    assert "<b>" not in page
    assert "<i>" not in page


def test_the_nearest_vega_lite_version_is_taken():
    versions = html.vl_convert.get_vegalite_versions()
    assert (
        html._vegalite_version({"$schema": "https://vega.github.io/schema/vega-lite/v5.20.1.json"}) == "5.20"
    )
    assert (
        html._vegalite_version({"$schema": "https://vega.github.io/schema/vega-lite/v5.999.0.json"})
        == [v for v in versions if v.startswith("5.")][-1]
    )
    assert html._vegalite_version({}) == versions[-1]


# The index


def test_the_index_links_what_is_there_and_says_what_failed(tmp_path):
    good = ReportResult(replace(job("Ely & Sons"), headline={"Jobs": "12,345"}), Path("x"))
    bad = ReportResult(job("Ash"), failure=Failure("KeyError", "'<lq>'\nmore", cell=4))
    path = write_index(tmp_path / "out", "A study", [good, bad], "Demonstration data: an invented state")
    page = path.read_text(encoding="utf-8")
    assert '<a href="ely-sons/report.html">Ely &amp; Sons</a>' in page
    assert "ash/report.html" not in page
    assert "cell 4: KeyError: &#39;&lt;lq&gt;&#39;</span>" in page
    assert '<td class="number">12,345</td>' in page
    assert "1 report, " in page
    assert "1 failed" in page
    assert "Demonstration data: an invented state" in page


def test_an_index_of_hundreds_of_rows_has_a_row_for_each():
    page = index_page("T", [ReportResult(job(f"Region {n}"), Path("x")) for n in range(400)])
    assert page.count('<th scope="row">') == 400


# Manifest and origins


def test_the_same_notebook_makes_the_same_page():
    source = with_output({"application/vnd.vegalite.v5+json": CHART})
    assert report_page(source, "T") == report_page(source, "T")


def test_a_file_is_hashed_again_when_it_changes(tmp_path):
    path = write_text(tmp_path / "a.csv", "one")
    assert file_sha256(path) == sha256(b"one").hexdigest()
    write_text(path, "three")
    assert file_sha256(path) == sha256(b"three").hexdigest()


def test_an_origin_records_no_place_on_the_machine(tmp_path):
    path = write_text(tmp_path / "data" / "a.csv", "x")
    (tmp_path / "studies").mkdir()
    assert Origin.of_file(path, "P", "T").path == "a.csv"
    assert Origin.of_file(path, "P", "T", relative_to=tmp_path / "studies").path == "../data/a.csv"
    with pytest.raises(MissingFileError):
        Origin.of_file(tmp_path / "b.csv", "P", "T")


def test_a_write_that_fails_leaves_nothing(tmp_path):
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_text(tmp_path / "taken", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
