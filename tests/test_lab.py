"""The notebooks that explore a study: thin, typed, stripped, copied and never overwritten, and two of them run."""

import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from small_study import small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib import cli, lab
from sectorlib.reporting.kernel import InterpreterKernelManager
from sectorlib.resources import notebook_path

#: Notebooks that run in every test run; `make browser` opens all of them in JupyterLab.
RUN = ("1_first_look", "8_your_own_data")


def parameters(path: Path) -> str:
    (cell,) = [c for c in nbformat.read(path, 4).cells if "parameters" in c.metadata.get("tags", ())]
    return cell.source


@pytest.mark.parametrize("name", lab.NOTEBOOKS)
def test_notebooks_are_thin_typed_and_stripped(name: str) -> None:
    book = nbformat.read(notebook_path(name), 4)
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in code)
    assert all(len(cell.source.splitlines()) <= 25 for cell in code)
    for line in parameters(notebook_path(name)).splitlines():
        assert re.match(r"\w+: (str|int|float) = .*  # \S", line), line
    words = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    for heading in ("**The question:**", "## What can mislead", "## Two things to try"):
        assert heading in words


def test_copies_open_the_study_and_stay_as_they_were_left(tmp_path) -> None:
    study = small_study(tmp_path / "study")
    copies = lab.copy_notebooks(tmp_path / "mine", study)
    assert [path.stem for path in copies] == list(lab.NOTEBOOKS)
    assert f"study: str = {str(study.resolve())!r}  # an example" in parameters(copies[0])
    assert 'study: str = "new-york"' in parameters(notebook_path("1_first_look"))
    copies[0].write_text("{}", encoding="utf-8")
    lab.copy_notebooks(tmp_path / "mine", "invented")
    assert copies[0].read_text(encoding="utf-8") == "{}"


def test_the_command_asks_nobody_and_opens_no_browser_on_a_server(tmp_path) -> None:
    command = lab.lab_command(tmp_path, browser=False, port=8899)
    assert "--no-browser" in command
    assert "--port=8899" in command
    assert "--LabApp.news_url=None" in command
    assert command[-1].endswith("1_first_look.ipynb")
    assert "--no-browser" not in lab.lab_command(tmp_path)


def test_the_command_line_opens_lab_with_the_study(tmp_path, monkeypatch) -> None:
    called = []
    monkeypatch.setattr(lab.subprocess, "call", lambda command: called.append(command) or 0)
    study = small_study(tmp_path / "study")
    folder = tmp_path / "mine"
    done = CliRunner().invoke(
        cli.app,
        ["lab", str(study), "--folder", str(folder), "--no-browser", "--jupyter", "--allow-root --ip=::1"],
    )
    assert done.exit_code == 0, done.output
    assert called[0][-2:] == ["--allow-root", "--ip=::1"]
    assert f"--notebook-dir={folder}" in called[0]
    assert str(study.resolve()) in parameters(folder / "1_first_look.ipynb")
    wrong = CliRunner().invoke(
        cli.app, ["lab", str(tmp_path / "none.yaml"), "--folder", str(tmp_path / "no")]
    )
    assert wrong.exit_code == 1
    assert not (tmp_path / "no").exists()


