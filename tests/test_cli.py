"""The command line: what is written where, and the code it leaves with."""

import io
import json

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from small_study import STUDY, small_study
from typer.testing import CliRunner

from sectorlib import __version__
from sectorlib.cli import app
from sectorlib.results import RESULTS, Results
from sectorlib.study import load_study


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return small_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def one_year(tmp_path_factory):
    text = STUDY.replace("flows: flows.csv", "reports: {system: counties}")
    return small_study(tmp_path_factory.mktemp("one"), text, years=[2017])


def listing(folder) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*")}


# --- table ---------------------------------------------------------------------------------------------

KEYS = {"area": str, "industry": str, "ownership": str, "county": str, "member": str}


@pytest.fixture(scope="module")
def kept_tables(tmp_path_factory):
    """A cache for the commands that ask for one table after the other."""
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("name", RESULTS)
def test_every_table_as_csv_on_standard_output(path, name, kept_tables, monkeypatch):
    monkeypatch.setenv("SECTORLIB_CACHE", str(kept_tables))
    done = run("table", path, name)
    assert done.exit_code == 0, done.stderr
    made = Results(load_study(path))
    if made.missing(name):
        assert done.stdout.strip() == ",".join(RESULTS[name].table.names)
        assert "not in this study" in done.stderr
        return
    table = pd.read_csv(io.StringIO(done.stdout), dtype=KEYS)
    assert table.columns.to_list() == [c for c in RESULTS[name].table.names if c in table.columns]
    assert not table.duplicated(list(RESULTS[name].table.key)).any()
    assert len(table) == len(made[name])


def test_the_three_formats_hold_the_same(path, tmp_path):
    made = Results(load_study(path))["concentration"]
    for suffix in ("csv", "parquet", "json"):
        file = tmp_path / "deep" / f"table.{suffix}"
        done = run("table", path, "concentration", "--format", suffix, "--out", file)
        assert (done.exit_code, done.stdout) == (0, "")
        read = {
            "csv": lambda f: pd.read_csv(f, dtype=KEYS),
            "parquet": pd.read_parquet,
            "json": lambda f: pd.DataFrame(json.loads(f.read_text())),
        }[suffix](file)
        assert read.columns.to_list() == made.columns.to_list()
        assert read["industry"].astype(str).to_list() == made["industry"].astype(str).to_list()
        assert {"10", "31-33"} <= set(read["industry"].astype(str))
        jobs = pd.to_numeric(read["employment"])
        assert jobs.isna().to_list() == made["employment"].isna().to_list()
        assert jobs.dropna().to_list() == made["employment"].dropna().to_list()
        assert jobs.isna().any()  # the withheld cell is empty, not zero
    assert listing(tmp_path / "deep") == {"table.csv", "table.parquet", "table.json"}


def test_json_to_standard_output(path):
    done = run("table", path, "labor-markets", "--format", "json")
    assert {row["member"] for row in json.loads(done.stdout)} == {"36051", "36055", "36069", "36117"}


def test_parquet_needs_a_file(path):
    done = run("table", path, "concentration", "--format", "parquet")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "add --out FILE" in done.stderr


def test_an_unknown_table_gets_the_nearest(path, tmp_path):
    done = run("table", path, "concentraton", "--out", tmp_path / "x.csv")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "unknown table 'concentraton'" in done.stderr
    assert "did you mean 'concentration'" in done.stderr
    assert listing(tmp_path) == set()


def test_an_unknown_format_is_refused(path):
    done = run("table", path, "growth", "--format", "xlsx")
    assert done.exit_code == 2
    assert "xlsx" in done.stderr


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("growth", "the panel has one year, 2017"),
        ("projections", "8 years"),
        ("labor-markets", "names no commuting flows"),
        ("self-containment", "names no commuting flows"),
    ],
)
def test_what_a_study_cannot_support_is_an_empty_table_and_a_reason(one_year, tmp_path, name, reason):
    done = run("table", one_year, name)
    assert done.exit_code == 0
    assert done.stdout == ",".join(RESULTS[name].table.names) + "\n"
    assert "not in this study" in done.stderr
    assert reason in done.stderr
    for suffix in ("csv", "parquet", "json"):
        assert (
            run("table", one_year, name, "--format", suffix, "--out", tmp_path / f"t.{suffix}").exit_code == 0
        )
    assert pd.read_parquet(tmp_path / "t.parquet").columns.to_list() == RESULTS[name].table.names
    assert json.loads((tmp_path / "t.json").read_text()) == []


