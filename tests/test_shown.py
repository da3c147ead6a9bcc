"""What objects say of themselves in a notebook, what long work says, and how an error is printed."""

import time

import pandas as pd
import pytest
from small_study import STUDY, small_study

import sectorlib as sl
from sectorlib import progress
from sectorlib.cards import card


@pytest.fixture
def study(tmp_path):
    return sl.load_study(small_study(tmp_path))


def test_a_study_shows_itself_without_reading_its_panel(study) -> None:
    shown = study._repr_html_()
    assert "A small study" in shown
    assert "not read yet" in shown
    assert "panel" not in study.__dict__
    study.panel  # noqa: B018
    assert "2006 to 2017" in study._repr_html_()


def test_results_say_what_can_be_had_without_making_a_table(tmp_path, study) -> None:
    results = sl.Results(study)
    assert f"{len(sl.RESULTS)} tables" in results._repr_html_()
    assert not results._made
    assert "names no sector for a partnership" in results._repr_html_()
    growth = results["growth"]
    assert f"{len(growth):,} rows" in results._repr_html_()
    without = small_study(tmp_path / "b", STUDY.replace("flows: flows.csv", "flows: none"))
    assert "no commuting flows" in sl.Results(sl.load_study(without))._repr_html_()


def test_a_scope_shows_its_footprints_and_tables(study) -> None:
    shown = sl.Results(study.with_scope("31-33", "36055")).partnership._repr_html_()
    assert "Manufacturing" in shown
    assert "Monroe County, NY (36055)" in shown
    assert "assets (none)" in shown
    assert len(shown) < 5000


def test_names_in_a_card_are_text_not_markup() -> None:
    assert "<script>" not in card("<script>", [("<script>", ["<script>"])], "<script>")


def test_long_work_names_the_innermost_part_and_leaves_no_line(capsys, monkeypatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setattr(progress, "_wanted", [True])
    with progress.making("outer"), progress.making("inner"):
        time.sleep(0.2)
    said = capsys.readouterr().err
    assert "Making inner" in said
    assert said.split("\r")[-1] == ""


def test_short_work_and_work_outside_a_notebook_say_nothing(capsys, monkeypatch) -> None:
    monkeypatch.setattr(progress, "_wanted", [True])
    with progress.making("short"):
        pass
    monkeypatch.setattr(progress, "_wanted", [])
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    with progress.making("long"):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_an_error_prints_its_three_parts_first_and_few_lines() -> None:
    with pytest.raises(sl.SectorlibError) as caught:
        sl.growth(pd.DataFrame({"year": [2010]}), 2010, 2012)
    (text,) = caught.value._render_traceback_()
    lines = text.splitlines()
    assert lines[0].startswith("NotSupportedError: the panel has one year only")
    assert lines[1].strip().startswith("expected:")
    assert lines[2].strip().startswith("hint:")
    assert len(lines) <= 6
    assert "found out in: sectorlib/growth.py" in text


def test_a_membership_shows_its_groups_and_any_other_table_is_as_pandas_has_it() -> None:
    from IPython.core.formatters import DisplayFormatter

    from sectorlib.show import page_of

    regions = sl.membership({"Rochester": ["36055", "36069"], "Albany": ["36001"]}, system="region")
    page = page_of(regions)
    assert "Monroe County, NY; Ontario County, NY" in page
    assert "2 groups of 3 members" in page
    others = (
        pd.DataFrame(),
        regions[["member", "group"]],
        regions.assign(jobs=1),
        regions.set_axis(list("abcde"), axis=1),
    )
    for other in others:
        assert page_of(other) == other._repr_html_()
    assert page_of(regions.assign(weight="much")) == regions.assign(weight="much")._repr_html_()
    assert "0 groups" in page_of(regions.iloc[:0])
    with pd.option_context("display.notebook_repr_html", False):
        assert page_of(regions) is None

    shell = type("Shell", (), {"display_formatter": DisplayFormatter()})()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.get_ipython", lambda: shell)
        sl._show_memberships()
    shown, _ = shell.display_formatter.format(regions)
    assert "2 groups of 3 members" in shown["text/html"]
    assert "Rochester" in shown["text/plain"]


def test_a_reason_is_shown_as_text_in_three_parts() -> None:
    shown = sl.SectorlibError("3 <b>columns", "13 columns", "is this the annual file?")._repr_html_()
    assert "3 &lt;b&gt;columns<br>expected: 13 columns<br>hint: is this" in shown
