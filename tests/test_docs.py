"""The documentation names what is there: keys, tables, commands, files, functions."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

import sectorlib as sl
from sectorlib import cli, wages
from sectorlib.study import AssetFile, GroupFile, JurisdictionFile, LaborMarkets, Reports, StudyFile

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.glob("*.md")])


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture
def build_tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_tables", DOCS / "build_tables.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_page_is_current(build_tables):
    assert text("tables.md") == build_tables.page(), "run `make docs`"
    assert text("published_files.md") == build_tables.published_page(), "run `make docs`"


def test_the_table_of_study_keys_is_that_of_the_declarations(build_tables):
    page = text("study_file.md")
    assert page == build_tables.study_file_page(page), "run `make docs`"


def test_the_study_file_page_names_every_key():
    page = text("study_file.md")
    table = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.*?) \|", page, re.MULTILINE))))
    models = (StudyFile, LaborMarkets, GroupFile, JurisdictionFile, AssetFile)
    keys = {key for model in models for key in model.model_fields}
    assert keys - table == set()
    assert "reports:\n  system:" in page
    assert set(Reports.model_fields) == {"system"}


def test_examples_of_study_files_hold_valid_keys():
    """Every YAML example fits the study format once the keys that any study needs are added."""
    import yaml

    needed = {"name": "x", "title": "X", "panel": ["x.csv"], "base_area": "US000"}
    pages = [text("study_file.md"), (ROOT / "README.md").read_text(encoding="utf-8")]
    examples = [found for page in pages for found in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    assert len(examples) > 10
    for example in examples:
        StudyFile.model_validate(needed | yaml.safe_load(example))


def test_the_readme_s_notebook_lines_run():
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    made: dict = {}
    exec(lines, made)
    regions = made["regions"]
    assert regions["area"].nunique() == 9
    assert regions[["lq", "pay", "tier"]].notna().any().all()


def test_every_command_and_option_in_the_readme_is_there_and_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = get_command(cli.app).commands
    named = set(re.findall(r"^(?:#.*)?`?sectorlib (\w+)", readme, re.MULTILINE))
    assert named == set(commands)
    for line in re.findall(r"^sectorlib \w+.*", readme, re.MULTILINE):
        options = {flag for option in commands[line.split()[1]].params for flag in option.opts}
        assert set(re.findall(r"--\w+", line)) <= options


def test_every_make_target_in_the_pages_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"`make ([\w-]+)", page.read_text(encoding="utf-8"))) <= targets, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_names_that_pages_mention_exist(page):
    content = page.read_text(encoding="utf-8")
    paths = re.findall(r"`((?:data|docs|sectorlib|benchmarks|notebooks|tests)/[\w./-]+?)/?`", content)
    shipped = {"sectorlib/_data"}  # made when the wheel is
    assert [path for path in paths if path not in shipped and not (ROOT / path).exists()] == []
    names = re.findall(r"\bsl\.(\w+)", content)
    assert [name for name in names if name not in {*sl.__all__, *dir(sl)}] == []


def test_the_design_page_places_every_module():
    layers = text("design.md").split("## Where a new measure goes")[0]
    modules = {path.stem for path in (ROOT / "sectorlib").iterdir() if path.suffix == ".py" or path.is_dir()}
    modules -= {"__init__", "__pycache__"}
    assert {module for module in modules if f"`{module}`" not in layers} == set()


def test_the_shipped_thresholds_that_the_methods_page_quotes_are_current():
    from sectorlib.resources import definitions

    page = text("methods.md")
    shipped = definitions("labor_markets")["methods"]["travel-to-work"]["parameters"]
    values = {name: entry["value"] for name, entry in shipped.items()}
    assert f"sizes {values['minimum_size']:,} and {values['target_size']:,} resident workers" in page
    contained = values["minimum_self_containment"], values["target_self_containment"]
    assert "self-containment {} and {}".format(*contained) in page
    projection = definitions("projection")
    assert f"fewer than {projection['observed_years']['value']} observed years" in page
    assert f"at least {projection['origin_years']['value']} observed years" in page
    assert f"fewer than {projection['pool_errors']['value']} errors" in page
    tiers = definitions("wage_tiers")["schemes"]["area-ratio"]
    assert f"under {100 * tiers['low_below']['value']:.0f} % of the area's own" in page
    assert f"over {100 * tiers['high_above']['value']:.0f} %" in page
    typical = [f"{100 * cut:.0f} %" for cut in wages.tier_cuts("typical-pay")]
    assert f"under {typical[0]} of typical industry pay" in page
    assert "The choice, {} and {}, leaves".format(*typical) in page
    assert f"(under {typical[0]} of typical industry pay" in text("targeting.md")
