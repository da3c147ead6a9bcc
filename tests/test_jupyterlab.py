"""Every notebook, and the panel, in a real JupyterLab with outside hosts blocked."""

import time
from pathlib import Path

import nbformat
import pytest
from in_jupyterlab import colors, errors, run_all, server, start_all, tab, wait_until_run
from nbformat.v4 import new_code_cell, new_notebook

from sectorlib import lab

pytestmark = pytest.mark.browser

#: Figures that a reader sees in each notebook: drawings, pictures and tables, at least.
FIGURES = {
    "1_first_look": 2, "2_specialization": 2, "3_pay": 2, "4_growth_and_outlook": 2, "5_labor_market": 1,
    "6_partnership_scope": 1, "7_choosing_sectors": 2, "8_your_own_data": 1, "9_a_hundred_reports": 0,
}  # fmt: skip

PANEL = """import sectorlib as sl
panel = sl.explore("new-york", sector="31-33")
panel"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    lab.copy_notebooks(folder)
    nbformat.write(new_notebook(cells=[new_code_cell(PANEL), new_code_cell("")], metadata={
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}), folder / "panel.ipynb")  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory):
    with server(folder, tmp_path_factory.mktemp("jupyter")) as address:
        yield address


@pytest.mark.parametrize("name", lab.NOTEBOOKS)
def test_a_notebook_runs_shows_every_figure_and_asks_nobody(name: str, address: str, tmp_path) -> None:
    with tab(address) as (page, outside):
        run_all(page, address, f"{name}.ipynb")
        assert errors(page) == []
        figures = page.locator(".jp-OutputArea-output img, .jp-OutputArea-output svg").all()
        assert len(figures) >= FIGURES[name]
        for figure in figures:
            figure.scroll_into_view_if_needed()
            box = figure.bounding_box()
            assert box["width"] > 100
            assert colors(figure.screenshot()) > 8, "a figure is blank"
        assert outside == []


def test_the_panel_moves_and_its_code_gives_the_same_figures(address: str) -> None:
    with tab(address) as (page, outside):
        start_all(page, address, "panel.ipynb")
        page.wait_for_selector(".sectorlib-panel[data-drawn='1']", timeout=240_000)
        assert colors(page.locator(".sectorlib-panel .map svg").screenshot()) > 20
        assert colors(page.locator(".sectorlib-panel .bubble svg").screenshot()) > 20
        took = [
            step(page, lambda: page.select_option("select[data-choice=region]", label="Erie-Niagara, NY"))
        ]
        assert page.inner_text(".sectorlib-panel .table-title") == "Erie-Niagara, NY, 2017"
        took.append(step(page, lambda: page.select_option("select[data-choice=sector]", "62")))
        took.append(step(page, lambda: page.select_option("select[data-choice=measure]", "employment")))
        before = page.inner_text(".sectorlib-panel .table")
        took.append(step(page, lambda: page.locator("path[data-area='36055']").click()))
        assert page.inner_text(".sectorlib-panel .table-title") == "Monroe County, NY, 2017"
        assert page.inner_text(".sectorlib-panel .table") != before
        print("milliseconds from the event to the drawing:", [round(t) for t in took])

        page.click("button[data-do=code]")
        page.wait_for_selector(".sectorlib-panel textarea")
        code = page.input_value(".sectorlib-panel textarea")
        assert "region='36055'" in code
        assert "sector='62'" in code
        same = f"{code}\nassert view.values().equals(panel.view.values())\nassert view.sectors().equals(panel.view.sectors())\nprint('the same', len(view.sectors()))"
        page.evaluate(
            """(code) => window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource(code)""",
            same,
        )
        page.evaluate(
            """async () => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = 1;
                await window.jupyterapp.commands.execute('notebook:run-cell');
            }"""
        )
        wait_until_run(page)
        assert errors(page) == []
        said = page.locator(".jp-OutputArea-output").all_inner_texts()
        rows = page.locator(".sectorlib-panel .table tbody tr").count()
        assert any(text.strip() == f"the same {rows}" for text in said), said
        assert outside == []


def test_weights_move_the_ranking_and_files_are_saved(address: str, tmp_path) -> None:
    with tab(address) as (page, outside):
        start_all(page, address, "panel.ipynb")
        page.wait_for_selector(".sectorlib-panel[data-drawn]", timeout=240_000)
        page.click("button[data-do=rank]")
        page.wait_for_selector(".sectorlib-panel .ranks .rank", timeout=300_000)
        ranks = ".sectorlib-panel .ranks"
        before = page.inner_text(ranks)
        slider = page.locator("input[data-criterion=location_quotient]")
        took = step(page, lambda: slider.evaluate(
            "(s) => { s.value = 1; s.dispatchEvent(new Event('input', { bubbles: true })); }"))  # fmt: skip
        print("milliseconds from the slider to the ranking:", round(took))
        assert page.inner_text(ranks) != before
        for kind, begins in (("csv", b"industry,"), ("png", b"\x89PNG")):
            with page.expect_download() as download:
                page.click(f"button[data-do={kind}]")
            path = tmp_path / f"saved.{kind}"
            download.value.save_as(path)
            assert path.read_bytes().startswith(begins)
        assert colors((tmp_path / "saved.png").read_bytes()) > 50
        assert outside == []


def step(page, act) -> float:
    """Do something in the panel, wait until it is drawn anew, and give the milliseconds it took."""
    drawn = page.get_attribute(".sectorlib-panel", "data-drawn")
    act()
    page.wait_for_function(
        "(drawn) => document.querySelector('.sectorlib-panel').dataset.drawn !== drawn",
        arg=drawn,
        timeout=60_000,
    )
    time.sleep(0.1)
    return float(page.get_attribute(".sectorlib-panel", "data-ms"))
