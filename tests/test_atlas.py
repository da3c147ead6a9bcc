"""The atlas of a study: its figures are those of the table, it keeps what other runs made, and readers can use it."""

import json
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest
from browser import open_page
from said import figures_in, numbers_of
from small_study import STUDY, small_study
from typer.testing import CliRunner

import sectorlib as sl
from sectorlib.cli import app
from sectorlib.pages.atlas import FRAME_FILE, REGION_FILE, atlas_data, region_figures
from sectorlib.pages.atlas.regions import MEASURES, WITHHELD
from sectorlib.pages.narrative import region_addresses
from sectorlib.reporting.index import write_atlas, write_frame
from sectorlib.reporting.jobs import Failure, ReportJob, ReportResult

#: Counties as regions: four on the map.
COUNTIES = STUDY + "reports: {system: counties}\n"


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> sl.Results:
    path = small_study(tmp_path_factory.mktemp("atlas"), COUNTIES, withheld=[("36051", "5", "72", 2017)])
    return sl.Results(sl.load_study(path))


def folder_of(results: sl.Results, out: Path, areas: tuple[str, ...] | None = None) -> Path:
    """A study's folder as a run of reports leaves it, with pages that hold nothing."""
    write_frame(out, results)
    known = region_figures(results)
    for area, name in region_addresses(results).items():
        if areas is None or area in areas:
            (out / name).mkdir(parents=True, exist_ok=True)
            (out / name / REGION_FILE).write_text(json.dumps(known[area]), encoding="utf-8")
            (out / name / "report.html").write_text("<title>A report</title>", encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def page(results, tmp_path_factory) -> Path:
    out = folder_of(results, tmp_path_factory.mktemp("out"))
    return write_atlas(out, results.study)


# --- figures -----------------------------------------------------------------------------------------


def test_every_figure_of_the_atlas_is_that_of_the_table(results):
    table = results["atlas"].set_index(["area", "sector"])
    known = region_figures(results)
    seen = 0
    for (area, sector), row in table.iterrows():
        for name, value in known[area]["sectors"][sector].items():
            column, decimals = MEASURES[name]
            if isinstance(value, list):
                assert pd.isna(row[column])
                assert value[0] == round(row[f"{column}_low"], decimals)
            elif value == WITHHELD:
                assert pd.isna(row[column])
                assert row["disclosure"] != "disclosed"
            else:
                figure = value["about"] if isinstance(value, dict) else value
                assert figure == round(row[column], decimals)
                seen += 1
    assert seen > 50


def test_what_is_withheld_is_no_zero_and_no_figure(results):
    lodging = region_figures(results)["36051"]["sectors"]["72"]
    assert lodging["jobs"] == WITHHELD or lodging["jobs"][1] != lodging["jobs"][0]
    assert lodging.get("pay", WITHHELD) == WITHHELD or isinstance(lodging["pay"], list)
    assert isinstance(region_figures(results)["36055"]["sectors"]["72"]["jobs"], int)


def test_the_table_counts_growth_and_jobs_as_their_own_tables(results):
    table = results["atlas"].set_index(["area", "sector"])
    jobs = results["concentration"]
    jobs = jobs[(jobs["year"] == 2017) & (jobs["ownership"] == "5") & (jobs["industry"] == "62")]
    for area, value in jobs[jobs["grain"] == "region"].set_index("area")["employment"].items():
        assert table.loc[(area, "62"), "employment"] == value
    growth = results["growth"]
    last = growth[(growth["start_year"] == growth["start_year"].max()) & (growth["ownership"] == "5")]
    rates = last[last["industry"] == "62"].set_index("area")["compound_annual_growth"]
    assert table.loc[("36117", "62"), "annual_growth"] == pytest.approx(rates["36117"])


def test_a_study_of_one_year_has_an_atlas_without_growth(tmp_path):
    study = sl.load_study(small_study(tmp_path, COUNTIES, years=[2017]))
    known = region_figures(sl.Results(study))
    care = known["36117"]["sectors"]["62"]
    assert isinstance(care["jobs"], int)
    assert not {"growth", "outlook"} & set(care)
    assert known["36117"]["start_year"] is None


# --- what is in the folder ---------------------------------------------------------------------------


def test_a_run_of_one_region_keeps_the_others(results, tmp_path):
    folder_of(results, tmp_path, ("36051", "36055"))
    first = atlas_data(tmp_path)["regions"]
    assert [code for code, region in first.items() if "folder" in region] == ["36051", "36055"]
    folder_of(results, tmp_path, ("36117",))
    again = atlas_data(tmp_path)["regions"]
    assert [code for code, region in again.items() if "folder" in region] == ["36051", "36055", "36117"]
    html = write_atlas(tmp_path, results.study).read_text(encoding="utf-8")
    assert "4 regions, 3 reports, data through 2017" in html


def test_what_failed_is_told_beside_what_an_earlier_run_made(results, tmp_path):
    folder_of(results, tmp_path, ("36051",))
    failed = [
        ReportResult(ReportJob(code, code, {"region": code}, code), failure=Failure("KeyError", "'lq'", 3))
        for code in ("36051", "36055")
    ]
    html = write_atlas(tmp_path, results.study, failed).read_text(encoding="utf-8")
    assert "4 regions, 1 report" in html
    assert "2 failed" in html
    assert "cell 3: KeyError" in html


def test_files_that_are_damaged_or_of_another_study_are_left_out(results, tmp_path):
    out = folder_of(results, tmp_path, ("36051", "36055"))
    damaged, other = sorted(out.glob(f"*/{REGION_FILE}"))
    damaged.write_text("{", encoding="utf-8")
    other.write_text(json.dumps({**json.loads(other.read_text()), "study": "another"}), encoding="utf-8")
    assert not any("folder" in region for region in atlas_data(out)["regions"].values())
    (out / FRAME_FILE).unlink()
    assert atlas_data(out) is None


def test_a_region_without_a_report_has_its_figures_and_no_link(results, tmp_path):
    out = folder_of(results, tmp_path, ("36055",))
    made, none = (atlas_data(out)["regions"][code] for code in ("36055", "36117"))
    assert "folder" in made
    assert "folder" not in none
    assert none["sectors"] == region_figures(results)["36117"]["sectors"]


def test_figures_of_a_report_stay_with_it_when_the_study_changes(results, tmp_path):
    """The atlas links to the report, so it says what the report says until the report is made anew."""
    out = folder_of(results, tmp_path, ("36055",))
    path = out / region_addresses(results)["36055"] / REGION_FILE
    older = json.loads(path.read_text(encoding="utf-8"))
    older["sectors"]["62"]["jobs"] = 7
    path.write_text(json.dumps(older), encoding="utf-8")
    assert atlas_data(out)["regions"]["36055"]["sectors"]["62"]["jobs"] == 7


def test_the_command_writes_the_atlas_without_reports(results, tmp_path):
    done = CliRunner().invoke(app, ["atlas", str(results.study.path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.stderr
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "4 regions, no reports" in html
    assert "Rochester" in html
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["atlas.json", "index.html"]


def test_links_lead_to_the_forms_that_are_there(results, tmp_path):
    out = folder_of(results, tmp_path, ("36055",))
    (out / region_addresses(results)["36055"] / "report.xlsx").touch()
    assert atlas_data(out)["regions"]["36055"]["files"] == [
        ["report.html", "Report"],
        ["report.xlsx", "Workbook"],
    ]


def test_cities_of_the_reference_data_lead_to_their_region(results, tmp_path):
    out = folder_of(results, tmp_path, ())
    assert ["Rochester", "NY", "36055"] in atlas_data(out)["places"]


# --- in a browser ------------------------------------------------------------------------------------

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
KEY = """const key = (node, name) => node.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
const text = (id) => document.getElementById(id).textContent;
const set = (id, value, kind) => {
  const box = document.getElementById(id); box.value = value; box.dispatchEvent(new Event(kind, {bubbles: true}));
};
const rows = () => [...document.querySelectorAll("#regions tbody th")].map((th) => th.textContent.replace(" \\u2605", ""));
"""


def script(body: str) -> str:
    return "(() => {" + KEY + body + "})()"


@pytest.mark.browser
def test_readers_click_recolor_sort_filter_compare_and_search(page):
    opened = open_page(
        page,
        (
            script("""document.querySelector('[data-code="36055"]').dispatchEvent(new MouseEvent("click", {bubbles: true}));
                return text("card");"""),
            script("""set("sector", "62", "change"); set("measure", "jobs", "change");
                return [text("map-title"), new Set([...document.querySelectorAll("path.region")].map((p) => p.getAttribute("fill"))).size > 1];"""),
            script("""document.querySelector('[data-sort="jobs"]').click(); const down = rows();
                document.querySelector('[data-sort="jobs"]').click(); return [down, rows()];"""),
            script(
                """set("filter", "ontario", "input"); const some = rows(); set("filter", "", "input"); return some;"""
            ),
            script("""for (const code of ["36055", "36069", "36117", "36051"]) {
                  document.querySelector(`[data-code="${code}"]`).dispatchEvent(new MouseEvent("click", {bubbles: true}));
                  document.getElementById("add").click();
                }
                return [...document.querySelectorAll("#compare thead th")].length;"""),
            script("""set("find", "rochester", "input"); key(document.getElementById("find"), "ArrowDown");
                key(document.getElementById("find"), "Enter"); return [text("said"), document.querySelector("#card h3").textContent];"""),
            script("""set("sector", "72", "change"); set("measure", "jobs", "change");
                const path = document.querySelector('[data-code="36051"]');
                return [path.getAttribute("aria-label"), path.getAttribute("fill")];"""),
            OVERFLOW,
        ),
    )
    assert opened.console_errors == []
    assert opened.requests == []
    card, recolored, (down, up), filtered, compared, searched, withheld, overflow = opened.evaluated
    assert "Monroe County" in card
    assert recolored[0].startswith("Health care and social assistance: Jobs")
    assert recolored[1]
    assert down[0] == "Wayne County"
    assert up == down[::-1]
    assert filtered == ["Ontario County"]
    assert compared == 1 + 3  # never more than three
    assert searched == ["Rochester, NY is in Monroe County.", "Monroe County"]
    assert not withheld[0].endswith(": 0")
    assert withheld[1].startswith("url(") or "\N{EN DASH}" in withheld[0]
    assert overflow == 0


@pytest.mark.browser
def test_every_number_that_readers_see_is_in_the_tables(page, results):
    """In the map, its legend, the card, the comparison and the table, for every sector and measure."""
    opened = open_page(
        page,
        (
            script("""const seen = [];
                const parts = (node) => node.nodeType === 3 ? [node.data] : [...node.childNodes].flatMap(parts);
                document.querySelector('[data-code="36055"]').dispatchEvent(new MouseEvent("click", {bubbles: true}));
                document.getElementById("add").click();
                return (async () => {
                  for (const sector of [...document.getElementById("sector").options].map((o) => o.value))
                    for (const measure of [...document.getElementById("measure").options].map((o) => o.value)) {
                      set("sector", sector, "change"); set("measure", measure, "change");
                      await new Promise((done) => setTimeout(done, 20));
                      seen.push(...parts(document.getElementById("legend")), ...[...document.querySelectorAll("path.region")].map((p) => p.getAttribute("aria-label")));
                    }
                  await new Promise((done) => setTimeout(done, 1200));
                  return [seen.join(" | "), document.querySelector("main").innerText];
                })();"""),
        ),
    )
    known = figures_in([results["atlas"]]) | {"0.50", "0.80", "1.20", "2.00"}  # cuts of the legend
    known |= {"2012", "2017", "2022", "4", "3", "2", "1"}  # years, and counts of regions
    for said in opened.evaluated[0]:
        told = numbers_of([said])
        assert len(told) > 10
        assert told <= known, sorted(told - known)


@pytest.mark.browser
def test_the_map_is_colored_at_once_and_tables_follow(page):
    opened = open_page(
        page,
        (
            script("""const caption = () => document.querySelector("#regions caption").textContent;
                set("sector", "62", "change"); set("measure", "jobs", "change"); const before = caption();
                set("sector", "72", "change"); const map = text("map-title"), at_once = caption();
                return new Promise((done) => setTimeout(() => done([before, map, at_once, caption()]), 1500));"""),
        ),
    )
    before, colored, at_once, later = opened.evaluated[0]
    assert colored.startswith("Accommodation")
    assert at_once == before
    assert later.startswith("Accommodation")
    assert opened.console_errors == []


@pytest.mark.browser
def test_the_map_works_by_keyboard_alone(page):
    opened = open_page(
        page,
        (
            script("""const start = document.querySelector('path.region[tabindex="0"]'); start.focus();
                const seen = [start.dataset.code];
                for (const name of ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"]) {
                  key(document.activeElement, name); seen.push(document.activeElement.dataset.code);
                }
                key(document.activeElement, "Enter");
                return [new Set(seen).size, document.querySelectorAll('path.region[tabindex="0"]').length,
                        document.querySelectorAll('path[aria-pressed="true"]').length, document.activeElement.dataset.code];"""),
        ),
    )
    moved, stops, pressed, _ = opened.evaluated[0]
    assert moved > 1
    assert (stops, pressed) == (1, 1)
    assert opened.console_errors == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_and_a_phone_shows_all_of_it(page, width):
    axe = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")
    choose = script("""document.querySelector('[data-code="36055"]').dispatchEvent(new MouseEvent("click", {bubbles: true}));
        document.getElementById("add").click(); set("find", "mon", "input"); return 1;""")
    run = "axe.run(document).then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.target).join(', ')))"
    opened = open_page(page, (choose, OVERFLOW, f"{axe}; 1", run), width)
    assert opened.evaluated[1] == 0
    assert opened.evaluated[3] == []
    assert opened.console_errors == []


@pytest.mark.browser
def test_without_scripts_every_report_is_linked(page):
    opened = open_page(page, ("document.querySelectorAll('#plain-list a').length",), scripts=False)
    assert opened.evaluated == [4]
