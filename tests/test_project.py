"""The project as a whole: what is committed, what is declared, what is documented."""

import ast
import doctest
import inspect
import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import sectorlib as sl
from sectorlib import extras
from sectorlib.exceptions import MissingPackageError
from sectorlib.extras import EXTRAS
from sectorlib.resources import data_path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sectorlib"
MODULES = sorted(PACKAGE.rglob("*.py"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: Public names without an example of their own, and why.
NO_EXAMPLE = {
    "RESULTS": "a registry; Results shows how it is used",
}


@pytest.fixture(scope="session")
def committed() -> list[Path]:
    """The files under version control."""
    git = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    try:
        names = subprocess.run(git, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy of the project is not a git clone, so nothing says which files belong to it")
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.fixture(scope="session")
def texts(committed) -> dict[str, str]:
    """Their contents, of those that are text."""
    found = {}
    for path in committed:
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_names_a_place_on_somebodys_machine(texts):
    place = re.compile(r"(?<![\w.])/(?:(?:home|Users|root|work|opt|mnt)\b|tmp/\w)/?[\w-]+|[A-Z]:\\Users")
    own = "tests/test_project.py"
    assert {
        name: found[0] for name, text in texts.items() if name != own and (found := place.findall(text))
    } == {}


def test_nothing_pins_packages_to_a_host(committed, texts):
    locks = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "requirements.txt"}
    assert [path.name for path in committed if path.name in locks] == []
    host = re.compile(r"--(?:extra-)?index-url|files\.pythonhosted\.org|pypi\.org/simple", re.IGNORECASE)
    own = "tests/test_project.py"
    assert [name for name, text in texts.items() if name != own and host.search(text)] == []


def test_dependencies_have_floors_and_no_pins():
    declared = [*PYPROJECT["project"]["dependencies"], *_extras()]
    own = [f"sectorlib[{extra}]" for extra in PYPROJECT["project"]["optional-dependencies"]]
    assert [
        d for d in declared if not re.fullmatch(r"[\w.-]+(\[[\w,]+\])?>=[\d.]+", d) and d not in own
    ] == []


#: Rooms that need an extra; the others compute, and do with the core.
ROOMS_OF = {
    "reports": ("plot", "maps", "pages", "reporting", "show"),
    "lab": ("explore", "lab"),
    "cluster": ("reporting/cluster",),
}


@pytest.mark.parametrize("extra", [None, *ROOMS_OF])
def test_what_a_room_imports_is_declared_for_it(extra):
    rooms = {room: e for e, names in ROOMS_OF.items() for room in names}
    here = ROOT / "sectorlib"
    places = {m: m.relative_to(here).with_suffix("") for m in MODULES if m.is_relative_to(here)}
    modules = [m for m, at in places.items() if rooms.get(at.as_posix(), rooms.get(at.parts[0])) == extra]
    assert modules
    declared = {_normal(re.split(r"[\[>]", d)[0]) for d in _needed_by(extra)}
    owners = _owners({top for module in modules for top in _imports(module)})
    assert {top for top, names in owners.items() if not names & declared} == set()


def test_every_package_that_is_declared_is_imported_somewhere():
    files = [*MODULES, *(ROOT / "data/recipes").glob("*.py")]
    owners = _owners({top for module in files for top in _imports(module)})
    imported = {name for names in owners.values() for name in names}
    declared = {
        _normal(re.split(r"[\[>]", d)[0]) for e in (None, "reports", "lab", "cluster") for d in _needed_by(e)
    }
    assert (
        declared - imported - {"jupyterlab", "openpyxl", "sectorlib"} == set()
    )  # run as programs, or by pandas


def test_the_list_of_an_extra_is_what_it_installs():
    for extra, names in EXTRAS.items():
        declared = {_normal(re.split(r"[\[>]", d)[0]) for d in _needed_by(extra)}
        assert {name for name, of in _owners(set(names)).items() if not of & declared} == set()
        own = {
            _normal(re.split(r"[\[>]", d)[0]) for d in PYPROJECT["project"]["optional-dependencies"][extra]
        }
        listed = {name for of in _owners(set(names)).values() for name in of}
        assert own - {"sectorlib"} <= listed


def test_what_is_missing_is_named_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(extras, "find_spec", lambda name: None if name == "altair" else object())
    with pytest.raises(MissingPackageError, match=r"altair is not installed") as error:
        extras.need("reports")
    assert error.value.hint == "pip install 'sectorlib[reports]'"
    assert isinstance(error.value, ImportError)


def _needed_by(extra: str | None) -> list[str]:
    """The core's requirements, and those of an extra with the extras that it includes."""
    declared = PYPROJECT["project"]["dependencies"]
    if extra is None:
        return declared
    own = PYPROJECT["project"]["optional-dependencies"][extra]
    return [*declared, *own, *(d for e in ("reports",) if f"sectorlib[{e}]" in own for d in _needed_by(e))]


def _owners(tops: set[str]) -> dict[str, set[str]]:
    """The distributions of imported packages that are neither Python's nor ours."""
    distributions = packages_distributions()
    foreign = tops - set(sys.stdlib_module_names) - {"sectorlib"}
    return {top: {_normal(name) for name in distributions.get(top, [top])} for top in foreign}


def test_what_the_tests_import_is_declared():
    declared = {
        _normal(re.split(r"[\[>]", d)[0]) for d in [*PYPROJECT["project"]["dependencies"], *_extras()]
    }
    distributions = packages_distributions()
    here = {path.stem for path in (ROOT / "tests").glob("*.py")}
    files = sorted((ROOT / "tests").glob("*.py"))
    imported = (
        {top for file in files for top in _imports(file)}
        - set(sys.stdlib_module_names)
        - here
        - {"sectorlib"}
    )
    owners = {top: {_normal(name) for name in distributions.get(top, [top])} for top in imported}
    assert {top for top, names in owners.items() if not names & declared} == set()


def test_nothing_generated_is_committed(committed):
    suffixes = {".pyc", ".nbi", ".nbc", ".egg-info", ".whl"}
    reports = [path for path in committed if path.is_relative_to(ROOT / "reports")]
    assert [path.name for path in reports] == [".gitkeep"]
    assert [path.name for path in committed if path.suffix in suffixes or "__pycache__" in path.parts] == []


def test_committed_files_are_small(committed):
    demonstration = sum(p.stat().st_size for p in committed if p.is_relative_to(ROOT / "data" / "demo"))
    assert demonstration < 4_000_000
    assert {p.name: p.stat().st_size for p in committed if p.stat().st_size > 600_000} == {}


def test_notebooks_hold_no_outputs_and_no_logic(committed):
    notebooks = [path for path in committed if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
        assert all(c["outputs"] == [] and c["execution_count"] is None for c in cells), path.name
        logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
        trees = [ast.parse("".join(c["source"])) for c in cells]
        assert not any(isinstance(node, logic) for tree in trees for node in ast.walk(tree)), path.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_module_says_what_it_is_for(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert not tree.body or ast.get_docstring(tree)


def test_all_lists_what_the_package_offers():
    assert sorted(sl.__all__, key=str) == list(sl.__all__), "sorted"
    assert len(set(sl.__all__)) == len(sl.__all__)
    offered = {
        name for name, value in vars(sl).items() if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert offered - {"Any", "Path", "import_module", "version"} <= set(sl.__all__)  # those asked for so far


@pytest.mark.parametrize("name", [name for name in sl.__all__ if name not in NO_EXAMPLE])
def test_every_public_name_is_documented_with_an_example(name):
    found = getattr(sl, name)
    # A module that is called like its function is documented there.
    documentation = inspect.getdoc(getattr(found, name) if inspect.ismodule(found) else found)
    assert documentation
    assert doctest.DocTestParser().get_examples(documentation), f"{name} has no example"


#: Rooms whose functions are measures. Labor markets and projections keep their methods in registries of their own.
ROOMS_OF_MEASURES = ("concentration", "growth", "wages")


def _public_functions() -> dict[str, tuple[str, Path, str]]:
    """Public functions of the rooms of measures: name, to room, file and docstring."""
    found = {}
    for module in MODULES:
        room = module.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room in ROOMS_OF_MEASURES:
            for node in ast.parse(module.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    found[node.name] = room, module, ast.get_docstring(node) or ""
    return found


def test_a_public_function_of_a_measure_is_offered_or_serves_another_module():
    used: dict[str, set[Path]] = {}
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and module.name != "__init__.py":
                for alias in node.names:
                    used.setdefault(alias.name, set()).add(module)
    rooms = {room: getattr(sl, room) for room in ROOMS_OF_MEASURES}
    offered = {name for room in rooms.values() for name in getattr(room, "__all__", ())} | set(sl.__all__)
    functions = _public_functions()
    assert len(functions) > 30
    idle = [
        n for n, (_, home, _) in functions.items() if n not in offered and not used.get(n, set()) - {home}
    ]
    assert idle == [], "list it in the __all__ of its room, or give it an underscore"


def test_a_measure_with_a_source_is_everywhere_that_a_reader_looks():
    """In its room, under ``sectorlib``, among the measures, and by name in a page of the docs."""
    written = [path for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "tables.md"]  # generated
    pages = "".join(path.read_text(encoding="utf-8") for path in written)
    measures = {n: room for n, (room, _, text) in _public_functions().items() if "\nReferences\n" in text}
    assert {"specialization", "shift_share", "real_pay"} <= set(measures)
    places = {
        "its room": {n for n, room in measures.items() if hasattr(getattr(sl, room), n)},
        "sectorlib": {n for n in measures if n in sl.__all__ and hasattr(sl, n)},
        "measures": {n for n in measures if n in sl.measures.__all__ and hasattr(sl.measures, n)},
        "docs": {n for n in measures if f"`{n}`" in pages or f"{n}(" in pages},
    }
    assert {place: set(measures) - there for place, there in places.items() if set(measures) - there} == {}


def test_a_room_that_is_offered_whole_is_offered_as_its_list_says():
    stub = (PACKAGE / "__init__.pyi").read_text(encoding="utf-8")
    rooms = re.findall(r"^from sectorlib\.(\w+) import \*", stub, re.MULTILINE)
    assert "concentration" in rooms
    for room in rooms:
        for name in getattr(sl, room).__all__:
            assert getattr(sl, name) is getattr(getattr(sl, room), name)


def test_exemptions_are_needed():
    undocumented = {name for name in sl.__all__ if ">>>" not in (inspect.getdoc(getattr(sl, name)) or "")}
    assert set(NO_EXAMPLE) <= undocumented


def test_licenses_are_there():
    assert "BSD 3-Clause" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["license"] == "BSD-3-Clause"
    boundaries = data_path("boundaries", "LICENSE").read_text(encoding="utf-8")
    assert "Permission to use, copy, modify, and/or distribute" in boundaries
    origin = data_path("boundaries", "README.md").read_text(encoding="utf-8")
    assert re.search(r"us-atlas 3\.0\.1.*us-atlas-2023 4\.0\.0", origin, re.DOTALL)


def test_definitions_state_their_source():
    import yaml

    for path in sorted(data_path("naics_breaks.yaml").parent.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert re.search("reference|source", text, re.IGNORECASE), path.name
        assert yaml.safe_load(text), path.name


def test_the_changelog_has_the_current_version():
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(sl.__version__)}\b", changelog, re.MULTILINE)
    assert sl.__version__ == PYPROJECT["project"]["version"]


@pytest.mark.parametrize("module", ["sectorlib", "sectorlib.cli"])
def test_importing_is_cheap(module):
    """Drawing and notebook libraries are loaded when something is drawn, not by every command."""
    heavy = ["papermill", "nbconvert", "altair", "great_tables", "seaborn", "statsmodels"]
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


def test_the_import_contracts_cover_every_module():
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["type"] == "layers")
    assert layers["exhaustive"]
    placed = {name.strip() for layer in layers["layers"] for name in re.split("[|:]", layer)}
    assert placed == {
        p.stem
        for p in PACKAGE.iterdir()
        if (p.is_dir() or p.suffix == ".py") and p.stem not in ("__init__", "__pycache__")
    }


def test_every_command_explains_itself():
    from typer.main import get_command

    from sectorlib.cli import app

    for name, command in get_command(app).commands.items():
        assert command.help, name
        assert all(getattr(parameter, "help", None) for parameter in command.params), name


def _imports(path: Path) -> set[str]:
    """Top-level names that a file imports."""
    tops = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            tops |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            tops.add(node.module.split(".")[0])
    return tops


def _extras() -> list[str]:
    return [d for extra in PYPROJECT["project"]["optional-dependencies"].values() for d in extra]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
