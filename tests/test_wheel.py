"""The package as people install it: a wheel, away from the clone."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
BANNER = "Historical example: data end in 2017"


def run(*command: object, cwd: Path) -> str:
    """Output of a command that finds nothing of the clone by itself."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside the clone."""
    return tmp_path_factory.mktemp("away")


@pytest.fixture(scope="module")
def wheel(away: Path) -> Path:
    """The wheel, built with the tools at hand so that nothing is downloaded."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", away / "dist", ROOT]
    run(*build, cwd=away)
    (built,) = (away / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(away: Path, wheel: Path) -> Path:
    """The interpreter of a new environment with the wheel, and the dependencies of this one."""
    venv.create(away / "environment", with_pip=True)
    paths = {"base": str(away / "environment"), "platbase": str(away / "environment")}
    site = Path(sysconfig.get_path("purelib", vars=paths))
    # A plain path: the .pth files of that folder, which lead to the clone, are not followed.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    found = Path(sysconfig.get_path("scripts", vars=paths)) / Path(sys.executable).name
    run(found, "-m", "pip", "install", "--no-deps", "--no-index", "--ignore-installed", wheel, cwd=away)
    return found


def test_the_wheel_holds_what_the_package_needs_and_nothing_of_the_clone_else(wheel):
    import zipfile

    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {"sectorlib", f"sectorlib-{wheel.name.split('-')[1]}.dist-info"}
    for file in (
        "_data/demo/study.yaml",
        "_data/examples/new-york/panel.parquet",
        "_data/boundaries/LICENSE",
        "_notebooks/region_report.ipynb",
    ):
        assert f"sectorlib/{file}" in names
    assert [name for name in names if "__pycache__" in name or "checkpoint" in name] == []
    shipped = {path.relative_to(ROOT / "data").as_posix() for path in (ROOT / "data").rglob("*.*")}
    shipped = {name for name in shipped if "__pycache__" not in name}
    assert {
        name.removeprefix("sectorlib/_data/") for name in names if name.startswith("sectorlib/_data/")
    } >= shipped


def test_the_installed_package_is_not_the_clone(python, away):
    where = run(
        python,
        "-c",
        "import sectorlib; from sectorlib.resources import data_path, notebook_path;"
        "print(sectorlib.__file__, data_path('demo'), notebook_path('region_report'), sep='\\n')",
        cwd=away,
    ).splitlines()
    assert all(Path(place).is_relative_to(away / "environment") for place in where), where


@pytest.mark.long
def test_the_real_example_runs_from_the_wheel(python, away):
    """Eight regions, a brief and the index, with nothing beside the package and no network."""
    program = python.with_name("sectorlib" + python.suffix)
    printed = run(program, "demo", "--out", "pages", "--jobs", 2, cwd=away)
    pages = away / "pages"
    assert printed.splitlines()[-1] == str(Path("pages", "index.html"))
    reports = sorted(pages.glob("*/report.html"))
    assert len(reports) == 9
    index = (pages / "index.html").read_text(encoding="utf-8")
    assert "New York State, private industries" in index
    assert "Partnership brief" in index
    assert f"{len(reports)} of {len(reports)} reports written" in printed
    for page in (pages / "index.html", *reports):
        assert BANNER in page.read_text(encoding="utf-8")
    for report in reports:
        made = json.loads((report.parent / "manifest.json").read_text(encoding="utf-8"))
        assert made["notice"] == BANNER
        assert made["parameters"].get("region", "LM").startswith("LM")
        assert "shipped with sectorlib" in json.dumps(made["inputs"]), "flows from the box"
        assert (report.parent / "report.ipynb").is_file()
    assert str(ROOT) not in "".join(page.read_text(encoding="utf-8") for page in reports)
