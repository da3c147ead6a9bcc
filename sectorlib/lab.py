"""JupyterLab with notebooks to explore a study in: copies in the user's folder, and what they begin with."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile

import pandas as pd

from sectorlib.areas import area_name, area_names
from sectorlib.exceptions import MissingFileError, TableError, UnknownNameError
from sectorlib.extras import missing_package
from sectorlib.pages.region.profile import RegionProfile
from sectorlib.resources import notebook_path
from sectorlib.results import Results
from sectorlib.study import EXAMPLES, Study, example, load_study

#: The notebooks in the order in which they are read; the files are numbered.
NOTEBOOKS = (
    "1_first_look",
    "2_specialization",
    "3_pay",
    "4_growth_and_outlook",
    "5_labor_market",
    "6_partnership_scope",
    "7_choosing_sectors",
    "8_your_own_data",
    "9_a_hundred_reports",
)

#: The study that notebooks open where none is given.
FIRST_EXAMPLE = "new-york"

#: JupyterLab asks nobody for news, newer versions or extensions.
_QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)


def open_study(study: str | Path | Study) -> Study:
    """A study by the name of an example, by the path of its file, or as it is.

    Raises
    ------
    MissingFileError
        Neither an example nor a file.
    TableError
        It is neither a study nor a name or path of one.

    Examples
    --------
    >>> open_study("invented").name
    'demonstration'
    """
    if isinstance(study, Study):
        return study
    if not isinstance(study, (str, Path)):
        raise TableError(
            f"a {type(study).__name__} in place of a study",
            f"a Study, the path of a study file, or an example: {', '.join(EXAMPLES)}",
            'sl.Study(panel=table, regions={"My region": ["36055"]}, base="all") makes a study of a table',
        )
    return example(str(study)) if str(study) in EXAMPLES else load_study(study)


def open_region(study: str | Path | Study, region: str = "") -> RegionProfile:
    """One region of a study, to look at: its name, figures, industries, history, shapes and tables.

    Parameters
    ----------
    study : str, path or Study
        ``new-york`` or ``invented``, the path of a study file, or a study.
    region : str
        Code or name of a region (a labor market, or what the study reports on), or of a county; the first region where
        it is empty.

    Returns
    -------
    RegionProfile
        ``.study`` and ``.results`` lead to everything else.

    Raises
    ------
    UnknownNameError, MissingFileError
        No such region or study; the hint gives the nearest.

    Examples
    --------
    >>> open_region("new-york", "Erie-Niagara, NY").counties["county_name"].to_list()
    ['Erie County, NY', 'Niagara County, NY']

    A county alone:

    >>> open_region("new-york", "Chautauqua County, NY").area
    '36013'
    """
    results = Results(open_study(study))
    if not region:
        return RegionProfile(results, str(results["regions"]["area"].iloc[0]))
    try:
        return RegionProfile(results, results.region(str(region)))
    except UnknownNameError:
        county = _county(results.study, str(region))
        if county is None:
            regions, counties = results["regions"]["area_name"], results["regions"]["county_name"]
            raise UnknownNameError.unknown_name("region", region, [*regions.unique(), *counties]) from None
        return RegionProfile(Results(results.study.with_system("counties")), county)


def _county(study: Study, name: str) -> str | None:
    """The code of a county by its code or name, with or without "County" and its state; None if there is not one."""
    codes = pd.Series(study.counties, dtype="str")
    names = area_names(codes, study.names if study.file.names else None).str.casefold()
    states = codes.map(lambda code: area_name(f"{code[:2]}000")).str.casefold()
    asked, short = name.casefold().strip(), names.str.split(",").str[0]
    for one in (codes, names, short, short.str.removesuffix(" county"), short + ", " + states):
        found = codes[one == asked]
        if len(found) == 1:
            return str(found.iloc[0])
    return None


def copy_notebooks(folder: str | Path, study: str | Path | None = None) -> list[Path]:
    """Copy the notebooks into a folder of yours; those that are there already stay as you left them.

    Parameters
    ----------
    folder : path
        Where to; made if it is not there.
    study : str or path, optional
        What the copies open: the name of an example, or a study file.

    Returns
    -------
    list of Path
        All notebooks in the folder, in order.

    Examples
    --------
    >>> import tempfile
    >>> [path.name for path in copy_notebooks(tempfile.mkdtemp())][:2]
    ['1_first_look.ipynb', '2_specialization.ipynb']
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for name in NOTEBOOKS:
        copy = folder / f"{name}.ipynb"
        if not copy.exists():
            copyfile(notebook_path(name), copy)
            if study is not None:
                _preset(copy, study)
        copies.append(copy)
    return copies


def _preset(path: Path, study: str | Path) -> None:
    """Write the study into the cell of parameters."""
    value = str(study) if str(study) in EXAMPLES else str(Path(study).resolve())
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if "parameters" in cell["metadata"].get("tags", ()):
            lines = "".join(cell["source"]).splitlines()
            named = [
                f"study: str = {value!r}" + (f"  #{line.partition('#')[2]}" if "#" in line else "")
                if line.startswith("study: str =")
                else line
                for line in lines
            ]
            cell["source"] = "\n".join(named).splitlines(keepends=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def lab_command(folder: Path, *, browser: bool = True, port: int | None = None) -> list[str]:
    """The command that opens JupyterLab in a folder of notebooks.

    Raises
    ------
    MissingPackageError
        JupyterLab is not installed.

    Examples
    --------
    >>> lab_command(Path("notebooks"), browser=False)[1:4]
    ['-m', 'jupyterlab', '--no-browser']
    """
    if find_spec("jupyterlab") is None:
        raise missing_package("lab", ["jupyterlab"])
    options = [] if browser else ["--no-browser"]
    options += [] if port is None else [f"--port={port}"]
    first = folder / f"{NOTEBOOKS[0]}.ipynb"
    return [sys.executable, "-m", "jupyterlab", *options, *_QUIET, f"--notebook-dir={folder}", str(first)]


def open_lab(
    study: str | Path | None = None, folder: str | Path = "sectorlib-notebooks", *, browser: bool = True,
    port: int | None = None, more: Sequence[str] = (),
) -> int:  # fmt: skip
    """Open JupyterLab in a copy of the notebooks, and wait until it is closed.

    Parameters
    ----------
    study : str or path, optional
        What new copies open; the real example by default.
    folder : path
        Where the copies are.
    browser : bool
        Whether a browser is opened; a server prints the address instead.
    port : int, optional
        Where it listens; JupyterLab's own choice by default.
    more : sequence of str
        Passed on to JupyterLab.

    Returns
    -------
    int
        What JupyterLab left with.

    Raises
    ------
    MissingFileError
        There is no such study.
    MissingPackageError
        JupyterLab is not installed.
    """
    if study is not None and str(study) not in EXAMPLES and not Path(study).is_file():
        raise MissingFileError(
            f"{study} is neither a file nor an example",
            f"a study file, or an example that ships: {', '.join(EXAMPLES)}",
            "check the path, or leave it out to open the real example",
        )
    folder = Path(folder).resolve()
    command = lab_command(folder, browser=browser, port=port)
    copy_notebooks(folder, study)
    return subprocess.call([*command, *more])