def test_without_jupyterlab_the_error_says_what_to_install(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(lab, "find_spec", lambda name: None)
    with pytest.raises(sl.SectorlibError, match=r"sectorlib\[lab\]"):
        lab.open_lab(None, tmp_path / "mine")


@pytest.mark.parametrize("name", RUN)
def test_a_notebook_runs_from_the_first_cell_to_the_last(name: str, tmp_path) -> None:
    (path,) = [p for p in lab.copy_notebooks(tmp_path, small_study(tmp_path / "study")) if p.stem == name]
    book = nbformat.read(path, 4)
    InterpreterKernelManager.folder.default_value = "."
    client = NotebookClient(
        book, timeout=300, kernel_manager_class=InterpreterKernelManager,
        resources={"metadata": {"path": str(tmp_path)}},
    )  # fmt: skip
    client.execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", ())]
    assert not [output for output in outputs if output.output_type == "error"]
    kinds = [kind for output in outputs for kind in output.get("data", {})]
    assert "image/png" in kinds
    assert "text/html" in kinds
    assert "jsdelivr" not in json.dumps(outputs)


def test_a_table_for_reading_has_units_ranges_and_withheld_cells() -> None:
    table = pd.DataFrame(
        {
            "area": "36055",
            "area_name": "Monroe County, NY",
            "year": [2016, 2017, 2018],
            "employment": [1200.0, float("nan"), float("nan")],
            "employment_low": [1200.0, 100.0, float("nan")],
            "employment_high": [1200.0, 900.0, float("nan")],
            "average_annual_pay": [45_000.0, float("nan"), float("nan")],
            "disclosure": ["disclosed", "suppressed", "suppressed"],
        }
    )
    page = sl.show(table, title="Jobs").as_raw_html()
    for text in ("1,200", "100 to 900", "withheld", "$45,000", "2017", "Jobs"):
        assert text in page
    assert "employment_low" not in page
    assert ">0<" not in page
    assert "2 of 3 rows" in sl.show(table, rows=2).as_raw_html()


def test_a_membership_is_shown_by_group() -> None:
    page = sl.show(sl.membership({"Rochester": ["36055", "36069"], "Albany": ["36001"]})).as_raw_html()
    assert "Monroe County, NY; Ontario County, NY" in page


def test_weights_of_criteria_are_shares_and_the_others_keep_their_proportions() -> None:
    criteria = sl.load_criteria()
    changed = sl.targeting.with_weights(criteria, {"average_pay": 0.4})
    others = changed["weight"].drop("average_pay") / criteria["weight"].drop("average_pay")
    assert others.max() == pytest.approx(others.min())
    assert changed["weight"].sum() == pytest.approx(1)
    for wrong in ({"average_pay": 1.2}, {"average_pay": -0.1}, {"nothing": 0.1}):
        with pytest.raises(sl.SectorlibError):
            sl.targeting.with_weights(criteria, wrong)


def test_a_study_can_be_looked_at_by_other_regions(tmp_path) -> None:
    study = sl.load_study(small_study(tmp_path))
    assert study.systems == ["labor_markets", "counties"]
    assert study.with_system("counties").regions["group"].nunique() == 4
    with pytest.raises(sl.SectorlibError, match="counties"):
        study.with_system("countys")


def test_a_county_opens_by_code_or_name_and_wrong_names_are_told(tmp_path) -> None:
    study = sl.load_study(small_study(tmp_path))
    for name in ("36055", "Monroe County, NY", "Monroe County", "monroe", "Monroe County, New York"):
        profile = sl.open_region(study, name)
        assert (profile.area, profile.study.system) == ("36055", "counties")
    with pytest.raises(sl.SectorlibError, match="did you mean 'Monroe County, NY'"):
        sl.open_region(study, "Monroe County, Texas")
    region = sl.open_region(study)
    assert region.outside == []
    assert region.study.system == "labor_markets"
    assert "labor_markets" not in repr(region)
    private = region.history("10", ownership="5")
    assert set(private["ownership"]) == {"5"}
    assert set(region.history(10)["ownership"]) == {"0"}
    assert region.history("10", ownership="private").equals(private)
    assert region.total("private") is not None
    for ask in (lambda: region.history("10", ownership="drivers"), lambda: region.total("banana")):
        with pytest.raises(sl.SectorlibError, match="no rows of ownership"):
            ask()
    with pytest.raises(sl.SectorlibError, match="no rows of areas"):
        region.rows("labor-market-quality")
    assert "private jobs" in region._repr_html_()
    for ask in (lambda: region.industries("three"), lambda: region.history("9999")):
        with pytest.raises(sl.SectorlibError, match="unknown"):
            ask()


@pytest.mark.parametrize("wrong", [None, [1, 2], "jobs"])
def test_what_is_no_table_is_told_in_three_parts(wrong) -> None:
    draws = (
        sl.plot.bubble,
        sl.plot.wage_tiers,
        sl.plot.ranks,
        sl.plot.shift_share,
        sl.plot.trend,
        sl.maps.geo,
        sl.show,
    )
    for draw in draws:
        with pytest.raises(sl.SectorlibError, match="expected:"):
            draw(wrong)
    with pytest.raises(sl.SectorlibError, match="two columns named a"):
        sl.show(pd.DataFrame([[1, 2]], columns=["a", "a"]))
    assert (
        "2012 5"
        in sl.show(pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([(2012, "5")]))).as_raw_html()
    )


def test_completion_in_a_callable_module_lists_what_it_defines() -> None:
    assert {"growth", "shift_share", "METHODS"} <= set(dir(sl.growth))
    assert not {"pd", "np", "TableError", "annotations"} & set(dir(sl.growth))
    assert "growth(panel" in repr(sl.growth)