def test_an_existing_table_is_replaced_and_kept_where_a_study_is_broken(path, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("old")
    broken = small_study(tmp_path / "broken")
    (tmp_path / "broken" / "panel.csv").write_text("area_fips,own\n1,2\n")
    assert run("table", broken, "growth", "--out", file).exit_code == 1
    assert file.read_text() == "old"
    assert run("table", path, "growth", "--out", file).exit_code == 0
    assert file.read_text().startswith("grain,area,")
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


# --- errors --------------------------------------------------------------------------------------------


def test_a_broken_study_is_explained_without_a_traceback(tmp_path):
    study = small_study(tmp_path / "study", STUDY + "ownershp: all\n")
    before = listing(tmp_path)
    for command in (["check"], ["table", "growth"], ["report", "--out", tmp_path / "out"]):
        done = run(command[0], study, *command[1:])
        assert (done.exit_code, done.stdout) == (1, "")
        assert "StudyFileError" in done.stderr
        assert "unknown key 'ownershp' in study.yaml" in done.stderr
        assert "expected: one of name, title" in done.stderr
        assert "hint: did you mean 'ownership'?" in done.stderr
        assert "Traceback" not in done.stderr
    assert listing(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "region", "message"),
    [
        (STUDY, "Monro", "unknown region 'Monro'"),
        (STUDY + "assets: [nowhere.csv]\n", None, "assets of study.yaml: 'nowhere.csv' matches no file"),
        (STUDY.replace("flows.csv", "flaws.csv"), None, "did you mean flows.csv"),
        (STUDY.replace("panel.csv", "flows.csv"), None, "it lacks area_fips"),
        (STUDY.replace('"36000"', '"36001"'), None, "base_area '36001'"),
        (
            STUDY.replace("flows: flows.csv", "reports: {system: labor_markets}"),
            None,
            "names no commuting flows",
        ),
        (STUDY + "jurisdictions: {board: {file: nowhere.csv}}\n", None, "'nowhere.csv' matches no file"),
        (STUDY + "reports: {system: county}\n", None, "did you mean 'counties'"),
    ],
)
def test_a_report_that_cannot_be_made_writes_nothing(tmp_path, monkeypatch, text, region, message):
    study = small_study(tmp_path / "study", text)
    monkeypatch.chdir(tmp_path)
    before = listing(tmp_path)
    done = run("report", study, *(["--region", region] if region else []))
    assert done.exit_code == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert listing(tmp_path) == before


# --- report --------------------------------------------------------------------------------------------


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    """A notebook in place of the real one, which fails for one region."""
    cells = [
        new_code_cell("study = ''\nregion = ''\ntables = ''"),
        new_code_cell("if region == 'East':\n    raise ValueError('no [jobs] here')"),
        new_code_cell("print(region)"),
    ]
    cells[0].metadata.tags = ["parameters"]
    nbformat.write(new_notebook(cells=cells), tmp_path / "failing.ipynb")
    monkeypatch.setattr("sectorlib.reporting.regions.notebook_path", lambda name: tmp_path / "failing.ipynb")


def test_a_failing_region_is_reported_and_the_others_finish(tmp_path, notebook):
    regions = (
        'reports: {system: regions}\nregions: {West: ["36055", "36051"], East: ["36069"], North: ["36117"]}\n'
    )
    study = small_study(tmp_path / "study", STUDY + regions)
    done = run("report", study, "--out", tmp_path / "out", "--jobs", 2)
    assert done.exit_code == 1
    assert "2 of 3 reports written" in done.stdout
    assert "failed East: cell 2: ValueError: no [jobs] here" in done.stderr.replace("\n", " ")
    assert "raise ValueError" in done.stderr
    written = listing(tmp_path / "out")
    assert {"index.html", "west/report.html", "north/report.html", "west/manifest.json"} <= written
    assert not any(p.startswith("east/") for p in written)
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert 'href="west/report.html"' in index
    assert "no [jobs] here" in index

    done = run("report", study, "--out", tmp_path / "one", "--region", "West")
    assert done.exit_code == 0, done.stderr
    assert "1 of 1 reports written" in done.stdout
    assert "west/report.html" in listing(tmp_path / "one")
    manifest = json.loads((tmp_path / "one" / "west" / "manifest.json").read_text())
    assert [i["path"] for i in manifest["inputs"]] == ["study.yaml", "panel.csv", "flows.csv"]


def test_jobs_must_be_positive(path):
    assert run("report", path, "--jobs", 0).exit_code == 2


# --- check, tables, version ----------------------------------------------------------------------------


def test_check_says_what_there_is_and_leaves_with_the_number_of_problems_in_its_code(path, tmp_path):
    done = run("check", path)
    assert done.exit_code == 0
    assert "A small study" in done.stdout
    assert "4 county, 1 state" in done.stdout
    assert "0 problems" in done.stdout
    broken = small_study(tmp_path, STUDY + "assets: [nowhere.csv]\n")
    done = run("check", broken)
    assert done.exit_code == 1
    assert "nowhere.csv" in done.stdout
    assert "1 problem" in done.stdout


def test_tables_lists_every_table_and_its_columns():
    done = run("tables")
    assert done.exit_code == 0
    for name in RESULTS:
        assert name in done.stdout
    done = run("tables", "growth")
    for column in RESULTS["growth"].table.names:
        assert column in done.stdout
    done = run("tables", "grwth")
    assert done.exit_code == 1
    assert "did you mean 'growth'" in done.stderr


def test_version_and_help():
    assert run("--version").stdout.strip() == __version__
    done = run("--help")
    assert done.exit_code == 0
    for command in ("report", "demo", "table", "tables", "check"):
        assert command in done.stdout


def test_help_says_what_is_taken_where_an_option_is_left_out():
    said = run("scope", "--help").output
    for default in ("reports/NAME", "the labor market", "the study's"):
        assert f"default: ({default}" in said
