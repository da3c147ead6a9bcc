"""The region page in a real browser: accessible in light and dark, and complete without scripts."""

import importlib.util
import json
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from small_study import STUDY, small_study

from sectorlib.pages.region.chapters import CHAPTERS
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.reporting.browser import find_browser, open_browser
from sectorlib.reporting.html import report_page
from sectorlib.results import Results
from sectorlib.study import load_study

pytestmark = pytest.mark.browser

REGIONS = 'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069", "36117"]}\n'

#: Serious and critical violations, with the first element of each.
AXE = """axe.run(document, {resultTypes: ["violations"]}).then((found) => found.violations
  .filter((one) => ["serious", "critical"].includes(one.impact))
  .map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")))"""


def page_of(profile: RegionProfile) -> str:
    """The page of a region, made here and not by a notebook."""
    markups = [markup for chapter in CHAPTERS if (markup := chapter.page(profile))]
    outputs = [new_output("display_data", {"text/html": markup}) for markup in markups]
    return report_page(
        new_notebook(cells=[new_code_cell(outputs=outputs)]), profile.name, "An invented study"
    )


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    study = load_study(small_study(folder / "study", STUDY + REGIONS + "as_of: 2018\n"))
    path = folder / "report.html"
    path.write_text(page_of(RegionProfile(Results(study), "West")), encoding="utf-8")
    return path


@pytest.fixture
def tab():
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium, Chrome or Edge is installed, so no page can be opened: install chromium")
    with open_browser(program) as browser:
        browser.call("Network.enable")
        browser.call("Log.enable")
        browser.call("Runtime.enable")
        yield browser


def size(browser, width: int, scheme: str = "light") -> None:
    browser.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
    )
    browser.call(
        "Emulation.setEmulatedMedia",
        media="screen",
        features=[{"name": "prefers-color-scheme", "value": scheme}],
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_serious(page, tab, scheme, width):
    spec = importlib.util.find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-core-python")
    size(tab, width, scheme)
    tab.open(page)
    tab.evaluate((Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8") + ";0")
    for opened in (False, True):
        tab.evaluate(
            f"document.querySelectorAll('details').forEach((part) => {{ part.open = {json.dumps(opened)}; }})"
        )
        assert tab.evaluate(AXE) == []


def test_a_phone_shows_everything_without_scrolling_the_page_sideways(page, tab):
    size(tab, 400)
    tab.open(page)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400
    cut = """[...document.querySelectorAll("table.sheet")].filter((table) => {
      const frame = table.closest(".scroll");
      return table.offsetWidth > frame.clientWidth && getComputedStyle(frame).overflowX !== "auto";
    }).length"""
    assert tab.evaluate(cut) == 0
    first = "getComputedStyle(document.querySelector('#criteria tbody th')).position"
    assert tab.evaluate(first) == "sticky"


def test_a_table_sorts_a_chart_tells_and_colors_change(page, tab):
    size(tab, 1280)
    tab.open(page)
    order = "[...document.querySelectorAll('#criteria tbody tr')].map((row) => Number(row.cells[2].dataset.value))"
    press = "[...document.querySelectorAll('#criteria thead button.sort')].find((one) => one.textContent.startsWith('Score')).click()"
    tab.evaluate(press)
    scores = tab.evaluate(order)
    assert scores == sorted(scores, reverse=True)
    tab.evaluate(press)
    assert tab.evaluate(order) == sorted(scores)
    assert (
        tab.evaluate("document.querySelector('#criteria th[aria-sort]').getAttribute('aria-sort')")
        == "ascending"
    )
    point = """(() => { const mark = document.querySelector("#concentration-and-pay .tip");
      const box = mark.getBoundingClientRect();
      mark.querySelector("circle").dispatchEvent(new PointerEvent("pointermove", {bubbles: true, clientX: box.x, clientY: box.y}));
      const tip = document.querySelector(".tooltip"); return [tip.hidden, tip.textContent, mark.dataset.tip]; })()"""
    hidden, text, told = tab.evaluate(point)
    assert not hidden
    assert text == told
    assert "location quotient" in text
    paper = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(paper)
    tab.evaluate("document.querySelector('button.theme').click()")
    assert tab.evaluate(paper) != light


def test_every_chart_and_table_has_its_rows_as_a_file(page, tab):
    size(tab, 1280)
    tab.open(page)
    files = tab.evaluate("""Promise.all([...document.querySelectorAll("a.download")].map(async (link) =>
      [link.download, await (await fetch(link.href)).text(), link.closest(".table-frame").querySelectorAll("tbody tr").length]))""")
    assert len(files) >= 6
    for name, text, rows in files:
        assert name.endswith(".csv")
        assert len(text.strip().splitlines()) >= rows + 1, name
    assert tab.evaluate("document.querySelectorAll('figure.chart-figure details.data table').length") >= 3
    assert tab.evaluate(
        "[...document.querySelectorAll('main svg')].every((one) => one.getAttribute('aria-label'))"
    )


def test_without_scripts_the_page_is_complete(page, tab):
    size(tab, 1280)
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    tab.open(page)
    text = tab.evaluate("document.body.innerText")
    for title in ("The short list", "Next steps", "Why these sectors", "The regional economy", "Appendix"):
        assert title in text
    more = "document.querySelectorAll('.table-frame.kept tr.extra').length"
    assert tab.evaluate(more) == tab.evaluate("document.querySelectorAll('tr.extra').length")
    events = [event for event in tab.events if event["method"] == "Network.requestWillBeSent"]
    assert [
        e["params"]["request"]["url"]
        for e in events
        if not e["params"]["request"]["url"].startswith(("file:", "data:"))
    ] == []
