"""The region report from end to end: every section of every demonstration region, and one page in a browser."""

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest

import sectorlib as sl
from sectorlib import naics
from sectorlib.pages import figures, markup
from sectorlib.pages.region import sections
from sectorlib.reporting.regions import report_regions
from sectorlib.study import DEMONSTRATION_NOTICE

SECTIONS = [
    sections.opening,
    sections.place,
    sections.drivers,
    sections.specialized,
    sections.concentration_and_growth,
    sections.growth,
    sections.pay,
    sections.projection,
    sections.notes,
]


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


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What sections display, as text: HTML as it is, figures by their captions."""
    import matplotlib.pyplot as plt

    said: list[str] = []

    def show(figure: object, caption: str = "", alt: str = "") -> None:
        said.append(f"<figure>{html.escape(caption)}|{html.escape(alt)}</figure>")
        plt.close("all")

    monkeypatch.setattr(markup, "display", lambda item: said.append(item.data))
    monkeypatch.setattr(sections, "show", show)
    return said


def test_every_section_of_every_region_has_something_to_say(demonstration, shown):
    for area in demonstration["regions"]["area"].unique():
        profile = sl.RegionProfile(demonstration, area)
        for section in SECTIONS:
            before = len(shown)
            section(profile)
            assert len(shown) > before, f"{section.__name__} of {profile.name} shows nothing"
        text = " ".join(shown)
        assert "nan" not in re.sub(r"<[^>]+>", " ", text).lower().split(), profile.name
        shown.clear()


def test_driver_table_prints_the_figures_of_the_tables(demonstration, shown):
    profile = sl.RegionProfile(demonstration, demonstration["regions"]["area"].iloc[0])
    sections.drivers(profile)
    table = shown[0]
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
    assert [r for r in page.requests if not r.startswith(("file:", "data:", "blob:"))] == []
    assert "What drives the region" in page.text
